"""The money of one contract: figures, plan against fact, instalments, claims, books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.contracts import queries
from opensti.domains.contracts.choices import Account, RequestState
from opensti.domains.procedures.choices import Act
from opensti.domains.procedures.queries import may_step
from opensti.kernel.access import may
from opensti.kernel.files.serving import readable_file, serve
from opensti.kernel.money import to_million
from opensti.kernel.refusals import NotFound
from opensti.ui.charts import grouped
from opensti.web.contracts.tables import TONES
from opensti.web.contracts.tabs import crumbs, tabs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from opensti.domains.contracts.models import Claim, Contract, Instalment, Posting
    from opensti.domains.contracts.queries.money import Money
    from opensti.domains.contracts.queries.paying import Obstacle
    from opensti.kernel.refusals import Text
    from opensti.ui.charts import Chart
    from opensti.web.requests import Request

# Each button asks once whether the person may; the forms ask again.
ASKED = (
    "contracts.ask_payment",
    "contracts.pay",
    "contracts.override_payment",
    "contracts.reach_milestone",
    "contracts.allocate",
    "contracts.clear",
    "contracts.claim",
    "contracts.receive_claim",
    "contracts.waive_claim",
    "contracts.settle",
    "contracts.liquidate",
)
SHOWN_POSTINGS = 60


@dataclass(frozen=True, kw_only=True)
class Link:
    label: Text
    url: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """An instalment as the page shows it: where it stands and what can be done."""

    part: Instalment
    state: Text
    tone: str
    waits: Sequence[Obstacle]
    links: Sequence[Link]

    @property
    def payment(self) -> Any:
        return queries.payment_of(self.part)

    @property
    def request(self) -> Any:
        return queries.request_of(self.part)

    @property
    def override(self) -> Any:
        return queries.override_of(self.part)


@require_safe
def money_page(request: Request, public_id: str) -> HttpResponse:
    """All that a person may know of a contract's money."""
    actor = request.actor
    contract = queries.contract(actor, public_id)
    plan = queries.instalments_of(contract)
    money = queries.money_of(contract, plan)
    rules = queries.rules_of(contract)
    allowed = {name for name in ASKED if may(actor, name, contract)}
    clearances = list(queries.clearances_of(actor, contract))
    papers = queries.papers_of(
        queries.clearance_subject(c.public_id) for c in clearances
    )
    postings = list(queries.postings_of(actor, contract))
    claims = list(queries.claims_of(actor, contract))
    return render(
        request,
        "web/contracts/money/page.html",
        {
            "title": _("Payments and accounts"),
            "lead": contract.number or str(contract.title),
            "breadcrumb": crumbs(contract),
            "tabs": tabs(contract, "contracts:money"),
            "contract": contract,
            "tone": TONES[contract.case.state],
            "money": money,
            "rule": rules.payment,
            "lines": [_line(contract, part, money, rules, allowed) for part in plan],
            "chart": _chart(money),
            "milestones": [
                (
                    m,
                    _url(
                        contract,
                        "reach" if m.reached_on is None else "unreach",
                        str(m.position),
                    )
                    if "contracts.reach_milestone" in allowed
                    and contract.case.state in {"running", "completed"}
                    else "",
                )
                for m in contract.milestones.order_by("position")
            ],
            "allocations": [
                (
                    a,
                    _url(contract, "unallocate", a.public_id)
                    if a.cancelled_at is None and "contracts.allocate" in allowed
                    else "",
                )
                for a in queries.allocations_of(actor, contract)
            ],
            "clearances": [
                (
                    c,
                    papers.get(queries.clearance_subject(c.public_id), []),
                    c.taken_back_at is not None,
                    _url(contract, "unclear", c.public_id)
                    if "contracts.clear" in allowed
                    else "",
                )
                for c in clearances
            ],
            "claims": [_claim(contract, claim, allowed) for claim in claims],
            "settlement": queries.settlement_of(actor, contract),
            "clear_all_by": queries.clear_all_by(contract),
            "links": _links(request, contract, money, allowed),
            "postings": [_posted(p) for p in postings[-SHOWN_POSTINGS:]],
            "postings_hidden": max(len(postings) - SHOWN_POSTINGS, 0),
            "accounts": [
                (Account(name).label, balance)
                for name, balance in queries.balances_from(postings).items()
            ],
        },
    )


def _url(contract: Contract, act: str, what: str = "") -> str:
    if not what:
        return reverse("contracts:money_act", args=[contract.public_id, act])
    return reverse("contracts:money_act_on", args=[contract.public_id, act, what])


