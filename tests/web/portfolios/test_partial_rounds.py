"""A round with one dossier in conflict: the rest is worked on, and tells nothing of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from opensti.domains.panels import actions as panel_actions
from opensti.domains.panels.actions import Interest
from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.models import Letter
from opensti.domains.registry.models import Person
from opensti.kernel.access import Role, visible
from opensti.kernel.money import format_money
from opensti.kernel.refusals import AccessDenied, NotFound
from tests.factories import panels
from tests.factories import portfolios as factory
from tests.factories.tasks import person
from tests.web.panels.test_pages import sign_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return factory.judged("90", "80")


def in_conflict(story, dossier, role=Role.OFFICER):
    """An official of whom nobody has judged yet whether he is in conflict."""
    known = panels.expert()
    Person.objects.filter(pk=known.person_id).update(user_id=known.user_id)
    official = person(role, person_id=known.person_id)
    Person.objects.filter(pk=known.person_id).update(user_id=official.user_id)
    panel_actions.declare_interests(
        actor=story.officer,
        person_id=official.person_id,
        interests=[Interest(dossier_id=dossier.pk, reason="Cùng bài báo.")],
        at=factory.LAID_OUT + timedelta(minutes=1),
    )
    return official


def marks(story):
    """What would tell of the dossier, and of all together."""
    hidden = factory.decision_on(story.dossiers[0])
    shown = factory.decision_on(story.dossiers[1])
    both = (hidden.amount or 0) + (shown.amount or 0)
    return [
        hidden.dossier.code,
        hidden.dossier.title_vi,
        hidden.public_id,
        format_money(both),
        "Xếp hạng",
        "Hạng trong đặt hàng",
    ]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.AUDITOR])
def test_the_page_shows_the_other_dossiers_and_no_figure_of_all(client, role):
    story = factory.judged("90", "80", orders=0)
    round_ = factory.decided(story)
    official = in_conflict(story, story.dossiers[0], role)
    page = reverse("portfolios:round", args=[round_.public_id])
    told = {}
    for reader in (story.officer, official):
        sign_in(client, reader)
        bodies = [
            text(client.get(page)),
            text(client.get(reverse("portfolios:letters"))),
            text(
                client.get(
                    reverse(
                        "portfolios:decision",
                        args=[factory.decision_on(story.dossiers[1]).public_id],
                    )
                )
            ),
        ]
        assert story.dossiers[1].code in bodies[0]
        told[reader.user_id] = [
            any(mark in body for mark in marks(story)) for body in bodies
        ]
    assert told[story.officer.user_id] == [True, True, True]
    assert told[official.user_id] == [False, False, False]


def test_the_list_counts_only_dossiers_one_knows_of(client, story):
    round_ = factory.laid_out(story)
    official = in_conflict(story, story.dossiers[0])
    assert [
        (r.pk, r.dossiers)
        for who in (story.officer, official)
        for r in queries.rounds(who)
    ] == [(round_.pk, 2), (round_.pk, 1)]
    sign_in(client, official)
    for more in ("", "?export=csv", f"?q={story.dossiers[0].code}"):
        answer = client.get(reverse("portfolios:rounds") + more)
        body = answer.getvalue().decode() if answer.streaming else text(answer)
        body = body.replace(f"q={story.dossiers[0].code}", "")
        assert story.dossiers[0].title_vi not in body


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_papers_of_the_round_are_for_those_who_know_all_of_it(client, story, kind):
    round_ = factory.laid_out(story)
    paper = reverse("portfolios:round_document", args=[round_.public_id, kind])
    sign_in(client, story.officer)
    assert client.get(paper).status_code == 200
    sign_in(client, in_conflict(story, story.dossiers[0]))
    assert client.get(paper).status_code == 404


def test_a_round_of_nothing_but_hidden_dossiers_is_none(story):
    round_ = factory.laid_out(story)
    official = in_conflict(story, story.dossiers[0])
    panel_actions.declare_interests(
        actor=story.officer,
        person_id=official.person_id,
        interests=[Interest(dossier_id=story.dossiers[1].pk, reason="Cùng bài báo.")],
        at=factory.LAID_OUT + timedelta(minutes=2),
    )
    with pytest.raises(NotFound):
        queries.round_page(official, round_.public_id)


def test_whole_acts_are_refused_without_a_word_of_why(story):
    round_ = factory.laid_out(story)
    official = in_conflict(story, story.dossiers[0])
    shown = factory.decision_on(story.dossiers[1])
    said = {"actor": official, "at": factory.PROPOSED}
    with pytest.raises(AccessDenied) as whole:
        actions.propose_round(round_id=round_.pk, proposal="", **said)
    with pytest.raises(AccessDenied) as one:
        actions.edit_decision(
            decision_id=shown.pk,
            proposed="approve",
            amount=shown.amount,
            reason_vi="Tốt.",
            reason_en="",
            **said,
        )
    assert {str(whole.value), str(one.value)} == {
        "Việc trên toàn đợt xét chọn này do cán bộ khác làm."
    }
    assert queries.work_for(official, factory.RELEASED.date()) == []


def test_letters_of_other_dossiers_are_written_and_checked_as_before():
    story = factory.judged("90", "80", orders=0)
    factory.decided(story)
    official = in_conflict(story, story.dossiers[0])
    (letter,) = visible(official, Letter.objects.all())
    assert letter.decision.dossier_id == story.dossiers[1].pk
    actions.check_letter(actor=official, letter_id=letter.pk, at=factory.RELEASED)
    letter.refresh_from_db()
    assert letter.checked_by_id == official.user_id
    hidden = Letter.objects.exclude(pk=letter.pk).get()
    with pytest.raises(NotFound):
        actions.check_letter(actor=official, letter_id=hidden.pk, at=factory.RELEASED)


def test_when_the_case_is_judged_no_conflict_the_round_is_whole_again(story):
    round_ = factory.laid_out(story)
    official = in_conflict(story, story.dossiers[0])
    case = official_case(official)
    assert not queries.knows_whole_round(official, round_)
    panel_actions.judge_conflict(
        actor=story.officer,
        conflict_id=case.pk,
        finding="none",
        reason="Người cùng tên.",
        at=factory.PROPOSED,
    )
    assert queries.knows_whole_round(official, round_)


def official_case(official):
    from opensti.domains.panels.models import Conflict  # noqa: PLC0415

    return Conflict.objects.get(person_id=official.person_id)


def test_what_is_said_of_a_dossier_for_an_order_waits_for_the_release(client, story):
    """It says "no. 2 for its order": that there is a first."""
    round_ = factory.decided(story)
    shown = factory.decision_on(story.dossiers[1])
    shown.reason_vi = "Hội đồng xếp thứ 2 trong đặt hàng."
    shown.save(update_fields=["reason_vi"])
    places = [
        reverse("portfolios:round", args=[round_.public_id]),
        reverse("portfolios:decision", args=[shown.public_id]),
    ]
    official = in_conflict(story, story.dossiers[0])
    told = {}
    for reader in (story.officer, official):
        sign_in(client, reader)
        told[reader.user_id] = [
            *(shown.reason_vi in text(client.get(place)) for place in places),
            visible(reader, Letter.objects.all()).count(),
        ]
    assert told == {
        story.officer.user_id: [True, True, 2],
        official.user_id: [False, False, 0],
    }
