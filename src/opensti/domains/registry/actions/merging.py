"""Two entries found to be one. The merged row stays and points to the survivor.

Whatever pointed at the merged row, in whatever domain, points at the survivor
afterwards; every moved row is noted, so that undoing puts each back. Ids never change
meaning: the merged id still answers, with the way to the survivor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.actions.facts import (
    organisation_search_text,
    person_search_text,
    plain,
)
from opensti.domains.registry.choices import NameKind, OrganisationStatus, ThingKind
from opensti.domains.registry.models import (
    DismissedPair,
    Merge,
    Organisation,
    OrganisationName,
    Person,
)
from opensti.domains.registry.queries.merging import FILLED, THINGS, pointers
from opensti.kernel.access import require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import NotFound, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.registry.queries.merging import Pointer
    from opensti.kernel.access import Actor

Thing = Organisation | Person


@transaction.atomic
def merge(
    *,
    actor: Actor,
    kind: str,
    survivor_id: int,
    merged_id: int,
    at: datetime,
    reason: str = "",
) -> Merge:
    """Merge one entry into another: all that pointed at it moves, blanks are filled.

    Raises ``StepNotAllowed`` when either is merged already, or both have an account.
    """
    survivor, merged = _both(kind, survivor_id, merged_id)
    _refuse_impossible(survivor, merged)
    require(actor, "registry.merge")
    before: dict[str, Any] = {"survivor": {}, "merged": {}, "filled": {}}
    moved = [_move(p, merged.pk, survivor.pk) for p in pointers(type(merged))]
    moved = [entry for entry in moved if entry["ids"] or entry["kept"]]
    before["aliases"] = _keep_names(survivor, merged)
    _retire(merged, survivor, before, at)
    _fill(survivor, merged, before, at)
    row = Merge.objects.create(
        kind=kind,
        merged_id=merged.pk,
        survivor_id=survivor.pk,
        moved=moved,
        before=before,
        reason=reason[:500],
        merged_at=at,
        merged_by_id=actor.user_id,
    )
    record(
        actor=actor,
        act="registry.merge",
        subject=f"registry.{kind}:{merged.pk}",
        at=at,
        basis=reason[:500],
        detail={
            "into": survivor.pk,
            "merge": row.pk,
            "moved": {f"{m['model']}.{m['field']}": len(m["ids"]) for m in moved},
        },
    )
    return row


@transaction.atomic
def undo_merge(*, actor: Actor, merge_id: int, at: datetime) -> Merge:
    """Take a merge back: every row it moved, if still with the survivor, returns.

    Raises ``StepNotAllowed`` when it is undone already, or the survivor itself was
    merged later (that merge is undone first).
    """
    row = Merge.objects.select_for_update().filter(pk=merge_id).first()
    if row is None:
        raise NotFound
    if row.undone_at is not None:
        raise StepNotAllowed(_("This merge was undone already."))
    survivor, merged = _both(row.kind, row.survivor_id, row.merged_id)
    if survivor.merged_into_id is not None:
        raise StepNotAllowed(
            _("The entry that was kept was itself merged later."),
            mend=_("Undo the later merge first."),
        )
    require(actor, "registry.merge")
    OrganisationName.objects.filter(pk__in=row.before["aliases"]).delete()
    _restore_survivor(survivor, row.before)
    _restore_merged(merged, row.before, at)
    for entry in reversed(row.moved):
        model = apps.get_model(entry["model"])
        for ids in _chunks(entry["ids"]):
            model._base_manager.filter(
                pk__in=ids, **{f"{entry['field']}_id": survivor.pk}
            ).update(**{f"{entry['field']}_id": merged.pk})
    for thing in (survivor, merged):
        thing.search_text = _search_text(thing)
        thing.save(update_fields=["search_text"])
    row.undone_at = at
    row.undone_by_id = actor.user_id
    row.save(update_fields=["undone_at", "undone_by"])
    record(
        actor=actor,
        act="registry.undo_merge",
        subject=f"registry.{row.kind}:{merged.pk}",
        at=at,
        detail={"from": survivor.pk, "merge": row.pk},
    )
    return row


@transaction.atomic
def dismiss_pair(
    *, actor: Actor, kind: str, first_id: int, second_id: int, at: datetime
) -> DismissedPair:
    """Remember that two entries are not the same; they are not suggested again."""
    _both(kind, first_id, second_id)
    require(actor, "registry.merge")
    low, high = sorted((first_id, second_id))
    row, created = DismissedPair.objects.get_or_create(
        kind=kind,
        first_id=low,
        second_id=high,
        defaults={"dismissed_at": at, "dismissed_by_id": actor.user_id},
    )
    if created:
        record(
            actor=actor,
            act="registry.dismiss_pair",
            subject=f"registry.{kind}:{low}",
            at=at,
            detail={"other": high},
        )
    return row


def _both(kind: str, first_id: int, second_id: int) -> tuple[Thing, Thing]:
    """Lock both rows, always in one order, so that two merges cannot wait for each other."""
    if kind not in ThingKind or first_id == second_id:
        raise NotFound
    rows: dict[int, Thing] = {
        row.pk: row
        for row in THINGS[kind]
        ._default_manager.select_for_update(of=("self",))
        .filter(pk__in=[first_id, second_id])
        .order_by("pk")
    }
    if len(rows) != len({first_id, second_id}):
        raise NotFound
    return rows[first_id], rows[second_id]


def _refuse_impossible(survivor: Thing, merged: Thing) -> None:
    if survivor.merged_into_id is not None or merged.merged_into_id is not None:
        raise StepNotAllowed(
            _("One of the two was merged already."),
            mend=_("Open the entry that was kept and merge with that one."),
        )
    if (
        isinstance(survivor, Person)
        and isinstance(merged, Person)
        and survivor.user_id is not None
        and merged.user_id is not None
    ):
        raise StepNotAllowed(
            _("Both people have an account of their own."),
            mend=_("Ask the administrator to close one account first."),
        )


def _move(pointer: Pointer, source: int, target: int) -> dict[str, Any]:
    """Point rows at the survivor; one that the survivor has already stays where it is."""
    rows = pointer.model._base_manager.filter(**{pointer.column: source})
    if issubclass(pointer.model, Organisation | Person):
        rows = rows.exclude(pk=target)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    moved: list[Any] = []
    for chunk in _chunks(ids):
        try:
            with transaction.atomic():
                pointer.model._base_manager.filter(pk__in=chunk).update(
                    **{pointer.column: target}
                )
            moved += chunk
        except IntegrityError:
            moved += [pk for pk in chunk if _move_one(pointer, pk, target)]
    gone = set(moved)
    return {
        "model": pointer.model._meta.label,
        "field": pointer.field,
        "ids": [plain(pk) for pk in moved],
        "kept": [plain(pk) for pk in ids if pk not in gone],
    }


def _move_one(pointer: Pointer, pk: object, target: int) -> bool:
    try:
        with transaction.atomic():
            pointer.model._base_manager.filter(pk=pk).update(**{pointer.column: target})
    except IntegrityError:
        return False
    return True


def _chunks(ids: list[Any], size: int = 500) -> list[list[Any]]:
    return [ids[n : n + size] for n in range(0, len(ids), size)]


def _keep_names(survivor: Thing, merged: Thing) -> list[int]:
    """The survivor is found by the merged organisation's names too."""
    if not isinstance(survivor, Organisation) or not isinstance(merged, Organisation):
        return []
    held = {survivor.name_vi, survivor.name_en, survivor.acronym}
    held |= set(survivor.names.values_list("name", flat=True))
    rows = []
    for name, language, kind in (
        (merged.name_vi, "vi", NameKind.ALIAS),
        (merged.name_en, "en", NameKind.ALIAS),
        (merged.acronym, "", NameKind.ACRONYM),
    ):
        if name and name not in held:
            held.add(name)
            rows.append(
                OrganisationName.objects.create(
                    organisation=survivor, name=name, language=language, kind=kind
                ).pk
            )
    return rows


