"""Words of the innovation system at work: ideas, stages, decisions, sharing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text


class Audience(models.TextChoices):
    """With whom an organisation shares; with nobody unless it says so."""

    ADVISER = "adviser", _("an adviser, by name")
    MINISTRY = "ministry", _("the ministry: measures only, no idea and no initiative")


class FieldKind(models.TextChoices):
    """What a question of a campaign's form takes."""

    LINE = "line", _("a line")
    TEXT = "text", _("a text")
    NUMBER = "number", _("a number")
    CHOICE = "choice", _("one of several answers")


class IdeaState(models.TextChoices):
    """Where an idea stands; ``lifecycle`` says from where to where."""

    SUBMITTED = "submitted", pgettext_lazy("idea", "handed in")
    TRIAGED = "triaged", pgettext_lazy("idea", "looked at")
    IN_REVIEW = "in_review", pgettext_lazy("idea", "in review")
    ACCEPTED = "accepted", pgettext_lazy("idea", "accepted")
    PARKED = "parked", pgettext_lazy("idea", "parked for later")
    DECLINED = "declined", pgettext_lazy("idea", "declined")
    MERGED = "merged", pgettext_lazy("idea", "joined with another")


class IdeaStep(models.TextChoices):
    TRIAGE = "triage", _("Looked at: no double")
    REVIEW = "review", _("Give to the reviewers")
    ACCEPT = "accept", _("Accept as an initiative")
    PARK = "park", _("Park for later")
    DECLINE = "decline", pgettext_lazy("idea", "Decline")
    MERGE = "merge", _("Join with another idea")
    REOPEN = "reopen", _("Take up again")


class Stage(models.TextChoices):
    IDENTIFY = "identify", pgettext_lazy("stage", "Identify")
    CREATE = "create", pgettext_lazy("stage", "Create")
    VALIDATE = "validate", pgettext_lazy("stage", "Validate")
    DEVELOP = "develop", pgettext_lazy("stage", "Develop")
    DEPLOY = "deploy", pgettext_lazy("stage", "Deploy")


class State(models.TextChoices):
    """How an initiative fares, beside the stage it is in."""

    ACTIVE = "active", pgettext_lazy("initiative", "active")
    HELD = "held", pgettext_lazy("initiative", "on hold")
    DONE = "done", pgettext_lazy("initiative", "in use, reviewed")
    STOPPED = "stopped", pgettext_lazy("initiative", "stopped, lesson kept")
    MERGED = "merged", pgettext_lazy("initiative", "joined with another")
    SPLIT = "split", pgettext_lazy("initiative", "split into others")
    SPUN_OUT = "spun_out", pgettext_lazy("initiative", "spun out")
    TRANSFERRED = "transferred", pgettext_lazy("initiative", "handed over")


class Verdict(models.TextChoices):
    """What is decided about an initiative."""

    BEGIN = "begin", pgettext_lazy("decision", "begin")
    MOVE = "move", pgettext_lazy("decision", "go to another stage")
    HOLD = "hold", pgettext_lazy("decision", "put on hold")
    RESUME = "resume", pgettext_lazy("decision", "go on")
    STOP = "stop", pgettext_lazy("decision", "stop")
    DONE = "done", pgettext_lazy("decision", "in use: adoption and value reviewed")
    MERGE = "merge", pgettext_lazy("decision", "join with another")
    SPLIT = "split", pgettext_lazy("decision", "split into others")
    SPIN_OUT = "spin_out", pgettext_lazy("decision", "spin out")
    TRANSFER = "transfer", pgettext_lazy("decision", "hand over")


class Criterion(models.TextChoices):
    """What a stage decision weighs, each 0 to 5."""

    FIT = "fit", pgettext_lazy("criterion", "fits the strategy")
    NEED = "need", pgettext_lazy("criterion", "users need it")
    VALUE = "value", pgettext_lazy("criterion", "value for the organisation")
    FEASIBLE = "feasible", pgettext_lazy("criterion", "can be done")
    CERTAIN = "certain", pgettext_lazy("criterion", "what is uncertain was tested")


class StopReason(models.TextChoices):
    NO_NEED = "no_need", pgettext_lazy("stop", "users do not need it")
    NO_VALUE = "no_value", pgettext_lazy("stop", "it does not pay")
    TECHNICAL = "technical", pgettext_lazy("stop", "it cannot be made to work")
    LEGAL = "legal", pgettext_lazy("stop", "law, safety or rights of others forbid it")
    RESOURCES = "resources", pgettext_lazy("stop", "no people, time or money")
    STRATEGY = "strategy", pgettext_lazy("stop", "it no longer fits the strategy")
    LATE = "late", pgettext_lazy("stop", "others were first")
    OTHER = "other", pgettext_lazy("stop", "another reason, told in words")


