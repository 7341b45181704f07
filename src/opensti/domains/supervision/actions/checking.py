"""What a text must be to be taken: long enough, not flooding, not said already."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.domains.supervision.choices import VoiceState
from opensti.domains.supervision.models import Voice
from opensti.kernel.refusals import Invalid, Problem, TooMany
from opensti.kernel.searchtext import fold
from opensti.kernel.unseen import without_unseen

if TYPE_CHECKING:
    from datetime import datetime

SHORTEST, LONGEST = 10, 4000
MOST_LINKS = 3
MOST_PER_THING = 40
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


# Letters of other alphabets that look like these: a text written with them is no other.
_ALIKE = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445"
    "\u0455\u0456\u0458\u04bb\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u0131",
    "abekmhopctyxsijhabeikvoptuxi",
)


def plain(text: str) -> str:
    """A text as it is seen: without marks that hide in it or turn its letters round."""
    return without_unseen(unicodedata.normalize("NFC", text)).replace("\r", "").strip()


def digest_of(text: str) -> str:
    """The same for texts that differ in accents, case, signs, spaces and alphabets only."""
    letters = fold(text).replace(" ", "").translate(_ALIKE)
    return sha256(letters.encode()).hexdigest()


def problems_of(text: str) -> list[Problem]:
    """What is wrong with a text as such."""
    found = []
    if len(text) < SHORTEST:
        found.append(
            Problem(
                field="text",
                message=_("The text is too short to be answered."),
                mend=_("Say in a sentence what you mean."),
            )
        )
    if len(text) > LONGEST:
        found.append(
            Problem(
                field="text",
                message=_("The text is longer than %(most)d characters.")
                % {"most": LONGEST},
                mend=_("Shorten it, or send it in two parts."),
            )
        )
    if len(_LINK.findall(text)) > MOST_LINKS:
        found.append(
            Problem(
                field="text",
                message=_("The text has more than %(most)d links.")
                % {"most": MOST_LINKS},
                mend=_("Keep the links that matter most."),
            )
        )
    return found


def refuse_doubles(*, kind: str, about: tuple[str, str], text: str) -> None:
    """Raise ``Invalid`` where the same was said of the same thing a short while ago."""
    about_kind, about_id = about
    said = Voice.objects.filter(
        text_digest=digest_of(text),
        kind=kind,
        about_kind=about_kind,
        about_id=about_id,
    ).exclude(state=VoiceState.UNCONFIRMED)
    newest = said.order_by("-pk").first()
    if newest is not None:
        raise Invalid(
            [
                Problem(
                    field="text",
                    message=_("The same text was sent about this before."),
                    mend=_("Look at what stands there, or say what is new."),
                )
            ]
        )


def refuse_floods(*, about: tuple[str, str], at: datetime) -> None:
    """Raise ``TooMany`` where one thing was spoken of more often than a day holds."""
    about_kind, about_id = about
    today = Voice.objects.filter(
        about_kind=about_kind, about_id=about_id, sent_at__gt=at - timedelta(days=1)
    )
    if today.count() >= MOST_PER_THING:
        raise TooMany(
            _("So much was written about this today that no more is taken."),
            mend=_("Keep your text and send it tomorrow."),
        )
