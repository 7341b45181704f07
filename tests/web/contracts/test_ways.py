"""The ways to a contract: from its dossier and its task file; from the dashboard to lists."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from opensti.web.contracts.lights import LISTS
from tests.factories import contracts as factory
from tests.factories import portfolios

pytestmark = pytest.mark.django_db


def links(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()[:2000]
    found = re.findall(r'href="([^"]+)"', response.content.decode())
    return [link.replace("&amp;", "&") for link in found]


def test_dossier_and_task_file_lead_to_the_contract_for_who_may_know_of_it(client_of):
    funded = factory.running()
    contract = funded.contract
    there = reverse("contracts:contract", args=[contract.public_id])
    dossier = reverse("calls:dossier", args=[contract.dossier.public_id])
    task = reverse("tasks:task", args=[contract.task.public_id])
    for actor in (funded.officer, funded.host):
        client = client_of(actor)
        assert there in links(client, dossier)
        assert there in links(client, task)
    rival = client_of(funded.story.applicants[1])
    assert there not in links(rival, task)


def test_a_judged_dossier_leads_the_office_to_the_trail_of_its_budget(client_of):
    story = portfolios.judged("60")
    dossier = story.dossiers[0]
    page = reverse("calls:dossier", args=[dossier.public_id])
    trail = reverse("contracts:dossier_budget", args=[dossier.public_id])
    office, host = client_of(story.officer), client_of(story.applicants[0])
    assert trail in links(office, page)
    assert office.get(trail).status_code == 200
    assert trail not in links(host, page)


def test_the_dashboard_leads_to_every_list_of_what_is_open(client_of):
    client = client_of("officer")
    shown = links(client, reverse("contracts:dashboard"))
    lists = [reverse(name) + query for _label, name, query in LISTS]
    assert [link for link in lists if link not in shown] == []
    assert {link: client.get(link).status_code for link in lists} == dict.fromkeys(
        lists, 200
    )
