"""The terms by which Vietnamese and English works find each other: in use, put in, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.overlaps import actions, queries
from opensti.domains.overlaps.choices import BadTerm
from opensti.kernel.access import may, require
from opensti.kernel.refusals import Invalid, NotFound, Refusal, Stale, StepNotAllowed
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb
from opensti.web.overlaps.forms import RemoveTermsForm, TermsForm, TermsSearch

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.overlaps.models import TermFile
    from opensti.web.requests import Request

SHOWN, SHOWN_FILES = 50, 20


def _crumbs(*last: str) -> list[Crumb]:
    return [
        Crumb(_("Overlap"), reverse("overlaps:screenings")),
        Crumb(_("Terms"), reverse("overlaps:terms") if last else ""),
        *(Crumb(name) for name in last),
    ]


@require_safe
def terms_page(request: Request) -> HttpResponse:
    """What is in use and where it comes from, by search; the lists that were put in."""
    require(request.actor, "overlaps.list")
    asked = TermsSearch(request.GET)
    wanted: dict[str, Any] = asked.cleaned_data if asked.is_valid() else {}
    found = queries.term_rows(
        request.actor, search=wanted.get("q", ""), origin=wanted.get("origin", "")
    )
    state = queries.terms_state(request.actor)
    return render(
        request,
        "web/overlaps/terms.html",
        {
            "title": _("Terms across languages"),
            "breadcrumb": _crumbs(),
            "state": state,
            "means": means(state.base),
            "search": asked,
            "found": len(found),
            "terms": found[:SHOWN],
            "files": [
                {"file": file, "bad": len(file.bad_rows)}
                for file in queries.term_files(request.actor)[:SHOWN_FILES]
            ],
            "may_manage": may(request.actor, "overlaps.manage_terms"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def put_page(request: Request) -> HttpResponse:
    """Put a list in, in the place of the one in use."""
    require(request.actor, "overlaps.manage_terms")
    file = queries.terms_state(request.actor).file
    form = TermsForm(
        request.POST or None,
        request.FILES or None,
        initial={"replaces": file.public_id if file else ""},
    )
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.put_terms(actor=request.actor, at=now(), **form.cleaned_data)
        except (Stale, StepNotAllowed) as found:  # what was typed stays
            refusal = found
            form.data = {
                **request.POST.dict(),
                "replaces": file.public_id if file else "",
            }
        except Invalid as found:  # here too
            for problem in found.problems:
                name = problem.field if problem.field in form.fields else None
                form.add_error(name, f"{problem.message} {problem.mend}".strip())
        else:
            _say(request, row)
            return redirect("overlaps:terms")
    return render(
        request,
        "web/overlaps/terms_form.html",
        {
            "title": _("Replace your terms") if file else _("Put in your terms"),
            "lead": _(
                "A table with the columns vi, en and, if you wish, weight: of several translations the heavier are tried first. Your terms are used before those that come with OpenSTI."
            ),
            "breadcrumb": _crumbs(_("Your terms")),
            "form": form,
            "refusal": refusal,
            "back": reverse("overlaps:terms"),
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )


def _say(request: Request, row: TermFile) -> None:
    messages.success(
        request,
        _("%(number)s terms are in use; works are compared with them within a minute.")
        % {"number": row.number},
    )
    if row.bad_rows:
        messages.warning(
            request,
            _("%(number)s rows were no use; the list below names them.")
            % {"number": len(row.bad_rows)},
        )


@require_http_methods(["GET", "HEAD", "POST"])
def remove_page(request: Request, public_id: str) -> HttpResponse:
    """Use the own list no more."""
    require(request.actor, "overlaps.manage_terms")
    file = queries.term_file(request.actor, public_id)
    form = RemoveTermsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.remove_terms(
            actor=request.actor,
            public_id=public_id,
            reason=form.cleaned_data["reason"],
            at=now(),
        )
        messages.success(request, _("Your terms are no longer used."))
        return redirect("overlaps:terms")
    return render(
        request,
        "web/form.html",
        {
            "title": _("Remove your terms"),
            "lead": _(
                "Works are then compared without them. Comparisons made before keep what they found."
            ),
            "breadcrumb": _crumbs(file.name),
            "form": form,
            "submit": _("Remove"),
            "back": reverse("overlaps:terms"),
        },
        status=422 if request.method == "POST" else 200,
    )


@require_safe
def terms_table(request: Request) -> HttpResponseBase:
    """All terms in use as a file."""
    rows = queries.term_rows(request.actor)
    return table_response(
        kind="csv",
        name="terms",
        head=("vi", "en", "weight", "origin"),
        rows=((row.vi, row.en, row.weight, row.origin.value) for row in rows),
    )


@require_safe
def bad_rows(request: Request, public_id: str) -> HttpResponseBase:
    """The rows of a list that were no use, each with its reason, as a file."""
    file = queries.term_file(request.actor, public_id)
    if not file.bad_rows:
        raise NotFound
    return table_response(
        kind="csv",
        name=f"terms-{public_id}-errors",
        head=(_("Row"), _("Problem"), _("Cell")),
        rows=(
            (line, str(BadTerm(why).label), cell) for line, why, cell in file.bad_rows
        ),
    )


def means(state: Any) -> str:
    """Say by which terms the languages find each other, in one sentence.

    ``state`` is a `Base`, or ``None`` before the first comparison.
    """
    if state is None or not state.terms:
        return _(
            "Vietnamese and English do not find each other until the next comparison."
        )
    if not state.terms_shipped:  # from before it was noted how many there were
        return _(
            "Vietnamese and English find each other through terms that come with OpenSTI, and %(learned)s learned from titles in both languages."
        ) % {"learned": number_format(state.terms_learned, force_grouping=True)}
    return _(
        "Vietnamese and English find each other through terms: %(shipped)s that come with OpenSTI, %(learned)s learned from public works in both languages, %(own)s of your own."
    ) % {
        name: number_format(number, force_grouping=True)
        for name, number in (
            ("shipped", state.terms_shipped),
            ("learned", state.terms_learned),
            ("own", state.terms_own),
        )
    }
