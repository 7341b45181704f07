"""Accounts, roles and delegations; saved views of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from opensti.domains.accounts import actions, queries
from opensti.domains.accounts.choices import (
    ACT,
    ACT_DOMAINS,
    LENDABLE,
    ROLE_CHOICES,
    Scope,
)
from opensti.domains.accounts.models import User
from opensti.kernel.access import ROLE_LABELS, Role, may, require
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import Invalid
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, MomentColumn, StateColumn, Table
from opensti.web.accounts.invitations import invite
from opensti.web.lists import WorkList
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from typing import Any

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class AccountForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy(
            "A link goes there with which the person, and nobody else, sets the password. It works once, for one day."
        ),
    )
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=200)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("vi", "Tiếng Việt"), ("en", "English")],
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLE_CHOICES)
    since = _day(gettext_lazy("From"))
    until = _day(gettext_lazy("Until (not included)"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class LendForm(forms.Form):
    borrower = forms.ModelChoiceField(
        label=gettext_lazy("Colleague"), queryset=User.objects.none()
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    since = _day(gettext_lazy("From"))
    until = _day(gettext_lazy("Until (not included)"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = sorted((actor.roles & LENDABLE) - set(actor.on_behalf))
        self.fields["role"].choices = [(r.value, ROLE_LABELS[r]) for r in own]  # type: ignore[attr-defined]
        self.fields["borrower"].queryset = queries.colleagues(actor)  # type: ignore[attr-defined]


class AccountTable(Table):
    full_name = Column(
        verbose_name=gettext_lazy("Name"),
        linkify=lambda record: reverse("accounts:account", args=[record.pk]),
    )
    email = Column(verbose_name=gettext_lazy("E-mail address"))
    roles = Column(accessor="pk", orderable=False, verbose_name=gettext_lazy("Roles"))
    is_active = StateColumn(
        tones={"True": "good", "False": "neutral"},
        labels={
            "True": pgettext_lazy("account", "open"),
            "False": pgettext_lazy("account", "closed"),
        },
        verbose_name=gettext_lazy("State"),
    )
    last_login = MomentColumn(verbose_name=gettext_lazy("Last sign-in"))

    class Meta(Table.Meta):
        model = User
        fields = ("full_name", "email", "roles", "is_active", "last_login")

    def render_roles(self, record: User) -> str:
        today = localdate()
        return ", ".join(
            str(ROLE_LABELS[Role(g.role)])
            for g in record.role_grants.all()
            if g.since <= today and (g.until is None or g.until > today)
        )

    value_roles = render_roles


class AccountFilter(django_filters.FilterSet):
    role_grants__role = django_filters.ChoiceFilter(
        label=gettext_lazy("Role"), choices=ROLE_CHOICES, distinct=True
    )
    is_active = django_filters.BooleanFilter(label=gettext_lazy("Open"))

    class Meta:
        model = User
        fields = ("role_grants__role", "is_active")


class Accounts(WorkList):
    title = gettext_lazy("Accounts")
    table_class = AccountTable
    filterset_class = AccountFilter
    export_name = "accounts"
    template_name = "web/accounts/list.html"
    permission = "accounts.list"

    def rows(self, actor: Actor) -> QuerySet[User]:
        return queries.accounts(actor)

    def search(self, rows: QuerySet[User], text: str) -> QuerySet[User]:
        return rows.filter(Q(full_name__icontains=text) | Q(email__icontains=text))

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_manage": may(actor, "accounts.manage")}


def _with_problems(form: forms.Form, refusal: Invalid) -> None:
    for problem in refusal.problems:
        name = problem.field if problem.field in form.fields else None
        form.add_error(name, f"{problem.message} {problem.mend}".strip())


def account_new(request: Request) -> HttpResponse:
    require(request.actor, "accounts.manage")
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.create_account(
                actor=request.actor, at=now(), **form.cleaned_data
            )
        except Invalid as refusal:
            _with_problems(form, refusal)
        else:
            messages.success(request, _("The account is open. Give it a role."))
            invite(request, user.pk)
            return redirect("accounts:account", user_id=user.pk)
    return render(
        request,
        "web/form.html",
        {
            "title": _("New account"),
            "breadcrumb": [Crumb(_("Accounts"), reverse("accounts:accounts"))],
            "form": form,
            "submit": _("Open the account"),
            "back": reverse("accounts:accounts"),
        },
        status=422 if form.errors else 200,
    )


def account_page(request: Request, user_id: int) -> HttpResponse:
    user = queries.account(request.actor, user_id)
    erased = queries.is_erased(user)
    return render(
        request,
        "web/accounts/account.html",
        {
            "title": user.full_name,
            "breadcrumb": [
                Crumb(_("Accounts"), reverse("accounts:accounts")),
                Crumb(user.full_name),
            ],
            "account": user,
            "grants": user.role_grants.all(),
            "today": localdate(),
            "may_manage": bool(may(request.actor, "accounts.manage")) and not erased,
            "may_erase": bool(may(request.actor, "accounts.erase"))
            and not erased
            and user.pk != request.actor.user_id,
            "timeline": timeline(entries_of(f"accounts.user:{user.pk}")),
        },
    )


def role_new(request: Request, user_id: int) -> HttpResponse:
    user = queries.account(request.actor, user_id)
    require(request.actor, "accounts.manage")
    form = RoleForm(request.POST or None, initial={"since": localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.grant_role(
                actor=request.actor,
                user_id=user.pk,
                role=Role(data["role"]),
                since=data["since"],
                until=data["until"],
                reason=data["reason"],
                at=now(),
            )
        except Invalid as refusal:
            _with_problems(form, refusal)
        else:
            messages.success(request, _("The role is given."))
            return redirect("accounts:account", user_id=user.pk)
    return render(
        request,
        "web/form.html",
        {
            "title": _("Give %(name)s a role") % {"name": user.full_name},
            "breadcrumb": [
                Crumb(_("Accounts"), reverse("accounts:accounts")),
                Crumb(user.full_name, reverse("accounts:account", args=[user.pk])),
            ],
            "form": form,
            "submit": _("Give the role"),
            "back": reverse("accounts:account", args=[user.pk]),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def role_end(request: Request, grant_id: int) -> HttpResponse:
    granted = actions.end_role(
        actor=request.actor, grant_id=grant_id, on=localdate(), at=now()
    )
    messages.success(request, _("The role has ended."))
    return redirect("accounts:account", user_id=granted.user_id)


@require_POST
def account_invite(request: Request, user_id: int) -> HttpResponse:
    """Mail the person a link to set the password."""
    user = queries.account(request.actor, user_id)
    invite(request, user.pk)
    return redirect("accounts:account", user_id=user.pk)


@require_POST
def account_erase(request: Request, user_id: int) -> HttpResponse:
    """Erase an account's personal data for good, with the legal basis."""
    user = queries.account(request.actor, user_id)
    actions.erase_account(
        actor=request.actor,
        user_id=user.pk,
        basis=request.POST.get("basis", ""),
        at=now(),
    )
    messages.success(request, _("The personal data were erased."))
    return redirect("accounts:account", user_id=user.pk)


