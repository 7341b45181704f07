"""The forms of an offer, of an interest in it, and of its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from opensti.domains.registry.queries import organisations
from opensti.domains.results import actions
from opensti.domains.results.choices import OfferForm as Form
from opensti.web.results.fields import Telling, day_field
from opensti.web.results.rights_forms import NamedChoice

if TYPE_CHECKING:
    from opensti.kernel.access import Actor


class OfferEdit(Telling):
    title_vi = forms.CharField(label=gettext_lazy("Title (Vietnamese)"), max_length=500)
    title_en = forms.CharField(
        label=gettext_lazy("Title (English)"), max_length=500, required=False
    )
    does_vi = forms.CharField(
        label=gettext_lazy("What it does (Vietnamese)"),
        help_text=gettext_lazy("Read by everybody: nothing that must stay secret."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=20_000,
    )
    does_en = forms.CharField(
        label=gettext_lazy("What it does (English)"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=20_000,
        required=False,
    )
    trl = forms.IntegerField(
        label=gettext_lazy("Readiness, 1 to 9"),
        min_value=1,
        max_value=9,
        required=False,
    )
    form = forms.ChoiceField(
        label=gettext_lazy("What is looked for"), choices=Form.choices
    )
    conditions_vi = forms.CharField(
        label=gettext_lazy("Conditions (Vietnamese)"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
        required=False,
    )
    conditions_en = forms.CharField(
        label=gettext_lazy("Conditions (English)"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=10_000,
        required=False,
    )
    contact = forms.CharField(
        label=gettext_lazy("Unit to contact"),
        help_text=gettext_lazy("A unit and its address, not a private person's."),
        max_length=300,
    )
    opens_on = day_field(gettext_lazy("Open from"))
    closes_on = day_field(gettext_lazy("Closed from"))

    def __init__(self, *args: Any, changing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if changing:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)

    def facts(self) -> actions.OfferFacts:
        given = self.cleaned_data
        return actions.OfferFacts(
            **{n: given[n] for n in actions.OfferFacts.__dataclass_fields__}
        )


class InterestForm(Telling):
    organisation = NamedChoice(label=gettext_lazy("On behalf of"), queryset=None)
    message = forms.CharField(
        label=gettext_lazy("What you want to know or do"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5_000,
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = organisations(actor).filter(pk__in=actor.member_of | actor.manages)
        self.fields["organisation"].queryset = own  # type: ignore[attr-defined]


class ReplyForm(Telling):
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5_000,
    )
