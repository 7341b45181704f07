"""What acceptances ask of people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from opensti.domains.contracts.queries import host_contract_ids
from opensti.domains.procedures.choices import State
from opensti.domains.procedures.queries import first_due
from opensti.domains.results.models import Acceptance, ProductVerdict
from opensti.domains.results.queries.acceptance import (
    acceptance_subject,
    aftermath_of,
    has_council,
    is_overdue,
)
from opensti.kernel.access import Role, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

MOST = 200
# How long before the contract's end its host is asked to assess the work.
SOON = timedelta(days=60)


def acceptance_work(actor: Actor, today: date) -> list[WorkItem]:
    """Lines for a person's home page: at most 3 queries, however many acceptances."""
    if actor.user_id is None or actor.has(Role.ADMIN):
        return []
    lines: list[WorkItem] = []
    if actor.has(Role.OFFICER):
        lines += _judging(actor, today)
    if actor.has(Role.LEADER):
        lines += _recognising(actor, today)
    if actor.has(Role.APPLICANT, Role.MANAGER):
        lines += _handing_in(actor, today)
    return lines


def _rows(actor: Actor, where: Q, role: Role) -> QuerySet[Acceptance]:
    due = first_due(role, OuterRef("case"))
    of_round = ProductVerdict.objects.filter(
        acceptance=OuterRef("pk"), round=OuterRef("rework_times") + 1
    )
    return (
        visible(actor, Acceptance.objects.filter(where))
        .select_related("case", "contract", "registration")
        .annotate(
            due_on=Subquery(due.values("due_on")[:1]),
            is_judged=Exists(of_round),
        )
        .order_by("contract__ends_on", "pk")[:MOST]
    )


def _line(
    row: Acceptance, kind: str, title: str, today: date, due: date | None = None
) -> WorkItem:
    due = due or getattr(row, "due_on", None)
    return WorkItem(
        kind=f"acceptances.{kind}",
        title=title,
        code=row.contract.number,
        about=Words.titled(row.contract),
        url_name="results:acceptance",
        url_args=(row.public_id,),
        subject=acceptance_subject(row.public_id),
        due_on=due,
        article=aftermath_of(row).acceptance.basis,
        overdue=due is not None and due < today,
    )


def _handing_in(actor: Actor, today: date) -> Iterator[WorkItem]:
    """The host's side: assess, enter, hand in, mend, rework."""
    near = Q(case__state=State.AWAITED, contract__ends_on__lte=today + SOON)
    open_now = Q(case__state__in=[State.AT_BASE, State.RETURNED, State.REWORK])
    titles = {
        State.AWAITED: ("assess", _("Assess the finished work and attach its report")),
        State.AT_BASE: ("base", _("Let your own council judge the work")),
        State.RETURNED: ("return", _("Complete the acceptance dossier")),
        State.REWORK: ("rework", _("Rework what was not accepted")),
    }
    for row in _rows(
        actor,
        (near | open_now) & Q(contract_id__in=host_contract_ids(actor)),
        Role.MANAGER,
    ):
        kind, title = titles[State(row.case.state)]
        if row.case.stage == "base_passed":
            kind, title = "submit", _("Hand in the acceptance dossier")
        due = row.rework_until if row.case.state == State.REWORK else None
        yield _line(
            row,
            kind,
            title,
            today,
            due or getattr(row, "due_on", None) or row.contract.ends_on,
        )


def _judging(actor: Actor, today: date) -> Iterator[WorkItem]:
    """The officer's: check, conclude, confirm, register; end a waiting that is over."""
    states = [State.SUBMITTED, State.IN_COUNCIL, State.ACCEPTED, State.RECOGNISED]
    waiting = [State.AWAITED, State.AT_BASE, State.RETURNED, State.REWORK]
    late = Q(case__state__in=waiting, contract__ends_on__lt=today)
    where = Q(case__state__in=states) | late | Q(case__state=State.CONFIRMED)
    for row in _rows(actor, where, Role.OFFICER):
        state = State(row.case.state)
        if state is State.SUBMITTED:
            yield _line(
                row,
                "check",
                _("Check the acceptance dossier and form the council")
                if has_council(row)
                else _("Check the acceptance dossier and conclude on the evidence"),
                today,
            )
        elif state is State.IN_COUNCIL and getattr(row, "is_judged", False):
            yield _line(row, "conclude", _("Say what follows: rework or failed"), today)
        elif state is State.ACCEPTED:
            yield _line(
                row, "confirm", _("Confirm that the conclusions are carried out"), today
            )
        elif _waits_for_certificate(row, state):
            yield _line(
                row, "register", _("Enter the certificate of registration"), today
            )
        elif state in waiting and is_overdue(row, today):
            yield _line(row, "late", _("The acceptance dossier is overdue"), today)


def _waits_for_certificate(row: Acceptance, state: State) -> bool:
    if getattr(row, "registration", None) is not None:
        return False
    first = aftermath_of(row).registration.before == "recognition"
    return state is (State.CONFIRMED if first else State.RECOGNISED)


def _recognising(actor: Actor, today: date) -> Iterator[WorkItem]:
    """The leader's: results whose completion is confirmed."""
    for row in _rows(actor, Q(case__state=State.CONFIRMED), Role.LEADER):
        if not _waits_for_certificate(row, State.CONFIRMED):
            yield _line(row, "recognise", _("Recognise the result"), today)
