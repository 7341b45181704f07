"""Keep the index of the register: after each act, and anew as a whole.

The index is derived: nothing of it is recorded. Its one row of ``SearchState`` is locked
first by whoever writes it, so that counts of words stay right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import localdate, now

from opensti.domains.publications.choices import EntryKind
from opensti.domains.publications.models import SearchEntry, SearchState, SearchWord
from opensti.domains.publications.queries.policies import (
    forget_policy,
    policy_in_force,
)
from opensti.domains.publications.queries.search_index import (
    COMPARED,
    entry_of,
    words_of,
)
from opensti.domains.publications.queries.search_sources import SOURCES, public_facts
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.record.queries import log_size, subjects_after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from opensti.kernel.record.actions import Recorded

AT_ONCE = 500
# An act that touches more rows than this leaves them to a job.
MOST_AT_ONCE = 200
REBUILD_JOB = "publications.rebuild_search"
# Further behind the record than this, the index is made anew instead.
MOST_BEHIND = 5000
# An act on the policy may show or withhold anything.
POLICY = "publications.policy:"
_PREFIXES = frozenset(
    {POLICY, *(p for source in SOURCES.values() for p in source.touched)}
)
_KEPT = (*COMPARED, "at", "changed_at", "digest", "turn")


@dataclass(frozen=True, kw_only=True)
class Differences:
    """How the index differed from the register: by kind, missing, wrong and too many."""

    missing: int = 0
    wrong: int = 0
    surplus: int = 0
    words: int = 0

    @property
    def none(self) -> bool:
        return not (self.missing or self.wrong or self.surplus or self.words)


def follow_acts(event: Recorded) -> None:
    """Index what an act may have changed as soon as it is kept (follows ``Recorded``).

    After the transaction, for an act records before it has saved all; a fault of the index
    never undoes an act. Whatever is missed then, the worker catches up with.
    """
    prefixes = {f"{subject.partition(':')[0]}:" for subject in event.subjects}
    if prefixes & _PREFIXES:
        transaction.on_commit(partial(catch_up, at=event.at), robust=True)


@transaction.atomic
def catch_up(*, at: datetime) -> int:
    """Index what the entries of the record since the last time told of; returns how many.

    The index knows up to which entry it followed: nothing is lost with a process, and
    nothing is done twice.
    """
    state = _locked()
    last = log_size() - 1
    behind = last - state.position
    if behind <= 0:
        return 0
    if behind > MOST_BEHIND:  # a house that was there before its index
        ask_rebuild(at=at)
    else:
        _follow(subjects_after(state.position, prefixes=_PREFIXES), at)
    SearchState.objects.filter(pk=1).update(position=last)
    return behind


def _follow(subjects: Iterable[str], at: datetime) -> None:
    touched: dict[tuple[str, str], set[str]] = defaultdict(set)
    for subject in subjects:
        prefix, _colon, key = subject.partition(":")
        if subject.startswith(POLICY):
            ask_rebuild(at=at)
        for source in SOURCES.values():
            lookups = source.touched.get(f"{prefix}:", ())
            for lookup in (lookups,) if isinstance(lookups, str) else lookups:
                touched[source.kind, lookup].add(key)
    rows: dict[str, set[int]] = defaultdict(set)
    for (kind, lookup), keys in touched.items():
        known = SOURCES[kind].rows().model._default_manager.order_by()
        pks = known.filter(**{lookup: list(keys)}).values_list("pk", flat=True)
        found = list(pks[: MOST_AT_ONCE + 1])
        if len(found) > MOST_AT_ONCE:
            ask_rebuild(kinds=[kind], at=at)
        rows[kind].update(found[:MOST_AT_ONCE])
    for kind, some in rows.items():
        if some:
            index_rows(kind=kind, rows=sorted(some), at=at)


def ask_rebuild(*, at: datetime, kinds: Sequence[str] = ()) -> None:
    """Have the index compared with the register and mended by a worker."""
    wanted = sorted(kinds)
    enqueue(
        REBUILD_JOB,
        actor=SYSTEM,
        at=at,
        payload={"kinds": wanted},
        unique_key=f"{REBUILD_JOB}:{','.join(wanted)}",
    )


@transaction.atomic
def index_rows(
    *,
    kind: str,
    rows: Sequence[int],
    at: datetime,
    as_new: bool = True,
    counted: bool = True,
) -> Differences:
    """Make the entries of some rows what they should be; says what was not.

    A row that was not there before is listed now, or, unless it counts ``as_new``, on the
    day on which it became public. Words are not ``counted`` by who counts them all after.
    """
    wanted = {row.pk: entry_of(kind, row) for row in public_facts(kind, list(rows))}
    standing = {
        entry.row: entry
        for entry in SearchEntry.objects.filter(kind=kind, row__in=rows)
    }
    new = [entry for pk, entry in wanted.items() if pk not in standing]
    gone = [entry for pk, entry in standing.items() if pk not in wanted]
    pairs = [
        (standing[pk], entry)
        for pk, entry in wanted.items()
        if pk in standing
        and (standing[pk].digest, standing[pk].at) != (entry.digest, entry.at)
    ]
    if not (new or gone or pairs):
        return Differences()
    turn = _turn(at)
    if counted:
        after = [*new, *(entry for _old, entry in pairs)]
        _count_words(after, [*gone, *(old for old, _entry in pairs)])
    for entry in new:
        entry.listed_at = max(entry.at, at) if as_new else entry.at
        entry.changed_at, entry.turn = entry.listed_at, turn
    SearchEntry.objects.bulk_create(new, batch_size=AT_ONCE)
    for old, entry in pairs:
        for name in COMPARED:
            setattr(old, name, getattr(entry, name))
        old.at, old.changed_at, old.digest = entry.at, at, entry.digest
        old.turn = turn
    SearchEntry.objects.bulk_update([old for old, _e in pairs], _KEPT, batch_size=100)
    SearchEntry.objects.filter(pk__in=[entry.pk for entry in gone]).delete()
    return Differences(missing=len(new), wrong=len(pairs), surplus=len(gone))


def rebuild_search(
    *,
    at: datetime,
    kinds: Sequence[str] = (),
    told: Callable[[str, int], object] = lambda _kind, _done: None,
) -> Differences:
    """Compare the whole index with the register and mend it, in parts of 500 rows.

    A row that is listed for the first time counts as listed when it became public: nobody
    is told of old things as if they were new.
    """
    total: Counter[str] = Counter()
    policy = policy_in_force(localdate(now()))[0].digest
    if not kinds:
        _begin_at(log_size() - 1)
    for kind in kinds or EntryKind.values:
        done = 0
        for rows in _batches(kind):
            found = index_rows(kind=kind, rows=rows, at=at, as_new=False, counted=False)
            total.update(missing=found.missing, wrong=found.wrong)
            total.update(surplus=found.surplus)
            done += len(rows)
            told(kind, done)
    words = mend_words(at=at)
    if not kinds:
        _settle(policy, at)
    return Differences(
        missing=total["missing"],
        wrong=total["wrong"],
        surplus=total["surplus"],
        words=words,
    )


def check_search() -> Differences:
    """Compare the whole index with the register; nothing is written."""
    missing = wrong = surplus = 0
    for kind in EntryKind.values:
        for rows in _batches(kind):
            wanted = {r.pk: entry_of(kind, r).digest for r in public_facts(kind, rows)}
            standing = dict(
                SearchEntry.objects.filter(kind=kind, row__in=rows).values_list(
                    "row", "digest"
                )
            )
            missing += len(wanted.keys() - standing.keys())
            surplus += len(standing.keys() - wanted.keys())
            wrong += sum(standing.get(pk, d) != d for pk, d in wanted.items())
    return Differences(
        missing=missing, wrong=wrong, surplus=surplus, words=len(_wrong_words())
    )


@transaction.atomic
def mend_words(*, at: datetime) -> int:
    """Count the words anew; returns how many were counted wrongly."""
    wrong = _wrong_words()
    if wrong:
        _turn(at)
        SearchWord.objects.filter(word__in=list(wrong)).delete()
        SearchWord.objects.bulk_create(
            (SearchWord(word=word, entries=n) for word, n in wrong.items() if n),
            batch_size=AT_ONCE,
        )
    return len(wrong)


_OFFERED = (
    "result__open_from",
    "contract__task__open_from",
    "result__contract__task__open_from",
    "right__contract__task__open_from",
)


def follow_days(*, at: datetime) -> Differences:
    """Index what becomes public, or ends, by the day alone: embargoes, offers, news."""
    today = localdate(at)
    around = (today - timedelta(days=2), today + timedelta(days=1))
    total: Counter[str] = Counter()
    for kind, names in (
        (EntryKind.ORDER, ("open_from",)),
        (EntryKind.TASK, ("open_from",)),
        (EntryKind.DECISION, ("task__open_from", "dossier__order__open_from")),
        (EntryKind.RESULT, ("open_from", "contract__task__open_from")),
        (EntryKind.OFFER, ("opens_on", "closes_on", *_OFFERED)),
        (EntryKind.NEWS, ("publish_on",)),
        (EntryKind.EVENT, ("publish_on",)),
    ):
        near = Q()
        for name in names:
            near |= Q(**{f"{name}__range": around})
        known = SOURCES[kind].rows().model._default_manager.order_by()
        rows = known.filter(near).values_list("pk", flat=True)
        found = index_rows(kind=kind, rows=sorted(set(rows)), at=at)
        total.update(missing=found.missing, wrong=found.wrong, surplus=found.surplus)
    return Differences(**total)


@transaction.atomic
def _settle(policy: str, at: datetime) -> None:
    """The whole index is of this policy, unless another came into force meanwhile."""
    forget_policy()
    state = _locked()
    if state.policy != policy == policy_in_force(localdate(now()))[0].digest:
        _turn(at)
        SearchState.objects.filter(pk=1).update(policy=policy)


@transaction.atomic
def follow_policy(*, at: datetime) -> bool:
    """Have the index made anew where another policy is in force; says whether it was asked.

    A policy may come into force by its day alone.
    """
    state = _locked()
    wanted = state.policy != policy_in_force(localdate(now()))[0].digest
    if wanted:
        ask_rebuild(at=at)
    return wanted


@transaction.atomic
def _begin_at(position: int) -> None:
    _locked()
    SearchState.objects.filter(pk=1, position__lt=position).update(position=position)


def _batches(kind: str) -> Iterable[list[int]]:
    """All rows that are public or stand in the index, in parts."""
    public = SOURCES[kind].rows().order_by().values_list("pk", flat=True)
    standing = SearchEntry.objects.filter(kind=kind).values_list("row", flat=True)
    rows = sorted({*public.iterator(), *standing.iterator()})
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _locked() -> SearchState:
    """The one row of the index's state, locked until the transaction ends."""
    rows = SearchState.objects.select_for_update().filter(pk=1)
    found = rows.first()
    if found is None:
        # Nothing is indexed yet: all that ever will be is of the policy that holds now.
        new = SearchState(pk=1, policy=policy_in_force(localdate(now()))[0].digest)
        SearchState.objects.bulk_create([new], ignore_conflicts=True)
        found = rows.get()
    return found


