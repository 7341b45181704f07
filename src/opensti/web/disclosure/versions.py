"""Versions of the disclosure policy: the list, one with its differences, its simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.domains.publications.disclosure import as_yaml
from opensti.kernel.access import may, require
from opensti.kernel.files.serving import as_download
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from opensti.domains.publications.models import PolicyVersion
    from opensti.web.requests import Request


def crumbs(version: PolicyVersion | None = None, *more: str) -> list[Crumb]:
    found = [Crumb(_("What is made public"), reverse("disclosure:versions"))]
    if version is not None:
        address = reverse("disclosure:version", args=[version.public_id])
        said = _("Version %(number)d") % {"number": version.number}
        found.append(Crumb(said, address if more else ""))
    return [*found, *(Crumb(text) for text in more)]


@require_safe
def versions(request: Request) -> HttpResponse:
    """All versions; which holds, which come."""
    actor = request.actor
    require(actor, "publications.list_policies")
    found = list(queries.policy_versions(actor))
    today = localdate()
    held = [v for v in found if v.in_force_from and v.in_force_from <= today]
    in_force = max(
        held, key=lambda v: (v.in_force_from or today, v.number), default=None
    )
    return render(
        request,
        "web/disclosure/versions.html",
        {
            "title": _("What is made public"),
            "breadcrumb": crumbs(),
            "versions": found,
            "in_force": in_force,
            "may_draft": may(actor, "publications.draft_policy"),
        },
    )


@require_safe
def version(request: Request, public_id: str) -> HttpResponse:
    """One version: what it changes, its rules, what can be done with it."""
    actor = request.actor
    require(actor, "publications.list_policies")
    page = queries.version_page(actor, public_id)
    found = page.version
    unissued = found.state != "issued"
    return render(
        request,
        "web/disclosure/version.html",
        {
            "title": _("Version %(number)d of the disclosure policy")
            % {"number": found.number},
            "breadcrumb": crumbs(found),
            "found": page,
            "may_write": unissued and bool(may(actor, "publications.draft_policy")),
            "may_check": found.state == "draft"
            and bool(may(actor, "publications.check_policy")),
            "may_issue": found.state == "checked"
            and found.drafted_by_id != actor.user_id
            and actor.has(*queries.POLICY_ISSUERS),
        },
    )


@require_safe
def simulation(request: Request, public_id: str) -> HttpResponse:
    """What the version would newly show or hide in this house today."""
    actor = request.actor
    require(actor, "publications.list_policies")
    found = queries.policy_version(actor, public_id)
    today = localdate()
    before, _since = queries.policy_in_force(today)
    return render(
        request,
        "web/disclosure/simulation.html",
        {
            "title": _("What version %(number)d would change")
            % {"number": found.number},
            "breadcrumb": crumbs(found, _("Simulation")),
            "version": found,
            "effects": queries.simulate(before, queries.policy_of(found), day=today),
        },
    )


@require_safe
def file(request: Request, public_id: str) -> HttpResponse:
    """The version as a YAML file."""
    require(request.actor, "publications.list_policies")
    found = queries.policy_version(request.actor, public_id)
    text = as_yaml(queries.policy_of(found))
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = as_download(f"disclosure-{found.number}.yaml")
    return response
