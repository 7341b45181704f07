"""Who knows the subject of a dossier or an order: the experts, best first, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import EVIDENCE_TONES, Evidence, SeatRole
from opensti.domains.panels.models import RankedExpert
from opensti.domains.registry.choices import OrganisationKind
from opensti.kernel.access import may
from opensti.kernel.searchtext import matches
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, NumberColumn, StateColumn, Table
from opensti.ui.templatetags.ui import number
from opensti.web.lists import WorkList
from opensti.web.panels import asking

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet
    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

SHOWN_REASONS, SHOWN_TERMS, SHARE, LEAST_SHOWN = 2, 4, 100, 0.01
OTHERS = {
    "review": gettext_lazy("past reviews"),
    "declared": gettext_lazy("declared keywords and fields"),
}


class KnowingTable(Table):
    place = NumberColumn(verbose_name=gettext_lazy("No."))
    name = Column(
        accessor="person__full_name",
        verbose_name=gettext_lazy("Expert"),
        linkify=lambda record: reverse(
            "registry:person", args=[record.person.public_id]
        ),
        attrs={"td": {"class": "name"}},
    )
    score = NumberColumn(verbose_name=gettext_lazy("Score"))
    evidence = StateColumn(
        tones=EVIDENCE_TONES,
        labels=dict(Evidence.choices),
        verbose_name=gettext_lazy("Rests on"),
    )
    reasons = Column(
        orderable=False,
        verbose_name=gettext_lazy("Known by"),
        attrs={"td": {"class": "name"}},
    )
    employer = Column(
        empty_values=(), orderable=False, verbose_name=gettext_lazy("Organisation")
    )
    seats_now = NumberColumn(verbose_name=gettext_lazy("Seats this year"))
    barred = Column(
        empty_values=(), orderable=False, verbose_name=gettext_lazy("May judge")
    )

    class Meta(Table.Meta):
        fields = (
            "place", "name", "score", "evidence", "reasons", "employer", "seats_now",
            "barred",
        )  # fmt: skip

    def __init__(self, *args: Any, barred: Collection[int] = (), **kwargs: Any) -> None:
        self.barred_people = barred
        super().__init__(*args, **kwargs)

    def render_score(self, value: float) -> str:
        return number(value, 3)

    def value_score(self, value: float) -> float:
        return round(value, 6)

    def render_reasons(self, value: list[dict[str, Any]], record: Any) -> SafeString:
        return format_html(
            "<ul>{}</ul>",
            format_html_join(
                "",
                "<li>{}</li>",
                (
                    (_said(each, record.score),)
                    for each in value[:SHOWN_REASONS]
                    if each["share"] >= LEAST_SHOWN * record.score
                ),
            ),
        )

    def value_reasons(self, value: list[dict[str, Any]], record: Any) -> str:
        return " · ".join(str(_said(each, record.score)) for each in value)

    def render_employer(self, record: Any) -> str:
        return "; ".join(str(p.organisation) for p in record.person.running) or "\u2013"

    def value_employer(self, record: Any) -> str:
        return "; ".join(str(p.organisation) for p in record.person.running)

    def render_barred(self, record: Any) -> SafeString | str:
        if record.person_id not in self.barred_people:
            return "\u2013"
        return format_html(
            '<span class="badge" data-tone="bad">{}</span>', _("no: conflict")
        )

    def value_barred(self, record: Any) -> str:
        return _("no: conflict") if record.person_id in self.barred_people else ""


def _said(reason: dict[str, Any], score: float) -> str:
    """A work, what it adds to the score, and the terms; of others what kind they are."""
    part = f"{round(SHARE * reason['share'] / score) if score else 0} %"
    if reason["kind"] in OTHERS:
        title = str(OTHERS[reason["kind"]])
    else:
        title = reason["title"] + (f" ({reason['year']})" if reason["year"] else "")
    terms = ", ".join(_telling(term for term, _share in reason.get("terms", ())))
    return f"{title}: {part}; {terms}" if terms else f"{title}: {part}"


def _telling(terms: Iterable[str]) -> list[str]:
    """The terms that tell most: a syllable says less than the pair it is part of."""
    given = list(terms)
    parts = {word for term in given if " " in term for word in term.split()}
    return [term for term in given if term not in parts][:SHOWN_TERMS]


class KnowingFilter(django_filters.FilterSet):
    evidence = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Rests on"), choices=Evidence.choices
    )
    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Kind of organisation"),
        choices=OrganisationKind.choices,
        method="of_kind",
    )

    class Meta:
        model = RankedExpert
        fields = ("evidence",)

    def of_kind(
        self, rows: QuerySet[RankedExpert], _name: str, value: list[str]
    ) -> QuerySet[RankedExpert]:
        return queries.working_in(rows, value, localdate()) if value else rows


class Knowing(WorkList):
    title = gettext_lazy("Who knows this subject")
    table_class = KnowingTable
    filterset_class = KnowingFilter
    permission = "panels.see_experts"
    export_name = "experts"
    template_name = "web/panels/knowing.html"

    @cached_property
    def subject(self) -> Any:
        return queries.subject_of_experts(
            self.request.actor,  # type: ignore[attr-defined]
            self.kwargs["kind"],
            self.kwargs["public_id"],
        )

    def rows(self, actor: Actor) -> QuerySet[RankedExpert]:
        return queries.ranked_experts(actor, self.subject.ranking, localdate())

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return matches(rows, text, field="person__search_text")

    def table_arguments(self, actor: Actor) -> dict[str, Any]:
        forms = may(actor, "panels.form")
        found = self.subject
        barred = queries.barred_from(found.kind, found.thing.pk) if forms else set()
        return {"barred": barred}

    def context(self, actor: Actor) -> dict[str, Any]:
        found = self.subject
        councils = (
            queries.councils_to_seat(actor, found) if may(actor, "panels.form") else []
        )
        return {
            "thing": found.thing,
            "kind": found.kind,
            "ranking": found.ranking,
            "may_ask": may(actor, "panels.rank_experts"),
            "councils": councils,
            "people": [
                (row.person_id, row.person.full_name) for row in self.rows(actor)[:50]
            ]
            if councils
            else [],
            "roles": SeatRole.choices,
            "breadcrumb": [
                Crumb(_("Councils"), reverse("panels:councils")),
                Crumb(found.thing.code or found.thing.title),
                Crumb(str(self.title)),
            ],
        }


@require_POST
def ask(request: Request, kind: str, public_id: str) -> HttpResponse:
    """Let the experts be ranked, now or once more."""
    actions.ask_for_experts(
        actor=request.actor, kind=kind, public_id=public_id, at=now()
    )
    messages.success(
        request,
        _("The experts are being ranked; look again in a minute."),
    )
    return redirect("panels:knowing", kind, public_id)


@require_POST
def seat(request: Request, kind: str, public_id: str) -> HttpResponse:
    """Give a ranked expert a seat in a council that is being formed."""
    actor, sent = request.actor, request.POST
    queries.subject_of_experts(actor, kind, public_id)
    council = queries.council(actor, sent.get("council", ""))
    given = actions.add_seat(
        actor=actor,
        council_id=council.pk,
        person_id=asking.whole(sent.get("person")) or 0,
        role=sent.get("role", ""),
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )
    messages.success(
        request, _("%(name)s has a seat now.") % {"name": given.person.full_name}
    )
    return redirect("panels:knowing", kind, public_id)
