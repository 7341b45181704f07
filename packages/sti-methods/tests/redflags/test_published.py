"""Equal to every published example of Cardinal: its fixtures and its documentation."""

from __future__ import annotations

import json

import pytest
from sti_methods.redflags import FLAGS, flags_of, read_releases, settings_of

from tests.shared import SHARED

SAMPLES = SHARED / "data/linkage/samples/cardinal"
FIXTURES = sorted((SAMPLES / "tests/fixtures/indicators").glob("*.jsonl"))
# What the name of a fixture says of its settings.
OPTIONS = {
    "R003-procurement_method_details-x-5-y-10": {
        "procurement_method_details": {"x": "5", "y": "10"}
    },
    "R003-procurement_methods-open+selective": {
        "procurement_methods": "open|selective"
    },
    "R003-threshold-10": {"threshold": "10"},
    "R048-minimum_contracting_processes-1": {"minimum_contracting_processes": "1"},
}
# The suite excludes by these two details whatever the flag.
EXCLUDING = {
    "no_price_comparison_procurement_methods": "NPC",
    "exclusions": {"procurement_method_details": "EXC"},
}
# What the documentation prints below each example, and its settings where not the defaults.
EXAMPLES = {
    "003": {"OCID": {"F": {"R003": 1.0}}},
    "018": {"OCID": {"F": {"R018": 1.0}}},
    "024": {
        "OCID": {"F": {"R024": 1.0}},
        "Tenderer": {"L": {"R024": 0.0}, "W": {"R024": 0.0}},
    },
    "025": {"Tenderer": {"F": {"R025": 0.16666666666666666}}},
    "028": {
        "OCID": {"F": {"R028": 1.0}},
        "Tenderer": {"D": {"R028": 1.0}, "V": {"R028": 1.0}},
    },
    "030": {"OCID": {"F": {"R030": 1.0}}, "Tenderer": {"W": {"R030": 1.0}}},
    "035": {"OCID": {"F": {"R035": 1.0}}, "Tenderer": {"V": {"R035": 0.0}}},
    "036": {"OCID": {"F": {"R036": 1.0}}},
    "038": {"Buyer": {"B": {"R038": 0.5}}},
    "048": {"Tenderer": {"F": {"R048": 2.0}}},
    "058": {"OCID": {"F": {"R058": 99.0}}, "Tenderer": {"W": {"R058": 0.0}}},
}
needs_samples = pytest.mark.skipif(
    not FIXTURES, reason=f"{SAMPLES.name} is not beside this checkout (../shared)"
)


def told(text, settings):
    releases, faults = read_releases(text.splitlines())
    assert faults == []
    results = flags_of(reversed(releases.values()), settings_of(settings)).results()
    return {
        group: {name: {f: float(v) for f, v in of.items()} for name, of in ids.items()}
        for group, ids in results.items()
    }


@needs_samples
def test_there_is_a_fixture_for_every_flag():
    assert {path.stem[:4] for path in FIXTURES} == set(FLAGS)


@needs_samples
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_equal_on_the_fixture(path):
    expected = json.loads(path.with_suffix(".expected").read_text())
    assert path.stem in OPTIONS or path.stem.partition("-")[2] in {"", "tenderer"}
    settings = {path.stem[:4]: OPTIONS.get(path.stem, {}), **EXCLUDING}

    assert expected
    assert told(path.read_text(), settings) == expected


@needs_samples
@pytest.mark.parametrize("number", EXAMPLES)
def test_equal_to_the_documentation(number):
    options = {"minimum_contracting_processes": 1} if number == "048" else {}
    text = (SAMPLES / f"docs/examples/R/{number}.jsonl").read_text()

    assert told(text, {f"R{number}": options}) == EXAMPLES[number]
