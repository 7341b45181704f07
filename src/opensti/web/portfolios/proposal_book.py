"""The proposal to the leader as a workbook: numbers as numbers, to be computed with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.portfolios import queries
from opensti.domains.portfolios.choices import Ruling
from opensti.kernel.tables import Sheet, write_book
from opensti.web.portfolios.proposal import COLUMNS, rule_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opensti.web.portfolios.proposal import Proposal


def proposal_book(proposal: Proposal) -> bytes:
    """Four sheets: every dossier, totals, the budget sweep, rules with the proof."""
    return write_book(
        [_list(proposal), _totals(proposal), _sweep(proposal), _rules(proposal)]
    )


def _list(proposal: Proposal) -> Sheet:
    measures = proposal.measures
    labels = proposal.labels
    columns = [c for c in ("field", "province") if labels.get(c)]

    def rows() -> Iterator[list[Any]]:
        for place, line in enumerate(proposal.lines, start=1):
            d, reason = line.decision, line.reason or {}
            told = proposal.problem["categories"][line.code]
            factor = reason.get("cost_factor")
            yield [
                place,
                line.code,
                d.dossier.title_vi,
                d.dossier.title_en,
                d.dossier.host.name_vi,
                d.dossier.order.code if d.dossier.order else "",
                *(queries.value_words(c, told.get(c, ""), labels) for c in columns),
                d.rank,
                d.mean,
                line.merit,
                _("to be funded") if line.chosen else _("not to be funded"),
                line.level,
                line.reserve,
                *(line.amounts.get(m, 0) for m in measures),
                reason.get("price"),
                None if factor is None else round(factor, 6),
                "; ".join(
                    queries.condition_words(name, labels)
                    for name in reason.get("lost_to", ())
                ),
                line.why,
                Ruling(d.ruling or d.proposed).label,
                d.amount,
                d.deviation,
            ]

    return Sheet(
        title=_("Dossiers"),
        header=[
            _("No."),
            _("Dossier"),
            _("Title (Vietnamese)"),
            _("Title (English)"),
            _("Host"),
            _("Order"),
            *(queries.column_words(c).capitalize() for c in columns),
            _("Rank"),
            _("Mean score"),
            _("Score that counted"),
            _("Advice"),
            _("Level of funding"),
            _("Reserve list"),
            *(
                _("%(measure)s (đồng)") % {"measure": queries.measure_words(m)}
                for m in measures
            ),
            _("Score it needed more, or could have lost"),
            _("Part of its costs at which it would be chosen"),
            _("Conditions in its way"),
            _("Reason"),
            _("Proposed or decided"),
            _("Amount (đồng)"),
            _("Why not as advised"),
        ],
        rows=rows(),
    )


def _totals(proposal: Proposal) -> Sheet:
    chosen = proposal.chosen
    rows: list[list[Any]] = [
        [
            _("year and source"),
            queries.measure_words(measure),
            sum(1 for line in chosen if line.amounts.get(measure)),
            sum(line.amounts.get(measure, 0) for line in chosen),
        ]
        for measure in proposal.measures
    ]
    rows += [
        [queries.column_words(column), name, count, money]
        for column in COLUMNS
        for name, count, money in proposal.totals(column)
    ]
    return Sheet(
        title=_("Totals"),
        header=[_("Grouped by"), _("Value"), _("Dossiers"), _("Đồng")],
        rows=rows,
    )


def _sweep(proposal: Proposal) -> Sheet:
    stops = proposal.reasons["sweep"]
    budgets = [measure for measure, _stated, _used in proposal.budgets()]
    return Sheet(
        title=_("Budget sweep"),
        header=[
            _("Budget (%)"),
            _("Total score"),
            _("Dossiers"),
            *(
                _("%(measure)s (đồng)") % {"measure": queries.measure_words(m)}
                for m in budgets
            ),
        ],
        rows=[
            [
                stop["percent"],
                stop["objective"],
                len(stop["chosen"]) if stop["objective"] is not None else None,
                *(stop["spent"].get(m) for m in budgets),
            ]
            for stop in stops
        ],
    )


def _rules(proposal: Proposal) -> Sheet:
    scenario, solution = proposal.scenario, proposal.solution
    rows: list[list[Any]] = [
        [
            _("budget: %(measure)s") % {"measure": queries.measure_words(m)},
            None,
            stated,
            used,
        ]
        for m, stated, used in proposal.budgets()
    ]
    rows += [
        [name, least, most, None]
        for name, _measure, least, most in rule_lines(
            proposal.problem["rules"], proposal.labels
        )
    ]
    rows += [
        [name, value]
        for name, value in (
            (_("Total score"), solution["objective"]),
            (_("Upper bound of the total score"), solution["bound"]),
            (_("Gap (share of the bound)"), solution["gap"]),
            (_("SHA-256 of the frozen inputs"), scenario.problem_digest),
            (_("SHA-256 of the choice"), scenario.solution_digest),
            (_("SHA-256 of the reasons"), scenario.reasons_digest),
            (
                _("To compute it again"),
                f"opensti portfolio rerun {scenario.public_id} --reasons",
            ),
        )
    ]
    return Sheet(
        title=_("Rules and proof"),
        header=[_("Condition"), _("At least"), _("At most"), _("Used")],
        rows=rows,
    )
