"""The ties that a frozen graph tells, under the rules of each case and of the house."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from sti_methods import conflicts as method

from opensti.domains.panels.models import (
    DismissedTie,
)
from opensti.domains.panels.queries.naming import under
from opensti.domains.panels.queries.years import years_said
from opensti.kernel.record.leaves import canonical

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from opensti.domains.procedures.regimes.format import ConflictRule


@dataclass(frozen=True)
class Thing:
    """What is judged: a dossier or an order; orders have negative numbers in the graph."""

    kind: str
    pk: int

    @property
    def number(self) -> int:
        return self.pk if self.kind == "dossier" else -self.pk

    @classmethod
    def of(cls, number: int) -> Thing:
        return cls("dossier", number) if number > 0 else cls("order", -number)

    @property
    def columns(self) -> dict[str, int]:
        return {f"{self.kind}_id": self.pk}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """The graph with the cases, and the rules of each case's regime."""

    graph: method.Graph
    cases: tuple[method.Case, ...]
    rules_of: Mapping[int, tuple[ConflictRule, ...]]
    words: Mapping[int, str]
    # The house's years of each kind, as they stood when this was frozen.
    years: Mapping[str, int | None]
    survivors: Mapping[int, int] = field(default_factory=dict)

    @property
    def things(self) -> list[Thing]:
        return [Thing.of(case.id) for case in self.cases]

    def counted(self) -> dict[str, int]:
        """How many rows of each register were looked at."""
        graph = self.graph
        return {
            "people": len(graph.people),
            "organisations": len(graph.organisations),
            "positions": len(graph.positions),
            "works": len(graph.works),
            "relations": len(graph.ties),
            "projects": len(graph.projects),
            "judged": len(graph.judged),
            "cases": len(self.cases),
        }

    def digest(self) -> str:
        """The SHA-256 of all that was looked at, row by row in one order."""
        frozen = sha256()
        for rows in (*asdict_rows(self.graph), self.cases):
            for row in rows:
                frozen.update(canonical(_plain(asdict(row))).encode())
                frozen.update(b"\n")
        return frozen.hexdigest()


def asdict_rows(graph: method.Graph) -> tuple[tuple[Any, ...], ...]:
    return (
        graph.people,
        graph.organisations,
        graph.positions,
        graph.works,
        graph.ties,
        graph.projects,
        graph.judged,
    )


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: {str(k): v for k, v in value.items()} if isinstance(value, dict) else value
        for key, value in row.items()
    }


def house_years() -> dict[str, int | None]:
    """Years of each kind: the method's, as this house last said them; 1 query."""
    said = {kind: row.years for kind, row in years_said().items()}
    return {**method.YEARS, **said}


def rules_for(
    on: date,
    years: Mapping[str, int | None],
    rules: Iterable[ConflictRule] = (),
    dismissed: Collection[str] = (),
) -> method.Rules:
    """The rules of the day: years as the regime says them, else as the house does."""
    known = {rule.id: rule for rule in rules}
    counted = dict(years)
    for kind in counted:
        rule = known.get(under(kind, known))
        if rule is not None and rule.years is not None:
            counted[kind] = rule.years
    return method.Rules(
        on=on,
        years=counted,
        least=settings.OPENSTI_CONFLICT_LEAST,
        dismissed=frozenset(dismissed),
    )


def dismissed_keys() -> frozenset[str]:
    """Identities and ties set aside for good; those of a tie are told with the person."""
    return frozenset(
        key if "|" in key else f"{person}|{key}"
        for person, key in DismissedTie.objects.filter(restored_at=None).values_list(
            "person_id", "key"
        )
    )


def tie_of(found: method.Found) -> dict[str, Any]:
    """A tie as it is frozen in a case."""
    return {
        "kind": found.kind,
        "tie": found.tie,
        "identity": found.identity,
        "probability": found.probability,
        "other": found.other,
        "other_name": found.other_name,
        "organisation": found.organisation,
        "about": found.about,
        "since": found.since.isoformat() if found.since else None,
        "until": found.until.isoformat() if found.until else None,
        "source": found.row,
        "clues": [list(clue) for clue in found.clues],
    }


def solve(
    problem: Problem, *, people: Iterable[int], on: date
) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """Every tie by person and thing; cases under the same years are looked at together."""
    dismissed = dismissed_keys()
    experts = list(people)
    groups: dict[tuple[Any, ...], list[method.Case]] = {}
    for case in problem.cases:
        rules = rules_for(on, problem.years, problem.rules_of[case.id])
        key = tuple(sorted((k, -1 if v is None else v) for k, v in rules.years.items()))
        groups.setdefault(key, []).append(case)
    found: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for cases in groups.values():
        rules = rules_for(on, problem.years, problem.rules_of[cases[0].id], dismissed)
        for one in method.find(
            problem.graph, experts=experts, cases=cases, rules=rules
        ):
            found.setdefault((one.expert, one.case), []).append(tie_of(one))
    return found
