"""A plan as it stands, as the tree that a file would say."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from opensti.domains.procedures.choices import Mark
from opensti.domains.strategies.choices import (
    ActionKind,
    Comparator,
    GoalKind,
    Measure,
    MoneySource,
    Part,
    PlanKind,
    PlanState,
    Rhythm,
)
from opensti.domains.strategies.models import Goal, Indicator, PlanAction, Target
from opensti.domains.strategies.trees import (
    ActionTree,
    AssignmentTree,
    BudgetTree,
    EnvelopeTree,
    GoalTree,
    MilestoneTree,
    PlanTree,
    RiskTree,
    TargetTree,
)

if TYPE_CHECKING:
    from opensti.domains.strategies.models import Plan


def plan_subject(public_id: str) -> str:
    """By what the record knows a plan."""
    return f"strategies.plan:{public_id}"


def card_codes() -> frozenset[str]:
    """The codes of all indicator cards; 1 query."""
    return frozenset(Indicator.objects.values_list("code", flat=True))


def tree_of(plan: Plan) -> PlanTree:
    """The plan as its acts state it, without what was done since; 11 queries.

    Goals that an amendment closed, actions that an act cancelled and targets that a
    later one replaced are left out.
    """
    targets: dict[int | None, list[TargetTree]] = defaultdict(list)
    for row in Target.objects.filter(plan=plan, replaced_by=None).select_related(
        "indicator"
    ):
        targets[row.goal_id].append(_target(row))
    for found in targets.values():
        found.sort(key=lambda t: (t.card, t.measure, t.to_year, t.from_year or 0))
    actions: dict[int, list[ActionTree]] = defaultdict(list)
    rows = PlanAction.objects.filter(plan=plan).exclude(state="cancelled")
    for action in rows.order_by("position", "pk").prefetch_related(
        "depends_on", "indicators", "assignments", "milestones", "risks", "budget_lines"
    ):
        actions[action.goal_id].append(_action(action))
    children: dict[int | None, list[Goal]] = defaultdict(list)
    goals = Goal.objects.filter(plan=plan, closed_on=None).order_by("position", "pk")
    for goal in goals:
        children[goal.parent_id].append(goal)

    def below(parent: int | None) -> tuple[GoalTree, ...]:
        return tuple(
            GoalTree(
                code=goal.code,
                kind=GoalKind(goal.kind),
                text_vi=goal.text_vi,
                text_en=goal.text_en,
                owner=goal.owner_name,
                condition=goal.condition,
                outcome=goal.outcome,
                reason=goal.reason,
                risk=goal.risk,
                goals=below(goal.pk),
                targets=tuple(targets[goal.pk]),
                actions=tuple(actions[goal.pk]),
                **_said(goal),
            )
            for goal in children[parent]
        )

    return PlanTree(
        code=plan.code,
        kind=PlanKind(plan.kind),
        title_vi=plan.title_vi,
        title_en=plan.title_en,
        summary_vi=plan.summary_vi,
        summary_en=plan.summary_en,
        issuer_vi=plan.issuer_vi,
        issuer_en=plan.issuer_en,
        act_number=plan.act_number,
        issued_on=plan.issued_on,
        issued_v=Mark(plan.issued_mark) if plan.issued_mark else None,
        in_force=plan.state in {PlanState.IN_FORCE, PlanState.REVIEW},
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        parent=plan.parent.code if plan.parent else "",
        v=Mark(plan.mark or Mark.I),
        src=plan.source,
        goals=below(None),
        envelopes=tuple(
            EnvelopeTree(
                year=row.year,
                source=MoneySource(row.source),
                amount=row.amount,
                art=row.article,
            )
            for row in sorted(
                plan.envelopes.all(), key=lambda e: (e.year or 0, e.source)
            )
        ),
    )


def _said(row: Any) -> dict[str, Any]:
    return {"v": Mark(row.mark or Mark.I), "src": row.source, "art": row.article}


def _target(row: Target) -> TargetTree:
    return TargetTree(
        card=row.indicator.code,
        measure=Measure(row.measure),
        comparator=Comparator(row.comparator),
        value=row.value,
        high=row.high,
        tolerance=row.tolerance,
        from_year=row.from_year,
        to_year=row.to_year,
        base_year=row.base_year,
        base_value=row.base_value,
        text_vi=row.text_vi,
        text_en=row.text_en,
        **_said(row),
    )


def _action(row: PlanAction) -> ActionTree:
    return ActionTree(
        code=row.code,
        kind=ActionKind(row.kind),
        text_vi=row.text_vi,
        text_en=row.text_en,
        deliverable_vi=row.deliverable_vi,
        deliverable_en=row.deliverable_en,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        depends_on=tuple(sorted(other.code for other in row.depends_on.all())),
        indicators=tuple(sorted(card.code for card in row.indicators.all())),
        assignments=tuple(
            AssignmentTree(
                agency=a.agency_name,
                part=Part(a.part),
                rhythm=Rhythm(a.rhythm) if a.rhythm else None,
                starts_on=a.starts_on,
                ends_on=a.ends_on,
            )
            for a in sorted(
                row.assignments.all(), key=lambda a: (a.agency_name, a.part)
            )
        ),
        milestones=tuple(
            MilestoneTree(name_vi=m.name_vi, name_en=m.name_en, due_on=m.due_on)
            for m in sorted(row.milestones.all(), key=lambda m: (m.due_on, m.name_vi))
        ),
        risks=tuple(
            RiskTree(
                text=r.text,
                likelihood=r.likelihood,
                impact=r.impact,
                response=r.response,
            )
            for r in sorted(row.risks.all(), key=lambda r: r.text)
            if r.closed_on is None
        ),
        budget=tuple(
            BudgetTree(
                year=b.year,
                source=MoneySource(b.source),
                planned=b.planned,
                price_year=b.price_year,
                art=b.article,
            )
            for b in sorted(row.budget_lines.all(), key=lambda b: (b.year, b.source))
        ),
        **_said(row),
    )
