"""What a person may know of is worded once: no word of it may rest on the day or the language.

The SQL is kept for as long as the process lives. Every question that is kept is asked here
by people of every kind, on two days, in two languages and of a database that has changed.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from opensti.kernel import subqueries
from opensti.kernel.access import PUBLIC, SYSTEM, Actor, Role
from tests.factories.registry import Users

pytestmark = pytest.mark.django_db
PERSON = Actor(user_id=7, person_id=5, name="Anna", roles=frozenset(Role))
ACTORS = [
    SYSTEM,
    PUBLIC,
    *(replace(PERSON, roles=frozenset({Role.PUBLIC, role})) for role in Role),
    replace(PERSON, person_id=None),
    replace(PERSON, member_of=frozenset({3}), manages=frozenset({4})),
    replace(
        PERSON,
        roles=frozenset({Role.SECRETARY, Role.OFFICER, Role.EXPERT}),
        on_behalf={Role.SECRETARY: 9},
    ),
]
COLUMNS = {"stakes": ["pk", "round_id"], "hidden_ids": ["pk", "dossier_id", "order_id"]}


def kept():
    """Every question of the house that is worded once."""
    code = subqueries.worded_once(lambda actor: actor).__code__
    found = {
        thing
        for name, module in [*sys.modules.items()]
        if name.startswith("opensti.domains")
        for thing in vars(module).values()
        if getattr(thing, "__code__", None) is code
    }
    return sorted(found, key=lambda f: (f.__module__, f.__qualname__))


def words():
    told = {}
    for ask in kept():
        for place, actor in enumerate(ACTORS):
            for column in COLUMNS.get(ask.__name__, [None]):
                given = [] if column is None else [column]
                # Past what is kept: as the first to ask would be answered.
                ids = subqueries.worded_once(ask.__wrapped__)(actor, *given)
                told[f"{ask.__module__}.{ask.__name__}", place, column] = repr(ids)
    return told


def test_every_question_is_found():
    names = {f"{f.__module__.split('.')[2]}.{f.__name__}" for f in kept()}
    assert {"portfolios.stakes", "calls._hidden", "panels.hidden_ids"} <= names
    assert len(kept()) >= 20


@pytest.mark.parametrize("changed", ["day", "language", "rows"])
def test_no_word_rests_on_anything_but_the_person(changed, monkeypatch):
    before = words()
    if changed == "day":
        later = datetime(2031, 12, 31, 23, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: later)
        monkeypatch.setattr(timezone, "localdate", lambda *_given: date(2032, 1, 1))
    if changed == "rows":
        Users(full_name="Bert")
    with translation.override("en" if changed == "language" else "vi"):
        after = words()

    assert after == before
    assert len(set(before.values())) > len(kept())
