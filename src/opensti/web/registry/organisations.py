"""Organisations: the list, one page for each, entering and correcting."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.registry import actions, queries
from opensti.domains.registry.choices import OrganisationStatus
from opensti.kernel.access import may, require
from opensti.kernel.refusals import Invalid, NotFound
from opensti.ui.lists import BulkAct
from opensti.ui.pages import Crumb
from opensti.web.lists import WorkList
from opensti.web.registry.forms import (
    EndForm,
    MembershipForm,
    OrganisationForm,
)
from opensti.web.registry.tables import OrganisationFilter, OrganisationTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.registry.models import Organisation
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


class Organisations(WorkList):
    title = gettext_lazy("Organisations")
    table_class = OrganisationTable
    filterset_class = OrganisationFilter
    hidden_columns = frozenset({"parent", "ror"})
    export_name = "organisations"
    template_name = "web/registry/organisations.html"
    list_url = "registry:organisations"

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return queries.organisations(actor)

    def bulk_acts(self, actor: Actor) -> Sequence[BulkAct]:
        found = []
        if may(actor, "registry.set_status"):
            found.append(
                BulkAct(
                    label=_("Set the status"),
                    url=reverse("registry:organisations_bulk", args=["status"]),
                )
            )
        if actor.manages or may(actor, "registry.edit_organisation"):
            found.append(
                BulkAct(
                    label=_("Add a field"),
                    url=reverse("registry:organisations_bulk", args=["field"]),
                )
            )
        return found

    def context(self, actor: Actor) -> dict[str, Any]:
        return {
            "may_create": may(actor, "registry.create_organisation"),
            "may_merge": may(actor, "registry.merge"),
            "may_import": may(actor, "registry.import"),
        }


def _crumbs(*last: Crumb) -> list[Crumb]:
    return [Crumb(_("Organisations"), reverse("registry:organisations")), *last]


@require_safe
def organisation_page(request: Request, public_id: str) -> HttpResponse:
    """What is known of one organisation, its units, people and accounts."""
    row = queries.organisation(request.actor, public_id)
    return _show(request, row, MembershipForm(actor=request.actor))


def _show(request: Request, row: Organisation, form: MembershipForm) -> HttpResponse:
    actor = request.actor
    may_members = bool(may(actor, "registry.set_membership", row))
    return render(
        request,
        "web/registry/organisation.html",
        {
            "title": row.name,
            "breadcrumb": _crumbs(Crumb(row.name)),
            "organisation": row,
            "units": queries.units(actor, row.pk),
            "links": queries.links_of(actor, row.pk),
            "positions": queries.positions_in(actor, row.pk)
            if actor.is_authenticated
            else (),
            "memberships": queries.memberships_of(actor, row.pk)
            if may_members or row.pk in actor.member_of
            else (),
            "merge": queries.merge_of(actor, kind="organisation", merged_id=row.pk)
            if row.merged_into_id
            else None,
            "may_edit": not row.merged_into_id
            and bool(may(actor, "registry.edit_organisation", row)),
            "may_members": may_members and not row.merged_into_id,
            "may_merge": bool(may(actor, "registry.merge")),
            "form": form,
            "today": localdate(),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_new(request: Request) -> HttpResponse:
    """Enter an organisation; those that look like it are shown before it is kept."""
    actor = request.actor
    require(actor, "registry.create_organisation")
    form = OrganisationForm(
        request.POST or None, actor=actor, initial={"status": OrganisationStatus.ACTIVE}
    )
    like: list[Organisation] = []
    if request.method == "POST" and form.is_valid():
        if not form.cleaned_data["sure"]:
            like = list(
                queries.like_organisation(
                    actor,
                    name=form.cleaned_data["name_vi"],
                    tax_code=form.cleaned_data["tax_code"],
                )
            )
        if not like:
            try:
                row = actions.create_organisation(
                    actor=actor,
                    facts=form.facts(),
                    field_ids=form.field_ids(),
                    aliases=form.aliases_(),
                    at=now(),
                )
            except Invalid as refusal:
                form.refused(refusal)
            else:
                messages.success(request, _("Entered: %(name)s") % {"name": row.name})
                return redirect("registry:organisation", row.public_id)
    if not like:
        del form.fields["sure"]
    return _form(request, form, _("New organisation"), like=like)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_edit(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    row = queries.organisation(actor, public_id)
    require(actor, "registry.edit_organisation", row)
    form = OrganisationForm(request.POST or None, actor=actor, initial=_initial(row))
    del form.fields["sure"]
    if not may(actor, "registry.set_status", row):
        for name in OrganisationForm.MINISTRY:
            del form.fields[name]
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_organisation(
                actor=actor,
                organisation_id=row.pk,
                facts=form.facts(),
                field_ids=form.field_ids(),
                aliases=form.aliases_(),
                seen_at=_moment(form.cleaned_data["seen_at"]),
                at=now(),
            )
        except Invalid as refusal:
            form.refused(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("registry:organisation", row.public_id)
    return _form(request, form, row.name, Crumb(row.name, _url(row)))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _url(row: Organisation) -> str:
    return reverse("registry:organisation", args=[row.public_id])


def _form(
    request: Request,
    form: OrganisationForm,
    title: str,
    *above: Crumb,
    like: list[Organisation] | None = None,
) -> HttpResponse:
    crumbs = (*above, Crumb(_("Correct"))) if above else (Crumb(title),)
    return render(
        request,
        "web/registry/organisation_form.html",
        {"title": title, "breadcrumb": _crumbs(*crumbs), "form": form, "like": like},
        status=422 if form.errors else 200,
    )


def _initial(row: Organisation) -> dict[str, Any]:
    return {
        "name_vi": row.name_vi,
        "name_en": row.name_en,
        "acronym": row.acronym,
        "aliases": "\n".join(n.name for n in row.names.all() if n.kind == "alias"),
        "kind": row.kind,
        "parent": f"{row.parent} ({row.parent.public_id})" if row.parent else "",
        "status": row.status,
        "ministry_owned": row.ministry_owned,
        "legal_form": row.legal_form,
        "tax_code": row.tax_code,
        "ror": row.ror,
        "established": row.established,
        "province": row.province_id,
        "address": row.address,
        "website": row.website,
        "fields_": [code.pk for code in row.fields.all()],
        "seen_at": row.changed_at.isoformat() if row.changed_at else "",
    }


@require_POST
def member_add(request: Request, public_id: str) -> HttpResponse:
    """Let an account act for the organisation."""
    actor = request.actor
    row = queries.organisation(actor, public_id)
    require(actor, "registry.set_membership", row)
    form = MembershipForm(request.POST, actor=actor)
    if form.is_valid():
        user_id = queries.account_id_of(actor, form.cleaned_data["email"])
        if user_id is not None:
            actions.set_membership(
                actor=actor,
                user_id=user_id,
                organisation_id=row.pk,
                manager=form.cleaned_data["manager"],
                since=form.cleaned_data["since"],
                at=now(),
            )
            messages.success(request, _("Saved."))
            return redirect("registry:organisation", public_id)
        form.add_error("email", _("There is no open account with this address."))
    return _show(request, row, form)


@require_POST
def member_end(request: Request, public_id: str, membership_id: int) -> HttpResponse:
    form = EndForm(request.POST)
    if not form.is_valid():
        raise NotFound
    actions.end_membership(
        actor=request.actor,
        membership_id=membership_id,
        on=form.cleaned_data["on"],
        at=now(),
    )
    messages.success(request, _("Saved."))
    return redirect("registry:organisation", public_id)


def _typed(request: Request) -> str:
    """What was typed, whichever field of the form it was typed in."""
    return next((str(v).strip() for v in request.GET.values() if str(v).strip()), "")


@require_safe
def organisation_suggestions(request: Request) -> HttpResponse:
    """Names for the list below a field, as one types."""
    text = _typed(request)
    found = queries.find_organisations(request.actor, text) if len(text) > 1 else ()
    return render(request, "web/registry/suggestions.html", {"rows": found})


@require_safe
def person_suggestions(request: Request) -> HttpResponse:
    text = _typed(request)
    found = queries.find_people(request.actor, text) if len(text) > 1 else ()
    return render(request, "web/registry/suggestions.html", {"rows": found})
