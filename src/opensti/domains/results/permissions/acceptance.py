"""Who may know of the acceptance of a contract's work, and act on it.

The host's side assesses, asks its own council and hands in; officials with no stake in
the task judge, recognise, register. Opinions of independent experts are the office's.
Members of the ministry's council read what it judges through the council, not here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.contracts.queries import contract_ids, stake_contract_ids
from opensti.domains.results.models import (
    Acceptance,
    BaseCouncil,
    ExpertOpinion,
    HandedIn,
    Handover,
    ProductVerdict,
    Registration,
)
from opensti.domains.results.permissions.sides import is_of_the_host, office
from opensti.domains.tasks.queries import closed_tasks
from opensti.kernel.access import (
    NOTHING,
    Role,
    grant,
    has_role,
    sees,
    visible,
)
from opensti.kernel.files.serving import files_access
from opensti.kernel.record.holding import hold_back

if TYPE_CHECKING:
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

OFFICE = (Role.OFFICER, Role.LEADER, Role.FINANCE, Role.AUDITOR)
OPINION = "opinion"


grant(
    "results.list_acceptances",
    has_role(
        Role.OFFICER,
        Role.SECRETARY,
        Role.LEADER,
        Role.FINANCE,
        Role.AUDITOR,
        Role.APPLICANT,
        Role.MANAGER,
    ),
    reads=True,
)
grant("results.assess", is_of_the_host)
grant("results.enter_base_council", has_role(Role.MANAGER) & is_of_the_host)
grant("results.submit_acceptance", is_of_the_host)
grant("results.check_acceptance", office(Role.OFFICER))
grant("results.form_council", office(Role.OFFICER))
grant("results.judge", office(Role.OFFICER, Role.LEADER), dangerous=True)
grant("results.ask_opinion", office(Role.OFFICER, Role.LEADER))
grant("results.confirm_completion", office(Role.OFFICER))
grant("results.recognise", office(Role.LEADER), dangerous=True)
grant("results.register", office(Role.OFFICER))
grant("results.prepare_handover", office(Role.OFFICER))
grant("results.list_registrations", has_role(*OFFICE), reads=True)


def _acceptances(actor: Actor) -> Q:
    """Whoever may know of the contract."""
    return Q(contract_id__in=contract_ids(actor))


def _of_acceptance(actor: Actor) -> Q:
    return Q(acceptance__contract_id__in=contract_ids(actor))


def _of_office(actor: Actor) -> Q:
    """What the office keeps to itself: not the host's, nor of whoever acts for it."""
    if not actor.has(*OFFICE) or actor.has(Role.ADMIN):
        return NOTHING
    stake = Q(acceptance__contract_id__in=stake_contract_ids(actor))
    return _of_acceptance(actor) & ~stake


sees(Acceptance, _acceptances)
hold_back(
    "results.acceptance",
    lambda: Acceptance.objects.filter(contract__task__in=closed_tasks().values("pk")),
)
for part in (HandedIn, BaseCouncil, ProductVerdict, Registration):
    sees(part, _of_acceptance)
sees(ExpertOpinion, _of_office)
sees(Handover, _of_office)


def _file(actor: Actor, file: StoredFile) -> bool:
    """Who knows of the acceptance reads its files; opinions only the office."""
    rows = Acceptance.objects.filter(public_id=file.subject.partition(":")[2])
    found = visible(actor, rows).first()
    if found is None:
        return False
    if file.kind.startswith(OPINION):
        return visible(actor, ExpertOpinion.objects.filter(acceptance=found)).exists()
    return True


files_access("results.acceptance", _file)
