"""A person agrees to a public page of his own, and takes it back whenever he likes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.models import PersonConsent
from opensti.domains.publications.queries.consenting import CONSENT_NOW, consent_of
from opensti.kernel.access import require
from opensti.kernel.checks import problem
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def give_consent(*, actor: Actor, text_version: int, at: datetime) -> PersonConsent:
    """Agree, in the words of ``text_version``, to a page that everybody reads.

    Nobody agrees for another. Raises ``AccessDenied`` for who has no entry in the registry,
    ``Invalid`` where other words were shown than those that count now, ``StepNotAllowed``
    for who agreed already.
    """
    require(actor, "publications.consent")
    if text_version != CONSENT_NOW:
        raise problem(
            "text_version",
            _("The words of the consent changed since you opened the page."),
            _("Read them again, then agree."),
        )
    if consent_of(actor, lock=True) is not None:
        raise StepNotAllowed(_("You have agreed already."))
    found = PersonConsent.objects.create(
        person_id=_person(actor), text_version=text_version, given_at=at
    )
    _record(actor, "publications.give_consent", found, at)
    return found


@transaction.atomic
def withdraw_consent(*, actor: Actor, at: datetime) -> PersonConsent:
    """Take the consent back: the page is gone from this moment on; no reason is asked.

    Raises ``StepNotAllowed`` where none is there.
    """
    require(actor, "publications.consent")
    found = consent_of(actor, lock=True)
    if found is None:
        raise StepNotAllowed(_("You have not agreed to a public page."))
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    _record(actor, "publications.withdraw_consent", found, at)
    return found


def _person(actor: Actor) -> int:
    if actor.person_id is None:  # the permission asked already
        raise LookupError(actor.user_id)
    return actor.person_id


def _record(actor: Actor, act: str, found: PersonConsent, at: datetime) -> None:
    """Under the person's own entry, so that erasing the person erases this with it."""
    record(
        actor=actor,
        act=act,
        subject=f"registry.person:{found.person_id}",
        at=at,
        detail={"text": found.text_version},
        secret={"person": found.person_id},
    )
