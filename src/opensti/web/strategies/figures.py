"""Values of indicators as pages write and forms read them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from sti_methods.indicators import rounded

from opensti.ui.templatetags.ui import number

if TYPE_CHECKING:
    from opensti.domains.strategies.models import Indicator

_TYPED = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


def shown(value: Decimal | None, decimals: int) -> str:
    """A value with the places of its card, in the reader's own digits."""
    if value is None:
        return ""
    return number(rounded(value, decimals=decimals), decimals)


def shown_of(card: Indicator, value: Decimal | None) -> str:
    return shown(value, card.decimals)


def plain(value: Decimal | None) -> str:
    """A value as an input shows it: no zeros behind, a comma before the places."""
    if value is None:
        return ""
    return f"{value.normalize():f}".replace(".", ",")


class Figure(forms.CharField):
    """A figure, "12,5" or "12.5", without groups of thousands."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "numeric"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = (super().to_python(value) or "").replace("\u00a0", "").replace(" ", "")
        if not text:
            return None
        if not _TYPED.fullmatch(text) or len(text) > 30:  # noqa: PLR2004 -- as kept
            raise forms.ValidationError(
                _("“%(text)s” is not a number.") % {"text": value}
            )
        return Decimal(text.replace(",", "."))
