"""A page on which somebody speaks: nothing typed is lost, whatever is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from opensti.domains.supervision import actions
from opensti.kernel.refusals import Invalid, Refusal
from opensti.portal.limits import DAY, HOUR, limit_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from opensti.portal.supervision.forms import Speaking
    from opensti.web.requests import Request

AN_HOUR, A_DAY = 6, 20


def speak(
    request: Request,
    form: Speaking,
    *,
    about: str,
    template: str,
    context: Mapping[str, Any],
    kind: str = "",
) -> HttpResponse:
    """Show the form, or take what was said and lead to the page that follows it."""
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            limit_texts(request, "voice-hour", most=AN_HOUR, seconds=HOUR)
            limit_texts(request, "voice-day", most=A_DAY, seconds=DAY)
            voice = actions.receive_voice(
                actor=request.actor,
                kind=kind or said["kind"],
                about=about,
                text=said["text"],
                speaker=form.speaker(),
                token=form.token,
                title=said.get("title", ""),
                standing=said.get("standing", ""),
                at=now(),
            )
        except Invalid as invalid:
            form.show(invalid.problems)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("It is here. Keep the address of this page."))
            return redirect("portal:voice_follow", code=actions.follow_code(voice))
    status = refusal.status if refusal else 422 if request.method == "POST" else 200
    return render(
        request, template, {**context, "form": form, "refusal": refusal}, status=status
    )
