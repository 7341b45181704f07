"""The working days, year by year: what they rest on, and the announcement entered."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.procedures import actions, queries
from opensti.domains.procedures.choices import MARK_LABELS, Mark
from opensti.kernel.access import may, require
from opensti.kernel.refusals import Invalid, Problem
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from opensti.web.requests import Request


@require_safe
def calendar_page(request: Request) -> HttpResponse:
    """Every year, how far it was verified, and the days that wait for a paper."""
    require(request.actor, "procedures.read")
    gap = queries.announced_gap(get_language() or "vi")
    return render(
        request,
        "web/system/calendar.html",
        {
            "title": _("Working days"),
            "breadcrumb": [Crumb(_("Procedures"), reverse("procedures:regimes"))],
            "years": reversed(queries.calendar_years(today=localdate())),
            "names": ", ".join(gap.names),
            "mark": MARK_LABELS[Mark(gap.mark)],
            "gap_source": gap.source,
            "may_announce": may(request.actor, "procedures.announce_year"),
        },
    )


class YearForm(forms.Form):
    source = forms.CharField(
        label=gettext_lazy("The announcement: number, date, issuer"), max_length=500
    )
    verified = forms.BooleanField(
        label=gettext_lazy("I read the official text itself"), required=False
    )
    holidays = forms.CharField(
        label=gettext_lazy("Rest days"),
        help_text=gettext_lazy("One on each line: day and name, as 2027-02-05 tet."),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
    )
    swaps = forms.CharField(
        label=gettext_lazy("Swapped days"),
        help_text=gettext_lazy(
            "One on each line: the working day given up, then the day worked for it."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )


def year_page(request: Request, year: int) -> HttpResponse:
    """Enter the announcement of a year; what is known of it now is filled in."""
    require(request.actor, "procedures.announce_year")
    known = queries.year_lines(year)
    form = YearForm(
        request.POST or None,
        initial={"holidays": known.holidays, "swaps": known.swaps},
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.announce_year(
                actor=request.actor,
                year=year,
                source=form.cleaned_data["source"],
                verified=form.cleaned_data["verified"],
                holidays=[
                    (_day("holidays", day), name)
                    for day, name in _pairs("holidays", form.cleaned_data["holidays"])
                ],
                swaps=[
                    (_day("swaps", off), _day("swaps", on))
                    for off, on in _pairs("swaps", form.cleaned_data["swaps"])
                ],
                at=now(),
            )
        except Invalid as refused:
            refusal = refused
        else:
            messages.success(
                request,
                _(
                    "The year is entered; deadlines that run through it are counted anew."
                ),
            )
            return redirect("procedures:calendar")
    return render(
        request,
        "web/form.html",
        {
            "title": _("Working days of %(year)s") % {"year": str(year)},
            "breadcrumb": [
                Crumb(_("Procedures"), reverse("procedures:regimes")),
                Crumb(_("Working days"), reverse("procedures:calendar")),
            ],
            "form": form,
            "refusal": refusal,
            "submit": _("Enter the announcement"),
            "back": reverse("procedures:calendar"),
        },
        status=422 if form.errors or refusal else 200,
    )


def _pairs(field: str, text: str) -> Iterator[tuple[str, str]]:
    """Two words on each line that is not empty."""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        if len(words) != 2:  # noqa: PLR2004 -- a pair
            raise Invalid(
                [
                    Problem(
                        field=field,
                        message=_("Line %(number)d is not a pair: “%(line)s”.")
                        % {"number": number, "line": line.strip()[:80]},
                        mend=_("Write two words, with a space between them."),
                    )
                ]
            )
        yield words[0], words[1]


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            [
                Problem(
                    field=field,
                    message=_("“%(text)s” is no day.") % {"text": text[:80]},
                    mend=_("Write year-month-day, such as 2027-02-05."),
                )
            ]
        ) from None
