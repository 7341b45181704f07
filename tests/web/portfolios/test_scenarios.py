"""Pages of scenarios: what they show to whom, and the acts on them."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from opensti.domains.portfolios import actions
from opensti.domains.portfolios.choices import ScenarioState
from opensti.domains.portfolios.models import Decision, Lock, Scenario
from opensti.domains.portfolios.problem import contents
from opensti.kernel.access import Role
from tests.factories import portfolios as factory
from tests.factories.tasks import person
from tests.web.portfolios.scenario_pages import body, page, post, url

MONEY = 2_000_000_000
BUDGETS = {
    "scenarios": 10,
    "scenario": 11,
    "compare": 12,
}


@pytest.fixture(autouse=True)
def _nothing_kept():
    """What a process keeps of other tests' scenarios is no help here."""
    contents.forget()


@pytest.fixture
def three(db):
    """A call with three good dossiers that answer three orders, as they were judged."""
    return factory.judged("90", "85", "80", orders=3)


@pytest.fixture
def round_(three):
    return factory.laid_out(three)


@pytest.fixture
def officer(client_of, three):
    return client_of(three.officer)


def state_of(scenario):
    return Scenario.objects.get(pk=scenario.pk).state


def fresh(scenario):
    return Scenario.objects.get(pk=scenario.pk)


def test_the_list_says_what_to_do_while_there_is_no_scenario(officer, round_):
    assert "Chưa có kịch bản nào" in page(officer, "scenarios", round_.public_id)


def test_a_computed_scenario_shows_the_line_the_reasons_and_the_proof(
    officer, three, round_
):
    scenario = factory.computed(three, round_, rules={"budgets": {"state": 2 * MONEY}})
    shown = page(officer, "scenario", scenario.public_id)
    codes = [d.code for d in three.dossiers]
    places = [shown.index(f'id="ranked-{code}"') for code in codes]
    assert places == sorted(places)
    assert places[1] < shown.index('class="cut"') < places[2]
    assert "4.000.000.000" in shown
    assert scenario.problem_digest in shown
    assert scenario.solution_digest in shown
    assert f"opensti portfolio rerun {scenario.public_id}" in shown


def test_the_slider_marks_who_enters_and_leaves_without_scripts(officer, three, round_):
    scenario = factory.computed(three, round_, rules={"budgets": {"state": 2 * MONEY}})
    last = three.dossiers[2].code
    plain = page(officer, "scenario", scenario.public_id)
    assert 'data-change="enters"' not in plain
    wide = page(officer, "scenario", scenario.public_id, stop=150)
    assert f'id="ranked-{last}" data-row="{last}"' in wide
    assert wide.count('data-change="enters"') == 1
    narrow = page(officer, "scenario", scenario.public_id, stop=50)
    assert narrow.count('data-change="leaves"') == 1


def test_filters_and_order_stand_in_the_address_and_in_the_workbook(
    officer, three, round_
):
    scenario = factory.computed(three, round_, rules={"budgets": {"state": 2 * MONEY}})
    last = three.dossiers[2].code
    shown = page(officer, "scenario", scenario.public_id, state="left")
    assert shown.count('<tr role="row" id="ranked-') == 1
    assert f'id="ranked-{last}"' in shown
    assert 'class="cut"' not in shown
    assert 'id="ranked-' not in page(officer, "scenario", scenario.public_id, q="zzz")
    turned = page(officer, "scenario", scenario.public_id, sort="-cost", field="none")
    assert 'id="ranked-' not in turned

    def rows(**query):
        answer = officer.get(url("scenario_workbook", scenario.public_id), query)
        file = BytesIO(b"".join(answer.streaming_content))
        return list(load_workbook(file, read_only=True).active.values)

    assert [row[1] for row in rows()[1:]] == [d.code for d in three.dossiers]
    assert [row[1] for row in rows(state="left")[1:]] == [last]
    assert rows(state="left")[1][10] == MONEY


def test_what_contradicts_is_shown_with_the_number_that_mends_it(
    officer, three, round_
):
    scenario = factory.computed(
        three, round_, rules={"budgets": {"state": MONEY}, "at_least": 2}
    )
    shown = page(officer, "scenario", scenario.public_id)
    assert "4.000.000.000" in shown
    assert 'id="ranked-' not in shown
    refused = officer.get(url("scenario_workbook", scenario.public_id))
    assert refused.status_code == 409


