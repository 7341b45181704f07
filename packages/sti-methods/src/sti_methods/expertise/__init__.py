"""Expertise: who knows the subject of a proposal, how well, and by which of their works.

    pool = Pool(experts)
    scores = pool.scores(proposals)
    scores.of("expert 7", "proposal 3")
    pool.explain("expert 7", proposal)

Plain words: no downloads, the same answer every time. With ``Pool(experts,
encoder=Encoder(folder))`` a sentence model compares the meaning too.
"""

from sti_methods.expertise.explaining import Explanation, Share, TermShare
from sti_methods.expertise.judging import loss
from sti_methods.expertise.people import (
    DECLARED,
    ENOUGH,
    ENOUGH_WORKS,
    FEW,
    KINDS,
    NOTHING,
    REVIEW,
    WORK,
    Expert,
    Piece,
    Proposal,
    digest,
)
from sti_methods.expertise.pool import Pool, Scores
from sti_methods.expertise.reading import (
    Bad,
    read_experts,
    read_pairs,
    read_proposals,
)
from sti_methods.expertise.rules import VERSION

__all__ = [
    "DECLARED",
    "ENOUGH",
    "ENOUGH_WORKS",
    "FEW",
    "KINDS",
    "NOTHING",
    "REVIEW",
    "VERSION",
    "WORK",
    "Bad",
    "Expert",
    "Explanation",
    "Piece",
    "Pool",
    "Proposal",
    "Scores",
    "Share",
    "TermShare",
    "digest",
    "loss",
    "read_experts",
    "read_pairs",
    "read_proposals",
]
