"""A council's ballots as frozen numbers, and what the methods make of them.

``freeze`` turns rows into plain JSON that names nobody; ``solve`` counts from that JSON
alone, so that a result can be reckoned again years later from what was kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from sti_methods import ballots as counting

from opensti.domains.panels.choices import BallotState, Outcome, SeatRole, Vote
from opensti.domains.panels.problem.rating import count_ratings
from opensti.domains.panels.queries import ballot_kind, points, sheet_of
from opensti.domains.procedures.regimes.counting import score_rule, vote_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opensti.domains.panels.models import Ballot, CouncilItem, Seat
    from opensti.domains.procedures.regimes.format import (
        CouncilRule,
        RatingRule,
        ScoreSheet,
    )

Frozen = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Solution:
    """What came out for one item, with every figure on the way."""

    passed: bool
    final: Fraction | None
    figures: Frozen
    of_work: bool = False

    @property
    def outcome(self) -> Outcome:
        if self.of_work:
            return Outcome.ACCEPTED if self.passed else Outcome.NOT_ACCEPTED
        return Outcome.PROPOSED if self.passed else Outcome.NOT_PROPOSED


def freeze(
    item: CouncilItem,
    *,
    voters: Sequence[Seat],
    total: int,
    ballots: Iterable[Ballot],
    host_proposed: bool = False,
) -> Frozen:
    """Rows to plain JSON: ``voters`` are those present who judge the item.

    Ballots are shuffled: their numbers tell nothing about who wrote them.
    """
    by_seat = {b.seat_id: b for b in ballots if b.state == BallotState.CAST}
    counted = [by_seat[seat.pk] for seat in voters if seat.pk in by_seat]
    head = _head(voters, by_seat)
    SystemRandom().shuffle(counted)
    return {
        "kind": ballot_kind(item.council),
        "rule": item.council.rule_code,
        "sheet": item.sheet_code,
        "regime": item.council.regime_version.sha256,
        "present": len(voters),
        "total": total,
        "host_proposed": host_proposed,
        "contents": item.contents,
        "asked": f"{item.dossier.asked_state:f}" if item.dossier is not None else "",
        "chair_score": f"{head.total:f}"
        if head is not None and head.total is not None
        else "",
        "ballots": [
            {
                "voter": str(number),
                "points": {k: _plain(v) for k, v in ballot.scores.items()},
                "votes": dict(ballot.votes),
                "vote": ballot.vote,
            }
            for number, ballot in enumerate(counted, start=1)
        ],
    }


def _head(voters: Sequence[Seat], by_seat: Mapping[int, Ballot]) -> Ballot | None:
    for role in (SeatRole.CHAIR, SeatRole.VICE):
        for seat in voters:
            if seat.role == role and seat.pk in by_seat:
                return by_seat[seat.pk]
    return None


def _plain(typed: str) -> str:
    value = points(typed)
    return typed if value is None else f"{value:f}"


def solve(
    frozen: Frozen,
    *,
    rule: CouncilRule,
    sheet: ScoreSheet | None,
    rating: RatingRule | None = None,
) -> Solution:
    """Count the frozen ballots by the frozen rule; ``ValueError`` for another kind."""
    match frozen["kind"]:
        case "rating" if rating is not None:
            passed, figures = count_ratings(frozen, rating)
            return Solution(passed=passed, final=None, figures=figures, of_work=True)
        case "score" if sheet is not None:
            return _scores(frozen, rule, sheet)
        case "items":
            return _items(frozen, rule, sheet)
        case "vote":
            return _vote(frozen, rule)
        case kind:
            raise ValueError(
                f"{rule.id}: no council counts “{kind}” ballots like this."
            )


def _scores(frozen: Frozen, rule: CouncilRule, sheet: ScoreSheet) -> Solution:
    found = counting.score(
        score_rule(rule, sheet),
        _score_ballots(frozen, sheet),
        present=frozen["present"],
        host_proposed=frozen["host_proposed"],
    )
    return Solution(
        passed=found.passed,
        final=found.final,
        figures={
            "mean_of_all": _figure(found.mean_of_all),
            "mean": _figure(found.mean),
            "bonus": _figure(found.bonus),
            "final": _figure(found.final),
            "criteria": [
                {"id": name, "mean": _figure(mean), "zeros": dict(found.zeros)[name]}
                for name, mean in found.criterion_means
            ],
            "ballots": [
                {
                    "voter": s.voter,
                    "total": _figure(s.total),
                    "valid": s.valid,
                    "passed": s.passed,
                }
                for s in found.sheets
            ],
            "steps": _steps(found.steps),
        },
    )


def _score_ballots(frozen: Frozen, sheet: ScoreSheet) -> list[counting.ScoreBallot]:
    return [
        counting.ScoreBallot(
            voter=ballot["voter"],
            points={
                leaf.id: Fraction(ballot["points"][leaf.id]) for leaf in sheet.leaves()
            },
        )
        for ballot in frozen["ballots"]
    ]


def _vote(frozen: Frozen, rule: CouncilRule) -> Solution:
    found = counting.count_votes(
        vote_rule(rule),
        [_one(b["voter"], b["vote"]) for b in frozen["ballots"]],
        present=frozen["present"],
        total=frozen["total"],
    )
    return Solution(
        passed=found.passed,
        final=Fraction(found.yes, found.cast) if found.cast else None,
        figures={**_counts(found), "steps": _steps(found.steps)},
    )


def _items(frozen: Frozen, rule: CouncilRule, sheet: ScoreSheet | None) -> Solution:
    found = counting.count_items(
        vote_rule(rule),
        {
            content["id"]: [
                _one(b["voter"], b["votes"].get(content["id"], ""))
                for b in frozen["ballots"]
            ]
            for content in frozen["contents"]
        },
        present=frozen["present"],
        total=frozen["total"],
    )
    amounts = {c["id"]: Decimal(c["amount"]) for c in frozen["contents"]}
    yes = sum(result.yes for _id, result in found.items)
    cast = sum(result.cast for _id, result in found.items)
    figures: Frozen = {
        "contents": [
            {
                "id": name,
                "passed": result.passed,
                **_counts(result),
                "steps": _steps(result.steps),
            }
            for name, result in found.items
        ],
        "amount": f"{sum((amounts[c] for c in found.accepted), Decimal(0)):f}",
        "steps": [],
    }
    if sheet is not None and frozen["ballots"] and not sheet.pass_fail:
        sheets = counting.score(
            score_rule(rule, sheet),
            _score_ballots(frozen, sheet),
            present=frozen["present"],
        )
        figures |= {
            "mean": _figure(sheets.mean),
            "criteria": [
                {"id": name, "mean": _figure(mean), "zeros": dict(sheets.zeros)[name]}
                for name, mean in sheets.criterion_means
            ],
            "ballots": [
                {
                    "voter": s.voter,
                    "total": _figure(s.total),
                    "valid": s.valid,
                    "passed": s.passed,
                }
                for s in sheets.sheets
            ],
            "steps": _steps(sheets.steps),
        }
    return Solution(
        passed=found.passed,
        final=Fraction(yes, cast) if cast else None,
        figures=figures,
    )


def _one(voter: str, vote: str) -> counting.Vote:
    return counting.Vote(
        voter=voter,
        yes={Vote.YES: True, Vote.NO: False}.get(vote),  # type: ignore[call-overload]
    )


def _counts(found: counting.VoteResult) -> Frozen:
    return {"yes": found.yes, "no": found.no, "blank": found.blank, "cast": found.cast}


def _figure(value: Fraction | None) -> str:
    """Exact in the file: a fraction as text, read back by ``Fraction``."""
    return "" if value is None else str(value)


def _steps(steps: Sequence[counting.Step]) -> list[Frozen]:
    return [{"code": s.code, "values": s.values} for s in steps]


def place(
    solved: Mapping[str, tuple[Frozen, Solution]],
    *,
    rule: CouncilRule,
    sheets: Mapping[str, ScoreSheet | None],
    orders: Mapping[str, str],
    recommended: Sequence[str] = (),
) -> dict[str, counting.Ranking]:
    """Rank the items of each order; those that answer none compete with one another.

    ``orders`` names each item's order, empty for none; the rankings go by that name.
    What no rule decides follows the council's recommendation.
    """
    ties = tuple(rule.ballot.ties) if rule.ballot is not None else ()
    order = {name: Fraction(len(recommended) - i) for i, name in enumerate(recommended)}
    candidates: dict[str, list[counting.Candidate]] = {}
    for name, (frozen, solution) in solved.items():
        candidates.setdefault(orders[name], []).append(
            counting.Candidate(
                id=name,
                final=solution.final,
                passed=solution.passed,
                ties=_tie_figures(frozen, solution, sheets[name])
                | ({"council_recommends": order[name]} if name in order else {}),
            )
        )
    return {
        answered: counting.rank(
            competing,
            ties=(
                *(t for t in ties if t != "council_recommends"),
                "council_recommends",
            ),
        )
        for answered, competing in candidates.items()
    }


def _tie_figures(
    frozen: Frozen, solution: Solution, sheet: ScoreSheet | None
) -> dict[str, Fraction]:
    figures: dict[str, Fraction] = {}
    if frozen["chair_score"]:
        figures["chair_score"] = Fraction(frozen["chair_score"])
    if frozen["asked"]:
        figures["less_state_money"] = Fraction(frozen["asked"])
    means = {c["id"]: Fraction(c["mean"]) for c in solution.figures.get("criteria", ())}
    if sheet is not None and means:
        leaves = [
            leaf.id
            for top in sheet.criteria
            if "content" in top.id or "plan" in top.id
            for leaf in top.leaves()
        ]
        if leaves:
            figures["content_mean"] = sum((means[i] for i in leaves), Fraction(0))
    return figures


def sheets_by_item(items: Iterable[CouncilItem]) -> dict[str, ScoreSheet | None]:
    return {item.public_id: sheet_of(item) for item in items}


def orders_by_item(items: Iterable[CouncilItem]) -> dict[str, str]:
    """The order each dossier answers: within it they compete. Empty for none."""
    return {
        item.public_id: item.dossier.order.public_id
        if item.dossier is not None and item.dossier.order is not None
        else ""
        for item in items
    }
