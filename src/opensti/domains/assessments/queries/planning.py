"""What is to be mended: gaps by priority, actions with their links, how it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from sti_methods import maturity

from opensti.domains.assessments.choices import Progress
from opensti.domains.assessments.models import Gap, Improvement, Result
from opensti.domains.assessments.queries.advising import (
    Advised,
    profile_of,
    recommendations,
    rule_file_of,
    rules_in_force,
)
from opensti.domains.assessments.queries.asking import asked_of
from opensti.domains.assessments.queries.counting import counted, within_a_year
from opensti.domains.assessments.queries.runs import assessment
from opensti.kernel.access import get_visible, may, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.refusals import NotFound
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from opensti.domains.assessments.frameworks import Asked, Item, RuleFile
    from opensti.domains.assessments.models import Assessment, Finding, Profile
    from opensti.kernel.access import Actor

SOON = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class GapLine:
    """A question below its target; ``priority`` is None where nobody said how it matters.

    Priority is (target less current)/5 times importance/5, from 0 to 1.
    """

    item: Item
    current: float
    target: int
    importance: float | None
    priority: float | None
    cause: str
    said: Gap | None

    @property
    def size(self) -> float:
        return self.target - self.current


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that the page of a plan shows."""

    row: Assessment
    asked: Asked
    result: Result
    runs: bool
    judges: bool
    works: bool
    advice: list[Advised]
    gaps: list[GapLine]
    actions: list[Improvement]
    ready: maturity.Readiness
    findings: list[Finding]
    profile: Profile | None
    file: RuleFile | None
    earlier: bool


def plan(actor: Actor, public_id: str, today: date) -> Plan:
    """The plan of an assessment with a result; ``NotFound`` without, or hidden. 11 queries."""
    row = assessment(actor, public_id)
    found = newest_result(actor, row)
    asked = asked_of(row)
    runs = bool(may(actor, "assessments.run", row))
    judges = bool(may(actor, "assessments.judge", row))
    actions = list(visible(actor, row.improvements.all()))
    current = current_scores(found, actions)
    findings = list(row.findings.all())  # all of them count, whoever may read them
    rules = rules_in_force(asked.base.code)
    return Plan(
        row=row,
        asked=asked,
        result=found,
        runs=runs,
        judges=judges,
        works=runs or judges,
        advice=recommendations(actor, row, found.revision, roles=runs or judges),
        gaps=gap_lines(row, asked, found.content, current),
        actions=actions,
        ready=conformity_now(
            row, asked, found.content, current=current, findings=findings, today=today
        ),
        findings=findings if runs or judges else [],
        profile=profile_of(row) if runs else None,
        file=rule_file_of(rules) if rules else None,
        earlier=visible(
            actor,
            Result.objects.filter(
                assessment__organisation_id=row.organisation_id,
                assessment__version_of__framework__code=asked.base.code,
                scored_at__lt=found.scored_at,
            ),
        ).exists(),
    )


def improvements(actor: Actor, row: Assessment) -> list[Improvement]:
    """What is done about an assessment, for whoever sees its plan; else nothing. 1 query."""
    kept = row.improvements.exclude(state=Progress.DROPPED)
    return list(visible(actor, kept))


def newest_result(actor: Actor, row: Assessment) -> Result:
    """For a plan, which the ministry does not see: ``NotFound`` without a result."""
    if not may(actor, "assessments.see_plan", row):
        raise NotFound
    found = visible(actor, Result.objects.filter(assessment=row)).last()
    if found is None:
        raise NotFound
    return found


def current_scores(found: Result, actions: Iterable[Improvement]) -> dict[str, float]:
    """The verified score of each item: that of the result, or of a later effect check."""
    scores = {
        one["code"]: one["verified"]
        for one in found.content["items"]
        if one["verified"] is not None
    }
    checked = [
        one
        for one in actions
        if one.checked_at is not None and one.checked_at >= found.scored_at
    ]
    for one in sorted(checked, key=_checked):
        scores |= one.after
    return scores


def _checked(one: Improvement) -> datetime:
    assert one.checked_at is not None  # noqa: S101 -- who calls looked
    return one.checked_at


def gap_lines(
    row: Assessment,
    asked: Asked,
    content: Mapping[str, Any],
    current: Mapping[str, float],
) -> list[GapLine]:
    """Items below their target, by priority; those without an importance last. 1 query."""
    said = {one.item: one for one in Gap.objects.filter(assessment=row)}
    weights = content["importance"]
    found = []
    for item in asked.items:
        now = current.get(item.code)
        gap = said.get(item.code)
        target = gap.target if gap and gap.target else row.target
        if now is None or now >= target:
            continue
        weight = gap.importance if gap and gap.importance else weights.get(item.clause)
        found.append(
            GapLine(
                item=item,
                current=now,
                target=target,
                importance=weight,
                priority=None
                if weight is None
                else maturity.priority(size=target - now, importance=weight),
                cause=gap.cause if gap else "",
                said=gap,
            )
        )
    found.sort(key=lambda one: (one.priority is None, -(one.priority or 0), -one.size))
    return found


