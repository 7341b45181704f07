"""What every case page shows: the diagram with its place, deadlines, next steps, acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.safestring import mark_safe
from django.utils.timezone import localdate
from django.utils.translation import get_language

from opensti.domains.procedures import queries as procedures_queries
from opensti.domains.procedures.choices import (
    DEADLINE_STATE_LABELS,
    DeadlineState,
    Track,
)
from opensti.domains.procedures.regimes.diagram import draw
from opensti.kernel.record.queries import entries_of
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from datetime import date

    from opensti.domains.procedures.models import Case
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request


@dataclass(frozen=True, kw_only=True)
class Due:
    """A deadline of the case as a reader sees it."""

    label: str
    due_on: date
    left: int
    article: str
    state: Text
    done: bool
    provisional: bool
    code: str = ""


def case_context(case: Case, actor: Actor, subject: str) -> dict[str, Any]:
    """Four parts of a case page; three queries: deadlines, acts, names of actors."""
    language = get_language() or "vi"
    regime = procedures_queries.regime_of(case)
    today = localdate()
    due = list(procedures_queries.deadlines_of(case.pk))
    calendar = procedures_queries.working_calendar() if due else None
    return {
        "case": case,
        "regime_label": regime.label(language),
        "stage_label": procedures_queries.stage_label(case, language),
        "diagram": mark_safe(  # noqa: S308 -- our own drawing of our own data
            draw(regime, track=Track(case.track), lang=language, here=case.stage)
        ),
        "deadlines": [
            Due(
                code=row.code,
                label=row.label(language),
                due_on=row.due_on,
                left=procedures_queries.days_left(calendar, row, today),
                article=row.article,
                state=DEADLINE_STATE_LABELS[DeadlineState(row.state)],
                done=row.closed_at is not None,
                provisional=row.provisional,
            )
            for row in due
            if calendar
        ],
        "next_steps": procedures_queries.steps_from(case, actor),
        "timeline": timeline(entries_of(subject)),
    }


def version_of(request: Request, name: str = "version") -> int | None:
    """The version a form was shown with; nothing if it was left out or garbled."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004
