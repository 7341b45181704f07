"""One search over the whole register: words, facets, ranking, and what was meant.

The index finds and counts. Whatever is shown is read from the rows themselves, asked as
the public at that moment: an entry whose row may no longer be known shows nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
from django.core.cache import caches
from django.db.models import Q

from opensti.domains.publications.choices import EntryKind
from opensti.domains.publications.models import SearchEntry, SearchState, SearchWord
from opensti.domains.publications.queries.register import organisations, seen_now
from opensti.domains.publications.queries.search_columns import COLUMNS, FACETS
from opensti.domains.publications.queries.search_index import (
    BANDS,
    entry_of,
    facts_of,
    is_word,
)
from opensti.domains.publications.queries.search_sources import SOURCES, public_facts
from opensti.domains.publications.queries.search_words import (
    BEGINNING,
    asked,
    beginning,
    holding,
    ids_holding,
    ids_of,
)
from opensti.domains.publications.queries.spelling import most_errors, nearest
from opensti.domains.registry.queries import codes
from opensti.kernel.identifiers import row_number
from opensti.kernel.searchtext import MAX_WORDS, fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from opensti.domains.publications.queries.search_columns import Ids, State
    from opensti.domains.publications.queries.search_sources import Facts

_NUMBERS = frozenset({"year", "band"})
PAGE = 20
MOST_VALUES = 12
SUGGESTED = 8
KEPT_SECONDS = 600
KEPT_IDS = 2000
NEWEST = "new"
# So many are looked at, one by one, while the index is of another policy.
LOOKED_AT = 60


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: words, one value of each facet at most, and the order."""

    q: str = ""
    kind: str = ""
    year: str = ""
    field: str = ""
    province: str = ""
    host: str = ""
    funder: str = ""
    state: str = ""
    band: str = ""
    sort: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Question:
        """Read an address; what it does not know is left out."""
        known = {f.name: str(query.get(f.name, "")).strip()[:400] for f in fields(cls)}
        return cls(**known)

    @property
    def address(self) -> str:
        """The question as a query string, always written the same way."""
        said = [(f.name, getattr(self, f.name)) for f in fields(self)]
        return urlencode([(name, value) for name, value in said if value])

    @property
    def chosen(self) -> list[tuple[str, str]]:
        return [(name, getattr(self, name)) for name in FACETS if getattr(self, name)]

    def without(self, name: str) -> Question:
        return replace(self, **{name: ""})

    def having(self, name: str, value: str) -> Question:
        return replace(self, **{name: value})


@dataclass(frozen=True, kw_only=True)
class FacetValue:
    """One value of a facet, with how many of what was found have it."""

    value: str
    label: Any
    count: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was found: how many, the ids in order, and the counts of each facet.

    Not ``settled``: the index is of another policy than the one in force; nothing is counted,
    and ``ids`` are those of the first ``LOOKED_AT`` that would be found by this one as well.
    """

    total: int
    ids: tuple[int, ...]
    counts: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)
    settled: bool = True


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One row that was found, as everybody may read it now."""

    entry: SearchEntry
    row: Any
    facts: Facts


def index_version() -> str:
    """Another text whenever anything in the index changed; 1 query."""
    found = SearchState.objects.values_list("seed", "version").first()
    return "{}:{}".format(*found) if found else ""


def index_changed_at() -> datetime | None:
    return SearchState.objects.values_list("changed_at", flat=True).first()


def _is_settled(state: State, policy: str) -> bool:
    """Whether the whole index was made under this policy; one that is not there was."""
    return not state.seed or state.policy == policy


def is_settled() -> bool:
    """Whether the index may be counted: it is of the policy in force; 2 queries."""
    return _is_settled(COLUMNS.read(), seen_now().policy.digest)


def narrowed(question: Question) -> QuerySet[SearchEntry]:
    """The entries that the facets of a question leave, in no order."""
    rows = SearchEntry.objects.order_by()
    for name, value in question.chosen:
        number = row_number(value)
        if name in _NUMBERS and number is None:
            return rows.none()
        rows = rows.filter(**{name: number if name in _NUMBERS else value})
    return rows


def entries(question: Question) -> QuerySet[SearchEntry]:
    """Those of them that hold the words of the question."""
    rows = narrowed(question)
    if not question.q:
        return rows
    phrases, single = asked(question.q)
    if not phrases and not single:
        return rows.none()
    return holding(rows, "text", phrases, single)


def ranked(question: Question, most: int | None = None) -> Ids:
    """The ids of what was found, best first.

    The code itself; a code that begins so; the words as they were typed stand in the title;
    all words stand in the title; elsewhere. Of equals the newest. 1 query, 4 with words; 3
    where the order of the first ``most`` alone matters and the title as typed has as many.
    """
    chosen = {
        name: row_number(value) if name in _NUMBERS else value
        for name, value in question.chosen
    }
    if not question.q:
        ids = ids_of(SearchEntry.objects.all())
        return COLUMNS.in_order(COLUMNS.having(ids, chosen))
    phrases, single = asked(question.q)
    ids = ids_holding("text", phrases, single) if phrases or single else _array(())
    coded = _coded(question.q)
    ids = COLUMNS.having(np.concatenate([ids, _array(coded)]), chosen)
    if question.sort == NEWEST or not len(ids):
        return COLUMNS.in_order(ids)
    better: list[Ids] = []
    for tier in _tiers(question.q, coded):
        better.append(tier)
        if most is not None and len(tier) >= most and np.isin(ids, tier).sum() >= most:
            break
    return COLUMNS.in_order(ids, better)


