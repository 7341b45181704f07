"""A tree written into the rows of a plan: what is there stays the row it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import ProtectedError, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.queries import organisations
from opensti.domains.strategies.actions.plans import plan_search_text
from opensti.domains.strategies.choices import ActionState
from opensti.domains.strategies.models import (
    Assignment,
    BudgetLine,
    Envelope,
    Goal,
    Indicator,
    Milestone,
    Plan,
    PlanAction,
    Risk,
    Target,
)
from opensti.domains.strategies.trees import (
    all_actions,
    all_goals,
    all_targets,
    target_key,
)
from opensti.kernel.access import SYSTEM
from opensti.kernel.checks import problem
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from opensti.domains.strategies.trees import (
        ActionTree,
        PlanTree,
        TargetTree,
    )

HEAD = (
    "code", "kind", "title_vi", "title_en", "summary_vi", "summary_en",
    "issuer_vi", "issuer_en", "starts_on", "ends_on",
)  # fmt: skip
GOAL = ("kind", "text_vi", "text_en", "condition", "outcome", "reason", "risk")
ACTION = (
    "kind", "text_vi", "text_en", "deliverable_vi", "deliverable_en",
    "starts_on", "ends_on",
)  # fmt: skip
TARGET = (
    "comparator", "value", "high", "tolerance", "base_year", "base_value",
    "text_vi", "text_en",
)  # fmt: skip


def write_tree(
    plan: Plan,
    tree: PlanTree,
    *,
    at: datetime,
    file: str,
    closed_on: date | None = None,
    closed_by: str = "",
) -> None:
    """Write a checked tree into a locked plan, within an act.

    Without ``closed_on`` what the tree leaves out is deleted (a draft); with it (an act
    that amends) goals are closed, actions cancelled, changed targets replaced.
    """
    _set(plan, HEAD, tree)
    plan.source, plan.mark = tree.src.strip(), tree.v.value
    plan.issued_mark = tree.issued_v.value if tree.issued_v else ""
    plan.parent = None
    if tree.parent:
        plan.parent = Plan.objects.filter(code=tree.parent).first()
        if plan.parent is None:
            raise problem(
                f"{file}: parent",
                _("There is no plan “%(code)s” here.") % {"code": tree.parent},
                _("Load that plan first."),
            )
    plan.search_text = plan_search_text(plan)
    plan.save()
    goals = _goals(plan, tree)
    actions = _actions(plan, tree, goals)
    _targets(plan, tree, goals, at, amends=closed_on is not None)
    _envelopes(plan, tree)
    gone_actions = plan.actions.exclude(pk__in=[a.pk for a in actions.values()])
    gone_goals = plan.goals.exclude(pk__in=[g.pk for g in goals.values()])
    if closed_on is not None:
        gone_actions.exclude(state=ActionState.CANCELLED).update(
            state=ActionState.CANCELLED, state_reason=closed_by
        )
        gone_goals.filter(closed_on=None).update(closed_on=closed_on)
        return
    for part in (Assignment, Milestone, Risk, BudgetLine):
        rows: Any = part
        rows.objects.filter(action__in=gone_actions).delete()
    try:
        gone_actions.delete()
        for goal in gone_goals.order_by("-pk"):
            goal.delete()
    except ProtectedError:
        raise StepNotAllowed(
            _("%(file)s leaves out goals or actions on which work hangs already.")
            % {"file": file},
            mend=_("Keep them in the file, or move the work to other goals first."),
        ) from None


def _goals(plan: Plan, tree: PlanTree) -> dict[str, Goal]:
    here = {goal.code: goal for goal in plan.goals.all()}
    written: dict[str, Goal] = {}
    for position, (_place, parent, said) in enumerate(all_goals(tree.goals)):
        goal = here.get(said.code) or Goal(plan=plan, code=said.code, version=0)
        _set(goal, GOAL, said)
        _say(goal, said)
        goal.owner_name = said.owner.strip()
        goal.owner_id = _registered([goal.owner_name]).get(goal.owner_name)
        goal.parent = written[parent] if parent else None
        goal.position, goal.closed_on = position, None
        goal.version += 1
        goal.save()
        written[said.code] = goal
    return written


def _actions(
    plan: Plan, tree: PlanTree, goals: Mapping[str, Goal]
) -> dict[str, PlanAction]:
    here = {action.code: action for action in plan.actions.all()}
    cards = {card.code: card for card in Indicator.objects.all()}
    written: dict[str, PlanAction] = {}
    found = list(all_actions(tree))
    known = _registered([p.agency for _p, _g, a in found for p in a.assignments])
    for position, (_place, goal, said) in enumerate(found):
        action = here.get(said.code) or PlanAction(plan=plan, code=said.code, version=0)
        _set(action, ACTION, said)
        _say(action, said)
        action.goal, action.position = goals[goal.code], position
        if action.state == ActionState.CANCELLED:
            # An act that names it again takes it up again.
            action.state, action.state_reason = ActionState.PLANNED, ""
        action.version += 1
        action.save()
        action.indicators.set([cards[code] for code in said.indicators])
        _parts(action, said, known)
        written[said.code] = action
    for _place, _goal, said in found:
        written[said.code].depends_on.set([written[c] for c in said.depends_on])
    return written


def _parts(action: PlanAction, said: ActionTree, known: Mapping[str, int]) -> None:
    _sync(
        action.assignments.all(),
        [
            {
                "agency_name": a.agency.strip(),
                "part": a.part.value,
                "agency_id": known.get(a.agency.strip()),
                "rhythm": a.rhythm.value if a.rhythm else "",
                "starts_on": a.starts_on,
                "ends_on": a.ends_on,
            }
            for a in said.assignments
        ],
        ("agency_name", "part"),
        Assignment(action=action),
    )
    _sync(
        action.milestones.all(),
        [
            {
                "name_vi": m.name_vi.strip(),
                "name_en": m.name_en.strip(),
                "due_on": m.due_on,
                "position": number,
            }
            for number, m in enumerate(said.milestones)
        ],
        ("name_vi",),
        Milestone(action=action),
    )
    _sync(
        action.risks.filter(closed_on=None),
        [
            {
                "text": r.text.strip(),
                "likelihood": r.likelihood,
                "impact": r.impact,
                "response": r.response.strip(),
            }
            for r in said.risks
        ],
        ("text",),
        Risk(action=action),
    )
    _sync(
        action.budget_lines.all(),
        [
            {
                "year": b.year,
                "source": b.source.value,
                "planned": b.planned,
                "price_year": b.price_year,
                "article": b.art.strip(),
            }
            for b in said.budget
        ],
        ("year", "source"),
        BudgetLine(action=action),
    )


def _envelopes(plan: Plan, tree: PlanTree) -> None:
    _sync(
        plan.envelopes.all(),
        [
            {
                "year": e.year,
                "source": e.source.value,
                "amount": e.amount,
                "article": e.art.strip(),
            }
            for e in tree.envelopes
        ],
        ("year", "source"),
        Envelope(plan=plan),
    )


def _targets(
    plan: Plan,
    tree: PlanTree,
    goals: Mapping[str, Goal],
    at: datetime,
    *,
    amends: bool,
) -> None:
    cards = {card.code: card for card in Indicator.objects.all()}
    rows = Target.objects.filter(plan=plan, replaced_by=None)
    here = {
        (r.indicator.code, r.measure, r.from_year, r.to_year): r
        for r in rows.select_related("indicator")
    }
    for _place, goal, said in all_targets(tree):
        old = here.pop(target_key(said), None)
        row = _target(said)
        row.plan, row.goal = plan, goals[goal.code]
        row.indicator, row.created_at = cards[said.card], at
        same = old is not None and all(
            getattr(old, name) == getattr(row, name)
            for name in (*TARGET, "article", "source", "mark")
        )
        if old is not None and (same or not amends):
            row.pk, row.created_at = old.pk, old.created_at
            row.save()
            continue
        row.save()
        if old is not None:
            old.replaced_by = row
            old.save(update_fields=["replaced_by"])
    try:
        for left in here.values():
            Target.objects.filter(replaced_by=left).update(replaced_by=None)
            left.delete()
    except ProtectedError:
        raise StepNotAllowed(
            _("A target that this tree leaves out is used already."),
            mend=_("Keep it in the tree, or change it instead of leaving it out."),
        ) from None


def _target(said: TargetTree) -> Target:
    row = Target(
        measure=said.measure.value, from_year=said.from_year, to_year=said.to_year
    )
    _set(row, TARGET, said)
    _say(row, said)
    return row


def _sync(
    rows: Any, wanted: list[dict[str, Any]], key: tuple[str, ...], new: Any
) -> None:
    """Rows by their key: those said are written, the others deleted."""
    here = {tuple(getattr(row, name) for name in key): row for row in rows}
    for said in wanted:
        row = here.pop(tuple(said[name] for name in key), None) or type(new)(
            **{f.attname: getattr(new, f.attname) for f in new._meta.concrete_fields}
        )
        for name, value in said.items():
            setattr(row, name, value)
        row.save()
    for row in here.values():
        row.delete()


def _set(row: Any, names: tuple[str, ...], said: Any) -> None:
    for name in names:
        value = getattr(said, name)
        value = getattr(value, "value", value)
        setattr(row, name, value.strip() if isinstance(value, str) else value)


def _say(row: Any, said: Any) -> None:
    row.article, row.source = said.art.strip(), said.src.strip()
    row.mark = said.v.value


def _registered(names: list[str]) -> dict[str, int]:
    """The registry's own entries of those names that exactly one organisation bears."""
    wanted = {name.strip() for name in names if name.strip()}
    if not wanted:
        return {}
    rows = organisations(SYSTEM).filter(
        Q(name_vi__in=wanted) | Q(name_en__in=wanted) | Q(acronym__in=wanted)
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        for name in {row.name_vi, row.name_en, row.acronym} & wanted:
            found.setdefault(name, []).append(row.pk)
    return {name: pks[0] for name, pks in found.items() if len(pks) == 1}
