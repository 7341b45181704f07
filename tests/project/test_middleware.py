"""Who is asking, how a refusal is said, and what every answer carries."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, IntegrityError, OperationalError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate

from opensti.domains.accounts.models import RoleGrant, SavedView, User
from opensti.kernel.access import PUBLIC, Role
from opensti.project.middleware import ActorMiddleware, RefusalMiddleware
from tests.factories.registry import Users

pytestmark = pytest.mark.django_db
PASSWORD = "rất dài và lạ 7"


@pytest.fixture
def admin(client):
    user = Users.create(email="admin@example.vn")
    user.set_password(PASSWORD)
    user.save()
    RoleGrant.objects.create(user=user, role="admin", since=localdate())
    client.force_login(user)
    return client


def give_role(client, user, **said):
    return client.post(
        reverse("accounts:role_new", args=[user.pk]),
        {
            "role": "officer",
            "since": localdate().isoformat(),
            "reason": "Bổ nhiệm",
            **said,
        },
    )


def confirm(client, url, password=PASSWORD):
    return client.post(url, {"password": password})


def test_a_program_is_told_in_its_own_words_that_an_address_leads_nowhere(client):
    told = client.get("/api/v1/nowhere")
    page = client.get("/nowhere/")
    assert (told.status_code, told.json()["refusal"]) == (404, "NotFound")
    assert (page.status_code, page["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_a_request_knows_its_actor_and_a_strangers_is_the_public(rf, admin):
    seen = []
    middleware = ActorMiddleware(lambda request: seen.append(request.actor))
    request = rf.get("/")
    request.user = type("Stranger", (), {"is_authenticated": False})()
    middleware(request)
    assert seen == [PUBLIC]
    response = admin.get(reverse("home"))
    assert response.wsgi_request.actor.roles == {Role.PUBLIC, Role.ADMIN}
    assert response.wsgi_request.actor.sudo is False


def test_a_dangerous_act_asks_for_the_password_and_then_goes_on_by_itself(admin):
    user = Users.create()
    asked = give_role(admin, user)
    assert asked.status_code == 302
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert admin.get(asked.url).status_code == 200
    assert user.role_grants.count() == 0
    assert confirm(admin, asked.url, "falsch").status_code == 200
    assert user.role_grants.count() == 0
    done = confirm(admin, asked.url)
    assert (done.status_code, done.url) == (
        302,
        reverse("accounts:account", args=[user.pk]),
    )
    assert list(user.role_grants.values_list("role", "reason")) == [
        ("officer", "Bổ nhiệm")
    ]
    assert give_role(admin, user, role="leader").status_code == 302
    assert user.role_grants.count() == 2


def test_an_act_with_a_file_is_sent_anew_after_the_password_not_without_its_file(admin):
    user = Users.create()
    form = reverse("accounts:account", args=[user.pk])
    given = {"role": "officer", "since": localdate().isoformat(), "reason": "Bổ nhiệm"}
    address = reverse("accounts:role_new", args=[user.pk])

    def send(**headers):
        paper = SimpleUploadedFile("quyet-dinh.pdf", b"%PDF-")
        return admin.post(address, {**given, "paper": paper}, headers=headers)

    home = urlencode({"next": reverse("home")})
    assert send().url.endswith(f"?{home}")  # who sends no referer is led home
    asked = send(referer=f"http://testserver{form}")
    query = urlencode({"next": form})
    assert asked.url == f"{reverse('account_reauthenticate')}?{query}"
    assert "xin gửi lại" in admin.get(asked.url).content.decode()
    done = confirm(admin, asked.url)
    assert (done.url, user.role_grants.count()) == (form, 0)


def test_what_was_kept_is_sent_once(admin):
    user = Users.create()
    asked = give_role(admin, user)
    confirm(admin, asked.url)
    confirm(admin, asked.url)
    assert user.role_grants.count() == 1


def test_an_act_that_was_given_up_is_not_done_when_the_password_is_given_for_another(
    admin,
):
    user = Users.create()
    asked = give_role(admin, user)
    other = f"{reverse('account_reauthenticate')}?next={reverse('mfa_index')}"
    answer = confirm(admin, other)
    assert (answer.status_code, answer.url) == (302, reverse("mfa_index"))
    assert user.role_grants.count() == 0
    confirm(admin, asked.url)
    assert user.role_grants.count() == 0


def test_a_refusal_after_the_password_is_shown_with_what_was_typed(admin):
    user = Users.create()
    RoleGrant.objects.create(user=user, role="auditor", since=localdate())
    answer = confirm(admin, give_role(admin, user).url)
    assert answer.status_code == 409


@pytest.mark.usefixtures("client")
def test_a_refusal_is_a_page_or_json_as_asked(client_of):
    officer = client_of("officer")
    url = reverse("accounts:account_new")
    page = officer.get(url)
    assert page.status_code == 403
    assert page["Content-Type"].startswith("text/html")
    with_json = officer.get(
        url, headers={"accept": "application/json", "accept-language": "en"}
    )
    assert (with_json.status_code, with_json.json()) == (
        403,
        {
            "refusal": "AccessDenied",
            "message": "Your role does not include this.",
            "mend": "",
            "article": "",
            "who": "system administrator",
            "field": "",
        },
    )


@pytest.mark.parametrize(
    "path", ["/work/", "/work/accounts/", "/work/decisions/decision/nothing/"]
)
def test_a_reader_who_is_signed_out_is_sent_to_sign_in_and_back(client, path):
    answer = client.get(f"{path}?q=a")
    assert (answer.status_code, answer.url) == (
        302,
        f"{reverse('account_login')}?next={path.replace('/', '%2F')}%3Fq%3Da",
    )


@pytest.mark.usefixtures("in_english")
def test_a_sender_who_is_signed_out_learns_how_to_keep_the_text(client):
    answer = client.post(
        reverse("accounts:save_view"),
        {"name": "x"},
        headers={"referer": "http://testserver/work/x/", "accept-language": "en"},
    )
    assert answer.status_code == 401
    assert "what you typed is still there" in answer.content.decode()
    assert SavedView.objects.count() == 0


def test_without_its_token_nothing_is_changed(client_of):
    officer = client_of("officer")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = officer.cookies
    answer = strict.post(reverse("accounts:save_view"), {"name": "x"})
    assert answer.status_code == 403
    assert SavedView.objects.count() == 0


def test_every_answer_carries_the_headers_that_guard_it(client):
    headers = client.get("/").headers
    assert sorted(headers["Content-Security-Policy"].split("; ")) == [
        "base-uri 'self'",
        "default-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
    ]
    names = (
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Referrer-Policy",
        "Permissions-Policy",
    )
    assert [headers[name] for name in names] == [
        "nosniff",
        "DENY",
        "same-origin",
        "camera=(), geolocation=(), microphone=()",
    ]


def test_sign_in_is_limited(client):
    url = reverse("account_login")
    said = {"login": "lan@example.vn", "password": "wrong"}
    statuses = [client.post(url, said).status_code for _n in range(7)]
    assert statuses[0] == 200
    user = Users.create(email="lan@example.vn")
    user.set_password(PASSWORD)
    user.save()
    assert client.post(url, said | {"password": PASSWORD}).status_code != 302


def test_nobody_signs_up(client):
    answer = client.get("/accounts/signup/")
    assert "password1" not in answer.content.decode()


def test_nobody_takes_another_address_unproved_and_unrecorded(admin):
    user = Users.create(email="leader@example.vn")
    confirm(admin, f"{reverse('account_reauthenticate')}?next=/")
    url = reverse("account_email")
    answers = [
        admin.get(url),
        admin.post(url, {"action_add": "", "email": "chief@example.vn"}),
        admin.post(url, {"action_primary": "", "email": "chief@example.vn"}),
        admin.post(url, {"action_add": "", "email": user.email}),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert EmailAddress.objects.count() == 0


def patterns(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry


WRITING = (
    "propose", "return", "decide", "release", "check", "mail", "step", "revoke", "end",
    "active", "invite", "cancel", "retry", "delete", "save", "autosave", "merge_undo",
)  # fmt: skip


def test_addresses_that_only_write_refuse_to_be_read(client_of):
    """A link, a prefetch or an image can never act: these addresses take POST alone."""
    client = client_of("officer", "leader", "secretary", "applicant", "expert")
    wrong, found = [], 0
    for route, entry in patterns():
        name = entry.name or ""
        if not route.startswith("work/") or name.split("_")[-1] not in WRITING:
            continue
        found += 1
        path = "/" + _filled(route)
        status = client.get(path).status_code
        if status not in (404, 405):
            wrong.append((route, status))
    assert found > 10
    assert wrong == []


def _filled(route):
    return "/".join(
        ("1" if part.startswith("<int:") else "abc") if part.startswith("<") else part
        for part in route.split("/")
    )


def test_a_zero_character_is_refused_wherever_it_stands(admin):
    for answer in (
        admin.get(reverse("portal:tasks"), {"q": "kẽm\x00"}),
        admin.get("/calls/%00/"),
        admin.post(reverse("accounts:save_view"), {"name": "a\x00b", "query": ""}),
    ):
        assert answer.status_code == 422
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DataError("value too long for type character varying(200)"), 422),
        (OverflowError("Python int too large to convert to SQLite INTEGER"), 422),
        (IntegrityError("UNIQUE constraint failed"), 409),
        (OperationalError("database is locked"), 503),
        (OperationalError("no such table"), None),
    ],
)
def test_what_the_database_refuses_is_said_in_words(rf, error, status):
    request = rf.get("/api/", headers={"accept": "application/json"})
    answer = RefusalMiddleware(lambda _request: None).process_exception(request, error)
    assert (None if answer is None else answer.status_code) == status


def test_a_deadlock_is_answered_as_busy(rf):
    error = OperationalError("deadlock detected")
    error.__cause__ = type("Deadlock", (Exception,), {"sqlstate": "40P01"})()
    answer = RefusalMiddleware(lambda _request: None).process_exception(
        rf.get("/api/"), error
    )
    assert answer.status_code == 503


def test_a_view_is_saved_for_pages_of_this_house_only(admin):
    for page in ("nowhere", "https://example.org/", "//example.org"):
        url = reverse("accounts:save_view") + f"?page={page}"
        answer = admin.post(url, {"name": "x", "query": ""})
        assert (answer.status_code, answer.url) == (302, reverse("home"))


def test_a_password_is_taken_as_it_is_typed_and_all_else_as_it_is_seen():
    user = Users.create(email="an@example.vn")
    user.set_password(f"{PASSWORD}\u200d")
    user.save()
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )
    browser = Client()
    address = reverse("account_login")
    said = {"login": "an@example.vn\u202e"}
    refused = browser.post(address, said | {"password": PASSWORD})
    taken = browser.post(address, said | {"password": f"{PASSWORD}\u200d"})
    assert (refused.status_code, taken.status_code) == (200, 302)
    assert User.objects.get(pk=user.pk).last_login is not None
