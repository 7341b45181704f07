"""Every paper of a contract: those written from what it says, and those that were signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.choices import PaperKind, Side
from opensti.domains.contracts.problem import digest, text_now
from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import regime_of
from opensti.kernel.access import may
from opensti.kernel.files.serving import readable_file, serve
from opensti.kernel.refusals import Invalid, NotFound, Refusal
from opensti.kernel.signatures import Check
from opensti.ui.pages import Crumb
from opensti.web.contracts.closing import MINUTES, minutes_document, minutes_of
from opensti.web.contracts.paper_forms import SignedPaperForm
from opensti.web.contracts.tabs import crumbs, tabs
from opensti.web.contracts.writing.amendment_paper import amendment_document
from opensti.web.contracts.writing.closing_papers import claim_document
from opensti.web.contracts.writing.contract_paper import (
    Paper,
    contract_document,
    unverified,
)
from opensti.web.contracts.writing.pause_paper import (
    pause_document,
    pause_title,
    pauses_of,
)
from opensti.web.papers import official

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.contracts.models import (
        BudgetItem,
        Contract,
        SignedPaper,
        Terms,
    )
    from opensti.domains.procedures.regimes.format.regime import Regime
    from opensti.kernel.access import Actor
    from opensti.kernel.signatures import Signature
    from opensti.web.requests import Request

LANGUAGES = ("vi", "en")
TITLES = {
    "settlement": gettext_lazy("Minutes of settlement"),
    "liquidation": gettext_lazy("Minutes of liquidation"),
}


@dataclass(frozen=True, kw_only=True)
class Written:
    """A paper that is written from what the contract says: what it is, of which day."""

    name: str
    title: str
    code: str
    on: date | None
    note: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A signed file with what was found in it."""

    paper: SignedPaper
    check: Check
    signatures: tuple[Signature, ...]
    words: str
    tone: str
    may_withdraw: bool


@require_http_methods(["GET", "HEAD", "POST"])
def papers_page(request: Request, public_id: str) -> HttpResponse:
    """What papers there are, of which day, with which digest; a signed one is kept here."""
    actor = request.actor
    contract = queries.contract(actor, public_id)
    state = contract.case.state
    refusal: Refusal | None = None
    form: SignedPaperForm | None = None
    kinds = _kinds(contract)
    may_keep = bool(kinds) and bool(may(actor, "contracts.keep_signed", contract))
    if request.method == "POST":
        # Where nothing may be handed in now the act itself says so.
        known = kinds or PaperKind.values
        form = SignedPaperForm(request.POST, request.FILES, kinds=known)
        if form.is_valid():
            try:
                _keep(request, contract, form)
            except Invalid as invalid:
                form.show(invalid.problems)
                refusal = invalid
            except Refusal as refused:
                refusal = refused
            else:
                messages.success(request, _("The signed file is kept."))
                return redirect("contracts:papers", public_id=public_id)
    regime, said = regime_of(contract.case), list(queries.terms_of(actor, contract))
    content = said[0].content if said else text_now(contract)
    language = "en" if request.LANGUAGE_CODE.startswith("en") else "vi"
    return render(
        request,
        "web/contracts/papers.html",
        {
            "title": _("Papers"),
            "breadcrumb": crumbs(contract, Crumb(_("Papers"))),
            "tabs": tabs(contract, "contracts:papers"),
            "contract": contract,
            "written": _written(actor, contract, regime, said, content),
            "kept": [
                _kept(paper, may_keep=may_keep and paper.kind in kinds)
                for paper in queries.signed_papers(actor, contract)
            ],
            "inside": queries.knows_the_chain(actor, contract),
            "unverified": unverified(
                Paper(contract=contract, content=content, lines=(), regime=regime),
                language,
            )
            if may_keep or state in (State.DRAFT, State.IN_APPROVAL)
            else [],
            "form": form
            or SignedPaperForm(
                kinds=kinds,
                initial={
                    "act": "keep",
                    "version": contract.version,
                    "kind": kinds[0] if kinds else "",
                    "side": Side.BOTH,
                },
            )
            if may_keep
            else None,
            "languages": LANGUAGES,
            "refusal": refusal,
        },
        status=refusal.status
        if refusal
        else 422
        if form is not None and not form.is_valid()
        else 200,
    )


