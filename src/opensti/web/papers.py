"""Official papers as a page hands them out: who issues them, and the download."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.kernel.documents.content import letterhead
from opensti.kernel.documents.rendering import MEDIA_TYPES, Format, render
from opensti.kernel.files.serving import as_download

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


_ZEROED = 2
# What is filled in by hand.
BLANK = "……"
UNDATED = {"vi": "ngày …… tháng …… năm ……", "en": "……"}


def language_of_paper() -> str:
    """The language of the interface, which is that of the papers it writes."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def issued(language: str, on: date | None) -> dict[str, Any]:
    """Return the head of a paper of the ministry: issuer, place and day."""
    words = letterhead()[language]
    day = "" if on is None else long_day(language, on)
    return {
        "language": language,
        "issuer_parent": words["issuer_parent"],
        "issuer": words["issuer"],
        # Not signed yet: the day is left to be filled in by hand.
        "place_date": f"{words['place']}, {day or UNDATED[language]}",
    }


def issued_by(language: str, issuer: str, on: date | None) -> dict[str, Any]:
    """Return the head of an organisation's own paper: it sits where it sits, the day alone."""
    head = issued(language, on)
    return {
        **head,
        "issuer_parent": "",
        "issuer": issuer,
        "place_date": head["place_date"].partition(", ")[2],
    }


def office(language: str) -> str:
    """The office that a host's paper is for."""
    return str(letterhead()[language]["issuer"])


def of_the_host(leader: str = "") -> list[dict[str, str]]:
    """The signatures of a host's paper: who leads the task, who heads the host."""
    return [
        {
            "capacity": _("Principal investigator"),
            "note": _("(signature, full name)"),
            "name": leader,
        },
        {
            "capacity": _("Head of the host"),
            "note": _("(signature, full name, seal)"),
            "name": "",
        },
    ]


def attached(files: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Blocks that list the files a paper goes with, each with its digest; none for none."""
    items = [f"{file['name']}, SHA-256 {file['sha256']}" for file in files]
    if not items:
        return []
    return [
        {"kind": "heading", "text": _("Papers attached")},
        {"kind": "list", "items": items},
    ]


def long_day(language: str, on: date) -> str:
    """A day in full: ``ngày 02 tháng 3 năm 2026``, ``2 March 2026``.

    Only days below 10 and the first two months take a zero (Decree 30/2020, Annex I).
    """
    if language != "vi":
        return date_format(on, "j F Y")
    month = f"{on.month:02d}" if on.month <= _ZEROED else f"{on.month}"
    return f"ngày {on.day:02d} tháng {month} năm {on.year}"


def grounds(language: str, texts: Iterable[str]) -> list[str]:
    """Grounds as a decision cites them: each begins as such, each ends with a mark.

    Empty ones are left out.
    """
    begins = {"vi": ("Căn cứ ", "Theo "), "en": ("Having regard to ", "On ")}[language]
    said = [text.strip().rstrip(" ;.") for text in texts]
    said = [
        text if text.startswith(begins) else begins[0] + re.sub("^The ", "the ", text)
        for text in said
        if text
    ]
    last = len(said) - 1
    return [f"{text}{'.' if n == last else ';'}" for n, text in enumerate(said)]


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
