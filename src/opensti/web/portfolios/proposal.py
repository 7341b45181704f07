"""What the proposal to the leader tells, read once for Word, PDF and workbook."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.portfolios import queries
from opensti.domains.portfolios.choices import Barred, ScenarioState
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opensti.domains.portfolios.models import Decision, Lock, Round, Scenario
    from opensti.kernel.access import Actor

STATE = "state"
# By which the totals are told, where dossiers have them.
COLUMNS = ("field", "province", "organisation", "organisation_type", "young_leader")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One dossier: what it has, whether it is chosen at which level, and why."""

    decision: Decision
    code: str
    merit: float
    chosen: bool
    level: str
    amounts: Mapping[str, int]
    reserve: int | None
    reason: Mapping[str, Any] | None
    why: str

    @property
    def mean(self) -> Decimal | None:
        return self.decision.mean

    @property
    def state(self) -> Decimal:
        """The state's money: of the chosen level, else as it was asked for in full."""
        return Decimal(self.amounts[STATE])


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A solved scenario with its dossiers, the best merit first."""

    round: Round
    scenario: Scenario
    problem: Mapping[str, Any]
    solution: Mapping[str, Any]
    reasons: Mapping[str, Any]
    lines: tuple[Line, ...]
    locks: Mapping[int, Lock]

    @property
    def labels(self) -> Mapping[str, Any]:
        labels: Mapping[str, Any] = self.problem["labels"]
        return labels

    @property
    def chosen(self) -> list[Line]:
        return [line for line in self.lines if line.chosen]

    @property
    def reserve(self) -> list[Line]:
        found = [line for line in self.lines if line.reserve is not None]
        return sorted(found, key=lambda line: line.reserve or 0)

    @property
    def left(self) -> list[Line]:
        return [line for line in self.lines if not line.chosen]

    @property
    def measures(self) -> list[str]:
        """Measures of money that anything chosen from has: state before other, by year."""
        found = {m for line in self.lines for m in line.amounts}
        return sorted(found, key=lambda m: (m.split("_")[0] != STATE, m))

    def budgets(self) -> Iterator[tuple[str, int, int]]:
        """Measure, what was stated, what the chosen use."""
        for measure, stated in sorted(
            (self.problem["rules"].get("budgets") or {}).items()
        ):
            used = sum(line.amounts.get(measure, 0) for line in self.chosen)
            yield measure, round(float(stated)), used

    def totals(self, column: str) -> list[tuple[str, int, int]]:
        """Value in words, number of chosen dossiers, the state's money; most money first."""
        told: Mapping[str, Mapping[str, Any]] = self.solution["totals"].get(column, {})
        rows = [
            (
                queries.value_words(column, value, self.labels),
                int(total["count"]),
                int(total[STATE]),
            )
            for value, total in told.items()
        ]
        return sorted(rows, key=lambda row: (-row[2], row[0]))

    def deviations(self) -> list[Decision]:
        """What is proposed or decided otherwise than this scenario advises, once adopted."""
        if self.scenario.state != ScenarioState.ADOPTED:
            return []
        return [
            line.decision for line in self.lines if line.decision.departs_from_advice
        ]


def proposal_of(actor: Actor, scenario_id: str) -> Proposal:
    """Read a scenario for its papers; 7 queries however many dossiers.

    Raises ``StepNotAllowed`` where nothing was chosen or the reasons are not computed yet.
    """
    scenario = queries.scenario_with_bytes(actor, scenario_id)
    if not scenario.reasons_digest:
        raise StepNotAllowed(
            _("There is no choice with its reasons that could be proposed."),
            mend=_("Have the scenario computed first."),
        )
    problem = queries.document_of(scenario.problem)
    solution = queries.document_of(scenario.solution)
    reasons = queries.document_of(scenario.reasons)
    levels = {(level["proposal"], level["name"]): level for level in problem["levels"]}
    reserve = {
        code: number
        for number, code in enumerate(
            queries.reserve_of(problem, solution, reasons["reasons"]), start=1
        )
    }
    lines = []
    for decision in queries.decisions_of(actor, scenario.round):
        code = decision.dossier.code
        if (code, "") not in levels:
            continue  # laid out after it was frozen: the paper tells what was weighed
        name = solution["chosen"].get(code)
        reason = reasons["reasons"].get(code)
        barred = problem["barred"].get(code, "")
        lines.append(
            Line(
                decision=decision,
                code=code,
                merit=levels[code, name or ""]["merit"],
                chosen=name is not None,
                level=name or "",
                amounts=levels[code, name or ""]["amounts"],
                reserve=reserve.get(code),
                reason=reason,
                why=_barred(barred)
                if barred
                else queries.reason_words(reason, problem["labels"]),
            )
        )
    lines.sort(key=lambda line: (-levels[line.code, ""]["merit"], line.code))
    return Proposal(
        round=scenario.round,
        scenario=scenario,
        problem=problem,
        solution=solution,
        reasons=reasons,
        lines=tuple(lines),
        locks=queries.locks_of(scenario.round),
    )


def _barred(why: str) -> str:
    words = str(Barred(why).label)
    return f"{words[:1].upper()}{words[1:]}."


def rule_lines(
    rules: Mapping[str, Any], labels: Mapping[str, Any]
) -> list[tuple[str, str, float | None, float | None]]:
    """The conditions of a scenario but its budgets: name in words, measure, least, most.

    ``labels`` are the names of categories; a condition that was named by hand keeps its name.
    """
    found: list[tuple[str, str, float | None, float | None]] = []
    for kind, key in (
        ("floor", "floors"),
        ("ceiling", "ceilings"),
        ("share", "shares"),
    ):
        for said in rules.get(key) or ():
            measure = said.get("measure", "count")
            where = ",".join(
                f"{column}={'|'.join([values] if isinstance(values, str) else values)}"
                for column, values in sorted((said.get("where") or {}).items())
            )
            name = said.get("name") or queries.condition_words(
                f"{kind}:{where or '*'}:{measure}", labels
            )
            if per := said.get("per"):
                each = _("for each %(per)s (%(measure)s)") % {
                    "per": queries.column_words(per),
                    "measure": queries.measure_words(measure),
                }
                name = f"{name}, {each}" if where or said.get("name") else each
            found.append((name, measure, said.get("at_least"), said.get("at_most")))
    for key, sign in (("exclusive", "+"), ("together", "+"), ("requires", ">")):
        for codes in rules.get(key) or ():
            name = queries.condition_words(f"{key}:{sign.join(codes)}")
            found.append((name, "", None, None))
    if said := rules.get("threshold"):
        found.append(
            (queries.condition_words("threshold:merit"), "merit", said["merit"], None)
        )
    for end in ("at_least", "at_most"):
        if rules.get(end) is not None:
            name = queries.condition_words(f"{end}:count")
            ends = (rules[end], None) if end == "at_least" else (None, rules[end])
            found.append((name, "count", *ends))
    return found