def _kinds(contract: Contract) -> list[str]:
    """What may be handed in now: the contract until it is signed, then what follows it."""
    state = contract.case.state
    if state == State.AGREED:
        return [PaperKind.CONTRACT]
    if contract.signed_on is None:
        return []
    return [k for k in PaperKind.values if k != PaperKind.CONTRACT]


def _keep(request: Request, contract: Contract, form: SignedPaperForm) -> None:
    said = form.cleaned_data
    actions.keep_signed_paper(
        actor=request.actor,
        contract_id=contract.pk,
        kind=PaperKind(said["kind"]),
        side=Side(said["side"]),
        title=said["title"],
        file=said["file"],
        signed_on=said["signed_on"],
        scanned=said["scanned"],
        version=said["version"],
        at=now(),
    )


def _written(
    actor: Actor,
    contract: Contract,
    regime: Regime,
    said: list[Terms],
    content: dict[str, Any],
) -> list[Written]:
    state = contract.case.state
    found = [
        Written(
            name="contract",
            title=_form_title(regime, Act.CONTRACT_SIGN) or str(_("Contract")),
            code=form_code(regime, Act.CONTRACT_SIGN),
            on=contract.signed_on,
            note=_("as it was signed")
            if said
            else _("to be signed")
            if state == State.AGREED
            else _("draft"),
            sha256=digest(content),
        )
    ]
    found += [
        Written(
            name=f"amendment-{terms.number}",
            title=_("Annex of amendment %(n)d") % {"n": terms.number - 1},
            code="",
            on=terms.in_force_from,
            note=terms.reason,
            sha256=terms.sha256,
        )
        for terms in said[1:]
    ]
    found += [
        Written(
            name=f"claim-{claim.public_id}",
            title=_("Decision on claiming money back"),
            code=form_code(regime, Act.CONTRACT_CLAIM),
            on=claim.decided_on,
            note=claim.decision_number,
            sha256="",
        )
        for claim in queries.claim_papers(actor, contract)
    ]
    found += [
        Written(
            name=f"pause-{line.position}",
            title=pause_title(line),
            code="",
            on=localtime(line.recorded_at).date(),
            note=line.detail.get("reason", ""),
            sha256="",
        )
        for line in (pauses_of(contract) if contract.signed_on else ())
    ]
    found += [
        Written(
            name=name,
            title=_form_title(regime, MINUTES[name][0]) or str(TITLES[name]),
            code=form_code(regime, MINUTES[name][0]),
            on=None,
            note="",
            sha256="",
        )
        for name in minutes_of(contract)
    ]
    return found


def form_code(regime: Regime, act: Act) -> str:
    """The number the law gives the form of a step, or nothing."""
    table = regime.contract
    steps = table.transitions if table is not None else ()
    return next((s.documents[0] for s in steps if s.act == act and s.documents), "")


def _form_title(regime: Regime, act: Act) -> str:
    code = form_code(regime, act)
    return regime.paper(code).title() if code else ""


def _kept(paper: SignedPaper, *, may_keep: bool) -> Kept:
    check = Check.of(paper.check_result)
    words, tone = _found(paper, check)
    return Kept(
        paper=paper,
        check=check,
        signatures=check.signatures,
        words=words,
        tone=tone,
        may_withdraw=may_keep and paper.withdrawn_at is None,
    )


def _found(paper: SignedPaper, check: Check) -> tuple[str, str]:
    """What the check found, in a sentence, and how it is shown."""
    if not paper.check_result:
        return _("not checked"), "warn"
    if check.broken:
        return _(
            "an electronic signature does not hold; taken as a scan of a paper signed by hand"
        ), "bad"
    if check.found == "signed":
        if all(s.trust == "trusted" for s in check.signatures):
            return _("electronic signatures hold, by authorities known here"), "good"
        return _("electronic signatures hold; an authority is not known here"), "warn"
    if check.found == "unreadable":
        return _("signatures not checked: the PDF could not be read"), "warn"
    return _("no electronic signature inside: a scan of a paper signed by hand"), "info"


