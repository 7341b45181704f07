"""A computed plan becomes councils, with a reserve; a member is called from it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.forming import add_seat, form_council, replace_seat
from opensti.domains.panels.actions.planning import (
    keep_formation,
    locked_formation,
    tell_formation,
)
from opensti.domains.panels.actions.preparing import assign_reviewers
from opensti.domains.panels.actions.works import works_of
from opensti.domains.panels.choices import (
    CouncilKind,
    FormationMode,
    FormationState,
    RunState,
    SeatState,
)
from opensti.domains.panels.models import (
    CouncilItem,
    FormationItem,
    FormationRun,
    Place,
    Reserve,
    Seat,
)
from opensti.domains.panels.problem.composing import GROUP
from opensti.domains.panels.problem.exchanging import Checker
from opensti.domains.panels.problem.explaining import frozen_of, loads_of
from opensti.domains.panels.problem.reserve import replacements
from opensti.kernel.access import get_visible, require
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from opensti.domains.panels.models import Council, Formation
    from opensti.domains.panels.problem.forming import Frozen
    from opensti.kernel.access import Actor

RESERVE = 5


@transaction.atomic
def approve_formation(
    *,
    actor: Actor,
    formation_id: int,
    run_id: int,
    at: datetime,
    due_on: date | None = None,
    expected_version: int | None = None,
) -> list[Council]:
    """Make councils of a solved run: agenda, seats, reserve; all of them or none.

    Each seat is given by the same act as by hand, so a conflict that came up since is
    refused. For reviewers within a council, they are named on its agenda.
    """
    formation = locked_formation(
        actor,
        formation_id,
        version=expected_version,
        permission="panels.approve_formation",
    )
    run = get_visible(
        actor, FormationRun.objects.filter(formation=formation), pk=run_id
    )
    if run.state != RunState.SOLVED:
        raise StepNotAllowed(
            _("This run has no councils to approve."),
            mend=_("Have the councils computed first."),
        )
    items = list(
        FormationItem.objects.filter(formation=formation)
        .select_related("dossier", "order")
        .defer("dossier__answers", "dossier__typed")
        .order_by("position")
    )
    places = list(Place.objects.filter(run=run).order_by("pk"))
    if formation.mode == FormationMode.REVIEWERS:
        councils = [_name_reviewers(actor, formation, items, places, due_on, at)]
    else:
        councils = _form(actor, formation, run, items, places, at)
    run.approved_at = at
    run.save(update_fields=["approved_at"])
    formation.state = FormationState.APPROVED
    formation.approved_at = at
    formation.bidding_until = None
    formation.conditions = run.conditions
    keep_formation(formation, "approved_at", "bidding_until", "conditions")
    tell_formation(
        actor,
        formation,
        "approve_formation",
        at,
        detail={
            "run": run.number,
            "solution": run.solution_digest,
            "by_hand": sum(place.price is not None for place in places),
            "councils": [council.public_id for council in councils],
        },
        secret={"people": sorted({place.person_id for place in places})},
    )
    return councils


def _form(  # noqa: PLR0917
    actor: Actor,
    formation: Formation,
    run: FormationRun,
    items: Sequence[FormationItem],
    places: Sequence[Place],
    at: datetime,
) -> list[Council]:
    frozen = frozen_of(run)
    free = loads_of(run, frozen)
    groups: list[tuple[str, list[FormationItem]]] = (
        [(GROUP, list(items))]
        if formation.mode == FormationMode.TOGETHER
        else [(str(item.pk), [item]) for item in items]
    )
    councils = []
    for key, cases in groups:
        dossiers = [c.dossier_id for c in cases if c.dossier_id]
        works = works_of(formation.kind, dossiers)
        council = form_council(
            actor=actor,
            kind=formation.kind,
            title_vi=_title(formation.title_vi, cases, len(groups)),
            title_en=_title(formation.title_en, cases, len(groups)),
            order_ids=[c.order_id for c in cases if c.order_id],
            dossier_ids=[] if works else dossiers,
            judged=works,
            secretary_id=formation.secretary_id,
            at=at,
        )
        mine = [p for p in places if p.item_id is None or str(p.item_id) == key]
        for place in mine:
            add_seat(
                actor=actor,
                council_id=council.pk,
                person_id=place.person_id,
                role=place.role,
                at=at,
            )
        FormationItem.objects.filter(pk__in=[c.pk for c in cases]).update(
            council=council
        )
        _keep_reserve(council, frozen, key, mine, free)
        councils.append(council)
    return councils


def _title(title: str, cases: Sequence[FormationItem], councils: int) -> str:
    """The name of the plan; with many councils each tells which case it judges."""
    if not title or councils == 1:
        return title
    thing = cases[0].dossier or cases[0].order
    code = thing.code if thing is not None and thing.code else str(cases[0].position)
    return f"{title}: {code}"[:300]


def _keep_reserve(
    council: Council,
    frozen: Frozen,
    key: str,
    places: Sequence[Place],
    free: dict[str, int],
) -> None:
    """The best who could take some seat of this council, by the rules of the run."""
    checker = Checker(frozen.assignment, key)
    panel = {str(p.person_id): p.role for p in places}
    found: dict[int, tuple[float, set[str]]] = {}
    for out, role in panel.items():
        for a in islice(checker.alternatives(panel, out, free=free), RESERVE):
            found.setdefault(a.person_id, (a.score, set()))[1].add(role)
    ranked = sorted(found.items(), key=lambda one: (-one[1][0], one[0]))
    Reserve.objects.bulk_create(
        Reserve(
            council=council, person_id=pk, rank=rank, roles=sorted(can), score=score
        )
        for rank, (pk, (score, can)) in enumerate(ranked, start=1)
    )


def _name_reviewers(  # noqa: PLR0917
    actor: Actor,
    formation: Formation,
    items: Sequence[FormationItem],
    places: Sequence[Place],
    due_on: date | None,
    at: datetime,
) -> Council:
    council = formation.council
    assert council is not None  # noqa: S101 -- a constraint of the table
    of_orders = formation.kind == CouncilKind.DETERMINATION
    rows = {
        (row.order_id if of_orders else row.dossier_id): row.pk
        for row in CouncilItem.objects.filter(council=council)
    }
    seats = dict(Seat.objects.filter(council=council).values_list("person_id", "pk"))
    for item in items:
        row = rows.get(item.order_id if of_orders else item.dossier_id)
        if row is None:
            raise StepNotAllowed(
                _("The agenda of the council changed after this plan."),
                mend=_("Begin a new plan for its agenda of now."),
            )
        assign_reviewers(
            actor=actor,
            item_id=row,
            seat_ids=[
                seats[p.person_id]
                for p in places
                if p.item_id == item.pk and p.person_id in seats
            ],
            due_on=due_on,
            at=at,
        )
    council.refresh_from_db()
    return council


@transaction.atomic
def replace_from_reserve(
    *,
    actor: Actor,
    seat_id: int,
    decision_number: str,
    at: datetime,
    person_id: int | None = None,
    expected_version: int | None = None,
) -> Seat:
    """Call who stands first in the reserve for a seat (or ``person_id`` among them).

    By the amending decision, as ``replace_seat``; the price is kept in the record.
    """
    seat = Seat.objects.select_related("council").filter(pk=seat_id).first()
    if seat is None:
        raise NotFound
    require(actor, "panels.set_up", seat.council)
    if seat.state == SeatState.REPLACED:
        raise StepNotAllowed(_("This member was replaced already."))
    ranked = replacements(seat_id, on=None)
    chosen: Any = next((r for r in ranked if person_id in (None, r.person_id)), None)
    if chosen is None:
        raise Invalid(
            [
                Problem(
                    field="person",
                    message=_(
                        "Nobody in the pool can take this seat by the conditions."
                    ),
                    mend=_("Choose a person by hand on the page of the seats."),
                )
                if person_id is None
                else Problem(
                    field="person",
                    message=_("This person cannot take the seat by the conditions."),
                    mend=_("Choose another of the list."),
                )
            ]
        )
    made = replace_seat(
        actor=actor,
        seat_id=seat_id,
        person_id=chosen.person_id,
        decision_number=decision_number,
        at=at,
        expected_version=expected_version,
    )
    formation = (
        FormationItem.objects.filter(council_id=seat.council_id)
        .select_related("formation__regime_version")
        .first()
    )
    if formation is not None:
        tell_formation(
            actor,
            formation.formation,
            "replace_from_reserve",
            at,
            detail={
                "rank": chosen.rank,
                "role": seat.role,
                "price": f"{chosen.price:.6f}",
            },
            secret={"out": seat.person_id, "in": chosen.person_id},
        )
    return made
