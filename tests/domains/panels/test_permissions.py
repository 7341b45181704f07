"""Zero bits: what a conflicted person would see without the rule, and does not see."""

from __future__ import annotations

import pytest

from opensti.domains.calls.queries import form_of
from opensti.domains.panels import actions, queries
from opensti.domains.panels.actions.finding import look_at
from opensti.domains.panels.models import (
    Assignment,
    Ballot,
    Council,
    CouncilItem,
    Recusal,
    Seat,
)
from opensti.domains.panels.queries import sheet_of
from opensti.domains.registry.models import Position
from opensti.kernel.access import Role, may, visible
from opensti.kernel.refusals import AccessDenied, NotFound
from tests.factories import panels
from tests.factories.kept import kept
from tests.factories.registry import Organisations
from tests.factories.tasks import actor_of, person

pytestmark = pytest.mark.django_db
TABLES = (Council, CouncilItem, Seat, Recusal, Assignment, Ballot)
NOTHING = {table.__name__: set() for table in TABLES}


def seen(actor):
    """Everything of councils that a person may know of, table by table."""
    return {
        table.__name__: set(
            visible(actor, table.objects.all()).values_list("pk", flat=True)
        )
        for table in TABLES
    }


@pytest.fixture
def two(office):
    return voted_on_two(office)


@kept
def voted_on_two(office):
    """A council on two dossiers: documents sent, every member has cast both ballots."""
    dossiers = panels.eligible_dossiers(office, 2)
    council, members = panels.prepared(office, dossiers=dossiers)
    for number in (1, 2):
        item = panels.item_of(council, number)
        actions.assign_reviewers(
            actor=office.secretary,
            item_id=item.pk,
            seat_ids=[panels.seat_of(council, members[2]).pk],
            at=panels.AT,
        )
    panels.in_session(office, council)
    for number in (1, 2):
        item = panels.item_of(council, number)
        for member in members:
            panels.cast(member, item, panels.scored(sheet_of(item), f"{80 + number}"))
    return council, members


def everywhere(actor, council):
    """All that pages, lists, counts and papers tell a person of a council."""
    council = queries.council(actor, council.public_id)
    listed = queries.councils(actor).get(pk=council.pk)
    return {
        "count": listed.item_count,
        "items": [i.pk for i in queries.items(actor)],
        "agenda": [(i.number, i.pk) for i in queries.agenda(actor, council)],
        "mine": [i.pk for i in queries.my_ballots(actor)],
        "progress": [p.item.pk for p in queries.progress_of(actor, council)],
        "results": [(r.item.pk, r.place) for r in queries.results(actor, council)],
        "minutes": [
            r.item.pk
            for r in queries.minutes_of(
                actor, council, whole=queries.sees_all_of(actor, council)
            ).results
        ],
        "ballots": sorted(
            visible(actor, Ballot.objects.all()).values_list("item_id", flat=True)
        ),
        "work": [w.url_args for w in queries.work_for(actor, panels.AT.date())],
    }


def test_a_recused_member_sees_zero_bits_and_saw_them_before(office, two):
    council, members = two
    member, first, second = (
        members[5],
        panels.item_of(council, 1),
        panels.item_of(council, 2),
    )
    before = everywhere(member, council)
    assert before["agenda"] == [(1, first.pk), (2, second.pk)]
    assert before["ballots"] == [first.pk, second.pk]
    assert before["count"] == 2

    actions.recuse(
        actor=office.secretary,
        item_id=first.pk,
        seat_id=panels.seat_of(council, member).pk,
        reason="Em gái là thành viên chính.",
        at=panels.OPENING,
    )
    after = everywhere(member, council)
    assert after == {
        "count": 1,
        "items": [second.pk],
        "agenda": [(1, second.pk)],
        "mine": [second.pk],
        "progress": [second.pk],
        "results": [],
        "minutes": [],
        "ballots": [second.pk],
        "work": [],
    }
    assert visible(member, Recusal.objects.all()).count() == 0
    for ask in (
        lambda: queries.item(member, first.public_id),
        lambda: actions.save_ballot(
            actor=member, item_id=first.pk, sheet=actions.Sheet(), at=panels.OPENING
        ),
    ):
        with pytest.raises(NotFound):
            ask()


