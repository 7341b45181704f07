"""What acts check before they change anything, and how each refusal is said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from opensti.domains.accounts.models import User
from opensti.kernel.access import Actor, Role
from opensti.kernel.checks import (
    Faults,
    amounts,
    as_seen,
    in_order,
    in_state,
    keep,
    locked_row,
    needed,
    not_later,
    past_day,
    required,
    wanted,
)
from opensti.kernel.refusals import Invalid, NotFound, Stale, StepNotAllowed
from tests.factories.registry import Users

pytestmark = pytest.mark.usefixtures("in_english")
AT = datetime(2027, 2, 28, 18, 0, tzinfo=UTC)  # 1 March in Hà Nội
TODAY = date(2027, 3, 1)


def said(problems):
    return [(p.field, str(p.message)) for p in problems]


def test_texts_that_say_something_come_back_without_blanks_around_them():
    assert required(reason=" vì thế ", number="1") == {
        "reason": "vì thế",
        "number": "1",
    }


def test_every_text_that_says_nothing_is_named_at_once():
    with pytest.raises(Invalid) as refused:
        required(reason=" ", number="1", note="")
    assert said(refused.value.problems) == [
        ("reason", "This is needed."),
        ("note", "This is needed."),
    ]


def test_nothing_said_is_needed_and_zero_is_something():
    assert said(needed(paid=Decimal(0), on=None, text="\n")) == [
        ("on", "This is needed."),
        ("text", "This is needed."),
    ]


def test_what_is_wanted_is_asked_for_in_the_words_of_the_act():
    assert (wanted("text", "x", "Say it."), said(wanted("text", " ", "Say it."))) == (
        [],
        [("text", "Say it.")],
    )


def test_today_is_that_of_the_house_and_tomorrow_has_not_come():
    assert said(not_later(AT, on=TODAY, until=date(2027, 3, 2), none=None)) == [
        ("until", "This day has not come yet.")
    ]


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (None, "This is needed."),
        (date(2027, 3, 2), "This day has not come yet."),
        (date(2027, 1, 1), "This day lies before what it rests on: 02/01/2027."),
        (TODAY, None),
        (date(2027, 1, 2), None),
    ],
)
def test_a_day_of_the_past_is_there_has_come_and_follows_what_it_rests_on(day, message):
    found = past_day("on", day, AT, since=date(2027, 1, 2))
    assert said(found) == ([("on", message)] if message else [])


def test_days_follow_each_other_and_those_not_said_are_passed_over():
    first, second = date(2027, 1, 1), date(2027, 1, 2)
    assert said(in_order(("a", second), ("b", None), ("c", first), ("d", second))) == [
        ("c", "This day is before one that must come first.")
    ]


def test_each_amount_that_is_none_is_named():
    given = {"a": Decimal("0.5"), "b": Decimal(-1), "c": None, "d": Decimal(0)}
    assert said(amounts(**given)) == [
        ("a", "An amount has no fractions of a đồng: 0.5."),
        ("b", "An amount here cannot be negative."),
    ]


def test_faults_are_refused_together_and_none_is_no_refusal():
    faults = Faults()
    faults.refuse()
    assert faults.needs("reason", " x ", "Say why.") == "x"
    faults.needs("text", "", "Say what.")
    faults.not_later("on", date(2027, 3, 2), AT)
    faults.amounts(paid=Decimal("0.5"))
    with pytest.raises(Invalid) as refused:
        faults.refuse()
    assert [p.field for p in refused.value.problems] == ["text", "on", "paid"]


def test_a_state_that_does_not_allow_it_is_named_with_how_to_go_on():
    in_state("While it is: %(state)s.", "open", ("open", "shut"), "open")
    with pytest.raises(StepNotAllowed) as refused:
        in_state("While it is: %(state)s.", "gone", ("open", "shut"), "gone for good")
    assert (str(refused.value), str(refused.value.mend)) == (
        "While it is: gone for good.",
        "Reload the page: it shows what can be done now.",
    )


def test_a_row_of_another_version_is_stale_and_of_none_not_asked():
    row = SimpleNamespace(version=2)
    as_seen(row, 2)
    as_seen(row, None)
    with pytest.raises(Stale):
        as_seen(row, 1)


def test_what_is_kept_counts_its_version_on_and_writes_the_columns_named():
    written = []
    row = SimpleNamespace(version=2, save=lambda **said: written.append(said))
    keep(row, "state")
    assert (row.version, written) == (3, [{"update_fields": ["state", "version"]}])


@pytest.mark.django_db
def test_a_row_is_locked_for_whoever_may_know_of_it_alone():
    mine, other = Users.create(), Users.create()
    actor = Actor(user_id=mine.pk, roles=frozenset({Role.PUBLIC}))
    assert locked_row(actor, User.objects.all(), pk=mine.pk) == mine
    with pytest.raises(NotFound):
        locked_row(actor, User.objects.all(), pk=other.pk)
