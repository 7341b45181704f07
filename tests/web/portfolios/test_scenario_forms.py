"""The form of a scenario: as fields and as text, faults where they were made."""

from __future__ import annotations

import re

import pytest

from opensti.domains.portfolios import actions
from opensti.domains.portfolios.models import Scenario
from opensti.web.portfolios.rules_form import Shape
from opensti.web.portfolios.rules_text import LONGEST, read_rules, rules_text
from opensti.web.portfolios.rules_typed import fits_form
from tests.factories import portfolios as factory
from tests.web.portfolios.scenario_pages import body, page, post

MONEY = 2_000_000_000


@pytest.fixture
def three(db):
    return factory.judged("90", "85", "80", orders=3)


@pytest.fixture
def round_(three):
    return factory.laid_out(three)


@pytest.fixture
def officer(client_of, three):
    return client_of(three.officer)


def sent(**said):
    return {
        "as": "form",
        "title_vi": "Trong hạn mức",
        "title_en": "",
        "basis": "mean",
        "ties": "rank",
        "limit-rows": "3",
        "group-rows": "2",
        "level-rows": "1",
        **said,
    }


def rules_of(officer, round_, **said):
    answer = post(officer, "scenario_new", round_.public_id, **sent(**said))
    assert answer.status_code == 302, body(answer)[:3000]
    return Scenario.objects.latest("pk").rules


def fields_with_faults(answer):
    """Names of the fields right before which, or behind which, a fault stands."""
    found = re.findall(
        r'<p class="field-error" id="([^"]+)_error">|<(?:input|select)[^>]*name="([^"]+)"[^>]*>'
        r'(?:<option.*?</select>)?<p class="field-error">',
        body(answer),
    )
    return [one or other for one, other in found]


def test_what_an_officer_fills_in_becomes_rules(officer, three, round_):
    host = three.dossiers[0].host
    one, two, three_ = (d.code for d in three.dossiers)
    said = {
        "budget-state": "4.000.000.000",
        "budget-state_2027": "1,600,000,000",
        "at_least": "1",
        "at_most": "2",
        "threshold": "70,5",
        "reserve": "1",
        "young_age": "40",
        "limit-0-column": "organisation",
        "limit-0-value": "",
        "limit-0-measure": "count",
        "limit-0-at_most": "2",
        "limit-1-column": "organisation",
        "limit-1-value": host.name_vi,
        "limit-1-measure": "state",
        "limit-1-at_least": "1.000.000.000",
        "limit-1-at_most": "3.000.000.000",
        "limit-2-column": "goal",
        "limit-2-value": "G1",
        "limit-2-measure": "share:count",
        "limit-2-at_least": "20",
        "group-0-column": "goal",
        "group-0-value": "G1",
        "group-0-codes": f"{one}, {two}",
        "exclusive": f"{two} {three_}",
        "must": one,
    }
    assert rules_of(officer, round_, **said) == {
        "budgets": {"state": 2 * MONEY, "state_2027": 1_600_000_000},
        "floors": [
            {
                "where": {"organisation": [host.public_id]},
                "measure": "state",
                "at_least": 1_000_000_000,
            }
        ],
        "ceilings": [
            {"per": "organisation", "at_most": 2},
            {
                "where": {"organisation": [host.public_id]},
                "measure": "state",
                "at_most": 3_000_000_000,
            },
        ],
        "shares": [{"where": {"goal": ["G1"]}, "at_least": 0.2}],
        "exclusive": [[two, three_]],
        "must": [one],
        "threshold": {"merit": 70.5},
        "at_least": 1,
        "at_most": 2,
        "reserve": 1,
        "young_age": 40,
        "groups": {"goal": {"G1": [one, two]}},
    }
    made = Scenario.objects.get()
    shown = page(officer, "scenario_edit", made.public_id)
    assert 'name="as" value="form"' in shown
    for text in ('value="4.000.000.000"', 'value="70.5"', f'value="{host.name_vi}"'):
        assert text in shown


def test_every_fault_stands_at_its_field_and_nothing_typed_is_lost(
    officer, three, round_
):
    said = {
        "title_vi": " ",
        "budget-state": "hai tỷ",
        "at_most": "2,5x",
        "limit-0-column": "organisation",
        "limit-0-value": "Không có viện này",
        "limit-0-at_least": "1",
        "limit-1-value": "Viện",
        "limit-1-at_most": "3",
        "limit-2-column": "organisation",
        "group-0-column": "goal",
        "must": "nobody",
    }
    answer = post(officer, "scenario_new", round_.public_id, **sent(**said))
    assert answer.status_code == 422
    assert fields_with_faults(answer) == [
        "title_vi",
        "budget-state",
        "at_most",
        "limit-0-value",
        "limit-1-column",
        "limit-2-at_least",
        "must",
        "group-0-column",
    ]
    for text in ("hai tỷ", "2,5x", "Không có viện này"):
        assert f'value="{text}"' in body(answer)
    assert not Scenario.objects.exists()


def test_what_the_domain_refuses_stands_at_its_field_too(officer, three, round_):
    said = {
        "at_least": "3",
        "at_most": "2",
        "must": "nobody",
        "limit-0-measure": "share:count",
        "limit-0-column": "organisation",
        "limit-0-value": three.dossiers[0].host.name_vi,
        "limit-0-at_least": "120",
        "young_age": "7",
        "exclusive": three.dossiers[0].code,
    }
    answer = post(officer, "scenario_new", round_.public_id, **sent(**said))
    assert answer.status_code == 422
    found = fields_with_faults(answer)
    assert found == ["at_most", "young_age", "limit-0-at_least", "must", "exclusive"]


