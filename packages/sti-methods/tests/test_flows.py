"""Flows in columns: nothing is lost, nothing overlaps, and the order of rows says nothing."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.flows import _crossings, picture

keys = st.sampled_from(["a", "b", "c", "d"])
paths = st.lists(
    st.tuples(st.tuples(keys, keys, keys, keys), st.integers(0, 50)), max_size=25
)


@given(paths)
def test_what_enters_a_node_leaves_it_and_every_column_holds_the_whole(rows):
    found = picture(rows)
    total = sum(amount for _keys, amount in rows)
    assert found.total == total
    for column in range(4 if total else 0):
        assert sum(n.amount for n in found.nodes if n.column == column) == total
    for node in found.nodes:
        into = [
            link.amount
            for link in found.links
            if (link.column + 1, link.target) == (node.column, node.key)
        ]
        out = [
            link.amount
            for link in found.links
            if (link.column, link.source) == (node.column, node.key)
        ]
        assert sum(into) == node.amount or node.column == 0
        assert sum(out) == node.amount or node.column == 3


@given(paths)
def test_nothing_has_a_negative_height_and_no_two_nodes_or_bands_overlap(rows):
    gap, least = Fraction(1, 30), Fraction(1, 20)
    found = picture(rows, gap=gap, least=least)
    assert all(n.height > 0 for n in found.nodes)
    assert all(link.height > 0 for link in found.links)
    for column in range(4):
        nodes = [n for n in found.nodes if n.column == column]
        for above, below in pairwise(nodes):
            assert above.top + max(above.height, least) + gap == below.top
    for node in found.nodes:
        for end in ("leaves", "arrives"):
            bands = sorted(
                (getattr(link, end), link.height)
                for link in found.links
                if (link.column, link.source, "leaves") == (node.column, node.key, end)
                or (link.column + 1, link.target, "arrives")
                == (node.column, node.key, end)
            )
            at = node.top
            for start, height in bands:
                assert start == at
                at += height
            assert not bands or at == node.top + node.height


@given(paths, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, chance):
    mixed = list(rows)
    chance.shuffle(mixed)
    assert picture(mixed) == picture(rows)


@given(paths)
def test_no_two_neighbours_could_change_places_and_cross_less(rows):
    found = picture(rows)
    order = [[n.key for n in found.nodes if n.column == c] for c in range(4)]
    between = {(k.column, k.source, k.target): k.amount for k in found.links}
    assert _crossings(order, between) == found.crossings
    for column in order:
        for place in range(len(column) - 1):
            column[place], column[place + 1] = column[place + 1], column[place]
            assert _crossings(order, between) >= found.crossings
            column[place], column[place + 1] = column[place + 1], column[place]


def test_two_that_can_lie_side_by_side_do_not_cross_and_the_last_stay_last():
    rows = [(("a", "y"), 5), (("b", "x"), 6), (("none", "x"), 90)]
    found = picture(rows, last={"none"})
    assert [(n.column, n.key) for n in found.nodes] == [
        (0, "a"), (0, "b"), (0, "none"), (1, "y"), (1, "x"),
    ]  # fmt: skip
    assert found.crossings == 0


def test_paths_of_unlike_lengths_and_flows_backwards_are_refused():
    for rows in ([(("a", "b"), 1), (("a",), 1)], [(("a", "b"), -1)]):
        with pytest.raises(ValueError, match=r"columns|backwards"):
            picture(rows)
