"""What kind of likeness it is, by one rule over what the texts share.

The rule, first line that holds; *shared* means: words, by rarity, that stand in both
sentences of a matched pair; plain words and boilerplate are left out.

1. **same work**: nine tenths of both records are shared.
2. **part of**: two thirds of one are shared and less than two thirds of the other, which
   is at least half as long again; both have thirty words or more.
3. The same subject: three fifths of both are shared; or two fifths, and the titles are
   a little alike (.25) or one is missing; or the titles are alike (.75); or titles (.5)
   and all words (.35) are, or nine tenths of one record are shared. Then **continuation** if one comes later and no names speak
   against one team, else **same work**.
4. Two sentences or twenty-five words are shared: **shared method** if half of them
   stand in sentences that tell how the work is done, else **shared text only**.
5. **none**: words in common and no more.

Likeness of titles and of all words is the cosine over distinct words by rarity. Later
is who starts at least half a year after the other, or in a later year. Names speak
against one team if both name people or organisations and share none.
"""

from __future__ import annotations

import re
from datetime import date
from math import sqrt
from typing import TYPE_CHECKING

from sti_methods.similarity.explanation import (
    CONTINUATION,
    MATCH,
    NONE,
    PART_OF,
    QUERY,
    SAME_WORK,
    SHARED_METHOD,
    SHARED_TEXT,
    Grounds,
)
from sti_methods.similarity.particulars import start_of
from sti_methods.similarity.passages import key_of
from sti_methods.similarity.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sti_methods.similarity.explanation import Passage, Sentence
    from sti_methods.similarity.passages import Stretch, Word
    from sti_methods.similarity.records import Record

    Weights = dict[tuple[str, int], float]

COPIED, CONTAINED, LONGER, LEAST_WORDS = 0.9, 2 / 3, 1.5, 30
MOST_OF_BOTH, BOTH, A_LITTLE = 0.6, 0.4, 0.25
TITLES, TITLES_WITH_WORDS, WORDS = 0.75, 0.5, 0.35
SENTENCES, LENGTH, HALF = 2, 25, 0.5
HALF_A_YEAR = 182
# What tells of how, in sentences as folded text: English, then Vietnamese.
_METHOD = re.compile(
    r"\b(method|methodolog|procedur|protocol|algorithm|measur|simulat|analy[sz]|experiment"
    r"|sampl|survey|calibrat|assay|interview|questionnaire|data|statistic|regress|quantif"
    r"|recruit|cohort|random|follow.?up|baseline|assess|compar|determin|participant|conduct"
    r"|collect|record|variable|control group|will be|we will|we use|mice|patients will"
    r"|phuong phap|quy trinh|thi nghiem|mo phong|do dac|phan tich|khao sat|su dung"
    r"|lay mau|thu thap|tinh toan|mo hinh)"
)


def kind_of(grounds: Grounds) -> str:
    """Return the kind by the rule above."""
    low = min(grounds.of_query, grounds.of_match)
    if low >= COPIED:
        return SAME_WORK
    if grounds.whole:
        return PART_OF
    if (
        low >= MOST_OF_BOTH
        or (low >= BOTH and (grounds.titles >= A_LITTLE or not grounds.titled))
        or grounds.titles >= TITLES
        or (
            grounds.titles >= TITLES_WITH_WORDS
            and (
                grounds.words >= WORDS
                or max(grounds.of_query, grounds.of_match) >= COPIED
            )
        )
    ):
        return (
            CONTINUATION
            if grounds.later and grounds.same_team is not False
            else SAME_WORK
        )
    if grounds.sentences >= SENTENCES or grounds.length >= LENGTH:
        return SHARED_METHOD if grounds.method >= HALF else SHARED_TEXT
    return NONE


