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

ROOT = Path(__file__).parents[3]
SCHEMAS = ROOT / "shared" / "data" / "linkage" / "schemas"
OCDS, GIVING = SCHEMAS / "ocds-1.1.5", SCHEMAS / "360giving-1.4.3" / "schema"
ZIPPED = OCDS / "standard-1__1__5.zip"
GOLDEN = Path(__file__).parent / "golden"
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
def _shapes():
    return Graph().parse(SCHEMAS / "dcat-ap-3.0.1" / "dcat-ap-SHACL.ttl")


def dcat_faults(text):
    data = Graph().parse(data=text, format="turtle")
    _fine, results, _words = validate(data, shacl_graph=_shapes(), do_owl_imports=False)
    if not isinstance(results, Graph):
        return [str(results)]
    message = "http://www.w3.org/ns/shacl#resultMessage"
    return sorted(str(o) for _s, p, o in results if str(p) == message)
