"""The lights of contracts on pages: their words, the cause of each and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries
from opensti.domains.contracts.choices import Tone
from opensti.domains.procedures.choices import STATE_LABELS, State
from opensti.kernel.access import require
from opensti.kernel.bilingual import pick
from opensti.kernel.money import format_money
from opensti.ui.pages import Crumb
from opensti.web.contracts.tables import LIGHT_TONES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from opensti.domains.contracts.models import Contract, ContractLight
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request

NAMES: dict[str, Text] = {
    "time": gettext_lazy("Time"),
    "money": gettext_lazy("Money"),
    "products": gettext_lazy("Products"),
}
# What each cause says; %(about)s is the thing, %(n)s days or things, %(money)s đồng.
SAID: dict[str, Text] = {
    "no_plan": gettext_lazy("There is neither a milestone nor a report in the plan."),
    "report_late": gettext_lazy("Report overdue for %(n)s days: %(about)s"),
    "milestone_late": gettext_lazy("Milestone overdue for %(n)s days: %(about)s"),
    "end_passed": gettext_lazy(
        "The contract should have ended %(n)s days ago and still runs."
    ),
    "end_near": gettext_lazy("The end is near; milestones that are not reached: %(n)s"),
    "paid_behind": gettext_lazy("Due by plan and not paid yet: %(money)s"),
    "overspent": gettext_lazy(
        "More was used than the contract's state money, by %(money)s"
    ),
    "used_before_paid": gettext_lazy("More was used than paid, by %(money)s"),
    "unused": gettext_lazy("Paid and not used yet: %(money)s"),
    "uncleared": gettext_lazy("Paid and not cleared yet: %(money)s"),
    "no_figures": gettext_lazy("No report says how much of the money was used."),
    "no_payment": gettext_lazy("Nothing was paid and no report speaks of money yet."),
    "no_products": gettext_lazy("The contract lists no product."),
    "product_late": gettext_lazy("Product overdue for %(n)s days: %(about)s"),
    "product_at_risk": gettext_lazy("Product at risk: %(about)s"),
    "product_given_up": gettext_lazy("Product that cannot be done: %(about)s"),
    "products_unknown": gettext_lazy(
        "Products of which no report says how they stand: %(n)s"
    ),
}
# What waits in all contracts: a list narrowed to what is open.
LISTS: tuple[tuple[Text, str, str], ...] = (
    (gettext_lazy("Reports that are overdue"), "contracts:all_reports", "?late=late"),
    (
        gettext_lazy("Reports handed in, to be read"),
        "contracts:all_reports",
        "?state=submitted",
    ),
    (
        gettext_lazy("Requests for payment whose evidence is to be checked"),
        "contracts:payment_requests",
        "?state=asked",
    ),
    (
        gettext_lazy("Requests for payment to be paid"),
        "contracts:payment_requests",
        "?state=accepted",
    ),
    (gettext_lazy("Hosts that owe money back"), "contracts:owing", ""),
    (gettext_lazy("Acceptances"), "results:acceptances", ""),
    (
        gettext_lazy("Uptake without an answer"),
        "results:uptake_years",
        "?state=no_answer",
    ),
    (gettext_lazy("Calendar of contracts"), "contracts:calendar", ""),
)


@dataclass(frozen=True, kw_only=True)
class CauseLine:
    """A cause in words, with the page it leads to."""

    text: str
    url: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class LightLine:
    """One light: its name, its tone, what it says, and why."""

    id: str
    name: Text
    tone: str
    says: Text
    causes: tuple[CauseLine, ...]


def light_lines(light: ContractLight, contract: Contract) -> list[LightLine]:
    """The three lights of a contract with their causes; no query."""
    return [
        LightLine(
            id=name,
            name=label,
            tone=LIGHT_TONES[getattr(light, name)],
            says=Tone(getattr(light, name)).label,
            causes=tuple(
                cause_line(c, contract.public_id)
                for c in light.causes
                if c["light"] == name
            ),
        )
        for name, label in NAMES.items()
    ]


def cause_line(cause: Mapping[str, Any], contract_id: str) -> CauseLine:
    text = SAID[cause["code"]] % {
        "about": pick(cause["about_vi"], cause["about_en"]),
        "n": cause["number"],
        "money": format_money(cause["number"]),
    }
    return CauseLine(
        text=str(text), url=_where(cause, contract_id), tone=LIGHT_TONES[cause["tone"]]
    )


def _where(cause: Mapping[str, Any], contract_id: str) -> str:
    """The place a cause is about: a report, the instalments, a row of the contract."""
    link = cause["link"]
    if link == "report":
        return reverse("contracts:report", args=[contract_id, cause["key"]])
    if link == "reports":
        return reverse("contracts:reports", args=[contract_id])
    if link == "money":
        return reverse("contracts:money", args=[contract_id]) + "#instalments"
    page = reverse("contracts:contract", args=[contract_id])
    anchors = {
        "milestone": f"#milestone-{cause['key']}",
        "milestones": "#milestones",
        "product": f"#product-{cause['key']}" if cause["key"] else "#products",
    }
    return page + anchors.get(link, "")


def lights_context(actor: Actor, contract: Contract) -> dict[str, Any]:
    """What the small box of lights on a contract's page needs; 1 query."""
    light = queries.light_of(actor, contract)
    if light is None or contract.case.state not in (State.RUNNING, State.SUSPENDED):
        return {}
    return {"lights": light_lines(light, contract), "lights_of": light}


@require_safe
def dashboard(request: Request) -> HttpResponse:
    """All contracts at a glance: by light, state, host and year; the red ones with causes."""
    require(request.actor, "contracts.see_dashboard")
    found = queries.dashboard(request.actor)
    every = reverse("contracts:contracts")
    states = sorted(found.states.items(), key=lambda s: list(State).index(State(s[0])))
    language = get_language() or "vi"
    return render(
        request,
        "web/contracts/dashboard.html",
        {
            "title": _("How contracts stand"),
            "breadcrumb": [
                Crumb(_("Contracts"), every),
                Crumb(_("How contracts stand")),
            ],
            "tones": [
                (tone, LIGHT_TONES[tone], Tone(tone).label)
                for tone in ("red", "amber", "grey", "green")
            ],
            "rows": [
                (
                    name,
                    label,
                    [
                        (
                            LIGHT_TONES[tone],
                            Tone(tone).label,
                            found.lights[name][tone],
                            f"{every}?light_{name}={tone}",
                        )
                        for tone in ("red", "amber", "grey", "green")
                    ],
                )
                for name, label in (
                    ("worst", _("The worst of the three")),
                    *NAMES.items(),
                )
            ],
            "states": [
                (STATE_LABELS[State(code)], n, f"{every}?state={code}")
                for code, n in states
            ],
            "years": [(y, n, f"{every}?ends_year={y}") for y, n in found.years.items()],
            "hosts": found.hosts,
            "lists": [(label, reverse(name) + query) for label, name, query in LISTS],
            "red": [
                (
                    light.contract,
                    [
                        cause_line(c, light.contract.public_id)
                        for c in light.causes
                        if c["tone"] == Tone.RED
                    ],
                    light.counted_at,
                )
                for light in found.red
            ],
            "red_total": found.lights["worst"]["red"],
            "limits": [
                (limit.label(language), limit.value, limit.why(language))
                for limit in queries.watch().limits
            ],
        },
    )
