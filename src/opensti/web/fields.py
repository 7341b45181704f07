"""Fields that the forms of several domains share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from opensti.kernel.money import parse_money
from opensti.kernel.refusals import Invalid

if TYPE_CHECKING:
    from decimal import Decimal


class MoneyField(forms.CharField):
    """Whole đồng: 1.234.567 or 1,234,567 đ; nothing typed is nothing said."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "numeric"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = super().to_python(value) or ""
        if not text.strip():
            return None
        try:
            return parse_money(text)
        except Invalid as refusal:
            raise forms.ValidationError(
                [f"{p.message} {p.mend}".strip() for p in refusal.problems]
            ) from refusal
