"""What every answer carries: a part's next, 304, the limits; and what a key is good for."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from multiprocessing import get_context

import pytest
from django.utils.http import http_date
from django.utils.timezone import localdate, now

from opensti.api import conditional
from opensti.api.conditional import counted
from opensti.api.urls import api
from opensti.domains.accounts import actions as accounts
from opensti.domains.accounts.models import ApiToken, User
from opensti.domains.calls.models import Call
from opensti.domains.contracts.models import Contract
from opensti.domains.publications.actions import admit_partner, tell_changes
from opensti.domains.publications.queries import is_partner
from opensti.domains.publications.queries import policies as in_force
from opensti.kernel.access import Role
from opensti.kernel.limits import address
from tests.api.test_acts import key_of, send
from tests.factories import calls, contracts, policies
from tests.factories.registry import Organisations
from tests.factories.tasks import Tasks, person


def follow(client, path):
    """Every part of a list, by the links."""
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, answer.content
        yield answer.json()
        path = answer.headers.get("Link", "").partition("<")[2].partition(">")[0]
        path = path.removeprefix("http://testserver")


@pytest.mark.django_db
def test_a_walk_by_cursor_tells_what_stays_once_whatever_comes_and_goes(client):
    tasks = [Tasks.create() for _n in range(7)]
    stays = {task.public_id for task in tasks}
    told = []
    for number, part in enumerate(follow(client, "/api/v1/tasks?cursor=&limit=2")):
        told += [row["public_id"] for row in part["items"]]
        if number == 1:
            gone = next(task for task in tasks if task.public_id not in told)
            gone.delete()
            stays.discard(gone.public_id)
        Tasks.create()
    assert len(told) == len(set(told))
    assert stays <= set(told)


@pytest.mark.django_db
def test_a_list_is_not_counted_where_nobody_asks(client):
    Tasks.create()
    assert client.get("/api/v1/tasks?count=false").json()["count"] is None
    assert len(list(follow(client, "/api/v1/tasks?limit=1&offset=0"))) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", "cDEuJw", "%ff", "é", "cDEu\N{SNOWMAN}"])
def test_a_cursor_of_somebody_else_is_refused(client, cursor):
    answer = client.get("/api/v1/tasks", {"cursor": cursor})
    assert (answer.status_code, answer.json()["field"]) == (422, "cursor")


@pytest.mark.django_db
def test_lists_are_filtered_as_the_pages_are(client):
    found = Tasks.create(year=2024, funder="Quỹ A")
    Tasks.create(year=2023, funder="Quỹ A")
    answer = client.get("/api/v1/tasks", {"year": 2024, "funder": "Quỹ A"}).json()
    assert [row["public_id"] for row in answer["items"]] == [found.public_id]


@pytest.mark.django_db
def test_contracts_and_organisations_are_filtered_as_the_pages_are(client):
    funded = contracts.running()
    held = funded.contract
    other = Organisations.create(kind="university", name_vi="Trường Khác")
    asked = {
        "contracts?year=2026&host=" + held.host.name_vi.split()[-1]: held.public_id,
        "contracts?state=running&q=" + held.number: held.public_id,
        "contracts?year=1999": None,
        "contracts?state=suspended": None,
        "organisations?kind=university": other.public_id,
        "organisations?province=99": None,
    }
    found = {
        query: next((row["public_id"] for row in answer["items"]), None)
        for query in asked
        if (answer := client.get(f"/api/v1/{query}").json())
    }
    assert found == asked


@pytest.mark.django_db
def test_contracts_are_not_found_by_a_leader_who_is_withheld(client, monkeypatch):
    funded = contracts.running()
    name = "Phạm Thị Chủ Nhiệm"
    Contract.objects.update(search_text=f"{funded.contract.number} pham thi chu nhiem")
    assert client.get("/api/v1/contracts", {"q": name}).json()["count"] == 1
    other = policies.policy({"task.leader": None, "contract.host": None})
    monkeypatch.setattr(in_force, "shipped_policy", lambda: other)
    assert client.get("/api/v1/contracts", {"q": name}).json()["count"] == 0
    number = {"q": funded.contract.number}
    assert client.get("/api/v1/contracts", number).json()["count"] == 1
    answer = client.get("/api/v1/contracts", {"host": "x"})
    assert (answer.status_code, answer.json()["field"]) == (422, "host")


@pytest.mark.django_db
def test_the_hour_at_which_a_call_opens_or_closes_is_a_change(client, monkeypatch):
    officer = calls.officer()
    call = calls.draft_call(officer)
    at = now().replace(microsecond=0)
    Call.objects.filter(pk=call.pk).update(
        state="published",
        published_at=at - timedelta(days=2),
        opens_at=at - timedelta(hours=1),
        closes_at=at + timedelta(hours=1),
    )
    monkeypatch.setattr(conditional, "latest_act", lambda: at - timedelta(hours=3))
    monkeypatch.setattr(conditional, "midnight", lambda _day: at - timedelta(hours=5))
    first = client.get("/api/v1/calls")
    assert first["Last-Modified"] == http_date((at - timedelta(hours=1)).timestamp())
    before = http_date((at - timedelta(hours=2)).timestamp())
    after = http_date(at.timestamp())
    answers = [
        client.get("/api/v1/calls", headers={"If-Modified-Since": asked}).status_code
        for asked in (before, after)
    ]
    assert answers == [200, 304]


@pytest.mark.django_db
def test_what_the_policy_withholds_filters_nothing(client, monkeypatch):
    other = policies.policy({"task.funder": None})
    monkeypatch.setattr(in_force, "shipped_policy", lambda: other)
    Tasks.create(funder="Quỹ A")
    answer = client.get("/api/v1/tasks", {"funder": "Quỹ A"})
    assert (answer.status_code, answer.json()["field"]) == (422, "funder")
    assert b"Qu\xe1\xbb\xb9 A" not in answer.content


@pytest.mark.django_db
def test_what_has_not_changed_is_not_sent_again(client):
    Tasks.create()
    first = client.get("/api/v1/tasks")
    assert first["Last-Modified"]
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get("/api/v1/tasks", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    Tasks.create()
    changed = client.get("/api/v1/tasks", HTTP_IF_NONE_MATCH=first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


@pytest.mark.django_db
def test_an_answer_is_packed_for_who_takes_it_so(client):
    for _n in range(5):
        Tasks.create()
    plain = client.get("/api/v1/tasks")
    packed = client.get("/api/v1/tasks", HTTP_ACCEPT_ENCODING="gzip")
    assert gzip.decompress(packed.content) == plain.content
    again = client.get("/api/v1/tasks", HTTP_IF_NONE_MATCH=packed["ETag"])
    assert again.status_code == 304


@pytest.mark.django_db
def test_what_is_told_to_a_key_is_kept_by_nobody_else(client):
    key = key_of(person(Role.OFFICER))
    answer = client.get("/api/v1/mine/contracts", HTTP_AUTHORIZATION=f"Bearer {key}")
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Access-Control-Allow-Origin" not in answer
    assert "Authorization" in answer["Vary"]


@pytest.fixture
def limited(settings, tmp_path):
    settings.OPENSTI_DATA_DIR = tmp_path
    settings.OPENSTI_API_PER_MINUTE = 60
    settings.OPENSTI_API_BURST = 3


@pytest.mark.django_db
def test_beyond_the_limit_it_is_said_when_to_come_back(client, limited):
    for left in (2, 1, 0):
        answer = client.get("/api/v1/tasks")
        assert answer.status_code == 200
        assert f"r={left}" in answer["RateLimit"]
    answer = client.get("/api/v1/tasks")
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    assert answer.json()["refusal"] == "TooMany"
    assert answer["RateLimit-Policy"] == '"api";q=3;w=3'
    key = key_of(person(Role.OFFICER))  # counted for itself
    assert (
        client.get("/api/v1/tasks", HTTP_AUTHORIZATION=f"Bearer {key}").status_code
        == 200
    )
    made_up = client.get("/api/v1/tasks", HTTP_AUTHORIZATION="Bearer nobody")
    assert made_up.status_code == 429  # by the address, whatever is shown


def test_a_bucket_fills_again_by_the_second(limited):
    assert [counted("a", at=100.0).wait for _n in range(4)] == [0, 0, 0, 1]
    assert counted("b", at=100.0).wait == 0
    assert [counted("a", at=101.0).wait for _n in range(2)] == [0, 1]
    assert [counted("a", at=200.0).wait for _n in range(4)] == [0, 0, 0, 1]


def passed(folder, times):
    """In a process of its own: how many of these requests pass."""
    from django.conf import settings  # noqa: PLC0415 -- another process

    settings.OPENSTI_DATA_DIR = folder
    settings.OPENSTI_API_PER_MINUTE, settings.OPENSTI_API_BURST = 1, 50
    return sum(counted("one", at=5.0).wait == 0 for _n in range(times))


def test_several_processes_count_as_one(limited, tmp_path):
    with get_context("fork").Pool(4) as pool:
        found = pool.starmap(passed, [(tmp_path, 40)] * 4)
    assert sum(found) == 50


def test_the_addresses_of_one_subscriber_are_one():
    assert address("2001:db8:1:2:3::1") == address("2001:db8:1:2:9::7")
    assert address("2001:db8:1:3::1") != address("2001:db8:1:2::1")
    assert address("192.0.2.1") == "192.0.2.1"


@pytest.mark.django_db
def test_a_key_is_good_for_what_it_was_made_for_and_no_more(client):
    officer = person(Role.OFFICER)
    reads = key_of(officer, scopes=["read:public"])
    mine = client.get("/api/v1/mine/contracts", HTTP_AUTHORIZATION=f"Bearer {reads}")
    assert (mine.status_code, mine.json()["refusal"]) == (403, "AccessDenied")
    acts = key_of(officer, scopes=["act:contracts"])
    refused = send(client, "strategies/draft_plan", acts, status=403)
    assert "act:strategies" in refused["message"]
    send(
        client,
        "contracts/suspend_contract",
        acts,
        status=404,
        contract_id=1,
        reason="x",
    )
    for key in (acts, key_of(officer)):  # an old key was never made for this
        answer = client.get("/api/v1/webhooks", HTTP_AUTHORIZATION=f"Bearer {key}")
        assert answer.status_code == 403


@pytest.mark.django_db
def test_the_use_of_a_key_is_noted_to_the_hour(client):
    key = key_of(person(Role.OFFICER))
    client.get("/api/v1/tasks", HTTP_AUTHORIZATION=f"Bearer {key}")
    first = ApiToken.objects.get().last_used_at
    assert now() - first < timedelta(minutes=1)
    client.get("/api/v1/tasks", HTTP_AUTHORIZATION=f"Bearer {key}")
    assert ApiToken.objects.get().last_used_at == first


@pytest.mark.django_db
def test_a_program_has_changes_sent_with_its_key(client):
    key = key_of(person(Role.OFFICER), scopes=["webhooks"])
    heads = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    said = json.dumps({"url": "https://example.org/hook", "kinds": ["task"]})
    made = client.post(
        "/api/v1/webhooks", said, content_type="application/json", **heads
    ).json()
    assert made["secret"].startswith("whsec_")
    (kept,) = client.get("/api/v1/webhooks", **heads).json()
    assert kept == made["webhook"]
    ended = client.post(f"/api/v1/webhooks/{kept['public_id']}/end", **heads)
    assert ended.json()["state"] == "ended"


@pytest.mark.django_db
def test_a_partner_is_one_while_its_agreement_lasts():
    admin, user = person(Role.ADMIN), person(Role.APPLICANT)
    key_of(user)
    from opensti.domains.accounts.models import User  # noqa: PLC0415

    email = User.objects.get(pk=user.user_id).email
    admit_partner(
        actor=admin, organisation_id=Organisations.create().public_id, email=email,
        agreement="12/TT", until=localdate() + timedelta(days=10), at=now(),
    )  # fmt: skip
    assert is_partner(user.user_id, localdate())
    assert not is_partner(user.user_id, localdate() + timedelta(days=10))
    assert not is_partner(admin.user_id, localdate())


@pytest.mark.django_db
def test_the_feed_goes_on_where_it_was_left(client):
    one, two = Tasks.create(), Tasks.create()
    tell_changes(at=now())
    first = client.get("/api/v1/changes?limit=1&kind=task").json()
    second = client.get(f"/api/v1/changes?since={first['next']}&kind=task").json()
    told = [row["id"] for part in (first, second) for row in part["items"]]
    assert sorted(told) == sorted([one.public_id, two.public_id])
    assert (first["more"], second["more"]) == (True, False)
    assert first["items"][0]["url"].endswith(f"/api/v1/tasks/{told[0]}")
    latest = client.get("/api/v1/changes?since=now").json()
    assert latest["items"] == []
    after = client.get(f"/api/v1/changes?since={latest['next']}").json()
    assert after == {"items": [], "next": latest["next"], "more": False}


@pytest.mark.django_db
def test_a_key_that_is_wrong_is_refused_at_every_address(client):
    told = set()
    paths = {**api.get_openapi_schema()["paths"], "/api/v1/openapi.json": {"get": {}}}
    for path, methods in paths.items():
        for method in methods:
            answer = client.generic(
                method.upper(), path, HTTP_AUTHORIZATION="Bearer opensti_wrong"
            )
            told.add((answer.status_code, answer.json()["message"]))
    assert len(paths) > 100
    assert told == {(401, "Không có khóa này.")}


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["wrong", "empty", "revoked", "over", "closed"])
def test_it_is_said_why_a_key_holds_no_more_and_how_to_mend_it(client, change):
    Tasks.create()
    officer = person(Role.OFFICER)
    key = key_of(officer)
    held = ApiToken.objects.filter(user_id=officer.user_id)
    day = localdate() - timedelta(days=1)
    if change == "revoked":
        accounts.revoke_token(actor=officer, token_id=held.get().pk, at=now())
    elif change == "over":
        held.update(until=day)
    elif change == "closed":
        User.objects.filter(pk=officer.user_id).update(is_active=False)
    shown = {"wrong": f"{key}x", "empty": ""}.get(change, key)
    heads = {"HTTP_AUTHORIZATION": f"Bearer {shown}", "HTTP_ACCEPT_LANGUAGE": "en"}
    answer = client.get("/api/v1/tasks", **heads)
    said = answer.json()
    assert (answer.status_code, said["refusal"], said["field"], said["message"]) == (
        401,
        "KeyRefused",
        "Authorization",
        {
            "wrong": "There is no such key.",
            "empty": "There is no such key.",
            "revoked": "This key was taken back.",
            "over": f"This key ended on {day:%d/%m/%Y}.",
            "closed": "The account that this key acts for is closed.",
        }[change],
    )
    assert "Keys for programs" in said["mend"]
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Cache-Control"] == "no-store"
    assert client.get("/api/v1/tasks").json()["count"] == 1  # none at all: the public


@pytest.mark.django_db
def test_harvesters_and_pages_of_the_register_are_shown_no_key_and_ask_for_none(client):
    wrong = {"HTTP_AUTHORIZATION": "Bearer opensti_wrong"}
    for page in ("/api/oai?verb=Identify", "/tasks/"):
        assert client.get(page, **wrong).status_code == 200
    other = client.get("/api/v1/tasks", HTTP_AUTHORIZATION="Basic eDp5")
    assert other.status_code == 200  # of a gate before the house, no key of ours


@pytest.mark.django_db
def test_an_address_for_keys_alone_says_that_it_wants_one(client):
    answer = client.get("/api/v1/mine/contracts")
    assert (answer.status_code, answer.json()["refusal"]) == (401, "KeyRefused")
