"""Rows of the contracts domain."""

from opensti.domains.contracts.models.aid import Aid
from opensti.domains.contracts.models.amendments import Amendment, Ending, Finding
from opensti.domains.contracts.models.books import (
    Allocation,
    ClaimReceipt,
    ClaimWaiver,
    Clearance,
    PaymentOverride,
    PaymentRequest,
    Posting,
    Settlement,
)
from opensti.domains.contracts.models.budgets import Budget, BudgetItem
from opensti.domains.contracts.models.checks import CheckFinding, SiteCheck
from opensti.domains.contracts.models.contracts import (
    Contract,
    Instalment,
    Milestone,
    Product,
    Terms,
)
from opensti.domains.contracts.models.money import Claim, Payment
from opensti.domains.contracts.models.papers import Approval, ApprovalRound, SignedPaper
from opensti.domains.contracts.models.reports import (
    Report,
    ReportDue,
    ReportRemark,
    ReportVersion,
)
from opensti.domains.contracts.models.statements import (
    Statement,
    StatementLine,
    StatementMatch,
)
from opensti.domains.contracts.models.watching import (
    ContractCalendar,
    ContractLight,
    Telling,
)

__all__ = [
    "Aid",
    "Allocation",
    "Amendment",
    "Approval",
    "ApprovalRound",
    "Budget",
    "BudgetItem",
    "CheckFinding",
    "Claim",
    "ClaimReceipt",
    "ClaimWaiver",
    "Clearance",
    "Contract",
    "ContractCalendar",
    "ContractLight",
    "Ending",
    "Finding",
    "Instalment",
    "Milestone",
    "Payment",
    "PaymentOverride",
    "PaymentRequest",
    "Posting",
    "Product",
    "Report",
    "ReportDue",
    "ReportRemark",
    "ReportVersion",
    "Settlement",
    "SignedPaper",
    "SiteCheck",
    "Statement",
    "StatementLine",
    "StatementMatch",
    "Telling",
    "Terms",
]
