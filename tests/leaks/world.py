"""The world of the leak test: one ministry, built by actions, full of marked secrets.

Every sensitive text carries a marker ``zq…qz`` that stands nowhere else, every
sensitive thing is also known by its address (``public_id``). Whoever reads a marker
has learnt the secret of that name.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from opensti.console.demo import cast as demo_cast
from opensti.console.demo.cast import Cast, gather
from opensti.console.demo.texts import Text
from opensti.domains.accounts import actions as accounts
from opensti.domains.procedures.actions import load_regimes, set_switch
from opensti.domains.registry import actions as registry
from opensti.kernel.access import SYSTEM, Role
from tests.leaks import (
    assessed,
    before_meeting,
    chapters,
    innovating,
    strategy,
    surveyed,
    unpublished,
    voices,
)
from tests.leaks.marked import Marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


DAYS = 110


@dataclass
class World:
    """People by name, things by name, and every secret with what gives it away."""

    cast: Cast
    end: datetime
    things: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    seen: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def mark(self, secret: str) -> str:
        """Return the marker of a secret, made at first use: letters and digits only."""
        if secret not in self.marks:
            self.marks[secret] = f"zq{len(self.marks):03d}qz"
        return self.marks[secret]

    def known_as(self, secret: str, *words: object) -> None:
        """Whoever reads one of these words has learnt the secret."""
        for word in words:
            self.ids[str(word)] = secret

    def user(self, name: str) -> int:
        return self.cast.users[name]


def build(end: datetime, snapshot: Callable[[World, str], None]) -> World:
    """Build the whole world; ``snapshot`` is called before and after what must not show."""
    start = (end - timedelta(days=DAYS)).replace(hour=1, minute=0)
    load_regimes(actor=SYSTEM, at=start)
    set_switch(
        actor=SYSTEM,
        regime="moit_2026",
        switch="stand_in_deadlines",
        value="true",
        reason="Leak test.",
        at=start,
    )
    set_switch(
        actor=SYSTEM,
        regime="moit_2026",
        switch="calibrated_beside",
        value="beside",
        reason="Leak test.",
        at=start,
    )
    world = World(cast=gather(at=start, tick=_nothing), end=end)
    _people(world, start)
    released = _story(world, 1, start)
    chapters.in_the_office(world, released)
    chapters.released(world, released)
    chapters.decided(world, _story(world, 2, start + timedelta(days=3)))
    chapters.in_council(world, _story(world, 3, start + timedelta(days=5)))
    before_meeting.studied(world, _story(world, 5, start + timedelta(days=7)))
    chapters.sealed(world, _story(world, 4, end - timedelta(days=15)), snapshot)
    strategy.prepared(world)
    voices.prepared(world)
    assessed.prepared(world)
    innovating.prepared(world)
    surveyed.prepared(world)
    unpublished.prepared(world)
    return world


def _nothing() -> None:
    """Nobody watches the progress."""


def _story(world: World, number: int, start: datetime) -> Marked:
    dice = random.Random(number)
    return Marked(
        world,
        random=dice,
        now=start,
        number=number,
        texts=_texts(world, number),
        size=1,
        tick=_nothing,
        end=world.end,
        kind="ministry_task",
    )


def _texts(world: World, number: int) -> Iterator[Text]:
    while True:
        yield Text(
            title_vi=f"Nhu cầu {world.mark(f'order {number}: title')}",
            title_en=f"Need {world.mark(f'order {number}: title')}",
            abstract_vi=f"Mục tiêu {world.mark(f'need {number}: text')}",
            abstract_en="Objectives",
        )


def _people(world: World, at: datetime) -> None:
    cast = world.cast
    for name, full_name, roles in (
        ("writer", "Người Viết Hồ Sơ", (Role.APPLICANT,)),
        ("coeditor", "Người Cùng Viết", (Role.APPLICANT,)),
        ("member", "Người Cùng Viện", (Role.APPLICANT,)),
        ("stranger", "Người Lạ", (Role.APPLICANT,)),
        ("secretary2", "Thư Ký Khác", (Role.SECRETARY,)),
        ("officer3", "Cán Bộ Vướng Mắc", (Role.OFFICER,)),
        ("deputy", "Người Được Ủy Quyền", ()),
        ("former", "Người Hết Ủy Quyền", ()),
    ):
        demo_cast.open_account(cast, name, full_name, roles, at)
    for name, host in (
        ("writer", "NARIME"),
        ("member", "NARIME"),
        ("coeditor", "CKSM"),
        ("stranger", "DHMT"),
    ):
        registry.set_membership(
            actor=SYSTEM,
            user_id=cast.users[name],
            organisation_id=cast.hosts[host].pk,
            manager=False,
            since=at.date(),
            at=at,
        )
    world.things["conflicted"] = registry.create_person(
        actor=SYSTEM,
        facts={
            "full_name": "Phạm Văn Nghiệp Vụ",
            "email": f"officer2@{demo_cast.DOMAIN}",
        },
        at=at,
        user_id=cast.users["officer2"],
    )
    world.things["in conflict"] = registry.create_person(
        actor=SYSTEM,
        facts={
            "full_name": "Cán Bộ Vướng Mắc",
            "email": f"officer3@{demo_cast.DOMAIN}",
        },
        at=at,
        user_id=cast.users["officer3"],
    )
    officer, today = cast.actor("officer"), world.end.date()
    for borrower, until in (
        ("deputy", today + timedelta(days=30)),
        ("former", today),
    ):
        accounts.lend_role(
            actor=officer,
            borrower_id=cast.users[borrower],
            role=Role.OFFICER,
            since=today - timedelta(days=40),
            until=until,
            reason=f"Nghỉ phép {world.mark('delegation: reason')}",
            at=at,
        )
    expert = cast.experts[3]
    registry.edit_person(
        actor=SYSTEM,
        person_id=expert.pk,
        facts={"phone": "0987654041", "birth_year": 1961},
        at=at,
    )
    world.things["expert person"] = expert
    world.known_as("expert: telephone", "0987654041")
    world.known_as("expert: name", expert.full_name)
    world.known_as("expert: address", expert.public_id)
