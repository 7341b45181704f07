"""What growth accounting asks for: output, labour, capital and labour's share by year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.productivity.plain import Faulty, digest_of, numbers, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sti_methods.productivity.plain import Numbers

__all__ = ["Accounts", "Asset", "perpetual_inventory"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Asset:
    """A kind of capital: its volume by year, and its part of capital income.

    ``volume`` is a stock in constant prices or an index of services (any base).
    ``income`` is what it earns each year, in any unit that is common to all assets: income
    in current prices, or shares. One asset alone needs none.
    """

    name: str
    volume: Numbers
    income: Numbers | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "volume", numbers(self.volume))
        if self.income is not None:
            object.__setattr__(self, "income", numbers(self.income))


@dataclass(frozen=True, kw_only=True, eq=False)
class Accounts:
    """One unit; arrays by year, NaN where not known.

    ``value_added`` in constant prices; ``labour`` in hours (``labour_unit`` ``hours``) or
    persons (``persons``); ``quality`` an index of what an hour is worth (composition,
    schooling; None: not told); ``capital_measure`` is ``services`` or ``stock``; ``labour_share`` labour's part of value added, income of
    the self-employed included (None or all NaN: none is published).
    """

    unit: str
    years: tuple[int, ...]
    value_added: Numbers
    labour: Numbers
    assets: tuple[Asset, ...]
    labour_unit: str = "hours"
    capital_measure: str = "services"
    quality: Numbers | None = None
    labour_share: Numbers | None = None

    def __post_init__(self) -> None:
        for name in ("value_added", "labour", "quality", "labour_share"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, numbers(getattr(self, name)))
        if not (self.years and self.assets):
            raise Faulty("empty", unit=self.unit)
        if list(self.years) != sorted(set(self.years)):
            raise Faulty("order", unit=self.unit, column="years")
        if self.labour_unit not in {"hours", "persons"}:
            raise Faulty("labour_unit", unit=self.unit, told=self.labour_unit)
        if self.capital_measure not in {"services", "stock"}:
            raise Faulty("capital_measure", unit=self.unit, told=self.capital_measure)
        names = [one.name for one in self.assets]
        columns = [column for column, _cells in self._columns()]
        # A kind of capital stands beside the other columns under its own name.
        if len(set(columns)) != len(columns):
            raise Faulty("twice", unit=self.unit, column="assets")
        if len(names) > 1 and any(one.income is None for one in self.assets):
            raise Faulty("no_income", unit=self.unit, assets=names)
        for column, cells in self._columns():
            self._check(column, cells)

    def _columns(self) -> list[tuple[str, Numbers]]:
        told = [
            ("value_added", self.value_added),
            ("labour", self.labour),
            ("quality", self.quality),
            ("labour_share", self.labour_share),
            *((one.name, one.volume) for one in self.assets),
            *((f"{one.name} income", one.income) for one in self.assets),
        ]
        return [(column, cells) for column, cells in told if cells is not None]

    def _check(self, column: str, cells: Numbers) -> None:
        if cells.shape != (len(self.years),):
            raise Faulty("lengths", unit=self.unit, column=column)
        low = cells < 0 if column.endswith("income") else cells <= 0
        high = cells >= 1 if column == "labour_share" else np.isinf(cells)
        for wrong, code in ((low, "not_positive"), (high, "too_large")):
            if wrong.any():
                place = int(np.argmax(wrong))
                raise Faulty(
                    code,
                    unit=self.unit,
                    column=column,
                    year=self.years[place],
                    value=float(cells[place]),
                )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that is told here."""
        return digest_of(self.to_plain())

    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON; not known is None."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        told["assets"] = [
            {"name": one.name, "volume": one.volume, "income": one.income}
            for one in self.assets
        ]
        found: dict[str, Any] = plain(told)
        return found

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> Accounts:
        """The accounts that ``to_plain`` told."""
        rest = dict(told)
        rest["years"] = tuple(told["years"])
        rest["assets"] = tuple(Asset(**one) for one in told["assets"])
        return cls(**rest)


def perpetual_inventory(
    *,
    investment: Sequence[float | None],
    depreciation: float,
    growth: float,
) -> Numbers:
    """Capital from investment in constant prices: K₀ = I₀/(g + d), K_t = (1 - d) K_{t-1} + I_t.

    ``depreciation`` d and the long growth g of investment before the first year are
    fractions a year, g + d > 0; shapes (n) and (n). After a year that is not known (NaN)
    nothing is known. Raises ``Faulty`` ``rate``, ``negative`` or ``empty``.
    """
    given = numbers(investment)
    if not given.size:
        raise Faulty("empty")
    if not (0 < depreciation < 1):
        raise Faulty("rate", which="depreciation", value=depreciation)
    if not (math.isfinite(growth) and growth + depreciation > 0):
        raise Faulty("rate", which="growth", value=growth)
    if (given < 0).any():
        raise Faulty("negative", place=int(np.argmax(given < 0)))
    stock = np.empty_like(given)
    stock[0] = given[0] / (growth + depreciation)
    for year in range(1, given.size):
        stock[year] = (1 - depreciation) * stock[year - 1] + given[year]
    stock.setflags(write=False)
    return stock
