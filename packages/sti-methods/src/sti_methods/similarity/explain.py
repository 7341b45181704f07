"""Why a record is, or is not, the same work: the score taken apart, and the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sti_methods.similarity.contributions import judgement
from sti_methods.similarity.crossing import Crossing
from sti_methods.similarity.explanation import (
    Explanation,
    Money,
    Translated,
    Understood,
)
from sti_methods.similarity.kinds import grounds_of, kind_of
from sti_methods.similarity.kinds_across import grounds_across, kind_across
from sti_methods.similarity.languages import language
from sti_methods.similarity.meaning import text_of
from sti_methods.similarity.particulars import same_team, shared_of, time_of
from sti_methods.similarity.passages import aligned, stretches
from sti_methods.similarity.text import folded_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sti_methods.similarity.index import Index
    from sti_methods.similarity.records import Record

THRESHOLD = 0.4


def explain(
    index: Index,
    query: Record,
    match: Record,
    *,
    not_after: int | None = None,
    leave_out: Iterable[str] = (),
    threshold: float = THRESHOLD,
) -> Explanation:
    """Return everything that speaks for a record being the same work as the query.

    Parameters
    ----------
    index : Index
        It keeps no texts, so that the match is handed over as it was put in.
    query, match : Record
    not_after, leave_out
        As given to `Index.rank`: then score, rank and probability are the same.
    threshold : float
        Least score of a passage, from 0 to 1. A higher one leaves some passages out
        and changes no other; the kind rests on the passages that are left.

    Raises
    ------
    ValueError
        The match is not in the index, not with these words, or is the query itself.

    Notes
    -----
    Boilerplate (phrases of five words in many records of the corpus, see
    `Index.common`) is marked and carries no evidence; the score counts it, as it is
    made of words. Cost: one query and some milliseconds for two abstracts; the first
    call for an index counts its phrases (30 µs a record).
    """
    if query.id == match.id:
        raise ValueError(f"{match.id!r} is the query itself")
    if match.id not in index:
        raise ValueError(f"the index has no record {match.id!r}")
    if not index.holds(match):
        raise ValueError(f"the index has another text under the id {match.id!r}")
    judged = judgement(index, query, match, not_after=not_after, leave_out=leave_out)
    ours, theirs = stretches(index, query), stretches(index, match)
    crossing = (
        Crossing(index.terms, index._terms.stems, ((query, ours), (match, theirs)))
        if judged.across and index.terms is not None
        else None
    )
    pairs = aligned(ours, theirs, threshold=threshold, crossing=crossing)
    passages = tuple(p for p in pairs if not p.boilerplate)
    shared = shared_of(query, match, passages)
    grounds = grounds_of(
        query, match, ours, theirs, passages, same_team=same_team(query, match, shared)
    )
    if crossing is not None:
        words = next(f.value for f in judged.features if f.name == "words")
        grounds = grounds_across(grounds, crossing, passages, words=words)
    return Explanation(
        version=index.version,
        query=query.id,
        match=match.id,
        group=judged.group,
        rank=judged.rank,
        score=judged.score,
        probability=judged.probability,
        features=judged.features,
        passages=passages,
        boilerplate=tuple(p for p in pairs if p.boilerplate),
        shared=shared,
        time=time_of(query, match),
        money=Money(query=query.amount, match=match.amount),
        kind=kind_of(grounds) if crossing is None else kind_across(grounds),
        grounds=grounds,
        across=judged.across,
        translated=_translated(index, query, match) if judged.across else (),
        meaning=_understood(index, query, match, across=judged.across),
    )


def _understood(
    index: Index, query: Record, match: Record, *, across: bool
) -> Understood | None:
    """Return which sentence model compared the two, and what it read in part."""
    if index.meanings is None or not index.reads(across=across):
        return None
    encoder = index.meanings.encoder
    ours, theirs = encoder.cut([text_of(query), text_of(match)]).tolist()
    return Understood(
        model=encoder.name, digest=encoder.digest, query_cut=ours, match_cut=theirs
    )


def _translated(index: Index, query: Record, match: Record) -> tuple[Translated, ...]:
    """Return the query's terms with a translation of which the match has every word."""
    terms, target = index.terms, language(match.body) or language(match.title)
    if terms is None or target is None:
        return ()
    stems = index._terms.stems
    held = {stems[word] for word in folded_words(f"{match.title}\n{match.body}")}

    def there(translation: str) -> bool:
        return held.issuperset(stems[word] for word in folded_words(translation))

    found = []
    for field in ("title", "abstract", "objectives", "products", "keywords"):
        for gloss in terms.glosses(getattr(query, field), target):
            shared = tuple(filter(there, gloss.translations))
            if shared:
                found.append(
                    Translated(
                        field=field,
                        start=gloss.start,
                        end=gloss.end,
                        written=gloss.written,
                        translations=shared,
                    )
                )
    return tuple(found)
