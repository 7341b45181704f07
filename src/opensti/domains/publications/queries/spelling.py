"""The word that was meant: the nearest of the register by typing errors.

Optimal string alignment (a letter left out, put in, taken for another, or two next to each
other swapped, each one error; no part is edited twice), by dynamic programming over two rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORT = 4


def most_errors(word: str) -> int:
    """How many errors are forgiven: one in a short word, two in a long one."""
    return 1 if len(word) <= SHORT else 2


def errors(one: str, other: str, most: int) -> int:
    """How many errors turn one word into the other; ``most + 1`` for all that are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, row = row, [i]
        for j, b in enumerate(other, 1):
            least = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        if min(row) > most:
            return most + 1
        before = above
    return min(row[-1], most + 1)


def nearest(word: str, known: Iterable[tuple[str, int]]) -> str:
    """The known word with the fewest errors, the most frequent of several; else ``""``.

    ``known``: words and how often each occurs. Equal in both, the first in the alphabet.
    """
    most = most_errors(word)
    best: tuple[int, int, str] | None = None
    for other, often in known:
        found = errors(word, other, most)
        if found <= most:
            rank = (found, -often, other)
            best = rank if best is None else min(best, rank)
    return best[2] if best else ""
