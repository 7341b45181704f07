"""The door, tried from outside and from inside: passwords, second factors, sessions."""

from __future__ import annotations

import re
import time
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from django.conf import settings as django_settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from opensti.domains.accounts.models import RoleGrant, User
from opensti.kernel.record.queries import entries_of
from opensti.project import attempts
from tests.factories.registry import Users

pytestmark = pytest.mark.django_db
PASSWORD = "rất dài và lạ 7"
OTHER = "một câu khác hẳn 8"
LOGIN = "/accounts/login/"


@pytest.fixture
def lan():
    user = Users.create(email="lan@example.vn")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def admin():
    user = Users.create(email="admin@example.vn")
    RoleGrant.objects.create(user=user, role="admin", since=localdate())
    client = Client()
    client.force_login(user)
    return client


def at(address="192.0.2.1", **more):
    return Client(REMOTE_ADDR=address, **more)


def sign_in(client, password=PASSWORD, login="lan@example.vn", **more):
    return client.post(LOGIN, {"login": login, "password": password, **more})


def let_in(client, **more):
    return sign_in(client, **more).status_code == 302


def signed_in(client):
    return client.get(reverse("home")).status_code == 200


def test_a_whole_office_signs_in_from_one_address_within_a_minute(db):
    logins = [f"p{n}@example.vn" for n in range(40)]
    for login in logins:
        Users.create(email=login, password=make_password(PASSWORD))
    answers = [sign_in(at(), login=login).status_code for login in logins]
    assert answers == [302] * 40


# ------------------------------------------------------------------ the first password


def mailed(mailoutbox):
    link = re.search(
        r"http://testserver(/accounts/password/reset/\S+)", mailoutbox[-1].body
    )
    return link[1]


def set_by(client, link, password=OTHER):
    form = client.get(link, follow=True)
    return client.post(
        form.request["PATH_INFO"], {"password1": password, "password2": password}
    )


def open_account(admin):
    said = {"email": "moi@example.vn", "full_name": "Người Mới", "language": "vi"}
    admin.post(reverse("accounts:account_new"), said)
    return User.objects.get(email="moi@example.vn")


def test_nobody_but_the_person_ever_knows_the_first_password(admin, mailoutbox):
    user = open_account(admin)
    link = mailed(mailoutbox)
    page = admin.get(reverse("accounts:account", args=[user.pk])).content.decode()
    assert (mailoutbox[-1].to, user.has_usable_password()) == ([user.email], False)
    assert link not in page
    person = at()
    assert set_by(person, link).status_code == 302
    user.refresh_from_db()
    assert user.check_password(OTHER)
    acts = [(e.act, e.actor_user_id) for e in entries_of(f"accounts.user:{user.pk}")]
    administrator = User.objects.get(email="admin@example.vn").pk
    assert acts == [
        ("accounts.create", administrator),
        ("accounts.invite", administrator),
        ("accounts.set_password", user.pk),
    ]
    assert let_in(person, password=OTHER, login=user.email)


def test_the_link_works_once_and_for_one_day(admin, mailoutbox, monkeypatch):
    user = open_account(admin)
    link = mailed(mailoutbox)
    tomorrow = time.time() + 24 * 3600 + 60
    with monkeypatch.context() as later:
        later.setattr(
            "django.contrib.auth.tokens.PasswordResetTokenGenerator._now",
            lambda _self: datetime.fromtimestamp(tomorrow),  # noqa: DTZ006
        )
        set_by(at(), link)
    user.refresh_from_db()
    assert not user.has_usable_password()
    set_by(at(), link)
    set_by(at(), link, password="lần thứ hai không được 9")
    user.refresh_from_db()
    assert user.check_password(OTHER)


def test_a_newer_link_ends_the_older_one(admin, mailoutbox):
    user = open_account(admin)
    first = mailed(mailoutbox)
    admin.post(reverse("accounts:invite", args=[user.pk]))
    set_by(at(), first)
    user.refresh_from_db()
    assert not user.has_usable_password()
    set_by(at(), mailed(mailoutbox))
    user.refresh_from_db()
    assert user.check_password(OTHER)


def test_the_letter_speaks_the_persons_language(admin, mailoutbox):
    said = {"email": "new@example.vn", "full_name": "New <b>", "language": "en"}
    admin.post(reverse("accounts:account_new"), said)
    assert mailoutbox[-1].subject == "Set your password for OpenSTI"
    assert mailoutbox[-1].body.startswith("Dear New <b>,\n")


# ------------------------------------------------------------------ guessing, shutting out


def test_one_address_tries_an_account_five_times(lan):
    thief = at("203.0.113.9")
    for _n in range(5):
        sign_in(thief, "wrong")
    assert not let_in(thief)
    assert let_in(at())


