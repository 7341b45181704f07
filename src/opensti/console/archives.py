"""``opensti import tasks FILE``: bring in an archive of earlier tasks."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
from defusedcsv import csv
from django.utils import timezone
from django.utils.translation import gettext as _

from opensti.console.archive_files import Unreadable
from opensti.console.archive_layouts import LAYOUTS, Layout
from opensti.console.archive_rows import NAMES, Archive, Fault
from opensti.domains.tasks.actions import import_tasks_batch
from opensti.kernel.access import SYSTEM

if TYPE_CHECKING:
    from opensti.domains.tasks.actions import ArchivedTask

CHUNK = 2_000
CERTAIN = frozenset({"utf-8-sig", "utf-16"})
SHOWN = 5


@dataclass(kw_only=True)
class Count:
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0


class Errors:
    """The file that names every row that was not taken; made only when there is one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.first: list[Fault] = []
        self._file: IO[str] | None = None
        self._writer: Any = None

    def add(self, fault: Fault) -> None:
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(["row", "id", "field", "problem"])
        self._writer.writerow([fault.row, fault.key, fault.field, fault.problem])
        if len(self.first) < SHOWN:
            self.first.append(fault)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _mapping(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    mapping = {}
    for value in values:
        part, equals, column = value.partition("=")
        if not equals or part not in NAMES:
            raise click.BadParameter(
                _("%(value)s: write PART=COLUMN, PART one of %(parts)s.")
                % {"value": value, "parts": ", ".join(NAMES)}
            )
        mapping[part] = column
    return mapping


@click.command()
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
@click.option(
    "--source", default="", help="Name of the archive; else what each row says."
)
@click.option(
    "--layout",
    type=click.Choice(sorted(LAYOUTS)),
    help="The columns of a large archive as its publisher writes them.",
)
@click.option(
    "--abstracts",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    help="A second file with the abstracts, where the layout has them apart (nih).",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    callback=_mapping,
    metavar="PART=COLUMN",
    help="Which column holds a part (key, title, abstract, …); may be repeated.",
)
@click.option(
    "--dates",
    type=click.Choice(["auto", "dmy", "mdy"]),
    default="auto",
    help="How 03/04/2026 is read; ISO dates are always understood.",
)
@click.option("--currency", default="", help="Three letters, when the rows do not say.")
@click.option(
    "--errors",
    "errors_path",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where rows that were not taken are named [FILE.errors.csv, here].",
)
@click.option("--dry-run", is_flag=True, help="Read and compare, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def tasks(
    *,
    file: Path,
    source: str,
    layout: str | None,
    abstracts: Path | None,
    mapping: dict[str, str],
    dates: str,
    currency: str,
    errors_path: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring in FILE (.jsonl, .json, .csv, .xlsx, or .gz of one): earlier tasks, one a row.

    Run it again whenever you like: rows are known by their identifier, nothing doubles,
    and an interrupted run goes on where it stopped. Exit code 0: all rows are in;
    1: some are named in the error file; 2: the file cannot be read.
    """
    laid = (
        LAYOUTS[layout]
        if layout
        else Layout(source="", currency="", columns={}, language="")
    )
    archive = Archive(
        path=file,
        source=source or laid.source,
        mapping=mapping,
        columns=laid.columns,
        dates=dates if dates != "auto" else laid.dates,
        currency=currency.upper() or laid.currency,
        language=laid.language,
        decimal=laid.decimal,
        abstracts=_abstracts(abstracts, laid),
    )
    errors = Errors(errors_path or Path(f"{file.name}.errors.csv"))
    count = Count()
    began = time.monotonic()
    try:
        _bring_in(archive, errors, count, dry_run=dry_run, quiet=as_json)
    except Unreadable as error:
        raise click.UsageError(str(error)) from error
    finally:
        errors.close()
    seconds = round(time.monotonic() - began, 1)
    if archive.encoding not in CERTAIN and not as_json:
        click.echo(
            _("The letters were read as %s; check some names, or save it as UTF-8.")
            % archive.encoding,
            err=True,
        )
    _report(count, errors, seconds, dry_run=dry_run, as_json=as_json)
    if count.refused:
        sys.exit(1)


def _abstracts(path: Path | None, layout: Layout) -> dict[str, str]:
    """Read a file of abstracts by identifier; all of it is kept in memory."""
    if path is None:
        return {}
    if not layout.abstracts:
        raise click.UsageError(
            _(
                "This layout has its abstracts in the file itself: leave out --abstracts."
            )
        )
    try:
        rows = list(Archive(path=path, mapping=layout.abstracts).rows())
    except Unreadable as error:
        raise click.UsageError(str(error)) from error
    return {r.task.key: r.task.abstract for r in rows if not isinstance(r, Fault)}


def _bring_in(
    archive: Archive, errors: Errors, count: Count, *, dry_run: bool, quiet: bool
) -> None:
    waiting: dict[str, list[ArchivedTask]] = {}
    at = timezone.now()

    def send() -> None:
        for source, rows in waiting.items():
            outcome = import_tasks_batch(
                actor=SYSTEM, source=source, rows=rows, at=at, dry_run=dry_run
            )
            count.created += outcome.created
            count.updated += outcome.updated
            # Of rows with one identifier in a chunk the last counts.
            count.unchanged += len(rows) - outcome.created - outcome.updated
        waiting.clear()

    with click.progressbar(
        length=archive.size,
        label=archive.path.name,
        file=sys.stderr,
        hidden=quiet or not sys.stderr.isatty(),
    ) as bar:
        ready = 0
        for row in archive.rows():
            count.read += 1
            if isinstance(row, Fault):
                count.refused += 1
                errors.add(row)
                continue
            waiting.setdefault(row.source, []).append(row.task)
            ready += 1
            if ready >= CHUNK:
                send()
                ready = 0
                bar.update(archive.position() - bar.pos)
        send()
        bar.update(archive.size - bar.pos)


def _report(
    count: Count, errors: Errors, seconds: float, *, dry_run: bool, as_json: bool
) -> None:
    if as_json:
        click.echo(
            json.dumps(
                {
                    **asdict(count),
                    "errors": str(errors.path) if count.refused else None,
                    "seconds": seconds,
                    "dry_run": dry_run,
                }
            )
        )
        return
    if dry_run:
        click.echo(_("This was a dry run: nothing was written."))
    click.echo(
        _(
            "%(read)s rows read in %(seconds)s s: %(created)s new, %(updated)s changed, "
            "%(unchanged)s as before, %(refused)s refused."
        )
        % {**asdict(count), "seconds": seconds}
    )
    for fault in errors.first:
        where = " ".join(str(p) for p in (fault.row, fault.key, fault.field) if p)
        click.echo(
            "  "
            + _("row %(where)s: %(problem)s")
            % {"where": where, "problem": fault.problem},
            err=True,
        )
    if count.refused:
        click.echo(_("Every refused row is named in %s.") % errors.path, err=True)
