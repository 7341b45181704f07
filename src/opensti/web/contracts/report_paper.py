"""A report of the host as an official paper, with the number the law gives its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries
from opensti.domains.procedures.queries import regime_of
from opensti.kernel.bilingual import pick
from opensti.kernel.citations import cited
from opensti.ui.templatetags.ui import day
from opensti.web.answers_on_paper import form_blocks
from opensti.web.contracts.decisions import WAITING
from opensti.web.contracts.writing.wording import NO_LAW
from opensti.web.papers import (
    attached,
    issued_by,
    language_of_paper,
    of_the_host,
    office,
    official,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.contracts.models import ReportDue, ReportVersion
    from opensti.web.requests import Request


@require_safe
def report_paper(
    request: Request, public_id: str, report_id: str, number: int, kind: str
) -> HttpResponse:
    """One version of a report that was handed in, in Word or PDF."""
    due = queries.report_due(request.actor, public_id, report_id)
    version = queries.version_of_report(request.actor, due, number)
    return official(
        "report",
        report_document(due, version),
        kind=kind,
        name=f"report-{due.public_id}-{version.number}",
    )


def report_document(due: ReportDue, version: ReportVersion) -> dict[str, Any]:
    """What the host reports of a period, as it was handed in; its digest is at the foot."""
    lang, contract = language_of_paper(), due.contract
    regime, form = regime_of(contract.case), queries.form_of_report(due)
    rule = queries.report_rule(due)
    # A form that is the software's own bears its own name and no number.
    law = {paper.code: paper for paper in regime.papers if paper.src not in NO_LAW}
    by_law = rule is not None and rule.verified
    paper = law.get(rule.paper) if rule is not None and by_law else None
    host = pick(contract.host.name_vi, contract.host.name_en)
    rows = [
        [_("Task"), pick(contract.title_vi, contract.title_en)],
        [_("Contract"), contract.number or WAITING],
        [_("Host"), host],
        [
            _("Principal investigator"),
            contract.leader.full_name if contract.leader else WAITING,
        ],
        [
            _("Period reported on"),
            _("from %(begins)s to before %(ends)s")
            % {"begins": day(due.covers_from), "ends": day(due.covers_to)},
        ],
        [_("Handed in"), f"{day(localtime(version.made_at).date())}"],
        [_("Version"), str(version.number)],
    ]
    if rule is not None and rule.src not in NO_LAW:
        rows.append([_("Rule"), cited(rule.basis, language=lang)])
    blocks: list[dict[str, Any]] = [
        {"kind": "pairs", "rows": rows},
        *form_blocks(form, version.answers, lang),
    ]
    blocks += attached(version.files)
    return {
        **issued_by(lang, host, localtime(version.made_at).date()),
        "title": (paper or form).title(lang),
        "to": [office(lang)],
        "blocks": blocks,
        "signatures": of_the_host(contract.leader.full_name if contract.leader else ""),
        "footer": "\n".join(
            part
            for part in (paper.code if paper else "", f"SHA-256 {version.sha256}")
            if part
        ),
    }
