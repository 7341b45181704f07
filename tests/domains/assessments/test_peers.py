"""Peers: who is compared with whom, from frozen tables that tell of nobody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opensti.domains.assessments import actions, queries
from opensti.domains.assessments.models import PeerTable, Profile, Result, Sharing
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid
from tests.factories import assessments as factory
from tests.factories.assessments import AT
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
BEFORE = AT - timedelta(days=30)  # 6 June; the table of 1 July is the first to count it
OCTOBER = AT + timedelta(days=90)


def peer(score, *, size="small", sector="C", economy="VNM", at=BEFORE, said=True):
    """An organisation that is compared, with one score for all parts."""
    owner = factory.factory_owner()
    of = factory.house(owner)
    if said:
        actions.describe(
            actor=owner, organisation_id=of, economy=economy, sector=sector,
            size=size, at=at,
        )  # fmt: skip
    actions.share(actor=owner, organisation_id=of, audience="peers", at=at)
    row, (token,) = factory.opened(owner, at=at)
    factory.say(token, at, A1=score, A2=score, B1=score)
    return owner, factory.go(owner, row, "close", "check", "score", at=at)


def seen(owner, row, at=AT):
    """What stands on the page: percentile and class of each part, or why there is none."""
    found = queries.result(owner, row)
    peers = queries.among_peers(owner, row, found, today=at.date())
    if not peers.places:
        return peers.why
    return {p.part: (p.percentile, p.n, p.economy, p.sector, p.size) for p in peers.places}  # fmt: skip


def told():
    (table,) = PeerTable.objects.all()
    ((parts),) = table.content["told"].values()
    return {tuple(one["class"]) for one in parts["all"]}


def test_a_place_is_that_of_the_frozen_table_in_the_narrowest_class_told():
    others = [peer(score) for score in (0, 1, 1, 2)]
    own = peer(1)
    assert seen(*own) == "not_counted"
    table = actions.freeze_peers(at=AT)
    assert (table.as_of, Entry.objects.last().act) == (date(2026, 7, 1), "assessments.freeze_peers")  # fmt: skip
    place = (50.0, 5, "VNM", "C", "small")
    assert seen(*own) == {"A": place, "B": place, "all": place}
    assert seen(*others[0])["all"][0] == 10.0
    assert actions.freeze_peers(at=AT + timedelta(days=9)) is None


def test_a_class_is_widened_while_it_is_small_and_says_which_was_used():
    own = peer(2)
    for sector in "CGGH":
        peer(1, sector=sector)
    actions.freeze_peers(at=AT)
    assert seen(*own)["all"] == (90.0, 5, "VNM", "", "small")


def test_four_are_told_of_nowhere_and_their_shadow_neither():
    own = peer(2)
    for _n in range(3):
        peer(1)
    actions.freeze_peers(at=AT)
    assert (seen(*own), told()) == ("few", set())
    for _n in range(5):
        peer(1, sector="G", at=AT)
    PeerTable.objects.all().delete()
    actions.freeze_peers(at=OCTOBER)
    # Five of trade beside nine of all would tell of the four: only one of both is told.
    assert told() == {("", "", "")} | {("VNM", "", "small")}


def test_whoever_joins_is_not_found_by_looking_again():
    owner, row = peer(2)
    for score in (1, 2, 3, 4):
        peer(score)
    actions.freeze_peers(at=AT)
    before = seen(owner, row)
    peer(0, at=AT)  # a newcomer, whose score would follow from what moves
    actions.freeze_peers(at=OCTOBER)
    scores = [1.0, 2.0, 2.0, 2.0, 2.0]  # no paper carries more than 2
    live = queries.peers.percentile(2.0, [0.0, *scores]) * 6 / 100
    assert live - before["B"][0] * 5 / 100 == 1.0  # told live: the newcomer lies below
    assert seen(owner, row, OCTOBER) == before
    assert PeerTable.objects.last().content["told"] != {}
    assert all(not of for of in next(iter(PeerTable.objects.last().content["told"].values())).values())  # fmt: skip


def test_only_what_is_counted_is_compared_and_only_for_those_of_the_organisation():
    owner, row = peer(2)
    for _n in range(4):
        peer(1)
    actions.freeze_peers(at=AT)
    adviser = factory.advised(owner)
    officer = person(Role.OFFICER)
    actions.share(
        actor=owner, organisation_id=row.organisation_id, audience="ministry", at=AT
    )
    found = queries.result(owner, row)
    for other in (adviser, officer):
        assert queries.result(other, row) == found  # they read the result itself
        assert queries.among_peers(other, row, found, today=AT.date()) is None
    again = factory.go(owner, row, "reopen")
    again = factory.go(owner, again, "close", "check", "score")
    assert seen(owner, again) == "not_counted"  # no second point of the curve
    sharing = Sharing.objects.get(organisation=row.organisation_id, audience="peers")
    actions.end_sharing(actor=owner, sharing_id=sharing.pk, at=AT)
    assert seen(owner, again) == "not_shared"


def test_who_says_no_class_or_joins_after_the_day_is_not_counted():
    silent = peer(2, said=False)
    late = peer(2, at=AT)
    for _n in range(5):
        peer(1)
    actions.freeze_peers(at=AT)
    assert (seen(*silent), seen(*late)) == ("no_profile", "not_counted")
    (counted,) = PeerTable.objects.get().content["counted"].values()
    assert len(counted) == 5


def test_a_class_is_stated_by_a_manager_in_words_of_the_lists():
    owner = factory.factory_owner()
    of = factory.house(owner)
    said = {"organisation_id": of, "economy": "VNM", "sector": "C", "size": "small"}
    with pytest.raises(AccessDenied):
        actions.describe(actor=factory.member(of), at=AT, **said)
    wrong = said | {"economy": "XXX", "sector": "Z", "size": "huge"}
    with pytest.raises(Invalid) as refused:
        actions.describe(actor=owner, at=AT, **wrong)
    assert [p.field for p in refused.value.problems] == ["economy", "sector", "size"]
    assert not Profile.objects.exists()
    actions.describe(actor=owner, at=AT, **said)
    actions.describe(actor=owner, at=AT, **(said | {"size": "large"}))
    assert queries.profiles_of(owner)[of].size == "large"


def test_a_comparison_costs_three_queries_and_a_table_few():
    own = peer(2)
    for _n in range(5):
        peer(1)
    with CaptureQueriesContext(connection) as made:
        actions.freeze_peers(at=AT)
    kinds = [q["sql"].split()[0] for q in made.captured_queries]
    assert kinds.count("SELECT") < 12
    found = Result.objects.get(assessment=own[1])
    with CaptureQueriesContext(connection) as made:
        queries.among_peers(*own, found, today=AT.date())
    assert len(made.captured_queries) == 3
