"""Overlap: which earlier work is the same as this one, how sure, and why.

    index = Index(records)
    for match in index.rank(query, top=10, not_after=query.year):
        print(match.group, match.rank, match.id, match.probability)

Plain words: no downloads, no graphics card; the same answer every time. With
``Index(records, encoder=Encoder(folder))`` a sentence model compares the meaning too.
"""

from sti_methods.similarity.explain import explain
from sti_methods.similarity.explanation import (
    CONTINUATION,
    KINDS,
    NONE,
    NOT_TOLD,
    PART_OF,
    SAME_WORK,
    SHARED_METHOD,
    SHARED_TEXT,
    Explanation,
    Feature,
    Grounds,
    Money,
    Passage,
    Sentence,
    Share,
    Shared,
    Span,
    Time,
    Translated,
    Understood,
)
from sti_methods.similarity.index import VERSION, Index, Match
from sti_methods.similarity.learning import MOST_PAIRS, halves, learned
from sti_methods.similarity.meaning import MEANING, SentenceModel
from sti_methods.similarity.pairs import Neighbour, pairs
from sti_methods.similarity.portfolio import (
    Cluster,
    Edge,
    Portfolio,
    arrange,
    cluster_id,
    clusters,
    portfolio,
)
from sti_methods.similarity.reading import Problem, Unreadable, read_records
from sti_methods.similarity.records import FULL, GROUPS, TITLE, Record
from sti_methods.similarity.repeats import Place, Repeat, repeats
from sti_methods.similarity.salami import Slice, Sliced, all_salami, salami
from sti_methods.similarity.terms import (
    MOST_WORDS,
    BadRow,
    Term,
    TermList,
    checked_terms,
    read_terms,
    shipped_terms,
)

__all__ = [
    "CONTINUATION",
    "FULL",
    "GROUPS",
    "KINDS",
    "MEANING",
    "MOST_PAIRS",
    "MOST_WORDS",
    "NONE",
    "NOT_TOLD",
    "PART_OF",
    "SAME_WORK",
    "SHARED_METHOD",
    "SHARED_TEXT",
    "TITLE",
    "VERSION",
    "BadRow",
    "Cluster",
    "Edge",
    "Explanation",
    "Feature",
    "Grounds",
    "Index",
    "Match",
    "Money",
    "Neighbour",
    "Passage",
    "Place",
    "Portfolio",
    "Problem",
    "Record",
    "Repeat",
    "Sentence",
    "SentenceModel",
    "Share",
    "Shared",
    "Slice",
    "Sliced",
    "Span",
    "Term",
    "TermList",
    "Time",
    "Translated",
    "Understood",
    "Unreadable",
    "all_salami",
    "arrange",
    "checked_terms",
    "cluster_id",
    "clusters",
    "explain",
    "halves",
    "learned",
    "pairs",
    "portfolio",
    "read_records",
    "read_terms",
    "repeats",
    "salami",
    "shipped_terms",
]
