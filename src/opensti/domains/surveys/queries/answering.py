"""What a person with a link sees: what is asked, what was said, where it stands."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sti_methods.survey import (
    SIZES,
    Organisation,
    Profile,
    Recommendation,
    clause_scores,
    recommend,
)
from sti_methods.survey import Wave as Told

from opensti.domains.surveys.choices import SIZES as NAMED_SIZES
from opensti.domains.surveys.choices import Consent, State
from opensti.domains.surveys.queries.asking import (
    Instrument,
    instrument_of,
    is_open,
    respondent_by,
)
from opensti.domains.surveys.queries.results import published_outcome, table_in
from opensti.domains.surveys.questionnaires import Row
from opensti.domains.surveys.questionnaires.giving import (
    IMPORTANCE,
    KNOWLEDGE,
    WISH,
    results_of,
)
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from opensti.domains.surveys.models import Respondent, Wave

# Of an organisation's own answers: a mandatory item conforms from here on.
CONFORMS, MAJOR = 3.0, 1.0


@dataclass(frozen=True, kw_only=True)
class Answering:
    person: Respondent
    wave: Wave
    instrument: Instrument
    said: dict[str, float | None]

    @property
    def open(self) -> bool:
        return is_open(self.person)

    @property
    def agreed(self) -> bool:
        return self.person.consent == Consent.GIVEN

    @property
    def told(self) -> bool:
        """Whether there is a page of own results."""
        return (
            self.wave.state == State.PUBLISHED
            and not self.person.unit.pilot
            and self.agreed
            and bool(self.said)
        )


def answering(token: str) -> Answering:
    """By a link; ``NotFound`` for one that does not hold. 2 queries."""
    person = respondent_by(token)
    return Answering(
        person=person,
        wave=person.unit.wave,
        instrument=instrument_of(person.unit.wave),
        said=dict(person.answers.values_list("column", "value")),
    )


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A clause: the own score and that of the class, which may be kept back.

    ``by``: ``sector``, ``size`` or nothing (the whole economy); ``n`` organisations.
    """

    clause: str
    own: float | None
    mean: float | None
    low: float | None
    high: float | None
    by: str
    group: str
    n: int | None


@dataclass(frozen=True, kw_only=True)
class Own:
    """The own page: clauses beside the class, and what the rules say of the own answers."""

    answering: Answering
    clauses: list[Beside]
    advice: list[Recommendation]

    def size(self, code: str) -> str:
        """A class of sizes in words."""
        return str(dict(NAMED_SIZES).get(code, code))


def own_page(token: str) -> Own:
    """One person's answers beside what may be told of organisations like his. 3 queries.

    The class is the sector in the economy where it may be told, else the size, else the
    economy. Advice follows from this person's answers alone: what colleagues said is theirs.
    ``NotFound`` until results are published.
    """
    found = answering(token)
    if not found.told:
        raise NotFound
    told = published_outcome(found.wave)
    unit = found.person.unit
    cells = {
        (one["by"], one["group"], one["key"]): one
        for one in table_in(told, "cells.csv")
        if one["economy"] == unit.economy and one["measure"] == "clause"
    }
    of = _organisation(found)
    clauses = []
    for clause in dict.fromkeys(q.clause for q in found.instrument.questions):
        cell = next(
            (
                one
                for key in (("sector", unit.sector), ("size", unit.size), ("", ""))
                if (one := cells.get((*key, clause))) and one["mean"]
            ),
            None,
        )
        clauses.append(
            Beside(
                clause=clause,
                own=of.clauses.get(clause),
                mean=float(cell["mean"]) if cell else None,
                low=_float(cell["low"]) if cell else None,
                high=_float(cell["high"]) if cell else None,
                by=cell["by"] if cell else "",
                group=cell["group"] if cell else "",
                n=int(cell["n"]) if cell and cell["n"] else None,
            )
        )
    rules = [r for r in found.instrument.rules.rules if r.level == "organisation"]
    advice = recommend(rules, Told(organisations=[of]))
    return Own(
        answering=found,
        clauses=clauses,
        advice=sorted(advice, key=lambda one: (one.priority, one.rule)),
    )


def _organisation(found: Answering) -> Organisation:
    """What rules may ask, of one person's answers."""
    asked, unit = found.instrument, found.person.unit
    row = Row(
        organisation=unit.public_id,
        respondent=found.person.public_id,
        role=found.person.role,
        minutes=0.0,
        said=found.said,
    )
    items = {q.code: v for q in asked.questions if not math.isnan(v := row.value(q.code))}  # fmt: skip
    clauses = _scored(asked, row, "")
    mandatory = [q for q in asked.questions if q.mandatory and q.code in items]
    weight = math.fsum(q.weight for q in mandatory)
    return Organisation(
        name=unit.public_id,
        economy=unit.economy,
        stratum=Profile(economy=unit.economy, size=unit.size, sector=unit.sector).stratum,
        size=unit.size if unit.size in SIZES else "",
        items=items,
        by_role={(code, row.role): value for code, value in items.items()},
        clauses=clauses,
        importance=_scored(asked, row, IMPORTANCE),
        barriers={
            name: row.value(column)
            for column, name in asked.figures.items()
            if not math.isnan(row.value(column))
        },
        overall=math.fsum(clauses.values()) / len(clauses) if clauses else None,
        readiness=100 * math.fsum(q.weight for q in mandatory if items[q.code] >= CONFORMS) / weight if weight else None,
        majors=float(sum(items[q.code] < MAJOR for q in mandatory)) if mandatory else None,
        results=_maybe(results_of(row)),
        knowledge=_maybe(row.value(KNOWLEDGE)),
        wish=_maybe(row.value(WISH)),
    )  # fmt: skip


def _scored(asked: Instrument, row: Row, suffix: str) -> dict[str, float]:
    scores = clause_scores(
        np.array([[row.value(q.code + suffix) for q in asked.questions]]),
        clauses=[q.clause for q in asked.questions],
        weights=[q.weight for q in asked.questions],
    )
    return {c: float(v[0]) for c, v in scores.items() if not math.isnan(v[0])}


def _maybe(value: float) -> float | None:
    return None if math.isnan(value) else value


def _float(text: str) -> float | None:
    return float(text) if text else None


def done_of(found: Answering) -> Counter[str]:
    """How many questions of each page are answered."""
    return Counter(
        page.code
        for page in found.instrument.pages()
        for column in page.columns
        if column in found.said
    )
