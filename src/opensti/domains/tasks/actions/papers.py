"""Files of a need: attached to a field of its form, replaced, taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.tasks.actions.needs import EDITABLE, locked_need
from opensti.domains.tasks.queries import form_of, need_subject
from opensti.kernel.access import require
from opensti.kernel.files import actions as files
from opensti.kernel.refusals import NotFound, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.base import File

    from opensti.domains.tasks.models import Need
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

MOST_FILES = 30


@transaction.atomic
def attach_to_need(
    *,
    actor: Actor,
    need_id: int,
    field: str,
    file: File[bytes],
    at: datetime,
    replaces: str = "",
) -> StoredFile:
    """Keep a file for a field of the need's form, or put it in the place of another.

    Raises ``Invalid`` with what is wrong with the file, ``NotFound`` for a field that
    takes no files and for a file to replace that is not there.
    """
    need = _writable(actor, need_id)
    if field not in {f.id for f in form_of(need).fields() if f.type == "file"}:
        raise NotFound
    subject = need_subject(need.public_id)
    if replaces:
        return files.replace(
            actor=actor,
            public_id=replaces,
            subject=subject,
            file=file,
            at=at,
            kind=field,
        )
    return files.upload(
        actor=actor, subject=subject, file=file, at=at, kind=field, most=MOST_FILES
    )


@transaction.atomic
def detach_from_need(*, actor: Actor, need_id: int, file_id: str, at: datetime) -> None:
    """Take a file out; the record keeps what it was."""
    need = _writable(actor, need_id)
    files.require_held(public_id=file_id, subject=need_subject(need.public_id))
    files.remove(actor=actor, public_id=file_id, at=at)


def _writable(actor: Actor, need_id: int) -> Need:
    need = locked_need(actor, need_id)
    if need.case.state not in EDITABLE:
        raise StepNotAllowed(
            _("The need has been submitted; its text is fixed."),
            mend=_("Ask the programme officer to return it, or withdraw it."),
        )
    require(actor, "tasks.edit_need", need)
    return need
