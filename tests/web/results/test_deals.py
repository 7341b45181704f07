"""Pages of deals: kept, reported, shared after a try, paid once, each with its paper."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.urls import reverse
from docx import Document

from opensti.domains.results import actions, queries
from opensti.domains.results.models import Deal, DealIncome, Right, Split
from opensti.kernel.access import Role
from tests.factories import rights as factory
from tests.factories.tasks import person
from tests.web.results.test_rights import page, post, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept():
    return factory.disclosed()


def shared(kept, number="01/LI"):
    income = factory.income(kept, factory.deal(kept, number=number))
    return actions.share_income(
        actor=kept.host,
        income_id=income.pk,
        proposal=factory.proposal(),
        version=income.version,
        at=factory.NEXT_YEAR,
    )


SPLIT = {
    "owned_by": "owner",
    "state_part": "60",
    "state_reason": "Biên bản góp vốn số 3.",
    "authors": "30",
    "broker": "10",
    "agreement": "",
}


def test_from_the_deal_to_the_paid_amount(client_of, kept):
    client = client_of(kept.host)
    Right.objects.update(formed_on=date(2025, 11, 1), filed_on=date(2026, 1, 5))
    parties = rows(
        "parties",
        {"role": "taker", "name": "Công ty Kẽm"},
        {"role": "broker", "name": "Sàn công nghệ"},
    )
    made = post(
        client,
        "deal_new",
        query=f"?right={kept.right.public_id}",
        kind="licence",
        number="01/LI",
        signed_on="2026-02-01",
        currency="VND",
        price="5.000.000.000",
        **parties,
    )
    assert made.status_code == 302, made.content.decode()[:3000]
    deal = Deal.objects.get()
    assert "Sàn công nghệ" in page(client, "deal", deal.public_id)
    report = {
        "year": "2026",
        "revenue": "2.000.000.000",
        "cost": "800.000.000",
        "tax": "200.000.000",
        "evidence": "Báo cáo kiểm toán",
    }
    assert post(client, "income_edit", deal.public_id, **report).status_code == 302
    twice = post(client, "income_edit", deal.public_id, **report)
    assert twice.status_code == 409
    assert "Báo cáo kiểm toán" in twice.content.decode()
    income = DealIncome.objects.get()
    assert "1.000.000.000" in page(client, "deal", deal.public_id)
    args = [deal.public_id, 2026]
    shown = page(client, "share", *args)
    assert "Điều 28" in shown
    # a try writes nothing; a broken rule is said at its party
    tried = post(
        client,
        "share",
        *args,
        act="try",
        version=income.version,
        **SPLIT | {"broker": "5"},
    )
    assert tried.status_code == 422
    assert "100.000.000" in tried.content.decode()
    tried = post(client, "share", *args, act="try", version=income.version, **SPLIT)
    assert tried.status_code == 200
    assert "720.000.000" in tried.content.decode()
    assert not Split.objects.exists()
    done = post(client, "share", *args, act="record", version=income.version, **SPLIT)
    assert done.url == reverse("results:split", args=args)
    shown = page(client, "split", *args)
    for amount in ("108.000.000", "72.000.000", "100.000.000", "720.000.000"):
        assert amount in shown
    again = post(client, "share", *args, act="record", version=income.version, **SPLIT)
    assert again.status_code == 302
    payout = Split.objects.get().payouts.first()
    pay = {"paid_on": "2026-11-01", "reference": "UNC 7"}
    assert post(client, "pay", payout.public_id, **pay).status_code == 302
    assert post(client, "pay", payout.public_id, **pay).status_code == 409
    assert "UNC 7" in page(client, "split", *args)


def test_days_under_two_laws_are_asked_about_on_the_page(client_of, kept):
    Right.objects.update(formed_on=date(2024, 5, 1))
    income = factory.income(kept, factory.deal(kept))
    client = client_of(kept.host)
    args = [income.deal.public_id, 2027]
    assert 'value="2024-05-01"' in page(client, "share", *args)
    old = SPLIT | {"research": "50", "welfare": "50"}
    unasked = post(client, "share", *args, act="record", version=income.version, **old)
    assert unasked.status_code == 422
    chosen = old | {"ruled_on": "2024-05-01", "choice": "Văn bản 12"}
    done = post(client, "share", *args, act="record", version=income.version, **chosen)
    assert done.status_code == 302
    assert "Văn bản 12" in page(client, "split", *args)


def test_an_author_reads_his_own_amount_and_statement_alone(client_of, kept):
    split = shared(kept)
    first, second = kept.right.authors.order_by("position")
    own = split.payouts.get(person_id=first.person_id)
    other = split.payouts.get(person_id=second.person_id)
    account = person(Role.APPLICANT)
    first.person.user_id = account.user_id
    first.person.save()
    client = client_of(account)
    shown = page(client, "payouts")
    assert "Tác giả 1" in shown
    assert "Tác giả 2" not in shown
    page(client, "deal", split.income.deal.public_id, status=404)
    page(client, "statement", other.public_id, "pdf", status=404)
    page(client, "pay", own.public_id, status=404)
    word = client.get(reverse("results:statement", args=[own.public_id, "docx"]))
    text = "\n".join(
        cell.text
        for table in Document(io.BytesIO(word.content)).tables
        for row in table.rows
        for cell in row.cells
    )
    assert "108.000.000" in text
    assert "72.000.000" not in text
    assert "Một trăm linh tám triệu đồng" in text
    pdf = client.get(reverse("results:statement", args=[own.public_id, "pdf"]))
    assert pdf.content[:4] == b"%PDF"


def test_years_are_listed_filtered_and_exported(client_of, kept):
    shared(kept)
    factory.income(kept, factory.deal(kept, number="02/LI"), profit=7)
    client = client_of(kept.funded.officer)
    both = page(client, "incomes", year="2027")
    assert ("01/LI" in both, "02/LI" in both) == (True, True)
    open_ones = page(client, "incomes", unshared="true")
    assert ("01/LI" in open_ones, "02/LI" in open_ones) == (False, True)
    answer = client.get(reverse("results:incomes"), {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "7000000" in text
    rival = client_of(kept.funded.story.applicants[1])
    assert "01/LI" not in page(rival, "incomes")


def test_others_find_nothing_of_a_deal(client_of, kept):
    split = shared(kept)
    public_id = split.income.deal.public_id
    rival = client_of(kept.funded.story.applicants[1])
    for name, args in (
        ("deal", [public_id]),
        ("split", [public_id, 2027]),
        ("share", [public_id, 2027]),
        ("statement", [split.payouts.first().public_id, "pdf"]),
    ):
        page(rival, name, *args, status=404)
    assert "01/LI" not in page(rival, "deals")
    officer = client_of(kept.funded.officer)
    assert "108.000.000" in page(officer, "split", public_id, 2027)
    page(officer, "pay", split.payouts.first().public_id, status=403)


def test_a_deal_is_changed_until_a_year_was_shared(client_of, kept):
    deal = factory.deal(kept)
    client = client_of(kept.host)
    changed = {
        "kind": "transfer",
        "number": "02/CG",
        "signed_on": "2026-06-01",
        "currency": "VND",
        "version": deal.version,
    } | rows("parties", {"role": "taker", "name": "Công ty Kẽm"})
    assert "Công ty Kẽm" in page(client, "deal_edit", deal.public_id)
    done = post(client, "deal_edit", deal.public_id, **changed)
    assert done.status_code == 302, done.content.decode()
    assert post(client, "deal_edit", deal.public_id, **changed).status_code == 409
    assert queries.deal(kept.host, deal.public_id).number == "02/CG"


BUDGETS = {"deals": 9, "incomes": 9, "deal": 11, "payouts": 9, "split": 11, "share": 10}


@pytest.mark.parametrize("more", [0, 2])
def test_no_page_costs_more_when_there_is_more(
    client_of, django_assert_num_queries, more
):
    kept = factory.disclosed()
    split = shared(kept)
    deal = split.income.deal
    for number in range(more):
        shared(kept, number=f"{number}/LI")
    open_deal = factory.deal(kept, number="mở")
    factory.income(kept, open_deal)
    args = {
        "deal": [deal.public_id],
        "split": [deal.public_id, 2027],
        "share": [open_deal.public_id, 2027],
    }
    host = client_of(kept.host)
    for name, budget in BUDGETS.items():
        url = reverse(f"results:{name}", args=args.get(name, []))
        host.get(url)
        with django_assert_num_queries(budget):
            assert host.get(url).status_code == 200
