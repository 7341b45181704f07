"""Refusals and cautions of the productivity accounts in words, with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from opensti.domains.strategies.choices import SectorColumn, SplitConvention
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sti_methods.productivity import Faulty, Unreadable

MOST_SAID = 50


def unreadable(found: Unreadable, field: str = "file") -> Invalid:
    """The refusal of a file: each fault with its sheet, row and column."""
    problems = [
        Problem(
            field=field,
            message=f"{_place(one.values)}{fault_words(one.code, one.values)}",
            mend=_mend(one.code),
        )
        for one in found.faults[:MOST_SAID]
    ]
    more = len(found.faults) - MOST_SAID
    if more > 0:
        problems.append(
            Problem(field=field, message=_("and %(more)d more faults") % {"more": more})
        )
    return Invalid(problems)


def faulty(found: Faulty, field: str = "") -> Invalid:
    """The refusal of a question."""
    said = fault_words(found.code, found.values)
    return Invalid([Problem(field=field, message=said, mend=_mend(found.code))])


def _place(values: Mapping[str, Any]) -> str:
    told = {name: values.get(name, "") for name in ("sheet", "row", "column")}
    if told["sheet"]:
        return _("Sheet %(sheet)s, row %(row)s, column %(column)s: ") % told
    return _("Row %(row)s, column %(column)s: ") % told


def _said(name: str, value: Any) -> str:
    if isinstance(value, float):
        return number_format(value, decimal_pos=3)
    if isinstance(value, list | tuple):
        return ", ".join(_said(name, one) for one in value)
    # Blocks and codes are keys: they stay as they are written.
    named = name in {"column", "columns"} and isinstance(value, str)
    return column_words(value) if named else str(value)


def column_words(name: str) -> str:
    """The name of a quantity, or the name as it is."""
    return str(SectorColumn(name).label) if name in SectorColumn else name


def convention_words(name: str) -> str:
    """A convention by its name."""
    return str(SplitConvention(name).label) if name in SplitConvention else name


class _Told(dict[str, str]):
    """Values in words; one that is not told is left out."""

    def __missing__(self, _key: str) -> str:
        return "-"


def fault_words(code: str, values: Mapping[str, Any]) -> str:
    """Say why there is no answer, with the names and numbers in ``values``."""
    told = _Told({name: _said(name, value) for name, value in values.items()})
    sentences = {
        "ambiguous": _(
            "The code %(code)s stands in several blocks (%(blocks)s): alone it says nothing."
        ),
        "unknown": _("There is no series %(block)s/%(code)s."),
        "no_columns": _("It is not said which series is: %(columns)s."),
        "no_unit": _("The data have no unit %(unit)s."),
        "no_sector": _("%(unit)s has no sector %(sector)s."),
        "lacking": _("The block %(block)s has no sector %(code)s."),
        "no_layout": _("The columns are of no layout that is known here."),
        "no_header": _("No row with column names was found."),
        "missing_column": _("The column is missing."),
        "twice_named": _("Two columns have this name."),
        "no_code": _("The code is missing."),
        "no_name": _("The name is missing."),
        "no_year": _("“%(cell)s” is no year."),
        "no_number": _("“%(cell)s” is no number."),
        "too_wide": _("The row has more cells than the table has columns."),
        "twice": _(
            "%(code)s stands here a second time for the same year (first: %(before)s)."
        ),
        "rounded": _(
            "The index of human capital has whole numbers only: this copy is rounded."
        ),
        "empty": _("Nothing can be read here."),
        "order": _("The first year must stand before the last (%(first)s, %(last)s)."),
        "years": _(
            "The years must follow: first, base, today, end of the promise; these are %(years)s."
        ),
        "span": _("%(unit)s has no data for %(year)s."),
        "year": _("%(unit)s has no data for %(year)s."),
        "missing": _("%(unit)s %(year)s: %(column)s of %(sector)s is not known."),
        "nothing": _(
            "%(unit)s: no two years that follow each other are known; missing: %(columns)s."
        ),
        "no_workers": _(
            "%(unit)s %(year)s: %(sector)s has value added and no workers; a logarithm of nothing does not exist."
        ),
        "nothing_left": _("%(unit)s: what can be counted adds up to nothing."),
        "residual": _(
            "%(unit)s: the parts miss the whole by %(residual)s; that is an error, not a residual."
        ),
        "one_share": _("A range needs at least two labour shares."),
        "share": _("A labour share lies between 0 and 1; these are %(shares)s."),
        "rate": _("%(value)s is no rate of growth."),
        "version": _(
            "The question is of version %(version)s of the method %(method)s."
        ),
        "convention": _("There is no convention %(convention)s."),
    }
    if code == "not_positive":
        where = " ".join(
            told[name]
            for name in ("unit", "year", "sector", "which")
            if name in values and values[name] != ""
        )
        number = told["cell"] if "cell" in values else told["value"]
        said = (
            _("a number above 0 is needed, not %(number)s.")
            if "value" in values or "cell" in values
            else _("a number above 0 is needed.")
        ) % {"number": number}
        return f"{where}: {said}" if where else said
    if code == "missing" and "sector" not in values:
        return _("%(unit)s %(year)s: %(column)s is not known.") % told
    if code == "empty" and values.get("unit"):
        return _("%(unit)s has no sectors left.") % told
    if code in sentences:
        return sentences[code] % told
    rest = "; ".join(f"{name}: {value}" for name, value in told.items())
    return _("The method refuses: %(code)s (%(rest)s).") % {"code": code, "rest": rest}


def _mend(code: str) -> str:
    return {
        "ambiguous": _("Write block/code."),
        "unknown": _("Look the series up on the page of the vintage."),
        "no_columns": _("Write for each the block and code of its series."),
        "no_layout": _(
            "Give columns unit, sector, year and quantities; or cnt, var, year and sectors; or block, code, unit, year, value; or those of the Penn World Table."
        ),
        "no_header": _("Give each sheet a row with a column “code”."),
        "twice": _(
            "Give a column “block”, or a sheet for each block; a code that stands in two blocks is two series."
        ),
        "no_number": _("Write numbers with a point, and nothing where none is known."),
        "no_year": _("Write a year between 1800 and 2200."),
        "twice_named": _("Give every column a name of its own."),
        "too_wide": _("Put texts that contain the separator in quotation marks."),
        "one_share": _("Write two or more, as 0.5, 0.6."),
        "order": _("Exchange the years."),
        "residual": _("Check the data; tell the makers of the method."),
    }.get(code, "")


def caution_words(code: str, values: Mapping[str, Any]) -> str:
    """Say what a reader must know beside a result."""
    told = _Told({name: _said(name, value) for name, value in values.items()})
    if code == "signs":
        part = _("within sectors") if values["part"] == "within" else _("between them")
        rates = _rates(values["rates"])
        return _(
            "The conventions disagree in sign on growth %(part)s (%% a year: %(rates)s): none of these numbers may be quoted alone."
        ) % {"part": part, "rates": rates}
    if code == "tiny_sector":
        return _(
            "%(sector)s had %(workers)s %% of the workers in %(year)s and %(times)s times the productivity of the whole: the split may be its doing. Compute without it as well."
        ) % {
            **told,
            "workers": number_format(100 * values["share"], decimal_pos=3),
            "times": number_format(values["relative"], decimal_pos=0),
        }
    sentences = {
        "assumed_share": _(
            "No labour share is published: TFP is not computable. Labour shares are assumed; read the range, never one number."
        ),
        "persons": _("Labour is counted in persons: changes of hours are inside TFP."),
        "stock": _("Capital is a stock, not services: its composition is inside TFP."),
        "no_quality": _("The quality of labour is not told: it is inside TFP."),
        "missing_years": _(
            "Years are missing, so there is no mean over the span: %(years)s."
        ),
        "constant_weights": _(
            "Weights are shares in constant prices; values in current prices are not told."
        ),
        "one_link": _(
            "Only the first and last year are known: one link from %(first)s to %(last)s."
        ),
        "no_workers": _(
            "Without workers at one end and dropped: %(sectors)s; the rest is scaled by %(scale)s to the whole."
        ),
        "total": _("%(sector)s equals the sum of all others: it is counted twice."),
    }
    # A fault of the same name tells one sector and year.
    if code in sentences and not (code == "no_workers" and "sectors" not in values):
        return sentences[code] % told
    return fault_words(code, values)


def _rates(rates: Mapping[str, float]) -> str:
    told: Sequence[str] = [
        f"{convention_words(name)} {number_format(rates[name], decimal_pos=2)}"
        for name in SplitConvention.values
        if name in rates
    ]
    return "; ".join(told)
