"""A regime's council rules as the frozen rules that ``sti_methods.ballots`` counts by."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from sti_methods import ballots

if TYPE_CHECKING:
    from opensti.domains.procedures.regimes.format import (
        AcceptanceRule,
        CouncilRule,
        Criterion,
        RatingRule,
        ScoreSheet,
        Share,
    )


def quorum_rule(rule: CouncilRule) -> ballots.QuorumRule:
    return ballots.QuorumRule(share=_share(rule.quorum), roles=rule.quorum_roles)


def vote_rule(rule: CouncilRule) -> ballots.VoteRule:
    """The rule for a vote on the whole or, item by item, on each content item."""
    if rule.ballot is None:
        raise ValueError(f"{rule.id} takes no ballots.")
    return ballots.VoteRule(passes=tuple(_share(s) for s in rule.ballot.passes))


def score_rule(rule: CouncilRule, sheet: ScoreSheet) -> ballots.ScoreRule:
    """The rule for scores; criteria are what a member fills in (the leaves)."""
    ballot = rule.ballot
    if ballot is None:
        raise ValueError(f"{rule.id} takes no ballots.")
    outlier, bonus = ballot.outlier, ballot.bonus
    return ballots.ScoreRule(
        criteria=tuple((c.id, Fraction(c.max)) for c in sheet.leaves()),
        pass_mean=None if ballot.pass_mean is None else Fraction(ballot.pass_mean),
        zero_rule=None if ballot.zero_rule is None else _share(ballot.zero_rule),
        outlier=None
        if outlier is None
        else ballots.Outlier(
            limit=Fraction(outlier.limit), basis=outlier.basis, passes=outlier.passes
        ),
        bonus=None
        if bonus is None
        else ballots.Bonus(
            percent=Fraction(bonus.percent), needs_mean=Fraction(bonus.needs_mean)
        ),
        thresholds=tuple(
            ballots.Threshold(
                name=t.criterion or "total",
                criteria=_leaf_ids(sheet, t.criterion),
                at_least=Fraction(t.at_least),
            )
            for t in sheet.thresholds
        ),
    )


def rating_rule(rule: RatingRule) -> ballots.RatingRule:
    return ballots.RatingRule(
        levels=tuple(level.id for level in rule.levels),
        best=rule.best,
        worst=rule.worst,
        otherwise=rule.otherwise,
        best_share=_share(rule.best_share),
        worst_share=_share(rule.worst_share),
    )


def member_rule(rule: RatingRule, acceptance: AcceptanceRule) -> ballots.MemberRule:
    """How one member's marks on what was ordered become the level he gives."""
    return ballots.MemberRule(
        best=rule.best,
        worst=rule.worst,
        otherwise=rule.otherwise,
        quantity_ok=acceptance.quantity_ok,
        quantity_least=acceptance.quantity_least,
    )


def _share(share: Share) -> ballots.Share:
    return ballots.Share(test=share.test, fraction=share.fraction, of=share.of)


def _leaf_ids(sheet: ScoreSheet, criterion_id: str) -> tuple[str, ...]:
    if not criterion_id:
        return tuple(c.id for c in sheet.leaves())
    found = _find(sheet.criteria, criterion_id)
    if found is None:
        raise ValueError(f"{sheet.id} has no criterion {criterion_id}.")
    return tuple(c.id for c in found.leaves())


def _find(criteria: tuple[Criterion, ...], criterion_id: str) -> Criterion | None:
    for criterion in criteria:
        if criterion.id == criterion_id:
            return criterion
        inner = _find(criterion.items, criterion_id)
        if inner is not None:
            return inner
    return None
