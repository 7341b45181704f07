"""What a person says by a link: consent, answers kept as they are typed, withdrawal.

As decision 37 has it of assessments: rows alone, no entry in the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.surveys.choices import Consent
from opensti.domains.surveys.models import Answer, Respondent
from opensti.domains.surveys.queries.asking import (
    instrument_of,
    is_open,
    respondent_by,
)
from opensti.domains.surveys.questionnaires import KINDS
from opensti.kernel.checks import Faults, problem
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from opensti.domains.surveys.queries.asking import Instrument

# Where “does not apply” is an answer.
MAY_NOT_APPLY = frozenset({"score"})


@transaction.atomic
def give_consent(*, token: str, agrees: bool, at: datetime) -> Respondent:
    """Agree to take part, or not to; before it nothing is asked.

    Raises ``NotFound``, ``StepNotAllowed`` once answers are closed.
    """
    person = _open(token)
    if agrees and person.consent != Consent.GIVEN:
        person.consent, person.consent_at = Consent.GIVEN, at
        person.save(update_fields=["consent", "consent_at"])
    elif not agrees:
        _end(person, Consent.REFUSED, at)
    return person


@transaction.atomic
def save_answers(
    *,
    token: str,
    said: Mapping[str, float | None],
    at: datetime,
    cleared: Iterable[str] = (),
    role: str = "",
) -> Respondent:
    """Keep answers by column; None where a question does not apply.

    The latest answer in a column counts, so that a phone sends again what it is not sure of.
    2 queries, and one more for what was ``cleared`` or for a ``role`` that changed; no lock
    but on the person's own row. Raises ``NotFound`` for a link that does not hold,
    ``StepNotAllowed`` without consent or once answers are closed, ``Invalid`` for what was not
    asked.
    """
    person = _open(token)
    if person.consent != Consent.GIVEN:
        raise StepNotAllowed(
            _("You did not agree to take part."),
            mend=_("Open your link: you are asked there."),
        )
    asked = instrument_of(person.unit.wave)
    _check(asked, said, role)
    if said:
        Answer.objects.bulk_create(
            [
                Answer(respondent=person, column=column, value=value, said_at=at)
                for column, value in said.items()
            ],
            update_conflicts=True,
            unique_fields=["respondent", "column"],
            update_fields=["value", "said_at"],
        )
    gone = [column for column in cleared if column in asked.kinds]
    if gone:
        person.answers.filter(column__in=gone).delete()
    if role and role != person.role:
        person.role = role
        person.save(update_fields=["role"])
    return person


def _check(asked: Instrument, said: Mapping[str, float | None], role: str) -> None:
    wrong = Faults()
    for column, value in said.items():
        kind = asked.kinds.get(column)
        low, high = KINDS.get(kind or "", (0, 0))
        if kind is None:
            wrong.add(column, _("This was not asked."))
        elif value is None:
            if kind not in MAY_NOT_APPLY:
                wrong.add(column, _("Choose one of the answers that are offered."))
        elif not low <= value <= high or value != int(value):
            wrong.add(
                column,
                _("A whole number from %(low)d to %(high)d.")
                % {"low": low, "high": high},
            )
    if role and role not in asked.roles:
        wrong.add("role", _("Choose one of the roles."))
    wrong.refuse()


@transaction.atomic
def finish_answers(*, token: str, at: datetime) -> Respondent:
    """Say that one is done; answers may still be changed until they are closed."""
    person = _open(token)
    if person.consent == Consent.GIVEN and person.finished_at is None:
        if not person.answers.exists():
            raise problem("finish", _("Nothing is answered yet."))
        person.finished_at = at
        person.save(update_fields=["finished_at"])
    return person


@transaction.atomic
def withdraw_consent(*, token: str, at: datetime) -> Respondent:
    """Take consent back until answers are closed: the answers are deleted now.

    Who opens the link again may agree again. Twice is once.
    """
    person = _open(token)
    _end(person, Consent.WITHDRAWN, at)
    return person


def _end(person: Respondent, consent: Consent, at: datetime) -> None:
    person.answers.all().delete()
    person.consent, person.consent_at, person.finished_at = consent, at, None
    person.save(update_fields=["consent", "consent_at", "finished_at"])


def _open(token: str) -> Respondent:
    """The person, locked, while answers are taken."""
    person = respondent_by(token, lock=True)
    if not is_open(person):
        raise StepNotAllowed(
            _("The answers are closed."),
            mend=_("Answers are taken while the survey is in the field."),
        )
    return person
