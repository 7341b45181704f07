"""What a sealed call costs the server tells nobody how many handed in."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.calls import actions
from opensti.domains.calls.models import Dossier
from tests.factories import calls as make

pytestmark = pytest.mark.django_db


def asked(client, url):
    """Return the shape of every query of a page, and the page's size."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url)
        content = b"".join(page) if page.streaming else page.content
    # A value, a number, and the name PostgreSQL's cursors count on from.
    given = r"'[^']*'|\b\d+\b|\"_django_curs_\w+\""
    shapes = [re.sub(given, "?", query["sql"]) for query in queries]
    body = re.sub(r"csrf\S+|value=\"\S{60,}\"|nonce\S+", "", content.decode())
    return page.status_code, shapes, len(body)


def pages(call):
    return [
        reverse("home"),
        reverse("calls:calls"),
        reverse("calls:dossiers"),
        f"{reverse('calls:dossiers')}?export=csv",
        reverse("calls:call", args=[call.public_id]),
        reverse("portal:call", args=[call.public_id]),
    ]


def hand_in(call):
    lan = make.applicant(make.host())
    given = {"actor": lan, "at": now()}
    (host_id,) = lan.member_of
    begun = actions.start_dossier(call_id=call.pk, host_id=host_id, **given)
    actions.save_dossier(
        dossier_id=begun.pk,
        answers=make.ANSWERS,
        team=make.TEAM,
        budget=make.BUDGET,
        **given,
    )
    begun.refresh_from_db()
    make.signed(lan, begun, given["at"])
    actions.submit_dossier(dossier_id=begun.pk, **given)


@pytest.mark.parametrize(
    "who", ["officer", "leader", "secretary", "finance", "auditor", "admin", "nobody"]
)
def test_a_full_sealed_call_asks_and_answers_what_an_empty_one_does(
    client_of, call, who
):
    reader = Client() if who == "nobody" else client_of(who)
    before = {url: asked(reader, url) for url in pages(call)}
    for _n in range(5):
        hand_in(call)
    after = {url: asked(reader, url) for url in pages(call)}

    assert after == before
    assert Dossier.objects.filter(call=call).count() == 5
    assert {status for status, _shapes, _size in before.values()} >= {200}
