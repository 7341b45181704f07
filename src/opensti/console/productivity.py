"""``opensti productivity``: sources of growth, and growth within and between sectors."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sti_methods.productivity import (
    CONVENTIONS,
    SHARES,
    Caution,
    Growth,
    GrowthAccounting,
    ShiftShare,
)

from opensti.console.overlap_files import table
from opensti.console.panels_files import Findings, Refused, apart
from opensti.console.productivity_accounts import Inventory, read_accounts, read_pwt
from opensti.console.productivity_files import read_sectors
from opensti.console.productivity_rerun import rerun
from opensti.console.productivity_words import caution_words, gaps_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sti_methods.productivity import Accounts, Decomposition, Sources

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
PARTS = "unit within between total rate_within rate_between rate_total"
SOURCES = "unit from to labour_share assumed value_added labour quality capital"
REST = "tfp tfp_raw tfp_share productivity deepening missing"
# The question itself lacks a cell: nothing can be told of the file as it is.
GAPS = {"year", "missing"}


@click.group()
def productivity() -> None:
    """Sources of growth and shifts between sectors; no database is needed."""


@productivity.command(name="shift-share")
@click.argument("data_file", metavar="DATA.csv", type=READABLE)
@click.option(
    "--convention",
    type=click.Choice(CONVENTIONS),
    required=True,
    help="mr, three and midpoint compare two years; tornqvist and chained link each year.",
)
@click.option("--from", "first", type=int, required=True, help="The first year.")
@click.option("--to", "last", type=int, required=True, help="The last year.")
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
@click.option(
    "--exclude",
    metavar="SECTOR",
    multiple=True,
    help="Leave a sector out (repeatable).",
)
def shift_share(  # noqa: PLR0917 -- as click calls it
    data_file: Path,
    convention: str,
    first: int,
    last: int,
    output: Path,
    exclude: tuple[str, ...],
) -> None:
    """Split the growth of labour productivity into growth within and shifts between sectors.

    DATA.csv has unit, sector, year, value_added (prices of one year), employment, and may have
    value_added_current (weights of tornqvist). A workbook has the sheets value_added and
    employment with code, unit and a column for each year. Output: unit, within, between (three:
    dynamic), total, and rates in %/yr; a unit for which no number can be told has empty cells.
    Warnings go to the standard error. Exit status 2: the file is refused, nothing is written.
    """
    if first >= last:
        raise click.BadParameter(_("the last year comes after the first."), param_hint="--to")  # fmt: skip
    apart([data_file], [output])
    found = Findings()

    read = read_sectors(data_file, (first, last), exclude, found)
    known = dict.fromkeys(name for one in read.economies for name in one.sectors)
    for name in exclude:
        if name not in known:
            raise click.BadParameter(
                _("no sector is called “%(name)s”; there are: %(known)s.")
                % {"name": name, "known": ", ".join(known)},
                param_hint="--exclude",
            )
    question = ShiftShare(
        economies=tuple(read.economies),
        convention=convention,
        first=first,
        last=last,
        exclude=tuple(dict.fromkeys(exclude)),
    )
    answers, left = question.solve()
    for one in left:
        if one.why.code in GAPS:
            read.note(one.unit, one.why, found)
    found.stop()
    why = [caution_words(one.unit, one.why) for one in left]
    if not answers:
        raise Refused("\n".join([_("Nothing was written."), *why]))
    told = {one.unit: one for one in answers}
    columns = PARTS.replace("total", "dynamic total", 1) if convention == "three" else PARTS  # fmt: skip
    with table(output, columns) as write:
        for economy in read.economies:
            write(economy.unit, *_parts(told.get(economy.unit), len(columns.split())))
    _warn([*read.remarks, *_cautions(answers), *why])
    _written(len(answers), len(read.economies), output)


def _parts(one: Decomposition | None, columns: int) -> list[str]:
    if one is None:
        return [""] * (columns - 1)
    levels = [one.within, one.between, one.dynamic, one.total]
    rates = [one.rate_within, one.rate_between, one.rate_total]
    return [_cell(value) for value in (*levels, *rates) if value is not None]


def _cautions(answers: Iterable[Decomposition]) -> Iterator[str]:
    for one in answers:
        for caution in one.cautions:
            yield caution_words(one.unit, caution)


def _periods(
    _context: click.Context, _option: click.Parameter, stated: tuple[str, ...]
) -> list[tuple[int, int]]:
    """Two years each, as in 2000-2010."""
    found = []
    for said in stated:
        match = re.fullmatch(r"(\d{4})-(\d{4})", said)
        if not match or match[1] >= match[2]:
            raise click.BadParameter(
                _("“%(said)s” is no period; write one like 2000-2010.") % {"said": said}
            )
        found.append((int(match[1]), int(match[2])))
    return found


@productivity.command(name="growth")
@click.argument("data_file", metavar="DATA.csv", type=READABLE)
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
@click.option(
    "--source",
    type=click.Choice(["table", "pwt"]),
    default="table",
    help="pwt: DATA.csv is the Penn World Table (columns isocode, rgdpna, …).",
)
@click.option(
    "--period",
    "periods",
    metavar="FROM-TO",
    callback=_periods,
    multiple=True,
    help="A row for the mean of a period instead of one for each year (repeatable).",
)
@click.option(
    "--labour-share",
    "shares",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    multiple=True,
    help="Shares assumed where none is published, at least two (0.5 0.55 0.6 2/3).",
)
@click.option(
    "--depreciation",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Of capital a year, where the file has investment and no capital.",
)
@click.option(
    "--prior-growth",
    type=click.FloatRange(-1, 1, min_open=True),
    help="Of investment before the first year (as it grows in the file).",
)
def growth(  # noqa: PLR0917 -- as click calls it
    data_file: Path,
    output: Path,
    source: str,
    periods: list[tuple[int, int]],
    shares: tuple[float, ...],
    depreciation: float | None,
    prior_growth: float | None,
) -> None:
    """Split growth into labour, its quality, capital and total factor productivity.

    DATA.csv has unit, year, value_added; hours or employment (with average_hours or without);
    capital, or capital_NAME with income_NAME for each kind, or investment; and may have
    labour_quality, labour_share (or labour_income and value_added_current). Output: what each
    adds in %/yr, one row for each unit and year or period; without a labour share one for each
    assumed share. What is missing is named, never filled. Exit status 2: the file is refused.
    """
    shares = tuple(sorted(set(shares))) or SHARES
    if len(shares) == 1:
        raise click.BadParameter(_("one share is no range; give two or more."), param_hint="--labour-share")  # fmt: skip
    apart([data_file], [output])
    found = Findings()
    if source == "pwt":
        accounts = read_pwt(data_file, found)
    else:
        inventory = Inventory(depreciation=depreciation, growth=prior_growth)
        accounts = read_accounts(data_file, inventory, found)
    spans: list[tuple[int | None, int | None]] = [*periods] or [(None, None)]
    solved = [
        GrowthAccounting(accounts=accounts, first=a, last=b, shares=shares).solve()
        for a, b in spans
    ]
    answers = [one for told, _left in solved for one in told]
    left = {(one.unit, one.why.code): one for _told, some in solved for one in some}
    why = [caution_words(one.unit, one.why) for one in left.values()]
    if not answers:
        raise Refused("\n".join([_("Nothing was written."), *why]))
    names = list(dict.fromkeys(a.name for one in accounts for a in one.assets))
    assets = [f"capital_{name}" for name in names] if len(names) > 1 else []
    with table(output, " ".join([SOURCES, *assets, REST])) as write:
        for account in accounts:
            for line in _lines(account, answers, names, bool(periods)):
                write(*line)
    _warn([*_remarks(answers), *why])
    _written(len({one.unit for one in answers}), len(accounts), output)


def _lines(
    account: Accounts,
    answers: Iterable[Growth],
    names: list[str],
    mean: bool,  # noqa: FBT001
) -> Iterator[list[str]]:
    for one in answers:
        if one.unit != account.unit:
            continue
        if mean:
            gaps = [(year, names_) for year, names_ in one.missing]
            yield _line(one, one.mean, (one.first, one.last), names, gaps)
            continue
        told = {sources.last: sources for sources in one.years}
        for year in range(one.first + 1, one.last + 1):
            gaps = [gap for gap in one.missing if gap[0] in {year - 1, year}]
            yield _line(one, told.get(year), (year - 1, year), names, gaps)


def _line(
    one: Growth,
    told: Sources | None,
    span: tuple[int, int],
    names: list[str],
    gaps: list[tuple[int, tuple[str, ...]]],
) -> list[str]:
    head = [one.unit, str(span[0]), str(span[1])]
    assumed = "0" if one.share is None else "1"
    assets = len(names) if len(names) > 1 else 0
    if told is None:
        share = "" if one.share is None else _cell(one.share)
        return [*head, share, assumed, *[""] * (9 + assets), gaps_of(gaps)]
    return [
        *head,
        _cell(told.labour_share),
        assumed,
        _cell(told.value_added),
        _cell(told.labour),
        _cell(told.quality),
        _cell(told.capital),
        *(
            _cell(told.assets.get(name))
            for name in names[: len(names) if assets else 0]
        ),
        _cell(told.tfp),
        _cell(told.tfp_raw),
        _cell(told.tfp_share),
        _cell(told.productivity),
        _cell(told.deepening),
        "",
    ]


def _remarks(answers: Iterable[Growth]) -> Iterator[str]:
    """One line for a unit and a kind of remark; assumed shares in one line together."""
    shares: dict[str, list[str]] = {}
    others: dict[tuple[str, str], Caution] = {}
    for one in answers:
        for caution in one.cautions:
            if caution.code == "assumed_share":
                share = number_format(round(caution.values["share"], 3), 3)
                if share not in shares.setdefault(one.unit, []):
                    shares[one.unit].append(share)
            else:
                others.setdefault((one.unit, caution.code), caution)
    for unit, told in shares.items():
        assumed = Caution(code="assumed_share")
        yield caution_words(unit, assumed, shares="; ".join(told))
    for (unit, _code), caution in others.items():
        yield caution_words(unit, caution)


def _cell(value: float | None) -> str:
    """All digits and no exponent: a text that begins with a sign and an e is no number."""
    if value is None or not math.isfinite(value):
        return ""
    return np.format_float_positional(value + 0.0, unique=True, trim="-")


def _warn(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, err=True)


def _written(told: int, units: int, output: Path) -> None:
    click.echo(
        ngettext(
            "%(told)d of %(units)d unit told.",
            "%(told)d of %(units)d units told.",
            units,
        )
        % {"told": told, "units": units}
    )
    click.echo(_("Written: %(file)s") % {"file": output})


productivity.add_command(rerun)
