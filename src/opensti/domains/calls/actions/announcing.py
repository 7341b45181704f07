"""The call: drafted, published for everybody to read, extended, cancelled, concluded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.actions.locking import user_of
from opensti.domains.calls.choices import CallState
from opensti.domains.calls.events import CallChanged, CallPublished
from opensti.domains.calls.lifecycle import CALL_LIFECYCLE
from opensti.domains.calls.models import Call, Dossier
from opensti.domains.calls.queries import call_subject
from opensti.domains.procedures.choices import END_STATES, State, TaskKind, Track
from opensti.domains.procedures.queries import active_versions, regime_in_force
from opensti.domains.tasks.actions import mark_called
from opensti.domains.tasks.choices import Way
from opensti.domains.tasks.queries import order_subject
from opensti.kernel.access import get_visible, require
from opensti.kernel.events import publish
from opensti.kernel.record.actions import record
from opensti.kernel.record.holding import held_back
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.domains.calls.choices import CallSaid
    from opensti.kernel.access import Actor

MAX_CODE = 60
MAX_TITLE = 500


@transaction.atomic
def draft_call(
    *,
    actor: Actor,
    code: str,
    title_vi: str,
    opens_at: datetime,
    closes_at: datetime,
    at: datetime,
    title_en: str = "",
    description_vi: str = "",
    description_en: str = "",
    order_ids: Sequence[int] = (),
    kind: str = TaskKind.MINISTRY,
    way: str = Way.SELECTION,
    regime_version_id: int | None = None,
) -> Call:
    """Prepare a call; the regime is the one in force on the day it opens.

    A direct assignment is a call that one host may answer: ``way="direct"`` with the
    one order whose host was named. Raises ``Invalid``, ``AccessDenied``.
    """
    require(actor, "calls.draft")
    said = {
        "code": code.strip(),
        "title_vi": title_vi.strip(),
        "title_en": title_en.strip(),
        "description_vi": description_vi.strip(),
        "description_en": description_en.strip(),
        "opens_at": opens_at,
        "closes_at": closes_at,
        "kind": kind,
        "way": way,
    }
    _check(said, call_id=None)
    call = Call.objects.create(
        **said,
        regime_version_id=_regime(regime_version_id, opens_at, kind),
        created_by_id=user_of(actor),
        created_at=at,
        search_text=search_text(code, title_vi, title_en),
    )
    _set_orders(call, order_ids)
    record(
        actor=actor,
        act="calls.draft",
        subject=call_subject(call.public_id),
        at=at,
        detail={"code": call.code, "title": call.title_vi},
    )
    return call


@transaction.atomic
def edit_call(
    *,
    actor: Actor,
    call_id: int,
    at: datetime,
    expected_version: int | None = None,
    order_ids: Sequence[int] | None = None,
    regime_version_id: int | None = None,
    **changes: Unpack[CallSaid],
) -> Call:
    """Change a call that is not yet published; a published one is only extended."""
    call = _locked(actor, call_id)
    _possible(call, "edit")
    _fresh(call, expected_version)
    require(actor, "calls.draft", call)
    fields = (
        "code",
        "title_vi",
        "title_en",
        "description_vi",
        "description_en",
        "opens_at",
        "closes_at",
        "kind",
        "way",
    )
    said = {name: changes.get(name, getattr(call, name)) for name in fields}
    said = {k: v.strip() if isinstance(v, str) else v for k, v in said.items()}
    _check(said, call_id=call.pk)
    for name, value in said.items():
        setattr(call, name, value)
    call.regime_version_id = _regime(regime_version_id, call.opens_at, call.kind)
    call.search_text = search_text(call.code, call.title_vi, call.title_en)
    call.version += 1
    call.save()
    if order_ids is not None:
        _set_orders(call, order_ids)
    record(
        actor=actor,
        act="calls.edit",
        subject=call_subject(call.public_id),
        at=at,
        detail={"code": call.code, "title": call.title_vi},
    )
    return call


@transaction.atomic
def publish_call(
    *, actor: Actor, call_id: int, at: datetime, expected_version: int | None = None
) -> Call:
    """Announce the call: from now on everybody reads it, and its orders are called for."""
    call = _locked(actor, call_id)
    step = _possible(call, "publish")
    _fresh(call, expected_version)
    require(actor, "calls.publish", call)
    orders = list(call.orders.select_related("case", "assigned_host").order_by("pk"))
    _check_for_publishing(call, orders, at)
    for order in orders:
        if order.case.state == State.APPROVED:
            mark_called(actor=actor, order_id=order.pk, at=at, call=call.code)
    call.state, call.published_at = step, at
    call.version += 1
    held = held_back({order_subject(order.public_id) for order in orders})
    entry = record(
        actor=actor,
        act="calls.publish",
        subject=call_subject(call.public_id),
        at=at,
        public=True,
        detail={
            "code": call.code,
            "title": call.title_vi,
            "way": call.way,
            "opens_at": call.opens_at.isoformat(),
            "closes_at": call.closes_at.isoformat(),
            "orders": [
                order.code or order.public_id
                for order in orders
                if order_subject(order.public_id) not in held
            ],
            "regime": call.regime_version.code,
        },
    )
    call.entry_position = entry.position
    call.save(update_fields=["state", "published_at", "version", "entry_position"])
    publish(CallPublished(call_id=call.pk, at=at))
    return call


@transaction.atomic
def extend_call(
    *, actor: Actor, call_id: int, closes_at: datetime, reason: str, at: datetime
) -> Call:
    """Move the closing later, for everybody; possible only while the call is open."""
    call = _locked(actor, call_id)
    _possible(call, "extend")
    if at >= call.closes_at:
        raise StepNotAllowed(
            _("The call has closed already; its closing can no longer be moved."),
            mend=_("Grant a late exception to the applicant concerned."),
        )
    require(actor, "calls.extend", call)
    problems = _reasoned(reason)
    if closes_at <= call.closes_at:
        problems.append(
            Problem(
                field="closes_at",
                message=_("The new closing must be later than the present one."),
                mend=_("Choose a later day."),
            )
        )
    if problems:
        raise Invalid(problems)
    before, call.closes_at = call.closes_at, closes_at
    call.version += 1
    call.save(update_fields=["closes_at", "version"])
    record(
        actor=actor,
        act="calls.extend",
        subject=call_subject(call.public_id),
        at=at,
        public=True,
        detail={
            "code": call.code,
            "from": before.isoformat(),
            "to": closes_at.isoformat(),
            "reason": reason.strip(),
        },
    )
    publish(CallChanged(call_id=call.pk, state=call.state, at=at))
    return call


@transaction.atomic
def cancel_call(*, actor: Actor, call_id: int, reason: str, at: datetime) -> Call:
    """Stop a call before its dossiers are opened; nobody has read them, or ever will."""
    call = _locked(actor, call_id)
    was_public = call.published_at is not None
    step = _possible(call, "cancel")
    require(actor, "calls.cancel", call)
    if problems := _reasoned(reason):
        raise Invalid(problems)
    call.state, call.cancel_reason = step, reason.strip()
    call.version += 1
    call.save(update_fields=["state", "cancel_reason", "version"])
    record(
        actor=actor,
        act="calls.cancel",
        subject=call_subject(call.public_id),
        at=at,
        public=was_public,
        detail={"code": call.code, "reason": reason.strip()},
    )
    publish(CallChanged(call_id=call.pk, state=call.state, at=at))
    return call


@transaction.atomic
def conclude_call(*, actor: Actor, call_id: int, at: datetime) -> Call:
    """Close the book on a call once every dossier handed in was decided on."""
    call = _locked(actor, call_id)
    step = _possible(call, "conclude")
    open_ones = (
        Dossier.objects.filter(call=call)
        .exclude(case__state__in=[State.DRAFT, *END_STATES[Track.DOSSIER]])
        .count()
    )
    if open_ones:
        raise StepNotAllowed(
            _("%(n)d dossiers of this call are not decided yet.") % {"n": open_ones},
            mend=_("Bring each of them to its decision first."),
        )
    require(actor, "calls.conclude", call)
    call.state = step
    call.version += 1
    call.save(update_fields=["state", "version"])
    record(
        actor=actor,
        act="calls.conclude",
        subject=call_subject(call.public_id),
        at=at,
        public=True,
        detail={"code": call.code},
    )
    publish(CallChanged(call_id=call.pk, state=call.state, at=at))
    return call


def _locked(actor: Actor, call_id: int) -> Call:
    return get_visible(actor, Call.objects.select_for_update(of=("self",)), pk=call_id)


def _possible(call: Call, name: str) -> str:
    """Return the state the step leads to."""
    for step in CALL_LIFECYCLE.steps_from(call.state):
        if step.name == name:
            return step.target
    raise StepNotAllowed(
        _("The call is in the state “%(state)s”; this is not possible there.")
        % {"state": CallState(call.state).label},
        mend=_("Look at the call again: somebody may have acted meanwhile."),
    )


def _fresh(call: Call, expected_version: int | None) -> None:
    if expected_version is not None and call.version != expected_version:
        raise Stale(
            _("The call was changed since you opened it; it is now “%(title)s”.")
            % {"title": call.title_vi},
            mend=_("Look at it again, then decide whether your change is still right."),
        )


def _regime(version_id: int | None, opens_at: datetime, kind: str) -> int:
    if version_id is None:
        return regime_in_force(timezone.localdate(opens_at), kind).pk
    if not active_versions().filter(pk=version_id).exists():
        raise Invalid(
            [
                Problem(
                    field="regime_version",
                    message=_("This procedure is not in use."),
                    mend=_("Choose one from the list."),
                )
            ]
        )
    return version_id


def _check(said: dict[str, Any], *, call_id: int | None) -> None:
    problems = []
    if (
        not said["code"]
        or len(said["code"]) > MAX_CODE
        or not said["code"].isprintable()
    ):
        problems.append(
            Problem(
                field="code",
                message=_("The call needs a code of at most 60 characters."),
                mend=_("Enter a short code such as MOIT-2026-01."),
            )
        )
    elif Call.objects.filter(code=said["code"]).exclude(pk=call_id or 0).exists():
        problems.append(
            Problem(
                field="code",
                message=_("Another call has this code already."),
                mend=_("Choose another code."),
            )
        )
    problems += [
        Problem(
            field=name,
            message=_("The title is longer than 500 characters."),
            mend=_("Shorten it."),
        )
        for name in ("title_vi", "title_en")
        if len(said[name]) > MAX_TITLE
    ]
    if not said["title_vi"]:
        problems.append(
            Problem(
                field="title_vi",
                message=_("The call needs a title in Vietnamese."),
                mend=_("Enter the title as it will be announced."),
            )
        )
    if said["closes_at"] <= said["opens_at"]:
        problems.append(
            Problem(
                field="closes_at",
                message=_("The call must close after it opens."),
                mend=_("Choose a later closing."),
            )
        )
    if said["way"] not in Way.values or said["kind"] not in set(TaskKind):
        problems.append(
            Problem(
                field="way",
                message=_("This is not one of the choices."),
                mend=_("Choose from the list."),
            )
        )
    if problems:
        raise Invalid(problems)


def _set_orders(call: Call, order_ids: Sequence[int]) -> None:
    call.orders.set(order_ids)
    usable = call.orders.filter(case__state__in=[State.APPROVED, State.CALLED]).count()
    if usable != len(set(order_ids)):
        raise Invalid(
            [
                Problem(
                    field="orders",
                    message=_("Only approved orders can be called for."),
                    mend=_("Choose orders that stand on an approved list."),
                )
            ]
        )


def _check_for_publishing(call: Call, orders: list[Any], at: datetime) -> None:
    problems = []
    if call.closes_at <= at:
        problems.append(
            Problem(
                field="closes_at",
                message=_("The closing of the call has passed already."),
                mend=_("Move the closing into the future before publishing."),
            )
        )
    if call.way == Way.DIRECT and (len(orders) != 1 or not orders[0].assigned_host_id):
        problems.append(
            Problem(
                field="orders",
                message=_("A direct assignment names one order with its host."),
                mend=_("Choose the one order whose host was decided."),
            )
        )
    if call.way == Way.SELECTION and any(o.way == Way.DIRECT for o in orders):
        problems.append(
            Problem(
                field="orders",
                message=_("An order assigned directly cannot be called for openly."),
                mend=_("Publish it as a direct assignment."),
            )
        )
    if problems:
        raise Invalid(problems)


def _reasoned(reason: str) -> list[Problem]:
    if reason.strip():
        return []
    return [
        Problem(
            field="reason",
            message=_("Please give the reason."),
            mend=_("It becomes part of the record."),
        )
    ]
