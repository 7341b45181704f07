"""Needs, orders and task files for tests, brought where they stand by the actions."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import factory

from opensti.domains.procedures.actions import load_regimes
from opensti.domains.procedures.queries import active_versions
from opensti.domains.tasks import actions
from opensti.domains.tasks.models import Need, Order, OrderList, Task
from opensti.kernel.access import SYSTEM, Actor, Role
from opensti.kernel.searchtext import search_text
from tests.factories.kept import kept
from tests.factories.registry import Users

if TYPE_CHECKING:
    from opensti.domains.accounts.models import User

AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
ANSWERS: dict[str, Any] = {
    "title": "Thu hồi kẽm từ bụi lò hồ quang",
    "proposed_type": "research",
    "urgency": "Mỗi năm 40.000 tấn bụi phải chôn lấp.",
    "objectives": "Quy trình thu hồi ít nhất 80 % kẽm.",
    "products": [{"product": "Quy trình", "measure": "80 %"}],
    "user_known": False,
    "months": 24,
    "budget": 4_000_000_000,
}


def regimes() -> None:
    """Load the procedures as they are shipped, if none is loaded."""
    if not active_versions().exists():
        _load_regimes()


def _load() -> None:
    load_regimes(actor=SYSTEM, at=AT)


_load_regimes = kept(_load, "procedures_", "record_")


def actor_of(user: User, *roles: Role, **more: Any) -> Actor:
    return Actor(
        user_id=user.pk,
        name=str(user),
        roles=frozenset({Role.PUBLIC, *roles}),
        sudo=True,
        **more,
    )


def person(*roles: Role, **more: Any) -> Actor:
    """A new account with these roles."""
    return actor_of(Users.create(), *roles, **more)


def draft(actor: Actor, **answers: Any) -> Need:
    return actions.draft_need(actor=actor, at=AT, answers={**ANSWERS, **answers})


def submitted(actor: Actor, **answers: Any) -> Need:
    return actions.submit_need(actor=actor, need_id=draft(actor, **answers).pk, at=AT)


def accepted(actor: Actor, officer: Actor, **answers: Any) -> Need:
    return actions.accept_need(
        actor=officer, need_id=submitted(actor, **answers).pk, at=AT
    )


def order(officer: Actor, **said: Any) -> Order:
    given: dict[str, Any] = {
        "title_vi": "Công nghệ thu hồi kẽm",
        "title_en": "Zinc recovery",
        "objectives_vi": "Quy trình thu hồi ít nhất 80 % kẽm.",
        "budget_ceiling": Decimal(4_000_000_000),
        "duration_months": 24,
        "products": [actions.Product(name_vi="Quy trình", quantity=Decimal(1))],
        **said,
    }
    return actions.draft_order(actor=officer, at=AT, **given)


def order_list(officer: Actor, *orders: Order) -> OrderList:
    return actions.make_order_list(
        actor=officer,
        title_vi="Danh mục đặt hàng 2026",
        order_ids=[o.pk for o in orders or [order(officer)]],
        at=AT,
    )


def approved(officer: Actor, leader: Actor, **said: Any) -> Order:
    made = order(officer, **said)
    actions.approve_order_list(
        actor=leader,
        list_id=order_list(officer, made).pk,
        decision_number="1234/QĐ-BCT",
        decided_on=AT.date(),
        at=AT,
    )
    made.refresh_from_db()
    return made


class Tasks(factory.django.DjangoModelFactory[Task]):
    class Meta:
        model = Task

    title_en = factory.Sequence(lambda n: f"Earlier task {n}")
    state = "archived"
    source = "TEST"
    source_key = factory.Sequence(lambda n: f"T-{n}")
    host_name = "Institute"
    funder = "NSF"
    year = 2017
    language = "en"
    search_text = factory.LazyAttribute(lambda o: search_text(o.title_en, o.host_name))
