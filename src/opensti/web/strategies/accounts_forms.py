from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.actions import MOST_CAPITALS
from opensti.domains.strategies.choices import RunKind, SectorColumn, SplitConvention

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DAY = {"type": "date"}


class DatasetForm(forms.Form):
    code = forms.CharField(
        label=_("Code"), max_length=60, help_text=_("For example pwt-10.01.")
    )
    name_vi = forms.CharField(label=_("Name (Vietnamese)"), max_length=300)
    name_en = forms.CharField(label=_("Name (English)"), max_length=300, required=False)
    provider = forms.CharField(label=_("Provider"), max_length=300)
    licence = forms.CharField(
        label=_("Licence"), max_length=200, help_text=_("For example CC BY 4.0.")
    )
    citation = forms.CharField(
        label=_("Citation"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("As the provider asks for it; needed before a run is published."),
    )
    address = forms.URLField(
        label=_("Address"), required=False, max_length=500, assume_scheme="https"
    )
    redistributable = forms.BooleanField(
        label=_("The licence lets us hand the figures on"), required=False
    )


class ReleaseForm(forms.Form):
    label = forms.CharField(
        label=_("Release"), max_length=100, help_text=_("As 10.01 or 2026-03.")
    )
    published_on = forms.DateField(
        label=_("Published on"), required=False, widget=forms.DateInput(attrs=_DAY)
    )
    retrieved_on = forms.DateField(
        label=_("Taken on"), widget=forms.DateInput(attrs=_DAY)
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    file = forms.FileField(
        label=_("File (CSV or XLSX)"),
        help_text=_(
            "Columns unit, sector, year and quantities; or cnt, var, year and sectors; or code, unit, year, value (a block by column or sheet); or the Penn World Table."
        ),
    )


class Names(forms.CharField):
    """Names apart by commas or lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2}), **kwargs)

    def to_python(self, value: Any) -> Any:
        told = re.split(r"[,;\n]+", super().to_python(value) or "")
        return [name.strip() for name in told if name.strip()]


class Shares(Names):
    """Shares between 0 and 1, as 0.5, 0.6."""

    def to_python(self, value: Any) -> Any:
        try:
            return [float(name) for name in super().to_python(value)]
        except ValueError:
            raise forms.ValidationError(
                _("Write numbers with a point, as 0.5, 0.6.")
            ) from None


class AskForm(forms.Form):
    """What every kind of run asks for."""

    title_vi = forms.CharField(label=_("Name of the run (Vietnamese)"), max_length=300)
    title_en = forms.CharField(
        label=_("Name of the run (English)"), max_length=300, required=False
    )
    first = forms.IntegerField(label=_("First year"), min_value=1800, max_value=2200)
    last = forms.IntegerField(label=_("Last year"), min_value=1800, max_value=2200)
    units = Names(
        label=_("Economies or provinces"),
        required=False,
        help_text=_("Apart by commas; none: all units."),
    )

    def __init__(
        self, *args: Any, known: Mapping[str, Sequence[str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].help_text = _(
            "Apart by commas; none: all units. Known: %(names)s"
        ) % {"names": _few(known["units"])}
        blocks = [(name, name) for name in known["blocks"]]
        for name in ("value_added", "employment", "value_added_current"):
            if name in self.fields:
                field = self.fields[name]
                empty = [] if field.required else [("", "—")]
                field.choices = [*empty, *blocks]  # type: ignore[attr-defined]
                if self.initial.get(name) not in known["blocks"]:
                    self.initial[name] = _guess(name, known["blocks"])
        sectors = [(name, name) for name in known["sectors"]]
        for name in ("sectors", "exclude"):
            if name in self.fields:
                self.fields[name].choices = sectors  # type: ignore[attr-defined]


# Blocks by the names that national accounts and the ETD give them.
_USUAL = {
    "value_added": ("value_added", "va_q15", "va_q"),
    "employment": ("employment", "emp"),
    "value_added_current": ("value_added_current", "va"),
}


def _guess(name: str, blocks: Sequence[str]) -> str:
    known = {block.casefold(): block for block in blocks}
    return next((known[usual] for usual in _USUAL[name] if usual in known), "")


def _few(names: Sequence[str], most: int = 60) -> str:
    told = ", ".join(names[:most])
    return f"{told}…" if len(names) > most else told


class GrowthForm(AskForm):
    shares = Shares(
        label=_("Labour shares assumed where none is published"),
        help_text=_("At least two: the result is a range, never one number."),
    )
    labour_unit = forms.ChoiceField(
        label=_("Labour is counted in"),
        choices=[("hours", _("hours")), ("persons", _("persons"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("value_added", "labour", "capital", "quality", "labour_share"):
            self.fields[f"column_{name}"] = forms.CharField(
                label=_("Series: %(name)s") % {"name": SectorColumn(name).label},
                required=False,
                max_length=250,
                help_text=_("block/code; nothing for the Penn World Table."),
            )
        self.fields["column_capital"].help_text = _(
            "block/code; nothing for the Penn World Table, or where kinds of capital are named below."
        )


class CapitalRow(forms.Form):
    """One kind of capital; a row without a word in it is none."""

    name = forms.CharField(label=_("Kind of capital"), max_length=60, required=False)
    volume = forms.CharField(
        label=_("Its series, block/code"), max_length=250, required=False
    )
    income = forms.CharField(
        label=_("Its income or share of the cost, block/code"),
        max_length=250,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self:  # the column is the label: a screen reader is told it
            bound.field.widget.attrs["aria-label"] = bound.label

    def said(self) -> dict[str, str]:
        told = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return told if any(told.values()) else {}


CapitalRows = forms.formset_factory(
    CapitalRow, extra=2, max_num=MOST_CAPITALS, absolute_max=MOST_CAPITALS
)


class SplitForm(AskForm):
    value_added = forms.ChoiceField(label=_("Value added in constant prices"))
    employment = forms.ChoiceField(label=_("Employment"))
    value_added_current = forms.ChoiceField(
        label=_("Value added in current prices"),
        required=False,
        help_text=_("Weights of the Törnqvist convention."),
    )
    conventions = forms.MultipleChoiceField(
        label=_("Conventions"),
        choices=SplitConvention.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Several are shown side by side; where signs differ, it is said."),
    )
    sectors = forms.MultipleChoiceField(
        label=_("Sectors"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: all sectors."),
    )
    exclude = forms.MultipleChoiceField(
        label=_("Left out"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Real estate has value added and nearly no workers."),
    )


class TargetForm(AskForm):
    value_added = forms.ChoiceField(label=_("Value added in constant prices"))
    employment = forms.ChoiceField(label=_("Employment"))
    base = forms.IntegerField(
        label=_("Base year of the promise"), min_value=1800, max_value=2200
    )
    until = forms.IntegerField(
        label=_("Last year of the promise"), min_value=1800, max_value=2200
    )
    promised_value_added = forms.FloatField(
        label=_("Promised growth of value added, % a year"), localize=True
    )
    promised = forms.FloatField(
        label=_("Promised growth of labour productivity, % a year"), localize=True
    )
    sectors = forms.MultipleChoiceField(
        label=_("Sectors that are added up"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: all sectors."),
    )


FORMS: dict[str, type[AskForm]] = {
    RunKind.GROWTH: GrowthForm,
    RunKind.SHIFT_SHARE: SplitForm,
    RunKind.TARGETS: TargetForm,
}


class ChooseForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is computed"), choices=RunKind.choices, widget=forms.RadioSelect
    )
    vintages = forms.MultipleChoiceField(
        label=_("Releases"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Several are computed side by side."),
    )
