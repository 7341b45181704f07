"""The calibrated ranking: advice where it is switched on, from scores that know nobody."""

from __future__ import annotations

import json
import zlib
from types import SimpleNamespace

import numpy as np
import pytest

from opensti.domains.panels.models import Ballot, CouncilItem, Seat
from opensti.domains.portfolios import actions, jobs, queries
from opensti.domains.portfolios.models import Ranking
from opensti.domains.portfolios.problem.ranking import (
    _drawn,
    draws_of,
    freeze_ranking,
    solve_ranking,
)
from opensti.domains.portfolios.queries.scenarios import ranking_bytes
from opensti.kernel.access import Role
from opensti.kernel.frozen import canonical
from opensti.kernel.jobs.models import Job
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, NotFound, StepNotAllowed
from tests.factories import portfolios as factory
from tests.factories.registry import People
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
SHEETS = (
    ("90", "88", "91", "85", "70", "92", "89"),
    ("80", "79", "84", "75", "62", "82", "80.5"),
    ("85", "84", "84", "81", "62", "86", "83"),
)


@pytest.fixture
def advised():
    return factory.advised(*SHEETS, orders=0)


def rank(story, round_, actor=None):
    return actions.rank_round(
        actor=actor or story.officer, round_id=round_.pk, at=factory.RANKED
    )


# ---- where it is switched on


def test_where_the_procedure_does_not_switch_it_on_nothing_is_ranked():
    story = factory.judged("90", "80", orders=0)
    round_ = factory.laid_out(story)
    with pytest.raises(StepNotAllowed) as refused:
        rank(story, round_)
    assert "quản trị" in str(refused.value.who)
    assert "calibrated_beside" in str(refused.value.mend)
    assert Ranking.objects.count() == 0
    assert not Job.objects.filter(kind="portfolios.rank_round").exists()


def test_a_round_that_is_laid_out_is_ranked_by_the_worker(advised):
    round_ = factory.laid_out(advised)
    job = Job.objects.get(kind="portfolios.rank_round")
    assert job.payload == {"round": round_.pk}
    jobs.rank_dossiers(SimpleNamespace(actor=advised.officer, payload=job.payload))
    (ranking,) = round_.rankings.all()

    entry = Entry.objects.get(act="portfolios.rank_round")
    assert entry.subject == f"portfolios.round:{round_.public_id}"
    assert json.loads(entry.body)["detail"] == {
        "ranking": ranking.public_id,
        "problem": ranking.problem_digest,
        "solution": ranking.solution_digest,
    }


def test_the_same_scores_are_ranked_once(advised):
    round_, first = factory.ranked(advised)
    assert rank(advised, round_) == first
    assert Ranking.objects.count() == 1
    assert Entry.objects.filter(act="portfolios.rank_round").count() == 1


def test_a_ranking_is_made_again_from_its_bytes_and_a_changed_one_is_found(advised):
    _round, ranking = factory.ranked(advised)
    before = Entry.objects.count()

    def same():
        return actions.recompute_ranking(
            actor=advised.officer, public_id=ranking.public_id
        )

    assert same() is True
    problem, solution = ranking_bytes(ranking)
    for field, content in (
        ("problem", problem.replace(b'"92"', b'"93"')),
        ("solution", solution.replace(b'"place":1', b'"place":2')),
    ):
        kept = getattr(ranking, field)
        Ranking.objects.update(**{field: zlib.compress(content)})
        assert same() is False
        Ranking.objects.update(**{field: kept})
    assert same() is True
    assert Entry.objects.count() == before


# ---- who may


@pytest.mark.parametrize("role", [Role.LEADER, Role.FINANCE, Role.AUDITOR])
def test_only_officers_have_it_ranked(advised, role):
    round_ = factory.laid_out(advised)
    with pytest.raises(AccessDenied):
        rank(advised, round_, person(role))
    assert Ranking.objects.count() == 0


@pytest.mark.parametrize("role", [Role.EXPERT, Role.APPLICANT, Role.ADMIN])
def test_others_know_of_no_round(advised, role):
    round_, ranking = factory.ranked(advised)
    stranger = person(role)
    with pytest.raises(NotFound):
        rank(advised, round_, stranger)
    with pytest.raises(NotFound):
        actions.recompute_ranking(actor=stranger, public_id=ranking.public_id)
    assert queries.ranking_of(stranger, round_) is None