def test_many_addresses_guess_no_faster_together(lan):
    """A thousand machines: twenty attempts an hour, then even the right one is refused."""
    for n in range(40):
        thief = at(f"198.51.100.{n}")
        assert not let_in(thief, password=f"wrong {n}")
    assert not let_in(at("198.51.100.200"))
    assert attempts.RATES["account"] == "20/h/key"


def test_strangers_cannot_shut_out_a_device_that_signed_in_before(lan):
    own = at()
    assert let_in(own)
    own.post("/accounts/logout/")
    for n in range(40):
        sign_in(at(f"198.51.100.{n}"), "wrong")
    assert not let_in(at("192.0.2.77"))
    assert let_in(own)


def test_a_known_device_guesses_no_faster_either(lan):
    own = at()
    assert let_in(own)
    own.post("/accounts/logout/")
    for n in range(10):
        own.defaults["REMOTE_ADDR"] = f"198.51.100.{n}"
        sign_in(own, "wrong")
    assert not let_in(own)


@pytest.mark.parametrize("forged", ["x", "eyJhIjoxfQ:1abc:zzz", ""])
def test_a_forged_device_cookie_helps_nobody(lan, forged):
    for n in range(20):
        sign_in(at(f"198.51.100.{n}"), "wrong")
    thief = at("203.0.113.9")
    thief.cookies[attempts.COOKIE] = forged
    assert not let_in(thief)


def test_the_device_of_one_account_is_a_stranger_to_another(lan):
    other = Users.create(email="other@example.vn")
    other.set_password(OTHER)
    other.save()
    thief = at()
    assert let_in(thief, login="other@example.vn", password=OTHER)
    thief.post("/accounts/logout/")
    for n in range(20):
        sign_in(at(f"198.51.100.{n}"), "wrong")
    assert not let_in(thief)
    cookie = thief.cookies[attempts.COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "example" not in cookie.value


def test_the_link_from_the_mailbox_lets_a_new_device_in_under_attack(lan, mailoutbox):
    for n in range(40):
        sign_in(at(f"198.51.100.{n}"), "wrong")
    own = at("192.0.2.50")
    assert not let_in(own)
    own.post("/accounts/password/reset/", {"email": lan.email})
    set_by(own, mailed(mailoutbox))
    assert let_in(own, password=OTHER)


def test_strangers_cannot_stop_a_signed_in_leader_from_confirming(lan):
    own = at()
    assert let_in(own)
    for n in range(40):
        sign_in(at(f"198.51.100.{n}"), "wrong")
    answer = own.post("/accounts/reauthenticate/?next=/work/", {"password": PASSWORD})
    assert answer.status_code == 302


# ------------------------------------------------------------------ the second factor


@pytest.fixture
def secret(lan):
    secret = generate_totp_secret()
    TOTP.activate(lan, secret)
    return secret


def code(secret, shift=0):
    counter = int(time.time()) // 30 + shift
    return f"{hotp_value(secret, counter):06d}"


def test_the_password_alone_opens_nothing(lan, secret):
    client = at()
    answer = sign_in(client)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/2fa/authenticate/")
    for path in (
        "/work/",
        "/accounts/2fa/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/recovery-codes/",
    ):
        assert client.get(path).status_code != 200, path
        assert not signed_in(client)
    assert attempts.COOKIE not in client.cookies
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert signed_in(client)


def test_a_code_counts_once(lan, secret):
    first, second = at(), at("192.0.2.2")
    used = code(secret)
    for client in (first, second):
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": used})
    assert (signed_in(first), signed_in(second)) == (True, False)


def test_a_recovery_code_counts_once(lan, secret):
    kept = RecoveryCodes.activate(lan).get_unused_codes()
    first, second = at(), at("192.0.2.2")
    for client in (first, second):
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": kept[0]})
    assert (signed_in(first), signed_in(second)) == (True, False)


def test_codes_are_not_guessed(lan, secret):
    """With the password known a thief tries a handful of codes, from anywhere."""
    for n in range(3):
        thief = at(f"198.51.100.{n}")
        assert let_in(thief)
        for _n in range(3):
            thief.post("/accounts/2fa/authenticate/", {"code": "000000"})
    last = at("203.0.113.1")
    sign_in(last)
    last.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert not signed_in(last)


def test_confirming_again_needs_what_the_person_has(lan, secret):
    """Sudo is not cheaper than signing in was: neither a blank nor a stranger's code."""
    client = at()
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    for path, said in [
        ("/accounts/reauthenticate/", {"password": ""}),
        ("/accounts/reauthenticate/", {"password": "wrong"}),
        ("/accounts/2fa/reauthenticate/", {"code": "000000"}),
    ]:
        assert client.post(path, said).status_code == 200


def test_the_second_factor_is_not_taken_off_without_confirming(lan, secret):
    client = at()
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    session = client.session
    session["account_authentication_methods"] = [
        m | {"at": time.time() - 3600}
        for m in session["account_authentication_methods"]
    ]
    session.save()
    answer = client.post("/accounts/2fa/totp/deactivate/")
    assert "reauthenticate" in answer.url
    assert Authenticator.objects.filter(user=lan, type="totp").exists()


def test_a_new_password_by_link_does_not_pass_the_second_factor(
    lan, secret, mailoutbox
):
    client = at()
    client.post("/accounts/password/reset/", {"email": lan.email})
    set_by(client, mailed(mailoutbox))
    assert not signed_in(client)
    answer = sign_in(client, OTHER)
    assert answer.url.startswith("/accounts/2fa/authenticate/")
    assert not signed_in(client)


# ------------------------------------------------------------------ sessions


def test_a_session_planted_before_is_not_the_one_after_signing_in(lan):
    client = at()
    client.get("/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    assert let_in(client)
    assert client.session.session_key != session.session_key
    stale = at()
    stale.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    assert not signed_in(stale)


def test_a_closed_account_is_out_at_once_and_is_not_let_in(lan):
    client = at()
    assert let_in(client)
    assert signed_in(client)
    User.objects.filter(pk=lan.pk).update(is_active=False)
    assert not signed_in(client)
    again = at("192.0.2.2")
    sign_in(again)
    assert not signed_in(again)


def test_a_closed_account_gets_no_link_and_uses_none(lan, mailoutbox):
    client = at()
    client.post("/accounts/password/reset/", {"email": lan.email})
    link = mailed(mailoutbox)
    User.objects.filter(pk=lan.pk).update(is_active=False)
    set_by(client, link)
    client.post("/accounts/password/reset/", {"email": lan.email})
    lan.refresh_from_db()
    assert lan.check_password(PASSWORD)
    assert [m for m in mailoutbox[1:] if "/password/reset/key/" in m.body] == []


@pytest.mark.parametrize("way", ["link", "change"])
def test_a_new_password_ends_every_other_session(lan, mailoutbox, way):
    thief, own = at("203.0.113.9"), at()
    assert let_in(thief)
    assert let_in(own)
    if way == "link":
        own.post("/accounts/password/reset/", {"email": lan.email})
        set_by(own, mailed(mailoutbox))
    else:
        own.post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER},
        )
        assert signed_in(own)
    lan.refresh_from_db()
    assert lan.check_password(OTHER)
    assert not signed_in(thief)
    assert entries_of(f"accounts.user:{lan.pk}")[-1].act == "accounts.set_password"


