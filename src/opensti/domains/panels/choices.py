"""The words for councils, meetings and ballots."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opensti.domains.procedures.choices import SEAT_LABELS, State, Track
from opensti.domains.procedures.choices import SeatRole as RuledRole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.kernel.refusals import Text


class CouncilKind(models.TextChoices):
    DETERMINATION = "determination", _("council determining orders")
    SELECTION = "selection", _("selection council")
    COST = "cost", _("cost appraisal team")
    ACCEPTANCE = "acceptance", _("acceptance council")


# What is formed from lists of orders and dossiers; an acceptance council is begun from
# the acceptance whose work it judges.
FORMED_FROM_LISTS = (CouncilKind.DETERMINATION, CouncilKind.SELECTION, CouncilKind.COST)

# Which track and which team of the regime's council rules a kind of council follows.
TRACK_OF: dict[str, tuple[Track, str]] = {
    CouncilKind.DETERMINATION: (Track.ORDER, "council"),
    CouncilKind.SELECTION: (Track.DOSSIER, "council"),
    CouncilKind.COST: (Track.DOSSIER, "cost_team"),
    CouncilKind.ACCEPTANCE: (Track.ACCEPTANCE, "council"),
}
# Where a case may stand when it comes on the agenda.
ADMITTED: dict[str, frozenset[State]] = {
    CouncilKind.DETERMINATION: frozenset({State.DRAFT, State.IN_COUNCIL}),
    CouncilKind.SELECTION: frozenset({State.ELIGIBLE, State.IN_COUNCIL}),
    CouncilKind.COST: frozenset({State.REVIEWED, State.COST_APPRAISAL}),
    CouncilKind.ACCEPTANCE: frozenset({State.SUBMITTED, State.IN_COUNCIL}),
}


class CouncilState(models.TextChoices):
    DRAFT = "draft", _("being formed")
    SET_UP = "set_up", _("set up by decision")
    MEETING = "meeting", _("in session")
    CONCLUDED = "concluded", _("concluded")
    DISSOLVED = "dissolved", _("dissolved")


class SeatRole(models.TextChoices):
    """The seats of the regimes' rules, and the clerk who sits in without a vote."""

    CHAIR = RuledRole.CHAIR.value, SEAT_LABELS[RuledRole.CHAIR]
    VICE = RuledRole.VICE.value, SEAT_LABELS[RuledRole.VICE]
    REVIEWER = RuledRole.REVIEWER.value, SEAT_LABELS[RuledRole.REVIEWER]
    SECRETARY = RuledRole.SECRETARY.value, SEAT_LABELS[RuledRole.SECRETARY]
    MEMBER = RuledRole.MEMBER.value, SEAT_LABELS[RuledRole.MEMBER]
    ADMIN_SECRETARY = "admin_secretary", _("administrative secretary")


VOTING = frozenset(role.value for role in RuledRole)


class SeatState(models.TextChoices):
    """``proposed`` until the council is set up; then the person is asked."""

    PROPOSED = "proposed", pgettext_lazy("seat", "proposed")
    INVITED = "invited", pgettext_lazy("seat", "invited")
    ACCEPTED = "accepted", pgettext_lazy("seat", "accepted")
    DECLINED = "declined", pgettext_lazy("seat", "declined")
    REPLACED = "replaced", pgettext_lazy("seat", "replaced")


SITTING = frozenset({SeatState.PROPOSED, SeatState.INVITED, SeatState.ACCEPTED})
ASKED = frozenset({SeatState.INVITED, SeatState.ACCEPTED})


class MeetingMode(models.TextChoices):
    IN_PERSON = "in_person", _("in person")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("hybrid")


class BallotState(models.TextChoices):
    DRAFT = "draft", _("being written")
    CAST = "cast", _("cast")


class Vote(models.TextChoices):
    YES = "yes", pgettext_lazy("vote", "yes")
    NO = "no", pgettext_lazy("vote", "no")


class Outcome(models.TextChoices):
    PROPOSED = "proposed", _("proposed for funding")
    NOT_PROPOSED = "not_proposed", _("not proposed")
    ACCEPTED = "accepted", pgettext_lazy("work", "accepted")
    NOT_ACCEPTED = "not_accepted", pgettext_lazy("work", "not accepted")

    @property
    def is_good(self) -> bool:
        return self in (Outcome.PROPOSED, Outcome.ACCEPTED)


class Matter(models.TextChoices):
    """What a decision of the head may allow against the rule."""

    COMPOSITION = "composition", _("another size or composition of the council")
    CONFLICT = "conflict", _("a member in conflict keeps the seat")
    DOCUMENTS = "documents", _("documents sent later than the rule says")
    QUORUM = "quorum", _("a meeting without the quorum")


