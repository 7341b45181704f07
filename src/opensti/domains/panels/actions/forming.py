"""A council is formed: agenda, seats, and the decision that sets it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.acting import allow, keep, locked, tell
from opensti.domains.panels.actions.agenda import (
    add_to_agenda,
    agenda_cases,
    lay_before_council,
)
from opensti.domains.panels.actions.excluding import exclude
from opensti.domains.panels.actions.finding import ask_to_find, look_at
from opensti.domains.panels.choices import (
    SITTING,
    TRACK_OF,
    VOTING,
    Allowance,
    CouncilKind,
    Matter,
    SeatRole,
    SeatState,
)
from opensti.domains.panels.events import CouncilSetUp, SeatFilled
from opensti.domains.panels.models import Council, CouncilItem, Recusal, Seat
from opensti.domains.panels.queries import (
    composition,
    conflicts_of,
    regime_of_council,
    rule_of,
    sitting,
)
from opensti.domains.procedures.actions import start_deadlines
from opensti.domains.procedures.choices import Event
from opensti.domains.registry.queries import person_names
from opensti.kernel.access import SYSTEM, Role, require
from opensti.kernel.citations import cited
from opensti.kernel.events import publish
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from opensti.domains.panels.actions.agenda import Judged
    from opensti.kernel.access import Actor


@transaction.atomic
def form_council(
    *,
    actor: Actor,
    kind: str,
    title_vi: str,
    at: datetime,
    title_en: str = "",
    order_ids: Sequence[int] = (),
    dossier_ids: Sequence[int] = (),
    judged: Sequence[Judged] = (),
    secretary_id: int | None = None,
) -> Council:
    """Begin a council for some orders, dossiers or finished works under their regime's rule.

    All items must stand under one regime. The secretary is the account that keeps the
    council; a council secretary who forms it keeps it, unless another is named.
    """
    require(actor, "panels.form")
    problems = []
    if not title_vi.strip():
        problems.append(
            Problem(
                field="title_vi",
                message=_("The council needs a name."),
                mend=_("Write it as in the decision."),
            )
        )
    if kind not in CouncilKind.values:
        problems.append(
            Problem(
                field="kind",
                message=_("There is no such kind of council."),
                mend=_("Choose one of the list."),
            )
        )
    if problems:
        raise Invalid(problems)
    found = agenda_cases(
        actor=actor,
        kind=kind,
        order_ids=order_ids,
        dossier_ids=dossier_ids,
        judged=judged,
    )
    track, team = TRACK_OF[kind]
    regime_version = found.regime_version
    council = Council(
        kind=kind,
        title_vi=title_vi.strip()[:300],
        title_en=title_en.strip()[:300],
        regime_version=regime_version,
        call_id=found.call_id,
        secretary_id=secretary_id
        or (actor.user_id if actor.has(Role.SECRETARY) else None),
        created_by_id=actor.user_id,  # type: ignore[misc]
        created_at=at,
        search_text=search_text(title_vi, title_en),
    )
    rule = regime_of_council(council).council_for(track, team)
    if rule is None:
        raise StepNotAllowed(
            _("The procedure of these cases knows no such council: %(kind)s.")
            % {"kind": CouncilKind(kind).label},
            mend=_("Look at the procedure of the case: it says which step comes next."),
        )
    council.rule_code = rule.id
    council.save()
    add_to_agenda(council, found)
    tell(
        actor,
        council,
        "form_council",
        at,
        detail={
            "kind": kind,
            "title": council.title_vi,
            "rule": rule.id,
            "items": found.subjects,
        },
    )
    # Calls are looked through when they are opened; finished work comes years later.
    if order_ids or judged:
        ask_to_find(actor=SYSTEM, at=at, council_id=council.pk)
    return council


@transaction.atomic
def change_agenda(
    *,
    actor: Actor,
    council_id: int,
    at: datetime,
    order_ids: Sequence[int] = (),
    dossier_ids: Sequence[int] = (),
    expected_version: int | None = None,
) -> Council:
    """Put more orders or dossiers on the agenda of a council that is being formed.

    Members who turn out to be in conflict with a new item take no part in it.
    """
    council = locked(actor, council_id, "change_agenda", version=expected_version)
    found = agenda_cases(
        actor=actor,
        kind=council.kind,
        order_ids=order_ids,
        dossier_ids=dossier_ids,
        council=council,
    )
    add_to_agenda(council, found)
    seats = list(council.seats.all())
    if seats:
        people = [seat.person_id for seat in seats]
        look_at(actor=actor, council=council, people=people, at=at)
    for seat in seats:
        _exclude_in_conflict(actor, council, seat, at)
    keep(council)
    tell(actor, council, "change_agenda", at, detail={"added": found.subjects})
    if order_ids:
        ask_to_find(actor=SYSTEM, at=at, council_id=council.pk)
    return council


@transaction.atomic
def remove_item(*, actor: Actor, item_id: int, at: datetime) -> Council:
    """Take an item off the agenda of a council that is being formed."""
    council_id = (
        CouncilItem.objects.filter(pk=item_id)
        .values_list("council_id", flat=True)
        .first()
    )
    if council_id is None:
        raise NotFound
    council = locked(actor, council_id, "change_agenda")
    item = council.items.filter(pk=item_id).first()
    if item is None or council.items.count() == 1:
        raise StepNotAllowed(
            _("A council needs at least one item."),
            mend=_("Put another on the agenda first, or dissolve the council."),
        )
    item.recusals.all().delete()
    item.assignments.all().delete()
    item.delete()
    keep(council)
    tell(actor, council, "change_agenda", at, detail={"removed": item_id})
    return council


@transaction.atomic
def add_seat(
    *,
    actor: Actor,
    council_id: int,
    person_id: int,
    role: str,
    at: datetime,
    allowance: Allowance | None = None,
    expected_version: int | None = None,
) -> Seat:
    """Give a person a seat, after asking what the registry knows against it.

    A person in conflict is refused, with the article. The head's decision
    (``allowance``) may keep the seat; the person then takes no part in those items.
    """
    council = locked(actor, council_id, "change_agenda", version=expected_version)
    seat = _seat(actor, council, person_id, role, SeatState.PROPOSED, at, allowance)
    keep(council)
    return seat


@transaction.atomic
def remove_seat(
    *, actor: Actor, seat_id: int, at: datetime, expected_version: int | None = None
) -> Council:
    """Take a seat away again before the council is set up."""
    seat = _found(seat_id)
    council = locked(actor, seat.council_id, "change_agenda", version=expected_version)
    Recusal.objects.filter(seat=seat).delete()
    seat.assignments.all().delete()
    seat.delete()
    keep(council)
    tell(
        actor,
        council,
        "remove_seat",
        at,
        detail={"role": seat.role},
        secret={"person": seat.person_id},
    )
    return council


@transaction.atomic
def replace_seat(
    *,
    actor: Actor,
    seat_id: int,
    person_id: int,
    decision_number: str,
    at: datetime,
    allowance: Allowance | None = None,
    expected_version: int | None = None,
) -> Seat:
    """After the council was set up: another person by an amending decision."""
    old = _found(seat_id)
    council = locked(actor, old.council_id, "prepare", version=expected_version)
    require(actor, "panels.set_up", council)
    if not decision_number.strip():
        raise Invalid(
            [
                Problem(
                    field="decision_number",
                    message=_("A change of members needs the amending decision."),
                    mend=_("Enter its number."),
                )
            ]
        )
    if old.state == SeatState.REPLACED:
        raise StepNotAllowed(_("This member was replaced already."))
    old.state = SeatState.REPLACED
    old.save(update_fields=["state"])
    seat = _seat(actor, council, person_id, old.role, SeatState.INVITED, at, allowance)
    keep(council)
    tell(
        actor,
        council,
        "replace_seat",
        at,
        detail={"role": old.role, "decision": decision_number.strip()},
        secret={"out": old.person_id, "in": person_id},
    )
    publish(SeatFilled(seat_id=seat.pk, at=at))
    return seat


@transaction.atomic
def set_up_council(
    *,
    actor: Actor,
    council_id: int,
    decision_number: str,
    decided_on: date | None,
    at: datetime,
    secretary_id: int | None = None,
    allowance: Allowance | None = None,
    expected_version: int | None = None,
) -> Council:
    """Enter the decision that sets the council up; its members are asked, its cases move.

    The seats must meet the rule in number and roles, or the decision says why not.
    """
    council = locked(actor, council_id, "set_up", version=expected_version)
    problems = []
    if not decision_number.strip():
        problems.append(
            Problem(
                field="decision_number",
                message=_("The decision has a number."),
                mend=_("Enter it as signed."),
            )
        )
    if decided_on is None or decided_on > localdate(at):
        problems.append(
            Problem(
                field="decided_on",
                message=_("The decision has a date, today or earlier."),
                mend=_("Enter the day on which it was signed."),
            )
        )
    council.secretary_id = secretary_id or council.secretary_id
    if council.secretary_id is None:
        problems.append(
            Problem(
                field="secretary",
                message=_("Nobody keeps this council yet."),
                mend=_("Choose the council secretary who will keep it."),
            )
        )
    if problems:
        raise Invalid(problems)
    seats = list(council.seats.all())
    allow(
        actor, council, Matter.COMPOSITION, allowance, composition(council, seats), at
    )
    council.seats.filter(state=SeatState.PROPOSED).update(state=SeatState.INVITED)
    council.decision_number = decision_number.strip()[:100]
    council.decided_on = decided_on
    keep(council, "decision_number", "decided_on", "secretary")
    tell(
        actor,
        council,
        "set_up_council",
        at,
        detail={
            "decision": council.decision_number,
            "decided_on": decided_on,
            "seats": sorted(seat.role for seat in sitting(seats)),
        },
        secret={"members": sorted(seat.person_id for seat in seats)},
    )
    cases = lay_before_council(actor=actor, council=council, at=at)
    if decided_on is not None:
        start_deadlines(
            case_ids=cases, event=Event.COUNCIL_DECISION, on=decided_on, at=at
        )
    publish(CouncilSetUp(council_id=council.pk, at=at))
    return council


@transaction.atomic
def dissolve_council(
    *, actor: Actor, council_id: int, reason: str, at: datetime
) -> Council:
    """Give a council up before it met; its cases stay where they are."""
    council = locked(actor, council_id, "dissolve")
    if not reason.strip():
        raise Invalid(
            [
                Problem(
                    field="reason",
                    message=_("Say why the council is dissolved."),
                    mend=_("One sentence is enough."),
                )
            ]
        )
    keep(council)
    tell(actor, council, "dissolve_council", at, detail={"reason": reason.strip()})
    return council


def _found(seat_id: int) -> Seat:
    seat = Seat.objects.filter(pk=seat_id).first()
    if seat is None:
        raise NotFound
    return seat


def _seat(  # noqa: PLR0917
    actor: Actor,
    council: Council,
    person_id: int,
    role: str,
    state: str,
    at: datetime,
    allowance: Allowance | None,
) -> Seat:
    name = person_names([person_id]).get(person_id)
    if name is None:
        raise NotFound(_("There is no such person."))
    _check_place(actor, council, person_id, name, role, at, allowance)
    look_at(actor=actor, council=council, people=[person_id], at=at)
    conflicts = conflicts_of(person_id=person_id, council=council)
    codes = {item.pk: _code(item) for item in council.items.all()} if conflicts else {}
    allow(
        actor,
        council,
        Matter.CONFLICT,
        allowance,
        [
            Problem(
                field="person",
                message=_("%(name)s may not judge %(code)s: %(why)s.")
                % {"name": name, "code": codes[c.item_id], "why": c.text},
                mend=_("Choose another person, %(article)s.")
                % {"article": cited(c.article)},
            )
            for c in conflicts
        ],
        at,
    )
    seat, _made = Seat.objects.update_or_create(
        council=council,
        person_id=person_id,
        defaults={"role": role, "state": state, "answered_at": None},
    )
    for conflict in conflicts:
        exclude(
            item_id=conflict.item_id,
            seat_id=seat.pk,
            rule_code=conflict.rule_code,
            reason=conflict.text,
            actor=actor,
            at=at,
        )
    tell(
        actor,
        council,
        "add_seat",
        at,
        detail={"role": role},
        secret={"person": person_id, "recused": [c.item_id for c in conflicts]},
    )
    return seat


def _exclude_in_conflict(
    actor: Actor, council: Council, seat: Seat, at: datetime
) -> None:
    for conflict in conflicts_of(person_id=seat.person_id, council=council):
        exclude(
            item_id=conflict.item_id,
            seat_id=seat.pk,
            rule_code=conflict.rule_code,
            reason=conflict.text,
            actor=actor,
            at=at,
        )


def _code(item: CouncilItem) -> str:
    thing = item.dossier or item.order
    return (thing.code or thing.title_vi) if thing is not None else ""


def _check_place(  # noqa: PLR0917
    actor: Actor,
    council: Council,
    person_id: int,
    name: str,
    role: str,
    at: datetime,
    allowance: Allowance | None,
) -> None:
    rule = rule_of(council)
    seats = list(council.seats.all())
    if any(s.person_id == person_id and s.state in SITTING for s in seats):
        raise Invalid(
            [
                Problem(
                    field="person",
                    message=_("%(name)s has a seat in this council already.")
                    % {"name": name},
                    mend=_("Choose another person."),
                )
            ]
        )
    if role == SeatRole.ADMIN_SECRETARY:
        return
    ruled = {s.role.value: s for s in rule.seats}
    if role not in VOTING or role not in ruled:
        raise Invalid(
            [
                Problem(
                    field="role",
                    message=_("The rule of this council knows no such seat."),
                    mend=_("Seats by %(article)s: %(seats)s.")
                    % {
                        "article": cited(rule.basis),
                        "seats": ", ".join(str(SeatRole(r).label) for r in ruled),
                    },
                )
            ]
        )
    taken = sum(s.role == role for s in sitting(seats))
    problems = []
    if taken >= ruled[role].count_max:
        problems.append(
            Problem(
                field="role",
                message=_("All seats of this kind are taken: %(role)s (%(count)d).")
                % {"role": SeatRole(role).label, "count": taken},
                mend=_("Give another seat, or take one away first."),
            )
        )
    allow(actor, council, Matter.COMPOSITION, allowance, problems, at)
