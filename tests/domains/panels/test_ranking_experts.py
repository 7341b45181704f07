"""Who knows a subject: asked for, worked out, kept up to date, and shown to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import ExpertRanking, RankedExpert
from opensti.domains.registry.models import Person, Work
from opensti.kernel.access import Role, may, visible
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, NotFound
from tests.factories import conflicts
from tests.factories import panels as factory
from tests.factories.registry import People, written
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = factory.AT
ON = AT.date()


@pytest.fixture
def zinc(office):
    return factory.old_order(office)


@pytest.fixture
def knows():
    return written(
        People.create(is_expert=True, keywords_vi="luyện kim màu"),
        "Thu hồi kẽm từ bụi lò",
    )


def ranked(office, thing, kind="order"):
    actions.ask_for_experts(
        actor=office.officer, kind=kind, public_id=thing.public_id, at=AT
    )
    assert actions.rank_wanted(at=AT) == 1
    return ExpertRanking.objects.get()


def test_an_officer_asks_and_the_worker_ranks_with_reasons(office, zinc, knows):
    beside = written(People.create(is_expert=True), "Giống lúa")
    outside = written(People.create(), "Thu hồi kẽm")
    ranking = ranked(office, zinc)
    assert (ranking.made_at, ranking.wanted_at, ranking.people) == (AT, None, 2)
    row = RankedExpert.objects.get()
    assert (row.person, row.place, row.evidence) == (knows, 1, "few")
    assert row.person not in (beside, outside)
    first = row.reasons[0]
    assert (first["kind"], first["title"], first["year"]) == (
        "work",
        "Thu hồi kẽm từ bụi lò",
        2024,
    )
    assert "kẽm" in [term for term, _share in first["terms"]]
    assert sum(r["share"] for r in row.reasons) == pytest.approx(row.score, abs=1e-5)


def test_asking_is_recorded_once_and_a_second_click_asks_nothing(office, zinc):
    for _n in range(2):
        actions.ask_for_experts(
            actor=office.officer, kind="order", public_id=zinc.public_id, at=AT
        )
    assert Entry.objects.filter(act="panels.ask_for_experts").count() == 1
    assert ExpertRanking.objects.count() == 1


@pytest.mark.parametrize("role", [Role.EXPERT, Role.APPLICANT, Role.FINANCE])
def test_others_may_not_ask(role, zinc):
    with pytest.raises(AccessDenied):
        actions.ask_for_experts(
            actor=person(role), kind="order", public_id=zinc.public_id, at=AT
        )
    assert not ExpertRanking.objects.exists()


def test_what_came_before_a_council_is_ranked_without_asking(office):
    dossier = factory.eligible_dossiers(office)[0]
    written(People.create(is_expert=True), dossier.title_vi)
    factory.formed(office, dossiers=[dossier])
    assert actions.want_rankings(at=AT) == 1
    assert actions.want_rankings(at=AT) == 0
    assert actions.rank_wanted(at=AT) == 1
    assert RankedExpert.objects.get().ranking.dossier == dossier


def test_a_ranking_follows_the_registry_and_stays_where_nothing_changed(office, knows):
    dossier = factory.eligible_dossiers(office)[0]
    factory.formed(office, dossiers=[dossier])
    actions.want_rankings(at=AT)
    actions.rank_wanted(at=AT)
    later = AT + timedelta(hours=1)
    assert actions.refresh_rankings(at=later) == 0
    Work.objects.update(abstract=dossier.title_vi)
    assert actions.refresh_rankings(at=later) == 1
    assert actions.rank_wanted(at=later) == 1
    assert ExpertRanking.objects.get().made_at == later
    Person.objects.filter(pk=knows.pk).update(is_expert=False)
    assert actions.refresh_rankings(at=later) == 1


def test_a_past_review_is_counted_and_not_named(office):
    first, second = factory.eligible_dossiers(office, 2)
    council, members = factory.prepared(office, dossiers=[first])
    factory.in_session(office, council)
    item = factory.item_of(council)
    for member in members:
        factory.cast(member, item, factory.scored(queries.sheet_of(item), "80"))
    factory.concluded(office, council)
    Person.objects.filter(pk=members[0].person_id).update(is_expert=True)
    ranked(office, second, "dossier")
    assert [set(r) for r in RankedExpert.objects.get().reasons] == [{"kind", "share"}]


def test_whoever_is_party_to_a_dossier_learns_nothing_of_its_experts(office, knows):
    dossier = factory.eligible_dossiers(office)[0]
    written(knows, dossier.title_vi)
    ranked(office, dossier, "dossier")
    party = person(Role.OFFICER, member_of=frozenset({dossier.host_id}))
    assert visible(party, RankedExpert.objects.all()).count() == 0
    with pytest.raises(NotFound):
        queries.subject_of_experts(party, "dossier", dossier.public_id)
    assert visible(office.officer, RankedExpert.objects.all()).count() == 1
    expert = factory.expert()
    assert not may(expert, "panels.see_experts")
    assert visible(expert, ExpertRanking.objects.all()).count() == 0


def test_seats_of_this_year_are_counted_as_far_as_the_reader_knows(office, zinc, knows):
    dossier = factory.eligible_dossiers(office)[0]
    council = factory.formed(office, dossiers=[dossier])
    actions.add_seat(
        actor=office.officer, council_id=council.pk, person_id=knows.pk,
        role="member", at=AT,
    )  # fmt: skip
    ranking = ranked(office, zinc)
    party = person(Role.OFFICER, member_of=frozenset({dossier.host_id}))
    for reader, seats in ((office.officer, 1), (party, 0)):
        rows = queries.ranked_experts(reader, ranking, ON)
        assert [row.seats_now for row in rows] == [seats]


def test_who_has_a_conflict_that_was_not_lifted_is_barred(office):
    dossier = factory.eligible_dossiers(office)[0]
    staff, coauthor, cleared = (conflicts.in_the_pool() for _n in range(3))
    conflicts.of_the_host(staff, dossier)
    leader = conflicts.led(dossier)
    conflicts.wrote_together(leader.pk, coauthor.person_id)
    conflicts.wrote_together(leader.pk, cleared.person_id)
    conflicts.searched(office, dossier)
    actions.judge_conflict(
        actor=office.officer, conflict_id=conflicts.case_of(cleared, dossier).pk,
        finding="manageable", reason="Kỷ yếu.", condition="Không phản biện.", at=AT,
    )  # fmt: skip
    barred = queries.barred_from("dossier", dossier.pk)
    asked = {staff.person_id, coauthor.person_id, cleared.person_id}
    assert barred & asked == {staff.person_id, coauthor.person_id}
    assert queries.barred_from("order", factory.old_order(office).pk) == set()
