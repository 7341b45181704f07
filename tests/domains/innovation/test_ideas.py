"""Ideas: handed in once, weighed by others, answered in time, joined with credit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.utils.timezone import localdate

from opensti.domains.innovation import actions, queries
from opensti.domains.innovation.models import Campaign, Idea, Likeness, Score
from opensti.domains.registry.models import Membership
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
    TooMany,
)
from tests.factories import innovation as factory
from tests.factories.innovation import AT
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
KEY = "k" * 32


@pytest.fixture
def owner():
    return factory.factory_owner()


@pytest.fixture
def campaign(owner):
    return factory.campaign(owner)


def faults(refused):
    return sorted({problem.field for problem in refused.value.problems})


# ---- campaigns


def test_a_campaign_has_its_own_criteria_and_form_or_the_usual_ones(owner):
    row = factory.campaign(
        owner,
        criteria=(),
        form=[
            {"label": "Máy nào?", "kind": "line", "needed": True},
            {"label": "Ca", "kind": "choice", "choices": ["1", " 2 ", "1", ""]},
        ],
    )
    assert [(c["code"], c["weight"]) for c in row.criteria] == [
        ("c1", 1), ("c2", 1), ("c3", 1)
    ]  # fmt: skip
    assert row.form == [
        {"code": "q1", "label": "Máy nào?", "kind": "line", "needed": True, "choices": []},
        {"code": "q2", "label": "Ca", "kind": "choice", "needed": False, "choices": ["1", "2"]},
    ]  # fmt: skip


def test_a_campaign_with_faults_is_refused_with_all_of_them(owner):
    with pytest.raises(Invalid) as refused:
        factory.campaign(
            owner,
            title=" ",
            question="",
            closes_on=localdate(AT) - timedelta(days=1),
            reply_days=0,
            criteria=[("A", 1), ("a", 11)],
            form=[{"label": "", "kind": "poem"}, {"label": "?", "kind": "choice"}],
        )
    assert faults(refused) == [
        "closes_on", "criteria", "form", "question", "reply_days", "title"
    ]  # fmt: skip
    assert not Campaign.objects.exists()


def test_only_a_manager_of_the_organisation_asks(owner, campaign):
    for stranger in (
        factory.member(factory.house(owner)),
        factory.factory_owner(),
        person(Role.LEADER),
        person(Role.ADMIN),
    ):
        with pytest.raises((AccessDenied, NotFound)):
            actions.close_campaign(actor=stranger, campaign_id=campaign.pk, at=AT)
        with pytest.raises(AccessDenied):
            actions.open_campaign(
                actor=stranger,
                organisation_id=factory.house(owner),
                title="A",
                question="B",
                opens_on=localdate(AT),
                closes_on=localdate(AT),
                at=AT,
            )


def test_a_closed_campaign_and_an_old_link_take_nothing(owner, campaign):
    old = campaign.token
    actions.renew_link(actor=owner, campaign_id=campaign.pk, at=AT)
    with pytest.raises(NotFound):
        actions.hand_in(token=old, key=KEY, title="A", text="B", at=AT)
    campaign.refresh_from_db()
    late = AT + timedelta(days=31)
    with pytest.raises(StepNotAllowed):
        factory.idea(campaign, at=late)
    actions.close_campaign(actor=owner, campaign_id=campaign.pk, at=AT)
    with pytest.raises(StepNotAllowed):
        factory.idea(campaign)
    assert not Idea.objects.exists()


# ---- handed in


def test_what_is_sent_twice_is_one_idea_and_other_words_are_not_swallowed(campaign):
    one = factory.idea(campaign, key=KEY)
    again = factory.idea(campaign, key=KEY)
    with pytest.raises(Invalid) as refused:
        factory.idea(campaign, "Một ý khác", key=KEY)
    assert (again.pk, faults(refused), Idea.objects.count()) == (one.pk, ["key"], 1)
    assert Entry.objects.filter(act="innovation.hand_in").count() == 1


def test_an_idea_without_a_name_keeps_nobody_not_even_in_the_record(campaign):
    row = factory.idea(campaign, key=KEY)
    entry = Entry.objects.get(act="innovation.hand_in")
    kept = Idea.objects.values().get()
    assert (row.author_id, row.author_name, entry.public) == (None, "", False)
    assert KEY not in str(kept)
    assert "Người dùng" not in str(entry.body)
    found = queries.followed(KEY)
    assert (found.idea, found.together, found.without_name) == (row, [], 1)
    with pytest.raises(NotFound):
        queries.followed(KEY[:-1] + "x")


def test_a_campaign_may_ask_for_a_name(owner):
    row = factory.campaign(owner, anonymous=False)
    with pytest.raises(Invalid) as refused:
        factory.idea(row)
    assert faults(refused) == ["name"]
    named = factory.idea(row, name="Chị Hoa")
    signed = factory.idea(row, author=factory.member(factory.house(owner)), name="X")
    assert (named.author_name, signed.author_name) == ("Chị Hoa", "")


def test_the_form_of_the_campaign_is_held_to(owner):
    row = factory.campaign(
        owner,
        form=[
            {"label": "Máy?", "kind": "line", "needed": True},
            {"label": "Ca", "kind": "choice", "choices": ["1", "2"]},
            {"label": "Tiết kiệm", "kind": "number"},
        ],
    )
    with pytest.raises(Invalid) as refused:
        factory.idea(row, "", answers={"q2": "3", "q3": "nhiều"})
    assert faults(refused) == ["q1", "q2", "q3", "title"]
    made = factory.idea(row, answers={"q1": "M1", "q3": "1.500,5", "q9": "?"})
    assert made.answers == {"q1": "M1", "q3": "1.500,5"}


def test_a_flood_is_held_back(campaign, monkeypatch):
    monkeypatch.setattr("opensti.domains.innovation.actions.ideas.MOST_AN_HOUR", 1)
    factory.idea(campaign, key=KEY)
    with pytest.raises(TooMany):
        factory.idea(campaign)
    factory.idea(campaign, key=KEY)  # the same once more is no flood
    factory.idea(campaign, at=AT + timedelta(hours=2))
    assert Idea.objects.count() == 2


def test_the_reply_is_due_after_so_many_working_days(owner, campaign):
    # Monday 6 July 2026, fifteen working days: Monday 27 July.
    assert factory.idea(campaign).reply_due == date(2026, 7, 27)
    quick = factory.campaign(owner, reply_days=4)
    assert factory.idea(quick).reply_due == date(2026, 7, 10)


# ---- looked at, weighed, answered


def test_an_idea_goes_its_way_and_its_author_reads_the_answer(owner, campaign):
    row = factory.step(owner, factory.idea(campaign, key=KEY), "triage", "review")
    assert row.answered_at is None
    made = factory.step(owner, row, "accept", answer="Hay, làm thử.").initiative
    found = queries.followed(KEY)
    assert (found.fate.state, found.fate.answer) == ("accepted", "Hay, làm thử.")
    assert (made.title, made.stage, made.organisation_id) == (
        row.title, "identify", factory.house(owner)
    )  # fmt: skip
    assert [d.verdict for d in made.decisions.all()] == ["begin"]


@pytest.mark.parametrize("act", ["park", "decline"])
def test_no_author_is_sent_away_without_a_word(owner, campaign, act):
    row = factory.idea(campaign)
    with pytest.raises(Invalid) as refused:
        factory.step(owner, row, act, answer=" ")
    assert faults(refused) == ["answer"]
    row = factory.step(owner, row, act)
    assert row.answered_at == AT
    row = factory.step(owner, row, "reopen", at=AT + timedelta(days=1))
    assert (row.state, row.answered_at, row.reply_due) == (
        "triaged", None, date(2026, 7, 28)
    )  # fmt: skip


def test_a_step_that_is_not_possible_or_seen_too_long_ago_is_refused(owner, campaign):
    row = factory.idea(campaign)
    with pytest.raises(StepNotAllowed):
        factory.step(owner, row, "accept")
    with pytest.raises(Invalid):
        factory.step(owner, row, "burn")
    factory.step(owner, row, "triage")
    with pytest.raises(Stale):
        factory.step(owner, row, "decline", version=row.version)
    assert Idea.objects.get().state == "triaged"


def test_reviewers_weigh_every_criterion_and_the_weights_count(owner, campaign):
    reviewers = [factory.reviewer(owner, campaign) for _n in range(2)]
    row = factory.step(owner, factory.idea(campaign), "triage", "review")
    given = {"idea_id": row.pk, "at": AT, "no_part": True}
    for actor, scores in zip(
        reviewers, ({"c1": 5, "c2": 1}, {"c1": 3, "c2": 3}), strict=True
    ):
        actions.score_idea(actor=actor, scores=scores, **given)
    opened = queries.opened_idea(owner, row.public_id)
    assert [(w.name, w.mean, w.low, w.high) for w in opened.weighed] == [
        ("Dễ làm", 4, 3, 5), ("Có lợi", 2, 1, 3)
    ]  # fmt: skip
    assert opened.total == (1 * 4 + 3 * 2) / 4
    actions.score_idea(actor=reviewers[0], scores={"c1": 0, "c2": 0}, **given)
    assert Score.objects.count() == 2
    for wrong in ({"c1": 5}, {"c1": 6, "c2": 0}, {"c1": 1, "c2": 1, "c3": 1}):
        with pytest.raises(Invalid):
            actions.score_idea(actor=reviewers[0], scores=wrong, **given)
    with pytest.raises(Invalid) as refused:
        actions.score_idea(
            actor=reviewers[0],
            scores={"c1": 1, "c2": 1},
            **(given | {"no_part": False}),
        )
    assert faults(refused) == ["no_part"]


def test_nobody_weighs_an_idea_in_which_he_has_a_part(owner, campaign):
    author, other = (factory.reviewer(owner, campaign) for _n in range(2))
    mine = factory.idea(campaign, author=author)
    into = factory.step(owner, factory.idea(campaign, "Ý khác"), "triage", "review")
    factory.step(owner, mine, "merge", into=into.public_id)
    said = {"idea_id": into.pk, "scores": {"c1": 5, "c2": 5}, "no_part": True, "at": AT}
    with pytest.raises(AccessDenied):
        actions.score_idea(actor=author, **said)
    with pytest.raises(AccessDenied):
        actions.score_idea(actor=owner, **said)  # no reviewer
    actions.score_idea(actor=other, **said)
    assert [s.reviewer_id for s in into.scores.all()] == [other.user_id]


def test_a_reviewer_sees_no_other_score_before_his_own(owner, campaign):
    first, second = (factory.reviewer(owner, campaign) for _n in range(2))
    row = factory.step(owner, factory.idea(campaign), "triage", "review")
    given = {"idea_id": row.pk, "scores": {"c1": 5, "c2": 1}, "no_part": True, "at": AT}
    actions.score_idea(actor=first, **given)
    before = queries.opened_idea(second, row.public_id)
    actions.score_idea(actor=second, **given)
    after = queries.opened_idea(second, row.public_id)
    assert (before.scores, before.total, len(after.scores)) == ([], None, 2)


def test_nobody_accepts_an_own_idea_that_nobody_else_weighed(owner, campaign):
    other = factory.reviewer(owner, campaign)
    row = factory.step(owner, factory.idea(campaign, author=owner), "triage", "review")
    with pytest.raises(StepNotAllowed):
        factory.step(owner, row, "accept")
    actions.score_idea(
        actor=other, idea_id=row.pk, scores={"c1": 5, "c2": 5}, no_part=True, at=AT
    )
    assert factory.step(owner, row, "accept").state == "accepted"


def test_merged_ideas_share_status_and_credit_and_the_clock_stops(owner, campaign):
    keys = ["a" * 32, "b" * 32, "c" * 32]
    names = ["Anh An", "", "Chị Châu"]
    one, two, three = (
        factory.idea(campaign, f"Ý {n}", key=key, name=name)
        for n, (key, name) in enumerate(zip(keys, names, strict=True))
    )
    factory.step(owner, one, "merge", into=two.public_id)
    factory.step(owner, two, "merge", into=three.public_id)
    rows = list(Idea.objects.order_by("pk").values_list("merged_into", "answered_at"))
    assert rows == [(three.pk, AT), (three.pk, AT), (None, None)]
    factory.step(owner, three, "triage", "accept", answer="Làm.")
    told = [queries.followed(key) for key in keys]
    assert {(t.fate.state, t.fate.answer, tuple(t.together), t.without_name) for t in told} == {
        ("accepted", "Làm.", ("Anh An", "Chị Châu"), 1)
    }  # fmt: skip
    made = told[0].fate.initiative
    credited = queries.opened_initiative(owner, made.public_id).credited
    assert credited == ["Anh An", "Chị Châu"]
    for wrong in (one.public_id, "", "x"):
        with pytest.raises(Invalid):
            factory.step(owner, factory.idea(campaign), "merge", into=wrong)


def test_ideas_of_two_organisations_are_never_joined(owner, campaign):
    other = factory.factory_owner()
    both = replace(owner, manages=owner.manages | other.manages)
    theirs = factory.idea(factory.campaign(other))
    with pytest.raises(Invalid):
        factory.step(both, factory.idea(campaign), "merge", into=theirs.public_id)
    with pytest.raises(Invalid):
        factory.step(
            both,
            factory.step(both, factory.idea(campaign), "triage"),
            "accept",
            initiative=factory.initiative(other).public_id,
        )


def test_an_idea_may_be_taken_up_by_what_runs_already(owner, campaign):
    runs = factory.initiative(owner)
    row = factory.step(owner, factory.idea(campaign), "triage")
    row = factory.step(owner, row, "accept", initiative=runs.public_id)
    assert (row.initiative, runs.decisions.count()) == (runs, 1)


def test_a_reward_is_noted(owner, campaign):
    row = factory.step(owner, factory.idea(campaign), "park")
    given = {"actor": owner, "idea_id": row.pk, "at": AT}
    actions.note_reward(what="Bằng khen", given_on=localdate(AT), **given)
    with pytest.raises(Invalid):
        actions.note_reward(
            what="",
            given_on=localdate(AT) + timedelta(days=1),
            amount=Decimal(-1),
            **given,
        )
    assert [r.what for r in row.rewards.all()] == ["Bằng khen"]


# ---- what the worker does


def test_ideas_that_say_the_same_are_found_within_the_organisation_alone(owner):
    mine = factory.campaign(owner)
    theirs = factory.campaign(factory.factory_owner())
    said = "Gia nhiệt khuôn trước khi rót kim loại, dùng khuôn cát nhựa để bớt rỗ khí khi đúc bánh răng."
    for row in (mine, theirs):
        factory.idea(row, "Bớt rỗ khí khi đúc bánh răng", text=said)
    factory.idea(
        mine, "Xe đưa đón", text="Công nhân xem trên điện thoại xe đến lúc nào."
    )
    twin = factory.idea(mine, "Giảm lỗi rỗ khí khi đúc bánh răng", text=said)
    of = factory.house(owner)
    assert actions.compare_ideas(organisation_id=of, at=AT) == 3
    assert actions.compare_ideas(organisation_id=of, at=AT) == 0
    (found,) = Likeness.objects.all()
    assert (found.idea, found.other.campaign) == (twin, mine)
    opened = queries.opened_idea(owner, found.other.public_id)
    assert [one.idea for one in opened.alike] == [twin]


def test_managers_are_reminded_of_late_replies_once_a_day(owner, campaign):
    Membership.objects.create(
        user_id=owner.user_id,
        organisation_id=factory.house(owner),
        manager=True,
        since=date(2026, 1, 1),
    )
    row = factory.idea(campaign, "zqgiulai")
    factory.step(owner, factory.idea(campaign), "park")
    due = AT + timedelta(days=21)
    assert actions.remind_of_replies(at=due) == 0
    late = due + timedelta(days=1)
    assert [actions.remind_of_replies(at=late) for _n in range(2)] == [1, 0]
    (sent,) = mail.outbox
    assert sent.to == [factory.email_of(owner)]
    assert ("zqgiulai" in sent.subject + sent.body, campaign.public_id in sent.body) == (False, True)  # fmt: skip
    factory.step(owner, row, "decline", at=late)
    assert actions.remind_of_replies(at=late + timedelta(days=1)) == 0


def test_what_waits_stands_on_the_first_page_of_who_answers_and_who_weighs(
    owner, campaign
):
    weighs = factory.reviewer(owner, campaign)
    row = factory.step(owner, factory.idea(campaign), "triage", "review")
    factory.idea(campaign, author=weighs)
    today = localdate(row.handed_in_at)
    said = {
        who: [(item.kind, item.about.vi) for item in queries.work_for(actor, today)]
        for who, actor in (("owner", owner), ("reviewer", weighs))
    }
    assert said == {
        "owner": [("innovation.answer", "Gia nhiệt khuôn")] * 2,
        "reviewer": [("innovation.score", "Gia nhiệt khuôn")],
    }
