"""Of the dossiers that answer one order, only one can be approved where the rule says so."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override

from opensti.domains.portfolios import actions
from opensti.domains.portfolios.actions import Rule, rounds
from opensti.domains.portfolios.choices import Ruling
from opensti.domains.portfolios.models import Decision, Letter
from opensti.domains.procedures.actions import set_switch
from opensti.domains.procedures.models import RegimeVersion
from opensti.domains.procedures.queries import active_version, one_winner
from opensti.kernel.access import Role
from opensti.kernel.refusals import Invalid, Stale
from tests.factories import portfolios as factory
from tests.factories.tasks import person, regimes

pytestmark = pytest.mark.django_db


def laid_out(round_):
    return [
        (d.dossier_id, d.rank, d.found, d.proposed, d.amount)
        for d in round_.decisions.order_by("pk")
    ]


def wanted(decision, amount=1_000_000_000):
    """What approves a dossier that the council did not choose."""
    return actions.edit_decision(
        actor=decision["story"].officer,
        decision_id=decision["of"].pk,
        proposed=Ruling.APPROVE,
        amount=Decimal(amount),
        reason_vi="Cần cả hai.",
        reason_en="Both are needed.",
        at=factory.LAID_OUT,
    )


def approve_all(round_):
    return {
        d.pk: Rule(
            ruling=Ruling.APPROVE, amount=Decimal(1_000_000_000), reason_vi="Cần."
        )
        for d in round_.decisions.all()
    }


def told(refused):
    return [(p.field, str(p.message)) for p in refused.value.problems]


def several_allowed():
    regimes()
    set_switch(
        actor=person(Role.ADMIN),
        regime="moit_2026",
        switch="one_per_order",
        value="any",
        reason="Công văn 12/2026.",
        at=factory.LAID_OUT,
    )


def test_the_best_of_each_order_is_proposed_and_the_others_are_told_why():
    story = factory.judged("90", "95", "80", "60", orders=2)
    a, b, c, d = (dossier.pk for dossier in story.dossiers)
    round_ = factory.laid_out(story)
    money = Decimal(2_000_000_000)
    assert laid_out(round_) == [
        (a, 1, "approve", "approve", money),
        (c, 2, "decline", "decline", None),
        (b, 1, "approve", "approve", money),
        (d, 2, "decline", "decline", None),
    ]
    assert factory.decision_on(story.dossiers[2]).reason_en == (
        "The council ranks it no. 2 for its order, and only one dossier of an order "
        "can be approved; mean score 80.00."
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_two_dossiers_of_one_order_are_not_laid_before_the_leader(language):
    story = factory.judged("90", "80")
    round_ = factory.laid_out(story)
    first, second = (factory.decision_on(d) for d in story.dossiers)
    wanted({"story": story, "of": second})
    with override(language), pytest.raises(Invalid) as refused:
        actions.propose_round(
            actor=story.officer, round_id=round_.pk, proposal="", at=factory.PROPOSED
        )
    order, codes = (
        story.dossiers[0].order.code,
        ", ".join(d.code for d in story.dossiers),
    )
    assert told(refused) == [
        (
            f"decision-{decision.pk}-proposed",
            f"{decision.dossier.code}: only one dossier of order {order} can be "
            f"approved, and these would be: {codes}."
            if language == "en"
            else f"{decision.dossier.code}: đặt hàng {order} chỉ phê duyệt được một hồ "
            f"sơ, trong khi đang có: {codes}.",
        )
        for decision in (first, second)
    ]
    round_.refresh_from_db()
    assert round_.state == "draft"


def test_the_leader_does_not_approve_two_dossiers_of_one_order():
    story = factory.judged("90", "60")
    round_ = factory.proposed(story)
    with pytest.raises(Invalid) as refused:
        factory.decide(story, round_, rulings=approve_all(round_))
    assert [field for field, _message in told(refused)] == [
        f"decision-{d.pk}-proposed" for d in round_.decisions.order_by("pk")
    ]
    assert Letter.objects.count() == 0


def test_the_refusal_says_that_the_rule_is_not_verified():
    story = factory.judged("90", "60")
    round_ = factory.proposed(story)
    with pytest.raises(Invalid) as refused:
        factory.decide(story, round_, rulings=approve_all(round_))
    (mend,) = {str(p.mend) for p in refused.value.problems}
    assert mend.startswith("Hãy phê duyệt hồ sơ tốt nhất")
    assert "chưa được đối chiếu" in mend
    assert "TT 25/2026/TT-BCT" in mend


def test_the_leader_may_choose_another_than_the_best_and_departs_from_the_council():
    story = factory.judged("90", "80")
    round_ = factory.proposed(story)
    first, second = (factory.decision_on(d) for d in story.dossiers)
    factory.decide(
        story,
        round_,
        rulings={
            first.pk: Rule(ruling=Ruling.DECLINE, amount=None, reason_vi="Trùng."),
            second.pk: Rule(
                ruling=Ruling.APPROVE, amount=Decimal(1_000_000_000), reason_vi="Hợp."
            ),
        },
    )
    assert [
        (d.ruling, d.departs_from_council) for d in round_.decisions.order_by("pk")
    ] == [("decline", True), ("approve", True)]


def test_dossiers_of_different_orders_are_approved_together():
    story = factory.judged("90", "80", orders=2)
    round_ = factory.decided(story)
    assert [d.ruling for d in round_.decisions.all()] == ["approve", "approve"]


def test_dossiers_without_an_order_are_approved_together():
    story = factory.judged("90", "80", orders=0)
    round_ = factory.decided(story)
    assert [d.ruling for d in round_.decisions.all()] == ["approve", "approve"]


def test_where_the_office_answers_that_several_may_be_all_are_proposed():
    several_allowed()
    story = factory.judged("90", "80")
    round_ = factory.decided(story)
    assert [(d.rank, d.found, d.ruling) for d in round_.decisions.order_by("pk")] == [
        (1, "approve", "approve"),
        (2, "approve", "approve"),
    ]


def test_a_version_frozen_before_the_rule_was_written_down_limits_nothing():
    regimes()
    version = active_version("moit_2026")
    content = {
        key: part
        for key, part in RegimeVersion.objects.get(pk=version.pk).content.items()
        if key != "approvals"
    }
    content["switches"] = [s for s in content["switches"] if s["id"] != "one_per_order"]
    RegimeVersion.objects.filter(pk=version.pk).update(content=content, sha256="old")
    version.refresh_from_db()
    assert one_winner(version) is None


@pytest.mark.parametrize(
    ("code", "mark", "article"),
    [
        ("moit_2014", "I", "TT50 Art 21.6"),
        ("moit_2026", "I", "TT25 Art 6-13"),
        ("national_2013", "V", "TT20 Art 11.8"),
        ("nd268_2025", "I", "ND268 Art 19"),
    ],
)
def test_each_procedure_says_on_what_the_limit_rests(code, mark, article):
    regimes()
    rule = one_winner(active_version(code))
    assert (rule.per_order, rule.v, rule.basis) == ("one", mark, article)


def upheld_again(story):
    """The refused dossier objects, the leader upholds it, and it is laid out again."""
    objection = factory.objected(story)
    actions.answer_objection(
        actor=story.leader,
        objection_id=objection.pk,
        upheld=True,
        answer="Chấm lại.",
        at=factory.ANSWERED,
    )
    return actions.prepare_round(
        actor=story.officer,
        call_id=story.call.pk,
        title_vi="Đợt 2",
        at=factory.ANSWERED,
    )


def test_an_order_that_is_taken_gets_no_second_dossier_in_a_later_round():
    story = factory.judged("90", "80")
    factory.released(story)
    again = upheld_again(story)
    decision = again.decisions.get()
    assert decision.proposed == "decline"
    wanted({"story": story, "of": decision})
    with pytest.raises(Invalid) as refused:
        actions.propose_round(
            actor=story.officer, round_id=again.pk, proposal="", at=factory.ANSWERED
        )
    dossier = story.dossiers[1]
    assert told(refused) == [
        (
            f"decision-{decision.pk}-proposed",
            (
                f"{dossier.code}: một hồ sơ khác của đặt hàng {dossier.order.code} đã "
                "được phê duyệt trước đó, mà chỉ được phê duyệt một hồ sơ."
            ),
        )
    ]


def test_of_two_leaders_who_decide_for_one_order_at_once_one_wins(monkeypatch):
    """What the first wrote is seen only after the second wrote to the record."""
    story = factory.judged("90", "80")
    factory.released(story)
    again = upheld_again(story)
    with monkeypatch.context() as blind:
        blind.setattr(rounds, "check_winners", lambda *_a: [])
        wanted({"story": story, "of": again.decisions.get()})
        actions.propose_round(
            actor=story.officer, round_id=again.pk, proposal="", at=factory.ANSWERED
        )
        with pytest.raises(Stale):
            actions.decide_round(
                actor=story.leader,
                round_id=again.pk,
                decision_number="190/QĐ-BCT",
                rulings={},
                at=factory.ANSWERED,
            )
    assert Decision.objects.filter(ruling="approve").count() == 1
