"""A plan is changed, fixed by hand, and given up."""

from __future__ import annotations

import pytest

from opensti.domains.panels import actions
from opensti.domains.panels.models import (
    ExpertLock,
    Formation,
    Place,
)
from opensti.kernel.refusals import (
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import formation as factory
from tests.factories import panels
from tests.factories.registry import Positions

pytestmark = pytest.mark.django_db


def test_conditions_against_the_rule_are_refused_and_nothing_is_kept(office):
    factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    before = formation.conditions
    for wrong in (
        {"seats": {"chair": 2, "member": 5}},
        {"objective": "best"},
        {"cap": 0},
        {"most_load": 0},
        {"seniors": 8},
        {"each_gender": 4},
        {"aspects": ("taste",)},
        {"leximin": True},
    ):
        with pytest.raises(Invalid):
            factory.change(office, formation, **wrong)
    formation.refresh_from_db()
    assert formation.conditions == before


def test_two_officers_do_not_overwrite_each_other(office):
    factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    factory.change(office, formation, seniors=2)
    with pytest.raises(Stale):
        actions.change_formation(
            actor=office.officer,
            formation_id=formation.pk,
            conditions={"seniors": 1},
            at=panels.AT,
            expected_version=formation.version,
        )


def test_what_is_fixed_by_hand_holds(office):
    people = factory.experts(30)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    fix = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    actions.lock_expert(
        **fix, person_id=people[1].pk, must=True, role="chair", reason="Đầu ngành."
    )
    actions.lock_expert(**fix, person_id=people[0].pk, must=False, reason="Bận.")
    with pytest.raises(Invalid):
        actions.lock_expert(**fix, person_id=people[2].pk, must=True, reason=" ")
    with pytest.raises(StepNotAllowed):
        actions.lock_expert(**fix, person_id=people[0].pk, must=False, reason="Lại.")
    with pytest.raises(NotFound):
        actions.lock_expert(**fix, person_id=0, must=True, reason="Ai?")
    run = factory.computed(office, formation)
    assert Place.objects.get(run=run, role="chair").person_id == people[1].pk
    assert people[0].pk not in factory.seated(run)
    lock = ExpertLock.objects.get(person=people[0])
    actions.unlock_expert(**fix, lock_id=lock.pk)
    assert ExpertLock.objects.count() == 1


def test_a_seat_is_fixed_in_one_council_of_several(office):
    people = factory.experts(40)
    formation = factory.planned(
        office, panels.eligible_dossiers(office, 3), mode="apart"
    )
    factory.change(office, formation, most_load=3)
    first, second, third = formation.items.order_by("position")
    fix = {
        "actor": office.officer,
        "formation_id": formation.pk,
        "must": True,
        "reason": "Đầu ngành.",
        "at": panels.AT,
    }
    # Two masters, whom the optimiser would seat as chairs of nothing.
    actions.lock_expert(**fix, person_id=people[1].pk, role="chair", item_id=first.pk)
    actions.lock_expert(**fix, person_id=people[3].pk, role="chair", item_id=second.pk)
    actions.lock_expert(
        **fix, person_id=people[5].pk, role="reviewer", item_id=first.pk
    )
    with pytest.raises(Invalid):
        actions.lock_expert(
            **fix, person_id=people[7].pk, role="chair", item_id=first.pk
        )
    run = factory.computed(office, formation)
    assert run.state == "solved"
    chairs = dict(
        Place.objects.filter(run=run, role="chair").values_list("item", "person")
    )
    assert (chairs[first.pk], chairs[second.pk]) == (people[1].pk, people[3].pk)
    assert chairs[third.pk] not in {people[1].pk, people[3].pk}
    reviewers = Place.objects.filter(run=run, item=first, role="reviewer")
    assert people[5].pk in set(reviewers.values_list("person", flat=True))
    assert reviewers.count() == formation_seats(formation)["reviewer"]
    assert all(
        Place.objects.filter(run=run, item=item).count() == 7
        for item in (first, second, third)
    )
    assert actions.recompute_run(actor=office.officer, run_public_id=run.public_id)


def formation_seats(formation):
    formation.refresh_from_db()
    return formation.conditions["seats"]


def test_a_seat_fixed_in_all_councils_holds_in_each(office):
    people = factory.experts(40)
    formation = factory.planned(
        office, panels.eligible_dossiers(office, 2), mode="apart"
    )
    factory.change(office, formation, most_load=2)
    actions.lock_expert(
        actor=office.officer,
        formation_id=formation.pk,
        person_id=people[1].pk,
        must=True,
        role="chair",
        reason="Đầu ngành.",
        at=panels.AT,
    )
    run = factory.computed(office, formation)
    chairs = Place.objects.filter(run=run, role="chair")
    assert [p.person_id for p in chairs] == [people[1].pk] * 2


def test_a_reviewer_is_fixed_for_one_case_of_an_agenda(office):
    dossiers = panels.eligible_dossiers(office, 3)
    council, _members = panels.prepared(office, dossiers=dossiers)
    formation = actions.plan_formation(
        actor=office.secretary, mode="reviewers", council_id=council.pk, at=panels.AT
    )
    item = formation.items.order_by("position").last()
    sits = council.seats.filter(role="member").last().person_id
    actions.lock_expert(
        actor=office.officer,
        formation_id=formation.pk,
        person_id=sits,
        must=True,
        role="reviewer",
        item_id=item.pk,
        reason="Cùng chuyên ngành.",
        at=panels.AT,
    )
    run = factory.computed(office, formation)
    assert sits in factory.seated(run, item)
    assert set(Place.objects.filter(run=run).values_list("role", flat=True)) == {
        "reviewer"
    }


def test_no_seat_is_fixed_that_is_none_nor_one_in_a_draw(office):
    people = factory.experts(30)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    fix = {
        "actor": office.officer,
        "formation_id": formation.pk,
        "person_id": people[1].pk,
        "must": True,
        "reason": "Đầu ngành.",
        "at": panels.AT,
    }
    with pytest.raises(Invalid):
        actions.lock_expert(**fix, role="throne")
    actions.lock_expert(**fix, role="chair")
    Formation.objects.filter(pk=formation.pk).update(
        conditions=formation.conditions
        | {
            "objective": "random",
            **dict.fromkeys(
                ("seniors", "enterprise", "outside", "each_gender", "per_organisation"),
                0,
            ),
        }
    )
    with pytest.raises(Invalid):
        actions.lock_expert(**(fix | {"person_id": people[2].pk}), role="vice")
    actions.commit_seed(actor=office.officer, formation_id=formation.pk, at=panels.AT)
    with pytest.raises(StepNotAllowed):
        factory.computed(office, formation)
    assert ExpertLock.objects.count() == 1


def test_nobody_in_conflict_is_fixed_on_a_case(office):
    people = factory.experts(30)
    dossiers = panels.eligible_dossiers(office, 2)
    Positions.create(person=people[1], organisation=dossiers[0].host)
    formation = factory.planned(office, dossiers, mode="apart")
    first, second = formation.items.order_by("position")
    fix = {
        "actor": office.officer,
        "formation_id": formation.pk,
        "person_id": people[1].pk,
        "must": True,
        "reason": "Đầu ngành.",
        "at": panels.AT,
    }
    barred = first if first.dossier_id == dossiers[0].pk else second
    with pytest.raises(Invalid):
        actions.lock_expert(**fix, item_id=barred.pk)
    assert not ExpertLock.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["most_load", "least_load", "per_organisation", "rotation_years", "knowing"],
)
def test_absurd_numbers_are_refused_and_named(office, name):
    factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    with pytest.raises(Invalid) as refused:
        factory.change(office, formation, **{name: 10**9})
    assert name in {p.field for p in refused.value.problems}


def test_loads_and_cases_have_an_upper_bound(office):
    [one] = factory.experts(1)
    said = {"actor": office.officer, "person_id": one.pk, "at": panels.AT}
    for load in ({"least": 0, "most": 10**9}, {"most_per_year": 10**9}):
        with pytest.raises(Invalid):
            actions.set_load(**said, **load)
    with pytest.raises(Invalid):
        actions.plan_formation(
            actor=office.officer,
            mode="apart",
            title_vi="Hội đồng",
            dossier_ids=range(1, 50_001),
            at=panels.AT,
        )
    assert not Formation.objects.exists()


def test_a_plan_is_given_up_with_a_reason_and_then_stands_still(office):
    factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    drop = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    with pytest.raises(Invalid):
        actions.drop_formation(**drop, reason=" ")
    actions.drop_formation(**drop, reason="Đợt này hủy.")
    with pytest.raises(StepNotAllowed):
        factory.change(office, formation, seniors=1)
