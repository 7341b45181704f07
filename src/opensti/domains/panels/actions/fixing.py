"""Who must or must not sit is fixed by hand, with a reason, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.planning import (
    keep_formation,
    locked_formation,
    tell_formation,
)
from opensti.domains.panels.choices import FormationMode, Objective, SeatRole
from opensti.domains.panels.models import ExpertLock, FormationItem
from opensti.domains.panels.problem.conditions import Conditions
from opensti.domains.panels.problem.pool import plan_of, pool_of
from opensti.domains.panels.queries.barred import barred_pairs
from opensti.domains.registry.queries import person_names
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.domains.panels.models import Formation
    from opensti.kernel.access import Actor


@transaction.atomic
def lock_expert(
    *,
    actor: Actor,
    formation_id: int,
    person_id: int,
    must: bool,
    reason: str,
    at: datetime,
    item_id: int | None = None,
    role: str = "",
    expected_version: int | None = None,
) -> ExpertLock:
    """Fix by hand that an expert must, or must not, sit; the reason is kept.

    For one case (``item_id``) or for all; on a seat of the council if ``role`` names one.
    A draw knows no seats, so none is fixed there.
    """
    formation = locked_formation(actor, formation_id, version=expected_version)
    name = person_names([person_id]).get(person_id)
    if name is None:
        raise NotFound(_("There is no such person."))
    items = list(
        FormationItem.objects.filter(formation=formation)
        .select_related("dossier", "order")
        .defer("dossier__answers", "dossier__typed")
    )
    if item_id is not None and item_id not in {item.pk for item in items}:
        raise NotFound
    if item_id is not None and formation.mode != FormationMode.TOGETHER:
        items = [item for item in items if item.pk == item_id]
    problems = []
    if not reason.strip():
        problems.append(
            Problem(
                field="reason",
                message=_("What is fixed by hand needs a reason."),
                mend=_("One sentence is enough; it is kept in the record."),
            )
        )
    if role and (problem := _no_seat(formation, item_id, role=role, must=must)):
        problems.append(problem)
    if (
        must
        and person_id
        not in pool_of(plan_of(formation), Conditions.of(formation.conditions)).people
    ):
        problems.append(
            Problem(
                field="person",
                message=_(
                    "%(name)s is not in the pool: no expert, away, full, or party."
                )
                % {"name": name},
                mend=_("Choose another expert, or mend the entry first."),
            )
        )
    if must and (problem := _barred(formation, items, person_id, name)):
        problems.append(problem)
    if problems:
        raise Invalid(problems)
    try:
        with transaction.atomic():
            lock = ExpertLock.objects.create(
                formation=formation,
                person_id=person_id,
                item_id=item_id,
                must=must,
                role=role,
                reason=reason.strip(),
                made_by_id=actor.account_id,
                made_at=at,
            )
    except IntegrityError as twice:
        raise StepNotAllowed(
            _("%(name)s is fixed there already.") % {"name": name},
            mend=_("Take the earlier fixing back first."),
        ) from twice
    keep_formation(formation)
    tell_formation(
        actor,
        formation,
        "lock_expert",
        at,
        detail={"must": must, "role": role, "item": item_id},
        secret={"person": person_id, "reason": lock.reason},
    )
    return lock


def _no_seat(
    formation: Formation, item_id: int | None, *, role: str, must: bool
) -> Problem | None:
    """Why a seat cannot be fixed: no such seat, a draw, or all of them fixed already."""
    conditions = Conditions.of(formation.conditions)
    if not must or role not in conditions.seats:
        return Problem(
            field="role",
            message=_("The councils of this plan have no such seat to fix."),
            mend=_("Choose a seat of the list, or fix the person without a seat."),
        )
    if conditions.objective == Objective.RANDOM:
        return Problem(
            field="role",
            message=_("A draw knows no seats: who is best of those drawn leads."),
            mend=_("Fix the person without a seat, or choose another way to choose."),
        )
    others = ExpertLock.objects.filter(formation=formation, must=True, role=role)
    if item_id is not None and formation.mode != FormationMode.TOGETHER:
        others = others.filter(Q(item_id=item_id) | Q(item=None))
    if others.count() >= conditions.seats[role]:
        return Problem(
            field="role",
            message=_("Every seat of this kind is fixed already: %(role)s, %(count)d.")
            % {"role": SeatRole(role).label, "count": conditions.seats[role]},
            mend=_("Take the earlier fixing back first."),
        )
    return None


def _barred(
    formation: Formation, items: Sequence[FormationItem], person_id: int, name: str
) -> Problem | None:
    """Why a person cannot be made to sit: in conflict with a case that he would judge."""
    barred = barred_pairs(items=items, people=[person_id], on=formation.sits_on)
    if not barred:
        return None
    return Problem(
        field="person",
        message=_("%(name)s is in conflict with %(count)d of the cases.")
        % {"name": name, "count": len(barred)},
        mend=_("Fix the person for a case without conflict, or choose another."),
    )


@transaction.atomic
def unlock_expert(
    *,
    actor: Actor,
    formation_id: int,
    lock_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> Formation:
    """Take back what was fixed by hand."""
    formation = locked_formation(actor, formation_id, version=expected_version)
    lock = ExpertLock.objects.filter(formation=formation, pk=lock_id).first()
    if lock is None:
        raise NotFound
    person = lock.person_id
    lock.delete()
    keep_formation(formation)
    tell_formation(
        actor,
        formation,
        "unlock_expert",
        at,
        detail={"must": lock.must},
        secret={"person": person},
    )
    return formation
