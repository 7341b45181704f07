"""The erasure drill: a person is forgotten everywhere, and the log still verifies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.urls import reverse

from opensti.domains.accounts.actions import create_account, erase_account, issue_token
from opensti.domains.accounts.models import SavedView, User
from opensti.domains.calls.models import Dossier
from opensti.domains.registry import actions, queries
from opensti.domains.registry.models import Person
from opensti.kernel.access import SYSTEM, Actor, Role
from opensti.kernel.record.actions import checkpoint
from opensti.kernel.record.models import Entry, Secret
from opensti.kernel.record.queries import (
    check_log,
    entry_bundle,
    openings,
    receipt,
    verifier_key,
    verify_receipt,
)
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    StepNotAllowed,
    SudoNeeded,
)
from tests.factories import calls as call_factory
from tests.factories.accounts import account as signed_in
from tests.factories.registry import AT, Organisations, People, Users, written

ADMIN_ROLES = frozenset({Role.PUBLIC, Role.ADMIN})
BASIS = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15, Điều 14"
# Of a name that occurs nowhere else: as written, and as searching folds it.
TOKENS = ("Zyxwông", "zyxwong", "0912zyx345", "0000-0002-1825-0097")


@pytest.fixture
def admin(db):
    return Actor(user_id=Users.create().pk, roles=ADMIN_ROLES, sudo=True)


@pytest.fixture
def known(admin):
    """A person with all that the house can know of one: entry, double, account, keys."""
    officer = Actor(
        user_id=Users.create().pk,
        roles=frozenset({Role.PUBLIC, Role.OFFICER}),
        sudo=True,
    )
    host = Organisations.create()
    user = create_account(
        actor=SYSTEM, email="zyxwong@example.org", full_name="Lê Zyxwông", at=AT
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    self_ = Actor(user_id=user.pk, roles=frozenset({Role.PUBLIC}), sudo=True)
    issue_token(
        actor=self_, name="Zyxwông", until=date(2026, 6, 1), confirms=False, at=AT
    )
    SavedView.objects.create(user=user, page="calls:calls", name="Zyxwông", query="")
    facts = {
        "full_name": "Lê Zyxwông",
        "email": "zyxwong@example.org",
        "phone": "0912zyx345",
        "orcid": "0000-0002-1825-0097",
        "birth_year": 1980,
        "bio_vi": "Bà Zyxwông nghiên cứu vật liệu.",
    }
    row = actions.create_person(actor=officer, facts=facts, user_id=user.pk, at=AT)
    actions.edit_person(
        actor=officer, person_id=row.pk, facts={"keywords_vi": "Zyxwông"}, at=AT
    )
    actions.add_position(
        actor=officer,
        person_id=row.pk,
        organisation_id=host.pk,
        title_vi="Trưởng nhóm Zyxwông",
        at=AT,
    )
    actions.add_degree(
        actor=officer, person_id=row.pk, level="doctor", institution="Zyxwông", at=AT
    )
    double = actions.create_person(
        actor=officer, facts={"full_name": "Le Zyxwong", "phone": "0912zyx345"}, at=AT
    )
    actions.merge(
        actor=officer, kind="person", survivor_id=row.pk, merged_id=double.pk, at=AT
    )
    written(row, "Vật liệu")
    checkpoint(at=AT)
    return SimpleNamespace(row=row, user=user, double=double, officer=officer)


def told():
    """Which tables hold one of the tokens, in whatever column; bytes are read as text."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.values_list():
            text = " ".join(
                bytes(value).decode(errors="replace")
                if isinstance(value, bytes | memoryview)
                else str(value)
                for value in row
            )
            if any(token.lower() in text.lower() for token in TOKENS):
                found.add(model._meta.label)
    return found


def erase(admin, known):
    """First the account, by an administrator; then the entry, by an officer."""
    at = AT + timedelta(days=1)
    erase_account(actor=admin, user_id=known.user.pk, basis=BASIS, at=at)
    return actions.erase_person(
        actor=known.officer, person_id=known.row.pk, basis=BASIS, at=at
    )


