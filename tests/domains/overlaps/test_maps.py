"""The portfolio's map: what hangs together, as far as each person may know of it."""

from __future__ import annotations

import pytest

from opensti.domains.overlaps import actions, queries
from opensti.domains.overlaps.models import Document, Hit, Screening
from opensti.kernel.access import Role
from opensti.kernel.refusals import NotFound
from tests.factories import overlaps as factory
from tests.factories import tasks as task_factory

pytestmark = pytest.mark.django_db


def names(cluster):
    return {pair_of(pair): pair.probability for pair in cluster.pairs}


def pair_of(pair):
    return frozenset((pair.first.subject, pair.second.subject))


def need_like(by, title):
    return factory.repeated_need(by, title=title)


def found_alike(screening, document, probability):
    """Put one likeness beside those that the method found."""
    return Hit.objects.create(
        screening=screening,
        document=document,
        group="full",
        rank=9,
        score=probability,
        probability=probability,
    )


def subject(work, kind="tasks.need"):
    return f"{kind}:{work.public_id}"


@pytest.fixture
def three(db):
    """Two needs repeat one archived task and each other; a fourth work stands apart."""
    task_factory.regimes()
    factory.archived(factory.REPEATED, *factory.OTHERS)
    owners = [task_factory.person(Role.APPLICANT) for _ in range(2)]
    needs = [factory.repeated_need(by) for by in owners]
    actions.screen_waiting(at=factory.LATER)
    Hit.objects.exclude(document__source="KHO").delete()
    Hit.objects.exclude(document__object_id=factory.task_like_it().pk).delete()
    return needs


def officer():
    return task_factory.person(Role.OFFICER)


def test_needs_that_repeat_one_task_hang_together(three):
    told = queries.portfolio_map(officer())
    task = subject(factory.task_like_it(), "tasks.task")
    assert (told.listed, told.total, told.works, told.pairs) == (0.5, 1, 3, 2)
    assert told.years == (2026, 2021)
    cluster = told.clusters[0]
    hits = {
        frozenset((hit.screening.subject, task)): hit.probability
        for hit in Hit.objects.all()
    }
    assert names(cluster) == hits
    assert set(hits) == {frozenset((subject(need), task)) for need in three}
    assert (cluster.works, cluster.probability) == (3, max(hits.values()))
    assert (cluster.open, cluster.judged, cluster.proposed) == (2, {}, 0)
    assert {work.subject for work in cluster.drawn} == {task, *map(subject, three)}
    assert queries.map_cluster(officer(), cluster.id) == cluster


def test_a_pair_leads_to_the_hit_that_says_it(three):
    for pair in queries.portfolio_map(officer()).clusters[0].pairs:
        hit = Hit.objects.get(pk=pair.hit)
        assert hit.screening.public_id == pair.screening
        assert {hit.screening.document, hit.document} == {pair.first, pair.second}


def test_below_the_threshold_nothing_hangs_together(three):
    Hit.objects.update(probability=0.49)
    told = queries.portfolio_map(officer())
    assert (told.total, told.works, told.pairs) == (0, 0, 0)
    assert (told.clusters, told.years) == ((), ())


def test_an_earlier_screening_of_a_work_is_not_on_the_map(three):
    Screening.objects.filter(object_id=three[0].pk).update(current=False)
    told = queries.portfolio_map(officer())
    assert (told.works, told.pairs) == (2, 1)


def test_a_pair_found_from_both_sides_is_one_with_its_standing_verdict(three):
    one, other = (Screening.objects.get(object_id=need.pk) for need in three)
    found_alike(one, other.document, 0.8)
    back = found_alike(other, one.document, 0.7)
    actions.give_verdict(
        actor=officer(),
        hit_id=back.pk,
        finding="merge",
        grounds="Một việc chia đôi.",
        at=factory.LATER,
    )
    cluster = queries.portfolio_map(officer()).clusters[0]
    assert (cluster.works, len(cluster.pairs)) == (3, 3)
    pair = next(p for p in cluster.pairs if p.finding)
    assert pair_of(pair) == {one.subject, other.subject}
    assert (pair.probability, pair.hit) == (0.8, back.pk)
    assert (pair.finding, pair.state) == ("merge", "standing")
    assert (cluster.judged, cluster.proposed, cluster.open) == ({"merge": 1}, 0, 2)