def grounds_of(
    query: Record,
    match: Record,
    ours: Sequence[Stretch],
    theirs: Sequence[Stretch],
    passages: Sequence[Passage],
    *,
    same_team: bool | None,
) -> Grounds:
    """Measure what the kind rests on; ``passages`` without boilerplate.

    Cost: linear in the words of both.
    """
    mine, others = weights_of(ours), weights_of(theirs)
    of_query = share_within(mine, (p.query for p in passages))
    of_match = share_within(others, (p.match for p in passages))
    body = [p for p in passages if "title" not in (p.query.field, p.match.field)]
    told = {
        n: _within(mine, p.query) + _within(others, p.match) for n, p in enumerate(body)
    }
    all_told = sum(told.values())
    by_method = sum(
        told[n]
        for n, p in enumerate(body)
        if tells_of_method(p.query.text) or tells_of_method(p.match.text)
    )
    words_in = [
        {(s.field, s.start): len(s.words) for s in side} for side in (ours, theirs)
    ]
    length = sum(
        min(
            words_in[0][p.query.field, p.query.start],
            words_in[1][p.match.field, p.match.start],
        )
        for p in body
    )
    sizes = tuple(sum(len(s.words) for s in side) for side in (ours, theirs))
    return Grounds(
        of_query=of_query,
        of_match=of_match,
        titled=all(any(s.field == "title" for s in side) for side in (ours, theirs)),
        titles=_likeness(*(_titles(side) for side in (ours, theirs))),
        words=_likeness(*(_evidence(side) for side in (ours, theirs))),
        method=_round(by_method / all_told) if all_told else 0.0,
        sentences=len(body),
        length=length,
        same_team=same_team,
        later=later(query, match),
        whole=_whole(of_query, of_match, *sizes),
    )


def tells_of_method(text: str) -> bool:
    """Say whether a sentence tells how work is done, by words that do."""
    return _METHOD.search(fold(text)) is not None


def later(query: Record, match: Record) -> str | None:
    """Say who starts half a year after the other, or in a later year if days are unknown."""
    ours, theirs = start_of(query), start_of(match)
    if ours is None or theirs is None:
        return None
    if isinstance(query.begins, date) and isinstance(match.begins, date):
        apart = (ours - theirs).days
        return (QUERY if apart > 0 else MATCH) if abs(apart) >= HALF_A_YEAR else None
    if ours.year == theirs.year:
        return None
    return QUERY if ours.year > theirs.year else MATCH


def _whole(of_query: float, of_match: float, ours: int, theirs: int) -> str | None:
    if min(ours, theirs) < LEAST_WORDS or of_query == of_match:
        return None
    part, whole, side = (
        ((of_query, ours), (of_match, theirs), MATCH)
        if of_query > of_match
        else ((of_match, theirs), (of_query, ours), QUERY)
    )
    inside = part[0] >= CONTAINED > whole[0] and whole[1] >= LONGER * part[1]
    return side if inside else None


def weights_of(side: Sequence[Stretch]) -> Weights:
    """Return the rarity of each word that can be evidence, by its field and place."""
    return {
        (s.field, w.start): w.weight
        for s in side
        for w in s.words
        if w.weight and not w.common
    }


def _within(weights: Weights, sentence: Sentence) -> float:
    return sum(weights.get((sentence.field, t.start), 0.0) for t in sentence.terms)


def share_within(weights: Weights, found: Iterable[Sentence]) -> float:
    """Return which share of a text's evidence stands shared in the sentences found."""
    total = sum(weights.values())
    return _round(sum(_within(weights, s) for s in found) / total) if total else 0.0


def _titles(side: Sequence[Stretch]) -> list[Word]:
    return [w for s in side if s.field == "title" for w in s.words if w.weight]


def _evidence(side: Sequence[Stretch]) -> list[Word]:
    return [w for s in side for w in s.words if w.weight and not w.common]


def _likeness(ours: Sequence[Word], theirs: Sequence[Word]) -> float:
    """Return the cosine over distinct words, folded if one side has no diacritics."""
    folded = any(all(w.spelled == w.stem for w in side) for side in (ours, theirs))
    mine, others = (
        {key_of(w, folded=folded): w.weight**2 for w in side} for side in (ours, theirs)
    )
    both = sum(mine[key] for key in sorted(mine.keys() & others.keys()))
    norms = [sum(w for _, w in sorted(side.items())) for side in (mine, others)]
    return _round(both / sqrt(norms[0] * norms[1])) if all(norms) else 0.0


def _round(value: float) -> float:
    return round(min(value, 1.0), 9)
