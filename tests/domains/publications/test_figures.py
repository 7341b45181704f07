"""Figures of a large register come from a worker, as of a state, and of no other policy."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate, now

from opensti.domains.publications import actions, queries
from opensti.domains.publications.models import Figures, SearchState
from opensti.domains.publications.queries import Question, policies, register
from opensti.domains.publications.queries import figures as kept_figures
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs import liveness
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import NotReady
from tests.factories import policies as factory
from tests.factories import portfolios
from tests.factories.tasks import Tasks

pytestmark = pytest.mark.django_db
# The page's state, what it is of, and the token of each kind of figures that is not drawn yet.
BUDGETS = {"statistics": 7, "money": 4, "deadlines": 6}


@pytest.fixture
def large(monkeypatch):
    """A house whose record counts as long from its first act."""
    for place in ("queries", "actions"):
        monkeypatch.setattr(f"opensti.domains.publications.{place}.figures.SMALL", 0)


@pytest.fixture
def under(monkeypatch):
    """Put another policy in force, as if it had been issued."""

    def put(**changes):
        other = factory.policy(changes)
        monkeypatch.setattr(policies, "shipped_policy", lambda: other)

    return put


def released(*scores):
    story = portfolios.judged(*scores)
    round_ = portfolios.decided(story)
    portfolios.checked(story, round_)
    portfolios.release(story, round_)
    return story


def page(client, name="statistics"):
    client.cookies["django_language"] = "en"
    return client.get(reverse(f"portal:{name}"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("large")
def test_pages_tell_what_a_worker_worked_out_as_of_then(
    client, django_assert_num_queries
):
    released("90", "60")
    refused = page(client)
    told = refused.content.decode()
    assert (refused.status_code, "“opensti worker”" in told) == (503, True)
    with liveness.alive("one"):
        told = page(client).content.decode()
    assert ("worked out anew" in told, "“opensti worker”" in told) == (True, False)
    assert actions.make_figures(at=now())
    first = page(client).content.decode()
    assert "2.000.000.000" in first or "2,000,000,000" in first
    assert "Source: public register" in first
    Tasks.create(state="archived", title_vi="Sau đó")
    with transaction.atomic():
        record(actor=SYSTEM, act="tasks.import", subject="tasks.task:x", at=now())
    told = queries.figured_statistics(queries.figures_edition(), localdate())
    assert told.tasks + 1 == register.tasks().count()
    for name, budget in BUDGETS.items():
        page(client, name)
        with django_assert_num_queries(budget):
            client.get(reverse(f"portal:{name}"), {"n": "1"})


@pytest.mark.usefixtures("large")
def test_a_worker_rests_between_two_times_but_not_under_another_policy(under):
    at = now()
    record(actor=SYSTEM, act="tasks.import", subject="tasks.task:x", at=at)
    assert actions.ask_figures(at=at)
    actions.make_figures(at=at)
    assert not actions.ask_figures(at=at + timedelta(minutes=1))
    record(actor=SYSTEM, act="tasks.import", subject="tasks.task:y", at=at)
    Figures.objects.update(seconds=60)
    assert not actions.ask_figures(at=at + timedelta(minutes=1))
    assert actions.ask_figures(at=at + timedelta(minutes=11))
    under(**{"decision.amount": None})
    assert actions.ask_figures(at=at + timedelta(minutes=1))


@pytest.mark.usefixtures("large")
def test_figures_of_another_policy_or_with_what_was_closed_since_are_not_told(under):
    record(actor=SYSTEM, act="tasks.import", subject="tasks.task:x", at=now())
    actions.make_figures(at=now())
    assert queries.figures_edition().kept
    record(actor=SYSTEM, act="tasks.classify", subject="tasks.task:x", at=now())
    with pytest.raises(NotReady):
        queries.figures_edition()
    assert actions.ask_figures(at=now())
    actions.make_figures(at=now())
    assert queries.figures_edition().kept
    under(**{"decision.amount": None})
    with pytest.raises(NotReady):
        queries.figures_edition()
    actions.make_figures(at=now())
    assert queries.figures_edition().kept


def test_a_small_house_keeps_no_figures():
    record(actor=SYSTEM, act="tasks.import", subject="tasks.task:x", at=now())
    assert not actions.ask_figures(at=now())
    assert not actions.make_figures(at=now())
    assert (Figures.objects.count(), queries.figures_edition().kept) == (0, False)
    assert kept_figures.SMALL > 0


@pytest.mark.django_db(transaction=True)
def test_open_amounts_are_summed_and_withheld_ones_counted(under, client):
    released("90", "60")
    found = queries.totals()
    (_year, number, money) = found.by_year[0]
    assert (found.decisions, found.withheld, number) == (1, 0, 1)
    assert found.amount == money == Decimal(2_000_000_000)
    under(**{"decision.amount": {"form": "exact", "delay_days": 5000}})
    late = queries.totals()
    assert (late.decisions, late.amount, late.withheld) == (1, None, 1)
    shown = page(client, "home").content.decode()
    assert "1 amount is not shown" in shown
    assert "2.000.000.000" not in shown
    under(**{"decision.amount": {"form": "rounded"}})
    assert queries.totals().amount == Decimal(2_000_000_000)
    under(**{"decision.released_at": None})
    assert queries.totals().by_year == ()
    under(**{"decision.*": None})
    assert queries.totals() is None


def test_an_index_of_another_policy_is_not_counted_and_finds_by_nothing_withheld(under):
    Tasks.create(state="archived", title_vi="Kẽm một", funder="Quỹ Kín", year=2020)
    open_ = Tasks.create(state="archived", title_vi="Kẽm hai", funder="", year=2021)
    actions.rebuild_search(at=now())
    assert queries.found(Question(q="kem")).counts["funder"] == [("Quỹ Kín", 1)]
    assert queries.found(Question(q="quy kin")).total == 1
    assert not actions.follow_policy(at=now())

    under(**{"task.funder": None})

    kin, kem = queries.found(Question(q="quy kin")), queries.found(Question(q="kem"))
    assert (kin.total, kin.counts, kin.settled) == (0, {}, False)
    assert (kem.total, kem.counts) == (1, {})
    assert [each.row for each in queries.page_of(Question(q="kem"), kem, 1)] == [open_]
    assert queries.suggestions("quy kin") == []
    assert queries.meant("quy kinn") == ""
    assert list(queries.newest(Question(q="quy kin"))) == []
    assert queries.last_changed(Question(q="quy kin")) is None
    assert list(queries.all_shown(Question(q="quy kin"))) == []
    assert len(queries.mapped()) == 2

    assert actions.follow_policy(at=now())
    actions.rebuild_search(at=now())
    again = queries.found(Question(q="kem"))
    assert (again.total, again.counts["funder"], again.settled) == (2, [], True)
    assert SearchState.objects.get().policy == policies.shipped_policy().digest


def test_the_search_says_that_it_does_not_count(client, under):
    Tasks.create(state="archived", title_vi="Kẽm một", funder="Quỹ Kín", year=2020)
    actions.rebuild_search(at=now())
    under(**{"task.funder": None})
    client.cookies["django_language"] = "en"
    shown = client.get(reverse("portal:search"), {"q": "kem"}).content.decode()
    assert "nothing is counted" in shown
    assert "Quỹ Kín" not in shown
    assert 'class="facet"' not in shown
