"""What a dossier asks for, as lines that keep their key however often they are asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from opensti.domains.calls.queries import handed_in_content
from opensti.domains.contracts.choices import BudgetStage
from opensti.domains.contracts.models import Budget
from opensti.domains.contracts.problem import Line, line_of, lines_digest
from opensti.domains.contracts.queries import budget_now
from opensti.kernel.record.leaves import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensti.domains.calls.models import Dossier
    from opensti.domains.calls.queries import BudgetRow

# While the council and the applicant still work on it, what is asked may be asked anew.
STILL_ASKED = frozenset({BudgetStage.ASKED, BudgetStage.PANEL})
_KEY = 16  # hex digits; a budget has at most some thousand lines


def asked_lines(dossier: str, rows: Iterable[BudgetRow]) -> list[Line]:
    """One line for each row and source; ``dossier`` is its public id.

    The key follows from what the line is for, not from how much: asked for anew with
    another amount, it is still the same line.
    """
    seen: Counter[tuple[object, ...]] = Counter()
    found = []
    for row in rows:
        for source, amount in row.amounts.items():
            if not amount:
                continue
            what = (row.category, row.description, row.year, source)
            seen[what] += 1
            named = canonical([dossier, *what, seen[what]])
            found.append(
                Line(
                    key=sha256(named.encode()).hexdigest()[:_KEY],
                    category=row.category,
                    description=row.description,
                    year=row.year,
                    source=source,
                    amount=amount,
                )
            )
    return found


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What the next version is made from: its number, its lines, and the row if kept."""

    number: int
    lines: list[Line]
    budget: Budget | None


def budget_basis(dossier: Dossier) -> Basis:
    """The version that counts now, or what is asked where that was not kept yet.

    What is asked counts anew when the applicant handed in another budget, until the cost
    team has appraised it. The caller has decided who may know; at most 4 queries.
    """
    last = budget_now(dossier.pk)
    if last is not None and last.stage not in STILL_ASKED:
        return _kept(last)
    lines = asked_lines(dossier.public_id, handed_in_content(dossier).budget)
    asked = (
        Budget.objects.filter(dossier_id=dossier.pk, stage=BudgetStage.ASKED)
        .order_by("-number")
        .first()
    )
    if last is not None and asked is not None and asked.sha256 == lines_digest(lines):
        return _kept(last)
    return Basis(number=(last.number if last else 0) + 1, lines=lines, budget=None)


def _kept(budget: Budget) -> Basis:
    items = budget.items.all()
    return Basis(
        number=budget.number, lines=[line_of(item) for item in items], budget=budget
    )
