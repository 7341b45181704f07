"""The reports a contract owes: planned when it is signed, planned anew when it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import locked, tell
from opensti.domains.contracts.actions.lighting import refresh_lights
from opensti.domains.contracts.choices import REPORT_OWED, ReportKind, ReportState
from opensti.domains.contracts.models import ReportDue
from opensti.domains.contracts.problem.schedule import Standing, plan, replan
from opensti.domains.contracts.queries import contract_by_id, rules_of
from opensti.domains.contracts.queries.reports import REPORTING, forms_for_reports
from opensti.domains.procedures.queries import working_calendar
from opensti.kernel.access import require
from opensti.kernel.checks import keep, locked_row, required
from opensti.kernel.periods import trust
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.domains.contracts.events import ContractSigned, TermsChanged
    from opensti.domains.contracts.models import Contract
    from opensti.domains.contracts.problem.schedule import Planned, Replan
    from opensti.kernel.access import Actor

MOST_GROUND = 1000


def plan_reports(event: ContractSigned | TermsChanged) -> None:
    """Plan what is owed (follows ``ContractSigned``), or plan anew (``TermsChanged``).

    What was handed in stays; what is owed moves; what falls beyond the end is not owed
    any more, unless the host has begun to write it. Cost: 5 statements.
    """
    contract = contract_by_id(event.contract_id)
    if contract.signed_on is None or contract.ends_on is None:
        return
    wanted = plan(
        rules_of(contract).reports,
        signed_on=contract.signed_on,
        ends_on=contract.ends_on,
        calendar=working_calendar(),
    )
    rows = {
        (row.rule, row.number): row
        for row in ReportDue.objects.select_for_update()
        .filter(contract=contract)
        .exclude(rule="")
    }
    by_officer = {
        key
        for key, row in rows.items()
        if row.state == ReportState.DROPPED and row.dropped_for
    }
    owed = (*REPORT_OWED, ReportState.DROPPED)
    change = replan(
        wanted,
        [
            Standing(
                key=key,
                due_on=row.due_on,
                touched=row.state in (ReportState.DRAFT, ReportState.RETURNED),
                dropped=row.state == ReportState.DROPPED,
            )
            for key, row in rows.items()
            if row.state in owed and key not in by_officer
        ],
        [k for k, row in rows.items() if row.state not in owed or k in by_officer],
    )
    if not change.nothing:
        _apply(contract, rows, change)
        _tell_plan(event, contract, change)
    refresh_lights(contract_ids=[contract.pk], at=event.at)


def _tell_plan(
    event: ContractSigned | TermsChanged, contract: Contract, change: Replan
) -> None:
    tell(
        event.actor,
        contract,
        "contracts.plan_reports",
        event.at,
        detail={
            "begun": len(change.begin),
            "moved": len(change.move),
            "dropped": len(change.drop),
        },
    )


def _apply(
    contract: Contract, rows: dict[tuple[str, int], ReportDue], change: Replan
) -> None:
    ReportDue.objects.bulk_create(
        ReportDue(
            contract=contract,
            rule=p.rule,
            kind=p.kind,
            form_code=p.form,
            number=p.number,
            label_vi=p.label_vi,
            label_en=p.label_en,
            article=p.article[:120],
            covers_from=p.covers_from,
            covers_to=p.covers_to,
            opens_on=p.opens_on,
            due_on=p.due_on,
            provisional=p.provisional,
        )
        for p in change.begin
    )
    moved = [_moved(rows[p.key], p) for p in change.move]
    for key in change.drop:
        rows[key].state = ReportState.DROPPED
        rows[key].version += 1
        moved.append(rows[key])
    ReportDue.objects.bulk_update(
        moved,
        [
            "state",
            "covers_from",
            "covers_to",
            "opens_on",
            "due_on",
            "provisional",
            "version",
        ],
    )


def _moved(row: ReportDue, to: Planned) -> ReportDue:
    row.covers_from, row.covers_to = to.covers_from, to.covers_to
    row.opens_on, row.due_on = to.opens_on, to.due_on
    row.provisional = to.provisional
    row.version += 1
    if row.state == ReportState.DROPPED:
        row.state = ReportState.DUE
    return row


@transaction.atomic
def add_report(
    *,
    actor: Actor,
    contract_id: int,
    kind: str,
    label_vi: str,
    covers_from: date,
    covers_to: date,
    due_on: date,
    ground: str,
    at: datetime,
    label_en: str = "",
) -> ReportDue:
    """Ask the host for one report more than the procedure does.

    The period is ``[covers_from, covers_to)``. Raises ``Invalid`` for days out of order, no
    ground, or a kind the procedure has no form for; ``StepNotAllowed`` before the signing.
    """
    contract = locked(actor, contract_id, "contracts.add_report", states=REPORTING)
    codes = forms_for_reports(contract)
    problems = []
    if kind not in codes:
        problems.append(
            Problem(
                field="kind",
                message=_("The procedure has no form for this kind of report."),
                mend=_("Choose another kind."),
            )
        )
    problems += [
        Problem(field=name, message=_("This must be said."))
        for name, text in (("label_vi", label_vi), ("ground", ground))
        if not text.strip()
    ]
    if covers_to <= covers_from:
        problems.append(
            Problem(
                field="covers_to",
                message=_("The period ends before it begins."),
                mend=_("Name a later day."),
            )
        )
    if contract.signed_on is not None and due_on < contract.signed_on:
        problems.append(
            Problem(
                field="due_on",
                message=_("The report would be due before the contract was signed."),
                mend=_("Name a later day."),
            )
        )
    if problems:
        raise Invalid(problems)
    last = ReportDue.objects.filter(contract=contract, rule="").count()
    due = ReportDue.objects.create(
        contract=contract,
        kind=ReportKind(kind),
        form_code=codes[kind],
        number=last + 1,
        label_vi=label_vi.strip()[:300],
        label_en=label_en.strip()[:300],
        ground=ground.strip()[:MOST_GROUND],
        covers_from=covers_from,
        covers_to=covers_to,
        due_on=due_on,
        provisional=bool(trust(due_on, due_on, working_calendar()).missing_years),
    )
    tell(
        actor,
        contract,
        "contracts.add_report",
        at,
        detail={"report": due.public_id, "kind": kind, "due_on": due_on.isoformat()},
        secret={"ground": due.ground},
    )
    refresh_lights(contract_ids=[contract.pk], at=at)
    return due


@transaction.atomic
def drop_report(
    *, actor: Actor, due_id: int, reason: str, at: datetime, expected_version: int
) -> ReportDue:
    """Say that a report is not owed, and why; nothing of it may have been handed in."""
    rows = ReportDue.objects.select_related("contract__case")
    due = locked_row(actor, rows, version=expected_version, pk=due_id)
    if due.state not in (ReportState.DUE, ReportState.DRAFT):
        raise StepNotAllowed(
            _("This report was handed in or is not owed."),
            mend=_("Reload the page: it shows what can be done now."),
        )
    require(actor, "contracts.drop_report", due.contract)
    said = required(reason=reason)["reason"]
    due.state, due.dropped_for = ReportState.DROPPED, said[:MOST_GROUND]
    keep(due, "state", "dropped_for")
    tell(
        actor,
        due.contract,
        "contracts.drop_report",
        at,
        detail={"report": due.public_id, "kind": due.kind},
        secret={"reason": due.dropped_for},
    )
    refresh_lights(contract_ids=[due.contract_id], at=at)
    return due
