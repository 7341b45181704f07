"""Pages on which changes are sent to programs, and partners are admitted."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from opensti.domains.accounts.models import ApiToken
from opensti.domains.publications.models import Delivery, Endpoint, Partner
from opensti.domains.publications.queries.webhooks import secret_of
from tests.domains.publications.test_webhooks import changed
from tests.factories.registry import Organisations, Users

pytestmark = pytest.mark.django_db
BUDGETS = {"webhooks": 7, "webhook": 9, "partners": 7}
URL = "https://example.org/hook"


def get(client, name, *args):
    return client.get(reverse(f"webhooks:{name}", args=args))


def post(client, name, /, *args, **data):
    return client.post(reverse(f"webhooks:{name}", args=args), data)


def secret_on(answer):
    found = re.search(r"whsec_[\w+/=&;#]+", answer.content.decode())
    return found and found[0].replace("&#x27;", "'")


def test_the_secret_of_an_address_is_shown_once(client_of):
    officer = client_of("officer")
    shown = secret_on(post(officer, "webhooks", url=URL, kinds=["task"]))
    row = Endpoint.objects.get()
    assert shown == secret_of(row)
    assert secret_on(get(officer, "webhooks")) is None
    assert secret_on(get(officer, "webhook", row.public_id)) is None
    renewed = secret_on(post(officer, "webhook_renew", row.public_id))
    assert renewed not in (None, shown)
    assert post(officer, "webhook_end", row.public_id).status_code == 302
    row.refresh_from_db()
    assert row.state == "ended"


def test_an_address_within_is_refused_with_what_was_typed(client_of):
    answer = post(client_of("officer"), "webhooks", url="https://10.0.0.1/x")
    assert answer.status_code == 422
    assert "https://10.0.0.1/x" in answer.content.decode()
    assert Endpoint.objects.count() == 0


def test_others_know_nothing_of_an_address(client_of):
    officer = client_of("officer")
    post(officer, "webhooks", url=URL)
    row, leader = Endpoint.objects.get(), client_of("leader")
    assert URL not in get(leader, "webhooks").content.decode()
    assert get(leader, "webhook", row.public_id).status_code == 404
    assert post(leader, "webhook_end", row.public_id).status_code == 404


def test_what_was_delivered_is_sent_again_from_its_page(client_of):
    officer = client_of("officer")
    post(officer, "webhooks", url=URL)
    changed()
    row = Delivery.objects.order_by("pk").last()
    Delivery.objects.update(state="done", ended_at=now())
    page = get(officer, "webhook", row.endpoint.public_id).content.decode()
    assert row.public_id in page
    assert post(officer, "resend", row.public_id).status_code == 302
    row.refresh_from_db()
    assert row.state == "waiting"


def test_an_administrator_admits_a_partner_and_ends_it(client_of):
    admin, host = client_of("admin"), Organisations.create()
    said = {
        "organisation_id": host.public_id,
        "email": Users.create().email,
        "agreement": "12/TT-BKHCN",
        "until": (localdate() + timedelta(days=30)).isoformat(),
    }
    wrong = post(admin, "partners", **said | {"organisation_id": "nobody"})
    assert wrong.status_code == 422
    assert post(admin, "partners", **said).status_code == 302
    row = Partner.objects.get()
    assert "12/TT-BKHCN" in get(admin, "partners").content.decode()
    assert get(client_of("officer"), "partners").status_code == 403
    assert post(admin, "partner_end", row.public_id).status_code == 302
    row.refresh_from_db()
    assert row.until == localdate()


def test_a_key_is_made_for_some_uses_alone(client_of):
    officer = client_of("officer")
    said = {"name": "Đọc", "until": (localdate() + timedelta(days=9)).isoformat()}
    officer.post(
        reverse("accounts:tokens"), said | {"scopes": ["read:public", "act:tasks"]}
    )
    assert ApiToken.objects.get().scopes == ["act:tasks", "read:public"]
    page = officer.get(reverse("accounts:tokens")).content.decode()
    assert "Thao tác về nhu cầu, đặt hàng và nhiệm vụ; Đọc sổ công khai" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_with_one_row_and_with_three(
    client_of, django_assert_num_queries, rows
):
    admin = client_of("admin")
    for number in range(rows):
        post(admin, "webhooks", url=f"{URL}/{number}")
        Partner.objects.create(
            organisation=Organisations.create(), user=Users.create(),
            agreement="x", since=localdate(), until=localdate(),
        )  # fmt: skip
        changed()
    for name, budget in BUDGETS.items():
        args = (
            [Endpoint.objects.order_by("pk")[0].public_id] if name == "webhook" else []
        )
        get(admin, name, *args)
        with django_assert_num_queries(budget):
            assert get(admin, name, *args).status_code == 200
