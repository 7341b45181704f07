from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import TASK_KIND_LABELS, TaskKind
from opensti.domains.registry import queries as registry_queries
from opensti.domains.tasks.actions import Product
from opensti.domains.tasks.choices import Funding, Way
from opensti.kernel.access import Role
from opensti.kernel.money import format_money
from opensti.ui.choices import PairSelect, named
from opensti.web.fields import MoneyField
from opensti.web.goals import GoalField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.strategies.models import Goal
    from opensti.domains.tasks.models import Order
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Problem

    _Choice = forms.ModelChoiceField[Any]
else:
    _Choice = forms.ModelChoiceField  # not a generic class at run time

MOST_PRODUCTS = 100
KINDS = [(str(kind), label) for kind, label in TASK_KIND_LABELS.items()]


class NamedChoice(_Choice):
    """A choice among registry entries, by their names in the reader's language."""

    widget = PairSelect

    def label_from_instance(self, thing: Any) -> str:
        return named(thing)


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Telling(forms.Form):
    """A form that can put a refusal's problems beside its own fields."""

    def show(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            name = problem.field.partition(".")[0]
            self.add_error(
                name if name in self.fields else None,
                f"{problem.message} {problem.mend}".strip(),
            )


class NeedHead(Telling):
    """For whom the need is, and what lists sort it by; the regime's form asks the rest."""

    kind = forms.ChoiceField(
        label=_("Kind of task"), choices=KINDS, initial=TaskKind.MINISTRY
    )
    organisation = NamedChoice(
        label=_("On behalf of"),
        queryset=None,
        required=False,
        empty_label=_("myself"),
    )
    # not "field": the procedure's own form asks for a field in words
    science = NamedChoice(label=_("Field of science"), queryset=None, required=False)
    goal = GoalField(
        help_text=_("The goal of a plan that the solution would bring nearer, if any.")
    )
    title_en = forms.CharField(
        label=_("Title in English"), max_length=500, required=False
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = registry_queries.organisations(actor)
        if not actor.has(Role.OFFICER):
            known = known.filter(pk__in=actor.member_of | actor.manages)
        self.fields["organisation"].queryset = known  # type: ignore[attr-defined]
        self.fields["goal"].offer()  # type: ignore[attr-defined]
        self.fields["science"].queryset = registry_queries.fields()  # type: ignore[attr-defined]


class NeedMore(NeedHead):
    """The head of a need that exists: for whom and of which kind is fixed."""

    kind = None  # type: ignore[assignment]
    organisation = None  # type: ignore[assignment]

    def __init__(self, *args: Any, standing: Goal | None = None, **kwargs: Any) -> None:
        Telling.__init__(self, *args, **kwargs)
        self.fields["goal"].offer(standing)  # type: ignore[attr-defined]
        self.fields["science"].queryset = registry_queries.fields()  # type: ignore[attr-defined]


class ReplyForm(Telling):
    reply = forms.CharField(
        label=_("Reply to the proposers"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=10_000,
    )


class OrderForm(Telling):
    task_kind = forms.ChoiceField(
        label=_("Kind of task"), choices=KINDS, initial=TaskKind.MINISTRY
    )
    title_vi = forms.CharField(label=_("Title (Vietnamese)"), max_length=500)
    title_en = forms.CharField(
        label=_("Title (English)"), max_length=500, required=False
    )
    objectives_vi = forms.CharField(
        label=_("Objectives (Vietnamese)"), widget=forms.Textarea(attrs={"rows": 5})
    )
    objectives_en = forms.CharField(
        label=_("Objectives (English)"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    budget_ceiling = MoneyField(label=_("Budget ceiling (đồng)"))
    duration_months = forms.IntegerField(
        label=_("Duration (months)"), min_value=1, max_value=240
    )
    field = NamedChoice(label=_("Field of science"), queryset=None, required=False)
    goal = GoalField(
        help_text=_("Left empty, it is that of the needs, if they name one alone.")
    )
    funding = forms.ChoiceField(
        label=_("Funding"), choices=Funding.choices, initial=Funding.ORDER
    )
    way = forms.ChoiceField(
        label=_("How the host is found"),
        choices=Way.choices,
        initial=Way.SELECTION,
        widget=forms.RadioSelect,
    )
    assigned_host = NamedChoice(
        label=_("Assigned to (only for direct assignment)"),
        queryset=None,
        required=False,
    )
    grounds = forms.CharField(
        label=_("Grounds (only for direct assignment)"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("Why no call is held, with the article."),
    )

    def __init__(
        self, actor: Actor, *args: Any, new: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if new:
            self.fields["goal"].offer()  # type: ignore[attr-defined]
        else:
            # Its goal is set on its page, with the reason.
            del self.fields["task_kind"], self.fields["goal"]
        self.fields["field"].queryset = registry_queries.fields()  # type: ignore[attr-defined]
        self.fields["assigned_host"].queryset = registry_queries.organisations(actor)  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """What was entered, as the action takes it."""
        given = dict(self.cleaned_data)
        given.pop("version", None)
        field, host = given.pop("field"), given.pop("assigned_host")
        if not given.get("goal"):
            given.pop("goal", None)
        given["field_id"] = field.pk if field else None
        given["assigned_host_id"] = host.pk if host else None
        return given


def order_initial(order: Order) -> dict[str, Any]:
    return {
        "title_vi": order.title_vi,
        "title_en": order.title_en,
        "objectives_vi": order.objectives_vi,
        "objectives_en": order.objectives_en,
        "budget_ceiling": format_money(order.budget_ceiling, unit=False),
        "duration_months": order.duration_months,
        "field": order.field_id,
        "funding": order.funding,
        "way": order.way,
        "assigned_host": order.assigned_host_id,
        "grounds": order.grounds,
    }


class ProductForm(forms.Form):
    name_vi = forms.CharField(label=_("Product"), max_length=300, required=False)
    name_en = forms.CharField(label=_("In English"), max_length=300, required=False)
    quantity = forms.DecimalField(
        label=_("Quantity"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
    )
    unit = forms.CharField(label=_("Unit"), max_length=60, required=False)
    quality = forms.CharField(
        label=_("What counts as enough"), max_length=5_000, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # In a table the heading is the label that is seen; the input has its own name.
        for bound in self:
            bound.field.widget.attrs["aria-label"] = bound.label


Products = forms.formset_factory(
    ProductForm, extra=2, max_num=MOST_PRODUCTS, absolute_max=MOST_PRODUCTS
)


def products_of(formset: forms.BaseFormSet[ProductForm]) -> list[Product]:
    """The rows that say anything; an empty row is no product."""
    found = []
    for form in formset:
        row = form.cleaned_data
        if any(v not in (None, "") for v in row.values()):
            found.append(
                Product(
                    name_vi=row.get("name_vi", ""),
                    name_en=row.get("name_en", ""),
                    quantity=row.get("quantity"),
                    unit=row.get("unit", ""),
                    quality=row.get("quality", ""),
                )
            )
    return found


def product_rows(order: Order) -> list[dict[str, Any]]:
    return [
        {
            "name_vi": p.name_vi,
            "name_en": p.name_en,
            "quantity": None if p.quantity is None else _plain(p.quantity),
            "unit": p.unit,
            "quality": p.quality,
        }
        for p in order.products.all()
    ]


def _plain(number: Decimal) -> Decimal:
    """100, not 1E+2 or 100.00."""
    return Decimal(f"{number.normalize():f}")


class ListForm(Telling):
    title_vi = forms.CharField(label=_("Title (Vietnamese)"), max_length=300)
    title_en = forms.CharField(
        label=_("Title (English)"), max_length=300, required=False
    )
    orders = forms.MultipleChoiceField(
        label=_("Orders on the list"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, orders: Sequence[Order], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["orders"].choices = [  # type: ignore[attr-defined]
            (str(o.pk), f"{o.title} · {format_money(o.budget_ceiling)}") for o in orders
        ]


class ApproveForm(Telling):
    decision_number = forms.CharField(label=_("Number of the decision"), max_length=100)
    decided_on = forms.DateField(label=_("Signed on"), widget=day_input())
