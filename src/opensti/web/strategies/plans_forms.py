"""The forms of plans: head, goals, actions and their parts, comments, acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import MARK_LABELS
from opensti.domains.registry.queries import organisations
from opensti.domains.strategies.actions import (
    ActionFacts,
    AssignmentFacts,
    BudgetFacts,
    GoalFacts,
    MilestoneFacts,
    PlanFacts,
    RiskFacts,
)
from opensti.domains.strategies.choices import (
    ActionKind,
    ActionState,
    GoalKind,
    MoneySource,
    Part,
    PlanKind,
    Rhythm,
)
from opensti.domains.strategies.queries import (
    goal_choices,
    linkable_indicators,
    plans,
)
from opensti.ui.choices import PairSelect, PairSelectMultiple, named
from opensti.web.fields import MoneyField
from opensti.web.results.fields import Telling, day_field, text_area

if TYPE_CHECKING:
    from collections.abc import Collection

    from opensti.domains.strategies.models import Plan, PlanAction
    from opensti.kernel.access import Actor

    _Choice = forms.ModelChoiceField[Any]
    _Choices = forms.ModelMultipleChoiceField[Any]
else:
    _Choice = forms.ModelChoiceField
    _Choices = forms.ModelMultipleChoiceField

MARKS = [("", "—"), *((m.value, MARK_LABELS[m]) for m in MARK_LABELS)]
YEAR: dict[str, Any] = {"min_value": 1945, "max_value": 2199}


class NamedChoice(_Choice):
    widget = PairSelect

    def label_from_instance(self, thing: Any) -> str:
        return named(thing)


class CodedChoice(_Choice):
    """Goals and plans by their code and text."""

    def label_from_instance(self, thing: Any) -> str:
        return _coded(thing)


class CodedChoices(_Choices):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, thing: Any) -> str:
        return _coded(thing)


class CardChoices(_Choices):
    """Indicator cards by code and name, in a list that can be searched."""

    widget = PairSelectMultiple

    def label_from_instance(self, thing: Any) -> str:
        return f"{thing.code} · {named(thing)}"


def _coded(thing: Any) -> str:
    text = str(getattr(thing, "text", "") or getattr(thing, "title", ""))
    return f"{thing.code} · {text[:120]}"


def _text(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, widget=text_area(rows), max_length=10_000, **more
    )


class Facts(Telling):
    """A form whose fields are those of a plain value of the domain."""

    of: Any = None

    def facts(self) -> Any:
        given = self.cleaned_data
        return self.of(
            **{n: given[n] for n in self.of.__dataclass_fields__ if n in given}
        )

    @classmethod
    def start(cls, row: Any) -> dict[str, Any]:
        return {n: getattr(row, n) for n in cls.of.__dataclass_fields__}


class Sourced(Facts):
    article = forms.CharField(
        label=_("Place in the act"), max_length=200, required=False
    )
    source = forms.CharField(
        label=_("Text it was read in"), max_length=500, required=False
    )
    mark = forms.ChoiceField(label=_("How verified"), choices=MARKS, required=False)


class PlanForm(Facts):
    of = PlanFacts
    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        help_text=_("The number of the act as it is spoken of, such as 36/QD-TTg."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=PlanKind.choices)
    title_vi = forms.CharField(label=_("Title (Vietnamese)"), max_length=500)
    title_en = forms.CharField(
        label=_("Title (English)"), max_length=500, required=False
    )
    summary_vi = _text(_("Summary (Vietnamese)"), required=False)
    summary_en = _text(_("Summary (English)"), required=False)
    issuer_vi = forms.CharField(
        label=_("Issuer (Vietnamese)"), max_length=300, required=False
    )
    issuer_en = forms.CharField(
        label=_("Issuer (English)"), max_length=300, required=False
    )
    starts_on = day_field(_("First day"), required=True)
    ends_on = day_field(_("Last day"), required=True)
    parent = CodedChoice(label=_("Stands under"), queryset=None, required=False)
    source = forms.CharField(
        label=_("Text it was read in"), max_length=500, required=False
    )
    mark = forms.ChoiceField(label=_("How verified"), choices=MARKS, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = plans(actor)  # type: ignore[attr-defined]


class GoalForm(Sourced):
    of = GoalFacts
    code = forms.CharField(label=_("Code"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=GoalKind.choices)
    parent = CodedChoice(label=_("Stands under"), queryset=None, required=False)
    text_vi = _text(_("Text (Vietnamese)"))
    text_en = _text(_("Text (English)"), required=False)
    owner_name = forms.CharField(label=_("Owner"), max_length=300, required=False)
    condition = _text(_("If"), 2, required=False)
    outcome = _text(_("Then"), 2, required=False)
    reason = _text(_("Because"), 2, required=False)
    risk = _text(_("At the risk"), 2, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ["code", "kind", "parent", "text_vi", "text_en", "owner_name"]

    def __init__(self, actor: Actor, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = goal_choices(actor, plan)  # type: ignore[attr-defined]


class ActionForm(Sourced):
    of = ActionFacts
    code = forms.CharField(label=_("Code"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=ActionKind.choices)
    text_vi = _text(_("Text (Vietnamese)"))
    text_en = _text(_("Text (English)"), required=False)
    deliverable_vi = _text(_("Product (Vietnamese)"), 2, required=False)
    deliverable_en = _text(_("Product (English)"), 2, required=False)
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"))
    indicators = CardChoices(
        label=_("Indicators that measure it"),
        queryset=None,
        required=False,
        widget=PairSelectMultiple(
            attrs={"size": 8, "data-search": _("Search the indicators")}
        ),
        help_text=_("Several may be chosen, with Ctrl (⌘ on a Mac) held down."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ["code", "kind", "text_vi", "text_en"]

    def __init__(
        self, *args: Any, standing: Collection[int] = (), **kwargs: Any
    ) -> None:
        """``standing`` are the cards chosen before: they may stay when out of use."""
        super().__init__(*args, **kwargs)
        cards = linkable_indicators(localdate(), standing=standing)
        self.fields["indicators"].queryset = cards  # type: ignore[attr-defined]

    def chosen(self) -> list[int]:
        return [card.pk for card in self.cleaned_data["indicators"]]


class WaitsForm(Telling):
    depends_on = CodedChoices(label=_("Waits for"), queryset=None, required=False)

    def __init__(self, action: PlanAction, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = action.plan.actions.exclude(pk=action.pk)
        self.fields["depends_on"].queryset = rows  # type: ignore[attr-defined]


class AssignmentForm(Facts):
    of = AssignmentFacts
    agency = NamedChoice(
        label=_("Agency in the registry"), queryset=None, required=False
    )
    agency_name = forms.CharField(
        label=_("Name of the agency"),
        max_length=300,
        required=False,
        help_text=_("Only where the registry does not know it."),
    )
    part = forms.ChoiceField(label=_("Its part"), choices=Part.choices)
    rhythm = forms.ChoiceField(
        label=_("Reports"), choices=[("", "—"), *Rhythm.choices], required=False
    )
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = organisations(actor)  # type: ignore[attr-defined]


class MilestoneForm(Facts):
    of = MilestoneFacts
    name_vi = forms.CharField(label=_("Name (Vietnamese)"), max_length=300)
    name_en = forms.CharField(label=_("Name (English)"), max_length=300, required=False)
    due_on = day_field(_("Due on"), required=True)


class RiskForm(Facts):
    of = RiskFacts
    text = _text(_("What may go wrong"))
    likelihood = forms.IntegerField(
        label=_("Likelihood (1 to 5)"), min_value=1, max_value=5
    )
    impact = forms.IntegerField(label=_("Impact (1 to 5)"), min_value=1, max_value=5)
    response = _text(_("What is done about it"), 2, required=False)


class BudgetForm(Facts):
    of = BudgetFacts
    year = forms.IntegerField(label=_("Year"), **YEAR)
    source = forms.ChoiceField(label=_("Source"), choices=MoneySource.choices)
    planned = MoneyField(label=_("Planned (đồng)"))
    price_year = forms.IntegerField(label=_("In prices of"), required=False, **YEAR)
    article = forms.CharField(
        label=_("Place in the act"), max_length=200, required=False
    )


class EnvelopeForm(Telling):
    year = forms.IntegerField(
        label=_("Year"), required=False, help_text=_("Empty: in all."), **YEAR
    )
    source = forms.ChoiceField(label=_("Source"), choices=MoneySource.choices)
    amount = MoneyField(label=_("Amount (đồng)"))
    article = forms.CharField(
        label=_("Place in the act"), max_length=200, required=False
    )


class UsedForm(Telling):
    approved = MoneyField(label=_("Approved (đồng)"), required=False)
    committed = MoneyField(label=_("Committed (đồng)"), required=False)
    disbursed = MoneyField(label=_("Disbursed (đồng)"), required=False)


class DoneForm(Telling):
    done_on = day_field(_("Reached on"))


class ConsultForm(Telling):
    comments_until = day_field(_("Comments until"), required=True)
    version = forms.IntegerField(widget=forms.HiddenInput)


class CommentForm(Telling):
    goal = CodedChoice(
        label=_("On"), queryset=None, required=False, empty_label=_("the whole plan")
    )
    organisation = NamedChoice(
        label=_("On behalf of"),
        queryset=None,
        required=False,
        empty_label=_("myself"),
    )
    text = forms.CharField(label=_("Comment"), widget=text_area(6), max_length=20_000)

    def __init__(self, actor: Actor, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = organisations(actor).filter(pk__in=actor.member_of | actor.manages)
        self.fields["goal"].queryset = goal_choices(actor, plan)  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = mine  # type: ignore[attr-defined]


class AnswerForm(Telling):
    taken_up = forms.TypedChoiceField(
        label=_("Taken up"),
        choices=[("yes", _("yes")), ("no", _("no"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Reason"),
        widget=text_area(4),
        max_length=10_000,
        help_text=_("Everybody reads the comment with this answer."),
    )


class IssueForm(Telling):
    act_number = forms.CharField(label=_("Number of the act"), max_length=100)
    issued_on = day_field(_("Day of the act"), required=True)
    version = forms.IntegerField(widget=forms.HiddenInput)


class AmendForm(Telling):
    act_number = forms.CharField(label=_("Number of the act"), max_length=100)
    acted_on = day_field(_("Day of the act"), required=True)
    reason = _text(_("Reason"), 2)
    tree = forms.CharField(
        label=_("The whole tree as the act makes it"),
        widget=forms.Textarea(
            attrs={"rows": 24, "class": "code", "spellcheck": "false"}
        ),
        max_length=1_000_000,
        help_text=_(
            "The tree of today stands here: change what the act changes. The format is "
            "that of the files of plans."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(Telling):
    reason = _text(_("Reason"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class StepForm(Telling):
    version = forms.IntegerField(widget=forms.HiddenInput)


class FollowForm(Telling):
    state = forms.ChoiceField(label=_("State"), choices=())
    reason = _text(
        _("Reason"),
        required=False,
        help_text=_("Needed for what is at risk, delayed, evaluated or cancelled."),
    )
    on = day_field(_("Day"), help_text=_("On which it was done, or the act is dated."))
    act_number = forms.CharField(
        label=_("Number of the act"),
        max_length=100,
        required=False,
        help_text=_("Only an act cancels an action of a plan."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, ways: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states: Any = self.fields["state"]
        states.choices = [(s, w) for s, w in ActionState.choices if s in ways]
