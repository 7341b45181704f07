"""Campaigns ask agencies, remind them, and show who is late."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.models import Campaign, CampaignItem
from opensti.kernel.access import Role, visible
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import openings
from opensti.kernel.refusals import AccessDenied, Invalid, StepNotAllowed
from tests.factories import strategies_indicators as make
from tests.factories.registry import Memberships
from tests.factories.tasks import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
REOPENED = "strategies.reopen_campaign"


def facts(**changed):
    return actions.CampaignFacts(
        **{
            "title_vi": "Báo cáo 2025",
            "period": "2025",
            "opens_on": make.TODAY,
            "due_on": make.TODAY + timedelta(days=20),
        }
        | changed
    )


def asked(*pairs):
    return [
        actions.AskedFor(agency_id=agency.pk, indicator_id=card.pk)
        for agency, card in pairs
    ]


def step(act, actor, campaign, **more):
    campaign.refresh_from_db()
    return act(
        actor=actor,
        campaign_id=campaign.pk,
        version=campaign.version,
        at=make.AT,
        **more,
    )


def test_agencies_know_of_a_campaign_once_it_is_open():
    officer, agency, card = make.officer(), make.agency(), make.card()
    manager, stranger = make.manager(agency), make.manager(make.agency())
    campaign = actions.draft_campaign(
        actor=officer, facts=facts(), asked=asked((agency, card)), at=make.AT
    )
    assert list(visible(manager, Campaign.objects.all())) == []
    step(actions.open_campaign, officer, campaign)
    known = {
        who: list(visible(actor, Campaign.objects.all()))
        for who, actor in (("manager", manager), ("stranger", stranger))
    }
    assert known == {"manager": [campaign], "stranger": []}


def test_a_campaign_that_asks_nobody_is_not_opened():
    officer = make.officer()
    campaign = actions.draft_campaign(actor=officer, facts=facts(), at=make.AT)
    with pytest.raises(StepNotAllowed):
        step(actions.open_campaign, officer, campaign)
    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_only_an_officer_makes_campaigns():
    with pytest.raises(AccessDenied):
        actions.draft_campaign(actor=person(Role.MANAGER), facts=facts(), at=make.AT)
    assert not Campaign.objects.exists()


def test_an_open_campaign_may_end_later_and_not_earlier():
    officer = make.officer()
    campaign = make.campaign((make.agency(), make.card()))
    same = {"opens_on": campaign.opens_on}
    with pytest.raises(Invalid):
        step(
            actions.change_campaign,
            officer,
            campaign,
            facts=facts(**same, due_on=campaign.due_on - timedelta(days=1)),
        )
    later = campaign.due_on + timedelta(days=9)
    changed = step(
        actions.change_campaign, officer, campaign, facts=facts(**same, due_on=later)
    )
    assert changed.due_on == later


def test_a_card_of_another_rhythm_does_not_fit_the_period():
    with pytest.raises(Invalid) as refused:
        actions.draft_campaign(
            actor=make.officer(),
            facts=facts(),
            asked=asked((make.agency(), make.card(rhythm="quarter"))),
            at=make.AT,
        )
    assert [p.field for p in refused.value.problems] == ["asked"]


def test_what_was_reported_is_not_dropped():
    officer, agency, card = make.officer(), make.agency(), make.card()
    campaign = make.campaign((agency, card))
    CampaignItem.objects.update(observation=make.approved(card, "2025", 5))
    with pytest.raises(StepNotAllowed):
        step(actions.set_asked, officer, campaign, asked=[])
    other = make.agency()
    step(
        actions.set_asked,
        officer,
        campaign,
        asked=asked((agency, card), (other, card)),
    )
    assert campaign.items.count() == 2


def test_the_matrix_says_who_reported_waits_and_is_late():
    quick, slow = make.agency(name_vi="A"), make.agency(name_vi="B")
    one, two = make.card(), make.card()
    campaign = make.campaign((quick, one), (slow, one), (slow, two))
    CampaignItem.objects.filter(agency=quick).update(
        observation=make.approved(one, "2025", 5, reporter=quick)
    )

    def told(today):
        matrix = queries.matrix_of(make.officer(), campaign, today)
        return [
            (row.agency, [c and c[1] for c in row.cells], row.reported, row.asked)
            for row in matrix.rows
        ]

    assert told(make.TODAY) == [
        (quick, ["approved", None], 1, 1),
        (slow, ["waiting", "waiting"], 0, 2),
    ]
    assert told(campaign.due_on + timedelta(days=1)) == [
        (quick, ["approved", None], 1, 1),
        (slow, ["late", "late"], 0, 2),
    ]


def test_an_agency_sees_its_own_line_alone():
    mine, other, card = make.agency(), make.agency(), make.card()
    campaign = make.campaign((mine, card), (other, card))
    matrix = queries.matrix_of(make.manager(mine), campaign, make.TODAY)
    assert [row.agency for row in matrix.rows] == [mine]
    found = queries.campaigns(make.manager(mine)).values_list("asked", "reported")
    assert list(found) == [(1, 0)]


def report(actor, agency, card, at):
    return actions.enter_observation(
        actor=actor,
        indicator_id=card.pk,
        reporter_id=agency.pk,
        facts=actions.ValueFacts(period="2025", value=Decimal(5)),
        at=at,
    )


def test_a_closed_campaign_is_reopened_and_who_reports_then_is_marked_late():
    quick, slow, card = make.agency(name_vi="A"), make.agency(name_vi="B"), make.card()
    campaign = make.campaign((quick, card), (slow, card))
    officer = make.officer()
    report(make.manager(quick), quick, card, make.AT)
    step(actions.close_campaign, officer, campaign)
    late = make.AT + timedelta(days=30)
    with pytest.raises(StepNotAllowed):
        report(make.manager(slow), slow, card, late)
    reopened = step(
        actions.reopen_campaign, officer, campaign, reason=" Sự cố đường truyền "
    )
    assert reopened.state == "open"
    report(make.manager(slow), slow, card, late)
    matrix = queries.matrix_of(officer, campaign, late.date())
    assert [(r.agency, [c[1:] for c in r.cells]) for r in matrix.rows] == [
        (quick, [("entered", False)]),
        (slow, [("entered", True)]),
    ]
    told = openings(f"strategies.campaign:{campaign.public_id}", REOPENED)
    assert [each.detail for each in told] == [
        {
            "period": "2025",
            "state": "open",
            "version": 3,
            "reason": "Sự cố đường truyền",
            "not_reported": 1,
        }
    ]


def test_a_correction_of_what_came_in_time_is_not_late():
    agency, card = make.agency(), make.card()
    campaign = make.campaign((agency, card))
    manager = make.manager(agency)
    row = report(manager, agency, card, make.AT)
    actions.correct_observation(
        actor=manager,
        observation_id=row.pk,
        facts=actions.ValueFacts(period="2025", value=Decimal(6)),
        reason="Đếm lại",
        version=1,
        at=make.AT + timedelta(days=30),
    )
    matrix = queries.matrix_of(make.officer(), campaign, make.TODAY)
    assert [c[1:] for c in matrix.rows[0].cells] == [("entered", False)]


@pytest.mark.parametrize(
    ("state", "who", "reason", "refused"),
    [
        ("open", Role.OFFICER, "x", StepNotAllowed),
        ("draft", Role.OFFICER, "x", StepNotAllowed),
        ("closed", Role.OFFICER, " ", Invalid),
        ("closed", Role.LEADER, "x", AccessDenied),
    ],
)
def test_a_campaign_is_not_reopened_otherwise(state, who, reason, refused):
    campaign = make.campaign((make.agency(), make.card()), state=state)
    with pytest.raises(refused):
        step(actions.reopen_campaign, person(who), campaign, reason=reason)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.version) == (state, 1)
    assert not Entry.objects.filter(act=REOPENED).exists()


def managed():
    agency = make.agency()
    user = make.account()
    Memberships.create(organisation=agency, user=user, manager=True)
    return agency, user


def test_managers_are_reminded_once_a_week_until_they_report():
    agency, user = managed()
    card = make.card()
    make.campaign((agency, card), (agency, make.card()))
    days = [
        actions.remind_agencies(at=make.AT + timedelta(days=n)) for n in (0, 0, 3, 8)
    ]
    assert days == [1, 0, 0, 1]
    assert [m.to for m in mail.outbox] == [[user.email], [user.email]]
    CampaignItem.objects.update(
        observation=make.approved(card, "2025", 5, reporter=agency)
    )
    assert actions.remind_agencies(at=make.AT + timedelta(days=16)) == 0


def test_the_office_may_write_at_once(django_capture_on_commit_callbacks):
    agency, user = managed()
    campaign = make.campaign((agency, make.card()))
    with django_capture_on_commit_callbacks(execute=True):
        step(actions.remind_campaign, make.officer(), campaign)
    assert [m.to for m in mail.outbox] == [[user.email]]


def test_home_tells_the_agency_what_to_report_and_the_office_what_to_approve():
    agency, card = make.agency(), make.card()
    campaign = make.campaign((agency, card))
    manager, officer, other = make.manager(agency), make.officer(), make.officer()
    late = campaign.due_on + timedelta(days=1)
    assert [
        (item.kind, item.url_args, item.overdue)
        for item in queries.indicator_work(manager, late)
    ] == [("strategies.report", (campaign.public_id,), True)]
    actions.enter_observation(
        actor=officer,
        indicator_id=card.pk,
        reporter_id=agency.pk,
        facts=actions.ValueFacts(period="2025", value=Decimal(5)),
        at=make.AT,
    )
    work = {
        name: [item.kind for item in queries.indicator_work(actor, late)]
        for name, actor in (("manager", manager), ("own", officer), ("other", other))
    }
    assert work == {"manager": [], "own": [], "other": ["strategies.approve"]}
