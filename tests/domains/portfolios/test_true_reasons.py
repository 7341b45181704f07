"""Letters tell the true reason of a selection, whole, and nothing of another applicant."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from django.contrib.auth import get_user_model

from opensti.domains.overlaps import actions as overlaps
from opensti.domains.overlaps.models import Screening
from opensti.domains.portfolios import actions
from opensti.domains.portfolios.models import Decision, Letter, Scenario
from opensti.domains.procedures.actions import set_switch
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.refusals import Invalid
from tests.factories import overlaps as overlap_factory
from tests.factories import portfolios as factory
from tests.factories.calls import ANSWERS
from tests.factories.tasks import person, regimes

pytestmark = pytest.mark.django_db
MONEY = 2_000_000_000
GOOD = (
    "It belongs to the dossiers that together reach the highest total score within the "
    "budget and the conditions of the selection."
)
ALWAYS = "Every choice that comes near this total score contains it."
SOMETIMES = "Some choices that come near this total score do not contain it."
OTHERS = "The dossiers that together reach the highest total score are others."
BROKEN = "With it added, this condition would not hold:"


def decided(story, round_):
    """Lay the round before the leader, have it decided as proposed; letters by dossier."""
    actions.propose_round(
        actor=story.officer, round_id=round_.pk, proposal="Trình.", at=factory.PROPOSED
    )
    factory.decide(story, round_)
    found = {
        letter.decision.dossier_id: letter.body
        for letter in Letter.objects.select_related("decision__dossier")
    }
    letters = [found[d.pk] for d in story.dossiers]
    for number, letter in enumerate(letters):
        for other, dossier in enumerate(story.dossiers):
            if other != number:
                assert dossier.code not in letter
                assert dossier.title_vi not in letter
                assert dossier.host.name_vi not in letter
    return letters


def written(story, *, language="en", round_=None, **said):
    """The letters after a scenario was adopted."""
    get_user_model().objects.filter(
        pk__in=[a.user_id for a in story.applicants]
    ).update(language=language)
    round_ = round_ or factory.laid_out(story)
    factory.adopted(story, round_, **said)
    return decided(story, round_)


def reason(letter):
    """What stands between the decision and the close, after what the council found."""
    _decision, said, *_close = letter.split("\n\n")
    assert said.startswith("Reason: The council proposes funding; mean score ")
    return re.sub(r"^Reason: .*?mean score \d+\.\d\d\. ", "", said)


def test_a_letter_of_approval_and_one_of_refusal_in_english():
    story = factory.judged("90", "85", "80", orders=3)
    first, _second, third = written(
        story, rules={"budgets": {"state": 2 * MONEY}, "reserve": 1}
    )
    a, _b, c = story.dossiers
    assert first == (
        f"By decision 188/QĐ-BCT of 28/07/2026 your dossier {a.code}, “Nhiệm vụ thứ 1”, "
        "is approved with 2,000,000,000\u00a0VND from the state budget.\n\n"
        "Reason: The council proposes funding; mean score 90.00. "
        f"{GOOD} {ALWAYS} It would also have been chosen with up to 10 points less.\n\n"
        "The contract will be sent to you for signature."
    )
    assert third == (
        f"By decision 188/QĐ-BCT of 28/07/2026 your dossier {c.code}, “Nhiệm vụ thứ 3”, "
        "is not approved.\n\n"
        "Reason: The council proposes funding; mean score 80.00. "
        f"{OTHERS} {BROKEN} the money of the state budget, 4,000,000,000\u00a0VND in all. "
        "It would have been chosen with 5 points more. "
        "It stands at no. 1 of the reserve list: if money becomes free, it is considered "
        "again.\n\n"
        "You may object on the page of the dossier.\n\n"
        "Thank you for your proposal."
    )


def test_the_same_in_vietnamese():
    story = factory.judged("90", "85", "81.5", orders=3)
    first, _second, third = written(
        story, language="vi", rules={"budgets": {"state": 5 * MONEY // 2}}
    )
    a, _b, c = story.dossiers
    assert first == (
        f"Theo Quyết định số 188/QĐ-BCT ngày 28/07/2026, hồ sơ {a.code} “Nhiệm vụ thứ 1” "
        "được phê duyệt với kinh phí từ ngân sách nhà nước là 2.000.000.000\u00a0đ.\n\n"
        "Lý do: Hội đồng đề nghị thực hiện; điểm trung bình 90,00. Hồ sơ thuộc nhóm hồ sơ "
        "đạt tổng điểm cao nhất trong phạm vi kinh phí và các điều kiện lựa chọn. Mọi "
        "phương án có tổng điểm gần bằng đều có hồ sơ này. Nếu điểm giảm tới 8,5 điểm, "
        "hồ sơ vẫn được chọn.\n\n"
        "Hợp đồng sẽ được gửi đến ông/bà để ký."
    )
    assert third == (
        f"Theo Quyết định số 188/QĐ-BCT ngày 28/07/2026, hồ sơ {c.code} “Nhiệm vụ thứ 3” "
        "không được phê duyệt.\n\n"
        "Lý do: Hội đồng đề nghị thực hiện; điểm trung bình 81,50. Nhóm hồ sơ đạt tổng "
        "điểm cao nhất không có hồ sơ này. Nếu thêm hồ sơ này thì không còn đáp ứng: hạn "
        "mức ngân sách nhà nước, tổng cộng 5.000.000.000\u00a0đ. Hồ sơ sẽ được chọn nếu có "
        "thêm 3,5 điểm, hoặc kinh phí từ ngân sách nhà nước không quá "
        "1.000.000.000\u00a0đ thay vì 2.000.000.000\u00a0đ.\n\n"
        "Ông/bà có thể khiếu nại trên trang của hồ sơ.\n\n"
        "Trân trọng cảm ơn ông/bà đã gửi hồ sơ."
    )


def test_in_only_some_of_the_sets_that_come_near():
    story = factory.judged("90", "85", "84.5", orders=3)
    _first, second, _third = written(story, rules={"budgets": {"state": 2 * MONEY}})
    assert reason(second) == (
        f"{GOOD} {SOMETIMES} It would also have been chosen with up to 0.5 points less."
    )


def test_a_tie_is_told_with_the_rule_that_decided_it():
    story = factory.judged("90", "90", orders=2)
    letters = written(story, rules={"budgets": {"state": MONEY}})
    # Handed in at the same moment here: then the code decides.
    second, first = (
        letters
        if story.dossiers[0].code > story.dossiers[1].code
        else reversed(letters)
    )
    rule = (
        "The rule for this was stated before: the better mean score goes first, then what "
        "was handed in first; by it"
    )
    assert reason(first) == (
        f"{GOOD} Others without it reach the same total score. {rule} this dossier is "
        "chosen."
    )
    assert reason(second) == (
        f"{OTHERS} {BROKEN} the money of the state budget, 2,000,000,000\u00a0VND in all. "
        f"A choice with it reaches the same total score. {rule} others are chosen."
    )


def test_a_draw_is_told_with_what_proves_it():
    story = factory.judged("90", "90", orders=2)
    round_ = factory.laid_out(story)
    get_user_model().objects.update(language="en")
    scenario = factory.scenario(
        story,
        round_,
        ties="draw",
        seed_source="Northern lottery of 1 August",
        rules={"budgets": {"state": MONEY}},
    )
    told = {"actor": story.officer, "scenario_id": scenario.pk, "at": factory.LAID_OUT}
    actions.commit_draw(**told)
    actions.ask_scenario(**told, said="12345")
    actions.compute_scenario(**told)
    actions.put_forward(**told, grounds="Bốc thăm.")
    actions.adopt_scenario(**told | {"actor": story.leader})
    letters = decided(story, round_)
    scenario = Scenario.objects.get()
    seed = sha256(f"{scenario.seed}\n12345".encode()).hexdigest()
    drawn = min(
        story.dossiers, key=lambda d: sha256(f"{seed}\n{d.code}".encode()).digest()
    )
    proof = (
        "Its lot was put into the public record on 27/07/2026, before the draw, as SHA-256 "
        f"{scenario.seed_digest}; the lot is {scenario.seed}. It was drawn from the lot "
        "and from what nobody knew then, Northern lottery of 1 August: 12345. Anybody can "
        "hash the lot and draw again; the page “Decisions beside the advice” of the public "
        "register says how."
    )
    for dossier, letter in zip(story.dossiers, letters, strict=True):
        if dossier == drawn:
            assert reason(letter) == (
                f"{GOOD} Others without it reach the same total score. A public draw "
                f"decided between them, and this dossier was drawn. {proof}"
            )
        else:
            assert reason(letter) == (
                f"{OTHERS} {BROKEN} the money of the state budget, "
                "2,000,000,000\u00a0VND in all. A choice with it reaches the same total "
                "score. A public draw decided between them, and this dossier was not "
                f"drawn. {proof}"
            )


def test_the_budget_of_a_year_and_the_most_dossiers_are_named():
    story = factory.judged("90", "85", "80", orders=3)
    *_others, third = written(
        story, rules={"budgets": {"state_2027": 1_600_000_000}, "at_most": 2}
    )
    assert reason(third) == (
        f"{OTHERS} With it added, these conditions would not hold: at most 2 in all "
        "(number of dossiers); the money of the state budget 2027, "
        "1,600,000,000\u00a0VND in all. It would have been chosen with 5 points more."
    )


def test_a_ceiling_of_one_organisation_names_nobody_and_tells_no_points():
    story = factory.judged("90", "85", "80", orders=3)
    a, b, _c = story.dossiers
    _first, second, third = written(
        story,
        rules={
            "groups": {"viện": {"Viện Bí mật": [a.code, b.code]}},
            "ceilings": [
                {
                    "where": {"viện": "Viện Bí mật"},
                    "at_most": 1,
                    "name": f"bỏ {a.code}",
                },
                {
                    "where": {"organisation": [a.host.public_id, b.host.public_id]},
                    "measure": "state",
                    "at_most": 3_000_000_000,
                },
            ],
        },
    )
    assert reason(second) == (
        f"{OTHERS} With it added, these conditions would not hold: at most 1 for one group "
        "of dossiers (number of dossiers); at most 3,000,000,000\u00a0VND for one host "
        "organisation (state budget)."
    )
    assert reason(third) == f"{GOOD} {ALWAYS}"


def test_of_works_that_exclude_each_other_neither_learns_of_the_other():
    story = factory.judged("90", "85", "80", orders=3)
    a, b, _c = story.dossiers
    first, second, _third = written(story, rules={"exclusive": [[a.code, b.code]]})
    assert reason(first) == f"{GOOD} {ALWAYS}"
    assert reason(second) == (
        f"{OTHERS} {BROKEN} of works that exclude each other only one is funded."
    )


def test_below_the_threshold_it_says_how_much_was_lacking():
    story = factory.judged("90", "80", orders=2)
    _first, second = written(story, rules={"threshold": {"merit": 82.5}})
    assert reason(second) == (
        "Its score is below the least that the selection asks for, 82.5 points: it lacks "
        "2.5 points."
    )


def test_what_was_fixed_by_hand_is_told_with_its_reason():
    story = factory.judged("90", "85", "80", "75", orders=4)
    round_ = factory.laid_out(story)
    rows = list(Decision.objects.filter(round=round_).order_by("pk"))
    for row, must, why in (
        (rows[0], False, "it is paid for"),
        (rows[1], True, "urgent."),
    ):
        actions.lock_decision(
            actor=story.officer,
            decision_id=row.pk,
            must=must,
            reason=why,
            at=factory.LAID_OUT,
        )
    codes = [d.code for d in story.dossiers]
    letters = written(
        story, round_=round_, rules={"must": [codes[2]], "never": [codes[3]]}
    )
    assert [reason(letter) for letter in letters] == [
        "The office decided apart from the scores that it is not funded. It is paid for.",
        "The office decided apart from the scores that it is funded. Urgent.",
        "The conditions of the selection say beforehand that it is funded.",
        "The conditions of the selection say beforehand that it is not funded.",
    ]


def test_the_reason_of_a_lock_names_no_other_dossier():
    story = factory.judged("90", "85", orders=2)
    round_ = factory.laid_out(story)
    first = Decision.objects.filter(round=round_).earliest("pk")
    own, other = (d.code for d in story.dossiers)
    said = {
        "actor": story.officer,
        "decision_id": first.pk,
        "must": False,
        "at": factory.LAID_OUT,
    }
    with pytest.raises(Invalid) as refused:
        actions.lock_decision(**said, reason=f"Để dành tiền cho ({other}).")
    (problem,) = refused.value.problems
    assert problem.field == "reason"
    assert str(problem.message) == f"Lý do nêu tên hồ sơ khác: {other}."
    assert actions.lock_decision(**said, reason=f"{own} đã có nguồn khác.")


@pytest.fixture
def alike():
    """A dossier whose words stand in the archive already, and the hit on it."""
    overlap_factory.archived(
        (ANSWERS["title"], f"{ANSWERS['summary_vi']} {ANSWERS['objectives']}"),
        *overlap_factory.OTHERS,
    )
    story = factory.judged("90")
    overlaps.screen_waiting(at=factory.LAID_OUT)
    screening = Screening.objects.get(
        object_id=story.dossiers[0].pk, kind="calls.dossier"
    )
    hit = screening.hits.order_by("-probability")[0]
    type(hit).objects.filter(pk=hit.pk).update(probability=0.95)
    return story, hit


def test_a_likeness_without_a_verdict_is_told_without_what_it_is_like(alike):
    (waiting,) = written(alike[0], rules={})
    assert reason(waiting) == (
        "It is like other work, and no verdict says yet that it may be funded."
    )


def test_what_was_judged_to_overlap_is_told_so(alike):
    story, hit = alike
    verdict = overlaps.give_verdict(
        actor=person(Role.OFFICER),
        hit_id=hit.pk,
        finding="decline",
        grounds="Trùng nguyên văn.",
        at=factory.LAID_OUT,
    )
    if verdict.state == "proposed":
        overlaps.confirm_verdict(
            actor=person(Role.SECRETARY),
            verdict_id=verdict.pk,
            confirmed=True,
            note="",
            at=factory.LAID_OUT,
        )
    (letter,) = written(story, rules={})
    assert reason(letter) == "A verdict says that it overlaps with other work."


def test_what_the_council_found_is_told_alone_where_that_decided():
    story = factory.judged("90", "80", "60")
    _first, second, third = written(story, rules={})
    assert second.split("\n\n")[1] == (
        "Reason: The council ranks it no. 2 for its order, and only one dossier of an "
        "order can be approved; mean score 80.00."
    )
    assert third.split("\n\n")[1] == (
        "Reason: The council does not propose funding; mean score 60.00."
    )


def test_who_moves_up_for_an_order_is_not_told_that_another_goes_before_it():
    story = factory.judged("90", "80")
    round_ = factory.laid_out(story)
    first = Decision.objects.filter(round=round_).order_by("rank")[0]
    actions.lock_decision(
        actor=story.officer,
        decision_id=first.pk,
        must=False,
        reason="Không đủ vốn đối ứng.",
        at=factory.LAID_OUT,
    )
    _first, second = written(story, round_=round_, rules={})
    assert reason(second) == f"{GOOD} {ALWAYS}"


def test_funding_in_part_is_told_with_its_amount():
    regimes()
    set_switch(
        actor=SYSTEM,
        regime="moit_2026",
        switch="partial_funding",
        value="yes",
        reason="Thử.",
        at=factory.call_factory.AFTER,
    )
    story = factory.judged("90", "85", orders=2)
    code = story.dossiers[1].code
    _first, second = written(
        story,
        rules={
            "budgets": {"state": 7 * MONEY // 4},
            "levels": {code: [{"name": "rút gọn", "share": 0.75, "merit": 0.9}]},
        },
    )
    assert second.split("\n\n")[0].endswith(
        "is approved with 1,500,000,000\u00a0VND from the state budget."
    )
    assert reason(second) == (
        f"{GOOD} {ALWAYS} It is funded in part: 1,500,000,000\u00a0VND of the 2,000,000,000\u00a0VND that "
        "were proposed, 75 %."
    )
