"""The words for contracts, their budgets and their payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text


class LumpSum(models.TextChoices):
    """How the money of a contract may be spent (Joint Circular 27/2015)."""

    NONE = "none", _("by line, no lump sum")
    PARTIAL = "partial", _("lump sum in part")
    FINAL = "final_product", _("lump sum to the final product")


class BudgetStage(models.TextChoices):
    """Which hand a version of the budget came from, in the order they follow."""

    ASKED = "asked", _("asked for")
    PANEL = "panel", _("proposed by the council")
    APPRAISED = "appraised", _("appraised by the cost team")
    APPROVED = "approved", _("approved")
    CONTRACT = "contract", _("in the contract")
    AMENDED = "amended", _("amended")


class InstalmentKind(models.TextChoices):
    ADVANCE = "advance", _("advance")
    PROGRESS = "progress", _("against cleared work")
    ITEM = "item", _("against the evidence of an item")
    FINAL = "final", _("after acceptance")


class Account(models.TextChoices):
    """The chart of accounts: where State money and others' money of a contract stands.

    A positive balance is money that arrived there; ``STATE``, ``COMMITMENTS`` and
    ``OTHERS`` are where it comes from.
    """

    COMMITTED = "committed", _("State money committed by contract")
    COMMITMENTS = "commitments", _("Commitments of the State")
    STATE = "state", _("State budget")
    ALLOCATED = "allocated", _("Allocated for the year")
    ADVANCES = "advances", _("Advances to the host")
    SPENT = "spent", _("Work cleared")
    SAVINGS = "savings", _("Savings left to the host")
    OWED = "owed", _("Owed back by the host")
    REFUNDS = "refunds", _("Cleared money claimed back")
    RECEIVED = "received", _("Received back")
    WAIVED = "waived", _("Claims given up by decision")
    OTHER_SPENT = "other_spent", _("Other money proven as spent")
    OTHERS = "others", _("Contribution of the host and partners")


class PostingKind(models.TextChoices):
    """Which act made a posting."""

    COMMIT = "commit", _("commitment")
    ALLOCATE = "allocate", _("allocation")
    PAY = "pay", _("payment")
    CLEAR = "clear", _("clearing of work")
    CONTRIBUTE = "contribute", _("contribution proven")
    SAVE = "save", _("savings")
    CLAIM = "claim", _("claim")
    RECEIVE = "receive", _("money received back")
    WAIVE = "waive", _("claim given up")


class RequestState(models.TextChoices):
    """Where a host's request for an instalment stands."""

    ASKED = "asked", _("evidence to be checked")
    ACCEPTED = "accepted", _("evidence accepted")
    RETURNED = "returned", _("returned to the host")
    PAID = "paid", _("paid")


class StatementState(models.TextChoices):
    """Whether the lines of a bank's statement are in the books."""

    RECEIVED = "received", _("looked at, not entered")
    ENTERED = "entered", _("entered")


class ProductKind(models.TextChoices):
    """What kind of thing a contract promises."""

    PRODUCT = "product", _("product or material")
    PROTOTYPE = "prototype", _("prototype or equipment")
    PROCESS = "process", _("process or technology")
    SOFTWARE = "software", _("software")
    STANDARD = "standard", _("standard or regulation")
    ADVICE = "advice", _("policy advice")
    PUBLICATION = "publication", _("publication")
    DATASET = "dataset", _("dataset")
    VARIETY = "variety", _("variety or breed")
    TRAINING = "training", _("training")
    RIGHT = "right", _("industrial property right")
    REPORT = "report", _("report")


class RoundOutcome(models.TextChoices):
    """What became of a contract that was sent to those who approve it."""

    OPEN = "open", _("before those who approve it")
    AGREED = "agreed", _("approved by all levels")
    RETURNED = "returned", _("returned to be drafted")
    CANCELLED = "cancelled", _("the contract was given up")


class Verdict(models.TextChoices):
    """What one level said of the text it was sent."""

    WAITING = "waiting", _("not decided yet")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("sent back")
    VOID = "void", _("no longer counts")


class PaperKind(models.TextChoices):
    """Which paper of a contract a signed file is."""

    CONTRACT = "contract", _("contract")
    AMENDMENT = "amendment", _("annex of an amendment")
    LIQUIDATION = "liquidation", _("minutes of liquidation")
    SETTLEMENT = "settlement", _("minutes of settlement")
    OTHER = "other", _("other paper")


class Side(models.TextChoices):
    """Who signed the file."""

    AGENCY = "agency", _("the agency")
    HOST = "host", _("the host")
    BOTH = "both", _("both sides")


class ReportKind(models.TextChoices):
    PROGRESS = "progress", _("progress")
    FINANCIAL = "financial", _("use of money")
    ANNUAL = "annual", _("annual")
    FINAL = "final", _("final")


class ReportState(models.TextChoices):
    DUE = "due", _("not begun")
    DRAFT = "draft", _("being written")
    SUBMITTED = "submitted", _("handed in")
    RETURNED = "returned", _("returned for completion")
    ACCEPTED = "accepted", pgettext_lazy("report", "accepted")
    DROPPED = "dropped", _("not owed")


class CheckState(models.TextChoices):
    PLANNED = "planned", _("announced")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("called off")


class Severity(models.TextChoices):
    NOTE = "note", _("remark")
    MINOR = "minor", _("slight")
    MAJOR = "major", _("grave")


