"""What citizens say, for tests: brought where it stands by the actions."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from opensti.domains.supervision import actions
from opensti.domains.supervision.actions import Speaker
from opensti.kernel.access import PUBLIC, Actor, Role
from tests.factories.accounts import LONG_AGO
from tests.factories.registry import Users
from tests.factories.tasks import Tasks, actor_of, person

if TYPE_CHECKING:
    from opensti.domains.supervision.models import Unit, Voice
    from opensti.domains.tasks.models import Task

AT = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)  # a Monday
ANONYMOUS = Speaker(level="anonymous")
_numbers = count(1)


def task() -> Task:
    return Tasks.create()


def token() -> str:
    return f"form-{next(_numbers)}"


def said(
    about: str = "",
    *,
    actor: Actor = PUBLIC,
    speaker: Speaker = ANONYMOUS,
    kind: str = "comment",
    at: datetime = AT,
    **more: Any,
) -> Voice:
    number = next(_numbers)
    about = about or f"task:{task().public_id}"
    given = {"text": f"Kết quả số {number} dùng ở đâu?", "token": f"form-{number}"}
    return actions.receive_voice(
        actor=actor, kind=kind, about=about, speaker=speaker, at=at, **{**given, **more}
    )


def in_office(*roles: Role) -> Actor:
    """Somebody of the house whose role stands in the table, as acts of naming ask."""
    from opensti.domains.accounts.models import RoleGrant  # noqa: PLC0415

    user = Users.create()
    for role in roles:
        RoleGrant.objects.create(user=user, role=role, since=LONG_AGO)
    return actor_of(user, *roles)


def unit(*members: Actor, code: str = "khcn", at: datetime = AT) -> Unit:
    leader = person(Role.LEADER)
    made = actions.keep_unit(
        actor=leader,
        code=code,
        name_vi=f"Vụ {code}",
        name_en=f"Department {code}",
        at=at,
    )
    for member in members:
        actions.name_member(
            actor=leader, unit_id=made.pk, user_id=member.account_id, at=at
        )
    return made


def published(officer: Actor, at: datetime = AT, **more: Any) -> Voice:
    voice = said(at=at, **more)
    return actions.publish_voice(actor=officer, voice_id=voice.pk, at=at)


def assigned(officer: Actor, to: Unit, at: datetime = AT, **more: Any) -> Voice:
    voice = published(officer, at=at, **more)
    return actions.assign_voice(actor=officer, voice_id=voice.pk, unit_id=to.pk, at=at)


def inspector(at: datetime = AT) -> Actor:
    """An auditor who is named to read alerts."""
    auditor = in_office(Role.AUDITOR)
    actions.name_inspector(actor=person(Role.ADMIN), user_id=auditor.account_id, at=at)
    return auditor


def alerted(at: datetime = AT, **more: Any) -> actions.Sent:
    given: dict[str, Any] = {
        "kind": "corruption",
        "text": "Chủ nhiệm chia tiền thuê khoán cho người không làm việc.",
        "token": token(),
        **more,
    }
    return actions.receive_alert(at=at, **given)
