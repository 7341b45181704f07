"""What differs between two texts of a contract, or two versions of its budget."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Text = Mapping[str, Any]

# What a text says in one place each, in its order, and of which kind it is.
PLACES = (
    ("number", "text"),
    ("title_vi", "text"),
    ("title_en", "text"),
    ("host", "name"),
    ("leader", "name"),
    ("starts_on", "day"),
    ("ends_on", "day"),
    ("objectives", "text"),
    ("obligations", "text"),
    ("lump_sum", "text"),
    ("state_money", "money"),
    ("other_money", "money"),
)
ROWS = (("products", "key"), ("milestones", "position"), ("instalments", "key"))


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is another now.

    ``place`` is a field of the text, or ``product``, ``milestone``, ``instalment``,
    ``line``; ``kind`` is text, name, day, money or row. A row is a mapping, or nothing where it
    was added or left out. ``more`` is the change in whole đồng, where there is one.
    """

    place: str
    kind: str
    before: Any
    after: Any
    more: Decimal | None = None


def differences(before: Text, after: Text) -> list[Difference]:
    """Whatever differs between two contents of ``Terms``, in the order of the text.

    Rows are matched by their key, so a row that moved and says the same is no difference.
    """
    return list(_between(before, after))


def _between(before: Text, after: Text) -> Iterator[Difference]:
    for place, kind in PLACES:
        was, now = before.get(place), after.get(place)
        if was != now:
            yield _of_kind(place, kind, was, now)
    for rows, key in ROWS:
        yield from _rows(rows.removesuffix("s"), key, before[rows], after[rows])


def _of_kind(place: str, kind: str, was: Any, now: Any) -> Difference:
    more = None
    if kind == "name":
        was, now = (row["name"] if row else "" for row in (was, now))
    elif kind == "money":
        was, now = (None if text is None else Decimal(text) for text in (was, now))
        more = (now or Decimal(0)) - (was or Decimal(0))
    return Difference(place=place, kind=kind, before=was, after=now, more=more)


def budget_differences(
    before: Sequence[Text], after: Sequence[Text]
) -> list[Difference]:
    """Lines that differ between two versions, as plain values with ``key`` and ``amount``.

    Their ``more`` add up to the difference of the sums.
    """
    return list(_rows("line", "key", before, after))


def _rows(
    place: str, key: str, before: Iterable[Text], after: Iterable[Text]
) -> Iterator[Difference]:
    old = {row[key]: row for row in before}
    new = {row[key]: row for row in after}
    for each in [*old, *(k for k in new if k not in old)]:
        was, now = old.get(each), new.get(each)
        if was == now:
            continue
        more = _amount(now) - _amount(was)
        yield Difference(
            place=place,
            kind="row",
            before=was,
            after=now,
            more=more if more or place == "line" else None,
        )


def _amount(row: Text | None) -> Decimal:
    return Decimal(row["amount"]) if row and "amount" in row else Decimal(0)
