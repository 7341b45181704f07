"""The register as files for other people's programs, with what each of them holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from opensti.exports.files import CATALOGUE, FILES, SETS, STANDARDS, chunks_of, etag
from opensti.exports.house import house
from opensti.exports.tables import TABLES
from opensti.kernel.bilingual import pick
from opensti.kernel.files.serving import as_download
from opensti.kernel.refusals import NotFound
from opensti.portal import jsonld
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """Which files there are, in which standard, under which licence; every column."""
    return render(
        request,
        "portal/open_data.html",
        {
            "title": _("Open data"),
            "lead": _(
                "The public register as files, free to use and pass on. The same state of the register gives the same bytes."
            ),
            "breadcrumb": [Crumb(_("Open data"))],
            "licence": house().licence,
            "catalogue": CATALOGUE,
            "ld": jsonld.catalogue(),
            "sets": [
                {
                    "key": one.key,
                    "title": pick(one.title_vi, one.title_en),
                    "about": pick(one.about_vi, one.about_en),
                    "files": [
                        (file.name, file.standard, STANDARDS.get(file.standard, ""))
                        for file in one.files
                    ],
                }
                for one in SETS
            ],
            "tables": [
                {
                    "name": table.name,
                    "about": pick(table.vi, table.en),
                    "columns": [(c.name, pick(c.vi, c.en)) for c in table.columns],
                }
                for table in TABLES
            ],
        },
    )


def _etag(_request: HttpRequest, name: str) -> str | None:
    return etag(name) if name in FILES else None


@require_safe
@condition(etag_func=_etag)
def open_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One file, streamed; asked again with its ETag it is not sent while it is the same."""
    if name not in FILES:
        raise NotFound
    kind = FILES[name].media
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    response: HttpResponseBase
    if request.method == "HEAD":  # nobody writes an archive to send its name
        response = HttpResponse(content_type=kind)
    else:
        response = StreamingHttpResponse(chunks_of(name), content_type=kind)
    response["Content-Disposition"] = as_download(name)
    response["Cache-Control"] = "public, no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response