def test_a_known_and_an_unknown_address_are_answered_alike(lan, mailoutbox):
    answers = [
        at(f"192.0.2.{n}").post("/accounts/password/reset/", {"email": email})
        for n, email in enumerate((lan.email, "nobody@example.vn"))
    ]
    wrong = [
        re.sub(
            r"csrf\S+|value=\S+",
            "",
            sign_in(at(f"192.0.2.{n}"), "wrong", email).content.decode(),
        )
        for n, email in enumerate((lan.email, "nobo@example.vn"), start=10)
    ]
    assert answers[0].url == answers[1].url
    assert len(set(wrong)) == 1


# ------------------------------------------------------------------ where one is sent


EVIL = (
    "https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example",
    "javascript:alert(1)", "\thttps://evil.example", "http://testserver@evil.example/",
    "/\t/evil.example/", "https:///evil.example",
)  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_nobody_is_sent_to_another_house(lan, evil):
    client = at()
    answer = sign_in(client, next=evil)
    assert answer.url == reverse("home")
    answer = client.post(
        f"/accounts/reauthenticate/?next={evil}", {"password": PASSWORD, "next": evil}
    )
    assert "evil" not in answer.url
    language = client.get("/language/", {"language": "en", "next": evil})
    assert "evil" not in language.url
    assert "evil" not in client.post("/accounts/logout/", {"next": evil}).url


def test_a_foreign_host_name_is_refused_and_reaches_no_letter(lan, mailoutbox):
    client = at()
    answer = client.post(
        "/accounts/password/reset/", {"email": lan.email}, HTTP_HOST="evil.example"
    )
    assert answer.status_code == 400
    client.post(
        "/accounts/password/reset/",
        {"email": lan.email},
        HTTP_X_FORWARDED_HOST="evil.example",
    )
    assert "evil" not in mailoutbox[-1].body


def test_every_link_in_a_letter_is_of_this_house(admin, mailoutbox):
    open_account(admin)
    links = re.findall(r"https?://([^/\s]+)", mailoutbox[-1].body)
    assert links == ["testserver"]
