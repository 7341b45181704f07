"""Short mails to authors: that something happened, and where to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from opensti.domains.supervision.actions.petitions import support_code
from opensti.domains.supervision.actions.receiving import confirm_code, follow_code
from opensti.domains.supervision.models import Support, Voice

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text

_SAYS: dict[str, Text] = {
    "confirm": _("Confirm that you wrote this"),
    "support": _("Confirm that you support the petition"),
    "published": _("Your text is published"),
    "hidden": _("Your text was hidden; read why, and ask for a second look"),
    "reviewed": _("A second person looked at your text"),
    "answered": _("Your text is answered"),
    "used": _("What became of your text"),
}

# Anybody may type any address.
ASKED = frozenset({"confirm", "support"})
_UNASKED = _(
    "If it was not you, do nothing: without this link nothing is published or counted."
)


def mail_voice(*, voice_id: int, what: str) -> bool:
    """Mail one step to the author; returns whether it went out.

    The words of the text are not in the mail. Raises ``OSError`` where it was not taken.
    """
    voice = Voice.objects.select_related("author").filter(pk=voice_id).first()
    if voice is None or voice.erased_at is not None:
        return False
    author = voice.author
    address = voice.email or (author.email if author and author.is_active else "")
    if not address:
        return False
    if what == "confirm":
        link = reverse(
            "portal:voice_confirm", args=[voice.public_id, confirm_code(voice)]
        )
    else:
        link = reverse("portal:voice_follow", args=[follow_code(voice)])
    _send(address, str(what), link)
    return True


def mail_support(*, support_id: int) -> bool:
    """Ask a supporter to confirm; nothing once it is confirmed."""
    support = Support.objects.filter(pk=support_id, confirmed_at=None).first()
    if support is None or not support.email:
        return False
    _send(
        support.email,
        "support",
        reverse("portal:support_confirm", args=[support_code(support)]),
    )
    return True


def _send(address: str, what: str, link: str) -> None:
    """One letter in both languages: of an address nobody knows which its reader has."""
    site = settings.OPENSTI_ADDRESS.rstrip("/")
    titles, parts = [], []
    for language in ("vi", "en"):
        with override(language):
            titles.append(str(_SAYS[what]))
            said = [str(_SAYS[what]), f"{site}{link}"]
            if what in ASKED:
                said.append(str(_UNASKED))
            parts.append("\n\n".join(said))
    EmailMessage(" / ".join(titles), "\n\n-- \n\n".join(parts), to=[address]).send()
