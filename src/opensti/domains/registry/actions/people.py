"""People, their positions and degrees. Personal facts enter the record only as commitments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.actions.facts import (
    PERSON_FACTS,
    check_constraints,
    check_period,
    person_search_text,
    plain,
    refuse_if_changed,
    refuse_if_merged,
    set_facts,
)
from opensti.domains.registry.models import Code, Degree, Organisation, Person, Position
from opensti.domains.registry.queries import person_to_place
from opensti.kernel.access import get_visible, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from opensti.kernel.access import Actor

# Whether a person is an expert of the ministry is the ministry's word.
KEEPERS_FACTS = frozenset({"is_expert"})


@transaction.atomic
def create_person(
    *,
    actor: Actor,
    facts: Mapping[str, Any],
    at: datetime,
    field_ids: Collection[int] = (),
    user_id: int | None = None,
) -> Person:
    """Enter a person. Raises ``AccessDenied`` or ``Invalid`` with every problem."""
    require(actor, "registry.create_person")
    row = Person(created_at=at, changed_at=at)
    before = set_facts(row, {"full_name": "", **facts}, allowed=PERSON_FACTS)
    if KEEPERS_FACTS & set(before):
        require(actor, "registry.merge")
    check_constraints(row, person_orcid_once="orcid")
    if user_id is not None:
        require(actor, "registry.link_account")
        _refuse_taken_account(user_id)
        row.user_id = user_id
    row.search_text = person_search_text(row)
    row.save()
    row.fields.set(Code.objects.filter(scheme="field", pk__in=field_ids))
    record(
        actor=actor,
        act="registry.create_person",
        subject=f"registry.person:{row.pk}",
        at=at,
        detail={"facts": sorted(facts), "user": user_id},
        secret={name: plain(getattr(row, name)) for name in sorted(facts)},
    )
    return row


@transaction.atomic
def edit_person(
    *,
    actor: Actor,
    person_id: int,
    facts: Mapping[str, Any],
    at: datetime,
    field_ids: Collection[int] | None = None,
    seen_at: datetime | None = None,
) -> Person:
    """Correct a person; what is not named stays. Raises ``Stale`` when changed meanwhile."""
    row = get_visible(
        actor, Person.objects.select_for_update(of=("self",)), pk=person_id
    )
    refuse_if_merged(row)
    require(actor, "registry.edit_person", row)
    refuse_if_changed(row, seen_at)
    before = set_facts(row, facts, allowed=PERSON_FACTS)
    if KEEPERS_FACTS & set(before):
        require(actor, "registry.merge")
    check_constraints(row, person_orcid_once="orcid")
    if field_ids is not None:
        row.fields.set(Code.objects.filter(scheme="field", pk__in=field_ids))
    row.search_text = person_search_text(row)
    row.changed_at = at
    row.save()
    record(
        actor=actor,
        act="registry.edit_person",
        subject=f"registry.person:{row.pk}",
        at=at,
        detail={"facts": sorted(before)},
        secret={name: plain(getattr(row, name)) for name in sorted(before)},
    )
    return row


@transaction.atomic
def link_account(*, actor: Actor, person_id: int, user_id: int, at: datetime) -> Person:
    """Say that an account is this person's."""
    row = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    refuse_if_merged(row)
    if row.user_id == user_id:
        raise StepNotAllowed(_("This account is linked to this person already."))
    require(actor, "registry.link_account")
    _refuse_taken_account(user_id)
    row.user_id = user_id
    row.changed_at = at
    row.save(update_fields=["user_id", "changed_at"])
    record(
        actor=actor,
        act="registry.link_account",
        subject=f"registry.person:{row.pk}",
        at=at,
        detail={"user": user_id},
    )
    return row


def _refuse_taken_account(user_id: int) -> None:
    if Person.objects.filter(user_id=user_id).exists():
        raise StepNotAllowed(_("This account belongs to another person."))


@transaction.atomic
def add_position(
    *,
    actor: Actor,
    person_id: int,
    organisation_id: int,
    at: datetime,
    title_vi: str = "",
    title_en: str = "",
    since: date | None = None,
    until: date | None = None,
    is_primary: bool = False,
    source: str = "",
) -> Position:
    """Say what a person does where. By the organisation's manager or an officer."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    if not person.merged_into_id:
        person_to_place(actor, person.public_id)
    organisation = get_visible(actor, Organisation.objects.all(), pk=organisation_id)
    refuse_if_merged(person)
    refuse_if_merged(organisation)
    require(actor, "registry.place_people", organisation)
    check_period(since, until)
    if person.positions.filter(organisation=organisation, until=None).exists():
        raise StepNotAllowed(
            _("This person holds a position in this organisation already."),
            mend=_("End the running position first."),
        )
    if is_primary:
        person.positions.filter(is_primary=True).update(is_primary=False)
    row = Position(
        person=person,
        organisation=organisation,
        since=since,
        until=until,
        is_primary=is_primary,
    )
    set_facts(
        row,
        {"title_vi": title_vi, "title_en": title_en, "source": source},
        allowed={"title_vi", "title_en", "source"},
    )
    row.save()
    record(
        actor=actor,
        act="registry.add_position",
        subject=f"registry.person:{person.pk}",
        at=at,
        detail={"organisation": organisation.pk, "position": row.pk},
        secret={"title_vi": row.title_vi, "title_en": row.title_en},
    )
    return row


@transaction.atomic
def end_position(*, actor: Actor, position_id: int, on: date, at: datetime) -> Position:
    """End a position on a day; that day no longer counts."""
    row = get_visible(
        actor,
        Position.objects.select_for_update(of=("self",)).select_related("organisation"),
        pk=position_id,
    )
    if row.until is not None and row.until <= on:
        raise StepNotAllowed(_("This position has ended already."))
    require(actor, "registry.place_people", row.organisation)
    check_period(row.since, on)
    row.until = on
    row.is_primary = False
    row.save(update_fields=["until", "is_primary"])
    record(
        actor=actor,
        act="registry.end_position",
        subject=f"registry.person:{row.person_id}",
        at=at,
        detail={"position": row.pk, "until": on.isoformat()},
    )
    return row


@transaction.atomic
def add_degree(
    *,
    actor: Actor,
    person_id: int,
    level: str,
    at: datetime,
    subject_vi: str = "",
    subject_en: str = "",
    institution: str = "",
    year: int | None = None,
    source: str = "",
) -> Degree:
    """Add a degree to a person's entry, with where the fact comes from."""
    person = get_visible(
        actor, Person.objects.select_for_update(of=("self",)), pk=person_id
    )
    refuse_if_merged(person)
    require(actor, "registry.edit_person", person)
    row = Degree(person=person)
    facts = {
        "level": level,
        "subject_vi": subject_vi,
        "subject_en": subject_en,
        "institution": institution,
        "year": year,
        "source": source,
    }
    set_facts(row, facts, allowed=facts)
    if person.degrees.filter(level=row.level, year=row.year).exists():
        raise Invalid(
            [Problem(field="level", message=_("This degree is entered already."))]
        )
    row.save()
    record(
        actor=actor,
        act="registry.add_degree",
        subject=f"registry.person:{person.pk}",
        at=at,
        detail={"degree": row.pk},
        secret={name: plain(value) for name, value in facts.items()},
    )
    return row
