"""The forms of a right: what is said of it, its next state, its docket, its papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.queries import organisations
from opensti.domains.results import queries
from opensti.domains.results.actions import RightFacts
from opensti.domains.results.choices import (
    RIGHT_STEPS,
    DocketKind,
    RightKind,
    RightState,
)
from opensti.kernel.access import Role
from opensti.ui.choices import PairSelect, named
from opensti.web.fields import MoneyField
from opensti.web.results.fields import Telling, day_field

if TYPE_CHECKING:
    from opensti.domains.contracts.models import Contract
    from opensti.domains.results.models import DocketEntry, Right
    from opensti.kernel.access import Actor

    _Choice = forms.ModelChoiceField[Any]
else:
    _Choice = forms.ModelChoiceField  # not a generic class at run time


class NamedChoice(_Choice):
    """A choice among entries of the registry, by name in the reader's language."""

    widget = PairSelect

    def label_from_instance(self, thing: Any) -> str:
        return named(thing)


class ResultChoice(_Choice):
    def label_from_instance(self, thing: Any) -> str:
        return str(thing.title)


class RightForm(Telling):
    kind = forms.ChoiceField(label=_("Kind of right"), choices=RightKind.choices)
    title_vi = forms.CharField(label=_("Title (Vietnamese)"), max_length=500)
    title_en = forms.CharField(
        label=_("Title (English)"), max_length=500, required=False
    )
    host = NamedChoice(label=_("Organisation that keeps it"), queryset=None)
    result = ResultChoice(label=_("Result it protects"), queryset=None, required=False)
    idea = forms.BooleanField(
        label=_("Only an idea so far: not disclosed to the host yet"), required=False
    )
    summary = forms.CharField(
        label=_("What is new in it"),
        help_text=_("Seen by the host and the office alone."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=20_000,
    )
    formed_on = day_field(
        _("Formed on"),
        required=True,
        help_text=_("This day decides which law of ownership and benefit governs it."),
    )
    country = forms.CharField(
        label=_("Country"),
        help_text=_("A code of two letters, for example VN."),
        max_length=2,
        initial="VN",
    )
    office = forms.CharField(
        label=_("Office"),
        help_text=_("Left empty: the office that keeps such rights in the country."),
        max_length=200,
        required=False,
    )
    application_number = forms.CharField(
        label=_("Number of the application"), max_length=60, required=False
    )
    priority_on = day_field(_("Priority claimed from"))
    filed_on = day_field(_("Filed on"))
    formal_on = day_field(_("Accepted in form on"))
    published_on = day_field(_("Application published on"))
    requested_on = day_field(_("Examination requested on"))
    examined_on = day_field(_("Examined on"))
    granted_number = forms.CharField(
        label=_("Number of the title of protection"), max_length=60, required=False
    )
    granted_on = day_field(_("Granted on"))
    expires_on = day_field(
        _("Protected until"),
        help_text=_(
            "Left empty: counted by the rules of the office, where it has any."
        ),
    )

    def __init__(
        self,
        actor: Actor,
        *args: Any,
        contract: Contract | None = None,
        right: Right | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if contract is not None or right is not None:
            del self.fields["host"]
        else:
            known = organisations(actor)
            if not actor.has(Role.OFFICER):
                known = known.filter(pk__in=actor.manages)
            self.fields["host"].queryset = known  # type: ignore[attr-defined]
        if right is not None:
            del self.fields["idea"]
        if contract is None or right is not None:
            del self.fields["result"]
        else:
            of = queries.results(actor).filter(contract=contract)
            self.fields["result"].queryset = of  # type: ignore[attr-defined]
        if right is not None:
            self.fields["reason"] = forms.CharField(
                label=_("Why is it changed?"),
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=5_000,
            )
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)

    def facts(self) -> RightFacts:
        given = self.cleaned_data
        return RightFacts(
            **{name: given[name] for name in RightFacts.__dataclass_fields__}
        )


class MoveForm(Telling):
    to = forms.ChoiceField(label=_("It is now"), widget=forms.RadioSelect)
    on = day_field(_("Since"), required=True)
    number = forms.CharField(
        label=_("Number of the application or title"),
        help_text=_(
            "Of the application where it was filed, of the title where granted."
        ),
        max_length=60,
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed where the right ends."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=5_000,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, right: Right, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(RightState.choices)
        to: Any = self.fields["to"]
        to.choices = [(state, labels[state]) for state in RIGHT_STEPS[right.state]]


class DocketForm(Telling):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[c for c in DocketKind.choices if c[0] != DocketKind.TERM],
    )
    label = forms.CharField(label=_("What is due"), max_length=300)
    due_on = day_field(_("Due"), required=True)


class MeetForm(Telling):
    done_on = day_field(_("Done on"), required=True)
    paid = MoneyField(label=_("Amount paid (đồng)"))
    reference = forms.CharField(label=_("Receipt or document"), max_length=200)
    file = forms.FileField(label=_("Its file"), required=False)

    def __init__(self, entry: DocketEntry, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if entry.kind != DocketKind.FEE:
            del self.fields["paid"]
            self.fields["reference"].required = False


class PaperForm(Telling):
    file = forms.FileField(label=_("File"))
