"""Who reports, judges and checks on the spot; who may know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.calls.queries import ids_own
from opensti.domains.contracts.models import (
    CheckFinding,
    Contract,
    ContractCalendar,
    ContractLight,
    Report,
    ReportDue,
    ReportRemark,
    ReportVersion,
    SiteCheck,
)
from opensti.domains.contracts.permissions.sides import (
    OFFICE,
    by_host,
    is_no_auditor,
    staff,
    works_on_it,
)
from opensti.kernel.access import (
    NOTHING,
    Role,
    grant,
    has_role,
    sees,
    signed_in,
    visible,
)
from opensti.kernel.files.serving import files_access

if TYPE_CHECKING:
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

hosts_side = works_on_it & is_no_auditor

grant("contracts.add_report", staff(Role.OFFICER))
grant("contracts.drop_report", staff(Role.OFFICER))
grant("contracts.write_report", hosts_side)
grant("contracts.judge_report", staff(Role.OFFICER))
grant("contracts.judge_figures", staff(Role.OFFICER, Role.FINANCE))
grant("contracts.plan_check", staff(Role.OFFICER))
grant("contracts.mend_finding", hosts_side)
grant("contracts.see_dashboard", has_role(*OFFICE), reads=True)
grant(
    "contracts.link_calendar",
    signed_in
    & is_no_auditor
    & has_role(Role.OFFICER, Role.LEADER, Role.FINANCE, Role.APPLICANT, Role.MANAGER),
)


def inside(actor: Actor, path: str) -> Q:
    """What hangs on a contract (``path`` leads to it), seen as the contract is.

    By subqueries on contracts alone: lists of a hundred thousand reports are counted
    without joining them.
    """
    seen = NOTHING
    if actor.has(*OFFICE) and not actor.has(Role.ADMIN):
        mine = Contract.objects.filter(dossier_id__in=ids_own(actor))
        seen = ~Q(**{f"{path}__in": mine.values("pk")})
    return seen | host_inside(actor, path)


def host_inside(actor: Actor, path: str) -> Q:
    if actor.user_id is None or actor.has(Role.ADMIN):
        return NOTHING
    own = Contract.objects.filter(by_host(actor))
    return Q(**{f"{path}__in": own.values("pk")})


for kept in (ReportDue, SiteCheck, ContractLight):
    sees(kept, lambda actor: inside(actor, "contract"))
sees(ReportVersion, lambda actor: inside(actor, "due__contract"))
sees(ReportRemark, lambda actor: inside(actor, "version__due__contract"))
# What is being written is the host's own until it is handed in.
sees(Report, lambda actor: host_inside(actor, "due__contract"))
sees(CheckFinding, lambda actor: inside(actor, "check_of__contract"))
sees(ContractCalendar, lambda actor: Q(user_id=actor.user_id or 0))


def _file_of_report(actor: Actor, file: StoredFile) -> bool:
    """The host reads all files of its report, the office those that were handed in."""
    dues = ReportDue.objects.filter(public_id=file.subject.partition(":")[2])
    due = visible(actor, dues).first()
    if due is None:
        return False
    if visible(actor, Report.objects.filter(due=due)).exists():
        return True
    handed_in = due.versions.values_list("files", flat=True)
    return any(f["id"] == file.public_id for files in handed_in for f in files)


def _file_of_check(actor: Actor, file: StoredFile) -> bool:
    checks = SiteCheck.objects.filter(public_id=file.subject.partition(":")[2])
    return visible(actor, checks).exists()


files_access("contracts.report", _file_of_report)
files_access("contracts.check", _file_of_check)
