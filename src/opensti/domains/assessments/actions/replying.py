"""What a person says by a link: kept as it is typed, with as little work as can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.choices import State
from opensti.domains.assessments.models import Participant, Reply
from opensti.domains.assessments.queries.asking import asked_of, participant_by
from opensti.kernel.checks import problem
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.domains.assessments.frameworks import Asked

HIGHEST = 5
LONGEST = 1000


def save_replies(
    *,
    token: str,
    said: Mapping[str, tuple[int | None, str]],
    at: datetime,
    importance: Mapping[str, int] | None = None,
) -> Participant:
    """Keep replies by item, (score or None for "does not apply", comment).

    The latest reply to an item counts, so that a phone may send again what it is not
    sure of. 2 queries and no lock that others wait for; two more where an importance
    changed. There is no entry in the record: the head of the log is one for the house.
    Raises ``NotFound`` for a link that does not hold, ``StepNotAllowed`` once answers are
    closed, ``Invalid`` for what was not asked.
    """
    person = participant_by(token, localdate(at))
    if person.assessment.state != State.OPEN:
        raise StepNotAllowed(
            _("The answers are closed."),
            mend=_("Ask whoever sent you the link to reopen them."),
        )
    asked = asked_of(person.assessment)
    changed = _changed(person, importance or {}, asked)
    rows = []
    for item, (score, comment) in said.items():
        if item not in asked.by_code:
            raise problem(item, _("This was not asked."))
        if score is not None and not 0 <= score <= HIGHEST:
            raise problem(item, _("A score is 0 to 5, or “does not apply”."))
        rows.append(
            Reply(
                participant_id=person.pk,
                item=item,
                score=score,
                comment=comment.strip()[:LONGEST],
                said_at=at,
            )
        )
    if rows:
        Reply.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["participant", "item"],
            update_fields=["score", "comment", "said_at"],
        )
    if changed:
        _weigh(person, changed)
    return person


def _weigh(person: Participant, changed: Mapping[str, int]) -> None:
    """Keep what was said of some chapters, beside what another phone says of others."""
    with transaction.atomic():
        row = Participant.objects.select_for_update().get(pk=person.pk)
        row.importance = {**row.importance, **changed}
        row.save(update_fields=["importance"])
    person.importance = row.importance


def _changed(
    person: Participant, said: Mapping[str, int], asked: Asked
) -> dict[str, int]:
    """What is said anew of how much chapters matter, checked before anything is kept."""
    numbers = {clause.number for clause in asked.clauses}
    changed = {c: v for c, v in said.items() if person.importance.get(c) != v}
    for clause, value in changed.items():
        if clause not in numbers or not 1 <= value <= HIGHEST:
            raise problem("importance", _("Importance is 1 to 5."))
    return changed


def finish_replies(*, token: str, at: datetime) -> Participant:
    """Say that one is done; answers may still be changed until they are closed."""
    person = participant_by(token, localdate(at))
    if person.assessment.state == State.OPEN and person.finished_at is None:
        person.finished_at = at
        person.save(update_fields=["finished_at"])
    return person
