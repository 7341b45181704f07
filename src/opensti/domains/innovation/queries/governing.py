"""What steers the system: signals, objectives, portfolio, audits, reviews, records."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.conf import settings
from django.db.models import Count, Max, Q
from django.utils.timezone import localdate

from opensti.domains.assessments import queries as assessments
from opensti.domains.innovation import permissions as _permissions  # noqa: F401 -- who sees what
from opensti.domains.innovation.choices import Horizon
from opensti.domains.innovation.lifecycle import RUNNING
from opensti.domains.innovation.models import (
    Audit,
    AuditFinding,
    Document,
    Initiative,
    Objective,
    Portfolio,
    Review,
    Signal,
)
from opensti.domains.innovation.queries.measures import measures
from opensti.kernel.access import get_visible, may, visible
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from opensti.domains.innovation.queries.measures import Measures
    from opensti.kernel.access import Actor

MOST = 200


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A record that a certification asks for, by a code, with what it should say."""

    code: str
    name: Words
    hint: Words
    keep_years: int


@lru_cache(maxsize=1)
def expected_records() -> tuple[Expected, ...]:
    """The records that come with the house (``records/innovation.yaml``), in its order."""
    path = Path(settings.BASE_DIR) / "records" / "innovation.yaml"
    raw = yaml.safe_load(path.read_text("utf-8"))
    return tuple(
        Expected(
            code=one["code"],
            name=Words.of(one["name"]),
            hint=Words.of(one["hint"]),
            keep_years=int(one["keep_years"]),
        )
        for one in raw["records"]
    )


@dataclass(frozen=True, kw_only=True)
class Filed:
    """An expected record with its revisions, newest first; none: it is missing.

    ``overdue``: the newest should have been looked at again before today.
    """

    expected: Expected
    revisions: list[Document]
    overdue: bool

    @property
    def newest(self) -> Document | None:
        return self.revisions[0] if self.revisions else None


def register(actor: Actor, *, organisation_id: int, today: date) -> list[Filed]:
    """The records of one organisation beside what is expected; 1 query."""
    rows = visible(actor, Document.objects.filter(organisation_id=organisation_id))
    by_code: dict[str, list[Document]] = {}
    for row in rows.order_by("code", "-number"):
        by_code.setdefault(row.code, []).append(row)
    return [
        Filed(
            expected=one,
            revisions=(found := by_code.get(one.code, [])),
            overdue=bool(
                found and found[0].review_on is not None and found[0].review_on < today
            ),
        )
        for one in expected_records()
    ]


# ---- what is watched and wanted


def signals(actor: Actor) -> QuerySet[Signal]:
    """Those the person may know of, the most relevant first; 1 query."""
    return visible(actor, Signal.objects.select_related("organisation"))


def signal(actor: Actor, public_id: str) -> Signal:
    """One with its organisation; ``NotFound`` where it is absent or hidden. 1 query."""
    rows = Signal.objects.select_related("organisation")
    return get_visible(actor, rows, public_id=public_id)


def objectives_of(actor: Actor, organisation_id: int) -> list[Objective]:
    """Objectives of an organisation, running ones first, with how much serves them; 1 query."""
    rows = Objective.objects.filter(organisation_id=organisation_id).annotate(
        served=Count("initiatives", distinct=True),
        watched=Count("signals", distinct=True),
    )
    return list(visible(actor, rows)[:MOST])


def initiatives_of(actor: Actor, organisation_id: int) -> list[Initiative]:
    """At most 200 initiatives of an organisation, newest first; 1 query."""
    rows = Initiative.objects.filter(organisation_id=organisation_id)
    return list(visible(actor, rows)[:MOST])


@dataclass(frozen=True, kw_only=True)
class Share:
    """A horizon: what part of the running initiatives it should have, and has (percent)."""

    label: str
    wanted: int
    has: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """Objectives and portfolio of an organisation, beside what runs."""

    runs: bool
    objectives: list[Objective]
    portfolio: Portfolio | None
    shares: list[Share]
    costs: int


def strategy(actor: Actor, *, organisation_id: int, at: datetime) -> Strategy:
    """What is wanted beside what is; at most 10 queries.

    ``costs``: what running initiatives still need by their estimates, in đồng.
    """
    found = measures(actor, organisation_id=organisation_id, at=at)
    rows = visible(actor, Portfolio.objects.filter(organisation_id=organisation_id))
    portfolio = rows.first()
    running = visible(
        actor,
        Initiative.objects.filter(organisation_id=organisation_id, state__in=RUNNING),
    )
    wanted = (
        {1: portfolio.core, 2: portfolio.next, 3: portfolio.new} if portfolio else {}
    )
    return Strategy(
        runs=bool(may(actor, "innovation.run", organisation_id)),
        objectives=objectives_of(actor, organisation_id),
        portfolio=portfolio,
        shares=[
            Share(
                label=one.label,
                wanted=wanted[horizon.value],
                has=100 * one.part,
                count=one.count,
            )
            for horizon, one in zip(Horizon, found.by_horizon, strict=True)
        ]
        if portfolio
        else [],
        costs=sum(
            int((launch or 0) + (development or 0))
            for launch, development in running.values_list("launch", "development")
        ),
    )


