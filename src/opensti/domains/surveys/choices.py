"""Words of surveys: where a wave stands, how a sample is spread, acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text


class State(models.TextChoices):
    """Where a wave stands; ``lifecycle`` says from where to where. There is no way back."""

    DESIGN = "design", _("being designed")
    PILOT = "pilot", _("pilot")
    FROZEN = "frozen", _("frozen")
    FIELD = "field", _("in the field")
    CLOSED = "closed", _("closed")
    CLEANED = "cleaned", _("cleaned")
    ANALYSED = "analysed", _("analysed")
    PUBLISHED = "published", _("published")


class Step(models.TextChoices):
    PILOT = "pilot", _("Begin the pilot")
    FREEZE = "freeze", _("Freeze the questionnaire")
    OPEN = "open", _("Go into the field")
    CLOSE = "close", _("Close the answers")
    CLEAN = "clean", _("Clean the answers")
    ANALYSE = "analyse", _("Analyse")
    PUBLISH = "publish", _("Publish, once")


class Way(models.TextChoices):
    """How a sample is spread over the strata."""

    NEYMAN = "neyman", _("by size and spread (Neyman)")
    PROPORTIONAL = "proportional", _("by size")
    EQUAL = "equal", _("the same in each stratum")


class Stage(models.TextChoices):
    """How far a scale must be the same before means stand side by side."""

    SCALAR = "scalar", _("up to the intercepts")
    METRIC = "metric", _("up to the loadings")


class Consent(models.TextChoices):
    """What a respondent said to taking part."""

    NONE = "", _("not asked yet")
    GIVEN = "given", _("agreed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


SIZES: tuple[tuple[str, Text], ...] = (
    ("micro", _("micro")),
    ("small", _("small")),
    ("medium", _("medium")),
    ("large", _("large")),
)
LANGUAGES: tuple[tuple[str, Text], ...] = (
    ("vi", _("Vietnamese")),
    ("en", _("English")),
)

RECORDED: dict[str, Text] = {
    "surveys.draft_wave": _("survey designed"),
    "surveys.edit_wave": _("design of a survey changed"),
    "surveys.name_manager": _("survey manager named"),
    "surveys.dismiss_manager": _("survey manager dismissed"),
    "surveys.upload_frame": _("strata of a survey entered"),
    "surveys.allocate_sample": _("sample of a survey spread"),
    "surveys.invite_list": _("organisations invited to a survey"),
    "surveys.remind": _("reminders of a survey sent"),
    "surveys.withdraw_unit": _("organisation taken out of a survey"),
    "surveys.step": _("survey moved on"),
    "surveys.clean_wave": _("answers of a survey cleaned"),
    "surveys.analyse_wave": _("survey analysed"),
    "surveys.decline": _("recommendation of a survey declined"),
}
