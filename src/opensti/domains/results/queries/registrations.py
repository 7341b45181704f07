"""The registration sheet of a task's results, and the feed of those handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.results.models import (
    Acceptance,
    Handover,
    ProductVerdict,
    Registration,
    Result,
)
from opensti.domains.results.queries.acceptance import latest_dossier, level_names
from opensti.kernel.access import get_visible, visible

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

SCHEMA = "https://opensti.org/schemas/registration-1.json"


def registration_sheet(acceptance: Acceptance) -> dict[str, Any]:
    """All that the national system asks of a finished task, as plain values; 6 queries.

    Its fields are those of docs/schemas/registration.schema.json. The caller has decided
    who may know. Money is whole đồng as text.
    """
    contract = acceptance.contract
    handed = latest_dossier(acceptance)
    names = level_names(acceptance)
    found: dict[str, ProductVerdict] = {}
    for row in ProductVerdict.objects.filter(acceptance=acceptance).order_by("round"):
        found[row.product_key] = row
    registration = Registration.objects.filter(acceptance=acceptance).first()
    return {
        "schema": SCHEMA,
        "task": {
            "code": contract.task.code,
            "title_vi": contract.title_vi,
            "title_en": contract.title_en,
            "contract": contract.number,
            "decision": contract.decision_number,
            "starts_on": _day(contract.starts_on),
            "ends_on": _day(contract.ends_on),
            "state_money": f"{contract.state_money:f}",
            "other_money": f"{contract.other_money:f}",
            "currency": "VND",
        },
        "host": {
            "name_vi": contract.host.name_vi,
            "name_en": contract.host.name_en,
        },
        "leader": contract.leader.full_name if contract.leader else "",
        "acceptance": {
            "id": acceptance.public_id,
            "level": acceptance.rating,
            "level_name": names.get(acceptance.rating, ""),
            "completed_on": _day(acceptance.completed_on),
            "decision": acceptance.decision_number,
            "recognised_on": _day(acceptance.recognised_on),
        },
        "products": [
            {
                "key": p["key"],
                "kind": p["kind"],
                "name_vi": p["name_vi"],
                "name_en": p["name_en"],
                "promised": p["promised"],
                "delivered": p["delivered"],
                "unit": p["unit"],
                "level": found[p["key"]].level if p["key"] in found else "",
            }
            for p in (handed.content["products"] if handed else ())
        ],
        "results": [
            {
                "id": r.public_id,
                "kind": r.kind,
                "title_vi": r.title_vi,
                "title_en": r.title_en,
                "formed_on": _day(r.formed_on),
                "trl_start": r.trl_start,
                "trl_end": r.trl_end,
                "secrecy": r.secrecy,
            }
            for r in Result.objects.filter(contract=contract)
            .exclude(secrecy="secret")
            .order_by("pk")
        ],
        "certificate": None
        if registration is None
        else {
            "number": registration.number,
            "registered_on": _day(registration.registered_on),
            "system": registration.system_vi,
        },
        "files": [
            {
                "name": f["name"],
                "kind": f["kind"],
                "size": f["size"],
                "sha256": f["sha256"],
            }
            for f in (handed.content["files"] if handed else ())
        ],
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def handover(actor: Actor, public_id: str) -> Handover:
    """One dossier for the national system, with its acceptance."""
    rows = Handover.objects.select_related("acceptance__contract__host")
    return get_visible(actor, rows, public_id=public_id)


def registrations(actor: Actor, *, since: datetime | None = None) -> QuerySet[Handover]:
    """What was made for the national system, oldest first, from a moment on."""
    rows = visible(actor, Handover.objects.all())
    if since is not None:
        rows = rows.filter(prepared_at__gte=since)
    return rows.order_by("prepared_at", "id")
