"""Alerts by people whom nobody is to know, and the conversation with them.

Nothing here asks who writes: the actor of every act of an author is the public, whoever
is signed in. Texts and files are sealed before they reach the database; the log holds
the class and a salted commitment, of authors once their day is over (decision 0034).
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.supervision.actions.checking import LONGEST, SHORTEST
from opensti.domains.supervision.actions.traces import traces_of
from opensti.domains.supervision.choices import (
    IN_ORDER,
    AlertClass,
    AlertState,
    Outcome,
)
from opensti.domains.supervision.models import (
    Alert,
    AlertEntry,
    AlertExclusion,
    AlertFile,
    AlertMessage,
    Inspector,
    UnitMember,
)
from opensti.domains.supervision.permissions import on_day
from opensti.domains.supervision.queries.sealed import KEY, unsealed_file
from opensti.domains.supervision.queries.terms import due
from opensti.kernel.access import PUBLIC, get_visible, require
from opensti.kernel.files.actions import look_through
from opensti.kernel.identifiers import PUBLIC_ALPHABET
from opensti.kernel.record.actions import Act, record, record_many
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed
from opensti.kernel.sealing import seal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor
    from opensti.kernel.files.actions import Looked

GROUPS, GROUP = 5, 5
MOST_FILES = 5
MOST_MESSAGES = 200


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the author is shown once: the code, and what the files give away."""

    alert: Alert
    code: str
    traces: tuple[tuple[str, str], ...] = ()


def receive_alert(
    *,
    kind: str,
    text: str,
    token: str,
    at: datetime,
    concerns: str = "",
    unit_ids: Sequence[int] = (),
    inspector_ids: Sequence[int] = (),
    files: Sequence[File[bytes]] = (),
) -> Sent:
    """Take an alert and give its code, once; members of the units and the inspectors
    named are never shown it.

    The same ``token`` twice is one alert: the second time it is refused with where to
    look. Raises ``StepNotAllowed`` where nobody would be left to read it.
    """
    problems = _problems(text)
    if kind not in AlertClass.values:
        problems.append(Problem(field="kind", message=_("Choose what it is about.")))
    if len(files) > MOST_FILES:
        problems.append(_too_many_files())
    if problems:
        raise Invalid(problems)
    looked = [look_through(file) for file in files]
    today = localdate(at)
    excluded = _excluded(unit_ids, inspector_ids, today)
    code = "-".join(_letters(GROUP) for _n in range(GROUPS))
    acknowledge_by, basis = due("alert_acknowledge", today)
    alert = Alert(
        token=token,
        code_digest=digest_of_code(code),
        kind=kind,
        received_on=today,
        acknowledge_by=acknowledge_by,
        outcome_by=due("alert_outcome", today)[0],
    )
    said, commitment = _sealed({"text": text.strip(), "concerns": concerns.strip()})
    alert.sealed = seal(said, key=KEY, about=alert.subject)
    try:
        with transaction.atomic():
            alert.save(force_insert=True)
            AlertExclusion.objects.bulk_create(
                AlertExclusion(alert=alert, user_id=one) for one in sorted(excluded)
            )
            traces = tuple(_keep_file(alert, one) for one in looked)
            AlertEntry.objects.create(
                alert=alert,
                act="supervision.receive_alert",
                basis=basis,
                detail={"class": kind, "commitment": commitment},
                on=today,
            )
    except IntegrityError:
        raise StepNotAllowed(
            _("This alert was sent already; its code was shown then."),
            mend=_("If you did not note the code, write the alert once more."),
        ) from None
    return Sent(
        alert=alert,
        code=code,
        traces=tuple((name, words) for name, words in traces if words),
    )


