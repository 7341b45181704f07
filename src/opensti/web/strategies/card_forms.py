"""The forms of a card, of what it is broken down by, and of a target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.registry.queries import organisations
from opensti.domains.strategies import actions
from opensti.domains.strategies.choices import (
    AccountPart,
    Aggregation,
    Comparator,
    Direction,
    IndicatorKind,
    LabourUnit,
    Level,
    Measure,
    Path,
    PriceBasis,
    Quality,
    Rhythm,
    Scope,
)
from opensti.domains.strategies.models import Goal, Plan, PlanAction, Target
from opensti.kernel.access import visible
from opensti.web.results.fields import Telling, text_area
from opensti.web.strategies.figures import Figure

if TYPE_CHECKING:
    from opensti.domains.strategies.actions import CardFacts
    from opensti.domains.strategies.models import Indicator
    from opensti.kernel.access import Actor

    _Choice = forms.ModelChoiceField[Any]
    _Choices = forms.ModelMultipleChoiceField[Any]
else:
    _Choice = forms.ModelChoiceField
    _Choices = forms.ModelMultipleChoiceField


MOST_WORDS = 12


class ActedOn(_Choice):
    def label_from_instance(self, thing: Any) -> str:
        return f"{thing.code} · {thing.title}"


def _entry(thing: Any) -> str:
    """A goal or an action of a plan, by their codes and its first words."""
    text = Truncator(str(thing.text)).words(MOST_WORDS)
    return f"{thing.plan.code} · {thing.code} · {text}"


class Entry(_Choice):
    def label_from_instance(self, thing: Any) -> str:
        return _entry(thing)


class Entries(_Choices):
    def label_from_instance(self, thing: Any) -> str:
        return _entry(thing)


class Houses(_Choice):
    def label_from_instance(self, thing: Any) -> str:
        return str(thing.name)


def _words(label: Any, words: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=words.choices, **more)


def _text(label: Any, length: int = 300, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, **more)


class CardForm(Telling):
    code = _text(gettext_lazy("Code"), 60)
    name_vi = _text(gettext_lazy("Name (Vietnamese)"))
    name_en = _text(gettext_lazy("Name (English)"), required=False)
    definition_vi = _text(
        gettext_lazy("Definition (Vietnamese)"), 10_000, widget=text_area(4)
    )
    definition_en = _text(
        gettext_lazy("Definition (English)"),
        10_000,
        widget=text_area(4),
        required=False,
    )
    formula = _text(gettext_lazy("Formula"), 2_000, widget=text_area(2), required=False)
    unit_vi = _text(
        gettext_lazy("Unit (Vietnamese)"),
        60,
        help_text=gettext_lazy("With “%” a ratio is multiplied by 100."),
    )
    unit_en = _text(gettext_lazy("Unit (English)"), 60, required=False)
    level = _words(gettext_lazy("Level"), Level)
    direction = _words(gettext_lazy("Direction"), Direction)
    kind = _words(gettext_lazy("Kind"), IndicatorKind)
    scope = _words(gettext_lazy("Scope"), Scope)
    price_basis = _words(gettext_lazy("Prices"), PriceBasis)
    labour_unit = _words(gettext_lazy("Labour"), LabourUnit)
    aggregation = _words(gettext_lazy("How several reports become one"), Aggregation)
    cumulative = forms.BooleanField(
        label=gettext_lazy("Runs on from the start (cumulative)"),
        help_text=gettext_lazy(
            "Of each reporter the last value counts; values are never summed over time."
        ),
        required=False,
    )
    averaging = _text(gettext_lazy("How it is averaged over time"), required=False)
    path = _words(gettext_lazy("Path to a target"), Path)
    decimals = forms.IntegerField(
        label=gettext_lazy("Places after the comma"),
        min_value=0,
        max_value=8,
        initial=1,
    )
    rhythm = _words(
        gettext_lazy("How often it is reported"), Rhythm, initial=Rhythm.YEAR
    )
    lag_months = forms.IntegerField(
        label=gettext_lazy("Months until the value is known"),
        min_value=0,
        max_value=120,
        initial=0,
    )
    source_vi = _text(gettext_lazy("Source (Vietnamese)"), required=False)
    source_en = _text(gettext_lazy("Source (English)"), required=False)
    quality = _words(gettext_lazy("Quality"), Quality, initial=Quality.C)
    owner_id = Houses(label=gettext_lazy("Owner"), queryset=None, required=False)
    owner_name = _text(
        gettext_lazy("Owner by name, where the registry has none"), required=False
    )
    goals = Entries(
        label=gettext_lazy("Goals it measures"), queryset=None, required=False
    )
    actions = Entries(
        label=gettext_lazy("Actions it measures"), queryset=None, required=False
    )

    def __init__(
        self, actor: Actor, *args: Any, changing: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        lists: dict[str, Any] = {
            "owner_id": organisations(actor).filter(kind="ministry"),
            "goals": visible(actor, Goal.objects.select_related("plan")),
            "actions": visible(actor, PlanAction.objects.select_related("plan")),
        }
        for name, rows in lists.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        if changing:
            self.fields["reason"] = _text(
                gettext_lazy("Reason of the change"), 2_000, widget=text_area(2)
            )
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)

    def facts(self) -> CardFacts:
        given = {
            name: self.cleaned_data[name]
            for name in actions.CardFacts.__dataclass_fields__
        }
        given["owner_id"] = given["owner_id"].pk if given["owner_id"] else None
        for name in ("goals", "actions"):
            given[name] = [row.pk for row in given[name]]
        return actions.CardFacts(**given)


def card_start(card: Indicator) -> dict[str, Any]:
    """What the form begins with."""
    names = actions.CardFacts.__dataclass_fields__
    return {
        **{n: getattr(card, n) for n in names if n not in {"goals", "actions"}},
        "goals": [goal.pk for goal in card.goals.all()],
        "actions": [action.pk for action in card.actions.all()],
        "version": card.version,
    }


class ReasonForm(Telling):
    reason = _text(gettext_lazy("Reason"), 2_000, widget=text_area(3))
    version = forms.IntegerField(widget=forms.HiddenInput)


class PlaceForm(Telling):
    account_part = forms.ChoiceField(
        label=gettext_lazy("What the card is in it"),
        choices=[("", gettext_lazy("no part of it")), *AccountPart.choices],
        required=False,
        help_text=gettext_lazy(
            "The coherence test multiplies productivity with employment of one scope: per person with persons employed, per hour with hours worked. The card says its labour."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class DimensionsForm(Telling):
    """Dimensions in lines: a head line, then one line a part, then an empty line."""

    dimensions = _text(
        gettext_lazy("Dimensions and their parts"),
        100_000,
        required=False,
        widget=text_area(14),
        help_text=gettext_lazy(
            "A line “province | Tỉnh | Province | complete”, below it a line for each part: “01 | Hà Nội | Hanoi”. An empty line ends a dimension. Without “complete” the parts may leave a rest."
        ),
    )
    reason = _text(gettext_lazy("Reason"), 2_000, widget=text_area(2))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_dimensions(self) -> list[actions.DimensionFacts]:
        found: list[actions.DimensionFacts] = []
        block: list[tuple[int, list[str]]] = []
        lines = self.cleaned_data["dimensions"].splitlines()
        for number, text in enumerate([*lines, ""], start=1):
            if text.strip():
                block.append((number, [cell.strip() for cell in text.split("|")]))
            elif block:
                found.append(_dimension(block))
                block = []
        return found


def _dimension(block: list[tuple[int, list[str]]]) -> actions.DimensionFacts:
    parts = []
    for number, cells in block:
        least, most = 2, 4 if (number, cells) == block[0] else 3
        if not least <= len(cells) <= most:
            raise forms.ValidationError(
                _("Line %(line)d: write code, name and English name with “|” between.")
                % {"line": number}
            )
    (first, head), *rest = block
    if len(head) == 4 and head[3] != "complete":  # noqa: PLR2004 -- the last of four
        raise forms.ValidationError(
            _("Line %(line)d: the fourth word is “complete”, or nothing.")
            % {"line": first}
        )
    for _number, cells in rest:
        parts.append(
            actions.PartName(
                code=cells[0], name_vi=cells[1], name_en="".join(cells[2:])
            )
        )
    return actions.DimensionFacts(
        code=head[0],
        name_vi=head[1],
        name_en="".join(head[2:3]),
        complete=len(head) == 4,  # noqa: PLR2004 -- as above
        parts=parts,
    )


def dimensions_text(card: Indicator) -> str:
    """The dimensions of a card as the form takes them."""
    blocks = []
    for d in card.dimensions:
        head = [d["code"], d["name_vi"], d["name_en"]]
        if d["complete"]:
            head.append("complete")
        rows = [head, *([p["code"], p["name_vi"], p["name_en"]] for p in d["parts"])]
        blocks.append("\n".join(" | ".join(row) for row in rows))
    return "\n\n".join(blocks)


class TargetForm(Telling):
    plan_id = ActedOn(label=gettext_lazy("Plan or strategy"), queryset=None)
    goal_id = Entry(label=gettext_lazy("Goal"), queryset=None, required=False)
    measure = _words(gettext_lazy("The target speaks of"), Measure)
    comparator = _words(gettext_lazy("Comparison"), Comparator)
    value = Figure(label=gettext_lazy("Value"))
    high = Figure(
        label=gettext_lazy("Upper end"),
        required=False,
        help_text=gettext_lazy("For “between” only."),
    )
    tolerance = Figure(label=gettext_lazy("Band of “about”, ±"), required=False)
    from_year = forms.IntegerField(label=gettext_lazy("From year"), required=False)
    to_year = forms.IntegerField(label=gettext_lazy("Target year"))
    base_year = forms.IntegerField(label=gettext_lazy("Base year"), required=False)
    base_value = Figure(label=gettext_lazy("Value in the base year"), required=False)
    text_vi = _text(
        gettext_lazy("Words of the act (Vietnamese)"), 5_000, widget=text_area(3)
    )
    text_en = _text(
        gettext_lazy("Words of the act (English)"),
        5_000,
        widget=text_area(3),
        required=False,
    )
    article = _text(gettext_lazy("Article of the act"), 200, required=False)
    source = _text(gettext_lazy("Source"), 500, required=False)
    mark = forms.ChoiceField(
        label=gettext_lazy("How far it was verified"),
        choices=[
            ("", gettext_lazy("not stated")),
            ("V", gettext_lazy("V: read in the official text")),
            ("S", gettext_lazy("S: from a published source")),
            ("R", gettext_lazy("R: reported")),
            ("U", gettext_lazy("U: not verified")),
        ],
        required=False,
    )
    replaces_id = _Choice(
        label=gettext_lazy("Takes the place of"), queryset=None, required=False
    )

    def __init__(
        self, actor: Actor, card: Indicator, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        standing = Target.objects.filter(indicator=card, replaced_by=None)
        lists: dict[str, Any] = {
            "plan_id": visible(actor, Plan.objects.order_by("code")),
            "goal_id": visible(actor, Goal.objects.select_related("plan")),
            "replaces_id": visible(actor, standing).select_related("plan"),
        }
        for name, rows in lists.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["replaces_id"].label_from_instance = lambda t: (  # type: ignore[attr-defined]
            f"{t.plan.code} · {t.to_year} · {t.text}"
        )

    def facts(self) -> actions.TargetFacts:
        given = {
            name: self.cleaned_data[name]
            for name in actions.TargetFacts.__dataclass_fields__
        }
        given["plan_id"] = given["plan_id"].pk
        given["goal_id"] = given["goal_id"].pk if given["goal_id"] else None
        return actions.TargetFacts(**given)
