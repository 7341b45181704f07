"""Warnings and refusals of the productivity methods in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sti_methods.productivity import Caution

PARTS = {
    "within": gettext_lazy("Growth within sectors"),
    "between": gettext_lazy("The shift between sectors"),
}
# Said of a unit: with its codes in docs/methods/productivity.md.
WORDS = {
    "tiny_sector": gettext_lazy(
        '“%(sector)s” had %(share)s %% of the workers and %(relative)s times the productivity of the whole in %(year)s: it may govern the answer. Try without it: --exclude "%(sector)s".'
    ),
    "dropped": gettext_lazy(
        '“%(sectors)s” has value added without workers, so its productivity cannot be told. Its terms are left out and the rest is scaled by %(scale)s to the whole growth. Try without it: --exclude "%(first_sector)s".'
    ),
    "total": gettext_lazy(
        '“%(sector)s” is the sum of all other sectors; if it is their total, leave it out: --exclude "%(sector)s".'
    ),
    "one_link": gettext_lazy(
        "the file has no year between %(first)s and %(last)s: they are linked directly, not year by year."
    ),
    "constant_weights": gettext_lazy(
        "there is no column value_added_current: shares in constant prices take the place of nominal ones."
    ),
    "assumed_share": gettext_lazy(
        "no labour share is published: the answer is a range over assumed shares (%(shares)s)."
    ),
    "persons": gettext_lazy("there are no hours: labour is counted in persons."),
    "stock": gettext_lazy(
        "no capital services are published: the capital stock takes their place."
    ),
    "no_quality": gettext_lazy(
        "labour has no index of quality: TFP holds what better work adds."
    ),
    "missing_years": gettext_lazy(
        "not told: %(gaps)s. Years beside a gap have no growth, and a period with a gap has no mean."
    ),
    # why a unit has no number
    "no_workers": gettext_lazy(
        '“%(sector)s” has no workers in %(year)s, and 0 has no logarithm: no number is told. Leave it out (--exclude "%(sector)s") or choose --convention mr.'
    ),
    "not_positive": gettext_lazy(
        "%(column)s%(of)s is not above 0 in %(year)s: no number is told. Correct it or leave the sector out (--exclude)."
    ),
    "nothing_left": gettext_lazy(
        "without “%(sectors)s” nothing is left that changed: no number is told."
    ),
    "residual": gettext_lazy(
        "the parts miss the whole by %(residual)s: no number is told. Check the units of the figures."
    ),
    "nothing": gettext_lazy(
        "no two years that follow each other have all of %(columns)s: no number is told."
    ),
    "span": gettext_lazy("there is nothing for %(year)s: no number is told."),
    "order": gettext_lazy(
        "there is only one year, and growth needs two: no number is told."
    ),
}


def _grouped(value: float) -> str:
    """A whole number with the sign between thousands of the reader's language."""
    said = f"{value:,.0f}"
    return said if (get_language() or "vi").startswith("en") else said.replace(",", ".")


def caution_words(unit: str, caution: Caution, **more: Any) -> str:
    """One line about a unit: what its reader must know, with names and numbers."""
    values: dict[str, Any] = {**caution.values, **more}
    code = caution.code
    if code == "signs":
        return f"{unit}: {_signs(values)}"
    if code == "no_workers" and "sectors" in values:
        code = "dropped"
        values["first_sector"] = values["sectors"][0]
        values["scale"] = number_format(values["scale"], 4)
    if code == "tiny_sector":
        values["share"] = number_format(100 * values["share"], 4)
        values["relative"] = _grouped(values["relative"])
    if code == "not_positive":
        values.setdefault("year", "?")
        values["of"] = f" ({values['sector']})" if "sector" in values else ""
    if code == "missing_years":
        values["gaps"] = gaps_of(values["years"])
    for name in ("sectors", "columns"):
        if isinstance(values.get(name), list | tuple):
            values[name] = ", ".join(values[name])
    return f"{unit}: {WORDS[code] % values}"


def gaps_of(years: Any) -> str:
    """“2014 labour; 2015 capital” of years with the columns they lack."""
    return "; ".join(f"{year} {', '.join(names)}" for year, names in years)


def _signs(values: Mapping[str, Any]) -> str:
    rates: Mapping[str, float] = values["rates"]
    told = "; ".join(
        f"{name} {'+' if rate > 0 else ''}{number_format(rate, 2)}"
        for name, rate in rates.items()
    )
    return _(
        "%(part)s changes its sign with the convention (%%/yr: %(rates)s): do not rest a decision on one of them."
    ) % {"part": PARTS[values["part"]], "rates": told}


FAULTS = {
    "no_header": gettext_lazy("no row names a column “code”; write the names."),
    "missing_column": gettext_lazy("the column is missing; add it."),
    "twice_named": gettext_lazy("two columns have this name; rename one of them."),
    "no_code": gettext_lazy("the id is missing; write it."),
    "no_year": gettext_lazy("“%(cell)s” is no year; write one like 2019."),
    "no_number": gettext_lazy(
        "“%(cell)s” is no number; write one like 0.75, with a point."
    ),
    "not_positive": gettext_lazy("“%(cell)s” is not above 0; correct it."),
    "twice": gettext_lazy(
        "row %(before)s says this already; leave one of the two out."
    ),
    "rounded": gettext_lazy(
        "all values are whole numbers (%(cell)s …): this copy was rounded, and growth cannot be told from it. Take the table from its publisher, with all digits."
    ),
    "empty": gettext_lazy("there is no row below row 1; write the figures there."),
}


def fault_words(code: str, values: Mapping[str, Any]) -> str:
    """What is wrong with a cell, and how to mend it."""
    return str(FAULTS[code] % values)
