"""Write a version of the disclosure policy: as a file, rule by rule; check it, issue it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from opensti.domains.procedures.choices import MARK_LABELS
from opensti.domains.publications import actions, queries
from opensti.domains.publications.disclosure import (
    AUDIENCE_LABELS,
    FORM_LABELS,
    as_content,
    as_yaml,
    content_of_text,
    with_rule,
)
from opensti.kernel.access import require
from opensti.web.disclosure.versions import crumbs
from opensti.web.results.acting import act_page
from opensti.web.results.fields import Telling, day_field

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.publications.models import PolicyVersion
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]
LONGEST = 500_000


class PolicyForm(Telling):
    upload = forms.FileField(label=gettext_lazy("YAML file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or the rules as text"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(
            attrs={"rows": 24, "class": "code", "spellcheck": "false"}
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if file := data.get("upload"):
            if file.size > LONGEST:
                raise forms.ValidationError(_("The file is too large for a policy."))
            try:
                data["text"] = file.read().decode("utf-8")
            except UnicodeDecodeError as error:
                raise forms.ValidationError(
                    _("Save the file as UTF-8 text.")
                ) from error
        if not str(data.get("text", "")).strip():
            raise forms.ValidationError(_("Choose a file or write the rules."))
        return data


class RuleForm(Telling):
    place = forms.ChoiceField(label=gettext_lazy("What"))
    audience = forms.ChoiceField(
        label=gettext_lazy("Shown to"), choices=list(AUDIENCE_LABELS.items())
    )
    form = forms.ChoiceField(
        label=gettext_lazy("How"), choices=list(FORM_LABELS.items())
    )
    delay_days = forms.IntegerField(
        label=gettext_lazy("After how many days"), min_value=0, initial=0
    )
    basis_vi = forms.CharField(label=gettext_lazy("Legal basis (Vietnamese)"))
    basis_en = forms.CharField(label=gettext_lazy("Legal basis (English)"))
    src = forms.ChoiceField(label=gettext_lazy("Source"))
    art = forms.CharField(label=gettext_lazy("Article"), required=False)
    v = forms.ChoiceField(
        label=gettext_lazy("How far it was verified"), choices=list(MARK_LABELS.items())
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class CheckForm(Telling):
    version = forms.IntegerField(widget=forms.HiddenInput)


class IssueForm(Telling):
    in_force_from = day_field(gettext_lazy("Holds from"), required=True)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Everybody reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(METHODS)
def new(request: Request) -> HttpResponse:
    """A new version; the rules in force stand there to be changed."""
    actor = request.actor
    require(actor, "publications.draft_policy")
    in_force, _since = queries.policy_in_force(localdate())
    form = PolicyForm(
        request.POST or None, request.FILES or None, initial={"text": as_yaml(in_force)}
    )

    def act() -> None:
        content, lines = content_of_text(form.cleaned_data["text"])
        actions.draft_policy(actor=actor, content=content, lines=lines, at=now())

    return act_page(
        request,
        form,
        act,
        title=_("New version"),
        lead=_("Nothing is shown by a draft. Another person issues it."),
        done=_("The draft is kept."),
        go=reverse("disclosure:versions"),
        breadcrumb=crumbs(None, _("New version")),
        submit=_("Keep the draft"),
    )


@require_http_methods(METHODS)
def edit(request: Request, public_id: str) -> HttpResponse:
    """The whole version as text, or from a file."""
    actor, found = _draft(request, public_id)
    form = PolicyForm(
        request.POST or None,
        request.FILES or None,
        initial={
            "text": as_yaml(queries.policy_of(found)),
            "version": found.version,
        },
    )

    def act() -> None:
        content, lines = content_of_text(form.cleaned_data["text"])
        actions.rewrite_policy(
            actor=actor,
            policy_id=found.pk,
            content=content,
            lines=lines,
            version=form.cleaned_data["version"],
            at=now(),
        )

    return _page(request, form, act, found, _("Write the rules anew"), _("Save"))


@require_http_methods(METHODS)
def rule(request: Request, public_id: str) -> HttpResponse:
    """One rule by form; it takes the place of the rule for the same field and audience."""
    actor, found = _draft(request, public_id)
    policy = queries.policy_of(found)
    place = request.GET.get("place", "")
    audience = request.GET.get("audience", "public")
    start: dict[str, Any] = {"version": found.version, "place": place}
    kind, _dot, key = place.partition(".")
    for one in policy.rules:
        if (one.kind, one.field, one.audience.value) == (kind, key, audience):
            start |= {
                "audience": audience,
                "form": one.form.value,
                "delay_days": one.delay_days,
                "basis_vi": one.basis_vi,
                "basis_en": one.basis_en,
                "src": one.src,
                "art": one.art,
                "v": one.v.value,
            }
    form = RuleForm(request.POST or None, initial=start)
    form.fields["place"].choices = queries.policy_places()  # type: ignore[attr-defined]
    form.fields["src"].choices = [  # type: ignore[attr-defined]
        (one.id, one.names[0]) for one in policy.sources
    ]

    def act() -> None:
        said = dict(form.cleaned_data)
        version = said.pop("version")
        said_kind, _point, said_key = said.pop("place").partition(".")
        content = with_rule(as_content(policy), kind=said_kind, field=said_key, **said)
        actions.rewrite_policy(
            actor=actor, policy_id=found.pk, content=content, version=version, at=now()
        )

    return _page(request, form, act, found, _("Set a rule"), _("Save"))


@require_http_methods(METHODS)
def check(request: Request, public_id: str) -> HttpResponse:
    """Say that the version was compared and simulated."""
    actor = request.actor
    require(actor, "publications.check_policy")
    found = queries.policy_version(actor, public_id)
    form = CheckForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        actions.check_policy(
            actor=actor,
            policy_id=found.pk,
            version=form.cleaned_data["version"],
            at=now(),
        )

    lead = _("You have read the differences and the simulation, and it may be issued.")
    return _page(request, form, act, found, _("Checked"), _("Checked"), lead)


@require_http_methods(METHODS)
def issue(request: Request, public_id: str) -> HttpResponse:
    """Issue a checked version from a day on."""
    actor = request.actor
    require(actor, "publications.issue_policy")
    found = queries.policy_version(actor, public_id)
    start = {"version": found.version, "in_force_from": localdate()}
    form = IssueForm(request.POST or None, initial=start)

    def act() -> None:
        actions.issue_policy(
            actor=actor, policy_id=found.pk, at=now(), **form.cleaned_data
        )

    lead = _(
        "From its day on every page, list, file and interface shows what it says. It cannot be changed any more; another version can replace it."
    )
    return _page(request, form, act, found, _("Issue"), _("Issue"), lead)


def _draft(request: Request, public_id: str) -> tuple[Any, PolicyVersion]:
    require(request.actor, "publications.draft_policy")
    return request.actor, queries.policy_version(request.actor, public_id)


def _page(  # noqa: PLR0917
    request: Request,
    form: Telling,
    act: Any,
    found: PolicyVersion,
    title: str,
    submit: str,
    lead: str = "",
) -> HttpResponse:
    return act_page(
        request,
        form,
        act,
        title=title,
        lead=lead,
        done=_("It is kept."),
        go=reverse("disclosure:version", args=[found.public_id]),
        breadcrumb=crumbs(found, title),
        submit=submit,
    )
