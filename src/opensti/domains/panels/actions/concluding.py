"""The ballots are counted by the regime's rule; the cases move; the minutes are adopted."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.calls.actions import step_dossier
from opensti.domains.panels.actions.acting import allow, keep, locked, tell
from opensti.domains.panels.actions.agenda import locked_cases
from opensti.domains.panels.actions.revealing import reveal, secret_polls
from opensti.domains.panels.actions.session import close_sitting, no_poll_under_way
from opensti.domains.panels.actions.signing import missing_signatures, void_signatures
from opensti.domains.panels.choices import (
    BARRING,
    BallotState,
    CouncilKind,
    Matter,
    Outcome,
    TurnEnd,
)
from opensti.domains.panels.events import CouncilConcluded, MinutesAdopted
from opensti.domains.panels.models import Conflict, Council, CouncilItem, Override, Poll
from opensti.domains.panels.problem import (
    freeze,
    freeze_secret,
    orders_by_item,
    place,
    sheets_by_item,
    solve,
)
from opensti.domains.panels.queries import (
    attended,
    ballot_kind,
    is_live,
    quorum_held,
    rating_of,
    rule_of,
    sitting,
    sitting_of,
)
from opensti.domains.procedures.actions import start_deadlines, take_step
from opensti.domains.procedures.choices import Act, Event
from opensti.domains.tasks.actions import conclude_determined, conclude_rejected
from opensti.kernel.events import publish
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from fractions import Fraction

    from opensti.domains.panels.actions.revealing import Reveal
    from opensti.domains.panels.choices import Allowance
    from opensti.domains.panels.models import Seat
    from opensti.domains.panels.problem import Frozen, Solution
    from opensti.kernel.access import Actor


@transaction.atomic
def conclude_council(
    *,
    actor: Actor,
    council_id: int,
    at: datetime,
    amounts: Mapping[int, Decimal] | None = None,
    recommendations: Mapping[int, str] | None = None,
    recommended_order: Sequence[int] = (),
    missing_ballots_are_blank: bool = False,
    allowance: Allowance | None = None,
    expected_version: int | None = None,
) -> Council:
    """Count every item by the rule, keep each figure, rank per order, move the cases.

    A member present who has not voted stops the count, unless the keeper confirms that
    the missing ballots are blank. ``recommended_order`` decides ties the rule leaves
    open; a cost team states ``amounts``. A council that concluded is never reopened.
    """
    council = locked(actor, council_id, "conclude", version=expected_version)
    no_poll_under_way(council)
    seats = sitting(council.seats.select_for_update(of=("self",)).order_by("pk"))
    items = list(
        council.items.select_related("order", "dossier__order")
        .prefetch_related("recusals", "ballots")
        .order_by("position")
    )
    for item in items:
        item.council = council
    said = {*(amounts or {}), *(recommendations or {}), *recommended_order}
    if said - {item.pk for item in items}:
        raise NotFound
    held = sitting_of(council)
    if held is not None:
        close_sitting(held, at, how=TurnEnd.FINISHED)
    voters = {item.pk: _voters(item, seats) for item in items}
    _nobody_barred(items, voters)
    secret = secret_polls(council, items)
    opened: dict[int, list[Reveal]] = {}
    _whole_amounts(amounts or {})
    if ballot_kind(council) == "amount":
        solved: dict[str, tuple[Frozen, Solution]] = {}
        _agree(items, amounts or {})
    else:
        named = [item for item in items if item.pk not in secret]
        if not missing_ballots_are_blank:
            _all_voted(items, {i.pk: voters[i.pk] for i in named})
        _still_quorate(actor, council, items, seats, voters, allowance, at)
        opened = reveal(council, named)
        solved = _solved(items, voters, seats, secret, opened)
        _write_results(council, items, solved, recommended_order, amounts or {})
    for item in items:
        item.recommendation = (recommendations or {}).get(item.pk, "").strip()
        item.save(
            update_fields=[
                "outcome",
                "mean",
                "rank",
                "result",
                "recommendation",
                "proposed_amount",
            ]
        )
    council.concluded_at = at
    keep(council, "concluded_at")
    cases = locked_cases(council)
    tell(
        actor,
        council,
        "conclude_council",
        at,
        detail={
            "items": [
                {
                    "item": item.public_id,
                    "outcome": item.outcome,
                    "rank": item.rank,
                    "mean": item.mean,
                    "amount": item.proposed_amount,
                }
                for item in items
            ]
        },
        secret={
            "results": [item.result for item in items],
            "openings": [
                {"position": r.position, "salt": r.salt}
                for rows in opened.values()
                for r in rows
            ],
        },
    )
    for item in items:
        _move_case(actor, council, item, at)
    start_deadlines(case_ids=cases, event=Event.COUNCIL_RESULT, on=localdate(at), at=at)
    publish(CouncilConcluded(council_id=council.pk, at=at))
    return council


def _voters(item: CouncilItem, seats: Sequence[Seat]) -> list[Seat]:
    """Those present who judge this item: the recused left the room.

    Where the meeting moved from item to item: those who were there for this one.
    """
    part = attended(item)
    if part is not None:
        return [s for s in seats if s.pk in part]
    recused = {r.seat_id for r in item.recusals.all()}
    return [s for s in seats if s.present and s.pk not in recused]


def _nobody_barred(
    items: Sequence[CouncilItem], voters: Mapping[int, Sequence[Seat]]
) -> None:
    """No ballot counts of a person with a conflict that is open or real at this moment."""
    problems = []
    for number, item in enumerate(items, start=1):
        thing = (
            Q(dossier_id=item.dossier_id)
            if item.dossier_id is not None
            else Q(order_id=item.order_id)
        )
        barred = set(
            Conflict.objects.filter(
                thing,
                state__in=BARRING,
                person_id__in=[seat.person_id for seat in voters[item.pk]],
            ).values_list("person_id", flat=True)
        )
        problems += [
            Problem(
                field="ballots",
                message=_(
                    "Item %(number)d: %(name)s has a conflict of interest that is not lifted; no ballot of this member may count."
                )
                % {"number": number, "name": seat.person.full_name},
                mend=_(
                    "Exclude the member from the item, or have the conflict judged first."
                ),
            )
            for seat in voters[item.pk]
            if seat.person_id in barred
        ]
    if problems:
        raise Invalid(problems)


def _all_voted(
    items: Sequence[CouncilItem], voters: Mapping[int, Sequence[Seat]]
) -> None:
    problems = []
    for number, item in enumerate(items, start=1):
        if item.pk not in voters:
            continue
        cast = {b.seat_id for b in item.ballots.all() if b.state == BallotState.CAST}
        missing = [s for s in voters[item.pk] if s.pk not in cast]
        if missing:
            problems.append(
                Problem(
                    field="ballots",
                    message=_("Item %(number)d: %(n)d ballots are missing.")
                    % {"number": number, "n": len(missing)},
                    mend=_("Wait for them, or confirm that they count as not cast."),
                )
            )
    if problems:
        raise Invalid(problems)


def _still_quorate(  # noqa: PLR0917
    actor: Actor,
    council: Council,
    items: Sequence[CouncilItem],
    seats: Sequence[Seat],
    voters: Mapping[int, Sequence[Seat]],
    allowance: Allowance | None,
    at: datetime,
) -> None:
    """Without those who left the room for an item there must still be a quorum."""
    if Override.objects.filter(council=council, matter=Matter.QUORUM).exists():
        return
    problems = [
        Problem(
            field="quorum",
            message=_(
                "Item %(number)d: without the members excluded from it there is no quorum."
            )
            % {"number": number},
            mend=_("Replace a member, or enter the decision that allows it."),
        )
        for number, item in enumerate(items, start=1)
        if not quorum_held(council, seats, {s.pk for s in voters[item.pk]})
    ]
    allow(actor, council, Matter.QUORUM, allowance, problems, at)


def _solved(
    items: Sequence[CouncilItem],
    voters: Mapping[int, Sequence[Seat]],
    seats: Sequence[Seat],
    secret: Mapping[int, Poll],
    opened: Mapping[int, Sequence[Reveal]],
) -> dict[str, tuple[Frozen, Solution]]:
    solved = {}
    sheets = sheets_by_item(items)
    for item in items:
        poll = secret.get(item.pk)
        if poll is not None:
            frozen = freeze_secret(
                item,
                poll,
                list(poll.ballots.order_by("mark")),
                total=len(seats),
                host_proposed=_host_proposed(item),
            )
        else:
            frozen = freeze(
                item,
                voters=voters[item.pk],
                total=len(seats),
                ballots=item.ballots.all(),
                host_proposed=_host_proposed(item),
            )
            if opened.get(item.pk):
                frozen["opened"] = len(opened[item.pk])
        solved[item.public_id] = (
            frozen,
            solve(
                frozen,
                rule=rule_of(item.council),
                sheet=sheets[item.public_id],
                rating=rating_of(item.council),
            ),
        )
    return solved


def _host_proposed(item: CouncilItem) -> bool:
    """Whether the host itself proposed the need behind the order."""
    dossier = item.dossier
    return (
        dossier is not None
        and dossier.order is not None
        and dossier.order.needs.filter(organisation_id=dossier.host_id).exists()
    )


def _write_results(
    council: Council,
    items: Sequence[CouncilItem],
    solved: Mapping[str, tuple[Frozen, Solution]],
    recommended_order: Sequence[int],
    amounts: Mapping[int, Decimal],
) -> None:
    names = {item.pk: item.public_id for item in items}
    rankings = place(  # finished works do not compete with one another
        {} if rating_of(council) is not None else solved,
        rule=rule_of(council),
        sheets=sheets_by_item(items),
        orders=orders_by_item(items),
        recommended=[names[pk] for pk in recommended_order if pk in names],
    )
    places = {name: n for r in rankings.values() for name, n in r.places}
    ties = [step for ranking in rankings.values() for step in ranking.steps]
    for item in items:
        frozen, solution = solved[item.public_id]
        item.outcome = solution.outcome
        item.mean = _mean(solution.final) if frozen["kind"] == "score" else None
        item.rank = places.get(item.public_id)
        if not solution.passed:
            item.proposed_amount = None
        elif frozen["kind"] == "items":
            item.proposed_amount = Decimal(solution.figures["amount"])
        else:
            item.proposed_amount = amounts.get(item.pk)
        item.result = {
            "problem": frozen,
            "figures": solution.figures,
            "ties": [
                {"code": s.code, "values": s.values}
                for s in ties
                if item.public_id in str(s.values.get("ids", ""))
            ],
            **({"remarks": _remarks(item)} if solution.of_work else {}),
        }


def _remarks(item: CouncilItem) -> list[dict[str, str]]:
    """What members wrote of products on open sheets, in an order that tells nothing."""
    said = [
        {key: text.strip() for key, text in ballot.comments.items() if text.strip()}
        for ballot in item.ballots.all()
        if ballot.state == BallotState.CAST
    ]
    return sorted((row for row in said if row), key=lambda row: sorted(row.items()))


def _mean(final: Fraction | None) -> Decimal | None:
    """The mean as it is published, everywhere: rounded once, half up, to two places.

    Places come from the exact fraction, which is kept with the result.
    """
    if final is None:
        return None
    exact = Decimal(final.numerator) / Decimal(final.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _whole_amounts(amounts: Mapping[int, Decimal]) -> None:
    problems = [
        Problem(
            field=f"amount-{pk}",
            message=_("%(amount)s is no amount of money.") % {"amount": amount},
            mend=_("Enter whole đồng, zero or more."),
        )
        for pk, amount in amounts.items()
        if amount < 0 or amount != amount.to_integral_value()
    ]
    if problems:
        raise Invalid(problems)


def _agree(items: Sequence[CouncilItem], amounts: Mapping[int, Decimal]) -> None:
    """A cost team does not vote: it states an amount for each dossier."""
    problems = []
    for item in items:
        amount = amounts.get(item.pk)
        if amount is None:
            problems.append(
                Problem(
                    field=f"amount-{item.pk}",
                    message=_("The team states an amount for every dossier."),
                    mend=_("Enter whole đồng, zero or more."),
                )
            )
            continue
        item.outcome, item.proposed_amount = Outcome.PROPOSED, amount
        item.result = {"problem": {"kind": "amount"}, "figures": {"steps": []}}
    if problems:
        raise Invalid(problems)


def _move_case(actor: Actor, council: Council, item: CouncilItem, at: datetime) -> None:
    """What follows at once. Work that is not accepted stays until it is said what next:
    to be reworked, where the rule allows it, or failed.
    """
    if item.case_id is not None:
        if item.outcome == Outcome.ACCEPTED:
            take_step(
                actor=actor, case_id=item.case_id, act=Act.ACCEPTANCE_ACCEPT, at=at
            )
        return
    basis = f"{council.decision_number}, {rule_of(council).basis}"
    if item.order_id is not None:
        if item.outcome == Outcome.PROPOSED:
            conclude_determined(
                actor=actor,
                order_id=item.order_id,
                basis=basis,
                at=at,
                note=item.recommendation,
            )
        else:
            conclude_rejected(
                actor=actor,
                order_id=item.order_id,
                basis=basis,
                reason=item.recommendation or _("The council does not propose it."),
                at=at,
            )
        return
    detail: dict[str, Any] = {
        "council": council.public_id,
        "outcome": item.outcome,
        "mean": item.mean,
        "rank": item.rank,
        "amount": item.proposed_amount,
    }
    step_dossier(
        actor=actor,
        dossier_id=item.dossier_id or 0,
        act=Act.DOSSIER_CONCLUDE_COST
        if council.kind == CouncilKind.COST
        else Act.DOSSIER_CONCLUDE,
        at=at,
        detail=detail,
    )


@transaction.atomic
def write_minutes(
    *,
    actor: Actor,
    council_id: int,
    text: str,
    at: datetime,
    expected_version: int | None = None,
) -> Council:
    """Keep the secretary's account of the discussion; figures are added by themselves."""
    council = locked(actor, council_id, "write_minutes", version=expected_version)
    if council.minutes_adopted_at is not None:
        raise StepNotAllowed(_("The minutes are adopted and no longer change."))
    council.minutes = text.replace("\x00", "").strip()
    keep(council, "minutes")
    void_signatures(actor, council, at)
    tell(
        actor,
        council,
        "write_minutes",
        at,
        detail={"length": len(council.minutes)},
        secret={"text": council.minutes},
    )
    return council


@transaction.atomic
def adopt_minutes(
    *, actor: Actor, council_id: int, at: datetime, expected_version: int | None = None
) -> Council:
    """The council agrees to its minutes; from then on nothing in them changes.

    After a meeting that ran here, item by item, its heads must have signed them first.
    """
    council = locked(actor, council_id, "adopt_minutes", version=expected_version)
    if council.minutes_adopted_at is not None:
        return council
    lacking = missing_signatures(council) if is_live(council) else []
    if lacking:
        raise StepNotAllowed(
            _("The minutes are not signed yet by: %(names)s.")
            % {"names": ", ".join(lacking)},
            mend=_("They sign on the page of the minutes, or on paper."),
        )
    council.minutes_adopted_at = at
    keep(council, "minutes_adopted_at")
    cases = locked_cases(council)
    tell(actor, council, "adopt_minutes", at, detail={"minutes": council.minutes})
    start_deadlines(
        case_ids=cases, event=Event.MINUTES_ADOPTED, on=localdate(at), at=at
    )
    publish(MinutesAdopted(council_id=council.pk, at=at))
    return council
