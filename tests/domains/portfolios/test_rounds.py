"""From the council's results to the leader's ruling."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from opensti.domains.panels.models import CouncilItem
from opensti.domains.panels.queries import results
from opensti.domains.portfolios import actions
from opensti.domains.portfolios.actions import Rule
from opensti.domains.portfolios.choices import RoundState, Ruling
from opensti.domains.portfolios.lifecycle import ROUND_LIFECYCLE
from opensti.domains.portfolios.models import Decision, Letter, Round
from opensti.kernel.access import Role
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
    SudoNeeded,
)
from tests.factories import portfolios as factory
from tests.factories.tasks import person


def states(story):
    for dossier in story.dossiers:
        dossier.case.refresh_from_db()
    return [d.case.state for d in story.dossiers]


def test_results_are_laid_out_with_what_the_council_found(story):
    round_ = factory.laid_out(story)
    assert round_.state == RoundState.DRAFT
    assert [
        (d.dossier_id, d.found, d.proposed, d.ruling, d.amount, d.rank, d.mean)
        for d in round_.decisions.order_by("pk")
    ] == [
        (
            story.dossiers[0].pk,
            "approve",
            "approve",
            "",
            Decimal(2_000_000_000),
            1,
            Decimal("90.00"),
        ),
        (story.dossiers[1].pk, "decline", "decline", "", None, 2, Decimal("60.00")),
    ]


@pytest.mark.parametrize(
    ("named", "laid_out"),
    [(None, 2_000_000_000), (Decimal(0), 0), (Decimal(7), 7)],
)
def test_an_amount_of_zero_is_an_amount_and_not_what_was_asked(story, named, laid_out):
    CouncilItem.objects.filter(dossier=story.dossiers[0]).update(proposed_amount=named)
    assert factory.laid_out(story).decisions.order_by("pk")[0].amount == laid_out


def test_the_reason_is_said_in_both_languages(story):
    found = factory.laid_out(story).decisions.order_by("pk")[0]
    assert found.reason_en == "The council proposes funding; mean score 90.00."
    assert found.reason_vi
    assert found.reason_vi != found.reason_en


@pytest.mark.django_db
def test_a_mean_is_rounded_once_and_stands_the_same_everywhere():
    story = factory.judged(["66"] * 6 + ["65"])  # 461/7 = 65.857…
    found = factory.laid_out(story).decisions.get()
    council = CouncilItem.objects.get(dossier=story.dossiers[0]).council
    (shown,) = results(story.officer, council)
    assert (f"{found.mean:.4f}", shown.final.replace(",", "."), found.reason_en) == (
        "65.8600",
        "65.86",
        "The council does not propose funding; mean score 65.86.",
    )


def test_nothing_is_laid_out_twice(story):
    factory.laid_out(story)
    with pytest.raises(StepNotAllowed):
        factory.laid_out(story)
    assert Round.objects.count() == 1


def test_the_leader_cannot_lay_out_and_the_officer_cannot_decide(story):
    with pytest.raises(AccessDenied):
        actions.prepare_round(
            actor=story.leader, call_id=story.call.pk, title_vi="", at=factory.LAID_OUT
        )
    round_ = factory.proposed(story)
    with pytest.raises(AccessDenied):
        factory.decide(replace(story, leader=story.officer), round_)


def test_an_officer_who_stands_in_for_the_leader_does_not_decide_the_own_proposal(
    story,
):
    round_ = factory.proposed(story)
    both = replace(
        story.officer,
        roles=story.officer.roles | {Role.LEADER},
        on_behalf={Role.LEADER: story.leader.user_id},
    )
    with pytest.raises(AccessDenied):
        factory.decide(replace(story, leader=both), round_)


def test_deciding_asks_for_the_password(story):
    round_ = factory.proposed(story)
    with pytest.raises(SudoNeeded):
        factory.decide(replace(story, leader=replace(story.leader, sudo=False)), round_)
    round_.refresh_from_db()
    assert round_.state == RoundState.PROPOSED


def test_the_proposal_moves_each_dossier_before_the_leader(story):
    factory.proposed(story)
    assert states(story) == ["proposed", "proposed"]


def test_a_returned_round_comes_back_changed(story):
    round_ = factory.proposed(story)
    actions.return_round(
        actor=story.leader,
        round_id=round_.pk,
        reason="Bổ sung lý do.",
        at=factory.PROPOSED,
    )
    decision = factory.decision_on(story.dossiers[1])
    actions.edit_decision(
        actor=story.officer,
        decision_id=decision.pk,
        proposed=Ruling.DECLINE,
        amount=None,
        reason_vi="Chưa rõ khả năng ứng dụng.",
        reason_en="Use is not clear.",
        at=factory.PROPOSED,
    )
    actions.propose_round(
        actor=story.officer, round_id=round_.pk, proposal="", at=factory.PROPOSED
    )
    assert states(story) == ["proposed", "proposed"]
    assert [
        line.act for line in entries_of(f"portfolios.round:{round_.public_id}")
    ] == [
        "portfolios.prepare",
        "portfolios.propose",
        "portfolios.return",
        "portfolios.edit_decision",
        "portfolios.propose",
    ]


def test_sending_back_needs_its_reason(story):
    round_ = factory.proposed(story)
    with pytest.raises(Invalid) as refused:
        actions.return_round(
            actor=story.leader, round_id=round_.pk, reason=" ", at=factory.PROPOSED
        )
    assert refused.value.field == "reason"


def test_a_decision_is_changed_only_while_the_round_is_prepared(story):
    factory.proposed(story)
    with pytest.raises(StepNotAllowed):
        actions.edit_decision(
            actor=story.officer,
            decision_id=factory.decision_on(story.dossiers[0]).pk,
            proposed=Ruling.DECLINE,
            amount=None,
            reason_vi="Đổi ý.",
            reason_en="",
            at=factory.PROPOSED,
        )


def rule_of(decision, **said):
    given = {
        "ruling": Ruling(decision.proposed),
        "amount": decision.amount,
        "reason_vi": decision.reason_vi,
        **said,
    }
    return {decision.pk: Rule(**given)}


def test_what_the_leader_leaves_is_decided_as_proposed(story):
    round_ = factory.decided(story)
    assert (round_.state, round_.decision_number, round_.decided_by_id) == (
        "decided",
        "188/QĐ-BCT",
        story.leader.user_id,
    )
    assert [
        (d.ruling, d.amount, d.departs_from_council)
        for d in round_.decisions.order_by("pk")
    ] == [("approve", Decimal(2_000_000_000), False), ("decline", None, False)]


def test_a_ruling_against_the_council_is_marked(story):
    round_ = factory.proposed(story)
    rejected = factory.decision_on(story.dossiers[0])
    factory.decide(
        story,
        round_,
        rulings=rule_of(rejected, ruling=Ruling.DECLINE, reason_vi="Trùng nhiệm vụ."),
    )
    rejected.refresh_from_db()
    assert (rejected.ruling, rejected.amount, rejected.departs_from_council) == (
        "decline",
        None,
        True,
    )


def test_it_is_marked_too_when_the_officer_proposed_it(story):
    round_ = factory.laid_out(story)
    decision = factory.decision_on(story.dossiers[0])
    actions.edit_decision(
        actor=story.officer,
        decision_id=decision.pk,
        proposed=Ruling.DECLINE,
        amount=None,
        reason_vi="Trùng nhiệm vụ.",
        reason_en="",
        at=factory.LAID_OUT,
    )
    actions.propose_round(
        actor=story.officer, round_id=round_.pk, proposal="", at=factory.PROPOSED
    )
    factory.decide(story, round_)
    decision.refresh_from_db()
    assert (decision.found, decision.ruling, decision.departs_from_council) == (
        "approve",
        "decline",
        True,
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": None}, "amount"),
        ({"amount": Decimal(4_000_000_001)}, "amount"),
        ({"reason_vi": " "}, "reason_vi"),
    ],
)
def test_a_ruling_that_is_not_whole_is_refused_at_its_field(story, said, field):
    round_ = factory.proposed(story)
    decision = factory.decision_on(story.dossiers[0])
    with pytest.raises(Invalid) as refused:
        factory.decide(story, round_, rulings=rule_of(decision, **said))
    assert [p.field for p in refused.value.problems] == [
        f"decision-{decision.pk}-{field}"
    ]
    assert Letter.objects.count() == 0


def test_the_whole_ceiling_may_be_given(story):
    round_ = factory.proposed(story)
    decision = factory.decision_on(story.dossiers[0])
    factory.decide(
        story, round_, rulings=rule_of(decision, amount=Decimal(4_000_000_000))
    )
    decision.refresh_from_db()
    assert decision.amount == Decimal(4_000_000_000)


def test_a_decision_has_its_number(story):
    round_ = factory.proposed(story)
    with pytest.raises(Invalid) as refused:
        factory.decide(story, round_, decision_number=" ")
    assert refused.value.field == "decision_number"


def test_a_double_click_decides_once(story):
    round_ = factory.decided(story)
    with pytest.raises(StepNotAllowed):
        factory.decide(story, round_)
    assert Letter.objects.count() == 2


def test_of_two_officers_the_second_learns_that_the_first_acted(story):
    round_ = factory.laid_out(story)
    said = {
        "actor": story.officer,
        "decision_id": factory.decision_on(story.dossiers[1]).pk,
        "proposed": Ruling.DECLINE,
        "amount": None,
        "reason_en": "",
        "at": factory.LAID_OUT,
        "expected_version": round_.version,
    }
    actions.edit_decision(reason_vi="Lý do thứ nhất.", **said)
    with pytest.raises(Stale):
        actions.edit_decision(reason_vi="Lý do thứ hai.", **said)
    with pytest.raises(Stale):
        actions.propose_round(
            actor=story.officer,
            round_id=round_.pk,
            proposal="",
            at=factory.PROPOSED,
            expected_version=round_.version,
        )
    assert factory.decision_on(story.dossiers[1]).reason_vi == "Lý do thứ nhất."


def test_an_officer_with_a_stake_does_not_act_on_the_round_as_a_whole(story):
    host_id = story.dossiers[1].host_id
    for stake in (
        {"manages": frozenset({host_id})},
        {"user_id": story.applicants[1].user_id},
    ):
        partial = replace(person(Role.OFFICER, Role.LEADER), **stake)
        with pytest.raises(AccessDenied):
            actions.prepare_round(
                actor=partial, call_id=story.call.pk, title_vi="", at=factory.LAID_OUT
            )
    assert Round.objects.count() == 0
    round_ = factory.proposed(story)
    with pytest.raises(AccessDenied):
        factory.decide(replace(story, leader=partial), round_)
    with pytest.raises(AccessDenied):
        actions.return_round(
            actor=partial, round_id=round_.pk, reason="Sửa.", at=factory.PROPOSED
        )


@pytest.mark.usefixtures("db")
def test_nothing_can_be_laid_out_before_a_council_concluded():
    story = factory.judged()
    with pytest.raises(StepNotAllowed):
        factory.laid_out(story)


def test_every_state_of_a_round_can_be_reached():
    assert ROUND_LIFECYCLE.unreachable(RoundState.values) == set()


def test_the_record_of_the_ruling_is_sealed(story):
    round_ = factory.decided(story)
    lines = entries_of(f"portfolios.round:{round_.public_id}")
    assert [line.public for line in lines] == [False, False, False]
    assert lines[-1].detail == {
        "decision_number": "188/QĐ-BCT",
        "decisions": [
            {
                "dossier": story.dossiers[0].code,
                "ruling": "approve",
                "amount": "2000000000",
                "departs_from_council": False,
            },
            {
                "dossier": story.dossiers[1].code,
                "ruling": "decline",
                "amount": None,
                "departs_from_council": False,
            },
        ],
    }
    assert Decision.objects.filter(entry_position=None).count() == 2


def test_a_ruling_on_what_is_not_decided_here_is_refused_not_passed_over(story):
    round_ = factory.proposed(story)
    rejected = factory.decision_on(story.dossiers[0])
    ruling = Rule(ruling=Ruling.DECLINE, amount=None, reason_vi="Trùng nhiệm vụ.")
    with pytest.raises(NotFound):
        factory.decide(story, round_, rulings={rejected.pk + 99: ruling})
    round_.refresh_from_db()
    assert (round_.state, round_.decided_by_id) == ("proposed", None)
