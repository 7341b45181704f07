"""Budget lines as an amendment would have them: each sound, within norms and lump sum."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.domains.contracts.choices import AmendmentKind
from opensti.domains.contracts.problem.lump import covered, lump_problems, marked
from opensti.domains.contracts.problem.norms import against_norms
from opensti.domains.contracts.problem.trail import amount_of, compare, said
from opensti.domains.contracts.queries.limits import Limit, overhead
from opensti.kernel.access import Role
from opensti.kernel.money import format_money
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opensti.domains.contracts.problem import Line
    from opensti.domains.procedures.regimes.format.execution import LumpSumRule
    from opensti.domains.procedures.regimes.norms import NormTable

MOST_LINES = 2000
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, kw_only=True)
class Sound:
    """The lines with their norms and lump marks, and what speaks against them."""

    lines: list[Line]
    problems: list[Problem]


def sound(
    before: Sequence[Line],
    after: Sequence[Line],
    *,
    rule: LumpSumRule | None,
    tables: Sequence[NormTable],
) -> Sound:
    """Check lines that shall take the place of others; whole đồng, no query.

    What was agreed and is not touched stays as it is. What a norm allows at most, and
    what belongs to the lump, is worked out here, never taken from whoever asks.
    """
    if problems := list(_unsound(before, after)):
        return Sound(lines=list(after), problems=problems)
    checked = against_norms(marked(after, rule), tables)
    problems += [_at_lines(p) for p in checked.problems()]
    if rule is not None:
        problems += [_at_lines(p) for p in lump_problems(after, rule)]
    return Sound(lines=checked.lines, problems=problems)


def _at_lines(problem: Problem) -> Problem:
    return Problem(field="lines", message=problem.message, mend=problem.mend)


def _unsound(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Problem]:
    """What no budget may hold, whoever decides it."""
    if len(after) > MOST_LINES:
        yield _wrong(_("There are more than %(most)d rows.") % {"most": MOST_LINES})
        return
    held = {line.key: line for line in before}
    named = [line.key for line in after if line.key]
    if len(set(named)) < len(named) or set(named) - set(held):
        yield _wrong(_("A line is named twice, or is none of the budget's."))
    for number, line in enumerate(after, start=1):
        old = held.get(line.key)
        if old is not None and old.norm and line.norm != old.norm:
            yield _wrong(
                _("Row %(n)d: the norm it was agreed under is left out.")
                % {"n": number}
            )
    yield from unsound_lines(before, after)


def unsound_lines(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Problem]:
    """Lines that no budget may hold: unknown words, fractions, products that are none.

    What stood there before as it stands now is left alone.
    """
    held = {line.key: said(line) for line in before}
    for number, line in enumerate(after, start=1):
        if held.get(line.key) == said(line):
            continue
        faults = list(_faults(line))
        if not faults and line.quantity is not None and line.price is not None:
            whole = amount_of(line.quantity, line.price)
            if whole != line.amount:
                faults.append(
                    _("quantity and unit price make %(whole)s, not %(amount)s.")
                    % {
                        "whole": format_money(whole),
                        "amount": format_money(line.amount),
                    }
                )
        for what in faults:
            yield _wrong(_("Row %(n)d: %(message)s") % {"n": number, "message": what})


def _faults(line: Line) -> Iterator[str]:
    if line.category not in BudgetCategory.values:
        yield _("the kind of cost is unknown.")
    if line.source not in BudgetSource.values:
        yield _("whose money it is, is unknown.")
    if not FIRST_YEAR <= line.year <= LAST_YEAR:
        yield _("the year is no budget year.")
    if line.amount < 0 or line.amount % 1:
        yield _("the amount is no whole đồng, or less than nothing.")
    if any(part is not None and part < 0 for part in (line.quantity, line.price)):
        yield _("quantity or unit price is less than nothing.")


def _wrong(message: str) -> Problem:
    return Problem(field="lines", message=message, mend=_("Mend the line, then ask."))


def lump_limits(
    rule: LumpSumRule | None, before: Sequence[Line], after: Sequence[Line]
) -> Iterator[Limit]:
    """What a lump-sum mode freezes in the lines: management costs, and its own total.

    A mode that covers a part of the budget freezes the State money of that part: what is
    not in the lump never grows out of it, and never feeds it.
    """
    if rule is None:
        return
    if "overhead" in rule.never_change:
        was, then = (
            overhead([n.as_json() for n in lines]) for lines in (before, after)
        )
        yield _kept("keeps_overhead", rule, was, then)
    if "total" in rule.never_change and rule.categories:
        was, then = (_inside(lines, rule) for lines in (before, after))
        yield _kept("keeps_lump_total", rule, was, then)


def _inside(lines: Sequence[Line], rule: LumpSumRule) -> Decimal:
    state = [n for n in lines if n.source == BudgetSource.STATE and covered(n, rule)]
    return sum((n.amount for n in state), Decimal(0))


def _kept(code: str, rule: LumpSumRule, was: Decimal, then: Decimal) -> Limit:
    return Limit(
        kind=AmendmentKind.BUDGET_TRANSFER,
        code=code,
        verdict="ok" if was == then else "over",
        article=rule.basis,
        used=f"{was:f}",
        asked=f"{then:f}",
    )


def least_authority(
    rule: LumpSumRule | None, before: Sequence[Line], after: Sequence[Line]
) -> Role | None:
    """Who must decide though the host moves money inside its lump: the office's leader.

    State money outside the lump (fixed assets, delegations abroad, material without a
    norm) is never the host's own to move (Joint Circular 27/2015).
    """
    if rule is None or not rule.categories:
        return None
    outside = any(
        change.kind != "same"
        and any(
            line is not None
            and line.source == BudgetSource.STATE
            and not covered(line, rule)
            for line in (change.before, change.after)
        )
        for change in compare(before, after)
    )
    return Role.LEADER if outside else None
