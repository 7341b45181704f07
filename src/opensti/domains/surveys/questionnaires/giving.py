"""Answers as plain rows → what ``sti_methods.survey.analyse`` is given; and as a table.

The table has the columns of ``opensti survey analyse``: who doubts a result runs the command.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from sti_methods.survey import Given, Profile, Responses

from opensti.domains.surveys.questionnaires.telling import as_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sti_methods.survey import Question

DONE = ("new_product", "new_process", "research")
TURNOVER, KNOWLEDGE, WISH = "turnover_new", "knowledge", "wish"
IMPORTANCE = "_importance"


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one respondent said, by column; None where a question does not apply."""

    organisation: str
    respondent: str
    role: str
    minutes: float
    said: Mapping[str, float | None] = field(default_factory=dict)

    def value(self, column: str) -> float:
        found = self.said.get(column)
        return math.nan if found is None else found


def given_of(
    rows: Sequence[Row],
    *,
    questions: Sequence[Question],
    figures: Mapping[str, str],
    profiles: Mapping[str, Profile],
    frame: Mapping[Profile, int],
) -> Given:
    """Rows in their order; all of them consented. ``figures``: column → name it is told by."""
    codes = [q.code for q in questions]
    return Given(
        questions=tuple(questions),
        responses=Responses(
            organisation=[r.organisation for r in rows],
            respondent=[r.respondent for r in rows],
            values=_columns(rows, codes),
            skipped=np.array(
                [[code not in r.said for code in codes] for r in rows], dtype=bool
            ),
            minutes=np.array([r.minutes for r in rows], dtype=np.float64),
            consent=np.ones(len(rows), dtype=bool),
        ),
        role=[r.role for r in rows],
        importance=_columns(rows, [code + IMPORTANCE for code in codes]),
        barriers={
            name: np.array([r.value(column) for r in rows], dtype=np.float64)
            for column, name in figures.items()
        },
        results=np.array([results_of(r) for r in rows], dtype=np.float64),
        knowledge=np.array([r.value(KNOWLEDGE) for r in rows], dtype=np.float64),
        wish=np.array([r.value(WISH) for r in rows], dtype=np.float64),
        profiles={r.organisation: profiles[r.organisation] for r in rows},
        frame=frame,
    )


def results_of(row: Row) -> float:
    """Results as a part of 0 to 1: the mean of what was done and the new turnover."""
    return part_done([row.value(c) for c in DONE], row.value(TURNOVER))


def part_done(done: Sequence[float], turnover: float) -> float:
    """The mean of yes (1) and no (0), and of a percentage; NaN where nothing is told."""
    told = [one for one in (*done, turnover / 100) if not math.isnan(one)]
    return math.fsum(told) / len(told) if told else math.nan


def responses_table(
    rows: Sequence[Row],
    *,
    questions: Sequence[Question],
    columns: Sequence[str],
    profiles: Mapping[str, Profile],
) -> bytes:
    """The rows as the command reads them; ``columns`` are those beside the items."""
    codes = [q.code for q in questions]
    head = [*codes, *(code + IMPORTANCE for code in codes), *columns]
    who = ("organisation", "respondent", "economy", "size", "sector", "consent", "role", "minutes")  # fmt: skip
    return as_table(
        (*who, *head),
        (
            (
                r.organisation,
                r.respondent,
                (p := profiles[r.organisation]).economy,
                p.size,
                p.sector,
                "yes",
                r.role,
                r.minutes,
                *(_cell(r, column) for column in head),
            )
            for r in rows
        ),
    )


def frame_table(frame: Mapping[Profile, int]) -> bytes:
    """How many organisations there are in each stratum, as the command reads it."""
    return as_table(
        ("economy", "size", "sector", "organisations"),
        ((p.economy, p.size, p.sector, n) for p, n in frame.items()),
    )


def _cell(row: Row, column: str) -> str:
    if column not in row.said:
        return ""
    value = row.said[column]
    if value is None:
        return "NA"
    if column in {*DONE, WISH}:
        return "yes" if value else "no"
    return f"{value:g}"


def _columns(
    rows: Sequence[Row], names: Sequence[str]
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array([[r.value(n) for n in names] for r in rows], dtype=np.float64)
