"""Reports of contracts: the list, a contract's own, one with its versions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries
from opensti.domains.contracts.choices import ReportState
from opensti.domains.contracts.problem.reports import compared, figures
from opensti.domains.procedures.regimes.forms import (
    differences,
    visible_fields,
    visible_sections,
)
from opensti.kernel.access import may
from opensti.kernel.files.serving import readable_file, serve
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import matches
from opensti.ui.pages import Crumb
from opensti.web.attached import KeptFile
from opensti.web.chosen import links
from opensti.web.contracts.report_tables import (
    REPORT_TONES,
    ReportFilter,
    ReportTable,
)
from opensti.web.contracts.tabs import crumbs, tabs
from opensti.web.lists import WorkList
from opensti.web.said import lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.contracts.models import ReportDue, ReportVersion
    from opensti.domains.procedures.regimes.format import Form
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile
    from opensti.web.requests import Request

COMPARED = {
    "received": gettext_lazy(
        "State money received, beside what the books say was paid"
    ),
    "used": gettext_lazy("State money used, beside what was paid"),
    "cleared": gettext_lazy("State money cleared, beside what the books say"),
}


class Reports(WorkList):
    title = gettext_lazy("Reports of contracts")
    lead = gettext_lazy("What hosts owe and handed in, soonest due first.")
    permission = "contracts.list"
    table_class = ReportTable
    filterset_class = ReportFilter
    export_name = "reports"

    def rows(self, actor: Actor) -> QuerySet[ReportDue]:
        return queries.all_reports(actor)

    def search(self, rows: QuerySet[ReportDue], text: str) -> QuerySet[ReportDue]:
        return matches(rows, text, field="contract__search_text")


@require_safe
def contract_reports(request: Request, public_id: str) -> HttpResponse:
    """All reports of a contract, with what can be done with each."""
    contract = queries.contract(request.actor, public_id)
    today = localdate()
    rows: list[dict[str, Any]] = [
        {
            "due": due,
            "tone": REPORT_TONES[due.state],
            "late": queries.is_overdue(due, today),
        }
        for due in queries.reports_of(request.actor, contract)
    ]
    return render(
        request,
        "web/contracts/reports.html",
        {
            "title": _("Reports"),
            "breadcrumb": crumbs(contract, Crumb(_("Reports"))),
            "tabs": tabs(contract, "contracts:reports"),
            "contract": contract,
            "rows": [r for r in rows if r["due"].state != ReportState.DROPPED],
            "dropped": [r for r in rows if r["due"].state == ReportState.DROPPED],
            "may_write": may(request.actor, "contracts.write_report", contract),
            "may_add": may(request.actor, "contracts.add_report", contract),
        },
    )


def report_crumbs(due: ReportDue, *more: str) -> list[Crumb]:
    """The way to a page of a report."""
    contract = due.contract
    here = reverse("contracts:report", args=[contract.public_id, due.public_id])
    return crumbs(
        contract,
        Crumb(_("Reports"), reverse("contracts:reports", args=[contract.public_id])),
        Crumb(name_of(due), here if more else ""),
        *(Crumb(text) for text in more),
    )


def name_of(due: ReportDue) -> str:
    return f"{due.label} {due.number}"


def kept_files(
    due: ReportDue, files: Mapping[str, Sequence[StoredFile]]
) -> dict[str, list[KeptFile]]:
    place = [due.contract.public_id, due.public_id]
    return {
        field: [
            KeptFile.of(
                file,
                url=reverse("contracts:report_file", args=[*place, file.public_id]),
            )
            for file in held
        ]
        for field, held in files.items()
    }


@require_safe
def report_page(request: Request, public_id: str, report_id: str) -> HttpResponse:
    """One report: where it stands, what a version says, what was remarked on it."""
    actor = request.actor
    due = queries.report_due(actor, public_id, report_id)
    form = queries.form_of_report(due)
    versions = queries.versions_of(actor, due)
    version = _chosen(request, versions)
    rule = queries.report_rule(due)
    regime_paper = rule.paper if rule is not None else ""
    judging = (
        "contracts.judge_figures"
        if due.kind == "financial"
        else "contracts.judge_report"
    )
    return render(
        request,
        "web/contracts/report.html",
        {
            "title": name_of(due),
            "breadcrumb": report_crumbs(due),
            "tabs": tabs(due.contract, "contracts:reports"),
            "due": due,
            "contract": due.contract,
            "tone": REPORT_TONES[due.state],
            "late": queries.is_overdue(due, localdate()),
            "early": due.opens_on is not None and localdate() < due.opens_on,
            "paper": regime_paper,
            "versions": versions,
            "version": version,
            "is_last": bool(versions) and version is versions[-1],
            "sections": _said(actor, due, form, version) if version else (),
            "remarks": _remarks(form, version) if version else (),
            "compared": _compared(due, version) if version else (),
            "may_write": may(actor, "contracts.write_report", due.contract),
            "may_judge": may(actor, judging, due.contract),
            "may_drop": may(actor, "contracts.drop_report", due.contract),
            "writable": due.state in (ReportState.DRAFT, ReportState.RETURNED),
        },
    )


def _chosen(
    request: Request, versions: Sequence[ReportVersion]
) -> ReportVersion | None:
    number = row_number(request.GET.get("version"))
    if number is None:
        return versions[-1] if versions else None
    found = next((v for v in versions if v.number == number), None)
    if found is None:
        raise NotFound
    return found


def _said(
    actor: Actor, due: ReportDue, form: Form, version: ReportVersion
) -> list[tuple[str, str, Any]]:
    """The answers of a version in words, section by section."""
    language = get_language() or "vi"
    known = links(actor, form, version.answers)
    files = kept_files(due, queries.version_files(due, version))
    return [
        (
            section.id,
            section.label(language),
            lines(
                visible_fields(section, version.answers),
                version.answers,
                language,
                known,
                files,
            ),
        )
        for section in visible_sections(form, version.answers)
    ]


def _remarks(form: Form, version: ReportVersion) -> list[tuple[str, str]]:
    language = get_language() or "vi"
    labels = {f.id: f.label(language) for f in form.fields()}
    return [
        (labels.get(r.field, "") or _("The whole report"), r.text)
        for r in version.remarks.all()
    ]


def _compared(due: ReportDue, version: ReportVersion) -> list[tuple[Any, Any]]:
    """The report's figures beside those of the books, for a report that says any."""
    said = figures(version.answers)
    ids = [due.contract_id]
    paid = queries.paid_of(ids).get(due.contract_id, Decimal(0))
    return [
        (COMPARED[each.what], each)
        for each in compared(
            said, paid=paid, cleared=queries.cleared_of(ids).get(due.contract_id)
        )
    ]


