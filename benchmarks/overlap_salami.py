"""How often `salami` finds works that were cut in slices, among real awards.

    python benchmarks/overlap_salami.py FOLDER [--each 100] [--seed 2]

Works of real awards are cut in two, three and four; each slice has a title of its own,
sentences of an unrelated record (half as many as its own), the work's team and one of
the next years. Beside them a thousand awards are asked that nobody cut on purpose.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from time import process_time

from overlap_kinds import RECORDS, Planter, archives, parts
from sti_methods.similarity import Index, Record, all_salami

CUTS, UNTOUCHED = (2, 3, 4), 1_000


def cut(planter: Planter, count: int) -> tuple[Record, list[Record]]:
    work = planter.take()
    told = parts(work.abstract)
    slices = []
    for n in range(count):
        own = told[n * len(told) // count : (n + 1) * len(told) // count]
        other = parts(planter.take().abstract)[: max(1, len(own) // 2)]
        slices.append(
            planter.new(
                work,
                title=" ".join(own[0].split()[:8]),
                abstract=" ".join([*own, *other]),
                year=(work.year or 2000) + planter.random.randint(0, 2),
            )
        )
    return work, slices


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--each", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2)
    given = parser.parse_args()
    records = list(archives(given.folder))
    planter = Planter(records, given.seed)
    planted = {
        work.id: (count, work, slices)
        for count in CUTS
        for work, slices in (cut(planter, count) for _ in range(given.each))
    }
    corpus = {w.id: w for _n, w, _slices in planted.values()}
    corpus |= {s.id: s for _n, _w, slices in planted.values() for s in slices}
    planter.random.shuffle(records)
    for record in records[: RECORDS - len(corpus)]:
        corpus.setdefault(record.id, record)
    index = Index(corpus.values())
    untouched = [r for r in planter.good if r.id in corpus and r.id not in planted][
        :UNTOUCHED
    ]
    started = process_time()
    found = {s.work: s for s in all_salami(index, corpus.values(), of=planted)}
    spent = process_time() - started
    print(f"{len(planted)} works, {spent / len(planted) * 1e3:.1f} ms each")
    print("| cut in | works | found | slices | found | wrong |")
    print("|---:|---:|---:|---:|---:|---:|")
    for count in CUTS:
        tally: Counter[str] = Counter()
        for name, (n, _work, slices) in planted.items():
            if n != count:
                continue
            told = {s.id for s in found[name].slices} if name in found else set()
            right = {s.id for s in slices}
            tally.update(
                works=1,
                found=name in found,
                slices=n,
                right=len(told & right),
                wrong=len(told - right),
            )
        cells = (tally[k] for k in ("works", "found", "slices", "right", "wrong"))
        print(f"| {count} |", " | ".join(map(str, cells)), "|")
    alarms = list(all_salami(index, corpus.values(), of={r.id for r in untouched}))
    print(f"{len(untouched)} untouched records: {len(alarms)} said to be cut")
    for sliced in alarms[:10]:
        print(corpus[sliced.work].title, sliced.covered)
        for part in sliced.slices:
            print(
                "   ",
                corpus[part.id].title,
                corpus[part.id].year,
                part.of_work,
                part.inside,
            )


if __name__ == "__main__":
    main()
