"""What supervision asks of a person today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.domains.supervision.choices import AlertState, VoiceState
from opensti.domains.supervision.models import Alert, Voice
from opensti.domains.supervision.queries.voices import (
    to_review,
    to_screen,
    units_of,
)
from opensti.kernel.access import Role, may, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from datetime import date

    from opensti.kernel.access import Actor


def work_for(actor: Actor, today: date) -> list[WorkItem]:
    """Texts to screen, to look at again, to answer; alerts to acknowledge. 5 queries."""
    found: list[WorkItem] = []
    if may(actor, "supervision.moderate"):
        found += _screening(actor, today)
        found += _answering(actor, today)
    if actor.has(Role.AUDITOR) and may(actor, "supervision.read_alerts"):
        found += _alerts(actor, today)
    return found


def _screening(actor: Actor, today: date) -> list[WorkItem]:
    found = []
    for rows, title, field in (
        (to_screen(actor), _("Screen %(count)d texts of citizens"), "screen_by"),
        (to_review(actor), _("Look again at %(count)d hidden texts"), "review_by"),
    ):
        days = [day for day in rows.values_list(field, flat=True) if day]
        if days:
            found.append(
                WorkItem(
                    kind=f"supervision.{field}",
                    title=title % {"count": len(days)},
                    url_name="supervision:queue",
                    due_on=min(days),
                    overdue=min(days) < today,
                )
            )
    return found


def _answering(actor: Actor, today: date) -> list[WorkItem]:
    units = units_of(actor, today)
    if not units:
        return []
    rows = visible(actor, Voice.objects.all()).filter(
        unit_id__in=units, state=VoiceState.ASSIGNED
    )
    return [
        WorkItem(
            kind="supervision.answer",
            title=_("Answer a citizen"),
            about=Words(row.about_vi, row.about_en),
            url_name="supervision:voice",
            url_args=(row.public_id,),
            subject=row.subject,
            due_on=row.due_on,
            article=row.due_basis,
            overdue=row.due_on is not None and row.due_on < today,
        )
        for row in rows.order_by("due_on", "pk")
    ]


def _alerts(actor: Actor, today: date) -> list[WorkItem]:
    """Says that there is something to read, and nothing of what."""
    rows = visible(actor, Alert.objects.exclude(state=AlertState.CLOSED))
    return [
        WorkItem(
            kind="supervision.alert",
            title=_("Read an alert"),
            url_name="supervision:alert",
            url_args=(public_id,),
            due_on=by if state == AlertState.RECEIVED else last,
            overdue=(by if state == AlertState.RECEIVED else last) < today,
        )
        for public_id, state, by, last in rows.values_list(
            "public_id", "state", "acknowledge_by", "outcome_by"
        )
    ]
