"""How often one address may ask for work that costs: strangers share the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.kernel.limits import too_often
from opensti.kernel.refusals import TooMany

if TYPE_CHECKING:
    from django.http import HttpRequest

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


def limit_strangers(request: HttpRequest, what: str, *, per_minute: int) -> None:
    """Count one attempt of this address; raise ``TooMany`` beyond the limit of a minute."""
    if too_often(request, what, most=per_minute, seconds=MINUTE):
        raise TooMany(
            _("Too many attempts from your address."),
            mend=_("Wait a minute and try again."),
        )


def limit_texts(request: HttpRequest, what: str, *, most: int, seconds: int) -> None:
    """Count one text sent from this address; raise ``TooMany`` beyond ``most``."""
    if too_often(request, what, most=most, seconds=seconds):
        raise TooMany(
            _("So much came from your address that no more is taken now."),
            mend=_("Your text is kept on this page. Send it again in an hour."),
        )
