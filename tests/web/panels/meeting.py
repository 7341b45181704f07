"""Browsers at a meeting: who signs in, what a page costs, what it asks again."""

from __future__ import annotations

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opensti.domains.accounts.models import RoleGrant, User
from opensti.kernel.access import Role
from tests.factories import panels

SINCE = panels.AT.date().replace(year=2020)


def browser(actor, *roles):
    """The browser of somebody whom a factory made."""
    user = User.objects.get(pk=actor.user_id)
    for role in roles or actor.roles - {Role.PUBLIC}:
        RoleGrant.objects.get_or_create(user=user, role=role, since=SINCE)
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def text(response):
    return response.content.decode()


def url(name, thing):
    return reverse(f"panels:{name}", args=[thing.public_id])


def keeps(office, council):
    client = browser(office.secretary)

    def act(**said):
        return client.post(url("session", council), said)

    return client, act


def cost(client, address, **more):
    client.get(address, **more)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address, **more)
    assert response.status_code == 200, text(response)[:2000]
    return len(asked)


def asked_again(client, address):
    """The address that the page asks again every few seconds."""
    found = re.search(r'hx-get="([^"]+)"', text(client.get(address)))
    return found[1].replace("&amp;", "&")
