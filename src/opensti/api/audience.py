"""Whose eyes a program reads with: everybody's, or those of a partner by its agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import localdate, now

from opensti.domains.accounts.choices import Scope
from opensti.domains.publications.queries import Audience, is_partner, sight

if TYPE_CHECKING:
    from django.http import HttpRequest

    from opensti.domains.publications.queries import Sight


def seen_by(request: HttpRequest) -> Sight:
    """What is shown to whoever asks: the policy's partners with a key made for that.

    The key must ask for it and its owner be a partner today; all others are the public.
    """
    token = request.api_token  # type: ignore[attr-defined]
    partner = (
        token is not None
        and token.allows(Scope.READ_PARTNER)
        and is_partner(token.user_id, localdate())
    )
    return sight(at=now(), audience=Audience.PARTNER if partner else Audience.PUBLIC)
