"""Plans from files: every fault at once, the same twice is nothing, an act amends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.models import (
    Goal,
    Indicator,
    Plan,
    PlanEdition,
    Target,
)
from opensti.domains.strategies.trees import (
    digest,
    in_order,
    plain,
    read_files,
    read_plan,
    shipped_files,
)
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, StepNotAllowed, SudoNeeded
from tests.factories import strategies_plans as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = factory.AT


def faults(content, cards=("lp", "va")):
    with pytest.raises(Invalid) as refused:
        read_plan(content, file="x.yaml", cards=cards)
    return sorted(problem.field for problem in refused.value.problems)


def test_the_shipped_files_say_five_acts_and_their_targets():
    found = read_files(shipped_files())
    assert sorted(plan.code for plan in found.plans) == [
        "1305/QD-TTg",
        "229/QD-TTg",
        "23-NQ/TW",
        "2795/QD-BCT",
        "36/QD-TTg",
    ]
    assert len(found.cards) == 14
    factory.shipped()
    wanted = {
        (t.plan.code, t.indicator.code, t.measure, t.comparator, t.to_year): (
            str(plain(t.value)),
            None if t.high is None else str(plain(t.high)),
        )
        for t in Target.objects.select_related("plan", "indicator")
    }
    growth = "growth"
    assert wanted == {
        ("23-NQ/TW", "industry-share", "level", "over", 2030): ("40", None),
        ("23-NQ/TW", "manufacturing-share", "level", "about", 2030): ("30", None),
        ("23-NQ/TW", "high-tech-share", "level", "at_least", 2030): ("45", None),
        ("23-NQ/TW", "va-industry", growth, "over", 2030): ("8.5", None),
        ("23-NQ/TW", "va-manufacturing", growth, "over", 2030): ("10", None),
        ("23-NQ/TW", "lp-industry", growth, "at_least", 2030): ("7.5", None),
        ("36/QD-TTg", "lp-economy", growth, "over", 2025): ("7", None),
        ("36/QD-TTg", "lp-economy", growth, "over", 2030): ("7.5", None),
        ("36/QD-TTg", "tfp-share", "level", "about", 2025): ("45", None),
        ("36/QD-TTg", "tfp-share", "level", "about", 2030): ("50", None),
        ("36/QD-TTg", "provinces-with-plan", "level", "range", 2030): ("30", "35"),
        ("36/QD-TTg", "groups-with-plan", "level", "range", 2030): ("5", "7"),
        ("36/QD-TTg", "smes-with-pilot", "level", "at_least", 2030): ("500", None),
        ("1305/QD-TTg", "lp-economy", growth, "over", 2030): ("6.5", None),
        ("1305/QD-TTg", "lp-manufacturing", growth, "range", 2030): ("6.5", "7"),
        ("229/QD-TTg", "public-sti-organisations", "change", "at_most", 2030): (
            "-20",
            None,
        ),
        ("2795/QD-BCT", "va-industry", growth, "over", 2030): ("8.5", None),
        ("2795/QD-BCT", "lp-industry", growth, "at_least", 2030): ("7.5", None),
        ("2795/QD-BCT", "public-sti-organisations", "change", "at_most", 2030): (
            "-20",
            None,
        ),
    }


def test_nothing_that_is_shipped_claims_to_be_verified():
    factory.shipped()
    assert not Plan.objects.filter(mark="V").exists()
    assert not Goal.objects.filter(mark="V").exists()
    assert not Target.objects.filter(mark="V").exists()


def test_every_fault_of_a_file_is_named_with_its_place():
    content = factory.tree(kind="stratgy", colour="red", ends_on="2020-13-01")
    assert faults(content) == ["x.yaml: colour", "x.yaml: ends_on", "x.yaml: kind"]
    content = factory.tree(ends_on="2020-01-01")
    content.pop("issued_v")
    goal = content["goals"][0]
    goal["targets"][0] |= {"card": "nope", "high": 3, "from_year": 2040}
    first, second = goal["goals"][0]["actions"]
    first |= {"depends_on": ["a2"], "indicators": ["gone"], "starts_on": "2029-01-01"}
    first["risks"][0]["impact"] = 9
    first["budget"][0]["planned"] = "1.5"
    second["code"] = "a2"
    content["goals"].append(goal | {"goals": [], "targets": []})
    place = "x.yaml: goals[g1]"
    action = f"{place}.goals[g1a].actions[a1]"
    assert faults(content) == sorted(
        [
            "x.yaml: ends_on",
            "x.yaml: issued_v",
            f"{place}.targets[0].card",
            f"{place}.targets[0].high",
            f"{place}.targets[0].to_year",
            f"{action}.ends_on",
            f"{action}.indicators",
            f"{action}.risks[0].impact",
            f"{action}.budget[2026].planned",
            place,
            "x.yaml: actions",
        ]
    )


def test_actions_that_wait_for_each_other_are_named_in_their_circle():
    content = factory.tree()
    content["goals"][0]["goals"][0]["actions"][0]["depends_on"] = ["a2"]
    with pytest.raises(Invalid) as refused:
        read_plan(content, file="x.yaml", cards={"lp"})
    assert "a1 → a2 → a1" in str(refused.value.problems[0].message)


def test_a_plan_is_read_back_as_it_was_written():
    made = factory.issued()
    wanted = plain(in_order(read_plan(factory.tree(), file="x", cards={"lp"})))
    assert plain(in_order(queries.tree_of(made))) == wanted
    edition = made.editions.get()
    assert (edition.number, edition.tree, edition.digest) == (
        1,
        wanted,
        digest(wanted),
    )


def test_the_same_tree_twice_changes_nothing():
    made = factory.issued()
    before = (made.version, Entry.objects.count(), PlanEdition.objects.count())
    again = factory.issued()
    after = (again.version, Entry.objects.count(), PlanEdition.objects.count())
    assert (again.pk, after) == (made.pk, before)


def test_an_issued_plan_that_differs_is_refused_and_nothing_is_written():
    made = factory.issued()
    before = Entry.objects.count()
    with pytest.raises(StepNotAllowed, match="1/QD-BCT"):
        factory.issued(title_en="Another")
    made.refresh_from_db()
    assert (made.title_en, Entry.objects.count()) == ("Plan for trying", before)


def test_a_draft_is_written_anew_and_what_it_leaves_out_goes():
    made = factory.draft()
    content = factory.draft_tree()
    del content["goals"][0]["goals"][0]["actions"][1]
    content["goals"][0]["targets"] = []
    actions.load_plan(actor=SYSTEM, content=content, at=AT)
    assert [a.code for a in made.actions.all()] == ["a1"]
    assert (Target.objects.count(), PlanEdition.objects.count()) == (0, 0)


def amended():
    content = factory.tree(title_en="Plan that was amended")
    goal = content["goals"][0]
    goal["targets"][0] |= {"value": "8", "text_vi": "Trên 8 % mỗi năm"}
    group = goal["goals"][0]
    group["actions"][0]["text_vi"] = "Đào tạo kỹ sư"
    del group["actions"][1]
    content["goals"].append(
        {"code": "g2", "kind": "goal", "text_vi": "Xuất khẩu nhiều hơn", "v": "V"}
    )
    return content


def amend(plan, content, actor=SYSTEM):
    return actions.amend_plan(
        actor=actor,
        plan_id=plan.pk,
        content=content,
        act_number="9/QĐ-BCT",
        acted_on=date(2026, 5, 1),
        reason="Theo kết quả sơ kết",
        version=plan.version,
        at=AT,
    )


def test_an_act_amends_a_plan_and_its_history_stays():
    made = factory.issued()
    edition = amend(made, amended())
    assert (edition.number, edition.act_number) == (2, "9/QĐ-BCT")
    gone = factory.action(made, "a2")
    assert (gone.state, gone.state_reason) == ("cancelled", "9/QĐ-BCT · 01/05/2026")
    old, new = Target.objects.order_by("pk")
    assert (old.replaced_by, str(plain(old.value)), str(plain(new.value))) == (
        new,
        "7.5",
        "8",
    )
    changes = [
        (c.how, str(c.what), c.code, str(c.field), c.before, c.after)
        for c in queries.difference(made.editions.get(number=1), edition)
    ]
    assert changes == [
        ("changed", "kế hoạch", "1/QD-BCT", "tên kế hoạch (tiếng Anh)", "Plan for trying", "Plan that was amended"),
        ("changed", "chỉ tiêu", "lp growth 2030", "giá trị", "7.5", "8"),
        ("changed", "chỉ tiêu", "lp growth 2030", "nội dung (tiếng Việt)", "Trên 7,5 % mỗi năm", "Trên 8 % mỗi năm"),
        ("changed", "hoạt động", "a1", "nội dung (tiếng Việt)", "Đào tạo", "Đào tạo kỹ sư"),
        ("added", "mục tiêu", "g2", "", "", "Xuất khẩu nhiều hơn"),
        ("removed", "hoạt động", "a2", "", "Dự án điểm", ""),
    ]  # fmt: skip
    # The file of the act that amended is what the plan says now.
    assert actions.load_plan(actor=SYSTEM, content=amended(), at=AT) == made
    assert PlanEdition.objects.count() == 2


def test_an_act_that_changes_nothing_or_another_plan_is_refused():
    made = factory.issued()
    with pytest.raises(StepNotAllowed):
        amend(made, factory.tree())
    with pytest.raises(Invalid):
        amend(made, factory.tree(code="2/QD-BCT"))
    assert PlanEdition.objects.count() == 1


def test_only_a_leader_who_confirmed_loads_what_an_act_issued():
    factory.cards()
    content = factory.tree()
    for actor, refusal in (
        (person(Role.APPLICANT), AccessDenied),
        (person(Role.OFFICER), AccessDenied),
    ):
        with pytest.raises(refusal):
            actions.load_plan(actor=actor, content=content, at=AT)

    with pytest.raises(SudoNeeded):
        actions.load_plan(
            actor=replace(factory.leader(), sudo=False), content=content, at=AT
        )
    assert not Plan.objects.exists()
    assert actions.load_plan(actor=factory.leader(), content=content, at=AT).pk


def test_cards_are_taken_over_once_and_a_card_that_differs_is_refused():
    factory.cards()
    factory.cards()
    assert Indicator.objects.count() == 2
    other = {"cards": [factory.CARDS["cards"][0] | {"unit_vi": "tỷ đồng"}]}
    with pytest.raises(Invalid, match="unit_vi"):
        actions.load_cards(actor=SYSTEM, content=other, at=AT)
    assert Indicator.objects.get(code="lp").unit_vi == "%"
    assert Indicator.objects.get(code="lp").editions.get().number == 1


def test_a_file_places_a_card_once_and_leaves_what_the_office_placed():
    plain_card = factory.CARDS["cards"][0]

    def load(**more):
        (card,) = actions.load_cards(
            actor=SYSTEM, content={"cards": [plain_card | more]}, at=factory.AT
        )
        return card.account_part, card.version

    assert load() == ("", 1)
    assert load(account_part="productivity") == ("productivity", 2)
    assert load(account_part="productivity") == ("productivity", 2)
    assert load() == ("productivity", 2)
    with pytest.raises(Invalid) as refused:
        load(account_part="employment")
    assert "account_part" in str(refused.value.problems[0].message)
    with pytest.raises(Invalid):
        load(account_part="wages")
