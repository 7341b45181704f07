"""How much goes from where to where, in columns: sums, an order with few crossings, places.

Paths in, a frozen picture in plain numbers out: no drawing, no rounding, no chance. What
enters a node leaves it, for each path crosses every column once. The same paths in any
order give the same picture.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from decimal import Decimal

SWEEPS = 24
Place = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class Node:
    """A place in a column: from ``top`` to ``top + height``, in parts of the picture's height."""

    column: int
    key: str
    amount: Fraction
    top: Fraction
    height: Fraction


@dataclass(frozen=True, kw_only=True)
class Link:
    """What goes between neighbours: a band that leaves at ``leaves`` and arrives at ``arrives``."""

    column: int
    source: str
    target: str
    amount: Fraction
    leaves: Fraction
    arrives: Fraction
    height: Fraction


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Nodes column by column from the top, links by their place, the whole, the crossings."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    total: Fraction
    crossings: Fraction


def picture(
    paths: Iterable[tuple[Sequence[str], Decimal | int]],
    *,
    last: Collection[str] = (),
    gap: Fraction = Fraction(1, 40),
    least: Fraction = Fraction(0),
) -> Picture:
    """Lay paths out in columns; ``last`` are keys that stand below all others.

    ``gap`` lies between neighbours; ``least`` is the room that a node takes at least, so
    that a label fits beside it, though its band is thinner. Heights are in parts of the
    whole height, which grows beyond 1 by gaps and by that room. Raises ``ValueError`` for
    paths of unlike lengths and an amount below nought.
    """
    amounts, between = _sums(paths)
    if not amounts:
        return Picture(nodes=(), links=(), total=Fraction(0), crossings=Fraction(0))
    columns = max(column for column, _key in amounts) + 1
    total = sum(
        (a for (column, _key), a in amounts.items() if column == 0), Fraction(0)
    )
    order = _ordered(amounts, between, columns, frozenset(last))
    nodes: dict[Place, Node] = {}
    for column, keys in enumerate(order):
        top = Fraction(0)
        for key in keys:
            height = amounts[column, key] / total
            nodes[column, key] = Node(
                column=column,
                key=key,
                amount=amounts[column, key],
                top=top,
                height=height,
            )
            top += max(height, least) + gap
    return Picture(
        nodes=tuple(nodes.values()),
        links=_links(nodes, between, total),
        total=total,
        crossings=_crossings(order, between),
    )


def _sums(
    paths: Iterable[tuple[Sequence[str], Decimal | int]],
) -> tuple[dict[Place, Fraction], dict[tuple[int, str, str], Fraction]]:
    amounts: dict[Place, Fraction] = defaultdict(Fraction)
    between: dict[tuple[int, str, str], Fraction] = defaultdict(Fraction)
    length = None
    for keys, amount in paths:
        if length is None:
            length = len(keys)
        if len(keys) != length or not keys:
            message = f"a path of {len(keys)} columns beside one of {length}"
            raise ValueError(message)
        if amount < 0:
            message = f"{amount} flows backwards"
            raise ValueError(message)
        if not amount:
            continue
        part = Fraction(amount)
        for column, key in enumerate(keys):
            amounts[column, key] += part
            if column:
                between[column - 1, keys[column - 1], key] += part
    return dict(amounts), dict(between)


def _ordered(
    amounts: Mapping[Place, Fraction],
    between: Mapping[tuple[int, str, str], Fraction],
    columns: int,
    last: frozenset[str],
) -> list[list[str]]:
    """Sweeps by the weighted middle of neighbours, then swaps of neighbours while they help."""
    order = [
        sorted(
            (key for at, key in amounts if at == column),
            key=lambda key, c=column: (key in last, -amounts[c, key], key),  # type: ignore[misc]
        )
        for column in range(columns)
    ]
    best, fewest = [list(keys) for keys in order], _crossings(order, between)
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        for column in range(1, columns) if forth else range(columns - 2, -1, -1):
            _by_middle(order, between, column, forth, last)
        found = _crossings(order, between)
        if found < fewest:
            best, fewest = [list(keys) for keys in order], found
    return _swapped(best, between, last)


