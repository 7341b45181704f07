"""How often one address may ask for work that costs: strangers share the machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from opensti.kernel.refusals import TooMany

if TYPE_CHECKING:
    from django.http import HttpRequest

MINUTE = 60


def limit_strangers(request: HttpRequest, what: str, *, per_minute: int) -> None:
    """Count one attempt of this address; raise ``TooMany`` beyond the limit of a minute."""
    address = get_adapter(request).get_client_ip(request)
    key = f"limit:{what}:{address}:{int(time.time()) // MINUTE}"
    attempts = cache.get(key, 0) + 1
    cache.set(key, attempts, 2 * MINUTE)
    if attempts > per_minute:
        raise TooMany(
            _("Too many attempts from your address."),
            mend=_("Wait a minute and try again."),
        )
