"""Pages of one result: read it, say it anew, add its papers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.contracts import queries as contracts
from opensti.domains.results import actions, queries
from opensti.domains.results.choices import GOAL_SAID, INDICATOR_SAID, ResultKind
from opensti.domains.results.models import Deal, Right
from opensti.domains.tasks import queries as tasks
from opensti.kernel.access import may, require
from opensti.kernel.files.serving import files_of, readable_file, serve
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import NotFound
from opensti.ui.pages import Crumb
from opensti.web.chosen import Chooser, text_of
from opensti.web.contracts.tabs import crumbs as contract_crumbs
from opensti.web.results.fields import percent_text
from opensti.web.results.forms import ActForm, FileForm, ProposeForm, ResultForm
from opensti.web.results.ownership import ownership_context, rule_words
from opensti.web.results.posting import posted
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.contracts.models import Contract
    from opensti.domains.results.models import Result
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

READS = ("GET", "HEAD", "POST")
SAID_LABELS = {
    GOAL_SAID: gettext_lazy("Goal, as it was written before"),
    INDICATOR_SAID: gettext_lazy("Indicator, as it was written before"),
}


def crumbs(contract: Contract, *more: Crumb) -> list[Crumb]:
    """The way to a page of what came of a contract."""
    here = reverse("results:contract_results", args=[contract.public_id])
    part = Crumb(_("Results and assets"), here if more else "")
    return contract_crumbs(contract, part, *more)


@require_safe
def result_page(request: Request, public_id: str) -> HttpResponse:
    """One result: what it is, by whom, for what, and what was said of it before."""
    result = queries.result(request.actor, public_id)
    subject = queries.result_subject(result.public_id)
    order = result.contract.dossier.order
    product = result.contract.products.filter(key=result.product_key).first()
    return render(
        request,
        "web/results/result.html",
        {
            "title": result.title,
            "breadcrumb": crumbs(result.contract, Crumb(result.title)),
            "result": result,
            "contract": result.contract,
            "order": order,
            "needs": tasks.needs(request.actor).filter(orders=order) if order else [],
            "product": product if result.product_key else None,
            "details": queries.said_of(result.kind, result.details),
            "authors": [
                (author.person, author.share)
                for author in result.authors.select_related("person")
            ],
            "files": files_of(subject),
            "versions": queries.versions_of(request.actor, result),
            "may_link": may(request.actor, "results.link_goal", result),
            "said_before": [
                (label, result.details[key])
                for key, label in SAID_LABELS.items()
                if key in result.details
            ],
            "may_choose": may(request.actor, "results.choose_ownership", result),
            "may_change": may(
                request.actor,
                "results.change" if result.registered_on is None else "results.correct",
                result,
            ),
            "timeline": timeline(entries_of(subject)),
        }
        | _use_of(request.actor, result)
        | ownership_context(
            queries.ownership(
                queries.ownership_rules(result.contract),
                formed_on=result.formed_on,
                accepted_on=result.accepted_on,
                choice=queries.choice_of_result(result),
            )
        ),
    )


def _use_of(actor: Actor, result: Result) -> dict[str, Any]:
    """Rights, deals and offers of a result, and whether the person may add to them."""
    contract = result.contract
    right = Right(contract=contract, host_id=contract.host_id, result=result)
    deal = Deal(contract=contract, host=contract.host, result=result)
    return {
        "rights": queries.rights(actor).filter(result=result),
        "deals": queries.deals(actor).filter(result=result),
        "offers": queries.offers(actor).filter(result=result),
        "may_disclose": may(actor, "results.keep_right", right),
        # One rule for a deal and an offer: whoever works for the host.
        "may_deal": may(actor, "results.keep_deal", deal),
    }


@require_http_methods(READS)
def result_new(request: Request, public_id: str) -> HttpResponse:
    """Enter a result of a contract; its kind is chosen first, as it asks the questions."""
    contract = contracts.contract(request.actor, public_id)
    require(request.actor, "results.add", contract)
    return _form(request, contract, None)


@require_http_methods(READS)
def result_edit(request: Request, public_id: str) -> HttpResponse:
    """Say a result anew, with the reason."""
    result = queries.result(request.actor, public_id)
    registered = result.registered_on is not None
    require(
        request.actor, "results.correct" if registered else "results.change", result
    )
    return _form(request, result.contract, result)


def _form(request: Request, contract: Contract, result: Result | None) -> HttpResponse:
    asked = request.GET.get("kind", "")
    standing = result.kind if result is not None else ResultKind.PRODUCT.value
    kind = asked if asked in ResultKind.values else standing
    authors = (
        list(result.authors.select_related("person")) if result is not None else []
    )
    form = ResultForm(
        request.POST if request.method == "POST" else None,
        initial=_initial(result, authors)
        if result
        else {"secrecy": "open", "goal": _goal_of_task(contract)},
        kind=kind,
        products=contract.products.order_by("position"),
        authors=_rows_sent(request, len(authors)),
        editing=result is not None,
        goal=result.goal if result else contract.task.goal,
        indicator=result.indicator if result else None,
    )

    def act(data: dict[str, Any]) -> Result:
        said = _said(request.actor, data, kind, form.count)
        if result is None:
            if said.goal == _goal_of_task(contract):
                # Taken over from the task, also where that goal is closed.
                said = replace(said, goal=None)
            return actions.add_result(
                actor=request.actor, contract_id=contract.pk, said=said, at=now()
            )
        return actions.change_result(
            actor=request.actor,
            result_id=result.pk,
            said=said,
            reason=data["reason"],
            version=data["version"] or 0,
            at=now(),
        )

    outcome = posted(request, form, act)
    if outcome.done:
        messages.success(request, _("The result is kept."))
        return redirect("results:result", public_id=outcome.value.public_id)
    title = _("Change the result") if result else _("Enter a result")
    return render(
        request,
        "web/results/result_form.html",
        {
            "title": title,
            "breadcrumb": crumbs(contract, Crumb(title)),
            "form": form,
            "refusal": outcome.refusal,
            "kinds": ResultKind.choices,
            "kind": kind,
            "back": reverse("results:result", args=[result.public_id])
            if result
            else reverse("results:contract_results", args=[contract.public_id]),
        },
        status=outcome.status,
    )


def _goal_of_task(contract: Contract) -> str:
    """A result is proposed to serve what its task serves."""
    goal = contract.task.goal
    return goal.public_id if goal else ""


def _rows_sent(request: Request, standing: int) -> int:
    """As many rows of authors as stood on the page that was sent."""
    sent = sum(name.startswith("author_") for name in request.POST)
    return max(standing, sent - 3)


def _initial(result: Result, authors: list[Any]) -> dict[str, Any]:
    names = (
        "title_vi",
        "title_en",
        "description_vi",
        "description_en",
        "product_key",
        "formed_on",
        "accepted_on",
        "trl_start",
        "trl_end",
        "trl_reason",
        "secrecy",
        "open_from",
        "version",
    )
    initial = {name: getattr(result, name) for name in names}
    for name in ("goal", "indicator"):
        served = getattr(result, name)
        initial[name] = served.public_id if served else ""
    initial |= {f"detail_{key}": text for key, text in result.details.items()}
    for n, author in enumerate(authors):
        person = author.person
        initial[f"author_{n}"] = text_of(
            {"id": person.public_id, "name": person.full_name}
        )
        initial[f"share_{n}"] = percent_text(author.share)
    return initial


def _said(actor: Actor, data: dict[str, Any], kind: str, rows: int) -> actions.Said:
    chooser = Chooser(actor=actor, by_name=True)
    typed = [
        (data[f"author_{n}"].strip(), data[f"share_{n}"] or 0)
        for n in range(rows)
        if data[f"author_{n}"].strip() or data[f"share_{n}"]
    ]
    chooser.look_up(("person", text) for text, _share in typed)
    return actions.Said(
        kind=kind,
        title_vi=data["title_vi"],
        title_en=data["title_en"],
        description_vi=data["description_vi"],
        description_en=data["description_en"],
        formed_on=data["formed_on"],
        accepted_on=data["accepted_on"],
        trl_start=data["trl_start"],
        trl_end=data["trl_end"],
        trl_reason=data["trl_reason"],
        secrecy=data["secrecy"],
        open_from=data["open_from"],
        goal=data["goal"],
        indicator=data["indicator"],
        product_key=data["product_key"],
        details={
            name.removeprefix("detail_"): text
            for name, text in data.items()
            if name.startswith("detail_")
        },
        authors=[
            (chooser.read("person", text).get("id", ""), share) for text, share in typed
        ],
    )


@require_http_methods(READS)
def propose(request: Request, public_id: str) -> HttpResponse:
    """Enter every promised product that is no result yet, in one act."""
    contract = contracts.contract(request.actor, public_id)
    require(request.actor, "results.add", contract)
    form = ProposeForm(request.POST if request.method == "POST" else None)
    outcome = posted(
        request,
        form,
        lambda data: actions.propose_results(
            actor=request.actor,
            contract_id=contract.pk,
            formed_on=data["formed_on"],
            at=now(),
        ),
    )
    if outcome.done:
        messages.success(
            request,
            _("%(n)s promised products are entered as results.")
            % {"n": len(outcome.value)},
        )
        return redirect("results:contract_results", public_id=public_id)
    return render(
        request,
        "web/results/form.html",
        {
            "title": _("Enter the promised products as results"),
            "lead": _(
                "Each product of the contract that is no result yet is entered as it was promised, for the ministry and the host alone. Complete each of them afterwards."
            ),
            "breadcrumb": crumbs(contract, Crumb(_("Promised products"))),
            "form": form,
            "refusal": outcome.refusal,
            "submit": _("Enter them"),
            "back": reverse("results:contract_results", args=[public_id]),
        },
        status=outcome.status,
    )


@require_http_methods(READS)
def result_attach(request: Request, public_id: str) -> HttpResponse:
    """Add a paper to a result."""
    result = queries.result(request.actor, public_id)
    require(request.actor, "results.change", result)
    form = FileForm(
        request.POST if request.method == "POST" else None, request.FILES or None
    )
    outcome = posted(
        request,
        form,
        lambda data: actions.attach_to_result(
            actor=request.actor, result_id=result.pk, file=data["file"], at=now()
        ),
    )
    if outcome.done:
        messages.success(request, _("The paper is kept."))
        return redirect("results:result", public_id=public_id)
    return render(
        request,
        "web/results/form.html",
        {
            "title": _("Add a paper"),
            "breadcrumb": crumbs(result.contract, Crumb(_("Add a paper"))),
            "form": form,
            "refusal": outcome.refusal,
            "submit": _("Keep the paper"),
            "back": reverse("results:result", args=[public_id]),
        },
        status=outcome.status,
    )


@require_http_methods(READS)
def result_ownership(request: Request, public_id: str) -> HttpResponse:
    """Choose which rules of ownership govern a result; its assets follow."""
    result = queries.result(request.actor, public_id)
    require(request.actor, "results.choose_ownership", result)
    found = queries.ownership(
        queries.ownership_rules(result.contract),
        formed_on=result.formed_on,
        accepted_on=result.accepted_on,
    )
    form = ActForm(
        request.POST if request.method == "POST" else None,
        initial={"version": result.version},
        wants=("rule", "reason"),
        rules=[(r.id, rule_words(r)) for r in found.candidates],
        labels={"reason": _("Reason")},
    )
    outcome = posted(
        request,
        form,
        lambda data: actions.choose_ownership(
            actor=request.actor, result_id=result.pk, at=now(), **data
        ),
    )
    if outcome.done:
        messages.success(request, _("The rules of ownership are chosen."))
        return redirect("results:result", public_id=public_id)
    return render(
        request,
        "web/results/form.html",
        {
            "title": _("Choose the rules of ownership"),
            "lead": _(
                "It was formed under other rules than it was accepted under. No text that was read settles which govern: choose, and say why."
            ),
            "breadcrumb": crumbs(
                result.contract,
                Crumb(result.title, reverse("results:result", args=[public_id])),
                Crumb(_("Rules of ownership")),
            ),
            "form": form,
            "refusal": outcome.refusal,
            "submit": _("Choose"),
            "back": reverse("results:result", args=[public_id]),
        },
        status=outcome.status,
    )


@require_safe
def result_file(request: Request, public_id: str, file_id: str) -> HttpResponse:
    result = queries.result(request.actor, public_id)
    return served(request, file_id, queries.result_subject(result.public_id))


def served(request: Request, file_id: str, subject: str) -> HttpResponse:
    """A file of a thing, if the person may read it and it is of this thing."""
    file = readable_file(request.actor, file_id)
    if file.subject != subject:
        raise NotFound
    return serve(file)  # type: ignore[return-value]
