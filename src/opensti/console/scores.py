"""``opensti scores``: from scores of reviewers to merit with its uncertainty."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from sti_methods.calibration import Faulty, Ranking, Reviews, calibrate

from opensti.console.overlap_files import table
from opensti.console.panels_files import Findings, apart, number, rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
COLUMNS = "proposal mean merit low high rank rank_low rank_high n"
MOST_PAIRS = 1_000
FEW_PANELS = 20
FAULTS = {
    "empty": gettext_lazy("there is no row below row 1; write the scores there."),
    "name": gettext_lazy("the id is missing; write it."),
    "number": gettext_lazy("this number is too large; write scores up to 10⁹."),
    "weight": gettext_lazy("a weight is above 0."),
    "twice": gettext_lazy("this reviewer scored it in a row above; leave one out."),
}
WHY = {
    "no_chain": gettext_lazy(
        "No reviewer joins proposals in more than one way: severity cannot be told "
        "from merit, and the plain means stand."
    ),
    "no_difference": gettext_lazy("All scores are the same: the plain means stand."),
}


@click.group()
def scores() -> None:
    """From scores of reviewers to merit with its uncertainty; no database is needed."""


@scores.command(name="calibrate")
@click.argument("scores_file", metavar="SCORES.csv", type=READABLE)
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
@click.option(
    "--steps",
    is_flag=True,
    help="Scores are steps (fail 0, pass 1, good 2 …), not points.",
)
@click.option(
    "--first",
    type=click.IntRange(1),
    help="Tell in the JSON who is among so many best, and which pairs are unclear.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), default=0, help="Of the draws (0)."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Say the outcome as one JSON object."
)
def calibrate_scores(  # noqa: PLR0917 -- as click calls it
    scores_file: Path,
    output: Path,
    steps: bool,  # noqa: FBT001
    first: int | None,
    seed: int,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Rank proposals by merit: SCORES.csv has proposal, reviewer, score.

    Optional columns: criterion and weight (1 where it is missing). Output: the plain mean,
    the merit that reviewers of mean severity would give with its interval of 95 %, and the
    rank with its own. Exit status 2: the file is refused, nothing is written.
    """
    if first is not None and not as_json:
        raise click.UsageError(_("--first belongs to --json."))
    apart([scores_file], [output])
    read = _read(scores_file)
    try:
        ranking = calibrate(read.reviews(scores_file), steps=steps, seed=seed)
    except ArithmeticError as error:
        raise click.ClickException(
            _("%(file)s: %(why)s Look for scores of another scale among them.")
            % {"file": scores_file.name, "why": error}
        ) from None
    with table(output, COLUMNS) as write:
        for line in _lines(ranking):
            write(*line)
    if as_json:
        click.echo(json.dumps(_told(ranking, first), ensure_ascii=False))
        return
    for said in _words(ranking):
        click.echo(said)
    click.echo(_("Written: %(file)s") % {"file": output})


@dataclass
class _Read:
    """The columns of the file, with the row of each cell."""

    at: list[int] = field(default_factory=list)
    proposal: list[str] = field(default_factory=list)
    reviewer: list[str] = field(default_factory=list)
    criterion: list[str] = field(default_factory=list)
    score: list[float] = field(default_factory=list)
    weights: dict[str, float] = field(default_factory=dict)

    def reviews(self, path: Path) -> Reviews:
        try:
            return Reviews.of(
                self.proposal,
                self.reviewer,
                self.score,
                criterion=self.criterion if any(self.criterion) else None,
                weights=self.weights if any(self.criterion) else None,
            )
        except Faulty as fault:
            found = Findings()
            row = self.at[fault.row] if fault.row >= 0 else 1
            found.add(path, row, fault.column or "score", str(FAULTS[fault.kind]))
            found.stop()
            raise


