"""Who drafts and issues the disclosure policy, and who may know of a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.publications.models import PolicyVersion
from opensti.kernel.access import EVERYTHING, STAFF, Role, grant, has_role, sees

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

READERS = STAFF | {Role.AUDITOR}
ISSUERS = (Role.LEADER,)

grant("publications.list_policies", has_role(*READERS), reads=True)
grant("publications.draft_policy", has_role(Role.OFFICER, Role.LEADER))
grant("publications.check_policy", has_role(Role.OFFICER, Role.LEADER))
# A case as the public will see it, for whoever may see the case.
grant("publications.preview", has_role(*READERS), reads=True)
# By one who did not draft it; the act asks that.
grant("publications.issue_policy", has_role(*ISSUERS), dangerous=True)


def _versions(actor: Actor) -> Q:
    """What is issued is everybody's to read; a draft is the office's."""
    if actor.has(*READERS):
        return EVERYTHING
    return Q(state=PolicyVersion.State.ISSUED)


sees(PolicyVersion, _versions)