QUORUM_LABELS: dict[str, Text] = {
    "chair": _("Chair"),
    "chair_or_vice": _("Chair or vice chair"),
    "chair_or_authorised_vice": _("Chair, or vice chair authorised in writing"),
    "both_reviewers": _("All reviewers"),
    "one_reviewer": _("A reviewer"),
    "secretary": _("Scientific secretary"),
    "council_representative": _("Representative of the selection council"),
}

# Points go in halves; the texts say only the maximum of each criterion.
SCORE_STEP = Decimal("0.5")
# Below this share of the maximum a member says why.
COMMENT_BELOW = Decimal("0.5")

COUNCIL_TONES: dict[str, str] = {
    CouncilState.DRAFT: "neutral",
    CouncilState.SET_UP: "info",
    CouncilState.MEETING: "wait",
    CouncilState.CONCLUDED: "good",
    CouncilState.DISSOLVED: "neutral",
}
SEAT_TONES: dict[str, str] = {
    SeatState.PROPOSED: "neutral",
    SeatState.INVITED: "wait",
    SeatState.ACCEPTED: "good",
    SeatState.DECLINED: "bad",
    SeatState.REPLACED: "neutral",
}
OUTCOME_TONES: dict[str, str] = {
    Outcome.PROPOSED: "good",
    Outcome.NOT_PROPOSED: "bad",
    Outcome.ACCEPTED: "good",
    Outcome.NOT_ACCEPTED: "bad",
}

