"""What running contracts ask of people: reports, checks, days due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from opensti.domains.contracts.choices import (
    REPORT_OWED,
    CheckState,
    FindingState,
    ReportKind,
    ReportState,
)
from opensti.domains.contracts.models import (
    CheckFinding,
    Contract,
    Milestone,
    ReportDue,
    SiteCheck,
)
from opensti.domains.contracts.permissions import by_host
from opensti.domains.contracts.queries.contracts import contract_subject
from opensti.domains.contracts.queries.joined import Arm, Found
from opensti.domains.contracts.queries.reports import REPORTING
from opensti.domains.contracts.queries.watch import watch
from opensti.domains.procedures.queries import deadlines_for
from opensti.kernel.access import STAFF, Role, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from opensti.kernel.access import Actor

MOST = 200
# A report stands in the host's list so long before it is due; a milestone likewise.
AHEAD = timedelta(days=45)


def running_work(actor: Actor, today: date) -> list[WorkItem]:
    """Lines for a person's home page that need rows as they are: at most 3 queries."""
    if actor.user_id is None or actor.has(Role.ADMIN):
        return []
    found: list[WorkItem] = []
    if actor.has(Role.APPLICANT, Role.MANAGER):
        found += [*_writing(actor, today), *_mending(actor, today)]
    if actor.has(Role.OFFICER):
        found += _checks(actor, today)
    return found


def running_arms(actor: Actor, today: date) -> list[Arm]:
    """What else running contracts ask of officials, to be joined with other lines; no query."""
    if actor.user_id is None or actor.has(Role.ADMIN):
        return []
    arms: list[Arm] = []
    if actor.has(Role.OFFICER, Role.FINANCE):
        arms.append(_judging(actor))
    if actor.has(Role.OFFICER):
        arms += [_mended(actor), _milestones(actor, today)]
    after = watch().escalated_after
    if actor.has(Role.OFFICER, Role.LEADER) and after is not None:
        arms.append(_escalated(actor, today, today - timedelta(days=after)))
    if actor.has(*STAFF):
        arms.append(_deadlines(actor, today))
    return arms


def _reports(where: Q) -> Any:
    rows = ReportDue.objects.filter(where, contract__case__state__in=REPORTING)
    return rows.select_related("contract").order_by("due_on", "pk")[:MOST]


def _about(row: ReportDue) -> Words:
    of = row.contract
    return Words(
        f"{row.label_vi} {row.number} · {of.title_vi}",
        f"{row.label_en or row.label_vi} {row.number} · {of.title_en or of.title_vi}",
    )


def _report(row: ReportDue, kind: str, title: str, today: date, due: date) -> WorkItem:
    return WorkItem(
        kind=kind,
        title=title,
        code=row.contract.number,
        about=_about(row),
        url_name="contracts:report",
        url_args=(row.contract.public_id, row.public_id),
        subject=contract_subject(row.contract.public_id),
        due_on=due,
        article=row.article,
        overdue=due < today,
    )


def _writing(actor: Actor, today: date) -> Iterator[WorkItem]:
    """What the host owes soon, or should have handed in."""
    titles = {
        ReportState.DUE: _("Write the report and hand it in"),
        ReportState.DRAFT: _("Finish the report and hand it in"),
        ReportState.RETURNED: _("Mend the report and hand it in again"),
    }
    mine = by_host(actor, "contract__")
    soon = Q(due_on__lte=today + AHEAD) | ~Q(state=ReportState.DUE)
    for row in _reports(mine & soon & Q(state__in=REPORT_OWED)):
        state = ReportState(row.state)
        due = row.mend_until or row.due_on
        yield _report(row, f"reports.{state}", titles[state], today, due)


def _about_report(found: Found) -> Words:
    label, title = found.label, found.title
    return Words(
        f"{label.vi} {found.n} · {title.vi}",
        f"{label.en or label.vi} {found.n} · {title.en or title.vi}",
    )


def _of_reports(rows: Any, line: Any, **more: Any) -> Arm:
    """An arm of reports that are owed in contracts that report."""
    return Arm(
        rows=rows.filter(contract__case__state__in=REPORTING),
        line=line,
        key="public_id",
        label_vi="label_vi",
        label_en="label_en",
        n="number",
        article="article",
        most=MOST,
        **more,
    )


def _judging(actor: Actor) -> Arm:
    """What was handed in and waits for a word of the office."""
    where = Q(state=ReportState.SUBMITTED)
    if not actor.has(Role.OFFICER):
        where &= Q(kind=ReportKind.FINANCIAL)
    rows = visible(actor, ReportDue.objects.filter(where))
    if actor.has(Role.OFFICER):
        rows = rows.filter(
            Q(contract__officer=None) | Q(contract__officer_id=actor.user_id)
        )

    def line(found: Found) -> WorkItem:
        return WorkItem(
            kind="reports.judge",
            title=_("Read the report: accept it, or mark what must be mended"),
            code=found.number,
            about=_about_report(found),
            url_name="contracts:report",
            url_args=(found.contract_id, found.key),
            subject=contract_subject(found.contract_id),
            due_on=found.due_on,
        )

    handed_in = TruncDate("submitted_at")
    return _of_reports(rows, line, due_on=handed_in, order=("submitted_at", "pk"))


