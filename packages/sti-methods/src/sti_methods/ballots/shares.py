"""A share of people, compared in integers; and the steps that explain a result."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction  # noqa: TC003 -- dataclass fields
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS: dict[str, str] = {
    "share_holds": "%(what)s: %(count)d of %(base)d is %(test)s %(fraction)s: yes.",
    "share_fails": "%(what)s: %(count)d of %(base)d is %(test)s %(fraction)s: no.",
    "role_present": "Required to be present: %(role)s: yes.",
    "role_absent": "Required to be present: %(role)s: no.",
    "mean_of_all": "Mean of %(count)d ballots: %(mean)s.",
    "ballot_outlier": "Ballot of %(voter)s: %(total)s points, %(off)s from the mean "
    "(%(percent)s %%), limit %(limit)s: not valid.",
    "no_outlier": "No ballot is further from the mean than the limit allows (%(limit)s).",
    "mean_of_valid": "Mean of the %(count)d valid ballots: %(mean)s.",
    "zeros_allowed": "Criterion %(criterion)s: %(count)d zeros of %(base)d, "
    "not %(test)s %(fraction)s: allowed.",
    "zeros_too_many": "Criterion %(criterion)s: %(count)d zeros of %(base)d, "
    "%(test)s %(fraction)s: not allowed.",
    "mean_passes": "Mean %(mean)s is at least %(needed)s: yes.",
    "mean_fails": "Mean %(mean)s is at least %(needed)s: no.",
    "bonus": "The host proposed the task: %(percent)s %% of %(mean)s is added: "
    "%(bonus)s, together %(final)s.",
    "no_valid_ballot": "There is no valid ballot.",
    "sheets_pass": "%(count)d of %(base)d sheets reach their thresholds.",
    "threshold_met": "%(criterion)s: %(points)s is at least %(needed)s: yes.",
    "threshold_missed": "%(criterion)s: %(points)s is at least %(needed)s: no.",
    "level_count": "%(level)s: %(count)d of %(base)d present.",
    "rated": "The council's rating: %(level)s.",
    "someone_says_worst": "Somebody says %(level)s, so the best level is not possible.",
    "tie_broken": "%(ids)s have the same score %(score)s; decided by: %(rule)s.",
    "tie_figure_missing": "%(ids)s have the same score %(score)s; “%(rule)s” comes next, but "
    "its figure is not known.",
    "tie_open": "%(ids)s have the same score %(score)s; the council must recommend one.",
}

TERMS: dict[str, str] = {
    "at_least": "at least",
    "more_than": "more than",
    "present": "present",
    "yes": "in favour",
    "total": "total score",
    "chair": "chair",
    "chair_or_vice": "chair or vice chair",
    "chair_or_authorised_vice": "chair or authorised vice chair",
    "both_reviewers": "both reviewers",
    "one_reviewer": "at least one reviewer",
    "secretary": "scientific secretary",
    "council_representative": "representative of the council",
    "excellent": "excellent",
    "pass": "pass",
    "fail": "fail",
    "chair_score": "score given by the chair",
    "council_recommends": "recommendation of the council",
    "less_state_money": "less State money",
    "excellent_task": "earlier task rated excellent",
    "content_mean": "mean for content and plan",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the reckoning: ``TEXTS[code] % params`` says it in words."""

    code: str
    params: tuple[tuple[str, str | int], ...]

    @property
    def text(self) -> str:
        return TEXTS[self.code]

    @property
    def values(self) -> dict[str, str | int]:
        return dict(self.params)

    def said(self, translate: Callable[[str], str]) -> str:
        """The step in a reader's language: template and terms go through ``translate``."""
        values = {
            name: translate(TERMS[value]) if value in TERMS else value
            for name, value in self.params
        }
        return translate(self.text) % values

    def __str__(self) -> str:
        return self.said(str)


def step(code: str, **params: str | int) -> Step:
    return Step(code=code, params=tuple(sorted(params.items())))


def figure(value: Fraction, places: int = 2) -> str:
    """A figure for readers: rounded half up, without trailing zeros."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, kw_only=True)
class Share:
    """``at_least`` or ``more_than`` a fraction of those present, all, or ballots cast."""

    test: Literal["at_least", "more_than"]
    fraction: Fraction
    of: Literal["present", "total", "cast"]

    def __post_init__(self) -> None:
        if not 0 <= self.fraction <= 1:
            raise ValueError(f"A share lies between 0 and 1; got {self.fraction}.")

    def holds(self, count: int, base: int) -> bool:
        """Compare integers: 3·yes ≥ 2·n. A share of nobody never holds."""
        if base <= 0:
            return False
        left = count * self.fraction.denominator
        right = base * self.fraction.numerator
        return left >= right if self.test == "at_least" else left > right


@dataclass(frozen=True, kw_only=True)
class ShareTest:
    """A share applied: of how many, how many, and whether it holds."""

    share: Share
    count: int
    base: int
    holds: bool


def apply(
    share: Share, count: int, *, present: int, total: int, cast: int, what: str
) -> tuple[ShareTest, Step]:
    base = {"present": present, "total": total, "cast": cast}[share.of]
    holds = share.holds(count, base)
    tested = ShareTest(share=share, count=count, base=base, holds=holds)
    return tested, step(
        "share_holds" if holds else "share_fails",
        what=what,
        count=count,
        base=base,
        test=share.test,
        fraction=str(share.fraction),
    )