@transaction.atomic
def continue_alert(
    *,
    code: str,
    text: str,
    token: str,
    at: datetime,
    files: Sequence[File[bytes]] = (),
) -> AlertMessage:
    """The author writes again by the code, without saying who."""
    alert = Alert.objects.select_for_update().get(pk=alert_of_code(code).pk)
    problems = _problems(text)
    if len(files) + alert.files.count() > MOST_FILES * 2 or len(files) > MOST_FILES:
        problems.append(_too_many_files())
    if problems:
        raise Invalid(problems)
    made = _say(alert, text, token, at, from_author=True)
    if made is None:
        return AlertMessage.objects.get(token=token)
    for one in [look_through(file) for file in files]:
        _keep_file(alert, one)
    return made


@transaction.atomic
def reply_alert(
    *, actor: Actor, alert_id: int, text: str, token: str, at: datetime
) -> AlertMessage:
    """A reader of alerts asks the author, or tells him something."""
    alert = _locked(actor, alert_id)
    if not text.strip():
        raise Invalid([Problem(field="text", message=_("Write the message."))])
    made = _say(alert, text, token, at, from_author=False, actor=actor)
    return made or AlertMessage.objects.get(token=token)


@transaction.atomic
def move_alert(
    *,
    actor: Actor,
    alert_id: int,
    to: str,
    text: str,
    token: str,
    at: datetime,
    outcome: str = "",
) -> Alert:
    """Bring an alert to its next state, and tell its author in words.

    Raises ``StepNotAllowed`` where it is not the next one: somebody else moved it.
    """
    alert = _locked(actor, alert_id)
    states = [str(state) for state in IN_ORDER]
    if to not in states[1:] or states.index(to) != states.index(alert.state) + 1:
        raise StepNotAllowed(
            _("The alert is not in a state from which this follows."),
            mend=_("Open its page again: another reader may have acted."),
        )
    problems = []
    if not text.strip():
        problems.append(Problem(field="text", message=_("Tell the author in words.")))
    if to == AlertState.CLOSED and outcome not in Outcome.values:
        problems.append(Problem(field="outcome", message=_("Choose the outcome.")))
    if problems:
        raise Invalid(problems)
    alert.state = to
    if to == AlertState.ACKNOWLEDGED:
        alert.acknowledged_on = localdate(at)
    if to == AlertState.CLOSED:
        alert.outcome, alert.closed_on = outcome, localdate(at)
    alert.save()
    _say(alert, text, token, at, from_author=False, actor=None)
    record(
        actor=actor,
        act="supervision.move_alert",
        subject=alert.subject,
        at=at,
        detail={"class": alert.kind, "to": to, "outcome": alert.outcome},
    )
    return alert


def open_alert_file(*, actor: Actor, public_id: str) -> tuple[str, str, bytes]:
    """Name, type and bytes of a file, for a reader; scanned again where it had to wait."""
    file = AlertFile.objects.select_related("alert").filter(public_id=public_id).first()
    if file is None:
        raise NotFound
    require(actor, "supervision.read_alerts")
    get_visible(actor, Alert.objects.all(), pk=file.alert_id)
    found = unsealed_file(file)
    if not file.scanned:
        raise StepNotAllowed(
            _("The virus scanner could not be reached when this file came."),
            mend=_("Ask the author to send it again."),
        )
    return found


def alert_of_code(code: str) -> Alert:
    """The alert of a code, else ``NotFound``: nothing tells a wrong code from none."""
    alert = Alert.objects.filter(code_digest=digest_of_code(code)).first()
    if alert is None:
        raise NotFound(_("No alert belongs to this code."))
    return alert


def digest_of_code(code: str) -> str:
    """Only this is kept: the code has 120 bits of chance, so no salt is needed."""
    return sha256("".join(c for c in code.lower() if c.isalnum()).encode()).hexdigest()


def _letters(count: int) -> str:
    return "".join(secrets.choice(PUBLIC_ALPHABET) for _n in range(count))


def _problems(text: str) -> list[Problem]:
    if len(text.strip()) < SHORTEST:
        return [Problem(field="text", message=_("Say what happened."))]
    if len(text) > LONGEST * 5:
        return [
            Problem(
                field="text",
                message=_("The text is longer than %(most)d characters.")
                % {"most": LONGEST * 5},
                mend=_("Send the rest as a further message, by your code."),
            )
        ]
    return []


