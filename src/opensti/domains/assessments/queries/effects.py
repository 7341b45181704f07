"""Scores as they stand now, and what papers carry of a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.timezone import localdate

from opensti.domains.assessments.models import Evidence, Improvement, Result
from opensti.domains.assessments.queries.advising import advised
from opensti.domains.assessments.queries.asking import asked_of
from opensti.domains.assessments.queries.counting import strengths
from opensti.domains.assessments.queries.linking import linked
from opensti.domains.assessments.queries.planning import (
    Acting,
    current_scores,
    improvement,
    owns,
)
from opensti.kernel.access import may, visible

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.domains.assessments.models import Assessment
    from opensti.kernel.access import Actor


def current_of(row: Assessment) -> dict[str, float]:
    """Verified scores of the newest result, with later effect checks; 2 queries."""
    found = Result.objects.filter(assessment=row).last()
    if found is None:
        return {}
    checked = Improvement.objects.filter(assessment=row, checked_at__isnull=False)
    return current_scores(found, checked)


def caps_of(row: Assessment, made: Improvement, today: date) -> dict[str, float]:
    """The most that an action's questions can score by the papers handed in. 1 query.

    Those of the assessment count, and those of this action.
    """
    papers = Evidence.objects.filter(
        Q(improvement=None) | Q(improvement=made), assessment=row
    )
    shown = strengths(papers, today)
    carried = asked_of(row).rules.caps
    return {item: carried[shown.get(item, "e0")] for item in made.items}


def acting(actor: Actor, public_id: str, at: datetime) -> Acting:
    """One action with all that its page shows; ``NotFound`` where hidden. 14 queries."""
    row = improvement(actor, public_id)
    of = row.assessment
    runs = bool(may(actor, "assessments.run", of))
    judges = bool(may(actor, "assessments.judge", of))
    advice = row.recommendation
    return Acting(
        row=row,
        asked=asked_of(of),
        runs=runs,
        judges=judges,
        owns=owns(actor, row),
        current=current_of(of),
        caps=caps_of(of, row, localdate(at)),
        papers=list(visible(actor, row.evidence.all())),
        findings=list(visible(actor, row.findings.all())),
        after=Improvement.objects.filter(follows=row).first(),
        advice=None if advice is None else advised(advice, roles=runs or judges),
        links=linked(actor, of, row.links.all(), at),
    )
