"""The disbursement register, and what hosts ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.choices import RequestState
from opensti.domains.contracts.queries.paying import found_in
from opensti.kernel.access import may, require
from opensti.kernel.files.serving import files_of, readable_file, serve
from opensti.kernel.refusals import Invalid, NotFound, Refusal, StepNotAllowed
from opensti.ui.pages import Crumb
from opensti.web.contracts.money.forms import AnswerForm
from opensti.web.contracts.money.tables import (
    PaymentFilter,
    PaymentTable,
    RequestFilter,
    RequestTable,
)
from opensti.web.lists import WorkList

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from opensti.domains.contracts.models import Payment, PaymentRequest
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


class Payments(WorkList):
    title = gettext_lazy("Disbursement register")
    permission = "contracts.list_payments"
    table_class = PaymentTable
    filterset_class = PaymentFilter
    export_name = "payments"

    def rows(self, actor: Actor) -> QuerySet[Payment]:
        return queries.payments(actor)

    def search(self, rows: QuerySet[Payment], text: str) -> QuerySet[Payment]:
        return found_in(rows, text)


class PaymentRequests(WorkList):
    title = gettext_lazy("Requests for payment")
    permission = "contracts.list_payments"
    table_class = RequestTable
    filterset_class = RequestFilter
    searchable = False
    export_name = "payment-requests"

    def rows(self, actor: Actor) -> QuerySet[PaymentRequest]:
        return queries.payment_requests(actor)


@require_http_methods(["GET", "HEAD", "POST"])
def payment_request(request: Request, request_id: str) -> HttpResponse:
    """A request with its evidence; the officer accepts it or says what is missing."""
    asked = queries.payment_request(request.actor, request_id)
    may_answer = asked.state == RequestState.ASKED and may(
        request.actor, "contracts.answer_payment_request", asked.contract
    )
    form = AnswerForm(request.POST or None) if may_answer else None
    refusal: Refusal | None = None
    if request.method == "POST":
        require(request.actor, "contracts.answer_payment_request", asked.contract)
        try:
            if _answered(request, asked, form):
                return redirect("contracts:payment_request", request_id)
        except Invalid as refused:
            if form is None:
                raise
            form.show(refused)
        except StepNotAllowed as refused:
            refusal = refused
    return render(
        request,
        "web/contracts/money/request.html",
        {
            "title": _("Request for payment"),
            "breadcrumb": [
                Crumb(_("Requests for payment"), reverse("contracts:payment_requests")),
                Crumb(asked.contract.number or str(asked.contract.title)),
            ],
            "asked": asked,
            "confirm_by": queries.confirm_by(asked)
            if asked.state == RequestState.ASKED
            else None,
            "files": files_of(queries.request_subject(asked.public_id)),
            "form": form,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 422 if request.method == "POST" else 200,
    )


def _answered(request: Request, asked: PaymentRequest, form: AnswerForm | None) -> bool:
    """Do what was chosen; false where the form says that something is missing."""
    if form is not None and not form.is_valid():
        return False
    said = form.cleaned_data if form else {"verdict": "accept", "answer": ""}
    if said["verdict"] == "accept":
        actions.accept_payment_request(
            actor=request.actor, request_id=asked.pk, note=said["answer"], at=now()
        )
        messages.success(request, _("The evidence is accepted; finance may pay."))
    else:
        actions.return_payment_request(
            actor=request.actor, request_id=asked.pk, reason=said["answer"], at=now()
        )
        messages.success(request, _("The request is returned to the host."))
    return True


@require_safe
def request_paper(request: Request, request_id: str, file_id: str) -> HttpResponseBase:
    """Hand out the evidence of a request."""
    asked = queries.payment_request(request.actor, request_id)
    file = readable_file(request.actor, file_id)
    if file.subject != queries.request_subject(asked.public_id):
        raise NotFound
    return serve(file)
