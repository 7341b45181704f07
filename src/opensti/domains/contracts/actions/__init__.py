"""Open, draft and run contracts; keep their budgets."""

from opensti.domains.contracts.actions.aiding import AidSaid, drop_aid, note_aid
from opensti.domains.contracts.actions.allocating import allocate, cancel_allocation
from opensti.domains.contracts.actions.amended import decide_amendment
from opensti.domains.contracts.actions.amending import (
    add_amendment_paper,
    ask_amendment,
    give_opinion,
    refuse_amendment,
    withdraw_amendment,
)
from opensti.domains.contracts.actions.approving import (
    approve_level,
    return_to_draft,
    send_for_approval,
)
from opensti.domains.contracts.actions.checking import (
    Found,
    Member,
    attach_to_check,
    cancel_check,
    confirm_check,
    hold_check,
    plan_check,
)
from opensti.domains.contracts.actions.claiming import (
    claim_money,
    receive_claim,
    take_back_receipt,
    waive_claim,
)
from opensti.domains.contracts.actions.clearing import clear_work, take_back_clearance
from opensti.domains.contracts.actions.concluding import (
    complete_contract,
    fail_contract,
)
from opensti.domains.contracts.actions.drafting import Drafted, draft_contract
from opensti.domains.contracts.actions.ended import decide_ending
from opensti.domains.contracts.actions.ending import (
    add_ending_paper,
    ask_ending,
    begin_ending,
    check_ending,
    drop_ending,
    judge_condition,
    report_ending,
)
from opensti.domains.contracts.actions.feeds import (
    calendar_digest,
    end_contract_calendar,
    link_calendar,
    unlink_calendar,
)
from opensti.domains.contracts.actions.judging import accept_report, return_report
from opensti.domains.contracts.actions.lighting import refresh_lights
from opensti.domains.contracts.actions.mending import judge_finding, mend_finding
from opensti.domains.contracts.actions.opening import open_contract, open_contracts
from opensti.domains.contracts.actions.patching import (
    Patch,
    Promised,
    line_from,
    snapshot_of,
)
from opensti.domains.contracts.actions.pausing import (
    cancel_contract,
    resume_contract,
    suspend_contract,
)
from opensti.domains.contracts.actions.paying import (
    override_payment,
    pay_instalment,
    take_back_payment,
)
from opensti.domains.contracts.actions.planning import (
    add_report,
    drop_report,
    plan_reports,
)
from opensti.domains.contracts.actions.reporting import (
    attach_to_report,
    detach_from_report,
    save_report,
    start_report,
    submit_report,
)
from opensti.domains.contracts.actions.requesting import (
    accept_payment_request,
    ask_payment,
    reach_milestone,
    return_payment_request,
    unreach_milestone,
)
from opensti.domains.contracts.actions.settling import (
    keep_commitment,
    liquidate_contract,
    settle_contract,
)
from opensti.domains.contracts.actions.signing import (
    keep_signed_paper,
    sign_contract,
    withdraw_signed_paper,
)
from opensti.domains.contracts.actions.statements import (
    import_statement,
    match_exact,
    match_line,
    outcome_of,
    receive_statement,
    unmatch_line,
)
from opensti.domains.contracts.actions.telling import escalate_overdue, mail_telling
from opensti.domains.contracts.actions.trail import (
    agree_budget,
    appraise_budget,
    approve_budget,
    propose_budget,
)
from opensti.domains.contracts.problem import Line

__all__ = [
    "AidSaid",
    "Drafted",
    "Found",
    "Line",
    "Member",
    "Patch",
    "Promised",
    "accept_payment_request",
    "accept_report",
    "add_amendment_paper",
    "add_ending_paper",
    "add_report",
    "agree_budget",
    "allocate",
    "appraise_budget",
    "approve_budget",
    "approve_level",
    "ask_amendment",
    "ask_ending",
    "ask_payment",
    "attach_to_check",
    "attach_to_report",
    "begin_ending",
    "calendar_digest",
    "cancel_allocation",
    "cancel_check",
    "cancel_contract",
    "check_ending",
    "claim_money",
    "clear_work",
    "complete_contract",
    "confirm_check",
    "decide_amendment",
    "decide_ending",
    "detach_from_report",
    "draft_contract",
    "drop_aid",
    "drop_ending",
    "drop_report",
    "end_contract_calendar",
    "escalate_overdue",
    "fail_contract",
    "give_opinion",
    "hold_check",
    "import_statement",
    "judge_condition",
    "judge_finding",
    "keep_commitment",
    "keep_signed_paper",
    "line_from",
    "link_calendar",
    "liquidate_contract",
    "mail_telling",
    "match_exact",
    "match_line",
    "mend_finding",
    "note_aid",
    "open_contract",
    "open_contracts",
    "outcome_of",
    "override_payment",
    "pay_instalment",
    "plan_check",
    "plan_reports",
    "propose_budget",
    "reach_milestone",
    "receive_claim",
    "receive_statement",
    "refresh_lights",
    "refuse_amendment",
    "report_ending",
    "resume_contract",
    "return_payment_request",
    "return_report",
    "return_to_draft",
    "save_report",
    "send_for_approval",
    "settle_contract",
    "sign_contract",
    "snapshot_of",
    "start_report",
    "submit_report",
    "suspend_contract",
    "take_back_clearance",
    "take_back_payment",
    "take_back_receipt",
    "unlink_calendar",
    "unmatch_line",
    "unreach_milestone",
    "waive_claim",
    "withdraw_amendment",
    "withdraw_signed_paper",
]
