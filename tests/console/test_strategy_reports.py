"""``opensti strategy coherence`` and ``scorecard``: words on the screen, numbers in files."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner
from django.utils import translation
from openpyxl import load_workbook

from opensti.console import strategy_reports as commands
from opensti.console.strategy import strategy
from tests.factories import strategies_scorecard as factory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def plan():
    made = factory.plan(code="36/QD-TTg")
    card = factory.card(code="A", owner_name="Vụ", level="output")
    factory.target(made, card, 20)
    factory.published(card, "2023", 13)
    factory.approved(card, "2024", 11)
    return made


def run(command, *args):
    return CliRunner().invoke(command, [str(a) for a in args])


def test_without_a_finding_the_status_is_nought(plan):
    answer = run(commands.coherence, plan.code)
    assert (answer.exit_code, answer.output) == (0, "0 findings.\n")


def test_a_conflict_ends_with_status_one_and_says_its_numbers(plan):
    other = factory.plan(code="1305")
    factory.target(other, plan.targets.get().indicator, 25)
    answer = run(commands.coherence)
    assert (answer.exit_code, answer.output) == (
        1,
        (
            "[conflict] A to 2030: the acts want different values, from 20 to 25 "
            "(36/QD-TTg: at least 20; 1305: at least 25).\n1 finding.\n"
        ),
    )
    found = json.loads(run(commands.coherence, "--json").output)
    assert [(f["code"], f["figures"]["least"]) for f in found] == [
        ("targets_differ", 20)
    ]


def test_a_plan_there_is_not_is_refused(plan, tmp_path):
    there = tmp_path / "x.csv"
    for answer in (
        run(commands.coherence, "NONE"),
        run(commands.scorecard, "NONE", "--output", there),
        run(commands.scorecard, plan.code, "--output", tmp_path / "x.pdf"),
    ):
        assert answer.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_the_scorecard_is_the_same_in_three_kinds_of_files(plan, tmp_path):
    for kind in ("csv", "json", "xlsx"):
        answer = run(commands.scorecard, plan.code, "--output", tmp_path / f"s.{kind}")
        assert (answer.exit_code, answer.output) == (
            0,
            "off the path 1, near the path 0, on the path 0, no data 0\n",
        )
    with (tmp_path / "s.csv").open(encoding="utf-8") as file:
        (row,) = list(csv.DictReader(file))
    plain = json.loads((tmp_path / "s.json").read_text("utf-8"))
    sheet = list(load_workbook(tmp_path / "s.xlsx").active.values)
    assert (row["Year"], row["Value"], row["Achievement, %"]) == (
        "2024",
        "11.0",
        "10.0",
    )
    assert plain["lines"][0]["rating"]["achievement"] == 0.1
    assert sheet[1][10:12] == (2024, 11)


def test_published_counts_what_everybody_may_read(plan, tmp_path):
    there = tmp_path / "s.json"
    run(commands.scorecard, plan.public_id, "--output", there, "--published")
    rating = json.loads(there.read_text("utf-8"))["lines"][0]["rating"]
    assert (rating["year"], rating["value"]) == (2023, 13)


def test_both_stand_under_strategy(plan):
    assert run(strategy, "coherence", plan.code).output == "0 findings.\n"
    assert run(strategy, "scorecard", "none", "--output", "x.csv").exit_code == 2
