"""Who may know of whom in the registry, and who keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.choices import OrganisationStatus
from opensti.domains.registry.models import (
    Code,
    Degree,
    DismissedPair,
    ImportRun,
    Membership,
    Merge,
    Organisation,
    OrganisationLink,
    OrganisationName,
    Person,
    Position,
    Relation,
    Work,
)
from opensti.kernel.access import (
    EVERYTHING,
    NOTHING,
    STAFF,
    Role,
    grant,
    has_role,
    rule,
    sees,
    signed_in,
)

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

KEEPERS = (Role.OFFICER, Role.SECRETARY)
_WHO = _("a programme officer or the organisation's manager")


def _open_positions() -> Q:
    return Q(until=None) | Q(until__gt=TruncDate(Now()))


@rule(_("You do not manage this organisation."), who=_WHO)
def manages_it(actor: Actor, organisation: Any) -> bool:
    return organisation is not None and organisation.pk in actor.manages


@rule(_("This is not your own entry."), who=_WHO)
def is_oneself(actor: Actor, person: Any) -> bool:
    if person is None or not actor.is_authenticated:
        return False
    return bool(person.pk == actor.person_id or person.user_id == actor.user_id)


@rule(_("This person does not work in an organisation that you manage."), who=_WHO)
def manages_the_person(actor: Actor, person: Any) -> bool:
    if person is None or not actor.manages:
        return False
    return (
        Position.objects.filter(
            _open_positions(), person_id=person.pk, organisation_id__in=actor.manages
        ).exists()
        # one who has no position yet may be given one by the manager who entered him
        or (
            person.user_id is None
            and not person.is_expert
            and not Position.objects.filter(person_id=person.pk).exists()
        )
    )


@rule(_("You do not work in the same organisation."), who=_WHO)
def is_colleague(actor: Actor, person: Any) -> bool:
    if person is None or not actor.member_of:
        return False
    return Position.objects.filter(
        _open_positions(), person_id=person.pk, organisation_id__in=actor.member_of
    ).exists()


grant("registry.create_organisation", has_role(*KEEPERS))
grant("registry.edit_organisation", has_role(*KEEPERS) | manages_it)
# What the ministry alone states: whose it is, what became of it.
grant("registry.set_status", has_role(*KEEPERS))
grant("registry.create_person", has_role(*KEEPERS, Role.MANAGER))
grant("registry.edit_person", has_role(*KEEPERS) | is_oneself | manages_the_person)
grant("registry.erase_person", has_role(Role.OFFICER), dangerous=True)
grant("registry.link_account", has_role(Role.OFFICER, Role.ADMIN))
grant("registry.place_people", has_role(*KEEPERS) | manages_it)
grant("registry.declare_relation", has_role(*KEEPERS) | is_oneself)
grant("registry.set_membership", has_role(Role.OFFICER, Role.ADMIN) | manages_it)
grant("registry.merge", has_role(*KEEPERS))
grant("registry.list_people", signed_in, reads=True)
grant("registry.see_merges", has_role(*KEEPERS, Role.AUDITOR), reads=True)
grant("registry.import", has_role(*KEEPERS))
grant("registry.see_imports", has_role(*KEEPERS, Role.AUDITOR), reads=True)
grant("registry.save_code", has_role(*KEEPERS))
grant(
    "registry.see_contact",
    has_role(*STAFF, Role.AUDITOR) | is_oneself | is_colleague,
    reads=True,
)
grant("registry.see_private", has_role(*STAFF, Role.AUDITOR) | is_oneself, reads=True)


def _organisations(actor: Actor) -> Q:
    if actor.has(*STAFF, Role.AUDITOR):
        return EVERYTHING
    known = Q(status=OrganisationStatus.ACTIVE, merged_into=None)
    return known | Q(pk__in=actor.member_of) if actor.member_of else known


def _links(actor: Actor) -> Q:
    """A link is known to who may know of both its ends."""
    if actor.has(*STAFF, Role.AUDITOR):
        return EVERYTHING
    known = Organisation.objects.filter(_organisations(actor)).values("pk")
    return Q(organisation_id__in=known) & Q(other_id__in=known)


def _people(actor: Actor) -> Q:
    if actor.has(*STAFF, Role.AUDITOR):
        return EVERYTHING
    if not actor.is_authenticated:
        return NOTHING
    own = Q(user_id=actor.user_id)
    if actor.member_of:
        colleagues = Position.objects.filter(
            _open_positions(), organisation_id__in=actor.member_of
        )
        own |= Q(pk__in=colleagues.values("person_id"), merged_into=None)
    return own


def _of_people(actor: Actor) -> Q:
    """Rows that belong to a person are known with the person."""
    if actor.has(*STAFF, Role.AUDITOR):
        return EVERYTHING
    if not actor.is_authenticated:
        return NOTHING
    return Q(person_id__in=Person.objects.filter(_people(actor)).values("pk"))


def _relations(actor: Actor) -> Q:
    if actor.has(*KEEPERS, Role.LEADER, Role.AUDITOR):
        return EVERYTHING
    if actor.person_id is None:
        return NOTHING
    return Q(person_id=actor.person_id)


def _memberships(actor: Actor) -> Q:
    if actor.has(*STAFF, Role.AUDITOR, Role.ADMIN):
        return EVERYTHING
    if not actor.is_authenticated:
        return NOTHING
    return Q(user_id=actor.user_id) | Q(organisation_id__in=actor.manages)


def _keeping(actor: Actor) -> Q:
    return EVERYTHING if actor.has(*KEEPERS, Role.AUDITOR) else NOTHING


sees(Code, lambda _actor: EVERYTHING)
sees(Work, lambda _actor: EVERYTHING)
sees(Organisation, _organisations)
sees(
    OrganisationName,
    lambda actor: Q(
        organisation_id__in=Organisation.objects.filter(_organisations(actor)).values(
            "pk"
        )
    ),
)
sees(Person, _people)
sees(Position, _of_people)
sees(Degree, _of_people)
sees(Relation, _relations)
sees(OrganisationLink, _links)
sees(Membership, _memberships)
sees(Merge, _keeping)
sees(DismissedPair, _keeping)
sees(ImportRun, _keeping)
