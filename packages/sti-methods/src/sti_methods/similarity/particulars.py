"""What both records state beside their texts: names, keywords, time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sti_methods.similarity.explanation import Shared, Time
from sti_methods.similarity.passages import listed
from sti_methods.similarity.text import folded_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sti_methods.similarity.explanation import Passage
    from sti_methods.similarity.records import Record

DAYS_A_YEAR = 365.25
_FORMS = frozenset(
    b"inc corp corporation llc ltd limited co company gmbh plc jsc tnhh cp sa".split()
)


def person_key(name: str) -> tuple[bytes, ...]:
    """Return a name for comparing: folded, in any order of its words."""
    return tuple(sorted(folded_words(name)))


def organisation_key(name: str) -> tuple[bytes, ...]:
    """Return a name for comparing: folded, without its legal form (Ltd, JSC, TNHH)."""
    words = folded_words(name.replace(".", ""))
    return tuple(w for w in words if w not in _FORMS) or tuple(words)


def shared_of(query: Record, match: Record, passages: Sequence[Passage]) -> Shared:
    """Return what both name, as written in the match and in its order."""
    people, organisations = (
        _both(map(key, mine), [(key(name), name) for name in theirs])
        for key, mine, theirs in (
            (person_key, query.people, match.people),
            (organisation_key, query.organisations, match.organisations),
        )
    )
    return Shared(
        people=people,
        organisations=organisations,
        keywords=_both((key for key, _ in _keywords(query)), _keywords(match)),
        objectives=_within(passages, "objectives"),
        products=_within(passages, "products"),
    )


def same_team(query: Record, match: Record, shared: Shared) -> bool | None:
    """Say whether a name is shared; unknown where no kind of name is given on both sides."""
    if shared.people or shared.organisations:
        return True
    told = (query.people and match.people) or (
        query.organisations and match.organisations
    )
    return False if told else None


def start_of(record: Record) -> date | None:
    """Return the first day of a record's time, or of its year."""
    first = record.year if record.begins is None else record.begins
    return date(first, 1, 1) if isinstance(first, int) else first


def period_of(record: Record) -> tuple[date, date] | None:
    """Return a record's time as half-open dates; a year stands whole."""
    begins, ends = record.begins, record.ends
    if begins is None or ends is None:
        return None
    start = date(begins, 1, 1) if isinstance(begins, int) else begins
    end = date(ends + 1, 1, 1) if isinstance(ends, int) else ends
    return (start, end) if start < end else None


def time_of(query: Record, match: Record) -> Time:
    """Return when both run, how long together, and how far apart."""
    ours, theirs = period_of(query), period_of(match)
    common = gap = None
    if ours and theirs:
        meet = (min(ours[1], theirs[1]) - max(ours[0], theirs[0])).days
        common, gap = max(meet, 0), max(-meet, 0)
    years = None
    if query.year is not None and match.year is not None:
        years = query.year - match.year
    return Time(
        query=ours,
        match=theirs,
        common_days=common,
        common_years=None if common is None else round(common / DAYS_A_YEAR, 2),
        gap_days=gap,
        years_between=years,
    )


def _keywords(record: Record) -> list[tuple[tuple[bytes, ...], str]]:
    text = record.keywords
    found = (text[start:end] for start, end in listed(text))
    return [(tuple(folded_words(word)), word) for word in found]


def _both(
    ours: Iterable[tuple[bytes, ...]], theirs: Sequence[tuple[tuple[bytes, ...], str]]
) -> tuple[str, ...]:
    mine = set(ours)
    found: dict[tuple[bytes, ...], str] = {}
    for key, written in theirs:
        if key and key in mine:
            found.setdefault(key, written)
    return tuple(found.values())


def _within(passages: Sequence[Passage], field: str) -> tuple[Passage, ...]:
    return tuple(p for p in passages if p.query.field == p.match.field == field)
