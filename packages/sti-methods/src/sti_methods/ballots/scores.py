"""Points on a sheet: which ballots count, the mean, zeros, thresholds, the bonus."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from sti_methods.ballots.shares import Share, Step, figure, step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class Outlier:
    """A ballot further than ``limit`` from the mean is not valid.

    ``basis``: per cent of the mean, or points. ``passes``: one pass over all ballots
    at once, or again and again with the new mean until none is left out.
    """

    limit: Fraction
    basis: Literal["mean", "points"]
    passes: Literal["one", "repeated"]


@dataclass(frozen=True, kw_only=True)
class Bonus:
    """For the host who proposed the task: per cent of its own mean."""

    percent: Fraction
    needs_mean: Fraction


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """The sum of these criteria on one sheet must reach a mark."""

    name: str
    criteria: tuple[str, ...]
    at_least: Fraction


@dataclass(frozen=True, kw_only=True)
class ScoreRule:
    """``criteria``: what a member fills in, with the most points of each."""

    criteria: tuple[tuple[str, Fraction], ...]
    pass_mean: Fraction | None = None
    zero_rule: Share | None = None
    outlier: Outlier | None = None
    bonus: Bonus | None = None
    thresholds: tuple[Threshold, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ScoreBallot:
    voter: str
    points: Mapping[str, Fraction]

    @property
    def total(self) -> Fraction:
        return sum(self.points.values(), Fraction(0))


@dataclass(frozen=True, kw_only=True)
class SheetResult:
    """One member's sheet against the thresholds of the form."""

    voter: str
    total: Fraction
    passed: bool
    valid: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class ScoreResult:
    """The council's score with everything that led to it; ``None`` without ballots."""

    passed: bool
    mean_of_all: Fraction | None
    mean: Fraction | None
    bonus: Fraction
    final: Fraction | None
    valid: tuple[str, ...]
    invalid: tuple[str, ...]
    criterion_means: tuple[tuple[str, Fraction], ...]
    zeros: tuple[tuple[str, int], ...]
    zeros_too_many: tuple[str, ...]
    sheets: tuple[SheetResult, ...]
    steps: tuple[Step, ...]


def judge_sheet(
    rule: ScoreRule, ballot: ScoreBallot, *, valid: bool = True
) -> SheetResult:
    """Return whether one sheet reaches every threshold of its form."""
    steps, passed = [], True
    for threshold in rule.thresholds:
        points = sum((ballot.points[c] for c in threshold.criteria), Fraction(0))
        met = points >= threshold.at_least
        passed = passed and met
        steps.append(
            step(
                "threshold_met" if met else "threshold_missed",
                criterion=threshold.name,
                points=figure(points),
                needed=figure(threshold.at_least),
            )
        )
    return SheetResult(
        voter=ballot.voter,
        total=ballot.total,
        passed=passed,
        valid=valid,
        steps=tuple(steps),
    )


def score(
    rule: ScoreRule,
    ballots: Sequence[ScoreBallot],
    *,
    present: int,
    host_proposed: bool = False,
) -> ScoreResult:
    """Return the council's score.

    Raises ``ValueError`` when a ballot lacks a criterion, gives points out of range,
    or a voter has two. Zeros are counted on valid ballots, against those present.
    """
    _refuse_faulty(rule, ballots, present)
    steps: list[Step] = []
    valid, invalid = _valid_ballots(rule, ballots, steps)
    if not valid:
        return _nothing(rule, ballots, steps)
    mean_of_all, mean = _mean(ballots), _mean(valid)
    steps.append(step("mean_of_valid", count=len(valid), mean=figure(mean)))
    zeros = tuple(
        (name, sum(b.points[name] == 0 for b in valid)) for name, _max in rule.criteria
    )
    too_many = _too_many_zeros(rule, zeros, present, steps)
    passed = not too_many
    if rule.pass_mean is not None:
        reaches = mean >= rule.pass_mean
        passed = passed and reaches
        steps.append(
            step(
                "mean_passes" if reaches else "mean_fails",
                mean=figure(mean),
                needed=figure(rule.pass_mean),
            )
        )
    sheets = tuple(judge_sheet(rule, b, valid=b in valid) for b in ballots)
    if rule.thresholds:
        good = sum(s.passed and s.valid for s in sheets)
        steps.append(step("sheets_pass", count=good, base=len(valid)))
    bonus = _bonus(rule, mean, host_proposed, steps)
    return ScoreResult(
        passed=passed,
        mean_of_all=mean_of_all,
        mean=mean,
        bonus=bonus,
        final=mean + bonus,
        valid=tuple(b.voter for b in valid),
        invalid=invalid,
        criterion_means=tuple(
            (name, sum((b.points[name] for b in valid), Fraction(0)) / len(valid))
            for name, _max in rule.criteria
        ),
        zeros=zeros,
        zeros_too_many=too_many,
        sheets=sheets,
        steps=tuple(steps),
    )