def _by_middle(
    order: list[list[str]],
    between: Mapping[tuple[int, str, str], Fraction],
    column: int,
    forth: bool,  # noqa: FBT001 -- which way the sweep goes
    last: frozenset[str],
) -> None:
    beside = column - 1 if forth else column + 1
    at = {key: place for place, key in enumerate(order[beside])}
    pull: dict[str, Fraction] = defaultdict(Fraction)
    weight: dict[str, Fraction] = defaultdict(Fraction)
    for (of, source, target), amount in between.items():
        if of != min(column, beside):
            continue
        own, other = (target, source) if forth else (source, target)
        pull[own] += amount * at[other]
        weight[own] += amount
    now = {key: place for place, key in enumerate(order[column])}
    order[column].sort(
        key=lambda key: (
            key in last,
            pull[key] / weight[key] if weight[key] else Fraction(now[key]),
            now[key],
        )
    )


def _swapped(
    order: list[list[str]],
    between: Mapping[tuple[int, str, str], Fraction],
    last: frozenset[str],
) -> list[list[str]]:
    """No two neighbours of the answer can change places and cross less."""
    fewest, better = _crossings(order, between), True
    while better:
        better = False
        for keys in order:
            for place in range(len(keys) - 1):
                if (keys[place] in last) != (keys[place + 1] in last):
                    continue
                keys[place], keys[place + 1] = keys[place + 1], keys[place]
                found = _crossings(order, between)
                if found < fewest:
                    fewest, better = found, True
                else:
                    keys[place], keys[place + 1] = keys[place + 1], keys[place]
    return order


def _crossings(
    order: Sequence[Sequence[str]],
    between: Mapping[tuple[int, str, str], Fraction],
) -> Fraction:
    """For each two bands that cross, the amount of the smaller."""
    at = {
        (column, key): place
        for column, keys in enumerate(order)
        for place, key in enumerate(keys)
    }
    by_column: dict[int, list[tuple[int, int, Fraction]]] = defaultdict(list)
    for (column, source, target), amount in between.items():
        by_column[column].append((at[column, source], at[column + 1, target], amount))
    found = Fraction(0)
    for bands in by_column.values():
        for place, (left, right, amount) in enumerate(bands):
            for other_left, other_right, other in bands[place + 1 :]:
                if (left - other_left) * (right - other_right) < 0:
                    found += min(amount, other)
    return found


def _links(
    nodes: Mapping[Place, Node],
    between: Mapping[tuple[int, str, str], Fraction],
    total: Fraction,
) -> tuple[Link, ...]:
    """Bands leave and arrive in the order of their other ends, so none cross needlessly."""
    leaving = {place: node.top for place, node in nodes.items()}
    arriving = dict(leaving)
    at = {place: number for number, place in enumerate(nodes)}
    found: dict[tuple[int, str, str], list[Fraction]] = {}
    for column, source, target in sorted(
        between, key=lambda b: (b[0], at[b[0], b[1]], at[b[0] + 1, b[2]])
    ):
        height = between[column, source, target] / total
        found[column, source, target] = [leaving[column, source]]
        leaving[column, source] += height
    for column, source, target in sorted(
        between, key=lambda b: (b[0], at[b[0] + 1, b[2]], at[b[0], b[1]])
    ):
        height = between[column, source, target] / total
        found[column, source, target].append(arriving[column + 1, target])
        arriving[column + 1, target] += height
    return tuple(
        Link(
            column=column,
            source=source,
            target=target,
            amount=between[column, source, target],
            leaves=leaves,
            arrives=arrives,
            height=between[column, source, target] / total,
        )
        for (column, source, target), (leaves, arrives) in found.items()
    )
