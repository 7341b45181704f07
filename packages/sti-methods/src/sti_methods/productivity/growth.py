"""Growth accounting: what hours, their quality and capital add to growth, and the rest.

d ln A = d ln Y - s (d ln H + d ln q) - (1 - s) Σ v_j d ln K_j, with s the mean of two years'
labour share and v the mean shares of capital income (Törnqvist). Where no labour share is
published the answer is a range over assumed ones, never one number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.productivity.accounts import Accounts
from sti_methods.productivity.asking import (
    Asking,
    Uncounted,
    each_answered,
    of_version,
)
from sti_methods.productivity.plain import (
    VERSION,
    Caution,
    Faulty,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sti_methods.productivity.plain import Numbers

__all__ = [
    "SHARES",
    "Growth",
    "GrowthAccounting",
    "Sources",
    "account",
]

SHARES = (0.5, 0.55, 0.6, 2 / 3)
"""Labour shares assumed where none is published."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Sources of growth from ``first`` to ``last``, all in %/yr (logarithmic).

    ``value_added`` = ``labour`` + ``quality`` + ``capital`` + ``tfp``, and
    ``productivity`` = ``quality`` + ``deepening`` + ``tfp``. ``quality`` is None where it is
    not told: TFP then holds it. ``assets`` says what each asset adds to ``capital``.
    ``labour_share`` is the mean share over the years.
    """

    first: int
    last: int
    labour_share: float
    value_added: float
    labour: float
    quality: float | None
    capital: float
    assets: Mapping[str, float]
    tfp: float
    productivity: float
    deepening: float

    @property
    def tfp_raw(self) -> float:
        """TFP with the quality of labour left inside it."""
        return self.tfp + (self.quality or 0.0)

    @property
    def tfp_share(self) -> float | None:
        """Part of TFP in growth (a fraction); None where nothing grew."""
        return self.tfp / self.value_added if self.value_added > 0 else None

    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        told["assets"] = dict(self.assets)
        found: dict[str, Any] = plain(told)
        return found


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Growth accounting of one unit under one labour share.

    ``share`` is None for the published one, else what was assumed. ``mean`` is None while a
    year of the span is ``missing`` (year, columns): a mean over the other years would be of
    another span. ``years`` has the years that can be told.
    """

    unit: str
    first: int
    last: int
    share: float | None
    labour_unit: str
    mean: Sources | None
    years: tuple[Sources, ...]
    missing: tuple[tuple[int, tuple[str, ...]], ...]
    cautions: tuple[Caution, ...]
    inputs: str
    method: str = "growth"
    version: str = VERSION

    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        told["mean"] = None if self.mean is None else self.mean.to_plain()
        told["years"] = [one.to_plain() for one in self.years]
        told["cautions"] = [one.to_plain() for one in self.cautions]
        found: dict[str, Any] = plain(told)
        return found

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> Growth:
        """The growth that ``to_plain`` told."""
        rest = dict(told)
        rest["mean"] = None if told["mean"] is None else Sources(**told["mean"])
        rest["years"] = tuple(Sources(**one) for one in told["years"])
        rest["missing"] = tuple((year, tuple(names)) for year, names in told["missing"])
        rest["cautions"] = tuple(Caution.from_plain(one) for one in told["cautions"])
        return cls(**rest)


def account(
    *,
    accounts: Accounts,
    first: int | None = None,
    last: int | None = None,
    shares: tuple[float, ...] = SHARES,
) -> tuple[Growth, ...]:
    """Sources of growth of one unit, year by year and on average from first to last.

    One answer where a labour share is published for any year of the span; otherwise one
    for each of ``shares``. Raises ``Faulty``: ``order``; ``span`` (years outside the
    accounts); ``one_share`` (a range needs two); ``share`` (not between 0 and 1);
    ``nothing`` (no two years that follow are known). O(years x assets).
    """
    first = accounts.years[0] if first is None else first
    last = accounts.years[-1] if last is None else last
    if first >= last:
        raise Faulty("order", unit=accounts.unit, first=first, last=last)
    for year in (first, last):
        if not accounts.years[0] <= year <= accounts.years[-1]:
            raise Faulty("span", unit=accounts.unit, year=year)
    if any(not 0 < share < 1 for share in shares):
        raise Faulty("share", shares=list(shares))
    published = accounts.labour_share
    if (
        published is not None
        and not np.isnan(_span(accounts, published, first, last)).all()
    ):
        return (_growth(accounts, first, last, None),)
    if len(set(shares)) < 2:  # noqa: PLR2004 -- one number is no range
        raise Faulty("one_share", unit=accounts.unit, shares=list(shares))
    return tuple(_growth(accounts, first, last, share) for share in shares)


def _span(accounts: Accounts, cells: Numbers, first: int, last: int) -> Numbers:
    """Cells of each year from first to last; NaN for years the accounts do not have."""
    place = {year: i for i, year in enumerate(accounts.years)}
    found = np.full(last - first + 1, np.nan)
    for i, year in enumerate(range(first, last + 1)):
        if year in place:
            found[i] = cells[place[year]]
    return found


