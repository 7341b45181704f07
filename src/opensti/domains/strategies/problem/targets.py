"""Target arithmetic: growth so far, growth still needed, and whether the promises fit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sti_methods.productivity import (
    VERSION,
    Economy,
    Faulty,
    average_growth,
    coherence,
    labour_productivity,
    progress,
)
from sti_methods.productivity.plain import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

METHOD = "targets"
ASKED = ("first", "base", "now", "until", "promised_value_added", "promised")


def question(
    *, economies: Sequence[Economy], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Freeze the question: growth from ``first`` and ``base`` to ``now``, promised ``until``.

    ``promised_value_added`` and ``promised`` (of labour productivity) are fractions a year.
    Raises ``Faulty`` ``order`` unless first <= base < now < until.
    """
    asked = {name: parameters[name] for name in ASKED}
    if not asked["first"] <= asked["base"] < asked["now"] < asked["until"]:
        years = [asked[name] for name in ("first", "base", "now", "until")]
        raise Faulty("years", years=years)
    return {
        "method": METHOD,
        "version": VERSION,
        "parameters": asked,
        "economies": [one.to_plain() for one in economies],
    }


def again(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The same question, its arrays read and told anew."""
    if (asked["method"], asked["version"]) != (METHOD, VERSION):
        raise Faulty("version", method=asked["method"], version=asked["version"])
    return {
        "method": METHOD,
        "version": VERSION,
        "parameters": {name: asked["parameters"][name] for name in ASKED},
        "economies": [Economy.from_plain(e).to_plain() for e in asked["economies"]],
    }


def solve(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Answer for the sum of the sectors of each unit; rates are fractions a year."""
    told = again(asked)
    found, left = [], []
    for plain in told["economies"]:
        economy = Economy.from_plain(plain)
        try:
            found.append(_unit(economy, told["parameters"]))
        except Faulty as fault:
            why = {"code": fault.code, "values": fault.values}
            left.append({"unit": economy.unit, "why": why})
    return {
        "question": digest_of(told),
        "method": METHOD,
        "version": VERSION,
        "convention": "",
        "answers": found,
        "uncounted": left,
    }


def _unit(economy: Economy, asked: Mapping[str, Any]) -> dict[str, Any]:
    value, work = {}, {}
    for year in {asked["first"], asked["base"], asked["now"]}:
        if year not in economy.years:
            raise Faulty("year", unit=economy.unit, year=year)
        place = economy.years.index(year)
        value[year] = float(economy.value_added[place].sum())
        work[year] = float(economy.employment[place].sum())
        for column, cell in (("value_added", value[year]), ("employment", work[year])):
            if math.isnan(cell):
                raise Faulty("missing", unit=economy.unit, year=year, column=column)
    first, base, now = asked["first"], asked["base"], asked["now"]
    level = {
        year: float(
            labour_productivity(value_added=[value[year]], labour=[work[year]])[0]
        )
        for year in value
    }

    def grown(cells: Mapping[int, float], since: int) -> float:
        return average_growth(first=cells[since], last=cells[now], years=now - since)

    def way(cells: Mapping[int, float], promised: float) -> dict[str, Any]:
        return progress(
            base=cells[base],
            growth=promised,
            years=asked["until"] - base,
            now=cells[now],
            passed=now - base,
        ).to_plain()

    fit = coherence(
        value_added=asked["promised_value_added"], productivity=asked["promised"]
    )
    return {
        "unit": economy.unit,
        "sectors": list(economy.sectors),
        "since_first": {
            "value_added": grown(value, first),
            "employment": grown(work, first),
            "productivity": grown(level, first),
        },
        "value_added": way(value, asked["promised_value_added"]),
        "productivity": way(level, asked["promised"]),
        "employment": grown(work, base),
        "implied_employment": fit.implied_employment,
        "cautions": [],
    }
