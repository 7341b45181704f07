"""How a member takes a paper: marked with his name, and noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from opensti.domains.panels import actions, queries
from opensti.kernel.documents.marking import marked_copy
from opensti.kernel.files import store
from opensti.kernel.files.serving import as_download, serve

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from opensti.domains.panels.models import CouncilItem
    from opensti.kernel.files.models import StoredFile
    from opensti.web.requests import Request


def take_paper(
    request: Request, item: CouncilItem, file: StoredFile
) -> HttpResponseBase:
    """Hand a paper to a member with the member's mark on it, and note that it was taken.

    Officials who keep the council get the file as it is. Nothing marked is kept anywhere:
    each copy is drawn for the one request, and no cache may hold it, so no reader ever
    gets another's. Parts of a file are not handed out, only the whole of it.
    """
    seat = queries.own_seat(request.actor, item.council)
    if seat is None or not hasattr(seat, "undertaking"):
        return serve(file)
    is_pdf = file.media_type == "application/pdf"
    response: HttpResponseBase
    if is_pdf:
        at = localtime(now())
        content = marked_copy(
            store.clean_path(file.sha256),
            lines=[
                request.actor.name or seat.person.full_name,
                f"{at:%d/%m/%Y %H:%M}",
                _("Council %(code)s") % {"code": item.council.public_id},
            ],
        )
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = as_download(file.name)
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    else:
        response = serve(file)
    response["Cache-Control"] = "private, no-store"
    response.headers.pop("ETag", None)
    if request.method == "GET":
        actions.note_opening(
            actor=request.actor,
            item_id=item.pk,
            file=file.public_id,
            marked=is_pdf,
            at=now(),
        )
    return response
