"""``opensti experts``: who knows the subject of which proposal, from files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
from django.utils.translation import gettext as _
from sti_methods.expertise import (
    NOTHING,
    VERSION,
    Bad,
    Pool,
    read_experts,
    read_pairs,
    read_proposals,
)
from sti_methods.similarity import TermList, Unreadable, read_terms, shipped_terms
from sti_methods.similarity.languages import VIETNAMESE, language
from sti_methods.similarity.meaning import Meanings

from opensti.console.overlap import (
    MODEL,
    READABLE,
    SHIPPED,
    VECTORS,
    WRITABLE,
    encoder_of,
    say_what_decides,
    usable,
)
from opensti.console.overlap_files import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sti_methods.embeddings import Encoder
    from sti_methods.expertise import Expert, Proposal
    from sti_methods.similarity import Problem

AT_ONCE = 200


@click.group()
def experts() -> None:
    """Rank experts for proposals; no database is needed.

    PROPOSALS is JSON Lines (or .gz of it): {"id", "title", "abstract"}. EXPERTS likewise:
    {"id", "publications": [{"id", "title", "abstract", "year"}]}, and perhaps "reviews"
    like publications, "keywords" and "fields" (texts or lists of texts).
    """


@experts.command()
@click.argument("proposals", type=READABLE)
@click.argument("experts", type=READABLE)
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
@click.option(
    "--pairs",
    type=READABLE,
    help="Only the pairs of this CSV (expert, proposal), all of them, in its order.",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    help="No more than so many experts of each proposal, the best.",
)
@click.option(
    "--terms",
    "terms_file",
    type=click.Path(path_type=Path),
    help="Compare proposals with works of the other language, Vietnamese or English, by the terms of this CSV (vi, en, weight), or “shipped” for those that come with OpenSTI.",
)
@click.option(
    "--half-life",
    type=click.FloatRange(min=0, min_open=True),
    help="Let a work count half as much for each so many years before --year.",
)
@click.option("--year", type=click.IntRange(1900, 2200))
@MODEL
@VECTORS
@click.option(
    "--json", "as_json", is_flag=True, help="Write a summary as JSON, for programs."
)
def rank(  # noqa: PLR0917 -- as click calls it
    proposals: Path,
    experts: Path,
    output: Path,
    pairs: Path | None,
    top: int | None,
    terms_file: Path | None,
    half_life: float | None,
    year: int | None,
    model_folder: Path | None,
    vectors: Path | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Write how well each of EXPERTS knows the subject of each of PROPOSALS.

    Columns: expert, proposal, score; proposals in the order of their file, experts best
    first. Pairs with score 0 are left out, unless --pairs names them. Scores are to be
    compared within one run; docs/methods/expertise.md says what they are.
    """
    if pairs is not None and top is not None:
        raise click.UsageError(_("--top and --pairs exclude each other."))
    if (half_life is None) is not (year is None):
        raise click.UsageError(_("--half-life and --year need each other."))
    encoder = encoder_of(model_folder, vectors)
    try:
        asked, people = read_proposals(proposals), read_experts(experts)
        wanted = pairs and read_pairs(
            pairs,
            experts={each.id for each in people},
            proposals={each.id for each in asked},
        )
    except Bad as refusal:
        raise click.ClickException(str(refusal)) from None
    terms = _terms(terms_file)
    say_what_decides(encoder)
    _say_what_is_weak(people, asked, encoder)
    bars = sys.stderr if as_json else None
    written = 0
    with usable():
        pool = Pool(
            people, asked, terms=terms, encoder=encoder, half_life=half_life, year=year
        )
        with table(output, "expert proposal score") as write:
            rows = (
                _these(pool, asked, wanted) if wanted else _all(pool, asked, top, bars)
            )
            for written, (expert, proposal, score) in enumerate(rows, 1):  # noqa: B007
                write(expert, proposal, f"{score:.6f}")
    if as_json:
        told = {
            "method": VERSION,
            "model": encoder and encoder.digest,
            "experts": len(people),
            "experts_without_works": sum(e.evidence == NOTHING for e in people),
            "proposals": len(asked),
            "scores": written,
            "output": str(output),
        }
        click.echo(json.dumps(told))


def _all(
    pool: Pool, asked: list[Proposal], top: int | None, bars: TextIO | None
) -> Iterator[tuple[str, str, float]]:
    with click.progressbar(
        length=len(asked),
        label=_("Comparing"),
        file=bars,
    ) as bar:
        for start in range(0, len(asked), AT_ONCE):
            some = asked[start : start + AT_ONCE]
            scores = pool.scores(some, most=top)
            for proposal in some:
                for expert, score in scores.ranked(proposal.id):
                    yield expert, proposal.id, score
            bar.update(len(some))


def _these(
    pool: Pool, asked: list[Proposal], wanted: list[tuple[str, str]]
) -> Iterator[tuple[str, str, float]]:
    named = {proposal for _expert, proposal in wanted}
    scores = pool.scores(each for each in asked if each.id in named)
    column = {name: n for n, name in enumerate(scores.proposals)}
    cells = scores.matrix.tocsr()
    for expert, proposal in wanted:
        yield expert, proposal, float(cells[pool.place[expert], column[proposal]])


def _terms(path: Path | None) -> TermList | None:
    if path is None or path == SHIPPED:
        return None if path is None else shipped_terms()
    bad: list[Problem] = []
    try:
        terms = read_terms(path, problem=bad.append)
    except Unreadable as refusal:
        raise click.ClickException(str(refusal)) from None
    for problem in bad:
        click.echo(f"{path.name}, {problem.line}: {problem.what}", err=True)
    return terms


def _say_what_is_weak(
    people: list[Expert], asked: list[Proposal], encoder: Encoder | None
) -> None:
    if without := sum(each.evidence == NOTHING for each in people):
        click.echo(
            _("%(count)s experts have no work; declared words alone speak for them.")
            % {"count": without},
            err=True,
        )
    if encoder is None:
        return
    with usable():
        both = Meanings(encoder).bilingual
    if not both and any(language(each.text) == VIETNAMESE for each in asked):
        click.echo(
            _(
                "There are proposals in Vietnamese, and this model does not read Vietnamese as it reads English."
            ),
            err=True,
        )
