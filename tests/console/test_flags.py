from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner
from django.utils import translation
from sti_methods.redflags import FLAGS

from opensti.console.flags import flags as command
from opensti.ui.procurement_flags import MEANINGS

DATED = '{"ocid": "b", "tender": {"tenderPeriod": {"startDate": "2026-01-01", "endDate": "2026-01-09T00:00:00Z"}}}'
ALONE = '{"ocid": "a", "tender": {"procurementMethod": "open", "numberOfTenderers": 1}}'


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def bids(ocid, low, high, currency="VND"):
    details = [
        {
            "status": "valid",
            "tenderers": [{"id": name}],
            "value": {"amount": amount, "currency": currency},
        }
        for name, amount in (("W", low), ("L", high))
    ]
    award = {"status": "active", "suppliers": [{"id": "W"}]}
    return json.dumps({"ocid": ocid, "bids": {"details": details}, "awards": [award]})


def run(place, lines, settings="", *, output="out.csv", name="settings.ini"):
    data = place / "releases.jsonl"
    data.write_text("\n".join(lines), encoding="utf-8")
    given = ["run", str(data), "--output", str(place / output)]
    if settings:
        (place / name).write_text(settings, encoding="utf-8")
        given += ["--settings", str(place / name)]
    return CliRunner().invoke(command, given)


def refused(place, done):
    assert done.exit_code == 2, done.output
    assert not list(place.glob("out.*")) + list(place.glob(".*"))
    return done.stderr.removeprefix("Error: ").splitlines()


def test_flags_are_written_with_the_processes_they_rest_on(tmp_path):
    lines = [ALONE, bids("1", 1, 3), bids("2", 1, 5)]
    done = run(tmp_path, lines, "[R018]\n[R058]\nthreshold = 1.5\n")

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0] == "4 flags raised; 3 releases read."
    with (tmp_path / "out.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["flag", "group", "id", "value", "processes"],
            ["R018", "OCID", "a", "1.0", "a"],
            ["R058", "OCID", "1", "2.0", "1"],
            ["R058", "OCID", "2", "4.0", "2"],
            ["R058", "Tenderer", "W", "0.0", "1 2"],
        ]


def test_json_is_laid_out_as_cardinal_does_with_its_figures(tmp_path):
    done = run(tmp_path, [bids(str(n), 3, 4) for n in range(4)], "R024:\nR018:\n", output="out.json", name="s.yaml")  # fmt: skip

    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "out.json").read_text())
    assert found == {
        "OCID": {str(n): {"R024": 1 / 3} for n in range(4)},
        "Tenderer": {"L": {"R024": 0.0}, "W": {"R024": 0.0}},
        "Meta": {"R024": {"q1": 0.3333, "q3": 0.3333, "lower_fence": 0.3333}},
    }


def test_without_settings_every_flag_is_asked(tmp_path):
    done = run(tmp_path, [ALONE, DATED])

    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines() == [
        "releases.jsonl: line 2: tender/tenderPeriod/startDate cannot be read; flags that need it were not asked."
    ]
    assert "R018,OCID,a" in (tmp_path / "out.csv").read_text()


def test_bad_releases_are_refused_line_by_line(tmp_path):
    done = run(tmp_path, [ALONE, "{", "[]", '{"records": []}', "{}", ALONE])

    assert refused(tmp_path, done) == [
        "Nothing was written.",
        "releases.jsonl: line 2, column 1: this is not JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1)); write one compiled release on each line.",
        "releases.jsonl: line 3, column 1: this is no object in braces { }; write one compiled release on each line.",
        "releases.jsonl: line 4, column 1: this is a package; write each compiled release in it on a line of its own.",
        "releases.jsonl: line 5, column 1: the release has no ocid; write it as a text in quotes.",
        "releases.jsonl: line 6, column 1: line 1 has the ocid “a” already; merge both into one compiled release.",
    ]


@pytest.mark.parametrize(
    ("asked", "line", "words"),
    [
        ("[R003]\n; ten\nthreshold = ten\n", 3, "“ten” is no whole number from 0 on"),
        ("[R003]\ndays = 3\n", 2, "“R003.days” is not known; there are: threshold"),
        ("\n[R999]\n", 2, "“R999” is not known"),
        ("[R003]\nthreshold = 3\nthreshold = 4\n", 3, "is in line 2 already"),
        ("[R003]\nhello\n", 2, "this is neither [a section]"),
        ("R018 = 3\n", 1, "“R018” has options below it"),
        ("[R003.procurement_method_details]\nA b = -1\n", 2, "“-1” is no whole"),
        ("[R025]\npercentile = 101\n", 2, "0 to 100"),
        ("currency = VND\n", 1, "no flag is named; begin a section with one of: R003,"),
    ],
)
def test_bad_settings_are_refused_with_their_line(tmp_path, asked, line, words):
    said = refused(tmp_path, run(tmp_path, [ALONE], asked))

    assert said[0] == "Nothing was written."
    assert said[1].startswith(f"settings.ini: line {line}, column 1: ")
    assert words in said[1]
    assert len(said) == 2


def test_yaml_settings_are_refused_with_their_line_too(tmp_path):
    bad = "R018:\nR003:\n  threshold: soon\n"
    said = refused(tmp_path, run(tmp_path, [ALONE], bad, name="s.yml"))

    assert said[1].startswith("s.yml: line 3, column 1: “soon” is no whole number")


def test_prices_in_several_currencies_need_a_word(tmp_path):
    lines = [bids("1", 1, 3), bids("2", 1, 2, "USD")]

    assert refused(tmp_path, run(tmp_path, lines)) == [
        "Nothing was written.",
        "releases.jsonl: prices are in USD, VND; write into the settings which are compared, as in “currency = USD”.",
    ]
    assert run(tmp_path, lines, "currency = VND\n[R058]\n").exit_code == 0


def test_sections_that_prepare_data_are_passed_over_as_cardinal_does(tmp_path):
    done = run(tmp_path, [ALONE], "[defaults]\ncurrency = USD\n[codelists.bid_status]\nok = valid\n[R018]\n")  # fmt: skip

    assert done.exit_code == 0, done.output
    assert (tmp_path / "out.csv").read_text().count("\n") == 2


def test_each_flag_says_what_it_means_and_what_not():
    assert [*MEANINGS] == [*FLAGS]
    told = CliRunner().invoke(command, ["explain", "R018"]).stdout.splitlines()

    assert [line.split(":")[0].strip() for line in told] == [
        "R018  A single bid", "It means", "It does not mean",
    ]  # fmt: skip
    every = CliRunner().invoke(command, ["explain"]).stdout
    assert all(f"{flag}  " in every for flag in FLAGS)
