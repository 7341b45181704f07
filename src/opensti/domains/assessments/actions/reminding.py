"""Who must act on a plan is told by mail: actions that are due, effects to be checked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext, override

from opensti.domains.accounts.queries import emails_by_id
from opensti.domains.assessments.choices import Progress
from opensti.domains.assessments.models import Improvement
from opensti.domains.assessments.queries.planning import SOON, due_improvements
from opensti.domains.registry.queries import managers_of
from opensti.kernel.access import SYSTEM
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from datetime import datetime

AGAIN = timedelta(days=14)


def remind_improvements(*, at: datetime) -> int:
    """Mail the owners and managers of what is due within two weeks or late; how many mails.

    Each action at most once in two weeks. The reminder is noted before it is mailed: a
    worker that dies in between reminds again two weeks later rather than every day.
    """
    today = localdate(at)
    sent = 0
    for pk in due_improvements(today + SOON).values_list("pk", flat=True):
        with transaction.atomic():
            row = (
                Improvement.objects.select_for_update(of=("self",))
                .select_related("assessment")
                .get(pk=pk)
            )
            if row.reminded_on is not None and row.reminded_on > today - AGAIN:
                continue
            people = set(managers_of(row.assessment.organisation_id, today))
            if row.owner_user_id is not None:
                people.add(row.owner_user_id)
            addresses = sorted(emails_by_id(people).values())
            row.reminded_on = today
            row.save(update_fields=["reminded_on"])
            record(
                actor=SYSTEM,
                act="assessments.remind",
                subject=row.assessment.subject,
                at=at,
                detail={"mailed to": len(addresses)},
            )
        if addresses:
            _mail(row, addresses)
            sent += 1
    return sent


def _mail(row: Improvement, addresses: list[str]) -> None:
    checks = row.state == Progress.DONE
    day = row.check_on if checks else row.due_on
    with override("vi"):
        values = {"what": row.what, "day": date_format(day, "d/m/Y") if day else ""}
        subject = (
            gettext("Check the effect: %(what)s")
            if checks
            else gettext("Improvement action due: %(what)s")
        )
        body = (
            gettext(
                "The action “%(what)s” is done. Please check by %(day)s whether it had its effect. Sign in and open “What is to be done”."
            )
            if checks
            else gettext(
                "The improvement action “%(what)s” is due on %(day)s. Sign in and open “What is to be done”."
            )
        )
        EmailMessage(
            " ".join((subject % values).split()), body % values, to=addresses
        ).send(fail_silently=True)
