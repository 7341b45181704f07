"""The pages of calls: drafted, announced, opened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localtime, now

from opensti.domains.calls.models import Call
from opensti.kernel.access import Role
from tests.factories import calls as make
from tests.web.calls.browsing import body, url

pytestmark = pytest.mark.django_db


def test_an_officer_drafts_publishes_and_extends_a_call_in_the_browser(officer):
    browser, _actor = officer
    make.regimes()
    opens, closes = localtime(now()), localtime(now() + timedelta(days=30))
    answer = browser.post(
        url("call_new"),
        {
            "code": "BCT-2026-01",
            "title_vi": "Tuyển chọn",
            "way": "selection",
            "kind": "ministry_task",
            "opens_at": f"{opens:%Y-%m-%dT%H:%M}",
            "closes_at": f"{closes:%Y-%m-%dT%H:%M}",
        },
    )
    call = Call.objects.get()
    assert (answer.status_code, answer.url) == (302, url("call", call.public_id))
    assert browser.get(url("call_edit", call.public_id)).status_code == 200
    page = browser.get(url("call", call.public_id))
    assert 'value="publish"' in body(page)
    browser.post(
        url("call_step", call.public_id), {"act": "publish", "version": call.version}
    )
    longer = closes + timedelta(days=3)
    browser.post(
        url("call_step", call.public_id),
        {
            "act": "extend",
            "closes_at": f"{longer:%Y-%m-%dT%H:%M}",
            "reason": "Ít hồ sơ",
        },
    )
    call.refresh_from_db()
    assert (call.state, localtime(call.closes_at).date()) == (
        "published",
        longer.date(),
    )


def test_a_refused_step_says_why_and_keeps_the_reason_typed(officer, call):
    browser, _actor = officer
    answer = browser.post(
        url("call_step", call.public_id),
        {"act": "extend", "closes_at": "2020-01-01T00:00", "reason": "Lý do đã gõ"},
    )
    assert answer.status_code == 422
    assert "Lý do đã gõ" in body(answer)


def test_bad_input_in_a_call_is_named_beside_its_field(officer):
    browser, _actor = officer
    make.regimes()
    answer = browser.post(url("call_new"), {"code": "X", "title_vi": "T"})
    assert answer.status_code == 422
    assert "error-summary" in body(answer)


def test_the_page_of_a_call_is_public_and_says_that_it_is_sealed(client, call, officer):
    assert client.get(url("call", call.public_id)).status_code == 200
    assert client.get(url("calls")).status_code == 200
    assert client.post(
        url("call_step", call.public_id), {"act": "cancel"}
    ).status_code in (
        401,
        403,
    )
    page = body(officer[0].get(url("call", call.public_id)))
    assert url("early_opening", call.public_id) in page


def test_late_exception_and_early_opening_pages(officer, call, sign_in, host):
    browser, _actor = officer
    until = localtime(call.closes_at + timedelta(days=2))
    answer = browser.post(
        url("late_exception", call.public_id),
        {
            "organisation": host.pk,
            "until": f"{until:%Y-%m-%dT%H:%M}",
            "reason": "Mất điện",
        },
    )
    assert answer.status_code == 302
    assert browser.get(url("late_exception", call.public_id)).status_code == 200
    assert (
        browser.post(
            url("early_opening", call.public_id), {"reason": "Thiên tai"}
        ).status_code
        == 302
    )
    page = browser.get(url("early_opening", call.public_id))
    assert page.status_code == 200
    wish = call.early_openings.get()
    denied = browser.post(url("early_opening", call.public_id), {"wish": wish.pk})
    assert denied.status_code == 403
    second, _leader = sign_in(Role.LEADER)
    asked = second.post(url("early_opening", call.public_id), {"wish": wish.pk})
    wish.refresh_from_db()
    assert (asked.status_code, "reauthenticate" in asked.url, wish.agreed_by) == (
        302,
        True,
        None,
    )
