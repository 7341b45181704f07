from __future__ import annotations

import importlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array, diags_array
from sti_methods.similarity import Index, Record, pairs

module = importlib.import_module("sti_methods.similarity.pairs")


@pytest.fixture(autouse=True, scope="module")
def _small_parts():
    """Let seven hundred records fill three blocks, and let estimates be poor."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FEWEST_IN_BLOCK", 256)
        patch.setattr(module, "FREQUENT", 12)
        patch.setattr(module, "DIMENSIONS", 4)
        patch.setattr(module, "ROUGH_FREQUENT", 12)
        patch.setattr(module, "WORTH", 1.0)
        patch.setattr(module, "TIMES", 0)
        patch.setattr(module, "SPARE", 0)
        patch.setattr(module, "SAMPLED_FROM", 0)
        yield


def drawn(seed, n=700, vocabulary=300, longest=40):
    """Records with words as unequal as in life: some empty, some twice the same."""
    random = np.random.default_rng(seed)
    sizes = random.integers(0, longest, n)
    row = np.repeat(np.arange(n), sizes)
    word = np.minimum(random.zipf(1.3, row.size) - 1, vocabulary - 1)
    counts = csr_array((np.ones(row.size), (row, word)), shape=(n, vocabulary))
    counts.sum_duplicates()
    counts = counts[np.where(random.random(n) < 0.1, 7, np.arange(n))]
    seen = np.bincount(counts.indices, minlength=vocabulary)
    idf = np.log((n + 1) / (seen + 1)) + 1
    vectors = counts * idf
    lengths = np.sqrt((vectors * vectors).sum(axis=1))
    whole = (diags_array(1 / np.maximum(lengths, 1e-9)) @ vectors).tocsr()
    return whole.astype(np.float32)


def defined(vectors, top):
    """The definition: every product, the best first, equal ones by their row."""
    wide = vectors.astype(np.float64)
    products = (wide @ wide.T).toarray().astype(np.float32)
    np.fill_diagonal(products, 0)
    rows = np.argsort(-products, axis=1, kind="stable")[:, :top]
    values = np.take_along_axis(products, rows, 1)
    return np.where(values > 0, values, -1), np.where(values > 0, rows, -1)


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 2))
@settings(deadline=None, max_examples=15)
def test_no_pair_is_lost_where_estimates_are_poor(seed, top, threads):
    vectors = drawn(seed)
    values, rows = module.nearest(vectors, top, False, threads)  # noqa: FBT003
    want, want_rows = defined(vectors, top)
    np.testing.assert_allclose(values, want, atol=1e-6)
    apart = np.abs(np.diff(want, axis=1, prepend=2, append=-2)) > 1e-6
    clear = apart[:, 1:] & apart[:, :-1]
    clear[:, -1] = False  # the next one after the last may be its equal
    assert rows[clear].tolist() == want_rows[clear].tolist()


@pytest.mark.parametrize("approximate", [False, True])
def test_the_answer_is_the_same_bytes_however_many_threads(approximate):
    vectors = drawn(3)
    one, two = (module.nearest(vectors, 10, approximate, n) for n in (1, 2))
    assert [a.tobytes() for a in one] == [a.tobytes() for a in two]


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 699))
@settings(deadline=None, max_examples=10)
def test_two_blocks_have_together_what_one_has(seed, top, cut):
    """Within each, and between them, bounded by what was found within."""
    vectors = drawn(seed)
    parts = vectors[:cut], vectors[cut:]
    inner = [module.nearest(part, top, False, 1) for part in parts]  # noqa: FBT003
    known = np.concatenate([module.least_of(*lists) for lists in inner])
    values, rows = module.between(*parts, known, top, 2)
    placed = [
        np.where(r >= 0, r + n, -1) for (_v, r), n in zip(inner, (0, cut), strict=True)
    ]
    both = module.best_of(
        np.hstack([np.vstack([v for v, _r in inner]), values]),
        np.hstack([np.vstack(placed), rows]),
        top,
    )
    whole = module.nearest(vectors, top, False, 2)  # noqa: FBT003
    assert [a.tolist() for a in both] == [a.tolist() for a in whole]


def test_approximate_answers_have_true_cosines_of_candidates():
    """With few words walked and no spare the nearest are often missed, never misjudged."""
    vectors = drawn(4)
    values, rows = module.nearest(vectors, 10, True, 2)  # noqa: FBT003
    wide = vectors.astype(np.float64)
    products = (wide @ wide.T).toarray()
    there = rows >= 0
    of = np.broadcast_to(np.arange(len(rows))[:, None], rows.shape)
    want = np.where(there, products[of, rows], -1)
    np.testing.assert_allclose(values, want, atol=1e-6)
    best, _rows = defined(vectors, 10)
    assert (values <= best + 1e-6).all()
    assert (values < best - 1e-6).any()


def test_approximate_is_exact_where_every_word_is_walked(monkeypatch):
    """Four words in four directions, the others walked: every estimate is right."""
    monkeypatch.setattr(module, "ROUGH_FREQUENT", 4)
    monkeypatch.setattr(module, "WORTH", 0.0)
    monkeypatch.setattr(module, "SAMPLED_FROM", 1000)
    vectors = drawn(4)
    near, _rows = module.nearest(vectors, 10, True, 2)  # noqa: FBT003
    want, _rows = defined(vectors, 10)
    np.testing.assert_allclose(near, want, atol=1e-6)


def test_a_sample_spares_work_and_loses_little(monkeypatch):
    """The floor that a sixteenth of the records sets leaves the nearest alone."""
    monkeypatch.setattr(module, "WORTH", 0.0)
    monkeypatch.setattr(module, "SPARE", 22)
    vectors = drawn(5, n=2000)
    with_sample, _rows = module.nearest(vectors, 10, True, 2)  # noqa: FBT003
    monkeypatch.setattr(module, "SAMPLED_FROM", 3000)
    without, _rows = module.nearest(vectors, 10, True, 2)  # noqa: FBT003
    assert (with_sample <= without).all()
    assert (with_sample == without).mean() > 0.99


def test_a_corpus_without_records_or_words_has_no_pairs():
    assert list(pairs(Index())) == []
    assert list(pairs(Index([Record(id="a"), Record(id="b")]))) == []
    assert list(pairs(Index([Record(id="a")]), approximate=True)) == []