class FindingState(models.TextChoices):
    OPEN = "open", _("to be mended")
    MENDED = "mended", _("mended, says the host")
    ACCEPTED = "accepted", _("mending accepted")


class Tone(models.TextChoices):
    """A light, best to worst; grey says that nothing is known."""

    GREEN = "green", _("as planned")
    GREY = "grey", _("no data")
    AMBER = "amber", _("needs attention")
    RED = "red", _("against the plan")


# What the host still has to hand in.
REPORT_OWED = (ReportState.DUE, ReportState.DRAFT, ReportState.RETURNED)

# Acts on running contracts in the words of the record.
RUNNING_RECORDED: dict[str, Text] = {
    "contracts.plan_reports": _("planned the reports"),
    "contracts.add_report": _("asked for one more report"),
    "contracts.drop_report": _("found a report to be not owed"),
    "contracts.start_report": _("began a report"),
    "contracts.submit_report": _("handed a report in"),
    "contracts.return_report": _("returned a report for completion"),
    "contracts.accept_report": _("accepted a report"),
    "contracts.plan_check": _("announced a check on the spot"),
    "contracts.cancel_check": _("called a check off"),
    "contracts.hold_check": _("wrote the minutes of a check"),
    "contracts.confirm_check": _("confirmed what a check found done"),
    "contracts.mend_finding": _("said how a finding was mended"),
    "contracts.accept_finding": _("accepted how a finding was mended"),
    "contracts.reopen_finding": _("found a finding not mended yet"),
    "contracts.mail_telling": _("mailed a reminder"),
    "contracts.link_calendar": _("made a link to the own calendar of contracts"),
    "contracts.unlink_calendar": _("took the link to the calendar of contracts away"),
}


class AmendmentKind(models.TextChoices):
    """What an amendment changes; the words of the procedures' rules."""

    EXTEND = "extend", _("extension")
    SHORTEN = "shorten", _("earlier end")
    BUDGET_TRANSFER = "budget_transfer", _("transfer between budget lines")
    STATE_TOTAL = "state_total", _("total of the state money")
    OTHER_MONEY = "other_money", _("money outside the state budget")
    LEADER = "leader", _("principal investigator")
    HOST = "host", _("host organisation")
    NAME = "name", _("name of the task")
    AIM = "aim", _("aim")
    PRODUCT = "product", _("products")
    CONTENT = "content", _("content and milestones")
    TEAM = "team", _("team")
    EQUIPMENT = "equipment", _("equipment to be bought")
    DELEGATION = "delegation", _("delegations abroad")


class AmendmentState(models.TextChoices):
    ASKED = "asked", _("asked, not decided")
    OPINIONS = "opinions", _("opinions given")
    IN_FORCE = "in_force", _("in force")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class EndingState(models.TextChoices):
    """Where the early ending of a contract (or what a failed one owes) stands."""

    ASKED = "asked", _("asked, not decided")
    REPORTING = "reporting", _("the host reports")
    REPORTED = "reported", _("to be checked")
    CHECKED = "checked", _("to be decided")
    DECIDED = "decided", _("decided")
    DROPPED = "dropped", _("not pursued")


class Cause(models.TextChoices):
    """On whose side the cause lies that a task is not completed."""

    OBJECTIVE = "objective", _("beyond the host")
    SUBJECTIVE = "subjective", _("on the side of the host")


# Aid money, by the code lists of the OECD's Development Assistance Committee that the IATI
# standard takes over; exports/iati_codes.csv says where each was read. Only codes are listed
# that money for a task can have.
class AidGiver(models.TextChoices):
    """What kind of organisation gives it."""

    GOVERNMENT = "10", _("foreign government")
    PUBLIC = "15", _("other public body")
    NGO = "21", _("international non-governmental organisation")
    MULTILATERAL = "40", _("multilateral organisation")
    FOUNDATION = "60", _("foundation")
    PRIVATE = "70", _("private company")
    ACADEMIC = "80", _("university or research institution")


class AidFlow(models.TextChoices):
    """Under which flow it counts."""

    ODA = "10", _("official development assistance (ODA)")
    # 20, for all of them, was withdrawn at the end of 2015.
    OOF = "21", _("other official flows without export credits")
    PRIVATE = "30", _("private development finance")
    OTHER = "50", _("other flows")


class AidFinance(models.TextChoices):
    """Whether it is given or lent."""

    GRANT = "110", pgettext_lazy("aid", "grant")
    LOAN = "421", pgettext_lazy("aid", "loan")


class AidType(models.TextChoices):
    """In which way it is given."""

    POOLED = "B03", _("contribution to a specific programme or fund")
    PROJECT = "C01", _("project aid")
    EXPERTS = "D01", _("experts of the donor")
    TECHNICAL = "D02", _("other technical assistance")
    SCHOLARSHIP = "E01", _("scholarships and training abroad")


class AidTied(models.TextChoices):
    """Whether goods have to be bought of the giver's country."""

    PARTIAL = "3", _("tied in part")
    TIED = "4", _("tied")
    UNTIED = "5", _("not tied")


class AidSector(models.TextChoices):
    """For what it is given."""

    HEALTH = "12182", _("medical research")
    ENERGY = "23182", _("energy research")
    AGRICULTURE = "31182", _("agricultural research")
    INDUSTRY = "32182", _("technological research and development")
    ENVIRONMENT = "41082", _("environmental research")
    SCIENCE = "43082", _("research and scientific institutions")
