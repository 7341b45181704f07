"""What can be done to an account, a role and a delegation."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.choices import ACT, ERASED, LENDABLE, SCOPES, clash
from opensti.domains.accounts.events import AccountErased, KeysTakenBack
from opensti.domains.accounts.models import (
    ApiToken,
    Delegation,
    RoleGrant,
    SavedView,
    User,
)
from opensti.domains.accounts.queries import (
    account_erasure,
    administrators,
    are_erased,
)
from opensti.kernel.access import ROLE_LABELS, SYSTEM, Role, get_visible, require
from opensti.kernel.erasures import keep_erasure
from opensti.kernel.events import publish
from opensti.kernel.files.actions import forget_uploader
from opensti.kernel.jobs.actions import forget_actor
from opensti.kernel.letters import forget_letters
from opensti.kernel.record.actions import erase_secrets, record
from opensti.kernel.refusals import AccessDenied, Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from opensti.kernel.access import Actor
    from opensti.kernel.erasures import Erasure

AGAIN = "Erased before, and again after a restore."
LONGEST_KEY = timedelta(days=366)
USE_NOTED = timedelta(hours=1)


def _account(actor: Actor, user_id: int) -> User:
    return get_visible(actor, User.objects.select_for_update(), pk=user_id)


def _require_another_administrator(user_id: int, on: date) -> None:
    if not set(administrators(on)) - {user_id}:
        raise StepNotAllowed(
            _("This is the last administrator."),
            mend=_("Give another person the role first."),
        )


@transaction.atomic
def create_account(
    *,
    actor: Actor,
    email: str,
    full_name: str,
    at: datetime,
    password: str | None = None,
    language: str = "vi",
) -> User:
    """Open an account; the person sets the password by a link (``invite``).

    Only the system itself hands a password over: at the terminal of who sets up the
    house, and for the demonstration. Raises ``AccessDenied``, or ``Invalid`` when the
    address is taken or the password weak.
    """
    require(actor, "accounts.manage")
    if password is not None and actor is not SYSTEM:
        raise AccessDenied(_("Nobody sets another person's password."))
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise Invalid(
            [
                Problem(
                    field="email",
                    message=_("An account with this e-mail address exists already."),
                    mend=_("Open the existing account instead."),
                )
            ]
        )
    user = User(
        username=email, email=email, full_name=full_name.strip(), language=language
    )
    if password is not None:
        _require_strong(password, user)
    user.set_password(password)
    user.save()
    record(
        actor=actor,
        act="accounts.create",
        subject=f"accounts.user:{user.pk}",
        at=at,
        secret={"email": email, "full_name": user.full_name},
    )
    return user


def _require_strong(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(
            [Problem(field="password", message=m) for m in error.messages]
        ) from error


@transaction.atomic
def invite(*, actor: Actor, user_id: int, at: datetime) -> User:
    """Say that a link to set the password goes to the person's address.

    The link is made and mailed by the caller, who shows it to nobody. One who has never
    had a password loses the links sent before. Raises ``AccessDenied``, ``StepNotAllowed``.
    """
    require(actor, "accounts.manage")
    user = _account(actor, user_id)
    if not user.is_active:
        raise StepNotAllowed(
            _("The account is closed."), mend=_("Open the account again first.")
        )
    if not user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])
    record(
        actor=actor, act="accounts.invite", subject=f"accounts.user:{user.pk}", at=at
    )
    return user


@transaction.atomic
def set_password(*, actor: Actor, password: str, by_link: bool, at: datetime) -> User:
    """Keep the password a person chose for the own account; other sessions end by it."""
    user = User.objects.select_for_update().get(pk=actor.account_id)
    _require_strong(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    _take_keys_back(user, at)
    record(
        actor=actor,
        act="accounts.set_password",
        subject=f"accounts.user:{user.pk}",
        at=at,
        detail={"by_link": by_link},
    )
    return user


@transaction.atomic
def grant_role(
    *,
    actor: Actor,
    user_id: int,
    role: Role,
    since: date,
    at: datetime,
    until: date | None = None,
    reason: str = "",
) -> RoleGrant:
    """Give a role from a day on. Raises ``AccessDenied``, ``SudoNeeded``, ``StepNotAllowed``."""
    require(actor, "accounts.grant_role")
    user = _account(actor, user_id)
    if until is not None and until <= since:
        raise Invalid(
            [Problem(field="until", message=_("The end must be after the start."))]
        )
    later = Q(until=None) | Q(until__gt=since)
    earlier = Q() if until is None else Q(since__lt=until)
    held = {
        Role(name)
        for name in user.role_grants.filter(later, earlier).values_list(
            "role", flat=True
        )
    }
    if role in held:
        raise StepNotAllowed(_("This person holds this role already."))
    apart = clash(role, held)
    if apart:
        raise StepNotAllowed(
            _("Nobody holds this role together with: %(roles)s.")
            % {"roles": ", ".join(str(ROLE_LABELS[r]) for r in sorted(apart))},
            mend=_("End the other role first, or choose another person."),
        )
    granted = RoleGrant.objects.create(
        user=user,
        role=role,
        since=since,
        until=until,
        granted_by_id=actor.user_id,
        reason=reason,
    )
    record(
        actor=actor,
        act="accounts.grant_role",
        subject=f"accounts.user:{user.pk}",
        at=at,
        detail={"role": str(role), "since": since.isoformat(), "reason": reason},
    )
    return granted


@transaction.atomic
def end_role(*, actor: Actor, grant_id: int, on: date, at: datetime) -> RoleGrant:
    """End a role on a day; that day no longer counts.

    A role that has not begun by then is taken back whole. The last administrator's
    cannot end: nobody could give it again.
    """
    require(actor, "accounts.grant_role")
    granted = get_visible(actor, RoleGrant.objects.select_for_update(), pk=grant_id)
    if granted.until is not None and granted.until <= on:
        raise StepNotAllowed(_("This role has ended already."))
    if granted.role == Role.ADMIN:
        _require_another_administrator(granted.user_id, on)
    granted.until = max(on, granted.since)
    granted.save(update_fields=["until"])
    record(
        actor=actor,
        act="accounts.end_role",
        subject=f"accounts.user:{granted.user_id}",
        at=at,
        detail={"role": granted.role, "until": granted.until.isoformat()},
    )
    return granted


def _take_keys_back(user: User, at: datetime) -> None:
    """What opens without a password holds no longer than the one it was made with.

    Keys of programs here; calendar links and the like follow (``KeysTakenBack``).
    """
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    publish(KeysTakenBack(user_id=user.pk, at=at))


@transaction.atomic
def set_active(*, actor: Actor, user_id: int, active: bool, at: datetime) -> User:
    """Close an account, or open it again; nothing is deleted."""
    require(actor, "accounts.manage")
    user = _account(actor, user_id)
    if user.pk == actor.user_id:
        raise StepNotAllowed(
            _("You cannot close your own account."),
            mend=_("Ask another administrator."),
        )
    if user.email.endswith(ERASED):
        raise StepNotAllowed(
            _("This account was erased: nobody signs in by it again."),
            mend=_("Open a new account."),
        )
    if user.is_active == active:
        raise StepNotAllowed(_("The account is in this state already."))
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        _take_keys_back(user, at)
    record(
        actor=actor,
        act="accounts.reopen" if active else "accounts.close",
        subject=f"accounts.user:{user.pk}",
        at=at,
    )
    return user


@transaction.atomic
def erase_account(*, actor: Actor, user_id: int, basis: str, at: datetime) -> User:
    """Erase what an account tells of its person; it is closed, and its number stays.

    Roles end, keys, saved views, addresses and second factors are deleted, and with them
    what the record only commits to, the name on files and jobs, letters kept as files.
    Other domains forget the owner by ``AccountErased``. Raises ``AccessDenied``,
    ``Invalid`` without a legal basis, ``StepNotAllowed`` for one's own account and the
    last administrator's.
    """
    require(actor, "accounts.erase")
    if not basis.strip():
        raise Invalid([Problem(field="basis", message=_("State the legal basis."))])
    user = _account(actor, user_id)
    if user.pk == actor.user_id:
        raise StepNotAllowed(
            _("You cannot erase your own account."),
            mend=_("Ask another administrator."),
        )
    today = localdate(at)
    if user.pk in administrators(today):
        _require_another_administrator(user.pk, today)
    _take_keys_back(user, at)
    held = RoleGrant.objects.filter(user=user)
    held.filter(Q(until=None) | Q(until__gt=today)).update(
        until=Greatest("since", Value(today))
    )
    held.update(reason="")
    lent = Delegation.objects.filter(Q(lender=user) | Q(borrower=user))
    lent.filter(revoked_at=None).update(revoked_at=at)
    lent.update(reason="")
    ApiToken.objects.filter(user=user).delete()
    SavedView.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    forget_uploader(user_id=user.pk)
    forget_actor(user_id=user.pk)
    address = user.email
    transaction.on_commit(lambda: forget_letters([address]))
    # Half-drawn pages and counters of the sign-in; whoever needs them makes them anew.
    transaction.on_commit(cache.clear)
    user.username = f"erased-{user.pk}"
    user.email = f"{user.username}{ERASED}"
    user.full_name = f"(#{user.pk})"
    user.phone = ""
    user.last_login = None
    user.is_active = False
    user.set_unusable_password()
    user.save()
    subject = f"accounts.user:{user.pk}"
    erase_secrets(actor=actor, subjects=[subject], at=at, basis=basis)
    record(actor=actor, act="accounts.erase", subject=subject, at=at, basis=basis)
    publish(
        AccountErased(actor=actor, user_id=user.pk, address=address, basis=basis, at=at)
    )
    keep_erasure(account_erasure(user))
    return user


def erase_account_again(*, erasure: Erasure, at: datetime) -> bool:
    """After a restore: erase what was erased before; whether there was anything to erase."""
    user = User.objects.filter(pk=erasure.id).first()
    if user is None or account_erasure(user) != erasure or are_erased([user.pk]):
        return False
    erase_account(actor=SYSTEM, user_id=user.pk, basis=AGAIN, at=at)
    return True


@transaction.atomic
def lend_role(
    *,
    actor: Actor,
    borrower_id: int,
    role: Role,
    since: date,
    until: date,
    reason: str,
    at: datetime,
) -> Delegation:
    """Lend one's own role to a colleague between two days (``until`` not included).

    Raises ``AccessDenied`` for a role the lender does not hold in his own right.
    """
    require(actor, "accounts.lend_role")
    problems = []
    if role not in LENDABLE or role not in actor.roles or role in actor.on_behalf:
        problems.append(
            Problem(
                field="role",
                message=_("You can lend only an official role that you hold yourself."),
            )
        )
    if until <= since:
        problems.append(
            Problem(field="until", message=_("The end must be after the start."))
        )
    if borrower_id == actor.user_id:
        problems.append(
            Problem(field="borrower", message=_("Choose another person than yourself."))
        )
    if not User.objects.filter(pk=borrower_id, is_active=True).exists():
        problems.append(
            Problem(field="borrower", message=_("This person has no open account."))
        )
    if problems:
        raise Invalid(problems)
    delegation = Delegation.objects.create(
        lender_id=actor.account_id,
        borrower_id=borrower_id,
        role=role,
        since=since,
        until=until,
        reason=reason,
    )
    record(
        actor=actor,
        act="accounts.lend_role",
        subject=f"accounts.user:{borrower_id}",
        at=at,
        detail={
            "role": str(role),
            "since": since.isoformat(),
            "until": until.isoformat(),
            "reason": reason,
        },
    )
    return delegation


@transaction.atomic
def revoke_delegation(*, actor: Actor, delegation_id: int, at: datetime) -> Delegation:
    """Take a lent role back at once; the lender or an administrator."""
    delegation = get_visible(
        actor, Delegation.objects.select_for_update(), pk=delegation_id
    )
    if delegation.lender_id != actor.user_id:
        require(actor, "accounts.manage")
    if delegation.revoked_at is not None:
        raise StepNotAllowed(_("This delegation was taken back already."))
    delegation.revoked_at = at
    delegation.save(update_fields=["revoked_at"])
    record(
        actor=actor,
        act="accounts.revoke_delegation",
        subject=f"accounts.user:{delegation.borrower_id}",
        at=at,
        detail={"role": delegation.role},
    )
    return delegation


@transaction.atomic
def issue_token(
    *,
    actor: Actor,
    name: str,
    until: date,
    confirms: bool,
    at: datetime,
    reads_only: bool = False,
    scopes: Collection[str] | None = None,
) -> tuple[ApiToken, str]:
    """Make a key with which a program acts as oneself; its text is returned this once.

    It lasts at most a year, and not longer than the account. With ``reads_only`` it takes
    no act, and so cannot be one that ``confirms``. ``scopes`` say what it is good for, of
    all that the owner may; none given: all of it. Raises ``Invalid``.
    """
    require(actor, "accounts.issue_token")
    problems = []
    if not name.strip():
        problems.append(Problem(field="name", message=_("Say what the key is for.")))
    today = localdate(at)
    if not today < until <= today + LONGEST_KEY:
        problems.append(
            Problem(
                field="until",
                message=_("A key lasts from tomorrow on, and at most a year."),
            )
        )
    if reads_only and confirms:
        problems.append(
            Problem(
                field="confirms",
                message=_("A key that only reads takes no act."),
                mend=_("Choose one of the two."),
            )
        )
    problems += _scope_problems(scopes, reads_only=reads_only)
    if problems:
        raise Invalid(problems)
    kept = None if scopes is None else sorted(set(scopes))
    text = f"opensti_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user_id=actor.account_id,
        name=name.strip()[:100],
        digest=sha256(text.encode()).hexdigest(),
        confirms=confirms,
        reads_only=reads_only,
        scopes=kept,
        issued_at=at,
        until=until,
    )
    record(
        actor=actor,
        act="accounts.issue_token",
        subject=f"accounts.user:{actor.account_id}",
        at=at,
        detail={
            "token": token.pk,
            "until": until.isoformat(),
            "confirms": confirms,
            "reads_only": reads_only,
            **({} if kept is None else {"scopes": kept}),
        },
        secret={"name": token.name},  # typed by the person: it can be erased
    )
    return token, text


def _scope_problems(
    scopes: Collection[str] | None, *, reads_only: bool
) -> list[Problem]:
    if scopes is None:
        return []
    if not scopes:
        return [
            Problem(
                field="scopes",
                message=_("Say what the key may be used for."),
                mend=_("Choose at least one use."),
            )
        ]
    problems = [
        Problem(
            field="scopes",
            message=_("“%(value)s” is none of the choices.") % {"value": scope},
            mend=_("Use one of: %(known)s.") % {"known": ", ".join(SCOPES)},
        )
        for scope in scopes
        if scope not in SCOPES
    ]
    if reads_only and any(scope.startswith(ACT) for scope in scopes):
        problems.append(
            Problem(
                field="scopes",
                message=_("A key that only reads takes no act."),
                mend=_("Choose one of the two."),
            )
        )
    return problems


@transaction.atomic
def note_token_use(*, token_id: int, at: datetime) -> bool:
    """Keep when a key was last used, to the hour: no request waits to write this."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at - USE_NOTED)
    return bool(ApiToken.objects.filter(stale, pk=token_id).update(last_used_at=at))


