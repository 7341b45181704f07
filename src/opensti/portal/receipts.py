"""What a verified receipt says, in words, beside the entry as it stands in the log."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.kernel.citations import cited
from opensti.ui.templatetags.ui import moment, money

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opensti.kernel.refusals import Text

# The acts that the law makes public.
ACTS: dict[str, Text] = {
    "portfolios.commit_draw": gettext_lazy("the seed of a draw was committed"),
    "portfolios.release_decision": gettext_lazy("a decision was published"),
    "portfolios.release": gettext_lazy("the results of a call were published"),
    "tasks.create": gettext_lazy("a task file was opened"),
    "orders.approve": gettext_lazy("an order was approved"),
    "order_lists.approve": gettext_lazy("a list of orders was approved"),
    "publications.issue_policy": gettext_lazy("a disclosure policy was issued"),
    "calls.publish": gettext_lazy("a call was published"),
    "calls.extend": gettext_lazy("a call was extended"),
    "calls.open": gettext_lazy("the dossiers of a call were opened"),
    "calls.conclude": gettext_lazy("a call was concluded"),
    "calls.cancel": gettext_lazy("a call was cancelled"),
    "calls.ask_early_opening": gettext_lazy("an early opening was asked for"),
    "calls.agree_early_opening": gettext_lazy("an early opening was agreed to"),
    "calls.correct": gettext_lazy("the words of a call were corrected"),
    "orders.correct": gettext_lazy("an order was corrected"),
    "tasks.correct": gettext_lazy("a task file was corrected"),
    "tasks.set_state": gettext_lazy("where a task stands was entered"),
    "contracts.sign": gettext_lazy("a contract was signed"),
    "contracts.decide_amendment": gettext_lazy("a contract was amended"),
    "acceptances.recognise": gettext_lazy("a result was recognised"),
    "acceptances.register": gettext_lazy("a result was registered"),
    "results.change": gettext_lazy("what is said of a result was changed"),
    "results.publish_offer": gettext_lazy("an offer was made public"),
    "results.close_offer": gettext_lazy("an offer was closed"),
}
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
        (_("Act"), str(ACTS.get(act, act))),
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
