"""Who is in the pool of a plan, and why others are not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from opensti.domains.panels import actions
from opensti.domains.panels.models import (
    Council,
    Seat,
)
from opensti.domains.panels.problem.conditions import Conditions, aspects_of
from opensti.domains.panels.problem.pool import plan_of, pool_of
from opensti.domains.registry.queries import expert_pool
from tests.factories import formation as factory
from tests.factories import panels
from tests.factories.registry import Positions, written

pytestmark = pytest.mark.django_db


def test_the_away_the_full_and_the_party_are_left_out_and_counted(office):
    people = factory.experts(20)
    dossier = panels.eligible_dossiers(office)[0]
    day = panels.AT.date() + timedelta(days=30)
    actions.set_unavailable(
        actor=office.officer, person_id=people[0].pk, since=day, last=day, at=panels.AT
    )
    actions.set_unavailable(
        actor=office.officer,
        person_id=people[1].pk,
        since=day - timedelta(days=9),
        last=day - timedelta(days=1),
        at=panels.AT,
    )
    actions.set_load(
        actor=office.officer, person_id=people[2].pk, most_per_year=0, at=panels.AT
    )
    type(dossier).objects.filter(pk=dossier.pk).update(leader=people[3])
    formation = factory.planned(office, [dossier], sits_on=day)
    pool = pool_of(plan_of(formation), Conditions.of(formation.conditions))
    assert pool.left_out == {
        people[0].pk: "away",
        people[2].pk: "full",
        people[3].pk: "party",
    }
    assert formation.pool == {
        "experts": 20,
        "available": 17,
        "away": 1,
        "full": 1,
        "party": 1,
    }


def test_who_sat_each_of_so_many_years_pauses(office):
    people = factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    for year, seats in ((2024, people[:3]), (2025, people[1:4])):
        council = Council.objects.create(
            kind="selection",
            title_vi="Cũ",
            regime_version=formation.regime_version,
            rule_code=formation.rule_code,
            state="concluded",
            decision_number="1",
            decided_on=date(year, 5, 5),
            created_by_id=office.officer.user_id,
            created_at=panels.AT.replace(year=year),
        )
        Seat.objects.bulk_create(
            Seat(council=council, person=p, role="member", state="accepted")
            for p in seats
        )
    plan = plan_of(formation)
    two_years = pool_of(plan, Conditions(rotation_years=2)).left_out
    assert two_years == {people[1].pk: "rotation", people[2].pk: "rotation"}
    assert pool_of(plan, Conditions(rotation_years=3)).left_out == {}
    once = pool_of(plan, Conditions(rotation_times=1)).left_out
    assert set(once) == {p.pk for p in people[1:4]}


def test_staff_of_the_host_are_in_conflict_and_never_sit(office):
    people = factory.experts(20)
    dossier = panels.eligible_dossiers(office)[0]
    for one in people[:5]:
        written(one, dossier.title_vi)
    Positions.create(person=people[0], organisation_id=dossier.host_id)
    formation = factory.planned(office, [dossier])
    run = factory.computed(office, formation)
    assert people[0].pk not in factory.seated(run)
    assert run.proof["pool"]["in_conflict"] == 1


def test_aspects_are_read_from_codes_and_else_from_words(office):
    [one, two, three] = factory.experts(3, bio_vi="")
    from tests.factories.registry import Codes  # noqa: PLC0415

    one.fields.add(Codes.create(code="5.05", name_vi="Khoa học pháp lý", name_en=""))
    type(two).objects.filter(pk=two.pk).update(bio_vi="Kế toán trưởng")
    facts = expert_pool(on=date(2026, 7, 1))
    assert aspects_of(facts[one.pk]) >= {"legal"}
    assert aspects_of(facts[two.pk]) == {"finance"}
    assert aspects_of(facts[three.pk]) == frozenset()
    del office
