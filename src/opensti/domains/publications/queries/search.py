"""One search over the whole register: words, facets, ranking, and what was meant.

The index finds and counts. Whatever is shown is read from the rows themselves, asked as
the public at that moment: an entry whose row may no longer be known shows nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Case, Count, IntegerField, Q, Value, When

from opensti.domains.publications.choices import EntryKind
from opensti.domains.publications.models import SearchEntry, SearchState, SearchWord
from opensti.domains.publications.queries.search_index import (
    BANDS,
    facts_of,
    is_word,
)
from opensti.domains.publications.queries.search_sources import public_facts
from opensti.domains.publications.queries.spelling import most_errors, nearest
from opensti.domains.registry.queries import codes
from opensti.kernel.identifiers import row_number
from opensti.kernel.searchtext import MAX_WORDS, fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from opensti.domains.publications.queries.search_sources import Facts

FACETS = ("kind", "year", "field", "province", "host", "funder", "state", "band")
_NUMBERS = frozenset({"year", "band"})
PAGE = 20
MOST_VALUES = 12
SUGGESTED = 8
# A word of so many letters also finds what begins with it; Vietnamese syllables are short.
BEGINNING = 4
KEPT_SECONDS = 600
KEPT_IDS = 2000
_PHRASE = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")
NEWEST = "new"


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
    """What was found: how many, the ids in order, and the counts of each facet."""

    total: int
    ids: tuple[int, ...]
    counts: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One row that was found, as everybody may read it now."""

    entry: SearchEntry
    row: Any
    facts: Facts


def index_version() -> int:
    """Another number whenever anything in the index changed; 1 query."""
    found = SearchState.objects.values_list("version", flat=True).first()
    return found or 0


def index_changed_at() -> datetime | None:
    return SearchState.objects.values_list("changed_at", flat=True).first()


def asked(text: str) -> tuple[list[str], list[str]]:
    """The phrases in quotes and the other words of a question, folded."""
    phrases = [fold(found) for found in _PHRASE.findall(text)]
    rest = words(_PHRASE.sub(" ", text))
    return [p for p in phrases if p], list(dict.fromkeys(rest))[:MAX_WORDS]


def pattern(word: str) -> str:
    """What must stand in the text for a word: itself, or a longer one that begins so."""
    return f" {word}" if len(word) >= BEGINNING else f" {word} "


def _holds(column: str, phrases: Sequence[str], single: Sequence[str]) -> Q:
    found = Q()
    wanted = [f" {p} " for p in phrases] + [pattern(w) for w in single]
    for part in sorted(wanted, key=len, reverse=True):  # the rarest decides soonest
        found &= Q(**{f"{column}__contains": part})
    return found


def entries(question: Question) -> QuerySet[SearchEntry]:
    """The entries that a question leaves, in no order."""
    rows = SearchEntry.objects.all()
    for name, value in question.chosen:
        number = row_number(value)
        if name in _NUMBERS and number is None:
            return rows.none()
        rows = rows.filter(**{name: number if name in _NUMBERS else value})
    if not question.q:
        return rows
    phrases, single = asked(question.q)
    if not phrases and not single:
        return rows.none()
    return rows.filter(_holds("text", phrases, single))


def _rank(question: Question) -> Case | Value:
    """4: the code itself; 3: a code that begins so; 2: the words as they were typed stand
    in the title; 1: all words do; 0: elsewhere."""
    whole = fold(question.q)
    if not whole:
        return Value(0)
    phrases, single = asked(question.q)
    return Case(
        When(code=whole, then=4),
        When(code__startswith=whole, then=3),
        When(title__contains=f" {whole} ", then=2),
        When(_holds("title", phrases, single), then=1),
        default=0,
        output_field=IntegerField(),
    )


def found(question: Question) -> Answer:
    """Find, count and rank; 1 query, or 2 where the answer of before no longer holds.

    Answers are kept until the index changes, ten minutes at most.
    """
    version = index_version()
    key = hashlib.sha256(question.address.encode()).hexdigest()
    kept: Answer | None = cache.get(f"search:{version}:{key}")
    if kept is None:
        kept = _asked_anew(question)
        cache.set(f"search:{version}:{key}", kept, KEPT_SECONDS)
    return kept


