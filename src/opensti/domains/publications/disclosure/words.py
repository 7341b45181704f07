"""The closed words of a disclosure policy: who is shown something, and in which form."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text

# The field that stands for a row's existence.
WHOLE_ROW = "*"


class Audience(StrEnum):
    """Who asks; whatever a wider circle is shown, the narrower one is shown too."""

    PUBLIC = "public"
    PARTNER = "partner"
    STAFF = "staff"

    @property
    def circles(self) -> tuple[Audience, ...]:
        """The circles this audience is in, its own first."""
        return _CIRCLES[self]


# Asked for every field of every row of a whole export.
_CIRCLES = {one: tuple(Audience)[place::-1] for place, one in enumerate(Audience)}
AUDIENCE_LABELS: dict[Audience, Text] = {
    Audience.PUBLIC: _("everybody"),
    Audience.PARTNER: _("partner systems with a key"),
    Audience.STAFF: _("officials of the house"),
}


class Form(StrEnum):
    """In which form a field is shown."""

    EXACT = "exact"
    ROUNDED = "rounded"
    YEAR = "year"
    COUNT = "count"
    CONSENT = "consent"
    REGIME = "regime"
    NONE = "none"


FORM_LABELS: dict[Form, Text] = {
    Form.EXACT: _("as it is"),
    Form.ROUNDED: _("rounded to million đồng"),
    Form.YEAR: _("the year alone"),
    Form.COUNT: _("how many, nothing else"),
    Form.CONSENT: _("with the consent of the person"),
    Form.REGIME: _("where the procedure publishes it"),
    Form.NONE: _("not shown"),
}


class Nature(StrEnum):
    """What kind of value a field holds; decides which forms it can take."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    LIST = "list"
