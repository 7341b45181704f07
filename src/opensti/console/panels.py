"""``opensti panels``: form panels of experts from files, or what was formed again."""

from __future__ import annotations

import json
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from sti_methods.assignment import Infeasible, Problem, Solution, solve

from opensti.console.overlap_files import table
from opensti.console.panels_bundle import open_numbers, recompute
from opensti.console.panels_files import (
    Findings,
    Refused,
    Scores,
    read_loads,
    read_pairs,
    read_scores,
)
from opensti.console.panels_reasons import reasons, told
from opensti.console.panels_rules import Rules, read_rules

if TYPE_CHECKING:
    from sti_methods.assignment import Objective

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
LIKELIEST = 0.5
MOST_LOAD = 1_000_000


@click.group()
def panels() -> None:
    """Form panels of experts from files, and compute what was formed again."""


panels.add_command(recompute)
panels.add_command(open_numbers)


@panels.command()
@click.argument("scores", type=READABLE)
@click.option(
    "--conflicts", type=READABLE, required=True, help="CSV: expert, proposal."
)
@click.option(
    "--size", type=click.IntRange(1, 1000), required=True, help="Experts a proposal."
)
@click.option(
    "--max-load",
    type=click.IntRange(0, MOST_LOAD),
    help="Proposals an expert, at most.",
)
@click.option(
    "--min-load",
    type=click.IntRange(0, MOST_LOAD),
    help="Proposals an expert, at least.",
)
@click.option("--loads", type=READABLE, help="CSV: expert, minimum, maximum.")
@click.option(
    "--objective",
    type=click.Choice(["total", "fair", "random"]),
    default="total",
    show_default=True,
    help="Largest total; largest possible minimum, then total; or a draw by lot.",
)
@click.option(
    "--leximin",
    is_flag=True,
    help="Of fair: then raise the next-worst proposals, as far as it is proved.",
)
@click.option(
    "--max-probability",
    type=click.FloatRange(0, 1, min_open=True),
    help=f"Of a draw: no pair is likelier than this ({LIKELIEST}).",
)
@click.option("--seed", help="Of a draw: any text; publish its SHA-256 before.")
@click.option(
    "--rules", "rules_file", type=READABLE, help="YAML: what every panel must hold."
)
@click.option(
    "--probabilities",
    type=WRITABLE,
    help="Of a draw: where the exact probability of every pair goes, as CSV.",
)
@click.option(
    "--mixture",
    type=WRITABLE,
    help="Of a draw with rules: where the assignments it chose from go, with weights, as CSV.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    help="Look for better no longer than this; the gap is said.",
)
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
@click.option(
    "--json", "as_json", is_flag=True, help="Say the outcome as one JSON object."
)
def form(  # noqa: PLR0917 -- as click calls it
    scores: Path,
    conflicts: Path,
    size: int,
    max_load: int | None,
    min_load: int | None,
    loads: Path | None,
    objective: Objective,
    leximin: bool,  # noqa: FBT001
    max_probability: float | None,
    seed: str | None,
    rules_file: Path | None,
    probabilities: Path | None,
    mixture: Path | None,
    seconds: float | None,
    output: Path,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Assign experts to the proposals of SCORES (CSV or .gz: expert, proposal, score).

    A pair that is not listed cannot be assigned. Output: proposal, expert, score, and the
    seat where the rules have seats. Exit status 1: no assignment meets every condition, and it
    is said which ones are in the way and the least that mends it. 2: a file is refused.
    """
    _options(max_load, min_load, loads)
    _draw_options(
        seed,
        (max_probability, probabilities, mixture),
        drawn=objective == "random",
        ruled=rules_file is not None,
    )
    begin = perf_counter()
    problem = _problem(scores, conflicts, size, max_load, min_load, loads, rules_file)
    reading = perf_counter() - begin
    given: dict[str, Any] = {}
    if objective == "random":
        given = {"seed": seed, "max_probability": max_probability or LIKELIEST}
    if leximin and (objective != "fair" or problem.rules):
        raise click.UsageError(
            _("--leximin belongs to --objective fair, without rules of composition.")
        )
    try:
        solution = solve(problem, objective, leximin=leximin, seconds=seconds, **given)
    except Infeasible as refusal:
        if as_json:
            click.echo(json.dumps(_refusal(refusal, begin), ensure_ascii=False))
        raise click.ClickException("\n".join(reasons(refusal))) from None
    with ExitStack() as files:
        _write(solution, output, files, seats=any(c.seat for c in solution.pairs))
        if probabilities is not None:
            _write_chances(solution, probabilities, files)
        if mixture is not None:
            _write_mixture(solution, problem.proposals, mixture, files)
    if as_json:
        summary = {**_summary(solution), "reading": round(reading, 3)}
        click.echo(json.dumps(summary, ensure_ascii=False))
        return
    for line in told(solution, output):
        click.echo(line)


def _options(
    max_load: int | None,
    min_load: int | None,
    loads: Path | None,
) -> None:
    if (max_load is None) == (loads is None):
        raise click.UsageError(_("Give either --max-load or --loads."))
    if min_load is not None and loads is not None:
        raise click.UsageError(
            _("--min-load belongs to --max-load; --loads has a column.")
        )
    if min_load is not None and max_load is not None and min_load > max_load:
        raise click.UsageError(_("--min-load must not be above --max-load."))


def _draw_options(
    seed: str | None, others: tuple[Any, Any, Path | None], *, drawn: bool, ruled: bool
) -> None:
    if drawn and not seed:
        raise click.UsageError(_("A draw needs --seed; publish its SHA-256 before."))
    if not drawn and (seed is not None or any(it is not None for it in others)):
        raise click.UsageError(
            _(
                "--seed, --max-probability, --probabilities and --mixture belong to --objective random."
            )
        )
    if others[-1] is not None and not ruled:
        raise click.UsageError(
            _("--mixture belongs to a draw with --rules; without, see --probabilities.")
        )


def _problem(  # noqa: PLR0917 -- the files as they were given
    scores_file: Path,
    conflicts_file: Path,
    size: int,
    max_load: int | None,
    min_load: int | None,
    loads_file: Path | None,
    rules_file: Path | None,
) -> Problem:
    found = Findings()
    scores = read_scores(scores_file, found)
    loads = _loads(scores, scores_file, max_load, min_load, loads_file, found)
    people = dict.fromkeys([*loads, *scores.experts], 0)
    known = people, scores.proposals
    conflicts = read_pairs(
        conflicts_file, ("expert", "proposal"), known, scores_file.name, found
    )
    found.stop()
    rules = Rules()
    if rules_file is not None:
        rules = read_rules(rules_file, people, scores.proposals)
    try:
        return Problem.of(
            scores.pairs,
            size=size,
            load_min={e: low for e, (low, _high) in loads.items()},
            load_max={e: high for e, (_low, high) in loads.items()},
            experts=list(people),
            proposals=list(scores.proposals),
            conflicts=conflicts,
            rules=rules.rules,
            locked=rules.locked,
        )
    except ValueError as error:
        raise Refused(f"{_('Nothing was written.')}\n{error}") from None


def _loads(  # noqa: PLR0917 -- the files as they were given
    scores: Scores,
    scores_file: Path,
    max_load: int | None,
    min_load: int | None,
    loads_file: Path | None,
    found: Findings,
) -> dict[str, tuple[int, int]]:
    if loads_file is None:
        return dict.fromkeys(scores.experts, (min_load or 0, max_load or 0))
    before = found.count
    loads = read_loads(loads_file, found)
    for expert, row in scores.experts.items():
        if expert not in loads and found.count == before:
            found.add(
                scores_file,
                row,
                "expert",
                _("“%(id)s” has no row in %(file)s; add one (0, 0 for nobody to ask).")
                % {"id": expert, "file": loads_file.name},
            )
            break
    return loads


def _write(solution: Solution, output: Path, files: ExitStack, *, seats: bool) -> None:
    columns = "proposal expert score seat" if seats else "proposal expert score"
    write = files.enter_context(table(output, columns))
    for pair in solution.pairs:
        seat = [pair.seat] if seats else []
        write(pair.proposal, pair.expert, repr(pair.score), *seat)


def _write_chances(solution: Solution, place: Path, files: ExitStack) -> None:
    write = files.enter_context(table(place, "proposal expert probability"))
    for expert, proposal, part in solution.marginals:
        write(proposal, expert, repr(part / solution.denominator))


def _write_mixture(
    solution: Solution, proposals: tuple[str, ...], place: Path, files: ExitStack
) -> None:
    write = files.enter_context(table(place, "number weight proposal expert"))
    for number, (weight, panels) in enumerate(solution.mixture, start=1):
        for proposal, panel in zip(proposals, panels, strict=True):
            for expert in panel:
                write(str(number), str(weight), proposal, expert)


def _summary(solution: Solution) -> dict[str, Any]:
    drawn = {
        "seed": solution.seed,
        "seed_sha256": sha256(solution.seed.encode()).hexdigest(),
        "max_probability": solution.limit,
        "expected": solution.expected,
        "bound_expected": solution.bound_expected,
        "parts": solution.denominator,
        "mixture": len(solution.mixture),
    }
    return {
        "total": solution.total,
        "minimum": solution.minimum,
        "bound": solution.bound,
        "status": solution.status,
        "seconds": round(solution.seconds, 3),
        "conflict": None,
        "objective": solution.objective,
        "bound_total": solution.bound_total,
        "bound_minimum": solution.bound_minimum,
        "gap": solution.gap,
        "bottom": {f"{share} %": mean for share, mean in solution.bottom.items()},
        "bottom_bound": {
            f"{share} %": most for share, most in solution.bottom_bound.items()
        },
        "repeatable": solution.repeatable,
        **(drawn if solution.seed else {}),
        **({"settled": solution.settled} if solution.settled else {}),
        "problem": solution.problem,
        "versions": solution.versions,
    }


def _refusal(refusal: Infeasible, begin: float) -> dict[str, Any]:
    def plain(item: Any) -> dict[str, Any]:
        return {
            name: value for name, value in vars(item).items() if value not in ("", ())
        }

    return {
        "total": None,
        "minimum": None,
        "bound": None,
        "status": "infeasible",
        "seconds": round(perf_counter() - begin, 3),
        "conflict": [plain(condition) for condition in refusal.conflict],
        "smallest": refusal.smallest,
        "proved": refusal.proved,
        "relief": [plain(relief) for relief in refusal.relief],
        "words": reasons(refusal),
    }
