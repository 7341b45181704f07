"""Members answer: they take the seat or not, and name what they may not judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.acting import locked_item, tell
from opensti.domains.panels.actions.declaring import declare
from opensti.domains.panels.actions.excluding import exclude, forget
from opensti.domains.panels.actions.inviting import close_letter, sign_undertaking
from opensti.domains.panels.actions.judging import let_in
from opensti.domains.panels.choices import (
    ASKED,
    DECLARABLE,
    CouncilState,
    Interest,
    SeatState,
    TieKind,
)
from opensti.domains.panels.models import CouncilItem, Recusal, Seat
from opensti.domains.panels.queries import conflict_rules, known_council
from opensti.kernel.access import may, require, visible
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def answer_invitation(
    *,
    actor: Actor,
    seat_id: int,
    accept: bool,
    at: datetime,
    conflicts: Mapping[int, str] | None = None,
    kinds: Mapping[int, str] | None = None,
    rule_code: str = "",
    declaration: str = "",
    undertaking: str | None = None,
) -> Seat:
    """Take the seat or decline it; ``conflicts`` maps an item to the reason, ``kinds`` to the kind of tie.

    From then on the member sees nothing of those items. Accepting signs the undertaking
    of secrecy in its words of today; ``undertaking`` is the digest of the words that
    were shown (``Stale`` when they changed since). The council's keeper may enter the
    answer of a member who gave it on paper.
    """
    row = Seat.objects.filter(pk=seat_id).values_list("council_id", flat=True).first()
    if row is None:
        raise NotFound
    council = known_council(actor, row, lock=True)
    seat = Seat.objects.select_for_update(of=("self",)).get(pk=seat_id)
    if seat.state not in ASKED or council.state not in (
        CouncilState.SET_UP,
        CouncilState.MEETING,
    ):
        raise StepNotAllowed(
            _("This invitation can no longer be answered."),
            mend=_("Ask the secretary of the council."),
        )
    if not may(actor, "panels.answer", seat):
        require(actor, "panels.keep", council)
    declared = {pk: why.strip() for pk, why in (conflicts or {}).items()}
    _check(council.pk, actor, seat, declared, accept=accept)
    known = {rule.id for rule in conflict_rules(council)}
    code = rule_code if rule_code in known else "declared"
    bar_from_items(actor, seat, declared, kinds or {}, code, at)
    seat.state = SeatState.ACCEPTED if accept else SeatState.DECLINED
    seat.answered_at = at
    seat.declaration = declaration.strip()
    seat.save(update_fields=["state", "answered_at", "declaration"])
    tell(
        actor,
        council,
        "answer_invitation",
        at,
        detail={"accepted": accept, "seat": seat.role},
        secret={
            "person": seat.person_id,
            "declaration": seat.declaration,
            "conflicts": {str(pk): why for pk, why in sorted(declared.items())},
        },
    )
    close_letter(seat=seat, at=at)
    if accept:
        seat.council = council
        sign_undertaking(actor=actor, seat=seat, at=at, digest=undertaking)
    return seat


def bar_from_items(  # noqa: PLR0917 -- as the two acts that need it say it
    actor: Actor,
    seat: Seat,
    declared: Mapping[int, str],
    kinds: Mapping[int, str],
    code: str,
    at: datetime,
) -> None:
    """Make cases of what was named, and exclude the member from those items."""
    items = {
        pk: (dossier, order)
        for pk, dossier, order in CouncilItem.objects.filter(
            pk__in=declared
        ).values_list("pk", "dossier_id", "order_id")
    }
    declare(
        person_id=seat.person_id,
        interests=[
            Interest(
                dossier_id=items[pk][0],
                order_id=items[pk][1],
                reason=why,
                kind=_kind(kinds.get(pk, "")),
                rule_code="" if code == "declared" else code,
            )
            for pk, why in declared.items()
        ],
        actor=actor,
        own=actor.person_id == seat.person_id,
        at=at,
    )
    for pk, why in declared.items():
        exclude(
            item_id=pk, seat_id=seat.pk, rule_code=code, reason=why, actor=actor, at=at
        )
        forget(pk, seat.pk)


def _kind(said: str) -> str:
    return said if said in DECLARABLE else TieKind.DECLARED


def _check(
    council_id: int,
    actor: Actor,
    seat: Seat,
    declared: Mapping[int, str],
    *,
    accept: bool,
) -> None:
    mine = set(
        visible(actor, CouncilItem.objects.filter(council_id=council_id))
        .exclude(recusals__seat=seat)
        .values_list("pk", flat=True)
    )
    if set(declared) - mine:
        raise NotFound
    problems = [
        Problem(
            field=f"conflict-{pk}",
            message=_("Say what the conflict is."),
            mend=_("For instance: my sister leads the task."),
        )
        for pk, why in declared.items()
        if not why
    ]
    if accept and mine and mine == set(declared):
        problems.append(
            Problem(
                field="accept",
                message=_("You declared a conflict with everything on the agenda."),
                mend=_("Decline the seat instead."),
            )
        )
    if problems:
        raise Invalid(problems)


@transaction.atomic
def recuse(
    *,
    actor: Actor,
    item_id: int,
    seat_id: int,
    reason: str,
    at: datetime,
    rule_code: str = "declared",
) -> Recusal:
    """The keeper excludes a member from an item, for a stated reason."""
    council, item = locked_item(actor, item_id, "exclude")
    seat = council.seats.filter(pk=seat_id).first()
    if seat is None:
        raise NotFound
    if not reason.strip():
        raise Invalid(
            [
                Problem(
                    field="reason",
                    message=_("Say why the member may not judge this."),
                    mend=_("Name the tie, not a feeling."),
                )
            ]
        )
    bar_from_items(actor, seat, {item.pk: reason.strip()}, {}, rule_code, at)
    made = Recusal.objects.get(item=item, seat=seat)
    tell(
        actor,
        council,
        "recuse",
        at,
        detail={"item": item.public_id, "rule": rule_code},
        secret={"person": seat.person_id, "reason": reason.strip()},
    )
    return made


@transaction.atomic
def unrecuse(
    *, actor: Actor, item_id: int, seat_id: int, reason: str, at: datetime
) -> None:
    """Let a member take part again, because the ground turned out to be wrong."""
    council, item = locked_item(actor, item_id, "exclude")
    found = Recusal.objects.filter(item=item, seat_id=seat_id).first()
    if found is None:
        raise NotFound
    if not reason.strip():
        raise Invalid(
            [
                Problem(
                    field="reason",
                    message=_("Say why the ground no longer holds."),
                    mend=_("It is kept in the record."),
                )
            ]
        )
    person = found.seat.person_id
    let_in(actor=actor, person_id=person, item=item, reason=reason.strip(), at=at)
    found.delete()
    tell(
        actor,
        council,
        "unrecuse",
        at,
        detail={"item": item.public_id},
        secret={"person": person, "reason": reason.strip()},
    )
