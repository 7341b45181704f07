"""``opensti overlap``: earlier work like a query's, and all pairs of a corpus, from files."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sti_methods.similarity import (
    Index,
    Problem,
    TermList,
    Unreadable,
    read_records,
    read_terms,
    shipped_terms,
)
from sti_methods.similarity import explain as explained
from sti_methods.similarity import pairs as all_pairs

from opensti.console.explanations import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sti_methods.similarity import Record

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
MOST = 10
SHIPPED = Path("shipped")
TERMS = click.option(
    "--terms",
    "terms_file",
    type=click.Path(path_type=Path),
    help="Also find records of the other language, Vietnamese or English: by the terms of this CSV (vi, en, weight), or “shipped” for those that come with OpenSTI.",
)


@click.group()
def overlap() -> None:
    """Screen tasks for overlap with earlier ones; no database is needed.

    Files are CSV or JSON Lines (or .gz of these) with the columns id, title, abstract,
    and if known objectives, products, keywords, year, people, organisations, begins,
    ends, amount.
    """


@overlap.command()
@click.argument("corpus", type=READABLE)
@click.argument("queries", type=READABLE)
@click.option("--top", type=click.IntRange(1, MOST), default=MOST, show_default=True)
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
@click.option(
    "--not-after-query-year",
    is_flag=True,
    help="Leave out records of later years than the query's.",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.0,
    help="Leave out matches less probable than this.",
)
@TERMS
def rank(  # noqa: PLR0917 -- as click calls it
    corpus: Path,
    queries: Path,
    top: int,
    output: Path,
    not_after_query_year: bool,  # noqa: FBT001
    threshold: float,
    terms_file: Path | None,
) -> None:
    """Write for each of QUERIES the records of CORPUS most likely the same work.

    Columns: query, group (full, or title for records known by title alone), rank within
    the group, match, score, probability. A query in the corpus never matches itself.
    With --terms a last column, across, is yes for records of the other language, which
    are ranked apart.
    """
    columns = "query group rank match score probability"
    with _errors(output) as note:
        terms = _terms(terms_file, note)
        index = _index(corpus, note, terms)
        asked = _read(queries, note)
        with _csv(output, columns if terms is None else f"{columns} across") as write:
            for query in _watched(asked, _("Comparing")):
                latest = query.year if not_after_query_year else None
                for match in index.rank(query, top=top, not_after=latest):
                    if match.probability >= threshold:
                        write(
                            query.id, match.group, match.rank, match.id,
                            f"{match.score:.6f}", f"{match.probability:.6f}",
                            *([] if terms is None else ["yes" if match.across else "no"]),
                        )  # fmt: skip


@overlap.command()
@click.argument("corpus", type=READABLE)
@click.option("--top", type=click.IntRange(1, 100), default=MOST, show_default=True)
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
@click.option(
    "--approximate",
    is_flag=True,
    help="Take less than half the time and miss up to 2 in 100.",
)
def pairs(
    corpus: Path,
    top: int,
    output: Path,
    approximate: bool,  # noqa: FBT001
) -> None:
    """Write each record's nearest in CORPUS by the cosine of all words; exact."""
    with _errors(output) as note:
        index = _index(corpus, note)
        with _csv(output, "id rank match cosine") as write:
            for n in all_pairs(index, top=top, approximate=approximate):
                write(n.id, n.rank, n.match, f"{n.cosine:.6f}")


@overlap.command()
@click.argument("corpus", type=READABLE)
@click.argument("queries", type=READABLE)
@click.option("--query", "asked", required=True, help="The id of a record of QUERIES.")
@click.option("--match", "found", required=True, help="The id of a record of CORPUS.")
@click.option(
    "--not-after-query-year",
    is_flag=True,
    help="Judge it in the list without later records, as rank does with this.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")
@TERMS
def explain(  # noqa: PLR0917 -- as click calls it
    corpus: Path,
    queries: Path,
    asked: str,
    found: str,
    not_after_query_year: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    terms_file: Path | None,
) -> None:
    """Say why a record of CORPUS is, or is not, the same work as one of QUERIES.

    The kind of overlap, the probability, the passages side by side, who and what both
    name, time and money, and what each word adds to the score. The answer goes to the
    standard output; remarks on the files go to the other one.
    """
    remarks: list[Problem] = []
    records, others = (
        _read(path, lambda _path, problem: remarks.append(problem))
        for path in (corpus, queries)
    )
    terms = _terms(terms_file, lambda _path, problem: remarks.append(problem))
    match, query = _one(records, corpus, found), _one(others, queries, asked)
    if query.id == match.id:
        raise click.ClickException(
            _("“%(id)s” is the query itself; name another match.") % {"id": match.id}
        )
    if remarks:
        click.echo(
            ngettext(
                "%(count)s remark on the files; opensti overlap rank writes them down.",
                "%(count)s remarks on the files; opensti overlap rank writes them down.",
                len(remarks),
            )
            % {"count": len(remarks)},
            err=True,
        )
    watched = _watched(records, _("Building the index"), file=sys.stderr)
    index = Index(watched, terms=terms)
    latest = query.year if not_after_query_year else None
    explanation = explained(index, query, match, not_after=latest)
    if as_json:
        text = json.dumps(explanation.document(), ensure_ascii=False, indent=1)
        click.echo(text)
        return
    for line in told(explanation, query, match):
        click.echo(line)


def _one(records: list[Record], path: Path, name: str) -> Record:
    for record in records:
        if record.id == name:
            return record
    raise click.ClickException(
        _("%(file)s has no record “%(id)s”.") % {"file": path.name, "id": name}
    )


def _index(corpus: Path, note: Any, terms: TermList | None = None) -> Index:
    records = _watched(_read(corpus, note), _("Building the index"))
    return Index(records, terms=terms)


def _terms(path: Path | None, note: Any) -> TermList | None:
    if path is None or path == SHIPPED:
        return None if path is None else shipped_terms()
    try:
        return read_terms(path, problem=lambda problem: note(path, problem))
    except Unreadable as refusal:
        raise click.ClickException(str(refusal)) from None


def _read(path: Path, note: Any) -> list[Record]:
    try:
        return read_records(path, problem=lambda problem: note(path, problem))
    except Unreadable as refusal:
        raise click.ClickException(str(refusal)) from None


def _watched(
    records: list[Record], label: str, *, file: TextIO | None = None
) -> Iterator[Record]:
    with click.progressbar(records, label=label, file=file) as bar:
        yield from bar


@contextmanager
def _errors(output: Path) -> Iterator[Any]:
    """Collect what was wrong with rows; at the end write it beside the output."""
    found: list[tuple[str, Problem]] = []
    place = output.with_suffix(".errors.csv")
    place.unlink(missing_ok=True)
    yield lambda path, problem: found.append((path.name, problem))
    if found:
        with _csv(place, "file line id problem") as write:
            for name, problem in found:
                write(name, problem.line, problem.id, problem.what)
        click.echo(
            ngettext(
                "%(count)s remark on the files: %(place)s",
                "%(count)s remarks on the files: %(place)s",
                len(found),
            )
            % {"count": len(found), "place": place},
            err=True,
        )


@contextmanager
def _csv(place: Path, columns: str) -> Iterator[Any]:
    """Write a CSV beside its place and move it there when it is whole."""
    unfinished = place.with_name(f".{place.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns.split())
            yield lambda *cells: writer.writerow(map(_safe, cells))
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)


def _safe(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return (
        f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+@\t\r" and cell else cell
    )