def test_rows_are_added_without_scripts_and_nothing_is_saved(officer, round_):
    more = post(
        officer,
        "scenario_new",
        round_.public_id,
        **sent(show="limit", **{"limit-0-at_most": "7"}),
    )
    assert more.status_code == 200
    assert 'name="limit-5-measure"' in body(more)
    assert 'name="limit-6-measure"' not in body(more)
    assert 'value="7"' in body(more)
    assert not Scenario.objects.exists()


def test_fields_become_text_and_text_becomes_fields(officer, round_):
    shown = post(
        officer,
        "scenario_new",
        round_.public_id,
        **sent(show="text", **{"budget-state": "2.000.000.000"}),
    )
    assert "budgets: {state: 2000000000}" in body(shown)
    text = {"as": "text", "title_vi": "A", "text": "budgets: {state: 5}"}
    back = post(officer, "scenario_new", round_.public_id, **text, show="form")
    assert 'name="budget-state"' in body(back)
    assert 'value="5"' in body(back)
    more = "floors: [{name: own, where: {organisation: [x]}, at_least: 1}]"
    stays = post(
        officer,
        "scenario_new",
        round_.public_id,
        **text | {"text": more},
        show="form",
    )
    assert stays.status_code == 422
    assert "name: own" in body(stays)
    assert not Scenario.objects.exists()


def test_faults_of_the_text_are_told_by_line_and_column(officer, round_):
    text = "budgets:\n  state: 5\n  euro: 6\nmust: [nobody]\n"
    answer = post(
        officer,
        "scenario_new",
        round_.public_id,
        **{"as": "text", "title_vi": "A", "text": text},
    )
    assert answer.status_code == 422
    assert "Dòng 3, cột 3: " in body(answer)
    assert "Dòng 4, cột 8: " in body(answer)
    assert "euro: 6" in body(answer)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1, 2", "Dòng 1, cột 9: Đây không phải YAML"),
        ("a: &x [1]\nb: *x", "Dòng 2, cột 4: Không đọc tham chiếu"),
        ("a: 1\na: 2", "Dòng 2, cột 1: “a”"),
        ("- 1", "Dòng 1, cột 1: "),
        ("a: " + "[" * 9 + "]" * 9, "Dòng 1, cột 11: Quy tắc không lồng sâu"),
        ("x: \x01", "Đây không phải YAML: có ký tự"),
        ("? [a]\n: 1", "Dòng 1, cột 3: "),
        ("a" * (LONGEST + 1), "Quy tắc dài hơn"),
    ],
)
def test_what_is_no_plain_data_is_not_read(text, said):
    problems = read_rules(text).problems
    assert [str(p.message).startswith(said) for p in problems] == [True]


def test_text_stays_text_and_only_numbers_are_numbers():
    text = "young: yes\nprovince: 01\nn: 12\nx: 0.5\nday: 2026-01-01\nnone:\n"
    assert read_rules(text).rules == {
        "young": "yes",
        "province": "01",
        "n": 12,
        "x": 0.5,
        "day": "2026-01-01",
        "none": None,
    }
    rules = {"groups": {"goal": {"yes": ["01"]}}, "must": ["12"]}
    assert read_rules(rules_text(rules)).rules["groups"] == rules["groups"]


@pytest.mark.parametrize(
    "rules",
    [
        {"must": 5},
        {"levels": ["a"]},
        {"levels": {"a": "b"}},
        {"groups": {"goal": ["a"]}},
        {"groups": {"goal": {"a": 5}}},
        {"never": "abc"},
    ],
)
def test_rules_of_another_shape_are_a_fault_and_no_crash(officer, round_, rules):
    answer = post(
        officer,
        "scenario_new",
        round_.public_id,
        **{"as": "text", "title_vi": "A", "text": rules_text(rules)},
    )
    assert answer.status_code == 422
    assert "Dòng " in body(answer)


def test_what_fields_cannot_say_is_text():
    shape = Shape(measures=("state",), values={"field": {"e": "Năng lượng"}})
    assert fits_form({"floors": [{"where": {"field": "e"}, "at_least": 2}]}, shape)
    assert not fits_form({"must": [{"id": "a", "level": "b"}]}, shape)
    assert not fits_form({"budgets": {"euro": 5}}, shape)


def test_a_computed_scenario_is_not_edited_and_an_old_form_is_told(
    officer, three, round_
):
    draft = factory.scenario(three, round_)
    stale = post(
        officer,
        "scenario_edit",
        draft.public_id,
        **sent(title_vi="Tên mới", version="99"),
    )
    assert stale.status_code == 409
    assert 'value="Tên mới"' in body(stale)
    kept = post(
        officer,
        "scenario_edit",
        draft.public_id,
        **sent(title_vi="Tên mới", version=str(draft.version)),
    )
    assert kept.status_code == 302
    actions.ask_scenario(actor=three.officer, scenario_id=draft.pk, at=factory.LAID_OUT)
    page(officer, "scenario_edit", draft.public_id, status=409)
