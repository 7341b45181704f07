"""The dossier for the national system as one file: JSON, a workbook, files with digests."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.results import queries
from opensti.kernel.files.serving import as_download
from opensti.ui.exports import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opensti.web.requests import Request

# The same sheet gives the same bytes, whenever it is taken.
_STAMP = (1980, 1, 1, 0, 0, 0)


@require_safe
def package(request: Request, public_id: str) -> HttpResponse:
    """The frozen sheet as a ZIP; the national system is the master of its register."""
    found = queries.handover(request.actor, public_id)
    response = HttpResponse(
        zipped(found.sheet, found.sha256), content_type="application/zip"
    )
    name = f"registration-{found.acceptance.public_id}-{found.number}.zip"
    response["Content-Disposition"] = as_download(name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def zipped(sheet: Mapping[str, Any], sha256: str) -> bytes:
    """Pack a registration sheet: ``registration.json``, ``.xlsx``, ``SHA256SUMS``."""
    book = io.BytesIO()
    write_xlsx(
        file=book,
        title=_("Registration sheet"),
        head=[_("Field"), _("Value")],
        rows=list(flat(sheet)),
    )
    sums = "".join(f"{f['sha256']}  {f['name']}\n" for f in sheet["files"])
    parts = {
        "registration.json": json.dumps(
            sheet, ensure_ascii=False, indent=2, sort_keys=True
        ).encode(),
        "registration.xlsx": book.getvalue(),
        "SHA256SUMS": sums.encode(),
        "registration.json.sha256": f"{sha256}  RFC 8785 of registration.json\n".encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content)
    return out.getvalue()


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of a sheet with its place: ``products.1.level``."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from flat(inner, f"{path}.{number}")
    else:
        yield path, value