def conformity_now(
    row: Assessment,
    asked: Asked,
    content: Mapping[str, Any],
    *,
    current: Mapping[str, float],
    findings: Iterable[Finding],
    today: date,
) -> maturity.Readiness:
    """Conformity as it stands today: scores after effect checks, findings still open.

    The frozen result stays what it was when it was scored.
    """
    items = tuple(
        maturity.ItemScore(
            **{**one, "within": None, "verified": current.get(one["code"])}
        )
        for one in content["items"]
    )
    whole = {k: v for k, v in content["whole"].items() if k != "percent"}
    return maturity.readiness(
        maturity.Scored(
            items=items,
            clauses=(),
            whole=maturity.ClauseScore(**whole),
            rules=asked.rules,
        ),
        findings=counted(findings),
        audited=within_a_year(row.audited_on, today),
        reviewed=within_a_year(row.reviewed_on, today),
    )


@dataclass(frozen=True, kw_only=True)
class Found:
    """Findings of an assessment, and the actions that may answer them."""

    row: Assessment
    asked: Asked
    runs: bool
    judges: bool
    findings: list[Finding]
    improvements: list[Improvement]


def findings(actor: Actor, public_id: str) -> Found:
    """Findings for those who work in the assessment; else ``NotFound``. 5 queries."""
    row = assessment(actor, public_id)
    runs = bool(may(actor, "assessments.run", row))
    judges = bool(may(actor, "assessments.judge", row))
    if not runs and not judges:
        raise NotFound
    rows = visible(actor, row.findings.select_related("improvement"))
    return Found(
        row=row,
        asked=asked_of(row),
        runs=runs,
        judges=judges,
        findings=list(rows),
        improvements=list(visible(actor, row.improvements.all())),
    )


# ---- one action


@dataclass(frozen=True, kw_only=True)
class Linked:
    """Something that helps: ``url`` leads there, empty where it has no page of its own."""

    pk: int
    kind: str
    label: str
    url_name: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Acting:
    """All that the page of an action shows."""

    row: Improvement
    asked: Asked
    runs: bool
    judges: bool
    owns: bool
    current: dict[str, float]
    caps: dict[str, float]
    papers: list[Any]
    findings: list[Finding]
    after: Improvement | None
    advice: Advised | None
    links: list[Linked]


def improvement(actor: Actor, public_id: str) -> Improvement:
    """One by its public id; ``NotFound`` where it is absent or hidden. 1 query."""
    return get_visible(
        actor,
        Improvement.objects.select_related(
            "assessment__organisation",
            "follows",
            "owner_user",
            "recommendation__rules",
        ),
        public_id=public_id,
    )


def owns(actor: Actor, row: Improvement) -> bool:
    return row.owner_user_id is not None and row.owner_user_id == actor.user_id


def due_work(actor: Actor, today: date) -> list[WorkItem]:
    """Actions and effect checks that are due within two weeks or late; 1 query.

    To the owner, and to whoever manages the organisation.
    """
    if not actor.is_authenticated or not (actor.manages | actor.member_of):
        return []
    rows = due_improvements(today + SOON).filter(
        Q(assessment__organisation_id__in=actor.manages)
        | Q(owner_user_id=actor.account_id)
    )
    found = []
    for one in visible(actor, rows)[:50]:
        checks = one.state == Progress.DONE
        due = one.check_on if checks else one.due_on
        found.append(
            WorkItem(
                kind="assessments.check_effect" if checks else "assessments.improve",
                title=_("Check the effect of an improvement")
                if checks
                else _("Bring an improvement action to its end"),
                about=Words(one.what, one.what),
                url_name="assessments:improvement",
                url_args=(one.public_id,),
                subject=one.assessment.subject,
                due_on=due,
                overdue=due is not None and due < today,
            )
        )
    return found


def due_improvements(before: date) -> Any:
    """Actions under way, or done and unchecked, whose day comes until then."""
    return (
        Improvement.objects.filter(
            Q(state__in=[Progress.APPROVED, Progress.RUNNING], due_on__lte=before)
            | Q(state=Progress.DONE, check_on__lte=before)
        )
        .select_related("assessment__organisation")
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )
