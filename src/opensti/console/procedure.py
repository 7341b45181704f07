"""Check, draw, simulate and load procedures from the command line."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils import timezone
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from opensti.domains.procedures.actions import load_regimes
from opensti.domains.procedures.choices import Track
from opensti.domains.procedures.queries import active_versions, regime_of, unverified
from opensti.domains.procedures.regimes.diagram import draw
from opensti.domains.procedures.regimes.findings import Finding
from opensti.domains.procedures.regimes.loading import load_regime
from opensti.domains.procedures.regimes.simulation import simulate_regime
from opensti.domains.procedures.regimes.soundness import check_regime, check_together
from opensti.kernel.access import SYSTEM
from opensti.kernel.periods import vietnam_calendar
from opensti.kernel.refusals import Invalid

if TYPE_CHECKING:
    from sti_methods.scheduling import Result

    from opensti.domains.procedures.regimes.format import Regime

FILE = click.Path(path_type=Path, dir_okay=False)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
LANG = click.option(
    "--lang",
    type=click.Choice(["vi", "en"]),
    default=lambda: "en" if get_language() == "en" else "vi",
    show_default="that of the terminal",
)
TRACK = click.option(
    "--track",
    type=click.Choice([t.value for t in Track]),
    default=Track.DOSSIER.value,
    show_default=True,
    help="Which way to follow: of a need, an order or a dossier.",
)


@click.group()
def procedure() -> None:
    """Procedures as data: check, draw, simulate, load, list."""


@procedure.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--remarks", is_flag=True, help="Show remarks as well as faults.")
@LANG
@AS_JSON
def check(files: tuple[Path, ...], *, remarks: bool, lang: str, as_json: bool) -> None:
    """Look for faults in procedure FILES; exit code 1 when there are any.

    Several files are checked together for gaps and overlaps in time.
    """
    with override(lang):
        found, regimes = [], []
        for path in files:
            regime, findings = _read(path)
            found += [(path.name, f) for f in findings]
            if regime is not None:
                regimes.append(regime)
                found += [(path.name, f) for f in check_regime(regime)]
        if len(regimes) == len(files) > 1:
            found += [("*", f) for f in check_together(regimes)]
        shown = [(n, f) for n, f in found if remarks or f.level == "fault"]
        if as_json:
            _say_json([{"file": n, **asdict(f)} for n, f in shown])
        for name, finding in [] if as_json else shown:
            place = f"{name}: {finding.path}" if finding.path else name
            click.echo(f"{place}: [{finding.code}] {finding.message}")
            click.echo(f"    → {finding.mend}")
        faults = sum(f.level == "fault" for _n, f in found)
        if not as_json:
            counted = (
                ngettext("%s file", "%s files", len(files)) % len(files),
                ngettext("%s fault", "%s faults", faults) % faults,
            )
            click.echo(f"{', '.join(counted)}.", err=bool(faults))
    raise SystemExit(1 if faults else 0)


@procedure.command()
@click.argument("file", type=FILE)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here.")
@click.option("--stage", default="", help="Mark this stage.")
@TRACK
@LANG
def diagram(
    file: Path, output: Path | None, *, stage: str, track: str, lang: str
) -> None:
    """Draw a track of the procedure FILE as SVG."""
    with override(lang):
        regime = _load(file)
        known = [s.id for s in regime.track(track).stages]
        if stage and stage not in known:
            raise click.BadParameter(
                _("There is no stage “%(stage)s”; there are: %(known)s.")
                % {"stage": stage, "known": ", ".join(known)}
            )
    svg = draw(regime, track=Track(track), lang=lang, here=stage)
    if output is None:
        click.echo(svg)
    else:
        output.write_text(svg, encoding="utf-8")
        click.echo(str(output), err=True)


@procedure.command()
@click.argument("file", type=FILE)
@click.option("--seed", default=1, show_default=True)
@click.option("--runs", default=200, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--start", default="", help="First day, YYYY-MM-DD; today by default.")
@TRACK
@LANG
@AS_JSON
def simulate(
    file: Path,
    *,
    seed: int,
    runs: int,
    start: str,
    track: str,
    lang: str,
    as_json: bool,
) -> None:
    """Estimate how long each stage of FILE takes, and where cases wait.

    Calendar days by the working-day calendar; the file's assumptions decide.
    """
    with override(lang):
        regime = _load(file)
        try:
            first = date.fromisoformat(start) if start else timezone.localdate()
        except ValueError:
            raise click.BadParameter(_("Write the day as YYYY-MM-DD.")) from None
        with click.progressbar(
            length=runs,
            label=_("Simulation"),
            file=sys.stderr,
            hidden=as_json or not sys.stderr.isatty(),
        ) as bar:
            result = simulate_regime(
                regime,
                start=first,
                calendar=vietnam_calendar(lenient=True),
                track=Track(track),
                runs=runs,
                seed=seed,
                progress=lambda done: bar.update(done - bar.pos),
            )
        if as_json:
            answer = {"regime": regime.id, "start": first.isoformat()}
            _say_json(answer | asdict(result))
            return
        _say_times(regime, result, Track(track), runs, lang)


def _say_times(
    regime: Regime, result: Result, track: Track, runs: int, lang: str
) -> None:
    table = regime.track(track)
    click.echo(f"{regime.label(lang)}, {runs} x {regime.assumptions.cases_per_year}")
    head = (_("stage"), _("median"), _("90 %"), _("waits"), _("share"))
    click.echo(f"{head[0]:<44}" + "".join(f"{word:>10}" for word in head[1:]))
    for s in result.stages:
        label = table.stage(s.id).label(lang)[:42]
        click.echo(
            f"{label:<44}{s.median:>10}{s.p90:>10}{s.waiting:>10}{s.share * 100:>9.0f}%"
        )
    click.echo(f"{_('whole'):<44}{result.median:>10}{result.p90:>10}")
    if result.waits_most_at:
        most = table.stage(result.waits_most_at).label(lang)
        click.echo(_("waits most at: %s") % most)


@procedure.command()
@click.option("--folder", type=click.Path(path_type=Path, exists=True), default=None)
@AS_JSON
def load(*, folder: Path | None, as_json: bool) -> None:
    """Freeze the procedure files as versions; what did not change stays."""
    try:
        versions = load_regimes(actor=SYSTEM, at=timezone.now(), folder=folder)
    except Invalid as refusal:
        _say_problems(refusal)
        raise SystemExit(1) from None
    rows = [
        {"code": v.code, "version": v.version, "sha256": v.sha256} for v in versions
    ]
    if as_json:
        _say_json(rows)
        return
    for row in rows:
        click.echo(f"{row['code']:<20} #{row['version']:<4} {row['sha256']}")


@procedure.command("list")
@AS_JSON
def list_(*, as_json: bool) -> None:
    """List the procedures in force, and how much of each is not verified."""
    rows = []
    for version in active_versions():
        regime = regime_of(version)
        rows.append(
            {
                "code": version.code,
                "version": version.version,
                "since": version.since.isoformat(),
                "until": version.until.isoformat() if version.until else None,
                "label": regime.label_vi,
                "not_verified": len(unverified(regime)),
                "switches": len(regime.switches),
            }
        )
    if as_json:
        _say_json(rows)
        return
    for row in rows:
        click.echo(
            f"{row['code']:<16} #{row['version']:<3} {row['since']} - "
            f"{row['until'] or '…':<10}  "
            + _("%(count)3s not verified") % {"count": row["not_verified"]}
            + f"  {row['label']}"
        )


def _read(path: Path) -> tuple[Regime | None, list[Finding]]:
    try:
        return load_regime(path), []
    except Invalid as refusal:
        return None, [
            Finding(
                code="not_readable",
                path=p.field.removeprefix(path.name).removeprefix(": "),
                message=str(p.message),
                mend=str(p.mend),
            )
            for p in refusal.problems
        ]


def _load(path: Path) -> Regime:
    try:
        return load_regime(path)
    except Invalid as refusal:
        _say_problems(refusal)
        raise SystemExit(1) from None


def _say_problems(refusal: Invalid) -> None:
    for problem in refusal.problems:
        click.echo(f"{problem.field}: {problem.message}", err=True)
        click.echo(f"    → {problem.mend}", err=True)


def _say_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
