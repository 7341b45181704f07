"""How well a Vietnamese query finds the English record of the same content, and back.

    python benchmarks/overlap_languages.py FOLDER [--others 10000] [--model FOLDER]

FOLDER holds ``sbir.jsonl.gz`` and ``lang/`` with talks in both languages
(``iwslt_tst2012``, ``iwslt_tst2013``; .vi and .en, a sentence a line) and a dictionary
in the format of DICT (``fvdp_vietanh.txt``). None of these is shipped: the talks are not
for commercial use, the dictionary is under the GPL. Eight sentences are a record; the
corpus is the other language's records of 2013, alone or among real awards and the
Vietnamese records of 2012. Terms are learned from the sentences of 2012.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import re
from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import process_time

from sti_methods.embeddings import Encoder
from sti_methods.similarity import Index, Record
from sti_methods.similarity.learning import learned
from sti_methods.similarity.terms import Term, TermList, shipped_terms
from sti_methods.similarity.text import fold

WINDOW, LONGEST_SENSE, SHORTEST_ABSTRACT = 8, 4, 300


def sentences(folder: Path, year: int, language: str) -> list[str]:
    path = folder / "lang" / f"iwslt_tst{year}.{language}"
    return [html.unescape(line) for line in path.read_text("utf-8").splitlines()]


def windows(folder: Path, year: int, language: str) -> list[Record]:
    lines = sentences(folder, year, language)
    return [
        Record(id=f"{language}{year}-{n}", abstract=" ".join(lines[n : n + WINDOW]))
        for n in range(0, len(lines) - WINDOW + 1, WINDOW)
    ]


def dictionary(path: Path) -> list[Term]:
    terms, head, sense = [], "", 0
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("@"):
            head, sense = line[1:].split("/")[0].strip(), 0
        elif line.startswith("- ") and not head.startswith("00"):
            plain = re.sub(r"\([^)]*\)|^to\s+", "", line[2:].lower())
            for part in re.split(r"[;,.]", plain):
                words = re.sub(r"^\s*(to|a|an|the)\s+", "", part).strip()
                if 0 < len(words.split()) <= LONGEST_SENSE:
                    sense += 1
                    terms.append(Term(head, words, 1 / sense))
    return terms


def awards(folder: Path, number: int) -> list[Record]:
    with gzip.open(folder / "sbir.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        some = (r for r in rows if len(r.get("abstract") or "") > SHORTEST_ABSTRACT)
        return [
            Record(id=f"award-{n}", title=r["title"], abstract=r["abstract"])
            for n, r in enumerate(islice(some, number))
        ]


def recall(
    index: Index, queries: list[Record], other: str
) -> tuple[float, float, float]:
    first = ten = 0
    began = process_time()
    for query in queries:
        want = other + query.id[2:]
        found = [m.id for m in index.rank(query) if m.across or not index.terms]
        first += found[:1] == [want]
        ten += want in found
    spent = (process_time() - began) / len(queries) * 1000
    return first / len(queries), ten / len(queries), spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--others", type=int, default=10_000)
    parser.add_argument("--model", type=Path, help="a sentence model of both languages")
    parser.add_argument("--vectors", type=Path, help="where its vectors are kept")
    asked = parser.parse_args()
    vi, en = (windows(asked.folder, 2013, language) for language in ("vi", "en"))
    bare = [replace(r, abstract=fold(r.abstract)) for r in vi]
    began = process_time()
    pairs = zip(
        *(sentences(asked.folder, 2012, one) for one in ("vi", "en")), strict=False
    )
    taught = learned(pairs)
    print(f"{len(taught)} terms learned in {process_time() - began:.1f} CPU s")
    book = dictionary(asked.folder / "lang" / "fvdp_vietanh.txt")
    encoder = Encoder(asked.model, cache=asked.vectors) if asked.model else None
    lists = {
        "none": None,
        "shipped": shipped_terms(),
        "learned": TermList(taught),
        "shipped and learned": TermList([*shipped_terms(), *taught]),
        "a dictionary": TermList(book),
        "all three": TermList([*shipped_terms(), *taught, *book]),
    }
    far = [*windows(asked.folder, 2012, "vi"), *awards(asked.folder, asked.others)]
    print("terms | query | corpus | recall@1 | recall@10 | CPU ms a query")
    for name, terms in lists.items():
        for label, queries, records, other in (
            ("vi", vi, en, "en"),
            ("vi, no diacritics", bare, en, "en"),
            ("en", en, vi, "vi"),
            ("vi among others", vi, [*en, *far], "en"),
        ):
            index = Index(records, terms=terms, encoder=encoder)
            one, ten, spent = recall(index, queries, other)
            size = 0 if terms is None else len(terms)
            print(
                f"{name} ({size}) | {label} | {len(records)} | {one:.3f} | {ten:.3f} | {spent:.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
