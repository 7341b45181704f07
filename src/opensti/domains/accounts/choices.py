from __future__ import annotations

from opensti.kernel.access import ROLE_LABELS, Role

ROLE_CHOICES = [(role.value, ROLE_LABELS[role]) for role in Role if role != Role.PUBLIC]
LENDABLE = frozenset({Role.OFFICER, Role.SECRETARY, Role.LEADER, Role.FINANCE})
# Who reads everything, and who manages accounts, decides nothing beside it.
APART = frozenset({Role.AUDITOR, Role.ADMIN})
# What the address of an erased account ends in; no mail ever goes to such a place.
ERASED = "@erased.invalid"


class Scope:
    """What a key may be used for, of all that its owner may: a key is only ever narrower.

    Beside these stands ``act:<domain>`` for the acts of one domain.
    """

    READ_PUBLIC = "read:public"  # the register, counted by the key
    READ_OWN = "read:own"  # what the owner may read
    READ_PARTNER = "read:partner"  # what the policy shows partners; of partners only
    WEBHOOKS = "webhooks"  # where changes are sent to


ACT = "act:"
# What a key without scopes, as keys were made before there were any, is not good for.
ASKED_FOR = frozenset({Scope.READ_PARTNER, Scope.WEBHOOKS})
# The domains whose acts programs may take, as the interface offers them.
ACT_DOMAINS = (
    "strategies",
    "tasks",
    "calls",
    "overlaps",
    "panels",
    "portfolios",
    "contracts",
    "results",
)
SCOPES = (
    Scope.READ_PUBLIC,
    Scope.READ_OWN,
    Scope.READ_PARTNER,
    Scope.WEBHOOKS,
    *(f"{ACT}{domain}" for domain in ACT_DOMAINS),
)


def clash(role: Role, held: frozenset[Role] | set[Role]) -> frozenset[Role]:
    """Return the held roles that nobody may hold together with ``role``."""
    if role in APART:
        return frozenset(held) & ((APART - {role}) | LENDABLE)
    return frozenset(held) & APART if role in LENDABLE else frozenset()