@require_POST
def set_active(request: Request, user_id: int) -> HttpResponse:
    user = actions.set_active(
        actor=request.actor,
        user_id=user_id,
        active=request.POST.get("active") == "1",
        at=now(),
    )
    messages.success(
        request,
        _("The account is open.") if user.is_active else _("The account is closed."),
    )
    return redirect("accounts:account", user_id=user.pk)


def delegations(request: Request) -> HttpResponse:
    """Lend an own role to a colleague between two days, and take it back."""
    require(request.actor, "accounts.lend")
    form = LendForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.lend_role(
                actor=request.actor,
                borrower_id=data["borrower"].pk,
                role=Role(data["role"]),
                since=data["since"],
                until=data["until"],
                reason=data["reason"],
                at=now(),
            )
        except Invalid as refusal:
            _with_problems(form, refusal)
        else:
            messages.success(request, _("The role is lent."))
            return redirect("accounts:delegations")
    return render(
        request,
        "web/accounts/delegations.html",
        {
            "title": _("Delegations"),
            "form": form if form.fields["role"].choices else None,  # type: ignore[attr-defined]
            "delegations": queries.delegations(request.actor),
            "today": localdate(),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def delegation_revoke(request: Request, delegation_id: int) -> HttpResponse:
    actions.revoke_delegation(
        actor=request.actor, delegation_id=delegation_id, at=now()
    )
    messages.success(request, _("The lent role is taken back."))
    return redirect("accounts:delegations")


_ACTS = {
    "strategies": gettext_lazy("Acts on strategies and plans"),
    "tasks": gettext_lazy("Acts on needs, orders and tasks"),
    "calls": gettext_lazy("Acts on calls and dossiers"),
    "overlaps": gettext_lazy("Acts on overlap screening"),
    "panels": gettext_lazy("Acts on councils"),
    "portfolios": gettext_lazy("Acts on rounds and decisions"),
    "contracts": gettext_lazy("Acts on contracts"),
    "results": gettext_lazy("Acts on acceptance and results"),
}
SCOPE_CHOICES = [
    (Scope.READ_PUBLIC, gettext_lazy("Read the public register")),
    (Scope.READ_OWN, gettext_lazy("Read what I may read")),
    (Scope.READ_PARTNER, gettext_lazy("Read what partners are shown")),
    (Scope.WEBHOOKS, gettext_lazy("Have changes sent")),
    *((f"{ACT}{domain}", _ACTS[domain]) for domain in ACT_DOMAINS),
]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What the key is for"),
        max_length=100,
        help_text=gettext_lazy("For example the name of the program that will use it."),
    )
    until = _day(gettext_lazy("Valid until (not included)"))
    confirms = forms.BooleanField(
        label=gettext_lazy("May take acts that ask for the password again"),
        required=False,
        help_text=gettext_lazy("Decisions and payments are such acts."),
    )
    reads_only = forms.BooleanField(
        label=gettext_lazy("Only reads"),
        required=False,
        help_text=gettext_lazy("Whatever your roles allow, this key takes no act."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may be used for"),
        required=False,
        choices=SCOPE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing ticked: whatever you may do yourself."),
    )


def tokens(request: Request) -> HttpResponse:
    """Make a key with which a program acts as oneself, and take keys back."""
    require(request.actor, "accounts.save_view")
    form = TokenForm(request.POST or None)
    made = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, made = actions.issue_token(
                actor=request.actor,
                at=now(),
                **form.cleaned_data | {"scopes": form.cleaned_data["scopes"] or None},
            )
        except Invalid as refusal:
            _with_problems(form, refusal)
        else:
            form = TokenForm()
    kept: list[Any] = list(queries.tokens(request.actor))
    words = dict(SCOPE_CHOICES)
    for token in kept:
        token.scope_words = [words.get(scope, scope) for scope in token.scopes or ()]
    response = render(
        request,
        "web/accounts/tokens.html",
        {
            "title": _("Keys for programs"),
            "form": form,
            "made": made,
            "tokens": kept,
            "today": localdate(),
            "others": bool(may(request.actor, "accounts.list")),
        },
        status=422 if form.errors else 200,
    )
    response["Cache-Control"] = "no-store"  # the key is shown this once
    return response


@require_POST
def token_revoke(request: Request, token_id: int) -> HttpResponse:
    actions.revoke_token(actor=request.actor, token_id=token_id, at=now())
    messages.success(request, _("The key is taken back."))
    return redirect("accounts:tokens")


def _back_to(page: str, query: str = "") -> HttpResponse:
    if not page.startswith("/") or not url_has_allowed_host_and_scheme(
        page, allowed_hosts=None
    ):
        return redirect("home")
    return redirect(f"{page}?{query}" if query else page)


@require_POST
def view_save(request: Request) -> HttpResponse:
    """Keep the list's address under a name, then show the list again."""
    page = request.GET.get("page", "/")
    query = request.POST.get("query", "")
    actions.save_view(
        actor=request.actor, page=page, name=request.POST.get("name", ""), query=query
    )
    messages.success(request, _("The view is saved."))
    return _back_to(page, query)


@require_POST
def view_delete(request: Request, view_id: int) -> HttpResponse:
    page = actions.delete_view(actor=request.actor, view_id=view_id)
    messages.success(request, _("The view is deleted."))
    return _back_to(page)
