"""The parts of a drafted contract as forms: what is asked, and in which tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.accounts.queries import holders_of, names_by_id
from opensti.domains.contracts.choices import InstalmentKind, ProductKind
from opensti.domains.contracts.problem.drafting import lump_modes
from opensti.domains.contracts.problem.plan import Main
from opensti.domains.contracts.problem.plan_rows import COLUMNS
from opensti.kernel.access import Role
from opensti.web.contracts.edit_rows import Head, edit_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Problem, Text
    from opensti.web.contracts.edit_rows import EditTable

SECTIONS: dict[str, Text] = {
    "main": gettext_lazy("What the contract says"),
    "milestones": gettext_lazy("Milestones"),
    "products": gettext_lazy("Products"),
    "instalments": gettext_lazy("Instalments"),
}


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MainForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Number of the contract"), max_length=60, required=False
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"), widget=_day_input(), required=False
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"), widget=_day_input(), required=False
    )
    objectives = forms.CharField(
        label=gettext_lazy("Objectives"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20_000,
        required=False,
    )
    obligations = forms.CharField(
        label=gettext_lazy("Obligations of the parties"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=50_000,
        required=False,
    )
    officer = forms.TypedChoiceField(
        label=gettext_lazy("Officer in charge"),
        coerce=int,
        empty_value=None,
        required=False,
    )
    lump_sum = forms.ChoiceField(label=gettext_lazy("How the money is spent"))

    def __init__(
        self, actor: Actor, contract: Contract, data: Any, *, today: date
    ) -> None:
        super().__init__(
            data,
            initial={
                "number": contract.number,
                "starts_on": contract.starts_on,
                "ends_on": contract.ends_on,
                "objectives": contract.objectives,
                "obligations": contract.obligations,
                "officer": contract.officer_id or actor.user_id,
                "lump_sum": contract.lump_sum,
            },
        )
        ids = {*holders_of(Role.OFFICER, today), contract.officer_id, actor.user_id}
        names = names_by_id({i for i in ids if i})
        officers: Any = self.fields["officer"]
        officers.choices = [
            ("", "—"),
            *sorted(names.items(), key=lambda pair: pair[1]),
        ]
        modes: Any = self.fields["lump_sum"]
        modes.choices = lump_modes(contract)

    def main(self) -> Main:
        said = self.cleaned_data
        return Main(
            number=said["number"],
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            objectives=said["objectives"],
            obligations=said["obligations"],
            officer_id=said["officer"],
            lump_sum=said["lump_sum"],
        )

    def show(self, problems: Sequence[Problem]) -> None:
        """What an action refused, at its field."""
        for p in problems:
            place = p.field if p.field in self.fields else None
            self.add_error(place, f"{p.message} {p.mend}".strip())


def section_table(
    section: str,
    rows: Sequence[Mapping[str, Any]],
    problems: Sequence[Problem],
    *,
    milestones: Sequence[str],
) -> EditTable:
    """One of the three tables; ``milestones`` are their names in order, to tie rows to."""
    tied = [("", "—"), *((str(n), f"{n}. {m}") for n, m in enumerate(milestones, 1))]
    labels = {
        "name_vi": _("Name (Vietnamese)"),
        "name_en": _("Name (English)"),
        "evidence": _("Evidence"),
        "due_on": _("Due"),
        "kind": _("Kind"),
        "quantity": _("Quantity"),
        "unit": _("Unit"),
        "quality": _("Quality: by what it is judged"),
        "milestone": _("Milestone"),
        "label": _("Name"),
        "amount": _("Amount"),
    }
    types = {
        "evidence": "long",
        "quality": "long",
        "due_on": "date",
        "quantity": "decimal",
        "amount": "number",
    }
    kinds = ProductKind if section == "products" else InstalmentKind
    options = {
        "kind": [("", "—"), *((str(k.value), str(k.label)) for k in kinds)],
        "milestone": tied,
    }
    key = COLUMNS[section][0]
    heads = [
        Head(
            name=c,
            label=labels[c],
            type=types.get(c, "text"),
            options=options.get(c, ()),
        )
        for c in COLUMNS[section][1:]
    ]
    return edit_table(section, str(SECTIONS[section]), heads, rows, problems, key=key)
