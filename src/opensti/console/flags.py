"""``opensti flags``: red flags of open contracting over compiled releases."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sti_methods.redflags import FLAGS, SeveralCurrencies, flags_of

from opensti.console.flags_files import read_release_file, read_settings
from opensti.console.overlap_files import table
from opensti.console.panels_files import SHOWN, Findings, Refused, apart
from opensti.ui.procurement_flags import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sti_methods.redflags import Release, Report

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
COLUMNS = "flag group id value processes"
DIGITS = 4


@click.group()
def flags() -> None:
    """Red flags over procurement data of any publisher; no database is needed."""


@flags.command(name="run")
@click.argument("releases_file", metavar="RELEASES.jsonl", type=READABLE)
@click.option(
    "--settings",
    "settings_file",
    metavar="X.ini|X.yaml",
    type=READABLE,
    help="Which flags, with which thresholds (all, as published).",
)
@click.option(
    "--output",
    type=WRITABLE,
    required=True,
    help="Where the answer goes: .csv or .json.",
)
def run(releases_file: Path, settings_file: Path | None, output: Path) -> None:
    """Ask the open-contracting flags of OCDS 1.1 compiled releases, one on each line.

    Output as CSV: flag, group (OCID, Buyer, ProcuringEntity, Tenderer), id, value, and the
    processes it rests on. As JSON: values by group, id and flag, with quartiles and fences
    under Meta. A date or amount that cannot be read is named on the standard error. Exit
    status 2: a file is refused with its line and what to mend, nothing is written.
    """
    kind = output.suffix.lower()
    if kind not in {".csv", ".json"}:
        raise click.BadParameter(_("the name ends in .csv or .json."), param_hint="--output")  # fmt: skip
    given = [releases_file, *([settings_file] if settings_file else [])]
    apart(given, [output])
    found = Findings()
    releases = read_release_file(releases_file, found)
    settings = read_settings(settings_file, found)
    found.stop()
    if settings is None:
        raise RuntimeError("Settings that were refused were not said to be wrong.")
    try:
        report = flags_of(releases.values(), settings)
    except SeveralCurrencies as refusal:
        told = ", ".join(refusal.currencies)
        what = _("prices are in %(currencies)s; write into the settings which are compared, as in “currency = %(first)s”.")  # fmt: skip
        raise Refused(
            f"{_('Nothing was written.')}\n{releases_file.name}: "
            + what % {"currencies": told, "first": refusal.currencies[0]}
        ) from None
    if kind == ".csv":
        with table(output, COLUMNS) as write:
            for one in report.findings:
                value = repr(float(one.value))
                write(one.flag, one.group, one.id, value, " ".join(one.ocids))
    else:
        with _whole(output) as unfinished:
            unfinished.write_text(_json(report), encoding="utf-8")
    _unread(releases, report, releases_file)
    click.echo(
        ngettext(
            "%(count)d flag raised; %(releases)s.",
            "%(count)d flags raised; %(releases)s.",
            len(report.findings),
        )
        % {
            "count": len(report.findings),
            "releases": ngettext(
                "%(count)d release read", "%(count)d releases read", len(releases)
            )
            % {"count": len(releases)},
        }
    )
    click.echo(_("Written: %(file)s") % {"file": output})


@flags.command(name="explain")
@click.argument("names", metavar="[FLAG]...", nargs=-1, type=click.Choice(FLAGS))
def explain(names: tuple[str, ...]) -> None:
    """Say what flags mean and what they do not; all of them without a name."""
    for name in names or FLAGS:
        meaning = MEANINGS[name]
        click.echo(f"{name}  {meaning.title}")
        click.echo(f"  {_('It means:')} {meaning.means}")
        click.echo(f"  {_('It does not mean:')} {meaning.not_means}")


def _json(report: Report) -> str:
    told: dict[str, Any] = {
        group: {
            name: {flag: float(value) for flag, value in raised.items()}
            for name, raised in ids.items()
        }
        for group, ids in report.results().items()
    }
    told["Meta"] = {
        flag: {name: round(float(value), DIGITS) for name, value in figures}
        for flag, figures in report.figures
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


@contextmanager
def _whole(place: Path) -> Iterator[Path]:
    """A place beside the file, moved there when all is written."""
    unfinished = place.with_name(f".{place.name}.part")
    try:
        yield unfinished
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)


def _unread(releases: dict[int, Release], report: Report, path: Path) -> None:
    line_of = {one.ocid: line for line, one in releases.items()}
    for ocid, place in report.unread[:SHOWN]:
        click.echo(
            _(
                "%(file)s: line %(line)s: %(place)s cannot be read; flags that need it were not asked."
            )
            % {"file": path.name, "line": line_of[ocid], "place": place},
            err=True,
        )
    more = len(report.unread) - SHOWN
    if more > 0:
        click.echo(
            ngettext("… and %(count)s more.", "… and %(count)s more.", more)
            % {"count": more},
            err=True,
        )
