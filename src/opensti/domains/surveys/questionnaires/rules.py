"""Rules of recommendations, as a survey's methods take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opensti.domains.assessments.frameworks import Questionnaire
from opensti.domains.assessments.frameworks import read_rules as read_book

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sti_methods.survey import Programme, Question, Rule


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A questionnaire: its questions, and the roles of who answers."""

    code: str
    edition: str
    questions: tuple[Question, ...]
    roles: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Rules that are read, with their texts in both languages by code."""

    code: str
    edition: str
    barriers: tuple[str, ...]
    programmes: dict[str, Programme]
    rules: tuple[Rule, ...]
    texts: dict[str, tuple[str, str]]
    titles: dict[str, tuple[str, str]]


def read_rules(content: Mapping[str, Any], asked: Asked, *, file: str) -> Rules:
    """Rules on the questions ``asked``: every condition is read and checked.

    ``file`` is how faults call it. Raises ``Invalid`` by place.
    """
    book = read_book(
        content,
        file=file,
        asked=Questionnaire(
            code=asked.code,
            clauses={q.clause for q in asked.questions},
            items={q.code for q in asked.questions},
            roles=asked.roles,
        ),
    )
    said = book.file
    return Rules(
        code=said.recommendations.code,
        edition=said.recommendations.edition,
        barriers=tuple(b.code for b in said.barriers),
        programmes=book.programmes,
        rules=book.rules,
        texts={r.code: (r.vi, r.en) for r in said.rules},
        titles={p.code: (p.vi, p.en) for p in said.programmes},
    )
