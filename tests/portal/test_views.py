"""The public register: the same for everybody, and nothing before its time."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.calls.models import Call
from opensti.domains.overlaps.actions import screen_waiting
from opensti.domains.publications.queries import register
from opensti.domains.tasks.actions import cancel_order
from opensti.kernel.record.actions import checkpoint
from opensti.kernel.record.queries import verifier_key, verify_receipt
from opensti.project import caching
from tests.factories import portfolios as factory
from tests.factories.tasks import Tasks


def get(client, name, *args, status=200, **query):
    response = client.get(reverse(f"portal:{name}", args=args), query)
    assert response.status_code == status
    return response


def text(response):
    return response.content.decode()


PLACES = (
    "home", "calls", "orders", "decisions", "tasks", "statistics", "councils",
    "deviations", "verify",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PLACES)
def test_an_empty_register_opens_in_both_languages(client, name, language):
    client.cookies["django_language"] = language
    assert f'lang="{language}"' in text(get(client, name))


@pytest.mark.django_db(transaction=True)
def test_a_released_approval_is_read_and_proved_and_a_refusal_is_not(client):
    story = factory.judged("90", "60")
    round_ = factory.decided(story)
    approved, declined = round_.decisions.order_by("pk")
    for decision in (approved, declined):
        get(client, "decision", decision.public_id, status=404)
        get(client, "decision_receipt", decision.public_id, status=404)
    assert story.dossiers[0].code not in text(get(client, "decisions"))
    factory.checked(story, round_)
    factory.release(story, round_)
    shown = text(get(client, "decision", approved.public_id))
    assert "2.000.000.000" in shown
    assert approved.reason_vi in shown
    get(client, "decision", declined.public_id, status=404)
    for name in ("home", "decisions", "statistics"):
        page = text(get(client, name))
        assert story.dossiers[1].code not in page
    call = text(get(client, "call", story.call.public_id))
    assert story.dossiers[0].code in call
    assert story.dossiers[1].code not in call
    approved.refresh_from_db()
    get(client, "task", approved.task.public_id)
    get(client, "order", approved.dossier.order.public_id)
    get(client, "decision_receipt", approved.public_id, status=409)
    checkpoint(at=now())
    receipt = text(get(client, "decision_receipt", approved.public_id))
    proved = verify_receipt(receipt, verifier_key())
    assert proved.body["detail"]["dossier"] == story.dossiers[0].code
    # the same receipt on the page, as a file and as text
    url, key = reverse("portal:verify"), verifier_key()
    file = SimpleUploadedFile("r.tlog-proof", receipt.encode())
    for data in ({"text": receipt, "key": key}, {"receipt": file, "key": key}):
        good = client.post(url, data)
        assert good.status_code == 200
        assert story.dossiers[0].code in text(good)
    forged = receipt.replace("2000000000", "9000000000")
    for data in (
        {"text": forged if forged != receipt else receipt + "x", "key": key},
        {"text": "", "key": key},
        {"receipt": SimpleUploadedFile("r", b"\xff\xfe\x00"), "key": key},
        {"text": receipt, "key": "log.example+00000000+AAAA"},
    ):
        assert client.post(url, data).status_code == 422
    assert get(client, "call_receipt", story.call.public_id).status_code == 200


@pytest.mark.django_db
def test_a_receipt_cannot_be_verified_without_end(client, monkeypatch):
    monkeypatch.setattr("opensti.portal.views.VERIFICATIONS_A_MINUTE", 3)
    monkeypatch.setattr("opensti.kernel.limits.time.time", lambda: 1_000_000.0)
    url = reverse("portal:verify")
    statuses = [
        client.post(url, {"text": "x", "key": "y"}).status_code for _n in range(5)
    ]
    assert statuses == [422, 422, 422, 429, 429]
    assert client.get(url).status_code == 200
    other = client.post(url, {"text": "x", "key": "y"}, REMOTE_ADDR="10.0.0.9")
    assert other.status_code == 422


@pytest.mark.django_db
def test_the_archive_is_searched_without_accents_and_exported(client):
    Tasks.create(title_en="Zinc recovery", search_text="zinc recovery", year=2018)
    Tasks.create(title_en="Copper", search_text="copper", year=2019)
    found = text(get(client, "tasks", q="ZINC"))
    assert ("Zinc recovery" in found, "Copper" in found) == (True, False)
    assert "Copper" in text(get(client, "tasks", year="2019"))
    csv = b"".join(get(client, "tasks", export="csv").streaming_content).decode()
    assert "Zinc recovery" in csv


@pytest.mark.django_db(transaction=True)
def test_english_pages_name_hosts_in_english(client):
    story = factory.judged("90")
    round_ = factory.decided(story)
    factory.checked(story, round_)
    factory.release(story, round_)
    decision = round_.decisions.get()
    host = decision.dossier.host
    host.name_en = "Mining Institute"
    host.save(update_fields=["name_en"])
    decision.refresh_from_db()
    client.cookies["django_language"] = "en"
    pages = [
        text(get(client, "tasks")),
        text(get(client, "task", decision.task.public_id)),
        text(get(client, "statistics")),
    ]
    assert [("Mining Institute" in p, host.name_vi in p) for p in pages] == [
        (True, False)
    ] * 3


@pytest.mark.django_db
def test_a_decision_names_its_order_as_far_as_that_is_public(client):
    story = factory.judged("90", "95", orders=2)
    factory.released(story)
    first, second = (factory.decision_on(d) for d in story.dossiers)
    order = first.dossier.order
    link = reverse("portal:order", args=[order.public_id])
    assert link in text(get(client, "decision", first.public_id))
    assert link not in text(get(client, "decision", second.public_id))
    assert order.code in text(get(client, "decisions"))
    call = text(get(client, "call", story.call.public_id))
    assert f"Đặt hàng {order.code})" in call
    cancel_order(actor=story.leader, order_id=order.pk, reason="Thôi.", at=now())
    page = text(get(client, "decision", first.public_id))
    assert (first.dossier.code in page, link in page) == (True, False)


@pytest.mark.usefixtures("db")
def test_a_call_of_many_shows_some_and_leads_to_the_lists_of_all(client, monkeypatch):
    story = factory.judged("90", "80", "70", orders=3)
    factory.released(story)
    whole = text(get(client, "call", story.call.public_id))
    assert f"?call={story.call.code}" not in whole
    monkeypatch.setattr(register, "MOST", 2)
    page = text(get(client, "call", story.call.public_id))
    for name, codes in (
        ("orders", {d.order.code for d in story.dossiers}),
        ("decisions", {d.code for d in story.dossiers}),
    ):
        assert f'{reverse(f"portal:{name}")}?call={story.call.code}"' in page
        assert sum(f">{code}</a>" in page for code in codes) == 2
        shown = text(get(client, name, call=story.call.code))
        assert {code for code in codes if f">{code}</a>" in shown} == codes
        nothing = text(get(client, name, call="no such call"))
        assert not any(f">{code}</a>" in nothing for code in codes)


@pytest.mark.usefixtures("db")
def test_a_call_that_is_not_public_narrows_no_list(client):
    story = factory.judged("90")
    factory.released(story)
    code, dossier = story.call.code, story.dossiers[0]
    held = {"orders": f">{dossier.order.code}</a>", "decisions": f">{dossier.code}</a>"}
    for name, row in held.items():
        assert row in text(get(client, name, call=code))
    Call.objects.filter(pk=story.call.pk).update(published_at=None)
    for name, row in held.items():
        assert row in text(get(client, name, per_page=25))
        assert row not in text(get(client, name, call=code, per_page=25))


BUDGETS = {
    "home": 7,
    "calls": 3,
    "orders": 3,
    "decisions": 3,
    "tasks": 3,
    "deviations": 3,
    "decision": 6,
    "call": 4,
    "order": 4,
    "task": 7,
}


@pytest.mark.parametrize("totals", [("90",), ("90", "80", "70")])
@pytest.mark.usefixtures("db")
def test_no_page_costs_more_when_there_is_more(
    client, django_assert_num_queries, monkeypatch, totals
):
    monkeypatch.setattr(caching, "SLOW", 3600)  # drawn anew each time, however slowly
    story = factory.judged(*totals, orders=len(totals))
    factory.released(story)
    args = {
        "decision": [factory.decision_on(story.dossiers[0]).public_id],
        "call": [story.call.public_id],
        "order": [story.dossiers[0].order.public_id],
        "task": [factory.decision_on(story.dossiers[0]).task.public_id],
    }
    screen_waiting(at=factory.RELEASED)
    for name, budget in BUDGETS.items():
        get(client, name, *args.get(name, []))
        with django_assert_num_queries(budget):
            get(client, name, *args.get(name, []))
