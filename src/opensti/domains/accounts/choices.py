from __future__ import annotations

from opensti.kernel.access import ROLE_LABELS, Role

ROLE_CHOICES = [(role.value, ROLE_LABELS[role]) for role in Role if role != Role.PUBLIC]
LENDABLE = frozenset({Role.OFFICER, Role.SECRETARY, Role.LEADER, Role.FINANCE})