def _escalated(actor: Actor, today: date, since: date) -> Arm:
    """Reports so long overdue that more people look after them; one line for each."""
    late = Q(mend_until__lte=since) | Q(mend_until=None, due_on__lte=since)
    rows = visible(actor, ReportDue.objects.filter(late, state__in=REPORT_OWED))

    def line(found: Found) -> WorkItem:
        return WorkItem(
            kind="reports.escalated",
            title=_("See to it that the overdue report comes"),
            code=found.number,
            about=_about_report(found),
            url_name="contracts:report",
            url_args=(found.contract_id, found.key),
            subject=contract_subject(found.contract_id),
            due_on=found.due_on,
            article=found.article,
            overdue=found.due_on is not None and found.due_on < today,
        )

    due = Coalesce("mend_until", "due_on")
    return _of_reports(rows, line, due_on=due, order=("due_on", "pk"))


def _checks(actor: Actor, today: date) -> Iterator[WorkItem]:
    """Checks that come, whose minutes are missing, or that must still be confirmed."""
    open_confirm = Q(state=CheckState.HELD) & (
        Q(confirm_volume_by__isnull=False, volume_confirmed_on=None)
        | Q(confirm_spending_by__isnull=False, spending_confirmed_on=None)
    )
    rows = visible(
        actor,
        SiteCheck.objects.filter(
            Q(state=CheckState.PLANNED, planned_on__lte=today + AHEAD) | open_confirm
        ),
    )
    rows = rows.filter(
        Q(contract__officer=None) | Q(contract__officer_id=actor.user_id)
    )
    for row in rows.select_related("contract").order_by("planned_on", "pk")[:MOST]:
        held = row.state == CheckState.HELD
        waits = [
            by
            for by, on in (
                (row.confirm_volume_by, row.volume_confirmed_on),
                (row.confirm_spending_by, row.spending_confirmed_on),
            )
            if by is not None and on is None
        ]
        due = min(waits) if held and waits else row.planned_on
        yield WorkItem(
            kind="checks.confirm" if held else "checks.hold",
            title=_("Confirm to the host what the check found done")
            if held
            else _("Hold the check on the spot and write its minutes"),
            code=row.contract.number,
            about=Words.titled(row.contract),
            url_name="contracts:check",
            url_args=(row.contract.public_id, row.public_id),
            subject=contract_subject(row.contract.public_id),
            due_on=due,
            overdue=due < today,
        )


def _mending(actor: Actor, today: date) -> Iterator[WorkItem]:
    rows = CheckFinding.objects.filter(
        by_host(actor, "check_of__contract__"), state=FindingState.OPEN
    ).select_related("check_of__contract")
    for row in rows.order_by("mend_by", "pk")[:MOST]:
        of = row.check_of.contract
        yield WorkItem(
            kind="findings.mend",
            title=_("Mend what the check found"),
            code=of.number,
            about=Words.titled(of),
            url_name="contracts:check_finding",
            url_args=(of.public_id, row.check_of.public_id, row.position),
            subject=contract_subject(of.public_id),
            due_on=row.mend_by,
            overdue=row.mend_by is not None and row.mend_by < today,
        )


def _mended(actor: Actor) -> Arm:
    """Findings that the host says are mended."""

    def line(found: Found) -> WorkItem:
        return WorkItem(
            kind="findings.judge",
            title=_("Look whether the finding is mended"),
            code=found.number,
            about=found.title,
            url_name="contracts:check_finding",
            url_args=(found.contract_id, found.key, found.n),
            subject=contract_subject(found.contract_id),
            due_on=found.due_on,
        )

    return Arm(
        rows=visible(actor, CheckFinding.objects.filter(state=FindingState.MENDED)),
        line=line,
        contract="check_of__contract",
        key="check_of__public_id",
        n="position",
        due_on="mended_on",
        order=("mended_on", "pk"),
        most=MOST,
    )


def _milestones(actor: Actor, today: date) -> Arm:
    """Milestones overdue in the contracts an officer keeps."""
    rows = Milestone.objects.filter(
        contract__officer_id=actor.user_id,
        contract__case__state__in=REPORTING,
        reached_on=None,
        due_on__lt=today,
    )

    def line(found: Found) -> WorkItem:
        return WorkItem(
            kind="milestones.late",
            title=_("Ask the host about the overdue milestone"),
            code=found.number,
            about=found.label,
            url_name="contracts:contract",
            url_args=(found.contract_id,),
            subject=contract_subject(found.contract_id),
            due_on=found.due_on,
            overdue=True,
        )

    return Arm(
        rows=visible(actor, rows),
        line=line,
        label_vi="name_vi",
        label_en="name_en",
        due_on="due_on",
        order=("due_on", "pk"),
        most=MOST,
    )


def _deadlines(actor: Actor, today: date) -> Arm:
    """Deadlines of the procedure in contracts, for the roles they bind."""
    cases: Any = visible(actor, Contract.objects.all()).values("case_id")

    def line(found: Found) -> WorkItem:
        return WorkItem(
            kind=f"contracts.deadline.{found.key}",
            title=found.label,  # type: ignore[arg-type]
            code=found.number,
            about=found.title,
            url_name="contracts:contract",
            url_args=(found.contract_id,),
            subject=contract_subject(found.contract_id),
            due_on=found.due_on,
            article=found.article,
            overdue=found.due_on is not None and found.due_on < today,
        )

    return Arm(
        rows=deadlines_for(actor.roles & STAFF, cases=cases).select_related(None),
        line=line,
        contract="case__contract",
        key="code",
        label_vi="label_vi",
        label_en="label_en",
        due_on="due_on",
        article="article",
        order=("due_on", "pk"),
        most=MOST,
    )
