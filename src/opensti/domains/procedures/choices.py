"""The closed words of every procedure: tracks, states, acts, units, consequences.

A regime names its own stages as it likes; each stage says which of these states it
is, so that lists, counts and colours are the same under every regime.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text


class Mark(StrEnum):
    """How far a fact was verified."""

    V = "V"
    X = "X"
    S = "S"
    R = "R"
    I = "I"  # noqa: E741 -- the mark's own letter


MARK_LABELS: dict[Mark, Text] = {
    Mark.V: _("wording of the provision read"),
    Mark.X: _("only an excerpt read"),
    Mark.S: _("a secondary source says so"),
    Mark.R: _("recalled, nothing read supports it"),
    Mark.I: _("inferred from verified facts"),
}


class TaskKind(StrEnum):
    """Which family of tasks; decides with the submission date which regime governs."""

    MINISTRY = "ministry_task"
    NATIONAL = "national_task"
    INNOVATION = "innovation_task"


TASK_KIND_LABELS: dict[TaskKind, Text] = {
    TaskKind.MINISTRY: _("ministry-level task"),
    TaskKind.NATIONAL: _("national task"),
    TaskKind.INNOVATION: _("innovation task"),
}


class Track(StrEnum):
    """What a case is about."""

    NEED = "need"
    ORDER = "order"
    DOSSIER = "dossier"
    CONTRACT = "contract"
    ACCEPTANCE = "acceptance"


TRACK_LABELS: dict[Track, Text] = {
    Track.NEED: _("need"),
    Track.ORDER: _("order"),
    Track.DOSSIER: _("dossier"),
    Track.CONTRACT: _("contract"),
    Track.ACCEPTANCE: _("acceptance"),
}
# Every procedure has these; what comes after the decision came later to the format, and
# versions frozen before it do without.
ALWAYS = frozenset({Track.NEED, Track.ORDER, Track.DOSSIER})


class State(StrEnum):
    """Where a case stands, in words that no regime changes."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    TRIAGED = "triaged"
    MERGED = "merged"
    ANSWERED = "answered"
    ORDERED = "ordered"
    WITHDRAWN = "withdrawn"
    IN_COUNCIL = "in_council"
    DETERMINED = "determined"
    REJECTED = "rejected"
    APPROVED = "approved"
    CALLED = "called"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    SUPPLEMENT = "supplement"
    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"
    REVIEWED = "reviewed"
    COST_APPRAISAL = "cost_appraisal"
    REVISING = "revising"
    PROPOSED = "proposed"
    DECLINED = "declined"
    OBJECTED = "objected"
    IN_APPROVAL = "in_approval"
    AGREED = "agreed"
    RUNNING = "running"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    FAILED = "failed"
    TERMINATED = "terminated"
    RECOVERING = "recovering"
    SETTLED = "settled"
    LIQUIDATED = "liquidated"
    AWAITED = "awaited"
    AT_BASE = "at_base"
    REWORK = "rework"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    RECOGNISED = "recognised"
    REGISTERED = "registered"


STATE_LABELS: dict[State, Text] = {
    State.DRAFT: _("draft"),
    State.SUBMITTED: _("submitted"),
    State.RETURNED: _("returned"),
    State.TRIAGED: _("accepted for consideration"),
    State.MERGED: _("merged into another"),
    State.ANSWERED: _("answered: not taken up"),
    State.ORDERED: _("taken into an order"),
    State.WITHDRAWN: _("withdrawn"),
    State.IN_COUNCIL: _("before the council"),
    State.DETERMINED: _("council proposes it"),
    State.REJECTED: _("not proposed"),
    State.APPROVED: _("approved"),
    State.CALLED: _("called for"),
    State.CLOSED: _("closed"),
    State.CANCELLED: _("cancelled"),
    State.SUPPLEMENT: _("supplement requested"),
    State.INELIGIBLE: _("not eligible"),
    State.ELIGIBLE: _("eligible"),
    State.REVIEWED: _("reviewed by the council"),
    State.COST_APPRAISAL: _("cost appraisal"),
    State.REVISING: _("being revised"),
    State.PROPOSED: _("proposed to the leader"),
    State.DECLINED: _("declined"),
    State.OBJECTED: _("objection under review"),
    State.IN_APPROVAL: _("before those who approve it"),
    State.AGREED: _("approved, to be signed"),
    State.RUNNING: pgettext_lazy("case", "running"),
    State.SUSPENDED: _("suspended"),
    State.COMPLETED: _("completed"),
    State.FAILED: _("not completed"),
    State.TERMINATED: _("ended early"),
    State.RECOVERING: _("money claimed back"),
    State.SETTLED: _("settled"),
    State.LIQUIDATED: _("liquidated"),
    State.AWAITED: _("work still running"),
    State.AT_BASE: _("judged by the host"),
    State.REWORK: _("to be reworked"),
    State.ACCEPTED: _("accepted by the council"),
    State.CONFIRMED: _("completion confirmed"),
    State.RECOGNISED: _("result recognised"),
    State.REGISTERED: _("result registered"),
}