def test_a_verdict_that_waits_for_a_second_person_is_counted_apart(three):
    actions.give_verdict(
        actor=officer(),
        hit_id=Hit.objects.order_by("-probability").first().pk,
        finding="acceptable",
        grounds="Khác quy mô.",
        at=factory.LATER,
    )
    cluster = queries.portfolio_map(officer()).clusters[0]
    assert (cluster.judged, cluster.proposed, cluster.open) == ({}, 1, 2)


def test_a_work_that_one_may_not_open_is_left_out_wholly(three):
    """The need of an officer joins two clusters for others, and nothing for himself."""
    own = officer()
    secret = need_like(own, "Điều riêng của người đề xuất")
    actions.screen_waiting(at=factory.LATER)
    Hit.objects.filter(screening__subject=subject(secret)).delete()
    one, other = (Screening.objects.get(object_id=need.pk) for need in three)
    hidden = Document.objects.get(subject=subject(secret))
    Hit.objects.all().delete()
    found_alike(one, hidden, 0.9)
    found_alike(other, hidden, 0.8)
    found_alike(
        other,
        Document.objects.get(title_vi=factory.REPEATED[0], kind="tasks.task"),
        0.6,
    )
    seen = queries.portfolio_map(officer())
    assert (seen.total, seen.works, seen.pairs) == (1, 4, 3)
    mine = queries.portfolio_map(own)
    assert (mine.total, mine.works, mine.pairs) == (1, 2, 1)
    assert subject(secret) not in {w.subject for w in mine.clusters[0].drawn}
    with pytest.raises(NotFound):
        queries.map_cluster(own, seen.clusters[0].id)


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.EXPERT, Role.ADMIN])
def test_whoever_knows_of_no_screening_has_an_empty_map(three, role):
    told = queries.portfolio_map(task_factory.person(role))
    assert (told.total, told.works, told.pairs, told.years) == (0, 0, 0, ())


@pytest.mark.parametrize(
    ("asked", "pairs"),
    [
        ({"kind": "tasks.need"}, 2),
        ({"kind": "tasks.task"}, 2),
        ({"kind": "calls.dossier"}, 0),
        ({"year": 2021}, 2),
        ({"year": 2026, "kind": "tasks.need"}, 2),
        ({"year": 2026, "kind": "tasks.task"}, 0),
        ({"year": 1999}, 0),
    ],
)
def test_a_pair_counts_where_one_of_its_works_is_of_the_kind_and_year(
    three, asked, pairs
):
    told = queries.portfolio_map(officer(), **asked)
    assert (told.pairs, told.years) == (pairs, (2026, 2021))


def test_the_largest_come_first_and_only_so_many_at_once(three, monkeypatch):
    one, other = (Screening.objects.get(object_id=need.pk) for need in three)
    Hit.objects.all().delete()
    tasks = Document.objects.filter(kind="tasks.task").order_by("pk")
    found_alike(one, tasks[0], 0.9)
    found_alike(other, tasks[1], 0.6)
    found_alike(other, tasks[2], 0.7)
    whole = queries.portfolio_map(officer())
    assert [(c.works, c.probability) for c in whole.clusters] == [(3, 0.7), (2, 0.9)]
    monkeypatch.setattr("opensti.domains.overlaps.queries.maps.MAP_CLUSTERS", 1)
    first, second = (queries.portfolio_map(officer(), start=n) for n in (0, 1))
    assert (first.total, first.works, first.pairs) == (2, 5, 3)
    assert [c.id for c in (*first.clusters, *second.clusters)] == [
        c.id for c in whole.clusters
    ]


def test_what_does_not_fit_is_told_and_not_drawn(three, monkeypatch):
    one, other = (Screening.objects.get(object_id=need.pk) for need in three)
    Hit.objects.all().delete()
    tasks = Document.objects.filter(kind="tasks.task").order_by("pk")
    for n, probability in enumerate((0.9, 0.8, 0.7)):
        found_alike(one, tasks[n], probability)
    found_alike(other, tasks[5], 0.6)
    monkeypatch.setattr("opensti.domains.overlaps.queries.maps.MAP_WORKS", 3)
    large, small = queries.portfolio_map(officer()).clusters
    assert (large.works, len(large.pairs)) == (4, 3)
    assert {work.subject for work in large.drawn} == {
        one.subject,
        tasks[0].subject,
        tasks[1].subject,
    }
    assert (small.works, small.drawn) == (2, ())
