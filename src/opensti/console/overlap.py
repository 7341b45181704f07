"""``opensti overlap``: earlier work like a query's, and all pairs of a corpus, from files."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sti_methods.embeddings import Encoder, Unusable
from sti_methods.similarity import (
    VERSION,
    Index,
    Problem,
    TermList,
    Unreadable,
    read_terms,
    shipped_terms,
)
from sti_methods.similarity import explain as explained
from sti_methods.similarity import pairs as all_pairs

from opensti.console.explanations import told
from opensti.console.overlap_files import errors, read, table, watched
from opensti.console.overlap_parts import JSON, about_corpus, parted, partition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sti_methods.similarity import Match, Neighbour, Record

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
CORPUS = click.Path(exists=True, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
MOST = 10
SHIPPED = Path("shipped")
TERMS = click.option(
    "--terms",
    "terms_file",
    type=click.Path(path_type=Path),
    help="Also find records of the other language, Vietnamese or English: by the terms of this CSV (vi, en, weight), or “shipped” for those that come with OpenSTI.",
)
MODEL = click.option(
    "--model",
    "model_folder",
    type=click.Path(path_type=Path),
    help="Also compare the meaning, by the sentence model in this folder (model.onnx and tokenizer.json); needs opensti[embeddings].",
)
VECTORS = click.option(
    "--vectors",
    type=WRITABLE,
    help="Keep what --model works out in this file, for the next time.",
)


@click.group()
def overlap() -> None:
    """Screen tasks for overlap with earlier ones; no database is needed.

    Files are CSV or JSON Lines (or .gz of these) with the columns id, title, abstract,
    and if known objectives, products, keywords, year, people, organisations, begins,
    ends, amount. CORPUS of rank and pairs may also be a folder that partition made.
    """


overlap.add_command(partition)


@overlap.command()
@click.argument("corpus", type=CORPUS)
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
@JSON
@TERMS
@MODEL
@VECTORS
def rank(  # noqa: PLR0917 -- as click calls it
    corpus: Path,
    queries: Path,
    top: int,
    output: Path,
    not_after_query_year: bool,  # noqa: FBT001
    threshold: float,
    as_json: bool,  # noqa: FBT001
    terms_file: Path | None,
    model_folder: Path | None,
    vectors: Path | None,
) -> None:
    """Write for each of QUERIES the records of CORPUS most likely the same work.

    Columns: query, group (full, or title for records known by title alone), rank within
    the group, match, score, probability. A query in the corpus never matches itself.
    With --terms a last column, across, is yes for records of the other language, which
    are ranked apart. With --model the best of each list are compared in meaning too; the
    standard error names the model, or says that there is none.
    """
    encoder = encoder_of(model_folder, vectors)
    columns = "query group rank match score probability"
    bars = sys.stderr if as_json else None
    with errors(output) as note:
        terms = _terms(terms_file, note)
        asked, matches = read(queries, note), 0
        say_what_decides(encoder)
        if terms is not None:
            columns += " across"
        with (
            usable(),
            _ranking(corpus, note, terms, encoder, bars) as (ask, summary),
            table(output, columns) as write,
        ):
            for query, found in ask(
                asked,
                top=top,
                latest=lambda query: query.year if not_after_query_year else None,
            ):
                for match in found:
                    if match.probability >= threshold:
                        matches += 1
                        write(
                            query.id, match.group, match.rank, match.id,
                            f"{match.score:.6f}", f"{match.probability:.6f}",
                            *([] if terms is None else ["yes" if match.across else "no"]),
                        )  # fmt: skip
    if as_json:
        summary |= {"queries": len(asked), "matches": matches}
        _summary(summary, len(note.found), output)


@contextmanager
def _ranking(
    corpus: Path,
    note: Any,
    terms: TermList | None,
    encoder: Encoder | None,
    bars: TextIO | None,
) -> Iterator[
    tuple[Callable[..., Iterator[tuple[Record, list[Match]]]], dict[str, Any]]
]:
    """Give what answers queries, from a file or a partitioned corpus, and tell of it."""
    if corpus.is_dir() and encoder is not None:
        raise click.ClickException(
            _(
                "A partitioned corpus is compared by words alone; leave out --model, or name a file."
            )
        )
    if corpus.is_dir():
        with parted(corpus, bars) as parts:
            about = {**about_corpus(parts.corpus), "workers": parts.workers.count}
            yield partial(parts.rank, terms=terms), about
        return
    index = _index(corpus, note, bars, terms, encoder)

    def ask(
        queries: list[Record], *, top: int, latest: Callable[[Record], int | None]
    ) -> Iterator[tuple[Record, list[Match]]]:
        for query in watched(queries, _("Comparing"), file=bars):
            yield query, index.rank(query, top=top, not_after=latest(query))

    yield ask, {"records": len(index), "method": index.version}


def _summary(about: dict[str, Any], remarks: int, output: Path) -> None:
    click.echo(json.dumps({**about, "remarks": remarks, "output": str(output)}))


@overlap.command()
@click.argument("corpus", type=CORPUS)
@click.option("--top", type=click.IntRange(1, 100), default=MOST, show_default=True)
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
@click.option(
    "--approximate",
    is_flag=True,
    help="Take about a quarter of the time and miss up to 2 in 100.",
)
@JSON
def pairs(
    corpus: Path,
    top: int,
    output: Path,
    approximate: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """Write each record's nearest in CORPUS by the cosine of all words; exact."""
    bars = sys.stderr if as_json else None
    given = corpus, approximate
    with errors(output) as note, _pairing(*given, note, bars) as (find, summary):
        count = 0
        with table(output, "id rank match cosine") as write:
            for count, n in enumerate(find(top=top), 1):  # noqa: B007 -- told below
                write(n.id, n.rank, n.match, f"{n.cosine:.6f}")
    if as_json:
        _summary(summary | {"pairs": count}, len(note.found), output)


