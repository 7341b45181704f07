"""Programs take the same acts as pages, as the owner of their key and nobody else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate, now

from opensti.api.acts import acts
from opensti.domains.accounts import actions as accounts
from opensti.domains.accounts.models import ApiToken
from opensti.domains.contracts.models import Contract, Payment
from opensti.kernel.access import Role
from opensti.kernel.refusals import Invalid, SudoNeeded
from tests.factories import contracts as factory
from tests.factories.accounts import account
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def key_of(actor, **given):
    """A key of the person; what he is in the test he is in the house."""
    account(Client(), actor)
    said = {"until": localdate() + timedelta(days=30), "confirms": False, **given}
    _token, text = accounts.issue_token(actor=actor, name="Test", at=now(), **said)
    return text


def send(client, act, key, status=200, **said):
    answer = client.post(
        f"/api/v1/acts/{act}",
        json.dumps(said),
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {key}",
    )
    assert answer.status_code == status, answer.content
    return answer.json()


def test_every_act_is_told_what_its_action_is_told():
    assert ("contracts", "open_contract") in acts()
    said = acts()["contracts", "suspend_contract"].said
    assert {
        name: (field.annotation, field.is_required())
        for name, field in said.model_fields.items()
    } == {
        "contract_id": (int, True),
        "reason": (str, True),
        "version": (int | None, False),
    }
    assert ("contracts", "fail_contract") not in acts()  # only its acceptance fails it


def test_an_act_is_taken_as_the_owner_of_the_key(client):
    funded = factory.running()
    key = key_of(person(Role.LEADER), confirms=True)
    made = send(
        client,
        "contracts/suspend_contract",
        key,
        contract_id=funded.contract.pk,
        reason="Không đạt.",
    )
    assert made == {
        "act": "contracts.suspend_contract",
        "made": {
            "kind": "contracts.contract",
            "id": funded.contract.pk,
            "public_id": funded.contract.public_id,
            "number": funded.contract.number,
            "state": "suspended",
            "version": funded.again().version,
        },
    }


def test_a_stranger_learns_no_more_by_key_than_on_a_page(client):
    funded = factory.running()
    said = {"contract_id": funded.contract.pk, "reason": "Không đạt."}
    rival = key_of(funded.story.applicants[1])
    send(client, "contracts/suspend_contract", rival, 404, **said)
    host = key_of(funded.host)
    refused = send(client, "contracts/suspend_contract", host, 403, **said)
    assert refused["refusal"] == "AccessDenied"
    assert Contract.objects.get(pk=funded.contract.pk).case.state == "running"


def test_a_key_that_only_reads_takes_no_act_whatever_its_owner_may(client):
    funded = factory.running()
    leader = person(Role.LEADER)
    act, said = (
        "contracts/suspend_contract",
        {"contract_id": funded.contract.pk, "reason": "Không đạt."},
    )
    reading, acting = key_of(leader, reads_only=True), key_of(leader)
    refused = send(client, act, reading, 403, **said)
    assert (refused["refusal"], funded.again().case.state) == (
        "AccessDenied",
        "running",
    )
    listed = client.get(
        "/api/v1/mine/contracts", HTTP_AUTHORIZATION=f"Bearer {reading}"
    ).json()
    assert [c["id"] for c in listed["items"]] == [funded.contract.pk]
    send(client, act, acting, **said)
    assert funded.again().case.state == "suspended"


def test_a_key_pays_only_if_the_password_was_asked_for_it(client):
    funded = factory.running()
    finance = person(Role.FINANCE)
    said = {
        "instalment_id": funded.contract.instalments.get(position=1).pk,
        "paid_on": localdate().isoformat(),
        "reference": "UNC-1",
    }
    act = "contracts/pay_instalment"
    unconfirmed = key_of(finance)
    refused = send(client, act, unconfirmed, 403, **said)
    assert (refused["refusal"], Payment.objects.count()) == ("SudoNeeded", 0)
    answer = send(client, act, key_of(finance, confirms=True), 409, **said)
    assert answer["refusal"] == "StepNotAllowed"  # nothing is allocated for the year


@pytest.mark.parametrize("key", ["", "opensti_wrong"])
def test_without_a_key_that_holds_nothing_is_answered(client, key):
    answer = client.post(
        "/api/v1/acts/contracts/suspend_contract", HTTP_AUTHORIZATION=f"Bearer {key}"
    )
    assert answer.status_code == 401


def test_a_key_taken_back_or_over_or_of_a_closed_account_holds_no_more(client):
    officer = person(Role.OFFICER)
    gone, over = key_of(officer), key_of(officer)
    first, second = ApiToken.objects.order_by("pk")
    accounts.revoke_token(actor=officer, token_id=first.pk, at=now())
    ApiToken.objects.filter(pk=second.pk).update(until=localdate())
    for key in (gone, over):
        send(client, "contracts/suspend_contract", key, 401)


def test_keys_end_with_the_password_they_were_made_with(client):
    officer = person(Role.OFFICER)
    key = key_of(officer)
    accounts.set_password(
        actor=officer, password="Một mật khẩu mới đủ dài", by_link=True, at=now()
    )
    send(client, "contracts/suspend_contract", key, 401)


def test_a_body_that_nests_too_deep_is_refused(client):
    key = key_of(person(Role.OFFICER))
    answer = client.post(
        "/api/v1/acts/contracts/suspend_contract",
        "[" * 100_000,
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {key}",
    )
    assert answer.status_code == 422


def test_what_is_missing_or_unknown_is_named(client):
    key = key_of(person(Role.OFFICER))
    refused = send(
        client, "contracts/suspend_contract", key, 422, contract_id="x", why=""
    )
    assert {p["field"] for p in refused["problems"]} == {"contract_id", "reason", "why"}


def test_only_the_digest_of_a_key_is_kept():
    text = key_of(person(Role.OFFICER))
    assert text not in json.dumps(list(ApiToken.objects.values()), default=str)


def test_a_key_is_made_only_after_the_password_and_lasts_at_most_a_year():
    officer = person(Role.OFFICER)
    with pytest.raises(SudoNeeded):
        key_of(replace(person(Role.OFFICER), sudo=False))
    with pytest.raises(Invalid) as refused:
        key_of(officer, until=date(2999, 1, 1))
    assert [p.field for p in refused.value.problems] == ["until"]
    assert ApiToken.objects.count() == 0


def test_a_text_with_a_letter_that_nobody_sees_is_refused_with_its_name(client):
    key = key_of(person(Role.OFFICER))
    answer = send(
        client,
        "contracts/suspend_contract",
        key,
        422,
        contract_id=1,
        reason="Chậm \u202etiến độ",
    )
    (problem,) = answer["problems"]
    assert (problem["field"], "U+202E" in problem["message"]) == ("reason", True)
