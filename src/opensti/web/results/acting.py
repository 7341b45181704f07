"""A page with one form that calls one act: what is refused stands beside what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render

from opensti.kernel.refusals import Invalid, Refusal, Stale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpResponse

    from opensti.kernel.refusals import Text
    from opensti.ui.pages import Crumb
    from opensti.web.requests import Request
    from opensti.web.results.fields import Telling


def act_page(
    request: Request,
    form: Telling,
    act: Callable[[], object],
    *,
    title: Any,
    done: Any,
    go: str,
    breadcrumb: Sequence[Crumb],
    submit: Any,
    lead: Text = "",
    rows: Mapping[Text, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    template: str = "web/results/form.html",
) -> HttpResponse:
    """Show the form, or do the act and go on to ``go``.

    ``rows`` are formsets by their headings; ``act`` is called once form and rows are
    valid. A refusal for a field stands at it; nothing typed is lost.
    """
    refusal: Refusal | None = None
    formsets = dict(rows or {})
    if request.method == "POST":
        valid = [form.is_valid(), *(each.is_valid() for each in formsets.values())]
        if all(valid):
            try:
                act()
            except Invalid as invalid:
                form.show(invalid.problems)
            except Stale as stale:
                refusal = stale
            else:
                messages.success(request, str(done))
                return redirect(go)
    status = 409 if refusal else 422 if request.method == "POST" else 200
    return render(
        request,
        template,
        {
            "title": title,
            "lead": lead,
            "breadcrumb": breadcrumb,
            "form": form,
            "rows": formsets,
            "refusal": refusal,
            "submit": submit,
            "back": go,
            **(context or {}),
        },
        status=status,
    )
