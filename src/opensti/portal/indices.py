"""Composite indices that were published: the ranking, what it is made of, how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.kernel.bilingual import pick
from opensti.portal import jsonld
from opensti.ui.composites import FILES, file_of, judged_of, pictured
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


@require_safe
def indices(request: HttpRequest) -> HttpResponse:
    """The newest published version of each index."""
    return render(
        request,
        "portal/indices.html",
        {
            "title": _("Published composite indices"),
            "breadcrumb": [Crumb(_("Indices"))],
            "versions": list(queries.indices()),
        },
    )


@require_safe
def index(request: HttpRequest, public_id: str) -> HttpResponse:
    """One published version, with its sources and all that it was worked out from."""
    version = queries.public_index(public_id)
    name = pick(version.model.name_vi, version.model.name_en)
    return render(
        request,
        "portal/index.html",
        {
            "title": name,
            "lead": pick(version.model.description_vi, version.model.description_en),
            "breadcrumb": [
                Crumb(_("Indices"), reverse("portal:indices")),
                Crumb(version.model.code),
            ],
            "version": version,
            "ld": jsonld.index(version),
            "judged": judged_of(version.recipe, version.result),
            **pictured(version.result, version.analyses),
        },
    )


@require_safe
def index_file(request: HttpRequest, public_id: str, name: str) -> HttpResponseBase:  # noqa: ARG001
    version = queries.public_index(public_id)
    if name not in FILES:
        raise Http404
    about = f"{version.model.code}-{version.number}"
    return file_of(version.outcome, version.analyses, name=name, about=about)
