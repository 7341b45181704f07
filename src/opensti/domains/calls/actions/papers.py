"""Papers of a dossier: attached after every check, taken out without a trace lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.actions.locking import locked, user_of, wrong_state
from opensti.domains.calls.choices import EDITABLE
from opensti.domains.calls.models import Attachment
from opensti.domains.calls.queries import dossier_subject
from opensti.kernel.access import get_visible, require
from opensti.kernel.files import actions as files

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.base import File

    from opensti.domains.calls.models import Dossier
    from opensti.kernel.access import Actor

MOST_FILES = 100


@transaction.atomic
def attach_file(
    *,
    actor: Actor,
    dossier_id: int,
    file: File[bytes],
    at: datetime,
    kind: str = "",
    title: str = "",
) -> Attachment:
    """Add a paper; ``Invalid`` says what is wrong with the file and how to mend it."""
    dossier = locked(actor, dossier_id)
    _writable(dossier)
    require(actor, "calls.write_dossier", dossier)
    stored = files.upload(
        actor=actor,
        subject=dossier_subject(dossier.public_id),
        file=file,
        at=at,
        kind=kind[:60],
        most=MOST_FILES,
    )
    attachment = Attachment.objects.create(
        dossier=dossier,
        file=stored,
        kind=kind[:60],
        title=title.replace("\x00", "").strip()[:300],
        added_by_id=user_of(actor),
        added_at=at,
    )
    _touch(dossier, actor, at)
    return attachment


@transaction.atomic
def replace_file(
    *, actor: Actor, attachment_id: int, file: File[bytes], at: datetime
) -> Attachment:
    """Put another file in the place of a paper; ``Invalid`` as for ``attach_file``."""
    old = get_visible(
        actor, Attachment.objects.select_related("file"), pk=attachment_id
    )
    dossier = locked(actor, old.dossier_id)
    _writable(dossier)
    require(actor, "calls.write_dossier", dossier)
    stored = files.replace(
        actor=actor,
        public_id=old.file.public_id,
        subject=dossier_subject(dossier.public_id),
        file=file,
        at=at,
        kind=old.kind,
    )
    new = Attachment.objects.create(
        dossier=dossier,
        file=stored,
        kind=old.kind,
        title=old.title,
        added_by_id=user_of(actor),
        added_at=at,
    )
    old.delete()
    _touch(dossier, actor, at)
    return new


@transaction.atomic
def detach_file(*, actor: Actor, attachment_id: int, at: datetime) -> None:
    """Take a paper out; versions that were handed in with it keep its digest."""
    attachment = get_visible(
        actor, Attachment.objects.select_related("file"), pk=attachment_id
    )
    dossier = locked(actor, attachment.dossier_id)
    _writable(dossier)
    require(actor, "calls.write_dossier", dossier)
    files.remove(actor=actor, public_id=attachment.file.public_id, at=at)
    attachment.delete()
    _touch(dossier, actor, at)


def _writable(dossier: Dossier) -> None:
    if dossier.case.state not in EDITABLE:
        raise wrong_state(
            dossier, _("Before closing it can be reopened; then go on writing.")
        )


def _touch(dossier: Dossier, actor: Actor, at: datetime) -> None:
    dossier.version += 1
    dossier.saved_at, dossier.saved_by_id = at, user_of(actor)
    dossier.save(update_fields=["version", "saved_at", "saved_by"])
