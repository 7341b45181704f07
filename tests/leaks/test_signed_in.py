"""Whoever is signed in and no official reads of plans and values what the policy shows."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opensti.domains.strategies.models import (
    Goal,
    Indicator,
    Plan,
    PlanAction,
    PlanComment,
    PlanEdition,
)
from opensti.kernel.access import Role
from tests.factories import strategies_indicators as measured
from tests.factories.tasks import person
from tests.leaks.disclosed import House, issue
from tests.leaks.places import places
from tests.leaks.reading import text_of
from tests.leaks.test_keys import EVERY_FIELD, EVERY_ROW

pytestmark = pytest.mark.django_db
MARKED = {
    "goal": (Goal, "text_vi"),
    "indicator": (Indicator, "name_vi"),
    "action": (PlanAction, "text_vi"),
    "edition": (PlanEdition, "act_number"),
}
# What the tree of a plan says, whatever else is shown.
TREE = {"goal", "action", "indicator"}
HEAD = {"plan.code", "plan.title", "plan.summary", "plan.act_number", "plan.issuer"}


@pytest.fixture
def house(db):
    made = House()
    card = Indicator.objects.first()
    made.value = measured.published(card, "2024", 5)
    card.goals.add(Goal.objects.first())
    for number, (place, (model, column)) in enumerate(MARKED.items(), 900):
        made.marks[place] = f"zq{number}qz"
        model._default_manager.update(**{column: made.marks[place]})
    made.ids += [
        row.public_id
        for model in (Goal, PlanAction, Indicator)
        for row in model.objects.all()
    ] + [made.value.public_id]
    return made


def read(house, browser):
    """All pages of strategies that answer to a signed-in person, as one text."""
    found = []
    for place in places():
        if not place.name.startswith("strategies:"):
            continue
        for public_id in house.ids if place.arguments else ("",):
            known = {"public_id": public_id, "number": 1}
            if not set(place.arguments) <= set(known):
                break
            given = {name: known[name] for name in place.arguments}
            answer = browser.get(reverse(place.name, kwargs=given))
            assert answer.status_code < 500, place.name
            if answer.status_code in (403, 405):
                break
            if answer.status_code == 200:
                found.append(text_of(answer))
    return "\n".join(found)


def told(house, text):
    return {place for place, mark in house.marks.items() if mark in text}


def test_no_withheld_field_or_row_of_a_plan_is_told_and_each_is_once_it_is_open(
    house, client_of
):
    outsider = client_of(person(Role.APPLICANT))
    issue(EVERY_FIELD)
    without_fields = told(house, read(house, outsider))
    issue(EVERY_ROW)
    without_rows = read(house, outsider)
    issue({})
    opened = read(house, outsider)

    # The page of a goal and that of a published value have no field to be withheld.
    assert without_fields == {"goal", "indicator"}
    assert told(house, without_rows) == set()
    assert house.value.public_id not in without_rows
    assert told(house, opened) > {*TREE, *HEAD, "edition"}
    assert house.value.public_id in opened


@pytest.mark.parametrize(
    ("withheld", "gone"),
    [
        ("plan.tree", {"action"}),
        ("plan.act_number", {"plan.act_number", "edition"}),
        ("goal.*", {"goal", "action"}),
    ],
)
def test_one_withheld_field_takes_away_what_it_stands_for_and_nothing_else(
    house, client_of, withheld, gone
):
    outsider = client_of(person(Role.EXPERT))
    issue({})
    opened = told(house, read(house, outsider))
    issue({withheld: None})
    assert told(house, read(house, outsider)) == opened - gone


def test_the_office_reads_what_is_withheld_from_all_others(house, client_of):
    issue(EVERY_ROW)
    assert told(house, read(house, client_of(person(Role.OFFICER)))) > {*TREE, *HEAD}


def test_a_comment_is_still_read_by_whoever_wrote_it_where_comments_are_withheld(
    house, client_of
):
    plan = Plan.objects.first()
    writers = [person(Role.APPLICANT), person(Role.APPLICANT)]
    for writer in writers:
        PlanComment.objects.create(
            plan=plan,
            author_id=writer.user_id,
            text=f"của {writer.user_id} nói",
            made_at=measured.AT,
            answered_at=measured.AT,
        )
    issue({"plan.comments": None})
    where = reverse("strategies:comments", args=[plan.public_id])
    shown = client_of(writers[0]).get(where).content.decode()
    assert [f"của {one.user_id} nói" in shown for one in writers] == [True, False]


def test_nobody_sorts_filters_or_searches_a_list_of_plans_by_what_is_withheld(
    house, client_of
):
    outsider = client_of(person(Role.APPLICANT))
    listed = reverse("strategies:plans")
    issue({})
    found = outsider.get(listed, {"q": house.marks["plan.title"]}).content.decode()
    assert house.marks["plan.code"] in found
    issue({f"plan.{key}": None for key in ("title", "state", "starts_on", "issued_on")})
    asked = ({"state": "draft"}, {"year": "1999"}, {"sort": "issued_on"})
    for query in (*asked, {"cols": "title,state,issued_on"}, {"export": "csv"}):
        text = text_of(outsider.get(listed, query))
        assert house.marks["plan.code"] in text, query  # nothing was narrowed
        assert house.marks["plan.title"] not in text, query
    for column in ("title", "state", "issued_on"):
        assert f"sort={column}" not in outsider.get(listed).content.decode()
    gone = outsider.get(listed, {"q": house.marks["plan.title"]}).content.decode()
    assert house.marks["plan.code"] not in gone
