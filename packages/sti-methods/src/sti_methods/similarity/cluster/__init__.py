"""Overlap past one machine: a corpus in Parquet partitions, compared on Dask.

    write_corpus(records, "archive")
    with workers() as staff:  # those of DASK_SCHEDULER_ADDRESS, or this process
        index = PartedIndex.of(open_corpus("archive"), staff)
        for query, matches in index.rank(queries, latest=lambda query: query.year):
            ...

The answers are those of `Index` and `pairs` to the last bit, however many partitions and
workers there are. Needs the extra ``sti-methods[cluster]``.
"""

try:
    import pyarrow as pa  # noqa: F401 -- to say what is missing before anything else fails
except ImportError as missing:
    raise ImportError(
        "Partitioned corpora need Dask and Arrow, which are not installed: "
        'pip install "sti-methods[cluster]" (or "opensti[cluster]").'
    ) from missing

from sti_methods.similarity.cluster.corpus import (
    Corpus,
    open_corpus,
    partition,
    write_corpus,
)
from sti_methods.similarity.cluster.index import PartedIndex
from sti_methods.similarity.cluster.workers import (
    ADDRESS,
    Lost,
    Unreachable,
    Workers,
    workers,
)

__all__ = [
    "ADDRESS",
    "Corpus",
    "Lost",
    "PartedIndex",
    "Unreachable",
    "Workers",
    "open_corpus",
    "partition",
    "workers",
    "write_corpus",
]
