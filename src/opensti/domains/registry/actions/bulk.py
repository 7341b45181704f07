"""One act on many entries of a list: the act of one, in turn; all of them or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.actions.organisations import edit_organisation
from opensti.domains.registry.actions.people import edit_person
from opensti.domains.registry.choices import CodeScheme, OrganisationStatus, ThingKind
from opensti.domains.registry.models import Code, Organisation, Person
from opensti.kernel.access import get_visible, require, visible
from opensti.kernel.bulk import BulkLine, in_turn
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from opensti.kernel.access import Actor

# “Merged” is the outcome of a merge, never set by hand.
STATUSES = frozenset(OrganisationStatus) - {OrganisationStatus.MERGED}


@transaction.atomic
def set_status_of_many(
    *,
    actor: Actor,
    organisation_ids: Collection[int],
    status: str,
    at: datetime,
    dry_run: bool,
) -> list[BulkLine[Any]]:
    """State of many organisations whether they work, are inactive or dissolved.

    A dry run does everything and undoes it: what it says is what would happen. In
    earnest it raises ``Stale`` when one of them cannot be done, and changes none.
    """
    require(actor, "registry.set_status")
    if status not in STATUSES:
        raise Invalid(
            [
                Problem(
                    field="status",
                    message=_("This is not one of the choices."),
                    mend=_("Choose from the list."),
                )
            ]
        )

    def set_status(row: Any) -> None:
        if row.status == status:
            raise StepNotAllowed(_("The status is this already."))
        edit_organisation(
            actor=actor, organisation_id=row.pk, facts={"status": status}, at=at
        )

    rows = _chosen(actor, Organisation, organisation_ids)
    return in_turn(rows, set_status, dry_run=dry_run)


@transaction.atomic
def add_field_to_many(
    *,
    actor: Actor,
    kind: str,
    ids: Collection[int],
    field_id: int,
    at: datetime,
    dry_run: bool,
) -> list[BulkLine[Any]]:
    """Add one code of the fields to many organisations, or people; dry run as above."""
    code = get_visible(actor, Code.objects.filter(scheme=CodeScheme.FIELD), pk=field_id)

    def add(row: Any) -> None:
        held = set(row.fields.values_list("pk", flat=True))
        if code.pk in held:
            raise StepNotAllowed(_("The entry has this field already."))
        given: dict[str, Any] = {
            "actor": actor,
            "facts": {},
            "field_ids": held | {code.pk},
            "at": at,
        }
        if kind == ThingKind.PERSON:
            edit_person(person_id=row.pk, **given)
        else:
            edit_organisation(organisation_id=row.pk, **given)

    model = Person if kind == ThingKind.PERSON else Organisation
    return in_turn(_chosen(actor, model, ids), add, dry_run=dry_run)


def _chosen(actor: Actor, model: Any, ids: Collection[int]) -> Any:
    rows = visible(actor, model.objects.select_for_update(of=("self",)))
    return rows.filter(pk__in=ids).order_by("pk")
