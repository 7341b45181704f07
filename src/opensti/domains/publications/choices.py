"""The words of publication: honours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text


class Whom(models.TextChoices):
    """Who is honoured: all work of a host, or the team of one task."""

    ORGANISATION = "organisation", _("organisation")
    TEAM = "team", _("team of a task")


class Measure(models.TextChoices):
    """What is counted, of tasks whose work was accepted."""

    ACCEPTED = "accepted", _("tasks accepted")
    RESULTS = "results", _("results open to everybody")
    REGISTERED = "registered", _("results registered")
    USED = "used", _("tasks with results in use, by checked answers")


class HonourState(models.TextChoices):
    CANDIDATE = "candidate", _("candidate")
    CONFIRMED = "confirmed", _("honoured")
    DECLINED = "declined", _("not honoured")
    WITHDRAWN = "withdrawn", _("honour withdrawn")


HONOURS_RECORDED: dict[str, Text] = {
    "publications.state_criterion": _("criterion of honours stated"),
    "publications.run_honours": _("candidates for honours computed"),
    "publications.confirm_honour": _("honour confirmed"),
    "publications.decline_honour": _("candidate not honoured"),
    "publications.withdraw_honour": _("honour withdrawn, with the reason"),
    "publications.agree_to_be_named": _("agreed to be named"),
    "publications.end_naming": _("no longer wants to be named"),
}
