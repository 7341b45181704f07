"""Two to four scenarios of a round side by side: where they differ, and what that means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.portfolios import queries
from opensti.domains.portfolios.choices import Basis
from opensti.domains.portfolios.problem.contents import contents_of, lines_of
from opensti.domains.portfolios.queries import (
    amount_words,
    column_words,
    measure_words,
    value_words,
)
from opensti.domains.portfolios.queries.reasoning import figure
from opensti.kernel.bilingual import pick
from opensti.ui import charts
from opensti.ui.pages import Crumb
from opensti.web.portfolios import evenness, weighing
from opensti.web.portfolios.crumbs import round_crumbs
from opensti.web.portfolios.scenarios import WITH_RESULT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse

    from opensti.domains.portfolios.models import Scenario
    from opensti.domains.portfolios.problem.contents import Contents, Line
    from opensti.web.requests import Request

FEWEST, MOST = 2, 4
COLUMNS = ("field", "province", "organisation_type", "organisation", "young_leader")
MOST_VALUES = 12
SHOWN = 300


@require_safe
def compare(request: Request, public_id: str) -> HttpResponse:
    """Which dossiers differ, totals by category, equity and prices of chosen scenarios."""
    round_ = queries.whole_round(request.actor, public_id)
    known = {
        str(s.number): s
        for s in queries.scenarios_of(request.actor, round_)
        if s.state in WITH_RESULT
    }
    wanted = [n for n in dict.fromkeys(request.GET.getlist("s")) if n in known]
    chosen = [known[n] for n in wanted[:MOST]]
    context: dict[str, Any] = {
        "title": _("Scenarios side by side"),
        "lead": pick(round_.title_vi, round_.title_en),
        "breadcrumb": round_crumbs(round_, Crumb(_("Side by side"))),
        "round": round_,
        "choices": [(s, s in chosen) for s in known.values()],
        "back": reverse("portfolios:scenarios", args=[round_.public_id]),
        "too_many": len(wanted) > MOST,
        "enough": len(chosen) >= FEWEST,
    }
    if len(chosen) >= FEWEST:
        contents = [contents_of(s) for s in chosen]
        lines = lines_of(request.actor, round_)
        context |= {
            "chosen": chosen,
            "figures": _figures(contents),
            **_differences(contents, lines),
            "totals": _totals(chosen, contents),
            "equity": evenness.side_by_side(contents),
            "prices": _prices(contents),
        }
    return render(request, "web/portfolios/compare.html", context)


def _figures(contents: Sequence[Contents]) -> list[tuple[str, list[str]]]:
    solutions = [c.solution for c in contents]
    rows = [
        (_("Basis"), [str(_basis(c)) for c in contents]),
        (_("Dossiers chosen"), [str(len(s["chosen"])) for s in solutions]),
        (_("Sum of merits"), [figure(s["objective"]) for s in solutions]),
        (_("Proof"), [weighing.proof_words(s) for s in solutions]),
    ]
    measures = sorted(
        {m for s in solutions for m in s["spent"]},
        key=lambda m: (not m.startswith("state"), m),
    )
    rows += [
        (
            _("Spent: %(measure)s") % {"measure": measure_words(m)},
            [
                _of(m, s["spent"].get(m, 0), (c.rules.get("budgets") or {}).get(m))
                for c, s in zip(contents, solutions, strict=True)
            ],
        )
        for m in measures
    ]
    return rows


def _basis(content: Contents) -> str:
    return str(Basis(content.problem["basis"]).label)


def _of(measure: str, spent: float, stated: Any) -> str:
    said = amount_words(measure, spent)
    if stated is None:
        return said
    return _("%(spent)s of %(stated)s") % {
        "spent": said,
        "stated": amount_words(measure, float(stated)),
    }


def _differences(
    contents: Sequence[Contents], lines: Mapping[str, Line]
) -> dict[str, Any]:
    """Dossiers that some of the scenarios choose and others do not, by merit."""
    order = contents[0].order
    rows = []
    for code in order:
        inside = [code in c.chosen for c in contents]
        if any(inside) and not all(inside):
            line = lines.get(code)
            rows.append(
                {
                    "code": code,
                    "title": pick(line.title_vi, line.title_en) if line else "",
                    "url": reverse("portfolios:decision", args=[line.decision])
                    if line
                    else "",
                    "merit": figure(contents[0].merits[code]),
                    "cost": amount_words("state", contents[0].amounts[code]["state"]),
                    "inside": inside,
                }
            )
    return {
        "differences": rows[:SHOWN],
        "differing": len(rows),
        "common": sum(all(code in c.chosen for c in contents) for code in order),
        "hidden": max(0, len(rows) - SHOWN),
    }


def _totals(
    scenarios: Sequence[Scenario], contents: Sequence[Contents]
) -> list[dict[str, Any]]:
    """Number and money by category, a chart each with its table."""
    names = [_("Scenario %(number)d") % {"number": s.number} for s in scenarios]
    found = []
    own = {c for content in contents for c in content.solution["totals"]}
    own -= {"leader", "order", *COLUMNS}
    for column in (*COLUMNS, *sorted(own)):
        totals = [c.solution["totals"].get(column, {}) for c in contents]
        labels = contents[0].problem["labels"]
        weight = {
            value: sum(t.get(value, {}).get("state", 0) for t in totals)
            for value in {v for t in totals for v in t}
        }
        if len(weight) < 2 and column != "young_leader":  # noqa: PLR2004 -- nothing to compare
            continue
        values = sorted(weight, key=lambda v: (-weight[v], v))
        found.append(
            {
                "name": column_words(column).capitalize(),
                "more": max(0, len(values) - MOST_VALUES),
                "charts": [
                    charts.grouped(
                        title=title % {"column": column_words(column)},
                        head=(column_words(column).capitalize(), *names),
                        rows=[
                            (
                                value_words(column, value, labels),
                                *(scale(t.get(value, {}).get(key, 0)) for t in totals),
                            )
                            for value in values[:MOST_VALUES]
                        ],
                    )
                    for key, title, scale in (
                        ("count", _("Dossiers by %(column)s"), int),
                        (
                            "state",
                            _("State budget by %(column)s (million đồng)"),
                            _millions,
                        ),
                    )
                ],
            }
        )
    return found


def _millions(amount: float) -> int:
    return round(amount / 1_000_000)


def _prices(contents: Sequence[Contents]) -> list[tuple[str, list[str]]]:
    """What more of each budget would bring in each scenario."""
    told = [
        {row["words"]: row["more"] for row in weighing.budget_rows(c)} for c in contents
    ]
    names = sorted({name for each in told for name in each})
    return [(name, [each.get(name, "") or "—" for each in told]) for name in names]
