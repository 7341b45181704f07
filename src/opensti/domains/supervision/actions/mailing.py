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
    "published": _("Your text is published"),
    "hidden": _("Your text was hidden; read why, and ask for a second look"),
    "reviewed": _("A second person looked at your text"),
    "answered": _("Your text is answered"),
    "used": _("What became of your text"),
}


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
        "confirm",
        reverse("portal:support_confirm", args=[support_code(support)]),
    )
    return True


def _send(address: str, what: str, link: str) -> None:
    with override("vi"):
        title = str(_SAYS[what])
    site = settings.OPENSTI_ADDRESS.rstrip("/")
    EmailMessage(title, f"{title}\n\n{site}{link}", to=[address]).send()
