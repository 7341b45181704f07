"""The words for screenings, what they find, and what people say of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What is compared; reports come with the domain that will keep them."""

    NEED = "tasks.need", _("need")
    ORDER = "tasks.order", _("order")
    DOSSIER = "calls.dossier", _("dossier")
    TASK = "tasks.task", _("task")


# What is screened by itself; a task file is only compared with.
SCREENED = (Kind.NEED, Kind.ORDER, Kind.DOSSIER)


class Reason(models.TextChoices):
    """Why a screening was made."""

    FILED = "filed", _("handed in or changed")
    GROWN = "grown", _("the corpus grew")
    ASKED = "asked", _("asked for")


class ScreeningState(models.TextChoices):
    WAITING = "waiting", _("waiting to be compared")
    DONE = "done", _("compared")


class Finding(models.TextChoices):
    """What a person says of a likeness."""

    NONE = "none", _("no overlap")
    ACCEPTABLE = "acceptable", _("overlap, acceptable")
    MERGE = "merge", _("to be merged")
    DECLINE = "decline", _("to be declined")


# What lets the work go on as it is; what stands in the way of its approval.
LENIENT = frozenset({Finding.NONE, Finding.ACCEPTABLE})
BARRING = frozenset({Finding.MERGE, Finding.DECLINE})


class VerdictState(models.TextChoices):
    PROPOSED = "proposed", _("waits for a second person")
    STANDING = "standing", _("stands")
    RETURNED = "returned", _("not confirmed")
    REPLACED = "replaced", _("replaced by a later one")


LIVING = (VerdictState.PROPOSED, VerdictState.STANDING)


class Likeness(models.TextChoices):
    """How two works are alike, as the method calls it."""

    SAME_WORK = "same work", _("the same work")
    CONTINUATION = "continuation", _("continuation")
    PART_OF = "part of", _("part of the other")
    SHARED_METHOD = "shared method", _("shared method")
    SHARED_TEXT = "shared text only", _("shared text only")
    NONE = "none", _("no kind stands out")
    NOT_TOLD = "not told", _("no kind can be told across languages")


class TermOrigin(models.TextChoices):
    """Where a term comes from by which works of two languages find each other."""

    OWN = "own", _("put in here")
    LEARNED = "learned", _("learned from public works")
    SHIPPED = "shipped", _("comes with OpenSTI")


class BadTerm(models.TextChoices):
    """Why a row of a list of terms is no use, as the method calls it."""

    NO_VI = "no vi", _("no term in Vietnamese")
    NO_EN = "no en", _("no term in English")
    TOO_LONG = "too long", _("a term of more than eight words")
    NO_WEIGHT = "no weight", _("the weight is no number above 0")
    TWICE = "twice", _("the same pair stands there already")
    BROKEN = (
        "broken",
        _("the row is broken: more cells than columns, or no JSON object"),
    )


# A likeness less probable than this is not kept; listed is what the thresholds say.
LEAST = 0.05
# Of 256 pairs of wordings so many are drawn by lot, to be judged below the threshold.
DRAWN_OF_256 = 13
