"""Checkpoint, tiles, entry bundles and verifier key: only what is signed and public."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from sti_methods.ledger import parse_tile_path

from opensti.domains.publications import queries as publications
from opensti.kernel.files.serving import as_download
from opensti.kernel.record import queries
from opensti.kernel.refusals import NotFound
from opensti.portal.limits import limit_strangers
from opensti.portal.receipts import as_entered, told
from opensti.ui.pages import Crumb
from opensti.ui.receipts import receipt_file

if TYPE_CHECKING:
    from django.http import HttpRequest

TEXT = "text/plain; charset=utf-8"
GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
RECEIPTS_A_MINUTE = 60
YEAR = 365 * 24 * 60 * 60


@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """What the log is, who has seen it last, and how to check it without this site."""
    found = queries.log_state()
    context = {"title": gettext("The public log"), "found": found}
    return render(request, "portal/log.html", context)


@require_safe
def entry(request: HttpRequest, position: int) -> HttpResponse:
    """One public act in words and as it was entered, with its receipt and how to verify it."""
    found, signed = publications.public_entry(position)
    body = json.loads(found.body)
    context = {
        "title": gettext("Entry %(number)s of the public log") % {"number": position},
        "breadcrumb": [
            Crumb(gettext("The public log"), reverse("log:state")),
            Crumb(str(position)),
        ],
        "position": position,
        "told": told(body),
        "entry": as_entered(body),
        "hash": bytes(found.leaf_hash).hex(),
        "signed": signed,
        "key": queries.verifier_key(),
    }
    return render(request, "portal/entry.html", context)


@require_safe
def entry_receipt(request: HttpRequest, position: int) -> HttpResponse:
    """The receipt of a public act, as a file."""
    limit_strangers(request, "receipt", per_minute=RECEIPTS_A_MINUTE)
    found, _signed = publications.public_entry(position)
    text = publications.public_receipt(found.position)
    return receipt_file(text, f"{queries.log_origin().replace('/', '-')}-{position}")


@require_safe
def policy(_request: HttpRequest) -> HttpResponse:
    """Return the trust policy: the log's key, its witnesses, how many are enough."""
    text = queries.public_policy()
    if not text:
        return _refused(gettext("The log has no witnesses yet."), NotFound.status)
    response = HttpResponse(text, content_type=TEXT)
    patch_cache_control(response, public=True, max_age=3600)
    return response


@require_safe
def program(_request: HttpRequest, name: str) -> HttpResponse:
    """Hand out the program that verifies receipts, to be read and run elsewhere."""
    text = Path(__file__).with_name(name).read_bytes()
    response = HttpResponse(text, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = as_download(name)
    patch_cache_control(response, public=True, max_age=3600)
    return response


@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """Return the newest signed checkpoint, with what its witnesses signed so far."""
    signed = queries.latest_checkpoint()
    if signed is None:
        return _refused(gettext("The log has not been signed yet."), NotFound.status)
    response = HttpResponse(signed.cosigned, content_type=TEXT)
    patch_cache_control(response, public=True, max_age=5)
    return response


@require_safe
def key(_request: HttpRequest) -> HttpResponse:
    """Return the verifier key (vkey) that receipts are checked with."""
    response = HttpResponse(f"{queries.verifier_key()}\n", content_type=TEXT)
    patch_cache_control(response, public=True, max_age=3600)
    return response


@require_safe
def tile(request: HttpRequest, place: str) -> HttpResponse:
    """Return a hash tile or an entry bundle; neither ever changes."""
    try:
        wanted = parse_tile_path(place)
        if wanted.level is None:
            content = queries.entry_bundle(wanted.index, wanted.width)
        else:
            content = queries.tile(wanted.level, wanted.index, wanted.width)
    except (NotFound, ValueError) as error:
        return _refused(str(error), NotFound.status)
    response = HttpResponse(content, content_type="application/octet-stream")
    if wanted.level is None:
        _pack(response, request.headers.get("Accept-Encoding", ""))
    patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    return response


def _pack(response: HttpResponse, accepted: str) -> None:
    """Compress a bundle for those who can unpack it (C2SP tlog-tiles, "Log Entries").

    Hash tiles do not compress. The packed bytes are the same every time, as caches
    expect of what never changes.
    """
    patch_vary_headers(response, ["Accept-Encoding"])
    if GZIP.search(accepted):
        response.content = gzip.compress(response.content, mtime=0)
        response.headers["Content-Encoding"] = "gzip"


def _refused(reason: str, status: int) -> HttpResponse:
    """Answer a program in a line of text, not with a page."""
    response = HttpResponse(f"{reason}\n", status=status, content_type=TEXT)
    patch_cache_control(response, no_store=True)
    return response
