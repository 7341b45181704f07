"""The proposal to the leader as a download: Word, PDF, workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.portfolios import queries
from opensti.kernel.access import require
from opensti.kernel.files.serving import as_download
from opensti.kernel.refusals import StepNotAllowed
from opensti.web.papers import official
from opensti.web.portfolios.proposal import proposal_of
from opensti.web.portfolios.proposal_book import proposal_book
from opensti.web.portfolios.proposal_paper import proposal_document

if TYPE_CHECKING:
    from opensti.web.requests import Request

KINDS = (("docx", "Word"), ("pdf", "PDF"), ("xlsx", "Excel"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def round_proposal(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The proposal with the scenario that was adopted as the advice of the round."""
    round_ = queries.whole_round(request.actor, public_id)
    scenario = queries.adopted_scenario(request.actor, round_)
    if scenario is None:
        raise StepNotAllowed(
            _("No scenario of this round has been adopted."),
            mend=_(
                "Take the proposal from the page of a scenario, or adopt one first."
            ),
        )
    return _paper(request, scenario.public_id, kind)


@require_safe
def scenario_proposal(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The proposal with any computed scenario: the paper says how far it has come."""
    return _paper(request, public_id, kind)


def _paper(request: Request, scenario_id: str, kind: str) -> HttpResponse:
    require(request.actor, "portfolios.read")
    proposal = proposal_of(request.actor, scenario_id)
    name = f"proposal-{proposal.round.public_id}-{proposal.scenario.number}"
    if kind != "xlsx":
        return official("proposal", proposal_document(proposal), kind=kind, name=name)
    response = HttpResponse(proposal_book(proposal), content_type=XLSX)
    response["Content-Disposition"] = as_download(f"{name}.xlsx")
    response["X-Content-Type-Options"] = "nosniff"
    return response
