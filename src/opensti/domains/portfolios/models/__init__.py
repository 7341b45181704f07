"""Rounds with their decisions, letters and objections; scenarios of what to fund."""

from opensti.domains.portfolios.models.rounds import Decision, Letter, Objection, Round
from opensti.domains.portfolios.models.scenarios import Lock, Ranking, Scenario

__all__ = ["Decision", "Letter", "Lock", "Objection", "Ranking", "Round", "Scenario"]
