"""The page of a goal: what serves it from the need to the use, and its money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries as publications
from opensti.domains.strategies import queries
from opensti.kernel.access import may
from opensti.ui import charts
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.results.queries import Chain, Stage
    from opensti.ui.charts import Chart
    from opensti.web.requests import Request

MOST_IN_FILE = 10_000
MILLION = 1_000_000
PAGES = {
    "needs": "tasks:need",
    "orders": "tasks:order",
    "dossiers": "calls:dossier",
    "tasks": "tasks:task",
    "contracts": "contracts:contract",
    "results": "results:result",
    "uptake": "results:uptake_year",
}
LISTS = {
    "needs": "tasks:needs",
    "orders": "tasks:orders",
    "tasks": "tasks:archive",
    "results": "results:results",
}
MONEY: dict[str, Callable[[Any], Decimal | None]] = {
    "needs": lambda row: row.budget_estimate,
    "orders": lambda row: row.budget_ceiling,
    "tasks": lambda row: row.amount if row.currency == "VND" else None,
    "contracts": lambda row: row.state_money + row.other_money,
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing of a stage: what is called as ``titled``, its address, code and money."""

    titled: Any
    url: str
    code: str
    money: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Column:
    """A stage of the chain as the page shows it."""

    stage: Stage
    lines: tuple[Line, ...]
    all_url: str


@require_safe
def goal_page(request: Request, public_id: str) -> HttpResponse:
    """One goal: its actions and indicators, the chain down and the money up."""
    actor = request.actor
    chain = publications.goal_chain_known(actor, publications.seen_now, public_id)
    goal = chain.goal
    ids = {goal.pk, *(one.pk for one in chain.below)}
    planned, measured = publications.goal_parts_known(
        actor, publications.seen_now, goal.plan
    )
    title = f"{goal.plan.code} · {goal.code}"
    return render(
        request,
        "web/strategies/goal.html",
        {
            "title": title,
            "breadcrumb": [Crumb(_("Strategy")), Crumb(title)],
            "goal": goal,
            "closed": goal.closed_on is not None and goal.closed_on <= localdate(),
            "chain": chain,
            "money": chain.money,
            "columns": [_column(stage, public_id) for stage in chain.stages],
            "chart": money_chart(chain),
            "planned": planned,
            "measured": measured,
            "actions": list(queries.actions_of_goals(actor, ids)) if planned else (),
            "indicators": queries.indicators_of_goals(actor, ids) if measured else (),
            "envelopes": queries.envelopes_of_plan(actor, goal.plan_id)
            if planned
            else (),
            "may_see_gaps": may(actor, "strategies.list_plans"),
        },
    )


def _column(stage: Stage, public_id: str) -> Column:
    page = LISTS.get(stage.key)
    return Column(
        stage=stage,
        lines=tuple(line_of(stage.key, row) for row in stage.rows),
        all_url=f"{reverse(page)}?goal={public_id}" if page else "",
    )


def line_of(key: str, row: Any) -> Line:
    """A row of a stage as a line: every stage names its rows by a title in two languages."""
    titled = row.contract if key == "uptake" else row
    code = getattr(row, "code", "") or getattr(row, "number", "")
    if key == "uptake":
        code = f"{row.contract.number} · {row.due_on.year}"
    money = MONEY.get(key)
    return Line(
        titled=titled,
        url=reverse(PAGES[key], args=[row.public_id]),
        code=str(code),
        money=money(row) if money else None,
    )


def money_steps(chain: Chain) -> list[tuple[str, Decimal | None]]:
    """Money up, step by step, in đồng; nothing for what nobody answered."""
    money = chain.money
    return [
        (_("Planned for its actions"), money.planned),
        (_("Approved for its tasks"), money.approved),
        (_("Contracted"), money.contracted),
        (_("Paid"), money.paid),
        (_("Settled"), money.settled),
        (_("Revenue from uptake"), money.revenue),
        (_("Saving from uptake"), money.saving),
        (_("Exports from uptake"), money.exports),
    ]


def money_chart(chain: Chain) -> Chart:
    """The same steps as bars, in million đồng."""
    steps = money_steps(chain)
    return charts.bars(
        title=_("Money for the goal and money back, million đồng"),
        head=(_("Step"), _("Million đồng")),
        rows=[
            (label, Decimal(amount or 0) / MILLION)
            for label, amount in steps
            if amount is not None
        ],
    )


@require_safe
def chain_file(request: Request, public_id: str) -> HttpResponseBase:
    """The whole chain as a workbook: one row for each thing, money in đồng."""
    chain = publications.goal_chain_known(
        request.actor, publications.seen_now, public_id, most=MOST_IN_FILE
    )
    goal = chain.goal
    return table_response(
        kind="xlsx",
        name=f"goal-{goal.code}",
        head=[_("Stage"), _("Code"), _("Title"), _("Money (đồng)"), _("Address")],
        rows=_rows(request, chain),
    )


def _rows(request: Request, chain: Chain) -> Iterator[list[Any]]:
    for stage in chain.stages:
        for row in stage.rows:
            line = line_of(stage.key, row)
            yield [
                str(stage.label),
                line.code,
                line.titled.title,
                line.money,
                request.build_absolute_uri(line.url),
            ]
        if stage.more:
            yield [
                str(stage.label),
                "",
                _("%(n)s more are not in this file.") % {"n": stage.more},
                None,
                "",
            ]
    for label, amount in money_steps(chain):
        yield [_("Money"), "", label, amount, ""]
