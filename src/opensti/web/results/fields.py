"""Fields of the forms on results: money, shares, days, numbers as people write them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opensti.kernel.refusals import Problem

WHOLE = 10_000
_NUMERIC = {"inputmode": "decimal", "class": "numeric"}


class Day(forms.DateField):
    """A day, chosen in the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def day_field(label: Any, *, required: bool = False, **more: Any) -> Day:
    """A day that may be left open unless ``required``."""
    return Day(label=label, required=required, **more)


class Number(forms.CharField):
    """A figure with at most ``places`` after the comma, "12,5" or "12.5"."""

    widget = forms.TextInput(attrs=_NUMERIC)

    def __init__(self, *, places: int = 3, **kwargs: Any) -> None:
        self.places = places
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = (super().to_python(value) or "").strip().replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= Decimal(10) ** 11:
            raise forms.ValidationError(
                _("“%(text)s” is not a number.") % {"text": value}
            )
        if number != number.quantize(Decimal(1).scaleb(-self.places)):
            raise forms.ValidationError(
                _("At most %(places)s places after the comma.")
                % {"places": self.places}
            )
        return number


class Share(Number):
    """Percent with two places at most, as parts of 10,000: "33,5" or "33.5 %" → 3350."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(places=2, **kwargs)

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        text = str(value or "").replace("%", "")
        try:
            number = super().to_python(text)
        except forms.ValidationError:
            number = Decimal(-1)
        if number is None:
            return None
        if not 0 <= number <= WHOLE // 100:
            raise forms.ValidationError(
                _("Enter percent with two places at most, for example 33,5.")
            )
        return int(number * 100)


def percent_text(share: int) -> str:
    """Parts of 10,000 as an input shows them: 3350 → 33,5."""
    whole, part = divmod(share, 100)
    return f"{whole},{part:02}".rstrip("0").rstrip(",")


def text_area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def labelled(choices: Any, only: Callable[[str], bool]) -> list[tuple[str, Any]]:
    return [(value, label) for value, label in choices if only(value)]


class Versioned(forms.Form):
    """A form that says which sight of the thing it was filled in on."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class Telling(forms.Form):
    """A form that can put a refusal's problems beside its own fields."""

    def show(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            name = problem.field.partition(".")[0]
            self.add_error(
                name if name in self.fields else None,
                f"{problem.message} {problem.mend}".strip(),
            )
