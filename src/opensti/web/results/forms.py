"""Forms of results, assets and uptake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.results.choices import AssetKind, HandlingForm, Secrecy
from opensti.domains.results.queries import fields_of
from opensti.web.chosen import input_attributes
from opensti.web.fields import MoneyField
from opensti.web.goals import GoalField, IndicatorField
from opensti.web.results.fields import (
    Day,
    Number,
    Share,
    Versioned,
    labelled,
    text_area,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opensti.domains.strategies.models import Goal, Indicator

EMPTY_AUTHORS, MOST_AUTHORS = 3, 30
USERS = 5
LEVELS = [("", "—"), *((str(n), str(n)) for n in range(1, 10))]


def _level(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=LEVELS, coerce=int, empty_value=None, required=False
    )


class ResultForm(forms.Form):
    """What is said of a result; the questions of its kind come with it."""

    title_vi = forms.CharField(label=_("Title (Vietnamese)"), max_length=500)
    title_en = forms.CharField(
        label=_("Title (English)"), max_length=500, required=False
    )
    description_vi = forms.CharField(
        label=_("Description (Vietnamese)"), widget=text_area(4), required=False
    )
    description_en = forms.CharField(
        label=_("Description (English)"), widget=text_area(4), required=False
    )
    product_key = forms.ChoiceField(label=_("Promised as"), required=False)
    formed_on = Day(
        label=_("Formed on"),
        help_text=_("This day decides who owns it and how it is handled."),
    )
    accepted_on = Day(
        label=_("Accepted on"),
        required=False,
        help_text=_(
            "If it was accepted under other rules of ownership than it was formed under, it is asked which govern."
        ),
    )
    trl_start = _level(_("Readiness at the start (TRL)"))
    trl_end = _level(_("Readiness at the end (TRL)"))
    trl_reason = forms.CharField(
        label=_("Why is the readiness lower at the end?"),
        widget=text_area(2),
        required=False,
    )
    secrecy = forms.ChoiceField(
        label=_("Secrecy"), choices=Secrecy.choices, widget=forms.RadioSelect
    )
    open_from = Day(label=_("Open from"), required=False)
    goal = GoalField()
    indicator = IndicatorField(label=_("Indicator it moves"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        kind: str,
        products: Iterable[Any],
        authors: int = 0,
        editing: bool = False,
        goal: Goal | None = None,
        indicator: Indicator | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].offer(goal)  # type: ignore[attr-defined]
        self.fields["indicator"].offer(indicator)  # type: ignore[attr-defined]
        product: Any = self.fields["product_key"]
        product.choices = [
            ("", _("nothing that was promised")),
            *((p.key, p.name) for p in products),
        ]
        for asked in fields_of(kind):
            self.fields[f"detail_{asked.id}"] = forms.CharField(
                label=asked.label, max_length=500, required=False
            )
        self.count = min(authors + EMPTY_AUTHORS, MOST_AUTHORS)
        for n in range(self.count):
            self.fields[f"author_{n}"] = forms.CharField(
                label=_("Author"),
                required=False,
                widget=forms.TextInput(attrs=input_attributes("person")),
            )
            self.fields[f"share_{n}"] = Share(label=_("Share (%)"), required=False)
        if editing:
            self.fields["reason"] = forms.CharField(
                label=_("Reason for the change"),
                widget=text_area(2),
                help_text=_(
                    "Everybody reads this reason beside the change once the result is public. Name no person and nothing that is secret."
                ),
            )

    @property
    def plain(self) -> list[Any]:
        """The fields of their own, in order."""
        return [f for f in self.visible_fields() if not self._in_a_row(f.name)]

    @property
    def author_rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"author_{n}"], self[f"share_{n}"]) for n in range(self.count)]

    @staticmethod
    def _in_a_row(name: str) -> bool:
        return name.startswith(("author_", "share_"))


class ProposeForm(forms.Form):
    formed_on = Day(
        label=_("Formed on"),
        help_text=_("This day decides who owns it and how it is handled."),
    )


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"))


class AssetForm(forms.Form):
    code = forms.CharField(label=_("Inventory number"), max_length=60)
    name = forms.CharField(label=_("Name of the asset"), max_length=300)
    kind = forms.ChoiceField(label=_("Kind of asset"), choices=AssetKind.choices)
    result = forms.ChoiceField(label=_("Of the result"), required=False)
    formed_on = Day(
        label=_("Formed on"),
        help_text=_("This day decides who owns it and how it is handled."),
    )
    accepted_on = Day(
        label=_("Accepted on"),
        required=False,
        help_text=_(
            "If it was accepted under other rules of ownership than it was formed under, it is asked which govern."
        ),
    )
    quantity = Number(label=_("Quantity"), initial="1")
    unit = forms.CharField(label=_("Unit"), max_length=60, required=False)
    original_value = MoneyField(label=_("Original value of all pieces (đồng)"))
    state_share = Share(label=_("State's share (%)"), initial="100")
    is_car = forms.BooleanField(label=_("It is a car"), required=False)
    serial = forms.CharField(label=_("Serial number"), max_length=100, required=False)
    place = forms.CharField(label=_("Place"), max_length=300, required=False)
    custodian = forms.CharField(label=_("Custodian"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        results: Iterable[Any],
        editing: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["custodian"].widget.attrs.update(input_attributes("organisation"))
        chosen: Any = self.fields["result"]
        chosen.choices = [("", "—"), *((r.public_id, r.title) for r in results)]
        if editing:
            self.fields["reason"] = forms.CharField(
                label=_("Reason for the change"), widget=text_area(2)
            )


class ImportForm(forms.Form):
    file = forms.FileField(label=_("Table (XLSX or CSV)"))


class ActForm(Versioned):
    """An act on an asset; ``wants`` names its questions, in order."""

    def __init__(
        self,
        *args: Any,
        wants: Sequence[str],
        forms_of: Sequence[str] = (),
        rules: Sequence[tuple[str, str]] = (),
        labels: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in wants:
            required = not name.endswith("?")
            plain = name.removesuffix("?")
            self.fields[plain] = _asked(
                plain,
                {"required": required},
                {
                    "form": labelled(HandlingForm.choices, lambda v: v in forms_of),
                    "rule": rules,
                },
            )
            if labels and plain in labels:
                self.fields[plain].label = labels[plain]


def _asked(
    name: str, needed: dict[str, Any], choices: dict[str, Sequence[Any]]
) -> forms.Field:
    """The field of a question, by its name; any other is a short text."""
    if name in choices:
        return forms.ChoiceField(
            label=_CHOSEN[name],
            choices=choices[name],
            widget=forms.RadioSelect,
            **needed,
        )
    if name in _TEXTS:
        return forms.CharField(label=_("Text"), widget=text_area(3), **needed)
    if name == "on":
        return Day(label=_("On"), **needed)
    if name == "amount":
        return MoneyField(label=_("Amount (đồng)"), **needed)
    if name == "file":
        return forms.FileField(label=_("Paper"), **needed)
    widget = forms.TextInput(
        attrs=input_attributes("organisation") if name == "custodian" else {}
    )
    return forms.CharField(label=name, max_length=300, widget=widget, **needed)


_CHOSEN = {"form": _("Form of handling"), "rule": _("Rules that govern")}
_TEXTS = frozenset({"text", "reason", "basis"})


class StocktakeForm(forms.Form):
    on = Day(label=_("On"))
    found = forms.MultipleChoiceField(
        label=_("Found"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick what is there; what is not ticked is written as missing."),
    )
    note_text = forms.CharField(
        label=_("What is known of what is missing"),
        widget=text_area(3),
        required=False,
    )

    def __init__(self, *args: Any, assets: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found: Any = self.fields["found"]
        found.choices = [(a.public_id, f"{a.code} {a.name}") for a in assets]


class UptakeForm(Versioned):
    """A year's answer: what is left empty is not answered, which is not zero."""

    revenue = MoneyField(label=_("Revenue (đồng)"), required=False)
    saving = MoneyField(label=_("Saving (đồng)"), required=False)
    exports = MoneyField(label=_("Exports (đồng)"), required=False)
    foreign_currency = forms.CharField(
        label=_("Exports in foreign money: currency"),
        max_length=3,
        required=False,
        help_text=_(
            "Three letters, such as USD; then leave the exports in đồng empty."
        ),
    )
    foreign_amount = Number(
        label=_("Exports in foreign money: amount"), places=2, required=False
    )
    foreign_rate = Number(label=_("Rate: đồng for one unit"), places=4, required=False)
    jobs = forms.IntegerField(
        label=_("Jobs"), min_value=0, max_value=10_000_000, required=False
    )
    standards = forms.CharField(
        label=_("Standards adopted"), widget=text_area(2), required=False
    )
    policies = forms.CharField(
        label=_("Policies issued"), widget=text_area(2), required=False
    )
    note = forms.CharField(
        label=_("Remarks; if it is not used, why"), widget=text_area(3), required=False
    )
    evidence = forms.FileField(label=_("Evidence"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        users = {
            f"user_{n}": forms.CharField(
                label=_("Used by (%(n)s)") % {"n": n + 1},
                required=False,
                widget=forms.TextInput(attrs=input_attributes("organisation")),
            )
            for n in range(USERS)
        }
        self.fields = users | self.fields

    def users(self) -> list[str]:
        return [
            text
            for n in range(USERS)
            if (text := self.cleaned_data.get(f"user_{n}", "").strip())
        ]


class CheckForm(Versioned):
    note = forms.CharField(
        label=_("What is missing or wrong; or a remark"),
        widget=text_area(3),
        required=False,
    )


class PlanForm(forms.Form):
    day = Day(label=_("Recognised or registered on"))
