"""Entries that look alike: reviewed, merged after a preview, or told apart for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.registry import actions, queries
from opensti.domains.registry.choices import ThingKind
from opensti.kernel.access import require
from opensti.kernel.refusals import NotFound
from opensti.ui.pages import Crumb, Tab
from opensti.web.registry.forms import MergeForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request

MERGES_SHOWN = 50


@require_safe
def duplicates(request: Request) -> HttpResponse:
    """Likely pairs, the likeliest first, each with the reasons."""
    kind = request.GET.get("kind", ThingKind.ORGANISATION)
    if kind not in ThingKind:
        raise NotFound
    here = reverse("registry:duplicates")
    return render(
        request,
        "web/registry/duplicates.html",
        {
            "title": _("Likely duplicates"),
            "breadcrumb": [
                Crumb(_("Registry"), reverse("registry:organisations")),
                Crumb(_("Likely duplicates")),
            ],
            "kind": kind,
            "page_of": "registry:organisation"
            if kind == ThingKind.ORGANISATION
            else "registry:person",
            "tabs": [
                Tab(label=label, url=f"{here}?kind={value}", current=value == kind)
                for value, label in (
                    (ThingKind.ORGANISATION, _("Organisations")),
                    (ThingKind.PERSON, _("People")),
                )
            ],
            "pairs": queries.likely_duplicates(request.actor, kind=kind),
        },
    )


@require_POST
def dismiss(request: Request, kind: str, first_id: int, second_id: int) -> HttpResponse:
    actions.dismiss_pair(
        actor=request.actor, kind=kind, first_id=first_id, second_id=second_id, at=now()
    )
    messages.success(request, _("They are not suggested again."))
    return redirect(f"{reverse('registry:duplicates')}?kind={kind}")


@require_http_methods(["GET", "HEAD", "POST"])
def merge(
    request: Request, kind: str, survivor_id: int, merged_id: int
) -> HttpResponse:
    """What a merge would do, and the button that does it."""
    form = MergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.merge(
            actor=request.actor,
            kind=kind,
            survivor_id=survivor_id,
            merged_id=merged_id,
            reason=form.cleaned_data["reason"],
            at=now(),
        )
        messages.success(request, _("Merged. It can be undone at any time."))
        return redirect("registry:merges")
    preview = queries.merge_preview(
        request.actor, kind=kind, survivor_id=survivor_id, merged_id=merged_id
    )
    return render(
        request,
        "web/registry/merge.html",
        {
            "title": _("Merge two entries"),
            "breadcrumb": [
                Crumb(
                    _("Likely duplicates"),
                    f"{reverse('registry:duplicates')}?kind={kind}",
                ),
                Crumb(_("Merge two entries")),
            ],
            "preview": preview,
            "other_way": reverse("registry:merge", args=[kind, merged_id, survivor_id]),
            "form": form,
        },
    )


@require_safe
def merges(request: Request) -> HttpResponse:
    """What was merged, with the way back."""
    require(request.actor, "registry.see_merges")
    rows = list(queries.merges(request.actor)[:MERGES_SHOWN])
    return render(
        request,
        "web/registry/merges.html",
        {
            "title": _("Merged entries"),
            "breadcrumb": [
                Crumb(_("Registry"), reverse("registry:organisations")),
                Crumb(_("Merged entries")),
            ],
            "rows": queries.named_merges(rows),
        },
    )


@require_POST
def undo(request: Request, merge_id: int) -> HttpResponse:
    actions.undo_merge(actor=request.actor, merge_id=merge_id, at=now())
    messages.success(request, _("Undone: both entries stand as before."))
    return redirect("registry:merges")
