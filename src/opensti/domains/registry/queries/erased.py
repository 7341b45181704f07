"""Who was erased, in numbers that tell of nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import CharField, F, Value
from django.db.models.functions import Concat

from opensti.domains.accounts.queries import erased_accounts
from opensti.domains.registry.models import Person
from opensti.kernel.erasures import Erasure

if TYPE_CHECKING:
    from collections.abc import Sequence


def nameless(person: Person) -> str:
    """What an erased person is called."""
    return f"({person.public_id})"


def person_erasure(person: Person) -> Erasure:
    """What is told of an erased person outside the database."""
    return Erasure(kind="person", id=person.pk, mark=person.public_id)


def erasures() -> Sequence[Erasure]:
    """Every account and person that was erased; 2 queries."""
    called = Concat(Value("("), F("public_id"), Value(")"), output_field=CharField())
    people = Person.objects.filter(full_name=called).order_by("pk")
    return [*erased_accounts(), *map(person_erasure, people)]
