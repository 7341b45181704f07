"""Pages that take back what was entered by mistake, and papers that leave it out."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from django.utils.timezone import now
from docx import Document

from opensti.domains.contracts import actions
from tests.factories import contracts as factory
from tests.factories.money import clear, reach
from tests.web.contracts.test_money_pages import page, post

pytestmark = pytest.mark.django_db


def test_a_milestone_is_taken_back_on_the_page_of_the_money(client_of):
    funded = factory.running()
    public_id = funded.contract.public_id
    officer = client_of(funded.officer)
    milestone = reach(funded)
    undo = reverse("contracts:money_act_on", args=[public_id, "unreach", 1])
    assert undo in page(officer, "money", public_id)
    assert undo not in page(client_of(funded.finance), "money", public_id)
    assert milestone.name_vi in officer.get(undo).content.decode()
    assert post(officer, funded, "unreach", 1, reason=" ").status_code == 422
    assert post(officer, funded, "unreach", 1, reason="Nhầm mốc").status_code == 302
    milestone.refresh_from_db()
    assert milestone.reached_on is None
    for nothing in (1, 99, "x"):
        assert post(officer, funded, "unreach", nothing, reason="x").status_code == 404


def test_the_account_of_a_contract_leaves_out_what_was_struck_out(client_of):
    funded = factory.running()
    wrong = clear(funded, 100, "KL-1")
    clear(funded, 90, "KL-2")
    actions.take_back_clearance(
        actor=funded.officer, clearance_id=wrong.pk, reason="Nhầm", at=now()
    )
    public_id = funded.contract.public_id
    officer = client_of(funded.officer)
    address = reverse("contracts:settlement_paper", args=[public_id, "docx"])
    paper = Document(io.BytesIO(officer.get(address).content))
    cells = {c.text for t in paper.tables for row in t.rows for c in row.cells}
    assert {"KL-1", "KL-2"} & cells == {"KL-2"}
    shown = page(officer, "money", public_id)
    assert "KL-1" in shown
    assert "KL-2" in shown
