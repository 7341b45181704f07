"""The decisions that let a contract stand still for a while, and go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from opensti.domains.contracts import queries
from opensti.domains.procedures.choices import Act
from opensti.kernel.citations import cited
from opensti.kernel.record.queries import entries_of
from opensti.web.contracts.decisions import article, carried_out, contract_rows
from opensti.web.contracts.writing.wording import NO_LAW
from opensti.web.papers import BLANK, grounds, issued, signed_by

if TYPE_CHECKING:
    from opensti.domains.contracts.models import Contract
    from opensti.domains.procedures.regimes.format.regime import Regime
    from opensti.kernel.record.queries import Line

PAUSES = (str(Act.CONTRACT_SUSPEND), str(Act.CONTRACT_RESUME))


def pauses_of(contract: Contract) -> list[Line]:
    """Every suspension and resumption in the record, oldest first; 1 query.

    The caller has decided who may know of the contract.
    """
    subject = queries.contract_subject(contract.public_id)
    return [line for line in entries_of(subject) if line.act in PAUSES]


def pause_title(line: Line) -> str:
    if line.act == Act.CONTRACT_SUSPEND:
        return _("Decision on suspending the contract")
    return _("Decision on resuming the contract")


def _law(line: Line, regime: Regime, language: str) -> str:
    """The article of the step, where it was read in the text of the law."""
    table = regime.contract
    steps = table.transitions if table is not None else ()
    fact = next((step for step in steps if step.act == line.act), None)
    if fact is None or not fact.verified or fact.src in NO_LAW:
        return ""
    return cited(fact.basis, language=language)


def pause_document(
    line: Line, contract: Contract, regime: Regime, language: str
) -> dict[str, Any]:
    """The decision on one suspension or resumption; no query."""
    on = localtime(line.recorded_at).date()
    with override(language):
        suspended = line.act == Act.CONTRACT_SUSPEND
        number = contract.number or BLANK
        return {
            **issued(language, on),
            "number": BLANK,
            "subtitle": _("On suspending contract %(number)s") % {"number": number}
            if suspended
            else _("On resuming contract %(number)s") % {"number": number},
            "basis": grounds(
                language,
                [
                    _law(line, regime, language),
                    _("Contract %(number)s") % {"number": number},
                ],
            ),
            "blocks": [
                {
                    "kind": "article",
                    "label": article(1),
                    "text": _(
                        "The contract is suspended from the day of this Decision."
                    )
                    if suspended
                    else _("The contract goes on from the day of this Decision."),
                },
                {"kind": "pairs", "rows": contract_rows(contract)},
                {
                    "kind": "article",
                    "label": article(2),
                    "text": _("Reason: %(reason)s")
                    % {"reason": line.detail.get("reason") or BLANK},
                },
                {
                    "kind": "article",
                    "label": article(3),
                    "text": _(
                        "The days of the contract stay as they are; they are moved by an "
                        "amendment only."
                    ),
                },
                carried_out(4),
            ],
            "recipients": [contract.host.name, _("Archives.")],
            "signatures": [signed_by(language)],
        }
