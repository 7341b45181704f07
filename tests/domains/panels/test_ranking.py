"""Dossiers of one council that answer different orders do not compete."""

from __future__ import annotations

import pytest

from opensti.domains.panels import actions
from opensti.domains.panels.models import Council, CouncilItem
from opensti.domains.panels.queries import (
    by_order,
    results,
    results_of_call,
    sheet_of,
)
from opensti.kernel.record.queries import entries_of
from tests.factories import calls as call_factory
from tests.factories import panels
from tests.factories import portfolios as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    """The first and third dossier answer one order, the second and fourth another."""
    return factory.judged("72", "95", "90", "80", orders=2)


def test_each_order_has_its_own_first(story):
    a, b, c, d = story.dossiers
    groups = by_order(results(story.officer, Council.objects.get()))
    assert {
        g.order: [(r.item.dossier, r.place, r.outranked) for r in g.results]
        for g in groups
    } == {
        a.order: [(c, 1, False), (a, 2, True)],
        b.order: [(b, 1, False), (d, 2, True)],
    }


def test_the_orders_follow_one_another_as_their_first_dossiers_on_the_agenda(story):
    groups = by_order(results(story.officer, Council.objects.get()))
    firsts = [min(r.number for r in g.results) for g in groups]
    assert (len(groups), firsts) == (2, sorted(firsts))


def test_the_ranks_are_recorded_as_they_stand(story):
    council = Council.objects.get()
    (line,) = [
        entry
        for entry in entries_of(f"panels.council:{council.public_id}")
        if entry.act == "panels.conclude_council"
    ]
    items = {i.public_id: i.dossier for i in CouncilItem.objects.all()}
    assert {items[row["item"]]: row["rank"] for row in line.detail["items"]} == dict(
        zip(story.dossiers, [2, 1, 1, 2], strict=True)
    )


def test_the_call_is_told_order_by_order_who_is_chosen(story):
    a, b, c, d = (dossier.pk for dossier in story.dossiers)
    assert [
        (r.dossier_id, r.rank, r.passed, r.outranked, r.chosen)
        for r in results_of_call(story.call.pk)
    ] == [
        (c, 1, True, False, True),
        (a, 2, True, True, False),
        (b, 1, True, False, True),
        (d, 2, True, True, False),
    ]


def test_dossiers_without_an_order_compete_with_one_another():
    story = factory.judged("72", "95", orders=0)
    a, b = story.dossiers
    groups = by_order(results(story.officer, Council.objects.get()))
    assert [
        (g.order, g.one_winner, [(r.item.dossier, r.place) for r in g.results])
        for g in groups
    ] == [(None, None, [(b, 1), (a, 2)])]
    assert [r.outranked for r in results_of_call(story.call.pk)] == [False, False]


def test_places_tell_a_recused_member_nothing_of_what_is_hidden():
    story = factory.handed_in(3)
    story.dossiers = [call_factory.eligible(story.officer, d) for d in story.dossiers]
    council, members = panels.prepared(story.office, dossiers=story.dossiers)
    actions.recuse(
        actor=story.office.secretary,
        item_id=panels.item_of(council, 1).pk,
        seat_id=panels.seat_of(council, members[6]).pk,
        reason="Anh em.",
        at=panels.AT,
    )
    panels.in_session(story.office, council)
    for number, total in ((1, "95"), (2, "72"), (3, "88")):
        item = panels.item_of(council, number)
        for member in members[: 6 if number == 1 else 7]:
            panels.cast(member, item, panels.scored(sheet_of(item), total))
    council = panels.concluded(story.office, council)
    shown = results(members[6], council)
    assert [(r.item.position, r.place, r.outranked) for r in shown] == [
        (3, 1, False),
        (2, 2, True),
    ]
