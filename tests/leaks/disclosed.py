"""A small public house full of marks, and the public that reads all of it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now

from opensti.domains.calls.models import Call, Dossier
from opensti.domains.portfolios.models import Decision, Round
from opensti.domains.publications.actions import rebuild_search
from opensti.domains.publications.choices import EntryKind
from opensti.domains.publications.models import PolicyVersion
from opensti.domains.publications.queries.following import FOLLOWED
from opensti.domains.publications.queries.policies import read_policy
from opensti.domains.publications.queries.subjects import KINDS as SUBJECTS
from opensti.domains.registry.models import Organisation
from opensti.domains.results.models import Offer, Result
from opensti.domains.strategies.models import Plan
from opensti.domains.tasks.models import Order, Task
from opensti.exports.files import FILES
from opensti.kernel.refusals import NotFound
from opensti.portal.statistics import PAGES
from tests.factories import results, strategies_plans
from tests.factories.policies import content
from tests.factories.tasks import AT
from tests.leaks.places import places
from tests.leaks.reading import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.leaks.places import Place

# Spaces whose pages ask for a sign-in, or show the log, which tells for ever what it told.
SIGNED_IN = frozenset(
    {
        "strategies", "contracts", "results", "panels", "portfolios", "registry", "calls",
        "tasks", "overlaps", "accounts", "procedures", "jobs", "audit", "ui", "record",
        "log", "disclosure",
    }
)  # fmt: skip
# Addresses with more in them than an id, and what is asked there. A new one must be named.
ARGUMENTS: dict[str, list[dict[str, Any]]] = {
    "portal:open_file": [{"name": name} for name in FILES],
    # Indices, accounts and targets are released by acts of their own, under no field.
    "portal:account_picture": [],
    "portal:index_file": [],
    "portal:scorecard_file": [],
    "portal:kind_feed": [{"kind": kind} for kind in EntryKind.values],
    "portal:sitemap_part": [{"number": "1"}],
    "portal:picture_file": [
        {"key": key, "kind": kind} for key in PAGES for kind in ("csv", "svg")
    ],
    # Links out of letters, files of news, and receipts of the log: of nothing in this house.
    "portal:assess": [],
    "portal:assess_clause": [],
    # Nor are the link of a campaign and the secret of an idea.
    "portal:idea_new": [],
    "portal:idea": [],
    "portal:survey": [],
    "portal:survey_part": [],
    "portal:survey_own": [],
    # Waves are published by an act of their own, once, under no field.
    "portal:survey_results": [],
    "portal:confirm": [],
    "portal:leave": [],
    "portal:article_file": [],
    "portal:voice_follow": [],
    "portal:voice_confirm": [],
    "portal:support_confirm": [],
    "portal:receipt": [],
    "api-1:entry_receipt": [],
}
# Addresses of a kind and an id: which kinds are asked, each with every id.
KINDS: dict[str, tuple[str, ...]] = {
    "portal:thing_feed": FOLLOWED,
    "portal:voices_about": tuple(SUBJECTS),
}
# What each column is, by kind and field, of which it is the only source.
TEXTS: dict[str, tuple[type, str, str]] = {
    "call.code": (Call, "code", "call"),
    "call.title": (Call, "title_vi", "call"),
    "call.description": (Call, "description_vi", "call"),
    "order.code": (Order, "code", "order"),
    "order.title": (Order, "title_vi", "order"),
    "order.objectives": (Order, "objectives_vi", "order"),
    "decision.dossier": (Dossier, "code", "decision"),
    "decision.title": (Dossier, "title_vi", "decision"),
    "decision.reason": (Decision, "reason_vi", "decision"),
    "decision.number": (Round, "decision_number", "decision"),
    "task.code": (Task, "code", "task"),
    "task.title": (Task, "title_vi", "task"),
    "task.abstract": (Task, "abstract_vi", "task"),
    "task.funder": (Task, "funder", "task"),
    "task.leader": (Task, "leader_name", "task"),
    "result.title": (Result, "title_vi", "result"),
    "result.description": (Result, "description_vi", "result"),
    "result.certificate": (Result, "certificate", "result"),
    "offer.title": (Offer, "title_vi", "offer"),
    "offer.does": (Offer, "does_vi", "offer"),
    "offer.conditions": (Offer, "conditions_vi", "offer"),
    "offer.contact": (Offer, "contact", "offer"),
    "plan.code": (Plan, "code", "plan"),
    "plan.title": (Plan, "title_vi", "plan"),
    "plan.summary": (Plan, "summary_vi", "plan"),
    "plan.act_number": (Plan, "act_number", "plan"),
    "plan.issuer": (Plan, "issuer_vi", "plan"),
    "plan.source": (Plan, "source", "plan"),
    # One column under the fields of several kinds.
    "host": (Organisation, "name_vi", ""),
}
MONEY: dict[str, tuple[type, str]] = {
    "order.budget_ceiling": (Order, "budget_ceiling"),
    "decision.amount": (Decision, "amount"),
    "task.amount": (Task, "amount"),
}
_SEPARATED = re.compile(r"(?<=\d)[.,\u00a0\u202f ](?=\d{3})")


class House:
    """Rows whose every public column holds a mark of its own."""

    def __init__(self) -> None:
        funded = results.running()
        results.accepted(funded)
        made = results.result(funded)
        Offer.objects.create(
            result=made,
            host=funded.contract.host,
            form="licence",
            state="public",
            opens_on=localdate(),
            created_at=AT,
        )
        strategies_plans.issued()
        self.marks: dict[str, str] = {}
        for number, (place, (model, column, _kind)) in enumerate(TEXTS.items()):
            mark = f"zq{number:03d}qz"
            self.marks[place] = mark
            for row in model._default_manager.all():  # codes are unique: told apart
                values = {column: f"{mark}{row.pk}"}
                if hasattr(row, "search_text"):
                    values["search_text"] = f"{row.search_text} {mark}{row.pk}"
                model._default_manager.filter(pk=row.pk).update(**values)
        for number, (place, (model, column)) in enumerate(MONEY.items()):
            amount = 71_234_000_017 + number * 1_000_000_000
            self.marks[place] = str(amount)
            model._default_manager.update(**{column: Decimal(amount)})
        self.ids = [
            row.public_id
            for model in (Call, Order, Decision, Task, Result, Offer, Plan)
            for row in model._default_manager.all()
        ]


def issue(changes: dict[str, dict[str, Any] | None]) -> PolicyVersion:
    """A version in force today: the shipped rules with these changes."""
    whole = content(changes)
    digest = read_policy(whole, file="test").digest
    number = PolicyVersion.objects.count() + 1
    version = PolicyVersion.objects.create(
        number=number, title_vi="Phép thử", content=whole, digest=digest,
        state="issued", drafted_at=AT, issued_at=AT, in_force_from=localdate(), reason="Thử",
    )  # fmt: skip
    rebuild_search(at=now())  # as the worker does when a policy is issued
    return version


def read(ids: list[str]) -> dict[str, str]:
    """Every address that the public may ask for, with all that is answered there."""
    client = Client(raise_request_exception=False)
    found: dict[str, str] = {}
    for place in places():
        if place.name.split(":")[0] in SIGNED_IN:
            continue
        for address in _addresses(place, ids):
            response = client.get(address)
            assert response.status_code < 500, address
            if response.status_code in (401, 405):
                break
            if response.status_code != 200:
                continue
            found[address] = _read(response)
            if place.list_page is not None:
                columns = ",".join(place.list_page.table_class.base_columns)
                for more in (f"?cols={columns}&export=csv", f"?cols={columns}"):
                    found[address + more] = _read(client.get(address + more))
    return found


def _read(response: Any) -> str:
    try:
        text = text_of(response)
    except NotFound:  # a file that may not be empty
        return ""
    return _SEPARATED.sub("", text)


def _addresses(place: Place, ids: list[str]) -> Iterator[str]:
    if not place.name.split(":")[-1] or "/" in place.name or "(" in place.name:
        return  # the frame: sign-in, files
    if not place.arguments:
        yield reverse(place.name)
    elif place.name in ARGUMENTS:
        for arguments in ARGUMENTS[place.name]:
            yield reverse(place.name, kwargs=arguments)
    elif place.name in KINDS:
        for kind in KINDS[place.name]:
            for public_id in ids:
                yield reverse(place.name, args=[kind, public_id])
    elif place.arguments == ("public_id",):
        for public_id in ids:
            yield reverse(place.name, kwargs={"public_id": public_id})
    elif place.name.startswith(("portal:", "api-1:")):
        raise AssertionError(f"Say in ARGUMENTS what is asked at {place.name}.")
