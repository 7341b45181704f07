"""Overlap: which earlier work is the same as this one, how sure, and why.

    index = Index(records)
    for match in index.rank(query, top=10, not_after=query.year):
        print(match.group, match.rank, match.id, match.probability)

Plain words only: no downloads, no graphics card; the same answer every time.
"""

from sti_methods.similarity.index import VERSION, Index, Match
from sti_methods.similarity.pairs import Neighbour, pairs
from sti_methods.similarity.reading import Problem, Unreadable, read_records
from sti_methods.similarity.records import FULL, GROUPS, TITLE, Record

__all__ = [
    "FULL",
    "GROUPS",
    "TITLE",
    "VERSION",
    "Index",
    "Match",
    "Neighbour",
    "Problem",
    "Record",
    "Unreadable",
    "pairs",
    "read_records",
]