STATES: dict[Track, frozenset[State]] = {
    Track.NEED: frozenset(
        {
            State.DRAFT,
            State.SUBMITTED,
            State.RETURNED,
            State.TRIAGED,
            State.MERGED,
            State.ANSWERED,
            State.ORDERED,
            State.WITHDRAWN,
        }
    ),
    Track.ORDER: frozenset(
        {
            State.DRAFT,
            State.IN_COUNCIL,
            State.DETERMINED,
            State.REJECTED,
            State.APPROVED,
            State.CALLED,
            State.CLOSED,
            State.CANCELLED,
        }
    ),
    Track.DOSSIER: frozenset(
        {
            State.DRAFT,
            State.SUBMITTED,
            State.SUPPLEMENT,
            State.INELIGIBLE,
            State.ELIGIBLE,
            State.IN_COUNCIL,
            State.REVIEWED,
            State.COST_APPRAISAL,
            State.REVISING,
            State.PROPOSED,
            State.APPROVED,
            State.DECLINED,
            State.WITHDRAWN,
            State.OBJECTED,
        }
    ),
    Track.CONTRACT: frozenset(
        {
            State.DRAFT,
            State.IN_APPROVAL,
            State.AGREED,
            State.RUNNING,
            State.SUSPENDED,
            State.COMPLETED,
            State.FAILED,
            State.TERMINATED,
            State.RECOVERING,
            State.SETTLED,
            State.LIQUIDATED,
            State.CANCELLED,
        }
    ),
    Track.ACCEPTANCE: frozenset(
        {
            State.AWAITED,
            State.AT_BASE,
            State.SUBMITTED,
            State.RETURNED,
            State.IN_COUNCIL,
            State.REWORK,
            State.ACCEPTED,
            State.CONFIRMED,
            State.RECOGNISED,
            State.REGISTERED,
            State.FAILED,
            State.CANCELLED,
        }
    ),
}
END_STATES: dict[Track, frozenset[State]] = {
    Track.NEED: frozenset(
        {State.MERGED, State.ANSWERED, State.ORDERED, State.WITHDRAWN}
    ),
    Track.ORDER: frozenset({State.REJECTED, State.CLOSED, State.CANCELLED}),
    Track.DOSSIER: frozenset(
        {State.INELIGIBLE, State.APPROVED, State.DECLINED, State.WITHDRAWN}
    ),
    Track.CONTRACT: frozenset({State.LIQUIDATED, State.CANCELLED}),
    Track.ACCEPTANCE: frozenset({State.REGISTERED, State.FAILED, State.CANCELLED}),
}


