"""What a person says by a link: kept as it is typed, with as little work as can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.choices import State
from opensti.domains.assessments.models import Participant
from opensti.domains.assessments.queries.asking import asked_of, participant_by
from opensti.kernel.checks import problem
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.domains.assessments.frameworks import Asked

HIGHEST = 5
LONGEST = 1000
# A comment alone, sent from a page that is older than the answer, leaves the answer alone.
_KEEP = """
INSERT INTO assessments_reply (participant_id, item, score, scored, comment, said_at)
VALUES {rows}
ON CONFLICT (participant_id, item) DO UPDATE SET
  score = CASE WHEN excluded.scored THEN excluded.score ELSE assessments_reply.score END,
  scored = (assessments_reply.scored OR excluded.scored),
  comment = excluded.comment,
  said_at = excluded.said_at
"""


def save_replies(
    *,
    token: str,
    said: Mapping[str, tuple[int | None, str]],
    at: datetime,
    importance: Mapping[str, int] | None = None,
    comments: Mapping[str, str] | None = None,
) -> Participant:
    """Keep replies by item, (score or None for "does not apply", comment).

    ``comments``: by item, where nothing but a comment was written; that is no answer.
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
    alone = {item: text for item, text in (comments or {}).items() if item not in said}
    told = {item: (score, True, text) for item, (score, text) in said.items()}
    told |= {item: (None, False, text) for item, text in alone.items()}
    said_at = connection.ops.adapt_datetimefield_value(at)
    rows: list[Any] = []
    for item, (score, scored, comment) in told.items():
        if item not in asked.by_code:
            raise problem(item, _("This was not asked."))
        if score is not None and not 0 <= score <= HIGHEST:
            raise problem(item, _("A score is 0 to 5, or “does not apply”."))
        rows += [person.pk, item, score, scored, comment.strip()[:LONGEST], said_at]
    if rows:
        places = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(told))
        with connection.cursor() as cursor:
            cursor.execute(_KEEP.format(rows=places), rows)
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
