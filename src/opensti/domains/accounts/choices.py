from __future__ import annotations

from opensti.kernel.access import ROLE_LABELS, Role

ROLE_CHOICES = [(role.value, ROLE_LABELS[role]) for role in Role if role != Role.PUBLIC]
LENDABLE = frozenset({Role.OFFICER, Role.SECRETARY, Role.LEADER, Role.FINANCE})
# Who reads everything, and who manages accounts, decides nothing beside it.
APART = frozenset({Role.AUDITOR, Role.ADMIN})
# What the address of an erased account ends in; no mail ever goes to such a place.
ERASED = "@erased.invalid"


def clash(role: Role, held: frozenset[Role] | set[Role]) -> frozenset[Role]:
    """Return the held roles that nobody may hold together with ``role``."""
    if role in APART:
        return frozenset(held) & ((APART - {role}) | LENDABLE)
    return frozenset(held) & APART if role in LENDABLE else frozenset()
