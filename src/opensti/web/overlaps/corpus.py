"""What works are compared with, and from which probability on people look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.overlaps import actions, queries
from opensti.kernel.access import may, require
from opensti.kernel.refusals import Invalid, NotFound
from opensti.ui.pages import Crumb
from opensti.web.overlaps.forms import ArchiveForm, ThresholdsForm
from opensti.web.overlaps.said import compared_by, percent
from opensti.web.overlaps.terms import means

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


def _crumbs(last: str) -> list[Crumb]:
    return [Crumb(_("Overlap"), reverse("overlaps:screenings")), Crumb(last)]


@require_safe
def corpus_page(request: Request) -> HttpResponse:
    """The corpus by source, the method in use, and how verdicts agree with it."""
    require(request.actor, "overlaps.list")
    rule, agreement = queries.thresholds(), queries.agreement()
    missed = queries.missed(request.actor)
    state = queries.corpus_state()
    return render(
        request,
        "web/overlaps/corpus.html",
        {
            "title": _("What works are compared with"),
            "breadcrumb": _crumbs(_("Corpus")),
            "sources": queries.sources(),
            "state": state,
            "compared_by": compared_by(state.base),
            "means": means(state.base),
            "rule": rule,
            "listed": percent(rule.listed),
            "two_people": percent(rule.two_people),
            "agreement": agreement,
            "bins": [
                {
                    "label": f"{percent(row.low)} - {percent(row.high)}",
                    "judged": row.judged,
                    "real": row.real,
                    "said": percent(row.said),
                    "share": percent(row.share),
                }
                for row in agreement.bins
            ],
            "precision": "-"
            if agreement.precision is None
            else percent(agreement.precision),
            "brier": number_format(agreement.brier or 0, decimal_pos=3),
            "missed": missed,
            "recall": [percent(share) for share in missed.recall or ()],
            "may_judge": may(request.actor, "overlaps.judge"),
            "advised": percent(agreement.advised) if agreement.advised else "",
            "may_describe": may(request.actor, "overlaps.describe_archive"),
            "may_set": may(request.actor, "overlaps.set_thresholds"),
        },
    )


def archive_page(request: Request, source: str) -> HttpResponse:
    """Say whose an archive is, under which licence, of which day."""
    require(request.actor, "overlaps.describe_archive")
    known = next((row for row in queries.sources() if row.source == source), None)
    if known is None:
        raise NotFound
    before = known.archive
    form = ArchiveForm(
        request.POST or None,
        initial={
            "name": before.name,
            "licence": before.licence,
            "address": before.address,
            "taken_on": before.taken_on.isoformat(),
        }
        if before
        else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe_archive(
                actor=request.actor, source=source, at=now(), **form.cleaned_data
            )
        except Invalid as refusal:  # what was typed stays
            for problem in refusal.problems:
                form.add_error(problem.field, str(problem.message))
        else:
            messages.success(request, _("The archive is described."))
            return redirect("overlaps:corpus")
    return render(
        request,
        "web/form.html",
        {
            "title": _("Archive %(source)s") % {"source": source},
            "lead": _("Everybody who compares with it sees whose it is and of when."),
            "breadcrumb": _crumbs(source),
            "form": form,
            "submit": _("Save"),
            "back": reverse("overlaps:corpus"),
        },
        status=422 if request.method == "POST" else 200,
    )


def thresholds_page(request: Request) -> HttpResponse:
    """Set the thresholds: dangerous, so the password is asked for."""
    require(request.actor, "overlaps.set_thresholds")
    rule = queries.thresholds()
    form = ThresholdsForm(
        request.POST or None,
        initial={"listed": rule.listed, "two_people": rule.two_people},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_thresholds(actor=request.actor, at=now(), **form.cleaned_data)
        except Invalid as refusal:  # what was typed stays
            for problem in refusal.problems:
                form.add_error(
                    problem.field, f"{problem.message} {problem.mend}".strip()
                )
        else:
            messages.success(request, _("The thresholds are set."))
            return redirect("overlaps:corpus")
    return render(
        request,
        "web/form.html",
        {
            "title": _("Thresholds"),
            "lead": _(
                "Below the first, a likeness is kept but shown to nobody. From the second on, a verdict that lets the work go on needs two people."
            ),
            "breadcrumb": _crumbs(_("Thresholds")),
            "form": form,
            "submit": _("Set the thresholds"),
            "back": reverse("overlaps:corpus"),
        },
        status=422 if request.method == "POST" else 200,
    )
