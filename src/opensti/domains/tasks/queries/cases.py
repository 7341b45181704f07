"""Needs, orders and task files as each person may know them, and what waits for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures import queries as procedures_queries
from opensti.domains.procedures.choices import Act, State, Track
from opensti.domains.tasks import permissions as _permissions  # noqa: F401 -- who sees what
from opensti.domains.tasks.choices import ListState, TaskState
from opensti.domains.tasks.models import Need, Order, OrderList, OrderProduct, Task
from opensti.domains.tasks.permissions import closed_orders
from opensti.kernel.access import PUBLIC, STAFF, Role, get_visible, may, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.files.serving import files_of
from opensti.kernel.searchtext import matches
from opensti.kernel.subqueries import worded_once
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.procedures.regimes.format import Form
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile
    from opensti.kernel.refusals import Text

NEWS_DAYS = 14
MOST_LINES = 100
OPEN_NEEDS = (State.SUBMITTED, State.TRIAGED)


# ---- names of things in the record and in procedures


def need_subject(public_id: str) -> str:
    return f"tasks.need:{public_id}"


def order_subject(public_id: str) -> str:
    return f"tasks.order:{public_id}"


def list_subject(public_id: str) -> str:
    return f"tasks.order_list:{public_id}"


def task_subject(public_id: str) -> str:
    return f"tasks.task:{public_id}"


# ---- needs


def needs(actor: Actor, q: str = "") -> QuerySet[Need]:
    """Needs the person may know of, newest first, with the day an answer is due."""
    rows = Need.objects.select_related("case", "organisation", "field", "created_by")
    return matches(
        visible(actor, rows)
        .annotate(due_on=_due(Need))
        .defer("answers", "problem", "users", "expected_products")
        .order_by("-created_at", "-pk"),
        q,
    )


def need(actor: Actor, public_id: str) -> Need:
    """One need with its case and what was merged into it; ``NotFound`` if hidden."""
    return get_visible(
        actor,
        Need.objects.select_related(
            "case__regime_version",
            "organisation",
            "field",
            "created_by",
            "goal__plan",
            "merged_into__case",
        ).defer(*procedures_queries.CASE_REGIME),
        public_id=public_id,
    )


def merged_needs(actor: Actor, need_id: int) -> QuerySet[Need]:
    return visible(
        actor,
        Need.objects.select_related("organisation").filter(merged_into_id=need_id),
    )


def needs_by_id(actor: Actor, ids: Iterable[int]) -> QuerySet[Need]:
    return visible(actor, Need.objects.select_related("case", "organisation")).filter(
        pk__in=list(ids)
    )


def form_of(need: Need) -> Form:
    """The form the need was begun with, as its regime froze it."""
    return procedures_queries.regime_of(need.case).form(need.form_code)


def need_files(need: Need) -> dict[str, list[StoredFile]]:
    """The files of a need by the field they were handed in for; 1 query.

    Whoever may know of the need may know of its files.
    """
    found: dict[str, list[StoredFile]] = {}
    for file in files_of(need_subject(need.public_id)):
        found.setdefault(file.kind, []).append(file)
    return found


def needs_to_merge_into(actor: Actor, ids: Iterable[int]) -> QuerySet[Need]:
    """Of the chosen needs, those that can stay."""
    return needs_by_id(actor, ids).filter(case__state__in=OPEN_NEEDS)


@worded_once
def needs_of_others(actor: Actor) -> Any:
    """Ids of the needs that the person judges for the office, as a subquery.

    None that he or his house proposed.
    """
    own = Q(created_by_id=actor.user_id) | Q(
        organisation_id__in=actor.member_of | actor.manages
    )
    others = visible(actor, Need.objects.all()).exclude(
        pk__in=Need.objects.filter(own).values("pk")
    )
    return others.values("pk")


def public_order_ids() -> Any:
    """Ids of the orders that everybody may know of, as a subquery."""
    return order_ids(PUBLIC)


def needs_for_orders(actor: Actor) -> QuerySet[Need]:
    """Accepted needs that no order answers yet."""
    return visible(
        actor,
        Need.objects.select_related("organisation", "case", "goal").filter(
            case__state=State.TRIAGED
        ),
    ).order_by("-created_at")


# ---- orders and their lists


def orders(actor: Actor, q: str = "") -> QuerySet[Order]:
    rows = Order.objects.select_related("case", "field", "list", "assigned_host")
    return matches(
        visible(actor, rows)
        .annotate(due_on=_due(Order))
        .defer("objectives_vi", "objectives_en", "grounds")
        .order_by("-created_at", "-pk"),
        q,
    )


def order(actor: Actor, public_id: str) -> Order:
    return get_visible(
        actor,
        Order.objects.select_related(
            "case__regime_version",
            "field",
            "goal__plan",
            "list",
            "assigned_host",
            "created_by",
        )
        .defer(*procedures_queries.CASE_REGIME)
        .prefetch_related("products"),
        public_id=public_id,
    )


def needs_of_order(actor: Actor, order_id: int) -> QuerySet[Need]:
    return visible(
        actor,
        Need.objects.select_related("organisation", "case").filter(orders=order_id),
    ).order_by("pk")


def ready_for_approval(order: Order) -> bool:
    """Whether the order's own procedure lets the leader approve it now, and it is whole.

    Some procedures ask a council first, others do not: the frozen table knows.
    """
    table = procedures_queries.regime_of(order.case).track(Track.ORDER)
    return (
        table.step(order.case.stage, Act.ORDER_APPROVE) is not None
        and bool(order.objectives_vi)
        and len(order.products.all()) > 0
    )


def orders_for_list(actor: Actor, list_id: int | None = None) -> list[Order]:
    """Orders that may be approved next and stand on no other list."""
    free = Q(list=None) if list_id is None else Q(list=None) | Q(list_id=list_id)
    rows = visible(
        actor,
        Order.objects.select_related("case")
        .prefetch_related("products")
        .filter(free, case__state__in=(State.DRAFT, State.DETERMINED)),
    ).order_by("pk")
    return [row for row in rows if ready_for_approval(row)]


def orders_to_call(actor: Actor, way: str | None = None) -> QuerySet[Order]:
    """Approved orders for which no call is open yet."""
    rows = visible(
        actor,
        Order.objects.select_related("case", "field").filter(
            case__state=State.APPROVED
        ),
    ).order_by("code")
    return rows.filter(way=way) if way else rows


def orders_on_agenda(order_ids: Iterable[int]) -> QuerySet[Order]:
    """Orders for a council's members; the caller has decided by its own rule who they are."""
    return (
        Order.objects.filter(pk__in=list(order_ids))
        .select_related("case", "field")
        .prefetch_related("products")
        .order_by("pk")
    )


