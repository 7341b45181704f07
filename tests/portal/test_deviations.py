"""How often the advice was followed, in the open; nothing of it before the release."""

from __future__ import annotations

import json
from decimal import Decimal
from hashlib import sha256

import pytest
from django.urls import reverse

from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.actions import Rule
from opensti.domains.portfolios.choices import Ruling
from opensti.domains.portfolios.models import Decision
from opensti.kernel.record.models import Entry
from tests.factories import portfolios as factory

pytestmark = pytest.mark.django_db
MONEY = 2_000_000_000


def shown(client, name="deviations", **cookies):
    for key, value in cookies.items():
        client.cookies[key] = value
    response = client.get(reverse(f"portal:{name}"))
    assert response.status_code == 200
    content = (
        b"".join(response.streaming_content) if response.streaming else response.content
    )
    return content.decode()


def api(client):
    return client.get("/api/v1/decisions/advice").json()


def rule(decision, ruling, amount=None, deviation="Vì ngành cần."):
    return decision.pk, Rule(
        ruling=ruling, amount=amount, reason_vi="Lý do.", deviation=deviation
    )


@pytest.fixture
def decided():
    """Advised: take three of four. Two are decided otherwise, one with less money."""
    story = factory.judged("90", "85", "80", "75", orders=4)
    round_ = factory.laid_out(story)
    factory.adopted(story, round_, rules={"budgets": {"state": 3 * MONEY}})
    actions.propose_round(
        actor=story.officer, round_id=round_.pk, proposal="Trình.", at=factory.PROPOSED
    )
    _a, b, c, d = Decision.objects.filter(round=round_).order_by("pk")
    round_ = factory.decide(
        story,
        round_,
        rulings=dict(
            [
                rule(b, Ruling.APPROVE, Decimal(MONEY - 1)),
                rule(c, Ruling.DECLINE),
                rule(d, Ruling.APPROVE, Decimal(MONEY)),
            ]
        ),
    )
    factory.checked(story, round_)
    return story, round_


def test_before_the_release_the_public_learns_nothing(client, decided):
    story, _round = decided
    empty = {"calls": [], "draws": []}
    assert api(client) == empty
    assert queries.public_deviations() == []
    assert story.call.code not in shown(client)
    assert len(shown(client, "deviations_csv").splitlines()) == 1
    public = Entry.objects.filter(public=True).exclude(act__startswith="calls.")
    assert not any("advice" in str(entry.body) for entry in public)


def test_after_it_each_way_of_not_following_is_counted(client, decided):
    story, round_ = decided
    factory.release(story, round_)
    counts = {
        "decided": 4,
        "followed": 1,
        "approved_against": 1,
        "declined_against": 1,
        "amount_changed": 1,
    }
    assert api(client) == {
        "calls": [
            {
                "year": 2026,
                "call": story.call.code,
                "title_vi": story.call.title_vi,
                "title_en": story.call.title_en,
                **counts,
            }
        ],
        "draws": [],
    }
    entry = Entry.objects.get(act="portfolios.release")
    assert entry.public
    assert json.loads(entry.body)["detail"]["advice"] == counts
    assert "draw" not in json.loads(entry.body)["detail"]
    head, line = shown(client, "deviations_csv").splitlines()
    assert head.endswith(
        "decided,followed,approved_against,declined_against,amount_changed"
    )
    assert line.endswith(",4,1,1,1,1")
    for language, words in (("vi", "Làm đúng tham mưu"), ("en", "As advised")):
        page = shown(client, django_language=language)
        assert words in page
        assert story.call.code in page
        assert "Vì ngành cần." not in page
        assert not any(dossier.code in page for dossier in story.dossiers)


def test_a_round_without_advice_is_not_counted(client):
    story = factory.judged("90", "60")
    factory.released(story)
    assert api(client) == {"calls": [], "draws": []}
    detail = json.loads(Entry.objects.get(act="portfolios.release").body)["detail"]
    assert detail == {
        "decision_number": "188/QĐ-BCT",
        "call": story.call.code,
        "approved": 1,
        "declined": 1,
    }


def test_a_draw_can_be_drawn_again_from_what_is_public(client):
    story = factory.judged("90", "90", "90", orders=3)
    round_ = factory.laid_out(story)
    scenario = factory.scenario(
        story,
        round_,
        ties="draw",
        seed_source="Xổ số Miền Bắc 1/8/2026",
        rules={"budgets": {"state": MONEY}},
    )
    told = {"actor": story.officer, "scenario_id": scenario.pk, "at": factory.LAID_OUT}
    actions.commit_draw(**told)
    committed = Entry.objects.get(act="portfolios.commit_draw")
    actions.ask_scenario(**told, said="12345")
    actions.compute_scenario(**told)
    # Another lot that was not used is told too: nobody draws until it suits.
    unused = factory.scenario(story, round_, ties="draw")
    actions.commit_draw(**told | {"scenario_id": unused.pk})
    unused.refresh_from_db()
    actions.put_forward(**told, grounds="Bốc thăm.")
    actions.adopt_scenario(**told | {"actor": story.leader})
    actions.propose_round(
        actor=story.officer, round_id=round_.pk, proposal="Trình.", at=factory.PROPOSED
    )
    round_ = factory.decide(story, round_)
    factory.checked(story, round_)
    assert api(client)["draws"] == []
    factory.release(story, round_)
    (draw,) = api(client)["draws"]
    assert draw["sha256"] == json.loads(committed.body)["detail"]["sha256"]
    assert sha256(draw["seed"].encode()).hexdigest() == draw["sha256"]
    seed = sha256(f"{draw['seed']}\n{draw['said']}".encode()).hexdigest()
    codes = [d.code for d in story.dossiers]
    first = min(codes, key=lambda code: sha256(f"{seed}\n{code}".encode()).digest())
    approved = Decision.objects.get(round=round_, ruling="approve")
    assert approved.dossier.code == first
    entry = Entry.objects.get(act="portfolios.release")
    assert json.loads(entry.body)["detail"]["draw"] == {
        **{name: draw[name] for name in ("sha256", "seed", "source", "said")},
        "committed": [draw["sha256"], unused.seed_digest],
    }
    assert draw["committed"] == 2
    page = shown(client)
    assert draw["seed"] in page
    assert "Xổ số Miền Bắc 1/8/2026" in page