# ---- audits and reviews


def audits(actor: Actor) -> QuerySet[Audit]:
    """The programme of audits, newest first, with how many findings are open; 1 query."""
    open_ones = Q(findings__closed_at=None, findings__pk__isnull=False)
    rows = Audit.objects.select_related("organisation").annotate(
        open_findings=Count("findings", filter=open_ones)
    )
    return visible(actor, rows)


@dataclass(frozen=True, kw_only=True)
class OpenedAudit:
    """An audit with its findings."""

    row: Audit
    runs: bool
    works: bool
    findings: list[AuditFinding]


def opened_audit(actor: Actor, public_id: str) -> OpenedAudit:
    """All that the page of an audit shows; at most 4 queries."""
    rows = Audit.objects.select_related("organisation")
    row = get_visible(actor, rows, public_id=public_id)
    runs = bool(may(actor, "innovation.run", row))
    return OpenedAudit(
        row=row,
        runs=runs,
        works=runs or bool(may(actor, "innovation.work", row)),
        findings=list(row.findings.select_related("acted_by", "verified_by")),
    )


def reviews(actor: Actor) -> QuerySet[Review]:
    """Management reviews, newest first, with decisions still open; 1 query."""
    open_ones = Q(decisions__done_on=None, decisions__pk__isnull=False)
    rows = Review.objects.select_related("organisation").annotate(
        open_decisions=Count("decisions", filter=open_ones)
    )
    return visible(actor, rows)


def review(actor: Actor, public_id: str) -> Review:
    """One with its organisation and decisions; 2 queries."""
    rows = Review.objects.select_related("organisation").prefetch_related("decisions")
    return get_visible(actor, rows, public_id=public_id)


def inputs_of(actor: Actor, *, organisation_id: int, at: datetime) -> dict[str, Any]:
    """What the house lays before a review, as plain data: it is frozen with it.

    Measures, open findings by grade, decisions still open, objectives that are late,
    missing records, the newest result of an assessment. Raises ``NotFound`` for an
    organisation whose work is nobody's business here.
    """
    found = measures(actor, organisation_id=organisation_id, at=at)
    today = localdate(at)
    findings = (
        AuditFinding.objects.filter(
            audit__organisation_id=organisation_id, closed_at=None
        )
        .order_by("grade")
        .values_list("grade")
        .annotate(n=Count("pk"))
    )
    objectives = Objective.objects.filter(
        organisation_id=organisation_id, reached_on=None, due_on__lt=today
    )
    reviews_before = Review.objects.filter(organisation_id=organisation_id)
    open_decisions = reviews_before.filter(
        decisions__done_on=None, decisions__pk__isnull=False
    ).aggregate(n=Count("decisions"))
    filed = register(actor, organisation_id=organisation_id, today=today)
    return {
        "measures": _measured(found),
        "open_findings": dict(findings),
        "open_decisions": open_decisions["n"],
        "late_objectives": objectives.count(),
        "missing_records": [one.expected.code for one in filed if not one.revisions],
        "assessment": _assessed(actor, organisation_id),
    }


def _measured(found: Measures) -> dict[str, Any]:
    pipeline = found.pipeline
    return {
        "running": found.running,
        "ideas": found.replies.ideas,
        "late_replies": found.replies.late,
        "in_time": found.replies.part,
        "stop_rate": pipeline.stop_rate if pipeline else None,
        "done": pipeline.done if pipeline else 0,
        "assumptions": found.assumptions,
        "tested": found.tested,
        "expected": found.expected,
        "realised": found.realised.ratio if found.realised else None,
    }


def _assessed(actor: Actor, organisation_id: int) -> Mapping[str, Any] | None:
    """The newest result of the organisation, as far as the person may know of it."""
    rows = assessments.assessments(actor).filter(organisation_id=organisation_id)
    for row in rows[:5]:
        found = assessments.result(actor, row)
        if found is not None:
            return {
                "title": row.title,
                "on": localdate(found.scored_at).isoformat(),
                "level": found.content["whole"]["level"],
                "verified": found.content["whole"]["verified"],
                "sha256": found.sha256,
            }
    return None


def last_days(organisation_id: int) -> tuple[date | None, date | None]:
    """When the last audit and the last review of an organisation were held; 2 queries.

    For the readiness of an assessment, whoever scores it: two days, nothing else.
    """
    audited = Audit.objects.filter(organisation_id=organisation_id)
    reviewed = Review.objects.filter(organisation_id=organisation_id)
    return (
        audited.aggregate(last=Max("held_on"))["last"],
        reviewed.aggregate(last=Max("held_on"))["last"],
    )
