"""A receipt as it is handed out: the file, and where the program is that verifies it."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from opensti.kernel.files.serving import as_download


def receipt_file(text: str, name: str) -> HttpResponse:
    """Return a ``.tlog-proof`` to be downloaded; the header ``Link`` names ``verify.py``."""
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = as_download(f"{name}.tlog-proof")
    response["Link"] = f'<{reverse("log:verify_program")}>; rel="help"'
    return response