class Act(StrEnum):
    """Steps that move a case; the domains' actions pass these to ``take_step``."""

    NEED_SUBMIT = "needs.submit"
    NEED_RETURN = "needs.return"
    NEED_ACCEPT = "needs.accept"
    NEED_MERGE = "needs.merge"
    NEED_DECLINE = "needs.decline"
    NEED_WITHDRAW = "needs.withdraw"
    NEED_TAKE_INTO_ORDER = "needs.take_into_order"
    ORDER_DRAFT = "orders.draft"
    ORDER_SEND_TO_COUNCIL = "orders.send_to_council"
    ORDER_CONCLUDE_DETERMINED = "orders.conclude_determined"
    ORDER_CONCLUDE_REJECTED = "orders.conclude_rejected"
    ORDER_APPROVE = "orders.approve"
    ORDER_REJECT = "orders.reject"
    ORDER_CALL = "orders.call"
    ORDER_CLOSE = "orders.close"
    ORDER_CANCEL = "orders.cancel"
    DOSSIER_SUBMIT = "dossiers.submit"
    DOSSIER_WITHDRAW = "dossiers.withdraw"
    DOSSIER_REOPEN = "dossiers.reopen"
    DOSSIER_REQUEST_SUPPLEMENT = "dossiers.request_supplement"
    DOSSIER_SUPPLEMENT = "dossiers.supplement"
    DOSSIER_CONFIRM_ELIGIBLE = "dossiers.confirm_eligible"
    DOSSIER_REJECT_INELIGIBLE = "dossiers.reject_ineligible"
    DOSSIER_SEND_TO_COUNCIL = "dossiers.send_to_council"
    DOSSIER_CONCLUDE = "dossiers.conclude"
    DOSSIER_SEND_TO_COST_APPRAISAL = "dossiers.send_to_cost_appraisal"
    DOSSIER_CONCLUDE_COST = "dossiers.conclude_cost"
    DOSSIER_REQUEST_REVISION = "dossiers.request_revision"
    DOSSIER_REVISE = "dossiers.revise"
    DOSSIER_PROPOSE = "dossiers.propose"
    DOSSIER_APPROVE = "dossiers.approve"
    DOSSIER_DECLINE = "dossiers.decline"
    DOSSIER_OBJECT = "dossiers.object"
    DOSSIER_ANSWER_OBJECTION = "dossiers.answer_objection"
    CONTRACT_SEND = "contracts.send"
    CONTRACT_RETURN = "contracts.return"
    CONTRACT_AGREE = "contracts.agree"
    CONTRACT_SIGN = "contracts.sign"
    CONTRACT_CANCEL = "contracts.cancel"
    CONTRACT_SUSPEND = "contracts.suspend"
    CONTRACT_RESUME = "contracts.resume"
    CONTRACT_COMPLETE = "contracts.complete"
    CONTRACT_FAIL = "contracts.fail"
    CONTRACT_TERMINATE = "contracts.terminate"
    CONTRACT_CLAIM = "contracts.claim"
    CONTRACT_SETTLE = "contracts.settle"
    CONTRACT_LIQUIDATE = "contracts.liquidate"
    ACCEPTANCE_ASSESS = "acceptances.assess"
    ACCEPTANCE_CONCLUDE_BASE = "acceptances.conclude_base"
    ACCEPTANCE_SEND_BACK = "acceptances.send_back"
    ACCEPTANCE_SUBMIT = "acceptances.submit"
    ACCEPTANCE_RETURN = "acceptances.return"
    ACCEPTANCE_SEND_TO_COUNCIL = "acceptances.send_to_council"
    ACCEPTANCE_ACCEPT = "acceptances.accept"
    ACCEPTANCE_ASK_REWORK = "acceptances.ask_rework"
    ACCEPTANCE_FAIL = "acceptances.fail"
    ACCEPTANCE_CONFIRM = "acceptances.confirm"
    ACCEPTANCE_RECOGNISE = "acceptances.recognise"
    ACCEPTANCE_REGISTER = "acceptances.register"
    ACCEPTANCE_STOP = "acceptances.stop"


