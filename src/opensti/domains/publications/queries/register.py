"""What the public may see, decided once: always asked as the public, whoever looks.

A signed-in official reads the same register as a citizen; nothing here depends on
who is asking. Rows are those that the domains call public, narrowed and emptied by the
disclosure policy (``sight``); ``by`` hands in a sight that was asked for before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils.timezone import now

from opensti.domains.calls import queries as calls_queries
from opensti.domains.overlaps.choices import Kind as OverlapKind
from opensti.domains.overlaps.queries import told
from opensti.domains.panels import queries as panels_queries
from opensti.domains.panels.actions import panel_bundle as bundle_of_panel
from opensti.domains.portfolios import queries as portfolios_queries
from opensti.domains.portfolios.actions import decision_bundle as bundle_of_round
from opensti.domains.publications.disclosure import WHOLE_ROW
from opensti.domains.publications.queries.chains import chain_as_shown
from opensti.domains.publications.queries.sight import Sight, sight
from opensti.domains.registry import queries as registry_queries
from opensti.domains.results import queries as results_queries
from opensti.domains.strategies import queries as strategies_queries
from opensti.domains.tasks import queries as tasks_queries
from opensti.kernel.access import PUBLIC, require
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import (
    NO_ENTRY,
    Line,
    entry_at,
    latest_checkpoint,
    lines,
    receipt,
)
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from opensti.domains.calls.models import Call
    from opensti.domains.overlaps.queries import Told
    from opensti.domains.portfolios.models import Decision
    from opensti.domains.registry.models import Organisation
    from opensti.domains.results.models import Offer, Result
    from opensti.domains.results.queries import Chain
    from opensti.domains.strategies.models import (
        CompositeVersion,
        Goal,
        Indicator,
        MethodRun,
        Plan,
        Target,
    )
    from opensti.domains.strategies.queries import Scorecard
    from opensti.domains.tasks.models import Order, OrderList, Task
    from opensti.kernel.access import Actor
    from opensti.kernel.record.models import Checkpoint

MOST = 50  # of each kind on a page that is not their list


@dataclass(frozen=True, kw_only=True)
class _OfCall:
    """The way from a row to its call, and what must be open to go it."""

    path: str
    open: tuple[tuple[str, str], ...]


_OF_CALL = {
    "order": _OfCall(path="calls", open=(("call", "orders"),)),
    "decision": _OfCall(
        path="round__call", open=(("call", "decisions"), ("decision", "call"))
    ),
}
# What a bundle of a decision holds: it is shown where all of this is.
_IN_BUNDLE = (
    ("decision", "ruling"),
    ("decision", "amount"),
    ("decision", "title"),
    ("decision", "dossier"),
)


@dataclass(frozen=True, kw_only=True)
class Some:
    """The first rows of what a page holds; ``more``: the list of them has others."""

    rows: tuple[Any, ...]
    more: bool


def first(rows: QuerySet[Any], most: int) -> list[Any]:
    """The first rows, sorted by their keys alone: of many, their texts are not carried along."""
    keys = rows.values("pk")[:most]
    return list(rows.filter(pk__in=keys))


def some(rows: QuerySet[Any]) -> Some:
    """As many rows as a page shows beside others; 1 query."""
    found = first(rows, MOST + 1)
    return Some(rows=tuple(found[:MOST]), more=len(found) > MOST)


def seen_now() -> Sight:
    """What the public is shown at this moment; 1 query, once for a request."""
    return sight(at=now())


def calls(q: str = "", *, by: Sight | None = None) -> QuerySet[Call]:
    by = by or seen_now()
    rows = by.rows("call", calls_queries.calls(actor=PUBLIC))
    return by.search("call", rows, q)


def call(public_id: str) -> Call:
    """One public call without its orders: there may be thousands; 1 query."""
    found = calls_queries.call_alone(actor=PUBLIC, public_id=public_id)
    return seen_now().one("call", found)


def open_calls(at: datetime) -> QuerySet[Call]:
    return seen_now().rows("call", calls_queries.open_calls(actor=PUBLIC, at=at))


def orders(q: str = "", *, by: Sight | None = None) -> QuerySet[Order]:
    by = by or seen_now()
    return by.search("order", by.rows("order", tasks_queries.orders(PUBLIC)), q)


def orders_of_call(found: Call) -> Some:
    """The newest public orders that a call opens; 1 query."""
    by = seen_now()
    if not by.shows("call", "orders", found):
        return Some(rows=(), more=False)
    return some(orders(by=by).filter(calls=found.pk))


def decisions_of_call(found: Call) -> Some:
    """The latest released decisions on a call; 1 query."""
    by = seen_now()
    if not (by.shows("call", "decisions", found) and by.is_open("decision", "call")):
        return Some(rows=(), more=False)
    return some(decisions(by=by).filter(round__call=found.pk))


def in_call(rows: QuerySet[Any], kind: str, code: str) -> QuerySet[Any]:
    """The orders, or the decisions, of the public call with this code.

    None of them where the policy does not open to everybody what a call holds: a list
    narrowed by it would tell that.
    """
    by = seen_now()
    asked = _OF_CALL[kind]
    if not by.is_open("call", "code") or not all(
        by.is_open(*one) for one in asked.open
    ):
        return rows.none()
    known = calls(by=by).filter(code=code).order_by().values("pk")
    return rows.filter(**{f"{asked.path}__in": known})


def order(public_id: str) -> Order:
    return seen_now().one("order", tasks_queries.order(PUBLIC, public_id))


def order_lists() -> QuerySet[OrderList]:
    return tasks_queries.order_lists(PUBLIC)


def goal_chain(public_id: str) -> Chain:
    """One goal of a public plan with what everybody may know of what serves it."""
    found = strategies_queries.goal_of_chain(PUBLIC, public_id)
    by = seen_now()
    if not by.shows_row("plan", found.plan):
        raise NotFound
    goal = by.one("goal", found)
    return chain_as_shown(results_queries.goal_chain(PUBLIC, goal), by)


def offers(today: date) -> QuerySet[Offer]:
    """Offers of rights and results that are open on a day, with how many wrote on each."""
    return seen_now().rows("offer", results_queries.public_offers(today))


def offers_told(today: date) -> QuerySet[Offer]:
    """Offers that are open on a day, and those that once were."""
    return seen_now().rows("offer", results_queries.told_offers(today))


def offer(public_id: str, today: date) -> tuple[Offer, bool]:
    """One offer that is or was open, and whether it is; else ``NotFound``; 1 query."""
    found = results_queries.told_offer(public_id, today)
    is_open = found.is_open(today)  # before the policy empties its days
    return seen_now().one("offer", found), is_open


def decisions(q: str = "", *, by: Sight | None = None) -> QuerySet[Decision]:
    by = by or seen_now()
    # Its entry in the record is made when a decision is released: newest first, by an index.
    rows = portfolios_queries.decisions(PUBLIC).order_by("-entry_position", "-pk")
    return by.search("decision", by.rows("decision", rows), q, "dossier__search_text")


def decision(public_id: str) -> Decision:
    return seen_now().one("decision", portfolios_queries.decision(PUBLIC, public_id))


def offers_bundle(decision: Decision) -> bool:
    """Whether everybody is shown what ranked and selected: by policy and procedure; no query."""
    by = seen_now()
    return by.shows("decision", "bundle", decision) and all(
        by.is_open(kind, key) for kind, key in _IN_BUNDLE
    )


def decision_bundle(public_id: str) -> tuple[str, bytes]:
    """The call's code and the bundle of a decision's round, a ZIP; 4 queries.

    Raises ``NotFound`` where the procedure does not make it public or nothing was frozen.
    """
    found = decision(public_id)
    if not offers_bundle(found):
        raise NotFound
    return found.round.call.code, bundle_of_round(round_=found.round)


def decision_receipt(found: Decision) -> str:
    """The receipt of a decision, where the policy shows it."""
    if not seen_now().shows("decision", "receipt", found):
        raise NotFound
    return public_receipt(found.entry_position)


def offers_panel(decision: Decision) -> bool:
    """Whether everybody is shown how its council was formed: by policy and procedure; no query."""
    return seen_now().shows("decision", "panel_bundle", decision)


def panel_bundle(public_id: str) -> tuple[str, bytes]:
    """The call's code and the bundle of the council that judged a dossier; 3 queries.

    Raises ``NotFound`` where the procedure does not make it public or none was computed.
    """
    found = decision(public_id)
    if not offers_panel(found):
        raise NotFound
    return found.round.call.code, bundle_of_panel(dossier_id=found.dossier_id)


def order_answered(decision: Decision) -> Order | None:
    """The order that the decided dossier answers, as far as it is public; 1 query."""
    by = seen_now()
    answered = decision.dossier.order_id
    if answered is None or not by.shows("decision", "order", decision):
        return None
    return orders(by=by).filter(pk=answered).first()


def overlap_of(decision: Decision) -> Told | None:
    """What the decided dossier was compared with, and public works like it; 3 queries.

    Works are named by their titles: nothing is told where those are not open.
    """
    by = seen_now()
    named = by.is_open("task", "title") and by.is_open("order", "title")
    if not (named and by.shows("decision", "overlap", decision)):
        return None
    return told(OverlapKind.DOSSIER, decision.dossier_id)


def tasks(q: str = "", *, by: Sight | None = None) -> QuerySet[Task]:
    by = by or seen_now()
    return by.search("task", by.rows("task", tasks_queries.tasks(PUBLIC)), q)


def task(public_id: str) -> Task:
    return seen_now().one("task", tasks_queries.task(PUBLIC, public_id))


def results(q: str = "", *, by: Sight | None = None) -> QuerySet[Result]:
    """Open results of accepted tasks, and those whose embargo is over, newest first."""
    by = by or seen_now()
    return by.search("result", by.rows("result", results_queries.public_results()), q)


def result(public_id: str) -> Result:
    return seen_now().one("result", results_queries.public_result(public_id))


def order_of(found: Result) -> Order | None:
    """The order that the result came of, as far as it is public; 1 query."""
    by = seen_now()
    asked = found.contract.dossier.order_id
    if asked is None or not by.shows("result", "order", found):
        return None
    return orders(by=by).filter(pk=asked).first()


def task_of(found: Result) -> Task | None:
    """The task that the result came of, as far as it is public; 1 query."""
    by = seen_now()
    if not by.shows("result", "task", found):
        return None
    return tasks(by=by).filter(pk=found.contract.task_id).first()


def result_details(found: Result) -> list[tuple[results_queries.KindField, str]]:
    """What its kind asks, as far as it was answered."""
    by = seen_now()
    if not (by.is_open("result", "kind") and by.shows("result", "details", found)):
        return []
    return results_queries.said_of(found.kind, found.details)


def organisations(q: str = "") -> QuerySet[Organisation]:
    by = seen_now()
    rows = by.rows("organisation", registry_queries.organisations(PUBLIC))
    return by.search("organisation", rows, q)


def plans() -> QuerySet[Plan]:
    """Public plans, latest first, with how much each holds."""
    return seen_now().rows("plan", strategies_queries.public_plans())


def goals(*, closed: bool = False) -> QuerySet[Goal]:
    """Goals of the plans that are shown; ``closed``: also those that ended."""
    of = plans().order_by().values("pk")
    rows = strategies_queries.public_goals(closed=closed).filter(plan__in=of)
    return seen_now().rows("goal", rows)


def indicators() -> QuerySet[Indicator]:
    """Cards of which something is published."""
    return seen_now().rows("indicator", strategies_queries.public_indicators())


def indicator(public_id: str) -> Indicator:
    found = strategies_queries.public_indicator(public_id)
    return seen_now().one("indicator", found)


def targets_of_card(card: Indicator) -> list[Target]:
    """The targets that stand, of plans whose tree is shown; 1 query."""
    by = seen_now()
    return [
        target
        for target in strategies_queries.targets_of(PUBLIC, card)
        if target.replaced_by_id is None
        and by.shows_row("plan", target.plan)
        and by.shows("plan", "tree", by.one("plan", target.plan))
    ]


def indices() -> QuerySet[CompositeVersion]:
    """The newest published version of each index."""
    return seen_now().rows("index", strategies_queries.public_indices(PUBLIC))


def index(public_id: str) -> CompositeVersion:
    """One published version with its results."""
    return seen_now().one("index", strategies_queries.index_version(PUBLIC, public_id))


def accounts() -> QuerySet[MethodRun]:
    """Published runs of the productivity accounts."""
    return seen_now().rows("account", strategies_queries.published_runs(PUBLIC))


def account(public_id: str) -> MethodRun:
    """One published run with its numbers."""
    return seen_now().one("account", strategies_queries.account_run(PUBLIC, public_id))


def plan(public_id: str) -> Plan:
    return seen_now().one("plan", strategies_queries.plan(PUBLIC, public_id))


def organisation(public_id: str) -> Organisation:
    return registry_queries.organisation(PUBLIC, public_id)


def public_receipt(position: int | None) -> str:
    """Return the receipt of a public act.

    Raises ``NotFound`` when there is no such public entry, ``StepNotAllowed`` when the
    log has not been signed since.
    """
    entry = entry_at(-1 if position is None else position)
    return receipt(entry, disclose=entry.public)


def public_entry(position: int) -> tuple[Entry, Checkpoint | None]:
    """The entry of a public act and the newest checkpoint if it covers it; 2 queries.

    Raises ``NotFound`` for any other: that there is one, only its hash says.
    """
    entry = entry_at(position)
    if not entry.public:
        raise NotFound(NO_ENTRY)
    signed = latest_checkpoint()
    return entry, signed if signed is not None and signed.size > position else None


def public_entry_receipt(position: int) -> str:
    """The receipt of a public entry; ``NotFound`` for one that is not public."""
    if not entry_at(position).public:
        raise NotFound
    return public_receipt(position)


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
    return portfolios_queries.public_deviations() if _rulings_are_open() else []


def draws() -> list[portfolios_queries.PublicDraw]:
    """The draws that decided between equals, with what it takes to draw again; 1 query."""
    return portfolios_queries.public_draws() if _rulings_are_open() else []


def _rulings_are_open() -> bool:
    by = seen_now()
    needed = (
        ("decision", WHOLE_ROW),
        ("decision", "ruling"),
        ("decision", "number"),
        ("decision", "released_at"),
        ("call", "code"),
        ("call", "title"),
    )
    return all(by.is_open(kind, key) for kind, key in needed)


def _targets_are_open() -> bool:
    by = seen_now()
    needed = (WHOLE_ROW, "code", "title", "state", "tree")
    return all(by.is_open("plan", key) for key in needed) and all(
        by.is_open(kind, WHOLE_ROW) for kind in ("goal", "indicator")
    )


def scorecards(*, at: datetime) -> list[Scorecard]:
    """The targets of every public plan that has some, by published values; 4 queries."""
    if not _targets_are_open():
        return []
    plans = list(strategies_queries.public_scorecards())
    found = strategies_queries.scorecards(PUBLIC, plans, as_of=at, published=True)
    return [found[plan.pk] for plan in plans]


def scorecard(public_id: str, *, at: datetime) -> Scorecard:
    """The targets of one public plan, else ``NotFound``; 4 queries."""
    if not _targets_are_open():
        raise NotFound
    return strategies_queries.public_scorecard(public_id, at=at)
