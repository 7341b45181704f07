"""Items on their way through the stages, and value before and after."""

from __future__ import annotations

import pytest
from sti_methods.composite.unfit import Unfit
from sti_methods.pipeline import (
    Misplaced,
    Move,
    Prospect,
    Realised,
    expected_value,
    measure,
    realised,
    visits,
    wilson,
)


def moves(text):
    """``a 0 enter identify; a 5 stop`` as moves."""
    found = []
    for line in text.split(";"):
        item, at, kind, *stage = line.split()
        found.append(Move(item=item, at=float(at), kind=kind, stage="".join(stage)))
    return found


ROUND = """a 0 enter identify; a 4 enter create; a 9 enter validate; a 15 enter create; a 18 enter validate;
 a 20 hold; a 23 resume; a 30 enter develop; b 2 enter identify; b 12 stop; c 5 enter identify; c 8 leave;
 d 6 enter identify"""


def test_each_visit_has_its_days_and_its_end():
    found = visits(moves(ROUND), until=40)
    assert [(v.item, v.stage, v.days, v.held, v.end) for v in found] == [
        ("a", "identify", 4, 0, "passed"),
        ("a", "create", 5, 0, "passed"),
        ("a", "validate", 6, 0, "back"),
        ("a", "create", 3, 0, "passed"),
        ("a", "validate", 12, 3, "passed"),
        ("a", "develop", 10, 0, "open"),
        ("b", "identify", 10, 0, "stopped"),
        ("c", "identify", 3, 0, "left"),
        ("d", "identify", 34, 0, "open"),
    ]


def test_conversion_counts_items_once_and_time_counts_every_visit():
    found = measure(moves(ROUND), until=40)
    first, second, third, fourth, last = found.stages
    assert (first.entered, dict(first.ends)) == (
        4, {"passed": 1, "back": 0, "stopped": 1, "left": 1, "open": 1},
    )  # fmt: skip
    # Of those decided; who left or is still there tells nothing.
    assert (first.conversion, first.conversion_low, first.conversion_high) == (0.5, *wilson(1, 2))  # fmt: skip
    assert (first.time.median, first.time.still) == (10, 2)
    assert (second.entered, second.visits, second.returns, second.conversion) == (1, 2, 1, 1.0)  # fmt: skip
    assert (third.held, third.conversion) == (3, 1.0)
    assert (fourth.conversion, fourth.time.median) == (None, None)
    assert (last.entered, last.time) == (0, None)
    assert (found.items, found.done, found.stopped, found.open) == (4, 0, 1, 2)
    assert (found.stop_rate, found.stops["identify"]) == (1.0, 1)


def test_whoever_went_back_and_stopped_has_not_passed():
    found = measure(
        moves("a 0 enter create; a 3 enter validate; a 5 enter create; a 9 stop"),
        until=10,
    )
    assert {s.stage: {k: n for k, n in s.ends.items() if n} for s in found.stages if s.entered} == {
        "create": {"passed": 1},
        "validate": {"back": 1},
    }  # fmt: skip
    assert found.stops["create"] == 1


def test_from_empty_to_empty_the_flow_adds_up_to_the_last_digit():
    text = ";".join(f"i{k} {k} enter identify; i{k} {k + 3 + k % 4} done" for k in range(20))  # fmt: skip
    flow = measure(moves(text), until=40).flow
    assert flow.work == pytest.approx(flow.departures * flow.cycle)
    assert (flow.gap, flow.settled, flow.arrivals) == (pytest.approx(0), True, 0.5)


def test_a_pipeline_that_fills_up_is_told_not_to_be_settled():
    text = ";".join(f"i{k} {k} enter identify" for k in range(20)) + "; i0 2 done"
    flow = measure(moves(text), until=20).flow
    assert (flow.departures, flow.cycle, flow.settled) == (0.05, 2, False)
    assert flow.gap < -0.9


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("a 0 enter dream", "stage", 0),
        ("a 0 stop", "before", 0),
        ("a 0 enter create; a 2 stop; a 3 enter create", "after", 2),
        ("a 0 enter create; a 2 enter create", "same", 1),
        ("a 0 enter create; a 2 resume", "not_held", 1),
        ("a 0 enter create; a 2 hold; a 3 hold", "held", 2),
        ("a 0 enter create; a 99 stop", "time", 1),
        ("a 0 enter create; a nan stop", "time", 1),
    ],
)
def test_a_move_that_cannot_be_is_refused_at_its_place(text, kind, place):
    with pytest.raises(Misplaced) as caught:
        measure(moves(text), until=50)
    assert (caught.value.kind, caught.value.place) == (kind, place)


def test_nothing_and_no_window_are_refused():
    for given, until, kind in (([], 5, "few_units"), (moves("a 5 enter create"), 5, "no_window")):  # fmt: skip
        with pytest.raises(Unfit) as caught:
            measure(given, until=until)
        assert caught.value.kind == kind


def test_wilson_bounds_are_the_printed_ones():
    # Newcombe (1998), Statistics in Medicine 17:857, table I.
    assert [round(one, 4) for one in wilson(81, 263)] == [0.2553, 0.3662]
    assert [round(one, 4) for one in wilson(0, 20)] == [0.0, 0.1611]
    assert [round(one, 4) for one in wilson(15, 148)] == [0.0624, 0.1605]


def test_expected_values_are_those_of_the_published_table():
    # Cooper, Edgett & Kleinschmidt: six projects, value, technical, commercial, development, launch.
    table = {
        "alpha": (30, 0.80, 0.50, 3, 5),
        "beta": (63.75, 0.50, 0.80, 5, 2),
        "gamma": (8.62, 0.75, 0.75, 2, 1),
        "delta": (3, 1.00, 1.00, 1, 0.5),
        "echo": (50, 0.60, 0.75, 5, 3),
        "foxtrot": (66.25, 0.50, 0.80, 10, 2),
    }
    found = {
        name: round(
            expected_value(
                Prospect(value=v, technical=t, commercial=c, development=d, launch=k)
            ),
            1,
        )
        for name, (v, t, c, d, k) in table.items()
    }
    assert found == {
        "alpha": 5.0, "beta": 19.5, "gamma": 2.1, "delta": 1.5, "echo": 15.7, "foxtrot": 15.5,
    }  # fmt: skip
    with pytest.raises(Unfit):
        expected_value(Prospect(value=1, commercial=1.1, launch=0, technical=1, development=0))  # fmt: skip
    with pytest.raises(Unfit):
        expected_value(Prospect(value=1, commercial=1, launch=-1, technical=1, development=0))  # fmt: skip


def test_realised_value_stands_beside_the_estimate_of_the_same_items():
    told = realised({"a": (100, 50), "b": (200, 300), "c": (50, 0), "d": (0, 10)})
    assert told == Realised(items=3, estimated=350, realised=350, ratio=1.0, median=0.5)
    assert realised({"d": (0, 10)}) is None
