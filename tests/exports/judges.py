"""Judges from outside: schemas of the standards, read from disk, the network never asked.

They lie beside the checkout (``../shared/data/linkage/schemas``); without them the tests
that need them skip and say so.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from lxml import etree
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import DCAT, RDF, SDO

ROOT = Path(__file__).parents[3]
SCHEMAS = ROOT / "shared" / "data" / "linkage" / "schemas"
OCDS, GIVING = SCHEMAS / "ocds-1.1.5", SCHEMAS / "360giving-1.4.3" / "schema"
CRIS = SCHEMAS / "openaire-cris-1.2" / "schemas"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
ZIPPED = OCDS / "standard-1__1__5.zip"
GOLDEN = Path(__file__).parent / "golden"
# By its place: judges run without the house.
IATI_CODES = Path(__file__).parents[2] / "src/opensti/exports/iati_codes.csv"
# Where a code of which list stands.
IATI_CODED = {
    "activity-status": ("code", "ActivityStatus"),
    "activity-date": ("type", "ActivityDateType"),
    "aid-type": ("code", "AidType"),
    "description": ("type", "DescriptionType"),
    "finance-type": ("code", "FinanceType"),
    "flow-type": ("code", "FlowType"),
    "other-identifier": ("type", "OtherIdentifierType"),
    "participating-org": ("role", "OrganisationRole"),
    "sector": ("code", "Sector"),
    "tied-status": ("code", "TiedStatus"),
    "transaction-type": ("code", "TransactionType"),
}
needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(),
    reason="the schemas of the standards are not beside the checkout",
)


@cache
def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def release_schema():
    """With what a release refers to put in its place, closed code lists as enumerations."""
    return _read(OCDS / "schema" / "dereferenced-release-schema.json")


@cache
def _ocds():
    schema = release_schema()
    return jsonschema.Draft4Validator(schema, format_checker=formats())


def formats():
    return jsonschema.Draft4Validator.FORMAT_CHECKER


def _faults(validator, thing):
    return [f"{e.json_path}: {e.message}" for e in validator.iter_errors(thing)]


def ocds_faults(release):
    """What the schema finds, codes that a closed list lacks, and fields it does not know."""
    return [
        *_faults(_ocds(), release),
        *_codes(release.get("tag", ()), "releaseTag.csv"),
        *_unknown(release, release_schema(), "$"),
        *_dangling(release),
    ]


@cache
def _list(name):
    path = OCDS / "schema" / "codelists" / name
    with path.open(encoding="utf-8") as file:
        return {row["Code"] for row in csv.DictReader(file)}


def _codes(found, name):
    return [f"{code} is not in {name}" for code in found if code not in _list(name)]


def _unknown(thing, schema, path):
    """Fields that the standard does not name: extensions need an address of their own."""
    known, found = schema.get("properties", {}), []
    for name, value in thing.items():
        if name not in known:
            found.append(f"{path}.{name} is no field of the standard")
            continue
        inner = known[name]
        if isinstance(value, dict):
            found += _unknown(value, inner, f"{path}.{name}")
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, dict):
                    found += _unknown(one, inner["items"], f"{path}.{name}[]")
    return found


def _dangling(release):
    """Organisations that are named and stand in no list of parties: awarded ones must."""
    parties = {party["id"] for party in release.get("parties", ())}
    named = {
        one["id"]
        for award in release.get("awards", ())
        for one in award.get("suppliers", ())
    }
    return [f"{one} is no party" for one in sorted(named - parties)]


def ocds_package_faults(package, kind):
    """What the schema of a package says of all but its members."""
    schema = dict(_read(OCDS / "schema" / f"{kind}-package-schema.json"))
    members = {"release": "releases", "record": "records"}[kind]
    schema["properties"] = schema["properties"] | {
        members: {"type": "array", "minItems": 1}
    }
    return _faults(
        jsonschema.Draft4Validator(schema, format_checker=formats()), package
    )


def cove_faults(path, folder):
    """What libcoveocds (AGPL, a command of its own) finds in a file."""
    command = shutil.which("libcoveocds")
    if command is None:
        pytest.skip("the command libcoveocds is not installed")
    done = subprocess.run(
        [command, str(path), "-d", "-o", str(folder), "--standard-zip", str(ZIPPED)],
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)
    return [
        *said["validation_errors"],
        *said["additional_closed_codelist_values"],
        *said["all_additional_fields"],
    ]


@cache
def _giving(name):
    return {
        **_read(GIVING / name),
        "$schema": "https://json-schema.org/draft/2020-12/schema",
    }


def giving_faults(package):
    head = dict(_giving("360-giving-package-schema.json"))
    head["properties"] = head["properties"] | {
        "grants": {"type": "array", "minItems": 1}
    }
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    found = _faults(
        jsonschema.Draft202012Validator(head, format_checker=checker), package
    )
    one = jsonschema.Draft202012Validator(
        _giving("360-giving-schema.json"), format_checker=checker
    )
    for grant in package.get("grants", ()):
        found += _faults(one, grant)
    ids = [grant.get("id") for grant in package.get("grants", ())]
    return found + [
        f"{one} twice" for one in sorted({i for i in ids if ids.count(i) > 1})
    ]


@cache
def _datacite():
    return etree.XMLSchema(
        etree.parse(str(SCHEMAS / "datacite" / "kernel-4.6" / "metadata.xsd"))
    )


def datacite_faults(text):
    schema = _datacite()
    try:
        schema.validate(etree.fromstring(text))
    except etree.XMLSyntaxError as error:
        return [str(error)]
    return [entry.message for entry in schema.error_log]


@cache
def _iati():
    return etree.XMLSchema(
        etree.parse(str(SCHEMAS / "iati-2.03" / "iati-activities-schema.xsd"))
    )


def iati_faults(text):
    schema = _iati()
    try:
        schema.validate(etree.fromstring(text))
    except etree.XMLSyntaxError as error:
        return [str(error)]
    return [entry.message for entry in schema.error_log]


@cache
def iati_codes():
    """Whether each code that was read in its list stands, by list and code."""
    with IATI_CODES.open(encoding="utf-8") as file:
        return {(r["list"], r["code"]): r["status"] for r in csv.DictReader(file)}


def iati_code_faults(root):
    """Codes that no list has, or that were withdrawn: the schema knows none of them."""
    known, found = iati_codes(), []
    for element, (attribute, name) in IATI_CODED.items():
        for one in root.iter(element):
            code = one.get(attribute)
            if code is None:
                continue
            if (name, code) not in known:
                found.append(f"{element}: {code} is not in {name}")
            elif known[name, code].startswith("withdrawn"):
                found.append(f"{element}: {code} of {name} is {known[name, code]}")
    parties = ("reporting-org", "participating-org", "provider-org", "receiver-org")
    kinds = [(one.tag, one.get("type")) for one in root.iter(*parties)]
    found += [
        f"{tag}: {kind} is not in OrganisationType"
        for tag, kind in kinds
        if kind and ("OrganisationType", kind) not in known
    ]
    return found


@cache
def _shapes():
    return Graph().parse(SCHEMAS / "dcat-ap-3.0.1" / "dcat-ap-SHACL.ttl")


def dcat_faults(text):
    data = Graph().parse(data=text, format="turtle")
    _fine, results, _words = validate(data, shacl_graph=_shapes(), do_owl_imports=False)
    if not isinstance(results, Graph):
        return [str(results)]
    message = "http://www.w3.org/ns/shacl#resultMessage"
    return sorted(str(o) for _s, p, o in results if str(p) == message)


def dcat_files(text):
    """The addresses of all files that a catalogue tells of."""
    data = Graph().parse(data=text, format="turtle")
    return {str(address) for address in data.objects(None, DCAT.downloadURL)}


def schema_org_faults(thing):
    """Types and properties that the vocabulary, as rdflib brings it, does not know."""
    if thing.get("@context") != "https://schema.org":
        return [f"the context is {thing.get('@context')}"]
    # The context itself lies in the network: its words alone are put in its place.
    words = {"@vocab": str(SDO)}
    data = Graph().parse(data=json.dumps(thing | {"@context": words}), format="json-ld")
    said = [(RDF.type, kind) for kind in data.objects(None, RDF.type)]
    said += [(name, name) for name in data.predicates() if name != RDF.type]
    found = {
        f"{what} is no {'type' if name == RDF.type else 'property'} of schema.org"
        for name, what in said
        if not str(what).startswith(str(SDO))
        or str(what).removeprefix(str(SDO)) not in SDO
    }
    kinds = set(data.subjects(RDF.type, None))
    found |= {f"{one} is of no type" for one in data.subjects() if one not in kinds}
    return sorted(found)


class _Cached(etree.Resolver):
    """What the schemas import from the network, from the copies beside them."""

    def resolve(self, url, _number, context):
        beside = CRIS / "cached" / url.rpartition("/")[2]
        if url.startswith("http") and beside.is_file():
            return self.resolve_filename(str(beside), context)
        return None


@cache
def _harvested():
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Cached())
    return etree.XMLSchema(etree.parse(str(CRIS.parent / "wrap.xsd"), parser))


def oai_faults(text):
    """What protocol and profile find in an answer."""
    schema = _harvested()
    try:
        schema.validate(etree.fromstring(text))
    except etree.XMLSyntaxError as error:
        return [str(error)]
    return [entry.message for entry in schema.error_log]


def harvest_faults(records):
    """Checks 5a and 5b of the profile over a whole harvest, and numbers told twice.

    Whatever a record names is a record, and says nothing of it that the record does not.
    """
    found, faults = {}, []
    for record in records:
        (root,) = record.find("{*}metadata")
        number = record.findtext("{*}header/{*}identifier")
        if not number.endswith(f":{root.get('id')}"):
            faults.append(f"{number} is called {root.get('id')}")
        if root.get("id") in found:
            faults.append(f"{root.get('id')} twice")
        found[root.get("id")] = root
    for root in found.values():
        for named in root.iterdescendants("{*}*"):
            if (number := named.get("id")) is None:
                continue
            if number not in found:
                faults.append(f"{root.get('id')} names {number}, which is no record")
                continue
            faults += [
                f"{root.get('id')} says {said} of {number}"
                for said in _said(named) - _said(found[number])
            ]
    return faults


def _said(root):
    return {
        (part.tag, part.get(LANGUAGE), part.text)
        for part in root
        if part.text and part.text.strip()
    }
