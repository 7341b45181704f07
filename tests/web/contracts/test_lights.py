"""Lights on pages: each leads to its cause; the dashboard counts what a person may know."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from opensti.domains.contracts import actions
from opensti.domains.contracts.models import ContractLight, ReportDue
from opensti.domains.contracts.problem.lights import Cause
from opensti.web.contracts.lights import SAID, cause_line
from tests.factories import contracts as factory

pytestmark = pytest.mark.django_db
LATE = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"contracts:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_a_light_on_the_contract_leads_to_its_cause(client_of):
    funded = factory.running()
    actions.refresh_lights(at=LATE)
    shown = page(client_of(funded.officer), "contract", funded.contract.public_id)
    due = ReportDue.objects.get(contract=funded.contract, rule="progress", number=1)
    there = reverse("contracts:report", args=[funded.contract.public_id, due.public_id])
    assert f'<a href="{there}">' in shown
    assert 'id="light-time"' in shown


def test_a_contract_not_signed_shows_no_lights(client_of):
    funded = factory.drafted()
    shown = page(client_of(funded.officer), "contract", funded.contract.public_id)
    assert "light-time" not in shown


@pytest.mark.parametrize(
    "link",
    ["report", "reports", "milestone", "milestones", "product", "money", "contract"],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_cause_has_its_words_and_its_place(client, link, language, settings):
    settings.LANGUAGE_CODE = language
    for code in SAID:
        cause = Cause(
            light="time",
            code=code,
            tone="red",
            number=12,
            link=link,
            key="1",
            about_vi="Việc",
            about_en="Work",
        )
        line = cause_line({**cause.__dict__, "tone": "red"}, "abc")
        assert line.url.startswith("/work/contracts/abc/")
        assert "%(" not in line.text


def test_each_cause_leads_to_a_place_that_is_there(client_of):
    funded = factory.running()
    actions.refresh_lights(at=datetime(2027, 7, 1, 2, 0, tzinfo=UTC))
    officer, public_id = client_of(funded.officer), funded.contract.public_id
    causes = ContractLight.objects.get(contract=funded.contract).causes
    places = {c["code"]: cause_line(c, public_id).url for c in causes}
    money = reverse("contracts:money", args=[public_id])
    assert places["paid_behind"] == f"{money}#instalments"
    for address in places.values():
        path, _sign, place = address.partition("#")
        shown = officer.get(path).content.decode()
        assert not place or f'id="{place}"' in shown


def test_the_dashboard_counts_and_leads_to_the_lists(client_of):
    funded = factory.running()
    actions.refresh_lights(at=LATE)
    officer = client_of(funded.officer)
    shown = page(officer, "dashboard")
    assert f"{reverse('contracts:contracts')}?light_worst=red" in shown
    assert funded.contract.number in shown
    assert funded.contract.number in page(officer, "contracts", light_worst="red")
    assert funded.contract.number not in page(officer, "contracts", light_worst="green")
    assert funded.contract.number in page(officer, "contracts", ends_year=2028)
    assert funded.contract.number not in page(officer, "contracts", ends_year=2029)
    page(client_of(funded.host), "dashboard", status=403)


BUDGETS = {"dashboard": 10}


@pytest.mark.parametrize("n", [1, 3])
def test_the_dashboard_costs_no_more_when_there_is_more(
    client_of, django_assert_num_queries, n
):
    funded = factory.running()
    if n > 1:
        actions.refresh_lights(at=LATE)
    assert ContractLight.objects.count() == 1
    officer = client_of(funded.officer)
    for name, budget in BUDGETS.items():
        url = reverse(f"contracts:{name}")
        officer.get(url)
        with django_assert_num_queries(budget):
            assert officer.get(url).status_code == 200