@transaction.atomic
def mark_reminded(*, token_ids: Collection[int], at: datetime) -> int:
    """Keep that the owners were told that their keys end soon."""
    return ApiToken.objects.filter(pk__in=token_ids).update(reminded_on=localdate(at))


@transaction.atomic
def revoke_token(*, actor: Actor, token_id: int, at: datetime) -> ApiToken:
    """Take a key back at once; its owner or an administrator."""
    token = get_visible(actor, ApiToken.objects.select_for_update(), pk=token_id)
    if token.user_id != actor.user_id:
        require(actor, "accounts.manage")
    if token.revoked_at is not None:
        raise StepNotAllowed(_("This key was taken back already."))
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    record(
        actor=actor,
        act="accounts.revoke_token",
        subject=f"accounts.user:{token.user_id}",
        at=at,
        detail={"token": token.pk},
    )
    return token


@transaction.atomic
def save_view(*, actor: Actor, page: str, name: str, query: str) -> SavedView:
    """Keep a list's filters and columns under a name; the same name is replaced."""
    require(actor, "accounts.save_view")
    if not name.strip():
        raise Invalid([Problem(field="name", message=_("Give the view a name."))])
    view, _created = SavedView.objects.update_or_create(
        user_id=actor.account_id,
        page=page[:100],
        name=name.strip()[:100],
        defaults={"query": query[:4000]},
    )
    return view


@transaction.atomic
def delete_view(*, actor: Actor, view_id: int) -> str:
    """Forget a saved view; returns the page it belonged to."""
    view = get_visible(actor, SavedView.objects.all(), pk=view_id)
    page = view.page
    view.delete()
    return page


@transaction.atomic
def choose_language(*, actor: Actor, language: str) -> None:
    """Remember the language of letters to this person; unknown codes change nothing."""
    if actor.user_id is not None and language in ("vi", "en"):
        User.objects.filter(pk=actor.user_id).update(language=language)
