"""What is told by itself: that a key ends soon."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext, override

from opensti.domains.accounts.actions import mark_reminded
from opensti.domains.accounts.queries import tokens_ending
from opensti.kernel.jobs.registry import every

if TYPE_CHECKING:
    from datetime import datetime

SOON = timedelta(days=14)
DAILY = 24 * 3600


@every(seconds=DAILY, name="accounts.remind_of_keys", atomic=False)
def remind_of_keys(at: datetime) -> int:
    """Write to the owners of keys that end within two weeks; of each key once.

    Noted before it is mailed: a worker that dies in between leaves one letter unwritten,
    and writes none twice.
    """
    ending = tokens_ending(localdate(at), SOON)
    mark_reminded(token_ids=[token.pk for token in ending], at=at)
    for user, keys in groupby(ending, key=lambda token: token.user):
        with override(user.language):
            lines = [f"- {k.name}: {date_format(k.until, 'd/m/Y')}" for k in keys]
            subject = gettext("Keys of your programs end soon")
            text = gettext(
                "These keys are good until the day that is named, which is not included:\n\n%(keys)s\n\nMake new ones in time, and give them to the programs: %(page)s"
            ) % {
                "keys": "\n".join(lines),
                "page": settings.OPENSTI_ADDRESS.rstrip("/")
                + reverse("accounts:tokens"),
            }
        EmailMessage(subject, text, to=[user.email]).send(fail_silently=True)
    return len(ending)
