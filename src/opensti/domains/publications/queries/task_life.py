"""The whole public life of one task: nine stages from the order to the use of its results.

What happened stands in public acts, each with its receipt; what else is told of a stage
(counts, deadlines, what hangs on it) the disclosure policy decides, and what it withholds
is named with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from opensti.domains.contracts.queries import contract_of_task, payments_of_contract
from opensti.domains.portfolios.queries import decision_of_task
from opensti.domains.procedures.choices import DeadlineState
from opensti.domains.procedures.queries import deadlines_of_cases
from opensti.domains.publications.disclosure import WHOLE_ROW, Form
from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.histories import (
    Change,
    Moment,
    changes_in,
    moments_of,
    public_acts,
    shown_changes,
    subject_of,
)
from opensti.domains.publications.queries.payments import shown_payments
from opensti.domains.publications.queries.public_councils import (
    councils_of_task,
    set_up_of,
)
from opensti.domains.publications.queries.sight import sight
from opensti.domains.results.queries import (
    Uptake,
    acceptance_of_contract,
    assets_by_kind,
    grade_of,
    offer_subject,
    offers_of_contract,
    open_since,
    uptake_of,
)
from opensti.kernel.access import STAFF

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from opensti.domains.publications.queries.public_councils import SeenCouncil, SetUp
    from opensti.domains.publications.queries.sight import Card, Sight, Withheld

STAGES = (
    "order", "call", "council", "decision", "contract", "running", "acceptance",
    "results", "use",
)  # fmt: skip
# In which stage a public act stands, by what it is called in the record.
_STAGE_OF = {
    "orders.approve": "order",
    "orders.correct": "order",
    "calls.publish": "call",
    "calls.extend": "call",
    "calls.ask_early_opening": "call",
    "calls.agree_early_opening": "call",
    "calls.open": "call",
    "calls.conclude": "call",
    "calls.cancel": "call",
    "calls.correct": "call",
    "portfolios.release_decision": "decision",
    "tasks.create": "decision",
    "tasks.correct": "decision",
    "contracts.sign": "contract",
    "contracts.decide_amendment": "running",
    "acceptances.recognise": "acceptance",
    "acceptances.register": "acceptance",
    "results.change": "results",
    "results.publish_offer": "use",
    "results.close_offer": "use",
}
# The entry of where a task stands follows what brought it there.
_BY_STATE = {"running": "contract", "accepted": "acceptance"}
_TRACKS = {
    "order": "order",
    "dossier": "decision",
    "contract": "contract",
    "acceptance": "acceptance",
}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A legal deadline: until when, since when it is settled, whether it was kept.

    ``kept`` is none while it runs.
    """

    label_vi: str
    label_en: str
    who: str
    due_on: date
    done_on: date | None
    kept: bool | None
    article: str


@dataclass(frozen=True, kw_only=True)
class Stage:
    """``state``: ``done``, ``now``, ``next``, or ``absent`` where it did not take place."""

    key: str
    state: str
    since: date | None
    moments: tuple[Moment, ...]
    deadlines: tuple[Kept, ...]
    withheld: tuple[Withheld, ...]


@dataclass(frozen=True, kw_only=True)
class TaskLife:
    """Everything that the page of a task shows."""

    task: Any
    card: Card
    stages: tuple[Stage, ...]
    changes: tuple[Change, ...]
    order: Card | None
    order_id: str
    decision: Any
    contract: Any
    contract_card: Card | None
    acceptance: Any
    grade: str
    results: tuple[Any, ...]
    councils: tuple[SeenCouncil, ...]
    assets: tuple[tuple[str, int], ...]
    uptake: Uptake | None
    reports: tuple[int, int] | None
    payments: tuple[int, Decimal | None] | None

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        """What is not shown of the task itself."""
        return self.card.withheld


def task_life(public_id: str, *, at: datetime) -> TaskLife:
    """One task with its whole public life, else ``NotFound``; 16 queries at most."""
    task = register.task(public_id)
    return _Told(task, sight(at=at)).life()


