"""Ideas by the link of a campaign: no account, a phone is enough, followed by a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.innovation import actions, queries
from opensti.domains.innovation.lifecycle import UNANSWERED
from opensti.kernel.refusals import Invalid, Refusal
from opensti.portal.limits import HOUR, limit_texts
from opensti.portal.supervision.guard import Guarded
from opensti.ui.asked import asked_fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from opensti.domains.innovation.models import Campaign
    from opensti.kernel.refusals import Problem

METHODS = ["GET", "HEAD", "POST"]
# A whole factory stands behind one address.
IDEAS_AN_HOUR, LOOKS_AN_HOUR = 100, 600


class IdeaForm(Guarded):
    title = forms.CharField(
        label=gettext_lazy("Your idea in a few words"), max_length=200
    )
    text = forms.CharField(
        label=gettext_lazy("What do you propose?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=5000,
    )

    def __init__(self, campaign: Campaign, *args: Any) -> None:
        super().__init__(*args)
        self.asked = asked_fields(campaign.form)
        self.fields.update(self.asked)
        self.fields["name"] = forms.CharField(
            label=gettext_lazy("Your name"),
            max_length=120,
            required=not campaign.anonymous,
            help_text=gettext_lazy(
                "Leave it empty and nobody learns who you are; you still see the answer."
            )
            if campaign.anonymous
            else "",
        )

    def show(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            words = " ".join(str(t) for t in (problem.message, problem.mend) if t)
            name = problem.field if problem.field in self.fields else None
            self.add_error(name, words)
            if problem.field == "key":
                self._renew()


@never_cache
@require_http_methods(METHODS)
def idea_new(request: HttpRequest, token: str) -> HttpResponse:
    """Hand in an idea; sent twice, it is one."""
    campaign = queries.campaign_of(token)
    form = IdeaForm(campaign, request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            limit_texts(request, "idea", most=IDEAS_AN_HOUR, seconds=HOUR)
            actions.hand_in(
                token=token,
                key=form.token,
                title=said["title"],
                text=said["text"],
                answers={code: said[code] for code in form.asked},
                name=said["name"],
                at=now(),
            )
        except Invalid as invalid:
            form.show(invalid.problems)
        except Refusal as refused:
            refusal = refused
        else:
            return _kept_from_others(redirect("portal:idea", key=form.token))
    return _page(
        request,
        "new",
        {
            "title": campaign.title,
            "campaign": campaign,
            "form": form,
            "refusal": refusal,
            "open": campaign.takes_on(localdate()),
        },
        status=refusal.status if refusal else 422 if form.is_bound else 200,
    )


@never_cache
@require_safe
def idea(request: HttpRequest, key: str) -> HttpResponse:
    """How an idea fares, and what was answered; whoever has the address reads it."""
    limit_texts(request, "idea-look", most=LOOKS_AN_HOUR, seconds=HOUR)
    found = queries.followed(key)
    return _page(
        request,
        "idea",
        {
            "title": found.idea.title,
            "found": found,
            "link": request.build_absolute_uri(),
            "waits": found.fate.state in UNANSWERED,
            "joined": found.idea.merged_into_id is not None,
            "late": found.idea.answered_at is None
            and found.idea.reply_due < localdate(),
        },
    )


def _page(
    request: HttpRequest, name: str, said: dict[str, object], status: int = 200
) -> HttpResponse:
    return _kept_from_others(
        render(
            request, f"portal/ideas/{name}.html", {**said, "bare": True}, status=status
        )
    )


def _kept_from_others(response: HttpResponse) -> HttpResponse:
    """The address is a key: no search engine keeps it, no other site is told of it."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
