"""Accounts, roles and lent roles: what is done, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from opensti.domains.accounts import actions
from opensti.domains.accounts.models import Delegation, RoleGrant, SavedView, User
from opensti.domains.accounts.queries import roles_of
from opensti.kernel.access import PUBLIC, SYSTEM, Actor, Role
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    StepNotAllowed,
    SudoNeeded,
)
from tests.factories.registry import Users

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
DAY = date(2026, 6, 1)
NEXT = DAY + timedelta(days=1)


def actor(*roles, sudo=True, user=None, **more):
    found = user or Users.create()
    for role in roles:
        RoleGrant.objects.get_or_create(user=found, role=role, since=DAY)
    return Actor(
        user_id=found.pk, roles=frozenset({Role.PUBLIC, *roles}), sudo=sudo, **more
    )


@pytest.fixture
def admin():
    return actor(Role.ADMIN)


def open_account(by, **said):
    given = {
        "email": " Lan@Example.VN ",
        "full_name": "Nguyễn Thị Lan",
        **said,
    }
    return actions.create_account(actor=by, at=AT, **given)


def give(by, user_id, role=Role.OFFICER, **said):
    return actions.grant_role(
        actor=by, user_id=user_id, role=role, at=AT, **{"since": DAY, **said}
    )


def lend(by, to, role=Role.OFFICER, **said):
    given = {"since": DAY, "until": DAY + timedelta(days=7), "reason": "Nghỉ phép"}
    return actions.lend_role(
        actor=by, borrower_id=to, role=role, at=AT, **{**given, **said}
    )


def acts(subject):
    return [line.act for line in entries_of(subject)]


def test_an_account_is_opened_with_its_address_in_small_letters(admin):
    user = open_account(admin)
    assert (user.email, user.full_name, user.has_usable_password()) == (
        "lan@example.vn",
        "Nguyễn Thị Lan",
        False,
    )
    assert acts(f"accounts.user:{user.pk}") == ["accounts.create"]


def test_the_record_only_commits_to_the_address_and_the_name(admin):
    user = open_account(admin)
    entry = Entry.objects.get(subject=f"accounts.user:{user.pk}")
    assert "example" not in entry.body
    assert "Lan" not in entry.body


@pytest.mark.parametrize(
    ("said", "field"),
    [({"email": "LAN@example.vn"}, "email"), ({"password": "password"}, "password")],
)
def test_a_taken_address_and_a_weak_password_are_refused(said, field):
    open_account(SYSTEM)
    with pytest.raises(Invalid) as refused:
        open_account(SYSTEM, **{"email": "other@example.vn", **said})
    assert refused.value.field == field
    assert User.objects.filter(email="other@example.vn").count() == 0


def test_no_administrator_sets_another_persons_password(admin):
    with pytest.raises(AccessDenied):
        open_account(admin, password="rất dài và lạ 7")
    assert User.objects.filter(email="lan@example.vn").count() == 0


def test_a_person_is_invited_and_sets_the_own_password(admin):
    user = open_account(admin)
    actions.invite(actor=admin, user_id=user.pk, at=AT)
    person = actor(user=user)
    with pytest.raises(Invalid):
        actions.set_password(actor=person, password="short", by_link=True, at=AT)
    actions.set_password(actor=person, password="rất dài và lạ 7", by_link=True, at=AT)
    user.refresh_from_db()
    assert user.check_password("rất dài và lạ 7")
    subject = f"accounts.user:{user.pk}"
    assert acts(subject) == [
        "accounts.create",
        "accounts.invite",
        "accounts.set_password",
    ]
    assert entries_of(subject)[-1].actor_user_id == user.pk


def test_who_may_not_sign_in_is_not_invited(admin):
    user = open_account(admin)
    actions.set_active(actor=admin, user_id=user.pk, active=False, at=AT)
    with pytest.raises(StepNotAllowed):
        actions.invite(actor=admin, user_id=user.pk, at=AT)
    with pytest.raises(AccessDenied):
        actions.invite(actor=actor(Role.OFFICER), user_id=user.pk, at=AT)


@pytest.mark.parametrize("role", [r for r in Role if r != Role.ADMIN])
def test_only_an_administrator_manages_accounts(role):
    with pytest.raises(AccessDenied):
        open_account(actor(role))


def test_a_role_holds_from_its_first_day_until_the_day_before_its_last(admin):
    user = Users.create()
    give(admin, user.pk, until=DAY + timedelta(days=2))
    held = [
        roles_of(user_id=user.pk, on=DAY + timedelta(days=n))[0] for n in range(-1, 3)
    ]
    officer = frozenset({Role.OFFICER})
    assert held == [frozenset(), officer, officer, frozenset()]


@pytest.mark.usefixtures("admin")
def test_giving_a_role_asks_for_the_password():
    user = Users.create()
    with pytest.raises(SudoNeeded):
        give(actor(Role.ADMIN, sudo=False), user.pk)
    assert user.role_grants.count() == 0


def test_a_role_is_given_once_for_a_day(admin):
    user = Users.create()
    give(admin, user.pk, until=NEXT)
    with pytest.raises(StepNotAllowed):
        give(admin, user.pk)
    give(admin, user.pk, since=NEXT)
    assert user.role_grants.count() == 2


def test_a_role_that_ends_before_it_starts_is_refused(admin):
    with pytest.raises(Invalid) as refused:
        give(admin, Users.create().pk, until=DAY)
    assert refused.value.field == "until"


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (Role.AUDITOR, Role.OFFICER),
        (Role.LEADER, Role.AUDITOR),
        (Role.ADMIN, Role.FINANCE),
        (Role.AUDITOR, Role.ADMIN),
    ],
)
def test_who_audits_or_administers_does_no_official_work_beside_it(admin, held, wanted):
    user = Users.create()
    give(admin, user.pk, held)
    with pytest.raises(StepNotAllowed):
        give(admin, user.pk, wanted)


def test_a_role_ends_on_a_day(admin):
    user = Users.create()
    granted = give(admin, user.pk)
    actions.end_role(actor=admin, grant_id=granted.pk, on=NEXT, at=AT)
    assert roles_of(user_id=user.pk, on=DAY)[0] == {Role.OFFICER}
    assert roles_of(user_id=user.pk, on=NEXT)[0] == frozenset()
    with pytest.raises(StepNotAllowed):
        actions.end_role(actor=admin, grant_id=granted.pk, on=NEXT, at=AT)


def test_a_role_given_by_mistake_is_taken_back_on_the_same_day(admin):
    user = Users.create()
    granted = give(admin, user.pk)
    actions.end_role(actor=admin, grant_id=granted.pk, on=DAY, at=AT)
    assert roles_of(user_id=user.pk, on=DAY)[0] == frozenset()


def test_the_last_administrator_stays(admin):
    granted = RoleGrant.objects.get(user_id=admin.user_id)
    with pytest.raises(StepNotAllowed):
        actions.end_role(actor=admin, grant_id=granted.pk, on=NEXT, at=AT)
    actor(Role.ADMIN)
    actions.end_role(actor=admin, grant_id=granted.pk, on=NEXT, at=AT)


def test_an_account_is_closed_and_opened_again(admin):
    user = Users.create()
    for active in (False, True):
        found = actions.set_active(actor=admin, user_id=user.pk, active=active, at=AT)
        assert found.is_active == active
    assert acts(f"accounts.user:{user.pk}") == ["accounts.close", "accounts.reopen"]
    with pytest.raises(StepNotAllowed):
        actions.set_active(actor=admin, user_id=user.pk, active=True, at=AT)


def test_an_erased_account_is_never_opened_again(admin):
    user = open_account(admin)
    actions.erase_account(actor=admin, user_id=user.pk, basis="Luật 91/2025", at=AT)
    with pytest.raises(StepNotAllowed):
        actions.set_active(actor=admin, user_id=user.pk, active=True, at=AT)


def test_nobody_closes_the_own_account(admin):
    with pytest.raises(StepNotAllowed):
        actions.set_active(actor=admin, user_id=admin.user_id, active=False, at=AT)


def test_an_account_that_is_not_there_is_refused_in_words(admin):
    for act in (
        lambda: give(admin, 10**6),
        lambda: actions.set_active(actor=admin, user_id=10**6, active=False, at=AT),
        lambda: actions.end_role(actor=admin, grant_id=10**6, on=NEXT, at=AT),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_lent_role_holds_between_its_days_and_names_its_lender():
    lender, borrower = actor(Role.OFFICER), Users.create()
    lend(lender, borrower.pk, since=NEXT, until=NEXT + timedelta(days=1))
    held = [roles_of(user_id=borrower.pk, on=DAY + timedelta(days=n)) for n in range(3)]
    nothing = (frozenset(), {})
    assert held == [
        nothing,
        (frozenset({Role.OFFICER}), {Role.OFFICER: lender.user_id}),
        nothing,
    ]


def test_a_lent_role_ends_with_the_lenders_own():
    lender, borrower = actor(Role.OFFICER), Users.create()
    lend(lender, borrower.pk)
    RoleGrant.objects.filter(user_id=lender.user_id).update(until=NEXT)
    assert roles_of(user_id=borrower.pk, on=DAY)[0] == {Role.OFFICER}
    assert roles_of(user_id=borrower.pk, on=NEXT)[0] == frozenset()


def test_a_lent_role_ends_when_the_lenders_account_is_closed():
    lender, borrower = actor(Role.OFFICER), Users.create()
    lend(lender, borrower.pk)
    User.objects.filter(pk=lender.user_id).update(is_active=False)
    assert roles_of(user_id=borrower.pk, on=DAY)[0] == frozenset()


def test_an_auditor_borrows_no_official_role():
    lender, auditor = actor(Role.OFFICER), actor(Role.AUDITOR)
    lend(lender, auditor.user_id)
    assert roles_of(user_id=auditor.user_id, on=DAY)[0] == {Role.AUDITOR}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"role": Role.LEADER}, "role"),
        ({"role": Role.EXPERT}, "role"),
        ({"until": DAY}, "until"),
        ({"to": 10**6}, "borrower"),
        ({"to": "self"}, "borrower"),
    ],
)
def test_what_cannot_be_lent_is_refused_at_its_field(said, field):
    lender = actor(Role.OFFICER, Role.EXPERT)
    to = said.pop("to", None) or Users.create().pk
    with pytest.raises(Invalid) as refused:
        lend(lender, lender.user_id if to == "self" else to, **said)
    assert refused.value.field == field
    assert Delegation.objects.count() == 0


def test_a_borrowed_role_is_not_lent_on():
    borrower = actor(Role.OFFICER, on_behalf={Role.OFFICER: 1})
    with pytest.raises(Invalid):
        lend(borrower, Users.create().pk)


def test_lending_asks_for_the_password():
    with pytest.raises(SudoNeeded):
        lend(actor(Role.OFFICER, sudo=False), Users.create().pk)


def test_the_lender_takes_the_role_back_and_strangers_know_nothing_of_it():
    lender, borrower = actor(Role.OFFICER), Users.create()
    lent = lend(lender, borrower.pk)
    for stranger in (actor(Role.LEADER), PUBLIC):
        with pytest.raises(NotFound):
            actions.revoke_delegation(actor=stranger, delegation_id=lent.pk, at=AT)
    with pytest.raises(AccessDenied):
        actions.revoke_delegation(
            actor=actor(user=borrower), delegation_id=lent.pk, at=AT
        )
    actions.revoke_delegation(actor=lender, delegation_id=lent.pk, at=AT)
    assert roles_of(user_id=borrower.pk, on=DAY)[0] == frozenset()
    with pytest.raises(StepNotAllowed):
        actions.revoke_delegation(actor=lender, delegation_id=lent.pk, at=AT)
    assert acts(f"accounts.user:{borrower.pk}") == [
        "accounts.lend_role",
        "accounts.revoke_delegation",
    ]


def test_a_view_is_kept_under_its_name_once_and_is_its_owners_alone():
    me, other = actor(Role.OFFICER), actor(Role.OFFICER)
    for query in ("q=a", "q=b"):
        view = actions.save_view(
            actor=me, page=reverse("home"), name=" Của tôi ", query=query
        )
    assert list(SavedView.objects.values_list("name", "query")) == [("Của tôi", "q=b")]
    with pytest.raises(NotFound):
        actions.delete_view(actor=other, view_id=view.pk)
    assert actions.delete_view(actor=me, view_id=view.pk) == reverse("home")


def test_a_view_without_a_name_and_a_view_of_nobody_are_refused():
    with pytest.raises(Invalid):
        actions.save_view(actor=actor(), page="/", name=" ", query="")
    with pytest.raises(AccessDenied):
        actions.save_view(actor=PUBLIC, page="/", name="x", query="")


def test_the_system_opens_the_first_accounts():
    user = open_account(SYSTEM)
    give(SYSTEM, user.pk, Role.ADMIN)
    assert roles_of(user_id=user.pk, on=DAY) == (frozenset({Role.ADMIN}), {})