def test_from_a_draft_to_the_adopted_advice(officer, client_of, three, round_):
    made = factory.scenario(three, round_, rules={"budgets": {"state": 2 * MONEY}})
    asked = {"act": "ask", "version": made.version}
    for _click in range(2):
        answer = post(officer, "scenario_step", made.public_id, **asked)
        assert answer.url == url("scenario", made.public_id)
    waiting = page(officer, "scenario", made.public_id)
    assert 'hx-trigger="every 2s"' in waiting
    part = officer.get(
        url("scenario", made.public_id),
        {"part": "state"},
        headers={"hx-request": "true"},
    )
    assert body(part).startswith('<div id="scenario-state"')
    actions.compute_scenario(
        actor=three.officer, scenario_id=made.pk, at=factory.LAID_OUT
    )
    version = fresh(made).version
    without = post(
        officer,
        "scenario_step",
        made.public_id,
        act="put_forward",
        grounds=" ",
        version=version,
    )
    assert without.status_code == 422
    stale = post(
        officer,
        "scenario_step",
        made.public_id,
        act="put_forward",
        grounds="Tổng điểm cao nhất.",
        version=1,
    )
    assert stale.status_code == 409
    assert "Tổng điểm cao nhất." in body(stale)
    post(
        officer,
        "scenario_step",
        made.public_id,
        act="put_forward",
        grounds="Tổng điểm cao nhất.",
        version=version,
    )
    assert state_of(made) == ScenarioState.PUT_FORWARD
    own = page(officer, "scenario", made.public_id)
    assert "cần người thứ hai" in own
    assert 'value="adopt"' not in own
    refused = post(officer, "scenario_step", made.public_id, act="adopt")
    assert refused.status_code == 403
    assert "một chuyên viên khác, hoặc lãnh đạo" in body(refused)
    leader = client_of(three.leader)
    assert 'value="adopt"' in page(leader, "scenario", made.public_id)
    done = post(leader, "scenario_step", made.public_id, act="adopt")
    assert done.status_code == 302
    advised = Decision.objects.filter(round=round_).order_by("pk")
    assert [d.advised for d in advised] == ["approve", "approve", "decline"]
    again = post(leader, "scenario_step", made.public_id, act="adopt")
    assert again.status_code == 409


def test_the_second_person_sends_back_with_a_reason(client_of, three, round_):
    made = factory.put_forward(three, round_)
    leader = client_of(three.leader)
    empty = post(leader, "scenario_step", made.public_id, act="send_back", reason="")
    assert empty.status_code == 422
    post(leader, "scenario_step", made.public_id, act="send_back", reason="Thiếu.")
    assert state_of(made) == ScenarioState.SOLVED
    finance = client_of(person(Role.FINANCE))
    assert made.grounds in page(finance, "scenario", made.public_id)


def test_a_copy_begins_another_and_an_unknown_act_none(officer, three, round_):
    made = factory.computed(three, round_)
    copied = post(officer, "scenario_step", made.public_id, act="copy")
    copy = Scenario.objects.get(number=2)
    assert copied.url == url("scenario", copy.public_id)
    assert post(officer, "scenario_step", made.public_id, act="x").status_code == 422


def test_a_draw_shows_its_digest_first_and_its_seed_afterwards(officer, three, round_):
    made = factory.scenario(
        three, round_, ties="draw", seed_source="Xổ số Miền Bắc 1/8/2026"
    )
    shown = page(officer, "scenario", made.public_id)
    assert 'value="commit_draw"' in shown
    post(officer, "scenario_step", made.public_id, act="commit_draw")
    kept = fresh(made)
    shown = page(officer, "scenario", made.public_id)
    assert kept.seed_digest in shown
    assert kept.seed not in shown
    without = post(officer, "scenario_step", made.public_id, act="ask", said="")
    assert without.status_code == 422
    post(officer, "scenario_step", made.public_id, act="ask", said="12345")
    actions.compute_scenario(
        actor=three.officer, scenario_id=made.pk, at=factory.LAID_OUT
    )
    shown = page(officer, "scenario", made.public_id)
    assert kept.seed in shown
    assert "12345" in shown


def test_a_dossier_is_fixed_by_hand_with_a_reason_and_set_free_again(
    officer, three, round_
):
    decision = Decision.objects.filter(round=round_).latest("pk")
    empty = post(officer, "lock", decision.public_id, must="1", reason="")
    assert empty.status_code == 422
    unsaid = post(officer, "lock", decision.public_id, reason="Cam kết quốc tế.")
    assert unsaid.status_code == 422
    assert "Cam kết quốc tế." in body(unsaid)
    stale = post(
        officer, "lock", decision.public_id, must="1", reason="Cam kết.", version=99
    )
    assert stale.status_code == 409
    done = post(
        officer,
        "lock",
        decision.public_id,
        must="1",
        reason="Cam kết quốc tế.",
        version=round_.version,
    )
    assert done.status_code == 302
    assert "Cam kết quốc tế." in page(officer, "lock", decision.public_id)
    assert Lock.objects.get().must
    post(officer, "lock", decision.public_id, act="unlock")
    assert not Lock.objects.exists()


