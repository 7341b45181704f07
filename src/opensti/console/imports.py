"""``opensti import``: bring in organisations, people, works and ROR records from files."""

from __future__ import annotations

import csv
import gzip
import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from defusedcsv import csv as safe_csv
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.console.archives import tasks
from opensti.console.own_terms import terms
from opensti.domains.registry import actions, queries
from opensti.kernel.access import SYSTEM
from opensti.kernel.refusals import Invalid, Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opensti.domains.registry.actions import RowResult

SOME_REFUSED = 1
UNUSABLE = 2
TRIAL = 5_000
PREVIEWED = 10
Rows = list[tuple[int, dict[str, Any]]]


@click.group(name="import")
def imports() -> None:
    """Bring in files. Importing a file again doubles nothing; a stopped import goes on.

    Exit code 0: every row is in; 1: some rows were refused; 2: the file cannot be used.
    """


imports.add_command(tasks)
imports.add_command(terms)


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        (
            click.argument(
                "file", type=click.Path(exists=True, dir_okay=False, path_type=Path)
            ),
            click.option(
                "--source", help="Name of the source; the file's name by default."
            ),
            click.option("--dry-run", is_flag=True, help="Say all, write nothing."),
            click.option(
                "--preview", is_flag=True, help="Show the first rows as they are read."
            ),
            click.option(
                "--errors",
                type=click.Path(dir_okay=False, path_type=Path),
                help="Write refused rows with their reasons to this CSV file.",
            ),
            click.option("--json", "as_json", is_flag=True, help="Answer as JSON."),
        )
    ):
        command = option(command)
    return command


_map = click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="TARGET=COLUMN",
    help="Say which column holds what; the rest is guessed from the headings.",
)


@imports.command()
@_options
@_map
def organisations(**options: Any) -> None:
    """Organisations from FILE (CSV, XLSX or JSONL)."""
    _run("organisations", **options)


@imports.command()
@_options
@_map
def people(**options: Any) -> None:
    """People from FILE (CSV, XLSX or JSONL)."""
    _run("people", **options)


@imports.command()
@_options
@_map
def works(**options: Any) -> None:
    """Publications, patents and other works from FILE (CSV, XLSX or JSONL)."""
    _run("works", **options)


@imports.command()
@_options
def ror(**options: Any) -> None:
    """Records of the Research Organization Registry from FILE (JSON, schema 1 or 2)."""
    _run("ror", pairs=(), **({"source": None} | options))


def _run(
    kind: str,
    *,
    file: Path,
    pairs: tuple[str, ...],
    source: str | None,
    dry_run: bool,
    preview: bool,
    errors: Path | None,
    as_json: bool,
) -> None:
    try:
        rows = _ror_rows(file) if kind == "ror" else _table_rows(kind, file, pairs)
        if preview:
            _show(rows[:PREVIEWED], as_json=as_json)
            return
        source = source or ("ror.org" if kind == "ror" else file.name)
        results = _bring_in(
            kind, rows, source, file.name, dry_run=dry_run, quiet=as_json
        )
    except Refusal as refusal:
        _refuse(refusal, as_json=as_json)
    refused = [r for r in results if r.problems]
    if errors is not None:
        _write_errors(errors, dict(rows), refused)
    inside = {str(row.get("id", "")).rpartition("/")[2] for _n, row in rows}
    outside = [
        o for r in results for o in r.outside if kind == "ror" and o not in inside
    ]
    _tell(results, refused, errors, outside, dry_run=dry_run, as_json=as_json)
    if refused:
        raise SystemExit(SOME_REFUSED)


def _table_rows(kind: str, file: Path, pairs: tuple[str, ...]) -> Rows:
    headings = queries.headings_of(file, file.name)
    mapping = queries.guess_mapping(kind=kind, headings=headings)
    known = {column.name for column in queries.COLUMNS[kind]}
    for pair in pairs:
        target, found, column = pair.partition("=")
        if not found or target not in known or (column and column not in headings):
            raise Invalid(
                [
                    Problem(
                        field="map",
                        message=_("“%s” does not name a target and a column.") % pair,
                        mend=_("Targets: %(targets)s. Columns: %(columns)s.")
                        % {
                            "targets": ", ".join(sorted(known)),
                            "columns": ", ".join(headings),
                        },
                    )
                ]
            )
        if column:
            mapping[target] = column
        else:
            mapping.pop(target, None)
    absent = queries.missing_columns(kind=kind, mapping=mapping)
    if absent:
        raise Invalid(
            [
                Problem(
                    field=column.name,
                    message=_("No column is chosen for “%(name)s”.")
                    % {"name": column.label},
                    mend=_("Say it with --map %(name)s=COLUMN. Columns: %(columns)s.")
                    % {"name": column.name, "columns": ", ".join(headings)},
                )
                for column in absent
            ]
        )
    return [
        (number, queries.mapped(cells, mapping))
        for number, cells in queries.rows_of(file, file.name)
    ]


