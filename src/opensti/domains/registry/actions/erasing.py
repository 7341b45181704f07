"""Erase a person: what remains is a number that tells nothing of anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import CASCADE, SET_NULL, ForeignObjectRel, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.actions import AGAIN
from opensti.domains.accounts.queries import are_erased
from opensti.domains.registry.actions.facts import PERSON_FACTS, refuse_if_merged
from opensti.domains.registry.choices import ImportKind, ThingKind
from opensti.domains.registry.events import PersonErased
from opensti.domains.registry.models import (
    Authorship,
    Degree,
    ImportRow,
    ImportRun,
    Membership,
    Merge,
    Person,
    Position,
    Relation,
)
from opensti.domains.registry.queries import nameless, person_erasure
from opensti.kernel.access import SYSTEM, get_visible, require
from opensti.kernel.erasures import keep_erasure
from opensti.kernel.events import publish
from opensti.kernel.files.actions import purge
from opensti.kernel.letters import forget_letters
from opensti.kernel.record.actions import erase_secrets, record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor
    from opensti.kernel.erasures import Erasure

OWN = "registry"
# What the tables are called in which another domain names people, by the domain's label.
FILES = {
    "tasks": _("task files"),
    "calls": _("dossiers"),
    "panels": _("councils"),
    "contracts": _("contracts"),
    "results": _("results of tasks"),
}
# What councils computed of somebody: who is erased is a number there, that tells nothing
# (``PersonErased``), so that the same seats come out.
NUMBERED = frozenset({"panels.ExpertLock", "panels.Place", "panels.Reserve"})


@transaction.atomic
def erase_person(*, actor: Actor, person_id: int, basis: str, at: datetime) -> Person:
    """Erase what an entry, and the doubles merged into it, tell of a person, for good.

    Deleted are all facts, positions, degrees, relations, memberships and ties to works,
    what imports and merges kept, the files that brought the person in (whole, with a
    record of it), and the secrets of the record; its commitments then match nothing, and
    the log stays valid. Other domains forget the person by ``PersonErased``. Raises ``AccessDenied``, ``Invalid`` without a legal
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
    for relation in _of_other_domains():
        name = relation.field.name
        rows = relation.related_model._default_manager.filter(**{f"{name}_id__in": ids})
        if relation.on_delete is CASCADE:
            rows.delete()
        elif relation.on_delete is SET_NULL:
            rows.update(**{name: None})
    _purge_imports(actor, ids, basis, at)
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
    addresses = tuple(sorted({p.email for p in people if p.email}))
    transaction.on_commit(lambda: forget_letters(addresses))
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
    publish(PersonErased(person_ids=tuple(ids), addresses=addresses, at=at))
    for person in people:
        keep_erasure(person_erasure(person))
    return row


def erase_person_again(*, erasure: Erasure, at: datetime) -> bool:
    """After a restore: erase who was erased before; whether there was anything to erase.

    The account comes first (``accounts.erase_account_again``). A double that was merged
    into another entry goes with that one.
    """
    person = Person.objects.filter(pk=erasure.id, public_id=erasure.mark).first()
    if (
        person is None
        or person.full_name == nameless(person)
        or person.merged_into_id is not None
    ):
        return False
    erase_person(actor=SYSTEM, person_id=person.pk, basis=AGAIN, at=at)
    return True


def _purge_imports(actor: Actor, ids: list[int], basis: str, at: datetime) -> None:
    """Files that held the person: those that named the entry, and those of the same source.

    Of a row only the last file that changed it is known; the earlier ones came from the
    same source. Files with the person's works name the authors.
    """
    works = Authorship.objects.filter(person_id__in=ids).values("work_id")
    told = ImportRow.objects.filter(
        Q(object_kind="registry.person", object_id__in=ids)
        | Q(object_kind="registry.work", object_id__in=works)
    )
    runs = ImportRun.objects.filter(
        kind__in=[ImportKind.PEOPLE, ImportKind.WORKS],
        source__in=told.order_by().values("source"),
    )
    keys = list(runs.order_by("pk").values_list("pk", flat=True))
    runs.update(file_name="", errors=[])
    subjects = [f"registry.import:{pk}" for pk in keys]
    purge(actor=actor, subjects=subjects, basis=basis, at=at)


def _blank(person: Person, at: datetime) -> None:
    person.fields.clear()
    nobody = Person()
    for name in PERSON_FACTS:
        setattr(person, name, getattr(nobody, name))
    person.full_name = nameless(person)
    person.search_text = ""
    person.user_id = None
    person.changed_at = at
    person.save()


def _of_other_domains() -> list[ForeignObjectRel]:
    """Ties of other domains: a row of the person's own goes (a consent given), one that
    says enough without the person loses the tie, any other holds the person.
    """
    return [
        relation
        for relation in Person._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
        and relation.related_model._meta.app_label != OWN
    ]


def _refuse_named_in_files(ids: list[int]) -> None:
    """Refuse while a table of another domain points to one of the rows, and name which."""
    held = sorted(
        {
            str(FILES[relation.related_model._meta.app_label])
            for relation in _of_other_domains()
            if relation.on_delete not in {CASCADE, SET_NULL}
            and relation.related_model._meta.label not in NUMBERED
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
