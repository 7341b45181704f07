"""A round chosen by scenarios: computed, put forward, adopted by a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.calls import queries as calls_queries
from opensti.domains.portfolios import actions as portfolios
from opensti.domains.portfolios import queries as portfolios_queries
from opensti.domains.portfolios.choices import Basis, Ruling

if TYPE_CHECKING:
    from opensti.console.demo.story import Story
    from opensti.domains.portfolios.models import Round, Scenario

HUNDRED_MILLION = 100_000_000
MONEY_FOR = 0.6  # of what the proposed dossiers ask for there is so much money
IN_RESERVE = 2
GROUNDS = (
    "Trong dự toán của cả hai năm; không phương án nào có tổng điểm cao hơn, và các đơn vị "
    "được chọn thuộc nhiều lĩnh vực."
)
DEPARTS = (
    "Phục vụ trực tiếp chương trình đổi mới công nghệ của ngành trong năm tới; kinh phí tăng "
    "thêm lấy từ nguồn dự phòng đã được Bộ bố trí."
)


def lay_out_scenarios(story: Story, round_: Round) -> None:
    """Two scenarios are computed; the one by the mean scores waits for a second person."""
    budgets = _budgets(story, round_)
    by_mean = _computed(
        story,
        round_,
        title_vi="Trong dự toán hai năm",
        title_en="Within the budgets of two years",
        rules={"budgets": budgets, "reserve": IN_RESERVE},
    )
    _computed(
        story,
        round_,
        title_vi="Điểm hiệu chỉnh, dự toán giảm một phần năm",
        title_en="Calibrated merit, budgets a fifth lower",
        basis=Basis.CALIBRATED,
        rules={
            "budgets": {measure: _rounded(0.8 * b) for measure, b in budgets.items()},
            "reserve": IN_RESERVE,
        },
    )
    _put_forward(story, by_mean)


def choose(story: Story, round_: Round) -> dict[int, portfolios.Rule]:
    """A scenario becomes the advice; return how the leader departs from it in one dossier.

    What the council proposes and the money does not reach, the leader finds money for.
    """
    amounts = {
        d.pk: d.amount
        for d in portfolios_queries.decisions_of(story.actor("officer"), round_)
    }
    scenario = _computed(
        story,
        round_,
        title_vi="Trong dự toán được giao",
        title_en="Within the budget given",
        rules={"budgets": _budgets(story, round_)},
    )
    _put_forward(story, scenario)
    story.act(
        "portfolios",
        "adopt_scenario",
        story.actor("officer2"),
        scenario_id=scenario.pk,
        at=story.later(minutes=40),
    )
    for decision in portfolios_queries.decisions_of(story.actor("leader"), round_):
        if decision.found == Ruling.APPROVE and decision.advised == Ruling.DECLINE:
            return {
                decision.pk: portfolios.Rule(
                    ruling=Ruling.APPROVE,
                    amount=amounts[decision.pk],
                    reason_vi="Hội đồng đề nghị thực hiện; kinh phí lấy từ nguồn dự phòng.",
                    reason_en="The council proposes it; the money comes from the reserve.",
                    deviation=DEPARTS,
                )
            }
    return {}


def _computed(
    story: Story, round_: Round, *, rules: dict[str, Any], **said: str
) -> Scenario:
    officer = story.actor("officer")
    scenario = story.act(
        "portfolios",
        "make_scenario",
        officer,
        round_id=round_.pk,
        plan=portfolios.Plan(rules=rules, **said),
        at=story.later(minutes=25),
    )
    story.act(
        "portfolios",
        "ask_scenario",
        officer,
        scenario_id=scenario.pk,
        at=story.later(minutes=2),
    )
    return portfolios.compute_scenario(
        actor=officer, scenario_id=scenario.pk, at=story.later(minutes=1)
    )


def _put_forward(story: Story, scenario: Scenario) -> None:
    story.act(
        "portfolios",
        "put_forward",
        story.actor("officer"),
        scenario_id=scenario.pk,
        grounds=GROUNDS,
        at=story.later(minutes=30),
    )


def _budgets(story: Story, round_: Round) -> dict[str, int]:
    """Money of the state by year: a part of what those ask for whom the council proposes."""
    proposed = [
        d.dossier_id
        for d in portfolios_queries.decisions_of(story.actor("officer"), round_)
        if d.found == Ruling.APPROVE
    ]
    asked: dict[str, int] = {}
    for budget in calls_queries.budgets_of(proposed).values():
        for (source, year), money in budget.items():
            if source == "state":
                asked[f"state_{year}"] = asked.get(f"state_{year}", 0) + int(money)
    return {m: _rounded(MONEY_FOR * money) for m, money in sorted(asked.items())}


def _rounded(money: float) -> int:
    """As a budget is given: in hundreds of millions."""
    return int(money) // HUNDRED_MILLION * HUNDRED_MILLION


def one_of_each_order(story: Story, round_: Round) -> None:
    """Decline all but the first that is proposed for an order, where only one can be.

    A council that votes on items ranks nobody: the office proposes one of those it passed.
    """
    officer = story.actor("officer")
    rows = portfolios_queries.decisions_of(officer, round_)
    for order in portfolios_queries.competing(rows):
        passed = [d for d in order.decisions if d.proposed == Ruling.APPROVE]
        if order.one_winner is None:
            continue
        for decision in passed[1:]:
            story.act(
                "portfolios",
                "edit_decision",
                officer,
                decision_id=decision.pk,
                proposed=Ruling.DECLINE,
                amount=None,
                reason_vi="Mỗi đặt hàng chỉ có một hồ sơ được phê duyệt.",
                reason_en="Only one dossier is approved for each order.",
                at=story.later(minutes=15),
            )
