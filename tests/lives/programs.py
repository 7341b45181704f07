"""The story of the demonstration, told by programs: each act is sent with a person's key."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.files.base import File
from django.test import Client
from django.utils.timezone import localdate

from opensti.console.demo.story import Story
from opensti.domains.accounts import actions as accounts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.panels.models import CouncilItem
    from opensti.kernel.access import Actor

MONTHS_OF_A_KEY = timedelta(days=300)
SAID = {
    Enum: lambda value: value.value,
    Decimal: lambda value: f"{value:f}",
    date: lambda value: value.isoformat(),  # and a moment
}


@dataclass
class Clock:
    """What time the house believes it is."""

    now: datetime


@dataclass
class ByPrograms(Story):
    """Every act is a POST; nothing else is written but the keys themselves."""

    clock: Clock = field(kw_only=True)
    keys: dict[int, tuple[str, date]] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)

    def act(
        self, domain: str, name: str, who: Actor, *, at: datetime, **said: Any
    ) -> Any:
        self.clock.now = at
        files = {k: v for k, v in said.items() if papers_in(v)}
        told = {k: plain(v) for k, v in said.items() if k not in files}
        address = f"/api/v1/acts/{domain}/{name}"
        body: dict[str, Any] = {"body": json.dumps(told), **files}
        answer = Client().post(
            address,
            body if files else json.dumps(told),
            HTTP_AUTHORIZATION=f"Bearer {self.key_of(who)}",
            **({} if files else {"content_type": "application/json"}),
        )
        assert answer.status_code == 200, (address, told, answer.content.decode())
        self.sent.append(f"{domain}.{name}")
        return thing(answer.json()["made"])

    def read(self, who: Actor, item: CouncilItem) -> None:
        """A program opens no page, so nothing is noted of reading."""

    def key_of(self, who: Actor) -> str:
        assert who.user_id is not None
        key, until = self.keys.get(who.user_id, ("", date.min))
        if localdate() >= until:
            until = localdate() + MONTHS_OF_A_KEY
            _token, key = accounts.issue_token(
                actor=who,
                name="Life",
                until=until,
                confirms=True,
                at=self.clock.now,
            )
            self.keys[who.user_id] = key, until
        return key


def papers_in(value: Any) -> bool:
    return isinstance(value, File) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], File)
    )


def plain(value: Any) -> Any:
    """A value of a domain as JSON says it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value) if f.init}
    for kind, say in SAID.items():
        if isinstance(value, kind):
            return say(value)
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(v) for v in value]
    return value


def thing(made: Any) -> Any:
    """The row an answer names, looked up to be named in the next act."""
    if isinstance(made, list):
        return [thing(one) for one in made]
    if isinstance(made, dict) and "kind" in made:
        return row(made)
    return made


def row(made: Mapping[str, Any]) -> Any:
    return apps.get_model(made["kind"])._base_manager.get(pk=made["id"])
