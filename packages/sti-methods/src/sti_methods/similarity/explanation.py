"""The evidence that two records are the same work, as data that can be kept."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, NamedTuple

SAME_WORK = "same work"
CONTINUATION = "continuation"
PART_OF = "part of"
SHARED_METHOD = "shared method"
SHARED_TEXT = "shared text only"
NONE = "none"
NOT_TOLD = "not told"  # across languages, where terms carry too little to tell
KINDS = (SAME_WORK, CONTINUATION, PART_OF, SHARED_METHOD, SHARED_TEXT, NONE, NOT_TOLD)
QUERY, MATCH = "query", "match"


class Span(NamedTuple):
    """``text[start:end]`` of a field's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one word, or pair of neighbouring words, adds to a measure.

    ``term`` is the word as it is compared (its stem), ``written`` as it stands in the
    match.
    """

    term: str
    written: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A measure, and what it adds to the score: ``coefficient * value``, rounded.

    The coefficient holds for this list: half of it weighs the measure against the best
    of the list. ``words`` add up to ``value``, to the last bit and in any order.
    """

    name: str
    value: float
    coefficient: float
    contribution: float
    words: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """The sentence model that compared the meaning, and whose text it read in part only."""

    model: str
    digest: str
    query_cut: bool
    match_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A term of the query, as written there, and its translations that the match has."""

    field: str
    start: int
    end: int
    written: str
    translations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence where it stands: ``getattr(record, field)[start:end] == text``.

    ``terms`` are the words shared with its counterpart, ``common`` stretches that are
    phrases common in the corpus; both are places in the whole text of the field.
    """

    field: str
    start: int
    end: int
    text: str
    terms: tuple[Span, ...]
    common: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence of the query beside one of the match; ``score`` 1 for the same words.

    ``boilerplate`` if at least half of what is shared, by rarity, are phrases common in
    the corpus: then it is no evidence.
    """

    query: Sentence
    match: Sentence
    score: float
    boilerplate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What both name: people, organisations and keywords as written in the match."""

    people: tuple[str, ...]
    organisations: tuple[str, ...]
    keywords: tuple[str, ...]
    objectives: tuple[Passage, ...]
    products: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """When the two run, in half-open dates; ``None`` for what is not known.

    ``gap_days`` lie between the end of the earlier and the start of the later, 0 if
    they meet. ``years_between`` is the query's year less the match's.
    """

    query: tuple[date, date] | None
    match: tuple[date, date] | None
    common_days: int | None
    common_years: float | None
    gap_days: int | None
    years_between: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Public money of both, as their records state it."""

    query: float | None
    match: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What the kind rests on; shares from 0 to 1 leave out boilerplate and plain words.

    Parameters
    ----------
    of_query, of_match : float
        Share of a record's words, by rarity, that stand shared in its matched passages.
    titled : bool
        Whether both have a title.
    titles, words : float
        Likeness (cosine) of the titles, and of all words.
    method : float
        Share of the words matched outside titles that stand in sentences telling of a
        method.
    sentences, length : int
        Pairs of sentences outside titles, and how many words the shorter ones have.
    same_team : bool, optional
        Whether a person or an organisation is shared; unknown where one side names none.
    later : str, optional
        ``query`` or ``match``, whichever comes after the other.
    whole : str, optional
        For a part: the side that is the larger work.
    told_of_query, told_of_match : float, optional
        Across languages: share of the words, by rarity, that terms can tell. There
        ``of_query`` and ``of_match`` are shares of these, and a sentence that has a
        counterpart counts with all of them; ``words`` is the cosine of the translation.
    """

    of_query: float
    of_match: float
    titled: bool
    titles: float
    words: float
    method: float
    sentences: int
    length: int
    same_team: bool | None
    later: str | None
    whole: str | None
    told_of_query: float | None = None
    told_of_match: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a record of an index is, or is not, the same work as a query.

    ``score``, ``rank`` and ``probability`` are those of `Index.rank`; a record that is
    not among the candidates has no rank and is judged as if it stood in their list. The
    contributions of ``features`` add up to ``score``, to the last bit and in any order.
    ``passages`` come best first; a sentence stands in at most one on each side.
    ``across``: the match is in another language, the score was made with the query's
    translation, and ``translated`` are the terms that both have; sentences are compared
    by terms where their languages differ, and each marks its own words.
    ``meaning`` says which sentence model added the measure of that name, if any did.
    """

    version: str
    query: str
    match: str
    group: str
    rank: int | None
    score: float
    probability: float
    features: tuple[Feature, ...]
    passages: tuple[Passage, ...]
    boilerplate: tuple[Passage, ...]
    shared: Shared
    time: Time
    money: Money
    kind: str
    grounds: Grounds
    across: bool = False
    translated: tuple[Translated, ...] = ()
    meaning: Understood | None = None

    def document(self) -> dict[str, Any]:
        """Return all of it as what JSON can say; dates are written as ISO 8601.

        What is only told across languages, or with a sentence model, stands there only
        then, so that what was kept before there were any stays the same to the byte.
        """
        plain: dict[str, Any] = _plain(self)
        if not self.across:
            del plain["across"], plain["translated"]
            del plain["grounds"]["told_of_query"], plain["grounds"]["told_of_match"]
        if self.meaning is None:
            del plain["meaning"]
        return plain


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
