"""``opensti pipeline measure`` on files: figures, refusals by row and column."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.utils import translation

from opensti.console.pipeline import pipeline

EVENTS = """item,date,event,stage
a,2026-01-01,enter,identify
a,2026-01-11,enter,create
a,2026-01-31,stop,
b,2026-01-05,enter,identify
b,2026-01-09,hold,
b,2026-01-12,resume,
b,2026-02-04,enter,create
c,2026-01-20,enter,identify
"""
VALUES = """item,value,p_commercial,launch,p_technical,development,estimated,realised
a,30,0.5,5,0.8,3,100,50
b,63.75,0.8,2,0.5,5,,
"""


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def run(place, *more, text=EVENTS):
    (place / "events.csv").write_text(text, encoding="utf-8")
    given = ["measure", str(place / "events.csv"), "--output", str(place / "told.json")]
    return CliRunner().invoke(pipeline, [*given, *more])


def test_a_pipeline_is_measured_with_what_is_still_open(tmp_path):
    (tmp_path / "values.csv").write_text(VALUES, encoding="utf-8")
    done = run(tmp_path, "--until", "2026-02-10", "--values", str(tmp_path / "values.csv"))  # fmt: skip
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[0] == "3 items: 0 done, 1 stopped, 2 open."
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    first = told["stages"][0]
    assert (first["entered"], first["passed"], first["open"], first["conversion"]) == (3, 2, 1, 1.0)  # fmt: skip
    assert (first["time"]["median"], first["time"]["still_there"]) == (30, 1)
    assert first["days_on_hold"] == 3
    assert [(s["days"], s["part"]) for s in first["time"]["curve"]] == [(10, 0.666667), (30, 0.0)]  # fmt: skip
    assert told["stops"] == {"identify": 0, "create": 1, "validate": 0, "develop": 0, "deploy": 0}  # fmt: skip
    assert told["flow"] == {
        "since": "2026-01-01",
        "until": "2026-02-10",
        "work_in_progress": 2.175,
        "arrivals_per_day": 0.075,
        "throughput_per_day": 0.025,
        "cycle_days": 30.0,
        "throughput_times_cycle": 0.75,
        "gap": -0.655172,
        "settled": False,
    }
    assert told["expected_commercial_value"] == {"b": 19.5, "a": 5.0}
    assert told["realised"]["ratio"] == 0.5


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("a,2026-01-11", "a,11/1/2026", "events.csv: row 3, column date: “11/1/2026” is no date"),
        ("enter,create\na", "enter,dream\na", "events.csv: row 3, column stage: “dream” is no stage"),
        ("stop", "halt", "events.csv: row 4, column event: “halt” is no event; write one of enter,"),
        ("b,2026-01-12,resume", "b,2026-01-12,hold", "events.csv: row 7, column event: the item is on hold already."),
        ("c,2026-01-20,enter,identify", "c,2026-01-20,stop,", "events.csv: row 9, column event: the item has entered no stage yet."),
        ("c,2026-01-20", ",2026-01-20", "events.csv: row 9, column item: the id is missing"),
        ("c,2026-01-20", "c,2027-01-20", "events.csv: row 9, column date: the event is after --until"),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_is_refused_by_its_place(tmp_path, wrong, right, said):
    done = run(tmp_path, "--until", "2026-03-01", text=EVENTS.replace(wrong, right))
    assert (done.exit_code, said in done.output) == (2, True), done.output
    assert not (tmp_path / "told.json").exists()


def test_values_and_windows_are_held_to_what_they_must_be(tmp_path):
    (tmp_path / "values.csv").write_text(VALUES.replace("0.5,5", "1.5,-5"), encoding="utf-8")  # fmt: skip
    done = run(tmp_path, "--values", str(tmp_path / "values.csv"))
    assert "values.csv: row 2, column p_commercial: a chance is from 0 to 1." in done.output  # fmt: skip
    assert "values.csv: row 2, column launch: a cost is 0 or more." in done.output
    short = run(tmp_path, "--since", "2026-02-04")
    assert (short.exit_code, "needs a day between" in short.output) == (2, True)
    assert run(tmp_path, "--stages", "a,a").exit_code == 2
