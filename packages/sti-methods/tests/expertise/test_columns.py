"""Terms are numbered as they are met, however many; a shared text is indexed once."""

from __future__ import annotations

import numpy as np
from sti_methods.expertise import Expert, Piece, Pool, Proposal
from sti_methods.expertise.words import Columns


def test_each_term_has_one_number_in_the_order_of_meeting():
    columns = Columns()
    dice = np.random.default_rng(3)
    keys = dice.integers(0, 2**62, 400_000)  # more than the first table holds
    keys = np.concatenate([keys, keys[::-1], np.array([0, 2**40])])
    numbers = columns.enter(keys)
    met = {}
    expected = [met.setdefault(key, len(met)) for key in keys.tolist()]
    assert numbers.tolist() == expected
    assert columns.count == len(met)
    assert columns.find(keys[:1000]).tolist() == expected[:1000]


def test_a_term_never_met_has_no_number():
    columns = Columns()
    columns.enter(np.array([7, 9]))
    assert columns.find(np.array([9, 8, 7])).tolist() == [1, -1, 0]


def test_who_wrote_together_scores_as_if_each_had_a_copy_of_the_work():
    shared = Piece(id="a", title="Zinc from slag", abstract="Leaching of zinc slag.")
    other = Piece(id="b", title="Textile dyeing", abstract="Dyes without water.")
    # A space more is another text of the same words.
    copy = Piece(id="c", title="Zinc from slag ", abstract="Leaching of zinc slag.")
    asked = [Proposal(id="p", title="Recovery of zinc", abstract="Zinc from old slag")]
    one = Pool(
        [
            Expert(id="1", pieces=(shared, other)),
            Expert(id="2", pieces=(shared,)),
        ]
    )
    two = Pool(
        [
            Expert(id="1", pieces=(shared, other)),
            Expert(id="2", pieces=(copy,)),
        ]
    )
    left, right = one.scores(asked).matrix, two.scores(asked).matrix
    assert left.toarray().tolist() == right.toarray().tolist()
    assert left.nnz == 2
