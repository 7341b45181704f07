"""The rules of ownership as pages say them: which govern, or between which to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.kernel.bilingual import pick

if TYPE_CHECKING:
    from opensti.domains.procedures.regimes.format import OwnershipRule
    from opensti.domains.results.queries import Ownership


def rule_words(rule: OwnershipRule) -> str:
    return pick(rule.label_vi, rule.label_en)


def ownership_context(found: Ownership) -> dict[str, Any]:
    """What the card of ownership shows; no query."""
    return {
        "ownership": found,
        "owner_rule": rule_words(found.rule) if found.rule else "",
        "owner_basis": found.rule.basis if found.rule else "",
        "owner_verified": bool(found.rule and found.rule.verified),
        "owner_note": found.rule.note if found.rule else "",
        "owner_candidates": [(rule_words(r), r.basis) for r in found.candidates],
    }
