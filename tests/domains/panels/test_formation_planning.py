"""A plan is changed, fixed by hand, and given up."""

from __future__ import annotations

import pytest

from opensti.domains.panels import actions
from opensti.domains.panels.models import (
    ExpertLock,
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


def test_a_plan_is_given_up_with_a_reason_and_then_stands_still(office):
    factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    drop = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    with pytest.raises(Invalid):
        actions.drop_formation(**drop, reason=" ")
    actions.drop_formation(**drop, reason="Đợt này hủy.")
    with pytest.raises(StepNotAllowed):
        factory.change(office, formation, seniors=1)