def _line(
    contract: Contract, part: Instalment, money: Money, rules: Any, allowed: set[str]
) -> Line:
    payment, asked = queries.payment_of(part), queries.request_of(part)
    links: list[Link] = []
    if payment is not None:
        if "contracts.pay" in allowed and contract.case.state in {
            "running",
            "completed",
        }:
            url = _url(contract, "unpay", payment.public_id)
            links.append(Link(label=_("Undo the entry"), url=url, kind="plain"))
        return Line(part=part, state=_("paid"), tone="good", waits=(), links=links)
    waits = queries.obstacles(
        contract, part, rule=rules.payment, money=money, year=localdate().year
    )
    if not waits and "contracts.pay" in allowed:
        url = _url(contract, "pay", part.key)
        links.append(Link(label=_("Enter payment"), url=url, kind="primary"))
    if any(o.liftable for o in waits) and "contracts.override_payment" in allowed:
        links.append(
            Link(label=_("Pay all the same"), url=_url(contract, "override", part.key))
        )
    waiting = asked is not None and asked.state != RequestState.RETURNED
    if (
        not waiting
        and "contracts.ask_payment" in allowed
        and contract.case.state in {"running", "completed"}
    ):
        links.append(Link(label=_("Ask for it"), url=_url(contract, "ask", part.key)))
    if asked is not None and asked.state == RequestState.ASKED:
        state, tone = str(RequestState.ASKED.label), "wait"
    elif not waits:
        state, tone = _("can be paid"), "info"
    else:
        state, tone = _("not due yet"), "neutral"
    return Line(part=part, state=state, tone=tone, waits=waits, links=links)


def _claim(contract: Contract, claim: Claim, allowed: set[str]) -> dict[str, Any]:
    left = queries.outstanding(claim)
    open_ = left > 0 and contract.case.state in {"recovering", "settled"}
    links = []
    if open_ and "contracts.receive_claim" in allowed:
        url = _url(contract, "receive", claim.public_id)
        links.append(Link(label=_("Enter what came back"), url=url, kind="primary"))
    if open_ and "contracts.waive_claim" in allowed:
        url = _url(contract, "waive", claim.public_id)
        links.append(Link(label=_("Give up"), url=url))
    return {
        "claim": claim,
        "left": left,
        "late": bool(left and claim.due_on and claim.due_on < localdate()),
        "links": links,
        "receipts": [
            (
                r,
                _url(contract, "unreceive", r.public_id)
                if r.taken_back_at is None
                and "contracts.receive_claim" in allowed
                and contract.case.state in {"recovering", "settled"}
                else "",
            )
            for r in claim.receipts.all()
        ],
    }


def _links(
    request: Request, contract: Contract, money: Money, allowed: set[str]
) -> list[Link]:
    state = contract.case.state
    links: list[Link] = []
    if "contracts.allocate" in allowed and state in {
        "running",
        "completed",
        "suspended",
    }:
        links.append(Link(label=_("Allocate"), url=_url(contract, "allocate")))
    if "contracts.clear" in allowed and state in {
        "running",
        "suspended",
        "completed",
        "failed",
        "terminated",
        "recovering",
    }:
        links.append(Link(label=_("Clear work"), url=_url(contract, "clear")))
    if (
        "contracts.claim" in allowed
        and state in {"completed", "failed", "terminated", "recovering"}
        and money.paid > money.claimed
    ):
        url = _url(contract, "claim")
        links.append(Link(label=_("Claim money back"), url=url))
    for act, name, label in (
        (Act.CONTRACT_SETTLE, "settle", _("Settle")),
        (Act.CONTRACT_LIQUIDATE, "liquidate", _("Liquidate")),
    ):
        if f"contracts.{name}" in allowed and may_step(
            contract.case, act, request.actor
        ):
            links.append(Link(label=label, url=_url(contract, name), kind="primary"))
    return links


def _chart(money: Money) -> Chart | None:
    if not money.years:
        return None
    return grouped(
        title=_("Planned, paid and cleared by year, million đồng"),
        head=[_("Year"), _("Planned money"), _("Paid"), _("Cleared")],
        rows=[
            [
                str(y.year),
                to_million(y.planned),
                to_million(max(y.paid, y.paid * 0)),
                to_million(max(y.cleared, y.cleared * 0)),
            ]
            for y in money.years
        ],
        base=None,
    )


def _posted(posting: Posting) -> dict[str, Any]:
    return {
        "posting": posting,
        "debit": Account(posting.debit).label,
        "credit": Account(posting.credit).label,
    }


@require_safe
def clearance_paper(
    request: Request, public_id: str, clearance_id: str, file_id: str
) -> HttpResponseBase:
    """Hand out a paper of a volume list."""
    queries.contract(request.actor, public_id)
    file = readable_file(request.actor, file_id)
    if file.subject != queries.clearance_subject(clearance_id):
        raise NotFound
    return serve(file)
