"""People: the list, one page for each, entering and correcting, positions and relations."""

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
from opensti.kernel.access import may, require
from opensti.kernel.refusals import Invalid, NotFound
from opensti.ui.lists import BulkAct
from opensti.ui.pages import Crumb
from opensti.web.lists import WorkList
from opensti.web.registry.forms import (
    DegreeForm,
    EndForm,
    PersonForm,
    PositionForm,
    RegistryForm,
    RelationForm,
)
from opensti.web.registry.tables import PersonFilter, PersonTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.registry.models import Person
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

WORKS_SHOWN = 50


class People(WorkList):
    title = gettext_lazy("People")
    table_class = PersonTable
    filterset_class = PersonFilter
    export_name = "people"
    template_name = "web/registry/people.html"
    list_url = "registry:people"
    permission = "registry.list_people"

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return queries.people(actor, localdate())

    def bulk_acts(self, actor: Actor) -> Sequence[BulkAct]:
        if not (actor.manages or may(actor, "registry.edit_person")):
            return ()
        return [
            BulkAct(
                label=_("Add a field"),
                url=reverse("registry:people_bulk", args=["field"]),
            )
        ]

    def context(self, actor: Actor) -> dict[str, Any]:
        return {
            "may_create": may(actor, "registry.create_person"),
            "may_merge": may(actor, "registry.merge"),
            "may_import": may(actor, "registry.import"),
        }


def _crumbs(*last: Crumb) -> list[Crumb]:
    return [Crumb(_("People"), reverse("registry:people")), *last]


def _url(row: Person) -> str:
    return reverse("registry:person", args=[row.public_id])


@require_safe
def person_page(request: Request, public_id: str) -> HttpResponse:
    """What the reader may know of one person."""
    actor = request.actor
    row = queries.person(actor, public_id)
    may_edit = bool(may(actor, "registry.edit_person", row)) and not row.merged_into_id
    may_place = actor.manages or may(actor, "registry.place_people")
    return render(
        request,
        "web/registry/person.html",
        {
            "title": row.full_name,
            "breadcrumb": _crumbs(Crumb(row.full_name)),
            "person": row,
            "contact": queries.sees_contact(actor, row),
            "private": queries.sees_private(actor, row),
            "works": queries.works_of(row.pk)[:WORKS_SHOWN],
            "relations": queries.relations_of(actor, row.pk),
            "merge": queries.merge_of(actor, kind="person", merged_id=row.pk)
            if row.merged_into_id
            else None,
            "may_edit": may_edit,
            "may_erase": bool(may(actor, "registry.erase_person"))
            and not row.merged_into_id,
            "may_place": bool(may_place) and not row.merged_into_id,
            "may_relate": bool(may(actor, "registry.declare_relation", row))
            and not row.merged_into_id,
            "places": actor.manages,
            "keeper": bool(may(actor, "registry.merge")),
            "today": localdate(),
        },
    )


@require_POST
def person_erase(request: Request, public_id: str) -> HttpResponse:
    """Erase a person's data for good, with the legal basis."""
    row = queries.person(request.actor, public_id)
    actions.erase_person(
        actor=request.actor,
        person_id=row.pk,
        basis=request.POST.get("basis", ""),
        at=now(),
    )
    messages.success(request, _("The personal data were erased."))
    return redirect("registry:person", row.public_id)


