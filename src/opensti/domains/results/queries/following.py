"""What assets and uptake ask of people: plans, decisions, hand-overs, yearly answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from opensti.domains.contracts.queries import host_contract_ids
from opensti.domains.procedures.queries import working_calendar
from opensti.domains.results.choices import AssetState, UptakeState
from opensti.domains.results.queries.assets import assets, with_book
from opensti.domains.results.queries.handling import next_due
from opensti.domains.results.queries.uptake import uptake_years
from opensti.kernel.access import Role
from opensti.kernel.bilingual import Words, pick
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from datetime import date

    from opensti.kernel.access import Actor

MOST = 200
AHEAD = timedelta(days=60)
# In which states of an asset somebody may owe the next step.
WAITS_FOR = {
    "host": (AssetState.HELD, AssetState.DECIDED, AssetState.HANDED_OVER),
    "officer": (AssetState.PLANNED, AssetState.DECLINED),
    "leader": (AssetState.FORWARDED, AssetState.OFFERED),
}


def asset_work(actor: Actor, today: date) -> list[WorkItem]:
    """Steps of handling that this person owes and that have begun; 6 queries at most.

    A step is shown from sixty days before its day on.
    """
    mine = {
        owes
        for owes, holds in (
            ("host", actor.has(Role.APPLICANT, Role.MANAGER)),
            ("officer", actor.has(Role.OFFICER)),
            ("leader", actor.has(Role.LEADER)),
        )
        if holds
    }
    if not mine or actor.has(Role.AUDITOR, Role.ADMIN):
        return []
    rows = assets(actor).filter(
        state__in={state for owes in mine for state in WAITS_FOR[owes]}
    )
    if mine == {"host"}:
        rows = rows.filter(contract_id__in=host_contract_ids(actor))
    found = list(with_book(rows.order_by("id"))[:MOST])
    if not found:
        return []
    calendar = working_calendar()
    items = []
    for asset in found:
        owed = next_due(asset, calendar=calendar)
        if owed is None or owed.step.by not in mine or owed.due_on is None:
            continue
        if owed.due_on - today > AHEAD:
            continue
        items.append(
            WorkItem(
                kind=f"assets.{owed.step.id}",
                title=pick(owed.step.label_vi, owed.step.label_en),
                about=Words(asset.name, asset.name),
                code=asset.code,
                url_name="results:asset",
                url_args=(asset.public_id,),
                subject=f"results.asset:{asset.public_id}",
                due_on=owed.due_on,
                article=owed.step.basis,
                overdue=owed.late(today),
            )
        )
    return items


def uptake_work(actor: Actor, today: date) -> list[WorkItem]:
    """Hosts: answers due within sixty days or late. Officers: answers to be checked."""
    if actor.has(Role.AUDITOR, Role.ADMIN):
        return []
    items = []
    if actor.has(Role.APPLICANT, Role.MANAGER):
        rows = uptake_years(actor).filter(
            contract_id__in=host_contract_ids(actor),
            state__in=(UptakeState.DUE, UptakeState.RETURNED),
            due_on__lte=today + AHEAD,
        )
        items += [
            WorkItem(
                kind="uptake.answer",
                title=_("Say what became of the result"),
                about=Words(year.contract.title_vi, year.contract.title_en),
                code=year.contract.number,
                url_name="results:uptake_year",
                url_args=(year.public_id,),
                subject=f"results.uptake:{year.public_id}",
                due_on=year.due_on,
                overdue=year.due_on < today,
            )
            for year in rows[:MOST]
        ]
    if actor.has(Role.OFFICER):
        waiting = uptake_years(actor).filter(state=UptakeState.ANSWERED).count()
        if waiting:
            items.append(
                WorkItem(
                    kind="uptake.check",
                    title=ngettext(
                        "%(n)s answer on uptake is to be checked",
                        "%(n)s answers on uptake are to be checked",
                        waiting,
                    )
                    % {"n": waiting},
                    url_name="results:uptake_years",
                )
            )
    return items
