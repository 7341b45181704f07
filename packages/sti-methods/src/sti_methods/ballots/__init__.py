"""Council arithmetic: who must be there, which ballots count, what the council says.

Frozen rule and frozen ballots in, frozen result out, with every figure on the way and
the steps that explain it. All comparison is of integers and fractions: two thirds of
nine is six, never 5.999. Cost: linear in the number of ballots and criteria.
"""

from sti_methods.ballots.members import Mark, MemberResult, MemberRule, member_level
from sti_methods.ballots.quorum import Attendee, QuorumResult, QuorumRule, quorum
from sti_methods.ballots.ranking import Candidate, Ranking, rank
from sti_methods.ballots.ratings import RatingResult, RatingRule, rate
from sti_methods.ballots.scores import (
    Bonus,
    Outlier,
    ScoreBallot,
    ScoreResult,
    ScoreRule,
    SheetResult,
    Threshold,
    judge_sheet,
    score,
)
from sti_methods.ballots.shares import TERMS, TEXTS, Share, ShareTest, Step, figure
from sti_methods.ballots.votes import (
    ItemsResult,
    Vote,
    VoteResult,
    VoteRule,
    count_items,
    count_votes,
)

__all__ = [
    "TERMS",
    "TEXTS",
    "Attendee",
    "Bonus",
    "Candidate",
    "ItemsResult",
    "Mark",
    "MemberResult",
    "MemberRule",
    "Outlier",
    "QuorumResult",
    "QuorumRule",
    "Ranking",
    "RatingResult",
    "RatingRule",
    "ScoreBallot",
    "ScoreResult",
    "ScoreRule",
    "Share",
    "ShareTest",
    "SheetResult",
    "Step",
    "Threshold",
    "Vote",
    "VoteResult",
    "VoteRule",
    "count_items",
    "count_votes",
    "figure",
    "judge_sheet",
    "member_level",
    "quorum",
    "rank",
    "rate",
    "score",
]
