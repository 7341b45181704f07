"""Against floods without puzzles: a form has its time, a trap, and a counted address.

No address is kept: counters go by a keyed digest whose key ends with the window.
"""

from __future__ import annotations

import hmac
import secrets
import time
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core import signing
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.kernel.refusals import TooMany

if TYPE_CHECKING:
    from django.http import HttpRequest

SALT = "portal.supervision"
HOUR, DAY = 3600, 24 * 3600
SOONEST = 2  # seconds: nobody reads and writes a text in less


class Guarded(forms.Form):
    """A form that a person takes time over; its token makes a double click one act."""

    form_token = forms.CharField(widget=forms.HiddenInput, required=False)
    website = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    token: str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("form_token", new_token())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("website"):
            raise forms.ValidationError(
                _("A field that people do not see was filled in. Empty it, then send.")
            )
        try:
            made = signing.loads(data.get("form_token", ""), salt=SALT, max_age=DAY)
        except signing.BadSignature:
            self._renew()
            raise forms.ValidationError(
                _("The form is older than a day. Your text is kept: send it again.")
            ) from None
        if time.time() - made["t"] < SOONEST:
            raise forms.ValidationError(
                _(
                    "This was sent faster than anybody writes. Wait a moment and send it again."
                )
            )
        self.token = made["n"]
        return data

    def _renew(self) -> None:
        kept: Any = self.data
        kept = kept.copy()
        kept["form_token"] = new_token()
        self.data = kept


def new_token() -> str:
    """A signed moment with a chance number: the number names the form."""
    return signing.dumps({"t": int(time.time()), "n": secrets.token_hex(16)}, salt=SALT)


def count_address(request: HttpRequest, what: str, *, most: int, seconds: int) -> None:
    """Count one attempt of an address in a window; ``TooMany`` beyond ``most``."""
    window = int(time.time()) // seconds
    key = cache.get_or_set(f"guard:{what}:{window}", secrets.token_hex(16), seconds)
    address = str(get_adapter(request).get_client_ip(request))
    digest = hmac.new(str(key).encode(), address.encode(), "sha256").hexdigest()
    place = f"guard:{what}:{digest}"
    attempts = cache.get(place, 0) + 1
    cache.set(place, attempts, seconds)
    if attempts > most:
        raise TooMany(
            _("So much came from your address that no more is taken now."),
            mend=_("Your text is kept on this page. Send it again in an hour."),
        )
