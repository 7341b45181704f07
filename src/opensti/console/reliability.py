"""``opensti reliability``: whether answers to a questionnaire can be trusted."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from sti_methods.composite import Unfit
from sti_methods.reliability import (
    Fit,
    agreement_of_groups,
    average_variance,
    consistency,
    fit_factors,
    htmt,
    items_of,
    omega,
    omega_observed,
    raters,
)

from opensti.console.panels_files import Findings, Refused, apart, number, rows
from opensti.console.productivity_files import head_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from sti_methods.composite.analysis import Gaps

    Table = NDArray[np.float64]

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
# Columns that name who answered; they are no items unless --items says so.
WHO = ("respondent", "organisation", "id", "subject", "subj", "group")
MISSING = frozenset({"", "na"})
MOST_ITEMS = 200
FEW_ROWS = 3
WHY = {
    "few_units": gettext_lazy("too few rows without a gap"),
    "few_codes": gettext_lazy("fewer than two items"),
    "no_sum": gettext_lazy("the items do not go together: turn the reversed ones"),
    "no_spread": gettext_lazy("an item, or the whole, has one value only"),
    "not_identified": gettext_lazy("a factor needs three items, or two beside others"),
    "dependent": gettext_lazy("an item follows from others: leave it out"),
    "no_fit": gettext_lazy("no model was found"),
    "few_groups": gettext_lazy("fewer than two groups"),
    "improper": gettext_lazy("an item is left no variance of its own"),
}


@dataclass
class _Given:
    """The table as read: items by name, and which group each row belongs to.

    ``codes`` are in small letters, as columns are asked for; ``named`` as row 1 has them.
    """

    codes: list[str]
    named: dict[str, str]
    rows: list[list[float]] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def of(self, codes: Iterable[str]) -> Table:
        places = [self.codes.index(code) for code in codes]
        return np.asarray(self.rows, dtype=np.float64)[:, places]


@click.command(name="reliability")
@click.argument("items_file", metavar="ITEMS.csv", type=READABLE)
@click.option("--output", type=WRITABLE, required=True, help="Where the JSON goes.")
@click.option(
    "--items",
    "chosen",
    metavar="A,B,…",
    help="Which columns are items (all but those that name who answered).",
)
@click.option(
    "--scale",
    "scales",
    metavar="NAME=A,B,…",
    multiple=True,
    help="Items of one scale; several are fitted together and told apart.",
)
@click.option("--by", metavar="COLUMN", help="Whose answers: ICC(1) and ICC(2) by it.")
@click.option(
    "--pairwise",
    is_flag=True,
    help="Alpha from all rows that have both items, not only from rows without a gap.",
)
def reliability(  # noqa: PLR0917 -- one for each option
    items_file: Path,
    output: Path,
    chosen: str | None,
    scales: tuple[str, ...],
    by: str | None,
    pairwise: bool,  # noqa: FBT001
) -> None:
    """Alpha with its interval, omega, variance extracted, items, agreement; as JSON.

    One row for each respondent, one column for each item; an empty cell or NA is no answer.
    What cannot be worked out is null, and ``why`` says what is missing. Exit status 2: the
    file is refused by row and column, nothing is written. No database is needed.
    """
    apart([items_file], [output])
    head = head_of(items_file)
    named = _scales(scales, head)
    asked = _asked(chosen, named, head, by)
    given = _read(items_file, asked, by)
    gaps: Gaps = "pairwise" if pairwise else "listwise"
    told: dict[str, Any]
    if len(named) > 1:
        told = {
            "scales": {
                name: _scale(given, codes, gaps, None) for name, codes in named.items()
            }
        }
        told |= _together(given, named, told["scales"])
    else:
        codes = next(iter(named.values()), asked)
        told = _scale(given, codes, gaps, _alone(given.of(codes)))
    told["rows"] = len(given.rows)
    if by:
        told["by"] = {by: _by(given, named or {"": asked})}
    output.write_text(
        json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False) + "\n",
        encoding="utf-8",
    )
    click.echo(_("Written: %(file)s") % {"file": output})


def _scales(stated: tuple[str, ...], head: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in stated:
        name, _is, codes = one.partition("=")
        items = [code.strip().lower() for code in codes.split(",") if code.strip()]
        if not name.strip() or not items:
            raise click.BadParameter(
                _("write a name and its items, as in care=a1,a2,a3."),
                param_hint="--scale",
            )
        used = [code for codes in found.values() for code in codes]
        _known([*used, *items], head, "--scale")
        if name.strip() in found:
            raise click.BadParameter(_("two scales have one name."), param_hint="--scale")  # fmt: skip
        found[name.strip()] = items
    return found


def _known(codes: list[str], head: list[str], option: str) -> None:
    if missing := [code for code in codes if code not in head]:
        raise click.BadParameter(
            _("row 1 names no column “%(name)s”; it names %(known)s.")
            % {"name": missing[0], "known": ", ".join(head)},
            param_hint=option,
        )
    if len(set(codes)) < len(codes):
        raise click.BadParameter(_("an item stands twice."), param_hint=option)


def _asked(
    chosen: str | None, scales: dict[str, list[str]], head: list[str], by: str | None
) -> list[str]:
    """Names of the items to read, in the order of the file."""
    if by is not None:
        _known([by.strip().lower()], head, "--by")
    if scales:
        wanted = [code for codes in scales.values() for code in codes]
    elif chosen:
        wanted = [code.strip().lower() for code in chosen.split(",") if code.strip()]
        _known(wanted, head, "--items")
    else:
        aside = {*WHO, (by or "").strip().lower()}
        wanted = [name for name in head if name and name not in aside]
    if not 2 <= len(wanted) <= MOST_ITEMS:  # noqa: PLR2004
        raise Refused(
            _("There are %(n)s items; name 2 to %(most)s of them.")
            % {"n": len(wanted), "most": MOST_ITEMS}
        )
    return [name for name in head if name in wanted]


def _read(path: Path, codes: list[str], by: str | None) -> _Given:
    found = Findings()
    given = _Given(
        codes, {name.lower(): name for name in head_of(path, as_written=True)}
    )
    optional = (by.strip().lower(),) if by else ()
    texts: Counter[str] = Counter()
    for row, cells in rows(path, tuple(codes), found, optional=optional):
        answers = []
        for code, cell in zip(codes, cells, strict=False):
            read: float | None = math.nan
            # A column of words is told by its first rows, not by each of them.
            if cell.lower() not in MISSING and texts[code] < FEW_ROWS:
                read = number(path, row, given.named[code], cell, found)
                texts[code] += read is None
            answers.append(math.nan if read is None else read)
        given.rows.append(answers)
        given.groups.append(cells[-1] if by else "")
    if FEW_ROWS in texts.values():
        found.add(
            path,
            1,
            codes[0],
            _("columns that are no items: name the items with --items."),
        )
    if not given.rows:
        found.add(path, 2, codes[0], _("there is no row below row 1."))
    found.stop()
    return given


def _alone(values: Table) -> Fit | str:
    """The model of one factor, or why there is none."""
    try:
        return fit_factors(values, factor=[0] * values.shape[1])
    except Unfit as refusal:
        return refusal.kind


def _together(
    given: _Given, scales: dict[str, list[str]], told: dict[str, Any]
) -> dict[str, Any]:
    """All scales in one model; what it says of each goes into that scale."""
    codes = [code for items in scales.values() for code in items]
    factor = [n for n, items in enumerate(scales.values()) for _code in items]
    values = given.of(codes)
    try:
        fit: Fit | str = fit_factors(values, factor=factor)
    except Unfit as refusal:
        fit = refusal.kind
    for n, name in enumerate(scales):
        told[name] |= _factor(fit, n)
        told[name]["why"] = told[name].pop("why_alpha") | told[name].pop("why_omega")
    if isinstance(fit, str):
        return {"fit": None, "why": {"fit": _why(fit)}}
    names = list(scales)
    between = htmt(values, factor=factor)
    pairs = [(a, b) for b in range(len(names)) for a in range(b)]
    return {
        "fit": {
            key: getattr(fit, key)
            for key in ("chi2", "df", "p", "cfi", "tli", "rmsea", "srmr", "units", "improper")
        },
        "correlations": {
            f"{names[a]}~{names[b]}": float(fit.correlations[a, b]) for a, b in pairs
        },
        "htmt2": {
            f"{names[a]}~{names[b]}": _number(float(between[a, b])) for a, b in pairs
        },
    }  # fmt: skip


def _scale(
    given: _Given, codes: list[str], gaps: Gaps, fit: Fit | str | None
) -> dict[str, Any]:
    """What the answers say of one scale; without a model that part comes later."""
    values, names = given.of(codes), [given.named[code] for code in codes]
    told: dict[str, Any] = {"items": names}
    why: dict[str, str] = {}
    try:
        found = consistency(values, codes=names, gaps=gaps)
        told |= {"n": found.units, "alpha": found.alpha, "alpha_low": found.low, "alpha_high": found.high}  # fmt: skip
    except Unfit as refusal:
        told |= dict.fromkeys(("n", "alpha", "alpha_low", "alpha_high"))
        why["alpha"] = _why(refusal.kind)
    try:
        items = items_of(values, codes=names)
        told["item_rest"] = {item.code: item.item_rest for item in items}
        told["alpha_without"] = {item.code: item.alpha_without for item in items}
        told["mean"] = {item.code: item.mean for item in items}
        told["deviation"] = {item.code: item.deviation for item in items}
        told["weak"] = [item.code for item in items if item.weak]
    except Unfit as refusal:
        told |= dict.fromkeys(("item_rest", "alpha_without", "mean", "deviation", "weak"))  # fmt: skip
        why["item_rest"] = _why(refusal.kind)
    whole = values[np.isfinite(values).all(axis=1)]
    try:
        told["icc"] = {
            one.kind: {"value": _number(one.value), "low": _number(one.low), "high": _number(one.high)}
            for one in raters(whole.tolist())
        }  # fmt: skip
    except (Unfit, ValueError):
        told["icc"] = None
        why["icc"] = _why("few_units")
    if fit is None:
        return told | {"why_alpha": why}
    told |= _factor(fit, 0)
    return told | {"why": why | told.pop("why_omega")}


def _factor(fit: Fit | str, factor: int) -> dict[str, Any]:
    """What the model says of one scale; nothing where it does not hold."""
    kind = fit if isinstance(fit, str) else "improper" if fit.improper else ""
    if kind or isinstance(fit, str):
        nothing = dict.fromkeys(("omega", "omega_observed", "ave"))
        return {**nothing, "why_omega": {"omega": _why(kind)}}
    return {
        "omega": omega(fit, factor=factor),
        "omega_observed": omega_observed(fit, factor=factor),
        "ave": average_variance(fit, factor=factor),
        "why_omega": {},
    }


def _by(given: _Given, scales: dict[str, list[str]]) -> dict[str, Any]:
    """ICC(1) and ICC(2) of the mean answer to each scale."""
    told: dict[str, Any] = {}
    for name, codes in scales.items():
        groups: dict[str, list[float]] = {}
        values = given.of(codes)
        for group, row in zip(given.groups, values, strict=True):
            if group and np.isfinite(row).any():
                groups.setdefault(group, []).append(float(np.nanmean(row)))
        try:
            found = asdict(agreement_of_groups(groups))
            told[name or "all"] = {k: _number(v) for k, v in found.items()}
        except Unfit as refusal:
            told[name or "all"] = {"icc1": None, "icc2": None, "why": _why(refusal.kind)}  # fmt: skip
    return told


def _why(kind: str) -> str:
    return str(WHY[kind])


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
