"""The acceptance dossier as the members of a council read it: seated, signed, not barred.

Who may is decided by the council's own rule; whoever takes no part in the item finds
nothing here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.panels import queries as panels
from opensti.domains.results import queries
from opensti.kernel.access import require
from opensti.kernel.files.serving import files_of, serve
from opensti.kernel.refusals import NotFound
from opensti.web.panels.councils import council_crumbs

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.panels.models import CouncilItem
    from opensti.domains.results.models import Acceptance, HandedIn
    from opensti.web.requests import Request


def _found(request: Request, item_id: str) -> tuple[CouncilItem, Acceptance, HandedIn]:
    """The item, its acceptance and the dossier, for who may read the item."""
    require(request.actor, "panels.list_councils")
    item = panels.item(request.actor, item_id)
    if item.case_id is None or not panels.may_read(request.actor, item):
        raise NotFound
    acceptance = queries.judged_by_council([item.case_id]).get(item.case_id)
    handed = queries.latest_dossier(acceptance) if acceptance is not None else None
    if acceptance is None or handed is None:
        raise NotFound
    return item, acceptance, handed


@require_safe
def work(request: Request, item: str) -> HttpResponse:
    """What was promised, what was delivered, how it is shown."""
    row, acceptance, handed = _found(request, item)
    names = queries.level_names(acceptance)
    return render(
        request,
        "web/results/work.html",
        {
            "title": _("Acceptance dossier"),
            "breadcrumb": council_crumbs(row.council, _("Acceptance dossier")),
            "item": row,
            "contract": acceptance.contract,
            "handed": handed,
            "content": handed.content,
            "rows": [
                {
                    **product,
                    "quality_label": names.get(product["claimed_quality"], ""),
                    "quantity_label": names.get(product["claimed_quantity"], ""),
                }
                for product in handed.content["products"]
            ],
            "report_label": names.get(handed.content["report"]["level"], ""),
        },
    )


@require_safe
def work_file(request: Request, item: str, file: str) -> HttpResponseBase:
    """A file of the dossier as it was handed in; no other."""
    _row, acceptance, handed = _found(request, item)
    if file not in {f["id"] for f in handed.content["files"]}:
        raise NotFound
    subject = queries.acceptance_subject(acceptance.public_id)
    for stored in files_of(subject):
        if stored.public_id == file and stored.is_readable:
            return serve(stored)
    raise NotFound