def _read(path: Path) -> _Read:
    found, read = Findings(), _Read()
    columns = ("proposal", "reviewer", "score")
    for row, (proposal, reviewer, score, criterion, weight) in rows(
        path, columns, found, optional=("criterion", "weight")
    ):
        value = number(path, row, "score", score, found)
        share = number(path, row, "weight", weight or "1", found)
        if value is None or share is None:
            continue
        if share <= 0:
            found.add(path, row, "weight", str(FAULTS["weight"]))
            continue
        if read.weights.setdefault(criterion, share) != share:
            found.add(
                path,
                row,
                "weight",
                _("“%(name)s” weighs %(before)s above; give it one weight.")
                % {"name": criterion, "before": f"{read.weights[criterion]:g}"},
            )
            continue
        read.at.append(row)
        read.proposal.append(proposal)
        read.reviewer.append(reviewer)
        read.criterion.append(criterion)
        read.score.append(value)
    found.stop()
    return read


def _lines(ranking: Ranking) -> list[list[object]]:
    reviews = ranking.reviews
    columns: list[NDArray[Any]] = [
        ranking.mean,
        ranking.merit,
        ranking.low,
        ranking.high,
        ranking.rank,
        ranking.rank_low,
        ranking.rank_high,
        reviews.count,
    ]
    return [
        [reviews.proposals[i], *(_cell(column[i]) for column in columns)]
        for i in ranking.order
    ]


def _cell(value: np.generic) -> str:
    if isinstance(value, np.integer):
        return str(int(value))
    return "" if np.isnan(float(value)) else f"{float(value):.6f}"


def _told(ranking: Ranking, first: int | None) -> dict[str, Any]:
    reviews, found = ranking.reviews, ranking.variances
    told: dict[str, Any] = {
        "method": ranking.method,
        "why": str(WHY.get(ranking.why, "")),
        "proposals": len(reviews.proposals),
        "reviewers": [
            {
                "reviewer": name,
                "severity": _plain(ranking.severity[j]),
                "error": _plain(ranking.severity_error[j]),
                "spread": _plain(ranking.spread[j]),
                "n": int(n),
            }
            for j, (name, n) in enumerate(
                zip(reviews.reviewers, np.bincount(reviews.reviewer), strict=True)
            )
        ],
        "panels": [
            [reviews.proposals[i] for i in np.flatnonzero(reviews.panel == panel)]
            for panel in range(reviews.panels)
        ]
        if reviews.panels > 1
        else [],
        "variances": found
        and {
            "merit": found.merit,
            "severity": found.severity,
            "residual": found.residual,
            "reliability": found.reliability,
        },
    }
    if first is not None:
        chance, names = ranking.among_first(first), reviews.proposals
        told["first"] = first
        told["among_first"] = {
            names[i]: _plain(chance[i]) for i in ranking.order if chance[i] > 0
        }
        pairs = list(islice(ranking.unclear(first), MOST_PAIRS + 1))
        told["unclear"] = [
            {"above": names[a], "below": names[b], "probability": p}
            for a, b, p in pairs[:MOST_PAIRS]
        ]
        told["unclear_cut"] = len(pairs) > MOST_PAIRS
    return told


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _words(ranking: Ranking) -> list[str]:
    reviews, found = ranking.reviews, ranking.variances
    said = [
        _("%(n)d proposals, %(m)d reviewers, %(k)d scores.")
        % {
            "n": len(reviews.proposals),
            "m": len(reviews.reviewers),
            "k": reviews.score.size,
        }
    ]
    if reviews.panels > 1:
        said.append(
            ngettext(
                "%(n)d panel shares no reviewer with others: between them only the plain level counts.",
                "%(n)d panels share no reviewer: between them only the plain level counts.",
                reviews.panels,
            )
            % {"n": reviews.panels}
        )
        for panel in range(min(reviews.panels, FEW_PANELS)):
            names = [
                reviews.proposals[i] for i in np.flatnonzero(reviews.panel == panel)
            ]
            more = f" … ({len(names)})" if len(names) > 5 else ""  # noqa: PLR2004
            said.append(f"  {panel + 1}: {', '.join(names[:5])}{more}")
        if reviews.panels > FEW_PANELS:
            said.append("  …")
    if found is None:
        said.append(str(WHY[ranking.why]))
    else:
        whole = found.merit + found.severity + found.residual
        said.append(
            _(
                "Of the differences between scores %(merit).0f %% are merit, "
                "%(severity).0f %% severity, %(rest).0f %% chance."
            )
            % {
                "merit": 100 * found.merit / whole,
                "severity": 100 * found.severity / whole,
                "rest": 100 * found.residual / whole,
            }
        )
    return said
