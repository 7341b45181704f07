"""Who reads what is asked of everything at once: red flags point at people."""

from __future__ import annotations

from opensti.kernel.access import Role, grant, has_role

grant("publications.read_flags", has_role(Role.AUDITOR, Role.LEADER), reads=True)
