"""Which units answer, who belongs to them, templates, and who reads alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.queries import account_by_id
from opensti.domains.registry.queries import actor_for
from opensti.domains.supervision.models import (
    Inspector,
    Template,
    Unit,
    UnitMember,
)
from opensti.kernel.access import Role, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def keep_unit(
    *,
    actor: Actor,
    code: str,
    name_vi: str,
    at: datetime,
    name_en: str = "",
    active: bool = True,
) -> Unit:
    """Name a unit that answers, or change its names by its code."""
    require(actor, "supervision.keep_units")
    if not code.strip() or not name_vi.strip():
        raise Invalid([Problem(field="code", message=_("Give a code and a name."))])
    unit, _new = Unit.objects.update_or_create(
        code=code.strip().lower(),
        defaults={
            "name_vi": name_vi.strip(),
            "name_en": name_en.strip(),
            "active": active,
        },
    )
    record(
        actor=actor,
        act="supervision.keep_unit",
        subject=f"supervision.unit:{unit.code}",
        at=at,
        public=True,
        detail={"name_vi": unit.name_vi, "name_en": unit.name_en, "active": active},
    )
    return unit


@transaction.atomic
def name_member(
    *, actor: Actor, unit_id: int, user_id: int, at: datetime
) -> UnitMember:
    """Let an officer or leader answer for a unit from today on."""
    require(actor, "supervision.keep_units")
    unit = Unit.objects.select_for_update().filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    today = localdate(at)
    if not _holds(user_id, at, Role.OFFICER, Role.LEADER):
        raise Invalid(
            [Problem(field="user", message=_("Only officers and leaders answer."))]
        )
    running = unit.members.filter(user_id=user_id, until=None).first()
    if running is not None:
        return running
    made = UnitMember.objects.create(unit=unit, user_id=user_id, since=today)
    record(
        actor=actor,
        act="supervision.name_member",
        subject=f"supervision.unit:{unit.code}",
        at=at,
        secret={"user": user_id},
    )
    return made


@transaction.atomic
def end_member(*, actor: Actor, member_id: int, at: datetime) -> UnitMember:
    """Somebody answers for a unit no more, from today on."""
    require(actor, "supervision.keep_units")
    row = (
        UnitMember.objects.select_for_update(of=("self",))
        .select_related("unit")
        .filter(pk=member_id)
        .first()
    )
    if row is None:
        raise NotFound
    if row.until is not None:
        raise StepNotAllowed(_("It ended already."))
    row.until = localdate(at)
    row.save(update_fields=["until"])
    record(
        actor=actor,
        act="supervision.end_member",
        subject=f"supervision.unit:{row.unit.code}",
        at=at,
        secret={"user": row.user_id},
    )
    return row


@transaction.atomic
def keep_template(
    *, actor: Actor, title: str, text_vi: str, at: datetime, text_en: str = ""
) -> Template:
    """Keep an answer that is often given, under its title."""
    require(actor, "supervision.moderate")
    if not title.strip() or not text_vi.strip():
        raise Invalid([Problem(field="title", message=_("Give a title and a text."))])
    made, _new = Template.objects.update_or_create(
        title=title.strip(),
        defaults={"text_vi": text_vi.strip(), "text_en": text_en.strip()},
    )
    record(
        actor=actor,
        act="supervision.keep_template",
        subject=f"supervision.template:{made.pk}",
        at=at,
        detail={"title": made.title},
    )
    return made


@transaction.atomic
def name_inspector(*, actor: Actor, user_id: int, at: datetime) -> Inspector:
    """Name an auditor who reads alerts from today on."""
    require(actor, "supervision.name_inspectors")
    if not _holds(user_id, at, Role.AUDITOR):
        raise Invalid(
            [Problem(field="user", message=_("Only an auditor reads alerts."))]
        )
    running = Inspector.objects.filter(user_id=user_id, until=None).first()
    if running is not None:
        return running
    made = Inspector.objects.create(user_id=user_id, since=localdate(at))
    record(
        actor=actor,
        act="supervision.name_inspector",
        subject=f"supervision.inspector:{made.pk}",
        at=at,
        secret={"user": user_id},
    )
    return made


@transaction.atomic
def end_inspector(*, actor: Actor, inspector_id: int, at: datetime) -> Inspector:
    """Somebody reads alerts no more, from today on."""
    require(actor, "supervision.name_inspectors")
    row = Inspector.objects.select_for_update().filter(pk=inspector_id).first()
    if row is None:
        raise NotFound
    if row.until is not None:
        raise StepNotAllowed(_("It ended already."))
    row.until = localdate(at)
    row.save(update_fields=["until"])
    record(
        actor=actor,
        act="supervision.end_inspector",
        subject=f"supervision.inspector:{row.pk}",
        at=at,
        secret={"user": row.user_id},
    )
    return row


def _holds(user_id: int, at: datetime, *roles: Role) -> bool:
    user = account_by_id(user_id)
    return actor_for(user=user, on=localdate(at), sudo=False).has(*roles)
