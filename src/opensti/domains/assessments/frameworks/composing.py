"""A framework with its modules in one form: what is asked and scored."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sti_methods import maturity

from opensti.domains.assessments.frameworks.format import Thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.assessments.frameworks.format import (
        Clause,
        Framework,
        Item,
        RespondentRole,
    )


@dataclass(frozen=True)
class Asked:
    """What is asked: ``base`` with ``modules``, all of it or the ``short`` form."""

    base: Framework
    modules: tuple[Framework, ...] = ()
    short: bool = False

    @cached_property
    def items(self) -> tuple[Item, ...]:
        every = (i for part in (self.base, *self.modules) for i in part.items)
        return tuple(i for i in every if i.short or not self.short)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        used = {item.clause for item in self.items}
        every = (c for part in (self.base, *self.modules) for c in part.clauses)
        return tuple(c for c in every if c.number in used)

    @cached_property
    def roles(self) -> tuple[RespondentRole, ...]:
        every = (r for part in (self.base, *self.modules) for r in part.roles)
        return tuple({r.code: r for r in every}.values())

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    def of_clause(self, number: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.clause == number)

    @cached_property
    def rules(self) -> maturity.Rules:
        """The thresholds as the method takes them."""
        said = self.base.thresholds or Thresholds()
        return maturity.Rules(
            caps={
                "e0": float(said.claim),
                "e1": float(said.document),
                "e2": float(said.records),
                "e3": float(said.checked),
            },
            least_answered=float(said.least_answered),
            reached=float(said.reached),
            behind=float(said.behind),
            conforms=float(said.conforms),
        )

    @cached_property
    def scored_items(self) -> tuple[maturity.Item, ...]:
        return tuple(
            maturity.Item(
                code=item.code,
                clause=item.clause,
                weight=float(item.weight),
                mandatory=item.mandatory,
            )
            for item in self.items
        )

    @cached_property
    def clause_weights(self) -> dict[str, float]:
        return {clause.number: float(clause.weight) for clause in self.clauses}

    def score(
        self,
        answers: Sequence[maturity.Answer],
        evidence: dict[str, maturity.scoring.Evidence] | None = None,
    ) -> maturity.Scored:
        """Score one organisation's answers; see ``sti_methods.maturity.score``."""
        return maturity.score(
            self.scored_items,
            answers,
            evidence=evidence,
            clause_weights=self.clause_weights,
            rules=self.rules,
        )
