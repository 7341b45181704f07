"""Hand a decision out as a bundle that anybody computes again."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from opensti.domains.portfolios.choices import RoundState, Ruling
from opensti.domains.portfolios.models import Decision
from opensti.domains.portfolios.permissions import closed_decisions
from opensti.domains.portfolios.problem.bundling import bundle_of, packed, recompute
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from opensti.domains.portfolios.models import Round

LONGEST_PART = 200_000_000  # bytes of one file in a bundle, unpacked


def decision_bundle(*, round_: Round) -> bytes:
    """Return a ZIP of what ranked and selected a released round, without people; 3 queries.

    Whether everybody may have it the caller asks of the procedure. Raises ``NotFound`` if
    the round is not released, or nothing was frozen for it. Writes nothing.
    """
    if round_.state != RoundState.RELEASED:
        raise NotFound
    approved = Decision.objects.filter(round=round_, ruling=Ruling.APPROVE).exclude(
        pk__in=closed_decisions().values("pk")
    )
    files = bundle_of(round_, set(approved.values_list("dossier__code", flat=True)))
    if not files:
        raise NotFound
    return packed(files)


def recompute_bundle(*, content: bytes) -> dict[str, list[str]]:
    """Compute a bundle again: the dossiers that came out otherwise, by part; no database.

    Raises ``ValueError`` for what is no bundle, or was altered after it was made.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if any(item.file_size > LONGEST_PART for item in archive.infolist()):
                raise ValueError("a file of the bundle is too long.")
            files = {name: archive.read(name) for name in archive.namelist()}
    except zipfile.BadZipFile:
        raise ValueError(
            "this is no decision bundle, or a file in it was altered."
        ) from None
    return recompute(files)
