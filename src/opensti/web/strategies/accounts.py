"""Pages of data sets: the list, one with its releases, one release with its series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.strategies import actions, queries
from opensti.kernel.access import may, require
from opensti.kernel.files.serving import readable_file, serve
from opensti.kernel.refusals import Invalid, NotFound
from opensti.ui.pages import Crumb
from opensti.web.lists import WorkList
from opensti.web.strategies.accounts_forms import DatasetForm, ReleaseForm
from opensti.web.strategies.accounts_tables import (
    DatasetTable,
    SeriesFilter,
    SeriesTable,
    VintageTable,
    searched,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from opensti.domains.strategies.models import Dataset, Series, Vintage
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


def crumbs(*more: tuple[str, str]) -> list[Crumb]:
    """The way from the list of data sets."""
    first = Crumb(_("Data sets"), reverse("strategies:datasets"))
    return [first, *(Crumb(name, url) for name, url in more)]


def show_problems(form: Form, refusal: Invalid, rows: Sequence[Form] = ()) -> None:
    """Keep what was typed, each problem at its field; ``rows`` are those of capital."""
    for problem in refusal.problems:
        said = f"{problem.message} {problem.mend}".strip()
        part, _dot, rest = problem.field.partition(".")
        place, _dot, name = rest.partition(".")
        at = f"column_{rest}" if part == "columns" else problem.field
        if part == "capitals" and name:
            rows[int(place)].add_error(name, said)
        else:
            form.add_error(at if at in form.fields else None, said)


class Datasets(WorkList):
    title = gettext_lazy("Data sets")
    lead = gettext_lazy(
        "Series of national accounts and productivity, each release kept as it was loaded."
    )
    permission = "strategies.list_accounts"
    template_name = "web/strategies/accounts/datasets.html"
    table_class = DatasetTable
    export_name = "datasets"

    def rows(self, actor: Actor) -> QuerySet[Dataset]:
        return queries.datasets(actor)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return searched(rows, text, "code", "name_vi", "name_en", "provider")

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_load": may(actor, "strategies.load_data")}


class DatasetPage(WorkList):
    """One data set: whose it is, and its releases."""

    permission = "strategies.list_accounts"
    template_name = "web/strategies/accounts/dataset.html"
    table_class = VintageTable
    export_name = "releases"

    def rows(self, actor: Actor) -> QuerySet[Vintage]:
        self.dataset = queries.dataset_known(actor, self.kwargs["code"])
        return queries.vintages(actor, self.dataset)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return searched(rows, text, "label", "note")

    def context(self, actor: Actor) -> dict[str, Any]:
        return {
            "title": str(self.dataset.name),
            "dataset": self.dataset,
            "breadcrumb": crumbs((self.dataset.code, "")),
            "may_load": may(actor, "strategies.load_data"),
        }


class VintagePage(WorkList):
    """One release: its file, its runs, its series."""

    permission = "strategies.list_accounts"
    template_name = "web/strategies/accounts/vintage.html"
    table_class = SeriesTable
    filterset_class = SeriesFilter
    export_name = "series"

    def rows(self, actor: Actor) -> QuerySet[Series]:
        self.vintage = queries.vintage_known(actor, self.kwargs["public_id"])
        return queries.series_of(actor, self.vintage)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return searched(rows, text, "block", "code", "unit", "name")

    def context(self, actor: Actor) -> dict[str, Any]:
        dataset = self.vintage.dataset
        return {
            "title": f"{dataset.code} {self.vintage.label}",
            "vintage": self.vintage,
            "dataset": dataset,
            "breadcrumb": crumbs(
                (dataset.code, reverse("strategies:dataset", args=[dataset.code])),
                (self.vintage.label, ""),
            ),
            "may_compute": may(actor, "strategies.compute"),
        }


@require_safe
def vintage_download(request: Request, public_id: str) -> HttpResponseBase:
    """The file that a release was loaded from, as it came."""
    vintage = queries.vintage_known(request.actor, public_id)
    kept = queries.vintage_file(vintage)
    if kept is None:
        raise NotFound
    return serve(readable_file(request.actor, kept.public_id))


def _form_page(
    request: Request, form: Form, title: str, trail: list[Crumb], **more: Any
) -> HttpResponse:
    return render(
        request,
        "web/strategies/accounts/form.html",
        {"title": title, "breadcrumb": trail, "form": form, **more},
        status=422 if request.method == "POST" else 200,
    )


def dataset_new(request: Request) -> HttpResponse:
    """Register a data set."""
    require(request.actor, "strategies.load_data")
    form = DatasetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        card = actions.DatasetCard(**form.cleaned_data)
        try:
            dataset = actions.register_dataset(actor=request.actor, card=card, at=now())
        except Invalid as refusal:  # what was typed stays
            show_problems(form, refusal)
        else:
            messages.success(request, _("The data set is registered."))
            return redirect("strategies:dataset", dataset.code)
    return _form_page(
        request,
        form,
        _("New data set"),
        crumbs((_("New"), "")),
        submit=_("Register"),
        back=reverse("strategies:datasets"),
    )


def dataset_edit(request: Request, code: str) -> HttpResponse:
    """Correct what is said of a data set."""
    require(request.actor, "strategies.load_data")
    dataset = queries.dataset_known(request.actor, code)
    names = [name for name in DatasetForm.base_fields if name != "code"]
    initial = {"code": dataset.code} | {name: getattr(dataset, name) for name in names}
    form = DatasetForm(request.POST or None, initial=initial)
    form.fields["code"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_dataset(
                actor=request.actor,
                dataset_id=dataset.pk,
                card=actions.DatasetCard(**form.cleaned_data),
                at=now(),
            )
        except Invalid as refusal:  # what was typed stays
            show_problems(form, refusal)
        else:
            messages.success(request, _("The data set is described."))
            return redirect("strategies:dataset", dataset.code)
    address = reverse("strategies:dataset", args=[code])
    return _form_page(
        request,
        form,
        _("Describe %(code)s") % {"code": code},
        crumbs((code, address)),
        submit=_("Save"),
        back=address,
    )


def vintage_load(request: Request, code: str) -> HttpResponse:
    """Load a release from a file."""
    require(request.actor, "strategies.load_data")
    dataset = queries.dataset_known(request.actor, code)
    form = ReleaseForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        file = told.pop("file")
        try:
            vintage = actions.load_vintage(
                actor=request.actor,
                dataset_id=dataset.pk,
                release=actions.Release(**told),
                file=file,
                at=now(),
            )
        except Invalid as refusal:  # what was typed stays
            show_problems(form, refusal)
        else:
            messages.success(request, _("The release is loaded."))
            return redirect("strategies:vintage", vintage.public_id)
    address = reverse("strategies:dataset", args=[code])
    return _form_page(
        request,
        form,
        _("Load a release of %(code)s") % {"code": code},
        crumbs((code, address), (_("Load"), "")),
        lead=_("All of the file, or nothing: each fault is told with row and column."),
        submit=_("Load"),
        back=address,
        files=True,
    )
