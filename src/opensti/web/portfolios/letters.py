"""Pages of the outbox: letters are read, changed, checked one by one or many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.choices import LetterState
from opensti.kernel.access import Role, may
from opensti.kernel.refusals import Invalid, Refusal, Stale
from opensti.kernel.searchtext import fold
from opensti.ui.lists import BulkAct
from opensti.ui.pages import BulkRow, Crumb
from opensti.web.lists import WorkList
from opensti.web.papers import official
from opensti.web.portfolios.documents import (
    letter_document_context,
)
from opensti.web.portfolios.forms import (
    LetterForm,
)
from opensti.web.portfolios.tables import (
    LetterFilter,
    LetterTable,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import HttpResponse

    from opensti.domains.portfolios.models import (
        Letter,
    )
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


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
        may(request.actor, "portfolios.edit_letter", letter)
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
                    text=format_html(
                        '<span lang="{}">{}</span>', letter.language, letter.subject
                    ),
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
