"""``opensti survey``: how many to ask, and what a wave of answers says."""

from __future__ import annotations

from pathlib import Path

import click
from django.utils.translation import gettext as _
from sti_methods.composite import Unfit
from sti_methods.reliability import allocation
from sti_methods.survey import Gates, Profile, Settings, analyse

from opensti.console.composite_folders import write_table
from opensti.console.panels_files import Findings, Refused, apart
from opensti.console.survey_files import (
    read_frame,
    read_prices,
    read_responses,
    too_many,
)
from opensti.console.survey_output import refuse_folder, write_wave
from opensti.console.survey_rules import read_questions, read_rules
from opensti.domains.surveys.questionnaires import Rules

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
FOLDER = click.Path(path_type=Path)
NO_RULES = Rules(
    code="", edition="", barriers=(), programmes={}, rules=(), texts={}, titles={}
)


@click.group()
def survey() -> None:
    """A survey of organisations in several economies; no database is needed."""


@survey.command(name="analyse")
@click.argument("responses_file", metavar="RESPONSES.csv", type=READABLE)
@click.option("--framework", "framework_file", type=READABLE, required=True, help="The questions, as YAML.")  # fmt: skip
@click.option("--frame", "frame_file", type=READABLE, required=True, help="How many organisations there are: economy, size, sector, organisations.")  # fmt: skip
@click.option("--output", type=FOLDER, required=True, help="The folder of the results.")
@click.option("--rules", "rules_file", type=READABLE, help="Rules of recommendations, as YAML (recommendations/ beside the framework).")  # fmt: skip
@click.option("--prices", "prices_file", type=READABLE, help="programme, currency, seat, coach, fixed: without it no budget is told.")  # fmt: skip
@click.option("--runs", type=click.IntRange(100, 100_000), default=2000, show_default=True, help="Draws of the bootstrap.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="Of the draws.")  # fmt: skip
@click.option("--stage", type=click.Choice(["scalar", "metric"]), default="scalar", show_default=True, help="How far a scale must be the same before means are compared.")  # fmt: skip
def analyse_wave(  # noqa: PLR0917 -- one for each option
    responses_file: Path,
    framework_file: Path,
    frame_file: Path,
    output: Path,
    rules_file: Path | None,
    prices_file: Path | None,
    runs: int,
    seed: int,
    stage: str,
) -> None:
    """Clean, weigh, test and tell a wave of answers; the same files give the same bytes.

    RESPONSES.csv has a row for each respondent: organisation, respondent, economy, size (micro,
    small, medium, large), sector, consent (yes or no), and a column for each item by its code (0
    to 5; empty: not answered; NA: does not apply). It may have role, minutes, CODE_importance
    (1 to 5), barrier_NAME (1 to 5), new_product, new_process, research (yes or no), turnover_new
    (percent), knowledge (patents and secrets), wish (yes or no).

    OUTPUT/public holds what may be told: cells.csv, reliability.csv, tests.csv, comparisons.csv,
    places.csv, needs.csv, findings.csv, about.json. OUTPUT/internal names organisations:
    exclusions.csv, weights.csv, recommendations.csv, needs.csv, survey.json. Exit status 2: a file
    is refused by row and column, nothing is written.
    """
    asked = read_questions(framework_file)
    shipped = framework_file.parent / "recommendations" / framework_file.name
    rules_file = rules_file or (shipped if shipped.is_file() else None)
    rules = read_rules(rules_file, asked) if rules_file else NO_RULES
    read_files = {
        "responses": responses_file,
        "framework": framework_file,
        "frame": frame_file,
        "rules": rules_file,
        "prices": prices_file,
    }
    inputs = {name: path for name, path in read_files.items() if path is not None}
    refuse_folder(output, list(inputs.values()))
    found = Findings()
    frame, at, _deviations = read_frame(frame_file, found)
    prices, currency = read_prices(prices_file, rules, found) if prices_file else ({}, "")  # fmt: skip
    found.stop()
    read = read_responses(responses_file, asked, rules.barriers, frame, found)
    too_many(read.given, frame_file, at, found)
    found.stop()
    settings = Settings(
        gates=Gates(stage="metric" if stage == "metric" else "scalar"),
        runs=runs,
        seed=seed,
    )
    try:
        told = analyse(
            read.given,
            rules=rules.rules,
            programmes=rules.programmes,
            prices=prices,
            settings=settings,
        )
    except Unfit:
        raise Refused(
            f"{_('Nothing was written.')}\n{responses_file.name}: "
            + _("no answer is left after cleaning.")
        ) from None
    digest = write_wave(
        output,
        told,
        read=read,
        asked=asked,
        rules=rules,
        settings=settings,
        currency=currency,
        inputs=inputs,
    )
    kept = int(told.cleaned.kept.sum())
    click.echo(
        _("%(kept)d of %(all)d answers kept; %(n)d organisations in %(m)d economies.")
        % {
            "kept": kept,
            "all": len(read.at),
            "n": sum(one.organisations for one in told.economies),
            "m": len(told.economies),
        }
    )
    if read.ignored:
        click.echo(_("Columns left aside: %(names)s") % {"names": ", ".join(read.ignored)})  # fmt: skip
    if not rules_file:
        click.echo(_("No rules were given: nothing is recommended."))
    click.echo(_("SHA-256 of the results: %(digest)s") % {"digest": digest})
    click.echo(_("Written: %(file)s") % {"file": output})


@survey.command()
@click.argument("frame_file", metavar="FRAME.csv", type=READABLE)
@click.option("--sample", type=click.IntRange(1), required=True, help="How many organisations to ask.")  # fmt: skip
@click.option("--way", type=click.Choice(["equal", "proportional", "neyman"]), default="neyman", show_default=True, help="How they are spread; neyman needs a column deviation.")  # fmt: skip
@click.option("--each-economy", is_flag=True, help="So many in each economy, not in all together.")  # fmt: skip
@click.option("--least", type=click.IntRange(1), default=2, show_default=True, help="At least so many in each stratum, or all there are.")  # fmt: skip
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
def allocate(  # noqa: PLR0917 -- one for each option
    frame_file: Path,
    sample: int,
    way: str,
    each_economy: bool,  # noqa: FBT001
    least: int,
    output: Path,
) -> None:
    """Spread a sample over the strata of FRAME.csv: economy, size, sector, organisations.

    The output has the same columns and sample, weight (organisations for each one asked).
    """
    apart([frame_file], [output])
    found = Findings()
    frame, at, deviations = read_frame(frame_file, found)
    if way == "neyman":
        for profile, row in at.items():
            if profile not in deviations and frame.get(profile):
                found.add(frame_file, row, "deviation", _("the deviation is missing; write it, or take --way equal."))  # fmt: skip
    found.stop()
    kind = next(one for one in ("equal", "proportional", "neyman") if one == way)
    names = {f"{p.economy}/{p.stratum}": p for p in frame}
    groups: dict[str, list[str]] = {}
    for name, profile in names.items():
        groups.setdefault(profile.economy if each_economy else "", []).append(name)
    asked: dict[str, int] = {}
    for economy, strata in groups.items():
        try:
            asked |= allocation(
                sizes={name: frame[names[name]] for name in strata},
                sample=sample,
                way=kind,
                deviations={n: deviations.get(names[n], 0.0) for n in strata},
                least=least,
            )
        except Unfit as refusal:
            raise Refused(
                f"{_('Nothing was written.')}\n{frame_file.name}: {economy} "
                + _("%(n)d are too few for %(strata)d strata of %(least)d; ask more, or --least less.")
                % {"n": sample, "strata": refusal.about["strata"], "least": least}
            ) from None  # fmt: skip
    lines = [_line(profile, frame[profile], asked[name]) for name, profile in names.items()]  # fmt: skip
    write_table(output, ("economy", "size", "sector", "organisations", "sample", "weight"), lines)  # fmt: skip
    click.echo(_("Written: %(file)s") % {"file": output})


def _line(profile: Profile, size: int, sample: int) -> list[str]:
    weight = f"{size / sample:.6f}" if sample else ""
    return [profile.economy, profile.size, profile.sector, str(size), str(sample), weight]  # fmt: skip
