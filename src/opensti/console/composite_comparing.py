"""``opensti composite compare``: two answers side by side, who moved and what moved them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sti_methods.composite import Unfit
from sti_methods.composite.comparison import compare

from opensti.console.composite_folders import cell, read_answer, write_table
from opensti.console.panels_files import Refused, apart
from opensti.domains.strategies.queries.analysis_words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sti_methods.composite.comparison import Comparison, Moved

    from opensti.console.composite_folders import Answer

WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)
SHOWN = 5
HEAD = (
    "uCode",
    "before",
    "after",
    "change",
    "rank_before",
    "rank_after",
    "risen",
    "common_before",
    "common_after",
    "common_risen",
)


@click.command(name="compare")
@click.argument("before", metavar="A_DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))  # fmt: skip
@click.argument("after", metavar="B_DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))  # fmt: skip
@click.option("--output", type=WRITABLE, required=True, help="Where the CSV goes.")
@click.option("--level", type=click.IntRange(min=1), help="Whose codes explain; just below the index.")  # fmt: skip
def compare_answers(before: Path, after: Path, output: Path, level: int | None) -> None:
    """Put two answers of run side by side: who moved, and what moved them.

    A_DIR is the earlier, B_DIR the later. Output: scores, ranks, places gained, ranks among
    units of both, and for each code of the level its change and its part in the change of
    the index (where the index is a weighted arithmetic mean). NA: one of the two has none.
    """
    apart([place / "scores.csv" for place in (before, after)], [output])
    try:
        answers = [read_answer(before), read_answer(after)]
    except Unfit as fault:
        raise _refused(fault) from None
    at = level if level is not None else max(answers[1].levels) - 1
    pillars = _pillars(answers, at)
    told = [
        one
        if one.linear.issuperset(n for n in one.levels if n > at)
        else one.without_parts()
        for one in answers
    ]
    try:
        found = compare(
            before=told[0].version,
            after=told[1].version,
            code=answers[0].index,
            after_code=answers[1].index,
            pillars=pillars,
        )
    except Unfit as fault:
        raise _refused(fault) from None
    parts = [f"{code}_{what}" for code in pillars for what in ("change", "part")]
    lines = [[cell(value) for value in _line(one)] for one in found.units]
    write_table(output, (*HEAD, *parts, "rest"), lines)
    _say_moved(found)
    click.echo(_("Written: %(file)s") % {"file": output})


def _refused(fault: Unfit) -> Refused:
    return Refused(f"{_('Nothing was written.')}\n{words_of(fault)}")


def _pillars(answers: Sequence[Answer], level: int) -> tuple[str, ...]:
    """Codes of the level in either, the later's first; 1 are the indicators."""
    found: dict[str, None] = {}
    for one in reversed(answers):
        aggregates = {code for of in one.levels.values() for code in of}
        if level == 1:
            codes = tuple(c for c in one.version.codes if c not in aggregates)
        else:
            codes = one.levels.get(level, ())
        found |= dict.fromkeys(codes)
    if not found or level >= max(answers[1].levels):
        raise click.BadParameter(
            _("there is no code of this level below the index."), param_hint="--level"
        )
    return tuple(found)


def _line(one: Moved) -> list[object]:
    return [
        one.unit,
        one.before,
        one.after,
        one.change,
        one.rank_before,
        one.rank_after,
        one.risen,
        one.common_before,
        one.common_after,
        one.common_risen,
        *(value for p in one.pillars for value in (p.change, p.part)),
        one.rest,
    ]


def _say_moved(found: Comparison) -> None:
    both = sum(one.change is not None for one in found.units)
    click.echo(
        ngettext(
            "%(n)d unit in both, %(moved)d of them at another rank.",
            "%(n)d units in both, %(moved)d of them at another rank.",
            both,
        )
        % {"n": both, "moved": found.moved}
    )
    for names, words in (
        (found.only_before, _("Only in the earlier: %(units)s.")),
        (found.only_after, _("Only in the later: %(units)s.")),
    ):
        if names:
            click.echo(words % {"units": ", ".join(names)})
    for one in found.movers(most=SHOWN):
        parts = [p for p in one.pillars if p.part]
        parts.sort(key=lambda p: -abs(p.part or 0))
        click.echo(
            f"  {one.unit}: {one.common_before} → {one.common_after} ({one.change:+.2f})"
            + (": " if parts else "")
            + ", ".join(f"{p.code} {p.part:+.2f}" for p in parts[:3])
        )
