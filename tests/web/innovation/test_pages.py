"""Innovation work in the browser: asked, weighed, decided; hidden from all others."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate, now

from opensti.domains.innovation import actions
from opensti.domains.innovation.models import (
    Assumption,
    Audit,
    AuditFinding,
    Campaign,
    Document,
    Idea,
    Initiative,
    Objective,
    Review,
    Reviewer,
    Sharing,
    Signal,
    Trial,
)
from opensti.kernel.access import Role
from tests.factories import innovation as factory
from tests.factories.assessments import PDF
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
BUDGETS = {
    "board": 7,
    "initiatives": 9,
    "initiative": 17,
    "campaigns": 9,
    "campaign": 9,
    "ideas": 9,
    "idea": 13,
    "measures": 13,
    "signals": 9,
    "signal": 11,
    "strategy": 16,
    "audits": 9,
    "audit": 8,
    "reviews": 9,
    "review": 8,
    "records": 9,
}


@pytest.fixture
def owner():
    return factory.factory_owner()


@pytest.fixture
def browser(client_of, owner):
    return client_of(owner)


def place(name, *args):
    return reverse(f"innovation:{name}", args=args)


def text(browser, name, *args, status=200):
    answer = browser.get(place(name, *args))
    assert answer.status_code == status
    return answer.content.decode()


def act(browser, name, row, act, /, status=302, **said):
    answer = browser.post(place(name, row.public_id), {"act": act, **said})
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def test_a_manager_asks_answers_and_decides_by_the_pages(browser, client_of, owner):
    today = localdate()
    said = {
        "organisation": factory.house(owner),
        "title": "Bớt phế phẩm",
        "question": "Làm sao?",
        "opens_on": today,
        "closes_on": today,
        "reply_days": 15,
        "anonymous": "on",
        "criterion_1": "Dễ làm",
        "weight_1": "2",
        "label_1": "Máy nào?",
        "kind_1": "choice",
        "choices_1": "M1; M2",
    }
    assert browser.post(place("campaign_new"), said).status_code == 302
    row = Campaign.objects.get()
    assert reverse("portal:idea_new", args=[row.token]) in text(browser, "campaign", row.public_id)  # fmt: skip
    weighs = factory.enrolled(owner)
    act(browser, "campaign", row, "reviewer", email=factory.email_of(weighs))
    worker = client_of(weighs)
    page = text(worker, "hand_in", row.public_id)
    assert "M2" in page
    key = page.split('name="key" value="')[1].split('"')[0]
    idea = {"key": key, "title": "Gia nhiệt", "text": "Trước khi rót", "q1": "M2"}
    for _n in range(2):
        answer = worker.post(place("hand_in", row.public_id), idea)
        assert answer.status_code == 302
    made = Idea.objects.get()
    other = factory.idea(row, "Ý khác", at=now())
    for step in ("triage", "review"):
        act(browser, "idea", other, f"step-{step}")
    act(worker, "idea", other, "score", c1="4", no_part="on", comment="Được.")
    act(browser, "idea", made, "step-merge", into=other.public_id)
    act(browser, "idea", other, "step-accept", stage="create", answer="Làm.")
    act(
        browser, "idea", other, "reward", what="Thưởng", amount="500000", given_on=today
    )
    page = text(browser, "idea", other.public_id)
    assert ("Được." in page, weighs.name in page) == (True, True)
    assert "Làm." in text(worker, "idea", made.public_id)
    initiative = Initiative.objects.get()
    assert initiative.title in text(worker, "board")
    act(browser, "campaign", row, "release", reviewer=Reviewer.objects.get().pk)
    act(browser, "campaign", row, "close")
    # His own page tells how the other fares; what that one says is not his.
    assert worker.get(place("idea", other.public_id)).status_code == 404


def test_an_initiative_is_led_by_its_page(browser, owner):
    said = {
        "organisation": factory.house(owner),
        "title": "Đúc khuôn nhựa",
        "stage": "validate",
        "kind": "process",
        "horizon": "2",
        "risk": "high",
    }
    assert browser.post(place("initiative_new"), said).status_code == 302
    row = Initiative.objects.get()
    act(browser, "initiative", row, "assume", text="Khách mua", weight="5", doubt="4")
    pk = Assumption.objects.get().pk
    act(browser, "initiative", row, f"trial-{pk}", plan="Hỏi", holds_if="7 mua")
    trial = Trial.objects.get().pk
    act(browser, "initiative", row, f"tell-{trial}", outcome="fails", result="2 mua", then="stop")  # fmt: skip
    act(browser, "initiative", row, "right", kind="patent", title="Khuôn", state="planned")  # fmt: skip
    act(browser, "initiative", row, "partner", name="Viện", part="Thử")
    facts = said | {"value": "30", "commercial": "0.5", "launch": "3", "technical": "0.8", "development": "2"}  # fmt: skip
    assert browser.post(place("initiative_edit", row.public_id), facts).status_code == 302  # fmt: skip
    page = act(browser, "initiative", row, "decide-stop", status=422, reason="zqgiulai")
    assert "zqgiulai" in page
    act(browser, "initiative", row, "decide-move", stage="create", reason="Vì.", score_need="1")  # fmt: skip
    act(browser, "initiative", row, "decide-stop", reason="Vì.", stop_reason="no_need", lesson="zqbaihoc")  # fmt: skip
    assert "zqbaihoc" in text(browser, "initiative", row.public_id)
    act(browser, "initiative", row, "decide-hold", status=404, reason="Vì.")


def test_measures_are_shown_with_their_tables_and_to_the_ministry_only_if_shared(
    browser, client_of, owner
):
    campaign = factory.campaign(owner, at=now())
    factory.accepted(owner, factory.idea(campaign, "zqbimatqz", at=now()), now())
    leader = client_of(person(Role.LEADER))
    of = factory.house(owner)
    own, before = text(browser, "measures"), text(leader, "measures")
    actions.share(actor=owner, organisation_id=of, audience="ministry", at=now())
    after = text(leader, "measures")
    assert (own.count("<figure"), before.count("<figure"), after.count("<figure")) == (
        6, 0, 6
    )  # fmt: skip
    assert "zqbimatqz" not in own + after
    stranger = client_of(person(Role.ADMIN, Role.EXPERT))
    assert stranger.get(place("measures"), {"organisation": of}).status_code == 404


def test_sharing_is_begun_and_ended_by_its_page(browser, owner):
    said = {"act": "share", "organisation": factory.house(owner), "audience": "ministry"}  # fmt: skip
    assert browser.post(place("sharing"), said).status_code == 302
    row = Sharing.objects.get()
    browser.post(place("sharing"), {"act": "end", "sharing": row.pk})
    row.refresh_from_db()
    assert row.until is not None


def test_no_page_shows_anything_to_others_not_even_what_is_shared_for_measuring(
    client_of, owner
):
    campaign = factory.campaign(owner, title="zqbimatqz", at=now())
    idea = factory.idea(campaign, "zqbimatqz", at=now())
    row = factory.accepted(owner, idea, now())
    given = {"actor": owner, "organisation_id": factory.house(owner), "at": now()}
    actions.share(audience="ministry", **given)
    others = {
        "other owner": client_of(factory.factory_owner()),
        "officer": client_of(person(Role.OFFICER)),
        "leader": client_of(person(Role.LEADER)),
        "expert": client_of(person(Role.EXPERT)),
        "auditor": client_of(person(Role.AUDITOR)),
        "admin": client_of(person(Role.ADMIN)),
        "member": client_of(factory.enrolled(owner)),
        "adviser": client_of(factory.advised(owner, now())),
    }
    places = {
        "board": place("board"),
        "initiative": place("initiative", row.public_id),
        "campaign": place("campaign", campaign.public_id),
        "ideas": place("ideas"),
        "idea": place("idea", idea.public_id),
    }
    learnt = {
        (who, name)
        for who, browser in others.items()
        for name, at in places.items()
        if "zqbimatqz" in browser.get(at).content.decode()
    }
    assert learnt == {
        *(("adviser", name) for name in places),
        *(("member", name) for name in ("board", "initiative", "campaign")),
    }


def steered(owner):
    """A signal, an objective, a planned audit, a review with a decision, a record."""
    today = localdate()
    by = {"actor": owner, "organisation_id": factory.house(owner), "at": now()}
    facts = {
        "title": "A",
        "source": "B",
        "meaning": "C",
        "watcher": "D",
        "relevance": 3,
        "seen_on": today,
    }
    actions.note_signal(facts=facts, **by)
    actions.set_objective(
        title="A", measure="B", target="C", due_on=today, owner_name="D", **by
    )
    audit = actions.plan_audit(
        title="A",
        scope="B",
        area="C",
        auditor="D",
        auditor_area="E",
        planned_on=today,
        **by,
    )
    review = actions.hold_review(
        held_on=today,
        people="A",
        conclusion="B",
        decisions=[("C", "D", today)],
        **by,
    )
    actions.file_record(
        code="policy",
        title="A",
        owner_name="B",
        keep_years=5,
        file=SimpleUploadedFile("a.pdf", PDF),
        **by,
    )
    return audit, review


def test_the_system_is_steered_and_checked_by_its_pages(browser, client_of, owner):
    today, of = localdate(), factory.house(owner)

    def post(name, *args, **said):
        answer = browser.post(place(name, *args), said)
        assert answer.status_code == 302, answer.content.decode()

    post("strategy", act="objective", title="Bớt phế phẩm", measure="Tỷ lệ", target="2 %", due_on=today, owner_name="Lan")  # fmt: skip
    post("strategy", act="portfolio", core=60, next=30, new=10, review_months=3, review_on=today)  # fmt: skip
    pk = Objective.objects.get().pk
    post("signal_new", title="In cát", source="Hội chợ", meaning="Nhanh hơn", watcher="Bình", relevance=4, seen_on=today, objectives=pk)  # fmt: skip
    post("strategy", act=f"reach-{pk}", reached_on=today, result="zqdat")
    assert "zqdat" in text(browser, "strategy")
    assert "checked" in text(browser, "signal", Signal.objects.get().public_id)
    post("audit_new", organisation=of, title="Quý III", scope="A", area="B", auditor="C", auditor_area="D", planned_on=today)  # fmt: skip
    row = Audit.objects.get()
    act(browser, "audit", row, "finding", grade="minor", text="Thiếu")
    found = AuditFinding.objects.get().pk
    other = client_of(factory.enrolled(owner))
    act(browser, "audit", row, f"follow-{found}", state="open", words="Vì")
    act(browser, "audit", row, f"follow-{found}", state="cause", words="Làm", owner_name="Lan", due_on=today)  # fmt: skip
    page = act(browser, "audit", row, f"follow-{found}", status=422, state="action", words="zqtotz", effective="1")  # fmt: skip
    assert "zqtotz" in page
    act(other, "audit", row, f"follow-{found}", state="action", words="Tốt", effective="1")  # fmt: skip
    act(browser, "audit", row, f"follow-{found}", state="verified")
    act(browser, "audit", row, "hold", held_on=today, conclusion="Được")
    assert "Quý III" not in text(browser, "review_new")  # figures, no names
    post("review_new", organisation=of, held_on=today, people="A", conclusion="B", text_1="zqviec", owner_1="Lan", due_1=today)  # fmt: skip
    made = Review.objects.get()
    act(browser, "review", made, "done", decision=made.decisions.get().pk)
    assert "zqviec" in text(browser, "review", made.public_id)
    file = SimpleUploadedFile("a.pdf", PDF)
    post("records", act="file", code="policy", title="Chính sách", owner_name="Lan", keep_years=5, file=file)  # fmt: skip
    at = place("record_file", Document.objects.get().file_id)
    answer = other.get(at)
    assert b"".join(answer.streaming_content) == PDF
    answer.close()
    strangers = [client_of(person(role)) for role in (Role.LEADER, Role.AUDITOR, Role.EXPERT)]  # fmt: skip
    assert [one.get(at).status_code for one in strangers] == [404] * 3
    assert strangers[2].get(place("strategy"), {"organisation": of}).status_code == 404
    assert strangers[2].get(place("strategy")).status_code == 200  # nothing for them


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_costs_the_same_with_one_and_three_rows(
    browser, owner, name, rows, django_assert_num_queries
):
    campaign = factory.campaign(owner, at=now())
    into = factory.step(owner, factory.idea(campaign, at=now()), "triage", at=now())
    row = factory.initiative(owner, at=now())
    by = {"actor": owner, "initiative_id": row.pk, "at": now()}
    for _n in range(rows):
        other = factory.idea(campaign, name="A", at=now())
        factory.step(owner, other, "merge", into=into.public_id, at=now())
        factory.idea(campaign, at=now())
        one = actions.assume(text="A", weight=1, doubt=1, **by)
        actions.plan_trial(
            actor=owner, assumption_id=one.pk, plan="A", holds_if="B", at=now()
        )
        actions.note_right(kind="patent", title="A", state="planned", **by)
        actions.note_partner(name="A", part="B", **by)
    audit, review = steered(owner)
    of = {"actor": owner, "at": now()}
    for _n in range(rows):
        actions.note_audit_finding(audit_id=audit.pk, grade="minor", text="A", **of)
    for _n in range(rows - 1):
        factory.campaign(owner, at=now())
        factory.initiative(owner, at=now())
        steered(owner)
    args = {
        "signal": (Signal.objects.first().public_id,),
        "audit": (audit.public_id,),
        "review": (review.public_id,),
        "initiative": (row.public_id,),
        "campaign": (campaign.public_id,),
        "idea": (into.public_id,),
    }.get(name, ())
    text(browser, name, *args)
    with django_assert_num_queries(BUDGETS[name]):
        text(browser, name, *args)
