from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.similarity import (
    Edge,
    Index,
    Record,
    arrange,
    cluster_id,
    clusters,
    portfolio,
)

TEXTS = {
    "mill": "Wireless sensors measure the vibration of bearings in cement mills and warn two days "
    "before a bearing fails so that the plant can plan the stop",
    "kiln": "Infrared cameras watch the shell of rotary kilns along its length since hot spots "
    "reveal worn bricks weeks before the shell deforms",
    "feed": "Shrimp ponds suffer from stale pellets every winter and feed mills press soy with "
    "broken grain that cooperatives carry over canals by boat",
}
RECORDS = [
    Record(id=f"{name}{n}", title=f"Study of the {name}", abstract=text, year=2018 + n)
    for n in range(3)
    for name, text in TEXTS.items()
    if (name, n) not in {("feed", 1), ("feed", 2), ("kiln", 2)}
]


def test_records_that_are_alike_hang_together():
    told = portfolio(Index(RECORDS), RECORDS)
    assert told.nodes == ("mill0", "kiln0", "feed0", "mill1", "kiln1", "mill2")
    assert [c.members for c in told.clusters] == [
        ("mill0", "mill1", "mill2"),
        ("kiln0", "kiln1"),
    ]
    assert [c.id for c in told.clusters] == [
        cluster_id(["mill2", "mill0", "mill1"]),
        cluster_id(["kiln1", "kiln0"]),
    ]
    assert {c.edges for c in told.clusters} == {3, 1}
    assert {frozenset((e.first, e.second)) for e in told.edges} == {
        frozenset(("mill0", "mill1")),
        frozenset(("mill0", "mill2")),
        frozenset(("mill1", "mill2")),
        frozenset(("kiln0", "kiln1")),
    }
    assert set(told.order[:3]) == {"mill0", "mill1", "mill2"}
    assert set(told.order[3:]) == {"kiln0", "kiln1"}


def test_an_edge_is_the_more_probable_of_its_two_directions():
    index = Index(RECORDS)
    told = portfolio(index, RECORDS)
    by_id = {r.id: r for r in RECORDS}
    for edge in told.edges:
        both = [
            (m.probability, m.score)
            for asked, other in ((edge.first, edge.second), (edge.second, edge.first))
            for m in index.rank(by_id[asked])
            if m.id == other
        ]
        assert (edge.probability, edge.score) == max(both)


probabilities = st.sampled_from([0.01, 0.2, 0.5, 0.9])


@given(probabilities, st.sets(st.sampled_from([r.id for r in RECORDS])))
@settings(deadline=None)
def test_the_map_is_symmetric_and_agrees_with_the_edges(probability, shown):
    index = Index(RECORDS)
    records = [r for r in RECORDS if r.id in shown]
    told = portfolio(index, records, probability=probability)
    again = portfolio(index, records, probability=probability)
    assert told.matrix.tobytes() == again.matrix.tobytes()
    assert told == again
    n = len(told.order)
    assert told.matrix.shape == (n, n)
    assert np.array_equal(told.matrix, told.matrix.T)
    assert np.array_equal(np.diag(told.matrix), np.ones(n))
    at = {name: row for row, name in enumerate(told.order)}
    for edge in told.edges:
        assert told.matrix[at[edge.first], at[edge.second]] == edge.probability
        assert edge.probability >= probability
    assert sorted(m for c in told.clusters for m in c.members) == sorted(told.order)
    assert np.count_nonzero(told.matrix >= probability) == 2 * len(told.edges) + n
    names = {c.id for c in told.clusters}
    assert names == {cluster_id(c.members) for c in told.clusters}


def test_fewer_join_at_a_higher_probability():
    index = Index(RECORDS)
    few, many = (
        {(e.first, e.second) for e in portfolio(index, RECORDS, probability=p).edges}
        for p in (0.9, 0.05)
    )
    assert few <= many


def test_progress_is_told():
    seen = []
    portfolio(Index(RECORDS), RECORDS[:2], progress=seen.append)
    assert seen == [1, 2]


def test_an_empty_portfolio_has_an_empty_map():
    told = portfolio(Index(RECORDS), [])
    assert (told.nodes, told.edges, told.clusters, told.order) == ((), (), (), ())
    assert told.matrix.shape == (0, 0)


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([Record(id="x", title="x")], "no record 'x'"),
        ([RECORDS[0], RECORDS[0]], "the id 'mill0'"),
    ],
)
def test_what_the_index_does_not_hold_or_stands_twice_is_refused(records, said):
    with pytest.raises(ValueError, match=said):
        portfolio(Index(RECORDS), records)


def edge(first, second, probability, score=0.0):
    return Edge(first=first, second=second, probability=probability, score=score)


def test_given_pairs_are_arranged_without_an_index():
    found = [
        edge("d", "a", 0.9, 2.0),
        edge("b", "c", 0.7, 1.0),
        edge("c", "b", 0.8, 0.5),
        edge("a", "b", 0.3),
        edge("d", "e", 0.6, 1.5),
    ]
    told = arrange("abcdef", found)
    assert (told.probability, told.nodes) == (0.5, tuple("abcdef"))
    assert told.edges == (
        edge("a", "d", 0.9, 2.0),
        edge("b", "c", 0.8, 0.5),
        edge("d", "e", 0.6, 1.5),
    )
    assert [(c.members, c.edges, c.probability) for c in told.clusters] == [
        (("a", "d", "e"), 2, 0.9),
        (("b", "c"), 1, 0.8),
    ]
    assert set(told.order[:3]) == {"a", "d", "e"}
    assert {told.order.index("a"), told.order.index("d")} in ({0, 1}, {1, 2})
    assert told.order[3:] == ("b", "c")
    likeness = {frozenset(pair): 0.0 for pair in combinations(told.order, 2)}
    likeness |= {frozenset("ad"): 0.9, frozenset("bc"): 0.8}
    likeness |= {frozenset("de"): 0.6, frozenset("ab"): 0.3}
    assert told.matrix.tolist() == [
        [1.0 if a == b else likeness[frozenset((a, b))] for b in told.order]
        for a in told.order
    ]


pairs_of_letters = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.sampled_from("abcdefgh"),
        probabilities,
        st.floats(0, 9),
    ).filter(lambda pair: pair[0] != pair[1])
)


@given(pairs_of_letters, probabilities)
def test_order_and_direction_of_the_pairs_change_nothing(found, probability):
    there = [edge(*pair) for pair in found]
    back = [edge(b, a, p, s) for a, b, p, s in reversed(found)]
    one, other = (
        arrange("abcdefgh", pairs, probability=probability) for pairs in (there, back)
    )
    assert one == other
    assert one.matrix.tobytes() == other.matrix.tobytes()
    assert clusters("abcdefgh", back, probability=probability) == one.clusters


@pytest.mark.parametrize("how", [arrange, clusters])
@pytest.mark.parametrize(
    ("nodes", "found", "said"),
    [
        ("aba", [], "two records have the id 'a'"),
        ("ab", [edge("a", "z", 0.1)], "unknown record 'z'"),
        ("ab", [edge("b", "b", 0.1)], "the record 'b' twice"),
    ],
)
def test_pairs_that_cannot_be_are_refused(how, nodes, found, said):
    with pytest.raises(ValueError, match=said):
        how(nodes, found)
