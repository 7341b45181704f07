"""Somebody was erased: names and addresses beside texts go; the texts are official files.

A text, which may tell of its author, is erased by ``erase_voice``, for its own reason.
Alerts hold no account and no address, so that nothing can be sought there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from opensti.domains.supervision.actions.petitions import address_digest
from opensti.domains.supervision.choices import VoiceState
from opensti.domains.supervision.models import Objection, Petition, Support, Voice

if TYPE_CHECKING:
    from opensti.domains.accounts.events import AccountErased
    from opensti.domains.registry.events import PersonErased

_NAMELESS = {"said_name": "", "show_name": False}


@transaction.atomic
def forget_author(event: AccountErased) -> None:
    """Show no name beside what an account said or supported, and forget its address."""
    Voice.objects.filter(author_id=event.user_id).update(**_NAMELESS)
    Support.objects.filter(user_id=event.user_id).update(said_name="")
    _forget_address(event.address)


@transaction.atomic
def forget_speaker(event: PersonErased) -> None:
    """The same for who spoke by the mail addresses of an entry in the registry."""
    for address in event.addresses:
        _forget_address(address)


def drop_voices(gone: Any) -> int:
    """Delete texts that never began to live, with what they have beside their text."""
    Petition.objects.filter(voice__in=gone).delete()
    Objection.objects.filter(voice__in=gone).delete()
    return Voice.objects.filter(pk__in=gone).delete()[0]


def _forget_address(address: str) -> None:
    if not address:
        return
    said = Voice.objects.filter(email__iexact=address)
    drop_voices(said.filter(state=VoiceState.UNCONFIRMED).values("pk"))
    said.update(email="", **_NAMELESS)
    digest = address_digest(address.strip().lower())
    supports = Support.objects.filter(address_digest=digest)
    supports.filter(confirmed_at=None).delete()
    # The count of a petition stays as it was; nobody can be found behind it any more.
    for pk in supports.values_list("pk", flat=True):
        Support.objects.filter(pk=pk).update(
            address_digest=f"erased:{pk}", said_name=""
        )
