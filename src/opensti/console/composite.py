"""``opensti composite``: an index from a recipe and two tables, files in and files out."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sti_methods import composite as method
from sti_methods.composite import Unfit

from opensti.console.composite_files import Given, place_of, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from sti_methods.composite import Run

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(path_type=Path)
FIRST = 5


@click.group()
def composite() -> None:
    """Composite indices from a recipe and two tables; no database is needed."""


def _files(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option(
        "--meta",
        type=READABLE,
        required=True,
        help="The tree: iCode, Type, Level, Parent, Direction, Weight (CSV or XLSX).",
    )(command)
    command = click.option(
        "--data",
        type=READABLE,
        required=True,
        help="The units: uCode and a column for each indicator (CSV or XLSX).",
    )(command)
    return click.argument("recipe", metavar="RECIPE.yaml", type=READABLE)(command)


@composite.command(name="run")
@_files
@click.option(
    "--output", type=FOLDER, required=True, help="The folder the answer goes to."
)
def run_recipe(recipe: Path, data: Path, meta: Path, output: Path) -> None:
    """Work out an index: scores.csv, ranks.csv and log.json in a folder.

    scores.csv has uCode and a column for each code of the tree, the index first: aggregates
    as scores, indicators as normalised. ranks.csv has their ranks. NA: no score, since the
    unit left or lacks data. log.json says what each step did. A recipe with bands also gives
    bands.csv. Exit status 2: something is refused, nothing is written.
    """
    place_of(output, [recipe, data, meta])
    done = _run(Given(recipe_path=recipe, data_path=data, meta_path=meta))
    inputs = {
        kind: {"file": path.name, "sha256": sha256(path.read_bytes()).hexdigest()}
        for kind, path in (("recipe", recipe), ("data", data), ("meta", meta))
    }
    write(output, done, inputs)
    _say(done)
    click.echo(_("Written: %(file)s") % {"file": output})


@composite.command(name="check")
@_files
def check_recipe(recipe: Path, data: Path, meta: Path) -> None:
    """Say what is wrong with recipe and tables, or what the recipe would do.

    Every step is tried; nothing is written. Exit status 2: something is refused.
    """
    _say(_run(Given(recipe_path=recipe, data_path=data, meta_path=meta)))
    click.echo(_("Nothing is wrong with recipe and tables."))


def _run(given: Given) -> Run:
    recipe, tables = given.read()
    try:
        return method.run(recipe=recipe, tables=tables)
    except Unfit as refusal:
        given.note(refusal)
        given.found.stop()
        raise


def _say(run: Run) -> None:
    steps: dict[str, Any] = {step.name: step for step in run.log}
    tree = run.prepared.tree
    click.echo(
        _("%(units)d units, %(indicators)d indicators, %(aggregates)d aggregates.")
        % {
            "units": int(run.kept.sum()),
            "indicators": len(tree.indicators),
            "aggregates": len(tree.aggregates),
        }
    )
    left = steps["screen"].units
    if left:
        click.echo(
            ngettext(
                "%(n)d unit left for want of data: %(units)s.",
                "%(n)d units left for want of data: %(units)s.",
                len(left),
            )
            % {"n": len(left), "units": ", ".join(left)}
        )
    if steps["screen"].codes:
        click.echo(
            _("Indicators left out for want of data: %(codes)s.")
            % {"codes": ", ".join(steps["screen"].codes)}
        )
    counts = steps["impute"].counts
    click.echo(
        _("%(imputed)d of %(missing)d missing values filled.")
        % {"imputed": counts["imputed"], "missing": counts["missing"]}
    )
    treated = steps["treat"]
    if treated.codes:
        click.echo(
            _("Outliers treated in %(n)d indicators: %(codes)s.")
            % {"n": len(treated.codes), "codes": ", ".join(treated.codes)}
        )
    for warning in treated.warnings:
        click.echo(
            _(
                "Warning: “%(code)s” still has outliers (skewness %(skew).2f, kurtosis %(kurt).2f)."
            )
            % {
                "code": warning["code"],
                "skew": warning["skewness"],
                "kurt": warning["kurtosis"],
            },
            err=True,
        )
    for code in tree.top:
        order = np.argsort(run.ranks[code], kind="stable")[:FIRST]
        best = [
            f"{run.ranks[code][i]:.0f}. {run.units[i]} {run.scores[code][i]:.2f}"
            for i in order
            if not np.isnan(run.ranks[code][i])
        ]
        click.echo(f"{code}: {', '.join(best)}")
