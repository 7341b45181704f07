"""A report is written by the host, as it is typed, and handed in whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import tell, while_contract
from opensti.domains.contracts.actions.lighting import refresh_lights
from opensti.domains.contracts.choices import ReportState
from opensti.domains.contracts.models import (
    Product,
    Report,
    ReportDue,
    ReportVersion,
)
from opensti.domains.contracts.problem import digest
from opensti.domains.contracts.problem.reports import (
    Promised,
    figure_problems,
    figures,
    prefilled,
    product_states,
    used_by_line,
)
from opensti.domains.contracts.queries import budget_now, paid_of
from opensti.domains.contracts.queries.reports import (
    REPORTING,
    form_of_report,
    last_answers,
    report_files,
    report_subject,
)
from opensti.domains.procedures.regimes import forms
from opensti.kernel.access import require
from opensti.kernel.checks import in_state, locked_row
from opensti.kernel.files import actions as files
from opensti.kernel.refusals import Invalid, NotFound, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from django.core.files.base import File

    from opensti.domains.procedures.regimes.format import Form
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

WRITABLE = (ReportState.DRAFT, ReportState.RETURNED)
MOST_CHARACTERS = 1_000_000
MOST_FILES = 50


def locked_report(
    actor: Actor,
    due_id: int,
    permission: str,
    *,
    states: Collection[str],
    version: int | None = None,
) -> ReportDue:
    """Lock a report: known, as it was seen, possible now, allowed.

    Raises ``NotFound``, ``Stale``, ``StepNotAllowed`` or ``AccessDenied``.
    """
    rows = ReportDue.objects.select_related(
        "contract__case__regime_version", "contract__host", "contract__leader"
    )
    rows = rows.defer("contract__case__regime_version__content")
    due = locked_row(actor, rows, version=version, pk=due_id)
    while_contract(due.contract, REPORTING)
    in_state(
        _("This is not possible while the report is: %(state)s."),
        due.state,
        states,
        ReportState(due.state).label,
    )
    require(actor, permission, due.contract)
    return due


@transaction.atomic
def start_report(*, actor: Actor, due_id: int, at: datetime) -> Report:
    """Begin to write: what the contract, the books and the last report say stands there.

    Begun twice, the second time gives what is there.
    """
    due = locked_report(
        actor,
        due_id,
        "contracts.write_report",
        states=(ReportState.DUE, ReportState.DRAFT),
    )
    if due.state == ReportState.DRAFT:
        return due.report
    report = Report.objects.create(
        due=due,
        answers=_beginning(due, form_of_report(due)),
        begun_at=at,
        saved_at=at,
        saved_by_id=actor.user_id,
    )
    due.state = ReportState.DRAFT
    due.version += 1
    due.save(update_fields=["state", "version"])
    tell_report(actor, due, "contracts.start_report", at)
    return report


def _beginning(due: ReportDue, form: Form) -> dict[str, Any]:
    contract = due.contract
    budget = budget_now(contract.dossier_id)
    planned: dict[tuple[str, str], Any] = {}
    for item in budget.items.all() if budget is not None else ():
        key = (item.category, "state" if item.source == "state" else "other")
        planned[key] = planned.get(key, 0) + item.amount
    earlier = last_answers(contract.pk, due.form_code, due.covers_from)
    return prefilled(
        form,
        milestones=[
            Promised(number=m.position, name=m.name_vi)
            for m in contract.milestones.order_by("position")
        ],
        products=[
            Promised(number=p.position, name=p.name_vi)
            for p in contract.products.order_by("position")
        ],
        budget=planned,
        used=used_by_line(earlier),
        received=paid_of([contract.pk]).get(contract.pk),
    )


@transaction.atomic
def save_report(
    *,
    actor: Actor,
    due_id: int,
    answers: Mapping[str, Any],
    expected_version: int,
    at: datetime,
) -> Report:
    """Keep what was typed, finished or not; typing is no act of the record.

    Raises ``Stale`` when another writer saved meanwhile, ``Invalid`` for what no form
    could hold. What is only wrong or missing is kept, and told when it is handed in.
    """
    due = locked_report(actor, due_id, "contracts.write_report", states=WRITABLE)
    report = due.report
    if report.version != expected_version:
        raise Stale(
            _("Another writer saved this report after you opened it."),
            mend=_("Your text is still in the form: look at theirs, then save again."),
        )
    known = {f.id for f in form_of_report(due).fields() if f.type != "file"}
    given = {k: v for k, v in answers.items() if k in known}
    if len(str(given)) > MOST_CHARACTERS:
        raise Invalid(
            [
                Problem(
                    field="",
                    message=_("The report is too long to be kept."),
                    mend=_("Attach long parts as a file."),
                )
            ]
        )
    if given != report.answers:
        report.answers = given
        report.version += 1
        report.saved_at, report.saved_by_id = at, actor.user_id
        report.save()
    return report


@transaction.atomic
def attach_to_report(
    *,
    actor: Actor,
    due_id: int,
    field: str,
    file: File[bytes],
    at: datetime,
    replaces: str = "",
) -> StoredFile:
    """Keep a file for a field of the report; what it replaces stays for earlier versions.

    Raises ``Invalid`` for a file that is not taken, ``NotFound`` for a field without files.
    """
    due = locked_report(actor, due_id, "contracts.write_report", states=WRITABLE)
    if field not in {f.id for f in form_of_report(due).fields() if f.type == "file"}:
        raise NotFound
    kept = files.upload(
        actor=actor,
        subject=report_subject(due.public_id),
        file=file,
        at=at,
        kind=field,
        most=MOST_FILES,
    )
    if replaces:
        _take_out(actor, due, replaces, at)
    return kept


@transaction.atomic
def detach_from_report(
    *, actor: Actor, due_id: int, file_id: str, at: datetime
) -> None:
    """Take a file out of what is being written; a version that has it keeps it."""
    due = locked_report(actor, due_id, "contracts.write_report", states=WRITABLE)
    _take_out(actor, due, file_id, at)


def _take_out(actor: Actor, due: ReportDue, file_id: str, at: datetime) -> None:
    files.require_held(public_id=file_id, subject=report_subject(due.public_id))
    handed_in = due.versions.values_list("files", flat=True)
    if any(f["id"] == file_id for kept in handed_in for f in kept):
        report = due.report
        report.left_out = [*report.left_out, file_id]
        report.save(update_fields=["left_out"])
    else:
        files.remove(actor=actor, public_id=file_id, at=at)


@transaction.atomic
def submit_report(
    *, actor: Actor, due_id: int, at: datetime, expected_version: int | None = None
) -> ReportVersion:
    """Hand the report in: whole, its figures adding up, kept as a version with its digest.

    Raises ``Invalid`` with every place that is not right, ``StepNotAllowed`` before the
    day it may be handed in first, ``Stale`` when another writer saved meanwhile.
    """
    due = locked_report(actor, due_id, "contracts.write_report", states=WRITABLE)
    report = due.report
    if expected_version is not None and report.version != expected_version:
        raise Stale(
            _("Another writer saved this report after you opened it."),
            mend=_("Look at what is to be handed in, then hand it in again."),
        )
    if due.opens_on is not None and timezone.localdate(at) < due.opens_on:
        raise StepNotAllowed(
            _("This report can be handed in from %(day)s on.")
            % {"day": f"{due.opens_on:%d/%m/%Y}"},
            mend=_("What you wrote is kept until then."),
            article=due.article,
        )
    form = form_of_report(due)
    kept = report_files(due, report)
    problems = forms.validate(
        form, report.answers, lang=get_language() or "vi", files=kept.keys()
    )
    problems += figure_problems(form, report.answers)
    if problems:
        raise Invalid(problems)
    papers = [
        {"field": field, "id": f.public_id, "name": f.name, "sha256": f.sha256}
        for field, held in sorted(kept.items())
        for f in held
    ]
    last = due.versions.order_by("-number").values_list("number", flat=True).first()
    version = ReportVersion.objects.create(
        due=due,
        number=(last or 0) + 1,
        answers=report.answers,
        files=papers,
        sha256=digest({"answers": report.answers, "files": papers}),
        made_by_id=actor.user_id,
        made_at=at,
    )
    money = figures(report.answers)
    keys = dict(
        Product.objects.filter(contract=due.contract).values_list("position", "key")
    )
    due.state, due.submitted_at = ReportState.SUBMITTED, at
    due.spent_state = money.spent_state
    due.cleared_state = money.cleared_state
    due.product_states = {
        keys[n]: s for n, s in product_states(report.answers).items() if n in keys
    }
    due.version += 1
    due.save()
    tell_report(
        actor,
        due,
        "contracts.submit_report",
        at,
        number=version.number,
        sha256=version.sha256,
    )
    refresh_lights(contract_ids=[due.contract_id], at=at)
    return version


def tell_report(
    actor: Actor, due: ReportDue, act: str, at: datetime, **detail: Any
) -> None:
    tell(
        actor,
        due.contract,
        act,
        at,
        basis=due.article,
        detail={"report": due.public_id, "kind": due.kind, **detail},
    )
