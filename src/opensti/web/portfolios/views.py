"""Pages for rounds, decisions, letters and objections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.calls import queries as calls_queries
from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.actions import Rule
from opensti.domains.portfolios.choices import LetterState, RoundState, Ruling
from opensti.domains.procedures.choices import Act
from opensti.domains.procedures.queries import may_step
from opensti.kernel.access import Role, may, require
from opensti.kernel.files.serving import as_download
from opensti.kernel.identifiers import row_number
from opensti.kernel.money import format_money
from opensti.kernel.record.actions import issue_receipt
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import Invalid, Refusal, Stale, StepNotAllowed
from opensti.kernel.searchtext import fold
from opensti.ui.lists import BulkAct
from opensti.ui.pages import BulkRow, Crumb, Step
from opensti.ui.templatetags.ui import choose_language
from opensti.web.calls.case import crumbs as dossier_crumbs
from opensti.web.lists import WorkList
from opensti.web.papers import official
from opensti.web.portfolios.documents import (
    decision_document,
    letter_document_context,
)
from opensti.web.portfolios.forms import (
    AnswerForm,
    DecisionForm,
    LetterForm,
    ObjectionForm,
    RulingForm,
)
from opensti.web.portfolios.tables import (
    LetterFilter,
    LetterTable,
    ObjectionFilter,
    ObjectionTable,
    RoundFilter,
    RoundTable,
)
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.forms import Form

    from opensti.domains.calls.models import Dossier
    from opensti.domains.portfolios.models import (
        Decision,
        Letter,
        Objection,
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
    deciding = round_.state == RoundState.PROPOSED and may(
        actor, "portfolios.decide", round_
    )
    if deciding and forms is None:
        forms = {
            d.pk: RulingForm(initial=_initial(d), prefix=_prefix(d)) for d in decisions
        }
    rows = [{"decision": d, "form": (forms or {}).get(d.pk)} for d in decisions]
    letters = list(queries.letters_of(actor, round_)) if round_.decided_at else []
    return render(
        request,
        "web/portfolios/round.html",
        {
            "title": round_.title_vi,
            "breadcrumb": _crumbs(Crumb(round_.call.code)),
            "round": round_,
            "rows": rows,
            "approved": sum(_is_approval(d) for d in decisions),
            "money": sum((d.amount or 0) for d in decisions if _is_approval(d)),
            "letters": letters,
            "unchecked": sum(le.state == LetterState.PREPARED for le in letters),
            "steps": _steps(round_),
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
            "timeline": timeline(entries_of(f"portfolios.round:{round_.public_id}")),
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


def _prefix(decision: Decision) -> str:
    return f"decision-{decision.pk}"


def _initial(decision: Decision) -> dict[str, Any]:
    return {
        "proposed": decision.proposed,
        "amount": ""
        if decision.amount is None
        else format_money(decision.amount, unit=False),
        "reason_vi": decision.reason_vi,
        "reason_en": decision.reason_en,
    }


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Selection rounds"), reverse("portfolios:rounds")), *more]


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
    round_ = queries.round_page(request.actor, public_id)
    text = request.POST.get("proposal", "")
    try:
        actions.propose_round(
            actor=request.actor,
            round_id=round_.pk,
            proposal=text,
            at=now(),
            expected_version=_version(request),
        )
    except (Invalid, Stale) as refusal:
        return _show_round(request, round_, refusal=refusal, typed={"proposal": text})
    messages.success(request, _("The proposal is before the leader."))
    return _to_round(round_)


@require_POST
def round_return(request: Request, public_id: str) -> HttpResponse:
    round_ = queries.round_page(request.actor, public_id)
    reason = request.POST.get("reason", "")
    try:
        actions.return_round(
            actor=request.actor,
            round_id=round_.pk,
            reason=reason,
            at=now(),
            expected_version=_version(request),
        )
    except (Invalid, Stale) as refusal:
        return _show_round(request, round_, refusal=refusal, typed={"reason": reason})
    messages.success(request, _("The proposal went back to the officer."))
    return _to_round(round_)


@require_POST
def round_decide(request: Request, public_id: str) -> HttpResponse:
    """Decide every dossier of the round; what was typed stays if anything is refused."""
    round_ = queries.round_page(request.actor, public_id)
    decisions = list(queries.decisions_of(request.actor, round_))
    forms: dict[int, Form] = {
        d.pk: RulingForm(request.POST, prefix=_prefix(d)) for d in decisions
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
                )
                for pk, form in forms.items()
            },
            at=now(),
            expected_version=_version(request),
        )
    except (Invalid, Stale) as refusal:
        return _show_round(request, round_, forms=forms, refusal=refusal, typed=typed)
    messages.success(
        request, _("Decided. The letters are prepared: check and release them.")
    )
    return _to_round(round_)


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
    round_ = queries.round_page(request.actor, public_id)
    rows = list(queries.decisions_of(request.actor, round_))
    return official(
        "decision",
        decision_document(round_, rows),
        kind=kind,
        name=f"decision-{round_.public_id}",
    )


@require_safe
def decision_page(request: Request, public_id: str) -> HttpResponse:
    """One decision, with its reason, its letter and its receipt."""
    decision = queries.decision(request.actor, public_id)
    letter = queries.letters(request.actor).filter(decision=decision).first()
    inside = queries.knows_round(request.actor, decision.round)
    return render(
        request,
        "web/portfolios/decision.html",
        {
            "title": decision.dossier.code,
            "breadcrumb": _crumbs(
                Crumb(
                    decision.round.title_vi,
                    reverse("portfolios:round", args=[decision.round.public_id]),
                ),
                Crumb(decision.dossier.code),
            )
            if inside
            else [Crumb(decision.dossier.code)],
            "inside": inside,
            "decision": decision,
            "letter": letter,
            "may_edit": decision.round.state == RoundState.DRAFT
            and may(request.actor, "portfolios.prepare", decision.round),
            "may_object": decision.round.state == RoundState.RELEASED
            and decision.ruling == Ruling.DECLINE
            and queries.may_object(request.actor, decision.dossier),
            "objections": queries.objections(request.actor).filter(decision=decision),
        },
    )


def decision_edit(request: Request, public_id: str) -> HttpResponse:
    """Change what is proposed on one dossier."""
    decision = queries.decision(request.actor, public_id)
    require(request.actor, "portfolios.prepare", decision.round)
    form = DecisionForm(
        request.POST or None,
        initial=_initial(decision) | {"version": decision.round.version},
    )
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_decision(
                actor=request.actor,
                decision_id=decision.pk,
                proposed=Ruling(form.cleaned_data["proposed"]),
                amount=form.cleaned_data["amount"],
                reason_vi=form.cleaned_data["reason_vi"],
                reason_en=form.cleaned_data["reason_en"],
                at=now(),
                expected_version=form.cleaned_data["version"],
            )
        except Invalid as invalid:
            for problem in invalid.problems:
                form.add_error(problem.field.rsplit("-", 1)[-1], str(problem.message))
        except Stale as stale:
            refusal = stale
        else:
            messages.success(request, _("The proposed ruling is saved."))
            return _to_round(decision.round)
    return render(
        request,
        "web/form.html",
        {
            "title": _("Proposed ruling on %(code)s") % {"code": decision.dossier.code},
            "lead": decision.dossier.title_vi,
            "breadcrumb": _crumbs(Crumb(decision.dossier.code)),
            "form": form,
            "refusal": refusal,
            "submit": _("Save"),
            "back": reverse("portfolios:round", args=[decision.round.public_id]),
        },
        status=_status(request, refusal),
    )


def _status(request: Request, refusal: Refusal | None) -> int:
    if refusal is not None:
        return refusal.status
    return 422 if request.method == "POST" else 200


@require_safe
def decision_receipt(request: Request, public_id: str) -> HttpResponse:
    """The receipt of a released decision, which anyone can verify offline."""
    decision = queries.decision(request.actor, public_id)
    if decision.entry_position is None:
        raise StepNotAllowed(_("The decision has not been released yet."))
    text = issue_receipt(position=decision.entry_position, at=now(), disclose=True)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = decision.dossier.code or public_id
    response["Content-Disposition"] = as_download(f"{name}.tlog-proof")
    return response


@require_safe
def letter_page(request: Request, public_id: str) -> HttpResponse:
    letter = queries.letter(request.actor, public_id)
    return _show_letter(request, letter)


def _show_letter(
    request: Request,
    letter: Letter,
    *,
    form: Form | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    may_edit = letter.state != LetterState.RELEASED and bool(
        may(request.actor, "portfolios.prepare", letter.decision.round)
    )
    if form is None and may_edit:
        form = LetterForm(
            initial={
                "subject": letter.subject,
                "body": letter.body,
                "version": letter.version,
            }
        )
    return render(
        request,
        "web/portfolios/letter.html",
        {
            "title": letter.subject,
            "breadcrumb": [
                Crumb(_("Letters"), reverse("portfolios:letters")),
                Crumb(letter.decision.dossier.code),
            ],
            "letter": letter,
            "form": form,
            "refusal": refusal,
            # Applicants are not told which official acted.
            "inside": queries.knows_round(request.actor, letter.decision.round),
            "may_edit": may_edit,
            "check": may(request.actor, "portfolios.check_letter", letter)
            if may_edit and letter.state == LetterState.PREPARED
            else None,
        },
        status=refusal.status if refusal else status,
    )


@require_POST
def letter_edit(request: Request, public_id: str) -> HttpResponse:
    letter = queries.letter(request.actor, public_id)
    form = LetterForm(request.POST)
    if not form.is_valid():
        return _show_letter(request, letter, form=form, status=422)
    try:
        actions.edit_letter(
            actor=request.actor,
            letter_id=letter.pk,
            subject=form.cleaned_data["subject"],
            body=form.cleaned_data["body"],
            at=now(),
            expected_version=form.cleaned_data["version"],
        )
    except (Stale, Invalid) as refusal:
        return _show_letter(request, letter, form=form, refusal=refusal)
    messages.success(request, _("The letter is saved; a colleague must check it."))
    return redirect("portfolios:letter", public_id=public_id)


@require_POST
def letter_check(request: Request, public_id: str) -> HttpResponse:
    letter = queries.letter(request.actor, public_id)
    actions.check_letter(actor=request.actor, letter_id=letter.pk, at=now())
    messages.success(request, _("The letter is checked."))
    return redirect("portfolios:round", public_id=letter.decision.round.public_id)


@require_POST
def letters_check(request: Request) -> HttpResponse:
    """Check several letters: first what would happen, then the act."""
    chosen = list(Letters().chosen(request))
    confirmed = request.POST.get("confirmed") == "1"
    answers = actions.check_letters(
        actor=request.actor,
        letter_ids=[letter.pk for letter in chosen],
        at=now(),
        dry_run=not confirmed,
    )
    refusals = dict(answers)
    done = sum(refusal is None for refusal in refusals.values())
    if confirmed:
        messages.success(request, _("%(n)s letters are checked.") % {"n": done})
        return redirect("portfolios:letters")
    return render(
        request,
        "ui/bulk_preview.html",
        {
            "title": _("Check letters"),
            "rows": [
                BulkRow(
                    label=letter.decision.dossier.code,
                    text=letter.subject,
                    url=reverse("portfolios:letter", args=[letter.public_id]),
                    refusal=refusals[letter.pk],
                )
                for letter in chosen
            ],
            "possible": done,
            "refused": len(chosen) - done,
            "ids": [letter.pk for letter in chosen],
            "confirm_url": reverse("portfolios:letters_check"),
            "back_url": reverse("portfolios:letters"),
            "act_label": _("Check"),
        },
    )


@require_safe
def letter_document(request: Request, public_id: str, kind: str) -> HttpResponse:
    letter = queries.letter(request.actor, public_id)
    return official(
        "letter",
        letter_document_context(letter),
        kind=kind,
        name=f"letter-{letter.decision.dossier.code}",
    )


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
        status=_status(request, None),
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
        status=_status(request, None),
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


class Letters(WorkList):
    title = gettext_lazy("Letters")
    permission = "accounts.save_view"
    table_class = LetterTable
    filterset_class = LetterFilter
    export_name = "letters"

    def rows(self, actor: Actor) -> QuerySet[Letter]:
        return queries.letters(actor)

    def search(self, rows: QuerySet[Letter], text: str) -> QuerySet[Letter]:
        return rows.filter(decision__dossier__search_text__contains=fold(text))

    def bulk_acts(self, actor: Actor) -> Sequence[BulkAct]:
        if actor.has(Role.OFFICER):
            return [BulkAct(label=_("Check"), url=reverse("portfolios:letters_check"))]
        return ()


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
