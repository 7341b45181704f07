"""“What if” one number were another: answered on the page, kept as a scenario if wished."""

from __future__ import annotations

import pytest

from opensti.domains.portfolios.models import Scenario
from opensti.domains.portfolios.problem import what_if
from tests.factories import portfolios as factory
from tests.web.portfolios.scenario_pages import page, post

MONEY = 2_000_000_000


@pytest.fixture
def three(db):
    return factory.judged("90", "85", "80", orders=3)


@pytest.fixture
def scenario(three):
    round_ = factory.laid_out(three)
    return factory.computed(three, round_, rules={"budgets": {"state": 2 * MONEY}})


@pytest.fixture
def officer(client_of, three):
    return client_of(three.officer)


def asked(officer, scenario, value, change="budgets.state"):
    shown = page(officer, "scenario", scenario.public_id, change=change, value=value)
    return shown[shown.index('id="what-if"') : shown.index('id="conditions"')]


def test_more_money_says_who_enters_and_writes_nothing(officer, three, scenario):
    told = asked(officer, scenario, "6.000.000.000")
    assert f'href="#ranked-{three.dossiers[2].code}"' in told
    assert "tổng điểm 255 (+80)" in told
    assert Scenario.objects.count() == 1


def test_less_money_says_who_leaves(officer, three, scenario):
    told = asked(officer, scenario, "2.000.000.000")
    assert f'href="#ranked-{three.dossiers[1].code}"' in told
    assert "tổng điểm 90 (\u221285)" in told


def test_what_cannot_be_met_is_said(officer, three):
    round_ = factory.laid_out(three)
    both = factory.computed(
        three, round_, rules={"budgets": {"state": 2 * MONEY}, "at_least": 2}
    )
    told = asked(officer, both, "1")
    assert "không thể đáp ứng đồng thời" in told


@pytest.mark.parametrize(
    ("value", "said"),
    [("hai tỷ", "“hai tỷ”"), ("-5", "-5")],
)
def test_what_is_no_number_is_refused_with_what_was_typed(
    officer, scenario, value, said
):
    told = asked(officer, scenario, value)
    assert 'class="notice refusal"' in told
    assert said in told
    assert 'value="6' not in told


def test_an_unknown_number_asks_nothing(officer, scenario):
    assert "Vào (" not in asked(officer, scenario, "5", change="budgets.euro")
    made = post(
        officer,
        "scenario_changed",
        scenario.public_id,
        change="budgets.euro",
        value="5",
    )
    assert made.status_code == 404


def test_a_question_that_takes_too_long_is_left_to_a_worker(
    officer, scenario, monkeypatch
):
    monkeypatch.setattr(what_if, "MOST_LEVELS", 2)
    told = asked(officer, scenario, "6.000.000.000")
    assert "Hãy lập thành kịch bản" in told
    made = post(
        officer,
        "scenario_changed",
        scenario.public_id,
        change="budgets.state",
        value="6.000.000.000",
    )
    assert made.status_code == 302
    assert Scenario.objects.latest("pk").rules == {"budgets": {"state": 3 * MONEY}}
