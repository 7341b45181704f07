"""A council on finished work is computed like the others, under the rule of its procedure."""

from __future__ import annotations

from collections import Counter

import pytest

from opensti.domains.panels import actions as panel_actions
from opensti.domains.panels import queries as panel_queries
from opensti.domains.results import actions
from opensti.kernel.refusals import AccessDenied, NotFound, StepNotAllowed
from tests.factories import acceptance as factory
from tests.factories import formation as formation_factory

pytestmark = pytest.mark.django_db


def plan(work, actor=None):
    return actions.plan_acceptance_council(
        actor=actor or work.officer,
        acceptance_id=work.acceptance.pk,
        title_vi="Hội đồng nghiệm thu",
        title_en="Acceptance council",
        secretary_id=work.funded.story.office.secretary.user_id,
        at=factory.FORMED,
    )


def computed(work, formation):
    of = {"actor": work.officer, "at": factory.FORMED}
    run = panel_actions.ask_run(formation_id=formation.pk, **of)
    return panel_actions.compute_run(run_id=run.pk, **of)


def approve(work, formation, run):
    return panel_actions.approve_formation(
        actor=work.officer, formation_id=formation.pk, run_id=run.pk, at=factory.FORMED
    )


def test_a_computed_council_has_the_seats_of_the_rule_and_the_work_on_its_agenda():
    work = factory.handed_in()
    formation_factory.experts(30, houses=15)
    formation = plan(work)
    assert (
        panel_queries.planned_of_work(work.officer, work.contract.dossier_id)
        == formation
    )
    (council,) = approve(work, formation, computed(work, formation))
    item = factory.item_of(council)
    assert (
        council.kind,
        council.regime_version_id,
        item.case_id,
        [row["id"] for row in item.contents],
    ) == (
        "acceptance",
        work.acceptance.case.regime_version_id,
        work.acceptance.case_id,
        list(factory.marks(work, "pass")),
    )
    seats = list(council.seats.all())
    assert Counter(seat.role for seat in seats) == Counter(factory.SEATS)
    assert panel_queries.composition(council, seats) == []
    assert panel_queries.planned_of_work(work.officer, work.contract.dossier_id) is None


def test_a_plan_that_was_overtaken_makes_no_council():
    work = factory.handed_in()
    formation_factory.experts(30, houses=15)
    formation = plan(work)
    run = computed(work, formation)
    factory.returned(work, factory.FORMED)
    with pytest.raises(StepNotAllowed):
        approve(work, formation, run)
    assert panel_queries.council_of_work(work.acceptance.case_id) is None


def test_who_may_not_form_the_council_does_not_plan_it_either():
    work = factory.handed_in()
    with pytest.raises((AccessDenied, NotFound)):
        plan(work, work.host)
    factory.council_of(work)
    with pytest.raises(StepNotAllowed):  # it is before a council already
        plan(work)


def test_where_no_council_judges_none_is_planned():
    with pytest.raises(StepNotAllowed):
        plan(factory.handed_in("nd268_2025"))