def test_a_person_is_forgotten_everywhere_and_the_log_still_verifies(admin, known):
    before, size = told(), Entry.objects.count()
    receipts = [receipt(entry, disclose=True) for entry in Entry.objects.all()]
    roots = [verify_receipt(text, verifier_key()).root for text in receipts]

    erase(admin, known)

    assert before >= {
        "accounts.User",
        "accounts.ApiToken",
        "accounts.SavedView",
        "account.EmailAddress",
        "record.Secret",
        "registry.Degree",
        "registry.Person",
        "registry.Position",
    }
    assert told() == set()
    assert check_log() == []
    signed = checkpoint(at=AT + timedelta(days=1))
    assert check_log() == []
    assert signed.size > size
    for text, root in zip(receipts, roots, strict=True):
        assert verify_receipt(text, verifier_key()).root == root
    bundle = entry_bundle(0, signed.size).decode(errors="replace").lower()
    again = [receipt(entry, disclose=True).lower() for entry in Entry.objects.all()]
    assert not any(t.lower() in "".join([bundle, *again]) for t in TOKENS)
    subject = f"registry.person:{known.row.pk}"
    assert [o.secret for o in openings(subject, "registry.create_person")] == [{}]
    assert not Secret.objects.filter(entry__subject=subject).exists()
    last = Entry.objects.order_by("-position").first()
    assert (last.act, last.subject, last.basis) == (
        "registry.erase_person",
        subject,
        BASIS,
    )


def test_neither_search_nor_export_finds_the_person_any_more(admin, known, client):
    signed_in(client, Role.OFFICER)
    address = reverse("registry:people")

    def answers():
        return (
            client.get(address, {"q": "Zyxwông"}).content.decode(),
            client.get(address, {"export": "csv"}).getvalue().decode(),
        )

    found, exported = answers()
    assert "Lê Zyxwông" in found
    assert "Lê Zyxwông" in exported
    erase(admin, known)
    found, exported = answers()
    assert "Lê Zyxwông" not in found
    assert "Lê Zyxwông" not in exported
    assert f"({known.row.public_id})" in exported


def test_the_account_opens_to_nobody_and_its_double_is_gone_too(admin, known):
    erase(admin, known)

    user = User.objects.get(pk=known.user.pk)
    assert (user.email, user.full_name, user.is_active, user.has_usable_password()) == (
        f"erased-{user.pk}@erased.invalid",
        f"(#{user.pk})",
        False,
        False,
    )
    names = Person.objects.filter(pk__in=[known.row.pk, known.double.pk])
    assert sorted(names.values_list("full_name", flat=True)) == sorted(
        f"({p.public_id})" for p in (known.row, known.double)
    )
    assert list(queries.works_of(known.row.pk)) == []


def test_whom_official_files_name_is_not_erased_and_the_files_are_told(db):
    officer, row = call_factory.officer(), People.create()
    writer = call_factory.applicant(Organisations.create())
    dossier = call_factory.started(writer, call_factory.published(officer))
    Dossier.objects.filter(pk=dossier.pk).update(leader=row)
    entries, name = Entry.objects.count(), row.full_name

    with pytest.raises(StepNotAllowed, match="hồ sơ"):
        actions.erase_person(
            actor=replace(officer, sudo=True), person_id=row.pk, basis=BASIS, at=AT
        )

    row.refresh_from_db()
    assert (Entry.objects.count(), row.full_name) == (entries, name)


def test_without_right_password_basis_or_in_the_wrong_order_nothing_is_erased(
    admin, known
):
    before, entries = told(), Entry.objects.count()
    person = {"person_id": known.row.pk, "at": AT}
    account = {"user_id": known.user.pk, "at": AT}
    hasty = replace(known.officer, sudo=False)
    officer = known.officer
    for refusal, act, actor, basis, what in (
        (StepNotAllowed, actions.erase_person, officer, BASIS, person),
        (SudoNeeded, actions.erase_person, hasty, BASIS, person),
        (Invalid, actions.erase_person, officer, " ", person),
        (NotFound, actions.erase_person, admin, BASIS, person),
        (AccessDenied, erase_account, officer, BASIS, account),
        (Invalid, erase_account, admin, "", account),
        (
            StepNotAllowed,
            erase_account,
            admin,
            BASIS,
            {**account, "user_id": admin.user_id},
        ),
    ):
        with pytest.raises(refusal):
            act(actor=actor, basis=basis, **what)

    assert (told(), Entry.objects.count()) == (before, entries)


def test_the_pages_ask_for_the_basis_and_erase(known, client):
    for role, page, act, args in (
        (Role.ADMIN, "accounts:account", "accounts:erase", [known.user.pk]),
        (
            Role.OFFICER,
            "registry:person",
            "registry:person_erase",
            [known.row.public_id],
        ),
    ):
        signed_in(client, role)
        address, erasing = reverse(page, args=args), reverse(act, args=args)
        assert erasing in client.get(address).content.decode()
        answer = client.post(erasing, {"basis": BASIS})
        assert (answer.status_code, answer["Location"]) == (302, address)

    assert told() == set()