ACT_LABELS: dict[Act, Text] = {
    Act.NEED_SUBMIT: _("submit the need"),
    Act.NEED_RETURN: _("return the need for completion"),
    Act.NEED_ACCEPT: _("accept the need for consideration"),
    Act.NEED_MERGE: _("merge the need into another"),
    Act.NEED_DECLINE: _("answer that the need is not taken up"),
    Act.NEED_WITHDRAW: _("withdraw the need"),
    Act.NEED_TAKE_INTO_ORDER: _("take the need into an order"),
    Act.ORDER_DRAFT: _("draft the order again"),
    Act.ORDER_SEND_TO_COUNCIL: _("send the order to the council"),
    Act.ORDER_CONCLUDE_DETERMINED: _("conclude: the council proposes the order"),
    Act.ORDER_CONCLUDE_REJECTED: _("conclude: the council does not propose the order"),
    Act.ORDER_APPROVE: _("approve the order"),
    Act.ORDER_REJECT: _("reject the order"),
    Act.ORDER_CALL: _("open the order to applicants"),
    Act.ORDER_CLOSE: _("close the order"),
    Act.ORDER_CANCEL: _("cancel the order"),
    Act.DOSSIER_SUBMIT: _("submit the dossier"),
    Act.DOSSIER_WITHDRAW: _("withdraw the dossier"),
    Act.DOSSIER_REOPEN: _("reopen the dossier before closing"),
    Act.DOSSIER_REQUEST_SUPPLEMENT: _("request a supplement"),
    Act.DOSSIER_SUPPLEMENT: _("hand in the supplement"),
    Act.DOSSIER_CONFIRM_ELIGIBLE: _("confirm that the dossier is valid"),
    Act.DOSSIER_REJECT_INELIGIBLE: _("reject the dossier as not valid"),
    Act.DOSSIER_SEND_TO_COUNCIL: _("send the dossier to the council"),
    Act.DOSSIER_CONCLUDE: _("enter the council's conclusion"),
    Act.DOSSIER_SEND_TO_COST_APPRAISAL: _("send the dossier to cost appraisal"),
    Act.DOSSIER_CONCLUDE_COST: _("conclude the cost appraisal"),
    Act.DOSSIER_REQUEST_REVISION: _("ask the applicant to revise"),
    Act.DOSSIER_REVISE: _("hand in the revised dossier"),
    Act.DOSSIER_PROPOSE: _("propose the decision to the leader"),
    Act.DOSSIER_APPROVE: _("approve the dossier"),
    Act.DOSSIER_DECLINE: _("decline the dossier"),
    Act.DOSSIER_OBJECT: _("object to the refusal"),
    Act.DOSSIER_ANSWER_OBJECTION: _("answer the objection"),
    Act.CONTRACT_SEND: _("send the contract to those who approve it"),
    Act.CONTRACT_RETURN: _("send the contract back to be drafted"),
    Act.CONTRACT_AGREE: _("approve the contract for signature"),
    Act.CONTRACT_SIGN: _("enter the signed contract"),
    Act.CONTRACT_CANCEL: _("give the contract up before it is signed"),
    Act.CONTRACT_SUSPEND: _("suspend the contract"),
    Act.CONTRACT_RESUME: _("let the contract go on"),
    Act.CONTRACT_COMPLETE: _("take the contract as completed"),
    Act.CONTRACT_FAIL: _("take the contract as not completed"),
    Act.CONTRACT_TERMINATE: _("end the contract early"),
    Act.CONTRACT_CLAIM: _("claim money back"),
    Act.CONTRACT_SETTLE: _("settle the contract"),
    Act.CONTRACT_LIQUIDATE: _("liquidate the contract"),
    Act.ACCEPTANCE_ASSESS: _("hand in the self-assessment"),
    Act.ACCEPTANCE_CONCLUDE_BASE: _("enter the conclusion of the host's own council"),
    Act.ACCEPTANCE_SEND_BACK: _("send the work back after the host's own council"),
    Act.ACCEPTANCE_SUBMIT: _("hand in the acceptance dossier"),
    Act.ACCEPTANCE_RETURN: _("return the acceptance dossier for completion"),
    Act.ACCEPTANCE_SEND_TO_COUNCIL: _("send the acceptance dossier to the council"),
    Act.ACCEPTANCE_ACCEPT: _("conclude: the task is accepted"),
    Act.ACCEPTANCE_ASK_REWORK: _("conclude: not accepted, to be reworked"),
    Act.ACCEPTANCE_FAIL: _("conclude: the task is not accepted"),
    Act.ACCEPTANCE_CONFIRM: _("confirm that the conclusions are carried out"),
    Act.ACCEPTANCE_RECOGNISE: _("recognise the result"),
    Act.ACCEPTANCE_REGISTER: _("enter the registration of the result"),
    Act.ACCEPTANCE_STOP: _("stop the acceptance of a task that ended"),
}


