"""What a computed scenario shows: money, prices, slider, charts, proof, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.domains.portfolios.queries import (
    amount_words,
    column_words,
    condition_words,
    measure_of,
    measure_words,
    value_words,
)
from opensti.domains.portfolios.queries.reasoning import figure, is_money
from opensti.kernel.bilingual import pick
from opensti.ui import charts
from opensti.ui.stops import Stop, Stops
from opensti.web.portfolios.standing import (
    BARRED,
    CHOSEN,
    LEFT,
    RESERVE,
    found_in,
    state_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opensti.domains.portfolios.problem.contents import Contents, Line
    from opensti.web.portfolios.standing import Place

BILLION = 1_000_000_000
FULL = 100
# Categories shown as charts; organisations and leaders have too many values for one.
SHOWN = ("field", "province", "organisation_type", "young_leader")
MOST_VALUES = 20
KINDS = {CHOSEN: 0, RESERVE: 1, LEFT: 2, BARRED: 3}


def money_words(contents: Contents) -> str:
    """What of the first budget is spent, or of the state's money where none is set."""
    spent = contents.solution["spent"]
    for measure, stated in sorted((contents.rules.get("budgets") or {}).items()):
        return _("%(spent)s of %(stated)s") % {
            "spent": amount_words(measure, spent.get(measure, 0)),
            "stated": amount_words(measure, float(stated)),
        }
    return amount_words("state", spent.get("state", 0))


def budget_rows(contents: Contents) -> list[dict[str, Any]]:
    """Each budget: stated, spent, left, and what a little more of it would bring."""
    spent = contents.solution["spent"]
    prices = {p["name"]: p for p in contents.reasons.get("prices", ())}
    rows = []
    for measure, said in sorted((contents.rules.get("budgets") or {}).items()):
        stated = float(said)
        used = spent.get(measure, 0)
        rows.append(
            {
                "words": measure_words(measure),
                "stated": amount_words(measure, stated),
                "spent": amount_words(measure, used),
                "left": amount_words(measure, stated - used),
                "part": round(FULL * used / stated) if stated else None,
                "more": price_words(prices.get(f"budget:{measure}"), measure),
            }
        )
    return rows


def price_words(price: Mapping[str, Any] | None, measure: str) -> str:
    """A price as what more of the limit would bring to the sum of merits."""
    if price is None:
        return ""
    step = amount_words(measure, abs(price["step"]))
    if price["gain"] <= 0:
        said = _("%(step)s more would change nothing.") % {"step": step}
    else:
        said = _("%(step)s more would add %(points)s to the sum of merits.") % {
            "step": step,
            "points": figure(price["gain"]),
        }
    if is_money(measure) and (each := price["marginal"] * BILLION) >= 0.005:  # noqa: PLR2004 -- shown with two places
        said += " " + _(
            "Could parts be funded, a billion more would add about %(points)s."
        ) % {"points": figure(each)}
    return said


def other_prices(contents: Contents) -> list[str]:
    """What the other limits cost, those that bind."""
    labels = contents.problem["labels"]
    found = []
    for price in contents.reasons.get("prices", ()):
        name = price["name"]
        if name.startswith("budget:") or price["gain"] <= 0:
            continue
        measure = measure_of(name) or "count"
        step = amount_words(measure, abs(price["step"]))
        template = (
            _("%(what)s: %(step)s less would add %(points)s.")
            if price["step"] < 0
            else _("%(what)s: %(step)s more would add %(points)s.")
        )
        found.append(
            template
            % {
                "what": condition_words(name, labels),
                "step": step,
                "points": figure(price["gain"]),
            }
        )
    return found


def limit_rows(contents: Contents) -> list[dict[str, str]]:
    """How far each limit is used, where the method told it."""
    return [
        row
        for each in found_in(contents, "limits") or ()
        if not each["name"].startswith("budget:")
        for row in _limit_rows(each, contents.problem["labels"])
    ]


def _limit_rows(
    each: Mapping[str, Any], labels: Mapping[str, Any]
) -> Iterator[dict[str, str]]:
    share = each["name"].startswith("share:")

    def said(value: float) -> str:
        if share:
            return f"{figure(FULL * value)} %"
        return amount_words(each["measure"], value)

    ends = {"at_least": _("at least"), "at_most": _("at most")}
    for end, words in ends.items():
        if each.get(end) is not None:
            yield {
                "words": condition_words(each["name"], labels),
                "end": words,
                "stated": said(each[end]),
                "used": said(each["used"]),
            }


def zone_words(contents: Contents) -> str:
    """Who could as well change places at the funding line, where the method told it."""
    told = found_in(contents, "zone")
    if not told or not told["sometimes"]:
        return ""
    return ngettext(
        "Close to the line: %(n)d dossier with a merit from %(low)s to %(high)s is in some of the sets whose sum is at most %(within)s lower, and not in others.",
        "Close to the line: %(n)d dossiers with merits from %(low)s to %(high)s are in some of the sets whose sum is at most %(within)s lower, and not in others.",
        len(told["sometimes"]),
    ) % {
        "n": len(told["sometimes"]),
        "low": figure(told["low"]),
        "high": figure(told["high"]),
        "within": figure(told["within"]),
    }


# ---- the budget slider


def slider(
    contents: Contents, lines: Mapping[str, Line], asked: str | None
) -> Stops | None:
    """The answers at other sizes of the budgets; none where no budget is set."""
    by_percent = sweep_of(contents)
    if FULL not in by_percent:
        return None
    stops = [_stop(contents, p, by_percent[p]) for p in sorted(by_percent)]
    moved = {code for stop in stops for code in stop.inside}
    return Stops(
        id="budget",
        label=_("Size of all budgets"),
        figures=(_("Sum of merits"), _("State budget spent")),
        stops=stops,
        base=FULL,
        at=Stops.asked(asked, stops=stops, base=FULL),
        names={
            code: _named(code, lines.get(code))
            for code in contents.order
            if code in moved or code in contents.chosen
        },
        marks="ranked",
    )


