"""Words of assessments: forms of a framework, with whom an organisation shares, acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text


class Form(models.TextChoices):
    """How much of a framework is asked."""

    SHORT = "short", _("short form")
    FULL = "full", _("full form")


class Audience(models.TextChoices):
    """With whom an organisation shares; with nobody unless it says so."""

    ADVISER = "adviser", _("an adviser, by name")
    MINISTRY = "ministry", _("the ministry's officers and leaders")
    PEERS = "peers", _("comparisons, without its name")


RECORDED: dict[str, Text] = {
    "assessments.load_framework": _("framework loaded"),
    "assessments.extend_framework": _("framework extended by an organisation"),
    "assessments.share": _("assessments shared"),
    "assessments.end_sharing": _("sharing of assessments ended"),
}
