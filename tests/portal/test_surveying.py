"""Answering a survey by a link on a phone; the own page; what everybody may read afterwards."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.surveys.models import Answer, Respondent
from tests.factories import surveys as factory

pytestmark = pytest.mark.django_db
BUDGETS = {
    "survey": 2,
    "survey_part": 2,
    "survey_own": 3,
    "survey_results": 3,
}


def place(name, *args):
    return reverse(f"portal:{name}", args=args)


@pytest.fixture
def asked():
    manager = factory.officer()
    row = factory.in_the_field(manager, at=now())
    (token,) = factory.invited(manager, row, ("o1", "VNM", "small", "x"), at=now())
    return token


def kept():
    return dict(Answer.objects.values_list("column", "value"))


def test_a_phone_agrees_answers_page_by_page_ends_and_takes_everything_back(client, asked):  # fmt: skip
    page = client.get(place("survey", asked)).content.decode()
    assert 'value="agree"' in page
    assert place("survey_part", asked, "part-A") not in page
    assert client.post(place("survey_part", asked, "part-A"), {"answer-A1": "3"}).status_code == 409  # fmt: skip
    answer = client.post(place("survey", asked), {"act": "agree"})
    assert answer.url == place("survey_part", asked, "profile")
    assert client.post(answer.url, {"role": "mgr"}).url == place("survey_part", asked, "part-A")  # fmt: skip
    said = {"answer-A1": "4", "answer-A1_importance": "5", "answer-A2": "na", "answer-A3": "0"}  # fmt: skip
    assert client.post(place("survey_part", asked, "part-A"), said).url == place("survey_part", asked, "part-B")  # fmt: skip
    more = {"answer-barrier_money": "4", "answer-new_product": "1", "number-turnover_new": "12", "number-knowledge": "3"}  # fmt: skip
    assert client.post(place("survey_part", asked, "more"), more).url == place("survey", asked)  # fmt: skip
    client.post(place("survey_part", asked, "more"), {"number-knowledge": ""})
    assert kept() == {"A1": 4.0, "A1_importance": 5.0, "A2": None, "A3": 0.0, "barrier_money": 4.0, "new_product": 1.0, "turnover_new": 12.0}  # fmt: skip
    shown = client.get(place("survey_part", asked, "part-A")).content.decode()
    assert 'name="answer-A1" value="4" checked' in shown
    assert 'name="answer-A2" value="na" checked' in shown
    client.post(place("survey", asked), {"act": "finish"})
    person = Respondent.objects.exclude(consent="").get()
    assert (person.role, person.finished_at is None) == ("mgr", False)
    client.post(place("survey", asked), {"act": "withdraw"})
    assert kept() == {}
    for wrong in ({"answer-A1": "9"}, {"answer-A1": "x"}, {"number-knowledge": "1.5"}):
        client.post(place("survey", asked), {"act": "agree"})
        assert client.post(place("survey_part", asked, "part-A"), wrong).status_code == 422  # fmt: skip
    assert client.post(place("survey", asked), {"act": "burn"}).status_code == 404


def test_what_is_typed_is_kept_in_two_queries_and_the_address_is_kept_from_others(
    client, asked, django_assert_num_queries
):
    client.post(place("survey", asked), {"act": "agree"})
    at = place("survey_part", asked, "part-A")
    client.get(at)
    with django_assert_num_queries(4):  # two, between begin and end of the transaction
        answer = client.post(at, {"answer-A1": "3", "autosave": "1"})
    assert set(answer.json()) == {"saved_at"}
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert kept() == {"A1": 3.0}
    assert client.get(place("survey", "x" * 32)).status_code == 404
    assert client.get(place("survey_part", asked, "part-Z")).status_code == 404
    assert client.get(place("survey_own", asked)).status_code == 404


def test_the_own_page_and_the_public_page_show_what_may_be_told(
    client, django_assert_num_queries
):
    manager = factory.officer()
    groups = {("VNM", "small", "x"): (8, 2.0, 0.8), ("LAO", "small", "x"): (3, 3.0, 0.8)}  # fmt: skip
    row = factory.analysed(manager, groups)
    public = place("survey_results", row.public_id)
    assert client.get(public).status_code == 404
    assert row.title not in client.get(place("surveys")).content.decode()
    factory.go(manager, row, "publish")
    assert public in client.get(place("surveys")).content.decode()
    token, few = (
        factory.token_of(Respondent.objects.filter(unit__economy=e)[0].public_id)
        for e in ("VNM", "LAO")
    )
    for name, key in (("survey_results", row.public_id), ("survey_own", token)):
        client.get(place(name, key))
        with django_assert_num_queries(BUDGETS[name]):
            assert client.get(place(name, key)).status_code == 200
    told = client.get(place("survey_own", few)).content.decode()
    assert "giữ lại" in told  # three organisations: no class may be told
    assert "<svg" in client.get(place("survey_own", token)).content.decode()
    assert client.get(f"{public}?economy=LAO").status_code == 200


@pytest.mark.parametrize("name", ["survey", "survey_part"])
def test_a_page_costs_the_same_with_one_and_three_answers(
    client, asked, name, django_assert_num_queries
):
    given = [asked, "part-A"] if name == "survey_part" else [asked]
    client.get(place(name, *given))
    for said in ({"A1": 1}, {"A1": 1, "A2": 2, "B1": 3}):
        factory.answered(asked, at=now(), finish=False, **said)
        with django_assert_num_queries(BUDGETS[name]):
            client.get(place(name, *given))