def test_results_and_places_tell_a_recused_member_nothing_of_the_item(office, two):
    council, members = two
    member, first, second = (
        members[5],
        panels.item_of(council, 1),
        panels.item_of(council, 2),
    )
    panels.concluded(office, council)
    # Item 2 has more points: without the rule its place and item 1's are both known.
    assert everywhere(member, council)["results"] == [(second.pk, 1), (first.pk, 2)]

    Recusal.objects.create(
        item=second,
        seat=panels.seat_of(council, member),
        rule_code="declared",
        reason="x",
        made_by_id=office.secretary.user_id,
        made_at=panels.AT,
    )
    actions.write_minutes(
        actor=office.officer,
        council_id=council.pk,
        text="Bàn về hồ sơ thứ hai.",
        at=panels.COUNTING,
    )
    after = everywhere(member, council)
    assert after["results"] == [(first.pk, 1)]
    council.refresh_from_db()
    whole = queries.sees_all_of(member, council)
    assert (whole, queries.minutes_of(member, council, whole=whole).text) == (False, "")


def test_an_official_who_is_party_to_the_dossier_sees_nothing_of_it(two):
    council, _members = two
    dossier = panels.item_of(council, 1).dossier
    ordinary = person(Role.OFFICER)
    assert {panels.item_of(council, 1).pk, panels.item_of(council, 2).pk} <= seen(
        ordinary
    )["CouncilItem"]
    party = person(Role.OFFICER, member_of=frozenset({dossier.host_id}))
    writer = actor_of(dossier.created_by, Role.OFFICER)
    for conflicted in (party, writer):
        assert seen(conflicted)["CouncilItem"] == {panels.item_of(council, 2).pk}
        assert everywhere(conflicted, council)["count"] == 1
        assert not may(conflicted, "panels.keep", council)
        with pytest.raises(AccessDenied):
            panels_conclude(conflicted, council)


def panels_conclude(actor, council):
    return actions.conclude_council(
        actor=actor, council_id=council.pk, at=panels.COUNTING
    )


def test_a_council_on_his_own_dossier_alone_does_not_exist_for_an_official(office):
    others = panels.formed(office, dossiers=panels.eligible_dossiers(office, 2))
    (dossier,) = panels.eligible_dossiers(office)
    council = panels.formed(office, dossiers=[dossier])
    panels.seated(office, council)
    everybody = person(Role.OFFICER)
    party = person(Role.OFFICER, member_of=frozenset({dossier.host_id}))
    assert council.pk != panels.item_of(council).pk  # else one could pass for the other
    assert seen(everybody)["Council"] == {others.pk, council.pk}
    assert seen(party) == NOTHING | {
        "Council": {others.pk},
        "CouncilItem": set(others.items.values_list("pk", flat=True)),
    }


@pytest.mark.parametrize(
    "roles",
    [
        (),
        (Role.APPLICANT,),
        (Role.MANAGER,),
        (Role.EXPERT,),
        (Role.FINANCE,),
        (Role.ADMIN,),
    ],
)
@pytest.mark.usefixtures("two")
def test_strangers_know_of_no_council(roles):
    assert seen(person(*roles)) == NOTHING


def test_another_secretary_does_not_know_of_this_council(office, two):
    council, _members = two
    assert seen(office.secretary)["Council"] == {council.pk}
    assert seen(person(Role.SECRETARY)) == NOTHING


def test_a_lent_role_shows_the_lenders_councils(office, two):
    council, _members = two
    stand_in = person(
        Role.SECRETARY, on_behalf={Role.SECRETARY: office.secretary.user_id}
    )
    assert seen(stand_in)["Council"] == {council.pk}


