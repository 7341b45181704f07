"""Classes of peers that may be told, at one date and beside all that was told before.

A place among peers tells how many of a class lie below. Two classes that differ by few
organisations tell of these few by one subtraction, whether the classes are of one date or of two:
one joins, and what changes is its score. So at one date cells and sums go through ``suppress``, and a
class is told only when it differs from every class ever told by nobody or by ``least`` organisations
and more; last, no single organisation may follow from all classes told together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.survey.suppressing import LEAST, Cell, Sum, suppress

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Traits = tuple[str, str, str]
Class = tuple[str, str, str]
Entries = frozenset[tuple[str, str]]

EVERY = ""
# Which of economy, sector and size a class is of, from narrow to wide.
KINDS: tuple[tuple[bool, bool, bool], ...] = (
    (True, True, True),
    (True, False, True),
    (False, True, True),
    (False, False, False),
)
_ZERO = 1e-9


def classes_of(traits: Traits) -> list[Class]:
    """The classes of an organisation from narrow to wide; what does not count is empty."""
    return [
        (
            traits[0] if economy else EVERY,
            traits[1] if sector else EVERY,
            traits[2] if size else EVERY,
        )
        for economy, sector, size in KINDS
    ]


def told_classes(
    traits: Mapping[str, Traits],
    results: Mapping[str, str],
    earlier: Sequence[Entries] = (),
    *,
    least: int = LEAST,
) -> dict[Class, Entries]:
    """Classes that may be told, each with its organisations and the results counted.

    ``traits``: economy, sector, size of each organisation, none of them empty; ``results``:
    which of its results counts; ``earlier``: what was ever told about the same figure. A class
    told before with the same entries may be told again. Raises ``Unfit`` ``no_trait`` (name).
    Cost: that of ``suppress``, classes by classes ever told, one decomposition of all.
    """
    members: dict[Class, list[str]] = {}
    for name, given in traits.items():
        if not all(given):
            raise Unfit("no_trait", name=name)
        for kind in classes_of(given):
            members.setdefault(kind, []).append(name)
    if not members:
        return {}
    cells = {
        _name(kind): Cell(units=len(of), weight=float(len(of)), top=1.0)
        for kind, of in members.items()
    }
    held = suppress(cells, _sums(members), least=least)
    found: dict[Class, Entries] = {}
    before = list(earlier)
    # The widest first: if one of two must be held back, more can use the wider.
    for kind, of in sorted(members.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        entries = frozenset((name, results[name]) for name in of)
        if _name(kind) in held or not _apart(entries, before, least):
            continue
        if entries not in before:
            if singled_out([*before, entries]):
                continue
            before.append(entries)
        found[kind] = entries
    return found


def singled_out(told: Sequence[Entries]) -> list[tuple[str, str]]:
    """Entries that follow from classes told, exactly: their unit vector is in the row space."""
    columns = sorted(frozenset().union(*told))
    if not columns:
        return []
    at = {entry: place for place, entry in enumerate(columns)}
    matrix = np.zeros((len(told), len(columns)))
    for row, entries in enumerate(told):
        matrix[row, [at[one] for one in entries]] = 1.0
    _u, s, v = np.linalg.svd(matrix, full_matrices=False)
    basis = v[s > _ZERO * max(float(s.max(initial=0.0)), 1.0)]
    inside = (basis**2).sum(axis=0)
    return [columns[place] for place in np.flatnonzero(inside > 1 - _ZERO)]


def percentile(own: float, all_of: Sequence[float]) -> float:
    """Where a score stands among all of a class, itself among them: 0 to 100.

    (below + half of those equal) / n x 100, equal to six digits.
    """
    if not all_of:
        raise Unfit("no_peers")
    mine = round(own, 6)
    below = sum(round(one, 6) < mine for one in all_of)
    equal = sum(round(one, 6) == mine for one in all_of)
    return 100 * (below + equal / 2) / len(all_of)


def _apart(entries: Entries, told: Iterable[Entries], least: int) -> bool:
    """Nobody, or so many organisations that they are a class of their own."""
    return all(not (few := {n for n, _r in entries ^ one}) or len(few) >= least for one in told)  # fmt: skip


def _name(kind: Class) -> str:
    return "\x1f".join(kind)


def _sums(members: Iterable[Class]) -> list[Sum]:
    """Each wide class is the sum of narrow ones; everybody is that of either kind of class."""
    kinds = list(members)
    narrow = [one for one in kinds if all(one)]
    found = []
    for whole in kinds:
        economy, sector, _size = whole
        if all(whole):
            continue
        if economy or sector:
            found.append((whole, [one for one in narrow if whole in classes_of(one)]))
            continue
        found += [
            (whole, [one for one in kinds if one[0] and not one[1]]),
            (whole, [one for one in kinds if one[1] and not one[0]]),
        ]
    return [
        Sum(whole=_name(whole), parts=tuple(map(_name, parts)))
        for whole, parts in found
    ]
