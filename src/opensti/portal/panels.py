"""Councils one by one: the rule, seats as counts, and what came of it; no person by default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.panels.choices import SeatRole
from opensti.domains.panels.models import Council
from opensti.domains.publications import queries
from opensti.domains.registry.choices import OrganisationKind
from opensti.kernel.citations import cited
from opensti.portal.lists import PublicList, same
from opensti.portal.told import upper, withheld_lines
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, DayColumn, NumberColumn, Table

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from opensti.domains.procedures.regimes.format import CouncilRule, Share
    from opensti.kernel.access import Actor


class CouncilTable(Table):
    kind = Column(
        accessor="get_kind_display",
        order_by=("kind",),
        verbose_name=gettext_lazy("Council"),
        linkify=lambda record: reverse("portal:council", args=[record.public_id]),
    )
    decision_number = Column(verbose_name=gettext_lazy("Decision"))
    call = Column(
        accessor="call__code",
        order_by=("call__code",),
        verbose_name=gettext_lazy("Call"),
    )
    seated = NumberColumn(verbose_name=gettext_lazy("Members"))
    concluded = DayColumn(
        accessor="concluded_at",
        order_by=("concluded_at",),
        verbose_name=gettext_lazy("Concluded"),
    )

    class Meta(Table.Meta):
        model = Council
        fields = ("kind", "decision_number", "call", "seated", "concluded")


class Councils(PublicList):
    kind = "council"
    shows = same("kind", "decision_number", "call") | {
        "seated": "composition",
        "concluded": "concluded_at",
    }
    title = gettext_lazy("Councils")
    lead = gettext_lazy(
        "Councils whose matters are all decided in public: the rule they worked under and who sat, as counts."
    )
    table_class = CouncilTable
    export_name = "councils"
    searchable = False

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return queries.public_councils(at=now())


@require_safe
def council(request: HttpRequest, public_id: str) -> HttpResponse:
    page = queries.public_council(public_id, at=now())
    kind = upper(page.row.get_kind_display())
    return render(
        request,
        "portal/council.html",
        {
            "title": kind,
            "description": _(
                "Composition and rules of a council, and what it decided on."
            ),
            "breadcrumb": [
                Crumb(_("Councils"), reverse("portal:council_list")),
                Crumb(page.row.decision_number or kind),
            ],
            "page": page,
            "card": page.card,
            "council": page.row,
            "scores_shown": any(s.mean is not None or s.sheets for s in page.scored),
            "rules": _rules(page.rule, page.quorum_roles),
            "roles": [
                (upper(SeatRole(role).label), n) for role, n in page.composition.roles
            ]
            if page.composition
            else [],
            "kinds": [
                (OrganisationKind(kind).label if kind else _("not known"), n)
                for kind, n in page.composition.organisations
            ]
            if page.composition
            else [],
            "members": [
                (upper(SeatRole(role).label), name) for role, name in page.members
            ],
            "withheld": withheld_lines(page.card.withheld),
        },
    )


def _rules(rule: CouncilRule, quorum_roles: tuple[Any, ...]) -> list[tuple[Any, str]]:
    """What the frozen rule says, in words."""
    english = (get_language() or "vi").startswith("en")
    size = (
        ", ".join(map(str, rule.size_allowed))
        if rule.size_allowed
        else str(rule.size_min)
        if rule.size_min == rule.size_max
        else _("%(min)d to %(max)d") % {"min": rule.size_min, "max": rule.size_max}
    )
    found = [
        (_("Council by the rule"), rule.label("en" if english else "vi")),
        (_("Members by the rule"), size),
        (_("Quorum"), _share(rule.quorum)),
        (_("Must be present"), ", ".join(str(role) for role in quorum_roles)),
        (
            _("Majority for a conclusion"),
            _share(rule.conclusion) if rule.conclusion else "",
        ),
        (_("Legal basis"), str(cited(rule.basis))),
    ]
    return [(label, text) for label, text in found if text]


def _share(share: Share) -> str:
    fraction = f"{share.fraction.numerator}/{share.fraction.denominator}"
    if share.test == "at_least":
        return _("at least %(share)s") % {"share": fraction}
    return _("more than %(share)s") % {"share": fraction}