def _turn(at: datetime) -> int:
    """Take the lock of the index and say that it changes; returns which turn this is."""
    _locked()
    SearchState.objects.filter(pk=1).update(version=F("version") + 1, changed_at=at)
    return SearchState.objects.values_list("version", flat=True).get(pk=1)


def _count_words(new: list[SearchEntry], gone: list[SearchEntry]) -> None:
    change = Counter(words_of(new))
    change.subtract(words_of(gone))
    by_change: dict[int, list[str]] = defaultdict(list)
    known = set(
        SearchWord.objects.filter(word__in=list(change)).values_list("word", flat=True)
    )
    created = []
    for word, more in change.items():
        if word in known:
            if more:
                by_change[more].append(word)
        elif more > 0:
            created.append(SearchWord(word=word, entries=more))
    SearchWord.objects.bulk_create(created, batch_size=AT_ONCE)
    for more, some in by_change.items():
        rows = SearchWord.objects.filter(word__in=some)
        if more < 0:
            rows.filter(entries__lte=-more).delete()
        rows.update(entries=F("entries") + more)


def _wrong_words() -> dict[str, int]:
    """Words that are counted wrongly, with what they should be."""
    right = words_of(SearchEntry.objects.only("text").iterator())
    standing = dict(SearchWord.objects.values_list("word", "entries").iterator())
    return {
        word: right.get(word, 0)
        for word in right.keys() | standing.keys()
        if right.get(word, 0) != standing.get(word, 0)
    }