def _refuse_faulty(
    rule: ScoreRule, ballots: Sequence[ScoreBallot], present: int
) -> None:
    if len({b.voter for b in ballots}) != len(ballots):
        raise ValueError("Somebody has two ballots.")
    if len(ballots) > present:
        raise ValueError("There are more ballots than people present.")
    names = {name for name, _max in rule.criteria}
    for ballot in ballots:
        if set(ballot.points) != names:
            raise ValueError(f"The ballot of {ballot.voter} has other criteria.")
        for name, most in rule.criteria:
            if not 0 <= ballot.points[name] <= most:
                raise ValueError(
                    f"{ballot.voter} gives {ballot.points[name]} points for {name}; "
                    f"0 to {most} are possible."
                )


def _mean(ballots: Sequence[ScoreBallot]) -> Fraction:
    return sum((b.total for b in ballots), Fraction(0)) / len(ballots)


def _valid_ballots(
    rule: ScoreRule, ballots: Sequence[ScoreBallot], steps: list[Step]
) -> tuple[list[ScoreBallot], tuple[str, ...]]:
    valid, invalid = list(ballots), []
    while valid:
        mean = _mean(valid)
        steps.append(step("mean_of_all", count=len(valid), mean=figure(mean)))
        if rule.outlier is None:
            break
        off = _outliers(rule.outlier, valid, mean, steps)
        if not off:
            break
        invalid += [b.voter for b in off]
        valid = [b for b in valid if b not in off]
        if rule.outlier.passes == "one":
            break
    return valid, tuple(invalid)


def _outliers(
    outlier: Outlier, valid: list[ScoreBallot], mean: Fraction, steps: list[Step]
) -> list[ScoreBallot]:
    limit = outlier.limit
    if outlier.basis == "mean":
        limit = mean * outlier.limit / 100
    found = [b for b in valid if abs(b.total - mean) > limit]
    for ballot in found:
        off = abs(ballot.total - mean)
        steps.append(
            step(
                "ballot_outlier",
                voter=ballot.voter,
                total=figure(ballot.total),
                off=figure(off),
                percent=figure(off * 100 / mean, 1) if mean else "0",
                limit=figure(limit),
            )
        )
    if not found:
        steps.append(step("no_outlier", limit=figure(limit)))
    return found


def _too_many_zeros(
    rule: ScoreRule,
    zeros: tuple[tuple[str, int], ...],
    present: int,
    steps: list[Step],
) -> tuple[str, ...]:
    if rule.zero_rule is None:
        return ()
    too_many = []
    for name, count in zeros:
        if count == 0:
            continue
        over = rule.zero_rule.holds(count, present)
        if over:
            too_many.append(name)
        steps.append(
            step(
                "zeros_too_many" if over else "zeros_allowed",
                criterion=name,
                count=count,
                base=present,
                test=rule.zero_rule.test,
                fraction=str(rule.zero_rule.fraction),
            )
        )
    return tuple(too_many)


def _bonus(
    rule: ScoreRule,
    mean: Fraction,
    host_proposed: bool,  # noqa: FBT001
    steps: list[Step],
) -> Fraction:
    if rule.bonus is None or not host_proposed or mean < rule.bonus.needs_mean:
        return Fraction(0)
    bonus = mean * rule.bonus.percent / 100
    steps.append(
        step(
            "bonus",
            percent=figure(rule.bonus.percent),
            mean=figure(mean),
            bonus=figure(bonus),
            final=figure(mean + bonus),
        )
    )
    return bonus


def _nothing(
    rule: ScoreRule, ballots: Sequence[ScoreBallot], steps: list[Step]
) -> ScoreResult:
    return ScoreResult(
        passed=False,
        mean_of_all=_mean(ballots) if ballots else None,
        mean=None,
        bonus=Fraction(0),
        final=None,
        valid=(),
        invalid=tuple(b.voter for b in ballots),
        criterion_means=(),
        zeros=(),
        zeros_too_many=(),
        sheets=tuple(judge_sheet(rule, b, valid=False) for b in ballots),
        steps=(*steps, step("no_valid_ballot")),
    )
