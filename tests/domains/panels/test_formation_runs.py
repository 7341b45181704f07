"""Councils are computed with their proof: the same to the byte, explained, exchanged at a price."""

from __future__ import annotations

import zlib

import pytest

from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import (
    FormationRun,
    Place,
)
from opensti.domains.panels.problem import explaining
from opensti.domains.panels.problem.conditions import Conditions
from opensti.domains.panels.problem.explaining import why_not, why_this
from opensti.domains.panels.problem.forming import freeze
from opensti.domains.panels.problem.pool import plan_of
from opensti.kernel.jobs.models import Job, JobState
from opensti.kernel.refusals import (
    Invalid,
    StepNotAllowed,
)
from tests.factories import formation as factory
from tests.factories import panels
from tests.factories.registry import Positions, written

pytestmark = pytest.mark.django_db


def test_the_same_bytes_are_computed_again(office):
    factory.experts(20)
    formation = factory.planned(
        office, panels.eligible_dossiers(office, 2), mode="apart"
    )
    run = factory.computed(office, formation)
    again = {"actor": office.officer, "run_public_id": run.public_id}
    assert actions.recompute_run(**again) is True
    FormationRun.objects.filter(pk=run.pk).update(solution_digest="0" * 64)
    assert actions.recompute_run(**again) is False


def test_a_run_that_the_clock_ended_says_so_and_is_not_compared_to_the_byte(
    office, monkeypatch
):
    people = factory.experts(30)
    dossiers = panels.eligible_dossiers(office, 2)
    for one in people[::3]:
        written(one, dossiers[0].title_vi)
    formation = factory.planned(office, dossiers)
    monkeypatch.setattr("opensti.domains.panels.problem.solving.SECONDS", 1e-6)
    run = factory.computed(office, formation)
    assert (run.state, run.proof["repeatable"]) == ("solved", False)
    assert len(factory.seated(run)) == 7
    with pytest.raises(StepNotAllowed):
        actions.recompute_run(actor=office.officer, run_public_id=run.public_id)


def test_a_run_says_which_conditions_contradict_and_what_mends_it(office):
    factory.experts(12)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    factory.change(office, formation, enterprise=6, lead_senior=False)
    run = factory.computed(office, formation)
    assert run.state == "infeasible"
    assert "enterprise" in {rule["rule"] for rule in run.conflict["rules"]}
    assert {
        "rule": "enterprise",
        "least": 2,
        "times": 1,
    } in run.conflict["relax"]
    told = queries.contradiction_in_words(run, {})
    assert any("6" in rule.words and rule.candidates for rule in told.rules)
    assert actions.recompute_run(actor=office.officer, run_public_id=run.public_id)
    with pytest.raises(StepNotAllowed):
        factory.approved(office, formation, run)
    actions.relax_formation(
        actor=office.officer, formation_id=formation.pk, at=panels.AT
    )
    assert factory.computed(office, formation).state == "solved"


def test_a_double_click_asks_for_one_run(office):
    factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    ask = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    first = actions.ask_run(**ask)
    assert actions.ask_run(**ask) == first
    Job.objects.update(state=JobState.CANCELLED)
    second = actions.ask_run(**ask)
    first.refresh_from_db()
    assert (first.state, second.number) == ("failed", 2)


def test_an_exchange_by_hand_has_its_exact_price(office):
    people = factory.experts(30)
    dossier = panels.eligible_dossiers(office)[0]
    for one in people[:7]:
        written(one, dossier.title_vi)
    formation = factory.planned(office, [dossier])
    factory.change(office, formation, per_organisation=0)
    run = factory.computed(office, formation)
    place = Place.objects.filter(run=run, role="member").first()
    [choice, *_rest] = why_this(office.officer, run, place.pk).choices
    before = sum(p.score for p in Place.objects.filter(run=run))
    swap = {"actor": office.officer, "place_id": place.pk, "at": panels.AT}
    with pytest.raises(Invalid):
        actions.swap_place(**swap, person_id=choice.person_id, reason="")
    with pytest.raises(Invalid):
        actions.swap_place(
            **swap, person_id=place.person_id, reason="Sits here already."
        )
    changed = actions.swap_place(
        **swap, person_id=choice.person_id, reason="Am hiểu thực tiễn."
    )
    after = sum(p.score for p in Place.objects.filter(run=run))
    assert changed.price == pytest.approx(choice.price)
    assert before - after == pytest.approx(choice.price)
    assert changed.instead_of_id == place.person_id


def test_why_not_gives_the_reason_or_the_price_of_the_whole_plan(office):
    people = factory.experts(30)
    dossier = panels.eligible_dossiers(office)[0]
    Positions.create(person=people[0], organisation_id=dossier.host_id)
    formation = factory.planned(office, [dossier])
    run = factory.computed(office, formation)
    barred = why_not(run, person_id=people[0].pk, item_id=None)
    assert (barred.reason != "", barred.price) == (True, None)
    free = next(p for p in people[1:] if p.pk not in factory.seated(run))
    assert why_not(run, person_id=free.pk, item_id=None).price >= 0
    stranger = panels.expert()
    told = why_not(run, person_id=stranger.person_id, item_id=None)
    assert told.price is None


def test_why_not_keeps_to_one_exchange_where_a_search_would_take_minutes(
    office, monkeypatch
):
    monkeypatch.setattr(explaining, "MOST_PRICED", 0)
    people = factory.experts(30)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    run = factory.computed(office, formation)
    free = next(p for p in people if p.pk not in factory.seated(run))
    told = why_not(run, person_id=free.pk, item_id=None)
    prices = [
        choice.price
        for place in Place.objects.filter(run=run)
        for choice in why_this(office.officer, run, place.pk, most=30).choices
        if choice.person_id == free.pk
    ]
    assert (told.others_stay, told.price) == (True, min(prices))


def test_a_frozen_problem_is_read_once_and_bytes_that_changed_are_refused(
    office, django_assert_num_queries
):
    factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    run = factory.computed(office, formation)
    first = explaining.frozen_of(run)
    again = queries.formation_run(office.officer, run.public_id)
    with django_assert_num_queries(1):  # whose numbers they are
        assert explaining.frozen_of(again) is first
    altered = first.to_bytes().replace(b'"seed":""', b'"seed":"x"')
    FormationRun.objects.filter(pk=run.pk).update(problem=zlib.compress(altered))
    assert not actions.recompute_run(actor=office.officer, run_public_id=run.public_id)
    explaining._kept.clear()
    again = queries.formation_run(office.officer, run.public_id)
    with pytest.raises(StepNotAllowed):
        explaining.frozen_of(again)


def test_freezing_asks_as_much_for_many_as_for_few(office, django_assert_num_queries):
    factory.experts(12)
    few = factory.planned(office, panels.eligible_dossiers(office), mode="apart")
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    conditions = Conditions.of(few.conditions)
    with CaptureQueriesContext(connection) as asked:
        freeze(plan_of(few), conditions)
    factory.experts(20)
    many = factory.planned(office, panels.eligible_dossiers(office, 3), mode="apart")
    with django_assert_num_queries(len(asked)):
        freeze(plan_of(many), conditions)
