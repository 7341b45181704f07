"""Papers on the way to an acceptance: what the host says and asks, what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.results import queries
from opensti.domains.results.problem import assessment_of, dossier_content
from opensti.kernel.access import require
from opensti.kernel.bilingual import pick
from opensti.kernel.refusals import NotFound, StepNotAllowed
from opensti.ui.templatetags.ui import day
from opensti.web.papers import (
    BLANK,
    attached,
    issued_by,
    language_of_paper,
    of_the_host,
    official,
)
from opensti.web.results.acceptance_facts import facts, host_of, leader_of
from opensti.web.results.acceptance_letters import (
    OUTCOMES,
    letter_document,
    outcome_document,
    returned_document,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.http import HttpResponse

    from opensti.domains.results.models import Acceptance, BaseCouncil, HandedIn
    from opensti.web.requests import Request


def _amount(text: str, unit: str) -> str:
    if not text:
        return ""
    shown = text if language_of_paper() == "en" else text.replace(".", ",")
    return f"{shown} {unit}".strip()


def _claimed(content: Mapping[str, Any], levels: Mapping[str, str]) -> dict[str, Any]:
    """Product by product: what was promised, what there is, what the host says of it."""
    return {
        "kind": "table",
        "title": _("Products against the contract"),
        "columns": [
            _("No."),
            _("Product"),
            _("Promised"),
            _("Quality"),
            _("Delivered"),
            _("Rating"),
            _("How it is shown"),
        ],
        "right": [0],
        "widths": [0.8, 3.2, 2, 3, 2, 2, 4],
        "rows": [
            [
                number,
                pick(p["name_vi"], p["name_en"]),
                _amount(p["promised"], p["unit"]),
                p["quality"],
                _amount(p["delivered"], p["unit"]),
                "\n".join(
                    f"{label}: {levels.get(p[key], BLANK)}"
                    for label, key in (
                        (_("quality"), "claimed_quality"),
                        (_("quantity"), "claimed_quantity"),
                    )
                    if key == "claimed_quality" or p["promised"]
                ),
                p["text"],
            ]
            for number, p in enumerate(content["products"], start=1)
        ],
    }


def assessment_document(
    found: Acceptance, content: Mapping[str, Any], on: date | None, sha256: str = ""
) -> dict[str, Any]:
    """What the host says of its own work before others judge it."""
    lang, contract = language_of_paper(), found.contract
    levels = queries.level_names(found)
    blocks: list[dict[str, Any]] = [
        {"kind": "pairs", "rows": facts(contract)},
        {"kind": "heading", "text": _("1. Products")},
        _claimed(content, levels),
        {"kind": "heading", "text": _("2. Final report")},
        {
            "kind": "pairs",
            "rows": [[_("Rating"), levels.get(content["report"]["level"], BLANK)]],
        },
        *(
            {"kind": "paragraph", "text": line.strip()}
            for line in content["report"]["text"].splitlines()
            if line.strip()
        ),
        *attached(content["files"]),
    ]
    return {
        **issued_by(lang, host_of(contract), on),
        "title": _("Report on the self-assessment of the results of a task"),
        "subtitle": pick(contract.title_vi, contract.title_en),
        "blocks": blocks,
        "signatures": of_the_host(leader_of(contract)),
        "footer": f"SHA-256 {sha256}" if sha256 else "",
    }


def base_document(found: Acceptance, base: BaseCouncil) -> dict[str, Any]:
    """The minutes of the host's own council, as they were entered."""
    lang, contract = language_of_paper(), found.contract
    levels = queries.level_names(found)
    blocks: list[dict[str, Any]] = [
        {
            "kind": "pairs",
            "rows": [
                *facts(contract),
                [_("Set up by decision"), base.decision_number],
                [_("Met on"), day(base.met_on)],
            ],
        },
        {
            "kind": "table",
            "title": _("Members"),
            "columns": [
                _("No."),
                _("Name"),
                _("Role in the council"),
                _("Organisation"),
            ],
            "right": [0],
            "widths": [1, 5, 4, 5],
            "rows": [
                [n, m["name"], m["role"], m["organisation"]]
                for n, m in enumerate(base.members, start=1)
            ],
        },
    ]
    if base.votes:
        blocks.append(
            {
                "kind": "table",
                "title": _("Votes cast"),
                "columns": [_("Rating"), _("Number of votes")],
                "right": [1],
                "widths": [8, 3],
                "rows": [[levels.get(k, k), n] for k, n in base.votes.items()],
            }
        )
    blocks += [
        {"kind": "heading", "text": _("Conclusion")},
        {
            "kind": "paragraph",
            "text": _("The work is rated: %(level)s.")
            % {"level": levels.get(base.level, base.level or BLANK)}
            if base.passed
            else _("The work is sent back to its authors."),
        },
        *(
            {"kind": "paragraph", "text": line.strip()}
            for line in base.conclusion.splitlines()
            if line.strip()
        ),
    ]
    return {
        **issued_by(lang, host_of(contract), base.met_on),
        "number": BLANK,
        "title": _("Minutes of the host's own council"),
        "subtitle": pick(contract.title_vi, contract.title_en),
        "blocks": blocks,
        "signatures": [
            {
                "capacity": _("Secretary of the council"),
                "note": "",
                "name": _seated(base, "thư ký", "secretary"),
            },
            {
                "capacity": _("Chair of the council"),
                "note": "",
                "name": _seated(base, "chủ tịch", "chair"),
            },
        ],
        "footer": _("The minutes that were signed: SHA-256 %(sha256)s")
        % {"sha256": base.minutes_sha256}
        if base.minutes_sha256
        else "",
    }


