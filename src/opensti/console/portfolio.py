"""``opensti portfolio``: which proposals to fund within budgets, files in and files out."""

from __future__ import annotations

import json
import math
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sti_methods.portfolio import Problem, Rules, Undecided, answer
from sti_methods.programming import quiet

from opensti.console.overlap_files import table
from opensti.console.panels_files import Findings, Refused, apart
from opensti.console.portfolio_bundle import recompute
from opensti.console.portfolio_files import (
    named_in,
    read_document,
    read_proposals,
    rules_of,
    table_of,
    unknown_values,
)
from opensti.console.portfolio_rerun import rerun
from opensti.domains.portfolios.queries import (
    amount_words,
    conflict_words,
    reason_words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
# Beyond so many levels the best set is proved to a ten-thousandth, not to the last digit.
EXACT_LEVELS, NEAR = 2_000, 1e-4
# Up to so many levels every proposal is asked about, and what more of each limit would
# bring; then some proposals, as long as the best set itself is proved to the last digit.
ALL_ASKED, SOME_ASKED = 300, 10


class Unmet(click.ClickException):
    """The conditions cannot be met together: an answer, though none that can be written."""

    exit_code = 1


@click.group()
def portfolio() -> None:
    """Which proposals to fund within budgets, and what was chosen, again."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the options ask for."""

    gap: float | None
    explain: int | None
    sweep: Path | None


@portfolio.command(name="select")
@click.argument("proposals_file", metavar="PROPOSALS.csv", type=READABLE)
@click.argument("rules_file", metavar="RULES.yaml", type=READABLE)
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
@click.option("--draw", metavar="SEED", help="Decide ties by the draw of this seed.")
@click.option(
    "--gap",
    type=click.FloatRange(0, 0.1),
    help="How far from the bound will do (0; above 2,000 rows 0.0001).",
)
@click.option(
    "--explain",
    type=click.IntRange(min=0),
    help="Ask the solver about so many proposals nearest to the line (all up to 300 rows, 10 up to 2,000, else none).",
)
@click.option(
    "--sweep",
    type=WRITABLE,
    help="Write what 50 % to 150 % of the budgets would choose, as CSV.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Say the outcome as one JSON object."
)
def select(  # noqa: PLR0917 -- as click calls it
    proposals_file: Path,
    rules_file: Path,
    output: Path,
    draw: str | None,
    gap: float | None,
    explain: int | None,
    sweep: Path | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Choose the proposals of most merit under budgets and other conditions.

    PROPOSALS.csv has id and merit, costs and categories in columns of any name, and may have
    level (several rows of one id: ways to fund it). RULES.yaml has budgets, floors, ceilings,
    shares, exclusive, requires, together, must, never, threshold, at_least, at_most, reserve,
    ties. Output: id, chosen (1 or 0), reason; with levels also level. Exit status 1: the
    conditions cannot be met together, nothing is written, and the conflict is said; 2: a file
    is refused, nothing is written.
    """
    apart([proposals_file, rules_file], [output, sweep])
    if gap is not None and math.isnan(gap):
        raise click.BadParameter(_("this is no number."), param_hint="--gap")
    problem, rules, remarks = _posed(proposals_file, rules_file, draw)
    asked = Asked(gap=gap, explain=explain, sweep=sweep)
    for remark in remarks:
        click.echo(remark, err=True)
    try:
        with quiet():
            told, reasons = _answered(problem, rules, asked)
    except Undecided as error:
        raise click.ClickException(
            _("%(why)s Nothing was written. Allow a --gap, or fewer conditions.")
            % {"why": error}
        ) from None
    unmet = told["status"] == "infeasible"
    if not unmet:
        _write_both(asked, output, problem, told, reasons)
    if as_json:
        click.echo(
            json.dumps({**told, "remarks": remarks}, ensure_ascii=False, sort_keys=True)
        )
    if unmet:
        raise Unmet("\n".join(_conflict(told)))
    if not as_json:
        for line in _words(told, problem):
            click.echo(line)
        click.echo(_("Written: %(file)s") % {"file": output})


def _posed(
    proposals_file: Path, rules_file: Path, draw: str | None
) -> tuple[Problem, Rules, list[str]]:
    """Read both files; all that is wrong with them is said at once."""
    found = Findings()
    read = read_proposals(proposals_file, found)
    document = read_document(rules_file, found)
    told = table_of(read, named_in(document.data), found)
    rules = Rules()
    if document.data is not None:
        rules = rules_of(document, told, read, found)
    found.stop()
    if draw is not None:
        if rules.order or rules.seed is not None:
            raise click.UsageError(
                _("RULES.yaml says how ties are decided; leave --draw out.")
            )
        rules = replace(rules, seed=draw)
    problem = Problem.of_levels(
        told.levels, rules.conditions, categories=told.categories
    )
    remarks = [
        _("%(file)s: line %(line)s: no proposal has “%(value)s” in column %(column)s.")
        % {"file": rules_file.name, "line": line, "value": value, "column": column}
        for line, column, value in unknown_values(document, told)
    ]
    return problem, rules, remarks


def _answered(
    problem: Problem, rules: Rules, asked: Asked
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    large = problem.of.size > EXACT_LEVELS
    gap = asked.gap if asked.gap is not None else NEAR if large else 0.0
    told = answer.answer_of(problem, rules, gap=gap)
    told["prices"], told["explained"] = [], {"exact": 0, "bounded": 0}
    if told["status"] == "infeasible":
        return told, {}
    selection = answer.selection_of(problem, told)
    few = problem.of.size <= ALL_ASKED
    questions = asked.explain
    if questions is None and not few:
        questions = 0 if large else SOME_ASKED
    with click.progressbar(
        length=len(problem.proposals),
        label=_("Reasons"),
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        reasons = answer.reasons_of(
            problem,
            selection,
            progress=lambda _done, _all: bar.update(1),
            questions=questions,
        )
    exact = sum(one["exact"] for one in reasons.values())
    told["explained"] = {"exact": exact, "bounded": len(reasons) - exact}
    told["prices"] = answer.prices(problem, selection, gains=few)
    if asked.sweep is not None:
        told["sweep"] = answer.sweep(problem, selection, rules.budgets)
    return told, reasons


def _write_both(
    asked: Asked,
    output: Path,
    problem: Problem,
    told: Mapping[str, Any],
    reasons: Mapping[str, Mapping[str, Any]],
) -> None:
    """Both files or none of them."""
    try:
        with ExitStack() as files:
            if asked.sweep is not None:
                _write_sweep(files, asked.sweep, told)
            _write(files, output, problem, told, reasons)
    except OSError as error:
        raise Refused(
            _("Nothing was written: %(why)s.") % {"why": error.strerror}
        ) from None


def _write(
    files: ExitStack,
    output: Path,
    problem: Problem,
    told: Mapping[str, Any],
    reasons: Mapping[str, Mapping[str, Any]],
) -> None:
    levels = any(problem.names)
    columns = "id chosen level reason" if levels else "id chosen reason"
    write = files.enter_context(table(output, columns))
    for name in problem.proposals:
        chosen = name in told["chosen"]
        level = [told["chosen"].get(name, "")] if levels else []
        write(name, int(chosen), *level, reason_words(reasons[name]))


def _write_sweep(files: ExitStack, place: Path, told: Mapping[str, Any]) -> None:
    columns = "part status merit bound chosen enters leaves"
    write = files.enter_context(table(place, columns))
    for stop in told["sweep"]:
        write(
            f"{stop['factor']:.2f}",
            stop["status"],
            "" if stop["objective"] is None else stop["objective"],
            "" if stop["bound"] is None else stop["bound"],
            len(stop["chosen"]),
            " ".join(stop["enters"]),
            " ".join(stop["leaves"]),
        )


def _conflict(told: Mapping[str, Any]) -> list[str]:
    return [
        _("Nothing was written: these conditions cannot be met together."),
        *(f"  {conflict_words(one)}" for one in told["conflict"]),
    ]


def _words(told: Mapping[str, Any], problem: Problem) -> list[str]:
    count = len(told["chosen"])
    said = [
        ngettext(
            "%(n)d of %(all)d proposals is chosen: merit %(merit)s.",
            "%(n)d of %(all)d proposals are chosen: merit %(merit)s.",
            count,
        )
        % {
            "n": count,
            "all": len(problem.proposals),
            "merit": amount_words("merit", told["objective"]),
        },
        _("No set has more.")
        if told["status"] == "optimal"
        else _("No set has more than %(bound)s (%(gap).4f %% above).")
        % {
            "bound": amount_words("merit", told["bound"]),
            "gap": 100 * told["gap"],
        },
    ]
    said += [
        f"  {measure}: {amount_words(measure, amount)}"
        for measure, amount in told["spent"].items()
    ]
    if told["tied"]:
        said.append(_("Tied: %(names)s.") % {"names": ", ".join(told["tied"])})
    if told["reserve"]:
        said.append(_("Reserve: %(names)s.") % {"names": ", ".join(told["reserve"])})
    if told["explained"]["bounded"]:
        said.append(
            _(
                "Reasons: %(exact)d asked exactly, %(bounded)d proved by prices alone (--explain asks more)."
            )
            % told["explained"]
        )
    return said


portfolio.add_command(rerun)
portfolio.add_command(recompute)
