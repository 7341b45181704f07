"""One command judges every format with the network off, and finds what is wrong."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from opensti.domains.contracts.choices import (
    AidFinance,
    AidFlow,
    AidGiver,
    AidSector,
    AidTied,
    AidType,
)
from opensti.domains.publications.models import Article, PersonConsent
from opensti.exports import iati
from opensti.kernel.access import Role
from tests.exports import judges, whole
from tests.factories import aid, contract_papers
from tests.factories import results as result_factory
from tests.factories.registry import People, Positions
from tests.factories.tasks import person


def run(*command):
    return subprocess.run(
        [sys.executable, *command],
        cwd=whole.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


REACHING = {
    "a connection": "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
    "a name": "import socket; socket.getaddrinfo('example.org', 80)",
    "a page": "from urllib.request import urlopen; urlopen('http://127.0.0.1:9/', timeout=1)",
    "a datagram": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))",
}  # fmt: skip


@pytest.mark.parametrize("what", REACHING)
def test_who_is_cut_off_reaches_nobody(what):
    done = run(
        "-c", f"from tests.exports import offline; offline.cut_off(); {REACHING[what]}"
    )
    assert done.returncode == 1
    assert "NetworkUsedError" in done.stderr


def told_of_an_event():
    at, officer = timezone.now(), person(Role.OFFICER)
    return Article.objects.create(
        kind="event", state="published", title_vi="Hội thảo vật liệu", event_kind="conference",
        starts_at=at + timedelta(days=3), place_vi="Hà Nội", publish_on=timezone.localdate(),
        written_by_id=officer.user_id, approved_by_id=person(Role.LEADER).user_id,
        created_at=at, changed_at=at,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path, db):
    """One whole life with aid and an open result, a person who agreed, an event."""
    funded = contract_papers.signed()
    result_factory.accepted(funded)
    result_factory.result(funded, title_vi="Phần mềm điều độ lò")
    aid.note(funded)
    known = People.create(
        user_id=person(Role.EXPERT).user_id, orcid="0000-0002-1825-0097"
    )
    Positions.create(person=known, organisation=funded.contract.host, until=None)
    PersonConsent.objects.create(person=known, text_version=2, given_at=timezone.now())
    told_of_an_event()
    whole.write(tmp_path)
    return tmp_path


def told(done):
    """Format, records and faults of each line."""
    lines = [one for one in done.stdout.splitlines() if " records " in one]
    return {
        one[:24].strip(): (int(one[24:32]), int(one.rpartition("  ")[2].split()[0]))
        for one in lines
    }


@judges.needs_schemas
def test_a_small_house_passes_every_judge(folder):
    done = run("-m", "tests.exports.judge", str(folder))
    assert done.stdout.startswith("network: refused in this process")
    assert told(done) == {
        "OCDS 1.1.5 releases": (6, 0),
        "OCDS 1.1.5 records": (1, 0),
        "360Giving 1.4.3": (1, 0),
        "DataCite 4.6": (2, 0),
        "IATI 2.03": (1, 0),
        "DCAT-AP 3.0.1": (24, 0),
        "OAI-PMH 2.0, CERIF 1.2": (8, 0),
        "schema.org JSON-LD": (14, 0),
        "CSV, XLSX, Parquet": (12, 0),
    }, done.stdout + done.stderr
    assert done.returncode == 0


def _spoil(path, right, wrong):
    good = path.read_text(encoding="utf-8")
    assert right in good
    path.write_text(good.replace(right, wrong), encoding="utf-8")


@judges.needs_schemas
def test_a_fault_in_any_format_is_told_and_is_the_exit_status(folder):
    _spoil(folder / "ocds-releases.json", '"tag":["implementation"]', '"tag":["prize"]')
    _spoil(folder / "ocds-compiled.jsonl", '"currency":"VND"', '"currency":"USD"')
    _spoil(folder / "360giving.json", '"currency":"VND"', '"currency":"đồng"')
    _spoil(folder / "iati.xml", '<flow-type code="10"', '<flow-type code="20"')
    _spoil(folder / "oai/ListRecords-00001.xml", "<Person ", "<Human ")
    _spoil(folder / "jsonld/tasks-en.json", "ResearchProject", "ResearchTask")
    _spoil(folder / "events.csv", "contracts.sign", "contracts.mark")
    (folder / "datacite.zip").write_bytes(b"")
    (folder / "kept_back.csv").unlink()
    done = run("-m", "tests.exports.judge", str(folder))
    assert done.returncode == 1
    assert [name for name, (_records, faults) in told(done).items() if not faults] == []


def test_every_code_of_aid_was_read_in_its_list_and_stands():
    used = {
        "OrganisationType": [*AidGiver.values, iati.GOVERNMENT],
        "FlowType": AidFlow.values,
        "FinanceType": AidFinance.values,
        "AidType": AidType.values,
        "TiedStatus": AidTied.values,
        "Sector": AidSector.values,
        "SectorVocabulary": [iati.DAC],
        "OrganisationRole": [iati.FUNDING, iati.IMPLEMENTING],
        "ActivityStatus": iati.STATUS.values(),
        "ActivityDateType": [iati.PLANNED_START, iati.STARTED, iati.PLANNED_END],
        "TransactionType": [iati.PROMISED_TO_US],
        "DescriptionType": [iati.GENERAL],
        "OtherIdentifierType": [iati.OUR_NUMBER],
    }
    wanted = {(name, code) for name, codes in used.items() for code in codes}
    standing = {
        key for key, status in judges.iati_codes().items() if "withdrawn" not in status
    }
    assert wanted == standing
