"""The public life of every task as plain values, streamed: what open data are made of.

Nothing here decides what is public. Rows come from the register and are asked as the public,
acts from the public entries of the record; both hold what the disclosure policy shows, and
what it withholds is empty.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Prefetch

from opensti.domains.calls.queries import (
    call_subject,
    dossiers_answering,
    known_calls,
)
from opensti.domains.contracts.queries import (
    addresses_of_tasks,
    contract_subject,
    payments_of_tasks,
)
from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.payments import shown_payments
from opensti.domains.publications.queries.public_councils import set_up_for
from opensti.domains.publications.queries.told import detail_shown, is_passed_on
from opensti.domains.results.queries import (
    acceptance_subject,
    acceptances_of_tasks,
    open_since,
)
from opensti.domains.tasks.queries import order_subject, task_subject
from opensti.kernel.access import PUBLIC
from opensti.kernel.record.queries import entries_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from django.db.models import QuerySet

    from opensti.domains.publications.queries.public_councils import SetUp
    from opensti.domains.publications.queries.sight import Sight

AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Told:
    """One public act, as it stands in the record at ``position``.

    ``detail`` gives None for what is withheld of it.
    """

    position: int
    act: str
    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Body:
    """An organisation; ``ror`` is empty where it is not known."""

    public_id: str
    name_vi: str
    name_en: str
    ror: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A public order: what is wanted, up to which cost in whole đồng."""

    public_id: str
    code: str
    title_vi: str
    title_en: str
    objectives_vi: str
    ceiling: Decimal | None
    months: int | None
    way: str
    told: tuple[Told, ...]


@dataclass(frozen=True, kw_only=True)
class Called:
    """A published call, as it stands now."""

    public_id: str
    code: str
    title_vi: str
    title_en: str
    way: str
    opens_at: datetime | None
    closes_at: datetime | None
    state: str
    told: tuple[Told, ...]


