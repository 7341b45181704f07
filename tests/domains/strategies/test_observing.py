"""Values are rows that are never edited: entered, decided by another, corrected by new ones."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.models import CampaignItem, Observation
from opensti.kernel.access import PUBLIC, visible
from opensti.kernel.refusals import AccessDenied, Invalid, Stale, StepNotAllowed
from tests.factories import strategies_indicators as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
D = Decimal


def said(value=None, *, period="2025", parts=(), **more):
    return actions.ValueFacts(
        period=period,
        value=None if value is None else D(str(value)),
        parts=[actions.PartValue(cell=c, value=D(str(v))) for c, v in parts],
        **more,
    )


def enter(actor, card, facts, agency=None, **more):
    return actions.enter_observation(
        actor=actor,
        indicator_id=card.pk,
        facts=facts,
        reporter_id=agency.pk if agency else None,
        at=more.pop("at", make.AT),
        **more,
    )


def decide(act, actor, row, **more):
    row.refresh_from_db()
    return act(
        actor=actor,
        observation_id=row.pk,
        version=row.version,
        at=make.AT + timedelta(days=1),
        **more,
    )


def provinces(*codes, complete=True):
    return [
        {
            "code": "province",
            "name_vi": "Tỉnh",
            "name_en": "",
            "complete": complete,
            "parts": [{"code": c, "name_vi": c, "name_en": ""} for c in codes],
        }
    ]


def test_a_value_is_entered_approved_by_another_and_published():
    officer, leader, card = make.officer(), make.leader(), make.card()
    row = enter(officer, card, said(12))
    assert not visible(PUBLIC, Observation.objects.all()).exists()
    decide(actions.approve_observation, leader, row)
    row = decide(actions.publish_observation, officer, row)
    assert (row.state, row.value, row.decided_by_id) == (
        "published",
        D(12),
        leader.user_id,
    )
    assert list(visible(PUBLIC, Observation.objects.all())) == [row]


def test_nobody_approves_what_he_entered_himself():
    officer = make.officer()
    row = enter(officer, make.card(), said(12))
    for act, more in (
        (actions.approve_observation, {}),
        (actions.return_observation, {"reason": "x"}),
    ):
        with pytest.raises(AccessDenied):
            decide(act, officer, row, **more)
    row.refresh_from_db()
    assert row.state == "entered"


def test_a_percentage_is_computed_and_checked_against_what_is_given():
    officer, card = make.officer(), make.percent()
    row = enter(officer, card, said(numerator=D(1), denominator=D(3)))
    assert row.value == D("33.33333333")
    with pytest.raises(Invalid) as refused:
        enter(
            officer,
            card,
            said("34.1", period="2024", numerator=D(1), denominator=D(3)),
        )
    assert [(p.field, str(p.message)) for p in refused.value.problems] == [
        ("value", "The value says 34.1, but 1 / 3 makes 33.3.")
    ]


def test_an_agency_reports_a_ratio_by_its_parts():
    agency, card = make.agency(), make.percent()
    make.campaign((agency, card))
    with pytest.raises(Invalid):
        enter(make.manager(agency), card, said(30), agency)
    assert enter(make.officer(), card, said(30)).value == D(30)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"value": None}, "value"),
        ({"value": -1}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "1e20"}, "value"),
        ({"value": "0.123456789"}, "value"),
        ({"period": "2025-Q1"}, "period"),
        ({"period": "25"}, "period"),
        ({"period": "2027"}, "period"),
        ({"numerator": D(1), "denominator": D(2)}, "numerator"),
        ({"status": "guessed"}, "status"),
    ],
)
def test_what_is_no_value_is_refused_at_its_field(changed, field):
    with pytest.raises(Invalid) as refused:
        enter(make.officer(), make.card(), said(**{"value": 5} | changed))
    assert {p.field for p in refused.value.problems} == {field}
    assert not Observation.objects.exists()


def test_a_second_click_makes_no_second_row():
    officer, card = make.officer(), make.card()
    enter(officer, card, said(5))
    with pytest.raises(StepNotAllowed):
        enter(officer, card, said(5))
    assert Observation.objects.count() == 1


def test_an_agency_reports_what_it_is_asked_for_and_for_itself_alone():
    agency, other, card = make.agency(), make.agency(), make.card()
    manager = make.manager(agency)
    with pytest.raises(StepNotAllowed):
        enter(manager, card, said(5), agency)
    make.campaign((agency, card), (other, card))
    with pytest.raises(AccessDenied):
        enter(manager, card, said(5), other)
    row = enter(manager, card, said(5), agency)
    items = CampaignItem.objects.order_by("pk").values_list(
        "observation", "reported_at"
    )
    assert list(items) == [(row.pk, make.AT), (None, None)]


def test_what_was_returned_is_reported_anew_and_both_stay():
    officer, agency, card = make.officer(), make.agency(), make.card()
    manager = make.manager(agency)
    make.campaign((agency, card))
    first = enter(manager, card, said(5), agency)
    decide(actions.return_observation, officer, first, reason="Thiếu chi nhánh")
    second = enter(manager, card, said(7), agency)
    first.refresh_from_db()
    assert (first.state, first.returned_for, second.replaces) == (
        "returned",
        "Thiếu chi nhánh",
        first,
    )
    assert CampaignItem.objects.get().observation == second


def correct(actor, row, facts, **more):
    row.refresh_from_db()
    return actions.correct_observation(
        actor=actor,
        observation_id=row.pk,
        facts=facts,
        reason=more.pop("reason", "Đếm lại"),
        version=more.pop("version", row.version),
        at=make.AT + timedelta(days=2),
    )


def test_a_correction_is_a_new_row_and_counts_once_approved():
    officer, leader, card = make.officer(), make.leader(), make.card(cumulative=True)
    old = enter(officer, card, said(15))
    decide(actions.approve_observation, leader, old)
    new = correct(officer, old, said(12))
    later = make.AT + timedelta(days=30)

    def now():
        return queries.value_of(card, period="2025", as_of=later).value

    assert now() == D(15)
    decide(actions.approve_observation, leader, new)
    old.refresh_from_db()
    assert (now(), old.value, old.state, new.note) == (
        D(12),
        D(15),
        "approved",
        "Đếm lại",
    )
    with pytest.raises(StepNotAllowed):
        correct(officer, old, said(11))


def test_a_correction_needs_a_reason_the_same_period_and_a_fresh_sight():
    officer, card = make.officer(), make.card()
    row = enter(officer, card, said(15))
    with pytest.raises(Invalid):
        correct(officer, row, said(12), reason=" ")
    with pytest.raises(Invalid):
        correct(officer, row, said(12, period="2024"))
    with pytest.raises(Stale):
        correct(officer, row, said(12), version=9)
    assert Observation.objects.count() == 1


def test_what_was_corrected_before_approval_is_not_approved():
    officer, leader, card = make.officer(), make.leader(), make.card()
    old = enter(officer, card, said(15))
    correct(officer, old, said(12))
    with pytest.raises(StepNotAllowed):
        decide(actions.approve_observation, leader, old)
    assert [r.value for r in queries.to_approve(leader)] == [D(12)]


def test_parts_add_up_to_the_whole_or_the_difference_is_told():
    officer, card = make.officer(), make.card(dimensions=provinces("01", "79"))
    with pytest.raises(Invalid) as refused:
        enter(officer, card, said(10, parts=[("province=01", 4), ("province=79", 5)]))
    assert [str(p.message) for p in refused.value.problems] == [
        "The parts of “province” make 9, the whole is 10: 1 apart."
    ]
    row = enter(
        officer,
        card,
        said(10, parts=[("province=01", 4), ("province=79", 5), ("province=*", 1)]),
    )
    assert [(p.cell, p.value) for p in queries.parts_of(row)] == [
        ("province=*", D(1)),
        ("province=01", D(4)),
        ("province=79", D(5)),
    ]


def test_parts_rounded_one_by_one_add_up_within_their_rounding():
    card = make.card(kind="amount", decimals=1, dimensions=provinces("01", "31", "79"))
    third = [(f"province={c}", "33.3") for c in ("01", "31", "79")]
    row = enter(make.officer(), card, said(100, parts=third))
    assert len(queries.parts_of(row)) == 3
    with pytest.raises(Invalid):
        enter(make.officer(), card, said("100.2", period="2024", parts=third))


def test_parts_that_leave_a_rest_are_not_more_than_the_whole():
    officer = make.officer()
    card = make.card(dimensions=provinces("01", "79", complete=False))
    enter(officer, card, said(10, parts=[("province=01", 4)]))
    with pytest.raises(Invalid) as refused:
        enter(officer, card, said(10, period="2024", parts=[("province=01", 14)]))
    assert "by 4" in str(refused.value.problems[0].message)


def test_a_part_that_the_card_does_not_know_is_refused():
    card = make.card(dimensions=provinces("01"))
    with pytest.raises(Invalid):
        enter(make.officer(), card, said(10, parts=[("province=99", 10)]))


def test_parts_are_decided_with_their_whole():
    officer, leader = make.officer(), make.leader()
    card = make.card(dimensions=provinces("01"))
    row = enter(officer, card, said(10, parts=[("province=01", 10)]))
    part = queries.parts_of(row)[0]
    with pytest.raises(StepNotAllowed):
        decide(actions.approve_observation, leader, part)
    decide(actions.approve_observation, leader, row)
    part.refresh_from_db()
    assert part.state == "approved"


def test_the_file_a_value_came_from_is_kept_with_its_digest():
    content = b"ma,gia_tri\nA,5\n"
    row = enter(
        make.officer(),
        make.card(),
        said(5),
        file=SimpleUploadedFile("so-lieu.csv", content),
    )
    assert (row.file_name, row.sha256) == (
        "so-lieu.csv",
        hashlib.sha256(content).hexdigest(),
    )


def test_many_are_approved_together_or_none():
    officer, leader = make.officer(), make.officer()
    rows = [enter(officer, make.card(), said(n)) for n in (1, 2)]
    own = enter(leader, make.card(), said(3))
    ids = [row.pk for row in (*rows, own)]
    told = actions.approve_many(
        actor=leader, observation_ids=ids, at=make.AT, dry_run=True
    )
    assert [line.refusal is None for line in told] == [True, True, False]
    with pytest.raises(Stale):
        actions.approve_many(actor=leader, observation_ids=ids, at=make.AT)
    assert not Observation.objects.exclude(state="entered").exists()
    actions.approve_many(actor=leader, observation_ids=ids[:2], at=make.AT)
    assert [r.state for r in Observation.objects.order_by("pk")] == [
        "approved",
        "approved",
        "entered",
    ]
