"""A slip in the words of a published call is mended in the open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.models import Call
from opensti.domains.calls.queries import call_subject
from opensti.kernel.access import PUBLIC, get_visible, require
from opensti.kernel.checks import problem
from opensti.kernel.record.actions import record
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

# Days and orders are no slips: a call is extended, or cancelled and called anew.
CALL_FIELDS = ("title_vi", "title_en", "description_vi", "description_en")
LONGEST_TITLE = 500


@transaction.atomic
def correct_call(
    *,
    actor: Actor,
    public_id: str,
    field: str,
    value: str,
    reason: str,
    basis: str,
    at: datetime,
) -> int:
    """Correct one text of a published call; returns the number of the public entry.

    Raises ``NotFound``, ``AccessDenied``, or ``Invalid`` for what is not corrected so.
    """
    rows = Call.objects.select_for_update(of=("self",))
    found = get_visible(PUBLIC, rows, public_id=public_id)
    require(actor, "calls.correct", found)
    was = getattr(found, field)
    now = checked_text(field, value)
    setattr(found, field, now)
    found.search_text = search_text(found.code, found.title_vi, found.title_en)
    found.version += 1
    found.save(update_fields=[field, "search_text", "version"])
    entry = record(
        actor=actor,
        act="calls.correct",
        subject=call_subject(public_id),
        at=at,
        basis=basis,
        public=True,
        detail={
            "code": found.code,
            "changes": [{"field": field, "was": was, "now": now}],
            "reason": reason,
        },
    )
    return entry.position


def checked_text(field: str, value: str) -> str:
    """The text a column can hold; raises ``Invalid``."""
    if field not in CALL_FIELDS:
        raise problem("field", _("This is not corrected here."))
    text = value.strip()
    if field == "title_vi" and not text:
        raise problem("value", _("A title in Vietnamese is needed."))
    return text[:LONGEST_TITLE] if field.startswith("title") else text
