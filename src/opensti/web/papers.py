"""Official papers as a page hands them out: who issues them, and the download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpResponse
from django.utils.formats import date_format

from opensti.kernel.documents.content import letterhead
from opensti.kernel.documents.rendering import MEDIA_TYPES, Format, render
from opensti.kernel.files.serving import as_download

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


UNDATED = {"vi": "ngày …… tháng …… năm ……", "en": "……"}


def issued(language: str, on: date | None) -> dict[str, Any]:
    """Return the head of a paper of the ministry: issuer, place and day."""
    words = letterhead()[language]
    day = (
        ""
        if on is None
        else date_format(on, r"\n\g\à\y d \t\h\á\n\g m \n\ă\m Y")
        if language == "vi"
        else date_format(on, "j F Y")
    )
    return {
        "language": language,
        "issuer_parent": words["issuer_parent"],
        "issuer": words["issuer"],
        # Not signed yet: the day is left to be filled in by hand.
        "place_date": f"{words['place']}, {day or UNDATED[language]}",
    }


def signed_by(language: str, name: str = "") -> dict[str, str]:
    """Return the signature block of the leader."""
    return {"capacity": letterhead()[language]["leader"], "note": "", "name": name}


def official(
    template: str, context: Mapping[str, Any], *, kind: str, name: str
) -> HttpResponse:
    """Return a paper as a download in Word (``docx``) or PDF (``pdf``)."""
    if kind not in MEDIA_TYPES:
        raise Http404
    response = HttpResponse(
        render(template, context, fmt=cast("Format", kind)),
        content_type=MEDIA_TYPES[kind],
    )
    response["Content-Disposition"] = as_download(f"{name}.{kind}")
    response["X-Content-Type-Options"] = "nosniff"
    return response
