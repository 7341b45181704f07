"""Who says what became of the work, and who checks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.results.models import UptakeAnswer, UptakeYear
from opensti.domains.results.permissions.sides import (
    READERS,
    is_of_the_host,
    of_known_contracts,
    office,
)
from opensti.kernel.access import Role, grant, has_role, sees
from opensti.kernel.files.serving import files_access

if TYPE_CHECKING:
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

grant("results.list_uptake", has_role(*READERS), reads=True)
grant(
    "results.count_uptake",
    has_role(Role.OFFICER, Role.LEADER, Role.FINANCE, Role.AUDITOR),
    reads=True,
)
grant("results.plan_uptake", office(Role.OFFICER))
grant("results.answer_uptake", is_of_the_host)
grant("results.check_uptake", office(Role.OFFICER))

sees(UptakeYear, of_known_contracts)
sees(UptakeAnswer, lambda actor: of_known_contracts(actor, "year__"))


def _may_read_file(actor: Actor, file: StoredFile) -> bool:
    """Evidence of an answer: whoever may know of its contract."""
    public_id = file.subject.partition(":")[2]
    rows = UptakeYear.objects.filter(of_known_contracts(actor), public_id=public_id)
    return rows.exists()


files_access("results.uptake", _may_read_file)
