"""Who asks for amendments and early ends, and who decides on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.models import (
    Amendment,
    Ending,
    Finding,
)
from opensti.domains.contracts.permissions.sides import (
    OFFICE,
    contracts_where,
    is_no_auditor,
    is_no_party,
    staff,
    works_on_it,
)
from opensti.kernel.access import (
    Role,
    grant,
    has_role,
    rule,
    sees,
    visible,
)
from opensti.kernel.files.serving import files_access

if TYPE_CHECKING:
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile


@rule(
    _("The procedure leaves this change to another hand."),
    who=_("whoever the procedure names: the page of the amendment says it"),
)
def has_its_authority(actor: Actor, amendment: Any) -> bool:
    """The host's own manager for what is the host's; else the office's role."""
    if amendment is None:
        return False
    if amendment.authority == Role.MANAGER:
        return amendment.contract.host_id in actor.manages
    return actor.has(Role(amendment.authority)) and bool(
        is_no_party(actor, amendment.contract)
    )


@rule(
    _("Whoever asked for the change may withdraw it."),
    who=_("whoever asked, or a manager of the host"),
)
def asked_for_it(actor: Actor, amendment: Any) -> bool:
    if amendment is None or actor.user_id is None:
        return False
    return (
        amendment.asked_by_id == actor.user_id
        or amendment.contract.host_id in actor.manages
    )


@rule(
    _("You are party to this task: another official must act on its contract."),
    who=_("another official"),
)
def is_no_party_to_it(actor: Actor, thing: Any) -> bool:
    """The same for what hangs on a contract."""
    return thing is None or bool(is_no_party(actor, thing.contract))


@rule(
    _("You do not work on this contract for its host."),
    who=_("the leader of the task, its writers, or a manager of the host"),
)
def works_on_its_contract(actor: Actor, thing: Any) -> bool:
    return thing is not None and bool(works_on_it(actor, thing.contract))


def staff_on(*roles: Role) -> Any:
    """An official of one of the roles, asked about what hangs on a contract."""
    return has_role(*roles) & is_no_auditor & is_no_party_to_it


grant("contracts.ask_amendment", works_on_it | staff(Role.OFFICER))
grant("contracts.give_opinion", staff_on(Role.OFFICER, Role.FINANCE, Role.LEADER))
grant(
    "contracts.add_amendment_paper",
    works_on_its_contract | staff_on(Role.OFFICER, Role.FINANCE, Role.LEADER),
)
grant("contracts.decide_amendment", has_its_authority & is_no_auditor, dangerous=True)
grant("contracts.withdraw_amendment", asked_for_it & is_no_auditor)
grant("contracts.ask_ending", works_on_it | staff(Role.OFFICER))
grant("contracts.suspend", staff(Role.LEADER))
grant("contracts.drop_ending", staff(Role.LEADER))
grant("contracts.report_ending", works_on_it & is_no_auditor)
grant("contracts.check_ending", staff(Role.OFFICER, Role.FINANCE))
grant("contracts.judge_condition", staff(Role.OFFICER, Role.FINANCE, Role.LEADER))
grant(
    "contracts.add_ending_paper",
    works_on_it | staff(Role.OFFICER, Role.FINANCE, Role.LEADER),
)
grant("contracts.terminate", staff(Role.LEADER), dangerous=True)
grant("contracts.claim", staff(Role.LEADER), dangerous=True)
grant("contracts.see_owing", has_role(*OFFICE), reads=True)

sees(Amendment, lambda actor: contracts_where(actor, "contract__"))
sees(Ending, lambda actor: contracts_where(actor, "contract__"))
sees(Finding, lambda actor: contracts_where(actor, "ending__contract__"))


def _paper_of(table: Any) -> Any:
    """Papers of an amendment or ending are read by whoever knows of it."""

    def reads(actor: Actor, file: StoredFile) -> bool:
        public_id = file.subject.partition(":")[2].partition(".")[0]
        rows = table.objects.filter(public_id=public_id)
        return visible(actor, rows).exists()

    return reads


files_access("contracts.amendment", _paper_of(Amendment))
files_access("contracts.ending", _paper_of(Ending))