def _retire(
    merged: Thing, survivor: Thing, before: dict[str, Any], at: datetime
) -> None:
    if isinstance(merged, Organisation):
        before["merged"]["status"] = merged.status
        merged.status = OrganisationStatus.MERGED
    elif merged.user_id is not None:
        before["merged"]["user_id"] = merged.user_id
        merged.user_id = None
    merged.merged_into_id = survivor.pk
    merged.changed_at = at
    merged.save()


def _fill(survivor: Thing, merged: Thing, before: dict[str, Any], at: datetime) -> None:
    """Give the survivor what only the merged entry knew; remember what was there."""
    for name in FILLED[type(survivor)]:
        have, found = getattr(survivor, name), getattr(merged, name)
        if have in (None, "", False) and found not in (None, "", False):
            before["survivor"][name] = have
            before["filled"][name] = found
            setattr(survivor, name, found)
    if "user_id" in before["merged"]:
        before["survivor"]["user_id"] = None
        before["filled"]["user_id"] = before["merged"]["user_id"]
        survivor.user_id = before["merged"]["user_id"]  # type: ignore[union-attr]
    if isinstance(survivor, Organisation):
        above = survivor.parent_id
        if above == merged.pk:
            new = merged.parent_id if merged.parent_id != survivor.pk else None  # type: ignore[union-attr]
            before["survivor"]["parent_id"] = above
            before["filled"]["parent_id"] = new
            survivor.parent_id = new
    survivor.search_text = _search_text(survivor)
    survivor.changed_at = at
    survivor.save()


def _restore_survivor(survivor: Thing, before: dict[str, Any]) -> None:
    """Take back what was filled in, unless somebody has corrected it since."""
    for name, value in before["survivor"].items():
        if getattr(survivor, name) == before["filled"][name]:
            setattr(survivor, name, value)
    survivor.save()


def _restore_merged(merged: Thing, before: dict[str, Any], at: datetime) -> None:
    for name, value in before["merged"].items():
        setattr(merged, name, value)
    merged.merged_into = None
    merged.changed_at = at
    try:
        with transaction.atomic():
            merged.save()
    except IntegrityError as error:
        raise StepNotAllowed(
            _("The entry that was kept, or another one, now uses the same identifier."),
            mend=_("Correct the identifier of the entry that was kept, then undo."),
        ) from error


def _search_text(thing: Thing) -> str:
    if isinstance(thing, Organisation):
        return organisation_search_text(
            thing, thing.names.values_list("name", flat=True)
        )
    return person_search_text(thing)