class _Told:
    """Asks once for each kind of thing that belongs to a task."""

    def __init__(self, task: Any, seen: Sight) -> None:
        self.task, self.seen = task, seen
        self.decision = self._known("decision", decision_of_task(task.pk))
        dossier = self.decision.dossier if self.decision else None
        self.order = self._known("order", task.order or (dossier and dossier.order))
        self.call = self._known("call", self.decision and self.decision.round.call)
        self.contract = self._known("contract", contract_of_task(task.pk))
        signed = self.contract is not None
        self.acceptance = acceptance_of_contract(self.contract.pk) if signed else None
        self.results = (
            tuple(
                register.results()
                .filter(contract_id=self.contract.pk)
                .select_related("contract__acceptance")
            )
            if signed
            else ()
        )
        self.offers = offers_of_contract(self.contract.pk) if signed else []
        self.councils = (
            councils_of_task(self.decision, self.acceptance, seen)
            if self.decision
            else ()
        )
        self.payments = (
            shown_payments(self.seen, payments_of_contract(self.contract.pk))
            if signed
            else ()
        )
        self.acts = public_acts(self._subjects())
        self.deadlines = self._deadlines()

    def _known(self, kind: str, row: Any) -> Any:
        return row if row is not None and self.seen.shows_row(kind, row) else None

    def _rows(self) -> dict[str, tuple[str, Any]]:
        """What each subject of the record is: its kind, and its row."""
        kinds = ("task", "order", "call", "decision", "contract", "acceptance")
        rows = [(kind, getattr(self, kind)) for kind in kinds]
        rows += [("result", row) for row in self.results]
        found = {
            subject_of(kind, row.public_id): (kind, row) for kind, row in rows if row
        }
        found |= {offer_subject(o.public_id): ("offer", o) for o in self.offers}
        return found

    def _subjects(self) -> list[str]:
        return list(self._rows())

    def _deadlines(self) -> dict[str, list[Kept]]:
        """Legal deadlines by stage, those of the office and those of others apart."""
        cases = [
            row.case_id
            for row in (
                self.order,
                self.decision and self.decision.dossier,
                self.contract,
                self.acceptance,
            )
            if row
        ]
        shows = {
            True: self.seen.shows("task", "deadlines_office", self.task),
            False: self.seen.shows("task", "deadlines_others", self.task),
        }
        found: dict[str, list[Kept]] = {}
        for row in deadlines_of_cases(cases) if any(shows.values()) else ():
            settled = row.state in (DeadlineState.MET, DeadlineState.MISSED)
            running = row.state == DeadlineState.RUNNING
            if not (settled or running) or not shows[row.binding_on in STAFF]:
                continue
            found.setdefault(_TRACKS.get(row.case.track, ""), []).append(
                Kept(
                    label_vi=row.label_vi,
                    label_en=row.label_en,
                    who=row.binding_on,
                    due_on=row.due_on,
                    done_on=localdate(row.closed_at) if row.closed_at else None,
                    kept=None if running else row.state == DeadlineState.MET,
                    article=row.article,
                )
            )
        return found

    # ---- put together

    def life(self) -> TaskLife:
        seen, contract = self.seen, self.contract
        card = seen.card("contract", contract) if contract else None
        return TaskLife(
            task=self.task,
            card=seen.card("task", self.task),
            stages=self._stages(card),
            changes=shown_changes(changes_in(self.acts), self._rows(), seen),
            order=seen.card("order", self.order) if self.order else None,
            order_id=self.order.public_id if self.order else "",
            decision=self.decision,
            contract=contract,
            contract_card=card,
            acceptance=self.acceptance,
            grade=self._grade(),
            results=self.results,
            councils=self.councils,
            assets=self._assets(),
            uptake=(
                uptake_of(contract.pk) if contract and card and card.uptake else None
            ),
            reports=(
                (contract.reports_in, contract.reports_owed)
                if contract and card and card.shows("reports")
                else None
            ),
            payments=(
                (contract.payments_made, card.paid)
                if contract and card and card.shows("payments")
                else None
            ),
        )

    def _grade(self) -> str:
        row = self.acceptance
        if row is None or row.recognised_on is None:
            return ""
        return grade_of(row) if self.seen.shows("acceptance", "rating", row) else ""

    def _assets(self) -> tuple[tuple[str, int], ...]:
        if self.contract is None or self.seen.form("asset", WHOLE_ROW) is Form.NONE:
            return ()
        return tuple(assets_by_kind(self.contract.pk))

    def _stages(self, card: Card | None) -> tuple[Stage, ...]:
        moments = self._moments()
        reached = max((STAGES.index(key) for key in moments), default=-1)
        ended = self.task.state in ("accepted", "stopped")
        stages = []
        for number, key in enumerate(STAGES):
            held = tuple(sorted(moments.get(key, ()), key=_when))
            if held:
                state = "now" if number == reached and not ended else "done"
            elif number < reached:
                state = "absent"
            else:
                state = "next"
            stages.append(
                Stage(
                    key=key,
                    state=state,
                    since=_day(held[0].at) if held else None,
                    moments=held,
                    deadlines=tuple(self.deadlines.get(key, ())),
                    withheld=self._withheld(key, card),
                )
            )
        return tuple(stages)

    def _moments(self) -> dict[str, list[Moment]]:
        found: dict[str, list[Moment]] = {}
        for moment in moments_of(self.acts, self._rows(), self.seen):
            stage = _STAGE_OF.get(moment.act) or _BY_STATE.get(
                moment.detail.get("state", ""), "running"
            )
            found.setdefault(stage, []).append(moment)
        for council in self.councils:
            if (told := set_up_of(council)) is not None:
                found.setdefault("council", []).append(_set_up(told))
            if council.row.concluded_at is None:
                continue
            found.setdefault("council", []).append(
                Moment(
                    act=f"council.{council.row.kind}",
                    at=council.row.concluded_at,
                    detail={"decision_number": council.card.decision_number or ""},
                    about=("council", council.row.public_id),
                )
            )
        for payment in self.payments:
            found.setdefault("running", []).append(
                Moment(
                    act="payment",
                    at=payment.paid_on,
                    money=payment.amount,
                    detail={"reference": payment.reference or ""},
                    about=("contract", self.contract.public_id),
                )
            )
        for row in self.results:
            found.setdefault("results", []).append(
                Moment(
                    act="result",
                    at=open_since(row),
                    detail={"title_vi": row.title_vi, "title_en": row.title_en},
                    about=("result", row.public_id),
                )
            )
        return found

    def _withheld(self, key: str, card: Card | None) -> tuple[Withheld, ...]:
        if key == "running" and card is not None:
            return tuple(
                one
                for one in card.withheld
                if one.field in ("paid", "payments", "reports", "settled_on")
            )
        return ()


def _set_up(told: SetUp) -> Moment:
    return Moment(
        act="council_set_up",
        at=told.decided_on,
        detail={
            "kind": told.kind,
            "decision_number": told.number,
            "seats": told.seats,
            "rule_vi": told.rule_vi,
            "rule_en": told.rule_en,
        },
        about=("council", told.public_id),
    )


def _when(moment: Moment) -> tuple[date, int]:
    return _day(moment.at), moment.position or 0


def _day(value: datetime | date) -> date:
    return localdate(value) if isinstance(value, datetime) else value
