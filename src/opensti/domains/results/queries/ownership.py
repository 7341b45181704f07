"""Which rules of ownership govern a thing: the day it was formed decides.

Where acceptance and formation fall under different rules (accepted in 2024, patent in
2026), the texts that were read do not settle it: nothing is assumed, somebody chooses
and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opensti.domains.procedures.queries import regime_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from opensti.domains.contracts.models import Contract
    from opensti.domains.procedures.regimes.format import OwnershipRule
    from opensti.domains.results.models import OwnershipChoice


@dataclass(frozen=True, kw_only=True)
class Ownership:
    """The rule that governs, if it is known; else those among which to choose.

    ``candidates`` are empty where no rule that was read covers the day of formation.
    """

    rule: OwnershipRule | None
    candidates: tuple[OwnershipRule, ...]
    choice: OwnershipChoice | None = None

    @property
    def must_choose(self) -> bool:
        """Two rules may govern and nobody has chosen yet."""
        return len(self.candidates) > 1 and self.choice is None

    @property
    def unknown(self) -> bool:
        return not self.candidates


def ownership_rules(contract: Contract) -> tuple[OwnershipRule, ...]:
    """The rules of ownership of the contract's frozen procedure."""
    aftermath = regime_of(contract.case).aftermath
    return () if aftermath is None else aftermath.ownership


def ownership(
    rules: Sequence[OwnershipRule],
    *,
    formed_on: date,
    accepted_on: date | None = None,
    choice: OwnershipChoice | None = None,
) -> Ownership:
    """Find the rule that governs; no query.

    A choice counts only while it is among the candidates: one made before a day was
    corrected does not outlive the correction.
    """
    days = [formed_on] if accepted_on is None else [formed_on, accepted_on]
    found = tuple(rule for rule in rules if any(rule.covers(day) for day in days))
    chosen = next((r for r in found if choice and r.id == choice.rule), None)
    if len(found) > 1:
        return Ownership(
            rule=chosen, candidates=found, choice=choice if chosen else None
        )
    covering = next((rule for rule in found if rule.covers(formed_on)), None)
    return Ownership(rule=covering, candidates=found if covering else (), choice=None)
