"""Who is this person just now?"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from opensti.domains.accounts.choices import ERASED, LENDABLE, clash
from opensti.domains.accounts.models import (
    ApiToken,
    Delegation,
    RoleGrant,
    SavedView,
    User,
)
from opensti.kernel.access import Role, get_visible, visible
from opensti.kernel.erasures import Erasure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, timedelta

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text


def roles_of(*, user_id: int, on: date) -> tuple[frozenset[Role], dict[Role, int]]:
    """Return a person's roles on a day, and for lent ones who lent them; 2 queries.

    A lent role holds only while the lender holds it too and has an open account, and
    never beside a role that must stay apart from it.
    """
    running = Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))
    lent = list(
        Delegation.objects.filter(
            borrower_id=user_id,
            since__lte=on,
            until__gt=on,
            revoked_at=None,
            lender__is_active=True,
        ).values_list("role", "lender_id")
    )
    people = {user_id, *(lender for _role, lender in lent)}
    held: dict[int, set[str]] = defaultdict(set)
    for owner, role in RoleGrant.objects.filter(
        running, user_id__in=people
    ).values_list("user_id", "role"):
        held[owner].add(role)
    own = {Role(role) for role in held[user_id]}
    borrowed = {
        Role(role): lender
        for role, lender in lent
        if role in held[lender] and Role(role) not in own and not clash(Role(role), own)
    }
    return frozenset(own | set(borrowed)), borrowed


def accounts(actor: Actor) -> QuerySet[User]:
    return visible(
        actor, User.objects.prefetch_related("role_grants").order_by("email")
    )


def account(actor: Actor, user_id: int) -> User:
    return get_visible(actor, User.objects.prefetch_related("role_grants"), pk=user_id)


def delegations(actor: Actor) -> QuerySet[Delegation]:
    return visible(
        actor,
        Delegation.objects.select_related("lender", "borrower").order_by("-since"),
    )


def colleagues(actor: Actor) -> QuerySet[User]:
    """The staff without the person: who may be lent a role."""
    return (
        User.objects.filter(
            is_active=True,
            role_grants__role__in=LENDABLE,
        )
        .exclude(pk=actor.account_id)
        .distinct()
        .order_by("full_name")
    )


def saved_views(actor: Actor, page: str) -> QuerySet[SavedView]:
    return visible(actor, SavedView.objects.filter(page=page).order_by("name"))


def emails_by_id(user_ids: set[int]) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "email"))


def names_by_id(user_ids: set[int]) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "full_name"))


def holders_of(role: Role, on: date) -> list[int]:
    """User ids who hold a role on a day, for notices."""
    return list(
        RoleGrant.objects.filter(role=role, since__lte=on)
        .filter(Q(until=None) | Q(until__gt=on))
        .values_list("user_id", flat=True)
        .order_by("user_id")
        .distinct()
    )


def administrators(on: date) -> list[int]:
    """Open accounts that may manage accounts on a day."""
    open_ones = User.objects.filter(pk__in=holders_of(Role.ADMIN, on), is_active=True)
    return list(open_ones.values_list("pk", flat=True))


def are_erased(user_ids: Iterable[int]) -> bool:
    """Whether none of these accounts tells anything of its person any more; 1 query."""
    rows = User.objects.filter(pk__in=[*user_ids])
    return not rows.exclude(email__endswith=ERASED).exists()


def is_erased(user: User) -> bool:
    """Whether this account tells nothing of its person any more; no query."""
    return user.email.endswith(ERASED)


def account_erasure(user: User) -> Erasure:
    """What is told of an erased account outside the database: nothing of its person."""
    joined = user.date_joined.astimezone(UTC).isoformat(timespec="milliseconds")
    return Erasure(kind="account", id=user.pk, mark=joined)


def erased_accounts() -> list[Erasure]:
    """Every account that was erased, in numbers; 1 query."""
    rows = User.objects.filter(email__endswith=ERASED).order_by("pk")
    return [account_erasure(user) for user in rows]


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """The keys of programs that act for the person; administrators see everybody's."""
    return visible(actor, ApiToken.objects.select_related("user")).order_by(
        "-issued_at", "-pk"
    )


def token_holder(text: str, on: date) -> ApiToken | None:
    """The key a program showed, with its owner, if both may still act on a day."""
    digest = sha256(text.encode()).hexdigest()
    return (
        ApiToken.objects.select_related("user")
        .filter(digest=digest, revoked_at=None, until__gt=on, user__is_active=True)
        .first()
    )


def why_no_token(text: str, on: date) -> Text:
    """Why a key that a program showed may not act on a day; 1 query.

    Whoever shows a key that was good once holds its secret, and may know what became of it.
    """
    digest = sha256(text.encode()).hexdigest()
    held = ApiToken.objects.filter(digest=digest).first()
    if held is None:
        return _("There is no such key.")
    if held.revoked_at is not None:
        return _("This key was taken back.")
    if held.until <= on:
        return _("This key ended on %(day)s.") % {"day": f"{held.until:%d/%m/%Y}"}
    return _("The account that this key acts for is closed.")


def tokens_ending(on: date, within: timedelta) -> list[ApiToken]:
    """Keys in use that end soon and whose owners were not told yet; 1 query."""
    rows = ApiToken.objects.select_related("user").filter(
        revoked_at=None,
        until__gt=on,
        until__lte=on + within,
        reminded_on=None,
        user__is_active=True,
    )
    return list(rows.order_by("user_id", "until", "pk"))


def account_by_id(user_id: int) -> User:
    """Return an account for the system's own use (a job works for somebody)."""
    return User.objects.get(pk=user_id)


def account_by_email(email: str) -> User | None:
    """The active account that signs in with an address, for commands; 1 query."""
    return User.objects.filter(email__iexact=email.strip(), is_active=True).first()


def any_account() -> bool:
    """Say whether anybody has an account yet."""
    return User.objects.exists()
