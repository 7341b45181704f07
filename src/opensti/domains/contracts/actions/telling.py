"""Reminding and escalating: who is told of a report that is due or late, once a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from opensti.domains.contracts.choices import REPORT_OWED
from opensti.domains.contracts.models import ReportDue, Telling
from opensti.domains.contracts.queries import contract_subject
from opensti.domains.contracts.queries.telling import to_tell
from opensti.domains.registry.queries import actor_for
from opensti.kernel.access import SYSTEM, visible
from opensti.kernel.record.actions import record
from opensti.kernel.record.queries import log_origin

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def escalate_overdue(*, at: datetime) -> int:
    """Note every mail that is asked for today; returns how many are new.

    Each is noted once for a report, its day, the step and the person, whoever runs it how
    often. The mails follow as a job. Cost: 4 statements.
    """
    asked = to_tell(timezone.localdate(at))
    keys = {(t.report, t.due_on, t.step, t.user_id): t for t in asked}
    told = set(
        Telling.objects.filter(thing__in={t.report for t in asked}).values_list(
            "thing", "due_on", "step", "user_id"
        )
    )
    new = [
        Telling(
            contract_id=t.contract_id,
            thing=t.report,
            due_on=t.due_on,
            step=t.step,
            user_id=t.user_id,
            made_at=at,
        )
        for key, t in keys.items()
        if key not in told
    ]
    Telling.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return len(new)


def mail_telling(*, telling_id: int, at: datetime) -> Telling:
    """Mail one reminder, if the report is still owed and the person may know of it.

    What fails is kept beside it; one whose mail went out is left alone, so a retried job is
    harmless. The mail carries the same Message-ID however often it is sent.
    """
    telling = Telling.objects.select_related("contract", "user").get(pk=telling_id)
    if telling.mailed_at is not None:
        return telling
    user = telling.user
    actor = actor_for(user=user, on=timezone.localdate(at), sudo=False)
    rows = ReportDue.objects.filter(public_id=telling.thing, state__in=REPORT_OWED)
    due = visible(actor, rows).first() if user.is_active else None
    if due is None or not user.email:
        telling.mail_error = (
            "not owed or not to be known" if due is None else "no address"
        )
        telling.save(update_fields=["mail_error"])
        return telling
    contract = telling.contract
    late = (timezone.localdate(at) - telling.due_on).days
    with override("vi"):
        name = f"{due.label_vi} {due.number}"
        subject = (
            _("Report overdue: %(contract)s, %(report)s")
            if late > 0
            else _("Report due soon: %(contract)s, %(report)s")
        ) % {"contract": contract.number, "report": name}
        text = _(
            "Contract: %(contract)s\nTask: %(task)s\nReport: %(report)s\nDue on: %(day)s\n\n"
            "The report is written and handed in on the page of the contract."
        ) % {
            "contract": contract.number,
            "task": contract.title_vi,
            "report": name,
            "day": f"{telling.due_on:%d/%m/%Y}",
        }
    house = log_origin().partition("/")[0]
    mail = EmailMessage(
        subject,
        text,
        to=[user.email],
        headers={"Message-ID": f"<report.{due.public_id}.{telling.pk}@{house}>"},
    )
    try:
        mail.send()
    except (OSError, ValueError) as error:
        telling.mail_error = str(error)[:300]
        telling.save(update_fields=["mail_error"])
        return telling
    with transaction.atomic():
        telling.mailed_at, telling.mail_error = at, ""
        telling.save(update_fields=["mailed_at", "mail_error"])
        record(
            actor=SYSTEM,
            act="contracts.mail_telling",
            subject=contract_subject(contract.public_id),
            at=at,
            detail={"report": due.public_id, "step": telling.step},
            secret={"user": user.pk},
        )
    return telling
