"""Terms learned from texts that stand in both languages, such as titles.

Which Vietnamese phrase (one to four syllables) goes with which English one (a word or
two) is told by the log-likelihood ratio of the table of pairs that have both, one or
neither (T. Dunning, Computational Linguistics 19(1), 1993), and how exclusively by the
Dice coefficient ``2 · both / (first + second)``. Pairs are taken from the strongest on;
each phrase takes part once on each side, as a translation explains a phrase away
(I. D. Melamed, Computational Linguistics 26(2), 2000).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from sti_methods.similarity.languages import ENGLISH, VIETNAMESE, language
from sti_methods.similarity.terms import Term
from sti_methods.similarity.text import (
    PLAIN_SPELLED,
    PLAIN_WORDS,
    Stems,
    fold,
    sentences,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

LONGEST_VI, LONGEST_EN = 4, 2
FEWEST, LEAST_RATIO, LEAST_DICE = 2, 10.83, 0.4
MOST_PAIRS = 20_000
_WORD = re.compile(r"[^\W_]+")
_WEIGHT = 0.5  # a learned term comes after one that people wrote


def learned(pairs: Iterable[tuple[str, str]]) -> list[Term]:
    """Return the terms that pairs of texts (Vietnamese, English) agree on.

    The same terms whatever the order of the pairs; equal pairs count once. Of more than
    20,000 different pairs the alphabetically first are read. A phrase must stand in two
    pairs at least, the ratio reach 10.83 (one in a thousand by chance) and Dice .4.

    Cost: 0.2 ms a pair of titles.
    """
    chosen = sorted(set(pairs))[:MOST_PAIRS]
    stems = Stems()
    written: dict[str, Counter[str]] = defaultdict(Counter)
    vi = [_phrases(_vietnamese(first), LONGEST_VI) for first, _second in chosen]
    en = []
    for _first, second in chosen:
        words = _WORD.findall(fold(second))
        cut = [stems[word.encode("ascii", "replace")].decode() for word in words]
        for size in range(1, LONGEST_EN + 1):
            for n in range(len(words) - size + 1):
                phrase = " ".join(cut[n : n + size])
                written[phrase][" ".join(words[n : n + size])] += 1
        en.append({p for p in _phrases(cut, LONGEST_EN) if _telling_en(p)})
    vi = [{p for p in some if _telling_vi(p)} for some in vi]
    left, right = _incidence(vi), _incidence(en)
    if not left[0] or not right[0]:
        return []
    found = _linked(left, right, len(chosen))
    return [
        Term(first, _usual(written[second]), round(_WEIGHT * dice, 6))
        for first, second, dice in found
    ]


def halves(text: str) -> list[tuple[str, str]]:
    """Return the pairs (Vietnamese, English) of a text that stands there in both.

    The lines of each language are one half. Where both have as many sentences they are
    paired one by one, else the halves as wholes; nothing where one language is missing.
    """
    if "\n" not in text:
        return []
    by: dict[str, list[str]] = defaultdict(list)
    for line in text.split("\n"):
        by[language(line) or ""].append(line)
    vi, en = by[VIETNAMESE], by[ENGLISH]
    if not vi or not en:
        return []
    first, second = (
        [half[a:b] for half in ("\n".join(some),) for a, b in sentences(half)]
        for some in (vi, en)
    )
    if len(first) == len(second):
        return list(zip(first, second, strict=True))
    return [("\n".join(vi), "\n".join(en))]


def _vietnamese(text: str) -> list[str]:
    return [
        settled(word)
        for word in _WORD.findall(unicodedata.normalize("NFC", text.lower()))
    ]


def _phrases(words: Sequence[str], longest: int) -> set[str]:
    return {
        " ".join(words[n : n + size])
        for size in range(1, longest + 1)
        for n in range(len(words) - size + 1)
    }


def _telling_vi(phrase: str) -> bool:
    words = phrase.split()
    ends = (words[0], words[-1])
    return not PLAIN_SPELLED.intersection(ends) and not phrase.isdigit()


def _telling_en(phrase: str) -> bool:
    words = phrase.encode().split()
    ends = (words[0], words[-1])
    return not PLAIN_WORDS.intersection(ends) and not phrase.isdigit()


def _incidence(texts: list[set[str]]) -> tuple[list[str], csr_array]:
    """Return phrases that stand in enough texts, and in which."""
    df = Counter(phrase for some in texts for phrase in some)
    names = sorted(phrase for phrase, n in df.items() if n >= FEWEST)
    number = {phrase: n for n, phrase in enumerate(names)}
    at, columns = [0], []
    for some in texts:
        columns += sorted(number[p] for p in some if p in number)
        at.append(len(columns))
    data = np.ones(len(columns), np.int32)
    shape = (len(texts), len(names))
    return names, csr_array((data, np.array(columns, np.int64), at), shape=shape)


def _linked(
    left: tuple[list[str], csr_array], right: tuple[list[str], csr_array], n: int
) -> list[tuple[str, str, float]]:
    (vi, x), (en, y) = left, right
    both = (x.T @ y).tocoo()
    keep = both.data >= FEWEST
    k, i, j = (a[keep] for a in (both.data, *both.coords))
    a, b = (m.sum(axis=0) for m in (x, y))
    ratio = log_likelihood(k, a[i], b[j], n)
    dice = 2 * k / (a[i] + b[j])
    good = (
        (ratio >= LEAST_RATIO) & (dice >= LEAST_DICE) & (k * n > a[i] * b[j])
    )  # more often than by chance
    i, j, ratio, dice = (part[good] for part in (i, j, ratio, dice))
    sizes = (
        np.array([len(p.split()) for p in vi])[i],
        np.array([len(p.split()) for p in en])[j],
    )
    # the strongest first; of equal ones the longest; names are in alphabetical order
    order = np.lexsort((j, i, -sizes[1], -sizes[0], -np.round(ratio, 6)))
    used_vi: set[str] = set()
    used_en: set[str] = set()
    found = []
    for place in order:
        first, second = vi[i[place]], en[j[place]]
        if first in used_vi or second in used_en or _same(first, second):
            continue
        used_vi.add(first)
        used_en.add(second)
        found.append((first, second, float(dice[place])))
    return _without_parts(found)


def _same(first: str, second: str) -> bool:
    """Say whether a term is the same word in both: it is found without a list."""
    return fold(first) == second


def _without_parts(
    found: list[tuple[str, str, float]],
) -> list[tuple[str, str, float]]:
    """Leave out syllables that only stand for the phrase they are part of.

    Of "xi măng" = "cement", "măng" = "cement industry" is none.
    """
    whole = [(f" {first} ", set(second.split())) for first, second, _dice in found]
    by_word: dict[str, list[int]] = defaultdict(list)
    for n, (_first, words) in enumerate(whole):
        for word in words:
            by_word[word].append(n)
    return [
        (first, second, dice)
        for n, (first, second, dice) in enumerate(found)
        if not any(
            m != n and f" {first} " in whole[m][0]
            for word in whole[n][1]
            for m in by_word[word]
            if len(whole[m][1]) <= len(whole[n][1])
        )
    ]


def log_likelihood(
    both: NDArray[np.int_], first: NDArray[np.int_], second: NDArray[np.int_], n: int
) -> NDArray[np.float64]:
    """Return Dunning's ``-2 ln λ`` of tables, from how many of ``n`` have both, one, other."""
    table = [
        (both, first, second),
        (first - both, first, n - second),
        (second - both, n - first, second),
        (n - first - second + both, n - first, n - second),
    ]
    total = np.zeros(len(both))
    for seen, row, column in table:
        expected = row * (column / n)
        some = seen > 0
        total[some] += seen[some] * np.log(seen[some] / expected[some])
    return 2 * total


def _usual(spellings: Counter[str]) -> str:
    """Return the commonest spelling, of equals the alphabetically first."""
    return min(spellings, key=lambda word: (-spellings[word], word))
