"""Open data: the register as a program reads it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from django.urls import reverse
from ninja import Schema

from opensti.api import contracts
from opensti.api.paging import Page
from opensti.api.urls import api
from opensti.domains.overlaps.actions import screen_waiting
from opensti.domains.overlaps.models import Document, Screening, Verdict
from opensti.kernel.access import Role
from opensti.kernel.record.actions import checkpoint
from opensti.kernel.record.queries import verifier_key, verify_receipt
from tests.factories import overlaps as overlap_factory
from tests.factories import portfolios as factory
from tests.factories import tasks as tasks_factory
from tests.factories.registry import Organisations
from tests.factories.tasks import Tasks

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
LISTS = ("organisations", "calls", "orders", "decisions", "tasks")


def get(client, path, status=200, **query):
    response = client.get(f"/api/v1/{path}", query)
    assert response.status_code == status
    return response.json()


def test_the_committed_document_says_what_the_program_does():
    said = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    assert json.loads(DOCUMENT.read_text(encoding="utf-8")) == said


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_is_a_list(client, name):
    assert get(client, name) == {"count": 0, "items": []}


@pytest.mark.django_db
def test_what_a_decided_dossier_was_compared_with_is_open_data(client):
    overlap_factory.archived(*overlap_factory.OTHERS)
    story = factory.judged("90")
    screen_waiting(at=factory.LAID_OUT)
    factory.released(story)
    decision = factory.decision_on(story.dossiers[0])
    screening = Screening.objects.get(
        kind="calls.dossier", object_id=story.dossiers[0].pk
    )
    assert get(client, f"decisions/{decision.public_id}/overlap") == {
        "compared_with": screening.corpus_size,
        "compared_at": "2026-07-27T02:00:00Z",
        "method": screening.method,
        "model": "",
        "corpus": screening.corpus_digest,
        "alike": 0,
        "judged": 0,
        "public": [],
    }


@pytest.mark.django_db
def test_open_data_says_by_which_means_a_like_work_was_found_and_no_word_more(client):
    overlap_factory.archived(*overlap_factory.OTHERS)
    story = factory.judged("90")
    screen_waiting(at=factory.LAID_OUT)
    factory.released(story)
    screening = Screening.objects.get(
        kind="calls.dossier", object_id=story.dossiers[0].pk
    )
    screening.hits.all().delete()
    officer = tasks_factory.person(Role.OFFICER)
    documents = Document.objects.filter(kind="tasks.task").order_by("pk")[:2]
    secret = {"written": "điều riêng", "translations": ["private matter"]}
    for document, evidence, probability in (
        (documents[0], {"across": True, "translated": [secret]}, 0.8),
        (documents[1], {}, 0.7),
    ):
        hit = screening.hits.create(
            document=document, group="full", rank=1, score=1.0,
            probability=probability, evidence=evidence,
        )  # fmt: skip
        hit.verdict = Verdict.objects.create(
            hit=hit, document=screening.document, match=document,
            finding="acceptable", grounds="Khác quy mô.", probability=probability,
            evidence_sha256="0" * 64, state="standing",
            given_by_id=officer.user_id, given_at=factory.LAID_OUT,
        )  # fmt: skip
        hit.save()
    decision = factory.decision_on(story.dossiers[0])
    found = get(client, f"decisions/{decision.public_id}/overlap")["public"]
    assert found == [
        {
            "subject": document.subject,
            "title_vi": document.title_vi,
            "title_en": document.title_en,
            "probability": probability,
            "found_by": means,
            "verdict": "acceptable",
        }
        for document, probability, means in (
            (documents[0], 0.8, "terms"),
            (documents[1], 0.7, "words"),
        )
    ]
    shown = client.get(reverse("portal:decision", args=[decision.public_id]))
    assert shown.content.decode().count("khác ngôn ngữ, tìm qua thuật ngữ") == 1
    assert "điều riêng" not in shown.content.decode()


@pytest.mark.django_db
def test_a_decision_that_was_never_compared_says_so(client):
    story = factory.judged("90")
    factory.released(story)
    decision = factory.decision_on(story.dossiers[0])
    get(client, f"decisions/{decision.public_id}/overlap", status=404)


@pytest.mark.django_db(transaction=True)
def test_a_decision_is_told_when_it_is_released(client):
    story = factory.judged("90", "60")
    round_ = factory.decided(story)
    approved, declined = round_.decisions.order_by("pk")
    assert get(client, "decisions")["count"] == 0
    get(client, f"decisions/{approved.public_id}/receipt", status=404)
    factory.checked(story, round_)
    factory.release(story, round_)
    approved.refresh_from_db()
    assert get(client, "decisions") == {
        "count": 1,
        "items": [
            {
                "public_id": approved.public_id,
                "dossier": story.dossiers[0].code,
                "title_vi": "Nhiệm vụ thứ 1",
                "title_en": "",
                "host": story.dossiers[0].host.name_vi,
                "ruling": "approve",
                "amount": "2000000000",
                "currency": "VND",
                "reason_vi": approved.reason_vi,
                "decision_number": "188/QĐ-BCT",
                "released_at": "2026-07-28T04:00:00Z",
                "entry_position": approved.entry_position,
            }
        ],
    }
    get(client, f"decisions/{approved.public_id}/receipt", status=409)  # not signed yet
    checkpoint(at=factory.RELEASED)
    receipt = client.get(f"/api/v1/decisions/{approved.public_id}/receipt")
    assert verify_receipt(receipt.content.decode(), verifier_key()).position == (
        approved.entry_position
    )
    get(client, f"decisions/{declined.public_id}/receipt", status=404)
    assert get(client, "calls")["count"] == 1
    assert get(client, "orders")["count"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", [{"limit": 501}, {"limit": 0}, {"offset": -1}, {"limit": "x"}]
)
def test_a_page_that_cannot_be_is_refused(client, query):
    get(client, "tasks", status=422, **query)


@pytest.mark.django_db
def test_lists_are_paged_and_searched(client):
    for n in range(3):
        Tasks.create(title_en=f"Zinc {n}", search_text=f"zinc {n}")
    page = get(client, "tasks", limit=2, offset=2)
    assert (page["count"], len(page["items"])) == (3, 1)
    assert get(client, "tasks", q="zinc 1")["count"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, method):
    for name in LISTS:
        assert getattr(client, method)(f"/api/v1/{name}").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_five_queries(client, django_assert_num_queries, rows):
    for _n in range(rows):
        Tasks.create()
        Organisations.create()
    for name in LISTS:
        with django_assert_num_queries(5):
            get(client, name)


@pytest.mark.django_db
def test_councils_in_figures_tell_nothing_where_there_are_too_few(client):
    told = get(client, "councils/figures")
    assert (told["years"], told["councils"], told["gender"]) == ([], None, [])
    get(client, "councils/figures", status=422, year=1)


def test_no_two_shapes_have_one_name():
    """The description of the interface knows a shape by the name of its class alone."""

    def below(kind):
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    shapes = {one for one in below(Schema) if one.__module__.startswith("opensti.api.")}
    asked = {Page, contracts.Page}  # what narrows a list is told field by field
    names = Counter(one.__name__ for one in shapes - asked)
    assert [name for name, n in names.items() if n > 1] == []
