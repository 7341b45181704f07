"""The form on which a value is reported, or corrected, whole and parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from opensti.domains.registry.queries import organisation, organisations
from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.choices import Aggregation, ValueStatus
from opensti.kernel.access import Role, require
from opensti.kernel.bilingual import pick
from opensti.ui.pages import Crumb
from opensti.web.chosen import input_attributes, split
from opensti.web.results.acting import act_page
from opensti.web.results.fields import Telling, text_area
from opensti.web.strategies.figures import Figure
from opensti.web.strategies.indicators import crumbs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.registry.models import Organisation
    from opensti.domains.strategies.models import Indicator, Observation
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]
REST = "*"


class ValueForm(Telling):
    """A value with the parts of the card; what the card's rule needs is asked for."""

    period = forms.CharField(
        label=gettext_lazy("Reporting period"),
        max_length=8,
        help_text=gettext_lazy(
            "2025, 2025-H1, 2025-Q3 or 2025-07, as the card has it."
        ),
    )
    value = Figure(label=gettext_lazy("Value"), required=False)
    numerator = Figure(label=gettext_lazy("Numerator"), required=False)
    denominator = Figure(label=gettext_lazy("Denominator"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("State of the value"),
        choices=ValueStatus.choices,
        initial=ValueStatus.FINAL,
    )
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=500, required=False
    )
    vintage_label = forms.CharField(
        label=gettext_lazy("Release of the statistics"),
        max_length=100,
        required=False,
        help_text=gettext_lazy(
            "For example “GSO 2026-03”. A later release is a row of its own."
        ),
    )
    file = forms.FileField(label=gettext_lazy("File it came from"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=2_000,
        widget=text_area(2),
        required=False,
    )

    def __init__(
        self,
        card: Indicator,
        *args: Any,
        correcting: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.card = card
        rule = card.aggregation
        if rule != Aggregation.RATIO:
            del self.fields["numerator"]
            if rule != Aggregation.WEIGHTED:
                del self.fields["denominator"]
        else:
            self.fields["value"].help_text = _(
                "Left empty, it is computed from the two numbers below."
            )
        if correcting:
            for name in ("vintage_label", "note"):
                del self.fields[name]
            self.fields["period"].disabled = True
            self.fields["reason"] = forms.CharField(
                label=_("Reason of the correction"),
                max_length=2_000,
                widget=text_area(2),
            )
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
        for cell, label in cells_of(card):
            for name in self._asked():
                self.fields[f"{name}-{cell}"] = Figure(
                    label=f"{label}: {self.fields[name].label}", required=False
                )

    def _asked(self) -> list[str]:
        ratio = self.card.aggregation == Aggregation.RATIO
        names = ("numerator", "denominator") if ratio else ("value", "denominator")
        return [name for name in names if name in self.fields]

    def facts(self) -> actions.ValueFacts:
        given = self.cleaned_data
        parts = []
        for cell, _label in cells_of(self.card):
            said = {n: given.get(f"{n}-{cell}") for n in self._asked()}
            if any(number is not None for number in said.values()):
                parts.append(actions.PartValue(cell=cell, **said))
        names = actions.ValueFacts.__dataclass_fields__
        return actions.ValueFacts(
            **{n: given[n] for n in names if n in given}, parts=parts
        )


class ReportForm(ValueForm):
    """The same, with whose value it is: a choice of one's agencies, or any by name."""

    def __init__(
        self, actor: Actor, card: Indicator, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(card, *args, **kwargs)
        self.actor = actor
        self.reporter: Organisation | None = None
        own = not actor.has(Role.OFFICER)
        if own:
            rows = organisations(actor).filter(pk__in=actor.manages)
            field: forms.Field = forms.ChoiceField(
                label=_("Agency"),
                choices=[(row.public_id, str(row.name)) for row in rows],
            )
        else:
            field = forms.CharField(
                label=_("Agency"),
                required=False,
                help_text=_("Empty for a value of the ministry itself."),
                widget=forms.TextInput(attrs=input_attributes("organisation")),
            )
        self.fields = {"agency": field, **self.fields}

    def clean_agency(self) -> str:
        text: str = self.cleaned_data["agency"].strip()
        if not text:
            return ""
        name, public_id = split(text)
        rows = organisations(self.actor)
        wanted = public_id or name
        found = rows.filter(public_id=wanted).first()
        if found is None:
            named = list(rows.filter(name_vi=name)[:2])
            found = named[0] if len(named) == 1 else None
        if found is None:
            raise forms.ValidationError(
                _("The registry has no one organisation “%(name)s”.") % {"name": text}
            )
        self.reporter = found
        return text


def cells_of(card: Indicator) -> list[tuple[str, str]]:
    """The parts of a card by their cells, each dimension with its rest at the end."""
    found = []
    for d in card.dimensions:
        head = pick(d["name_vi"], d["name_en"])
        for part in d["parts"]:
            name = pick(part["name_vi"], part["name_en"])
            found.append((f"{d['code']}={part['code']}", f"{head}, {name}"))
        found.append((f"{d['code']}={REST}", f"{head}, {_('the rest')}"))
    return found


@require_http_methods(METHODS)
def observe(request: Request, public_id: str) -> HttpResponse:
    """Report a value of a card; ``agency`` and ``period`` may stand in the address."""
    actor = request.actor
    card = queries.indicator(actor, public_id)
    agency = request.GET.get("agency", "")
    own = not actor.has(Role.OFFICER)
    probe = next(iter(sorted(actor.manages)), None) if own else None
    if agency:
        house = organisation(actor, agency)
        probe = house.pk
        agency = agency if own else f"{house.name} ({house.public_id})"
    require(actor, "strategies.report", probe)
    form = ReportForm(
        actor,
        card,
        request.POST or None,
        request.FILES or None,
        initial={"agency": agency, "period": request.GET.get("period", "")},
    )
    campaign = request.GET.get("campaign", "")
    go = (
        reverse("strategies:campaign", args=[campaign])
        if campaign
        else reverse(
            f"strategies:{'campaigns' if own else 'indicator'}",
            args=[] if own else [public_id],
        )
    )

    def act() -> None:
        actions.enter_observation(
            actor=actor,
            indicator_id=card.pk,
            facts=form.facts(),
            reporter_id=form.reporter.pk if form.reporter else None,
            file=form.cleaned_data["file"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Report a value"),
        lead=f"{card.code} · {card.name} ({card.unit})",
        done=_("The value is entered: another person approves it."),
        go=go,
        breadcrumb=[
            Crumb(_("Campaigns"), reverse("strategies:campaigns")),
            Crumb(card.code),
        ]
        if own
        else crumbs(card, Crumb(_("Report"))),
        submit=_("Report it"),
    )


@require_http_methods(METHODS)
def correct(request: Request, public_id: str) -> HttpResponse:
    """Correct a reported value by a new row."""
    actor = request.actor
    row = queries.observation(actor, public_id)
    require(actor, "strategies.report", row.reporter_id)
    parts = queries.parts_of(row)
    form = ValueForm(
        row.indicator,
        request.POST or None,
        request.FILES or None,
        correcting=True,
        initial=_start(row, parts),
    )
    go = reverse("strategies:observation", args=[public_id])

    def act() -> None:
        actions.correct_observation(
            actor=actor,
            observation_id=row.pk,
            facts=form.facts(),
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            file=form.cleaned_data["file"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Correct the value"),
        lead=_(
            "The old row stays and keeps counting until another person approves the new one."
        ),
        done=_("The correction is entered: another person approves it."),
        go=go,
        breadcrumb=[
            Crumb(_("Values"), reverse("strategies:observations"))
            if actor.has(Role.OFFICER)
            else Crumb(_("Campaigns"), reverse("strategies:campaigns")),
            Crumb(f"{row.indicator.code} {row.period}", go),
            Crumb(_("Correct")),
        ],
        submit=_("Enter the correction"),
    )


def _start(row: Observation, parts: list[Observation]) -> dict[str, Any]:
    names = ("value", "numerator", "denominator")
    start: dict[str, Any] = {
        "period": row.period,
        "status": row.status,
        "source": row.source,
        "version": row.version,
    }
    for one, suffix in [(row, ""), *((part, f"-{part.cell}") for part in parts)]:
        for name in names:
            number = getattr(one, name)
            if number is not None:
                start[name + suffix] = f"{number.normalize():f}".replace(".", ",")
    return start