@contextmanager
def _pairing(
    corpus: Path,
    approximate: bool,  # noqa: FBT001
    note: Any,
    bars: TextIO | None,
) -> Iterator[tuple[Callable[..., Iterator[Neighbour]], dict[str, Any]]]:
    """Give what finds all pairs, in a file or a partitioned corpus, and tell of it."""
    if corpus.is_dir() and approximate:
        raise click.ClickException(
            _(
                "A partitioned corpus is compared exactly; leave out --approximate, or name a file."
            )
        )
    if corpus.is_dir():
        with parted(corpus, bars) as parts:
            about = {**about_corpus(parts.corpus), "workers": parts.workers.count}
            yield parts.pairs, about
        return
    index = _index(corpus, note, bars)
    find = partial(all_pairs, index, approximate=approximate)
    yield find, {"records": len(index), "method": VERSION}


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
@MODEL
@VECTORS
def explain(  # noqa: PLR0917 -- as click calls it
    corpus: Path,
    queries: Path,
    asked: str,
    found: str,
    not_after_query_year: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    terms_file: Path | None,
    model_folder: Path | None,
    vectors: Path | None,
) -> None:
    """Say why a record of CORPUS is, or is not, the same work as one of QUERIES.

    The kind of overlap, the probability, the passages side by side, who and what both
    name, time and money, and what each word adds to the score. The answer goes to the
    standard output; remarks on the files go to the other one, and the name of the
    --model. The JSON has it under “meaning”.
    """
    encoder = encoder_of(model_folder, vectors)
    remarks: list[Problem] = []
    records, others = (
        read(path, lambda _path, problem: remarks.append(problem))
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
    say_what_decides(encoder)
    label = _("Building the index")
    index = Index(
        watched(records, label, file=sys.stderr), terms=terms, encoder=encoder
    )
    latest = query.year if not_after_query_year else None
    with usable():
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


def _index(
    corpus: Path,
    note: Any,
    bars: TextIO | None,
    terms: TermList | None = None,
    encoder: Encoder | None = None,
) -> Index:
    records = watched(read(corpus, note), _("Building the index"), file=bars)
    return Index(records, terms=terms, encoder=encoder)


def encoder_of(folder: Path | None, vectors: Path | None) -> Encoder | None:
    if folder is None:
        if vectors is not None:
            raise click.UsageError(_("--vectors needs --model."))
        return None
    with usable():
        return Encoder(folder, cache=vectors)


def say_what_decides(encoder: Encoder | None) -> None:
    if encoder is None:
        click.echo(_("Words only; no model"), err=True)
        return
    click.echo(
        _("Words, and meaning by the model %(name)s (%(digest)s)")
        % {"name": encoder.name, "digest": encoder.digest[:12]},
        err=True,
    )


@contextmanager
def usable() -> Iterator[None]:
    try:
        yield
    except Unusable as refusal:
        raise click.ClickException(str(refusal)) from None


def _terms(path: Path | None, note: Any) -> TermList | None:
    if path is None or path == SHIPPED:
        return None if path is None else shipped_terms()
    try:
        return read_terms(path, problem=lambda problem: note(path, problem))
    except Unreadable as refusal:
        raise click.ClickException(str(refusal)) from None
