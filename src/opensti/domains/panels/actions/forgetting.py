"""A person was erased: what computing kept of one goes, and what was computed stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from opensti.domains.panels.models import (
    ExpertLock,
    FormationRun,
    Place,
    RankedExpert,
    Reserve,
)
from opensti.domains.panels.problem.explaining import frozen_bytes, names_of
from opensti.domains.panels.problem.forming import Frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.registry.events import PersonErased


@transaction.atomic
def forget_person(event: PersonErased) -> None:
    """Take people out of the names beside frozen problems; rankings of them are deleted.

    The numbers stay, so the same seats are computed again. Runs that were frozen with
    names, before there were numbers, lose their inputs: their digests stay, and they say
    that they cannot be computed again. No permission is asked and nothing recorded: the
    erasure that this follows was both.
    """
    person_ids = event.person_ids
    RankedExpert.objects.filter(person_id__in=person_ids).delete()
    for model in (Place, ExpertLock):
        model.objects.filter(person_id__in=person_ids).update(reason="")
    Place.objects.filter(person_id__in=person_ids).update(features=[])
    Reserve.objects.filter(person_id__in=person_ids).update(roles=[])
    for run in FormationRun.objects.select_for_update().exclude(problem=None):
        _forget(run, person_ids)


def _forget(run: FormationRun, person_ids: Sequence[int]) -> None:
    if run.names is None:
        _drop_inputs(run, {str(pk) for pk in person_ids})
        return
    names = names_of(run)
    left = names
    for pk in person_ids:
        left = left.without(pk)
    if left != names:
        run.names = left.to_bytes()
        run.conflict = _without(run.conflict, {str(pk) for pk in person_ids})
        run.save(update_fields=["names", "conflict"])


def _drop_inputs(run: FormationRun, gone: set[str]) -> None:
    """A problem of the old form names rows: with one of them erased it has to go."""
    frozen = Frozen.of(frozen_bytes(run))
    named = {*frozen.assignment.experts, *frozen.facts["left_out"]}
    if not named & gone:
        return
    run.problem = run.solution = None
    run.conflict = _without(run.conflict, gone)
    run.save(update_fields=["problem", "solution", "conflict"])


def _without(conflict: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    """A contradiction with no word of who was erased."""
    if not conflict:
        return conflict

    def told(rule: dict[str, Any]) -> dict[str, Any]:
        kind, _colon, who = rule["rule"].partition(":")
        seat = kind.startswith("seat-") and who in gone
        left = [e for e in rule.get("experts", ()) if e not in gone]
        return (
            rule
            | ({"rule": kind} if seat else {})
            | ({"experts": left} if "experts" in rule else {})
        )

    return conflict | {
        part: [*map(told, conflict[part])] for part in ("rules", "relax")
    }
