"""Experts are asked for their wishes, and about nothing they are in conflict with."""

from __future__ import annotations

import pytest

from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import (
    Bid,
)
from opensti.domains.panels.problem.conditions import Conditions
from opensti.domains.panels.problem.forming import freeze
from opensti.domains.panels.problem.pool import plan_of
from opensti.kernel.refusals import (
    Invalid,
    NotFound,
)
from tests.factories import formation as factory
from tests.factories import panels
from tests.factories.registry import Positions

pytestmark = pytest.mark.django_db


def test_a_wish_tips_the_scale_and_a_conflict_bars(office):
    people = factory.experts(30)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    factory.change(office, formation, per_organisation=0)
    item = formation.items.get()
    Bid.objects.create(item=item, person=people[4], wish="eager", made_at=panels.AT)
    Bid.objects.create(item=item, person=people[5], wish="conflict", made_at=panels.AT)
    frozen = freeze(plan_of(formation), Conditions.of(formation.conditions))
    problem = frozen.assignment
    assert problem.score[problem.pair(str(people[4].pk), "all")] == 0.1
    assert problem.pair(str(people[5].pk), "all") is None
    run = factory.computed(office, formation)
    assert people[4].pk in factory.seated(run)


def test_wishes_are_asked_only_while_they_are_open_and_only_of_experts(office):
    factory.experts(10)
    member, other = panels.expert(), panels.expert()
    factory.make_expert(member)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    item = formation.items.get()

    def wish(who, word="willing"):
        return actions.bid(
            actor=who, formation_id=formation.pk, wishes={item.pk: word}, at=panels.AT
        )

    with pytest.raises(NotFound):
        wish(member)
    opened = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    actions.open_bidding(**opened, until=formation.sits_on)
    assert wish(member) == 1
    assert wish(member) == 0  # a double click says nothing new
    with pytest.raises(NotFound):
        wish(other)  # no expert by the registry
    with pytest.raises(Invalid):
        wish(member, "perhaps")
    actions.close_bidding(**opened)
    with pytest.raises(NotFound):
        wish(member, "eager")
    assert list(Bid.objects.values_list("wish", flat=True)) == ["willing"]


def test_an_expert_in_conflict_is_asked_about_the_other_cases_only(office):
    member = panels.expert()
    factory.make_expert(member)
    one, two = panels.eligible_dossiers(office, 2)
    Positions.create(person_id=member.person_id, organisation_id=one.host_id)
    formation = factory.planned(office, [one, two])
    actions.open_bidding(
        actor=office.officer,
        formation_id=formation.pk,
        until=formation.sits_on,
        at=panels.AT,
    )
    asked = queries.items_to_wish(member, on=panels.AT.date())
    assert [row.dossier_id for row in asked] == [two.pk]


def test_a_rival_is_asked_about_nothing(office):
    member = panels.expert()
    factory.make_expert(member)
    one, two = panels.eligible_dossiers(office, 2)
    type(one).objects.filter(pk=one.pk).update(leader_id=member.person_id)
    formation = factory.planned(office, [one, two])
    actions.open_bidding(
        actor=office.officer,
        formation_id=formation.pk,
        until=formation.sits_on,
        at=panels.AT,
    )
    assert queries.items_to_wish(member, on=panels.AT.date()) == []
