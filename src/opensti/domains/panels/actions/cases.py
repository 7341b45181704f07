"""Conflicts are kept as cases: evidence frozen, opened again when it changes.

What a case says is followed at once in councils that are not over: a member who is
barred takes no part in the item, one who is let in does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from opensti.domains.panels.actions.excluding import exclude, forget
from opensti.domains.panels.choices import (
    BARRING,
    SITTING,
    ConflictState,
    Declarer,
    TieKind,
)
from opensti.domains.panels.models import (
    Conflict,
    CouncilItem,
    DeclaredTie,
    NamedElsewhere,
    Recusal,
    Seat,
)
from opensti.domains.panels.problem import (
    Thing,
    digest_of,
    dismissed_keys,
    in_order,
    main_kind,
    together,
    under,
)
from opensti.domains.panels.queries.cases import OVER
from opensti.domains.panels.queries.naming import ELSEWHERE, SEAT, named
from opensti.domains.registry.queries import person_names
from opensti.kernel.record.leaves import plain
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from opensti.domains.procedures.regimes.format import ConflictRule
    from opensti.kernel.access import Actor

Pair = tuple[int, Thing]
Ties = list[dict[str, Any]]
# Sources of a tie that somebody said rather than found.
SAID = frozenset(Declarer.values)
_CHUNK = 500


@dataclass
class Kept:
    """What a look changed: cases that are new, open again, gone, or have other evidence."""

    opened: list[Conflict] = field(default_factory=list)
    reopened: list[Conflict] = field(default_factory=list)
    lapsed: list[Conflict] = field(default_factory=list)
    changed: list[Conflict] = field(default_factory=list)

    @property
    def touched(self) -> list[Conflict]:
        return [*self.opened, *self.reopened, *self.lapsed, *self.changed]


def cases_of(pairs: Iterable[Pair], *, lock: bool = True) -> dict[Pair, Conflict]:
    """The cases there are of some pairs, locked in one order."""
    wanted = set(pairs)
    rows = Conflict.objects.all()
    if lock:
        rows = rows.select_for_update(of=("self",))
    people = sorted({person for person, _thing in wanted})
    found: dict[Pair, Conflict] = {}
    for start in range(0, len(people), _CHUNK):
        some = people[start : start + _CHUNK]
        things = [t for p, t in wanted if p in set(some)]
        where = Q(dossier_id__in={t.pk for t in things if t.kind == "dossier"}) | Q(
            order_id__in={t.pk for t in things if t.kind == "order"}
        )
        for row in rows.filter(where, person_id__in=some).order_by("pk"):
            if (pair := pair_of(row)) in wanted:
                found[pair] = row
    return found


def pair_of(case: Conflict) -> Pair:
    if case.dossier_id is not None:
        return case.person_id, Thing("dossier", case.dossier_id)
    return case.person_id, Thing("order", case.order_id or 0)


def declared_ties(pairs: Iterable[Pair]) -> dict[Pair, Ties]:
    """What was declared of some pairs; nothing of it ever goes away by itself."""
    wanted = set(pairs)
    found: dict[Pair, Ties] = {}
    rows = DeclaredTie.objects.filter(
        Q(dossier_id__in={t.pk for _p, t in wanted if t.kind == "dossier"})
        | Q(order_id__in={t.pk for _p, t in wanted if t.kind == "order"})
    ).order_by("pk")
    for row in rows:
        thing = (
            Thing("dossier", row.dossier_id)
            if row.dossier_id is not None
            else Thing("order", row.order_id or 0)
        )
        if (row.person_id, thing) in wanted:
            found.setdefault((row.person_id, thing), []).append(
                {
                    "kind": row.kind,
                    "tie": f"declared:{row.pk}",
                    "identity": "",
                    "probability": 1.0,
                    "other": None,
                    "other_name": "",
                    "organisation": None,
                    "about": row.reason,
                    "since": None,
                    "until": None,
                    "source": row.source,
                    "clues": [],
                    "rule": row.rule_code,
                    "on": plain(row.declared_at),
                }
            )
    return found


def keep_ties(
    found: Mapping[Pair, Ties],
    *,
    rules_of: Callable[[Thing], Sequence[ConflictRule]],
    words: Callable[[Thing], str],
    at: datetime,
    whole: bool,
) -> Kept:
    """Write what was found of some pairs into their cases.

    ``whole``: everything was looked at, so a tie that was not found again is gone; else
    the ties of an earlier, wider look stay beside what is new. A new case is open; one
    whose evidence is another than was judged is open again; one without any evidence
    lapses, unless it was real: that is asked about once more.
    """
    given = (found, rules_of, words, at)
    try:
        with transaction.atomic():
            return _kept(*given, whole=whole)
    except IntegrityError:  # somebody else made one of these cases at this moment
        return _kept(*given, whole=whole)


def _kept(
    found: Mapping[Pair, Ties],
    rules_of: Callable[[Thing], Sequence[ConflictRule]],
    words: Callable[[Thing], str],
    at: datetime,
    *,
    whole: bool,
) -> Kept:
    kept = Kept()
    existing = cases_of(found)
    declared = declared_ties(found)
    gone = dismissed_keys()
    names = person_names({person for person, _thing in found})
    fresh: list[Conflict] = []
    for pair in sorted(found, key=lambda p: (p[0], p[1].number)):
        person, thing = pair
        case = existing.get(pair)
        ties = _joined(
            found[pair], case, declared.get(pair, []), gone, person, whole=whole
        )
        digest = digest_of(ties)
        if case is None:
            if ties:
                case = Conflict(person_id=person, **thing.columns, found_at=at)
                _fill(case, ties, digest, rules_of(thing), at)
                case.search_text = search_text(names.get(person, ""), words(thing))
                fresh.append(case)
            continue
        if case.digest != digest:
            kept_as = _next_state(case, ties)
            _fill(case, ties, digest, rules_of(thing), at)
            _sort(kept, case, kept_as)
            case.state = kept_as
            if kept_as != ConflictState.MANAGEABLE:
                case.condition = ""
            case.version += 1
            case.save()
    kept.opened = Conflict.objects.bulk_create(fresh, batch_size=_CHUNK)
    _keep_names(kept)
    return kept


def _keep_names(kept: Kept) -> None:
    """What the evidence names elsewhere, as it now stands; 2 queries, none if nothing changed."""
    older = [case.pk for case in kept.touched if case not in kept.opened]
    if older:
        NamedElsewhere.objects.filter(conflict_id__in=older).delete()
    NamedElsewhere.objects.bulk_create(
        [
            NamedElsewhere(conflict=case, **{f"{kind}_id": pk})
            for case in kept.touched
            for kind, pk in names_of(case.evidence)
        ],
        batch_size=_CHUNK,
    )


def names_of(evidence: Ties) -> list[tuple[str, int]]:
    """What some evidence names elsewhere that there still is; 1 query if it names seats."""
    found = {thing for tie in evidence if (thing := named(tie)) is not None}
    seats = {pk for kind, pk in found if kind == SEAT}
    if seats:
        there = set(Seat.objects.filter(pk__in=seats).values_list("pk", flat=True))
        found -= {(SEAT, pk) for pk in seats - there}
    return sorted(found)


def _joined(
    found: Ties,
    case: Conflict | None,
    declared: Ties,
    gone: frozenset[str],
    person: int,
    *,
    whole: bool,
) -> Ties:
    ties = {tie["tie"]: tie for tie in found}
    if not whole and case is not None:
        for tie in case.evidence:
            if tie["source"] not in SAID:
                ties.setdefault(tie["tie"], tie)
    ties |= {tie["tie"]: tie for tie in declared}
    return in_order(
        tie
        for tie in ties.values()
        if gone.isdisjoint({f"{person}|{tie['tie']}", *tie["identity"].split(" & ")})
    )


def _next_state(case: Conflict, ties: Ties) -> str:
    if ties:
        return ConflictState.OPEN
    return (
        ConflictState.OPEN if case.state == ConflictState.REAL else ConflictState.LAPSED
    )


def _sort(kept: Kept, case: Conflict, state: str) -> None:
    if state == ConflictState.LAPSED:
        kept.lapsed.append(case)
    elif case.state == ConflictState.OPEN:
        kept.changed.append(case)
    else:
        kept.reopened.append(case)


def _fill(
    case: Conflict,
    ties: Ties,
    digest: str,
    rules: Sequence[ConflictRule],
    at: datetime,
) -> None:
    case.evidence, case.digest, case.changed_at = ties, digest, at
    case.probability = together(ties)
    if ties:
        case.kind = main_kind(ties)
        known = {rule.id: rule for rule in rules}
        said = next((t["rule"] for t in ties if t.get("rule") in known), "")
        case.rule_code = said or under(case.kind, known)
        rule = known.get(case.rule_code)
        case.article = rule.basis if rule is not None else ""


# ---- what follows in councils


def follow(cases: Iterable[Conflict], *, actor: Actor, at: datetime) -> None:
    """Exclude barred members from items of councils that are not over; let in the others.

    2 queries, and a few for each seat that changes.
    """
    by_pair = {pair_of(case): case for case in cases}
    if not by_pair:
        return
    things = [thing for _person, thing in by_pair]
    items = CouncilItem.objects.filter(
        Q(dossier_id__in={t.pk for t in things if t.kind == "dossier"})
        | Q(order_id__in={t.pk for t in things if t.kind == "order"})
    ).exclude(council__state__in=OVER)
    at_item: dict[int, list[tuple[int, Thing]]] = {}
    for pk, council, dossier, order in items.values_list(
        "pk", "council_id", "dossier_id", "order_id"
    ):
        thing = Thing("dossier", dossier) if dossier else Thing("order", order or 0)
        at_item.setdefault(council, []).append((pk, thing))
    if not at_item:
        return
    seats = Seat.objects.filter(
        council_id__in=at_item,
        person_id__in={person for person, _thing in by_pair},
        state__in=SITTING,
    )
    for seat in seats.order_by("pk"):
        for item, thing in at_item[seat.council_id]:
            case = by_pair.get((seat.person_id, thing))
            if case is None:
                continue
            if case.state in BARRING:
                exclude(
                    item_id=item,
                    seat_id=seat.pk,
                    rule_code=case.rule_code or "declared",
                    reason=said_of(case),
                    actor=actor,
                    at=at,
                )
                forget(item, seat.pk)
            else:
                Recusal.objects.filter(item_id=item, seat=seat).delete()


def said_of(case: Conflict) -> str:
    """The ground in one sentence: the declared reason, else the kind of the strongest tie.

    It is read with the council by people who may not know of what else a tie names.
    """
    for tie in case.evidence:
        if tie["source"] in SAID:
            return str(tie["about"])
    if case.kind in ELSEWHERE:
        return str(TieKind.DECLARED.label)
    return str(TieKind(case.kind).label)
