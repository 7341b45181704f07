"""The house list with what every list of officials has: views kept under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.urls import reverse

from opensti.domains.accounts.queries import saved_views
from opensti.ui.lists import ListPage, SavedView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.kernel.access import Actor


class WorkList(ListPage):
    """A list page whose address a signed-in person can keep under a name.

    ``list_url`` names its address for pages of bulk acts that lead back to it.
    """

    list_url: ClassVar[str] = ""

    def saved_views(self, actor: Actor) -> Sequence[SavedView]:
        if not actor.is_authenticated:
            return ()
        return [
            SavedView(
                name=view.name,
                query=view.query,
                delete_url=reverse("accounts:delete_view", args=[view.pk]),
                current=self.request.GET.urlencode() == view.query,
            )
            for view in saved_views(actor, self.request.path)
        ]

    def save_view_url(self, actor: Actor) -> str:
        if not actor.is_authenticated:
            return ""
        return reverse("accounts:save_view") + f"?page={self.request.path}"
