"""Pages of objections: an applicant files one, the leader answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.calls import queries as calls_queries
from opensti.domains.portfolios import actions, queries
from opensti.domains.procedures.choices import Act
from opensti.domains.procedures.queries import may_step
from opensti.kernel.access import may, require
from opensti.kernel.refusals import StepNotAllowed
from opensti.kernel.searchtext import fold
from opensti.ui.pages import Crumb
from opensti.ui.templatetags.ui import choose_language
from opensti.web.calls.case import crumbs as dossier_crumbs
from opensti.web.lists import WorkList
from opensti.web.portfolios.forms import (
    AnswerForm,
    ObjectionForm,
)
from opensti.web.portfolios.tables import (
    ObjectionFilter,
    ObjectionTable,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.calls.models import Dossier
    from opensti.domains.portfolios.models import (
        Decision,
        Objection,
    )
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


def dossier_object(request: Request, public_id: str) -> HttpResponse:
    """File an objection to the refusal of a dossier."""
    dossier = calls_queries.dossier(actor=request.actor, public_id=public_id)
    require(request.actor, "portfolios.object", dossier)
    standing = queries.standing(request.actor, dossier)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        objection = actions.file_objection(
            actor=request.actor,
            dossier_id=dossier.pk,
            text=form.cleaned_data["text"],
            at=now(),
        )
        messages.success(request, _("Your objection is filed; you will get an answer."))
        return redirect("portfolios:objection", objection_id=objection.pk)
    if not standing.may_object:
        raise StepNotAllowed(
            _("This dossier cannot be objected to now."),
            mend=_("Look at the page of the dossier: it says where it stands."),
        )
    return render(
        request,
        "web/form.html",
        {
            "title": _("Object to the refusal of %(code)s") % {"code": dossier.code},
            "lead": _reason(standing.decision, dossier),
            "breadcrumb": [
                *dossier_crumbs(dossier),
                Crumb(_("Objection")),
            ],
            "form": form,
            "submit": _("File the objection"),
            "back": reverse("calls:dossier", args=[public_id]),
        },
        status=422 if request.method == "POST" else 200,
    )


def _reason(decision: Decision | None, dossier: Dossier) -> str:
    """Why it was refused: by the decision, or as not valid."""
    if decision is not None:
        return choose_language(decision, "reason")[0]
    return calls_queries.found_invalid(dossier=dossier)


def objection_page(request: Request, objection_id: int) -> HttpResponse:
    """An objection and its answer; the leader answers here."""
    objection = queries.objection(request.actor, objection_id)
    may_answer = objection.state == "open" and may(
        request.actor, "portfolios.answer_objection", objection
    )
    form = AnswerForm(request.POST or None) if may_answer else None
    if request.method == "POST":
        require(request.actor, "portfolios.answer_objection", objection)
        if form is None or form.is_valid():
            actions.answer_objection(
                actor=request.actor,
                objection_id=objection.pk,
                upheld=bool(form and form.cleaned_data["upheld"]),
                answer=form.cleaned_data["answer"] if form else "",
                at=now(),
            )
            messages.success(request, _("The answer is given."))
            return redirect("portfolios:objection", objection_id=objection.pk)
    dossier = objection.dossier
    comes = queries.next_of(objection, dossier.case.state)
    return render(
        request,
        "web/portfolios/objection.html",
        {
            "title": _("Objection on %(code)s") % {"code": dossier.code},
            "breadcrumb": [
                Crumb(_("Objections"), reverse("portfolios:objections")),
                Crumb(dossier.code),
            ],
            "objection": objection,
            "dossier": dossier,
            "refused_because": _reason(objection.decision, dossier),
            "next": comes,
            "may_read_checks": may(request.actor, "calls.read_eligibility"),
            "may_recheck": comes == "check"
            and may_step(dossier.case, Act.DOSSIER_CONFIRM_ELIGIBLE, request.actor)
            and may(request.actor, "calls.check_eligibility", dossier),
            "form": form,
        },
        status=422 if request.method == "POST" else 200,
    )


class Objections(WorkList):
    title = gettext_lazy("Objections")
    permission = "accounts.save_view"
    table_class = ObjectionTable
    filterset_class = ObjectionFilter
    export_name = "objections"

    def rows(self, actor: Actor) -> QuerySet[Objection]:
        return queries.objections(actor)

    def search(self, rows: QuerySet[Objection], text: str) -> QuerySet[Objection]:
        return rows.filter(dossier__search_text__contains=fold(text))
