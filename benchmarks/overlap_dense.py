"""How much a sentence model adds to the order by words, and what it costs, in one run.

    python benchmarks/overlap_dense.py MODEL [FOLDER] [--size 30000] [--queries 0] [--vectors FILE]

Prints one JSON line. MODEL is the folder of a sentence model (see
`sti_methods.embeddings`), FOLDER holds the archives and ``eval_dev.jsonl``. The same
queries go to one index with words alone and to one with the model. Only texts that are
candidates are encoded: some 20,000 for all queries, 5 to 20 minutes of one core; with
--vectors they are kept for the next run. Seconds and milliseconds are processor time of
the process. Whoever fitted the two orders saw these queries: figures that were held out
are in ``model.json`` and ``model_meaning.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

from overlap import FOLDER, LISTED, SEED, corpus, quality, questions
from sti_methods.embeddings import Encoder
from sti_methods.similarity import Index

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray
    from sti_methods.similarity import Record

QUERIES_TIMED = 200


class Counted:
    """An encoder that counts the texts it was given, and its seconds."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder, self.name, self.digest = encoder, encoder.name, encoder.digest
        self.texts, self.seconds = 0, 0.0

    def encode(self, texts: Iterable[str]) -> NDArray[np.float32]:
        every, begun = list(texts), process_time()
        found = self.encoder.encode(every)
        self.seconds += process_time() - begun
        self.texts += len(every)
        return found

    def cut(self, texts: list[str]) -> NDArray[np.bool_]:
        return self.encoder.cut(texts)


def asked_of(index: Index) -> Any:
    def find(
        query: Record, leave_out: list[str], group: str | None
    ) -> list[tuple[str, float]]:
        matches = index.rank(query, not_after=query.year, leave_out=leave_out)
        every = [(m.id, m.probability) for m in matches if group in {None, m.group}]
        return every if group is None else every[:LISTED]

    return find


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("model", type=Path)
    options.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    options.add_argument("--size", type=int, default=30_000)
    options.add_argument("--queries", type=int, default=0, help="so many; 0 for all")
    options.add_argument("--vectors", type=Path)
    given = options.parse_args()
    lines = (given.folder / "eval_dev.jsonl").read_text("utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    records, _again = corpus(given.folder, given.size, asked)
    if given.queries:
        asked = random.Random(SEED).sample(asked, given.queries)
    encoder = Encoder(given.model, cache=given.vectors)
    counted = Counted(encoder)
    Index(records[:50]).rank(records[0])  # compiled loops are loaded
    words, meaning = Index(records), Index(records, encoder=counted)
    found = {
        "words": quality(records, asked, asked_of(words)),
        encoder.name: quality(records, asked, asked_of(meaning)),
    }
    encoded, spent = counted.texts, counted.seconds
    # Once more with every candidate's vector known: the query's own is what is left.
    some = [query for _task, query, _each in questions(records, asked)][:QUERIES_TIMED]
    counted.texts, counted.seconds = 0, 0.0
    begun = process_time()
    for query in some:
        meaning.rank(query, not_after=query.year)
    again = (process_time() - begun) / len(some) * 1000
    alone = Encoder(given.model)
    begun = process_time()
    for query in some:
        alone.encode([f"{query.title}\n{query.body}"])
    print(
        json.dumps(
            {
                "benchmark": "overlap_dense",
                "records": len(records),
                "queries": len(asked),
                "model": encoder.name,
                "digest": encoder.digest,
                "tokens": encoder.most_tokens,
                "cores": os.cpu_count(),
                "load": round(os.getloadavg()[0], 1),
                "peak_mb": round(
                    resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                ),
                "texts asked of the model": encoded,
                "seconds in the model or its file": round(spent, 1),
                "ms to encode one query": round(
                    (process_time() - begun) / len(some) * 1000, 1
                ),
                "ms a query, candidates known, query not encoded": round(
                    again - counted.seconds / len(some) * 1000, 2
                ),
                "recall@1, @10": found,
            }
        )
    )


if __name__ == "__main__":
    main()
