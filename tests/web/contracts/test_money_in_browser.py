"""In a real browser: pages of money have no barrier, fit a phone, work without a pointer."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from django.utils.timezone import localdate, now

from opensti.domains.contracts import actions
from opensti.domains.contracts.actions.acting import step
from opensti.domains.contracts.models import Claim, Statement
from opensti.domains.procedures.choices import Act
from opensti.kernel.access import SYSTEM
from tests.chromium import CHROMIUM
from tests.domains.contracts.test_statements import HEAD, book
from tests.factories import contracts as factory
from tests.factories.money import under
from tests.journeys.barriers import AXE, GLANCE
from tests.journeys.wording import amiss
from tests.web.portfolios.test_scenarios_in_browser import at_work, chromium

__all__ = ["at_work", "chromium"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    # whitenoise says so before anybody collected the static files
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


def busy():
    """A contract that was paid, cleared, settled, with a claim and a statement."""
    funded = under(factory.running(), "moit_2014")
    at, today = now(), localdate()
    contract, finance = funded.contract, funded.finance
    first, second = contract.instalments.order_by("position")[:2]
    actions.allocate(
        actor=finance,
        contract_id=contract.pk,
        year=today.year,
        amount=Decimal(1_600_000_000),
        decision_number="12/QĐ-BCT",
        decided_on=today,
        at=at,
    )
    actions.pay_instalment(
        actor=finance, instalment_id=first.pk, paid_on=today, reference="UNC-1", at=at
    )
    asked = actions.ask_payment(
        actor=funded.host, instalment_id=second.pk, text="Đã xong phần 1", at=at
    )
    actions.clear_work(
        actor=funded.officer,
        contract_id=contract.pk,
        document_number="KL-1",
        cleared_on=today,
        amount=Decimal(600_000_000),
        other_amount=Decimal(50_000_000),
        work="Quy trình nấu luyện",
        at=at,
    )
    day = f"{today:%d/%m/%Y}"
    statements = [
        actions.receive_statement(
            actor=finance,
            account="3713.0.1",
            file=book(HEAD, [day, reference, 800_000_000, None, "Tạm ứng", "Viện"]),
            at=at,
        )
        for reference in ("UNC-1", "UNC-2")
    ]
    actions.import_statement(actor=finance, statement_id=statements[0].pk, at=at)
    step(SYSTEM, funded.again(), Act.CONTRACT_COMPLETE, at)
    actions.return_payment_request(
        actor=funded.officer, request_id=asked.pk, reason="Chưa đủ biên bản", at=at
    )
    actions.settle_contract(
        actor=finance,
        contract_id=contract.pk,
        document_number="09/QT",
        settled_on=today,
        at=at,
    )
    return funded, asked


def addresses(funded, asked):
    public_id = funded.contract.public_id
    last = funded.contract.instalments.get(position=3).key
    entered, received = Statement.objects.order_by("pk")
    claim = Claim.objects.get().public_id
    return {
        "money": reverse("contracts:money", args=[public_id]),
        "pay": reverse("contracts:money_act_on", args=[public_id, "pay", last]),
        "receive": reverse(
            "contracts:money_act_on", args=[public_id, "receive", claim]
        ),
        "clear": reverse("contracts:money_act", args=[public_id, "allocate"]),
        "register": reverse("contracts:payments"),
        "requests": reverse("contracts:payment_requests"),
        "request": reverse("contracts:payment_request", args=[asked.public_id]),
        "statements": reverse("contracts:statements"),
        "entered": reverse("contracts:statement", args=[entered.public_id]),
        "dry": reverse("contracts:statement", args=[received.public_id]),
        "line": reverse("contracts:line_match", args=[entered.lines.get().pk]),
        "new": reverse("contracts:statement_new"),
        "settlements": reverse("contracts:settlements"),
    }


@pytest.mark.parametrize(("language", "width"), [("vi", 1280), ("en", 390)])
def test_pages_of_money_have_no_barrier_and_fit_the_screen(
    at_work, live_server, language, width
):
    funded, asked = busy()
    page = at_work(funded.finance, language, width)
    found = []
    for name, url in addresses(funded, asked).items():
        answer = page.goto(live_server.url + url)
        assert answer is not None
        assert answer.status == 200, name
        glance = page.evaluate(GLANCE)
        faults = [t for t in glance["said"] if amiss(" ".join(t.split()), language)]
        if glance["wide"] > 0:
            faults.append(f"{glance['wide']} px too wide")
        page.evaluate(AXE_SCRIPT)
        faults += page.evaluate(AXE)
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{language}.png", full_page=True)
        found += [f"{name} {language} {width}: {fault}" for fault in faults]
    assert found == []
