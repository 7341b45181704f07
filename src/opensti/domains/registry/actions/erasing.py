"""Erase a person: what remains is a number that tells nothing of anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import CASCADE, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.queries import are_erased
from opensti.domains.registry.actions.facts import PERSON_FACTS, refuse_if_merged
from opensti.domains.registry.choices import ThingKind
from opensti.domains.registry.models import (
    Authorship,
    Degree,
    ImportRow,
    Membership,
    Merge,
    Person,
    Position,
    Relation,
)
from opensti.kernel.access import get_visible, require
from opensti.kernel.record.actions import erase_secrets, record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

OWN = "registry"
# What the tables are called in which another domain names people, by the domain's label.
FILES = {
    "tasks": _("task files"),
    "calls": _("dossiers"),
    "panels": _("councils"),
    "contracts": _("contracts"),
    "results": _("results of tasks"),
}


@transaction.atomic
def erase_person(*, actor: Actor, person_id: int, basis: str, at: datetime) -> Person:
    """Erase what an entry, and the doubles merged into it, tell of a person, for good.

    Deleted are all facts, positions, degrees, relations, memberships and ties to works,
    what imports and merges kept, and the secrets of the record; its commitments then match
    nothing, and the log stays valid. Raises ``AccessDenied``, ``Invalid`` without a legal
    basis, and ``StepNotAllowed`` while the person's account is not erased (an administrator
    does that) or official files (dossiers, councils, contracts, …) name the person: those
    are kept as long as the law on archives says.
    """
    row = get_visible(
        actor, Person.objects.select_for_update(of=("self",)), pk=person_id
    )
    refuse_if_merged(row)
    require(actor, "registry.erase_person")
    if not basis.strip():
        raise Invalid([Problem(field="basis", message=_("State the legal basis."))])
    people = [row, *Person.objects.select_for_update().filter(merged_into=row)]
    ids = [person.pk for person in people]
    _refuse_named_in_files(ids)
    accounts = [person.user_id for person in people if person.user_id is not None]
    if not are_erased(accounts):
        raise StepNotAllowed(
            _("The account of this person is not erased yet."),
            mend=_("An administrator erases it first, on the page of the account."),
        )
    for relation in _hanging_on_people():
        rows = relation.related_model._default_manager
        rows.filter(**{f"{relation.field.name}_id__in": ids}).delete()
    Membership.objects.filter(user_id__in=accounts).delete()
    for model, names in (
        (Position, ("person",)),
        (Degree, ("person",)),
        (Relation, ("person", "other")),
        (Authorship, ("person",)),
    ):
        named = Q()
        for name in names:
            named |= Q(**{f"{name}_id__in": ids})
        model.objects.filter(named).delete()
    ImportRow.objects.filter(object_kind="registry.person", object_id__in=ids).delete()
    Merge.objects.filter(
        Q(merged_id__in=ids) | Q(survivor_id__in=ids), kind=ThingKind.PERSON
    ).delete()
    for person in people:
        _blank(person, at)
    subjects = [f"registry.person:{pk}" for pk in ids]
    erase_secrets(actor=actor, subjects=subjects, at=at, basis=basis)
    record(
        actor=actor,
        act="registry.erase_person",
        subject=subjects[0],
        at=at,
        basis=basis,
        detail={"doubles": len(ids) - 1},
    )
    return row


def _blank(person: Person, at: datetime) -> None:
    person.fields.clear()
    nobody = Person()
    for name in PERSON_FACTS:
        setattr(person, name, getattr(nobody, name))
    person.full_name = f"({person.public_id})"
    person.search_text = ""
    person.user_id = None
    person.changed_at = at
    person.save()


def _hanging_on_people() -> list[Any]:
    """Tables of other domains whose rows are a person's own, such as a consent given."""
    return [
        relation
        for relation in Person._meta.related_objects
        if relation.related_model._meta.app_label != OWN
        and relation.on_delete is CASCADE
    ]


def _refuse_named_in_files(ids: list[int]) -> None:
    """Refuse while a table of another domain points to one of the rows, and name which."""
    held = sorted(
        {
            str(FILES[relation.related_model._meta.app_label])
            for relation in Person._meta.related_objects
            if relation.related_model._meta.app_label != OWN
            and relation.on_delete is not CASCADE
            and relation.related_model._default_manager.filter(
                **{f"{relation.field.name}_id__in": ids}
            ).exists()
        }
    )
    if held:
        raise StepNotAllowed(
            _("Official files name this person: %(files)s.")
            % {"files": ", ".join(held)},
            mend=_(
                "They are kept as long as the law on archives says. Until then correct or empty the contact data of the entry."
            ),
        )
