"""The official papers of a round: the decision with its table, and each letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from opensti.domains.portfolios.choices import Ruling
from opensti.kernel.bilingual import pick
from opensti.kernel.money import format_money
from opensti.web.papers import issued, language_of_paper, signed_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.portfolios.models import Decision, Letter, Round

WAITING = "……"


def decision_document(round_: Round, decisions: Sequence[Decision]) -> dict[str, Any]:
    """Return the decision; before it is signed its number is left open."""
    language = language_of_paper()
    on = localtime(round_.decided_at).date() if round_.decided_at else None
    signer = round_.decided_by.full_name if round_.decided_by else ""
    return {
        **issued(language, on),
        "number": round_.decision_number or WAITING,
        "subtitle": round_.title_en
        if language == "en" and round_.title_en
        else round_.title_vi,
        "basis": [
            _("The results of the council on the dossiers of call %(call)s")
            % {"call": round_.call.code}
        ],
        "blocks": [
            {
                "kind": "table",
                "columns": [
                    _("No."),
                    _("Dossier"),
                    _("Title"),
                    _("Order"),
                    _("Host"),
                    _("Ruling"),
                    _("Amount"),
                ],
                "right": [0, 6],
                "widths": [1, 2.5, 6, 2.5, 4, 2.5, 3.5],
                "rows": [
                    [
                        number,
                        d.dossier.code,
                        pick(d.dossier.title_vi, d.dossier.title_en),
                        d.dossier.order.code if d.dossier.order else "",
                        pick(d.dossier.host.name_vi, d.dossier.host.name_en),
                        Ruling(d.ruling or d.proposed).label,
                        format_money(d.amount),
                    ]
                    for number, d in enumerate(decisions, start=1)
                ],
            }
        ],
        "signatures": [signed_by(language, signer)],
    }


def letter_document_context(letter: Letter) -> dict[str, Any]:
    """Return the letter in the language it was written in."""
    language = letter.language
    decision = letter.decision
    moment = letter.released_at or decision.round.decided_at
    with override(language):
        return {
            **issued(language, localtime(moment).date() if moment else None),
            "number": decision.round.decision_number or WAITING,
            "title": letter.subject,
            "to": [decision.dossier.host.name_vi, letter.recipient.full_name],
            "blocks": [
                {"kind": "paragraph", "text": text}
                for text in letter.body.split("\n\n")
                if text.strip()
            ],
            "signatures": [signed_by(language)],
        }
