"""What the frame of every page needs: the menu and the names this person may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.kernel.access import PUBLIC, ROLE_LABELS, may
from opensti.kernel.documents.content import letterhead
from opensti.ui.pages import NavLink
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
        "public_footer": SimpleLazyObject(_footer_links),
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
    links = (
        (_("Search"), reverse("portal:search")),
        (_("News"), reverse("portal:news")),
        (_("Events"), reverse("portal:events")),
        (_("Plans"), reverse("portal:plans")),
        (_("Calls"), reverse("portal:calls")),
        (_("Orders"), reverse("portal:orders")),
        (_("Offers"), reverse("portal:offers")),
        (_("Indicators"), reverse("portal:indicators")),
        (_("Decisions"), reverse("portal:decisions")),
        (_("Task archive"), reverse("portal:tasks")),
        (_("Contracts"), reverse("portal:contracts")),
        (_("Councils"), reverse("portal:council_list")),
        (_("Organisations"), reverse("portal:organisations")),
        (_("People"), reverse("portal:people")),
        (_("Results of tasks"), reverse("portal:results")),
        (_("Targets"), reverse("portal:scorecards")),
        (_("Statistics"), reverse("portal:statistics")),
        (_("Comments and questions"), reverse("portal:voices")),
        (_("Petitions"), reverse("portal:petitions")),
        (_("Open data"), reverse("portal:open_data")),
        (_("What is made public"), reverse("portal:disclosure")),
        (_("Verify"), reverse("portal:verify")),
    )
    return [
        NavLink(label=label, url=url, current=path.startswith(url))
        for label, url in links
    ]


def _footer_links() -> list[NavLink]:
    """What a reader looks for seldom and must then find from any page."""
    return [
        NavLink(label=label, url=url)
        for label, url in (
            (_("Be told what is new"), reverse("portal:subscribe")),
            (_("Honours"), reverse("portal:honours")),
            (_("Red flags"), reverse("portal:red_flags")),
            (_("The public log"), reverse("log:state")),
            (_("Alert without a name"), reverse("portal:alert_new")),
        )
    ]
