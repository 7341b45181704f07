"""Who is tied to whom, and whose account acts for which organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.actions.facts import check_period, refuse_if_merged
from opensti.domains.registry.choices import OF_ORGANISATIONS, OF_PEOPLE, RelationKind
from opensti.domains.registry.models import Membership, Organisation, Person, Relation
from opensti.kernel.access import get_visible, require, visible
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def declare_relation(
    *,
    actor: Actor,
    person_id: int,
    kind: str,
    at: datetime,
    other_id: int | None = None,
    organisation_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
    source: str = "",
) -> Relation:
    """Declare a tie of a person to one other person or to one organisation.

    By the person or an officer. The tie itself enters the record as a commitment.
    """
    person = get_visible(
        actor, Person.objects.select_for_update(of=("self",)), pk=person_id
    )
    refuse_if_merged(person)
    require(actor, "registry.declare_relation", person)
    _check_relation(actor, person, kind, other_id, organisation_id)
    check_period(since, until)
    same = Relation.objects.filter(
        Q(other_id=other_id) if other_id else Q(organisation_id=organisation_id),
        person=person,
        kind=kind,
    )
    if same.filter(until=None).exists():
        raise StepNotAllowed(_("This relation is declared already."))
    row = Relation.objects.create(
        person=person,
        kind=kind,
        other_id=other_id,
        organisation_id=organisation_id,
        since=since,
        until=until,
        source=source[:200],
        declared_at=at,
        declared_by_id=actor.user_id,
    )
    record(
        actor=actor,
        act="registry.declare_relation",
        subject=f"registry.person:{person.pk}",
        at=at,
        detail={"relation": row.pk},
        secret={"kind": kind, "other": other_id, "organisation": organisation_id},
    )
    return row


def _check_relation(
    actor: Actor,
    person: Person,
    kind: str,
    other_id: int | None,
    organisation_id: int | None,
) -> None:
    problems = []
    if kind not in RelationKind:
        problems.append(
            Problem(field="kind", message=_("This kind of relation is not known."))
        )
    elif (other_id is None) == (organisation_id is None):
        problems.append(
            Problem(
                field="other",
                message=_("A relation is to one person or to one organisation."),
                mend=_("Choose either a person or an organisation."),
            )
        )
    elif kind not in (OF_PEOPLE if other_id is not None else OF_ORGANISATIONS):
        problems.append(
            Problem(
                field="kind",
                message=_("“%(kind)s” is not a relation of this sort.")
                % {"kind": RelationKind(kind).label},
                mend=_("Choose a kind that fits a person or an organisation."),
            )
        )
    elif other_id == person.pk:
        problems.append(
            Problem(field="other", message=_("Choose another person than oneself."))
        )
    elif other_id is not None and not _known(actor, Person, other_id):
        problems.append(Problem(field="other", message=_("There is no such person.")))
    elif organisation_id is not None and not _known(
        actor, Organisation, organisation_id
    ):
        problems.append(
            Problem(field="organisation", message=_("There is no such organisation."))
        )
    if problems:
        raise Invalid(problems)


def _known(actor: Actor, model: type[Person | Organisation], pk: int) -> bool:
    rows = visible(actor, model._default_manager.filter(merged_into=None))
    return rows.filter(pk=pk).exists()


@transaction.atomic
def end_relation(*, actor: Actor, relation_id: int, on: date, at: datetime) -> Relation:
    """End a relation on a day; that day no longer counts."""
    row = get_visible(
        actor,
        Relation.objects.select_for_update(of=("self",)).select_related("person"),
        pk=relation_id,
    )
    if row.until is not None and row.until <= on:
        raise StepNotAllowed(_("This relation has ended already."))
    require(actor, "registry.declare_relation", row.person)
    check_period(row.since, on)
    row.until = on
    row.save(update_fields=["until"])
    record(
        actor=actor,
        act="registry.end_relation",
        subject=f"registry.person:{row.person_id}",
        at=at,
        detail={"relation": row.pk, "until": on.isoformat()},
    )
    return row


@transaction.atomic
def set_membership(
    *,
    actor: Actor,
    user_id: int,
    organisation_id: int,
    manager: bool,
    since: date,
    at: datetime,
) -> Membership:
    """Let an account act for an organisation, as its manager or not, from a day on.

    A change of the manager's right ends the running membership and starts another.
    """
    organisation = get_visible(
        actor, Organisation.objects.select_for_update(of=("self",)), pk=organisation_id
    )
    refuse_if_merged(organisation)
    require(actor, "registry.set_membership", organisation)
    running = Membership.objects.filter(
        user_id=user_id, organisation=organisation, until=None
    ).first()
    if running is not None and running.manager == manager:
        raise StepNotAllowed(_("This membership stands already."))
    if running is not None and running.since >= since:
        running.manager = manager
        running.save(update_fields=["manager"])
        row = running
    else:
        if running is not None:
            running.until = since
            running.save(update_fields=["until"])
        row = Membership.objects.create(
            user_id=user_id, organisation=organisation, manager=manager, since=since
        )
    record(
        actor=actor,
        act="registry.set_membership",
        subject=f"registry.organisation:{organisation.pk}",
        at=at,
        detail={"user": user_id, "manager": manager, "since": since.isoformat()},
    )
    return row


@transaction.atomic
def end_membership(
    *, actor: Actor, membership_id: int, on: date, at: datetime
) -> Membership:
    """End a membership on a day; an organisation keeps at least one manager if it has one.

    Raises ``StepNotAllowed`` when a manager would leave the organisation without any.
    """
    row = get_visible(
        actor,
        Membership.objects.select_for_update(of=("self",)).select_related(
            "organisation"
        ),
        pk=membership_id,
    )
    if row.until is not None and row.until <= on:
        raise StepNotAllowed(_("This membership has ended already."))
    require(actor, "registry.set_membership", row.organisation)
    check_period(row.since, on)
    others = Membership.objects.filter(
        Q(until=None) | Q(until__gt=on),
        organisation_id=row.organisation_id,
        manager=True,
    ).exclude(pk=row.pk)
    if row.manager and row.user_id == actor.user_id and not others.exists():
        raise StepNotAllowed(
            _("You are the only manager of this organisation."),
            mend=_("Name another manager first, or ask a programme officer."),
        )
    row.until = on
    row.save(update_fields=["until"])
    record(
        actor=actor,
        act="registry.end_membership",
        subject=f"registry.organisation:{row.organisation_id}",
        at=at,
        detail={"user": row.user_id, "until": on.isoformat()},
    )
    return row
