"""Questions worded once, answered anew each time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from opensti.domains.accounts.models import User
from opensti.kernel.access import NOTHING, PUBLIC, SYSTEM, Actor, Role
from opensti.kernel.subqueries import worded_once
from tests.factories.registry import Users

pytestmark = pytest.mark.django_db
OFFICER = Actor(user_id=1, roles=frozenset({Role.PUBLIC, Role.OFFICER}))


@pytest.fixture
def asked():
    return []


@pytest.fixture
def named(asked):
    """Ids of the accounts that bear the person's name; everybody's for the system."""

    @worded_once
    def ids(actor, column="pk"):
        asked.append((actor, column))
        rows = User.objects.all()
        if actor is not SYSTEM:
            rows = rows.filter(full_name=actor.name)
        return rows.values(column)

    return ids


def _found(ids):
    return [user.full_name for user in User.objects.filter(pk__in=ids)]


def test_a_question_is_worded_once_and_answered_each_time(named, asked):
    anna = replace(OFFICER, name="Anna 100%")
    assert _found(named(anna)) == []
    Users(full_name="Anna 100%")
    Users(full_name="Bert")
    assert _found(named(replace(anna))) == ["Anna 100%"]
    assert asked == [(anna, "pk")]


def test_it_is_worded_anew_for_whatever_a_person_may_do(named, asked):
    actors = [
        OFFICER,
        replace(OFFICER, user_id=2),
        replace(OFFICER, roles=frozenset({Role.OFFICER})),
        replace(OFFICER, person_id=1),
        replace(OFFICER, member_of=frozenset({1})),
        replace(OFFICER, manages=frozenset({1})),
        replace(OFFICER, on_behalf={Role.OFFICER: 2}),
        replace(OFFICER, on_behalf={Role.OFFICER: 3}),
        PUBLIC,
    ]
    for actor in actors * 2:
        named(actor)
    named(OFFICER, "email")
    assert asked == [*((actor, "pk") for actor in actors), (OFFICER, "email")]


def test_what_the_system_may_is_kept_for_nobody(named):
    Users(full_name="Anna")
    Users(full_name="system")
    namesake = Actor(name="system")
    assert namesake == SYSTEM
    assert _found(named(namesake)) == ["system"]
    assert sorted(_found(named(SYSTEM))) == ["Anna", "system"]
    assert _found(named(namesake)) == ["system"]


def test_a_question_that_rests_on_rows_is_refused():
    @worded_once
    def ids(_actor):
        return User.objects.filter(pk__in=list(User.objects.values_list("pk")))

    with pytest.raises(RuntimeError, match="must not rest on a row"):
        ids(OFFICER)


def test_nothing_is_nothing_and_its_opposite_all():
    anna = Users(full_name="Anna")

    @worded_once
    def ids(_actor):
        return User.objects.filter(NOTHING).values("pk")

    assert list(User.objects.filter(pk__in=ids(OFFICER))) == []
    assert list(User.objects.exclude(pk__in=ids(OFFICER))) == [anna]
    assert list(User.objects.filter(Q(pk=anna.pk) | Q(pk__in=ids(OFFICER)))) == [anna]


def test_it_is_one_query_however_it_is_joined(named):
    anna = replace(OFFICER, name="Anna")
    row, other = Users(full_name="Anna"), Users(full_name="Bert")
    rows, hers = User.objects.order_by(), Q(pk__in=named(anna))
    with CaptureQueriesContext(connection) as queries:
        found = [
            set(rows.filter(hers)),
            set(rows.exclude(hers)),
            set(rows.filter(hers | Q(full_name="Bert"))),
            set(rows.filter(pk__in=rows.filter(hers).values("pk"))),
            set(rows.filter(hers).union(rows.filter(pk=other.pk))),
        ]
    assert found == [{row}, {other}, {row, other}, {row}, {row, other}]
    assert len(queries) == 5


def test_a_question_of_several_arms_is_one():
    anna, bert, _carl = (Users(full_name=n) for n in ("Anna", "Bert", "Carl"))

    @worded_once
    def ids(_actor):
        nobody, *arms = (
            User.objects.filter(ground).order_by().values("pk")
            for ground in (NOTHING, Q(pk=anna.pk), Q(pk=anna.pk), Q(pk=bert.pk))
        )
        return nobody.union(*arms, all=True)

    assert set(User.objects.filter(pk__in=ids(OFFICER))) == {anna, bert}
    assert set(User.objects.filter(pk__in=ids(SYSTEM))) == {anna, bert}