def _too_many_files() -> Problem:
    return Problem(
        field="files",
        message=_("No more than %(most)d files fit here.") % {"most": MOST_FILES},
        mend=_("Join several papers into one PDF."),
    )


def _excluded(
    unit_ids: Sequence[int], inspector_ids: Sequence[int], today: date
) -> set[int]:
    """Users who may never learn of it; refused where nobody would be left."""
    members = UnitMember.objects.filter(unit_id__in=unit_ids)
    excluded = set(members.values_list("user_id", flat=True))
    inspectors = dict(
        Inspector.objects.filter(on_day(today)).values_list("pk", "user_id")
    )
    excluded |= {inspectors[pk] for pk in inspector_ids if pk in inspectors}
    if not set(inspectors.values()) - excluded:
        raise StepNotAllowed(
            _("Nobody in this house could read the alert: nothing was sent."),
            mend=_("Turn to the inspectorate above the ministry."),
        )
    return excluded


def _sealed(said: dict[str, str]) -> tuple[bytes, str]:
    """What is sealed, with the salt that its commitment in the log is made with."""
    salt = secrets.token_hex(16)
    data = json.dumps({**said, "salt": salt}, ensure_ascii=False).encode()
    return data, sha256(data).hexdigest()


def _say(
    alert: Alert,
    text: str,
    token: str,
    at: datetime,
    *,
    from_author: bool,
    actor: Actor | None = None,
) -> AlertMessage | None:
    """Keep one message; nothing when the same form came before.

    A reader's is recorded as ``actor``, unless another entry tells of it already.
    """
    if AlertMessage.objects.filter(token=token).exists():
        return None
    if alert.messages.count() >= MOST_MESSAGES:
        raise StepNotAllowed(
            _("This conversation is as long as one can be."),
            mend=_("Write a new alert and name this one in it."),
        )
    data, commitment = _sealed({"text": text.strip()})
    made = AlertMessage.objects.create(
        alert=alert,
        token=token,
        from_author=from_author,
        sealed=seal(data, key=KEY, about=alert.subject),
        on=localdate(at),
    )
    detail = {"class": alert.kind, "commitment": commitment}
    if from_author:
        AlertEntry.objects.create(
            alert=alert,
            act="supervision.continue_alert",
            detail=detail,
            on=localdate(at),
        )
    elif actor is not None:
        record(
            actor=actor,
            act="supervision.reply_alert",
            subject=alert.subject,
            at=at,
            detail=detail,
        )
    return made


@transaction.atomic
def write_alerts(*, at: datetime) -> int:
    """Write into the record what authors of alerts did on days that are over.

    All at once and in an order of chance, so that neither the moment nor the place of an
    entry, nor the length of the log, tells when somebody wrote. Returns how many.
    """
    rows = list(
        AlertEntry.objects.select_for_update(of=("self",))
        .select_related("alert")
        .filter(on__lt=localdate(at))
    )
    secrets.SystemRandom().shuffle(rows)
    AlertEntry.objects.filter(pk__in=[row.pk for row in rows]).delete()
    acts = [
        Act(
            act=row.act,
            subject=row.alert.subject,
            basis=row.basis,
            detail=row.detail,
        )
        for row in rows
    ]
    record_many(actor=PUBLIC, acts=acts, at=at)
    return len(acts)


def _keep_file(alert: Alert, looked: Looked) -> tuple[str, str]:
    """Seal one file; returns its name and what it says of who made it."""
    traces = ", ".join(traces_of(looked))
    data = json.dumps(
        {
            "name": looked.name,
            "type": looked.media_type,
            "traces": traces,
            "data": base64.b64encode(looked.data).decode(),
        }
    ).encode()
    AlertFile.objects.create(
        alert=alert,
        sealed=seal(data, key=KEY, about=alert.subject),
        scanned=looked.scanned,
    )
    return looked.name, traces


def _locked(actor: Actor, alert_id: int) -> Alert:
    require(actor, "supervision.read_alerts")
    return get_visible(actor, Alert.objects.select_for_update(), pk=alert_id)
