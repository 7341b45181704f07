"""Judges from outside accept the golden files, and catch every planted fault."""

from __future__ import annotations

import json
from copy import deepcopy

import ocdsmerge
import pytest

from tests.exports import judges
from tests.exports.judges import GOLDEN, needs_schemas

pytestmark = needs_schemas


def golden(name):
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def text(name):
    return (GOLDEN / name).read_text(encoding="utf-8")


# ---- what is right passes


def test_ocds_releases_and_records_are_valid():
    releases, records = golden("ocds-releases.json"), golden("ocds-records.json")
    assert judges.ocds_package_faults(releases, "release") == []
    assert judges.ocds_package_faults(records, "record") == []
    told = [*releases["releases"], *(r["compiledRelease"] for r in records["records"])]
    assert [judges.ocds_faults(one) for one in told] == [[]] * len(told)
    assert [r for one in records["records"] for r in one["releases"]] == releases[
        "releases"
    ]


def test_every_release_is_an_event_with_its_own_number_and_date():
    told = golden("ocds-releases.json")["releases"]
    assert len({one["id"] for one in told}) == len(told)
    assert {tag for one in told for tag in one["tag"]} == {
        "planning", "tender", "tenderAmendment", "tenderUpdate", "award",
        "awardCancellation", "contract", "contractAmendment", "contractTermination",
        "implementation", "implementationUpdate",
    }  # fmt: skip
    for ocid in {one["ocid"] for one in told}:
        dates = [one["date"] for one in told if one["ocid"] == ocid]
        assert dates == sorted(set(dates))


def test_records_are_merged_as_the_reference_program_merges_them():
    merger = ocdsmerge.Merger(judges.release_schema())
    for record in golden("ocds-records.json")["records"]:
        merged = merger.create_compiled_release(record["releases"])
        assert merged == record["compiledRelease"]


def test_libcoveocds_finds_nothing(tmp_path):
    assert judges.cove_faults(GOLDEN / "ocds-releases.json", tmp_path / "out") == []


def test_360giving_is_valid():
    assert judges.giving_faults(golden("360giving.json")) == []


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.*.xml")), ids=lambda p: p.name)
def test_datacite_is_valid(path):
    assert judges.datacite_faults(path.read_bytes()) == []


def test_iati_is_valid():
    assert judges.iati_faults((GOLDEN / "iati.xml").read_bytes()) == []


def test_the_catalogue_is_valid():
    assert judges.dcat_faults(text("catalogue.ttl")) == []


# ---- what is wrong is caught: (what, how it is planted)


def _first(told, tag):
    return next(one for one in told if one["tag"] == [tag])


