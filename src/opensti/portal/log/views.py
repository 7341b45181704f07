"""Checkpoint, tiles, entry bundles and verifier key: only what is signed and public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from sti_methods.ledger import parse_tile_path

from opensti.kernel.record import actions, queries

if TYPE_CHECKING:
    from django.http import HttpRequest

TEXT = "text/plain; charset=utf-8"
YEAR = 365 * 24 * 60 * 60


@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """Return the newest signed checkpoint; what has been added since is signed now."""
    signed = actions.checkpoint(at=timezone.now())
    response = HttpResponse(signed.note, content_type=TEXT)
    patch_cache_control(response, public=True, max_age=5)
    return response


@require_safe
def key(_request: HttpRequest) -> HttpResponse:
    """Return the verifier key (vkey) that receipts are checked with."""
    response = HttpResponse(f"{queries.verifier_key()}\n", content_type=TEXT)
    patch_cache_control(response, public=True, max_age=3600)
    return response


@require_safe
def tile(_request: HttpRequest, place: str) -> HttpResponse:
    """Return a hash tile or an entry bundle; neither ever changes."""
    try:
        wanted = parse_tile_path(place)
    except ValueError as error:
        raise Http404(str(error)) from None
    if wanted.level is None:
        content = queries.entry_bundle(wanted.index, wanted.width)
    else:
        content = queries.tile(wanted.level, wanted.index, wanted.width)
    response = HttpResponse(content, content_type="application/octet-stream")
    patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    return response
