"""Questionnaires and rules as data, answers as the methods take them, results as tables."""

from opensti.domains.surveys.questionnaires.format import (
    KINDS,
    Asking,
    Questionnaire,
    Section,
)
from opensti.domains.surveys.questionnaires.giving import (
    Row,
    frame_table,
    given_of,
    part_done,
    responses_table,
)
from opensti.domains.surveys.questionnaires.reading import (
    read_questionnaire,
    shipped_questionnaires,
    shipped_rules,
)
from opensti.domains.surveys.questionnaires.rules import Asked, Rules, read_rules

__all__ = [
    "KINDS",
    "Asked",
    "Asking",
    "Questionnaire",
    "Row",
    "Rules",
    "Section",
    "frame_table",
    "given_of",
    "part_done",
    "read_questionnaire",
    "read_rules",
    "responses_table",
    "shipped_questionnaires",
    "shipped_rules",
]