RECORDED: dict[str, Text] = {
    "panels.form_council": _("formed the council"),
    "panels.change_agenda": _("changed the agenda"),
    "panels.add_seat": _("gave a seat"),
    "panels.remove_seat": _("took a seat away"),
    "panels.replace_seat": _("replaced a member"),
    "panels.override": _("was allowed by decision to depart from the rule"),
    "panels.set_up_council": _("set up the council by decision"),
    "panels.answer_invitation": _("answered the invitation"),
    "panels.recuse": _("excluded a member from an item"),
    "panels.unrecuse": _("let a member take part in an item again"),
    "panels.assign_reviewers": _("named the reviewers"),
    "panels.send_documents": _("sent the documents"),
    "panels.schedule_meeting": _("called the meeting"),
    "panels.mark_attendance": _("noted the attendance"),
    "panels.open_meeting": _("opened the meeting"),
    "panels.cast_ballot": _("cast a ballot"),
    "panels.withdraw_ballot": _("took a ballot back"),
    "panels.conclude_council": _("concluded the council"),
    "panels.write_minutes": _("wrote in the minutes"),
    "panels.adopt_minutes": _("adopted the minutes"),
    "panels.dissolve_council": _("dissolved the council"),
    "panels.invite": _("wrote an invitation"),
    "panels.mail_invitation": _("mailed an invitation"),
    "panels.remind": _("sent a reminder"),
    "panels.sign_undertaking": _("signed the undertaking of secrecy"),
    "panels.hand_in_review": _("handed a review in, sealed"),
    "panels.take_review_back": _("took a review back"),
    "panels.reveal_reviews": _("the reviews of an item were opened"),
    "panels.rate_review": _("rated a review"),
    "panels.ask_author": _("asked the author a question"),
    "panels.release_question": _("released a question to the author"),
    "panels.withhold_question": _("withheld a question"),
    "panels.answer_question": _("the author answered a question"),
    "panels.ask_for_experts": _("asked who knows the subject"),
    "panels.link_calendar": _("made a link to the own calendar"),
    "panels.unlink_calendar": _("took the link to the own calendar away"),
    "panels.convoke": _("sent the convocation"),
    "panels.mail_summons": _("mailed a letter of convocation"),
    "panels.decide_method": _("noted how the council votes"),
    "panels.arrive": _("noted an arrival"),
    "panels.confirm_arrival": _("confirmed a remote member"),
    "panels.leave": _("noted a departure"),
    "panels.begin_item": _("began an item"),
    "panels.end_item": _("ended or paused an item"),
    "panels.adjourn": _("adjourned the meeting"),
    "panels.resume": _("resumed the meeting"),
    "panels.open_poll": _("opened a ballot"),
    "panels.issue_credential": _("gave out a ballot paper"),
    "panels.open_urn": _("opened the urn"),
    "panels.close_poll": _("closed the ballot and counted it"),
    "panels.cancel_poll": _("cancelled a ballot"),
    "panels.enter_count": _("entered the count of paper ballots"),
    "panels.confirm_count": _("confirmed a count"),
    "panels.dissent": _("noted a dissenting opinion"),
    "panels.write_remark": _("wrote a remark in the minutes"),
    "panels.sign_minutes": _("signed the minutes"),
    "panels.enter_signature": _("entered a signature on paper"),
    "panels.void_signatures": _("lost signatures by a change"),
}


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """A decision of the head that allows to depart from a rule: why, and its number."""

    reason: str
    number: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a member wrote, as typed: nothing is lost because it is not valid yet."""

    scores: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    votes: Mapping[str, str] = field(default_factory=dict)
    vote: str = ""
    opinion: str = ""


# ---- conflicts of interest


class TieKind(models.TextChoices):
    """What ties a person to what he would judge; the strongest first."""

    PART = "part", _("applies, writes or takes part")
    HOST = "host", _("belongs to the host")
    FAMILY = "family", _("family")
    PARTNER = "partner", _("belongs to a cooperating organisation")
    COMPANY = "company", _("company in common")
    STAKE = "stake", _("stake, board or dispute")
    CONTRACT = "contract", _("works for it or advises it")
    SUPERVISION = "supervision", _("supervisor and student")
    COLLEAGUE = "colleague", _("same organisation as the team")
    COINVENTOR = "coinventor", _("inventors of one patent")
    COAUTHOR = "coauthor", _("authors of one work")
    PROJECT = "project", _("members of one project")
    RECIPROCAL = "reciprocal", _("judged each other")
    COMPETITOR = "competitor", _("competes for the same")
    NAMED = "named", _("named by the applicant")
    DECLARED = "declared", _("another tie")


# What a person may say of himself; the rest is found, or the applicant's to name.
DECLARABLE = (
    TieKind.DECLARED,
    TieKind.PART,
    TieKind.HOST,
    TieKind.FAMILY,
    TieKind.COMPANY,
    TieKind.STAKE,
    TieKind.CONTRACT,
    TieKind.SUPERVISION,
    TieKind.COLLEAGUE,
    TieKind.COAUTHOR,
    TieKind.PROJECT,
    TieKind.COMPETITOR,
)


class ConflictState(models.TextChoices):
    """Open counts as barred until somebody judged it."""

    OPEN = "open", pgettext_lazy("conflict", "to be judged")
    REAL = "real", pgettext_lazy("conflict", "conflict")
    NONE = "none", pgettext_lazy("conflict", "no conflict")
    MANAGEABLE = "manageable", pgettext_lazy("conflict", "with a condition")
    LAPSED = "lapsed", pgettext_lazy("conflict", "no longer found")


BARRING = frozenset({ConflictState.OPEN, ConflictState.REAL})
CONFLICT_TONES: dict[str, str] = {
    ConflictState.OPEN: "wait",
    ConflictState.REAL: "bad",
    ConflictState.NONE: "good",
    ConflictState.MANAGEABLE: "warn",
    ConflictState.LAPSED: "neutral",
}


class ConflictFinding(models.TextChoices):
    REAL = "real", pgettext_lazy("conflict", "a conflict: may not judge")
    NONE = "none", pgettext_lazy("conflict", "not a conflict")
    MANAGEABLE = "manageable", pgettext_lazy("conflict", "may judge under a condition")


class Declarer(models.TextChoices):
    """Who says that there is a tie which no register knows."""

    EXPERT = "expert", _("the person himself")
    OFFICE = "office", _("the office")


@dataclass(frozen=True, kw_only=True)
class Interest:
    """A tie that a person declares: to a dossier or an order, of which kind, and why."""

    reason: str
    dossier_id: int | None = None
    order_id: int | None = None
    kind: str = TieKind.DECLARED
    rule_code: str = ""


RECORDED |= {
    "panels.find_conflicts": _("looked for conflicts of interest"),
    "panels.set_tie_years": _("said how long a kind of tie counts"),
    "panels.declare_interests": _("declared interests"),
    "panels.judge_conflict": _("judged a conflict of interest"),
    "panels.confirm_conflict": _("confirmed a verdict on a conflict of interest"),
    "panels.reopen_conflict": _("opened a conflict of interest again"),
    "panels.dismiss_tie": _("set a wrong tie aside for good"),
    "panels.restore_tie": _("let a tie count again"),
    "panels.name_exclusion": _("named somebody who should not judge"),
    "panels.withdraw_exclusion": _("took the naming back"),
}
# ---- before the meeting: invitations, reading, reviews


class Signing(models.TextChoices):
    """How an undertaking was signed."""

    ONLINE = "online", pgettext_lazy("signing", "in the system")
    PAPER = "paper", pgettext_lazy("signing", "on paper, entered by the secretary")


class ReminderKind(models.TextChoices):
    UNANSWERED = "unanswered", _("the invitation is not answered")
    NO_ANSWER = "no_answer", _("no answer any more: think of a replacement")
    UNSIGNED = "unsigned", _("the undertaking is not signed")
    DUE_SOON = "due_soon", _("the review is due soon")
    OVERDUE = "overdue", _("the review is overdue")
    NO_REVIEW = "no_review", _("no review any more: think of another reviewer")


# These go to the council secretary; the others to the member.
TO_SECRETARY = frozenset({ReminderKind.NO_ANSWER, ReminderKind.NO_REVIEW})
# Days of the house, stated in the handbook; no text gives any.
ANSWER_DAYS = 14
REMIND_AFTER = 3
HOPELESS_AFTER = 7
DUE_SOON = 3
HOPELESS_REVIEW = 3
QUESTION_DAYS = 5


class ReviewState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("review", "being written")
    HANDED_IN = "handed_in", pgettext_lazy("review", "handed in")


class Confidence(models.TextChoices):
    HIGH = "high", pgettext_lazy("confidence", "high: my own field")
    MEDIUM = "medium", pgettext_lazy("confidence", "medium: a field close to mine")
    LOW = "low", pgettext_lazy("confidence", "low: I judge as an informed reader")


class QuestionState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("question", "waits for the secretary")
    RELEASED = "released", pgettext_lazy("question", "with the author")
    WITHHELD = "withheld", pgettext_lazy("question", "withheld")
    ANSWERED = "answered", pgettext_lazy("question", "answered")


OUT = frozenset({QuestionState.RELEASED, QuestionState.ANSWERED})

REVIEW_TONES: dict[str, str] = {
    "": "neutral",
    ReviewState.DRAFT: "wait",
    ReviewState.HANDED_IN: "good",
}
QUESTION_TONES: dict[str, str] = {
    QuestionState.ASKED: "wait",
    QuestionState.RELEASED: "info",
    QuestionState.WITHHELD: "neutral",
    QuestionState.ANSWERED: "good",
}
SIGN_LABELS: dict[str, Text] = {
    "late": _("handed in late"),
    "missing": _("missing"),
    "outlying": _("far from the others"),
    "short": _("very short"),
    "same_scores": _("the same score everywhere"),
    "fast": _("read in a hurry"),
    "copied": _("copied text"),
    "unread": _("papers not opened"),
    "altered": _("not what was committed to"),
}


@dataclass(frozen=True, kw_only=True)
class Rating:
    """What a keeper or chair says of a review: one to five for each."""

    thorough: int
    reasoned: int
    useful: int
    remark: str = ""


# ---- who knows a subject


class Evidence(models.TextChoices):
    """How many works of a person a score rests on; the method's own words."""

    NOTHING = "none", pgettext_lazy("evidence", "no work")
    FEW = "few", pgettext_lazy("evidence", "few works")
    ENOUGH = "enough", pgettext_lazy("evidence", "enough works")