def _seated(base: BaseCouncil, *roles: str) -> str:
    """Who sat there, by how the host named the seat; nobody is taken for another."""
    for member in base.members:
        if member["role"].strip().casefold().startswith(roles):
            return str(member["name"])
    return ""


# ---- pages


def _version(request: Request, found: Acceptance, number: int) -> HandedIn:
    for handed in queries.dossiers_handed_in(request.actor, found):
        if handed.number == number:
            return handed
    raise NotFound


@require_safe
def assessment_paper(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The self-assessment as the host has typed it so far, for its signatures."""
    found = queries.acceptance(request.actor, public_id)
    require(request.actor, "results.assess", found)
    content = dossier_content(
        assessment_of(found.draft),
        products=found.contract.products.order_by("position"),
        files=queries.acceptance_files(found),
        base=None,
        late=False,
    )
    return official(
        "report",
        assessment_document(found, content, None),
        kind=kind,
        name=f"self-assessment-{found.public_id}",
    )


@require_safe
def dossier_paper(
    request: Request, public_id: str, number: int, paper: str, kind: str
) -> HttpResponse:
    """A paper of one version handed in: ``assessment``, ``letter`` or ``returned``."""
    found = queries.acceptance(request.actor, public_id)
    handed = _version(request, found, number)
    template, text = "letter", {}
    match paper:
        case "assessment":
            on = localtime(handed.handed_in_at).date()
            template = "report"
            text = assessment_document(found, handed.content, on, handed.sha256)
        case "letter":
            text = letter_document(found, handed)
        case "returned" if handed.returned_at is not None:
            text = returned_document(found, handed)
        case _other:
            raise NotFound
    return official(
        template, text, kind=kind, name=f"{paper}-{found.public_id}-{number}"
    )


@require_safe
def base_paper(
    request: Request, public_id: str, base_id: int, kind: str
) -> HttpResponse:
    """The minutes of the host's own council."""
    found = queries.acceptance(request.actor, public_id)
    base = next(
        (b for b in queries.base_councils(request.actor, found) if b.pk == base_id),
        None,
    )
    if base is None:
        raise NotFound
    return official(
        "minutes",
        base_document(found, base),
        kind=kind,
        name=f"base-council-{found.public_id}",
    )


@require_safe
def outcome_paper(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The letter on rework, or on work that was not accepted."""
    found = queries.acceptance(request.actor, public_id)
    if found.case.state not in OUTCOMES:
        raise StepNotAllowed(
            _("No rework was asked for, and the work did not fail."),
            mend=_("The letter is written when one of them is decided."),
        )
    return official(
        "letter",
        outcome_document(request.actor, found),
        kind=kind,
        name=f"outcome-{found.public_id}",
    )
