"""Councils on orders: everybody who asked for the order is a party, not only the host."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import Conflict
from opensti.domains.panels.queries.barred import barred_pairs
from opensti.domains.registry.actions import declare_relation
from opensti.domains.registry.choices import OrganisationKind
from opensti.domains.registry.models import Position
from opensti.domains.tasks.models import Need, Task
from opensti.domains.tasks.queries import order_ties
from opensti.kernel.access import Role, may
from opensti.kernel.refusals import Invalid
from tests.factories import conflicts, panels
from tests.factories.registry import Memberships, Organisations, People
from tests.factories.tasks import draft, person

pytestmark = pytest.mark.django_db
ON = date(2026, 7, 3)


def asked_for(order, *, by=None, organisation=None, **answers):
    """A need that the order answers, made by somebody, for an organisation or himself."""
    need = draft(by or panels.expert())
    need.organisation = organisation
    need.answers = {**need.answers, **answers}
    need.save(update_fields=["organisation", "answers"])
    order.needs.add(need)
    return need


def searched(office, order):
    council = panels.formed(office, orders=[order], kind="determination")
    actions.find_conflicts(actor=office.officer, at=panels.AT, council_id=council.pk)
    return council


def case_of(someone, order):
    return Conflict.objects.get(person_id=someone.person_id, order=order)


def seat(office, council, someone):
    return actions.add_seat(
        actor=office.officer,
        council_id=council.pk,
        person_id=someone.person_id,
        role="member",
        at=panels.AT,
    )


@pytest.fixture
def order(office):
    return panels.old_order(office)


def test_who_proposed_the_need_is_a_party_and_gets_no_seat(office, order):
    proposer = conflicts.in_the_pool()
    asked_for(order, by=proposer)
    council = searched(office, order)
    assert (case_of(proposer, order).kind, case_of(proposer, order).state) == (
        "part",
        "open",
    )
    with pytest.raises(Invalid) as refused:
        seat(office, council, proposer)
    assert refused.value.problems[0].field == "person"


def test_a_seat_is_refused_to_the_proposer_without_any_search(office, order):
    proposer = conflicts.in_the_pool()
    asked_for(order, by=proposer)
    council = panels.formed(office, orders=[order], kind="determination")
    with pytest.raises(Invalid):
        seat(office, council, proposer)
    assert queries.conflicts_of(person_id=proposer.person_id, council=council) == []


def test_the_proposer_of_a_need_merged_into_another_is_a_party_too(office, order):
    proposer = conflicts.in_the_pool()
    stayed = asked_for(order)
    other = draft(proposer)
    other.merged_into = stayed
    other.save(update_fields=["merged_into"])
    searched(office, order)
    assert case_of(proposer, order).kind == "part"


def test_a_relative_of_the_proposer_is_in_conflict(office, order):
    proposer, relative = panels.expert(), conflicts.in_the_pool()
    asked_for(order, by=proposer)
    declare_relation(
        actor=office.officer,
        person_id=proposer.person_id,
        other_id=relative.person_id,
        kind="sibling",
        at=panels.AT,
    )
    searched(office, order)
    assert case_of(relative, order).kind == "family"


@pytest.mark.parametrize("way", ["proposes", "uses"])
def test_staff_of_the_proposing_and_of_the_using_organisation_are_in_conflict(
    office, order, way
):
    house, member = Organisations.create(), conflicts.in_the_pool()
    Position.objects.create(person_id=member.person_id, organisation=house)
    if way == "proposes":
        asked_for(order, organisation=house)
    else:
        asked_for(order, user_known="yes", user={"id": house.public_id})
    searched(office, order)
    assert case_of(member, order).kind == "partner"


def test_a_member_of_the_beneficiarys_parent_is_in_conflict(office, order):
    parent, house = Organisations.create(), Organisations.create()
    house.parent = parent
    house.save(update_fields=["parent"])
    member = conflicts.in_the_pool()
    Position.objects.create(person_id=member.person_id, organisation=parent)
    asked_for(order, organisation=house)
    council = searched(office, order)
    assert case_of(member, order).kind == "partner"
    with pytest.raises(Invalid):
        seat(office, council, member)


def test_the_host_assigned_and_the_leader_of_a_task_are_parties(office, order):
    host, leader = Organisations.create(), conflicts.in_the_pool()
    member = conflicts.in_the_pool()
    Position.objects.create(person_id=member.person_id, organisation=host)
    order.assigned_host = host
    order.save(update_fields=["assigned_host"])
    Task.objects.create(order=order, state="running", leader_id=leader.person_id)
    searched(office, order)
    assert (case_of(member, order).kind, case_of(leader, order).kind) == (
        "host",
        "part",
    )


def test_who_enters_a_need_from_paper_for_another_house_is_no_party(office, order):
    clerk, house = conflicts.in_the_pool(), Organisations.create()
    asked_for(order, by=clerk, organisation=house)
    searched(office, order)
    assert not Conflict.objects.filter(person_id=clerk.person_id).exists()
    Memberships.create(
        user_id=clerk.user_id,
        organisation=house,
        since=date(2020, 1, 1),
        until=date(2026, 1, 1),
    )
    (behind,) = order_ties([order.pk])
    assert behind.people == (clerk.person_id,)  # he belonged to it when he proposed


def test_that_the_ministry_itself_asked_bars_none_of_its_officials(office, order):
    ministry = Organisations.create(kind=OrganisationKind.AGENCY)
    official = conflicts.in_the_pool()
    Position.objects.create(person_id=official.person_id, organisation=ministry)
    asked_for(order, organisation=ministry)
    searched(office, order)
    assert not Conflict.objects.filter(person_id=official.person_id).exists()


def test_an_official_who_asked_for_the_order_knows_no_council_on_it(office, order):
    house = Organisations.create()
    council = panels.formed(office, orders=[order], kind="determination")
    colleague = panels.expert()
    official = person(
        Role.OFFICER, person_id=colleague.person_id, member_of=frozenset({house.pk})
    )
    assert may(official, "panels.keep", council)
    asked_for(order, organisation=house)
    assert not may(official, "panels.keep", council)
    assert queries.councils(official).count() == 0


def test_the_plan_of_councils_bars_the_parties_of_an_order(office, order):
    house, member, proposer = Organisations.create(), People.create(), panels.expert()
    Position.objects.create(person=member, organisation=house)
    asked_for(order, by=proposer)
    asked_for(order, organisation=house)
    row = SimpleNamespace(pk=7, dossier=None, dossier_id=None, order=order)
    row.order_id = order.pk
    people = [member.pk, proposer.person_id, People.create().pk]
    assert barred_pairs(items=[row], people=people, on=ON) == {
        (member.pk, 7): "host",
        (proposer.person_id, 7): "part",
    }


def test_parties_of_orders_are_asked_in_a_fixed_number_of_queries(
    office, order, django_assert_num_queries
):
    asked_for(order, organisation=Organisations.create())
    with django_assert_num_queries(7):
        order_ties([order.pk])
    for _n in range(2):
        asked_for(order, organisation=Organisations.create())
    with django_assert_num_queries(7):
        order_ties([order.pk])


def test_no_order_is_looked_at_anew_without_reason(office, order):
    asked_for(order, organisation=Organisations.create())
    searched(office, order)
    Need.objects.update(title_vi="Tên khác")
    before = list(Conflict.objects.values())
    actions.look_again(at=panels.AT + timedelta(hours=1))
    assert list(Conflict.objects.values()) == before
