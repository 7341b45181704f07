from __future__ import annotations

from datetime import date

import pytest

from opensti.domains.accounts.models import RoleGrant
from opensti.domains.registry import queries
from opensti.kernel.access import PUBLIC, Actor, Role
from tests.factories.registry import (
    AUDITOR,
    OFFICER,
    TODAY,
    Memberships,
    Organisations,
    People,
    Positions,
    Users,
)

pytestmark = pytest.mark.django_db


def test_actor_for_gathers_roles_person_and_organisations(django_assert_num_queries):
    user = Users.create(full_name="Trần Thị Bình")
    person = People.create(user=user)
    managed = Memberships.create(user=user, manager=True).organisation_id
    plain = Memberships.create(user=user).organisation_id
    Memberships.create(user=user, until=date(2026, 3, 2))
    RoleGrant.objects.create(user=user, role="expert", since=date(2020, 1, 1))
    with django_assert_num_queries(4):
        actor = queries.actor_for(user=user, on=TODAY, sudo=False)
    assert actor == Actor(
        user_id=user.pk,
        name="Trần Thị Bình",
        roles=frozenset({Role.PUBLIC, Role.EXPERT, Role.MANAGER}),
        person_id=person.pk,
        member_of=frozenset({managed, plain}),
        manages=frozenset({managed}),
        on_behalf={},
        sudo=False,
    )


def test_actor_for_somebody_without_anything_is_the_public_with_a_name():
    user = Users.create(full_name="Lê Văn An")
    assert queries.actor_for(user=user, on=TODAY, sudo=True) == Actor(
        user_id=user.pk, name="Lê Văn An", sudo=True
    )


def test_the_public_knows_active_organisations_and_nobody():
    known = Organisations.create()
    Organisations.create(status="dissolved")
    Organisations.create(status="merged", merged_into=known)
    Positions.create(organisation=known)
    assert list(queries.organisations(PUBLIC)) == [known]
    assert list(queries.people(PUBLIC, TODAY)) == []
    assert list(queries.positions_in(PUBLIC, known.pk)) == []


def test_a_member_knows_colleagues_of_today_and_an_expert_only_himself():
    job = Positions.create()
    Positions.create(organisation=job.organisation, until=date(2021, 1, 1))
    stranger = Positions.create().person
    member = Actor(user_id=-1, member_of=frozenset({job.organisation_id}))
    assert list(queries.people(member, TODAY)) == [job.person]
    user = Users.create()
    stranger.user = user
    stranger.save()
    expert = Actor(
        user_id=user.pk, person_id=stranger.pk, roles=frozenset({Role.EXPERT})
    )
    assert list(queries.people(expert, TODAY)) == [stranger]


def test_contact_data_is_for_the_person_colleagues_staff_and_auditor():
    job = Positions.create()
    outsider = Actor(user_id=-1, roles=frozenset({Role.EXPERT}))
    colleague = Actor(user_id=-2, member_of=frozenset({job.organisation_id}))
    assert [
        (
            queries.sees_contact(actor, job.person),
            queries.sees_private(actor, job.person),
        )
        for actor in (PUBLIC, outsider, colleague, AUDITOR, OFFICER)
    ] == [
        (False, False),
        (False, False),
        (True, False),
        (True, True),
        (True, True),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_with_one_row_and_with_three(
    django_assert_num_queries, rows
):
    for _n in range(rows):
        Positions.create()
    with django_assert_num_queries(1):
        assert [(o, o.province, o.parent) for o in queries.organisations(OFFICER)]
    with django_assert_num_queries(2):
        assert all(p.running[0].organisation for p in queries.people(OFFICER, TODAY))


def test_search_forgives_accents():
    found = Organisations.create(name_vi="Viện Nghiên cứu Đổi mới")
    Organisations.create()
    assert list(queries.find_organisations(PUBLIC, "doi moi")) == [found]


def test_like_organisation_finds_by_name_or_tax_code():
    same_name = Organisations.create(name_vi="Viện Cơ khí Năng lượng")
    same_code = Organisations.create(tax_code="0100109106")
    Organisations.create()
    found = queries.like_organisation(
        OFFICER, name="vien co khi nang luong", tax_code="0100109106"
    )
    assert set(found) == {same_name, same_code}


def test_survivor_of_follows_the_chain():
    last = Organisations.create()
    middle = Organisations.create(merged_into=last)
    first = Organisations.create(merged_into=middle)
    assert queries.survivor_of("organisation", first.pk) == last.pk


def test_guess_mapping_reads_vietnamese_and_english_headings():
    assert queries.guess_mapping(
        kind="organisations",
        headings=["STT", "Tên tổ chức", "MST", "Parent", "Ghi chú"],
    ) == {"key": "STT", "name_vi": "Tên tổ chức", "tax_code": "MST", "parent": "Parent"}
