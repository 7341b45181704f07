"""How wide the columns of a table must be, so that no figure is cut or runs into the next.

Lengths are centimetres on A4 between the margins of official papers; letters are
measured roughly and a little too wide, so that what fits here fits on paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PORTRAIT_ROOM, LANDSCAPE_ROOM = 16.5, 25.2
# Sizes of letters in points, the usual one first.
SIZES = (11, 10, 9, 8, 7)
_INSET = 0.4
# A word of so many signs may be broken after every few of them (``official.typ``).
_BREAKABLE, _PIECE = 32, 8
_NARROW = frozenset(".,;:!|'ijlIt()[]/- \u00a0")


def fitted(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float],
    room: float,
) -> tuple[list[float], int]:
    """Return the width of each column in cm, and the size of the letters in points.

    Columns keep their shares of ``room`` where the longest word of each fits; else those
    that need more get it from the others, and where all together need more the letters
    become smaller. Never fails: where even the smallest are too large each gets its part.
    """
    wanted = [room * width / sum(widths) for width in widths]
    needed = [
        max(
            _longest(head) * 1.08,
            max((_longest(row[n]) for row in rows), default=0.0),
        )
        for n, head in enumerate(columns)
    ]
    for size in SIZES:
        least = [_INSET + need * size / SIZES[0] for need in needed]
        if sum(least) <= room:
            return _given(wanted, least, room), size
    return [room * part / sum(least) for part in least], SIZES[-1]


def _given(wanted: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """Give each column what it wants, but never less than it needs."""
    fixed: dict[int, float] = {}
    while True:
        free = [n for n in range(len(wanted)) if n not in fixed]
        left = room - sum(fixed.values())
        whole = sum(wanted[n] for n in free)
        shares = {n: left * wanted[n] / whole for n in free}
        short = {n: least[n] for n in free if shares[n] < least[n]}
        if not short:
            return [round((fixed | shares)[n], 3) for n in range(len(wanted))]
        fixed |= short


def _longest(text: str) -> float:
    """The width of the longest word of a text, at the usual size."""
    return max((_wide(word) for word in text.replace("\n", " ").split(" ")), default=0)


def _wide(word: str) -> float:
    signs = word if len(word) < _BREAKABLE else word[:_PIECE]
    return sum(
        0.1 if sign in _NARROW else 0.29 if sign.isupper() else 0.2 for sign in signs
    )
