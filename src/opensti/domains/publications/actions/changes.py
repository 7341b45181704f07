"""Tell what changed in the public register: once, in order, without gaps.

One writer at a time holds the head. It reads the record up to a length that was committed
(the record's own head lets no entry become visible before an earlier one), and compares
what is shown with what was told when a day begins or the policy changes: an embargo ends
by itself, a policy hides without an act on the thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from opensti.domains.publications.models import Change, ChangeHead
from opensti.domains.publications.queries.changes import (
    BY_NAME,
    BY_PREFIX,
    CLASSES,
    KINDS,
    OPENING,
    POLICY,
    last_told,
    opened_by,
    shown_ids,
)
from opensti.domains.publications.queries.sight import sight
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import log_size

if TYPE_CHECKING:
    from datetime import datetime

PART = 1_000
OPENED, HIDDEN, CHANGED = "opened", "hidden", "changed"


@dataclass(frozen=True, kw_only=True)
class _Seen:
    kind: str
    key: str
    act: str
    at: datetime
    position: int | None
    public: bool


def tell_changes(*, at: datetime) -> int:
    """Tell whatever changed until now; returns how many changes were told.

    Nobody's act: it writes down what everybody may know already.
    """
    told = 0
    while True:
        with transaction.atomic():
            more, whole = _tell_part(at)
        told += more
        if whole:
            return told


def _tell_part(at: datetime) -> tuple[int, bool]:
    head = _locked()
    size = log_size()
    until = min(size, head.read + PART)
    told = _of_entries(head, until)
    head.read = until
    whole = until == size
    mark = _policy_mark(at)
    if whole and (head.compared_on, head.compared_for) != (localdate(at), mark):
        if head.compared_for not in ("", mark):
            said = {"kind": POLICY, "subject_id": mark[:40], "act": CHANGED}
            told += _keep(head, [Change(at=at, shown=True, **said)])
        told += _of_comparing(head, at)
        head.compared_on, head.compared_for = localdate(at), mark
    head.save()
    return told, whole


def _locked() -> ChangeHead:
    rows = ChangeHead.objects.select_for_update()
    head = rows.filter(pk=1).first()
    if head is None:
        ChangeHead.objects.bulk_create([ChangeHead(pk=1)], ignore_conflicts=True)
        head = rows.get(pk=1)
    return head


def _policy_mark(at: datetime) -> str:
    """What changes whenever the policy does."""
    return sight(at=at).policy.digest


def _of_entries(head: ChangeHead, until: int) -> int:
    wanted = Q(public=True)
    for kind in KINDS:
        if kind.quiet:
            quiet = Q(subject__startswith=f"{kind.prefix}:")
            wanted |= quiet if "*" in kind.quiet else quiet & Q(act__in=kind.quiet)
    rows = Entry.objects.filter(wanted, position__gte=head.read, position__lt=until)
    found = list(
        rows.order_by("position").values_list(
            "position", "act", "subject", "public", "recorded_at"
        )
    )
    if any(act in CLASSES for _position, act, *_more in found):
        head.compared_on = None  # what hangs on the case is not named in the entry
    seen = [
        _Seen(
            kind=subject.partition(":")[0],
            key=subject.partition(":")[2],
            act=act if public else "",
            at=moment,
            position=position if public else None,
            public=public,
        )
        for position, act, subject, public, moment in found
    ]
    return _keep(head, _named(seen))


def _named(seen: list[_Seen]) -> list[Change]:
    """The changes that entries tell of: things by the names the public knows them by."""
    shown: dict[str, dict[str, str]] = {}
    for prefix in {one.kind for one in seen} & BY_PREFIX.keys():
        keys = {one.key for one in seen if one.kind == prefix}
        shown[prefix] = shown_ids(BY_PREFIX[prefix], keys)
    found: list[Change] = []
    known: dict[tuple[str, str], bool] = {}
    for one in seen:
        kind = BY_PREFIX.get(one.kind)
        if kind is None:
            found.append(_change(one, one.kind, one.key, shown=False))
        else:
            public_id = shown[one.kind].get(one.key)
            name = public_id or (one.key if kind.key == "public_id" else "")
            if public_id is None and not one.public:
                name = _told_before(kind.name, one.key, kind.key, known)
            if name:
                found.append(_change(one, kind.name, name, shown=public_id is not None))
        if one.public and one.kind in OPENING:
            found += [
                _change(one, name, key, shown=True)
                for name, key in opened_by(one.kind, one.key)
            ]
    return found


def _told_before(
    kind: str, key: str, named_by: str, known: dict[tuple[str, str], bool]
) -> str:
    """The public id of what was told as shown before, so that its going is told too.

    What never was shown is not named; what is named by its row is left to the comparing.
    """
    if named_by != "public_id":
        return ""
    if (kind, key) not in known:
        known[kind, key] = Change.objects.filter(
            kind=kind, subject_id=key, shown=True
        ).exists()
    return key if known[kind, key] else ""


def _change(one: _Seen, kind: str, name: str, *, shown: bool) -> Change:
    return Change(
        kind=kind,
        subject_id=name,
        act=one.act,
        at=one.at,
        position=one.position,
        shown=shown,
    )


def _of_comparing(head: ChangeHead, at: datetime) -> int:
    found = []
    for kind in BY_NAME.values():
        now = set(shown_ids(kind).values())
        before = last_told(kind.name)
        opened = sorted(now - {key for key, shown in before.items() if shown})
        hidden = sorted({key for key, shown in before.items() if shown} - now)
        for act, keys in ((OPENED, opened), (HIDDEN, hidden)):
            found += [
                Change(
                    kind=kind.name,
                    subject_id=key,
                    act=act,
                    at=at,
                    shown=act == OPENED,
                )
                for key in keys
            ]
    return _keep(head, found)


def _keep(head: ChangeHead, found: list[Change]) -> int:
    for number, change in enumerate(found, start=head.size + 1):
        change.seq = number
    Change.objects.bulk_create(found, batch_size=500)
    head.size += len(found)
    return len(found)
