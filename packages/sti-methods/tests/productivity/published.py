"""Published figures and what was recomputed from them, as they stand beside this checkout."""

from __future__ import annotations

import csv
from functools import cache

import numpy as np
from sti_methods.productivity import Accounts, Asset, Economy

from tests.shared import SHARED

INDICATORS = SHARED / "data" / "indicators"
SECTORS = (
    "Agriculture",
    "Mining",
    "Manufacturing",
    "Utilities",
    "Construction",
    "Trade services",
    "Transport services",
    "Business services",
    "Financial services",
    "Real estate",
    "Government services",
    "Other services",
)


@cache
def table(name):
    with (INDICATORS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def economies():
    """The 51 economies of the Economic Transformation Database, 1990 to 2018."""
    cells = {
        (row["cnt"], row["var"], int(row["year"])): [float(row[s]) for s in SECTORS]
        for row in table("etd/etd_2023_long.csv")
    }
    units = dict.fromkeys(unit for unit, _var, _year in cells)
    return {unit: _economy(cells, unit) for unit in units}


def _economy(cells, unit):
    years = tuple(sorted({year for of, _var, year in cells if of == unit}))

    def of(variable):
        return np.array([cells[unit, variable, year] for year in years])

    return Economy(
        unit=unit,
        sectors=SECTORS,
        years=years,
        value_added=of("VA_Q15"),
        employment=of("EMP"),
        value_added_current=of("VA"),
    )


def pwt_rows():
    with (INDICATORS / "pwt/pwt1001_asia.csv").open(newline="") as file:
        return [("", row, cells) for row, cells in enumerate(csv.reader(file), 1)]


def column(name, key):
    return [float(row[key]) for row in table(name)]


def apo_accounts(*, it_share=0.02):
    """Viet Nam with observed labour income; IT's part of capital income is assumed."""
    name = "apo_vnm/apo_vnm_macro.csv"
    income = column(name, "labour_income")
    nominal = column(name, "gdp_basic_current")
    hours, adjusted = column(name, "hours"), column(name, "qali")
    years = tuple(int(row["year"]) for row in table(name))
    return Accounts(
        unit="VNM",
        years=years,
        value_added=column(name, "gdp_basic_const2023"),
        labour=hours,
        quality=[q / h for q, h in zip(adjusted, hours, strict=True)],
        labour_share=[i / n for i, n in zip(income, nominal, strict=True)],
        assets=(
            Asset(
                name="it",
                volume=column(name, "it_capital"),
                income=[it_share] * len(years),
            ),
            Asset(
                name="non_it",
                volume=column(name, "nonit_capital"),
                income=[1 - it_share] * len(years),
            ),
        ),
    )


def apo_sectors():
    """(years, value added, employment) of nine industries: {industry: [by year]}."""
    value = table("apo_vnm/apo_vnm_va_ppp2023_usd_bn.csv")
    names = [name for name in value[0] if name != "year"]
    years = [int(row["year"]) for row in value]
    return (
        years,
        {n: column("apo_vnm/apo_vnm_va_ppp2023_usd_bn.csv", n) for n in names},
        {n: column("apo_vnm/apo_vnm_employment_thousand.csv", n) for n in names},
    )