@worded_once
def order_ids(actor: Actor) -> Any:
    """Ids of the orders that the person may know of, as a subquery."""
    return visible(actor, Order.objects.all()).values("pk")


def orders_in_state(actor: Actor, *states: str) -> QuerySet[Order]:
    return visible(actor, Order.objects.select_related("case")).filter(
        case__state__in=states
    )


def order_lists(actor: Actor) -> QuerySet[OrderList]:
    """Lists with the number of their orders and the sum of what is known of them."""
    known = None if _in_office(actor) else ~Q(orders__in=closed_orders().values("pk"))
    return (
        visible(actor, OrderList.objects.select_related("decided_by", "created_by"))
        .annotate(
            count=Count("orders", distinct=True, filter=known),
            ceiling=Sum("orders__budget_ceiling", filter=known),
        )
        .order_by("-created_at", "-pk")
    )


def _in_office(actor: Actor) -> bool:
    return actor.has(*STAFF, Role.AUDITOR)


def orders_unless_closed(actor: Actor) -> QuerySet[Order]:
    """Orders named elsewhere, on lists and in calls: of closed ones those one may know of."""
    rows = Order.objects.all()
    if _in_office(actor):
        return rows
    closed = Q(pk__in=closed_orders().values("pk"))
    return rows.filter(~closed | Q(pk__in=order_ids(actor)))


def order_list(actor: Actor, public_id: str) -> OrderList:
    return get_visible(
        actor,
        OrderList.objects.select_related("decided_by", "created_by").prefetch_related(
            Prefetch(
                "orders",
                queryset=orders_unless_closed(actor)
                .select_related("case")
                .prefetch_related(
                    Prefetch(
                        "products", queryset=OrderProduct.objects.order_by("position")
                    )
                )
                .order_by("code", "pk"),
            )
        ),
        public_id=public_id,
    )


# ---- task files


def tasks(actor: Actor, q: str = "") -> QuerySet[Task]:
    """Task files and archives, newest year first."""
    return matches(
        visible(actor, Task.objects.all())
        .select_related("host", "leader")
        .defer("abstract_vi", "abstract_en", "search_text", "source_digest")
        .order_by("-year", "-pk"),
        q,
    )


def task(actor: Actor, public_id: str) -> Task:
    return get_visible(
        actor,
        Task.objects.select_related("host", "leader", "order", "goal__plan"),
        public_id=public_id,
    )


def archived_texts(*, source: str, limit: int, after_key: str = "") -> QuerySet[Task]:
    """Archived tasks with an abstract, by key: real texts for demonstrations."""
    return (
        Task.objects.filter(
            source=source, source_key__gt=after_key, state=TaskState.ARCHIVED
        )
        .exclude(abstract_en="", abstract_vi="")
        .order_by("source_key")[:limit]
    )


def funders(actor: Actor) -> list[str]:
    """Every funder once, for the filter; answered from its index alone."""
    rows = visible(actor, Task.objects.exclude(funder="").order_by("funder"))
    return list(rows.values_list("funder", flat=True).distinct()[:MOST_LINES])


def latest_year(actor: Actor) -> int | None:
    year: int | None = visible(actor, Task.objects.all()).aggregate(Max("year"))[
        "year__max"
    ]
    return year


# ---- what is to be done


