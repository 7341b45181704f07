"""The registration sheet of a task's results as a paper, beside the file for the system."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.results import queries
from opensti.domains.results.choices import ResultKind, Secrecy
from opensti.kernel.bilingual import pick
from opensti.kernel.money import format_money
from opensti.ui.templatetags.ui import day
from opensti.web.papers import (
    BLANK,
    attached,
    issued_by,
    language_of_paper,
    of_the_host,
    official,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from opensti.domains.results.models import Handover
    from opensti.web.requests import Request


def _day(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else BLANK


def _kind(code: str) -> str:
    return str(ResultKind(code).label) if code in ResultKind.values else code


def registration_document(found: Handover) -> dict[str, Any]:
    """The frozen sheet in words; its digest is that of the file for the system."""
    sheet: Mapping[str, Any] = found.sheet
    lang = language_of_paper()
    task, judged = sheet["task"], sheet["acceptance"]
    levels = queries.level_names(found.acceptance)
    host = pick(sheet["host"]["name_vi"], sheet["host"]["name_en"])
    comma = lang == "vi"
    blocks: list[dict[str, Any]] = [
        {"kind": "heading", "text": _("1. The task")},
        {
            "kind": "pairs",
            "rows": [
                [_("Code"), task["code"] or BLANK],
                [_("Task"), pick(task["title_vi"], task["title_en"])],
                [_("Contract"), task["contract"] or BLANK],
                [_("Decision of approval"), task["decision"] or BLANK],
                [_("Host"), host],
                [_("Principal investigator"), sheet["leader"] or BLANK],
                [_("Begins"), _day(task["starts_on"])],
                [_("Ends"), _day(task["ends_on"])],
                [_("State money"), format_money(Decimal(task["state_money"]))],
                [_("Other money"), format_money(Decimal(task["other_money"]))],
            ],
        },
        {"kind": "heading", "text": _("2. The acceptance")},
        {
            "kind": "pairs",
            "rows": [
                [
                    _("Rating"),
                    levels.get(judged["level"], judged["level_name"]) or BLANK,
                ],
                [_("Completion confirmed"), _day(judged["completed_on"])],
                [_("Decision of recognition"), judged["decision"] or BLANK],
                [_("Recognised on"), _day(judged["recognised_on"])],
            ],
        },
        {"kind": "heading", "text": _("3. Products and results")},
    ]
    if sheet["products"]:
        blocks.append(
            {
                "kind": "table",
                "title": _("Products"),
                "columns": [
                    _("No."),
                    _("Product"),
                    _("Kind"),
                    _("Promised"),
                    _("Delivered"),
                    _("Rating"),
                ],
                "right": [0],
                "widths": [0.8, 6, 3, 2.3, 2.3, 2],
                "rows": [
                    [
                        n,
                        pick(p["name_vi"], p["name_en"]),
                        _kind(p["kind"]),
                        _amount(p["promised"], p["unit"], comma=comma),
                        _amount(p["delivered"], p["unit"], comma=comma),
                        levels.get(p["level"], p["level"]),
                    ]
                    for n, p in enumerate(sheet["products"], start=1)
                ],
            }
        )
    if sheet["results"]:
        blocks.append(
            {
                "kind": "table",
                "title": _("Results"),
                "columns": [
                    _("No."),
                    _("Result"),
                    _("Kind"),
                    _("Formed on"),
                    _("Readiness (TRL)"),
                    _("Secrecy"),
                ],
                "right": [0],
                "widths": [0.8, 6, 3, 2.3, 2.3, 2],
                "rows": [
                    [
                        n,
                        pick(r["title_vi"], r["title_en"]),
                        _kind(r["kind"]),
                        _day(r["formed_on"]),
                        " → ".join(
                            str(level)
                            for level in (r["trl_start"], r["trl_end"])
                            if level is not None
                        ),
                        str(Secrecy(r["secrecy"]).label),
                    ]
                    for n, r in enumerate(sheet["results"], start=1)
                ],
            }
        )
    if sheet["certificate"] is not None:
        blocks += [
            {"kind": "heading", "text": _("Certificate of registration")},
            {
                "kind": "pairs",
                "rows": [
                    [_("Number of the certificate"), sheet["certificate"]["number"]],
                    [_("Registered on"), _day(sheet["certificate"]["registered_on"])],
                    [_("System"), sheet["certificate"]["system"]],
                ],
            },
        ]
    blocks += attached(sheet["files"])
    return {
        **issued_by(lang, host, localtime(found.prepared_at).date()),
        "title": _("Sheet for the registration of the results of a task"),
        "blocks": blocks,
        "signatures": of_the_host(sheet["leader"]),
        "footer": f"SHA-256 {found.sha256}",
    }


def _amount(text: str, unit: str, *, comma: bool) -> str:
    if not text:
        return ""
    return f"{text.replace('.', ',') if comma else text} {unit}".strip()


@require_safe
def registration(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The frozen sheet in Word or PDF, for its signatures."""
    found = queries.handover(request.actor, public_id)
    return official(
        "sheet",
        registration_document(found),
        kind=kind,
        name=f"registration-{found.acceptance.public_id}-{found.number}",
    )