# Of what is withheld as a whole.
NOBODY = Body(public_id="", name_vi="", name_en="", ror="")
NO_CALL = Called(
    public_id="", code="", title_vi="", title_en="", way="",
    opens_at=None, closes_at=None, state="", told=(),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Brought:
    """An open result; ``since`` is the day from which everybody may know of it."""

    public_id: str
    kind: str
    title_vi: str
    title_en: str
    formed_on: date | None
    since: date
    readiness: int | None
    certificate: str
    registered_on: date | None


@dataclass(frozen=True, kw_only=True)
class Paid:
    """One payment to the host; ``amount`` in whole đồng, none where it is withheld."""

    public_id: str
    paid_on: date
    amount: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Awarded:
    """A released approval with the task that came of it; ``amount`` in whole đồng.

    ``contract`` is the contract's address, empty until its signing is public; ``told`` are
    the public acts on decision, task, contract and acceptance, in their order.
    """

    public_id: str
    dossier: str
    title_vi: str
    title_en: str
    abstract_vi: str
    abstract_en: str
    host: Body
    amount: Decimal | None
    months: int | None
    reason_vi: str
    number: str
    released_at: datetime | None
    call: Called
    order: str
    task: str
    state: str
    start: date | None
    end: date | None
    contract: str
    told: tuple[Told, ...]
    results: tuple[Brought, ...]
    councils: tuple[SetUp, ...]
    payments: tuple[Paid, ...]


@dataclass(frozen=True, kw_only=True)
class Life:
    """From an order to what came of it; without ``order`` the one task that answers none."""

    public_id: str
    order: Asked | None
    calls: tuple[Called, ...]
    awards: tuple[Awarded, ...]


def lives(
    *,
    at_once: int = AT_ONCE,
    only: Collection[str] | None = None,
    acts: bool = True,
) -> Iterator[Life]:
    """Every public order with its calls, awards and results, then the tasks without one.

    In the order in which they came into the house; read in parts of ``at_once`` by key,
    so that memory does not grow with the house and nothing comes twice. About 12 queries
    for each part. With ``only``: the lives of these addresses. Without
    ``acts``, which cost most: nothing of the record, nor the contract that it announces.
    """
    by = register.seen_now()
    wanted = register.orders(by=by).defer(None).defer("grounds", "search_text")
    alone = _alone(by)
    if only is not None:
        wanted = wanted.filter(public_id__in=only)
        alone = alone.filter(task__public_id__in=only)
    called = Prefetch("calls", queryset=_calls(by))
    for part in _parts(wanted.prefetch_related(called), at_once):
        ids = [order.pk for order in part]
        # By key: asked through the join, each part would read every decision there is.
        decided = _decisions(by).filter(dossier_id__in=dossiers_answering(ids))
        shown = decided if by.is_open("decision", "order") else ()
        known = _Known(by, shown, part, acts=acts)
        yield from (known.life_of(order) for order in part)
    for part in _parts(alone, at_once):
        known = _Known(by, part, (), acts=acts)
        yield from (known.life_without_order(row) for row in known.decided)


def count_lives() -> int:
    """How many lives there are to read; 2 queries, 1 more for the policy."""
    by = register.seen_now()
    return register.orders(by=by).count() + _alone(by).count()


def _alone(by: Sight) -> QuerySet[Any]:
    """The decisions whose tasks answer no order that is shown."""
    rows = _decisions(by)
    if by.is_open("decision", "order"):
        answered = register.orders(by=by).order_by().values("pk")
        rows = rows.exclude(dossier__order_id__in=answered)
    return rows


def _parts(rows: QuerySet[Any], at_once: int) -> Iterator[list[Any]]:
    """All rows by key, in parts."""
    after = 0
    while part := list(rows.order_by("pk").filter(pk__gt=after)[:at_once]):
        yield part
        after = part[-1].pk


def _calls(by: Sight) -> QuerySet[Any]:
    return by.rows("call", known_calls(PUBLIC)).order_by("pk")


def _decisions(by: Sight) -> QuerySet[Any]:
    """Decisions with the order and the task that they are known by, shown or not."""
    rows = register.decisions(by=by).filter(task__isnull=False).order_by("pk")
    return rows.annotate(of_order=F("dossier__order_id"), of_task=F("task_id"))


class _Known:
    """What belongs to one part: asked once for all of it."""

    def __init__(
        self,
        by: Sight,
        decisions: Iterable[Any],
        orders: Sequence[Any],
        *,
        acts: bool,
    ) -> None:
        self.by = by
        rows = list(decisions)
        task_ids = [row.of_task for row in rows]
        found = register.tasks(by=by).order_by().filter(pk__in=task_ids)
        self.tasks = {
            t.pk: t for t in found.defer(None).defer("search_text", "source_digest")
        }
        if not by.is_open("decision", "task"):
            self.tasks = {}
        # A task whose file is not shown is not told of.
        self.decided = rows = [row for row in rows if row.of_task in self.tasks]
        task_ids = [row.of_task for row in rows]
        self.decisions: dict[int | None, list[Any]] = defaultdict(list)
        for row in rows:
            self.decisions[row.of_order].append(row)
        self.contracts = addresses_of_tasks(task_ids)
        self.acceptances = acceptances_of_tasks(task_ids)
        self.results: dict[int, list[Brought]] = defaultdict(list)
        brought = register.results(by=by).filter(contract__task_id__in=task_ids)
        for row in brought.select_related("contract__acceptance").order_by("pk"):
            if by.shows("result", "task", row):
                self.results[row.contract.task_id].append(_brought(row))
        self.councils = (
            set_up_for(
                [row.dossier_id for row in rows],
                [row.of_order for row in rows if row.of_order is not None],
                by,
            )
            if acts and rows
            else {}
        )
        self.payments: dict[int, list[Paid]] = defaultdict(list)
        for card in (
            shown_payments(by, payments_of_tasks(task_ids)) if acts and rows else ()
        ):
            self.payments[card.row.contract.task_id].append(
                Paid(
                    public_id=card.row.public_id,
                    paid_on=card.paid_on,
                    amount=card.amount,
                )
            )
        calls = self._known_calls(orders)
        self.told = self._told(orders, calls) if acts else defaultdict(list)
        self.calls = {pk: self._called(call) for pk, call in calls.items()}

    def _known_calls(self, orders: Sequence[Any]) -> dict[int, Any]:
        """The calls that decided, and those of the orders."""
        by, found = self.by, dict[int, Any]()
        if by.is_open("decision", "call"):
            called = {row.round.call_id for row in self.decided}
            found |= {call.pk: call for call in _calls(by).filter(pk__in=called)}
        if by.is_open("call", "orders"):
            found |= {call.pk: call for order in orders for call in order.calls.all()}
        return found

    def _told(
        self, orders: Sequence[Any], calls: Mapping[int, Any]
    ) -> dict[str, list[Told]]:
        """The public acts by their subject, each with the detail that is shown."""
        rows: dict[str, dict[str, Any]] = defaultdict(dict)
        for order in orders:
            rows[order_subject(order.public_id)]["order"] = order
        for call in calls.values():
            rows[call_subject(call.public_id)]["call"] = call
        for row in self.decided:
            about = {"decision": row, "task": self.tasks[row.of_task]}
            for subject in self._subjects(row):
                rows[subject] |= about
        found: dict[str, list[Told]] = defaultdict(list)
        for line in entries_of(list(rows), public_only=True):
            if is_passed_on(self.by, line.act):
                found[line.subject].append(
                    Told(
                        position=line.position,
                        act=line.act,
                        at=line.recorded_at,
                        detail=detail_shown(
                            self.by, line.act, line.detail, rows[line.subject]
                        ),
                    )
                )
        return found

    def _subjects(self, decision: Any) -> list[str]:
        """Whatever the record may tell of one award."""
        found = [
            f"portfolios.decision:{decision.public_id}",
            task_subject(self.tasks[decision.of_task].public_id),
        ]
        if contract := self.contracts.get(decision.of_task):
            found.append(contract_subject(contract))
        if acceptance := self.acceptances.get(decision.of_task):
            found.append(acceptance_subject(acceptance))
        return found

    def _of(self, *subjects: str) -> tuple[Told, ...]:
        found = [told for subject in subjects for told in self.told[subject]]
        return tuple(sorted(found, key=lambda told: told.position))

    def _called(self, call: Any) -> Called:
        return Called(
            public_id=call.public_id,
            code=call.code,
            title_vi=call.title_vi,
            title_en=call.title_en,
            way=call.way,
            opens_at=call.opens_at,
            closes_at=call.closes_at,
            state=call.state,
            told=self._of(call_subject(call.public_id)),
        )

    def _awarded(self, decision: Any, order: str = "") -> Awarded:
        task, host = self.tasks[decision.of_task], decision.dossier.host
        named = self.by.shows("decision", "host", decision)
        return Awarded(
            public_id=decision.public_id,
            dossier=decision.dossier.code,
            title_vi=task.title_vi,
            title_en=task.title_en,
            abstract_vi=task.abstract_vi,
            abstract_en=task.abstract_en,
            host=Body(
                public_id=host.public_id,
                name_vi=host.name_vi,
                name_en=host.name_en,
                ror=host.ror,
            )
            if named
            else NOBODY,
            amount=decision.amount,
            months=decision.months,
            reason_vi=decision.reason_vi,
            number=decision.round.decision_number,
            released_at=decision.round.released_at,
            call=self.calls.get(decision.round.call_id, NO_CALL),
            order=order,
            task=task.public_id,
            state=task.state,
            start=task.start,
            end=task.end,
            contract=self._announced(task.pk),
            told=self._of(*self._subjects(decision)),
            results=tuple(self.results[task.pk]),
            councils=(
                *self.councils.get(("order", decision.of_order), ()),
                *self.councils.get(("dossier", decision.dossier_id), ()),
            ),
            payments=tuple(self.payments[task.pk]),
        )

    def _announced(self, task_id: int) -> str:
        """The contract's address once an act on it is public; a draft is nobody's."""
        address = self.contracts.get(task_id, "")
        return address if self._of(contract_subject(address)) else ""

    def life_of(self, order: Any) -> Life:
        return Life(
            public_id=order.public_id,
            order=Asked(
                public_id=order.public_id,
                code=order.code,
                title_vi=order.title_vi,
                title_en=order.title_en,
                objectives_vi=order.objectives_vi,
                ceiling=order.budget_ceiling,
                months=order.duration_months,
                way=order.way,
                told=self._of(order_subject(order.public_id)),
            ),
            calls=tuple(
                self.calls[call.pk]
                for call in order.calls.all()
                if call.pk in self.calls
            ),
            awards=tuple(
                self._awarded(row, order.code) for row in self.decisions[order.pk]
            ),
        )

    def life_without_order(self, decision: Any) -> Life:
        award = self._awarded(decision)
        calls = (award.call,) if award.call.public_id else ()
        return Life(public_id=award.task, order=None, calls=calls, awards=(award,))


def _brought(row: Any) -> Brought:
    return Brought(
        public_id=row.public_id,
        kind=row.kind,
        title_vi=row.title_vi,
        title_en=row.title_en,
        formed_on=row.formed_on,
        since=open_since(row),
        readiness=row.trl_end,
        certificate=row.certificate,
        registered_on=row.registered_on,
    )
