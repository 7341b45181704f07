from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from opensti.domains.registry import actions, queries
from opensti.domains.registry.models import (
    Merge,
    Organisation,
    OrganisationName,
    Person,
)
from opensti.kernel.access import PUBLIC
from opensti.kernel.refusals import AccessDenied, NotFound, StepNotAllowed
from tests.factories.registry import (
    AT,
    OFFICER,
    Codes,
    Memberships,
    Organisations,
    People,
    Positions,
    Users,
)

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of the registry but the account of merges and the times of change."""
    return {
        model._meta.label: [
            {k: v for k, v in row.items() if k != "changed_at"}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in apps.get_app_config("registry").get_models(
            include_auto_created=True
        )
        if model is not Merge
    }


def two_organisations() -> tuple[Organisation, Organisation]:
    field, other = Codes.create(), Codes.create()
    survivor = Organisations.create(name_vi="Viện Cơ khí", tax_code="0100109106")
    merged = Organisations.create(
        name_vi="Viện Cơ khí Hà Nội", acronym="VCK", ror="02wsd5p50", parent=survivor
    )
    survivor.parent = merged
    survivor.save()
    survivor.fields.add(field)
    merged.fields.add(field, other)
    OrganisationName.objects.create(organisation=merged, name="Narime")
    Organisations.create(parent=merged)
    Positions.create(organisation=merged)
    user = Users.create()
    Memberships.create(user=user, organisation=survivor)
    Memberships.create(user=user, organisation=merged)
    Memberships.create(organisation=merged)
    for row in (survivor, merged):
        row.search_text = ""
        row.save()
    actions.edit_organisation(
        actor=OFFICER, organisation_id=survivor.pk, facts={}, at=AT
    )
    actions.edit_organisation(actor=OFFICER, organisation_id=merged.pk, facts={}, at=AT)
    survivor.refresh_from_db()
    merged.refresh_from_db()
    return survivor, merged


def test_merge_moves_all_that_pointed_and_undo_puts_every_row_back():
    survivor, merged = two_organisations()
    before = everything()
    row = actions.merge(
        actor=OFFICER,
        kind="organisation",
        survivor_id=survivor.pk,
        merged_id=merged.pk,
        at=AT,
    )
    survivor.refresh_from_db()
    merged.refresh_from_db()
    assert (merged.merged_into, merged.status, merged.ror) == (
        survivor,
        "merged",
        "02wsd5p50",
    )
    assert (survivor.ror, survivor.acronym, survivor.parent) == (
        "02wsd5p50",
        "VCK",
        None,
    )
    assert survivor.fields.count() == 2
    assert survivor.memberships.count() == 2
    assert [p.organisation for p in queries.positions_in(OFFICER, survivor.pk)] == [
        survivor
    ]
    assert queries.find_organisations(PUBLIC, "narime").get() == survivor
    actions.undo_merge(actor=OFFICER, merge_id=row.pk, at=AT)
    assert everything() == before


def test_merge_of_people_moves_the_account_and_undo_returns_it():
    user = Users.create()
    survivor = People.create(full_name="Lê Văn An")
    merged = People.create(full_name="Lê Văn An", user=user, email="an@example.vn")
    before = everything()
    row = actions.merge(
        actor=OFFICER,
        kind="person",
        survivor_id=survivor.pk,
        merged_id=merged.pk,
        at=AT,
    )
    assert Person.objects.get(user=user) == survivor
    assert Person.objects.get(pk=survivor.pk).email == "an@example.vn"
    actions.undo_merge(actor=OFFICER, merge_id=row.pk, at=AT)
    assert everything() == before


def test_two_people_with_accounts_are_not_merged():
    first, second = (People.create(user=Users.create()) for _n in range(2))
    before = everything()
    with pytest.raises(StepNotAllowed):
        actions.merge(
            actor=OFFICER,
            kind="person",
            survivor_id=first.pk,
            merged_id=second.pk,
            at=AT,
        )
    assert everything() == before


def test_merges_are_undone_last_first():
    a, b, c = (Organisations.create() for _n in range(3))
    first = actions.merge(
        actor=OFFICER, kind="organisation", survivor_id=b.pk, merged_id=a.pk, at=AT
    )
    second = actions.merge(
        actor=OFFICER, kind="organisation", survivor_id=c.pk, merged_id=b.pk, at=AT
    )
    assert queries.survivor_of("organisation", a.pk) == c.pk
    with pytest.raises(StepNotAllowed):
        actions.undo_merge(actor=OFFICER, merge_id=first.pk, at=AT)
    actions.undo_merge(actor=OFFICER, merge_id=second.pk, at=AT)
    actions.undo_merge(actor=OFFICER, merge_id=first.pk, at=AT)
    assert Organisation.objects.filter(merged_into=None).count() == 3
    with pytest.raises(StepNotAllowed):
        actions.undo_merge(actor=OFFICER, merge_id=first.pk, at=AT)


def test_what_was_corrected_after_the_merge_stays_when_it_is_undone():
    survivor = Organisations.create()
    merged = Organisations.create(address="Huế")
    row = actions.merge(
        actor=OFFICER,
        kind="organisation",
        survivor_id=survivor.pk,
        merged_id=merged.pk,
        at=AT,
    )
    actions.edit_organisation(
        actor=OFFICER, organisation_id=survivor.pk, facts={"address": "Hà Nội"}, at=AT
    )
    actions.undo_merge(actor=OFFICER, merge_id=row.pk, at=AT)
    survivor.refresh_from_db()
    merged.refresh_from_db()
    assert (survivor.address, merged.address) == ("Hà Nội", "Huế")


def test_merge_refuses_a_stranger_itself_and_what_is_not_there():
    a, b = Organisations.create(), Organisations.create()
    with pytest.raises(AccessDenied):
        actions.merge(
            actor=PUBLIC, kind="organisation", survivor_id=a.pk, merged_id=b.pk, at=AT
        )
    for other in (a.pk, 10**9):
        with pytest.raises(NotFound):
            actions.merge(
                actor=OFFICER,
                kind="organisation",
                survivor_id=a.pk,
                merged_id=other,
                at=AT,
            )
    assert Merge.objects.count() == 0


def test_preview_tells_what_will_move_and_what_will_be_filled():
    survivor = Organisations.create(name_vi="A", address="")
    merged = Organisations.create(name_vi="B", address="Huế")
    Positions.create(organisation=merged)
    preview = queries.merge_preview(
        OFFICER, kind="organisation", survivor_id=survivor.pk, merged_id=merged.pk
    )
    assert [m.count for m in preview.moves] == [1]
    assert [
        (f.survivor, f.merged, f.result) for f in preview.facts if f.merged == "Huế"
    ] == [("", "Huế", "Huế")]
    assert Merge.objects.count() == 0


def test_likely_duplicates_are_named_with_reasons_and_dismissed_for_good():
    one = Organisations.create(name_vi="Công ty Cổ phần Cơ khí Sông Hồng")
    two = Organisations.create(name_vi="Cty CP Cơ khí Sông Hồng", name_en="Red River")
    three = Organisations.create(name_vi="CÔNG TY CP CƠ KHÍ SÔNG HỒNG")
    Organisations.create(name_vi="Viện Dệt may")
    pairs = queries.likely_duplicates(OFFICER, kind="organisation")
    found = [(p.first, p.second, [str(r) for r in p.reasons]) for p in pairs]
    assert (one, three, ["cùng tên"]) in found or (one, three, ["same name"]) in found
    assert {x for a, b, _r in found for x in (a, b)} <= {one, two, three}
    actions.dismiss_pair(
        actor=OFFICER, kind="organisation", first_id=three.pk, second_id=one.pk, at=AT
    )
    again = queries.likely_duplicates(OFFICER, kind="organisation")
    assert (one, three) not in [(p.first, p.second) for p in again]


def test_people_who_share_a_name_are_weighed_by_employer_year_and_identifiers():
    job = Positions.create(person=People.create(full_name="Nguyễn Văn Hùng"))
    Positions.create(
        person=People.create(full_name="Nguyễn Văn Hùng"), organisation=job.organisation
    )
    People.create(
        full_name="Hùng Nguyễn Văn", birth_year=1950, orcid="0000-0002-1825-0097"
    )
    People.create(full_name="nguyen van hung", birth_year=1990, email="h@example.vn")
    People.create(full_name="Khác hẳn", email="h@example.vn")
    scores = sorted(
        p.percent for p in queries.likely_duplicates(OFFICER, kind="person")
    )
    assert scores == [55, 55, 55, 55, 75, 95]


@pytest.mark.parametrize("number", [1, 3])
def test_likely_duplicates_cost_four_queries(django_assert_num_queries, number):
    for n in range(number):
        Organisations.create(name_vi=f"Viện {n * 'abc'} Cơ khí")
        Organisations.create(name_vi=f"Viện {n * 'abc'} Cơ khí")
    with django_assert_num_queries(4):
        assert len(queries.likely_duplicates(OFFICER, kind="organisation")) >= number
