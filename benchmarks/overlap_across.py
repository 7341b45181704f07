"""How rightly sentences are set side by side across languages, and kinds told.

    python benchmarks/overlap_across.py FOLDER [--others 3000]

FOLDER is that of ``overlap_languages.py``. Windows of eight sentences of the talks of
2013, whose sentences are known to answer each other one by one; terms shipped, and these
with those learned from the talks of 2012. Planted besides: four sentences of eight, eight
of twenty-four, four or two among strange ones, and windows that have nothing to do with
each other. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

from overlap_languages import WINDOW, awards, sentences, windows
from sti_methods.similarity import (
    Index,
    Record,
    TermList,
    explain,
    learned,
    shipped_terms,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

HALF = WINDOW // 2
FAR, FARTHER = 30, 70  # windows away: other talks


@dataclass(frozen=True)
class Talks:
    vi: Sequence[list[str]]
    en: Sequence[list[str]]

    def planted(self) -> dict[str, list[tuple[list[str], list[str]]]]:
        vi, en, n = self.vi, self.en, len(self.vi)
        return {
            "the same": list(zip(vi, en, strict=True)),
            "four of eight": [(vi[k][2 : 2 + HALF], en[k]) for k in range(n)],
            "eight of twenty-four": [
                (vi[k], en[k - 1] + en[k] + en[k + 1]) for k in range(1, n - 1)
            ],
            "four shared": [_shared(self, k, HALF) for k in range(n)],
            "two shared": [_shared(self, k, 2) for k in range(n)],
            "the next window": list(zip(vi[:-1], en[1:], strict=True)),
            "another talk": [(vi[k], en[(k + FAR) % n]) for k in range(n)],
        }


def _shared(talks: Talks, k: int, many: int) -> tuple[list[str], list[str]]:
    n = len(talks.vi)
    return (
        talks.vi[k][:many] + talks.vi[(k + FARTHER) % n][many:],
        talks.en[k][:many] + talks.en[(k + FAR) % n][many:],
    )


def cut(folder: Path, language: str) -> list[list[str]]:
    lines = sentences(folder, 2013, language)
    return [lines[n : n + WINDOW] for n in range(0, len(lines) - WINDOW + 1, WINDOW)]


def line_of(lines: list[str], start: int) -> int:
    at = 0
    for n, line in enumerate(lines):
        at += len(line) + 1
        if start < at:
            return n
    return len(lines) - 1


def measured(folder: Path, terms: TermList, number: int) -> dict[str, object]:
    talks = Talks(cut(folder, "vi"), cut(folder, "en"))
    some = [*windows(folder, 2012, "en"), *awards(folder, number)]
    said: dict[str, object] = {"terms": len(terms)}
    for name, pairs in talks.planted().items():
        matches = [
            Record(id=f"m{n}", abstract=" ".join(en))
            for n, (_vi, en) in enumerate(pairs)
        ]
        index = Index([*matches, *some], terms=terms)
        kinds: Counter[str] = Counter()
        right = found = 0
        lines = set()
        began = process_time()
        for n, (vi, en) in enumerate(pairs):
            told = explain(index, Record(id="q", abstract=" ".join(vi)), matches[n])
            kinds[told.kind] += 1
            found += len(told.passages)
            for passage in told.passages:
                first, second = (
                    line_of(vi, passage.query.start),
                    line_of(en, passage.match.start),
                )
                if first == second:
                    right += 1
                    lines.add((n, first))
        spent = (process_time() - began) / len(pairs) * 1000
        said[name] = {
            "n": len(pairs),
            "kinds": dict(sorted(kinds.items())),
            "passages": found,
            "CPU ms": round(spent, 1),
        }
        if name == "the same":
            said["sentences found"] = round(len(lines) / (WINDOW * len(pairs)), 3)
            said["passages right"] = round(right / max(found, 1), 3)
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--others", type=int, default=3_000)
    asked = parser.parse_args()
    pairs = zip(
        *(sentences(asked.folder, 2012, one) for one in ("vi", "en")), strict=False
    )
    lists = {
        "shipped": shipped_terms(),
        "shipped and learned": TermList([*shipped_terms(), *learned(pairs)]),
    }
    print(
        json.dumps(
            {
                n: measured(asked.folder, terms, asked.others)
                for n, terms in lists.items()
            }
        )
    )


if __name__ == "__main__":
    main()
