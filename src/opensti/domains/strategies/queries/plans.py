"""Plans as people read them: the list, the tree with its money, comments, what is open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies import permissions as _permissions  # noqa: F401
from opensti.domains.strategies.choices import (
    PUBLIC_PLANS,
    ActionState,
    PlanState,
)
from opensti.domains.strategies.models import (
    Assignment,
    BudgetLine,
    Envelope,
    Goal,
    Milestone,
    Plan,
    PlanAction,
    PlanComment,
    PlanEdition,
    Risk,
    Target,
)
from opensti.domains.strategies.queries.lacking import OVER, judged
from opensti.domains.strategies.queries.plan_trees import plan_subject
from opensti.kernel.access import PUBLIC, get_visible, may, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.searchtext import matches
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

RUNNING = (PlanState.ISSUED, PlanState.IN_FORCE, PlanState.REVIEW)


def _counted(rows: QuerySet[Any]) -> Coalesce:
    counts = rows.order_by().values("plan").annotate(of=Count("pk")).values("of")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def plans(actor: Actor, q: str = "") -> QuerySet[Plan]:
    """Plans the asker may know of, latest first, with how much each holds; 1 query."""
    own = OuterRef("pk")
    rows = visible(actor, Plan.objects.all()).annotate(
        goal_count=_counted(Goal.objects.filter(plan=own, closed_on=None)),
        action_count=_counted(PlanAction.objects.filter(plan=own)),
        target_count=_counted(Target.objects.filter(plan=own, replaced_by=None)),
    )
    return matches(rows, q)


def public_plans(q: str = "") -> QuerySet[Plan]:
    """What everybody may read; the same columns as ``plans``."""
    return plans(PUBLIC, q)


def plan(actor: Actor, public_id: str) -> Plan:
    """One plan with the plan above it; 1 query."""
    return get_visible(
        actor, Plan.objects.select_related("parent"), public_id=public_id
    )


def plan_above(actor: Actor, plan: Plan) -> Plan | None:
    """The plan that one stands under, if the asker may know of it; 1 query at most."""
    if plan.parent_id is None:
        return None
    return visible(actor, Plan.objects.filter(pk=plan.parent_id)).first()


@dataclass(kw_only=True)
class GoalNode:
    """A goal with all that stands below it."""

    goal: Goal
    depth: int
    targets: list[Target]
    actions: list[PlanAction]
    below: list[GoalNode] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class MoneyRow:
    """Money of a year from a source over all actions, beside the envelope (đồng)."""

    year: int | None
    source: Text
    planned: Decimal | int
    approved: Decimal | int
    committed: Decimal | int
    disbursed: Decimal | int
    envelope: Decimal | None
    envelope_id: int | None

    @property
    def over(self) -> bool:
        return self.envelope is not None and self.planned > self.envelope


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Something that a plan lacks: its code, what is missing, and on what."""

    kind: str
    missing: Text
    code: str
    about: Words
    public_id: str
    on_action: bool


@dataclass(frozen=True, kw_only=True)
class PlanSight:
    """A plan with its whole tree, read in a constant number of queries."""

    plan: Plan
    roots: list[GoalNode]
    money: list[MoneyRow]
    envelopes: list[Envelope]
    gaps: list[Gap]

    @property
    def nodes(self) -> list[GoalNode]:
        """Every goal in the order of reading."""
        return [each for root in self.roots for each in _flat(root)]

    @property
    def actions(self) -> list[PlanAction]:
        return [action for node in self.nodes for action in node.actions]


def _flat(node: GoalNode) -> list[GoalNode]:
    return [node, *(each for child in node.below for each in _flat(child))]


def _whole_actions(actor: Actor) -> QuerySet[PlanAction]:
    return visible(actor, PlanAction.objects.all()).prefetch_related(
        Prefetch(
            "assignments",
            visible(actor, Assignment.objects.select_related("agency")).order_by("pk"),
        ),
        Prefetch("milestones", visible(actor, Milestone.objects.all())),
        Prefetch("risks", visible(actor, Risk.objects.all())),
        Prefetch("budget_lines", visible(actor, BudgetLine.objects.all())),
        "depends_on",
        "indicators",
    )


