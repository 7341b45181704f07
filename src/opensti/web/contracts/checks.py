"""Checks on the spot: a contract's own, one with its findings, its minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries
from opensti.domains.contracts.choices import CheckState, FindingState
from opensti.kernel.access import may
from opensti.kernel.bilingual import pick
from opensti.kernel.files.serving import readable_file, serve
from opensti.kernel.refusals import NotFound
from opensti.ui.pages import Crumb
from opensti.ui.templatetags.ui import day
from opensti.web.attached import KeptFile
from opensti.web.contracts.tabs import crumbs, tabs
from opensti.web.papers import issued, language_of_paper, official

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.contracts.models import SiteCheck
    from opensti.web.requests import Request

WAITING = "……"
CHECK_TONES = {"planned": "wait", "held": "info", "cancelled": "neutral"}
FINDING_TONES = {"open": "warn", "mended": "wait", "accepted": "good"}
SEVERITY_TONES = {"note": "neutral", "minor": "info", "major": "bad"}


@require_safe
def contract_checks(request: Request, public_id: str) -> HttpResponse:
    """All checks of a contract, and what the procedure says of them."""
    contract = queries.contract(request.actor, public_id)
    checks = list(queries.checks_of(request.actor, contract))
    held = [c.held_on for c in checks if c.held_on is not None]
    rule = queries.inspection_rule(contract)
    following = queries.next_check_by(contract, max(held, default=None))
    return render(
        request,
        "web/contracts/checks.html",
        {
            "title": _("Checks on the spot"),
            "breadcrumb": crumbs(contract, Crumb(_("Checks on the spot"))),
            "tabs": tabs(contract, "contracts:checks"),
            "contract": contract,
            "checks": [
                {
                    "check": check,
                    "tone": CHECK_TONES[check.state],
                    "open": sum(
                        f.state != FindingState.ACCEPTED for f in check.findings.all()
                    ),
                }
                for check in checks
            ],
            "rule": rule,
            "following": following,
            "late": following is not None and following < localdate(),
            "may_plan": may(request.actor, "contracts.plan_check", contract),
        },
    )


def check_crumbs(check: SiteCheck, *more: str) -> list[Crumb]:
    contract = check.contract
    here = reverse("contracts:check", args=[contract.public_id, check.public_id])
    return crumbs(
        contract,
        Crumb(
            _("Checks on the spot"),
            reverse("contracts:checks", args=[contract.public_id]),
        ),
        Crumb(name_of(check), here if more else ""),
        *(Crumb(text) for text in more),
    )


def name_of(check: SiteCheck) -> str:
    return _("Check %(n)s") % {"n": check.number}


@require_safe
def check_page(request: Request, public_id: str, check_id: str) -> HttpResponse:
    """One check: who, when, what was found, and what became of it."""
    check = queries.site_check(request.actor, public_id, check_id)
    files = {
        kind: [
            KeptFile.of(
                f,
                url=reverse(
                    "contracts:check_file", args=[public_id, check_id, f.public_id]
                ),
            )
            for f in held
        ]
        for kind, held in queries.check_files(check).items()
    }
    today = localdate()
    return render(
        request,
        "web/contracts/check.html",
        {
            "title": name_of(check),
            "breadcrumb": check_crumbs(check),
            "tabs": tabs(check.contract, "contracts:checks"),
            "check": check,
            "contract": check.contract,
            "tone": CHECK_TONES[check.state],
            "files": files.get("minutes", ()),
            "findings": [
                {
                    "finding": f,
                    "tone": FINDING_TONES[f.state],
                    "weight": SEVERITY_TONES[f.severity],
                    "files": files.get(f"finding-{f.position}", ()),
                    "late": f.state == FindingState.OPEN
                    and f.mend_by is not None
                    and f.mend_by < today,
                }
                for f in check.findings.all()
            ],
            "confirms": [
                (
                    what,
                    label,
                    getattr(check, f"confirm_{what}_by"),
                    getattr(check, f"{what}_confirmed_on"),
                )
                for what, label in (
                    ("volume", _("Work done")),
                    ("spending", _("Money used")),
                )
            ],
            "may_act": may(request.actor, "contracts.plan_check", check.contract),
            "may_mend": may(request.actor, "contracts.mend_finding", check.contract),
        },
    )


@require_safe
def check_file(
    request: Request, public_id: str, check_id: str, file_id: str
) -> HttpResponseBase:
    check = queries.site_check(request.actor, public_id, check_id)
    file = readable_file(request.actor, file_id)
    if file.subject != queries.check_subject(check.public_id):
        raise NotFound
    return serve(file)


@require_safe
def check_minutes(
    request: Request, public_id: str, check_id: str, kind: str
) -> HttpResponse:
    """The minutes of a check that was held, as Word or PDF."""
    check = queries.site_check(request.actor, public_id, check_id)
    if check.state != CheckState.HELD:
        raise NotFound
    return official(
        "minutes",
        minutes_document(check),
        kind=kind,
        name=f"check-{check.contract.public_id}-{check.number}",
    )


def minutes_document(check: SiteCheck) -> dict[str, Any]:
    """The minutes as a paper: parts, content, findings, conclusion, signatures."""
    language = language_of_paper()
    contract = check.contract
    host = pick(contract.host.name_vi, contract.host.name_en)
    leader = contract.leader.full_name if contract.leader else ""
    blocks: list[dict[str, Any]] = [
        {
            "kind": "pairs",
            "rows": [
                [_("Contract"), contract.number],
                [_("Task"), str(contract.title)],
                [_("Host"), host],
                [_("Principal investigator"), leader or WAITING],
                [_("Held on"), day(check.held_on)],
                [_("Place"), check.place or WAITING],
                [_("Reason"), check.reason or WAITING],
            ],
        },
        {"kind": "heading", "text": _("Who checked")},
        {
            "kind": "list",
            "items": [", ".join(t for t in m.values() if t) for m in check.team],
        },
    ]
    for heading, text in (
        (_("For the host"), check.host_side),
        (_("What was checked"), check.content),
    ):
        if text:
            blocks += [
                {"kind": "heading", "text": heading},
                {"kind": "paragraph", "text": text},
            ]
    findings = list(check.findings.all())
    if findings:
        blocks.append(
            {
                "kind": "table",
                "title": _("Findings"),
                "columns": [
                    _("No."),
                    _("Severity"),
                    _("Finding"),
                    _("To be mended by"),
                ],
                "widths": [1, 2, 8, 3],
                "rows": [
                    [
                        f.position,
                        f.get_severity_display(),
                        f.text,
                        day(f.mend_by) if f.mend_by else "",
                    ]
                    for f in findings
                ],
            }
        )
    for heading, text in (
        (_("What the host says"), check.opinion),
        (_("Conclusion"), check.conclusion),
    ):
        if text:
            blocks += [
                {"kind": "heading", "text": heading},
                {"kind": "paragraph", "text": text},
            ]
    return {
        **issued(language, check.held_on),
        "number": f"{check.number}/{contract.number}",
        "title": _("Minutes of a check on the spot"),
        "subtitle": str(contract.title),
        "blocks": blocks,
        "signatures": [
            {"capacity": _("For the host"), "note": "", "name": leader},
            {
                "capacity": _("For those who checked"),
                "note": "",
                "name": check.team[0]["name"] if check.team else "",
            },
        ],
    }
