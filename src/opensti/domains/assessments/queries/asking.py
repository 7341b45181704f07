"""What an assessment asks, parsed once; and whom a link belongs to."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from opensti.domains.assessments.choices import Form
from opensti.domains.assessments.frameworks import Asked, framework_from
from opensti.domains.assessments.models import FrameworkVersion, Participant
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from datetime import date

    from opensti.domains.assessments.models import Assessment


def asked_of(assessment: Assessment) -> Asked:
    """What is asked, by the digests that the assessment froze; no query once known."""
    return _asked(tuple(assessment.digests), assessment.form == Form.SHORT)


def asked_in(digest: str, *, short: bool) -> Asked:
    """What a frozen version of a framework asks, by its digest; no query once known."""
    return _asked((digest,), short)


@lru_cache(maxsize=256)
def _asked(digests: tuple[str, ...], short: bool) -> Asked:  # noqa: FBT001 -- a key
    rows = FrameworkVersion.objects.filter(sha256__in=digests)
    content = {row.sha256: row.content for row in rows}
    base, *modules = [framework_from(content[digest]) for digest in digests]
    return Asked(base, tuple(modules), short)


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def participant_by(token: str, today: date, *more: str) -> Participant:
    """Whose link this is; ``NotFound`` for one that is unknown, revoked or out of date.

    1 query. The assessment comes with it, and what ``more`` names.
    """
    rows = Participant.objects.order_by().select_related("assessment", *more)
    try:
        return rows.get(
            token_digest=token_digest(token), revoked_at=None, until__gt=today
        )
    except Participant.DoesNotExist:
        raise NotFound from None
