"""Rounds with their decisions, letters and objections."""

from opensti.domains.portfolios.models.rounds import Decision, Letter, Objection, Round

__all__ = ["Decision", "Letter", "Objection", "Round"]