def work_for(actor: Actor, today: date) -> list[WorkItem]:
    """Lines for the home page: at most one bounded query for each kind of work."""
    if actor.user_id is None:
        return []
    lines = _own_needs(actor, today)
    if may(actor, "tasks.triage_need"):
        lines += _needs_in(
            actor,
            State.SUBMITTED,
            kind="needs.triage",
            title=_("Answer a need"),
            today=today,
        )
    if may(actor, "tasks.draft_order"):
        lines += _needs_in(
            actor,
            State.TRIAGED,
            kind="needs.order",
            title=_("Take an accepted need into an order"),
            today=today,
        )
        lines += _orders_in(
            actor,
            State.DRAFT,
            kind="orders.complete",
            title=_("Complete an order and send it on"),
            today=today,
            unlisted=True,
        )
        lines += _orders_in(
            actor,
            State.DETERMINED,
            kind="orders.list",
            title=_("Put an order on a list for approval"),
            today=today,
            unlisted=True,
        )
    if actor.has(Role.LEADER):
        lines += [
            WorkItem(
                kind="order_lists.approve",
                title=_("Approve a list of orders"),
                about=Words.titled(batch),
                url_name="tasks:list",
                url_args=(batch.public_id,),
                subject=list_subject(batch.public_id),
            )
            for batch in visible(actor, OrderList.objects.all())
            .filter(state=ListState.DRAFT, orders__isnull=False)
            .distinct()
            .order_by("created_at")[:MOST_LINES]
        ]
    return lines


_OWN: dict[str, tuple[str, Text]] = {
    State.DRAFT: ("needs.finish", _("Finish and submit your need")),
    State.RETURNED: ("needs.complete", _("Complete your need: it was returned")),
    State.ANSWERED: ("needs.read", _("Read the answer to your need")),
    State.MERGED: ("needs.read", _("Read the answer to your need")),
    State.TRIAGED: ("needs.read", _("Your need was accepted for consideration")),
    State.ORDERED: ("needs.read", _("Your need was taken into an order")),
}


def _own_needs(actor: Actor, today: date) -> list[WorkItem]:
    mine = Q(created_by_id=actor.user_id)
    if actor.manages:
        mine |= Q(organisation_id__in=actor.manages)
    news = Q(
        case__state__in=(State.ANSWERED, State.MERGED, State.TRIAGED, State.ORDERED),
        replied_at__date__gt=today - timedelta(days=NEWS_DAYS),
    )
    rows = _with_due(
        visible(actor, Need.objects.all()).filter(
            mine, Q(case__state__in=(State.DRAFT, State.RETURNED)) | news
        )
    )
    return [
        _line(
            row,
            kind=_OWN[row.case.state][0],
            title=_OWN[row.case.state][1],
            today=today,
            dated=row.case.state == State.RETURNED,
        )
        for row in rows
    ]


def _needs_in(
    actor: Actor, state: State, *, kind: str, title: Text, today: date
) -> list[WorkItem]:
    rows = _with_due(visible(actor, Need.objects.all()).filter(case__state=state))
    return [_line(row, kind=kind, title=title, today=today) for row in rows]


def _orders_in(
    actor: Actor,
    state: State,
    *,
    kind: str,
    title: Text,
    today: date,
    unlisted: bool = False,
) -> list[WorkItem]:
    rows = visible(actor, Order.objects.all()).filter(case__state=state)
    if unlisted:
        rows = rows.filter(list=None)
    return [_line(row, kind=kind, title=title, today=today) for row in _with_due(rows)]


def _with_due(rows: QuerySet[Any]) -> Sequence[Any]:
    """The most urgent rows with the day due and the article that says so."""
    urgent: Sequence[Any] = (
        rows.select_related("case")
        .annotate(due_on=_due(rows.model), due_article=_due(rows.model, "article"))
        .order_by("due_on", "created_at")[:MOST_LINES]
    )
    return urgent


def _due(model: type[Need | Order], column: str = "due_on") -> Subquery:
    """The nearest running deadline of the row's case."""
    at = "case__deadlines__"
    return Subquery(
        model._base_manager.filter(procedures_queries.unsettled(at), pk=OuterRef("pk"))
        .order_by(f"{at}due_on")
        .values(f"{at}{column}")[:1]
    )


def _line(
    row: Need | Order, *, kind: str, title: Text, today: date, dated: bool = True
) -> WorkItem:
    due = getattr(row, "due_on", None) if dated else None
    is_need = isinstance(row, Need)
    subject = need_subject if is_need else order_subject
    return WorkItem(
        kind=kind,
        title=title,
        about=Words.titled(row),
        url_name="tasks:need" if is_need else "tasks:order",
        url_args=(row.public_id,),
        subject=subject(row.public_id),
        due_on=due,
        article=(getattr(row, "due_article", None) or "") if dated else "",
        overdue=due is not None and due < today,
    )


def orders_settled() -> Any:
    """Ids of the orders that are before nobody any more: public, rejected, cancelled."""
    ended = (State.REJECTED, State.CANCELLED)
    # Looked up one by one: a list of all that are public would be made for each question.
    known = Exists(visible(PUBLIC, Order.objects.filter(pk=OuterRef("pk"))))
    rows = Order.objects.filter(Q(case__state__in=ended) | Q(known))
    rows = rows.exclude(pk__in=closed_orders().values("pk"))
    return rows.order_by().values("pk")
