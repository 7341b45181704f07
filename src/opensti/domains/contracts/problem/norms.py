"""Lines of a budget against the norms of their procedure; whole đồng, exact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.domains.calls.choices import BudgetSource
from opensti.domains.contracts.problem.trail import name_of
from opensti.kernel.money import format_money
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.contracts.problem import Line
    from opensti.domains.procedures.regimes.norms import Norm, NormTable


@dataclass(frozen=True, kw_only=True)
class NormFinding:
    """What a norm says of one line (``row`` counts from 1) or, in row 0, of them all.

    ``fault``: the line may not stand so; else it is told, with its ``ground``.
    """

    row: int
    kind: Literal["above", "no_quantity", "unknown"]
    message: str
    basis: str
    ground: str = ""

    @property
    def fault(self) -> bool:
        return not self.ground


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The lines, each with the most its norm allows, and what was found."""

    lines: list[Line]
    findings: list[NormFinding]

    def problems(self) -> list[Problem]:
        """What must be mended before the budget can be kept."""
        return [
            Problem(
                field=f"lines.{f.row}.{'quantity' if f.kind == 'no_quantity' else 'ground'}"
                if f.kind != "unknown"
                else f"lines.{f.row}.norm",
                message=f.message,
                mend={
                    "above": _("Lower it, or say on what ground it goes above."),
                    "no_quantity": _("Give quantity and unit price."),
                    "unknown": _("Choose a norm from the list, or none."),
                }[f.kind],
            )
            for f in self.findings
            if f.fault
        ]


def against_norms(lines: Sequence[Line], tables: Sequence[NormTable]) -> Checked:
    """Check every line that names a norm; the tables are those that count for the task."""
    known = {f"{t.id}/{row.id}": (t, row) for t in tables for row in t.rows}
    found: list[NormFinding] = []
    checked: list[Line] = []
    for number, line in enumerate(lines, start=1):
        if not line.norm:
            checked.append(replace(line, norm_max=None))
            continue
        table, norm = known.get(line.norm, (None, None))
        if table is None or norm is None:
            found.append(
                NormFinding(
                    row=number,
                    kind="unknown",
                    message=_("Row %(n)d: there is no norm “%(norm)s” for this task.")
                    % {"n": number, "norm": line.norm},
                    basis="",
                )
            )
            checked.append(line)
        elif norm.share is not None:
            most = norm.most_of(_base(norm, lines, known))
            checked.append(replace(line, norm_max=most))
        else:
            most, finding = _per_unit(number, line, table, norm)
            checked.append(replace(line, norm_max=most))
            found += finding
    return Checked(lines=checked, findings=[*found, *_shares(checked, known)])


def _per_unit(
    number: int, line: Line, table: NormTable, norm: Norm
) -> tuple[Decimal | None, list[NormFinding]]:
    if line.quantity is None:
        return None, [
            NormFinding(
                row=number,
                kind="no_quantity",
                message=_("Row %(n)d: the norm “%(norm)s” is for one %(unit)s each.")
                % {
                    "n": number,
                    "norm": norm.label(_lang()),
                    "unit": norm.unit(_lang()),
                },
                basis=table.said,
                ground=line.ground,
            )
        ]
    most = norm.most_for(line.quantity)
    if most is None or line.amount <= most:
        return most, []
    return most, [
        NormFinding(
            row=number,
            kind="above",
            message=_(
                "Row %(n)d: %(amount)s is %(over)s above the norm “%(norm)s” (%(most)s)."
            )
            % {
                "n": number,
                "amount": format_money(line.amount),
                "over": format_money(line.amount - most),
                "norm": norm.label(_lang()),
                "most": format_money(most),
            },
            basis=table.said,
            ground=line.ground,
        )
    ]


def _shares(
    lines: Sequence[Line], known: dict[str, tuple[NormTable, Norm]]
) -> list[NormFinding]:
    """Norms of the whole budget: all lines of one together against its share."""
    found = []
    for ref, (table, norm) in known.items():
        mine = [(n, line) for n, line in enumerate(lines, 1) if line.norm == ref]
        if norm.share is None or not mine:
            continue
        most = norm.most_of(_base(norm, lines, known))
        together = sum((line.amount for _n, line in mine), Decimal(0))
        if most is None or together <= most:
            continue
        # Whoever alone is above it says why; else the largest line does for all.
        above = [m for m in mine if m[1].amount > most]
        for number, line in above or [max(mine, key=lambda m: m[1].amount)]:
            found.append(
                NormFinding(
                    row=number,
                    kind="above",
                    message=_(
                        "Row %(n)d (%(name)s): all of “%(norm)s” together are %(amount)s, "
                        "%(over)s above the norm: %(share)s of %(base)s%(cap)s, %(most)s."
                    )
                    % {
                        "n": number,
                        "name": name_of(line),
                        "norm": norm.label(_lang()),
                        "amount": format_money(together),
                        "over": format_money(together - most),
                        "share": percent(norm),
                        "base": format_money(_base(norm, lines, known)),
                        "cap": cap_of(norm),
                        "most": format_money(most),
                    },
                    basis=table.said,
                    ground=line.ground,
                )
            )
    return found


def _base(
    norm: Norm, lines: Sequence[Line], known: dict[str, tuple[NormTable, Norm]]
) -> Decimal:
    """The sum a share is of: State money, all money, or all under another table."""
    if norm.of == "state":
        counted = [line for line in lines if line.source == BudgetSource.STATE]
    elif norm.of == "total":
        counted = list(lines)
    else:
        counted = [
            line
            for line in lines
            if line.norm in known and known[line.norm][0].id == norm.of
        ]
    return sum((line.amount for line in counted), Decimal(0))


def percent(norm: Norm) -> str:
    """A share as people read it: ``5 %``, or the fraction where it has no whole percent."""
    if norm.share is None:
        return ""
    exact = norm.share * 100
    return f"{exact.numerator} %" if exact.denominator == 1 else str(norm.share)


def cap_of(norm: Norm) -> str:
    if norm.cap is None:
        return ""
    return _(", at most %(money)s") % {"money": format_money(norm.cap)}


def _lang() -> str:
    return get_language() or "vi"
