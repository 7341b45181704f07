from __future__ import annotations

from datetime import date, timedelta

import pytest

from opensti.domains.registry import actions
from opensti.domains.registry.models import (
    Membership,
    Organisation,
    Person,
    Position,
    Relation,
)
from opensti.kernel.access import PUBLIC, Actor, Role
from opensti.kernel.record.models import Entry, Secret
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories.registry import (
    AT,
    OFFICER,
    TODAY,
    Codes,
    Memberships,
    Organisations,
    People,
    Positions,
    Users,
    officer,
)

pytestmark = pytest.mark.django_db
AUDITOR = Actor(roles=frozenset({Role.AUDITOR}))


def problems_of(refused: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {p.field for p in refused.value.problems}


def test_create_organisation_keeps_facts_lists_and_one_entry():
    field = Codes.create()
    made = actions.create_organisation(
        actor=OFFICER,
        facts={"name_vi": " Viện  Cơ khí ", "ror": "https://ror.org/02wsd5p50"},
        field_ids=[field.pk],
        aliases=["Narime", "Narime"],
        at=AT,
    )
    made.refresh_from_db()
    assert (made.name_vi, made.ror, made.search_text) == (
        "Viện Cơ khí",
        "02wsd5p50",
        "vien co khi narime narime 02wsd5p50",
    )
    assert list(made.fields.all()) == [field]
    assert [n.name for n in made.names.all()] == ["Narime"]
    assert list(Entry.objects.values_list("act", "subject")) == [
        ("registry.create_organisation", f"registry.organisation:{made.pk}")
    ]


def test_create_organisation_names_every_problem_at_once_and_writes_nothing():
    with pytest.raises(Invalid) as refused:
        actions.create_organisation(
            actor=OFFICER,
            facts={"name_vi": "", "tax_code": "123", "kind": "circus"},
            at=AT,
        )
    assert problems_of(refused) == {"name_vi", "tax_code", "kind"}
    assert Organisation.objects.count() == 0
    assert Entry.objects.count() == 0


def test_create_organisation_refuses_a_ror_that_another_has():
    Organisations.create(ror="02wsd5p50")
    with pytest.raises(Invalid) as refused:
        actions.create_organisation(
            actor=OFFICER, facts={"name_vi": "Viện", "ror": "02wsd5p50"}, at=AT
        )
    assert problems_of(refused) == {"ror"}


@pytest.mark.parametrize("actor", [PUBLIC, AUDITOR])
def test_create_organisation_refuses_a_stranger_and_the_auditor(actor):
    with pytest.raises(AccessDenied):
        actions.create_organisation(actor=actor, facts={"name_vi": "Viện"}, at=AT)
    assert Organisation.objects.count() == 0


def test_a_manager_corrects_the_address_but_not_the_status():
    row = Organisations.create()
    manager = Actor(
        user_id=None, manages=frozenset({row.pk}), member_of=frozenset({row.pk})
    )
    actions.edit_organisation(
        actor=manager, organisation_id=row.pk, facts={"address": "Hà Nội"}, at=AT
    )
    with pytest.raises(AccessDenied):
        actions.edit_organisation(
            actor=manager, organisation_id=row.pk, facts={"status": "dissolved"}, at=AT
        )
    row.refresh_from_db()
    assert (row.address, row.status) == ("Hà Nội", "active")


def test_edit_organisation_refuses_to_write_over_a_newer_version():
    row = Organisations.create(changed_at=AT)
    with pytest.raises(Stale):
        actions.edit_organisation(
            actor=OFFICER,
            organisation_id=row.pk,
            facts={"address": "Huế"},
            seen_at=AT - timedelta(minutes=1),
            at=AT,
        )
    row.refresh_from_db()
    assert row.address == ""


def test_an_organisation_does_not_belong_to_what_belongs_to_it():
    above = Organisations.create()
    below = Organisations.create(parent=above)
    with pytest.raises(Invalid) as refused:
        actions.edit_organisation(
            actor=OFFICER,
            organisation_id=above.pk,
            facts={"parent_id": below.pk},
            at=AT,
        )
    assert problems_of(refused) == {"parent"}


def test_create_person_records_personal_facts_only_as_commitments():
    made = actions.create_person(
        actor=OFFICER,
        facts={
            "full_name": "Lê Thị Hoa",
            "email": "Hoa@Example.vn",
            "birth_year": 1980,
        },
        at=AT,
    )
    entry = Entry.objects.get()
    assert (made.email, made.search_text) == ("hoa@example.vn", "le thi hoa")
    assert b"Hoa" not in bytes(str(entry.body), "utf-8")
    assert set(Secret.objects.values_list("field", flat=True)) == {
        "full_name",
        "email",
        "birth_year",
    }


def test_a_person_corrects_himself_but_does_not_name_himself_an_expert():
    user = Users.create()
    person = People.create(user=user)
    actor = Actor(user_id=user.pk, person_id=person.pk)
    actions.edit_person(
        actor=actor, person_id=person.pk, facts={"phone": "0912345678"}, at=AT
    )
    with pytest.raises(AccessDenied):
        actions.edit_person(
            actor=actor, person_id=person.pk, facts={"is_expert": True}, at=AT
        )
    person.refresh_from_db()
    assert (person.phone, person.is_expert) == ("0912345678", False)


def test_a_stranger_does_not_even_learn_that_a_person_exists():
    person = People.create()
    with pytest.raises(NotFound):
        actions.edit_person(
            actor=Actor(user_id=-1), person_id=person.pk, facts={"phone": "1"}, at=AT
        )


def test_add_position_makes_it_the_main_one_and_refuses_a_second_in_the_same_place():
    job = Positions.create(is_primary=True)
    elsewhere = Organisations.create()
    added = actions.add_position(
        actor=OFFICER,
        person_id=job.person_id,
        organisation_id=elsewhere.pk,
        title_vi="Viện trưởng",
        since=TODAY,
        is_primary=True,
        at=AT,
    )
    with pytest.raises(StepNotAllowed):
        actions.add_position(
            actor=OFFICER,
            person_id=job.person_id,
            organisation_id=elsewhere.pk,
            at=AT,
        )
    assert set(Position.objects.values_list("pk", "is_primary")) == {
        (job.pk, False),
        (added.pk, True),
    }


def test_end_position_refuses_an_end_before_the_start():
    job = Positions.create(since=TODAY)
    with pytest.raises(Invalid):
        actions.end_position(actor=OFFICER, position_id=job.pk, on=TODAY, at=AT)
    ended = actions.end_position(
        actor=OFFICER, position_id=job.pk, on=TODAY + timedelta(days=1), at=AT
    )
    assert ended.until == TODAY + timedelta(days=1)


def test_declare_relation_is_to_one_thing_of_a_fitting_kind():
    person, other = People.create(), People.create()
    organisation = Organisations.create()
    for wrong in (
        {"kind": "spouse"},
        {"kind": "spouse", "other_id": person.pk},
        {"kind": "spouse", "organisation_id": organisation.pk},
        {"kind": "owner", "other_id": other.pk},
        {"kind": "friend", "other_id": other.pk},
        {"kind": "spouse", "other_id": 10**9},
    ):
        with pytest.raises(Invalid):
            actions.declare_relation(actor=OFFICER, person_id=person.pk, at=AT, **wrong)
    made = actions.declare_relation(
        actor=OFFICER, person_id=person.pk, kind="spouse", other_id=other.pk, at=AT
    )
    assert list(Relation.objects.all()) == [made]
    ended = actions.end_relation(actor=OFFICER, relation_id=made.pk, on=TODAY, at=AT)
    assert ended.until == TODAY


def test_set_membership_changes_the_right_from_a_day_on():
    first = Memberships.create()
    actor = officer()
    actions.set_membership(
        actor=actor,
        user_id=first.user_id,
        organisation_id=first.organisation_id,
        manager=True,
        since=TODAY,
        at=AT,
    )
    assert list(
        Membership.objects.order_by("pk").values_list("manager", "since", "until")
    ) == [(False, date(2020, 1, 1), TODAY), (True, TODAY, None)]


def test_the_only_manager_does_not_leave():
    held = Memberships.create(manager=True)
    actor = Actor(
        user_id=held.user_id,
        manages=frozenset({held.organisation_id}),
        member_of=frozenset({held.organisation_id}),
    )
    with pytest.raises(StepNotAllowed):
        actions.end_membership(actor=actor, membership_id=held.pk, on=TODAY, at=AT)


def test_link_account_refuses_one_that_is_taken():
    user = Users.create()
    People.create(user=user)
    person = People.create()
    with pytest.raises(StepNotAllowed):
        actions.link_account(actor=OFFICER, person_id=person.pk, user_id=user.pk, at=AT)
    assert Person.objects.get(pk=person.pk).user_id is None
