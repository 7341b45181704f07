"""May this person do this, see this? One question, asked one way, everywhere.

A domain's ``permissions.py`` states its rules: ``grant`` says who may do an act,
``sees`` says which rows of a table a person may know of. Actions call ``require``,
pages ``may``; lists, counts, search, files, exports and the API go through
``visible``. A rule carries the sentence that tells a refused person why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.kernel.refusals import AccessDenied, NotFound, SudoNeeded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import Model, QuerySet

    from opensti.kernel.refusals import Text

M = TypeVar("M", bound="Model")


class Role(StrEnum):
    """In which capacity a person acts."""

    PUBLIC = "public"
    APPLICANT = "applicant"
    MANAGER = "manager"
    EXPERT = "expert"
    SECRETARY = "secretary"
    OFFICER = "officer"
    LEADER = "leader"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMIN = "admin"


ROLE_LABELS: dict[Role, Text] = {
    Role.PUBLIC: _("public"),
    Role.APPLICANT: _("applicant"),
    Role.MANAGER: _("organisation manager"),
    Role.EXPERT: _("expert"),
    Role.SECRETARY: _("council secretary"),
    Role.OFFICER: _("programme officer"),
    Role.LEADER: _("agency leader"),
    Role.FINANCE: _("finance officer"),
    Role.AUDITOR: _("auditor"),
    Role.ADMIN: _("system administrator"),
}
STAFF = frozenset({Role.SECRETARY, Role.OFFICER, Role.LEADER, Role.FINANCE})


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person at one moment: own and delegated roles, organisations, confirmation.

    ``on_behalf`` maps a delegated role to the user who lent it. ``reads_only`` is whoever
    acts by a key that only reads. Built once per request, so a rule costs no query.
    """

    user_id: int | None = None
    name: str = ""
    roles: frozenset[Role] = frozenset({Role.PUBLIC})
    person_id: int | None = None
    member_of: frozenset[int] = frozenset()
    manages: frozenset[int] = frozenset()
    on_behalf: Mapping[Role, int] = field(default_factory=dict, hash=False)
    sudo: bool = False
    reads_only: bool = False

    @property
    def is_authenticated(self) -> bool:
        return self.user_id is not None

    @property
    def account_id(self) -> int:
        """The account that acts; raises ``AccessDenied`` when nobody is signed in."""
        if self.user_id is None:
            raise AccessDenied(_("You are not signed in."))
        return self.user_id

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


PUBLIC = Actor()
SYSTEM = Actor(name="system")


@dataclass(frozen=True)
class Verdict:
    """Yes, or no with the reason and who could."""

    allowed: bool
    reason: Text = ""
    who: Text = ""

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class Predicate:
    """A test that can be joined with ``&``, ``|`` and turned round with ``~``."""

    test: Callable[[Actor, Any], bool]
    reason: Text
    who: Text = ""
    parts: tuple[str, Predicate, Predicate] | None = None

    def __call__(self, actor: Actor, thing: Any = None) -> Verdict:
        if self.parts is None:
            if self.test(actor, thing):
                return Verdict(allowed=True)
            return Verdict(allowed=False, reason=self.reason, who=self.who)
        kind, left, right = self.parts
        first = left(actor, thing)
        if kind == "and":
            return right(actor, thing) if first else first
        if first:
            return first
        second = right(actor, thing)
        return second or first

    def __and__(self, other: Predicate) -> Predicate:
        return Predicate(self.test, self.reason, self.who, ("and", self, other))

    def __or__(self, other: Predicate) -> Predicate:
        return Predicate(self.test, self.reason, self.who, ("or", self, other))

    def __invert__(self) -> Predicate:
        return Predicate(
            lambda actor, thing: not self(actor, thing), _("The opposite is required.")
        )


def rule(
    reason: Text, *, who: Text = ""
) -> Callable[[Callable[[Actor, Any], bool]], Predicate]:
    """Make a predicate of a function; ``reason`` is the sentence said on refusal."""

    def make(test: Callable[[Actor, Any], bool]) -> Predicate:
        return Predicate(test, reason, who)

    return make


