"""Councils as everybody may know them: never before all that they judged is decided in public.

Shown are the rule they worked under and seats as counts; names, and scores, only where the
procedure of the case or the policy of the house says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from opensti.domains.panels.choices import QUORUM_LABELS, CouncilKind
from opensti.domains.panels.queries import (
    Composition,
    composition_of,
    concluded_councils,
    councils_judging,
    matters_before,
    matters_of,
    names_of_members,
    rule_of,
    totals_of_reviewers,
    with_matters_among,
)
from opensti.domains.portfolios.queries import dossiers_decided
from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.sight import sight
from opensti.domains.results.queries import recognised_cases
from opensti.domains.tasks.queries import orders_settled
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from decimal import Decimal

    from django.db.models import QuerySet

    from opensti.domains.panels.models import Council
    from opensti.domains.procedures.regimes.format import CouncilRule
    from opensti.domains.publications.queries.sight import Card, Sight


@dataclass(frozen=True, kw_only=True)
class Scored:
    """An approved dossier before the council, with its scores as far as they are told.

    ``sheets`` are the totals of the ballots, smallest first: their place tells of no seat.
    """

    decision: Any
    mean: Decimal | None
    rank: int | None
    sheets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SeenCouncil:
    """A council and what is shown of it."""

    row: Council
    card: Card


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """That a council was set up, as far as it is shown; ``seats`` that were taken."""

    public_id: str
    kind: str
    kind_vi: str
    decided_on: date
    concluded_at: datetime
    number: str
    rule_vi: str
    rule_en: str
    seats: int | None


@dataclass(frozen=True, kw_only=True)
class CouncilPage(SeenCouncil):
    """The page of a council. ``members``: role and name, where names are public."""

    rule: CouncilRule
    quorum_roles: tuple[Any, ...]
    composition: Composition | None
    members: tuple[tuple[str, str], ...]
    orders: tuple[Any, ...]
    scored: tuple[Scored, ...]
    contracts: tuple[Any, ...]


def councils(*, at: datetime, q: str = "") -> QuerySet[Council]:
    """Councils all of whose matters are decided in public, the latest first."""
    del q  # their own titles are typed by hand and may name people
    return sight(at=at).rows("council", _told())


def _told() -> QuerySet[Council]:
    return with_matters_among(
        concluded_councils(),
        dossiers=dossiers_decided(),
        orders=orders_settled(),
        cases=recognised_cases(),
    )


def councils_of_task(
    decision: Any, acceptance: Any, seen: Sight
) -> tuple[SeenCouncil, ...]:
    """The councils that had a task's order, dossier or finished work before them; 1 query."""
    dossier = decision.dossier
    judging = councils_judging(
        dossier_id=dossier.pk,
        order_id=dossier.order_id,
        case_ids=[acceptance.case_id] if acceptance else [],
    )
    rows = seen.rows("council", _told().filter(judging)).order_by("concluded_at", "pk")
    return tuple(SeenCouncil(row=row, card=seen.card("council", row)) for row in rows)


def councils_told() -> QuerySet[Council]:
    """Councils all of whose matters are decided in public, before the policy is asked."""
    return _told()


def set_up_of(found: SeenCouncil) -> SetUp | None:
    """When and how a shown council was set up; nothing where its day is withheld."""
    row: Any = found.row
    card = found.card
    day = card.decided_on
    if not isinstance(day, date) or row.concluded_at is None:
        return None  # withheld, or a year alone
    rule = rule_of(row) if card.shows("rule") else None
    with override("vi"):
        kind_vi = str(CouncilKind(row.kind).label)
    return SetUp(
        public_id=row.public_id,
        kind=row.kind,
        kind_vi=kind_vi,
        decided_on=day,
        concluded_at=row.concluded_at,
        number=card.decision_number or "",
        rule_vi=rule.label_vi if rule else "",
        rule_en=rule.label_en if rule else "",
        seats=row.seated if card.shows("composition") else None,
    )


def set_up_for(
    dossiers: Collection[int], orders: Collection[int], seen: Sight
) -> dict[tuple[str, int], list[SetUp]]:
    """Councils that were set up, by ("dossier" or "order", id) before them; 2 queries."""
    matters = list(matters_before(dossiers, orders))
    ids = {council for council, _dossier, _order in matters}
    rows = seen.rows("council", _told().filter(pk__in=ids))
    found = {
        row.pk: told
        for row in rows.order_by("decided_on", "pk")
        if (told := set_up_of(SeenCouncil(row=row, card=seen.card("council", row))))
    }
    by_matter: dict[tuple[str, int], list[SetUp]] = {}
    for pk, told in found.items():
        for council_id, dossier, order in matters:
            of, which = ("order", order) if dossier is None else ("dossier", dossier)
            if council_id == pk and which is not None:
                about = (of, which)
                by_matter.setdefault(about, []).append(told)
    return by_matter


def council(public_id: str, *, at: datetime) -> CouncilPage:
    """One council, else ``NotFound``; 8 queries at most."""
    seen = sight(at=at)
    row = seen.rows("council", _told()).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    rule, card = rule_of(row), seen.card("council", row)
    matters = matters_of(row.pk)
    return CouncilPage(
        row=row,
        card=card,
        rule=rule,
        quorum_roles=tuple(QUORUM_LABELS[role] for role in rule.quorum_roles),
        composition=(
            composition_of(row) if seen.shows("council", "composition", row) else None
        ),
        members=(
            tuple(names_of_members(row))
            if seen.shows("council", "members", row)
            else ()
        ),
        orders=_orders(matters, seen),
        scored=_scored(row, matters, seen),
        contracts=_contracts(row, matters, seen),
    )


def _orders(matters: list[Any], seen: Sight) -> tuple[Any, ...]:
    """The orders that it judged and that are public; the others are told nowhere."""
    ids = [item.order_id for item in matters if item.order_id is not None]
    if not ids:
        return ()
    return tuple(seen.rows("order", register.orders()).filter(pk__in=ids))


def _scored(row: Council, matters: list[Any], seen: Sight) -> tuple[Scored, ...]:
    """Approved dossiers before it; of the others not even how many there were."""
    ids = [m.dossier_id for m in matters if m.dossier_id is not None]
    if row.kind == CouncilKind.ACCEPTANCE or not ids:
        return ()
    decisions = list(
        seen.rows("decision", register.decisions())
        .filter(dossier_id__in=ids)
        .select_related("round__call__regime_version")
        .defer(
            "round__call__regime_version__content",
            "round__call__regime_version__answers",
        )
    )
    by_dossier = {m.dossier_id: m for m in matters}
    shown = {d.pk: seen.card("score", d) for d in decisions}
    sheets = (
        totals_of_reviewers(row.pk)
        if any(card.shows("sheets") for card in shown.values())
        else {}
    )
    return tuple(
        Scored(
            decision=d,
            mean=by_dossier[d.dossier_id].mean if shown[d.pk].shows("mean") else None,
            rank=by_dossier[d.dossier_id].rank if shown[d.pk].shows("rank") else None,
            sheets=(
                tuple(sheets.get(by_dossier[d.dossier_id].pk, ()))
                if shown[d.pk].shows("sheets")
                else ()
            ),
        )
        for d in decisions
    )


def _contracts(row: Council, matters: list[Any], seen: Sight) -> tuple[Any, ...]:
    """Tasks whose finished work it judged."""
    if row.kind != CouncilKind.ACCEPTANCE:
        return ()
    ids = [m.dossier_id for m in matters]
    rows = seen.rows("decision", register.decisions())
    return tuple(rows.filter(dossier_id__in=ids, task__isnull=False))
