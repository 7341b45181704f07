"""OAI-PMH: what harvesters are told, what they may ask, and that they lose nothing."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from lxml import etree

from opensti.api import oai
from opensti.domains.portfolios.models import Decision
from opensti.domains.publications.models import (
    Article,
    HarvestRecord,
    PersonConsent,
)
from opensti.domains.publications.queries.consenting import NAMES_HARVESTERS
from opensti.domains.registry.models import Organisation
from opensti.domains.results.models import Result
from opensti.domains.tasks.models import Task
from opensti.exports import harvest
from opensti.exports.harvest import refresh
from opensti.kernel.access import Role
from tests.exports import judges
from tests.exports.test_whole import told_of_an_event
from tests.factories import contract_papers
from tests.factories import portfolios as factory
from tests.factories import results as result_factory
from tests.factories.registry import People, Positions
from tests.factories.tasks import person

with warnings.catch_warnings():  # it was written before Python 3.12 warned of "\\{"
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    from sickle import Sickle

pytestmark = pytest.mark.django_db
CERIF, DUBLIN_CORE = "oai_cerif_openaire_v1_2", "oai_dc"
AT = datetime(2030, 1, 1, 8, tzinfo=UTC)
BUDGETS = {"endpoint": 13}


@pytest.fixture(autouse=True)
def _address(settings):
    settings.OPENSTI_ADDRESS = "https://sti.example.gov.vn"


def ask(client, **said):
    said = {name.rstrip("_"): value for name, value in said.items()}
    answer = client.get("/api/oai", said)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    return etree.fromstring(answer.content)


def error(client, **said):
    return [one.get("code") for one in ask(client, **said).iterfind("{*}error")]


def keys(answer):
    return [
        one.text.rpartition(":")[2]
        for one in answer.iterfind(".//{*}header/{*}identifier")
    ]


def looked(at=AT):
    return refresh(clock=lambda: at, anyway=True)


@pytest.fixture
def lived():
    """One task from its order to a piece of software and an embargoed report."""
    funded = contract_papers.signed()
    result_factory.accepted(funded)
    opened = result_factory.result(funded, kind="software", title_vi="Phần mềm điều độ")
    later = result_factory.result(
        funded,
        kind="report",
        title_vi="Báo cáo kín",
        secrecy="embargo",
        open_from=timezone.localdate() + timedelta(days=900),
    )
    looked()
    task = funded.contract.task
    decision = Decision.objects.get(dossier=funded.contract.dossier)
    return SimpleNamespace(
        task=task, opened=opened, later=later, contract=funded.contract, decision=decision,
        project=f"Projects/{task.public_id}", product=f"Products/{opened.public_id}",
        award=f"Fundings/{decision.public_id}",
        call=f"Fundings/{decision.round.call.public_id}",
        host=f"OrgUnits/{decision.dossier.host.public_id}",
    )  # fmt: skip


def test_everything_public_is_told_once_and_nothing_else(lived, client):
    answer = ask(client, verb="ListRecords", metadataPrefix=CERIF)
    assert keys(answer) == [
        "OrgUnits/publisher", lived.host, lived.call, lived.award, lived.project,
        lived.product,
    ]  # fmt: skip
    text = etree.tostring(answer, encoding="unicode")
    assert "Báo cáo kín" not in text
    assert lived.later.public_id not in text
    (project,) = answer.iterfind(".//{*}Project[{*}Funded]")
    host = lived.contract.host
    assert project.findtext("{*}StartDate") == f"{lived.contract.task.start}"
    assert project.findtext("{*}EndDate") == f"{lived.contract.task.end}"
    assert project.findtext("{*}Consortium//{*}Name") == host.name_vi
    (funding,) = answer.iterfind(".//{*}Funding[{*}Amount]")
    assert funding.findtext("{*}Amount") == f"{int(lived.decision.amount)}"
    assert funding.find("{*}PartOf/{*}Funding").get("id") == lived.call


@judges.needs_schemas
@pytest.mark.parametrize(
    "verb", ["Identify", "ListSets", "ListMetadataFormats", "Nothing"]
)
def test_what_is_told_of_the_house_is_valid(verb, client):
    looked()
    answer = client.get("/api/oai", {"verb": verb})
    assert judges.oai_faults(answer.content) == []


@judges.needs_schemas
def test_whole_answers_are_valid_and_agree_with_each_other(lived, client):
    said = {"verb": "ListRecords", "metadataPrefix": CERIF}
    answer = client.get("/api/oai", said)
    assert judges.oai_faults(answer.content) == []
    records = etree.fromstring(answer.content).findall(".//{*}record")
    assert judges.harvest_faults(records) == []
    headers = client.get("/api/oai", said | {"verb": "ListIdentifiers"})
    assert judges.oai_faults(headers.content) == []
    assert keys(etree.fromstring(headers.content)) == keys(
        etree.fromstring(answer.content)
    )


FAULTS = {
    "no number of a record": (' id="Projects/', ' name="Projects/'),
    "a kind of funding of our own": ("OpenAIRE_Funding_Types#Award", "OpenAIRE_Funding_Types#QD"),
    "no kind of funding": ("#Call</Type>", "#Call</Kind>"),
    "money as words": ('currency="VND">', 'currency="VND">đồng '),
    "a type of output of our own": ("resource_type/c_5ce6", "resource_type/software"),
    "a day that is none": ("<StartDate>2", "<StartDate>ngày 2"),
    "elements out of their order": ("<StartDate>", "<Acronym>X</Acronym><StartDate>"),
    "a datestamp that is none": ("<datestamp>2", "<datestamp>x2"),
    "an error of our own": ("<ListRecords>", '<error code="sorry"/><ListRecords>'),
}  # fmt: skip
QUARRELS = {
    "a record twice": lambda records: records.append(records[-1]),
    "a host who is no record": lambda records: records.pop(1),
    "a funding that is no record": lambda records: records.pop(3),
    "another name for the same host": lambda records: _named(records, "OrgUnit"),
    "another name for the same task": lambda records: _named(records, "Project"),
}


def _named(records, element):
    for record in records:
        for found in record.iterfind(f".//{{*}}{element}/{{*}}*"):
            if found.text and found.get(judges.LANGUAGE):
                found.text += " khác"
                return


@judges.needs_schemas
def test_faults_are_caught(lived, client):
    said = {"verb": "ListRecords", "metadataPrefix": CERIF}
    good = client.get("/api/oai", said).content.decode()
    for what, (right, wrong) in FAULTS.items():
        assert right in good, what
        assert judges.oai_faults(good.replace(right, wrong).encode()) != [], what
    for what, quarrel in QUARRELS.items():
        records = etree.fromstring(good.encode()).findall(".//{*}record")
        quarrel(records)
        assert judges.harvest_faults(records) != [], what


def test_dublin_core_tells_the_same_in_plain_words(lived, client):
    answer = ask(
        client,
        verb="GetRecord",
        metadataPrefix=DUBLIN_CORE,
        identifier=f"oai:sti.example.gov.vn:{lived.product}",
    )
    (found,) = answer.iterfind(".//{*}dc")
    assert [(etree.QName(one).localname, one.text) for one in found] == [
        ("title", "Phần mềm điều độ"),
        ("type", "http://purl.org/coar/resource_type/c_5ce6"),
        ("publisher", "Bộ Công Thương"),
        ("date", f"{lived.opened.formed_on}"),
        ("identifier", f"https://sti.example.gov.vn/results/{lived.opened.public_id}/"),
        ("relation", f"https://sti.example.gov.vn/tasks/{lived.task.public_id}/"),
    ]


def agreed(funded, version):
    """Somebody who works at the host and agreed, in the words of a version."""
    known = People.create(
        full_name="Đặng Thị Kẽm",
        orcid="0000-0002-1825-0097",
        user_id=person(Role.EXPERT).user_id,
    )
    Positions.create(person=known, organisation=funded.contract.host)
    consent = PersonConsent.objects.create(
        person=known, text_version=version, given_at=AT
    )
    return known, consent


def test_people_are_told_who_agreed_in_words_that_name_harvesters(client):
    funded = contract_papers.signed()
    known, consent = agreed(funded, NAMES_HARVESTERS - 1)
    looked()
    said = {
        "verb": "ListRecords",
        "metadataPrefix": CERIF,
        "set": "openaire_cris_persons",
    }
    assert error(client, **said) == ["noRecordsMatch"]
    PersonConsent.objects.update(text_version=NAMES_HARVESTERS)
    looked()
    (found,) = ask(client, **said).iterfind(".//{*}Person")
    assert found.get("id") == f"Persons/{known.public_id}"
    assert found.findtext("{*}PersonName/{*}FamilyNames") == "Đặng Thị Kẽm"
    assert found.findtext("{*}ORCID") == "https://orcid.org/0000-0002-1825-0097"
    host = found.find("{*}Affiliation/{*}OrgUnit")
    assert host.get("id") == f"OrgUnits/{funded.contract.host.public_id}"
    consent.withdrawn_at = AT
    consent.save()
    # Gone at once, and told as deleted; then nothing of the words is kept, either.
    assert "Kẽm" not in etree.tostring(ask(client, **said), encoding="unicode")
    looked(AT + timedelta(days=1))
    (header,) = ask(client, **said).iterfind(".//{*}header")
    assert header.get("status") == "deleted"
    assert HarvestRecord.objects.get(kind="persons").digest == ""


def test_a_work_place_that_no_task_names_is_told_by_who_works_there(client):
    known, _consent = agreed(contract_papers.signed(), NAMES_HARVESTERS)
    place = Positions.create(person=known).organisation
    Task.objects.update(title_vi="Tên mới")
    looked()
    told = ask(
        client, verb="GetRecord", metadataPrefix=CERIF,
        identifier=f"oai:sti.example.gov.vn:OrgUnits/{place.public_id}",
    )  # fmt: skip
    assert told.findtext(".//{*}OrgUnit/{*}Name") == place.name_vi
    answer = client.get("/api/oai", {"verb": "ListRecords", "metadataPrefix": CERIF})
    if judges.SCHEMAS.is_dir():
        assert judges.oai_faults(answer.content) == []
    records = etree.fromstring(answer.content).findall(".//{*}record")
    assert judges.harvest_faults(records) == []


def test_events_that_stand_are_told(client):
    row = told_of_an_event()
    looked()
    said = {
        "verb": "ListRecords",
        "metadataPrefix": CERIF,
        "set": "openaire_cris_events",
    }
    (found,) = ask(client, **said).iterfind(".//{*}Event")
    assert [(etree.QName(one).localname, one.text) for one in found if one.text] == [
        ("Name", "Hội thảo vật liệu"),
        ("Place", "Hà Nội"),
        ("Country", "VN"),
        ("StartDate", f"{timezone.localdate(row.starts_at)}"),
        ("EndDate", f"{timezone.localdate(row.starts_at)}"),
    ]
    Article.objects.update(state="withdrawn")
    answer = ask(client, **said)
    assert answer.find(".//{*}metadata") is None


def test_a_house_without_a_name_of_the_internet_has_one_that_is_nobodys(
    client, settings
):
    settings.OPENSTI_ADDRESS = "http://localhost:8000"
    looked()
    answer = ask(client, verb="Identify")
    assert answer.findtext(".//{*}repositoryIdentifier") == "house.invalid"


WRONG = {
    "nothing": ({}, "badVerb"),
    "a verb of our own": ({"verb": "Tell"}, "badVerb"),
    "two verbs": ({"verb": ["Identify", "ListSets"]}, "badVerb"),
    "an argument that nobody knows": ({"verb": "Identify", "q": "x"}, "badArgument"),
    "no format": ({"verb": "ListRecords"}, "badArgument"),
    "a format twice": ({"verb": "ListRecords", "metadataPrefix": [CERIF, CERIF]}, "badArgument"),
    "no identifier": ({"verb": "GetRecord", "metadataPrefix": CERIF}, "badArgument"),
    "no day": ({"verb": "ListRecords", "metadataPrefix": CERIF, "from": "2026-02-30"}, "badArgument"),
    "a day as words": ({"verb": "ListRecords", "metadataPrefix": CERIF, "until": "today"}, "badArgument"),
    "a day and a time": (
        {"verb": "ListRecords", "metadataPrefix": CERIF, "from": "2026-01-01", "until": "2026-01-02T00:00:00Z"},
        "badArgument",
    ),
    "an end before its beginning": (
        {"verb": "ListRecords", "metadataPrefix": CERIF, "from": "2026-01-02", "until": "2026-01-01"},
        "badArgument",
    ),
    "a token and more": ({"verb": "ListRecords", "metadataPrefix": CERIF, "resumptionToken": "x"}, "badArgument"),
    "a token of nobody": ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
    "a token for sets": ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
    "a format of others": ({"verb": "ListRecords", "metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
    "a set of others": ({"verb": "ListRecords", "metadataPrefix": CERIF, "set": "x"}, "noRecordsMatch"),
    "an empty set": (
        {"verb": "ListRecords", "metadataPrefix": CERIF, "set": "openaire_cris_equipments"},
        "noRecordsMatch",
    ),
    "before everything": (
        {"verb": "ListIdentifiers", "metadataPrefix": CERIF, "until": "2000-01-01"},
        "noRecordsMatch",
    ),
    "a record of others": (
        {"verb": "GetRecord", "metadataPrefix": CERIF, "identifier": "oai:x.example:Projects/1"},
        "idDoesNotExist",
    ),
    "formats of no record": ({"verb": "ListMetadataFormats", "identifier": "x\x0b"}, "idDoesNotExist"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_asked_wrongly_is_told_as_the_protocol_says(what, client):
    looked()
    said, code = WRONG[what]
    assert error(client, **said) == [code]
    if judges.SCHEMAS.is_dir():
        assert judges.oai_faults(client.get("/api/oai", said).content) == []


def test_the_window_holds_its_first_and_its_last_second(client):
    looked(AT)
    stamp = AT + timedelta(seconds=3)
    second, day = f"{stamp:%Y-%m-%dT%H:%M:%SZ}", f"{stamp:%Y-%m-%d}"
    asked = {"verb": "ListIdentifiers", "metadataPrefix": DUBLIN_CORE}
    for window in ({"from": second, "until": second}, {"from": day, "until": day}):
        assert keys(ask(client, **asked, **window)) == ["OrgUnits/publisher"]
    after = f"{stamp + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    assert error(client, **asked, **{"from": after}) == ["noRecordsMatch"]
    posted = client.post("/api/oai", asked)
    assert keys(etree.fromstring(posted.content)) == ["OrgUnits/publisher"]


def test_only_what_changed_is_told_again_and_what_left_is_told_deleted(lived, client):
    before = dict(HarvestRecord.objects.values_list("key", "changed_at"))
    later, last = AT + timedelta(days=1), AT + timedelta(days=2)
    assert looked(later).written == 0
    Task.objects.filter(pk=lived.task.pk).update(title_vi="Tên mới")
    assert looked(later).written == 3  # the task, and who names it: money and result
    assert keys(ask(client, verb="ListRecords", metadataPrefix=CERIF, from_="2030-01-02")) == [
        lived.award, lived.project, lived.product,
    ]  # fmt: skip
    Result.objects.filter(pk=lived.opened.pk).update(secrecy="internal")
    # Whoever asks before the index knows is told nothing of it, either.
    answer = ask(client, verb="ListRecords", metadataPrefix=CERIF)
    assert "Phần mềm điều độ" not in etree.tostring(answer, encoding="unicode")
    gone = looked(last)
    assert (gone.written, gone.deleted) == (0, 1)
    answer = ask(client, verb="ListRecords", metadataPrefix=CERIF, from_="2030-01-03")
    (header,) = answer.iterfind(".//{*}header")
    assert (keys(answer), header.get("status")) == ([lived.product], "deleted")
    assert answer.find(".//{*}metadata") is None
    Result.objects.filter(pk=lived.opened.pk).update(secrecy="open")
    assert looked(last).written == 1
    kept = dict(HarvestRecord.objects.values_list("key", "changed_at"))
    assert kept.keys() == before.keys()
    assert {key for key in kept if kept[key] == before[key]} == {
        "OrgUnits/publisher", lived.host, lived.call,
    }  # fmt: skip


def test_nothing_is_looked_at_again_while_nothing_happened(
    lived, django_assert_num_queries
):
    refresh(clock=lambda: AT)
    with django_assert_num_queries(5):
        assert refresh(clock=lambda: AT) is None
    assert refresh(clock=lambda: AT + timedelta(days=1)).written == 0


def test_a_look_that_a_newer_one_overtook_stops(lived, monkeypatch):
    def overtaken(_house, _life):
        looked(AT + timedelta(days=3))
        return []

    before = list(HarvestRecord.objects.values_list("key", "changed_at", "deleted"))
    real = harvest.cerif.items
    calls = iter([overtaken])

    def once(house, life):
        return next(calls, real)(house, life)

    monkeypatch.setattr(harvest.cerif, "items", once)
    assert looked(AT + timedelta(days=2)).whole is False
    assert (
        list(HarvestRecord.objects.values_list("key", "changed_at", "deleted"))
        == before
    )


def test_a_writing_that_took_long_is_told_at_its_end():
    times = iter([AT, AT + timedelta(seconds=9), AT + timedelta(seconds=9)])
    refresh(clock=lambda: next(times, AT + timedelta(seconds=9)), anyway=True)
    assert HarvestRecord.objects.get().changed_at == AT + timedelta(seconds=12)


@pytest.mark.parametrize("rows", [1, 3])
def test_more_records_cost_no_more_queries(rows, client, django_assert_num_queries):
    factory.released(factory.judged(*["90"] * rows, orders=rows))
    looked()
    with django_assert_num_queries(BUDGETS["endpoint"]):
        answer = ask(
            client,
            verb="ListRecords",
            metadataPrefix=CERIF,
            set="openaire_cris_projects",
        )
    assert len(keys(answer)) == rows


@pytest.mark.django_db(transaction=True)
def test_a_harvester_loses_and_doubles_nothing_while_records_change(
    live_server, monkeypatch, settings
):
    settings.OPENSTI_ADDRESS = live_server.url
    monkeypatch.setattr(oai, "AT_ONCE", 2)
    factory.released(factory.judged("90", "80", "70", orders=3))
    refresh(clock=timezone.now, anyway=True)
    every = set(HarvestRecord.objects.values_list("key", flat=True))
    reader = Sickle(f"{live_server.url}/api/oai")
    read, began = [], reader.ListRecords(metadataPrefix=CERIF).oai_response.xml
    began = began.findtext("{*}responseDate")
    for number, record in enumerate(reader.ListRecords(metadataPrefix=CERIF)):
        read.append(record.header.identifier.rpartition(":")[2])
        # While it reads: every task is renamed, those read and those not read yet.
        if number == 4:
            Task.objects.update(title_vi="Tên mới giữa chừng")
            refresh(clock=timezone.now, anyway=True)
    assert sorted(read) == sorted(every)
    # From its first answer on it is told every change, and the last words.
    again = reader.ListRecords(
        **{"metadataPrefix": CERIF, "from": began, "set": "openaire_cris_projects"}
    )
    titles = [one.xml.findtext(".//{*}Project/{*}Title") for one in again]
    assert titles == ["Tên mới giữa chừng"] * 3
    Organisation.objects.update(name_en="Institute")
    refresh(clock=timezone.now, anyway=True)
    heads = reader.ListIdentifiers(
        metadataPrefix=DUBLIN_CORE, set="openaire_cris_orgunits"
    )
    assert len({head.identifier for head in heads}) == len(
        [key for key in every if key.startswith("OrgUnits/")]
    )
