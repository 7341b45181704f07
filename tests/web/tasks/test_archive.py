"""The archive of earlier tasks: found, shown, and every amount with its currency."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from opensti.kernel.access import Role
from tests.factories.tasks import Tasks
from tests.web.tasks.test_pages import person, sign_in

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_archive_is_found_without_accents_and_shown(client: Client) -> None:
    Tasks.create(title_vi="Đổi mới lò", title_en="", search_text="doi moi lo")
    Tasks.create(title_vi="Khác", search_text="khac")
    sign_in(client, person(Role.APPLICANT))
    page = client.get(reverse("tasks:archive"), {"q": "Doi MOI"}).content.decode()
    assert ("Đổi mới lò" in page, "Khác" in page) == (True, False)


@pytest.mark.parametrize(
    ("language", "labels", "amounts"),
    [
        (
            "vi",
            ("Kinh phí", "Loại tiền"),
            {"2.268.000.000\u00a0đ", "125.000\u00a0USD", "99,50\u00a0EUR"},
        ),
        (
            "en",
            ("Amount", "Currency"),
            {"VND\u00a02,268,000,000", "125,000\u00a0USD", "99.50\u00a0EUR"},
        ),
    ],
)
def test_amounts_of_the_archive_are_money_in_their_currency(
    client: Client, language: str, labels: tuple[str, ...], amounts: set[str]
) -> None:
    tasks = [
        Tasks.create(
            title_vi=f"Nhiệm vụ {n}", amount=Decimal(amount), currency=currency
        )
        for n, (amount, currency) in enumerate(
            [("2268000000.00", "VND"), ("125000.00", "USD"), ("99.50", "EUR")]
        )
    ]
    sign_in(client, person(Role.OFFICER))
    client.cookies["django_language"] = language
    page = client.get(reverse("tasks:archive")).content.decode()
    cells = re.findall(r'<td[^>]*class="numeric"[^>]*>([^<]*)</td>', page)
    assert amounts <= {cell.strip() for cell in cells}
    for space in ("tasks", "portal"):
        assert {
            amount
            for task in tasks
            for amount in amounts
            if f'<span class="money">{amount}</span>'
            in client.get(
                reverse(f"{space}:task", args=[task.public_id])
            ).content.decode()
        } == amounts
    sheet = load_workbook(
        BytesIO(
            client.get(
                reverse("tasks:archive"), {"export": "xlsx", "cols": "amount,currency"}
            ).getvalue()
        )
    ).active
    header, *rows = sheet.values
    at = [header.index(label) for label in labels]
    assert {tuple(row[n] for n in at) for row in rows} == {
        (2268000000, "VND"),
        (125000, "USD"),
        (99.5, "EUR"),
    }


@pytest.mark.parametrize(
    ("asked", "heads"),
    [
        ({"cols": "amount"}, ["Amount", "Currency"]),
        ({"cols": "amount,currency"}, ["Amount", "Currency"]),
        ({"cols": "code,amount,state"}, ["Code", "Amount", "Currency", "State"]),
        (
            {},
            [
                *("Task", "Host", "Leader", "Funder", "Year"),
                *("Amount", "Currency"),
            ],
        ),
    ],
)
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OFFICER])
def test_no_amount_of_the_archive_leaves_the_house_without_its_currency(
    client: Client, role: Role, asked: dict[str, str], heads: list[str]
) -> None:
    Tasks.create(title_vi="Nhiệm vụ", amount=Decimal("125000.00"), currency="USD")
    sign_in(client, person(role))
    client.cookies["django_language"] = "en"
    answer = client.get(reverse("tasks:archive"), {"export": "xlsx", **asked})
    header, row = load_workbook(BytesIO(answer.getvalue())).active.values
    assert list(header) == heads
    at = heads.index("Amount")
    assert row[at : at + 2] == (125000, "USD")


def test_an_amount_whose_currency_is_not_known_says_so(client: Client) -> None:
    Tasks.create(title_vi="Nhiệm vụ", amount=Decimal(5), currency="")
    sign_in(client, person(Role.AUDITOR))
    page = client.get(reverse("tasks:archive")).content.decode()
    assert "5\u00a0(chưa rõ loại tiền)" in page


# Session, account, roles, delegations, person, memberships.
