"""The same passage twice inside one record, or inside the sources of one dossier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sti_methods.similarity.reading import TEXTS
from sti_methods.similarity.records import Record
from sti_methods.similarity.text import Stems, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sti_methods.similarity.text import Piece

FEWEST_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``sources[source][start:end] == text``."""

    source: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A stretch of ``words`` words that stands in two places, word for word.

    Stems, diacritics, case and marks between words make no difference.
    """

    first: Place
    second: Place
    words: int


def repeats(
    sources: Record | Mapping[str, str], *, fewest: int = FEWEST_WORDS
) -> tuple[Repeat, ...]:
    """Return the passages that stand twice, in reading order of the second place.

    Parameters
    ----------
    sources : Record or mapping of str to str
        A record's five fields, or a dossier's texts by name, in their order.
    fewest : int
        Words a passage must have, at least 2.

    Each word is taken as a repetition at most once: of what stands thrice, the second
    and the third place are each named once, beside an earlier place where the passage
    is longest. No passage reaches over the end of a source, and the two places of one
    do not overlap.

    Raises
    ------
    ValueError
        ``fewest`` is less than 2.

    Notes
    -----
    Cost: linear in the words, times the places a run of ``fewest`` words stands in (at
    most 32 are looked at): 5 ms for 10,000 words.
    """
    if fewest <= 1:
        raise ValueError("a passage has two words or more")
    texts = (
        {field: getattr(sources, field) for field in TEXTS}
        if isinstance(sources, Record)
        else dict(sources)
    )
    stems = Stems()
    words = {name: pieces(text, stems) for name, text in texts.items()}
    return tuple(_found(texts, words, fewest))


_MOST_PLACES = 32


def _found(
    texts: dict[str, str], words: dict[str, list[Piece]], fewest: int
) -> Iterator[Repeat]:
    seen: dict[tuple[bytes, ...], list[tuple[str, int]]] = {}
    for name, mine in words.items():
        at = known = 0
        while at + fewest <= len(mine):
            key = _run(mine, at, fewest)
            best = max(
                (
                    (_length(words[source], start, mine, at, same=source == name), -n)
                    for n, (source, start) in enumerate(seen.get(key, ()))
                ),
                default=(0, 0),
            )
            length = best[0]
            if length >= fewest:
                source, start = seen[key][-best[1]]
                yield Repeat(
                    first=_place(source, texts, words, start, length),
                    second=_place(name, texts, words, at, length),
                    words=length,
                )
                at += length
            else:
                at += 1
            # A run is known once it has been passed whole, so that no place meets itself.
            while known + fewest <= min(at, len(mine)):
                places = seen.setdefault(_run(mine, known, fewest), [])
                if len(places) < _MOST_PLACES:
                    places.append((name, known))
                known += 1
        for start in range(known, len(mine) - fewest + 1):
            places = seen.setdefault(_run(mine, start, fewest), [])
            if len(places) < _MOST_PLACES:
                places.append((name, start))


def _run(words: list[Piece], at: int, length: int) -> tuple[bytes, ...]:
    return tuple(word.stem for word in words[at : at + length])


def _length(
    ours: list[Piece], start: int, theirs: list[Piece], at: int, *, same: bool
) -> int:
    """Return how many words agree from two places on; the first ends before the second."""
    most = min(len(ours) - start, len(theirs) - at)
    if same:
        most = min(most, at - start)
    n = 0
    while n < most and ours[start + n].stem == theirs[at + n].stem:
        n += 1
    return n


def _place(
    source: str,
    texts: dict[str, str],
    words: dict[str, list[Piece]],
    first: int,
    length: int,
) -> Place:
    start, end = words[source][first].start, words[source][first + length - 1].end
    return Place(source=source, start=start, end=end, text=texts[source][start:end])
