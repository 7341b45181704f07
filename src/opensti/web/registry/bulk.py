"""Acts on many entries of a registry list: choose what, see what would happen, do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from opensti.domains.registry import actions, queries
from opensti.domains.registry.choices import OrganisationStatus
from opensti.kernel.access import require
from opensti.kernel.refusals import NotFound, Stale
from opensti.ui.pages import BulkRow, Crumb
from opensti.web.registry.organisations import Organisations
from opensti.web.registry.people import People

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from opensti.kernel.bulk import BulkLine
    from opensti.web.lists import WorkList
    from opensti.web.requests import Request

    _Choice = forms.ModelChoiceField[Any]
else:
    _Choice = forms.ModelChoiceField

MOST_AT_ONCE = 500


class StatusForm(forms.Form):
    status = forms.ChoiceField(
        label=gettext_lazy("New status"),
        choices=[
            ("", "\u2013"),
            *(c for c in OrganisationStatus.choices if c[0] in actions.STATUSES),
        ],
    )

    def said(self) -> str:
        return str(OrganisationStatus(self.cleaned_data["status"]).label)


class FieldForm(forms.Form):
    field = _Choice(
        label=gettext_lazy("Field to add"), queryset=None, empty_label="\u2013"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].queryset = queries.fields()  # type: ignore[attr-defined]

    def said(self) -> str:
        return str(self.cleaned_data["field"].name)


@require_POST
def organisations_bulk(request: Request, act: str) -> HttpResponse:
    """Set the status of the chosen organisations, or add a field to them."""
    if act == "status":
        require(request.actor, "registry.set_status")
        return _bulk(
            request,
            Organisations,
            kind="organisation",
            title=_("Set the status"),
            form=StatusForm,
            act=lambda form, ids, *, dry_run: actions.set_status_of_many(
                actor=request.actor,
                organisation_ids=ids,
                status=form.cleaned_data["status"],
                at=now(),
                dry_run=dry_run,
            ),
        )
    if act == "field":
        return _add_field(request, Organisations, "organisation")
    raise NotFound


@require_POST
def people_bulk(request: Request, act: str) -> HttpResponse:
    """Add a field to the chosen people."""
    if act == "field":
        return _add_field(request, People, "person")
    raise NotFound


def _add_field(request: Request, page: type[WorkList], kind: str) -> HttpResponse:
    if not request.actor.manages:  # a manager is judged for each entry
        require(request.actor, f"registry.edit_{kind}")
    return _bulk(
        request,
        page,
        kind=kind,
        title=_("Add a field"),
        form=FieldForm,
        act=lambda form, ids, *, dry_run: actions.add_field_to_many(
            actor=request.actor,
            kind=kind,
            ids=ids,
            field_id=form.cleaned_data["field"].pk,
            at=now(),
            dry_run=dry_run,
        ),
    )


def _bulk(
    request: Request,
    page_class: type[WorkList],
    *,
    kind: str,
    title: str,
    form: type[Any],
    act: Callable[..., list[BulkLine[Any]]],
) -> HttpResponse:
    """First what to set, then what would happen to each, then all of it."""
    page = page_class()
    page.setup(request)
    back = reverse(page.list_url)
    rows = list(page.chosen(request).values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    cut, ids = len(rows) > MOST_AT_ONCE, rows[:MOST_AT_ONCE]
    name = next(iter(form.base_fields))
    said = form(request.POST if name in request.POST else None)
    context: dict[str, Any] = {
        "title": title,
        "breadcrumb": [Crumb(page.title, back), Crumb(title)],
        "ids": ids,
        "cut": cut,
        "confirm_url": request.path,
        "back_url": back,
    }
    if not ids:
        messages.error(request, _("Choose at least one row of the list first."))
        return redirect(page.list_url)
    if not said.is_valid():
        return render(
            request,
            "web/registry/bulk_choose.html",
            context | {"form": said, "count": len(ids)},
            status=422 if said.errors else 200,
        )
    refusal = None
    if request.POST.get("confirmed") == "1":
        try:
            done = act(said, ids, dry_run=False)
        except Stale as stale:
            refusal = stale
        else:
            messages.success(
                request, _("%(count)d entries were changed.") % {"count": len(done)}
            )
            return redirect(page.list_url)
    lines = act(said, ids, dry_run=True)
    possible = [line for line in lines if line.refusal is None]
    for field in said.fields.values():
        field.widget = field.hidden_widget()
    return render(
        request,
        "web/registry/bulk_preview.html",
        context
        | {
            "title": _("%(act)s: what would happen") % {"act": title},
            "rows": [
                BulkRow(
                    label=line.thing,
                    text=f"{title}: {said.said()}",
                    url=reverse(f"registry:{kind}", args=[line.thing.public_id]),
                    refusal=line.refusal,
                )
                for line in lines
            ],
            "possible": len(possible),
            "refused": len(lines) - len(possible),
            "ids": [line.thing.pk for line in possible],
            "form": said,
            "stale": refusal,
            "act_label": f"{title}: {said.said()}",
        },
        status=refusal.status if refusal else 200,
    )
