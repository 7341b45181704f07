"""Who asks, checks, pays, settles and claims; who may know of statements of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.queries import ids_own
from opensti.domains.contracts.models import (
    Allocation,
    ClaimReceipt,
    ClaimWaiver,
    Clearance,
    PaymentOverride,
    PaymentRequest,
    Posting,
    Settlement,
    Statement,
    StatementLine,
)
from opensti.domains.contracts.permissions.sides import (
    OFFICE,
    contracts_where,
    is_no_auditor,
    staff,
    works_on_it,
)
from opensti.domains.panels.queries import kept_dossiers
from opensti.kernel.access import (
    EVERYTHING,
    NOTHING,
    Role,
    grant,
    has_role,
    rule,
    sees,
    visible,
)
from opensti.kernel.files.serving import files_access

if TYPE_CHECKING:
    from django.db.models import Q

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

grant(
    "contracts.list_payments",
    has_role(*OFFICE, Role.APPLICANT, Role.MANAGER),
    reads=True,
)
grant("contracts.ask_payment", works_on_it & is_no_auditor)
grant("contracts.answer_payment_request", staff(Role.OFFICER))
grant("contracts.reach_milestone", staff(Role.OFFICER))
grant("contracts.clear", staff(Role.OFFICER))
grant("contracts.allocate", staff(Role.FINANCE))
# Where money leaves, or what is owed is said for good, the password is asked for again.
grant("contracts.pay", staff(Role.FINANCE), dangerous=True)
grant("contracts.override_payment", staff(Role.LEADER), dangerous=True)
grant("contracts.receive_claim", staff(Role.FINANCE))
grant("contracts.waive_claim", staff(Role.LEADER), dangerous=True)
grant("contracts.settle", staff(Role.FINANCE, Role.LEADER), dangerous=True)
grant("contracts.liquidate", staff(Role.OFFICER, Role.LEADER), dangerous=True)
grant("contracts.match_line", staff(Role.FINANCE))
grant("contracts.import_statement", has_role(Role.FINANCE) & is_no_auditor)
grant(
    "contracts.read_statements",
    has_role(Role.FINANCE, Role.LEADER, Role.AUDITOR),
    reads=True,
)
grant("contracts.export_settlements", has_role(*OFFICE), reads=True)


def _statements(actor: Actor) -> Q:
    """A statement of the agency's account: lines of many tasks, and of none."""
    if not actor.has(Role.FINANCE, Role.LEADER, Role.AUDITOR) or actor.has(Role.ADMIN):
        return NOTHING
    return EVERYTHING


def _file_of_request(actor: Actor, file: StoredFile) -> bool:
    """Whoever may know of the request reads its evidence."""
    rows = PaymentRequest.objects.filter(public_id=file.subject.partition(":")[2])
    return visible(actor, rows).exists()


def _file_of_clearance(actor: Actor, file: StoredFile) -> bool:
    rows = Clearance.objects.filter(public_id=file.subject.partition(":")[2])
    return visible(actor, rows).exists()


def _file_of_statement(actor: Actor, file: StoredFile) -> bool:
    rows = Statement.objects.filter(public_id=file.subject.partition(":")[2])
    return visible(actor, rows).exists()


def _file_of_export(actor: Actor, file: StoredFile) -> bool:
    """What a person had exported holds what that person may know: it is read by no other."""
    return actor.user_id is not None and file.uploaded_by == actor.user_id


for book in (Posting, Allocation, PaymentRequest, Clearance, Settlement):
    sees(book, lambda actor: contracts_where(actor, "contract__"))
sees(PaymentOverride, lambda actor: contracts_where(actor, "instalment__contract__"))
for answer in (ClaimReceipt, ClaimWaiver):
    sees(answer, lambda actor: contracts_where(actor, "claim__contract__"))
sees(Statement, _statements)
sees(StatementLine, _statements)
files_access("contracts.payment_request", _file_of_request)
files_access("contracts.clearance", _file_of_clearance)
files_access("contracts.statement", _file_of_statement)
files_access("contracts.settlements", _file_of_export)


@rule(
    _("You keep no council that works on this dossier."),
    who=_("a programme officer, or the secretary of its council"),
)
def keeps_its_council(actor: Actor, dossier: Any) -> bool:
    if dossier is None or not actor.has(Role.SECRETARY):
        return False
    rows = type(dossier).objects.filter(pk=dossier.pk, pk__in=kept_dossiers(actor))
    return bool(rows.exists())


@rule(
    _("You are party to this dossier: another official must act on its budget."),
    who=_("another official"),
)
def has_no_stake(actor: Actor, dossier: Any) -> bool:
    if dossier is None:
        return True
    own = type(dossier).objects.filter(pk=dossier.pk, pk__in=ids_own(actor))
    return not bool(own.exists())


# What they are asked about is the dossier: there is no contract yet.
grant(
    "contracts.propose_budget",
    (has_role(Role.OFFICER) | keeps_its_council) & is_no_auditor & has_no_stake,
)
grant(
    "contracts.appraise_budget",
    (has_role(Role.OFFICER, Role.FINANCE) | keeps_its_council)
    & is_no_auditor
    & has_no_stake,
)
grant(
    "contracts.approve_budget",
    has_role(Role.OFFICER, Role.FINANCE, Role.LEADER) & is_no_auditor & has_no_stake,
)
grant("contracts.agree_budget", staff(Role.OFFICER))
grant("contracts.note_aid", staff(Role.OFFICER, Role.FINANCE))
# The trail as a page; the host reads his own once it has a contract.
grant(
    "contracts.read_trail",
    (has_role(*OFFICE) | keeps_its_council) & has_no_stake,
    reads=True,
)
