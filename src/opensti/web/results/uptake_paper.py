"""The yearly report on the use of a result, as the host answered it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.results import queries
from opensti.kernel.bilingual import pick
from opensti.kernel.files.serving import files_of
from opensti.kernel.money import format_money
from opensti.kernel.refusals import NotFound
from opensti.ui.templatetags.ui import day
from opensti.web.papers import (
    BLANK,
    attached,
    issued_by,
    language_of_paper,
    of_the_host,
    office,
    official,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from opensti.domains.results.models import UptakeAnswer, UptakeYear
    from opensti.kernel.files.models import StoredFile
    from opensti.web.requests import Request


def _or_not(value: str) -> str:
    """A figure, or in words that it was not answered: that is not zero."""
    return value or _("not answered")


def uptake_document(
    year: UptakeYear, answer: UptakeAnswer, files: Sequence[StoredFile]
) -> dict[str, Any]:
    """What became of the result in a year; what was not answered says so."""
    lang, contract = language_of_paper(), year.contract
    host = pick(contract.host.name_vi, contract.host.name_en)
    exports = format_money(answer.exports)
    if answer.foreign_currency:
        exports = _("%(amount)s (%(foreign)s %(currency)s, rate %(rate)s)") % {
            "amount": exports,
            "foreign": _figure(answer.foreign_amount, lang),
            "currency": answer.foreign_currency,
            "rate": _figure(answer.foreign_rate, lang),
        }
    users = "\n".join(user["name"] for user in answer.users)
    blocks: list[dict[str, Any]] = [
        {
            "kind": "pairs",
            "rows": [
                [_("Task"), pick(contract.title_vi, contract.title_en)],
                [_("Contract"), contract.number or BLANK],
                [_("Host"), host],
                [_("Year after the end"), str(year.number)],
                [_("Due"), day(year.due_on)],
            ],
        },
        {"kind": "heading", "text": _("What became of the result")},
        {
            "kind": "pairs",
            "rows": [
                [_("Used by"), _or_not(users)],
                [_("Revenue"), _or_not(format_money(answer.revenue))],
                [_("Saving"), _or_not(format_money(answer.saving))],
                [_("Exports"), _or_not(exports)],
                [_("Jobs"), _or_not("" if answer.jobs is None else str(answer.jobs))],
                [_("Standards adopted"), _or_not(answer.standards)],
                [_("Policies issued"), _or_not(answer.policies)],
            ],
        },
    ]
    if answer.note:
        blocks += [
            {"kind": "heading", "text": _("Remarks")},
            {"kind": "paragraph", "text": answer.note},
        ]
    blocks += attached({"name": f.name, "sha256": f.sha256} for f in files)
    return {
        **issued_by(lang, host, localtime(answer.made_at).date()),
        "number": BLANK,
        "to": [office(lang)],
        "title": _("Report on the use of the results of a task"),
        "blocks": blocks,
        "signatures": [of_the_host()[1]],
    }


def _figure(value: Any, lang: str) -> str:
    whole, dot, rest = f"{value.normalize():,f}".partition(".")
    if lang == "en":
        return whole + dot + rest
    return whole.replace(",", ".") + dot.replace(".", ",") + rest


@require_safe
def uptake_paper(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The answer that counts, in Word or PDF."""
    year = queries.uptake_year(request.actor, public_id)
    answer = queries.answers_of(request.actor, year).filter(current=True).first()
    if answer is None:
        raise NotFound
    return official(
        "report",
        uptake_document(year, answer, files_of(queries.uptake_subject(year.public_id))),
        kind=kind,
        name=f"uptake-{year.contract.public_id}-{year.number}",
    )
