"""How fast the log's tree grows, beside the bare hashes it cannot do without.

Prints one JSON line; ``python benchmarks/ledger.py [LEAVES]``.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from time import perf_counter

from sti_methods.ledger import (
    Edge,
    Frontier,
    Tree,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)


def main(count: int = 100_000) -> dict[str, float | int | str]:
    data = [f'{{"v":1,"position":{i}}}'.encode() for i in range(count)]
    hashes = [leaf_hash(entry) for entry in data]

    # Bound: as many hashes of the same lengths as RFC 6962 needs, and nothing else.
    pair = b"\x01" + bytes(64)
    joined = count - count.bit_count()
    start = perf_counter()
    for entry in data:
        sha256(entry).digest()
    for _ in range(joined):
        sha256(pair).digest()
    bound = perf_counter() - start

    start = perf_counter()
    tree = Tree()
    for entry in data:
        tree.append(leaf_hash(entry))
    loop = perf_counter() - start

    start = perf_counter()
    batch = Tree(map(leaf_hash, data))
    extended = perf_counter() - start

    start = perf_counter()
    frontier = Frontier()
    for entry in data:
        frontier.append(leaf_hash(entry))
    compact = perf_counter() - start

    start = perf_counter()
    edge = Edge()
    for entry in data:
        edge.append(leaf_hash(entry))
    tiled = perf_counter() - start

    root = tree.root()
    if not root == batch.root() == frontier.root() == edge.root():
        raise SystemExit("the four ways to append disagree")

    start = perf_counter()
    for index in range(0, count, max(1, count // 1000)):
        proof = tree.inclusion_proof(index)
        if not verify_inclusion(
            leaf=hashes[index], index=index, size=count, proof=proof, root=root
        ):
            raise SystemExit(f"proof of {index} fails")
    proofs = (perf_counter() - start) / len(range(0, count, max(1, count // 1000)))
    half = count // 2
    if not verify_consistency(
        old=half,
        new=count,
        old_root=tree.root(half),
        new_root=root,
        proof=tree.consistency_proof(half),
    ):
        raise SystemExit("consistency fails")
    return {
        "benchmark": "ledger",
        "leaves": count,
        "bare_sha256_s": round(bound, 4),
        "append_loop_s": round(loop, 4),
        "append_batch_s": round(extended, 4),
        "append_frontier_s": round(compact, 4),
        "append_tiles_s": round(tiled, 4),
        "loop_over_bound": round(loop / bound, 2),
        "batch_over_bound": round(extended / bound, 2),
        "prove_and_verify_us": round(proofs * 1e6, 1),
        "root": root.hex(),
    }


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:2]))))
