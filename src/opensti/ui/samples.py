"""Sample values of the components that a selection is weighed with, for the catalogue.

Figures are worked out from invented proposals, so that list, slider and charts agree.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from itertools import accumulate, combinations
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.ui import charts
from opensti.ui.ranked import Column, Line, Ranked, Row
from opensti.ui.stops import Stop, Stops
from opensti.ui.templatetags.ui import number

if TYPE_CHECKING:
    from django.http import HttpRequest

# name, merit, half of the interval, mean, cost in million đồng, province
_PROPOSALS = (
    ("Chế tạo thiết bị sấy bơm nhiệt", "86.4", "3.1", "85.0", 2400, "Hà Nội"),
    ("Thu hồi kẽm từ bụi lò hồ quang", "84.9", "2.6", "87.2", 3100, "Thái Nguyên"),
    ("Máy biến áp khô 110 kV", "83.0", "4.4", "81.5", 5200, "Hà Nội"),
    ("Xỉ lò cao làm phụ gia xi măng", "81.7", "2.9", "82.1", 1800, "Hà Tĩnh"),
    ("Dây chuyền may tự động", "80.2", "3.8", "83.6", 4300, "Nam Định"),
    ("Pin lưu trữ cho trạm biến áp", "79.5", "5.2", "77.0", 3900, "Hà Nội"),
    ("Giám sát khí mỏ bằng cảm biến", "78.8", "2.2", "78.4", 1500, "Quảng Ninh"),
    ("Robot hàn kết cấu thép", "77.1", "3.5", "76.2", 2700, "Hải Phòng"),
    ("Chiết xuất pectin từ vỏ bưởi", "75.6", "4.1", "78.8", 1200, "Bến Tre"),
    ("Vật liệu chịu lửa từ cao lanh", "74.3", "3.0", "73.1", 2200, "Phú Thọ"),
    ("Lọc bụi túi vải nhiệt độ cao", "72.9", "2.8", "74.5", 1600, "Hải Dương"),
    ("Sợi dừa gia cường nhựa", "70.4", "4.9", "69.3", 900, "Trà Vinh"),
)
_BUDGET = 20_000


@cache
def _sets() -> list[tuple[Decimal, int, frozenset[str]]]:
    """Return every set of proposals, the best first, with its merit and cost."""
    found = []
    for size in range(len(_PROPOSALS) + 1):
        for some in combinations(range(len(_PROPOSALS)), size):
            rows = [_PROPOSALS[n] for n in some]
            merit = sum((Decimal(row[1]) for row in rows), Decimal(0))
            keys = frozenset(f"p{n + 1}" for n in some)
            found.append((merit, sum(row[4] for row in rows), keys))
    return sorted(found, key=lambda one: (-one[0], one[1]))


@cache
def _best(budget: int) -> tuple[Decimal, int, frozenset[str]]:
    """Return the best set within a budget in million đồng: there are only 4,096."""
    return next(one for one in _sets() if one[1] <= budget)


def _by_rank() -> int:
    """Return after how many proposals the budget ends if money goes by rank alone."""
    spent = accumulate(row[4] for row in _PROPOSALS)
    return sum(so_far <= _BUDGET for so_far in spent)


def stops(request: HttpRequest) -> Stops:
    """Return the budget from 50 to 150 %, at the stop the address asks for."""
    found = []
    for percent in range(50, 155, 5):
        merit, spent, inside = _best(_BUDGET * percent // 100)
        figures = (number(merit, 1), number(spent))
        left = 100 * spent < 97 * _BUDGET * percent // 100
        note = _("More than 3 % of the budget is left.") if left else ""
        found.append(
            Stop(
                value=percent,
                label=f"{percent}\u00a0%",
                figures=figures,
                inside=inside,
                note=note,
            )
        )
    return Stops(
        id="sample-budget",
        label=_("Budget"),
        figures=(_("Merit"), _("Spent, million đồng")),
        stops=found,
        base=100,
        at=Stops.asked(request.GET.get("stop"), stops=found, base=100),
        names={f"p{n + 1}": row[0] for n, row in enumerate(_PROPOSALS)},
        marks="sample-ranked",
    )


def ranked(at: Stops) -> Ranked:
    """Return the ranked list with the line drawn through it."""
    _merit, _spent, inside = _best(_BUDGET)
    after = _by_rank()
    rows = []
    for n, (name, merit, half, mean, cost, province) in enumerate(_PROPOSALS):
        key, value, reach = f"p{n + 1}", Decimal(merit), Decimal(half)
        rows.append(
            Row(
                key=key,
                cells=(
                    str(n + 1),
                    name,
                    number(mean, 1),
                    f"{number(value, 1)} ({number(value - reach, 1)}\u2013{number(value + reach, 1)})",
                    number(cost),
                    province,
                    _("Chosen") if key in inside else _("Not chosen"),
                    "",
                ),
                tone="good" if key in inside else "",
                url=f"#{key}",
            )
        )
    words = _(
        "Funding line by rank: %(count)s of %(all)s, %(spent)s of %(budget)s million đồng"
    )
    figures = {
        "count": after,
        "all": len(_PROPOSALS),
        "spent": number(sum(row[4] for row in _PROPOSALS[:after])),
        "budget": number(_BUDGET),
    }
    return Ranked(
        id="sample-ranked",
        caption=_("Proposals in order of merit"),
        columns=(
            Column(label=_("Rank"), kind="rank"),
            Column(label=_("Proposal"), kind="name"),
            Column(label=_("Mean score"), kind="figure"),
            Column(label=_("Merit"), kind="money"),
            Column(label=_("Million đồng"), kind="figure"),
            Column(label=_("Province")),
            Column(label=_("State"), kind="state"),
            Column(label=_("What changes"), kind="mark"),
        ),
        rows=rows,
        lines=(Line(after=after, words=words % figures),),
        changes=at.changes,
    )


def drawn(at: Stops) -> list[charts.Chart]:
    """Return the charts: merit with its interval, the sweep, two budgets by province."""
    inside, three_quarters = _best(_BUDGET)[2], _best(_BUDGET * 3 // 4)[2]
    provinces = sorted({row[5] for row in _PROPOSALS})
    counts = [
        [
            sum(
                row[5] == name and f"p{n + 1}" in keys
                for n, row in enumerate(_PROPOSALS)
            )
            for keys in (inside, three_quarters)
        ]
        for name in provinces
    ]
    return [
        charts.intervals(
            title=_("Merit with its interval"),
            head=(_("Proposal"), _("Merit"), _("From"), _("To")),
            rows=[
                charts.Interval(
                    label=name,
                    value=Decimal(merit),
                    low=Decimal(merit) - Decimal(half),
                    high=Decimal(merit) + Decimal(half),
                    other=Decimal(mean),
                    kind=0 if f"p{n + 1}" in inside else 2,
                )
                for n, (name, merit, half, mean, _cost, _where) in enumerate(_PROPOSALS)
            ],
            marks=(_("Chosen"), _("Reserve"), _("Not chosen")),
            state=_("State"),
            other=_("Mean score"),
            line=_by_rank(),
            line_words=_("Funding line by rank"),
        ),
        charts.curve(
            title=_("Merit by budget"),
            head=(_("Budget"), _("Merit")),
            rows=[
                (stop.value, _best(_BUDGET * stop.value // 100)[0]) for stop in at.stops
            ],
            unit="%",
            here=100,
            here_words=_("Budget of the year"),
        ),
        charts.grouped(
            title=_("Chosen by province"),
            head=(_("Province"), _("Whole budget"), _("Three quarters")),
            rows=[(name, *both) for name, both in zip(provinces, counts, strict=True)],
        ),
    ]


def selection(request: HttpRequest) -> dict[str, Any]:
    """Return what the catalogue shows of a selection."""
    at = stops(request)
    return {"stops": at, "ranked": ranked(at), "weighed": drawn(at)}
