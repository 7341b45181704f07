"""The trail of a budget as it is read: versions, norms that count, prices paid before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from django.db.models import Exists, OuterRef
from django.utils import timezone

from opensti.domains.contracts.choices import BudgetStage
from opensti.domains.contracts.models import Budget, BudgetItem
from opensti.domains.portfolios.queries import funded
from opensti.domains.procedures.choices import State
from opensti.domains.procedures.queries import norms_on, regime_of
from opensti.kernel.access import may, visible
from opensti.kernel.searchtext import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from opensti.domains.calls.models import Dossier
    from opensti.domains.contracts.models import Contract
    from opensti.domains.contracts.problem import Line
    from opensti.domains.procedures.regimes.norms import NormTable
    from opensti.kernel.access import Actor

# In which states of the dossier a hand may add its version.
WITH_COUNCIL = frozenset({State.IN_COUNCIL, State.REVIEWED, State.REVISING})
WITH_COST_TEAM = frozenset({State.COST_APPRAISAL, State.REVIEWED})
BudgetAct = Literal["propose", "appraise", "approve", "agree"]
LEAST = 3  # fewer signed contracts are no comparison
MOST_READ = 5000


@dataclass(frozen=True, kw_only=True)
class PastPrice:
    """What like lines of signed contracts cost for one unit: in whole đồng.

    ``median`` is the lower middle one, so that it is a price that was agreed.
    """

    n: int
    median: Decimal
    highest: Decimal
    above: bool


def budget_subject(dossier: str) -> str:
    """The trail's subject in the record; ``dossier`` is its public id."""
    return f"contracts.budget:{dossier}"


def norms_of(dossier: Dossier, contract: Contract | None = None) -> list[NormTable]:
    """The norms a task's budget is held to: those its procedure names, as they were when
    the dossier was handed in; none where the procedure names none.
    """
    rules = regime_of((contract or dossier).case).execution
    if rules is None:
        return []
    day = timezone.localdate(dossier.submitted_at or dossier.created_at)
    return norms_on(rules.norms, day)


def budget_acts(
    actor: Actor, dossier: Dossier, contract: Contract | None = None
) -> list[BudgetAct]:
    """Which versions the person may add now, in the order they follow; some 6 queries."""
    state = State(dossier.case.state)
    drafted = contract is None or contract.case.state == State.DRAFT
    found: list[BudgetAct] = []
    if state in WITH_COUNCIL and may(actor, "contracts.propose_budget", dossier):
        found.append("propose")
    if state in WITH_COST_TEAM and may(actor, "contracts.appraise_budget", dossier):
        found.append("appraise")
    if (
        drafted
        and may(actor, "contracts.approve_budget", dossier)
        and funded(dossier_id=dossier.pk)
    ):
        found.append("approve")
    if (
        contract is not None
        and drafted
        and may(actor, "contracts.agree_budget", contract)
        and Budget.objects.filter(
            dossier_id=dossier.pk, stage=BudgetStage.APPROVED
        ).exists()
    ):
        found.append("agree")
    return found


def past_prices(
    actor: Actor, dossier_id: int, lines: Sequence[Line]
) -> dict[str, PastPrice]:
    """By key of the line: what like lines of other signed contracts cost; 1 query.

    Like is: same category and unit, and of the words of both descriptions at least half
    are in both. Read are the newest 5,000 lines of contracts the person may know of.
    """
    priced = [line for line in lines if line.price is not None and line.unit]
    if not priced:
        return {}
    later = Budget.objects.filter(
        dossier=OuterRef("budget__dossier"), number__gt=OuterRef("budget__number")
    )
    rows = (
        visible(actor, BudgetItem.objects.all())
        .filter(
            ~Exists(later),
            budget__dossier__contract__signed_on__isnull=False,
            category__in={line.category for line in priced},
            price__isnull=False,
        )
        .exclude(budget__dossier_id=dossier_id)
        .exclude(unit="")
        .order_by("-budget_id", "position")
        .values_list("category", "unit", "description", "price", "budget__dossier_id")[
            :MOST_READ
        ]
    )
    known = [
        (category, fold(unit), _words(description), price, dossier)
        for category, unit, description, price, dossier in rows
        if price is not None
    ]
    found = {}
    for line in priced:
        mine, unit = _words(line.description), fold(line.unit)
        like = [
            (price, dossier)
            for category, other, words, price, dossier in known
            if category == line.category and other == unit and _alike(mine, words)
        ]
        if len({dossier for _price, dossier in like}) < LEAST or line.price is None:
            continue
        prices = sorted(price for price, _dossier in like)
        found[line.key] = PastPrice(
            n=len({dossier for _price, dossier in like}),
            median=prices[(len(prices) - 1) // 2],
            highest=prices[-1],
            above=line.price > prices[-1],
        )
    return found


def above_past(
    actor: Actor, dossier_id: int, lines: Sequence[Line]
) -> list[tuple[int, PastPrice]]:
    """Rows (from 1) dearer than every like line of signed contracts, without a ground; 1 query."""
    numbered = [
        replace(line, key=str(number)) for number, line in enumerate(lines, start=1)
    ]
    past = past_prices(actor, dossier_id, numbered)
    return [
        (number, found)
        for number, line in enumerate(numbered, start=1)
        if (found := past.get(line.key)) and found.above and not line.ground.strip()
    ]


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


def _alike(one: Iterable[str], other: Iterable[str]) -> bool:
    """Of all words at least half are in both; without words nothing is alike."""
    a, b = set(one), set(other)
    return bool(a and b) and 2 * len(a & b) >= len(a | b)
