"""Pages of rounds and of the decisions in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.overlaps.queries import standings
from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.actions import Rule
from opensti.domains.portfolios.choices import LetterState, RoundState, Ruling
from opensti.kernel.access import may
from opensti.kernel.bilingual import pick
from opensti.kernel.identifiers import row_number
from opensti.kernel.record.actions import sign_after_act
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import Invalid, Refusal, Stale
from opensti.kernel.searchtext import fold
from opensti.ui.pages import Crumb, Step
from opensti.web.lists import WorkList
from opensti.web.papers import official
from opensti.web.portfolios.advice import advice_card
from opensti.web.portfolios.decisions import crumbs, initial, prefix
from opensti.web.portfolios.documents import (
    decision_document,
)
from opensti.web.portfolios.forms import (
    RulingForm,
)
from opensti.web.portfolios.proposals import KINDS as PROPOSAL_KINDS
from opensti.web.portfolios.tables import (
    RoundFilter,
    RoundTable,
)
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import HttpResponse

    from opensti.domains.portfolios.models import (
        Decision,
        Round,
    )
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


@require_safe
def round_page(request: Request, public_id: str) -> HttpResponse:
    """One round: what is proposed or decided on each dossier, and what comes next."""
    round_ = queries.round_page(request.actor, public_id)
    return _show_round(request, round_)


def _show_round(
    request: Request,
    round_: Round,
    *,
    forms: dict[int, Form] | None = None,
    refusal: Refusal | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    actor = request.actor
    decisions = list(queries.decisions_of(actor, round_))
    whole = queries.knows_whole_round(actor, round_)
    deciding = round_.state == RoundState.PROPOSED and may(
        actor, "portfolios.decide", round_
    )
    if deciding and forms is None:
        forms = {
            d.pk: RulingForm(
                initial=initial(d), prefix=prefix(d), advised=bool(d.advised)
            )
            for d in decisions
        }
    overlap = standings(d.dossier_id for d in decisions)
    groups = [
        {
            "order": group.order,
            "one_winner": group.one_winner,
            "rows": [
                {
                    "decision": d,
                    "form": (forms or {}).get(d.pk),
                    "overlap": overlap.get(d.dossier_id),
                }
                for d in group.decisions
            ],
        }
        for group in queries.competing(decisions)
    ]
    letters = list(queries.letters_of(actor, round_)) if round_.decided_at else []
    return render(
        request,
        "web/portfolios/round.html",
        {
            "title": pick(round_.title_vi, round_.title_en),
            "breadcrumb": crumbs(Crumb(round_.call.code)),
            "round": round_,
            "whole": whole,
            "ranked": whole and queries.advises(round_).calibrated,
            "advised": any(d.advised for d in decisions),
            "proposal_kinds": PROPOSAL_KINDS,
            "groups": groups,
            "dossiers": len(decisions),
            "approved": sum(_is_approval(d) for d in decisions),
            "money": sum((d.amount or 0) for d in decisions if _is_approval(d)),
            "letters": letters,
            "unchecked": sum(le.state == LetterState.PREPARED for le in letters),
            "steps": _steps(round_),
            "advice": advice_card(actor, round_) if whole else None,
            "refusal": refusal,
            "typed": typed or {},
            "may_propose": round_.state == RoundState.DRAFT
            and may(actor, "portfolios.prepare", round_),
            "may_decide": deciding,
            "may_return": round_.state == RoundState.PROPOSED
            and may(actor, "portfolios.return", round_),
            "may_release": round_.state == RoundState.DECIDED
            and may(actor, "portfolios.release", round_),
            "may_mail_again": round_.state == RoundState.RELEASED
            and any(letter.mail_error or letter.mail_is_unsure for letter in letters)
            and may(actor, "portfolios.prepare", round_),
            "timeline": timeline(entries_of(f"portfolios.round:{round_.public_id}"))
            if whole
            else [],
        },
        status=refusal.status if refusal else 200,
    )


def _is_approval(decision: Decision) -> bool:
    return (decision.ruling or decision.proposed) == Ruling.APPROVE


def _steps(round_: Round) -> list[Step]:
    order = [
        RoundState.DRAFT,
        RoundState.PROPOSED,
        RoundState.DECIDED,
        RoundState.RELEASED,
    ]
    at = order.index(RoundState(round_.state))
    return [
        Step(
            label=state.label,
            state="done"
            if i < at or state == RoundState.RELEASED == round_.state
            else "current"
            if i == at
            else "next",
        )
        for i, state in enumerate(order)
    ]


def _version(request: Request) -> int | None:
    return row_number(request.POST.get("version"))


def _to_round(round_: Round) -> HttpResponse:
    return redirect("portfolios:round", public_id=round_.public_id)


@require_POST
def round_new(request: Request, call_id: int) -> HttpResponse:
    round_ = actions.prepare_round(
        actor=request.actor,
        call_id=call_id,
        title_vi=request.POST.get("title_vi", ""),
        title_en=request.POST.get("title_en", ""),
        at=now(),
    )
    messages.success(
        request, _("The results are laid out. Look at each proposed ruling.")
    )
    return _to_round(round_)


@require_POST
def round_propose(request: Request, public_id: str) -> HttpResponse:
    return _send_on(
        request,
        public_id,
        act=actions.propose_round,
        words="proposal",
        said=_("The proposal is before the leader."),
    )


@require_POST
def round_return(request: Request, public_id: str) -> HttpResponse:
    return _send_on(
        request,
        public_id,
        act=actions.return_round,
        words="reason",
        said=_("The proposal went back to the officer."),
    )


def _send_on(
    request: Request,
    public_id: str,
    *,
    act: Callable[..., Round],
    words: str,
    said: str,
) -> HttpResponse:
    """Send the round on with what was typed for whoever gets it; refused, it stays."""
    round_ = queries.round_page(request.actor, public_id)
    typed = {words: request.POST.get(words, "")}
    try:
        act(
            actor=request.actor,
            round_id=round_.pk,
            at=now(),
            expected_version=_version(request),
            **typed,
        )
    except (Invalid, Stale) as refusal:
        return _show_round(request, round_, refusal=refusal, typed=typed)
    messages.success(request, said)
    return _to_round(round_)


@require_POST
def round_decide(request: Request, public_id: str) -> HttpResponse:
    """Decide every dossier of the round; what was typed stays if anything is refused."""
    round_ = queries.round_page(request.actor, public_id)
    decisions = list(queries.decisions_of(request.actor, round_))
    forms: dict[int, Form] = {
        d.pk: RulingForm(request.POST, prefix=prefix(d), advised=bool(d.advised))
        for d in decisions
    }
    number = request.POST.get("decision_number", "")
    typed = {"decision_number": number}
    if not all([form.is_valid() for form in forms.values()]):  # noqa: C419 -- check each
        return _show_round(
            request,
            round_,
            forms=forms,
            refusal=Invalid([], _("Some rulings are not complete yet.")),
            typed=typed,
        )
    try:
        actions.decide_round(
            actor=request.actor,
            round_id=round_.pk,
            decision_number=number,
            rulings={
                pk: Rule(
                    ruling=Ruling(form.cleaned_data["proposed"]),
                    amount=form.cleaned_data["amount"],
                    reason_vi=form.cleaned_data["reason_vi"],
                    reason_en=form.cleaned_data["reason_en"],
                    deviation=form.cleaned_data.get("deviation", ""),
                )
                for pk, form in forms.items()
            },
            at=now(),
            expected_version=_version(request),
        )
    except (Invalid, Stale) as refusal:
        if isinstance(refusal, Invalid):
            _tell(forms, refusal)
        return _show_round(request, round_, forms=forms, refusal=refusal, typed=typed)
    messages.success(
        request, _("Decided. The letters are prepared: check and release them.")
    )
    return _to_round(round_)


def _tell(forms: Mapping[int, Form], refusal: Invalid) -> None:
    """Say each fault at the field it is about, too: its dossier then stands open."""
    for problem in refusal.problems:
        kind, _dash, rest = problem.field.partition("-")
        pk, _dash, name = rest.partition("-")
        form = forms.get(row_number(pk) or 0) if kind == "decision" else None
        if form is not None and name in form.fields:
            form.add_error(name, f"{problem.message} {problem.mend}".strip())


@require_POST
def round_release(request: Request, public_id: str) -> HttpResponse:
    round_ = queries.round_page(request.actor, public_id)
    try:
        actions.release_round(
            actor=request.actor,
            round_id=round_.pk,
            at=now(),
            expected_version=_version(request),
        )
    except Stale as refusal:
        return _show_round(request, round_, refusal=refusal)
    sign_after_act(at=now())
    messages.success(
        request,
        _("All letters went out together; the public register shows the decisions."),
    )
    return _to_round(round_)


@require_POST
def round_mail(request: Request, public_id: str) -> HttpResponse:
    """Ask again for the mails that could not be sent."""
    round_ = queries.round_page(request.actor, public_id)
    actions.mail_again(actor=request.actor, round_id=round_.pk, at=now())
    messages.success(request, _("The mails will be tried again."))
    return _to_round(round_)


@require_safe
def round_document(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The decision with the table of its dossiers, as Word or PDF."""
    round_ = queries.whole_round(request.actor, public_id)
    rows = list(queries.decisions_of(request.actor, round_))
    return official(
        "decision",
        decision_document(round_, rows),
        kind=kind,
        name=f"decision-{round_.public_id}",
    )


class Rounds(WorkList):
    title = gettext_lazy("Selection rounds")
    permission = "portfolios.read"
    table_class = RoundTable
    filterset_class = RoundFilter
    export_name = "rounds"

    def rows(self, actor: Actor) -> QuerySet[Round]:
        return queries.rounds(actor)

    def search(self, rows: QuerySet[Round], text: str) -> QuerySet[Round]:
        return rows.filter(call__search_text__contains=fold(text))
