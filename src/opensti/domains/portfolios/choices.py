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
