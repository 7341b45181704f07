"""Ties found in a frozen graph: kinds, half-open days, doubts, and planted worlds."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.conflicts import (
    Case,
    Graph,
    Judged,
    Member,
    Named,
    Organisation,
    Person,
    Position,
    Project,
    Rules,
    Tie,
    Work,
    back,
    find,
    overlap,
)
from sti_methods.conflicts.planted import by_profile, by_words, plant

ON = date(2026, 7, 1)
EXPERT, LEADER, OTHER = 1, 2, 3
PEOPLE = (
    Person(id=EXPERT, name="Trịnh Quốc Đạt"),
    Person(id=LEADER, name="Lê Thị Hoa"),
    Person(id=OTHER, name="Phạm Văn Tú"),
)
PLACES = (
    Organisation(id=10, names=("Bộ Công Thương",), joins=False),
    Organisation(id=11, names=("Viện Cơ khí",), parents=(10,)),
    Organisation(id=12, names=("Viện Luyện kim",), parents=(10,)),
    Organisation(id=13, names=("Khoa Hóa",), parents=(14,)),
    Organisation(id=14, names=("Đại học Bách khoa",)),
    Organisation(id=15, names=("Trường cũ",), became=14),
)
CASE = Case(id=1, team=(Member(person=LEADER, name="Lê Thị Hoa"),), host=11)


def kinds(*, case=CASE, on=ON, cases=(), dismissed=frozenset(), **graph):
    found = find(
        Graph(people=PEOPLE, organisations=PLACES, **graph),
        experts=[EXPERT],
        cases=[case, *cases],
        rules=Rules(on=on, dismissed=dismissed),
    )
    return [f.kind for f in found if f.case == case.id]


def at(organisation, since=None, until=None, person=EXPERT):
    return Position(
        person=person,
        organisation=organisation,
        since=since,
        until=until,
        row=f"{person}@{organisation}",
    )


def test_nothing_is_told_where_there_is_nothing():
    assert kinds(positions=(at(12),)) == []


def test_staff_of_the_host_of_a_unit_above_or_below_and_of_what_it_became():
    school = Case(id=1, host=13)
    for place in (13, 14, 15):
        assert kinds(case=school, positions=(at(place),)) == ["host"]
    assert kinds(case=Case(id=1, host=15), positions=(at(14),)) == ["host"]


def test_units_of_one_ministry_are_not_one_house():
    assert kinds(positions=(at(12),), case=Case(id=1, host=11)) == []


def test_the_last_day_of_a_post_no_longer_counts_for_the_host():
    for until, found in (
        (ON, "colleague"),  # left yesterday: half-open
        (ON + timedelta(days=1), "host"),
        (back(ON, 3), None),
        (back(ON, 3) + timedelta(days=1), "colleague"),
    ):
        assert kinds(positions=(at(11, until=until),), case=Case(id=1, host=11)) == (
            [found] if found else []
        )


def test_a_post_that_begins_tomorrow_does_not_count():
    assert kinds(positions=(at(11, since=ON + timedelta(days=1)),)) == []


def test_colleagues_must_have_been_there_at_one_time():
    met = (
        at(12, until=date(2025, 1, 1)),
        at(12, until=date(2025, 6, 1), person=LEADER),
    )
    missed = (
        at(12, until=date(2025, 1, 1)),
        at(12, since=date(2025, 1, 1), person=LEADER),
    )
    assert (kinds(positions=met), kinds(positions=missed)) == (["colleague"], [])


@pytest.mark.parametrize(
    ("year", "patent", "found"),
    [
        (2026, False, ["coauthor"]),
        (2023, False, ["coauthor"]),  # a part of that year is not yet three years ago
        (2022, False, []),
        (2021, True, ["coinventor"]),
        (2020, True, []),
    ],
)
def test_works_count_for_the_years_of_their_kind(year, patent, found):
    work = Work(
        id=1, title="W", year=year, patent=patent, authors={1: EXPERT, 2: LEADER}
    )
    assert kinds(works=(work,)) == found


def test_a_work_of_a_hundred_ties_nobody():
    byline = tuple(f"A {n}" for n in range(100))
    work = Work(
        id=1, title="W", year=2026, byline=byline, authors={1: EXPERT, 2: LEADER}
    )
    assert kinds(works=(work,)) == []


@pytest.mark.parametrize(
    ("tie", "found"),
    [
        (Tie(person=EXPERT, kind="family", other=LEADER), ["family"]),
        (Tie(person=LEADER, kind="family", other=EXPERT), ["family"]),
        (
            Tie(
                person=LEADER,
                kind="supervision",
                other=EXPERT,
                until=date(2016, 7, 1),
            ),
            [],
        ),
        (
            Tie(
                person=LEADER,
                kind="supervision",
                other=EXPERT,
                until=date(2016, 7, 2),
            ),
            ["supervision"],
        ),
        (Tie(person=EXPERT, kind="company", organisation=11), ["stake"]),
        (Tie(person=EXPERT, kind="contract", organisation=11), ["contract"]),
        (Tie(person=EXPERT, kind="stake", organisation=12), []),
    ],
)
def test_declared_ties_from_either_end_and_to_the_host(tie, found):
    assert kinds(ties=(tie,)) == found


def test_shared_companies_projects_and_reviews_given_and_taken():
    company = tuple(
        Tie(person=p, kind="company", organisation=12, row=f"{p}")
        for p in (EXPERT, LEADER)
    )
    project = Project(
        id=99, title="P", people=frozenset({EXPERT, LEADER}), on=date(2025, 1, 1)
    )
    judged = Judged(judge=LEADER, subject=EXPERT, on=date(2025, 1, 1))
    assert kinds(ties=company) == ["company"]
    assert kinds(projects=(project,)) == ["project"]
    assert kinds(judged=(judged,)) == ["reciprocal"]
    old = Judged(judge=LEADER, subject=EXPERT, on=date(2024, 1, 1))
    assert kinds(judged=(old,)) == []


def test_who_competes_for_the_same_and_whom_the_applicant_named():
    mine = Case(id=2, team=(Member(person=EXPERT, name="x"),), rivals=5)
    theirs = Case(id=1, team=(Member(person=LEADER, name="y"),), rivals=5)
    assert kinds(case=theirs, cases=[mine]) == ["competitor"]
    named = Case(id=1, named=(Named(id=1, person=EXPERT),))
    assert kinds(case=named) == ["named"]


def test_a_tie_that_was_set_aside_is_not_told():
    work = Work(id=4, title="W", year=2026, authors={1: EXPERT, 2: LEADER})
    key = f"{EXPERT}|coauthor:4:{LEADER}"
    assert kinds(works=(work,), dismissed=frozenset({key})) == []


def test_a_doubt_is_told_with_its_identity_and_set_aside_with_it():
    work = Work(
        id=4,
        title="W",
        year=2026,
        byline=("Trinh Quoc Dat", "Hoa Le"),
        authors={2: LEADER},
    )
    graph = Graph(people=PEOPLE, organisations=PLACES, works=(work,))
    given = {"experts": [EXPERT], "cases": [CASE]}
    (found,) = find(graph, rules=Rules(on=ON), **given)
    assert found.identity == f"{EXPERT}|byline:trinh quoc dat+{LEADER}"
    assert 0.1 < found.probability < 1
    rules = Rules(on=ON, dismissed=frozenset({found.identity}))
    assert find(graph, rules=rules, **given) == []


days = st.integers(min_value=0, max_value=40).map(
    lambda n: date(2026, 1, 1) + timedelta(n)
)
ends = st.one_of(st.none(), days)


@given(ends, ends, ends, ends)
def test_times_overlap_exactly_if_they_share_a_day(a, b, c, d):
    def spans(since, until):
        return {
            day
            for n in range(60)
            if (day := date(2025, 12, 25) + timedelta(n))
            and (since is None or day >= since)
            and (until is None or day < until)
        }

    one, other = (a, b), (c, d)
    found = overlap(one, other)
    assert (found is not None) == bool(spans(*one) & spans(*other)) or (
        found is not None and not spans(*one) & spans(*other) and None in {*one, *other}
    )
    assert overlap(other, one) == found


@settings(max_examples=5, deadline=None)
@given(st.integers(min_value=1, max_value=10_000))
def test_a_planted_world_is_found_and_printed_words_find_less(seed):
    world = plant(600, seed=seed, experts=150, cases=40)
    found = find(
        world.graph, experts=world.experts, cases=world.cases, rules=Rules(on=world.on)
    )
    told, truth = {(f.expert, f.case) for f in found}, set(world.truth)
    recall = len(told & truth) / len(truth)
    precision = len(told & truth) / len(told)
    assert recall >= 0.97
    assert precision >= 0.8
    for peer in (by_words(world), by_profile(world)):
        assert len(peer & truth) / len(truth) < recall
    assert all(a.expert <= b.expert for a, b in pairwise(found))


def test_the_same_world_is_told_the_same_whatever_the_order():
    world = plant(300, seed=3, experts=80, cases=20)
    given = {"rules": Rules(on=world.on)}
    once = find(world.graph, experts=world.experts, cases=world.cases, **given)
    again = find(
        world.graph, experts=world.experts[::-1], cases=world.cases[::-1], **given
    )
    assert once == again
