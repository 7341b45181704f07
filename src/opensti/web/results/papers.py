"""Official papers of an acceptance: the decision of recognition, the completion report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.results import queries
from opensti.kernel.bilingual import pick
from opensti.kernel.citations import cited
from opensti.kernel.refusals import StepNotAllowed
from opensti.ui.templatetags.ui import day
from opensti.web.contracts.decisions import article, carried_out
from opensti.web.papers import (
    grounds,
    issued,
    issued_by,
    language_of_paper,
    official,
    signed_by,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.results.models import Acceptance
    from opensti.web.requests import Request

WAITING = "……"


def _products(request: Request, found: Acceptance) -> dict[str, Any]:
    handed = queries.dossiers_handed_in(request.actor, found)
    lines = queries.product_lines(request.actor, found, handed[0] if handed else None)
    return {
        "kind": "table",
        "title": _("Products against the contract"),
        "columns": [
            _("No."),
            _("Product"),
            _("Promised"),
            _("Delivered"),
            _("Verdict"),
        ],
        "right": [0],
        "widths": [1, 6, 3, 3, 3],
        "rows": [
            [
                number,
                line.name,
                f"{line.promised} {line.unit}".strip() if line.promised else "",
                f"{line.delivered} {line.unit}".strip() if line.delivered else "",
                line.level,
            ]
            for number, line in enumerate(lines, start=1)
        ],
    }


def _facts(found: Acceptance) -> dict[str, Any]:
    contract = found.contract
    rating = queries.level_names(found).get(found.rating, "")
    return {
        "kind": "pairs",
        "rows": [
            [_("Task"), pick(contract.title_vi, contract.title_en)],
            [_("Contract"), contract.number],
            [_("Host"), pick(contract.host.name_vi, contract.host.name_en)],
            [
                _("Principal investigator"),
                contract.leader.full_name if contract.leader else WAITING,
            ],
            [_("Rating"), rating],
        ],
    }


@require_safe
def recognition(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The decision by which the result is recognised; a draft until it is signed."""
    found = queries.acceptance(request.actor, public_id)
    if found.completed_on is None:
        raise StepNotAllowed(
            _("The completion is not confirmed yet."),
            mend=_("The decision is drafted when it is."),
        )
    language, contract = language_of_paper(), found.contract
    certificate = queries.certificate_of(contract.pk)
    rule = queries.aftermath_of(found).acceptance
    basis = [
        cited(rule.basis),
        _("Contract %(number)s") % {"number": contract.number},
        _("The completion confirmed on %(day)s") % {"day": day(found.completed_on)},
    ]
    # What came after the decision is no ground of it.
    if certificate is not None and (
        found.recognised_on is None or certificate.registered_on <= found.recognised_on
    ):
        basis.append(
            _("Certificate of registration %(number)s of %(day)s")
            % {"number": certificate.number, "day": day(certificate.registered_on)}
        )
    return official(
        "decision",
        {
            **issued(language, found.recognised_on),
            "number": found.decision_number or WAITING,
            "subtitle": _("On the recognition of the result of a task"),
            "basis": grounds(language, basis),
            "blocks": [
                {
                    "kind": "article",
                    "label": article(1),
                    "text": _("The result of this task is recognised:"),
                },
                _facts(found),
                _products(request, found),
                {
                    "kind": "article",
                    "label": article(2),
                    "text": _(
                        "The host keeps, uses and hands over the result and settles the "
                        "contract as the law and the contract say."
                    ),
                },
                carried_out(3),
            ],
            "recipients": [
                pick(contract.host.name_vi, contract.host.name_en),
                _("Archives."),
            ],
            "signatures": [signed_by(language)],
        },
        kind=kind,
        name=f"recognition-{found.public_id}",
    )


@require_safe
def completion(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The report that the conclusions were carried out, for the host and the chair to sign."""
    found = queries.acceptance(request.actor, public_id)
    if not found.rating:
        raise StepNotAllowed(
            _("The work is not judged yet."),
            mend=_("The report follows the conclusion."),
        )
    language = language_of_paper()
    blocks: list[dict[str, Any]] = [
        _facts(found),
        {"kind": "heading", "text": _("What was concluded")},
        _products(request, found),
        {"kind": "heading", "text": _("What was carried out")},
        {"kind": "paragraph", "text": found.completion_note or WAITING},
    ]
    return official(
        "certificate",
        {
            **issued_by(
                language,
                pick(found.contract.host.name_vi, found.contract.host.name_en),
                found.completed_on,
            ),
            "number": WAITING,
            "title": _("Report on the completion of the acceptance dossier"),
            "subtitle": pick(found.contract.title_vi, found.contract.title_en),
            "blocks": blocks,
            "signatures": [
                {
                    "capacity": _("Principal investigator"),
                    "note": "",
                    "name": found.contract.leader.full_name
                    if found.contract.leader
                    else "",
                },
                {"capacity": _("Chair of the council"), "note": "", "name": ""},
            ],
        },
        kind=kind,
        name=f"completion-{found.public_id}",
    )
