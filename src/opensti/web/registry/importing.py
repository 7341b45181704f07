"""Bringing in a table: hand it in, match its columns, look, try, then import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.registry import actions, queries
from opensti.domains.registry.choices import ImportStatus
from opensti.kernel.access import may, require
from opensti.kernel.refusals import Invalid
from opensti.kernel.spreadsheets import as_text
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb
from opensti.web.lists import WorkList
from opensti.web.registry.forms import MappingForm, UploadForm
from opensti.web.registry.tables import ImportFilter, ImportTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.registry.models import ImportRun
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

ERRORS_SHOWN = 50


class Imports(WorkList):
    title = gettext_lazy("Imports")
    table_class = ImportTable
    filterset_class = ImportFilter
    searchable = False
    export_name = "imports"
    template_name = "web/registry/imports.html"
    permission = "registry.see_imports"

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return queries.import_runs(actor)

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_import": may(actor, "registry.import")}


def _crumbs(*last: Crumb) -> list[Crumb]:
    return [Crumb(_("Imports"), reverse("registry:imports")), *last]


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: Request) -> HttpResponse:
    """Hand in a file."""
    require(request.actor, "registry.import")
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = actions.receive_table(
                actor=request.actor,
                kind=form.cleaned_data["kind"],
                source=form.cleaned_data["source"],
                file=form.cleaned_data["file"],
                at=now(),
            )
        except Invalid as refusal:
            for problem in refusal.problems:
                name = problem.field if problem.field in form.fields else None
                form.add_error(name, f"{problem.message} {problem.mend}".strip())
        else:
            return redirect("registry:import", run.pk)
    return render(
        request,
        "web/registry/import_form.html",
        {
            "title": _("Import a file"),
            "breadcrumb": _crumbs(Crumb(_("Import a file"))),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@require_safe
def import_page(request: Request, run_id: int) -> HttpResponse:
    """Where one import stands: columns to match, progress, outcome, refused rows."""
    run = queries.import_run(request.actor, run_id)
    if getattr(request, "htmx", False) and run.status == ImportStatus.RUNNING:
        return render(request, "web/registry/import_progress.html", {"run": run})
    form = None
    if _can_launch(request.actor, run):
        form = _mapping_form(run, {f"to-{k}": v for k, v in run.mapping.items()})
    return _show(request, run, form)


def _can_launch(actor: Actor, run: ImportRun) -> bool:
    open_ = run.status != ImportStatus.RUNNING and (
        run.dry_run or run.status != ImportStatus.DONE
    )
    return bool(run.file_id) and open_ and bool(may(actor, "registry.import"))


def _mapping_form(run: ImportRun, data: dict[str, Any]) -> MappingForm:
    return MappingForm(data, kind=run.kind, headings=queries.headings_of_run(run))


def _show(request: Request, run: ImportRun, form: MappingForm | None) -> HttpResponse:
    preview: list[Any] = []
    columns: list[Any] = []
    if form is not None and form.is_valid():
        preview = actions.preview_rows(
            actor=request.actor, run_id=run.pk, mapping=form.mapping(), at=now()
        )
        columns = [c for c in queries.COLUMNS[run.kind] if c.name in form.mapping()]
    return render(
        request,
        "web/registry/import.html",
        {
            "title": run.file_name,
            "breadcrumb": _crumbs(Crumb(run.file_name)),
            "run": run,
            "form": form,
            "columns": columns,
            "preview": [
                ([_shown(row.get(c.name)) for c in columns], result)
                for row, result in preview
            ],
            "errors": run.errors[:ERRORS_SHOWN],
            "more_errors": max(0, run.refused - ERRORS_SHOWN),
            "tried": run.dry_run and run.status == ImportStatus.DONE,
        },
        status=422 if form is not None and form.errors else 200,
    )


@require_POST
def import_start(request: Request, run_id: int) -> HttpResponse:
    """Look again with other columns, try the whole file, or import it."""
    run = queries.import_run(request.actor, run_id)
    require(request.actor, "registry.import")
    if not _can_launch(request.actor, run):
        return redirect("registry:import", run_id)
    form = _mapping_form(run, request.POST.dict())
    act = request.POST.get("act", "look")
    if act == "look" or not form.is_valid():
        return _show(request, run, form)
    actions.launch_import(
        actor=request.actor,
        run_id=run_id,
        mapping=form.mapping(),
        dry_run=act == "try",
        at=now(),
    )
    messages.success(
        request, _("The file is being read. You can leave this page meanwhile.")
    )
    return redirect("registry:import", run_id)


@require_safe
def import_errors(request: Request, run_id: int) -> HttpResponseBase:
    """The refused rows as they were handed in, with the reasons, to mend and bring back."""
    run = queries.import_run(request.actor, run_id)
    require(request.actor, "registry.import")
    headings = queries.headings_of_run(run) if run.file_id else []
    return table_response(
        kind="csv" if request.GET.get("kind") == "csv" else "xlsx",
        name=f"import-{run.pk}-refused",
        head=[_("Row"), *headings, _("Problem"), _("How to mend it")],
        rows=_error_lines(run, headings),
    )


def _shown(cell: Any) -> Any:
    """A cell as it is read in again: lists of JSON as texts with semicolons."""
    if isinstance(cell, list):
        return "; ".join(as_text(each) for each in cell)
    return as_text(cell) if isinstance(cell, dict) else "" if cell is None else cell


def _error_lines(run: ImportRun, headings: list[str]) -> Iterator[list[Any]]:
    errors = {error["row"]: error["problems"] for error in run.errors}
    rows = queries.rows_of_run(run) if run.file_id else ()
    for number, cells in rows:
        if number in errors:
            problems = errors[number]
            yield [
                number,
                *(_shown(cells.get(heading)) for heading in headings),
                "; ".join(f"{p['field']}: {p['message']}" for p in problems),
                "; ".join(p.get("mend", "") for p in problems if p.get("mend")),
            ]
