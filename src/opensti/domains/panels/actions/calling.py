"""The convocation: a letter to each member, with the agenda and the times, in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event, vText

from opensti.domains.panels.actions.acting import allow, locked, tell
from opensti.domains.panels.actions.running import settled
from opensti.domains.panels.choices import ASKED, Allowance, CouncilState, Matter
from opensti.domains.panels.events import MeetingCalled
from opensti.domains.panels.models import Convocation, Seat, Summons
from opensti.domains.panels.queries import (
    called_for,
    last_day_before,
    log_name,
    rule_of,
)
from opensti.kernel.access import SYSTEM
from opensti.kernel.citations import cited
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.kernel.access import Actor

LONGEST = 24 * 60


@transaction.atomic
def convoke(
    *,
    actor: Actor,
    council_id: int,
    at: datetime,
    link: str = "",
    minutes_long: int = 180,
    plan: Mapping[int, int] | None = None,
    note: str = "",
    allowance: Allowance | None = None,
) -> Convocation:
    """Call every member by letter and mail, as early before the meeting as the rule says.

    ``plan`` says how many minutes each item is given. Called again after a change, all
    letters go out anew under the next number; the calendar entry they carry is the
    same, so that calendars move it. A change that leaves the day and the hour is not late.
    """
    council = locked(actor, council_id, "convoke")
    when = called_for(council)
    problems = []
    if when is None or when <= at:
        problems.append(
            Problem(
                field="meeting_at",
                message=_("The meeting has no date yet.")
                if when is None
                else _("The meeting must lie ahead."),
                mend=_("Call the meeting first."),
            )
        )
    if link:
        try:
            URLValidator(schemes=["https", "http"])(link)
        except ValidationError:
            problems.append(_no_link())
    if not 0 < minutes_long <= LONGEST:
        problems.append(
            Problem(
                field="minutes_long",
                message=_("A meeting lasts from a minute to a day."),
                mend=_("Enter its length in minutes."),
            )
        )
    known = {str(pk) for pk in council.items.values_list("pk", flat=True)}
    planned = {str(pk): minutes for pk, minutes in (plan or {}).items() if minutes}
    if set(planned) - known or any(m < 0 or m > LONGEST for m in planned.values()):
        problems.append(
            Problem(
                field="plan",
                message=_("The plan names a time or an item that there is not."),
                mend=_("Give each item its minutes."),
            )
        )
    if problems or when is None:
        raise Invalid(problems)
    before = Convocation.objects.filter(council=council).order_by("number").last()
    if before is None or before.meeting_at != when:
        due = last_day_before(council, localdate(when))
        late = (
            [
                Problem(
                    field="convocation",
                    message=_(
                        "The convocation must reach the members by %(due)s at the latest."
                    )
                    % {"due": f"{due:%d/%m/%Y}"},
                    mend=_("Move the meeting to a later day, %(article)s.")
                    % {"article": cited(rule_of(council).basis)},
                )
            ]
            if due is not None and localdate(at) > due and not _resumed(council)
            else []
        )
        allow(actor, council, Matter.DOCUMENTS, allowance, late, at)
    meeting = settled(council)
    meeting.link, meeting.minutes_long = link, minutes_long
    meeting.save(update_fields=["link", "minutes_long"])
    made = Convocation.objects.create(
        council=council,
        number=1 if before is None else before.number + 1,
        meeting_at=when,
        minutes_long=minutes_long,
        mode=council.mode,
        place=council.place,
        link=link,
        plan=planned,
        note=note.replace("\x00", "").strip(),
        sent_at=at,
        sent_by_id=actor.account_id,
    )
    seats = list(Seat.objects.filter(council=council, state__in=ASKED).order_by("pk"))
    if not seats:
        raise StepNotAllowed(_("Nobody has a seat to be called to."))
    Summons.objects.bulk_create(Summons(convocation=made, seat=s) for s in seats)
    tell(
        actor,
        council,
        "convoke",
        at,
        detail={
            "number": made.number,
            "meeting_at": when,
            "mode": made.mode,
            "place": made.place,
            "letters": len(seats),
        },
        secret={"people": sorted(s.person_id for s in seats), "link": link},
    )
    publish(MeetingCalled(convocation_id=made.pk))
    return made


def _no_link() -> Problem:
    return Problem(
        field="link",
        message=_("This is no address of a page."),
        mend=_("It begins with https://."),
    )


def _resumed(council: object) -> bool:
    """After an adjournment the members know the day: it was named in the sitting."""
    return getattr(council, "state", "") == CouncilState.MEETING


def mail_summons(*, summons_id: int, at: datetime) -> Summons:
    """Mail one letter with its calendar entry; what fails is kept beside it.

    A letter whose mail went out is left alone, so a retried job is harmless.
    """
    letter = Summons.objects.select_related(
        "convocation__council__regime_version", "seat__person__user"
    ).get(pk=summons_id)
    if letter.mailed_at is not None:
        return letter
    user = letter.seat.person.user
    address = (user.email if user is not None else "") or ""
    called = letter.convocation
    council = called.council
    if not address:
        letter.mail_error = "no address"
        letter.save(update_fields=["mail_error"])
        return letter
    with override("vi"):
        when = localtime(called.meeting_at)
        text = _(
            "You are called to the meeting of the council “%(council)s”.\n\n"
            "When: %(when)s\nWhere: %(place)s\n%(link)s%(note)s\n"
            "The agenda, the documents and the letter of convocation stand on the page "
            "of the council."
        ) % {
            "council": council.title_vi,
            "when": f"{when:%H:%M %d/%m/%Y}",
            "place": called.place,
            "link": f"{called.link}\n" if called.link else "",
            "note": f"\n{called.note}\n" if called.note else "",
        }
        subject = (
            _("Convocation: %(council)s")
            if called.number == 1
            else _("Changed convocation: %(council)s")
        ) % {"council": council.title_vi}
    mail = EmailMessage(
        subject,
        text,
        to=[address],
        headers={
            "Message-ID": f"<summons.{letter.pk}.{council.public_id}@{log_name()}>"
        },
    )
    mail.attach("meeting.ics", calendar_entry(called), "text/calendar")
    try:
        mail.send()
    except (OSError, ValueError) as error:
        letter.mail_error = str(error)[:300]
        letter.save(update_fields=["mail_error"])
        return letter
    with transaction.atomic():
        letter.mailed_at, letter.mail_error = at, ""
        letter.save(update_fields=["mailed_at", "mail_error"])
        record(
            actor=SYSTEM,
            act="panels.mail_summons",
            subject=f"panels.council:{council.public_id}",
            at=at,
            detail={"number": called.number},
            secret={"person": letter.seat.person_id},
        )
    return letter


def calendar_entry(called: Convocation) -> str:
    """The meeting as an iCalendar entry; its items stay out: calendars are shared."""
    council = called.council
    calendar = Calendar()
    calendar.add("prodid", "-//OpenSTI//councils//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST" if called.number == 1 else "PUBLISH")
    event = Event()
    event.add("uid", f"council-{council.public_id}@{log_name()}")
    event.add("sequence", called.number - 1)
    event.add("dtstamp", called.sent_at)
    event.add("dtstart", called.meeting_at)
    event.add("dtend", called.meeting_at + timedelta(minutes=called.minutes_long))
    event.add("summary", council.title_vi)
    event["location"] = vText(called.place or called.link)
    if called.link:
        event.add("url", called.link)
    calendar.add_component(event)
    return bytes(calendar.to_ical()).decode()