def test_scenarios_stand_side_by_side(officer, three, round_):
    one = factory.computed(three, round_)
    alone = page(officer, "scenarios", round_.public_id)
    assert 'name="s"' not in alone
    two = factory.computed(three, round_, rules={"budgets": {"state": 2 * MONEY}})
    both = page(officer, "scenarios", round_.public_id)
    assert both.count('name="s"') == 2
    told = page(officer, "compare", round_.public_id, s=[one.number, two.number])
    second = three.dossiers[1].code
    assert told.count(f">{second}</a>") == 1
    assert "1 hồ sơ khác nhau" in told
    few = page(officer, "compare", round_.public_id, s=[one.number, "x"])
    assert "Hãy chọn ít nhất hai kịch bản đã tính" in few


def test_a_calibrated_scenario_shows_the_mean_first_then_merit_interval_and_how_often(
    client_of, db
):
    scores = [[str(90 - 5 * n + m) for m in (0, 1, 2, 3, -1, -2, -3)] for n in range(3)]
    story = factory.advised(*scores, orders=3)
    round_, _ranking = factory.ranked(story)
    scenario = factory.computed(
        story,
        round_,
        basis="calibrated",
        rules={"budgets": {"state": MONEY}, "reserve": 1},
    )
    client = client_of(story.officer)
    shown = page(client, "scenario", scenario.public_id)
    start = shown.index('<thead role="rowgroup">')
    head = shown[start : shown.index("</thead>", start)]
    columns = ["Điểm TB theo quy định", "Điểm hiệu chỉnh", "Khoảng tin cậy", "Tần suất"]
    places = [head.index(column) for column in columns]
    assert places == sorted(places)
    assert "Điểm hiệu chỉnh với khoảng tin cậy 95" in shown
    assert "Dự phòng 1" in shown
    assert url("ranking", round_.public_id) in shown
    reserve = page(client, "scenario", scenario.public_id, state="reserve")
    assert reserve.count('<tr role="row" id="ranked-') == 1
    often = page(client, "scenario", scenario.public_id, sort="frequency")
    assert often.count('<tr role="row" id="ranked-') == 3
    form = page(client, "scenario_new", round_.public_id)
    assert 'type="radio" name="basis" value="calibrated"' in form


def test_work_waits_for_the_second_person_and_for_who_puts_forward(
    client_of, three, round_
):
    factory.computed(three, round_)
    home = reverse("home")
    officer, leader = client_of(three.officer), client_of(three.leader)
    assert "hãy đề xuất một kịch bản" in body(officer.get(home))
    forward = factory.put_forward(three, round_)
    own, other = body(officer.get(home)), body(leader.get(home))
    assert "hãy đề xuất một kịch bản" not in own
    assert "kịch bản chờ người thứ hai" not in own
    assert url("scenario", forward.public_id) in other


def test_who_has_a_stake_in_one_dossier_finds_no_page(client_of, three, round_):
    scenario = factory.computed(three, round_)
    decision = Decision.objects.filter(round=round_).latest("pk")
    both = person(Role.OFFICER)
    three.dossiers[0].editors.create(user_id=both.user_id, added_at=factory.LAID_OUT)
    for actor in (both, three.applicants[0]):
        client = client_of(actor)
        for name, thing in (
            ("scenarios", round_),
            ("scenario_new", round_),
            ("compare", round_),
            ("scenario", scenario),
            ("scenario_edit", scenario),
            ("scenario_workbook", scenario),
            ("lock", decision),
        ):
            page(client, name, thing.public_id, status=404)
        for name in ("scenario_step", "scenario_changed"):
            assert post(client, name, scenario.public_id).status_code == 404


def test_who_only_reads_is_offered_no_act(client_of, three, round_):
    scenario = factory.computed(three, round_)
    finance = client_of(person(Role.FINANCE))
    shown = page(finance, "scenario", scenario.public_id)
    assert 'value="put_forward"' not in shown
    assert url("lock", Decision.objects.earliest("pk").public_id) not in shown
    page(finance, "scenario_new", round_.public_id, status=403)
    assert (
        post(finance, "scenario_step", scenario.public_id, act="copy").status_code
        == 403
    )


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.usefixtures("db")
def test_no_page_costs_more_when_there_is_more(
    client_of, django_assert_num_queries, number
):
    story = factory.judged(*["90", "85", "80"][:number], orders=number)
    round_ = factory.laid_out(story)
    found = [factory.computed(story, round_) for _n in range(2)]
    client = client_of(story.officer)
    asked = {"compare": {"s": [s.number for s in found]}}
    args = {"scenario": found[0].public_id}
    for name, budget in BUDGETS.items():
        address = url(name, args.get(name, round_.public_id))
        client.get(address, asked.get(name))
        contents.forget()
        with django_assert_num_queries(budget):
            assert client.get(address, asked.get(name)).status_code == 200
