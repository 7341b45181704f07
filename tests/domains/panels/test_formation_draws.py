"""Councils drawn by lot under all their conditions, from a seed committed before."""

from __future__ import annotations

from hashlib import sha256
from itertools import accumulate

import pytest

from opensti.domains.panels import actions, queries
from opensti.domains.panels.problem.exchanging import Checker
from opensti.domains.panels.problem.explaining import (
    frozen_of,
    mixture_of,
    solution_of,
)
from opensti.kernel.jobs.models import Job, JobState
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import StepNotAllowed
from tests.factories import formation as factory
from tests.factories import panels

pytestmark = pytest.mark.django_db


def to_be_drawn(office, *, cap=0.6):
    factory.experts(30)
    formation = factory.planned(
        office, panels.eligible_dossiers(office, 2), mode="apart"
    )
    factory.change(office, formation, objective="random", cap=cap)
    return formation


def test_a_draw_needs_a_committed_seed_and_reveals_it(office):
    formation = to_be_drawn(office)
    with pytest.raises(StepNotAllowed):
        factory.computed(office, formation)
    act = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    actions.commit_seed(**act)
    with pytest.raises(StepNotAllowed):
        actions.commit_seed(**act)
    committed = Entry.objects.filter(act="panels.commit_seed").get()
    run = factory.computed(office, formation)
    assert run.state == "solved"
    seed = run.proof["seed"]
    assert sha256(seed.encode()).hexdigest() in str(committed.body)
    assert seed in str(Entry.objects.filter(act="panels.finish_run").get().body)
    assert run.proof["highest"] <= 0.6
    assert run.proof["expected"] <= run.proof["bound_expected"] + 1e-9
    formation.refresh_from_db()
    assert (formation.seed, formation.seed_digest) == ("", "")
    assert actions.recompute_run(actor=office.officer, run_public_id=run.public_id)
    [one, two] = factory.approved(office, formation, run)
    assert one.seats.count() == two.seats.count() == 7


def test_drawn_councils_keep_every_condition_and_anyone_can_draw_again(office):
    formation = to_be_drawn(office)
    factory.committed(office, formation)
    run = factory.computed(office, formation)
    frozen, drawn = frozen_of(run), solution_of(run)
    assert len(drawn.mixture) > 1
    assert any(rule.name == "seat-chair" for rule in frozen.assignment.rules)
    ways = {}  # number of the way: its weight, and who would sit for each proposal
    for way, weight, name, expert in mixture_of(run):
        ways.setdefault(way, (weight, {}))[1].setdefault(name, []).append(expert)
    assert [weight for weight, _panels in ways.values()] == [
        weight for weight, _panels in drawn.mixture
    ]
    for _weight, panels_ in ways.values():
        for name, panel in panels_.items():
            broken = Checker(frozen.assignment, name).broken(
                dict.fromkeys(map(str, panel), "member")
            )
            assert {name for name in broken if not name.startswith("seat-")} == set()
    number = int.from_bytes(sha256(f"{drawn.seed}:0".encode()).digest())
    number %= drawn.denominator  # the first number of the chance is below the room
    ends = accumulate(weight for weight, _panels in ways.values())
    way = next(way for way, end in enumerate(ends, start=1) if number < end)
    assert {name: sorted(panel) for name, panel in ways[way][1].items()} == {
        name: sorted(int(c.expert) for c in drawn.panel(name))
        for name in frozen.assignment.proposals
    }


def test_a_limit_too_small_for_the_conditions_says_which_one_would_do(office):
    formation = to_be_drawn(office, cap=0.05)
    factory.committed(office, formation)
    run = factory.computed(office, formation)
    assert run.state == "infeasible"
    assert [rule["rule"] for rule in run.conflict["rules"]] == ["cap"]
    told = queries.contradiction_in_words(run, {})
    assert (told.proved, told.relax[0].least) == (True, 0)
    assert "0.050" in told.relax[0].words
    actions.relax_formation(
        actor=office.officer, formation_id=formation.pk, at=panels.AT
    )
    factory.committed(office, formation)
    assert factory.computed(office, formation).state == "solved"


def test_a_stopped_draw_spends_its_seed_and_the_next_needs_another(office):
    formation = to_be_drawn(office)
    act = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    first = factory.committed(office, formation).seed
    run = actions.ask_run(**act)
    actions.fail_run(actor=office.officer, run_id=run.pk, at=panels.AT)
    stopped = Entry.objects.filter(act="panels.fail_run").get()
    assert first in str(stopped.body)
    with pytest.raises(StepNotAllowed):
        actions.ask_run(**act)
    second = factory.committed(office, formation).seed
    assert second != first
    assert factory.computed(office, formation).proof["seed"] == second
    assert not actions.fail_run(actor=office.officer, run_id=run.pk, at=panels.AT)
    assert Entry.objects.filter(act="panels.fail_run").count() == 1


def test_a_draw_whose_work_was_cancelled_spends_its_seed_though_it_is_refused(office):
    formation = to_be_drawn(office)
    act = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    factory.committed(office, formation)
    run = actions.ask_run(**act)
    Job.objects.update(state=JobState.CANCELLED)
    with pytest.raises(StepNotAllowed):
        actions.ask_run(**act)
    run.refresh_from_db()
    formation.refresh_from_db()
    assert (run.state, formation.seed_digest) == ("failed", "")
    factory.committed(office, formation)
    assert actions.ask_run(**act).number == 2
