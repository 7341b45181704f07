"""The words for selection rounds, decisions, letters and objections."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import State

# States in which an applicant may object.
REFUSED = frozenset({State.DECLINED, State.INELIGIBLE})


class RoundState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    PROPOSED = "proposed", _("before the leader")
    DECIDED = "decided", _("decided")
    RELEASED = "released", _("letters released")


class Ruling(models.TextChoices):
    APPROVE = "approve", _("approved")
    DECLINE = "decline", _("declined")


class ScenarioState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    WAITING = "waiting", _("being computed")
    SOLVED = "solved", _("computed")
    INFEASIBLE = "infeasible", _("cannot be met")
    FAILED = "failed", _("not computed")
    PUT_FORWARD = "put_forward", _("before a second person")
    ADOPTED = "adopted", _("adopted as advice")
    REPLACED = "replaced", _("replaced by another")


SCENARIO_TONES: dict[str, str] = {
    ScenarioState.DRAFT: "neutral",
    ScenarioState.WAITING: "wait",
    ScenarioState.SOLVED: "info",
    ScenarioState.INFEASIBLE: "bad",
    ScenarioState.FAILED: "bad",
    ScenarioState.PUT_FORWARD: "wait",
    ScenarioState.ADOPTED: "good",
    ScenarioState.REPLACED: "neutral",
}


class Basis(models.TextChoices):
    """What counts as the merit of a dossier."""

    MEAN = "mean", _("mean score by the regime")
    CALIBRATED = "calibrated", _("calibrated merit")


class TieRule(models.TextChoices):
    """Which of several equally good sets is taken."""

    RANK = "rank", _("the better mean score, then the one handed in first")
    DRAW = "draw", _("a public draw")


class Barred(models.TextChoices):
    """Why a dossier cannot be chosen in any scenario."""

    COUNCIL = "council", _("the council does not propose it")
    OUTRANKED = "outranked", _("another dossier of its order goes before it")
    ORDER = "order", _("another dossier of its order was approved before")
    OVERLAP = "overlap", _("it overlaps with other work")
    UNJUDGED = "unjudged", _("a likeness to other work waits for a verdict")
    LOCK = "lock", _("set aside by hand, with a reason")


class LetterState(models.TextChoices):
    PREPARED = "prepared", _("prepared")
    CHECKED = "checked", _("checked")
    RELEASED = "released", _("released")


class Concern(models.TextChoices):
    """What an objection is about."""

    DECISION = "decision", _("the decision")
    VALIDITY = "validity", _("refused as not valid")


class ObjectionState(models.TextChoices):
    OPEN = "open", _("open")
    UPHELD = "upheld", _("upheld")
    REJECTED = "rejected", _("rejected")
