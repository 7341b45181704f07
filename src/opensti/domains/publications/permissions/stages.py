"""Who reads the cases behind the times that steps take."""

from __future__ import annotations

from opensti.kernel.access import STAFF, Role, grant, has_role

grant("publications.read_stages", has_role(*STAFF, Role.AUDITOR), reads=True)
