"""Pages of statistics: each with table, source and files, at a fixed price, without a leak."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from opensti.domains.publications import actions
from opensti.domains.publications.actions import CriterionFacts
from opensti.domains.publications.queries.funds import funds_of
from opensti.kernel.access import Role
from opensti.kernel.record.actions import checkpoint
from tests.domains.publications.test_honours import AT
from tests.factories import portfolios as factory
from tests.factories.pictures import UNUSED, USED, rows
from tests.factories.registry import Organisations
from tests.factories.tasks import Tasks, person

pytestmark = pytest.mark.django_db
# Warm: the edition alone; what is worked out of it is kept.
BUDGETS = {
    "statistics": 4,
    "money": 4,
    "map": 4,
    "deadlines": 4,
    "use": 4,
    "openness": 4,
    "picture_file": 7,
    "honours": 3,
    "honour": 2,
}
PAGES = ("money", "map", "deadlines", "use", "openness")


def get(client, name, *args, status=200, **query):
    response = client.get(reverse(f"portal:{name}", args=args), query)
    assert response.status_code == status
    return response


def text(response):
    content = (
        b"".join(response.streaming_content) if response.streaming else response.content
    )
    return content.decode()


@pytest.fixture
def many(monkeypatch):
    """Forty tasks, as if the register held them."""
    found = (
        *rows(20, standing=USED),
        *rows(8, standing=UNUSED, paid=Decimal(0)),
        *rows(10, year=2025),
        *rows(2, amount=None),
    )
    asked = "opensti.domains.publications.queries"
    for name in ("figures", "money_flows", "places", "uses"):
        monkeypatch.setattr(
            f"{asked}.{name}.figured_funds", lambda *_asked: funds_of(found)
        )


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", ["statistics", *PAGES, "honours"])
def test_an_empty_house_opens_them_in_both_languages(client, name, language):
    client.cookies["django_language"] = language
    assert f'lang="{language}"' in text(get(client, name))


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("name", ["money", "map", "use"])
def test_each_picture_has_its_table_its_source_and_its_files(client, name):
    client.cookies["django_language"] = "en"
    page = text(get(client, name))
    assert page.count("Source: public register") >= 3
    assert "<table" in page
    svg = text(get(client, "picture_file", name, "svg"))
    assert svg.startswith("<?xml")
    assert "Source: public register" in svg
    assert text(get(client, "picture_file", name, "csv")).count("\n") > 1
    assert f'/statistics/{name}.png"' in page.split('property="og:image"')[1]


@pytest.mark.usefixtures("many")
def test_money_says_what_is_in_no_sum_and_what_was_paid_apart(client):
    client.cookies["django_language"] = "en"
    page = text(get(client, "money"))
    assert "2 tasks are in no sum" in page
    assert "38.0 bn đồng" in page
    assert "12.0 bn đồng" in page


@pytest.mark.usefixtures("many")
def test_a_choice_stands_in_the_address_and_in_the_files(client):
    client.cookies["django_language"] = "en"
    assert "10.0 bn đồng" in text(get(client, "money", year=2025))
    assert "10000000000" in text(get(client, "picture_file", "money", "csv", year=2025))
    for nonsense in ({"year": "x"}, {"year": "1900"}, {"field": "'"}, {"by": "no"}):
        assert "38.0 bn đồng" in text(get(client, "money", **nonsense))


def test_files_that_are_none_are_not_found_and_the_same_is_not_sent_twice(client):
    for key, kind in (("no", "svg"), ("money", "pdf"), ("money", "svg")):
        get(client, "picture_file", key, kind, status=404)
    first = get(client, "picture_file", "openness", "csv")
    address = reverse("portal:picture_file", args=["openness", "csv"])
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


@pytest.mark.django_db(transaction=True)
def test_a_decision_is_in_no_picture_before_its_release(client):
    story = factory.judged("90")
    round_ = factory.decided(story)
    host = story.dossiers[0].host
    for name in PAGES:
        assert host.name_vi not in text(get(client, name))
    assert "BCT" not in text(get(client, "picture_file", "money", "csv", by="call"))
    factory.checked(story, round_)
    factory.release(story, round_)
    rows_ = text(get(client, "picture_file", "money", "csv", by="call"))
    assert story.call.code in rows_
    assert "2000000000" in rows_


def honoured(count=1):
    """Hosts honoured by the actions, with the figures of a stated criterion."""
    leader = replace(person(Role.LEADER), sudo=True)
    other = replace(person(Role.LEADER), sudo=True)
    facts = CriterionFacts(
        code="c", name_vi="Nghiệm thu nhiều", reason_vi="Vì.", whom="organisation",
        measure="accepted", least=1,
    )  # fmt: skip
    tasks = [Tasks.create(host=Organisations.create()) for _n in range(count)]
    found = tuple(
        replace(
            row,
            task=task.public_id,
            host=replace(row.host, key=task.host.public_id),
        )
        for row, task in zip(rows(count, standing=USED), tasks, strict=True)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "opensti.domains.publications.actions.honours.funded",
            lambda *_asked: found,
        )
        criterion = actions.state_criterion(actor=leader, facts=facts, at=AT)
        run = actions.run_honours(
            actor=leader, criterion_id=criterion.pk, year=2025, at=AT
        )
    return [
        actions.confirm_honour(actor=other, honour_id=one.pk, version=1, at=AT)
        for one in run.honours.order_by("pk")
    ]


def test_an_honour_is_read_with_its_figures_and_proved(client):
    (honour,) = honoured()
    page = text(get(client, "honours"))
    assert honour.organisation.name_vi in page
    assert "Nghiệm thu nhiều" in page
    assert honour.run.sha256 in text(get(client, "honour", honour.public_id))
    assert honour.public_id in text(get(client, "honours_csv"))
    checkpoint(at=AT)
    proof = text(get(client, "honour_receipt", honour.public_id))
    assert proof.startswith("c2sp.org/tlog-proof")
    get(client, "honour", "nobody", status=404)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("count", [1, 3])
def test_no_page_costs_more_when_there_is_more(
    client, django_assert_num_queries, count
):
    made = honoured(count)
    args = {"honour": [made[0].public_id], "picture_file": ["use", "svg"]}
    for name, budget in BUDGETS.items():
        get(client, name, *args.get(name, []))
        with django_assert_num_queries(budget):
            get(client, name, *args.get(name, []))
