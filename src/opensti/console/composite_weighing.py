"""``opensti composite ahp`` and ``budget``: weights from comparisons and from points."""

from __future__ import annotations

from pathlib import Path

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.console.composite_folders import cell, write_table
from opensti.console.composite_judges import read_comparisons, read_points
from opensti.console.panels_files import apart

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command(name="ahp")
@click.argument("matrix", metavar="MATRIX.csv", type=READABLE)
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
@click.option("--accept-inconsistent", is_flag=True, help="Take consistency ratios of 0.10 or more.")  # fmt: skip
def ahp(matrix: Path, output: Path, accept_inconsistent: bool) -> None:  # noqa: FBT001
    """Weights from pairwise comparisons (AHP), of one judge or several.

    MATRIX.csv has code and a column for each code; with several judges also judge. A cell
    says how many times as important its row is as its column: 3, 1/3 or 0.33; an empty one is
    the reciprocal of the one across. Output: code, weight, and each judge's own weights.
    """
    apart([matrix], [output])
    found = read_comparisons(matrix, accept_inconsistent=accept_inconsistent)
    several = len(found.judges) > 1
    names = [one.judge for one in found.judges] if several else []
    each = [
        found.weights.values,
        *([one.values for one in found.judges] if several else []),
    ]
    lines = [
        [cell(code), *(cell(values[place]) for values in each)]
        for place, code in enumerate(found.weights.codes)
    ]
    write_table(output, ("code", "weight", *names), lines)
    for one in dict.fromkeys([*found.judges, found.together]):
        click.echo(
            _("%(judge)s: consistency ratio %(ratio).3f (λ %(largest).4f).")
            % {
                "judge": one.judge or (_("Together") if several else matrix.name),
                "ratio": one.ratio,
                "largest": one.largest,
            }
        )
    if found.accepted:
        click.echo(
            _("Warning: comparisons that contradict each other were taken."), err=True
        )
    click.echo(_("Written: %(file)s") % {"file": output})


@click.command(name="budget")
@click.argument("points", metavar="POINTS.csv", type=READABLE)
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
def budget(points: Path, output: Path) -> None:
    """Weights from points: each expert gives out 100 among the criteria.

    POINTS.csv has expert and a column for each criterion. Output: code, weight (the mean),
    deviation (NA for a single expert), least, most.
    """
    apart([points], [output])
    found = read_points(points)
    lines = [
        [cell(value) for value in one.values()] for one in found.to_plain()["criteria"]
    ]
    write_table(output, ("code", "weight", "deviation", "least", "most"), lines)
    click.echo(
        ngettext(
            "%(n)d expert gave points to %(codes)d criteria.",
            "%(n)d experts gave points to %(codes)d criteria.",
            len(found.experts),
        )
        % {"n": len(found.experts), "codes": len(found.weights.codes)}
    )
    click.echo(_("Written: %(file)s") % {"file": output})
