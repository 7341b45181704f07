"""Pages on which a reader asks to be told by mail, confirms it, and leaves again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from opensti.domains.publications import actions, queries
from opensti.domains.publications.choices import Rhythm
from opensti.kernel.refusals import Invalid
from opensti.portal.limits import limit_strangers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from opensti.domains.publications.queries import Question

ASKED_A_MINUTE = 5
LINKS_A_MINUTE = 30


class SubscribeForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Rhythm.choices,
        initial=Rhythm.WEEKLY,
        widget=forms.RadioSelect,
    )


def words_for(question: Question) -> str:
    """What a question asks for, in words."""
    said = [f"“{question.q}”"] if question.q else []
    named = queries.chosen_names(question)
    for name, value in question.chosen:
        label = named.get(name, value)
        if name == "state":
            kind, _dot, state = value.partition(".")
            label = queries.state_label(kind, state)
        said.append(str(label))
    return " · ".join(said) or _("Everything new in the register")


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask to be told of a search, or of one thing with ``of=kind/id``."""
    question = queries.Question.of(request.GET.dict())
    kind, _slash, thing = request.GET.get("of", "").partition("/")
    about = (
        str(queries.followed(kind, thing).facts.title) if kind else words_for(question)
    )
    form = SubscribeForm(request.POST or None)
    if request.method == "POST":
        limit_strangers(request, "subscribe", per_minute=ASKED_A_MINUTE)
    if request.method == "POST" and form.is_valid():
        try:
            actions.subscribe(
                email=form.cleaned_data["email"],
                rhythm=form.cleaned_data["rhythm"],
                language=get_language() or "vi",
                query=question.address,
                kind=kind,
                thing=thing,
                at=now(),
            )
        except Invalid as refusal:
            for problem in refusal.problems:
                form.add_error(problem.field or None, str(problem.message))
        else:
            return _told(
                request,
                _("Look into your mail"),
                _(
                    "If this address is not told of it already, a mail with a link is on its way. Open the link within seven days: until then nothing else is sent, and without it the address is erased."
                ),
            )
    feed = (
        reverse("portal:thing_feed", args=[kind, thing])
        if kind
        else f"{reverse('portal:search_feed')}?{question.address}"
    )
    return render(
        request,
        "portal/subscribe.html",
        {
            "title": _("Be told what is new"),
            "about": about,
            "form": form,
            "feed": feed,
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail; a button confirms, for mail programs open links themselves."""
    if request.method == "POST":
        limit_strangers(request, "subscription", per_minute=LINKS_A_MINUTE)
        row = actions.confirm_subscription(token=token, at=now())
        return _told(
            request,
            _("You will be told"),
            _("You will be told of: %(what)s. Every mail has a link that ends it.")
            % {"what": actions.told_of(row)},
        )
    return _asked(request, _("Confirm"), _("Yes, tell me what is new"), "")


@csrf_exempt  # RFC 8058: the mail program posts by itself; the link is signed
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """End a subscription by its link: one button here, or one click in the mail program."""
    if request.method == "POST":
        limit_strangers(request, "subscription", per_minute=LINKS_A_MINUTE)
        actions.unsubscribe(token=token, at=now())
        return _told(
            request,
            _("You are told no more"),
            _("Your address was erased."),
        )
    return _asked(
        request,
        _("End the mails"),
        _("End it and erase my address"),
        _("Nothing more is sent then."),
    )


def _asked(request: HttpRequest, title: str, button: str, text: str) -> HttpResponse:
    context = {"title": title, "button": button, "text": text}
    return _closed(render(request, "portal/subscription_link.html", context))


def _told(request: HttpRequest, title: str, text: str) -> HttpResponse:
    context: dict[str, Any] = {"title": title, "text": text}
    return _closed(render(request, "portal/subscription_told.html", context))


def _closed(response: HttpResponse) -> HttpResponse:
    """The address in the bar is a key: no other site learns it, no cache keeps it.

    Not ``no-referrer``: browsers then name no origin when a form is sent, and it is refused.
    """
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response