def test_nobody_reads_a_ballot_before_the_count_and_members_never_read_others(office):
    (dossier,) = panels.eligible_dossiers(office)
    council, members = panels.prepared(office, dossiers=[dossier])
    item = panels.item_of(council)
    panels.cast(members[0], item, panels.scored(sheet_of(item), "80"))
    keepers = [
        office.secretary,
        office.officer,
        person(Role.LEADER),
        person(Role.AUDITOR),
    ]

    assert [len(seen(a)["Ballot"]) for a in keepers] == [0, 0, 0, 0]
    assert [len(seen(m)["Ballot"]) for m in members] == [1, 0, 0, 0, 0, 0, 0]
    panels.in_session(office, council)
    assert [len(seen(a)["Ballot"]) for a in keepers] == [0, 0, 0, 0]
    assert [len(seen(m)["Ballot"]) for m in members] == [1, 0, 0, 0, 0, 0, 0]
    actions.save_ballot(
        actor=members[1], item_id=item.pk, sheet=actions.Sheet(), at=panels.OPENING
    )
    panels.concluded(office, council, missing_ballots_are_blank=True)
    assert [len(seen(a)["Ballot"]) for a in keepers] == [1, 1, 1, 1]
    assert [len(seen(m)["Ballot"]) for m in members] == [1, 1, 0, 0, 0, 0, 0]


def test_who_declined_knows_no_more_of_the_council(office):
    (dossier,) = panels.eligible_dossiers(office)
    council, members = panels.prepared(office, dossiers=[dossier], accept=False)
    assert seen(members[3])["Council"] == {council.pk}
    actions.answer_invitation(
        actor=members[3],
        seat_id=panels.seat_of(council, members[3]).pk,
        accept=False,
        at=panels.AT,
    )
    assert all(not rows for rows in seen(members[3]).values())


def test_a_member_reads_the_dossier_only_once_documents_are_sent_and_the_seat_accepted(
    office,
):
    (dossier,) = panels.eligible_dossiers(office)
    council = panels.formed(office, dossiers=[dossier])
    members = panels.seated(office, council)
    assert all(not rows for rows in seen(members[0]).values())
    panels.set_up(office, council)

    def reads(member):
        return queries.reading(
            member, queries.item(member, panels.item_of(council).public_id)
        )

    assert reads(members[0]) is None
    panels.accepted(council, members[:1])
    assert reads(members[0]) is None
    panels.with_documents(office, council)
    found = reads(members[0])
    assert found is not None
    assert found.content.title_vi == dossier.title_vi
    assert reads(members[1]) is None


def looked_at(office, council, member):
    """What the search finds of a person and the agenda, as the seats ask for it."""
    look_at(
        actor=office.officer, council=council, people=[member.person_id], at=panels.AT
    )
    return queries.conflicts_of(person_id=member.person_id, council=council)


def test_staff_of_the_host_found_in_the_registry_may_not_sit(office):
    (dossier,) = panels.eligible_dossiers(office)
    council = panels.formed(office, dossiers=[dossier])
    member = panels.expert()
    Position.objects.create(person_id=member.person_id, organisation=dossier.host)
    assert [(c.kind, c.item_id) for c in looked_at(office, council, member)] == [
        ("host", panels.item_of(council).pk)
    ]


@pytest.mark.parametrize("by", ["public_id", "pk"])
def test_staff_of_an_organisation_named_in_the_answers_may_not_sit(office, by):
    (dossier,) = panels.eligible_dossiers(office)
    council = panels.formed(office, dossiers=[dossier])
    member = panels.expert()
    partner = Organisations.create()
    Position.objects.create(person_id=member.person_id, organisation=partner)
    field = next(
        (f for f in form_of(dossier).fields() if f.type == "organisation"), None
    )
    assert field is not None
    dossier.answers[field.id] = {"id": getattr(partner, by), "name": partner.name_vi}
    dossier.save(update_fields=["answers"])
    assert {c.item_id for c in looked_at(office, council, member)} == {
        panels.item_of(council).pk
    }
