"""The house says how long a kind of tie counts, with the reason and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from sti_methods.conflicts import YEARS

from opensti.domains.panels.actions.judging import no_reason
from opensti.domains.panels.models import TieYears
from opensti.domains.panels.queries.years import years_said
from opensti.kernel.access import require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

LONGEST = 50


@transaction.atomic
def set_tie_years(
    *,
    actor: Actor,
    kind: str,
    years: int | None,
    reason: str,
    at: datetime,
    source: str = "",
) -> TieYears:
    """Say for how many years a kind of tie counts; without years it always does.

    ``source`` is the text that states it; without one it is the house's own choice and is
    shown as such. The worker searches open calls again. A regime that states years of its
    own goes first. Raises ``Invalid`` for an unknown kind, years not from 0 to 50 or no
    reason, ``StepNotAllowed`` when nothing would change.
    """
    require(actor, "panels.set_tie_years")
    problems = []
    if kind not in YEARS:
        problems.append(
            Problem(
                field="kind",
                message=_("This kind of tie counts no years."),
                mend=_("Choose one from the list."),
            )
        )
    if years is not None and not 0 <= years <= LONGEST:
        problems.append(
            Problem(
                field="years",
                message=_("The years must be between 0 and %(most)d.")
                % {"most": LONGEST},
                mend=_("0: in force on the day; leave it empty if it always counts."),
            )
        )
    if not reason.strip():
        problems.append(no_reason())
    if problems:
        raise Invalid(problems)
    before = years_said().get(kind)
    source = source.strip()[:300]
    now = (before.years, before.source) if before else (YEARS[kind], "")
    if now == (years, source):
        raise StepNotAllowed(_("This is how it counts already."))
    row = TieYears.objects.create(
        kind=kind,
        years=years,
        source=source,
        reason=reason.strip(),
        set_by_id=actor.user_id,
        set_at=at,
    )
    record(
        actor=actor,
        act="panels.set_tie_years",
        subject=f"panels.tie_years:{kind}",
        at=at,
        basis=source,
        detail={"years": years, "before": now[0], "reason": row.reason},
    )
    return row


__all__ = ["set_tie_years"]
