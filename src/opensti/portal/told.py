"""Public acts and changes as a reader sees them: words, figures, and the way to the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.contracts.choices import AmendmentKind
from opensti.domains.panels.choices import CouncilKind
from opensti.domains.publications.choices import PUBLIC_ACTS
from opensti.domains.strategies.choices import PLANS_RECORDED
from opensti.domains.tasks.choices import TaskState
from opensti.kernel.bilingual import pick
from opensti.kernel.citations import cited
from opensti.ui.templatetags.ui import day, moment, money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opensti.domains.publications.queries import Change, Moment, Withheld
    from opensti.kernel.refusals import Text

STAGES: dict[str, Text] = {
    "order": gettext_lazy("Order"),
    "call": gettext_lazy("Call"),
    "council": gettext_lazy("Councils"),
    "decision": gettext_lazy("Decision"),
    "contract": gettext_lazy("Contract"),
    "running": gettext_lazy("Carrying out"),
    "acceptance": gettext_lazy("Acceptance"),
    "results": gettext_lazy("Results"),
    "use": gettext_lazy("Transfer and use"),
}
_PAGES = {
    "order": "portal:order",
    "call": "portal:call",
    "decision": "portal:decision",
    "task": "portal:task",
    "contract": "portal:contract",
    "council": "portal:council",
    "result": "portal:result",
    "offer": "portal:offer",
    "plan": "portal:plan",
}
_MONEY = frozenset({"state_money", "other_money", "amount", "budget_ceiling"})
_LABELS: dict[str, Text] = {
    "decision": gettext_lazy("Decision"),
    "decision_number": gettext_lazy("Decision"),
    "number": gettext_lazy("Number of the contract"),
    "closes_at": gettext_lazy("Closes"),
    "to": gettext_lazy("Closes"),
    "dossiers": gettext_lazy("Dossiers received"),
    "reason": gettext_lazy("Reason"),
    "reason_vi": gettext_lazy("Reason"),
    "starts_on": gettext_lazy("Start"),
    "ends_on": gettext_lazy("End"),
    "kinds": gettext_lazy("What was changed"),
    "state": gettext_lazy("State"),
    "certificate": gettext_lazy("Certificate"),
    "seats": gettext_lazy("Seats that were taken"),
    "reference": gettext_lazy("Reference"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that happened, in words; ``url`` leads to its page, ``receipt`` to the proof."""

    title: Text
    when: str
    iso: str
    money: Decimal | None
    facts: tuple[tuple[Text, str], ...]
    url: str
    receipt: str
    position: int | None


def line_of(moment_: Moment) -> Line:
    kind, public_id = moment_.about or ("", "")
    at = moment_.at
    return Line(
        title=_title(moment_),
        when=moment(at) if isinstance(at, datetime) else day(at),
        iso=at.isoformat(),
        money=moment_.money,
        facts=(
            *(
                (_LABELS[key], said(key, value))
                for key in _LABELS
                if (value := moment_.detail.get(key)) not in (None, "", [])
            ),
            *_rule(moment_),
        ),
        url=reverse(_PAGES[kind], args=[public_id]) if kind in _PAGES else "",
        receipt=(
            ""
            if moment_.position is None
            else reverse("portal:receipt", args=[moment_.position])
        ),
        position=moment_.position,
    )


def _rule(moment_: Moment) -> tuple[tuple[Text, str], ...]:
    """By which rule a council was composed."""
    detail = moment_.detail
    words = pick(detail.get("rule_vi", ""), detail.get("rule_en", ""))
    return ((_("Composition by the rule"), words),) if words else ()


def _title(moment_: Moment) -> Text:
    name = moment_.act
    if name == "result":
        title = pick(moment_.detail["title_vi"], moment_.detail["title_en"])
        return _("A result became open: %(title)s") % {"title": title}
    if name == "payment":
        return _("Paid to the host")
    if name == "council_set_up":
        return _("Set up: %(council)s") % {
            "council": CouncilKind(moment_.detail["kind"]).label
        }
    if name.startswith("council."):
        return _("Concluded: %(council)s") % {
            "council": CouncilKind(name.removeprefix("council.")).label
        }
    return upper(
        PUBLIC_ACTS[name] if name in PUBLIC_ACTS else PLANS_RECORDED.get(name, name)
    )


def upper(text: Text) -> str:
    """With a capital: a sentence of its own."""
    words = str(text)
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """One published fact that became another."""

    label: str
    was: str
    now: str
    when: str
    iso: str
    reason: str
    basis: str
    correction: bool
    receipt: str
    position: int


def change_lines(changes: Iterable[Change]) -> list[ChangeLine]:
    return [
        ChangeLine(
            label=change.label,
            was=said(change.field, change.was),
            now=said(change.field, change.now),
            when=day(change.at),
            iso=change.at.isoformat(),
            reason=change.reason,
            basis=cited(change.basis),
            correction=change.correction,
            receipt=reverse("portal:receipt", args=[change.position]),
            position=change.position,
        )
        for change in changes
    ]


def said(key: str, value: Any) -> str:
    """What the record holds as text, as people write it; a text that is none stays."""
    if isinstance(value, list):
        known = dict(AmendmentKind.choices)
        return ", ".join(str(known.get(one, one)) for one in value)
    text = "" if value is None else str(value)
    if not text:
        return _("nothing")
    if key == "state":
        return str(dict(TaskState.choices).get(text, text))
    if key in _MONEY:
        try:
            return money(Decimal(text))
        except InvalidOperation:
            return text
    return _as_day(text)


def _as_day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        pass
    try:
        return moment(datetime.fromisoformat(text)) if "T" in text else text
    except ValueError:
        return text


def withheld_lines(withheld: Iterable[Withheld]) -> list[Mapping[str, Any]]:
    """What is not shown and why, those for the same reason together."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for one in withheld:
        until = day(one.until) if one.until else ""
        found.setdefault((str(one.reason), one.basis, until), []).append(one.label)
    return [
        {"labels": ", ".join(labels), "reason": reason, "basis": basis, "until": until}
        for (reason, basis, until), labels in found.items()
    ]