class Kind(models.TextChoices):
    """What kind of innovation it is."""

    PRODUCT = "product", pgettext_lazy("innovation", "product")
    SERVICE = "service", pgettext_lazy("innovation", "service")
    PROCESS = "process", pgettext_lazy("innovation", "process")
    ORGANISATION = "organisation", pgettext_lazy("innovation", "organisation of work")
    MARKET = "market", pgettext_lazy("innovation", "market or business model")


class Horizon(models.IntegerChoices):
    CORE = 1, pgettext_lazy("horizon", "1: better at what we do")
    NEXT = 2, pgettext_lazy("horizon", "2: new beside what we do")
    NEW = 3, pgettext_lazy("horizon", "3: new altogether")


class Risk(models.TextChoices):
    LOW = "low", pgettext_lazy("risk", "low")
    MEDIUM = "medium", pgettext_lazy("risk", "medium")
    HIGH = "high", pgettext_lazy("risk", "high")


class Outcome(models.TextChoices):
    """What a test showed of an assumption."""

    HOLDS = "holds", pgettext_lazy("assumption", "it holds")
    FAILS = "fails", pgettext_lazy("assumption", "it does not hold")
    UNCLEAR = "unclear", pgettext_lazy("assumption", "unclear")


class AfterTest(models.TextChoices):
    GO = "go", pgettext_lazy("after a test", "go on")
    CHANGE = "change", pgettext_lazy("after a test", "change it")
    STOP = "stop", pgettext_lazy("after a test", "propose to stop")


class RightKind(models.TextChoices):
    PATENT = "patent", pgettext_lazy("right", "patent")
    UTILITY = "utility", pgettext_lazy("right", "utility solution")
    DESIGN = "design", pgettext_lazy("right", "industrial design")
    MARK = "mark", pgettext_lazy("right", "trade mark")
    COPYRIGHT = "copyright", pgettext_lazy("right", "copyright, software")
    SECRET = "secret", pgettext_lazy("right", "trade secret")
    OF_OTHERS = "of_others", pgettext_lazy("right", "right of others that matters here")


class RightState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("right", "to be examined")
    FILED = "filed", pgettext_lazy("right", "filed")
    GRANTED = "granted", pgettext_lazy("right", "granted or in force")
    LICENSED = "licensed", pgettext_lazy("right", "licensed")
    LAPSED = "lapsed", pgettext_lazy("right", "lapsed or given up")


class Grade(models.TextChoices):
    """How much a finding of an internal audit weighs."""

    OBSERVATION = "observation", pgettext_lazy("finding", "observation")
    MINOR = "minor", pgettext_lazy("finding", "minor nonconformity")
    MAJOR = "major", pgettext_lazy("finding", "major nonconformity")


class FindingState(models.TextChoices):
    OPEN = "open", pgettext_lazy("finding", "open")
    CAUSE = "cause", pgettext_lazy("finding", "cause known")
    ACTION = "action", pgettext_lazy("finding", "action under way")
    VERIFIED = "verified", pgettext_lazy("finding", "effect verified")
    CLOSED = "closed", pgettext_lazy("finding", "closed")


RECORDED: dict[str, Text] = {
    "innovation.note_signal": _("signal noted"),
    "innovation.set_objective": _("innovation objective set"),
    "innovation.reach_objective": _("innovation objective reached"),
    "innovation.set_portfolio": _("targets of the innovation portfolio set"),
    "innovation.plan_audit": _("internal audit planned"),
    "innovation.hold_audit": _("internal audit held"),
    "innovation.note_audit_finding": _("finding of an internal audit noted"),
    "innovation.follow_finding": _("finding of an internal audit followed up"),
    "innovation.hold_review": _("management review held"),
    "innovation.carry_out": _("decision of a management review carried out"),
    "innovation.file_record": _("record of the innovation system filed"),
    "innovation.open_campaign": _("idea campaign opened"),
    "innovation.close_campaign": _("idea campaign closed"),
    "innovation.renew_link": _("link of an idea campaign made anew"),
    "innovation.name_reviewer": _("reviewer of ideas named"),
    "innovation.release_reviewer": _("reviewer of ideas released"),
    "innovation.hand_in": _("idea handed in"),
    "innovation.step_idea": _("idea moved on"),
    "innovation.score_idea": _("idea scored by a reviewer"),
    "innovation.reward": _("reward for an idea noted"),
    "innovation.begin": _("initiative begun"),
    "innovation.describe": _("initiative described"),
    "innovation.decide": _("stage of an initiative decided"),
    "innovation.assume": _("assumption of an initiative noted"),
    "innovation.test": _("test of an assumption planned or told"),
    "innovation.note_right": _("right of an initiative noted"),
    "innovation.note_partner": _("partner of an initiative noted"),
    "innovation.remind": _("reminder of late replies to ideas sent"),
    "innovation.share": _("innovation work shared"),
    "innovation.end_sharing": _("sharing of innovation work ended"),
}
