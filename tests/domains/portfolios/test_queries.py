"""What rounds can be asked, at a price that does not grow with the rows."""

from __future__ import annotations

import pytest

from opensti.domains.portfolios import queries
from opensti.kernel.access import Role
from opensti.kernel.refusals import NotFound
from tests.factories import portfolios as factory
from tests.factories.tasks import person


@pytest.mark.parametrize("totals", [("90",), ("90", "80", "70")])
@pytest.mark.usefixtures("db")
def test_each_list_is_one_query(django_assert_num_queries, totals):
    story = factory.judged(*totals, orders=len(totals))
    round_ = factory.released(story)
    with django_assert_num_queries(1):
        assert [
            (r.dossiers, r.approvals, r.call.code)
            for r in queries.rounds(story.officer)
        ] == [(len(totals), len(totals), story.call.code)]
    with django_assert_num_queries(1):
        rows = list(queries.decisions_of(story.officer, round_))
        assert [
            (d.dossier.host.name_vi, d.task.amount, d.dossier.call_id) for d in rows
        ] == [(x.host.name_vi, 2_000_000_000, story.call.pk) for x in story.dossiers]
    with django_assert_num_queries(1):
        assert len(
            [le.recipient.full_name for le in queries.letters(story.officer)]
        ) == len(totals)
    with django_assert_num_queries(1):
        assert queries.public_totals().decisions == len(totals)


def test_the_queue_names_what_waits_for_whom(story):
    round_ = factory.laid_out(story)
    officer, leader = story.officer, story.leader
    kinds = lambda who: [i.kind for i in queries.work_for(who, factory.LAID_OUT.date())]  # noqa: E731
    assert (kinds(officer), kinds(leader)) == (["portfolios.propose"], [])
    round_.refresh_from_db()
    assert kinds(person(Role.FINANCE)) == []


def test_results_that_nobody_laid_out_wait_for_the_officer(story):
    def told(who):
        return [
            (i.kind, i.url_args, str(i.title).rsplit(":", 1)[-1].split()[0])
            for i in queries.work_for(who, factory.LAID_OUT.date())
        ]

    party = person(Role.OFFICER, member_of=frozenset(d.host_id for d in story.dossiers))
    waiting = [("portfolios.prepare", (story.call.public_id,), "2")]
    assert (told(story.officer), told(party)) == (waiting, [])
    factory.laid_out(story)
    assert [kind for kind, *_rest in told(story.officer)] == ["portfolios.propose"]


def test_public_totals_sum_whole_dong(story):
    assert queries.public_totals() == queries.PublicTotals(
        decisions=0, amount=0, by_year={}
    )
    factory.released(story)
    assert queries.public_totals() == queries.PublicTotals(
        decisions=1, amount=2_000_000_000, by_year={2026: (1, 2_000_000_000)}
    )


def test_a_round_that_is_not_there_is_not_told_from_a_hidden_one(story):
    round_ = factory.laid_out(story)
    for public_id in (round_.public_id, "nothing"):
        with pytest.raises(NotFound):
            queries.round_page(story.applicants[0], public_id)
