"""What the public may see, decided once: always asked as the public, whoever looks.

A signed-in official reads the same register as a citizen; nothing here depends on
who is asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum, Value
from django.db.models.functions import Concat

from opensti.domains.calls import queries as calls_queries
from opensti.domains.overlaps.choices import Kind as OverlapKind
from opensti.domains.overlaps.queries import told
from opensti.domains.panels import queries as panels_queries
from opensti.domains.portfolios import queries as portfolios_queries
from opensti.domains.portfolios.actions import decision_bundle as bundle_of_round
from opensti.domains.procedures.queries import publishes
from opensti.domains.registry import queries as registry_queries
from opensti.domains.results import queries as results_queries
from opensti.domains.strategies import queries as strategies_queries
from opensti.domains.tasks import queries as tasks_queries
from opensti.kernel.access import PUBLIC, require
from opensti.kernel.bilingual import pick
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import Line, entry_at, lines, receipt
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from django.db.models import QuerySet

    from opensti.domains.calls.models import Call
    from opensti.domains.overlaps.queries import Told
    from opensti.domains.portfolios.models import Decision
    from opensti.domains.registry.models import Organisation
    from opensti.domains.results.models import Offer, Result
    from opensti.domains.results.queries import Chain
    from opensti.domains.strategies.queries import Scorecard
    from opensti.domains.tasks.models import Order, OrderList, Task
    from opensti.kernel.access import Actor


# What a procedure calls the publication of the inputs of a ranking and a selection.
BUNDLE = "decision_bundle"


def calls(q: str = "") -> QuerySet[Call]:
    return calls_queries.calls(actor=PUBLIC, q=q)


def call(public_id: str) -> Call:
    return calls_queries.call(actor=PUBLIC, public_id=public_id)


def open_calls(at: datetime) -> QuerySet[Call]:
    return calls_queries.open_calls(actor=PUBLIC, at=at)


def orders(q: str = "") -> QuerySet[Order]:
    return tasks_queries.orders(PUBLIC, q)


def order(public_id: str) -> Order:
    return tasks_queries.order(PUBLIC, public_id)


def order_lists() -> QuerySet[OrderList]:
    return tasks_queries.order_lists(PUBLIC)


def goal_chain(public_id: str) -> Chain:
    """One goal of a public plan with what everybody may know of what serves it."""
    goal = strategies_queries.goal_of_chain(PUBLIC, public_id)
    return results_queries.goal_chain(PUBLIC, goal)


def offers(today: date) -> QuerySet[Offer]:
    """Offers of rights and results that are open on a day, with how many wrote on each."""
    return results_queries.public_offers(today)


def offer(public_id: str, today: date) -> Offer:
    """One open offer, else ``NotFound``; 1 query."""
    return results_queries.public_offer(public_id, today)


def decisions(q: str = "") -> QuerySet[Decision]:
    rows = portfolios_queries.decisions(PUBLIC)
    return matches(
        rows.order_by("-round__released_at", *portfolios_queries.by_order()),
        q,
        field="dossier__search_text",
    )


def decision(public_id: str) -> Decision:
    return portfolios_queries.decision(PUBLIC, public_id)


def offers_bundle(decision: Decision) -> bool:
    """Whether the procedure of the call shows everybody what ranked and selected; no query."""
    return publishes(decision.round.call.regime_version, BUNDLE)


def decision_bundle(public_id: str) -> tuple[str, bytes]:
    """The call's code and the bundle of a decision's round, a ZIP; 4 queries.

    Raises ``NotFound`` where the procedure does not make it public or nothing was frozen.
    """
    found = decision(public_id)
    if not offers_bundle(found):
        raise NotFound
    return found.round.call.code, bundle_of_round(round_=found.round)


def order_answered(decision: Decision) -> Order | None:
    """The order that the decided dossier answers, as far as it is public; 1 query."""
    answered = decision.dossier.order_id
    return None if answered is None else orders().filter(pk=answered).first()


def overlap_of(decision: Decision) -> Told | None:
    """What the decided dossier was compared with, and public works like it; 3 queries."""
    return told(OverlapKind.DOSSIER, decision.dossier_id)


def tasks(q: str = "") -> QuerySet[Task]:
    return tasks_queries.tasks(PUBLIC, q)


def task(public_id: str) -> Task:
    return tasks_queries.task(PUBLIC, public_id)


def results(q: str = "") -> QuerySet[Result]:
    """Open results of accepted tasks, and those whose embargo is over, newest first."""
    return results_queries.public_results(q)


def result(public_id: str) -> Result:
    return results_queries.public_result(public_id)


def order_of(found: Result) -> Order | None:
    """The order that the result came of, as far as it is public; 1 query."""
    asked = found.contract.dossier.order_id
    return None if asked is None else orders().filter(pk=asked).first()


def result_details(found: Result) -> list[tuple[results_queries.KindField, str]]:
    """What its kind asks, as far as it was answered."""
    return results_queries.said_of(found.kind, found.details)


def organisations(q: str = "") -> QuerySet[Organisation]:
    return matches(registry_queries.organisations(PUBLIC), q)


def public_receipt(position: int | None) -> str:
    """Return the receipt of a public act.

    Raises ``NotFound`` when there is no such public entry, ``StepNotAllowed`` when the
    log has not been signed since.
    """
    entry = entry_at(-1 if position is None else position)
    return receipt(entry, disclose=entry.public)


def record_entries(actor: Actor) -> QuerySet[Entry]:
    """The record as an auditor reads it, newest first; 1 query.

    Acts on what the person may not know of are left out: sealed and unwritten dossiers,
    others' drafts, and whatever the person has a stake in.
    """
    require(actor, "record.read")
    known = {
        "tasks.need:": tasks_queries.needs(actor),
        "tasks.order:": tasks_queries.orders(actor),
        "calls.call:": calls_queries.calls(actor=actor),
        "calls.dossier:": portfolios_queries.free_of_stake(
            actor, calls_queries.dossiers(actor=actor)
        ),
        "panels.council:": panels_queries.whole_councils(actor),
        "portfolios.round:": portfolios_queries.whole_rounds_of(actor),
        "portfolios.decision:": portfolios_queries.decisions(actor),
        "portfolios.letter:": portfolios_queries.letters(actor),
        "results.result:": results_queries.results(actor),
        "results.asset:": results_queries.assets(actor),
        "results.uptake:": results_queries.uptake_years(actor),
    }
    # Of alerts not even auditors learn here that there are some: their readers are named,
    # and one of them may be whom an alert concerns.
    seen = ~Q(subject__startswith="supervision.alert:")
    for prefix, rows in known.items():
        subjects = (
            rows.order_by()
            .annotate(told_as=Concat(Value(prefix), "public_id"))
            .values("told_as")
        )
        seen &= ~Q(subject__startswith=prefix) | Q(subject__in=subjects)
    return (
        Entry.objects.filter(seen)
        .order_by("-position")
        .defer("body", "leaf", "leaf_hash", "salt")
    )


def latest_acts(actor: Actor, *, newest: int) -> list[Line]:
    """The newest acts of the record that the person may know of, oldest first; 1 query."""
    rows = record_entries(actor).defer(None).defer("leaf", "leaf_hash", "salt")
    return lines(reversed(rows[:newest]))


def council_figures(before: date, year: int) -> panels_queries.Figures:
    """Councils of one whole past year in figures, small cells left out; 5 queries."""
    return panels_queries.public_figures(before=before, year=year)


def council_years(before: date) -> list[int]:
    return panels_queries.public_figure_years(before)


def council_tables(
    figures: panels_queries.Figures,
) -> list[panels_queries.FigureTable]:
    return panels_queries.tables_of(figures)


def deviations() -> list[portfolios_queries.CallAdvice]:
    """How often decisions followed what was advised, by year of release and call; 1 query."""
    return portfolios_queries.public_deviations()


def draws() -> list[portfolios_queries.PublicDraw]:
    """The draws that decided between equals, with what it takes to draw again; 1 query."""
    return portfolios_queries.public_draws()


def totals() -> portfolios_queries.PublicTotals:
    return portfolios_queries.public_totals()


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """Counts for the public; money in whole đồng."""

    calls: int
    orders: int
    tasks: int
    decisions: int
    amount: Decimal
    approved_by_year: list[tuple[str, int, Decimal]]
    tasks_by_year: list[tuple[str, int]]
    tasks_by_funder: list[tuple[str, int]]
    money_by_host: list[tuple[str, Decimal]]


def statistics() -> Statistics:
    """Count what the register holds; 7 queries however much it holds."""
    approved = totals()
    by_year = (
        tasks().exclude(year=None).order_by().values("year").annotate(n=Count("pk"))
    )
    by_funder = (
        tasks()
        .exclude(funder="")
        .order_by()
        .values("funder")
        .annotate(n=Count("pk"))
        .order_by("-n", "funder")[:10]
    )
    by_host = (
        decisions()
        .order_by()
        .values("dossier__host__name_vi", "dossier__host__name_en")
        .annotate(money=Sum("amount"))
        .order_by("-money")[:10]
    )
    years = [(str(row["year"]), row["n"]) for row in by_year.order_by("year")]
    return Statistics(
        calls=calls().count(),
        orders=orders().count(),
        tasks=sum(n for _year, n in years) + tasks().filter(year=None).count(),
        decisions=approved.decisions,
        amount=approved.amount,
        approved_by_year=[
            (str(year), number, money)
            for year, (number, money) in approved.by_year.items()
        ],
        tasks_by_year=years[-15:],
        tasks_by_funder=[(row["funder"], row["n"]) for row in by_funder],
        money_by_host=[
            (
                pick(row["dossier__host__name_vi"], row["dossier__host__name_en"]),
                row["money"],
            )
            for row in by_host
        ],
    )


def scorecards(*, at: datetime) -> list[Scorecard]:
    """The targets of every public plan that has some, by published values; 4 queries."""
    plans = list(strategies_queries.public_scorecards())
    found = strategies_queries.scorecards(PUBLIC, plans, as_of=at, published=True)
    return [found[plan.pk] for plan in plans]


def scorecard(public_id: str, *, at: datetime) -> Scorecard:
    """The targets of one public plan, else ``NotFound``; 4 queries."""
    return strategies_queries.public_scorecard(public_id, at=at)