class RoleList:
    """Role names joined for a reader, in the reader's language."""

    def __init__(self, roles: tuple[Role, ...]) -> None:
        self.roles = roles

    def __str__(self) -> str:
        return ", ".join(str(ROLE_LABELS[r]) for r in self.roles)


def has_role(*roles: Role) -> Predicate:
    ordered = tuple(role for role in Role if role in roles)
    return Predicate(
        lambda actor, _thing: actor.has(*roles),
        _("Your role does not include this."),
        RoleList(ordered),  # type: ignore[arg-type]
    )


signed_in = Predicate(
    lambda actor, _thing: actor.is_authenticated, _("You are not signed in.")
)
anyone = Predicate(lambda _actor, _thing: True, "")
nobody = Predicate(lambda _actor, _thing: False, _("Nobody may do this."))
confirmed = Predicate(
    lambda actor, _thing: actor.sudo or actor is SYSTEM,
    _("This act asks for your password once more."),
)

_granted: dict[str, Predicate] = {}
_dangerous: set[str] = set()
_reading: set[str] = set()
_seen: dict[type[Model], Callable[[Actor], Q]] = {}


def grant(
    permission: str,
    predicate: Predicate,
    *,
    dangerous: bool = False,
    reads: bool = False,
) -> None:
    """State who may do an act.

    ``dangerous`` also asks for the password again; ``reads`` changes nothing in the
    ministry's work, so an auditor may be allowed it. Raises ``ValueError`` for a name
    that was granted already: the later rule would replace the earlier in silence.
    """
    if permission in _granted:
        message = f"the permission {permission!r} is granted twice"
        raise ValueError(message)
    _granted[permission] = predicate
    if reads:
        _reading.add(permission)
    if dangerous:
        _dangerous.add(permission)


def sees(model: type[Model], where: Callable[[Actor], Q]) -> None:
    """State which rows of ``model`` a person may know of: the only place."""
    _seen[model] = where


def permissions() -> dict[str, Predicate]:
    """Every permission that exists, for the handbook and the tests."""
    return dict(_granted)


def may(actor: Actor, permission: str, thing: Any = None) -> Verdict:
    """Return the verdict; an unknown permission is a fault of the program.

    An auditor reads everything and writes nothing, whatever else the person may be.
    The system itself (jobs, loading of regimes) may do all: its acts are started by
    nobody's click.
    """
    predicate = _granted[permission]
    if actor is SYSTEM:
        return Verdict(allowed=True)
    if actor.reads_only and permission not in _reading:
        return Verdict(
            allowed=False,
            reason=_("This key only reads."),
            who=_("a key that may act: its owner makes one on the page of keys"),
        )
    if actor.has(Role.AUDITOR) and permission not in _reading:
        return Verdict(
            allowed=False, reason=_("An auditor reads everything and writes nothing.")
        )
    return predicate(actor, thing)


def require(actor: Actor, permission: str, thing: Any = None) -> None:
    verdict = may(actor, permission, thing)
    if not verdict:
        raise AccessDenied(verdict.reason, who=verdict.who)
    if permission in _dangerous and not confirmed(actor):
        raise SudoNeeded(confirmed.reason)


def visible(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """Narrow ``rows`` to those the person may know of."""
    if actor is SYSTEM:
        return rows
    return rows.filter(_seen[rows.model](actor))


def get_visible(actor: Actor, rows: QuerySet[M], **lookup: Any) -> M:
    """Return the one row, or ``NotFound`` whether it is absent or hidden."""
    # In no order: to sort one row costs more than to find it.
    found = next(iter(visible(actor, rows).filter(**lookup).order_by()[:1]), None)
    if found is None:
        raise NotFound
    return found


NOTHING = Q(pk__in=[])
EVERYTHING = Q()
