"""One split of the change of productivity, between two years or linked from year to year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.productivity.plain import Caution, Faulty

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.productivity.economy import Economy
    from sti_methods.productivity.plain import Numbers

__all__ = ["Split", "chained", "tornqvist", "two_years"]

MOST_RESIDUAL = 1e-9
"""Of the level of productivity (of 1, in logs)."""
SMALL = 1e-9


@dataclass(frozen=True, kw_only=True)
class Split:
    """Parts by sector (each of shape sectors), already scaled where terms were dropped.

    ``rate`` turns them into %/yr; ``share`` and ``relative`` (2 x sectors) are those of
    employment and productivity at both ends; ``years`` are places in ``economy.years``.
    """

    within: Numbers
    between: Numbers
    dynamic: Numbers | None
    rate: float
    rate_total: float
    scale: float
    residual: float
    share: Numbers
    relative: Numbers
    dropped: NDArray[np.bool_]
    years: tuple[int, ...]
    cautions: tuple[Caution, ...]


def two_years(*, economy: Economy, convention: str, first: int, last: int) -> Split:
    """``mr``, ``three`` or ``midpoint``: levels of the first and the last year alone."""
    ends = (_place(economy, first), _place(economy, last))
    value, work = _known(economy, ends)
    whole = _levels(economy, ends, value, work)
    share = work / work.sum(axis=1, keepdims=True)
    level = _divided(value, work)
    (here, there), (old, new) = share, level
    gain, shift = new - old, there - here
    if convention == "midpoint":
        parts = [(here + there) / 2 * gain, (old + new) / 2 * shift]
    elif convention == "mr":
        parts = [here * gain, new * shift]
    else:
        parts = [here * gain, old * shift, gain * shift]
    counted = [np.isfinite(part) for part in parts]
    parts = [np.where(ok, part, 0.0) for ok, part in zip(counted, parts, strict=True)]
    change = float(whole[1] - whole[0])
    kept = np.sum(parts, axis=0)
    dropped = ~np.all(counted, axis=0)
    lost = np.where(dropped, _change_of(value, work) - kept, 0.0)
    residual = change - float(kept.sum()) - float(lost.sum())
    _small(economy, residual, float(whole.max()))
    scale, cautions = _scaled(economy, change, kept, lost, float(whole.max()))
    rate_total = 100 * math.expm1(math.log(whole[1] / whole[0]) / (last - first))
    small = abs(change) <= SMALL * SMALL * whole[0]
    rate = 100 / (whole[0] * (last - first)) if small else rate_total / change
    scaled = [scale * part for part in parts]
    return Split(
        within=scaled[0],
        between=scaled[1],
        dynamic=scaled[2] if convention == "three" else None,
        rate=rate,
        rate_total=rate_total,
        scale=scale,
        residual=residual,
        share=share,
        relative=_divided(value, work) / whole[:, None],
        dropped=dropped & (lost != 0),
        years=ends,
        cautions=cautions,
    )


def chained(*, economy: Economy, first: int, last: int) -> Split:
    """Midpoint of each two years that follow, each link in logs of the whole."""
    years = _each_year(economy, first, last)
    value, work = _known(economy, years)
    whole = _levels(economy, years, value, work)
    there = _present(economy, years, value, work)
    share = work / work.sum(axis=1, keepdims=True)
    level = np.where(there, _divided(value, work), 0.0)
    within = (share[:-1] + share[1:]) / 2 * np.diff(level, axis=0)
    between = (level[:-1] + level[1:]) / 2 * np.diff(share, axis=0)
    change = np.diff(whole)
    missed = change - within.sum(axis=1) - between.sum(axis=1)
    _small(economy, float(np.abs(missed / whole[:-1]).max()), 1.0)
    # Of a change near nothing the log over the change is 1 over the level.
    still = np.abs(change) <= SMALL * SMALL * whole[:-1]
    log = np.log(whole[1:] / whole[:-1])
    factor = np.where(still, 1 / whole[:-1], log / np.where(still, 1.0, change))
    inside, across = factor @ within, factor @ between
    total = math.log(whole[-1] / whole[0])
    residual = total - float(inside.sum()) - float(across.sum())
    _small(economy, residual, 1.0)
    return _linked(economy, years, (inside, across), total, residual, ())


def tornqvist(*, economy: Economy, first: int, last: int) -> Split:
    """Logs weighted with mean nominal shares; a year between that is told is a link.

    Without values in current prices their place is taken by those in constant prices, and
    a caution says so; so it does of a single link over several years.
    """
    between = [y for y in economy.years if first < y < last]
    cautions: list[Caution] = []
    if between or last - first == 1:
        years = _each_year(economy, first, last)
    else:
        years = (_place(economy, first), _place(economy, last))
        cautions.append(Caution(code="one_link", values={"first": first, "last": last}))
    value, work = _known(economy, years)
    whole = _levels(economy, years, value, work)
    there = _present(economy, years, value, work)
    _positive(economy, years, value, there)
    if economy.value_added_current is None:
        weight = value
        cautions.append(Caution(code="constant_weights", values={"unit": economy.unit}))
    else:
        weight = economy.value_added_current[list(years)]
        _all_known(economy, years, weight, "value_added_current")
        if (weight.sum(axis=1) <= 0).any() or (weight < 0).any():
            raise Faulty(
                "not_positive", unit=economy.unit, column="value_added_current"
            )
    shares = weight / weight.sum(axis=1, keepdims=True)
    mean = (shares[:-1] + shares[1:]) / 2
    mean = np.where(there[:-1] & there[1:], mean, 0.0)
    logs = [np.diff(np.log(np.where(there, one, 1.0)), axis=0) for one in (value, work)]
    work_whole = np.diff(np.log(work.sum(axis=1)))
    within = mean * (logs[0] - logs[1])
    across = mean * (logs[1] - work_whole[:, None])
    total = float((mean * logs[0]).sum() - work_whole.sum())
    residual = total - float(within.sum()) - float(across.sum())
    _small(economy, residual, 1.0)
    parts = (within.sum(axis=0), across.sum(axis=0))
    return _linked(economy, years, parts, total, residual, tuple(cautions), whole)


def _linked(  # noqa: PLR0917 -- what a linked split is made of
    economy: Economy,
    years: tuple[int, ...],
    parts: tuple[Numbers, Numbers],
    total: float,
    residual: float,
    cautions: tuple[Caution, ...],
    whole: Numbers | None = None,
) -> Split:
    ends = [years[0], years[-1]]
    value, work = economy.value_added[ends], economy.employment[ends]
    if whole is None or whole.size != len(ends):
        whole = value.sum(axis=1) / work.sum(axis=1)
    rate = 100 / (economy.years[years[-1]] - economy.years[years[0]])
    return Split(
        within=parts[0],
        between=parts[1],
        dynamic=None,
        rate=rate,
        rate_total=total * rate,
        scale=1.0,
        residual=residual,
        share=work / work.sum(axis=1, keepdims=True),
        relative=_divided(value, work) / whole[:, None],
        dropped=np.zeros(len(economy.sectors), bool),
        years=years,
        cautions=cautions,
    )


# ------------------------------------------------------------------ what must hold


def _place(economy: Economy, year: int) -> int:
    if year not in economy.years:
        raise Faulty("year", unit=economy.unit, year=year)
    return economy.years.index(year)


def _each_year(economy: Economy, first: int, last: int) -> tuple[int, ...]:
    return tuple(_place(economy, year) for year in range(first, last + 1))


def _known(economy: Economy, years: tuple[int, ...]) -> tuple[Numbers, Numbers]:
    value, work = economy.value_added[list(years)], economy.employment[list(years)]
    _all_known(economy, years, value, "value_added")
    _all_known(economy, years, work, "employment")
    return value, work


def _all_known(
    economy: Economy, years: tuple[int, ...], cells: Numbers, column: str
) -> None:
    if not np.isnan(cells).any():
        return
    year, sector = np.argwhere(np.isnan(cells))[0]
    raise Faulty(
        "missing",
        unit=economy.unit,
        sector=economy.sectors[sector],
        year=economy.years[years[year]],
        column=column,
    )


def _levels(
    economy: Economy, years: tuple[int, ...], value: Numbers, work: Numbers
) -> Numbers:
    """Productivity of the whole in each year; its value and labour must be above 0."""
    for column, cells in (("value_added", value), ("employment", work)):
        sums = cells.sum(axis=1)
        if (sums <= 0).any():
            raise Faulty(
                "not_positive",
                unit=economy.unit,
                column=column,
                year=economy.years[years[int(np.argmax(sums <= 0))]],
            )
    found: Numbers = value.sum(axis=1) / work.sum(axis=1)
    return found


def _present(
    economy: Economy, years: tuple[int, ...], value: Numbers, work: Numbers
) -> NDArray[np.bool_]:
    """Where a sector has workers; one without workers in a year must not be there at all."""
    gone = (work == 0).all(axis=0) & (value == 0).all(axis=0)
    without = (work == 0) & ~gone
    if without.any():
        year, sector = np.argwhere(without)[0]
        raise Faulty(
            "no_workers",
            unit=economy.unit,
            sector=economy.sectors[sector],
            year=economy.years[years[year]],
        )
    found: NDArray[np.bool_] = work > 0
    return found


def _positive(
    economy: Economy,
    years: tuple[int, ...],
    value: Numbers,
    there: NDArray[np.bool_],
) -> None:
    low = there & (value <= 0)
    if low.any():
        year, sector = np.argwhere(low)[0]
        raise Faulty(
            "not_positive",
            unit=economy.unit,
            column="value_added",
            sector=economy.sectors[sector],
            year=economy.years[years[year]],
        )


def _small(economy: Economy, residual: float, level: float) -> None:
    if not abs(residual) < MOST_RESIDUAL * level:
        raise Faulty("residual", unit=economy.unit, residual=residual)


def _divided(value: Numbers, work: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Numbers = np.where(work > 0, value / work, np.nan)
    return found


def _change_of(value: Numbers, work: Numbers) -> Numbers:
    """What each sector adds to the change of the whole, however it is split."""
    found: Numbers = np.diff(value / work.sum(axis=1, keepdims=True), axis=0)[0]
    return found


def _scaled(
    economy: Economy, change: float, kept: Numbers, lost: Numbers, level: float
) -> tuple[float, tuple[Caution, ...]]:
    """As the published tables do it: what can be counted is scaled to the whole change."""
    names = [economy.sectors[i] for i in np.flatnonzero(np.abs(lost) > 0)]
    if not names:
        return 1.0, ()
    rest = float(kept.sum())
    if abs(rest) <= SMALL * level:
        raise Faulty("nothing_left", unit=economy.unit, sectors=names)
    scale = change / rest
    values = {"sectors": names, "dropped": float(lost.sum()), "scale": scale}
    return scale, (Caution(code="no_workers", values=values),)
