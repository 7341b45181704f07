"""Every approved task in columns of numbers: sums over a hundred thousand take milliseconds."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from opensti.domains.publications.queries.funded_rows import (
    Choices,
    Chosen,
    Funded,
    Named,
    is_stopped,
)
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

# From the last to the first: what a task's money has come to.
ENDS = ("used", "published", "accepted", "running", "approved", "stopped")
NAMED = ("goal", "call", "field", "kind", "province")
# What is not known, or withheld.
UNKNOWN = int(np.iinfo(np.int64).min)


@dataclass(frozen=True, kw_only=True)
class Funds:
    """Approved tasks, one place in each column for each.

    ``names`` give what the numbers of goal, call, field, kind and province stand for. Money is
    in whole đồng, ``UNKNOWN`` where withheld; ``end`` is a place in ``ENDS``; ``accepted`` the
    ordinal of a day, 0 for none; ``used`` 1, 0, or -1 where nobody answered.
    """

    names: dict[str, tuple[Named, ...]]
    year: Numbers
    goal: Numbers
    call: Numbers
    field: Numbers
    kind: Numbers
    province: Numbers
    end: Numbers
    amount: Numbers
    paid: Numbers
    results: Numbers
    accepted: Numbers
    asked: Numbers
    used: Numbers
    value: Numbers

    def __len__(self) -> int:
        return len(self.year)

    def where(self, which: NDArray[np.bool_]) -> Funds:
        """Some of them."""
        return replace(self, **{name: getattr(self, name)[which] for name in COLUMNS})

    def chosen(self, chosen: Chosen) -> Funds:
        """Those that are looked at."""
        found = self
        if chosen.year is not None:
            found = found.where(found.year == chosen.year)
        if chosen.field:
            keys = [one.key for one in self.names["field"]]
            number = keys.index(chosen.field) if chosen.field in keys else -1
            found = found.where(found.field == number)
        return found

    @property
    def choices(self) -> Choices:
        """What they can be narrowed by."""
        some = [self.names["field"][n] for n in np.unique(self.field).tolist()]
        return Choices(
            years=tuple(sorted(np.unique(self.year).tolist(), reverse=True)),
            fields=tuple(sorted((f for f in some if f.key), key=lambda f: f.key)),
        )


COLUMNS = tuple(one.name for one in fields(Funds) if one.name != "names")


def end_of(row: Funded) -> str:
    """How far a task came; only what is known counts."""
    if is_stopped(row):
        return "stopped"
    if row.standing.used:
        return "used"
    if row.standing.results:
        return "published"
    if row.standing.accepted_on:
        return "accepted"
    return "running" if row.signed_on else "approved"


def funds_of(rows: Iterable[Funded]) -> Funds:
    """The same tasks in columns."""
    seen: dict[str, dict[Named, int]] = {name: {} for name in NAMED}

    def number(name: str, one: Named) -> int:
        return seen[name].setdefault(one, len(seen[name]))

    lines = [
        (
            row.year,
            number("goal", row.goal),
            number("call", row.call),
            number("field", row.field),
            number("kind", Named(key=row.host_kind)),
            number("province", row.province),
            ENDS.index(end_of(row)),
            _whole(row.amount),
            _whole(row.paid),
            row.standing.results,
            row.standing.accepted_on.toordinal() if row.standing.accepted_on else 0,
            int(row.standing.asked > 0),
            -1 if row.standing.used is None else int(row.standing.used),
            _whole(row.standing.value),
        )
        for row in rows
    ]
    columns = np.array(lines, dtype=np.int64).reshape(-1, len(COLUMNS)).T
    return Funds(
        names={name: tuple(known) for name, known in seen.items()},
        **dict(zip(COLUMNS, columns, strict=True)),
    )


def _whole(money: Decimal | None) -> int:
    return UNKNOWN if money is None else int(money)


def sums(of: Numbers, groups: Numbers, count: int) -> list[Decimal]:
    """The sum of each group by its number, exact; what is unknown adds nothing."""
    found = np.zeros(count, dtype=np.int64)
    np.add.at(found, groups, np.where(of == UNKNOWN, 0, of))
    return [Decimal(one) for one in found.tolist()]


def counted(groups: Numbers, count: int) -> list[int]:
    """How many there are of each group."""
    found: list[int] = np.bincount(groups, minlength=count).tolist()
    return found


def grouped(
    funds: Funds, column: str, key: Callable[[Named], str] = lambda one: one.key
) -> tuple[Numbers, list[str]]:
    """Numbers of groups for each task, and their keys: names of the same key are one group."""
    keys = [key(one) for one in funds.names[column]]
    known = {one: n for n, one in enumerate(dict.fromkeys(keys))}
    lookup = np.array([known[one] for one in keys], dtype=np.int64)
    return lookup[getattr(funds, column)] if keys else funds.year, list(known)


def written(funds: Funds) -> bytes:
    """As bytes, without anything that runs when it is read."""
    names: dict[str, Sequence[Any]] = {
        name: [(one.key, one.name.vi, one.name.en) for one in known]
        for name, known in funds.names.items()
    }
    out = BytesIO()
    np.savez_compressed(
        out,
        names=np.frombuffer(json.dumps(names).encode(), dtype=np.uint8),
        **{name: getattr(funds, name) for name in COLUMNS},
    )
    return out.getvalue()


def read(content: bytes) -> Funds:
    with np.load(BytesIO(content), allow_pickle=False) as found:
        names = json.loads(found["names"].tobytes())
        return Funds(
            names={
                name: tuple(Named(key=k, name=Words(vi, en)) for k, vi, en in known)
                for name, known in names.items()
            },
            **{name: found[name] for name in COLUMNS},
        )