EVIDENCE_TONES: dict[str, str] = {
    Evidence.NOTHING: "bad",
    Evidence.FEW: "wait",
    Evidence.ENOUGH: "good",
}
# ---- the meeting as a legal act


class BallotMethod(models.TextChoices):
    """How the council votes: by named sheets, blindly signed ballots, or on paper."""

    OPEN = "open", _("open ballots, named in the record")
    SECRET = "secret", _("secret ballots, in the browser")
    PAPER = "paper", _("secret ballots on paper, counted by the count team")


class PollState(models.TextChoices):
    """Papers are given out first; the urn opens when all have theirs, or nobody waits."""

    ISSUING = "issuing", pgettext_lazy("poll", "ballot papers are given out")
    CASTING = "casting", pgettext_lazy("poll", "the urn is open")
    COUNTED = "counted", pgettext_lazy("poll", "counted, waiting for the count team")
    CLOSED = "closed", pgettext_lazy("poll", "closed")
    CANCELLED = "cancelled", pgettext_lazy("poll", "cancelled")


UNDER_WAY = frozenset({PollState.ISSUING, PollState.CASTING, PollState.COUNTED})


class TurnEnd(models.TextChoices):
    FINISHED = "finished", pgettext_lazy("turn", "finished")
    PAUSED = "paused", pgettext_lazy("turn", "paused")
    ADJOURNED = "adjourned", pgettext_lazy("turn", "adjourned")