def _array(ids: Iterable[int]) -> Ids:
    return np.fromiter(ids, dtype=np.int64)


def _coded(text: str) -> dict[int, str]:
    """The entries whose code is, or begins with, what was typed; 1 query."""
    whole = fold(text)
    if not whole:
        return {}
    rows = beginning(SearchEntry.objects.order_by(), "code", whole)
    return dict(rows.values_list("pk", "code"))


def _tiers(text: str, coded: dict[int, str]) -> Iterator[Ids]:
    """The ids of what comes first, then of what comes next; 1 query for each of the last two."""
    phrases, single = asked(text)
    whole = fold(text)
    yield _array(pk for pk, code in coded.items() if code == whole)
    yield _array(coded)
    yield ids_holding("title", [whole], [])
    # A short word alone is found as it is: the same rows, of which there may be many.
    if phrases or single != [whole] or len(whole) >= BEGINNING:
        yield ids_holding("title", phrases, single)


def found(question: Question) -> Answer:
    """Find, count and rank; 3 queries, 6 with words, 2 where the answer still holds.

    Answers are kept until the index or the policy changes, ten minutes at most.
    """
    state = COLUMNS.read()
    policy = seen_now().policy.digest
    said = f"{state.name} {policy} {question.address}"
    key = hashlib.sha256(said.encode()).hexdigest()
    kept: Answer | None = caches["pages"].get(f"search:{key}")
    if kept is None:
        kept = (
            _asked_anew(question)
            if _is_settled(state, policy)
            else _looked_at(question)
        )
        caches["pages"].set(f"search:{key}", kept, KEPT_SECONDS)
    return kept


def _asked_anew(question: Question) -> Answer:
    ids = ranked(question, KEPT_IDS)
    counts: dict[str, list[tuple[Any, int]]] = {}
    for name, counted in COLUMNS.counts(ids).items():
        in_order = sorted(counted.items(), key=lambda pair: (-pair[1], str(pair[0])))
        counts[name] = in_order if name in {"kind", "band"} else in_order[:MOST_VALUES]
    return Answer(total=len(ids), ids=tuple(ids[:KEPT_IDS].tolist()), counts=counts)


def _looked_at(question: Question) -> Answer:
    """What is found by the words that the policy in force shows, of the first that were found."""
    ids = ranked(question, LOOKED_AT)[:LOOKED_AT].tolist()
    same = tuple(each.entry.pk for each in shown(ids, settled=False))
    return Answer(total=len(same), ids=same, settled=False)


def page_of(question: Question, answer: Answer, number: int) -> list[Shown]:
    """The rows of a page, best first; 1 query, and 1 for each kind that is on it."""
    start = (number - 1) * PAGE
    known: Sequence[int] = answer.ids
    if start + PAGE > len(known) < answer.total:
        known = ranked(question).tolist()
    return shown(known[start : start + PAGE], settled=answer.settled)


def shown(ids: Sequence[int], *, settled: bool) -> list[Shown]:
    """The rows behind entries, asked as the public now, in this order."""
    known = SearchEntry.objects.in_bulk(ids)
    there = [known[pk] for pk in ids if pk in known]
    return shown_entries(there, settled=settled)


def shown_entries(there: Iterable[SearchEntry], *, settled: bool = True) -> list[Shown]:
    """What may no longer be known is left out; 1 query for each kind.

    Unless the index is ``settled``, so is a row whose entry would be another under the policy
    in force: by what it was found may be withheld now.
    """
    asked_for = list(there)
    rows: dict[tuple[str, int], Any] = {}
    for kind in EntryKind.values:
        pks = [entry.row for entry in asked_for if entry.kind == kind]
        if pks:
            rows |= {(kind, row.pk): row for row in public_facts(kind, pks)}
    return [
        Shown(entry=entry, row=row, facts=facts_of(entry.kind, row))
        for entry in asked_for
        if (row := rows.get((entry.kind, entry.row))) is not None
        and (settled or entry_of(entry.kind, row).digest == entry.digest)
    ]


def all_shown(question: Question, at_once: int = 500) -> Iterator[Shown]:
    """Every row that was found, in parts, for a file."""
    settled = is_settled()
    ids = ranked(question).tolist()
    for start in range(0, len(ids), at_once):
        yield from shown(ids[start : start + at_once], settled=settled)


def labels(answer: Answer) -> dict[str, list[FacetValue]]:
    """The counted values of each facet with their names; 3 queries at most."""
    values = {name: [v for v, _n in counted] for name, counted in answer.counts.items()}
    named = names_of(values)
    return {
        name: [
            FacetValue(
                value=str(value), label=named[name].get(value, value), count=number
            )
            for value, number in counted
        ]
        for name, counted in answer.counts.items()
    }


