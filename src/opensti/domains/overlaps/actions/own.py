"""A writer compares his own draft with what is public, before he hands it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.db import transaction

from opensti.domains.calls import queries as calls_queries
from opensti.domains.overlaps.actions.screening import document_of, newest_base
from opensti.domains.overlaps.choices import Kind
from opensti.domains.overlaps.models import Document, OwnCheck
from opensti.domains.overlaps.queries import draft_of, thresholds, unpublished
from opensti.domains.tasks import queries as tasks_queries
from opensti.kernel.access import require

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.overlaps.models import Base
    from opensti.kernel.access import Actor
    from opensti.kernel.worktext import WorkText

logger = structlog.get_logger(__name__)


@transaction.atomic
def check_own_draft(
    *, actor: Actor, kind: str, public_id: str, at: datetime
) -> OwnCheck:
    """Ask for a comparison of an own need or dossier with the public archive.

    Whoever may write in it may ask; the answer is that person's alone, takes the place of
    his last one, and leaves no trace in the record. Raises ``NotFound`` where the person
    may not know of the work, ``AccessDenied`` where he does not write in it.
    """
    work, permission = draft_of(actor, kind, public_id)
    require(actor, permission, work)
    check, _new = OwnCheck.objects.update_or_create(
        user_id=actor.account_id,
        kind=kind,
        object_id=work.pk,
        defaults={"asked_at": at, "done_at": None, "found": [], "corpus_size": None},
    )
    return check


def answer_own_checks(*, batch: int, at: datetime) -> int:
    """Compare every draft whose writer waits; return how many.

    Works that are not public are left out, and so count for nothing.
    """
    done = 0
    base = newest_base()
    for check in OwnCheck.objects.filter(done_at=None).order_by("pk"):
        if base is None:
            continue
        try:
            done += _answer(check, base, batch, at)
        except Exception:  # one draft's fault is not the others'
            logger.exception("overlaps.own_check_failed", check=check.pk)
            check.delete()  # it is asked for anew, rather than answered wrongly
    return done


def _answer(check: OwnCheck, base: Base, batch: int, at: datetime) -> bool:
    from opensti.domains.overlaps import problem  # noqa: PLC0415 -- takes a second

    text = _text(check)
    if text is None:
        check.delete()
        return False
    index = problem.index_at(base, batch)
    # What the draft answers is alike by intention.
    own_line = Document.objects.filter(subject__in=text.answers, entered__lte=batch)
    inside = own_line.exclude(left__lte=base.batch).values_list("pk", flat=True)
    hidden = sorted({*unpublished(base.batch, batch), *inside})
    document = document_of(Kind(check.kind), text, batch)
    matches = problem.matches(index, document, hidden, least=thresholds().listed)
    others = Document.objects.in_bulk([int(match.id) for match in matches])
    found = []
    for match in matches:
        evidence = problem.evidence(index, document, others[int(match.id)], hidden)
        found.append(
            {
                "document": int(match.id),
                "probability": match.probability,
                "likeness": evidence["kind"],
                "evidence": evidence,
            }
        )
    OwnCheck.objects.filter(pk=check.pk, asked_at=check.asked_at).update(
        found=found,
        corpus_size=len(index) - len(hidden),
        done_at=at,
    )
    return True


def _text(check: OwnCheck) -> WorkText | None:
    if check.kind == Kind.NEED:
        return tasks_queries.text_of_need(check.object_id)
    return calls_queries.draft_text(check.object_id)
