"""JSON-LD on public pages: what the page says, in the words of schema.org.

No judge of schema.org works without the network: the shapes below are our own reading of
the vocabulary, and no proof of what a search engine makes of it.
"""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from opensti.domains.portfolios.models import Decision
from opensti.domains.results.models import Offer
from opensti.domains.tasks.models import Task
from opensti.exports.files import FILES
from opensti.kernel.access import Role
from opensti.portal import jsonld
from tests.factories import contract_papers, rights, strategies_plans
from tests.factories import results as result_factory
from tests.factories import strategies_indices as indices
from tests.factories.registry import People
from tests.factories.tasks import person
from tests.portal.test_indices import published

pytestmark = pytest.mark.django_db
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
THING = {
    "@id",
    "@type",
    "url",
    "name",
    "alternateName",
    "identifier",
    "description",
    "sameAs",
}
WORK = THING | {
    "author", "producer", "dateCreated", "datePublished", "license", "publisher", "creator",
    "version", "abstract", "temporalCoverage",
}  # fmt: skip
# The properties that schema.org gives each type that we use.
SHAPES = {
    "Grant": THING | {"funder"},
    "MonetaryGrant": THING | {"funder", "amount", "fundedItem"},
    "MonetaryAmount": {"@type", "currency", "value"},
    "ResearchProject": THING | {"parentOrganization", "funder"},
    "Organization": THING,
    "ResearchOrganization": THING,
    "CollegeOrUniversity": THING,
    "GovernmentOrganization": THING,
    "Person": {"@type", "name"},
    "Product": THING | {"manufacturer", "productionDate"},
    "CreativeWork": WORK,
    "SoftwareApplication": WORK,
    "Report": WORK,
    "Dataset": WORK | {"distribution"},
    "DataCatalog": WORK | {"dataset"},
    "DataDownload": {"@type", "contentUrl", "encodingFormat"},
    "Offer": THING | {"offeredBy", "availabilityStarts", "availabilityEnds"},
    "Legislation": WORK | {"legislationIdentifier", "legislationDate", "legislationPassedBy"},
}  # fmt: skip


def faults(thing, path="$"):
    """Types and properties that schema.org does not know, and things without a name."""
    if isinstance(thing, list):
        return [fault for one in thing for fault in faults(one, path)]
    if not isinstance(thing, dict):
        return [] if thing not in ("", None) else [f"{path} is empty"]
    kind = thing.get("@type")
    if kind not in SHAPES:
        return [f"{path} is {kind}, which is no type"]
    found = [
        f"{path}.{name} is no property of {kind}"
        for name in thing
        if name not in SHAPES[kind] and (path, name) != ("$", "@context")
    ]
    if "name" in SHAPES[kind] and "name" not in thing:
        found.append(f"{path} has no name")
    return found + [
        fault for name, one in thing.items() for fault in faults(one, f"{path}.{name}")
    ]


def told(client, name, *args):
    page = client.get(reverse(f"portal:{name}", args=args))
    assert page.status_code == 200
    (text,) = BLOCK.findall(page.content.decode())
    thing = json.loads(text)
    assert thing["@context"] == "https://schema.org"
    assert faults(thing) == []
    return thing


@pytest.fixture
def house(settings):
    settings.OPENSTI_ADDRESS = "https://sti.example.gov.vn"
    return {
        "@type": "GovernmentOrganization",
        "@id": "https://sti.example.gov.vn/",
        "name": "Bộ Công Thương",
    }


