"""Pages of composite indices: the list, opening one, its versions."""

from __future__ import annotations

import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django_filters
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.actions import Source
from opensti.domains.strategies.choices import ModelPurpose, VersionState
from opensti.domains.strategies.models import CompositeModel
from opensti.kernel.access import may, require
from opensti.kernel.bilingual import pick
from opensti.kernel.refusals import Invalid, Problem, Refusal
from opensti.ui.pages import Crumb
from opensti.ui.tables import (
    Column,
    MomentColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
)
from opensti.web.lists import WorkList
from opensti.web.portfolios.rules_text import read_rules
from opensti.web.strategies.accounts_tables import searched

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.strategies.models import CompositeVersion
    from opensti.domains.strategies.queries import Sheet
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

VERSION_TONES: dict[str, str] = {
    VersionState.DRAFT: "neutral",
    VersionState.WAITING: "wait",
    VersionState.COMPUTED: "info",
    VersionState.FAILED: "bad",
    VersionState.FROZEN: "warn",
    VersionState.PUBLISHED: "good",
}
MOST_BYTES = 10 * 1024 * 1024


class IndexTable(Table):
    code = Column(
        verbose_name=gettext_lazy("Code"),
        linkify=lambda record: reverse("strategies:index", args=[record.public_id]),
    )
    name = PairColumn("name", verbose_name=gettext_lazy("Name"))
    purpose = Column(
        accessor="get_purpose_display",
        order_by=("purpose",),
        verbose_name=gettext_lazy("Units"),
    )
    count = NumberColumn(verbose_name=gettext_lazy("Versions"))
    newest_state = StateColumn(
        tones=VERSION_TONES,
        labels=dict(VersionState.choices),
        verbose_name=gettext_lazy("Newest version"),
    )
    changed_at = MomentColumn(verbose_name=gettext_lazy("Last opened"))

    class Meta(Table.Meta):
        model = CompositeModel
        fields = ("code", "name", "purpose", "count", "newest_state", "changed_at")
        order_by = "code"


class IndexFilter(django_filters.FilterSet):
    purpose = django_filters.ChoiceFilter(
        choices=ModelPurpose.choices, label=gettext_lazy("Units")
    )

    class Meta:
        model = CompositeModel
        fields = ("purpose",)


class Indices(WorkList):
    title = gettext_lazy("Composite indices")
    permission = "strategies.list_accounts"
    table_class = IndexTable
    filterset_class = IndexFilter
    export_name = "indices"

    def rows(self, actor: Actor) -> QuerySet[CompositeModel]:
        return queries.indices(actor)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return searched(rows, text, "code", "name_vi", "name_en")


def crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Composite indices"), reverse("strategies:indices")), *more]


def index_name(model: CompositeModel) -> str:
    return pick(model.name_vi, model.name_en)


@require_http_methods(["GET", "HEAD", "POST"])
def index_new(request: Request) -> HttpResponse:
    """Open an index under a code."""
    require(request.actor, "strategies.build_index")
    refusal = None
    if request.method == "POST":
        try:
            model = actions.create_model(
                actor=request.actor,
                **{
                    name: request.POST.get(name, "")
                    for name in (
                        "code",
                        "name_vi",
                        "name_en",
                        "purpose",
                        "description_vi",
                        "description_en",
                    )
                },
                at=now(),
            )
        except Invalid as refused:
            refusal = refused
        else:
            return redirect("strategies:index", public_id=model.public_id)
    return render(
        request,
        "web/strategies/index_new.html",
        {
            "title": _("New index"),
            "breadcrumb": crumbs(Crumb(_("New index"))),
            "typed": request.POST,
            "purposes": ModelPurpose.choices,
            "refusal": refusal,
            "problems": problems_of(refusal),
        },
        status=refusal.status if refusal else 200,
    )


def problems_of(refusal: Refusal | None) -> dict[str, str]:
    """Field → what is wrong there, all of it."""
    found: dict[str, str] = {}
    for problem in getattr(refusal, "problems", ()):
        said = f"{problem.message} {problem.mend}".strip()
        name = str(problem.field)
        found[name] = f"{found[name]} {said}" if name in found else said
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def index_page(request: Request, public_id: str) -> HttpResponse:
    """One index: its versions, two of them to compare, a new one from two tables."""
    model = queries.index(request.actor, public_id)
    require(request.actor, "strategies.list_accounts")
    refusal = None
    if request.method == "POST":
        require(request.actor, "strategies.build_index", model)
        try:
            version = _opened(request, model)
        except Invalid as refused:
            refusal = refused
        else:
            messages.success(request, _("The version is open and worked out."))
            return redirect("strategies:index_version", public_id=version.public_id)
    found = list(queries.versions_of(request.actor, model))
    return render(
        request,
        "web/strategies/index.html",
        {
            "title": index_name(model),
            "lead": pick(model.description_vi, model.description_en),
            "breadcrumb": crumbs(Crumb(model.code)),
            "index": model,
            "rows": [{"version": v, "tone": VERSION_TONES[v.state]} for v in found],
            "may_build": may(request.actor, "strategies.build_index", model),
            "typed": request.POST,
            "refusal": refusal,
            "problems": problems_of(refusal),
        },
        status=refusal.status if refusal else 200,
    )


def _opened(request: Request, model: CompositeModel) -> CompositeVersion:
    said = read_rules(request.POST.get("recipe", ""), flags=True)
    problems = [
        Problem(field="recipe", message=p.message, mend=p.mend) for p in said.problems
    ]
    sheets: dict[str, Sheet] = {}
    digest = name = ""
    for field in ("data", "meta"):
        file = request.FILES.get(field)
        if file is None:
            problems.append(
                Problem(
                    field=field,
                    message=_("The table is missing."),
                    mend=_("Choose a CSV file or a workbook."),
                )
            )
            continue
        try:
            content = bytes_of(file, field)
            sheets[field] = _sheet(content, file.name or field, field)
        except Invalid as refused:
            problems += [
                Problem(field=field, message=p.message, mend=p.mend)
                for p in refused.problems
            ]
            continue
        if field == "data":
            digest, name = sha256(content).hexdigest(), file.name or ""
    if problems:
        raise Invalid(problems)
    return actions.open_version(
        actor=request.actor,
        model_id=model.pk,
        recipe=said.rules,
        units=sheets["data"],
        meta=sheets["meta"],
        source=Source(
            said=request.POST.get("source", ""),
            vintage=request.POST.get("vintage", ""),
            file_name=name,
            sha256=digest,
        ),
        label=request.POST.get("label", ""),
        at=now(),
    )


def bytes_of(file: UploadedFile[Any], field: str) -> bytes:
    """What a file holds. Raises ``Invalid`` for one that is larger than a table can be."""
    if (file.size or 0) > MOST_BYTES:
        raise Invalid(
            [
                Problem(
                    field=field,
                    message=_("The file is larger than 10 MB."),
                    mend=_("Bring the columns of the index alone."),
                )
            ]
        )
    content: bytes = file.read()
    return content


def _sheet(content: bytes, name: str, field: str) -> Sheet:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(content)
        return queries.read_sheet(path, name=name, field=field)