def test_who_has_a_stake_in_one_dossier_knows_nothing_of_the_ranking(advised):
    round_, ranking = factory.ranked(advised)
    host = advised.dossiers[0].host_id
    official = person(Role.OFFICER, member_of=frozenset({host}))
    with pytest.raises(NotFound):
        actions.recompute_ranking(actor=official, public_id=ranking.public_id)
    with pytest.raises(NotFound):
        queries.round_to_rank(official, round_.public_id)
    assert queries.ranking_of(official, round_) is None
    assert queries.ranking_of(advised.officer, round_) == ranking
    with pytest.raises(AccessDenied):
        rank(advised, round_, official)


# ---- what is frozen


def test_the_frozen_scores_know_no_person(advised):
    round_, ranking = factory.ranked(advised)
    document = json.loads(ranking_bytes(ranking)[0])
    seats = Seat.objects.select_related("person")
    codes = [d.code for d in advised.dossiers]

    assert set(document) == {
        "format", "round", "kind", "most", "per_cent", "dossiers", "first", "reviewers",
        "unnamed", "excluded", "draws", "seed",
    }  # fmt: skip
    # Every column of the sheets is one reviewer's, and there is nothing else in it.
    assert sorted(document["reviewers"]) == sorted(
        sorted([code, _exact(p)] for code, p in zip(codes, column, strict=True))
        for column in zip(*SHEETS, strict=True)
    )
    text = ranking_bytes(ranking)[0].decode()
    assert not any(s.person.full_name in text for s in seats)
    assert not any(s.person.public_id in text for s in seats)
    assert round_.public_id in text


def _exact(points):
    return "161/2" if points == "80.5" else points


def test_the_order_of_reviewers_follows_from_their_scores_and_not_from_seats(advised):
    round_, ranking = factory.ranked(advised)
    before = freeze_ranking(round_)
    # Two members change places: chair and last member, with all they wrote.
    council = CouncilItem.objects.first().council
    first, *_others, last = Seat.objects.filter(council=council).order_by("pk")
    one, other = first.person_id, last.person_id
    Seat.objects.filter(pk=first.pk).update(person_id=People.create().pk)
    Seat.objects.filter(pk=last.pk).update(person_id=one)
    Seat.objects.filter(pk=first.pk).update(person_id=other)
    assert freeze_ranking(round_) == before == ranking_bytes(ranking)[0]
    assert Ballot.objects.count() == 21


def test_in_another_round_the_same_scores_stand_in_another_order(advised):
    _round, ranking = factory.ranked(advised)
    document = json.loads(ranking_bytes(ranking)[0])
    orders = {
        str(sorted(document["reviewers"], key=lambda said: _drawn(name, said)))
        for name in "abcdef"
    }
    assert len(orders) > 1


# ---- what is computed


def frozen(reviewers, *, orders=None, first=None, unnamed=(), kind="points"):
    """A frozen problem: for each reviewer, what he gave to which dossier."""
    codes = sorted({c for r in reviewers for c in r} | {c for c, _s in unnamed})
    orders = orders or {}
    return canonical(
        {
            "format": "opensti-ranking-1", "round": "r", "kind": kind, "most": "100",
            "per_cent": False, "excluded": 0, "draws": 400, "seed": 0,
            "dossiers": {c: {"order": orders.get(c, ""), "rank": None} for c in codes},
            "first": first or {"": 1},
            "reviewers": [[[c, str(s)] for c, s in r.items()] for r in reviewers],
            "unnamed": [[c, str(s)] for c, s in unnamed],
        }
    )  # fmt: skip


def solved(*given, **said):
    return json.loads(solve_ranking(frozen(*given, **said)))


def test_whom_a_severe_reviewer_met_is_not_put_behind_for_it():
    """one gives thirteen less than others; of the two best only a met that one."""
    common = {f"p{n:02}": 60 + n for n in range(12)}
    lenient = [common | {"a": 90, "b": 86} for _n in range(2)]
    third = common | {"b": 86}
    severe = {code: score - 13 for code, score in (common | {"a": 90}).items()}
    told = solved([*lenient, third, severe])
    lines = told["dossiers"]

    assert told["method"] == "linear"
    assert lines["a"]["mean"] < lines["b"]["mean"]
    assert (lines["a"]["place"], lines["b"]["place"]) == (1, 2)
    assert lines["a"]["first"] > 0.9
    by_severity = sorted(told["reviewers"], key=lambda r: r["severity"])
    assert (by_severity[0]["number"], by_severity[0]["n"]) == (4, 13)