@require_safe
def paper_document(
    request: Request, public_id: str, paper: str, language: str, kind: str
) -> HttpResponse:
    """A written paper in Word or PDF: Vietnamese is the legal text, English a reading copy."""
    if language not in LANGUAGES:
        raise Http404
    actor = request.actor
    contract = queries.contract(actor, public_id)
    said = list(queries.terms_of(actor, contract))
    regime = regime_of(contract.case)
    name = f"{contract.number or contract.public_id} {paper} {language}"
    what, _dash, which = paper.partition("-")
    if what == "claim":
        claim = queries.claim_papers(actor, contract).filter(public_id=which).first()
        if claim is None:
            raise NotFound
        text = claim_document(claim, contract, language)
        return official("decision", text, kind=kind, name=name)
    if what == "pause":
        line = next((x for x in pauses_of(contract) if f"{x.position}" == which), None)
        if line is None:
            raise NotFound
        text = pause_document(line, contract, regime, language)
        return official("decision", text, kind=kind, name=name)
    if paper in minutes_of(contract):
        content = said[-1].content if said else text_now(contract)
        text = minutes_document(
            paper,
            Paper(
                contract=contract,
                content=content,
                lines=(),
                regime=regime,
                code=form_code(regime, MINUTES[paper][0]),
            ),
            language,
        )
        return official("agreement", text, kind=kind, name=name)
    number = int(which) if which.isascii() and which.isdigit() else 1
    if what not in ("contract", "amendment") or (which and what == "contract"):
        raise NotFound
    if what == "amendment" and not 1 < number <= len(said):
        raise NotFound
    terms = said[number - 1] if said else None
    content = terms.content if terms else text_now(contract)
    made = Paper(
        contract=contract,
        content=content,
        lines=_lines(actor, contract, content),
        regime=regime,
        signed_on=contract.signed_on if what == "contract" else None,
        draft=contract.case.state in (State.DRAFT, State.IN_APPROVAL, State.CANCELLED),
        code=form_code(regime, Act.CONTRACT_SIGN) if what == "contract" else "",
    )
    if what == "contract" or terms is None:
        text = contract_document(made, language)
    else:
        before = said[number - 2].content
        text = amendment_document(
            made,
            before,
            language,
            number=number - 1,
            in_force_from=terms.in_force_from,
            reason=terms.reason,
            lines_before=_lines(actor, contract, before),
        )
    return official("agreement", text, kind=kind, name=name)


def _lines(
    actor: Actor, contract: Contract, content: dict[str, Any]
) -> list[BudgetItem]:
    """The lines of the version of the budget that a text counted."""
    budgets = queries.budgets_of(actor, contract.dossier_id)
    found = budgets.filter(sha256=content["budget"]).last()
    return [] if found is None else sorted(found.items.all(), key=lambda i: i.position)


@require_safe
def signed_file(request: Request, public_id: str, paper_id: str) -> HttpResponseBase:
    """The bytes of a signed file, as they were kept."""
    contract = queries.contract(request.actor, public_id)
    paper = queries.signed_paper(request.actor, paper_id)
    if paper.contract_id != contract.pk:
        raise NotFound
    return serve(readable_file(request.actor, paper.file.public_id))


@require_POST
def signed_withdraw(request: Request, public_id: str, paper_id: str) -> HttpResponse:
    """Take a file out that was kept by mistake."""
    actions.withdraw_signed_paper(
        actor=request.actor,
        public_id=paper_id,
        reason=request.POST.get("reason", ""),
        at=now(),
    )
    messages.success(request, _("The file is taken out."))
    return redirect(reverse("contracts:papers", args=[public_id]))
