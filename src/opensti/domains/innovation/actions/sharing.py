"""An organisation says who may know of its innovation work, and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.queries import account_by_email
from opensti.domains.innovation import permissions as _permissions  # noqa: F401
from opensti.domains.innovation.choices import Audience
from opensti.domains.innovation.models import Sharing
from opensti.domains.registry.queries import actor_for
from opensti.kernel.access import require
from opensti.kernel.checks import locked_row, problem
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def share(
    *,
    actor: Actor,
    organisation_id: int,
    audience: str,
    at: datetime,
    email: str = "",
) -> Sharing:
    """Share innovation work from today on, until it is taken back.

    An adviser is named by the e-mail address of his account. Sharing twice is sharing
    once. Raises ``Invalid`` for an audience or an account that there is not.
    """
    require(actor, "innovation.share", organisation_id)
    if audience not in Audience.values:
        raise problem("audience", _("Choose with whom to share."))
    user = None
    today = localdate(at)
    if audience == Audience.ADVISER:
        user = account_by_email(email.strip())
        if user is None:
            raise problem(
                "email",
                _("There is no active account with this e-mail address."),
                _("Ask the adviser for the address that he signs in with."),
            )
        if organisation_id in actor_for(user=user, on=today, sudo=False).member_of:
            raise problem(
                "email",
                _("This person acts for the organisation already."),
                _("An adviser comes from outside: name somebody else."),
            )
    running = Sharing.objects.select_for_update().filter(
        organisation_id=organisation_id, audience=audience, user=user, until=None
    )
    if (found := running.first()) is not None:
        return found
    made = Sharing.objects.create(
        organisation_id=organisation_id,
        audience=audience,
        user=user,
        since=today,
        shared_by_id=actor.user_id,
    )
    _tell(actor, "innovation.share", made, at)
    return made


@transaction.atomic
def end_sharing(*, actor: Actor, sharing_id: int, at: datetime) -> Sharing:
    """Share no longer, from now on. Ending twice is ending once."""
    row = locked_row(actor, Sharing.objects.all(), pk=sharing_id)
    require(actor, "innovation.share", row)
    if row.until is None:
        row.until = localdate(at)
        row.save(update_fields=["until"])
        _tell(actor, "innovation.end_sharing", row, at)
    return row


def _tell(actor: Actor, act: str, row: Sharing, at: datetime) -> None:
    # Whose sharing it is, and with whom, is nobody's to read in the record.
    record(
        actor=actor,
        act=act,
        subject=f"innovation.sharing:{row.public_id}",
        at=at,
        secret={"organisation": row.organisation_id, "audience": row.audience},
    )