def sight(actor: Actor, plan: Plan) -> PlanSight:
    """The whole tree of a plan; 11 queries, however much it holds."""
    goals = list(
        visible(actor, Goal.objects.filter(plan=plan, closed_on=None))
        .select_related("owner")
        .order_by("position", "pk")
        .prefetch_related("indicators")
    )
    targets: dict[int | None, list[Target]] = defaultdict(list)
    rows = visible(actor, Target.objects.filter(plan=plan, replaced_by=None))
    for row in rows.select_related("indicator").order_by("to_year", "pk"):
        targets[row.goal_id].append(row)
    actions: dict[int, list[PlanAction]] = defaultdict(list)
    whole = judged(_whole_actions(actor).filter(plan=plan))
    found = list(whole.order_by("position", "pk"))
    for action in found:
        actions[action.goal_id].append(action)
    nodes = {
        goal.pk: GoalNode(
            goal=goal, depth=0, targets=targets[goal.pk], actions=actions[goal.pk]
        )
        for goal in goals
    }
    roots: list[GoalNode] = []
    for goal in goals:
        above = nodes.get(goal.parent_id) if goal.parent_id else None
        (above.below if above else roots).append(nodes[goal.pk])
    for root in roots:
        _deepen(root, 0)
    envelopes = list(visible(actor, Envelope.objects.filter(plan=plan)))
    return PlanSight(
        plan=plan,
        roots=roots,
        money=_money(found, envelopes),
        envelopes=envelopes,
        gaps=[gap for root in roots for each in _flat(root) for gap in _gaps(each)],
    )


def _deepen(node: GoalNode, depth: int) -> None:
    node.depth = depth
    for child in node.below:
        _deepen(child, depth + 1)


def _money(actions: list[PlanAction], envelopes: list[Envelope]) -> list[MoneyRow]:
    lines: dict[tuple[int | None, str], list[BudgetLine]] = defaultdict(list)
    for action in actions:
        if action.state == ActionState.CANCELLED:
            continue
        for line in action.budget_lines.all():
            lines[line.year, line.source].append(line)
    limits = {(e.year, e.source): e for e in envelopes}
    for year, source in limits:
        # An envelope in all is held against the money of all years.
        if year is None:
            lines[None, source] = [
                line
                for (of, from_), some in list(lines.items())
                if from_ == source and of is not None
                for line in some
            ]
        else:
            lines.setdefault((year, source), [])
    found = []
    for year, source in sorted(lines, key=lambda k: (k[0] is None, k[0] or 0, k[1])):
        some = lines[year, source]
        limit = limits.get((year, source))
        found.append(
            MoneyRow(
                year=year,
                source=(limit or some[0]).get_source_display(),
                envelope=limit.amount if limit else None,
                envelope_id=limit.pk if limit else None,
                **{
                    name: sum((getattr(line, name) or 0 for line in some), 0)
                    for name in ("planned", "approved", "committed", "disbursed")
                },
            )
        )
    return found


def _gaps(node: GoalNode) -> list[Gap]:
    goal = node.goal
    found = []
    if not any(each.actions for each in _flat(node)):
        found.append(_gap("goal_without_action", _("a goal without action"), goal))
    for action in node.actions:
        if action.state in OVER:
            continue
        if not action.measured:  # type: ignore[attr-defined]
            found.append(_gap("action_without_indicator", _("no indicator"), action))
        if not action.led:  # type: ignore[attr-defined]
            found.append(_gap("action_without_lead", _("nobody leads it"), action))
        if action.ends_on is None and not action.milestones.all():
            found.append(_gap("action_without_day", _("no day or milestone"), action))
    return found


def _gap(kind: str, missing: Text, row: Goal | PlanAction) -> Gap:
    return Gap(
        kind=kind,
        missing=missing,
        code=row.code,
        about=Words(row.text_vi, row.text_en),
        public_id=row.public_id,
        on_action=isinstance(row, PlanAction),
    )


def plan_gaps(actor: Actor, plan: Plan) -> list[Gap]:
    """Goals without action; actions without indicator, lead, or day."""
    return sight(actor, plan).gaps


def plan_action(actor: Actor, public_id: str) -> PlanAction:
    """One action with its plan, goal and parts; 8 queries."""
    rows = _whole_actions(actor).select_related("plan", "goal")
    return get_visible(actor, rows, public_id=public_id)


def waiting_for(actor: Actor, action: PlanAction) -> list[PlanAction]:
    """Which actions wait for this one; 1 query."""
    return list(visible(actor, action.followers.all()))


