"""Reports of contracts: which are owed, what they say, what was remarked on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts import permissions as _permissions  # noqa: F401
from opensti.domains.contracts.choices import REPORT_OWED, ReportKind, ReportState
from opensti.domains.contracts.models import (
    Report,
    ReportDue,
    ReportRemark,
    ReportVersion,
)
from opensti.domains.procedures.choices import State, Track
from opensti.domains.procedures.queries import regime_of
from opensti.kernel.access import get_visible, visible
from opensti.kernel.files.serving import files_of
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.contracts.models import Contract
    from opensti.domains.procedures.regimes.format import Form, ReportRule
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

# While a contract stands there, its reports are written and judged.
REPORTING = (
    State.RUNNING,
    State.SUSPENDED,
    State.COMPLETED,
    State.FAILED,
    State.TERMINATED,
    State.RECOVERING,
)


def report_subject(public_id: str) -> str:
    """How the record and files name a report."""
    return f"contracts.report:{public_id}"


def reports_of(actor: Actor, contract: Contract) -> QuerySet[ReportDue]:
    """All reports of a contract, by day due; those not owed too."""
    rows = ReportDue.objects.filter(contract=contract)
    return visible(actor, rows).order_by("due_on", "pk")


def all_reports(actor: Actor) -> QuerySet[ReportDue]:
    """Reports a person may know of, soonest first, without those not owed."""
    rows = ReportDue.objects.exclude(state=ReportState.DROPPED)
    rows = rows.select_related("contract__host")
    return visible(actor, rows).order_by("due_on", "pk")


def report_due(actor: Actor, contract_id: str, public_id: str) -> ReportDue:
    """One report of a contract, both by public id; ``NotFound`` if it may not be known."""
    rows = ReportDue.objects.select_related(
        "contract__case", "contract__host", "contract__leader", "judged_by"
    )
    return get_visible(
        actor, rows, public_id=public_id, contract__public_id=contract_id
    )


def is_overdue(due: ReportDue, today: date) -> bool:
    """Whether the host should have handed it in (again) before today."""
    if due.state not in REPORT_OWED:
        return False
    return (due.mend_until or due.due_on) < today


def form_of_report(due: ReportDue) -> Form:
    """The form of a report in the contract's frozen procedure.

    Raises ``StepNotAllowed`` where a version frozen before the forms were there has none.
    """
    regime = regime_of(due.contract.case)
    form = next((f for f in regime.forms if f.code == due.form_code), None)
    if form is None:
        raise StepNotAllowed(
            _("The procedure of this contract has no form for this report."),
            mend=_("An administrator adopts a version of the procedure that has one."),
        )
    return form


def report_rule(due: ReportDue) -> ReportRule | None:
    """The rule a report follows; none for one the officer asked for besides."""
    rules = regime_of(due.contract.case).execution
    every = rules.reports if rules is not None else ()
    return next((r for r in every if r.id == due.rule), None)


def forms_for_reports(contract: Contract) -> dict[str, str]:
    """The form code for each kind of report, where the procedure has one."""
    regime = regime_of(contract.case)
    known = {f.code for f in regime.forms if f.track is Track.CONTRACT}
    rules = regime.execution.reports if regime.execution is not None else ()
    found = {r.kind: r.form for r in reversed(rules) if r.form in known}
    return {kind: found[kind] for kind in ReportKind.values if kind in found}


def writing_of(actor: Actor, due: ReportDue) -> Report | None:
    """What the host is writing; the office does not see it before it is handed in."""
    return visible(actor, Report.objects.filter(due=due)).first()


def versions_of(actor: Actor, due: ReportDue) -> list[ReportVersion]:
    """Every version handed in, oldest first, with its remarks; 2 queries."""
    rows = ReportVersion.objects.filter(due=due).select_related("made_by")
    remarks = Prefetch("remarks", ReportRemark.objects.select_related("made_by"))
    return list(visible(actor, rows).prefetch_related(remarks).order_by("number"))


def remarks_now(due: ReportDue) -> dict[str, list[str]]:
    """What must be mended now, by field ("" for the whole); the caller may know of it."""
    if due.state != ReportState.RETURNED:
        return {}
    last = due.versions.order_by("-number").values("pk")[:1]
    found: dict[str, list[str]] = {}
    for remark in ReportRemark.objects.filter(version__in=last).order_by("pk"):
        found.setdefault(remark.field, []).append(remark.text)
    return found


def report_files(due: ReportDue, report: Report | None) -> dict[str, list[StoredFile]]:
    """Files of what is being written, by field; 1 query. Access is the caller's."""
    gone = set(report.left_out) if report is not None else set()
    found: dict[str, list[StoredFile]] = {}
    for file in files_of(report_subject(due.public_id)):
        if file.public_id not in gone:
            found.setdefault(file.kind, []).append(file)
    return found


def version_files(
    due: ReportDue, version: ReportVersion
) -> dict[str, list[StoredFile]]:
    """Files of a version handed in, by field; 1 query. Access is the caller's."""
    fields: Mapping[str, str] = {f["id"]: f["field"] for f in version.files}
    found: dict[str, list[StoredFile]] = {}
    for file in files_of(report_subject(due.public_id)):
        if file.public_id in fields:
            found.setdefault(fields[file.public_id], []).append(file)
    return found


def version_of_report(actor: Actor, due: ReportDue, number: int) -> ReportVersion:
    return get_visible(actor, ReportVersion.objects.filter(due=due), number=number)


def last_answers(contract_id: int, form_code: str, before: date) -> dict[str, Any]:
    """Answers of the last report of this form that was handed in for an earlier time."""
    rows = ReportVersion.objects.filter(
        due__contract_id=contract_id,
        due__form_code=form_code,
        due__covers_to__lte=before,
    )
    last = rows.order_by("-due__covers_to", "-number").first()
    return dict(last.answers) if last is not None else {}
