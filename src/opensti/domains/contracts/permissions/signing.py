"""Who approves, signs, gives up and suspends; who reads what was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.choices import RoundOutcome, Verdict
from opensti.domains.contracts.models import (
    Approval,
    ApprovalRound,
    Contract,
    SignedPaper,
)
from opensti.domains.contracts.permissions.sides import (
    by_office,
    contracts_where,
    is_no_auditor,
    is_no_party,
    staff,
)
from opensti.kernel.access import (
    Role,
    grant,
    rule,
    sees,
    visible,
)
from opensti.kernel.files.serving import files_access

if TYPE_CHECKING:
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile


def turn_of(contract: Contract) -> Approval | None:
    """The level that is asked now; nothing when the contract is before nobody; 1 query."""
    rows = Approval.objects.filter(
        round__contract=contract,
        round__outcome=RoundOutcome.OPEN,
        verdict=Verdict.WAITING,
    )
    return rows.select_related("round").order_by("position").first()


@rule(
    _("This level of approval belongs to another role, or nobody is asked now."),
    who=_("whoever holds the role of the level whose turn it is"),
)
def holds_the_level(actor: Actor, contract: Any) -> bool:
    level = turn_of(contract) if contract is not None else None
    return level is not None and actor.has(Role(level.role))


@rule(
    _(
        "You sent this contract or approved another level of it, yourself or through "
        "somebody who acts for you: four eyes see more than two."
    ),
    who=_("another person with the role of the level whose turn it is"),
)
def has_no_part_in_the_round(actor: Actor, contract: Any) -> bool:
    level = turn_of(contract) if contract is not None else None
    if level is None:
        return False
    me = {actor.user_id, actor.on_behalf.get(Role(level.role))} - {None}
    others = Approval.objects.filter(round_id=level.round_id)
    took_part = {level.round.sent_by_id}
    for person, lender in others.values_list("person_id", "on_behalf_of_id"):
        took_part |= {person, lender}
    return bool(me) and not me & took_part


# Sending signs the first level, where the sender holds it.
grant("contracts.send", staff(Role.OFFICER), dangerous=True)
grant(
    "contracts.approve",
    is_no_auditor & holds_the_level & has_no_part_in_the_round & is_no_party,
    dangerous=True,
)
grant("contracts.return", staff(Role.OFFICER, Role.FINANCE, Role.LEADER))
grant("contracts.keep_signed", staff(Role.OFFICER))
grant("contracts.sign", staff(Role.OFFICER, Role.LEADER), dangerous=True)
grant("contracts.cancel", staff(Role.LEADER), dangerous=True)
grant("contracts.pause", staff(Role.LEADER))

# Who approved what with which remark is the office's own affair; the host sees the result.
sees(ApprovalRound, lambda actor: by_office(actor, "contract__dossier_id"))
sees(Approval, lambda actor: by_office(actor, "round__contract__dossier_id"))
sees(SignedPaper, lambda actor: contracts_where(actor, "contract__"))


def _signed_file(actor: Actor, file: StoredFile) -> bool:
    """Whoever knows of the contract reads the files that were signed for it."""
    public_id = file.subject.partition(":")[2]
    return visible(actor, Contract.objects.filter(public_id=public_id)).exists()


files_access("contracts.signed", _signed_file)