def test_a_call_a_decision_a_task_and_a_result_are_told(client, house):
    funded = contract_papers.signed()
    author = People.create()
    result_factory.accepted(funded)
    made = result_factory.result(
        funded, kind="software", authors=[(author.public_id, 10_000)]
    )
    decision = Decision.objects.get(dossier=funded.contract.dossier)
    task, call = funded.contract.task, decision.round.call
    host = {"@type": "Organization", "name": decision.dossier.host.name_vi}
    at = "https://sti.example.gov.vn"
    assert told(client, "call", call.public_id) == {
        "@context": "https://schema.org",
        "@type": "Grant",
        "@id": f"{at}/calls/{call.public_id}/",
        "url": f"{at}/calls/{call.public_id}/",
        "name": call.title_vi,
        "identifier": call.code,
        **({"description": call.description_vi} if call.description_vi else {}),
        "funder": house,
    }
    found = told(client, "decision", decision.public_id)
    assert found["@type"] == "MonetaryGrant"
    assert found["amount"] == {
        "@type": "MonetaryAmount",
        "currency": "VND",
        "value": int(decision.amount),
    }
    assert found["description"] == decision.reason_vi
    assert found["fundedItem"]["@id"] == f"{at}/tasks/{task.public_id}/"
    leads = found["fundedItem"]["parentOrganization"]
    assert leads["name"] == host["name"]
    found = told(client, "task", task.public_id)
    assert (found["@type"], found["parentOrganization"]) == ("ResearchProject", leads)
    found = told(client, "result", made.public_id)
    assert found["@type"] == "SoftwareApplication"
    assert found["author"] == [{"@type": "Person", "name": author.full_name}]
    assert found["dateCreated"] == f"{made.formed_on}"


def test_an_offer_a_plan_and_an_index_are_told(client, house):
    kept = rights.disclosed()
    offer = rights.offer(kept)
    Offer.objects.filter(pk=offer.pk).update(opens_on=localdate())
    found = told(client, "offer", offer.public_id)
    assert (found["@type"], found["name"]) == ("Offer", offer.title_vi)
    assert found["availabilityStarts"] == f"{localdate()}"
    plan = strategies_plans.issued()
    found = told(client, "plan", plan.public_id)
    assert found["@type"] == "Legislation"
    assert found["legislationIdentifier"] == plan.act_number
    assert found["temporalCoverage"] == f"{plan.starts_on}/{plan.ends_on}"
    officer = indices.officer()
    version = published(officer, person(Role.LEADER), indices.model(officer))
    found = told(client, "index", version.public_id)
    assert (found["@type"], found["creator"]) == ("Dataset", house)
    for file in found["distribution"]:
        path = file["contentUrl"].removeprefix("https://sti.example.gov.vn")
        assert client.get(path).status_code == 200


def test_open_data_are_a_catalogue_of_every_file(client, house):
    found = told(client, "open_data")
    assert (found["@type"], found["publisher"]) == ("DataCatalog", house)
    files = [
        one["contentUrl"] for each in found["dataset"] for one in each["distribution"]
    ]
    names = {name.rpartition("/")[2] for name in files}
    assert names == FILES.keys() - {"catalogue.ttl"}


def test_no_text_ends_the_block_and_what_is_empty_is_not_told(client, house):
    nasty = "</script><script>alert(1)</script><!-- & ]]>"
    funded = contract_papers.signed()
    task = funded.contract.task
    Task.objects.filter(pk=task.pk).update(title_vi=nasty, title_en="", abstract_vi="")
    page = client.get(reverse("portal:task", args=[task.public_id])).content.decode()
    assert "<script>" not in page
    found = told(client, "task", task.public_id)
    assert found["name"] == nasty
    assert "description" not in found


def test_what_is_withheld_is_missing():
    row = SimpleNamespace(
        public_id="x", title_vi="", title_en="", code="", abstract_vi="", abstract_en="",
        host=None, host_name="", funder="",
    )  # fmt: skip
    (text,) = BLOCK.findall(jsonld.task(row))
    assert json.loads(text).keys() == {"@context", "@type", "@id", "url"}


@pytest.mark.parametrize("name", ["home", "tasks", "verify"])
def test_other_pages_tell_nothing(client, name):
    page = client.get(reverse(f"portal:{name}")).content.decode()
    assert BLOCK.findall(page) == []


FAULTS = {
    "a type of our own": {"@type": "Task", "name": "x"},
    "a property of our own": {"@type": "Grant", "name": "x", "score": 9},
    "no name": {"@type": "Organization"},
    "something empty": {"@type": "Grant", "name": "x", "identifier": ""},
    "money without its type": {"@type": "MonetaryGrant", "name": "x", "amount": {"value": 1}},
}  # fmt: skip


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_in_a_shape_is_caught(what):
    assert faults(FAULTS[what]) != []
