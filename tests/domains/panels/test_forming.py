"""Councils are formed: one click, every condition, who knows the subject."""

from __future__ import annotations

from datetime import date

import pytest

from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import (
    Assignment,
    Council,
    Place,
    Reserve,
    Seat,
    Unavailability,
)
from opensti.domains.panels.problem.conditions import Conditions
from opensti.domains.panels.problem.reserve import replacements
from opensti.domains.registry.queries import expert_pool
from opensti.kernel.refusals import (
    Invalid,
)
from tests.factories import formation as factory
from tests.factories import panels
from tests.factories.registry import Positions, written

pytestmark = pytest.mark.django_db


def test_one_click_gives_a_council_that_meets_the_rule(office):
    factory.experts(30)
    dossiers = panels.eligible_dossiers(office, 2)
    formation = factory.planned(office, dossiers)
    run = factory.computed(office, formation)
    assert (run.state, run.conflict) == ("solved", {})
    [council] = factory.approved(office, formation, run)
    seats = list(Seat.objects.filter(council=council))
    assert queries.composition(council, seats) == []
    assert council.items.count() == 2
    formation.refresh_from_db()
    assert formation.state == "approved"


def test_every_condition_holds_in_every_council_of_its_own(office):
    people = {p.pk: p for p in factory.experts(40)}
    formation = factory.planned(
        office, panels.eligible_dossiers(office, 3), mode="apart"
    )
    factory.change(
        office, formation, seniors=4, enterprise=2, each_gender=3, most_load=2
    )
    run = factory.computed(office, formation)
    facts = expert_pool(on=formation.sits_on)
    for item in formation.items.all():
        members = [facts[pk] for pk in factory.seated(run, item)]
        assert len(members) == 7
        assert sum(m.senior for m in members) >= 4
        assert sum(m.kind == "enterprise" for m in members) >= 2
        assert sum(m.gender == "female" for m in members) >= 3
        assert sum(m.gender == "male" for m in members) >= 3
        assert len({m.organisation_id for m in members}) == 7
        leads = Place.objects.filter(
            run=run, item=item, role__in=["chair", "vice", "reviewer"]
        )
        assert all(people[p.person_id].degree == "doctor" for p in leads)
    loads = [
        Place.objects.filter(run=run, person_id=pk).count()
        for pk in factory.seated(run)
    ]
    assert max(loads) <= 2


def test_who_knows_the_subject_sits_rather_than_who_does_not(office):
    people = factory.experts(30)
    dossier = panels.eligible_dossiers(office)[0]
    knowing = people[:6]
    for one in knowing:
        written(one, dossier.title_vi)
    formation = factory.planned(office, [dossier])
    factory.change(office, formation, per_organisation=0, enterprise=0, outside=0)
    run = factory.computed(office, formation)
    assert {p.pk for p in knowing} <= factory.seated(run)
    assert run.proof["pool"]["without_evidence"] == 24


def test_the_default_conditions_ask_no_more_than_the_pool_holds(office):
    factory.experts(9, degree="master", gender="")
    formation = factory.planned(office, panels.eligible_dossiers(office))
    conditions = Conditions.of(formation.conditions)
    assert (conditions.seniors, conditions.each_gender, conditions.lead_senior) == (
        0,
        0,
        False,
    )
    assert factory.computed(office, formation).state == "solved"


def test_if_one_seat_is_refused_no_council_is_formed(office):
    factory.experts(30)
    dossiers = panels.eligible_dossiers(office, 2)
    formation = factory.planned(office, dossiers, mode="apart")
    run = factory.computed(office, formation)
    last = Place.objects.filter(run=run).order_by("-item__position", "-pk").first()
    Positions.create(
        person_id=last.person_id, organisation_id=last.item.dossier.host_id
    )
    with pytest.raises(Invalid):
        factory.approved(office, formation, run)
    assert Council.objects.count() == 0
    formation.refresh_from_db()
    assert formation.state == "planned"


def test_the_reserve_stands_by_and_the_first_of_it_comes_in(office):
    factory.experts(40)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    run = factory.computed(office, formation)
    [council] = factory.approved(office, formation, run)
    panels.set_up(office, council)
    reserve = list(Reserve.objects.filter(council=council))
    assert len(reserve) >= 5
    assert not {r.person_id for r in reserve} & factory.seated(run)
    seat = Seat.objects.get(council=council, role="chair")
    ranked = replacements(seat.pk)
    assert [r.rank for r in ranked if r.rank] == sorted(
        r.rank for r in ranked if r.rank
    )
    away = Reserve.objects.get(council=council, person_id=ranked[0].person_id)
    day = formation.sits_on
    Unavailability.objects.create(
        person=away.person,
        since=panels.AT.date(),
        until=date(2027, 1, 1),
        entered_by_id=office.officer.user_id,
        entered_at=panels.AT,
    )
    assert away.person_id not in {r.person_id for r in replacements(seat.pk, on=day)}
    with pytest.raises(Invalid):
        actions.replace_from_reserve(
            actor=office.officer,
            seat_id=seat.pk,
            person_id=away.person_id,
            decision_number="3/QĐ",
            at=panels.AT,
        )
    made = actions.replace_from_reserve(
        actor=office.officer, seat_id=seat.pk, decision_number="3/QĐ", at=panels.AT
    )
    assert (made.role, made.state) == ("chair", "invited")
    assert queries.composition(council, list(council.seats.all())) == []


def test_reviewers_are_spread_over_the_members_of_a_council(office):
    dossiers = panels.eligible_dossiers(office, 3)
    council, members = panels.prepared(office, dossiers=dossiers)
    formation = actions.plan_formation(
        actor=office.secretary, mode="reviewers", council_id=council.pk, at=panels.AT
    )
    factory.change(office, formation, most_load=1)
    run = factory.computed(office, formation)
    actions.approve_formation(
        actor=office.officer, formation_id=formation.pk, run_id=run.pk, at=panels.AT
    )
    named = Assignment.objects.filter(item__council=council)
    assert named.count() == 6
    assert len({a.seat_id for a in named}) == 6
    assert len(members) == 7
