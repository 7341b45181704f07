"""Letters between host and office about an acceptance."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import regime_of
from opensti.domains.results import queries
from opensti.kernel.citations import cited
from opensti.kernel.record.queries import openings
from opensti.ui.templatetags.ui import day
from opensti.web.papers import (
    BLANK,
    attached,
    grounds,
    issued,
    issued_by,
    language_of_paper,
    of_the_host,
    office,
    signed_by,
)
from opensti.web.results.acceptance_facts import facts, host_of

if TYPE_CHECKING:
    from opensti.domains.results.models import Acceptance, HandedIn
    from opensti.kernel.access import Actor

# The form that a procedure gives the letter asking for acceptance, where it gives one.
LETTER_FORM = "B29-CVNT"
OUTCOMES = {
    State.REWORK: Act.ACCEPTANCE_ASK_REWORK,
    State.FAILED: Act.ACCEPTANCE_FAIL,
}


def letter_document(found: Acceptance, handed: HandedIn) -> dict[str, Any]:
    """The letter by which the host hands its dossier in and asks for acceptance."""
    lang, contract = language_of_paper(), found.contract
    rule = queries.aftermath_of(found).acceptance
    base = handed.content["base"]
    paragraphs = [
        _(
            "In accordance with %(article)s and contract %(number)s, %(host)s asks that "
            "the results of the task be evaluated and accepted."
        )
        % {
            "article": cited(rule.basis, language=lang),
            "number": contract.number or BLANK,
            "host": host_of(contract),
        },
    ]
    if base:
        paragraphs.append(
            _(
                "The host's own council (decision %(number)s) met on %(day)s and rated "
                "the work: %(level)s."
            )
            % {
                "number": base["decision"] or BLANK,
                "day": day(date.fromisoformat(base["met_on"])),
                "level": queries.level_names(found).get(base["level"], BLANK),
            }
        )
    if handed.content["late"]:
        paragraphs.append(_("The dossier comes later than the rule allows."))
    return {
        **issued_by(lang, host_of(contract), localtime(handed.handed_in_at).date()),
        "number": BLANK,
        "title": "",
        "subtitle": _("On the evaluation and acceptance of the results of a task"),
        "to": [office(lang)],
        "blocks": [
            *({"kind": "paragraph", "text": text} for text in paragraphs),
            {"kind": "pairs", "rows": facts(contract)},
            *attached(handed.content["files"]),
        ],
        "recipients": [_("As above;"), _("Archives.")],
        "signatures": [of_the_host()[1]],
        "footer": "\n".join(
            text
            for text in (_form(found, LETTER_FORM), f"SHA-256 {handed.sha256}")
            if text
        ),
    }


def _form(found: Acceptance, code: str) -> str:
    """The number the law gives a form, where the procedure knows it."""
    codes = {paper.code for paper in regime_of(found.case).papers}
    return code if code in codes else ""


def returned_document(found: Acceptance, handed: HandedIn) -> dict[str, Any]:
    """The letter that sends a dossier back: why, and what is missing where."""
    at = handed.returned_at
    blocks: list[dict[str, Any]] = [
        _lines(handed.return_reason),
    ]
    if handed.marks:
        blocks.append(
            {
                "kind": "table",
                "columns": [_("Place"), _("To be completed")],
                "widths": [4, 9],
                "rows": [[m["place"], m["text"]] for m in handed.marks],
            }
        )
    return _told(
        found,
        on=localtime(at).date() if at else None,
        subject=_("On completing the acceptance dossier"),
        opening=_("The acceptance dossier, version %(n)d, is returned to be completed.")
        % {"n": handed.number},
        blocks=blocks,
        sha256=handed.sha256,
    )


def outcome_document(actor: Actor, found: Acceptance) -> dict[str, Any]:
    """The letter that tells the host of rework, or that the work was not accepted."""
    state = State(found.case.state)
    act = OUTCOMES[state]
    subject = queries.acceptance_subject(found.public_id)
    told = openings(subject, str(act))
    reason = str(told[-1].secret.get("reason", "")) if told else ""
    rule = queries.aftermath_of(found).acceptance
    handed = queries.dossiers_handed_in(actor, found)
    if state == State.REWORK:
        title = _("On the rework of the results of a task")
        opening = _(
            "The results are not accepted yet. The host reworks them until %(day)s."
        ) % {"day": day(found.rework_until) if found.rework_until else BLANK}
    else:
        title = _("On results that were not accepted")
        opening = _("The results of the task are not accepted.")
    rows = [
        [p.name, p.quality, p.level or BLANK, p.verdict.remark]
        for p in queries.product_lines(actor, found, handed[0] if handed else None)
        if p.verdict is not None
    ]
    blocks: list[dict[str, Any]] = [_lines(reason)] if reason else []
    if rows:
        blocks.append(
            {
                "kind": "table",
                "title": _("Products against the contract"),
                "columns": [_("Product"), _("Quality"), _("Verdict"), _("Remark")],
                "widths": [5, 4, 2.5, 4],
                "rows": rows,
            }
        )
    return _told(
        found,
        on=localtime(found.case.entered_at).date(),
        subject=title,
        opening=opening,
        blocks=blocks,
        basis=cited(rule.basis),
    )


def _lines(text: str) -> dict[str, Any]:
    return {"kind": "paragraph", "text": text.strip() or BLANK}


def _told(
    found: Acceptance,
    *,
    on: date | None,
    subject: str,
    opening: str,
    blocks: list[dict[str, Any]],
    basis: str = "",
    sha256: str = "",
) -> dict[str, Any]:
    lang, contract = language_of_paper(), found.contract
    return {
        **issued(lang, on),
        "number": BLANK,
        "title": "",
        "subtitle": subject,
        "to": [host_of(contract)],
        "basis": grounds(
            lang,
            [
                basis,
                _("Contract %(number)s") % {"number": contract.number or BLANK},
            ],
        ),
        "blocks": [
            {"kind": "paragraph", "text": opening},
            *blocks,
            {"kind": "pairs", "rows": facts(contract)},
        ],
        "recipients": [_("As above;"), _("Archives.")],
        "signatures": [signed_by(lang)],
        "footer": f"SHA-256 {sha256}" if sha256 else "",
    }
