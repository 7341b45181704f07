"""The words for selection rounds, decisions, letters and objections."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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


class ObjectionState(models.TextChoices):
    OPEN = "open", _("open")
    UPHELD = "upheld", _("upheld")
    REJECTED = "rejected", _("rejected")
