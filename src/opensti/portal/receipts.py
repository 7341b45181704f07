"""What a verified receipt says, in words, beside the entry as it stands in the log."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.publications.choices import PUBLIC_ACTS
from opensti.kernel.citations import cited
from opensti.ui.templatetags.ui import moment, money

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opensti.kernel.refusals import Text

FACTS: dict[str, Text] = {
    "call": gettext_lazy("Call"),
    "dossier": gettext_lazy("Dossier"),
    "title_vi": gettext_lazy("Title"),
    "host": gettext_lazy("Host"),
    "amount": gettext_lazy("Amount"),
    "decision_number": gettext_lazy("Number of the decision"),
    "reason_vi": gettext_lazy("Reasons"),
}


def told(body: Mapping[str, Any]) -> list[tuple[Text, str]]:
    """Return label and text of what a reader asks first; the rest stays in the entry."""
    detail = body.get("detail")
    detail = detail if isinstance(detail, dict) else {}
    act = str(body.get("act", ""))
    lines: list[tuple[Text, str]] = [
        (_("Act"), str(PUBLIC_ACTS.get(act, act))),
        (_("When"), _readable(_moment, body.get("at"))),
        (_("Legal basis"), cited(body.get("basis"))),
        *(
            (label, _readable(money, detail[key]) if key == "amount" else detail[key])
            for key, label in FACTS.items()
            if isinstance(detail.get(key), str)
        ),
    ]
    return [(label, text) for label, text in lines if text]


def as_entered(body: Mapping[str, Any]) -> str:
    """Return the entry itself, set out to be read."""
    return json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True)


def _moment(text: str) -> str:
    return moment(datetime.fromisoformat(text))


def _readable(write: Callable[[str], str], value: object) -> str:
    """Write a value as people do; whatever it is, it was signed: show it all the same."""
    text = "" if value is None else str(value)
    try:
        return write(text)
    except (ValueError, InvalidOperation):
        return text