def _ror_rows(file: Path) -> Rows:
    try:
        content = file.read_bytes()
        if file.suffix == ".gz":
            content = gzip.decompress(content)
        records = json.loads(content)
    except (ValueError, OSError) as error:
        raise Invalid(
            [
                Problem(
                    field="file",
                    message=_("The file is not JSON: %s.") % error,
                    mend=_("Take the JSON file of the ROR data dump."),
                )
            ]
        ) from error
    if isinstance(records, dict):
        records = records.get("items", [records])
    if not all(isinstance(r, dict) and r.get("id") for r in records):
        raise Invalid(
            [
                Problem(
                    field="file",
                    message=_("The file does not hold ROR records."),
                    mend=_("Take the JSON file of the ROR data dump."),
                )
            ]
        )
    return list(enumerate(records, start=1))


def _bring_in(
    kind: str, rows: Rows, source: str, name: str, *, dry_run: bool, quiet: bool
) -> list[RowResult]:
    run = actions.start_import(
        actor=SYSTEM,
        kind=kind,
        source=source,
        file_name=name,
        at=timezone.now(),
        dry_run=dry_run,
    )
    results: list[RowResult] = []
    with click.progressbar(length=len(rows), label=name, hidden=quiet) as bar:
        for batch in _batches(rows, TRIAL if dry_run else actions.CHUNK):
            found = actions.import_chunk(
                actor=SYSTEM,
                kind=kind,
                rows=batch,
                source=source,
                at=timezone.now(),
                run_id=run.pk,
                dry_run=dry_run,
            )
            if dry_run:
                actions.note_progress(run_id=run.pk, results=found)
            results += found
            bar.update(len(batch))
    actions.finish_import(actor=SYSTEM, run_id=run.pk, at=timezone.now())
    return results


def _batches(rows: Rows, size: int) -> Iterator[Rows]:
    waiting = iter(rows)
    while batch := list(islice(waiting, size)):
        yield batch


def _show(rows: Rows, *, as_json: bool) -> None:
    if as_json:
        click.echo(
            json.dumps([row for _n, row in rows], ensure_ascii=False, default=str)
        )
        return
    for number, row in rows:
        click.secho(f"{number}", bold=True)
        for name, value in row.items():
            if value not in (None, ""):
                click.echo(f"  {name}: {value}")


def _write_errors(file: Path, rows: dict[int, Any], refused: list[RowResult]) -> None:
    """The refused rows as they were, so that they can be mended and imported again."""
    columns = list(
        dict.fromkeys(
            name for r in refused for name in rows[r.number] if name.isprintable()
        )
    )
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = safe_csv.writer(out, quoting=csv.QUOTE_MINIMAL)
        writer.writerow(["row", *columns, "problem", "how to mend it"])
        for result in refused:
            row = rows[result.number]
            writer.writerow(
                [
                    result.number,
                    *(row.get(name, "") for name in columns),
                    "; ".join(
                        f"{p.field}: {p.message}" if p.field else str(p.message)
                        for p in result.problems
                    ),
                    "; ".join(str(p.mend) for p in result.problems if p.mend),
                ]
            )


def _tell(
    results: list[RowResult],
    refused: list[RowResult],
    errors: Path | None,
    outside: list[str],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    unplaced = [r for r in results if r.unplaced]
    counts = {
        outcome: sum(r.outcome == outcome for r in results)
        for outcome in ("created", "changed", "unchanged", "refused")
    }
    if as_json:
        answer = {
            "rows": len(results),
            **counts,
            "dry_run": dry_run,
            "links_outside": len(outside),
            "without_province": [
                {"row": r.number, "key": r.key, "place": r.unplaced} for r in unplaced
            ],
            "errors": [
                {
                    "row": r.number,
                    "key": r.key,
                    "problems": [
                        {
                            "field": p.field,
                            "message": str(p.message),
                            "mend": str(p.mend),
                        }
                        for p in r.problems
                    ],
                }
                for r in refused
            ],
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(
        _(
            "%(created)s created, %(changed)s changed, %(unchanged)s as before, "
            "%(refused)s refused."
        )
        % counts
    )
    if dry_run:
        click.echo(_("This was a dry run: nothing was written."))
    if outside:
        click.echo(
            ngettext(
                "%s link to an organisation outside the file was left out.",
                "%s links to organisations outside the file were left out.",
                len(outside),
            )
            % len(outside)
        )
    if unplaced:
        click.echo(
            _(
                "%(count)s without a province, because no code of the registry fits the "
                "place (it stands as the address): %(places)s."
            )
            % {
                "count": len(unplaced),
                "places": ", ".join(sorted({r.unplaced for r in unplaced})),
            }
        )
    for result in refused[:20]:
        for problem in result.problems:
            where = ": ".join(str(p) for p in (result.number, problem.field) if p)
            said = " ".join(str(p) for p in (problem.message, problem.mend) if p)
            click.secho(f"{where}: {said}", fg="red", err=True)
    if refused and errors is not None:
        click.echo(_("The refused rows are in %s.") % errors, err=True)


def _refuse(refusal: Refusal, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps(refusal.as_dict(), ensure_ascii=False))
    else:
        click.secho(f"{refusal.message} {refusal.mend}", fg="red", err=True)
    raise SystemExit(UNUSABLE)
