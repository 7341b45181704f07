"""Pages of rights: the list, one right with its docket and history, those of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.contracts import queries as contracts_queries
from opensti.domains.results import actions, queries
from opensti.domains.results.choices import RIGHT_STEPS
from opensti.domains.results.models import Right
from opensti.kernel.access import may, require
from opensti.kernel.citations import cited
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import matches
from opensti.ui.pages import Crumb
from opensti.web.chosen import Chooser
from opensti.web.contracts.tabs import crumbs as contract_crumbs
from opensti.web.contracts.tabs import tabs as contract_tabs
from opensti.web.lists import WorkList
from opensti.web.results.acting import act_page
from opensti.web.results.docket import METHODS, crumbs, line_of
from opensti.web.results.named_rows import Authors, Owners, named, shown
from opensti.web.results.rights_forms import MoveForm, PaperForm, RightForm
from opensti.web.results.rights_tables import TONES, RightFilter, RightTable

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


class Rights(WorkList):
    title = gettext_lazy("Intellectual property")
    permission = "results.list_rights"
    table_class = RightTable
    filterset_class = RightFilter
    export_name = "rights"
    template_name = "web/results/rights.html"

    def rows(self, actor: Actor) -> QuerySet[Right]:
        return queries.rights(actor)

    def search(self, rows: QuerySet[Right], text: str) -> QuerySet[Right]:
        return matches(rows, text)

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_disclose": bool(_hosts(actor))}


def _hosts(actor: Actor) -> bool:
    """Whether there is a house to disclose something for."""
    if actor.manages:
        probe = Right(host_id=min(actor.manages))
        return bool(may(actor, "results.keep_right", probe))
    return bool(may(actor, "results.keep_right", None))


@require_safe
def right_page(request: Request, public_id: str) -> HttpResponse:
    """One right: who owns it by which law, who made it, what falls due, what it said before."""
    actor = request.actor
    right = queries.right(actor, public_id)
    may_keep = bool(may(actor, "results.keep_right", right))
    may_docket = bool(may(actor, "results.keep_docket", right))
    today = localdate()
    owned = queries.owner_rule_of(right.contract, right.formed_on)
    rules = queries.rules_of_offices()
    return render(
        request,
        "web/results/right.html",
        {
            "title": str(right.title),
            "breadcrumb": crumbs(right),
            "right": right,
            "tone": TONES[right.state],
            "owners": right.owners.all(),
            "authors": right.authors.all(),
            "owned": owned,
            "owned_by": cited(owned.rule.basis, names=owned.names) if owned else "",
            "lines": [
                line_of(entry, today, may_keep=may_docket)
                for entry in right.docket.all()
            ],
            "known_office": bool(
                rules.of(kind=right.kind, country=right.country, filed=right.filed_on)
            ),
            "versions": queries.right_versions_of(actor, right),
            "papers": queries.papers_of(right),
            "deals": queries.deals(actor).filter(right=right),
            "may_keep": may_keep,
            "may_docket": may_docket,
            "may_move": may_keep and bool(RIGHT_STEPS[right.state]),
            "may_deal": bool(may(actor, "results.keep_deal", right)),
            "paper_form": PaperForm() if may_keep else None,
        },
    )


@require_http_methods(METHODS)
def right_new(request: Request) -> HttpResponse:
    """Disclose something that may be protected; with ``contract`` as what came of it."""
    actor = request.actor
    contract: Contract | None = None
    if public_id := request.GET.get("contract", ""):
        contract = contracts_queries.contract(actor, public_id)
        require(
            actor,
            "results.keep_right",
            Right(contract=contract, host_id=contract.host_id),
        )
    elif not _hosts(actor):
        require(actor, "results.keep_right", None)
        raise NotFound
    data = request.POST or None
    start: dict[str, Any] = {}
    if contract and (public_id := request.GET.get("result", "")):
        result = queries.result(actor, public_id)
        start = {
            "result": result,
            "title_vi": result.title_vi,
            "title_en": result.title_en,
            "formed_on": result.formed_on,
        }
    form = RightForm(actor, data, contract=contract, initial=start)
    owners = Owners(data, prefix="owners")
    authors = Authors(data, prefix="authors")
    made: list[Right] = []

    def act() -> None:
        given, chooser = form.cleaned_data, Chooser(actor=actor)
        host = contract.host_id if contract else given["host"].pk
        made.append(
            actions.disclose_right(
                actor=actor,
                host_id=host,
                contract_id=contract.pk if contract else None,
                result_id=given["result"].pk if given.get("result") else None,
                facts=form.facts(),
                owners=named(owners, chooser),
                authors=named(authors, chooser, kind="person"),
                idea=given["idea"],
                at=now(),
            )
        )

    back = (
        reverse("results:contract_rights", args=[contract.public_id])
        if contract
        else reverse("results:rights")
    )
    return act_page(
        request,
        form,
        act,
        title=_("Disclose something that may be protected"),
        done=_("It is disclosed, and its days are counted."),
        go=back,
        breadcrumb=[
            Crumb(_("Intellectual property"), reverse("results:rights")),
            Crumb(_("New")),
        ],
        submit=_("Disclose"),
        rows={_("Owners"): owners, _("Authors"): authors},
    )


@require_http_methods(METHODS)
def right_edit(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    right = queries.right(actor, public_id)
    require(actor, "results.keep_right", right)
    data = request.POST or None
    start = {
        name: getattr(right, name) for name in actions.RightFacts.__dataclass_fields__
    }
    form = RightForm(
        actor, data, right=right, initial=start | {"version": right.version}
    )
    owners = Owners(
        data,
        prefix="owners",
        initial=None
        if data
        else shown(right.owners.select_related("organisation", "person"), "kind"),
    )
    authors = Authors(
        data,
        prefix="authors",
        initial=None if data else shown(right.authors.select_related("person")),
    )

    def act() -> None:
        chooser = Chooser(actor=actor)
        actions.change_right(
            actor=actor,
            right_id=right.pk,
            facts=form.facts(),
            owners=named(owners, chooser),
            authors=named(authors, chooser, kind="person"),
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Change what is said of it"),
        lead=_("The version before is kept. Days that hang on these are counted anew."),
        done=_("It is changed; the docket is counted anew."),
        go=reverse("results:right", args=[public_id]),
        breadcrumb=crumbs(right, Crumb(_("Change"))),
        submit=_("Save"),
        rows={_("Owners"): owners, _("Authors"): authors},
    )


@require_http_methods(METHODS)
def right_move(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    right = queries.right(actor, public_id)
    require(actor, "results.keep_right", right)
    form = MoveForm(right, request.POST or None, initial={"version": right.version})

    def act() -> None:
        given = form.cleaned_data
        actions.move_right(
            actor=actor,
            right_id=right.pk,
            to=given["to"],
            on=given["on"],
            number=given["number"],
            reason=given["reason"],
            version=given["version"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Where it stands now"),
        lead=_("Until now: %(state)s.") % {"state": right.get_state_display()},
        done=_("Its state is kept; the docket is counted anew."),
        go=reverse("results:right", args=[public_id]),
        breadcrumb=crumbs(right, Crumb(_("State"))),
        submit=_("Save"),
    )


@require_safe
def contract_rights(request: Request, public_id: str) -> HttpResponse:
    """What of a contract's work is protected, and what it earned."""
    actor = request.actor
    contract = contracts_queries.contract(actor, public_id)
    probe = Right(contract=contract, host_id=contract.host_id)
    return render(
        request,
        "web/results/contract_rights.html",
        {
            "title": contract.number or str(contract.title),
            "breadcrumb": contract_crumbs(contract, Crumb(_("Rights"))),
            "tabs": contract_tabs(contract, "results:contract_rights"),
            "contract": contract,
            "rights": queries.rights_of(actor, contract),
            "deals": queries.deals(actor).filter(contract=contract),
            "may_disclose": bool(may(actor, "results.keep_right", probe)),
        },
    )
