"""What kind of likeness it is across languages, as far as terms can tell.

Terms never carry all of a text, so that the shares by which `kinds` judges are out of
reach. Here a share is of those words that terms can tell, and a sentence that has a
counterpart counts with all of them. The rule, first line that holds:

1. **not told**: terms tell less than three tenths of one of the texts, by rarity.
2. **part of**: half of one has counterparts and at most five eighths as much of the
   other, which is half as long again; thirty words or more on both sides.
3. The same subject: half of both has counterparts, or three tenths and the titles are
   alike (.5). Then **continuation** or **same work**, as within a language.
4. **none**: nothing of either has a counterpart.
5. **not told**: a method, a text, or a whole work of which terms find a third look the
   same.

The limits were set with talks in both languages (`benchmarks/overlap_languages.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sti_methods.similarity.explanation import (
    CONTINUATION,
    MATCH,
    NONE,
    NOT_TOLD,
    PART_OF,
    QUERY,
    SAME_WORK,
)
from sti_methods.similarity.kinds import LEAST_WORDS, LONGER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sti_methods.similarity.crossing import Crossing
    from sti_methods.similarity.explanation import Grounds, Passage, Sentence

TOLD = 0.3
PART, OF_THE_OTHER = 0.5, 0.625
BOTH, WITH_TITLES, TITLES = 0.5, 0.3, 0.5


def kind_across(grounds: Grounds) -> str:
    """Return the kind by the rule above."""
    low = min(grounds.of_query, grounds.of_match)
    if min(grounds.told_of_query or 0, grounds.told_of_match or 0) < TOLD:
        return NOT_TOLD
    if grounds.whole:
        return PART_OF
    if low >= BOTH or (low >= WITH_TITLES and grounds.titles >= TITLES):
        return (
            CONTINUATION
            if grounds.later and grounds.same_team is not False
            else SAME_WORK
        )
    return NOT_TOLD if low else NONE


def grounds_across(
    grounds: Grounds, crossing: Crossing, passages: tuple[Passage, ...], *, words: float
) -> Grounds:
    """Return grounds with the shares, and the likeness of titles, that terms find.

    ``words`` is the cosine of the query's translation and the match.
    """
    ours, theirs = (
        _shares(crossing, side, found)
        for side, found in (
            (0, [p.query for p in passages]),
            (1, [p.match for p in passages]),
        )
    )
    sizes = tuple(sum(len(s.words) for s in side) for side in crossing.sides)
    return replace(
        grounds,
        of_query=ours[0],
        of_match=theirs[0],
        titles=max(grounds.titles, crossing.titles()),
        words=words,
        whole=_whole(ours[0], theirs[0], *sizes),
        told_of_query=ours[1],
        told_of_match=theirs[1],
    )


def _shares(
    crossing: Crossing, side: int, found: Iterable[Sentence]
) -> tuple[float, float]:
    """Return which share of what terms tell has counterparts, and how much they tell."""
    matched = {(s.field, s.start) for s in found}
    whole = told = inside = 0.0
    for stretch in crossing.sides[side]:
        for word in stretch.words:
            if word.weight and not word.common:
                whole += word.weight
                if (stretch.field, word.start) in crossing.told[side]:
                    told += word.weight
                    if (stretch.field, stretch.start) in matched:
                        inside += word.weight
    return (
        round(inside / told, 9) if told else 0.0,
        round(told / whole, 9) if whole else 0.0,
    )


def _whole(of_query: float, of_match: float, ours: int, theirs: int) -> str | None:
    if min(ours, theirs) < LEAST_WORDS or of_query == of_match:
        return None
    part, whole, side = (
        ((of_query, ours), (of_match, theirs), MATCH)
        if of_query > of_match
        else ((of_match, theirs), (of_query, ours), QUERY)
    )
    inside = part[0] >= PART and whole[0] <= OF_THE_OTHER * part[0]
    return side if inside and whole[1] >= LONGER * part[1] else None