def _growth(accounts: Accounts, first: int, last: int, share: float | None) -> Growth:
    told: dict[str, Numbers] = {
        "value_added": accounts.value_added,
        "labour": accounts.labour,
    }
    if accounts.quality is not None:
        told["quality"] = accounts.quality
    if share is None and accounts.labour_share is not None:
        told["labour_share"] = accounts.labour_share
    for asset in accounts.assets:
        told[asset.name] = asset.volume
        if asset.income is not None:
            told[f"{asset.name} income"] = asset.income
    told = {n: _span(accounts, cells, first, last) for n, cells in told.items()}
    lacking = {name: np.isnan(cells) for name, cells in told.items()}
    missing = tuple(
        (year, tuple(name for name, gaps in lacking.items() if gaps[i]))
        for i, year in enumerate(range(first, last + 1))
        if any(gaps[i] for gaps in lacking.values())
    )
    gone = {year for year, _names in missing}
    known = [y for y in range(first + 1, last + 1) if not {y - 1, y} & gone]
    if not known:
        columns = sorted({name for _year, names in missing for name in names})
        raise Faulty("nothing", unit=accounts.unit, columns=columns)
    years = tuple(_year(accounts, told, first, year, share) for year in known)
    return Growth(
        unit=accounts.unit,
        first=first,
        last=last,
        share=share,
        labour_unit=accounts.labour_unit,
        mean=None if missing else _mean(years, share),
        years=years,
        missing=missing,
        cautions=tuple(_cautions(accounts, share, missing)),
        inputs=accounts.digest,
    )


def _cautions(
    accounts: Accounts,
    share: float | None,
    missing: tuple[tuple[int, tuple[str, ...]], ...],
) -> Iterator[Caution]:
    if share is not None:
        yield Caution(code="assumed_share", values={"share": share})
    if accounts.labour_unit == "persons":
        yield Caution(code="persons")
    if accounts.capital_measure == "stock":
        yield Caution(code="stock")
    if accounts.quality is None:
        yield Caution(code="no_quality")
    if missing:
        yield Caution(
            code="missing_years",
            values={"years": [[year, list(names)] for year, names in missing]},
        )


def _year(
    accounts: Accounts,
    told: Mapping[str, Numbers],
    first: int,
    year: int,
    share: float | None,
) -> Sources:
    i = year - first

    def log(name: str) -> float:
        return 100 * math.log(told[name][i] / told[name][i - 1])

    s = float(told["labour_share"][i - 1 : i + 1].mean()) if share is None else share
    weights = _weights(accounts, told, i)
    assets = {
        asset.name: (1 - s) * weights[asset.name] * log(asset.name)
        for asset in accounts.assets
    }
    grown, labour = log("value_added"), log("labour")
    quality = s * log("quality") if "quality" in told else None
    capital = sum(assets.values())
    return Sources(
        first=year - 1,
        last=year,
        labour_share=s,
        value_added=grown,
        labour=s * labour,
        quality=quality,
        capital=capital,
        assets=assets,
        tfp=grown - s * labour - (quality or 0.0) - capital,
        productivity=grown - labour,
        deepening=capital - (1 - s) * labour,
    )


def _weights(
    accounts: Accounts, told: Mapping[str, Numbers], i: int
) -> dict[str, float]:
    """Mean shares of two years in capital income; they sum to 1."""
    if len(accounts.assets) == 1:
        return {accounts.assets[0].name: 1.0}
    names = [asset.name for asset in accounts.assets]
    income = np.array([told[f"{name} income"][i - 1 : i + 1] for name in names])
    sums = income.sum(axis=0)
    if (sums <= 0).any():
        raise Faulty("no_income", unit=accounts.unit, assets=names)
    mean = (income / sums).mean(axis=1)
    return dict(zip(names, mean.tolist(), strict=True))


def _mean(years: tuple[Sources, ...], share: float | None) -> Sources:
    def mean(name: str) -> float:
        return math.fsum(getattr(one, name) for one in years) / len(years)

    return Sources(
        first=years[0].first,
        last=years[-1].last,
        labour_share=mean("labour_share") if share is None else share,
        value_added=mean("value_added"),
        labour=mean("labour"),
        quality=None if years[0].quality is None else mean("quality"),
        capital=mean("capital"),
        assets={
            name: math.fsum(one.assets[name] for one in years) / len(years)
            for name in years[0].assets
        },
        tfp=mean("tfp"),
        productivity=mean("productivity"),
        deepening=mean("deepening"),
    )


@dataclass(frozen=True, kw_only=True)
class GrowthAccounting(Asking):
    """A question about many units, frozen so that it can be asked again to the byte."""

    accounts: tuple[Accounts, ...]
    first: int | None = None
    last: int | None = None
    shares: tuple[float, ...] = SHARES
    method: str = field(default="growth", init=False)
    version: str = field(default=VERSION, init=False)

    def solve(self) -> tuple[tuple[Growth, ...], tuple[Uncounted, ...]]:
        """The answers, and the units without one, in the order of the units."""
        return each_answered(
            self.accounts,
            lambda one: account(
                accounts=one, first=self.first, last=self.last, shares=self.shares
            ),
            of_question=frozenset({"share", "one_share"}),
        )

    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON: method, version, parameters, inputs."""
        return {
            "method": self.method,
            "version": self.version,
            "parameters": {
                "first": self.first,
                "last": self.last,
                "shares": list(self.shares),
            },
            "accounts": [one.to_plain() for one in self.accounts],
        }

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> GrowthAccounting:
        """The question that ``to_plain`` told. Raises ``Faulty`` ``version`` for another's."""
        asked = of_version(told, method="growth", version=VERSION)
        return cls(
            accounts=tuple(Accounts.from_plain(one) for one in told["accounts"]),
            first=asked["first"],
            last=asked["last"],
            shares=tuple(asked["shares"]),
        )
