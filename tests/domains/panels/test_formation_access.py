"""Who may plan and approve, and who sees a plan."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import (
    Bid,
    ExpertLock,
    Formation,
    FormationItem,
    FormationRun,
    Place,
    Unavailability,
)
from opensti.kernel.access import Role, visible
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    NotFound,
)
from tests.factories import formation as factory
from tests.factories import panels
from tests.factories.tasks import actor_of, person

pytestmark = pytest.mark.django_db
MODELS = (Formation, FormationItem, FormationRun, Place, ExpertLock, Bid)


def test_only_planners_plan_and_only_officers_approve(office):
    factory.experts(20)
    dossiers = panels.eligible_dossiers(office)
    for role in (Role.EXPERT, Role.APPLICANT, Role.LEADER, Role.AUDITOR):
        with pytest.raises(AccessDenied):
            actions.plan_formation(
                actor=person(role),
                mode="together",
                title_vi="H",
                dossier_ids=[dossiers[0].pk],
                at=panels.AT,
            )
    formation = factory.planned(office, dossiers)
    run = factory.computed(office, formation)
    with pytest.raises(AccessDenied):
        actions.approve_formation(
            actor=office.secretary,
            formation_id=formation.pk,
            run_id=run.pk,
            at=panels.AT,
        )


def test_an_official_party_to_one_case_sees_nothing_of_the_plan(office):
    factory.experts(20)
    one, two = panels.eligible_dossiers(office, 2)
    someone = panels.expert()
    party = actor_of(
        type(one).created_by.field.related_model.objects.get(pk=someone.user_id),
        Role.OFFICER,
        person_id=someone.person_id,
    )
    formation = factory.planned(office, [one, two])
    factory.computed(office, formation)

    def seen():
        return {m.__name__: visible(party, m.objects.all()).count() for m in MODELS}

    assert seen()["Formation"] == 1
    assert seen()["Place"] == 7
    type(one).objects.filter(pk=one.pk).update(leader_id=someone.person_id)
    assert seen() == {m.__name__: 0 for m in MODELS}
    with pytest.raises(NotFound):
        queries.formation(party, formation.public_id)


def test_a_chosen_expert_sees_nothing_of_the_plan(office):
    people = factory.experts(20)
    member = panels.expert()
    factory.make_expert(member)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    factory.computed(office, formation)
    assert all(not visible(member, m.objects.all()).exists() for m in MODELS)
    assert len(people) == 20


def test_an_absence_is_the_experts_own_and_the_offices(office):
    member, other = panels.expert(), panels.expert()
    day = panels.AT.date() + timedelta(days=3)
    said = {"since": day, "last": day, "reason": "Đi chữa bệnh", "at": panels.AT}
    with pytest.raises(AccessDenied):
        actions.set_unavailable(actor=other, person_id=member.person_id, **said)
    actions.set_unavailable(actor=member, person_id=member.person_id, **said)
    actions.set_unavailable(actor=member, person_id=member.person_id, **said)
    assert Unavailability.objects.count() == 1
    rows = Unavailability.objects.all()
    assert [visible(a, rows).count() for a in (member, other, office.officer)] == [
        1,
        0,
        1,
    ]
    with pytest.raises(NotFound):
        actions.drop_unavailable(
            actor=other, unavailability_id=rows.get().pk, at=panels.AT
        )
    kept = Entry.objects.get(act="panels.set_unavailable")
    assert "chữa bệnh" not in str(kept.body)
