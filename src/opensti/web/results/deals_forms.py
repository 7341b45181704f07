"""The forms of a deal: what it says, what it brought, how that is shared and paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.results.actions import DealFacts, Proposal
from opensti.domains.results.choices import DealKind, Payee
from opensti.ui.templatetags.ui import day
from opensti.web.fields import MoneyField
from opensti.web.results.fields import Share, Telling, day_field

if TYPE_CHECKING:
    from sti_methods.sharing import Party

    from opensti.domains.results.queries.sharing import Basis

PARTS = (Payee.AUTHORS, Payee.BROKER, Payee.STATE, Payee.RESEARCH, Payee.WELFARE)
BASE_WORDS = {
    "after_tax_profit": _("of the profit after tax"),
    "state_part_of_profit": _("of the State's part of the profit after tax"),
    "rest": _("of what is left then"),
}


class DealForm(Telling):
    kind = forms.ChoiceField(label=_("Kind of deal"), choices=DealKind.choices)
    number = forms.CharField(label=_("Number of the deal"), max_length=100)
    signed_on = day_field(_("Signed on"), required=True)
    exclusive = forms.BooleanField(label=_("Exclusive"), required=False)
    territory = forms.CharField(label=_("Territory"), max_length=200, required=False)
    until = day_field(_("Until"))
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="VND")
    price = MoneyField(label=_("Price (đồng)"), required=False)
    terms = forms.CharField(
        label=_("Terms of price"),
        help_text=_("Royalties, instalments, a price in another currency."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
        required=False,
    )

    def __init__(self, *args: Any, changing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if changing:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)

    def facts(self) -> DealFacts:
        given = self.cleaned_data
        return DealFacts(**{n: given[n] for n in DealFacts.__dataclass_fields__})


class IncomeForm(Telling):
    year = forms.IntegerField(label=_("Year"), min_value=1990, max_value=2999)
    revenue = MoneyField(label=_("Revenue (đồng)"))
    cost = MoneyField(label=_("Cost (đồng)"))
    tax = MoneyField(label=_("Tax (đồng)"))
    evidence = forms.CharField(
        label=_("Evidence"),
        help_text=_("Which accounts, invoices or audit it rests on."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5_000,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ShareForm(Telling):
    """Shares in percent, with their bases under the rules of each day that may decide."""

    ruled_on = forms.ChoiceField(
        label=_("Whose rules are applied"), widget=forms.RadioSelect
    )
    choice = forms.CharField(
        label=_("On what this choice rests"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5_000,
    )
    owned_by = forms.ChoiceField(
        label=_("What the host has"),
        choices=[
            ("owner", _("ownership, or management and use")),
            ("user", _("the right of use alone")),
        ],
        widget=forms.RadioSelect,
    )
    state_part = Share(label=_("State's part of the money, %"))
    state_reason = forms.CharField(
        label=_("Why less than the State's part of the contract"),
        help_text=_("Only where less is entered: which paper shows it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=5_000,
        required=False,
    )
    authors = Share(label=_("Authors, %"), required=False)
    broker = Share(label=_("Broker, %"), required=False)
    state = Share(label=_("The State, %"), required=False)
    research = Share(label=_("Research, %"), required=False)
    welfare = Share(label=_("Welfare and reward, %"), required=False)
    agreement = forms.CharField(
        label=_("What was agreed otherwise"),
        help_text=_(
            "Only where the parties agreed what the law leaves to them: which paper says it."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=5_000,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, basis: Basis, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if basis.asked:
            choice: Any = self.fields["ruled_on"]
            choice.choices = [
                (
                    each.day.isoformat(),
                    "; ".join(f"{d.label}: {day(d.day)}" for d in each.days),
                )
                for each in basis.sets
            ]
        else:
            del self.fields["ruled_on"], self.fields["choice"]
        if not basis.has_broker:
            del self.fields["broker"]
        for who in PARTS:
            if who.value in self.fields:
                party = cast("Party", who.value)
                bases = {each.base_of(party) for each in basis.sets}
                self.fields[who.value].help_text = " / ".join(
                    str(BASE_WORDS[base]) for base in sorted(bases)
                )

    def proposal(self, basis: Basis) -> Proposal:
        given = self.cleaned_data
        chosen = given.get("ruled_on", "")
        return Proposal(
            portions={
                who.value: given[who.value]
                for who in PARTS
                if given.get(who.value) is not None
            },
            state_part=given["state_part"],
            owned_by=given["owned_by"],
            ruled_on=next(
                (s.day for s in basis.sets if s.day.isoformat() == chosen), None
            ),
            choice=given.get("choice", ""),
            agreement=given["agreement"],
            state_reason=given["state_reason"],
        )


class PayForm(Telling):
    paid_on = day_field(_("Paid on"), required=True)
    reference = forms.CharField(
        label=_("Payment order or receipt"),
        max_length=100,
    )
