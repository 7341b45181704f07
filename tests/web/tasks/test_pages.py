"""Every page of needs, orders, lists and the archive, as those who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from opensti.domains.accounts.models import RoleGrant, User
from opensti.domains.tasks import actions
from opensti.kernel.access import Role
from tests.factories import tasks as make
from tests.factories.tasks import AT, Tasks

if TYPE_CHECKING:
    from django.test import Client

    from opensti.kernel.access import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _regimes() -> None:
    make.regimes()


def person(*roles: Role) -> Actor:
    """An account that holds these roles in the database too, so that it can sign in."""
    actor = make.person(*roles)
    for role in roles:
        RoleGrant.objects.create(user_id=actor.user_id, role=role, since="2020-01-01")
    return actor


def sign_in(client: Client, actor: Actor) -> None:
    client.force_login(User.objects.get(pk=actor.user_id))


def test_every_page_opens_for_the_officer(client: Client) -> None:
    officer, leader = person(Role.OFFICER), person(Role.LEADER)
    applicant = person(Role.APPLICANT)
    need = make.accepted(applicant, officer)
    order = make.approved(officer, leader, need_ids=[need.pk])
    task = Tasks.create()
    sign_in(client, officer)
    pages = {
        reverse("tasks:needs"): 200,
        reverse("tasks:need", args=[need.public_id]): 200,
        reverse("tasks:need_new"): 200,
        reverse("tasks:orders"): 200,
        reverse("tasks:order", args=[order.public_id]): 200,
        reverse("tasks:order_new"): 200,
        reverse("tasks:order_edit", args=[order.public_id]): 200,
        reverse("tasks:lists"): 200,
        reverse("tasks:list", args=[order.list.public_id]): 200,
        reverse("tasks:list_new"): 200,
        reverse("tasks:archive"): 200,
        reverse("tasks:task", args=[task.public_id]): 200,
    }
    assert {url: client.get(url).status_code for url in pages} == pages
