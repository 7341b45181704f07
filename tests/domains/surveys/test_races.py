"""Two at once on a wave: one step, one result, nobody asked twice, no answer after withdrawal."""

from __future__ import annotations

import pytest
from django.db import connection

from opensti.domains.surveys import actions
from opensti.domains.surveys.models import Answer, Outcome, Respondent, Unit
from opensti.domains.surveys.models import Wave as Row
from opensti.kernel.record.check import check_log
from tests.factories import surveys as factory
from tests.factories.surveys import AT
from tests.races import at_once, done, queued

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: run with PostgreSQL")
    yield
    assert check_log() == []


@pytest.fixture
def manager():
    return factory.officer()


def test_a_wave_is_closed_once_and_analysed_once(manager):
    row = factory.in_the_field(manager)
    chance = factory.np.random.default_rng(1)
    asked = [(f"o{k}", "VNM", "small", "x") for k in range(6)]
    for token in factory.invited(manager, row, *asked):
        factory.answered(token, **factory.opinions(chance, 2.5))
    close = lambda: actions.step(actor=manager, wave_id=row.pk, act="close", at=AT)  # noqa: E731
    assert sorted(done(queued(row, close, close))) == [False, True]
    actions.clean_wave(actor=manager, wave_id=row.pk, at=AT)
    work = lambda: actions.analyse_wave(actor=manager, wave_id=row.pk, at=AT)  # noqa: E731
    assert sorted(done(queued(row, work, work))) == [False, True]
    assert Outcome.objects.count() == 1
    assert Row.objects.get(pk=row.pk).state == "analysed"


def test_the_same_list_twice_at_once_asks_everybody_once(manager):
    row = factory.in_the_field(manager)
    text = factory.LIST + "".join(f"o{k},A,VNM,small,x,p{k}@o.example,,\n" for k in range(5))  # fmt: skip
    enter = lambda: actions.invite_list(actor=manager, wave_id=row.pk, file=factory.table(text), at=AT)  # noqa: E731  # fmt: skip
    threads = queued(row, enter, enter)
    assert sorted(thread.given for thread in threads) == [(0, 5), (5, 0)]
    assert (Unit.objects.count(), Respondent.objects.count()) == (6, 6)


def test_an_answer_that_is_on_its_way_when_consent_is_taken_back_is_not_kept(manager):
    row = factory.in_the_field(manager)
    (token,) = factory.invited(manager, row, ("o1", "VNM", "small", "x"))
    factory.answered(token, A1=3)
    person = Respondent.objects.get(unit__code="o1")
    threads = queued(
        person,
        lambda: actions.withdraw_consent(token=token, at=AT),
        lambda: actions.save_answers(token=token, said={"A2": 4}, at=AT),
    )
    assert done(threads) == [True, False]
    assert not Answer.objects.exists()


def test_an_organisation_taken_out_while_it_answers_leaves_nothing(manager):
    row = factory.in_the_field(manager)
    (token,) = factory.invited(manager, row, ("o1", "VNM", "small", "x"))
    factory.answered(token, A1=3)
    unit = Unit.objects.get(code="o1")
    threads = at_once(
        lambda: actions.withdraw_unit(actor=manager, unit_id=unit.pk, reason="Xin thôi.", at=AT),
        lambda: actions.save_answers(token=token, said={"A2": 4}, at=AT),
    )  # fmt: skip
    assert done(threads)[0]
    assert not Answer.objects.exists()
