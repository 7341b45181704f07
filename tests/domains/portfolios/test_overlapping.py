"""A dossier that overlaps with other work is not approved before, or against, a verdict."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from opensti.domains.overlaps import actions as overlaps
from opensti.domains.overlaps.models import Screening
from opensti.domains.overlaps.queries import standings
from opensti.domains.portfolios import actions
from opensti.kernel.access import Role
from opensti.kernel.refusals import Invalid
from tests.factories import overlaps as overlap_factory
from tests.factories import portfolios as factory
from tests.factories.calls import ANSWERS
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(db):
    """A judged dossier whose words stand in the archive already; the worker compared it."""
    overlap_factory.archived(
        (ANSWERS["title"], f"{ANSWERS['summary_vi']} {ANSWERS['objectives']}"),
        *overlap_factory.OTHERS,
    )
    made = factory.judged("90")
    overlaps.screen_waiting(at=factory.LAID_OUT)
    return made


@pytest.fixture
def hit(story):
    screening = Screening.objects.get(
        object_id=story.dossiers[0].pk, kind="calls.dossier"
    )
    found = screening.hits.order_by("-probability")[0]
    type(found).objects.filter(pk=found.pk).update(probability=0.95)
    found.refresh_from_db()
    return found


def propose(story, round_):
    return actions.propose_round(
        actor=story.officer, round_id=round_.pk, proposal="", at=factory.PROPOSED
    )


def judged(hit, finding):
    verdict = overlaps.give_verdict(
        actor=person(Role.OFFICER),
        hit_id=hit.pk,
        finding=finding,
        grounds="Trùng nguyên văn.",
        at=factory.LAID_OUT,
    )
    if verdict.state == "proposed":
        overlaps.confirm_verdict(
            actor=person(Role.SECRETARY),
            verdict_id=verdict.pk,
            confirmed=True,
            note="",
            at=factory.LAID_OUT,
        )


def test_a_likeness_that_nobody_judged_keeps_the_round_from_the_leader(story, hit):
    code = story.dossiers[0].code
    with override("en"), pytest.raises(Invalid) as refusal:
        propose(story, factory.laid_out(story))
    assert str(refusal.value) == f"{code} is like other work, and nobody has judged it."
    assert standings([story.dossiers[0].pk]) == {story.dossiers[0].pk: "open"}


@pytest.mark.parametrize("finding", ["decline", "merge"])
def test_a_verdict_against_it_keeps_a_dossier_from_approval(story, hit, finding):
    judged(hit, finding)
    with pytest.raises(Invalid):
        propose(story, factory.laid_out(story))
    assert standings([story.dossiers[0].pk]) == {story.dossiers[0].pk: "barred"}


@pytest.mark.parametrize("finding", ["none", "acceptable"])
def test_a_verdict_for_it_lets_the_dossier_be_approved(story, hit, finding):
    judged(hit, finding)
    assert propose(story, factory.laid_out(story)).state == "proposed"
    assert standings([story.dossiers[0].pk]) == {story.dossiers[0].pk: "clear"}


def test_the_leader_cannot_approve_against_a_verdict_that_came_after_the_proposal(
    story, hit
):
    judged(hit, "acceptable")
    round_ = propose(story, factory.laid_out(story))
    hit.refresh_from_db()
    overlaps.give_verdict(
        actor=person(Role.OFFICER),
        hit_id=hit.pk,
        finding="decline",
        grounds="Phát hiện thêm.",
        replaces=hit.verdict_id,
        at=factory.PROPOSED,
    )
    with pytest.raises(Invalid):
        factory.decide(story, round_)


def test_a_dossier_that_is_declined_needs_no_verdict(story, hit):
    round_ = factory.laid_out(story)
    (decision,) = round_.decisions.all()
    actions.edit_decision(
        actor=story.officer,
        decision_id=decision.pk,
        proposed="decline",
        amount=None,
        reason_vi="Trùng với việc trước.",
        reason_en="",
        at=factory.LAID_OUT,
    )
    assert propose(story, round_).state == "proposed"


def test_a_dossier_that_was_never_compared_is_stopped_by_nobody(db):
    story = factory.judged("90")
    assert propose(story, factory.laid_out(story)).state == "proposed"
    assert standings([story.dossiers[0].pk]) == {}