OCDS_FAULTS = {
    "no ocid": ("planning", lambda r: r.pop("ocid")),
    "no number": ("planning", lambda r: r.pop("id")),
    "no date": ("award", lambda r: r.pop("date")),
    "a day for a time": ("award", lambda r: r.update(date="2026-05-20")),
    "no tag": ("tender", lambda r: r.update(tag=[])),
    "a tag of our own": ("tender", lambda r: r.update(tag=["opened"])),
    "a way of starting of our own": ("tender", lambda r: r.update(initiationType="task")),
    "a tender without a number": ("tender", lambda r: r["tender"].pop("id")),
    "a state of our own": ("tender", lambda r: r["tender"].update(status="opened")),
    "a method of our own": (
        "tender",
        lambda r: r["tender"].update(procurementMethod="selection"),
    ),
    "money as words": (
        "award",
        lambda r: r["awards"][0]["value"].update(amount="4100000000"),
    ),
    "a currency that is none": (
        "award",
        lambda r: r["awards"][0]["value"].update(currency="đồng"),
    ),
    "a contract of no award": ("contract", lambda r: r["contracts"][0].pop("awardID")),
    "a supplier who is no party": ("award", lambda r: r.update(parties=[])),
    "a field of our own": ("award", lambda r: r["awards"][0].update(score=91)),
    "an address that is none": (
        "planning",
        lambda r: r["planning"]["documents"][0].update(url="not an address"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", OCDS_FAULTS)
def test_a_fault_in_a_release_is_caught(what):
    tag, plant = OCDS_FAULTS[what]
    release = _first(golden("ocds-releases.json")["releases"], tag)
    assert judges.ocds_faults(release) == []
    plant(release)
    assert judges.ocds_faults(release) != []


@pytest.mark.parametrize("kind", ["release", "record"])
@pytest.mark.parametrize("lost", ["uri", "publishedDate", "publisher", "version"])
def test_a_fault_in_a_package_is_caught(kind, lost):
    package = golden(f"ocds-{kind}s.json")
    package.pop(lost)
    assert judges.ocds_package_faults(package, kind) != []
    package = golden(f"ocds-{kind}s.json") | {f"{kind}s": []}
    assert judges.ocds_package_faults(package, kind) != []


def test_a_wrong_merge_is_caught():
    record = deepcopy(golden("ocds-records.json")["records"][0])
    record["compiledRelease"]["contracts"][0]["value"]["amount"] = 4_100_000_000
    merger = ocdsmerge.Merger(judges.release_schema())
    merged = merger.create_compiled_release(record["releases"])
    assert merged != record["compiledRelease"]


GIVING_FAULTS = {
    "no number": lambda g: g.pop("id"),
    "the number of another": lambda g: g.update(id="360G-sti-task00000002"),
    "no amount": lambda g: g.pop("amountAwarded"),
    "an amount as words": lambda g: g.update(amountAwarded="4100000000"),
    "no day": lambda g: g.pop("awardDate"),
    "a recipient that is no list": lambda g: g.update(recipientOrganization={}),
    "no recipient": lambda g: g.pop("recipientOrganization"),
    "an answer of our own": lambda g: g.update(fromOpenCall="selection"),
    "a currency that is none": lambda g: g.update(currency="đồng"),
    "no description": lambda g: g.pop("description"),
}


@pytest.mark.parametrize("what", GIVING_FAULTS)
def test_a_fault_in_a_grant_is_caught(what):
    package = golden("360giving.json")
    GIVING_FAULTS[what](package["grants"][0])
    assert judges.giving_faults(package) != []


DATACITE_FAULTS = {
    "no number": ('<identifier identifierType="DOI">10.5072/award.award0000001</identifier>', ""),
    "no year": ("<publicationYear>2026</publicationYear>", ""),
    "a year that is none": (">2026</publicationYear>", ">năm 2026</publicationYear>"),
    "a kind of our own": ('resourceTypeGeneral="Award"', 'resourceTypeGeneral="Task"'),
    "a part of our own": ("<language>vi</language>", "<tongue>vi</tongue>"),
    "a leader of another kind": ('"ProjectLeader"', '"Host"'),
    "a date of another kind": ('dateType="Issued"', 'dateType="Decided"'),
    "a funder known to nobody": ('funderIdentifierType="ROR"', 'funderIdentifierType="VN"'),
    "no end": ("</resource>", ""),
}  # fmt: skip


@pytest.mark.parametrize("what", DATACITE_FAULTS)
def test_a_fault_in_metadata_is_caught(what):
    right, wrong = DATACITE_FAULTS[what]
    good = text("award.award0000001.xml")
    assert right in good
    assert judges.datacite_faults(good.replace(right, wrong).encode()) != []


IATI_FAULTS = {
    "no number": ("<iati-identifier>XI-ROR-01bvv5f54-task00000001</iati-identifier>", ""),
    "no reporter": ("reporting-org", "reporter"),
    "a title without words": ('<title><narrative>Đúc mẫu chảy chi tiết gang dẻo</narrative><narrative xml:lang="en">Investment casting of ductile iron parts</narrative></title>', "<title/>"),
    "no state": ('<activity-status code="4" />', ""),
    "no day": ('<activity-date iso-date="2026-06-15" type="2" />', '<activity-date type="2" />'),
    "a day as words": ('iso-date="2026-06-01"', 'iso-date="ngày 1/6/2026"'),
    "money as words": (">120000.50</value>", ">120.000,50 USD</value>"),
    "money without its day": (' value-date="2026-06-01"', ""),
    "a payment without its kind": ('<transaction-type code="11" />', ""),
    "parts out of their order": ('<flow-type code="10" /><finance-type code="110" />', '<finance-type code="110" /><flow-type code="10" />'),
    "a part of our own": ("<tied-status", "<untied"),
}  # fmt: skip


@pytest.mark.parametrize("what", IATI_FAULTS)
def test_a_fault_in_an_activity_is_caught(what):
    right, wrong = IATI_FAULTS[what]
    good = text("iati.xml")
    assert right in good
    assert judges.iati_faults(good.replace(right, wrong).encode()) != []


DCAT_FAULTS = {
    "no title": ('    dct:title "Dữ liệu mở"@vi, "Open data"@en ;\n', ""),
    "no publisher of the catalogue": (
        "    dct:publisher <https://ror.org/01bvv5f54> ;\n    dct:language",
        "    dct:language",
    ),
    "a publisher that is nobody": ("a foaf:Agent", "a foaf:Document"),
    "a file that is nowhere": (
        "    dcat:accessURL <https://sti.example.gov.vn/open-data/360giving.json> ;\n",
        "",
    ),
    "two licences": (
        "    dct:license <https://creativecommons.org/licenses/by/4.0/> ;",
        "    dct:license <https://creativecommons.org/licenses/by/4.0/>, <https://x.example/> ;",
    ),
    "an address as words": (
        "dcat:accessURL <https://sti.example.gov.vn/open-data/360giving.json>",
        'dcat:accessURL "360giving.json"',
    ),
    "a licence as words": (
        "    dct:license <https://creativecommons.org/licenses/by/4.0/> ;",
        '    dct:license "CC BY 4.0" ;',
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", DCAT_FAULTS)
def test_a_fault_in_the_catalogue_is_caught(what):
    right, wrong = DCAT_FAULTS[what]
    good = text("catalogue.ttl")
    assert right in good
    assert judges.dcat_faults(good.replace(right, wrong, 1)) != []