def sweep_of(contents: Contents) -> dict[int, Mapping[str, Any]]:
    """The answers at other sizes of the budgets, by per cent."""
    return {
        each.get("percent") or round(FULL * each["factor"]): each
        for each in contents.reasons.get("sweep") or ()
    }


def _stop(contents: Contents, percent: int, told: Mapping[str, Any]) -> Stop:
    # Between sets of equal merit the scenario's own stands: it was told apart.
    inside = contents.chosen if percent == FULL else told["chosen"]
    void = told["objective"] is None
    return Stop(
        value=percent,
        label=f"{percent} %",
        figures=(
            "—" if void else figure(told["objective"]),
            "—" if void else amount_words("state", told["spent"].get("state", 0)),
        ),
        inside=frozenset(inside),
        note=_("With budgets of this size the conditions cannot all be met.")
        if void
        else "",
    )


def _named(code: str, line: Line | None) -> str:
    return f"{code} — {pick(line.title_vi, line.title_en)}" if line else code


# ---- charts


def sweep_chart(contents: Contents) -> charts.Chart | None:
    told = sweep_of(contents)
    if not told:
        return None
    return charts.curve(
        title=_("Sum of merits at other sizes of the budgets"),
        head=(_("Budgets"), _("Sum of merits")),
        rows=[(p, each["objective"]) for p, each in sorted(told.items())],
        unit=" %",
        here=FULL,
        here_words=_("as stated"),
        zero=False,
    )


def interval_chart(
    places: Sequence[Place], intervals: Mapping[str, Mapping[str, Any]]
) -> charts.Chart | None:
    """Calibrated merits with their intervals in the order of the list; none without."""
    able = [p for p in places if p.rank is not None and p.code in intervals]
    if not able:
        return None
    words = state_words()
    return charts.intervals(
        title=_("Calibrated merit with the interval of 95 %"),
        head=(_("Dossier"), _("Merit"), _("Low"), _("High")),
        rows=[
            charts.Interval(
                label=p.code,
                value=intervals[p.code]["merit"],
                low=intervals[p.code]["low"],
                high=intervals[p.code]["high"],
                kind=KINDS[p.state],
            )
            for p in able
        ],
        marks=[words[CHOSEN], words[RESERVE], words[LEFT]],
        state=_("State"),
        line=sum(p.state == CHOSEN for p in able),
        line_words=_("Funding line"),
    )


def totals(contents: Contents) -> list[dict[str, Any]]:
    """By category: how many could be chosen, how many are, with how much money."""
    labels = contents.problem["labels"]
    told = contents.problem["categories"]
    own = [*(contents.solution["totals"])]
    columns = [c for c in own if c in SHOWN] + [
        c for c in own if c not in (*SHOWN, "organisation", "leader", "order")
    ]
    found = []
    for column in columns:
        able: dict[str, int] = {}
        for code in contents.order:
            if code not in contents.barred:
                value = told[code].get(column, "")
                able[value] = able.get(value, 0) + 1
        given = contents.solution["totals"].get(column, {})
        rows = sorted(
            (
                (
                    value_words(column, value, labels),
                    count,
                    int(given.get(value, {}).get("count", 0)),
                    given.get(value, {}).get("state", 0),
                )
                for value, count in able.items()
            ),
            key=lambda row: (-row[3], row[0]),
        )
        if len(rows) < 2:  # noqa: PLR2004 -- one value compares nothing
            continue
        found.append(
            {
                "name": column_words(column),
                "chart": charts.grouped(
                    title=_("Dossiers by %(column)s")
                    % {"column": column_words(column)},
                    head=(
                        column_words(column).capitalize(),
                        _("Could be chosen"),
                        _("Chosen"),
                    ),
                    rows=[row[:3] for row in rows[:MOST_VALUES]],
                    base=None,
                ),
                "rows": [
                    (row[0], row[1], row[2], amount_words("state", row[3]))
                    for row in rows
                ],
            }
        )
    return found


# ---- words of the proof


def headline(contents: Contents) -> str:
    """One sentence: how many, how much, how good, and how sure that is."""
    solution = contents.solution
    able = len(contents.order) - len(contents.barred)
    chosen = len(solution["chosen"])
    said = ngettext(
        "%(n)d of %(of)d dossiers, %(money)s, sum of merits %(merit)s.",
        "%(n)d of %(of)d dossiers, %(money)s, sum of merits %(merit)s.",
        chosen,
    ) % {
        "n": chosen,
        "of": able,
        "money": money_words(contents),
        "merit": figure(solution["objective"]),
    }
    return f"{said} {proof_words(solution)}"


def short_proof(proof: Mapping[str, Any]) -> str:
    """The same in a few words, for a list."""
    if proof.get("objective") is None:
        return ""
    if not proof["gap"]:
        return _("proven best")
    return _("at most %(gap)s %% below the best") % {
        "gap": figure(FULL * proof["gap"], 3)
    }


def proof_words(proof: Mapping[str, Any]) -> str:
    """How near to the best it provably is, from a solution or from what lists keep of it."""
    if proof.get("status") == "infeasible":
        return _("The conditions cannot all be met.")
    if proof.get("objective") is None:
        return ""
    if not proof["gap"]:
        return _("Proven: no set within the conditions has a higher sum.")
    return _("Proven: no set has a sum above %(bound)s (at most %(gap)s %% more).") % {
        "bound": figure(proof["bound"]),
        "gap": figure(FULL * proof["gap"], 3),
    }