@require_safe
def report_compare(request: Request, public_id: str, report_id: str) -> HttpResponse:
    """What changed between two versions handed in."""
    due = queries.report_due(request.actor, public_id, report_id)
    versions = queries.versions_of(request.actor, due)
    if len(versions) < 2:  # noqa: PLR2004 -- two are compared
        raise NotFound
    numbers = [v.number for v in versions]
    old = row_number(request.GET.get("old")) or numbers[-2]
    new = row_number(request.GET.get("new")) or numbers[-1]
    by_number = {v.number: v for v in versions}
    if old not in by_number or new not in by_number:
        raise NotFound
    before, after = by_number[old], by_number[new]
    return render(
        request,
        "web/contracts/report_compare.html",
        {
            "title": _("What changed"),
            "breadcrumb": report_crumbs(due, _("What changed")),
            "due": due,
            "contract": due.contract,
            "versions": versions,
            "old": old,
            "new": new,
            "found": differences(
                before.answers, after.answers, queries.form_of_report(due)
            ),
            "files_gone": _names(before) - _names(after),
            "files_new": _names(after) - _names(before),
        },
    )


def _names(version: ReportVersion) -> set[str]:
    return {f["name"] for f in version.files}


@require_safe
def report_file(
    request: Request, public_id: str, report_id: str, file_id: str
) -> HttpResponseBase:
    due = queries.report_due(request.actor, public_id, report_id)
    file = readable_file(request.actor, file_id)
    if file.subject != queries.report_subject(due.public_id):
        raise NotFound
    return serve(file)
