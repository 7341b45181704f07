"""Whom the cases bar from which dossiers and orders; everything else asks here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.panels.choices import BARRING
from opensti.domains.panels.models import Conflict
from opensti.kernel.access import Role, rule

if TYPE_CHECKING:
    from opensti.kernel.access import Actor


@rule(_("An auditor reads everything and writes nothing."))
def is_no_auditor(actor: Actor, _thing: Any) -> bool:
    return not actor.has(Role.AUDITOR)


def barred(actor: Actor, column: str) -> Any:
    """Ids of the dossiers or orders that a person is barred from; nothing for nobody."""
    if actor.person_id is None:
        return None
    rows = Conflict.objects.filter(
        person_id=actor.person_id, state__in=BARRING, **{f"{column}__isnull": False}
    )
    return rows.order_by().values(column)


def barred_dossiers(actor: Actor) -> Any:
    return barred(actor, "dossier_id")


def barred_orders(actor: Actor) -> Any:
    return barred(actor, "order_id")
