"""What the frame of every page needs: the menu and the names this person may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.kernel.access import PUBLIC, ROLE_LABELS, may
from opensti.kernel.documents.content import letterhead
from opensti.ui.pages import NavGroup, NavLink
from opensti.web.menu import menu_for

if TYPE_CHECKING:
    from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", PUBLIC)
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    context: dict[str, Any] = {
        "actor": actor,
        "house_name": letterhead()[language]["house"],
        # Worked out where they are drawn: a part of a page has no menu.
        "public_nav": SimpleLazyObject(lambda: _public_nav(request.path)),
        "public_groups": SimpleLazyObject(lambda: _public_groups(request.path)),
    }
    if actor.is_authenticated:
        context |= {
            "may_preview": bool(may(actor, "publications.preview")),
            "nav": SimpleLazyObject(lambda: menu_for(actor, request.path)),
            "actor_roles": ", ".join(
                str(ROLE_LABELS[role])
                for role in sorted(actor.roles)
                if role != "public"
            ),
            "user_links": [
                NavLink(label=_("What is to be done"), url=reverse("home")),
                NavLink(
                    label=_("Change password"), url=reverse("account_change_password")
                ),
                NavLink(label=_("Second factor"), url=reverse("mfa_index")),
            ],
        }
    return context


def _public_nav(path: str) -> list[NavLink]:
    """What people come for; all the rest stands in groups at the foot of every page."""
    return _links(
        path,
        (_("Search"), "portal:search"),
        (_("Plans"), "portal:plans"),
        (_("Calls"), "portal:calls"),
        (_("Orders"), "portal:orders"),
        (_("Decisions"), "portal:decisions"),
        (_("Task archive"), "portal:tasks"),
        (_("Results of tasks"), "portal:results"),
        (_("Statistics"), "portal:statistics"),
        (_("Comments and questions"), "portal:voices"),
    )


def _public_groups(path: str) -> list[NavGroup]:
    return [
        NavGroup(label=label, links=_links(path, *links))
        for label, links in (
            (
                _("The register"),
                (
                    (_("Contracts"), "portal:contracts"),
                    (_("Councils"), "portal:council_list"),
                    (_("Offers"), "portal:offers"),
                    (_("Organisations"), "portal:organisations"),
                    (_("People"), "portal:people"),
                ),
            ),
            (
                _("Figures"),
                (
                    (_("Indicators"), "portal:indicators"),
                    (_("Targets"), "portal:scorecards"),
                    (_("Published composite indices"), "portal:indices"),
                    (_("Productivity accounts"), "portal:accounts"),
                    (_("Surveys of organisations"), "portal:surveys"),
                    (_("Honours"), "portal:honours"),
                ),
            ),
            (
                _("Take part"),
                (
                    (_("News"), "portal:news"),
                    (_("Events"), "portal:events"),
                    (_("Be told what is new"), "portal:subscribe"),
                    (_("Petitions"), "portal:petitions"),
                    (_("Alert without a name"), "portal:alert_new"),
                ),
            ),
            (
                _("Openness"),
                (
                    (_("What is made public"), "portal:disclosure"),
                    (_("Open data"), "portal:open_data"),
                    (_("Red flags"), "portal:red_flags"),
                    (_("The public log"), "log:state"),
                    (_("Verify"), "portal:verify"),
                ),
            ),
        )
    ]


def _links(path: str, *links: tuple[str, str]) -> list[NavLink]:
    return [
        NavLink(label=label, url=url, current=path.startswith(url))
        for label, url in ((label, reverse(name)) for label, name in links)
    ]
