"""Two versions side by side: who moved, by which pillar, and who is in one alone."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sti_methods.composite.comparison import Moved, Pillar, Version, compare
from sti_methods.composite.unfit import Unfit

from .published import PILLARS, needs_asem, parents, table, weights

near = pytest.approx


def version(scores, units="abc", codes=("I", "P", "Q"), effective=None):
    told = {"P": 0.5, "Q": 0.5} if effective is None else effective
    return Version(
        units=tuple(units), codes=codes, scores=np.array(scores, float), effective=told
    )


def fault(work):
    with pytest.raises(Unfit) as refused:
        work()
    return refused.value.kind, refused.value.about


BEFORE = version([[6, 8, 4], [5, 5, 5], [4, 2, 6]])
NAN = np.nan


def test_who_moved_and_which_pillar_moved_them():
    after = version([[5, 6, 4], [7, 5, 9], [4, 2, 6]])

    found = compare(before=BEFORE, after=after, code="I", pillars=("P", "Q"))

    assert [(one.unit, one.change, one.risen) for one in found.units] == [
        ("b", 2.0, 1),
        ("a", -1.0, -1),
        ("c", 0.0, 0),
    ]
    assert found.units[0].pillars == (
        Pillar(code="P", before=5.0, after=5.0, change=0.0, part=0.0),
        Pillar(code="Q", before=5.0, after=9.0, change=4.0, part=2.0),
    )
    assert found.units[0].rest == 0.0
    assert (found.moved, found.mean_change, found.correlation) == (
        2,
        near(2 / 3),
        near(0.5),
    )
    assert [one.unit for one in found.movers(most=5)] == ["b", "a"]
    assert [one.unit for one in found.movers(most=1)] == ["b"]


def test_a_unit_of_one_version_has_no_value_in_the_other_and_moves_nobody():
    after = version([[9, 9, 9], [6, 8, 4], [5, 5, 5], [NAN, NAN, NAN]], units="nabc")

    found = compare(before=BEFORE, after=after, code="I")

    assert found.units == (
        Moved(
            unit="n", before=None, after=9.0, change=None, rank_before=None, rank_after=1,
            risen=None, common_before=None, common_after=None, common_risen=None,
            pillars=(), rest=None,
        ),
        Moved(
            unit="a", before=6.0, after=6.0, change=0.0, rank_before=1, rank_after=2,
            risen=-1, common_before=1, common_after=1, common_risen=0,
            pillars=(), rest=None,
        ),
        Moved(
            unit="b", before=5.0, after=5.0, change=0.0, rank_before=2, rank_after=3,
            risen=-1, common_before=2, common_after=2, common_risen=0,
            pillars=(), rest=None,
        ),
        Moved(
            unit="c", before=4.0, after=None, change=None, rank_before=3, rank_after=None,
            risen=None, common_before=None, common_after=None, common_risen=None,
            pillars=(), rest=None,
        ),
    )  # fmt: skip
    assert (found.only_before, found.only_after) == (("c",), ("n",))
    assert (found.moved, found.mean_change, found.correlation) == (0, 0.0, None)
    assert found.movers(most=3) == ()
    told = json.dumps(found.to_plain(), allow_nan=False)
    assert json.loads(told)["only_after"] == ["n"]


def test_a_pillar_that_one_version_lacks_is_shown_and_its_share_left_over():
    after = version([[7.0, 7], [5, 5], [3, 3]], codes=("I", "P"), effective={"P": 1.0})

    found = compare(before=BEFORE, after=after, code="I", pillars=("P", "Q"))

    first = found.units[0]
    assert first.pillars == (
        Pillar(code="P", before=8.0, after=7.0, change=-1.0, part=3.0),
        Pillar(code="Q", before=4.0, after=None, change=None, part=None),
    )
    assert (first.change, first.rest) == (
        1.0,
        -2.0,
    )  # Q brought 2, and brings them no more


def test_without_weighted_means_pillars_change_but_have_no_part():
    plain = version([[6, 8, 4], [5, 5, 5], [4, 2, 6]], effective={})

    found = compare(before=BEFORE, after=plain, code="I", pillars=("P",))

    assert found.units[0].pillars == (
        Pillar(code="P", before=8.0, after=8.0, change=0.0, part=None),
    )
    assert found.units[0].rest is None


def test_the_index_may_have_another_name_later():
    after = version([[6, 8, 4], [5, 5, 5], [4, 2, 6]], codes=("J", "P", "Q"))

    found = compare(before=BEFORE, after=after, code="I", after_code="J")

    assert found.moved == 0
    assert fault(lambda: compare(before=BEFORE, after=after, code="I")) == (
        "unknown_code",
        {"code": "I"},
    )
    assert fault(
        lambda: compare(
            before=BEFORE, after=after, code="I", after_code="J", pillars=("Z",)
        )
    ) == ("unknown_pillar", {"code": "Z"})


def test_tables_that_cannot_be_compared_are_refused():
    nothing = version([[NAN] * 3] * 3)

    assert fault(lambda: compare(before=nothing, after=nothing, code="I")) == (
        "no_units",
        {"code": "I"},
    )
    assert fault(lambda: version([[1, 2, 3]], units="ab")) == (
        "shape",
        {"rows": 2, "columns": 3},
    )
    assert fault(lambda: version([[1, 2, 3]] * 2, units="aa")) == (
        "unit_twice",
        {"name": "a"},
    )
    assert fault(lambda: version([[1, 2, 3]], units="a", codes=("I", "P", "I"))) == (
        "code_twice",
        {"name": "I"},
    )


@given(
    arrays(np.float64, (5, 2), elements=st.floats(0, 100)),
    arrays(np.float64, (5, 2), elements=st.floats(0, 100)),
    st.floats(0.1, 0.9),
)
def test_parts_of_pillars_add_up_to_the_change_also_when_weights_changed(
    old, new, share
):
    def of(values, weight):
        index = values @ [weight, 1 - weight]
        return version(
            np.column_stack([index, values]),
            units="abcde",
            effective={"P": weight, "Q": 1 - weight},
        )

    found = compare(
        before=of(old, 0.5), after=of(new, share), code="I", pillars=("P", "Q")
    )

    for one in found.units:
        assert one.rest == near(0.0, abs=1e-9)
        assert one.change == near(sum(p.part for p in one.pillars), abs=1e-9)
    assert sum(one.common_before for one in found.units) <= 15


@needs_asem
def test_the_published_index_beside_itself_without_a_pillar():
    scores = table("published_asem_coin_object_aggregates")
    shares = dict.fromkeys(PILLARS, 0.0)
    shares |= {c: 0.5 / 5 for c in PILLARS if parents()[c] == "Conn"}
    shares |= {c: 0.5 / 3 for c in PILLARS if parents()[c] == "Sust"}
    assert set(weights().values()) == {1.0}
    before = Version(
        units=scores.units, codes=scores.codes, scores=scores.values, effective=shares
    )
    changed = scores.values.copy()
    connected = scores.of("Physical", "ConEcFin", "Political", "Instit")
    changed[:, 0] = (connected.mean(axis=1) + scores.of("Sust")[:, 0]) / 2
    heavier = {**shares, "P2P": 0.0} | dict.fromkeys(
        ("Physical", "ConEcFin", "Political", "Instit"), 0.125
    )
    after = Version(
        units=scores.units, codes=scores.codes, scores=changed, effective=heavier
    )

    found = compare(before=before, after=after, code="Index", pillars=PILLARS)

    assert found.mean_change == near(1.6862745098, abs=1e-9)  # published: 1.686275
    assert max(abs(one.rest) for one in found.units) < 1e-9