def _asked_anew(question: Question) -> Answer:
    rows = ordered(question).values_list("pk", *FACETS)
    hits = list(rows)
    if not hits:
        return Answer(total=0, ids=())
    columns = list(zip(*hits, strict=True))
    counts: dict[str, list[tuple[Any, int]]] = {}
    for name, values in zip(FACETS, columns[1:], strict=True):
        counted = Counter(values)
        for nothing in (None, ""):
            counted.pop(nothing, None)
        ranked = sorted(counted.items(), key=lambda pair: (-pair[1], str(pair[0])))
        counts[name] = ranked if name in {"kind", "band"} else ranked[:MOST_VALUES]
    return Answer(total=len(hits), ids=columns[0][:KEPT_IDS], counts=counts)


def ordered(question: Question) -> QuerySet[SearchEntry]:
    """The entries that were found, the best first; of equals the newest."""
    rows = entries(question)
    if question.sort == NEWEST or not question.q:
        return rows.order_by("-at", "-pk")
    return rows.annotate(rank=_rank(question)).order_by("-rank", "-at", "-pk")


def page_of(question: Question, answer: Answer, number: int) -> list[Shown]:
    """The rows of a page, best first; 1 query, and 1 for each kind that is on it."""
    start = (number - 1) * PAGE
    if start + PAGE <= KEPT_IDS or answer.total <= KEPT_IDS:
        ids = list(answer.ids[start : start + PAGE])
    else:
        rows = ordered(question).values_list("pk", flat=True)
        ids = list(rows[start : start + PAGE])
    return shown(ids)


def shown(ids: Sequence[int]) -> list[Shown]:
    """The rows behind entries, asked as the public now, in this order."""
    known = SearchEntry.objects.in_bulk(ids)
    there = [known[pk] for pk in ids if pk in known]
    return shown_entries(there)


def shown_entries(there: Iterable[SearchEntry]) -> list[Shown]:
    """What may no longer be known is left out; 1 query for each kind."""
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
    ]


def all_shown(question: Question, at_once: int = 500) -> Iterator[Shown]:
    """Every row that was found, in parts, for a file."""
    ids = list(ordered(question).values_list("pk", flat=True))
    for start in range(0, len(ids), at_once):
        yield from shown(ids[start : start + at_once])


def labels(answer: Answer) -> dict[str, list[FacetValue]]:
    """The counted values of each facet with their names; 2 queries at most."""
    named: dict[str, dict[str, Any]] = {"kind": dict(EntryKind.choices)}
    for name in ("field", "province"):
        values = [value for value, _n in answer.counts.get(name, ())]
        if values:
            named[name] = {
                code.code: code.name for code in codes(name).filter(code__in=values)
            }
    return {
        name: [
            FacetValue(
                value=str(value),
                label=named.get(name, {}).get(value, value),
                count=number,
            )
            for value, number in counted
        ]
        for name, counted in answer.counts.items()
    }


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
    rows = SearchEntry.objects.filter(_holds("text", phrases, single[:-1]))
    if single:
        rows = rows.filter(text__contains=f" {single[-1]}")
    best = rows.annotate(rank=_rank(Question(q=text))).order_by("-rank", "-at", "-pk")
    return shown(list(best.values_list("pk", flat=True)[:SUGGESTED]))


def meant(text: str) -> str:
    """The question with words that the register does not know put right; else ``""``.

    Compared with words of about the same length that share the first or the last letter;
    2 queries, and 1 for each unknown word.
    """
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
    return rows if since is None else rows.filter(listed_at__gt=since)


def counted_kinds() -> dict[str, int]:
    """How many entries the index has of each kind; 1 query."""
    rows = SearchEntry.objects.order_by().values("kind").annotate(n=Count("pk"))
    return {row["kind"]: row["n"] for row in rows}
