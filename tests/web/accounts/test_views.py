"""Pages of accounts, roles, lent roles and saved views."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from opensti.domains.accounts.models import (
    ApiToken,
    Delegation,
    RoleGrant,
    SavedView,
    User,
)
from tests.factories.accounts import account
from tests.factories.registry import Users

pytestmark = pytest.mark.django_db
TODAY = localdate()


def get(client, name, *args):
    return client.get(reverse(f"accounts:{name}", args=args))


def post(client, name, /, *args, **data):
    return client.post(reverse(f"accounts:{name}", args=args), data)


def test_an_account_is_opened_gets_a_role_and_loses_it(client_of):
    admin = client_of("admin")
    assert get(admin, "account_new").status_code == 200
    said = {
        "email": "lan@example.vn",
        "full_name": "Nguyễn Thị Lan",
        "language": "vi",
    }
    wrong = post(admin, "account_new", **said | {"email": "lan"})
    assert wrong.status_code == 422
    assert "Nguyễn Thị Lan" in wrong.content.decode()
    post(admin, "account_new", **said)
    user = User.objects.get(email="lan@example.vn")
    assert post(admin, "account_new", **said).status_code == 422
    role = {"role": "officer", "since": TODAY.isoformat(), "reason": "Bổ nhiệm"}
    assert get(admin, "role_new", user.pk).status_code == 200
    assert post(admin, "role_new", user.pk, **role | {"since": ""}).status_code == 422
    late = (TODAY - timedelta(days=1)).isoformat()
    assert post(admin, "role_new", user.pk, **role | {"until": late}).status_code == 422
    assert post(admin, "role_new", user.pk, **role).status_code == 302
    assert post(admin, "role_new", user.pk, **role).status_code == 409
    granted = RoleGrant.objects.get(user=user)
    assert "Bổ nhiệm" in get(admin, "account", user.pk).content.decode()
    assert post(admin, "role_end", granted.pk).status_code == 302
    granted.refresh_from_db()
    assert granted.until == localdate()  # the run may cross midnight
    for active in ("0", "1"):
        post(admin, "active", user.pk, active=active)
        user.refresh_from_db()
        assert user.is_active == (active == "1")


def test_who_manages_no_accounts_sees_only_the_own(client_of):
    officer = client_of("officer")
    other = Users.create()
    assert get(officer, "accounts").status_code == 403
    assert get(officer, "account_new").status_code == 403
    assert get(officer, "account", other.pk).status_code == 404
    assert get(officer, "account", officer.user.pk).status_code == 200
    assert post(officer, "active", other.pk, active="0").status_code == 403
    assert post(client_of("auditor"), "active", other.pk, active="0").status_code == 403


def test_a_role_is_lent_and_taken_back(client_of):
    colleague = Users.create()
    RoleGrant.objects.create(user=colleague, role="officer", since=TODAY)
    officer = client_of("officer")
    assert get(officer, "delegations").status_code == 200
    said = {
        "borrower": colleague.pk,
        "role": "officer",
        "since": TODAY.isoformat(),
        "until": (TODAY + timedelta(days=3)).isoformat(),
        "reason": "Nghỉ phép",
    }
    wrong = post(officer, "delegations", **said | {"until": TODAY.isoformat()})
    assert wrong.status_code == 422
    assert "Nghỉ phép" in wrong.content.decode()
    assert post(officer, "delegations", **said | {"role": "leader"}).status_code == 422
    assert post(officer, "delegations", **said).status_code == 302
    lent = Delegation.objects.get()
    assert "Nghỉ phép" in get(officer, "delegations").content.decode()
    assert post(client_of("leader"), "delegation_revoke", lent.pk).status_code == 404
    client = client_of()
    client.force_login(lent.lender)
    assert post(client, "delegation_revoke", lent.pk).status_code == 302
    lent.refresh_from_db()
    assert lent.revoked_at is not None


def test_a_view_is_saved_shown_and_deleted(client_of):
    admin = client_of("admin")
    url = reverse("accounts:accounts")
    kept = admin.post(
        f"{reverse('accounts:save_view')}?page={url}",
        {"name": "Mở", "query": "is_active=true"},
    )
    assert kept.url == f"{url}?is_active=true"
    assert "Mở" in get(admin, "accounts").content.decode()
    view = SavedView.objects.get()
    assert post(client_of("admin"), "delete_view", view.pk).status_code == 404
    client = client_of()
    client.force_login(view.user)
    assert post(client, "delete_view", view.pk).url == url
    away = client.post(
        f"{reverse('accounts:save_view')}?page=https://evil.example/", {"name": "x"}
    )
    assert away.url == reverse("home")


BUDGETS = {"accounts": 10, "account": 9, "delegations": 7, "tokens": 7}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_with_one_row_and_with_three(
    client_of, django_assert_num_queries, rows
):
    admin = client_of("admin")
    for _n in range(rows):
        user = Users.create()
        RoleGrant.objects.create(user=user, role="officer", since=TODAY)
        ApiToken.objects.create(
            user=user, name="x", digest=str(user.pk), issued_at=now(), until=TODAY
        )
        Delegation.objects.create(
            lender=user,
            borrower=admin.user,
            role="officer",
            since=TODAY,
            until=TODAY + timedelta(days=1),
            reason="-",
        )
    for name, budget in BUDGETS.items():
        args = [user.pk] if name == "account" else []
        get(admin, name, *args)
        with django_assert_num_queries(budget):
            assert get(admin, name, *args).status_code == 200


KEY = {"name": "Sổ chi", "until": (TODAY + timedelta(days=30)).isoformat()}


def test_a_key_is_shown_once_and_can_be_taken_back(client_of):
    officer = client_of("officer")
    assert "opensti_" in post(officer, "tokens", **KEY, confirms="on").content.decode()
    token = ApiToken.objects.get()
    again = get(officer, "tokens").content.decode()
    assert ("opensti_" in again, "Sổ chi" in again) == (False, True)
    post(officer, "token_revoke", token.pk)
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_key_that_only_reads_is_shown_as_such_and_confirms_nothing(client_of):
    officer = client_of("officer")
    both = post(officer, "tokens", **KEY, confirms="on", reads_only="on")
    assert (both.status_code, ApiToken.objects.count()) == (422, 0)
    post(officer, "tokens", **KEY, reads_only="on")
    token = ApiToken.objects.get()
    shown = get(officer, "tokens").content.decode()
    assert (token.reads_only, token.confirms, "chỉ đọc" in shown) == (True, False, True)


def test_whoever_did_not_confirm_the_password_makes_no_key(client):
    account(client, "officer", sudo=False)
    assert (post(client, "tokens", **KEY).status_code, ApiToken.objects.count()) == (
        302,
        0,
    )


def test_nobody_sees_or_takes_back_the_key_of_another(client_of):
    post(client_of("officer"), "tokens", **KEY)
    token = ApiToken.objects.get()
    finance = client_of("finance")
    assert "Sổ chi" not in get(finance, "tokens").content.decode()
    answer = post(finance, "token_revoke", token.pk)
    token.refresh_from_db()
    assert (answer.status_code, token.revoked_at) == (404, None)