def plan_goal(actor: Actor, public_id: str) -> Goal:
    """One goal with its plan and the goal above it; 1 query."""
    rows = Goal.objects.select_related("plan", "parent", "owner")
    return get_visible(actor, rows, public_id=public_id)


def goal_choices(actor: Actor, plan: Plan) -> QuerySet[Goal]:
    """Goals of a plan to choose among, as it stands."""
    return visible(actor, plan.goals.filter(closed_on=None))


def plan_comments(actor: Actor, plan: Plan) -> QuerySet[PlanComment]:
    """Comments the asker may read, latest first; 1 query."""
    return visible(actor, plan.comments.all()).select_related(
        "goal", "organisation", "author"
    )


def plan_comment(actor: Actor, comment_id: int) -> PlanComment:
    rows = PlanComment.objects.select_related("plan", "goal", "organisation")
    return get_visible(actor, rows, pk=comment_id)


def editions(actor: Actor, plan: Plan) -> QuerySet[PlanEdition]:
    """What each act made of a plan, latest first, without the trees; 1 query."""
    return visible(actor, plan.editions.all()).defer("tree").order_by("-number")


def edition(actor: Actor, plan: Plan, number: int) -> PlanEdition:
    """One edition with its tree; 1 query."""
    return get_visible(actor, plan.editions.select_related("plan"), number=number)


@dataclass(frozen=True, kw_only=True)
class Due:
    """A day of the calendar of actions: the end of an action, or a milestone."""

    on: date
    action: PlanAction
    name: Words
    done: bool
    overdue: bool


def action_calendar(actor: Actor, today: date, plan: Plan | None = None) -> list[Due]:
    """Every day by which something is to be done of plans that are carried out; 2 queries."""
    rows = visible(actor, PlanAction.objects.filter(plan__state__in=RUNNING))
    stones = visible(
        actor,
        Milestone.objects.filter(action__plan__state__in=RUNNING).exclude(
            action__state=ActionState.CANCELLED
        ),
    )
    if plan is not None:
        rows, stones = rows.filter(plan=plan), stones.filter(action__plan=plan)
    ends = rows.exclude(ends_on=None).exclude(state=ActionState.CANCELLED)
    found = [
        Due(
            on=action.ends_on,
            action=action,
            name=Words(action.text_vi, action.text_en),
            done=action.state in OVER,
            overdue=action.state not in OVER and action.ends_on < today,
        )
        for action in ends.select_related("plan")
        if action.ends_on is not None
    ]
    found += [
        Due(
            on=stone.due_on,
            action=stone.action,
            name=Words(stone.name_vi, stone.name_en),
            done=stone.done_on is not None,
            overdue=stone.done_on is None and stone.due_on < today,
        )
        for stone in stones.select_related("action__plan")
    ]
    return sorted(found, key=lambda due: (due.on, due.action.code))


def plans_work(actor: Actor, today: date) -> list[WorkItem]:
    """Comments that wait for an answer, milestones that are overdue; 2 queries."""
    found: list[WorkItem] = []
    if may(actor, "strategies.answer_comment"):
        rows = visible(actor, Plan.objects.filter(state__in=PUBLIC_PLANS))
        waiting = rows.annotate(
            open_comments=Count("comments", filter=Q(comments__answered_at=None))
        ).filter(open_comments__gt=0)
        found += [
            WorkItem(
                kind="strategies.answer_comment",
                title=_("Answer comments on a plan"),
                about=Words.titled(plan),
                code=plan.code,
                url_name="strategies:comments",
                url_args=(plan.public_id,),
                subject=plan_subject(plan.public_id),
                due_on=plan.comments_until,
                overdue=plan.comments_until is not None and plan.comments_until < today,
            )
            for plan in waiting.order_by("pk")
        ]
    if may(actor, "strategies.follow_action"):
        late = Milestone.objects.filter(
            action__plan__state__in=RUNNING, done_on=None, due_on__lt=today
        ).exclude(action__state__in=OVER)
        found += [
            WorkItem(
                kind="strategies.finish_milestone",
                title=_("Milestone of an action is overdue"),
                about=Words(stone.name_vi, stone.name_en),
                code=stone.action.code,
                url_name="strategies:action",
                url_args=(stone.action.public_id,),
                subject=plan_subject(stone.action.plan.public_id),
                due_on=stone.due_on,
                overdue=True,
            )
            for stone in visible(actor, late).select_related("action__plan")
        ]
    return found
