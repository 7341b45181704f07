"""Councils, their ballots, score sheets and ratings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from opensti.domains.procedures.choices import (
    SeatRole,
    Track,
)
from opensti.domains.procedures.regimes.format.facts import Fact, Labelled, Option
from opensti.domains.procedures.regimes.format.tables import Period


@dataclass(frozen=True, kw_only=True)
class Share:
    """``at_least`` or ``more_than`` a fraction of those present, all, or ballots cast."""

    test: Literal["at_least", "more_than"]
    fraction: Fraction
    of: Literal["present", "total", "cast"]


@dataclass(frozen=True, kw_only=True)
class SeatRule:
    role: SeatRole
    count_min: int
    count_max: int
    condition_vi: str = ""
    condition_en: str = ""


QuorumRole = Literal[
    "chair",
    "chair_or_vice",
    "chair_or_authorised_vice",
    "both_reviewers",
    "one_reviewer",
    "secretary",
    "council_representative",
]


@dataclass(frozen=True, kw_only=True)
class Outlier:
    """A ballot too far from the mean is invalid."""

    limit: Decimal
    basis: Literal["mean", "points"]
    passes: Literal["one", "repeated"]


@dataclass(frozen=True, kw_only=True)
class Bonus:
    """More points for the host who proposed the task."""

    percent: Decimal
    needs_mean: Decimal


@dataclass(frozen=True, kw_only=True)
class BallotRule(Fact):
    """How single ballots become the council's result.

    ``vote``: yes or no on the whole; ``items``: yes or no on each content item;
    ``score``: points on a sheet; ``rating``: one of the rating rule's levels.
    ``method``: ballots are ``open`` (named in the record) or ``secret``; where the text
    leaves it open, the ``council`` decides at the start of its meeting.
    """

    kind: Literal["vote", "items", "score", "rating"]
    form: str = ""
    passes: tuple[Share, ...] = ()
    sheets: tuple[str, ...] = ()
    pass_mean: Decimal | None = None
    zero_rule: Share | None = None
    outlier: Outlier | None = None
    bonus: Bonus | None = None
    ties: tuple[
        Literal[
            "chair_score",
            "council_recommends",
            "less_state_money",
            "excellent_task",
            "content_mean",
        ],
        ...,
    ] = ()
    rating: str = ""
    count_team: int = 0
    method: Literal["open", "secret", "council"] = "council"


@dataclass(frozen=True, kw_only=True)
class CouncilRule(Labelled, Fact):
    id: str
    track: Track
    team: Literal["council", "cost_team", "expert_group"] = "council"
    size_min: int
    size_max: int
    size_allowed: tuple[int, ...] = ()
    seats: tuple[SeatRule, ...]
    quorum: Share
    quorum_roles: tuple[QuorumRole, ...] = ()
    documents_before: Period | None = None
    written_opinions_before: Period | None = None
    absent_opinion: Literal["none", "reference_only", "read_out", "counts"] = "none"
    ballot: BallotRule | None = None
    conclusion: Share | None = None
    conflicts: tuple[str, ...] = ()
    modes: tuple[Literal["in_person", "online", "hybrid"], ...] = ("in_person",)
    secrecy: bool = False
    optional: bool = False
    override: bool = True
    meet_within: Period | None = None
    # Who must not learn the names of those who reviewed; the texts seldom say.
    reviewers_unnamed_to: tuple[Literal["members", "applicant"], ...] = ("applicant",)


@dataclass(frozen=True, kw_only=True)
class ConflictRule(Fact):
    id: str
    text_vi: str
    text_en: str
    effect: Literal["barred", "barred_from_roles"]
    # How long after its end the ground still counts, where the text says so.
    years: int | None = None


@dataclass(frozen=True, kw_only=True)
class Criterion(Labelled):
    id: str
    max: Decimal
    help_vi: str = ""
    help_en: str = ""
    items: tuple[Criterion, ...] = ()

    def leaves(self) -> tuple[Criterion, ...]:
        """What a member actually fills in."""
        if not self.items:
            return (self,)
        return tuple(leaf for item in self.items for leaf in item.leaves())


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A member's sheet passes only at or above this; ``criterion`` empty = the total."""

    criterion: str = ""
    at_least: Decimal


@dataclass(frozen=True, kw_only=True)
class ScoreSheet(Labelled, Fact):
    """``stand_in`` marks a sheet borrowed from another text: say so wherever it is shown."""

    id: str
    task_types: tuple[str, ...] = ()
    total: Decimal
    criteria: tuple[Criterion, ...]
    thresholds: tuple[Threshold, ...] = ()
    pass_fail: bool = False
    stand_in: bool = False

    def leaves(self) -> tuple[Criterion, ...]:
        return tuple(leaf for c in self.criteria for leaf in c.leaves())


@dataclass(frozen=True, kw_only=True)
class RatingRule(Labelled, Fact):
    """Best when ``best_share`` say best and none worst; worst when ``worst_share`` say so."""

    id: str
    levels: tuple[Option, ...]
    best: str
    worst: str
    otherwise: str
    best_share: Share
    worst_share: Share