class LeftWhy(models.TextChoices):
    """Why a member was no longer in the meeting."""

    OTHER_DUTY = "other_duty", pgettext_lazy("left", "called away")
    UNWELL = "unwell", pgettext_lazy("left", "unwell")
    CONNECTION = "connection", pgettext_lazy("left", "connection lost")
    CONFLICT = "conflict", pgettext_lazy("left", "takes no part in the item")
    OTHER = "other", pgettext_lazy("left", "another reason")
    END = "end", pgettext_lazy("left", "end of the session")


# What a person may say of a departure, as the pages offer it; the end is written by the
# act that ends the session. The last two need words.
SAID_ON_LEAVING = {
    LeftWhy.OTHER_DUTY: LeftWhy.OTHER_DUTY.label,
    LeftWhy.UNWELL: LeftWhy.UNWELL.label,
    LeftWhy.CONNECTION: LeftWhy.CONNECTION.label,
    LeftWhy.CONFLICT: pgettext_lazy("left", "conflict of interest found on this item"),
    LeftWhy.OTHER: pgettext_lazy("left", "another reason (in words)"),
}
LEFT_IN_WORDS = frozenset({LeftWhy.CONFLICT, LeftWhy.OTHER})


class SignedHow(models.TextChoices):
    ELECTRONIC = "electronic", _("electronically, password confirmed")
    PAPER = "paper", _("on paper, scanned")


# Confirmations of the count team that make a count on paper stand.
CONFIRMATIONS = 2


# ---- formation: who should sit where, computed


class FormationMode(models.TextChoices):
    TOGETHER = "together", _("one council for all of them")
    APART = "apart", _("a council for each of them")
    REVIEWERS = "reviewers", _("reviewers among the members of a council")


class FormationState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("formation", "being planned")
    APPROVED = "approved", pgettext_lazy("formation", "approved, councils formed")
    DROPPED = "dropped", pgettext_lazy("formation", "given up")


class RunState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("run", "waiting for the worker")
    RUNNING = "running", pgettext_lazy("run", "being computed")
    SOLVED = "solved", pgettext_lazy("run", "solved")
    INFEASIBLE = "infeasible", pgettext_lazy("run", "the conditions contradict")
    FAILED = "failed", pgettext_lazy("run", "stopped by a fault")


class Objective(models.TextChoices):
    FAIR = "fair", _("the weakest council as strong as possible, then the sum")
    TOTAL = "total", _("the best sum over all councils")
    RANDOM = "random", _("drawn by lot, nearly as good: nobody can foresee it")


class Wish(models.TextChoices):
    EAGER = "eager", pgettext_lazy("wish", "gladly")
    WILLING = "willing", pgettext_lazy("wish", "willing")
    RELUCTANT = "reluctant", pgettext_lazy("wish", "rather not")
    CONFLICT = "conflict", pgettext_lazy("wish", "I am in conflict")


class Aspect(models.TextChoices):
    """What a council must be able to judge of a proposal."""

    TECHNICAL = "technical", pgettext_lazy("aspect", "technical")
    MARKET = "market", pgettext_lazy("aspect", "economic and market")
    FINANCE = "finance", pgettext_lazy("aspect", "finance")
    LEGAL = "legal", pgettext_lazy("aspect", "legal")


FORMATION_TONES: dict[str, str] = {
    FormationState.PLANNED: "wait",
    FormationState.APPROVED: "good",
    FormationState.DROPPED: "neutral",
}
RUN_TONES: dict[str, str] = {
    RunState.WAITING: "wait",
    RunState.RUNNING: "info",
    RunState.SOLVED: "good",
    RunState.INFEASIBLE: "bad",
    RunState.FAILED: "bad",
}
RECORDED |= {
    "panels.plan_formation": _("planned the forming of councils"),
    "panels.change_formation": _("changed the conditions of the forming"),
    "panels.lock_expert": _("fixed by hand who must or must not sit"),
    "panels.unlock_expert": _("took a fixing by hand back"),
    "panels.open_bidding": _("opened the wishes of experts"),
    "panels.close_bidding": _("closed the wishes of experts"),
    "panels.bid": _("said which cases the expert would judge"),
    "panels.set_unavailable": _("noted when an expert is not available"),
    "panels.drop_unavailable": _("took a time of absence back"),
    "panels.set_load": _("noted how much an expert may judge"),
    "panels.commit_seed": _("committed to the seed of the draw"),
    "panels.ask_run": _("had councils computed"),
    "panels.finish_run": _("councils were computed"),
    "panels.fail_run": _("the computing of councils was stopped"),
    "panels.swap_place": _("exchanged an expert by hand"),
    "panels.approve_formation": _("approved the computed councils"),
    "panels.drop_formation": _("gave the planned forming up"),
    "panels.replace_from_reserve": _("called a member from the reserve"),
}
