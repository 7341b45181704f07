"""``opensti assessment``: from answers in a table to maturity by clause."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
from django.utils.translation import gettext as _
from sti_methods.maturity import Answer

from opensti.console.framework import Faulty
from opensti.console.overlap_files import table
from opensti.console.panels_files import Findings, apart, number, rows
from opensti.domains.assessments.choices import Form
from opensti.domains.assessments.frameworks import Asked, read_files, shipped_bases
from opensti.kernel.refusals import Invalid

if TYPE_CHECKING:
    from sti_methods.maturity import ClauseScore
    from sti_methods.maturity.scoring import Evidence

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
COLUMNS = ("organisation", "respondent", "item", "score")
WRITTEN = "organisation clause claimed verified level n"
NOT_APPLICABLE = frozenset({"na", "n/a"})
STRENGTHS = ("e0", "e1", "e2", "e3")
HIGHEST = 5
WHOLE = "all"


@dataclass
class _Given:
    """What the table says, by organisation."""

    answers: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    evidence: dict[str, dict[str, Evidence]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    items: set[str] = field(default_factory=set)


@click.group()
def assessment() -> None:
    """Assessments of innovation management on files; no database is needed."""


@assessment.command()
@click.argument("responses", metavar="RESPONSES.csv", type=READABLE)
@click.option(
    "--framework",
    "files",
    metavar="FILE",
    type=READABLE,
    multiple=True,
    required=True,
    help="The framework that was asked; once more for each of its modules.",
)
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
@click.option(
    "--form",
    type=click.Choice(Form.values),
    help="Which form was asked (short, if nothing beyond it was answered; else full).",
)
def score(
    responses: Path, files: tuple[Path, ...], output: Path, form: str | None
) -> None:
    """Score RESPONSES.csv: organisation, respondent, item, score[, evidence][, role].

    A score is 0 to 5, or NA where the item does not apply; an empty one is no answer.
    Evidence is e0 (a claim) to e3 (checked by an assessor); the strongest of an item
    counts. Written for each organisation: each clause, then "all"; a clause with too few
    answers has no score. Exit status 2: a file is refused, nothing is written.
    """
    apart([responses, *files], [output])
    whole = _framework(files)
    given = _read(responses, whole)
    asked = _form(whole, given, form)
    with table(output, WRITTEN) as write:
        for organisation, answers in given.answers.items():
            found = asked.score(answers, given.evidence[organisation])
            for clause in (*found.clauses, found.whole):
                write(organisation, *_cells(clause))
    click.echo(_("Written: %(file)s") % {"file": output})


def _framework(files: tuple[Path, ...]) -> Asked:
    try:
        read = read_files(files, bases=shipped_bases(files))
    except Invalid as refusal:
        raise Faulty(
            "\n".join(
                f"{p.field}: {p.message}\n    → {p.mend}" for p in refusal.problems
            )
        ) from None
    found = [one for one, _content in read.values()]
    bases = [one for one in found if not one.is_module]
    modules = tuple(one for one in found if one.is_module)
    wrong = [one.code for one in modules if one.framework.extends not in {b.code for b in bases}]  # fmt: skip
    if len(bases) != 1 or wrong:
        raise Faulty(
            _("Give one framework with --framework, and only modules that extend it.")
        )
    return Asked(bases[0], modules)


def _form(whole: Asked, given: _Given, form: str | None) -> Asked:
    short = Asked(whole.base, whole.modules, short=True)
    if form is not None:
        chosen = short if form == Form.SHORT else whole
    else:
        chosen = short if given.items <= set(short.by_code) else whole
        if chosen is short and len(short.items) < len(whole.items):
            click.echo(_("Only items of the short form are answered: it is scored."))
    if beyond := given.items - set(chosen.by_code):
        raise Faulty(
            _("Item %(item)s is not in the short form; leave --form out.")
            % {"item": min(beyond)}
        )
    return chosen


def _read(path: Path, asked: Asked) -> _Given:
    found, given = Findings(), _Given()
    seen: dict[tuple[str, str, str], int] = {}
    for row, cells in rows(path, COLUMNS, found, optional=("evidence", "role")):
        organisation, respondent, item, said, strength, role = cells
        before = found.count
        _names(path, row, cells, asked, found)
        value = _score(path, row, said, found)
        if found.count > before:
            continue
        key = (organisation, respondent, item)
        if key in seen:
            found.add(
                path,
                row,
                "item",
                _("row %(row)s says this already; leave one of the two out.")
                % {"row": seen[key]},
            )
            continue
        seen[key] = row
        told = given.answers[organisation]  # also who answered nothing is told of
        strongest = given.evidence[organisation].get(item, "e0")
        given.evidence[organisation][item] = cast(
            "Evidence", max(strongest, strength.lower() or "e0")
        )
        given.items.add(item)
        if said:
            told.append(
                Answer(respondent=respondent, item=item, score=value, role=role)
            )
    if not given.answers and not found.count:
        found.add(path, 2, "score", _("there is no row below row 1."))
    found.stop()
    return given


def _names(
    path: Path, row: int, cells: list[str], asked: Asked, found: Findings
) -> None:
    """Note what is wrong with who, which item and which evidence a row names."""
    for column, cell in zip(COLUMNS[:3], cells, strict=False):
        if not cell:
            found.add(path, row, column, _("the id is missing; write it."))
    item, strength = cells[2], cells[4]
    if item and item not in asked.by_code:
        found.add(
            path,
            row,
            "item",
            _("the framework has no item “%(item)s”.") % {"item": item},
        )
    if strength and strength.lower() not in STRENGTHS:
        found.add(
            path,
            row,
            "evidence",
            _("“%(cell)s” is no strength of evidence; write e0, e1, e2 or e3.")
            % {"cell": strength},
        )


def _score(path: Path, row: int, said: str, found: Findings) -> float | None:
    """A score, or None for what does not apply and for what was not answered."""
    if not said or said.lower() in NOT_APPLICABLE:
        return None
    value = number(path, row, "score", said, found)
    if value is not None and not 0 <= value <= HIGHEST:
        found.add(
            path,
            row,
            "score",
            _("%(cell)s is no score; write 0 to 5, or NA.") % {"cell": said},
        )
    return value


def _cells(found: ClauseScore) -> tuple[str, ...]:
    return (
        found.clause or WHOLE,
        _number(found.claimed),
        _number(found.verified),
        "" if found.level is None else str(found.level),
        str(found.n),
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")
