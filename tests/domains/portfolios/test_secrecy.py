"""What is decided on a closed order is released without a public word on it."""

from __future__ import annotations

import pytest

from opensti.domains.portfolios import queries
from opensti.domains.tasks.models import Order, Task
from opensti.kernel.access import PUBLIC
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import entry_at, log_size
from tests.factories import portfolios as factory

pytestmark = pytest.mark.django_db


def test_a_release_tells_the_public_nothing_of_a_closed_order():
    story = factory.judged("90", "40")
    Order.objects.update(secrecy="internal")
    before = log_size()

    round_ = factory.released(story)

    task = Task.objects.get()
    assert (task.secrecy, task.own_class) == ("internal", False)
    told = Entry.objects.filter(public=True, position__gte=before)
    assert set(told.values_list("act", flat=True)) == {"portfolios.release"}
    text = str(entry_at(round_.entry_position).body)
    assert ('"approved":0' in text, '"declined":0' in text) == (True, True)
    assert task.title_vi not in text
    assert list(queries.decisions(PUBLIC)) == []
    assert queries.public_totals().decisions == 0
    assert queries.public_deviations() == []
    assert list(queries.dossiers_decided()) == []
