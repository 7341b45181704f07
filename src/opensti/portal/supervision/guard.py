"""Against floods without puzzles: a form has its time, and a trap; addresses are counted."""

from __future__ import annotations

import secrets
import time
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.portal.limits import DAY

SALT = "portal.supervision"
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
