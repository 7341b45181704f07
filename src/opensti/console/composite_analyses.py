"""``opensti composite analyse``: how sure an index is; with the commands beside it."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

import click
import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sti_methods import composite as method
from sti_methods.composite import Unfit
from sti_methods.composite import analysis as analysed
from sti_methods.composite.modelling import model_of, usual_space
from sti_methods.composite.sensitivity import leave_one_out
from sti_methods.composite.uncertainty import (
    analyse_sensitivity,
    analyse_uncertainty,
    one_at_a_time,
)

from opensti.console import composite_comparing, composite_weighing
from opensti.console.composite import FOLDER, READABLE, composite
from opensti.console.composite_assumptions import read_assumptions
from opensti.console.composite_files import Given
from opensti.console.composite_folders import (
    MISSING,
    cell,
    refuse_place,
    write_folder,
)
from opensti.console.composite_rerun import rerun
from opensti.console.panels_files import Findings
from opensti.domains.strategies.queries import index_words
from opensti.domains.strategies.queries.analysis_words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from sti_methods.composite import Run
    from sti_methods.composite.ranks import RankStatistics
    from sti_methods.composite.sensitivity import LeftOut
    from sti_methods.composite.space import Space
    from sti_methods.composite.uncertainty import Model, Sensitivity

    from opensti.console.composite_folders import Rows

Worked = TypeVar("Worked")
RUNS, POINTS, SEED, BOOTSTRAP = 1_000, 256, 1, 1_000
MOST_RUNS = 100_000
SHOWN = 5
FILES = (
    "uncertainty.csv",
    "sobol.csv",
    "one_at_a_time.csv",
    "leave_one_out.csv",
    "correlations.csv",
    "log.json",
)

# Commands of the group that stand in files of their own.
composite.add_command(composite_comparing.compare_answers)
composite.add_command(composite_weighing.ahp)
composite.add_command(composite_weighing.budget)
composite.add_command(rerun)

__all__ = ["composite"]


@composite.command(name="analyse")
@click.argument("recipe", metavar="RECIPE.yaml", type=READABLE)
@click.option("--data", type=READABLE, required=True, help="The units, as for run.")
@click.option("--meta", type=READABLE, required=True, help="The tree, as for run.")
@click.option("--output", type=FOLDER, required=True, help="The folder for the answer.")
@click.option(
    "--assumptions",
    type=READABLE,
    help="YAML: winmax, normalisation, imputation, screening, aggregation (lists of options), weights {levels, spread}.",
)
@click.option("--runs", type=click.IntRange(1, MOST_RUNS), default=RUNS, show_default=True, help="Of the uncertainty analysis.")  # fmt: skip
@click.option("--points", type=click.IntRange(2, MOST_RUNS), default=POINTS, show_default=True, help="N of the sensitivity analysis, which makes N (d + 2) runs; a power of 2 is spread evenly.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="The same seed gives the same bytes.")  # fmt: skip
@click.option("--bootstrap", type=click.IntRange(1, MOST_RUNS), default=BOOTSTRAP, show_default=True, help="Draws behind the intervals of Sobol indices.")  # fmt: skip
def analyse(recipe: Path, data: Path, meta: Path, output: Path, **asked: Any) -> None:
    """Say how sure an index is: rank intervals, Sobol indices, leaving out, correlations.

    uncertainty.csv: mean, median, 5 % and 95 % of each unit's ranks over all runs.
    sobol.csv: the part of the mean rank change that each assumption brings, alone and with
    what it interacts with, and intervals. one_at_a_time.csv: each option alone.
    leave_one_out.csv: how far ranks move without each code. correlations.csv: of each code
    with those above it and with its siblings. log.json: assumptions, seed, versions, alpha,
    statistics. Exit status 2: something is refused, also in a single run; nothing is written.
    """
    given = Given(recipe_path=recipe, data_path=data, meta_path=meta)
    read = [recipe, data, meta]
    if asked["assumptions"] is not None:
        read.append(asked["assumptions"])
    refuse_place(output, FILES, read)
    run = _run(given)
    space = _space(run, asked["assumptions"])
    model = _refusing(given, lambda: model_of(run, space))
    uncertain = _refusing(
        given,
        lambda: analyse_uncertainty(
            model=model, space=space, runs=asked["runs"], seed=asked["seed"]
        ),
    )
    sensitive = _refusing(given, lambda: _sensitivity(model, space, asked))
    left = _left_out(model_of(run))
    options = one_at_a_time(model=model, space=space)
    links = _links(run)
    log = {
        "inputs": {
            path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(read)
        },
        "index": model.tree.root,
        "seed": asked["seed"],
        "uncertainty": uncertain.to_plain(),
        "sensitivity": sensitive.to_plain() if sensitive else {"kind": "no_variance"},
        "effective_weights": dict(run.effective_weights),
        "alpha": _alphas(run),
        "statistics": [
            one.to_plain()
            for one in analysed.statistics(
                values=run.prepared.raw, codes=run.prepared.tree.indicators
            )
        ],
    }
    tables: dict[str, Rows] = {
        "uncertainty.csv": _uncertainty_rows(run, uncertain.statistics),
        "sobol.csv": _sobol_rows(space, sensitive),
        "one_at_a_time.csv": (
            ("factor", "option", "mean_change", "most", "unit", "refused"),
            [
                [
                    cell(one.factor),
                    cell(_option(one.option)),
                    *(cell(v) for v in (one.mean_change, one.most, one.unit)),
                    _told(one.refused),
                ]
                for one in options
            ],
        ),
        "leave_one_out.csv": _left_rows(model, left),
        "correlations.csv": (
            ("kind", "first", "second", "correlation", "units"),
            [
                [kind, *map(cell, (one.first, one.second, one.value, one.units))]
                for kind, of in links.items()
                for one in of
            ],
        ),
    }
    write_folder(output, tables, log)
    _say(uncertain.statistics, float(uncertain.changes.mean()), sensitive, links)
    click.echo(_("Written: %(file)s") % {"file": output})


def _run(given: Given) -> Run:
    recipe, tables = given.read()
    return _refusing(given, lambda: method.run(recipe=recipe, tables=tables))


def _refusing(given: Given, work: Callable[[], Worked]) -> Worked:
    """What the work gives; a refusal of it is told where its cause stands."""
    try:
        return work()
    except Unfit as refusal:
        for fault in refusal.all:
            own = "run" in fault.about or "option" in fault.about
            if not own and fault.kind in index_words.FAULTS:
                given.note(fault)
                continue
            unit, code = fault.about.get("unit"), fault.about.get("code", 1)
            what = _in_run(fault) if "run" in fault.about else words_of(fault)
            if given.tables and unit in given.tables.units:
                row = given.tables.rows[given.tables.units.index(str(unit))]
                given.found.add(given.data_path, row, str(code), what)
            else:
                given.found.add_line(given.recipe_path, 1, 1, what)
        given.found.stop()
        raise


def _in_run(fault: Unfit) -> str:
    """The words of a fault in one run, counted from 1."""
    about = {**fault.about, "run": int(fault.about["run"]) + 1}
    return words_of(Unfit(f"{fault.kind}_run", **about))


def _space(run: Run, assumptions: Path | None) -> Space:
    if assumptions is None:
        return usual_space(run)
    found = Findings()
    space = read_assumptions(assumptions, run, found)
    found.stop()
    if space is None:
        raise RuntimeError(found.lines)  # a reader that neither read nor said why
    return space


def _sensitivity(
    model: Model, space: Space, asked: dict[str, Any]
) -> Sensitivity | None:
    """None where no assumption moves any rank: an answer, and it is said."""
    points = asked["points"]
    try:
        return analyse_sensitivity(
            model=model,
            space=space,
            points=points,
            seed=asked["seed"],
            bootstrap=asked["bootstrap"],
            sequence="random" if points & (points - 1) else "sobol",
        )
    except Unfit as fault:
        if fault.kind == "no_variance":
            return None
        raise


def _left_out(model: Model) -> dict[str, LeftOut]:
    """By code; one without which nothing is left is not among them."""
    values = model.prepare({})
    found = {}
    for code in model.tree.codes:
        try:
            [found[code]] = leave_one_out(
                tree=model.tree,
                values=values,
                units=model.units,
                means=model.means,
                least_data=model.least_data,
                codes=[code],
            )
        except Unfit as fault:
            if fault.kind != "nothing_left":
                raise
    return found


def _columns(run: Run, codes: Iterable[str]) -> Any:
    return np.column_stack([run.scores[code][run.kept] for code in codes])


def _parents(run: Run) -> dict[str, str | None]:
    return {c: e.parent or None for c, e in run.prepared.tree.elements.items()}


def _links(run: Run) -> dict[str, tuple[analysed.Link, ...]]:
    codes, parents = run.prepared.tree.codes, _parents(run)
    values = _columns(run, codes)
    return {
        "parent": analysed.with_parents(values=values, codes=codes, parents=parents),
        "group": analysed.inside_groups(values=values, codes=codes, parents=parents),
    }


def _alphas(run: Run) -> dict[str, Any]:
    """Alpha of the children of each aggregate; null where they have none."""
    found: dict[str, Any] = {}
    tree = run.prepared.tree
    for parent in tree.aggregates:
        codes, found[parent] = tree.children(parent), None
        with suppress(Unfit):
            found[parent] = analysed.cronbach_alpha(
                values=_columns(run, codes), codes=codes, gaps="pairwise"
            ).to_plain()
    return found


def _uncertainty_rows(run: Run, statistics: Sequence[RankStatistics]) -> Rows:
    of = {one.unit: one for one in statistics}
    head = ("uCode", "nominal", "mean", "median", "q5", "q95", "runs")
    lines = []
    for unit in run.units:
        one = of.get(unit)
        if one is None:
            lines.append([cell(unit), *[MISSING] * 5, "0"])
            continue
        told = (one.nominal, one.mean, one.median, one.low, one.high, one.runs)
        lines.append([cell(unit), *map(cell, told)])
    return head, lines


def _sobol_rows(space: Space, found: Sensitivity | None) -> Rows:
    head = (
        "factor",
        "first",
        "first_q5",
        "first_q95",
        "total",
        "total_q5",
        "total_q95",
    )
    if found is None:
        return head, [[name, *[MISSING] * 6] for name in space.names]
    return head, [
        [cell(v) for v in one.to_plain().values()] for one in found.sobol.indices
    ]


def _left_rows(model: Model, left: dict[str, LeftOut]) -> Rows:
    lines = []
    for code in model.tree.codes:
        one = left.get(code)
        told = (one.mean_change, one.most, one.unit) if one else (None,) * 3
        level = model.tree.levels[code]
        lines.append([cell(code), str(level), *map(cell, told)])
    return ("code", "level", "mean_change", "most", "unit"), lines


def _option(option: Any) -> str:
    if isinstance(option, dict):
        return " ".join(f"{key}={value}" for key, value in option.items())
    return str(option)


def _told(refused: Any) -> str:
    if refused is None:
        return ""
    about = {name: value for name, value in refused.items() if name != "kind"}
    return index_words.words_of(Unfit(refused["kind"], **about))


def _say(
    statistics: Sequence[RankStatistics],
    moved: float,
    sensitive: Sensitivity | None,
    links: dict[str, tuple[analysed.Link, ...]],
) -> None:
    runs = max(one.runs for one in statistics)
    click.echo(
        _("%(runs)d runs: a rank moves by %(moved).2f on average.")
        % {"runs": runs, "moved": moved}
    )
    best = sorted(
        (one for one in statistics if one.nominal), key=lambda s: s.nominal or 0
    )
    for one in best[:SHOWN]:
        click.echo(
            _("  %(rank)d. %(unit)s: %(low)g to %(high)g")
            % {"rank": one.nominal, "unit": one.unit, "low": one.low, "high": one.high}
        )
    if sensitive is None:
        click.echo(_("No assumption moves any rank."))
    else:
        heavy = sorted(sensitive.sobol.indices, key=lambda one: -one.total)
        click.echo(
            _("What moves ranks most (total order): %(factors)s.")
            % {"factors": ", ".join(f"{one.factor} {one.total:.2f}" for one in heavy)}
        )
    against = analysed.negative(links=links["group"])
    if against:
        pairs = [f"{o.first}-{o.second} {o.value:.2f}" for o in against[:SHOWN]]
        click.echo(
            ngettext(
                "%(n)d pair in one group pulls apart: %(pairs)s.",
                "%(n)d pairs in one group pull apart: %(pairs)s.",
                len(against),
            )
            % {"n": len(against), "pairs": ", ".join(pairs)}
        )
