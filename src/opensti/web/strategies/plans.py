"""Pages of plans that are read: the list, a plan, an action, editions, days, files."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date
from typing import TYPE_CHECKING, Any

import django_filters
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.procedures.choices import MARK_LABELS, Mark
from opensti.domains.publications import queries as publications
from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.choices import PlanKind, PlanState
from opensti.domains.strategies.models import Plan
from opensti.kernel.access import may, require
from opensti.kernel.identifiers import row_number
from opensti.kernel.record.queries import entries_of
from opensti.ui.exports import table_response
from opensti.ui.tables import (
    Column,
    DayColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
)
from opensti.web.lists import WorkList
from opensti.web.strategies.plans_shared import crumbs
from opensti.web.strategies.plans_steps import STEPS, tree_text
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponseBase

    from opensti.domains.strategies.queries import PlanSight
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

TONES = {
    "draft": "neutral",
    "consulted": "info",
    "issued": "info",
    "in_force": "good",
    "review": "warn",
    "closed": "neutral",
}
EDITABLE = {PlanState.DRAFT, PlanState.CONSULTED}
# What each column and filter of the list shows, by the fields of the disclosure policy.
SHOWS = {
    "code": {"code"},
    "title": {"title"},
    "kind": {"kind"},
    "state": {"state"},
    "issued_on": {"issued_on"},
    "ends_on": {"ends_on"},
    "year": {"starts_on", "ends_on"},
    "goal_count": {"tree"},
    "action_count": {"tree"},
    "target_count": {"tree"},
}
FOLLOWED = {PlanState.ISSUED, PlanState.IN_FORCE, PlanState.REVIEW}
# Links for those who act, each with what it needs and the states it is offered in.
NEXT = (
    ("plan_edit", gettext_lazy("Change the head"), "strategies.prepare_plan", EDITABLE),
    ("goal_new", gettext_lazy("Add a goal"), "strategies.prepare_plan", EDITABLE),
    (
        "envelope_new",
        gettext_lazy("Add an envelope"),
        "strategies.prepare_plan",
        EDITABLE,
    ),
    (
        "consult",
        gettext_lazy("Open for comments"),
        "strategies.prepare_plan",
        EDITABLE,
    ),
    ("issue", gettext_lazy("Issue the plan"), "strategies.issue_plan", EDITABLE),
    ("amend", gettext_lazy("Amend the plan"), "strategies.issue_plan", FOLLOWED),
)


class PlanTable(Table):
    code = Column(
        verbose_name=gettext_lazy("Code"),
        linkify=lambda record: reverse("strategies:plan", args=[record.public_id]),
    )
    title = PairColumn("title", verbose_name=gettext_lazy("Title"))
    kind = Column(
        accessor="get_kind_display",
        order_by=("kind",),
        verbose_name=gettext_lazy("Kind"),
    )
    state = StateColumn(
        tones=TONES,
        labels=dict(PlanState.choices),
        verbose_name=gettext_lazy("State"),
    )
    issued_on = DayColumn(verbose_name=gettext_lazy("Issued"))
    ends_on = DayColumn(verbose_name=gettext_lazy("Last day"))
    goal_count = NumberColumn(verbose_name=gettext_lazy("Goals"))
    action_count = NumberColumn(verbose_name=gettext_lazy("Actions"))
    target_count = NumberColumn(verbose_name=gettext_lazy("Targets"))

    class Meta(Table.Meta):
        model = Plan
        fields = (
            "code",
            "title",
            "kind",
            "state",
            "issued_on",
            "ends_on",
            "goal_count",
            "action_count",
            "target_count",
        )


class PlanFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"), choices=PlanState.choices
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=PlanKind.choices
    )
    year = django_filters.NumberFilter(
        label=gettext_lazy("Runs in the year"),
        method="in_year",
        min_value=MINYEAR,
        max_value=MAXYEAR,
    )

    class Meta:
        model = Plan
        fields = ("state", "kind", "year")

    def in_year(self, rows: QuerySet[Any], _name: str, year: Any) -> QuerySet[Any]:
        return rows.filter(
            starts_on__lte=date(int(year), 12, 31), ends_on__gte=date(int(year), 1, 1)
        )


class Plans(WorkList):
    title = gettext_lazy("Plans")
    template_name = "web/strategies/plans/list.html"
    permission = "accounts.save_view"
    table_class = PlanTable
    filterset_class = PlanFilter
    export_name = "plans"

    def rows(self, actor: Actor) -> QuerySet[Plan]:
        return publications.plans_known(actor, publications.seen_now)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        actor: Actor = self.request.actor  # type: ignore[attr-defined]
        if may(actor, "strategies.list_plans"):
            return super().search(rows, text)
        return publications.seen_now().search("plan", rows, text)

    def withheld(self, actor: Actor) -> frozenset[str]:
        return self._without(actor, "column_fields")

    def unsorted(self, actor: Actor) -> frozenset[str]:
        return self._without(actor, "open_fields")

    def _without(self, actor: Actor, which: str) -> frozenset[str]:
        """Columns and filters that show a field which is not among those of the policy."""
        if may(actor, "strategies.list_plans"):
            return frozenset()
        fields = getattr(publications.seen_now(), which)("plan")
        return frozenset(name for name, of in SHOWS.items() if not of <= fields)

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_begin": bool(may(actor, "strategies.prepare_plan"))}


def mark_words(mark: str) -> Any:
    """How far a fact was verified, in words."""
    return MARK_LABELS[Mark(mark)] if mark else ""


def _next(actor: Actor, plan: Plan) -> list[dict[str, Any]]:
    found = [
        {"label": label, "url": reverse(f"strategies:{name}", args=[plan.public_id])}
        for name, label, permission, states in NEXT
        if plan.state in states and may(actor, permission, plan)
    ]
    if may(actor, "strategies.issue_plan", plan):
        found += [
            {
                "label": step.title,
                "url": reverse("strategies:plan_step", args=[plan.public_id, name]),
            }
            for name, step in STEPS.items()
            if plan.state in step.states
        ]
    return found


@require_safe
def plan_page(request: Request, public_id: str) -> HttpResponse:
    """A plan with its tree, money, what it lacks, editions, and what can be done."""
    actor = request.actor
    require(actor, "accounts.save_view")
    plan, parts = publications.plan_parts_known(actor, publications.seen_now, public_id)
    staff = bool(may(actor, "strategies.list_plans"))
    return render(
        request,
        "web/strategies/plans/plan.html",
        {
            "title": str(plan.title),
            "breadcrumb": crumbs(plan),
            "plan": plan,
            "above": publications.plan_above_known(actor, publications.seen_now, plan),
            "sight": queries.sight(actor, plan) if "tree" in parts else None,
            "comments_shown": "comments" in parts,
            "mark": mark_words(plan.mark) if staff else "",
            "issued_mark": mark_words(plan.issued_mark) if staff else "",
            "tone": TONES.get(plan.state, "neutral"),
            "editions": list(queries.editions(actor, plan))
            if "editions" in parts
            else (),
            "next": _next(actor, plan),
            "staff": staff,
            "may_write": plan.state in EDITABLE
            and bool(may(actor, "strategies.prepare_plan", plan)),
            # Others read the history that the register shows.
            "timeline": timeline(
                entries_of(queries.plan_subject(plan.public_id), public_only=False),
                with_people=True,
            )
            if staff
            else (),
        },
    )


@require_safe
def action_page(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    require(actor, "accounts.save_view")
    action = publications.plan_action_known(actor, publications.seen_now, public_id)
    plan = action.plan
    followed = plan.state in FOLLOWED
    return render(
        request,
        "web/strategies/plans/action.html",
        {
            "title": f"{action.code} · {action.text}",
            "breadcrumb": crumbs(plan, action.code),
            "plan": plan,
            "action": action,
            "mark": mark_words(action.mark),
            "waiting": queries.waiting_for(actor, action),
            "today": localdate(),
            "staff": bool(may(actor, "strategies.list_plans")),
            "may_write": plan.state in EDITABLE
            and bool(may(actor, "strategies.prepare_plan", plan)),
            "may_follow": followed
            and bool(may(actor, "strategies.follow_action", plan)),
            "may_go_on": followed
            and bool(actions.WAYS[action.state])
            and bool(may(actor, "strategies.follow_action", plan)),
            "may_pay": followed and bool(may(actor, "strategies.keep_budget", plan)),
        },
    )


@require_safe
def edition_page(request: Request, public_id: str, number: int) -> HttpResponse:
    """What an act made of a plan, beside the edition before it (or ``with``)."""
    actor = request.actor
    require(actor, "accounts.save_view")
    plan, hidden = publications.plan_edition_known(
        actor, publications.seen_now, public_id
    )
    newer = queries.edition(actor, plan, number)
    before = row_number(request.GET.get("with")) or number - 1
    older = queries.edition(actor, plan, before) if 0 < before < number else None
    title = _("Edition %(number)d") % {"number": number}
    return render(
        request,
        "web/strategies/plans/edition.html",
        {
            "title": title,
            "lead": str(plan.title),
            "breadcrumb": crumbs(plan, title),
            "plan": plan,
            "newer": newer,
            "older": older,
            "changes": queries.difference(older, newer, hidden=hidden) if older else (),
        },
    )


@require_safe
def calendar_page(request: Request, public_id: str) -> HttpResponse:
    """Every day by which something of the plan is to be done."""
    actor = request.actor
    require(actor, "accounts.save_view")
    plan = publications.plan_tree_known(actor, publications.seen_now, public_id)
    title = _("Days of the plan")
    return render(
        request,
        "web/strategies/plans/calendar.html",
        {
            "title": title,
            "lead": str(plan.title),
            "breadcrumb": crumbs(plan, title),
            "plan": plan,
            "dues": queries.action_calendar(actor, localdate(), plan),
        },
    )


@require_safe
def plan_file(request: Request, public_id: str) -> HttpResponse:
    """The tree as a file that ``opensti strategy load`` reads."""
    actor = request.actor
    require(actor, "strategies.list_plans")
    plan = queries.plan(actor, public_id)
    response = HttpResponse(
        tree_text(plan), content_type="application/yaml; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{plan.public_id}.yaml"'
    return response


@require_safe
def plan_sheet(request: Request, public_id: str) -> HttpResponseBase:
    """The plan as a table: one row a goal, action, target."""
    actor = request.actor
    require(actor, "accounts.save_view")
    plan = publications.plan_tree_known(actor, publications.seen_now, public_id)
    return table_response(
        kind="xlsx",
        name=f"plan-{plan.public_id}",
        head=[
            _("Code"), _("What"), _("Text"), _("Place in the act"), _("How verified"),
            _("Leads"), _("Other agencies"), _("First day"), _("Last day"), _("State"),
            _("Indicators"), _("Planned (đồng)"), _("Approved (đồng)"),
            _("Committed (đồng)"), _("Disbursed (đồng)"), _("Milestones"),
        ],
        rows=_rows(queries.sight(actor, plan)),
    )  # fmt: skip


def _rows(sight: PlanSight) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for node in sight.nodes:
        goal = node.goal
        what = goal.get_kind_display()
        owner = goal.owner_name
        mark = str(mark_words(goal.mark))
        rows.append([goal.code, what, goal.text, goal.article, mark, owner, *[""] * 10])
        for target in node.targets:
            mark = str(mark_words(target.mark))
            card = target.indicator.name
            rows.append(
                [
                    target.indicator.code, _("target"), target.text, target.article,
                    mark, "", "", target.from_year, target.to_year, "", card,
                    *[""] * 5,
                ]
            )  # fmt: skip
        for action in node.actions:
            agencies = list(action.assignments.all())
            lines = list(action.budget_lines.all())
            leads = [a for a in agencies if a.part == "lead"]
            rows.append(
                [
                    action.code,
                    action.get_kind_display(),
                    action.text,
                    action.article,
                    str(mark_words(action.mark)),
                    "; ".join(a.agency_name for a in leads),
                    "; ".join(
                        f"{a.agency_name} ({a.get_part_display()})"
                        for a in agencies
                        if a not in leads
                    ),
                    action.starts_on,
                    action.ends_on,
                    action.get_state_display(),
                    "; ".join(card.code for card in action.indicators.all()),
                    *(
                        sum(given) if (given := _said(lines, name)) else ""
                        for name in ("planned", "approved", "committed", "disbursed")
                    ),
                    "; ".join(
                        f"{m.due_on:%d/%m/%Y} {m.name}" for m in action.milestones.all()
                    ),
                ]
            )
    return rows


def _said(lines: list[Any], name: str) -> list[Any]:
    return [value for line in lines if (value := getattr(line, name)) is not None]