def chosen_names(question: Question) -> dict[str, Any]:
    """What the chosen values of a question are called; 3 queries at most."""
    values = dict(question.chosen)
    named = names_of({name: [value] for name, value in values.items()})
    return {name: named[name].get(value, value) for name, value in values.items()}


def names_of(values: Mapping[str, Sequence[Any]]) -> dict[str, dict[Any, Any]]:
    """How values of facets are called, where it is not by themselves."""
    named: dict[str, dict[Any, Any]] = {name: {} for name in values}
    if "kind" in values:
        named["kind"] = dict(EntryKind.choices)
    for name in ("field", "province"):
        if values.get(name):
            known = codes(name).filter(code__in=values[name])
            named[name] = {code.code: code.name for code in known}
    if values.get("host"):
        known_as = organisations().order_by().filter(name_vi__in=values["host"])
        named["host"] = {row.name_vi: row.name for row in known_as}
    return named


def band_ends(band: int) -> tuple[Any, Any]:
    """From which amount a band goes up to which; ``None`` where it has no end."""
    low = BANDS[band - 1] if 0 < band <= len(BANDS) else None
    high = BANDS[band] if band < len(BANDS) else None
    return low, high


def suggestions(text: str) -> list[Shown]:
    """The best rows for what is typed so far: its last word may be a beginning."""
    phrases, single = asked(text)
    if not single and not phrases:
        return []
    settled = is_settled()
    best: list[int] = []
    for tier in _suggested(text, phrases, single):
        new = (pk for pk in COLUMNS.in_order(tier).tolist() if pk not in best)
        best += islice(new, SUGGESTED - len(best))
        if len(best) == SUGGESTED:
            break
    return shown(best, settled=settled)


def _suggested(
    text: str, phrases: Sequence[str], single: Sequence[str]
) -> Iterator[Ids]:
    """As a search ranks them, each asked for only where those before it were too few."""
    yield from _tiers(text, _coded(text))
    yield ids_holding("text", phrases, single[:-1], single[-1] if single else "")


def meant(text: str) -> str:
    """The question with words that the register does not know put right; else ``""``.

    Compared with words of about the same length that share the first or the last letter;
    4 queries, and 1 for each unknown word. Nothing while the index is of another policy: its
    words may be withheld.
    """
    if not is_settled():
        return ""
    single = [w for w in dict.fromkeys(words(text)) if is_word(w)][:MAX_WORDS]
    if not single:
        return ""
    begins = Q()
    for word in single:
        if len(word) >= BEGINNING:
            begins |= Q(word__startswith=word)
    known = set(
        SearchWord.objects.filter(Q(word__in=single)).values_list("word", flat=True)
    )
    if begins:
        longer = SearchWord.objects.filter(begins).values_list("word", flat=True)
        known |= {w for w in single if any(k.startswith(w) for k in longer)}
    mended = {w: _nearest(w) for w in single if w not in known}
    if not any(mended.values()):
        return ""
    return " ".join(mended.get(fold(part)) or part for part in _parts(text))


def _parts(text: str) -> list[str]:
    """The question by its spaces; a part of several words is taken apart."""
    return [
        w
        for part in text.split()
        for w in ([part] if len(words(part)) == 1 else words(part))
    ]


def _nearest(word: str) -> str:
    near = Q(word__startswith=word[0]) | Q(word__endswith=word[-1])
    most = most_errors(word)
    rows = SearchWord.objects.filter(near).values_list("word", "entries")
    return nearest(
        word, ((w, n) for w, n in rows.iterator() if abs(len(w) - len(word)) <= most)
    )


def newest(
    question: Question, *, since: datetime | None = None
) -> QuerySet[SearchEntry]:
    """What was listed last of what a question finds; ``since``: only what came after."""
    rows = entries(question).order_by("-listed_at", "-pk")
    return _sure(rows if since is None else rows.filter(listed_at__gt=since))


def last_changed(question: Question) -> datetime | None:
    """When anything last changed of what a question finds; 1 query."""
    rows = _sure(entries(question).order_by("-listed_at", "-pk"))
    changed = rows.order_by("-changed_at").values_list("changed_at", flat=True)
    return changed.first()


def _sure(rows: QuerySet[SearchEntry]) -> QuerySet[SearchEntry]:
    """All rows; while the index is of another policy, of the first those that are found by both."""
    if is_settled():
        return rows
    same = shown_entries(rows[:LOOKED_AT], settled=False)
    return rows.filter(pk__in=[each.entry.pk for each in same])


def mapped() -> QuerySet[SearchEntry, tuple[str, str, datetime]]:
    """Kind, address and last change of all that has a page of its own, in a fixed order.

    While the index is of another policy, of what the register shows by this one alone.
    """
    rows = SearchEntry.objects.order_by("pk")
    if not is_settled():
        public = Q(pk__in=[])
        for source in SOURCES.values():
            public |= Q(kind=source.kind, row__in=source.rows().order_by().values("pk"))
        rows = rows.filter(public)
    return rows.values_list("kind", "public_id", "changed_at")
