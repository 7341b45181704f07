"""Surveys for those who manage them: list, design, strata, invitations, steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from opensti.domains.surveys import actions, queries
from opensti.domains.surveys.choices import SIZES, State, Step
from opensti.domains.surveys.lifecycle import (
    EDITS,
    FRAMES,
    HAS_RESULT,
    INVITES,
    MAILS,
    WORKED,
)
from opensti.domains.surveys.models import Unit, Wave
from opensti.kernel.access import Role, require
from opensti.kernel.economies import economy_name
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, Problem, Refusal
from opensti.ui.pages import Crumb
from opensti.ui.survey_results import VERDICTS, WHY
from opensti.ui.tables import Column, DayColumn, StateColumn, Table
from opensti.web.lists import WorkList
from opensti.web.surveys.forms import (
    Design,
    FrameFile,
    Invitations,
    Named,
    Sample,
    prices_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import HttpResponse

    from opensti.domains.surveys.queries import Opened
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]
TONES = dict.fromkeys(State.values, "neutral") | {
    "pilot": "info",
    "field": "info",
    "published": "good",
}


class WaveTable(Table):
    title_vi = Column(
        accessor="title",
        order_by=("title_vi",),
        verbose_name=gettext_lazy("Survey"),
        linkify=lambda record: reverse("surveys:wave", args=[record.public_id]),
    )
    organisation = Column(
        verbose_name=gettext_lazy("Organiser"),
        order_by=("organisation__name_vi",),
        empty_values=(),
    )
    state = StateColumn(
        tones=TONES, labels=dict(State.choices), verbose_name=gettext_lazy("State")
    )
    opens_on = DayColumn(verbose_name=gettext_lazy("Opens"))
    closes_on = DayColumn(verbose_name=gettext_lazy("Closes"))

    class Meta(Table.Meta):
        model = Wave
        fields = ("title_vi", "organisation", "state", "opens_on", "closes_on")

    def render_organisation(self, record: Wave) -> str:
        return organiser(record)

    value_organisation = render_organisation


class WaveFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=State.choices
    )

    class Meta:
        model = Wave
        fields = ("state",)


class Waves(WorkList):
    """Those that one manages, and all that are published."""

    title = gettext_lazy("Surveys of organisations")
    permission = "surveys.read"
    table_class = WaveTable
    filterset_class = WaveFilter
    searchable = False
    export_name = "surveys"
    list_url = "surveys:waves"
    template_name = "web/surveys/list.html"

    def rows(self, actor: Actor) -> QuerySet[Wave]:
        return queries.waves(actor)

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"begins": _begins(actor)}


class UnitTable(Table):
    code = Column(verbose_name=gettext_lazy("Organisation"))
    name = Column(verbose_name=gettext_lazy("Name"))
    economy = Column(verbose_name=gettext_lazy("Economy"))
    size = Column(accessor="get_size_display", order_by=("size",), verbose_name=gettext_lazy("Size"))  # fmt: skip
    sector = Column(verbose_name=gettext_lazy("Sector"))
    invited = Column(verbose_name=gettext_lazy("People asked"))
    pilot = Column(verbose_name=gettext_lazy("In the pilot"))
    withdrawn_at = DayColumn(verbose_name=gettext_lazy("Taken out"))

    class Meta(Table.Meta):
        model = Unit
        fields = ("code", "name", "economy", "size", "sector", "invited", "pilot", "withdrawn_at")  # fmt: skip

    def render_economy(self, value: str) -> str:
        return economy_name(value)

    def render_pilot(self, value: bool) -> str:  # noqa: FBT001 -- a cell
        return _("yes") if value else _("no")


class UnitFilter(django_filters.FilterSet):
    economy = django_filters.CharFilter(label=gettext_lazy("Economy"))
    size = django_filters.ChoiceFilter(label=gettext_lazy("Size"), choices=SIZES)

    class Meta:
        model = Unit
        fields = ("economy", "size")


class Units(WorkList):
    """Whom the list names; whether anybody answered stands nowhere."""

    title = gettext_lazy("Organisations that are asked")
    permission = "surveys.read"
    table_class = UnitTable
    filterset_class = UnitFilter
    export_name = "survey-organisations"

    def rows(self, actor: Actor) -> QuerySet[Unit]:
        row = queries.wave(actor, self.kwargs["public_id"])
        require(actor, "surveys.run", row)
        return queries.units(actor, row)

    def search(self, rows: QuerySet[Unit], text: str) -> QuerySet[Unit]:
        return rows.filter(Q(name__icontains=text) | Q(code__icontains=text))


def organiser(row: Wave) -> str:
    return str(row.organisation) if row.organisation_id else _("The ministry")


def _begins(actor: Actor) -> bool:
    return actor.has(Role.OFFICER) or bool(actor.manages)


@require_http_methods(METHODS)
def new(request: Request) -> HttpResponse:
    """The design of a wave; whoever begins it manages it."""
    require(request.actor, "surveys.read")
    if not _begins(request.actor):
        raise AccessDenied(
            _("Surveys are begun by a programme officer, or by a manager for his organisation."),
            who=_("a programme officer; a manager of the organisation"),
        )  # fmt: skip
    return _design(request, None)


@require_http_methods(METHODS)
def edit(request: Request, public_id: str) -> HttpResponse:
    """The design anew, until the pilot begins."""
    row = queries.wave(request.actor, public_id)
    require(request.actor, "surveys.run", row)
    return _design(request, row)


def _design(request: Request, row: Wave | None) -> HttpResponse:
    actor = request.actor
    published = [w for w in queries.published_waves() if row is None or w.pk != row.pk]
    form = Design(actor, published, request.POST or None, initial=_as_typed(row))
    if row is not None:  # who runs it is said once
        del form.fields["organisation"]
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = _kept(request, form, row)
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("surveys:wave", public_id=made.public_id)
    return render(
        request,
        "web/surveys/design.html",
        {
            "title": _("New survey") if row is None else _("Design: %(title)s") % {"title": row.title},
            "breadcrumb": [_up(), *([_to(row)] if row else [])],
            "form": form,
            "version": row.version if row else "",
            "refusal": refusal,
            "submit": _("Begin") if row is None else _("Save"),
            "back": reverse("surveys:wave", args=[row.public_id]) if row else reverse("surveys:waves"),
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )  # fmt: skip


def _kept(request: Request, form: Design, row: Wave | None) -> Wave:
    if row is None:
        return actions.draft_wave(actor=request.actor, at=now(), **form.said())
    form.cleaned_data["organisation"] = 0
    said = form.said()
    said.pop("organisation_id")
    return actions.edit_wave(
        actor=request.actor,
        wave_id=row.pk,
        version=row_number(request.POST.get("version")),
        at=now(),
        **said,
    )


def _as_typed(row: Wave | None) -> dict[str, Any]:
    if row is None:
        return {}
    names = ("title_vi", "title_en", "purpose", "form", "languages", "opens_on", "closes_on", "gaps", "quick", "straight", "copied", "stage", "runs", "seed", "currency")  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "economies": "\n".join(row.economies),
        "prices": prices_text(row),
        "previous": row.previous.public_id if row.previous else "",
    }


@never_cache
@require_http_methods(METHODS)
def wave(request: Request, public_id: str) -> HttpResponse:
    """One wave: its design; for who manages it also strata, responses, letters, next steps."""
    actor = request.actor
    require(actor, "surveys.read")
    opened = queries.opened(actor, public_id)
    forms = _forms(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _act(request, opened.row, forms)
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("surveys:wave", public_id=public_id)
    return render(
        request,
        "web/surveys/wave.html",
        _context(opened) | {"forms": forms, "refusal": refusal},
        status=refusal.status if refusal else 200,
    )


def _context(opened: Opened) -> dict[str, Any]:
    row = opened.row
    asked = queries.instrument_of(row)
    clauses = {c.number: f"{c.number}. {c}" for c in asked.asked.clauses}
    return {
        "title": row.title,
        "breadcrumb": [_up()],
        "opened": opened,
        "row": row,
        "organiser": organiser(row),
        "economies": ", ".join(economy_name(code) for code in row.economies),
        "questions": len(asked.asked.items) + len(asked.questionnaire.questions),
        "questionnaire": asked.questionnaire.survey.title,
        "responses": [
            [
                f"{economy_name(r.stratum.economy)} / {r.stratum.get_size_display()} / {r.stratum.sector}",
                str(r.stratum.organisations),
                "—" if r.stratum.sample is None else str(r.stratum.sample),
                str(r.asked),
                str(r.answered),
                f"{100 * r.answered / r.asked:.0f} %" if r.asked else "—",
                f"{r.finished}/{r.people}",
            ]
            for r in opened.responses
        ],
        "response_head": [_("Stratum"), _("There are"), _("To be asked"), _("Organisations asked"), _("Organisations done"), _("Response rate"), _("People done")],
        "pilot": _pilot(opened, clauses),
        "edits": opened.runs and row.state in EDITS,
        "frames": opened.runs and row.state in FRAMES,
        "invites": opened.runs and row.state in INVITES,
        "mails": opened.runs and row.state in {*MAILS, State.PUBLISHED},
        "has_result": row.state in HAS_RESULT,
        "steps": [(one, Step(one).label) for one in opened.steps],
    }  # fmt: skip


def _pilot(opened: Opened, clauses: dict[str, str]) -> dict[str, Any] | None:
    """How the pilot goes, or went: figures of scales, never of one organisation."""
    said = opened.pilot
    if said is None:
        return None
    return {
        "said": said,
        "head": [
            _("Part"),
            _("Organisations"),
            "ω",
            "\u03b1",
            _("What is told"),
            _("Why"),
        ],
        "rows": [
            [
                clauses.get(one["clause"], one["clause"]),
                str(one["units"]),
                _two(one["omega"]),
                _two(one["alpha"]),
                str(VERDICTS[one["verdict"]]),
                "; ".join(str(WHY.get(w, w)) for w in one["why"]) or "—",
            ]
            for one in said["clauses"]
        ],
    }


def _two(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _forms(request: Request) -> dict[str, Form]:
    """The forms of the page; the one that was sent keeps what was typed."""
    act = str(request.POST.get("act", ""))

    def data(name: str) -> tuple[Any, Any]:
        return (request.POST, request.FILES) if act == name else (None, None)

    return {
        "frame": FrameFile(*data("frame")),
        "sample": Sample(*data("sample")),
        "invite": Invitations(*data("invite")),
        "name": Named(*data("name")),
    }


def _act(request: Request, row: Wave, forms: dict[str, Form]) -> None:
    said, actor, at = request.POST, request.actor, now()
    act = str(said.get("act", ""))
    if act == "step" and said.get("step") in WORKED:
        actions.ask_for(actor=actor, wave_id=row.pk, act=str(said["step"]), at=at)
        messages.success(request, _("A worker does it now. Reload the page after a while."))  # fmt: skip
        return
    if act == "invite":
        made, there = actions.invite_list(
            actor=actor, wave_id=row.pk, at=at, **_cleaned(forms["invite"])
        )
        told = ngettext("%(n)d person is asked.", "%(n)d people are asked.", made)
        if there:
            told += " " + ngettext("%(there)d was asked already.", "%(there)d were asked already.", there)  # fmt: skip
        messages.success(request, told % {"n": made, "there": there})
        return
    if act == "remind":
        n = actions.remind(actor=actor, wave_id=row.pk, at=at)
        told = ngettext("%(n)d reminder is sent.", "%(n)d reminders are sent.", n)
        messages.success(request, told % {"n": n})
        return
    simple: dict[str, Callable[[], object]] = {
        "step": lambda: actions.step(
            actor=actor,
            wave_id=row.pk,
            act=str(said.get("step", "")),
            words=str(said.get("words", "")),
            version=row_number(said.get("version")),
            at=at,
        ),
        "frame": lambda: actions.upload_frame(
            actor=actor, wave_id=row.pk, at=at, **_cleaned(forms["frame"])
        ),
        "sample": lambda: actions.allocate_sample(
            actor=actor, wave_id=row.pk, at=at, **_cleaned(forms["sample"])
        ),
        "name": lambda: actions.name_manager(
            actor=actor, wave_id=row.pk, at=at, **_cleaned(forms["name"])
        ),
        "dismiss": lambda: actions.dismiss_manager(
            actor=actor, manager_id=row_number(said.get("manager")) or 0, at=at
        ),
        "withdraw": lambda: actions.withdraw_unit(
            actor=actor,
            unit_id=_unit(actor, row, str(said.get("code", ""))),
            reason=str(said.get("reason", "")),
            at=at,
        ),
    }
    if act not in simple:
        raise NotFound
    simple[act]()
    messages.success(request, _("Done."))


def _unit(actor: Actor, row: Wave, code: str) -> int:
    """The organisation that the organiser's list calls so."""
    found = queries.units(actor, row).filter(code=code.strip()).first()
    if found is None:
        raise Invalid(
            [Problem(field="code", message=_("The list has no organisation of this number."))]
        )  # fmt: skip
    return found.pk


def _cleaned(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        raise Invalid(
            [
                Problem(field=name, message=str(errors[0]))
                for name, errors in form.errors.items()
            ]
        )
    return dict(form.cleaned_data)


def _up() -> Crumb:
    return Crumb(_("Surveys of organisations"), reverse("surveys:waves"))


def _to(row: Wave) -> Crumb:
    return Crumb(row.title, reverse("surveys:wave", args=[row.public_id]))