@require_safe
def own_entry(request: Request) -> HttpResponse:
    """Lead people to their own entry: the menu knows no numbers."""
    row = queries.own_entry(request.actor)
    if row is not None:
        return redirect("registry:person", row.public_id)
    title = _("My entry")
    return render(
        request,
        "web/registry/no_entry.html",
        {"title": title, "breadcrumb": [Crumb(title)]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: Request) -> HttpResponse:
    """Enter a person; those of the same name are shown before the entry is kept."""
    actor = request.actor
    require(actor, "registry.create_person")
    form = PersonForm(request.POST or None, actor=actor)
    if not may(actor, "registry.merge"):
        del form.fields["is_expert"]
    like: list[Person] = []
    if request.method == "POST" and form.is_valid():
        if not form.cleaned_data["sure"]:
            like = list(
                queries.like_person(
                    actor,
                    full_name=form.cleaned_data["full_name"],
                    email=form.cleaned_data["email"],
                )
            )
        if not like:
            try:
                row = actions.create_person(
                    actor=actor,
                    facts=form.facts(),
                    field_ids=form.field_ids(),
                    at=now(),
                )
            except Invalid as refusal:
                form.refused(refusal)
            else:
                return _entered(request, row)
    if not like:
        del form.fields["sure"]
    return _form(request, form, _("New person"), _crumbs(Crumb(_("New person"))), like)


def _entered(request: Request, row: Person) -> HttpResponse:
    """A manager goes on to say where the new person works; only then is he seen."""
    messages.success(request, _("Entered: %(name)s") % {"name": row.full_name})
    if may(request.actor, "registry.merge"):
        return redirect("registry:person", row.public_id)
    return redirect("registry:position_add", row.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    row = queries.person(actor, public_id)
    require(actor, "registry.edit_person", row)
    form = PersonForm(request.POST or None, actor=actor, initial=_initial(row))
    del form.fields["sure"]
    if not may(actor, "registry.merge"):
        del form.fields["is_expert"]
    if not queries.sees_private(actor, row):
        for name in PersonForm.PRIVATE:
            del form.fields[name]
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_person(
                actor=actor,
                person_id=row.pk,
                facts=form.facts(),
                field_ids=form.field_ids(),
                seen_at=_moment(form.cleaned_data["seen_at"]),
                at=now(),
            )
        except Invalid as refusal:
            form.refused(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("registry:person", row.public_id)
    crumbs = _crumbs(Crumb(row.full_name, _url(row)), Crumb(_("Correct")))
    return _form(request, form, row.full_name, crumbs)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _initial(row: Person) -> dict[str, Any]:
    names = [*PersonForm.base_fields]
    given = {n: getattr(row, n) for n in names if hasattr(row, n)}
    return {
        **given,
        "fields_": [code.pk for code in row.fields.all()],
        "seen_at": row.changed_at.isoformat() if row.changed_at else "",
    }


def _form(
    request: Request,
    form: RegistryForm,
    title: str,
    crumbs: list[Crumb],
    like: list[Person] | None = None,
) -> HttpResponse:
    return render(
        request,
        "web/registry/person_form.html",
        {"title": title, "breadcrumb": crumbs, "form": form, "like": like},
        status=422 if form.errors else 200,
    )


def _adding(
    request: Request,
    row: Any,
    form: RegistryForm,
    title: str,
    keep: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """One form on a page of its own; what the action refuses is said beside its field."""
    if request.method == "POST" and form.is_valid():
        try:
            keep(form.cleaned_data)
        except Invalid as refusal:
            form.refused(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("registry:person", row.public_id)
    crumbs = _crumbs(Crumb(row.full_name, _url(row)), Crumb(title))
    return _form(request, form, title, crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
def position_add(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    row = queries.person_to_place(actor, public_id)
    if row.pk and not actor.manages:
        require(actor, "registry.place_people")
    return _adding(
        request,
        row,
        PositionForm(request.POST or None, actor=actor),
        _("New position"),
        lambda data: actions.add_position(
            actor=actor,
            person_id=row.pk,
            organisation_id=data["organisation"].pk,
            title_vi=data["title_vi"],
            title_en=data["title_en"],
            since=data["since"],
            is_primary=data["is_primary"],
            source="entered",
            at=now(),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def degree_add(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    row = queries.person(actor, public_id)
    require(actor, "registry.edit_person", row)
    return _adding(
        request,
        row,
        DegreeForm(request.POST or None, actor=actor),
        _("New degree"),
        lambda data: actions.add_degree(
            actor=actor, person_id=row.pk, source="entered", at=now(), **data
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def relation_add(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    row = queries.person(actor, public_id)
    require(actor, "registry.declare_relation", row)
    return _adding(
        request,
        row,
        RelationForm(request.POST or None, actor=actor),
        _("Declare a relation"),
        lambda data: actions.declare_relation(
            actor=actor,
            person_id=row.pk,
            kind=data["kind"],
            other_id=data["other"].pk if data["other"] else None,
            organisation_id=data["organisation"].pk if data["organisation"] else None,
            since=data["since"],
            source="declared",
            at=now(),
        ),
    )


@require_POST
def position_end(request: Request, public_id: str, position_id: int) -> HttpResponse:
    actions.end_position(
        actor=request.actor, position_id=position_id, on=_on(request), at=now()
    )
    return _done(request, public_id)


@require_POST
def relation_end(request: Request, public_id: str, relation_id: int) -> HttpResponse:
    actions.end_relation(
        actor=request.actor, relation_id=relation_id, on=_on(request), at=now()
    )
    return _done(request, public_id)


def _on(request: Request) -> Any:
    form = EndForm(request.POST)
    if not form.is_valid():
        raise NotFound
    return form.cleaned_data["on"]


def _done(request: Request, public_id: str) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("registry:person", public_id)