def test_dossiers_of_one_order_are_compared_among_themselves():
    scores = {"a": 90, "b": 80, "c": 70, "d": 60}
    noise = np.random.default_rng(1).normal(0, 4, (6, 4))
    told = solved(
        [
            dict(zip(scores, np.round(90 - 10 * np.arange(4) + n, 1), strict=True))
            for n in noise
        ],
        orders={"a": "x", "c": "x", "b": "y", "d": "y"},
        first={"x": 1, "y": 1},
    )
    lines = told["dossiers"]

    assert [lines[c]["rank"] for c in "abcd"] == [1, 2, 3, 4]
    assert [lines[c]["place"] for c in "abcd"] == [1, 1, 2, 2]
    assert [lines[c]["next"] is None for c in "abcd"] == [False, False, True, True]
    for order in (("a", "c"), ("b", "d")):
        assert sum(lines[c]["first"] for c in order) == pytest.approx(1, abs=1e-6)
    assert {(p["order"], p["above"], p["below"]) for p in told["unclear"]} <= {
        ("x", "a", "c"),
        ("y", "b", "d"),
    }


def test_ballots_that_name_nobody_leave_plain_means_and_it_is_said():
    told = solved([], unnamed=[("a", 80), ("a", 84), ("b", 70), ("b", 60)])

    assert (told["method"], told["why"]) == ("means", "unnamed")
    assert told["unnamed"] == ["a", "b"]
    assert told["reviewers"] == []
    assert [told["dossiers"][c]["merit"] for c in "ab"] == [82, 65]


def test_a_dossier_judged_secretly_stands_apart_beside_others():
    rows = [{"a": 80 + n, "b": 70 + n, "c": 60 + 2 * n} for n in range(4)]
    told = solved(rows, unnamed=[("d", 75), ("d", 77)])

    assert (told["method"], told["unnamed"]) == ("linear", ["d"])
    assert told["panels"] == [["a", "b", "c"], ["d"]]
    assert [r["number"] for r in told["reviewers"]] == [1, 2, 3, 4]
    assert told["dossiers"]["d"]["merit"] == 76


def test_panels_that_share_no_reviewer_are_named():
    told = solved([{"a": 80, "b": 70}, {"a": 82, "b": 75}, {"c": 60, "d": 65}])
    assert told["panels"] == [["a", "b"], ["c", "d"]]


def test_votes_are_ranked_as_steps():
    said = [
        {"a": 1, "b": 1, "c": 0, "d": int(n > 3)} if n else {"a": 0, "b": 1, "c": 0, "d": 0}
        for n in range(7)
    ]  # fmt: skip
    told = solved(said, kind="votes")
    lines = told["dossiers"]

    assert told["method"] == "steps"
    assert [lines[c]["rank"] for c in "bdc"] == [1, 3, 4]
    assert all(0 <= lines[c]["low"] <= lines[c]["high"] <= 1 for c in "abcd")


def test_without_scores_there_is_an_answer_without_lines():
    told = solved([])
    assert (told["method"], told["why"], told["dossiers"]) == ("none", "no_scores", {})
    codes, drawn = draws_of(frozen([]))
    assert (codes, drawn.shape) == ((), (0, 0))


def test_draws_tell_the_same_as_the_ranking_and_repeat():
    rows = [{"a": 80 + n, "b": 78 + n * n % 5, "c": 60 + 2 * n} for n in range(6)]
    content = frozen(rows)
    codes, drawn = draws_of(content, n=400, seed=0)
    told = json.loads(solve_ranking(content))["dossiers"]

    assert (codes, drawn.shape) == (("a", "b", "c"), (400, 3))
    assert np.array_equal(drawn, draws_of(content, n=400, seed=0)[1])
    assert not np.array_equal(drawn, draws_of(content, n=400, seed=1)[1])
    best = np.bincount(drawn.argmax(axis=1), minlength=3) / 400
    assert [told[c]["first"] for c in codes] == pytest.approx(best.tolist(), abs=1e-6)


def test_the_bytes_are_the_same_whoever_asks_when(advised):
    round_, ranking = factory.ranked(advised)
    problem, solution = ranking_bytes(ranking)
    assert solve_ranking(problem) == solve_ranking(freeze_ranking(round_)) == solution


def test_the_lines_stand_as_the_council_ranked_them_with_the_advice_beside(advised):
    round_, ranking = factory.ranked(advised)
    lines, told = queries.ranked_lines(advised.officer, round_, ranking)

    assert [(x.council, float(x.mean), x.place, x.moved, x.n) for x in lines] == [
        (1, 86.43, 1, 0, 7),
        (2, 80.71, 2, 0, 7),
        (3, 77.5, 3, 0, 7),
    ]
    assert told["first"] == {"": 3}
    assert queries.reads_reviewers(advised.officer, lines)
    assert not queries.reads_reviewers(person(Role.FINANCE), lines)
