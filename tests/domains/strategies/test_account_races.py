"""Two officers at once: one file is loaded once, one run is published once."""

from __future__ import annotations

import pytest
from django.db import connection

from opensti.domains.strategies import actions
from opensti.domains.strategies.models import Series, Vintage
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import check_log
from tests.factories import strategies_accounts as factory
from tests.races import at_once, done

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: run with PostgreSQL")
    yield
    assert check_log() == []


def test_two_officers_load_one_file_and_it_is_there_once():
    one, two = factory.officer(), factory.officer()
    dataset = factory.registered(one)
    both = at_once(
        lambda: factory.loaded(one, dataset, label="1"),
        lambda: factory.loaded(two, dataset, label="2"),
    )
    assert sorted(done(both)) == [False, True]
    assert (Vintage.objects.count(), Series.objects.count()) == (1, 4)


def test_a_run_is_published_once():
    one, two = factory.officer(), factory.officer()
    run = factory.computed(one, factory.loaded(one, factory.registered(one)))

    def publish(who):
        return lambda: actions.publish_account(actor=who, run_id=run.pk, at=factory.AT)

    assert sorted(done(at_once(publish(one), publish(two)))) == [False, True]
    assert Entry.objects.filter(act="strategies.publish_account").count() == 1