def track_of(act: str) -> Track:
    """Return the track an act belongs to: ``dossiers.submit`` moves a dossier."""
    return Track(act.split(".", 1)[0].removesuffix("s"))


class Unit(StrEnum):
    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    YEAR = "year"


class Direction(StrEnum):
    AFTER = "after_event"
    BEFORE = "before_event"


class Consequence(StrEnum):
    """What follows when a deadline is missed; ``none`` must be said too."""

    NONE = "none"
    REJECT = "reject"
    MAY_CANCEL = "may_cancel"
    CANCEL_RESULT = "cancel_result"
    BAR = "bar"
    FAIL = "fail"
    RECOVER = "recover"


CONSEQUENCE_LABELS: dict[Consequence, Text] = {
    Consequence.NONE: _("no consequence is stated"),
    Consequence.REJECT: _("the dossier is rejected"),
    Consequence.MAY_CANCEL: _("the decision may be cancelled"),
    Consequence.CANCEL_RESULT: _("the result is cancelled"),
    Consequence.BAR: _("the organisation is barred from later calls"),
    Consequence.FAIL: _("the task fails"),
    Consequence.RECOVER: _("money is claimed back"),
}


class Event(StrEnum):
    """What starts a deadline besides a stage or an act."""

    CALL_OPENED = "call_opened"
    CALL_CLOSED = "call_closed"
    DOSSIER_RECEIVED = "dossier_received"
    COUNCIL_DECISION = "council_decision"
    COUNCIL_MEETING = "council_meeting"
    COUNCIL_RESULT = "council_result"
    MINUTES_ADOPTED = "minutes_adopted"
    NOTICE_SENT = "notice_sent"
    ORDER_DECISION = "order_decision"
    DECISION_SIGNED = "decision_signed"
    CANCELLATION = "cancellation"
    EXPERT_REQUEST = "expert_request"
    CONTRACT_SIGNED = "contract_signed"
    CONTRACT_END = "contract_end"
    OPINIONS_RECEIVED = "opinions_received"
    INSPECTION_END = "inspection_end"
    COMPLETION_CONFIRMED = "completion_confirmed"
    ACCEPTANCE_DOSSIER = "acceptance_dossier"
    AMENDMENT_ASKED = "amendment_asked"
    TERMINATION_ASKED = "termination_asked"
    TASK_ENDED = "task_ended"
    REFUND_DECISION = "refund_decision"
    RESULT_ACCEPTED = "result_accepted"


class OfficeAct(StrEnum):
    """What the office does in a case that moves it nowhere, under any procedure."""

    NEED_SET_REPLY_DAY = "needs.set_reply_day"


OFFICE_ACT_LABELS: dict[OfficeAct, Text] = {
    OfficeAct.NEED_SET_REPLY_DAY: _("set the day of the reply"),
}

# Days that the office sets case by case, under any procedure, and the acts that meet them.
NEED_REPLY = "need_reply"
SET_BY_OFFICE: dict[str, frozenset[Act]] = {
    NEED_REPLY: frozenset(
        {Act.NEED_RETURN, Act.NEED_ACCEPT, Act.NEED_MERGE, Act.NEED_DECLINE}
    )
}


class DeadlineState(StrEnum):
    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    SUSPENDED = "suspended"
    VOID = "void"


DEADLINE_STATE_LABELS: dict[DeadlineState, Text] = {
    DeadlineState.RUNNING: _("running"),
    DeadlineState.MET: pgettext_lazy("deadline", "met"),
    DeadlineState.MISSED: _("missed"),
    DeadlineState.SUSPENDED: _("suspended"),
    DeadlineState.VOID: _("no longer applies"),
}


class SeatRole(StrEnum):
    """Seats in a council or a team."""

    CHAIR = "chair"
    VICE = "vice"
    REVIEWER = "reviewer"
    SECRETARY = "secretary"
    MEMBER = "member"


SEAT_LABELS: dict[SeatRole, Text] = {
    SeatRole.CHAIR: _("chair"),
    SeatRole.VICE: _("vice chair"),
    SeatRole.REVIEWER: _("reviewer"),
    SeatRole.SECRETARY: _("scientific secretary"),
    SeatRole.MEMBER: _("member"),
}
