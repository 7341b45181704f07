"""What a survey manager fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.choices import Form
from opensti.domains.registry.queries import organisation_names
from opensti.domains.surveys.choices import LANGUAGES, Stage, Way
from opensti.kernel.access import Role
from opensti.kernel.checks import problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.surveys.models import Wave
    from opensti.kernel.access import Actor

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
LONG = forms.Textarea(attrs={"rows": 3})
TABLE = forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"})
HOUSE = 0
# Whose usual values do for most surveys: out of the way of who begins one.
METHOD = ("gaps", "quick", "straight", "copied", "stage", "runs", "seed")


class Design(forms.Form):
    organisation = forms.TypedChoiceField(label=_("Organiser"), coerce=int)
    title_vi = forms.CharField(label=_("Title in Vietnamese"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    purpose = forms.CharField(
        label=_("Purpose, as those who are asked read it"),
        widget=LONG,
        required=False,
        max_length=2000,
    )
    form = forms.ChoiceField(label=_("Form"), choices=Form.choices, initial=Form.SHORT)
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        initial=["vi", "en"],
    )
    economies = forms.CharField(
        label=_("Economies or provinces"),
        help_text=_("Their codes, one a line: VNM, LAO … or a province's."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    opens_on = forms.DateField(label=_("First day in the field"), widget=DAY)
    closes_on = forms.DateField(label=_("Last day in the field"), widget=DAY)
    previous = forms.ChoiceField(
        label=_("Wave before"),
        required=False,
        help_text=_("Its recommendations are looked at again."),
    )
    gaps = forms.FloatField(
        label=_("Left out above this part of questions without an answer"),
        min_value=0,
        max_value=1,
        initial=0.33,
    )
    quick = forms.FloatField(
        label=_("Left out below this part of the median time"),
        min_value=0,
        max_value=1,
        initial=0.33,
    )
    straight = forms.IntegerField(
        label=_("Left out with so many answers, all alike"),
        min_value=2,
        max_value=1000,
        initial=5,
    )
    copied = forms.IntegerField(
        label=_("Left out as a copy of a colleague's from so many answers on"),
        min_value=2,
        max_value=1000,
        initial=20,
    )
    stage = forms.ChoiceField(
        label=_("How far a scale must be the same before economies are compared"),
        choices=Stage.choices,
        initial=Stage.SCALAR,
    )
    runs = forms.IntegerField(
        label=_("Draws of the bootstrap"),
        min_value=100,
        max_value=20_000,
        initial=2000,
    )
    seed = forms.IntegerField(label=_("Seed of the draws"), min_value=0, initial=0)
    currency = forms.CharField(
        label=_("Currency of the prices"),
        required=False,
        max_length=3,
        help_text=_("Three letters, as VND."),
    )
    prices = forms.CharField(
        label=_("Prices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One programme a line: code; a seat; a coach; fixed. Without it no budget is told. Example: ideas; 2000000; 15000000; 0"
        ),
    )

    def __init__(
        self, actor: Actor, published: Sequence[Wave], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        names = organisation_names(actor.manages)
        house = [(HOUSE, _("The ministry"))] if actor.has(Role.OFFICER) else []
        self.fields["organisation"].choices = [  # type: ignore[attr-defined]
            *house,
            *sorted(names.items(), key=lambda pair: pair[1]),
        ]
        self.fields["previous"].choices = [  # type: ignore[attr-defined]
            ("", _("none")),
            *((one.public_id, one.title) for one in published),
        ]

    @property
    def main(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in METHOD]

    @property
    def method(self) -> list[forms.BoundField]:
        return [self[name] for name in METHOD]

    @property
    def method_wrong(self) -> bool:
        return any(field.errors for field in self.method)

    def said(self) -> dict[str, Any]:
        """What the act takes, with lines read."""
        given = dict(self.cleaned_data)
        given["organisation_id"] = given.pop("organisation") or None
        given["economies"] = given["economies"].replace(",", "\n").split()
        given["currency"] = given["currency"].strip().upper()
        given["prices"] = prices_in(given["prices"])
        return given


def prices_in(text: str) -> dict[str, dict[str, float]]:
    """Prices of programmes from lines of text; ``Invalid`` names the line."""
    found: dict[str, dict[str, float]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        code, *cells = [cell.strip() for cell in line.split(";")]
        try:
            values = [float(cell or 0) for cell in cells]
        except ValueError:
            values = []
        if len(values) != 3 or code in found:  # noqa: PLR2004 -- seat, coach, fixed
            raise problem(
                "prices",
                _("Line %(n)d: write a code, once, and three numbers, parted by “;”.")
                % {"n": number},
            )
        found[code] = dict(zip(("seat", "coach", "fixed"), values, strict=True))
    return found


def prices_text(wave: Wave) -> str:
    return "\n".join(
        f"{code}; {said['seat']:g}; {said['coach']:g}; {said['fixed']:g}"
        for code, said in wave.prices.items()
    )


class FrameFile(forms.Form):
    file = forms.FileField(
        label=_("Table of strata"),
        widget=TABLE,
        help_text=_("CSV or XLSX: economy, size, sector, organisations, deviation."),
    )


class Sample(forms.Form):
    sample = forms.IntegerField(label=_("How many organisations to ask"), min_value=1)
    way = forms.ChoiceField(label=_("How they are spread"), choices=Way.choices)
    each_economy = forms.BooleanField(
        label=_("So many in each economy"), required=False
    )
    least = forms.IntegerField(
        label=_("At least so many in each stratum"), min_value=1, initial=2
    )


class Invitations(forms.Form):
    file = forms.FileField(
        label=_("List of organisations"),
        widget=TABLE,
        help_text=_(
            "CSV or XLSX, a row for each person: organisation, name, economy, size, sector, email, role, language. The file is not kept."
        ),
    )


class Named(forms.Form):
    email = forms.EmailField(label=_("E-mail address of the account"))


class Declining(forms.Form):
    recommendation = forms.ChoiceField(label=_("Recommendation"))
    reason = forms.CharField(label=_("Reason"), widget=LONG, max_length=1000)

    def __init__(self, choices: Sequence[tuple[str, str]], *args: Any) -> None:
        super().__init__(*args)
        self.fields["recommendation"].choices = list(choices)  # type: ignore[attr-defined]
