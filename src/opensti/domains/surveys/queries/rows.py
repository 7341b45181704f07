"""Answers as they lie in the tables → what the methods are given."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from sti_methods.survey import (
    Cleaning,
    Gates,
    Given,
    Price,
    Profile,
    Settings,
    clause_scores,
    gate,
    pool,
)

from opensti.domains.surveys.choices import Consent, Stage
from opensti.domains.surveys.models import Answer, Respondent, Stratum
from opensti.domains.surveys.queries.asking import instrument_of
from opensti.domains.surveys.questionnaires import Row, given_of, responses_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from opensti.domains.surveys.models import Wave

# A page that lay open longer than this was not being answered.
LONGEST_PAGE = timedelta(minutes=10)
PILOT_LEAST = 30
NO_MODEL = "not_identified"


def rows_of(wave: Wave, *, pilot: bool = False) -> tuple[list[Row], dict[str, Profile]]:
    """Respondents who agreed and said anything, and the profiles of their organisations.

    Those of the pilot or those of the field, never both. 2 queries.
    """
    people = Respondent.objects.filter(
        unit__wave=wave,
        unit__pilot=pilot,
        unit__withdrawn_at=None,
        consent=Consent.GIVEN,
    )
    said: dict[int, dict[str, float | None]] = defaultdict(dict)
    times: dict[int, set[datetime]] = defaultdict(set)
    answers = Answer.objects.filter(respondent__in=people).order_by("pk")
    for pk, column, value, at in answers.values_list(
        "respondent_id", "column", "value", "said_at"
    ).iterator(chunk_size=20_000):
        said[pk][column] = value
        times[pk].add(at)
    rows, profiles = [], {}
    for one in people.select_related("unit").order_by("pk"):
        if one.pk not in said:
            continue
        unit = one.unit
        profiles[unit.public_id] = Profile(
            economy=unit.economy, size=unit.size, sector=unit.sector
        )
        rows.append(
            Row(
                organisation=unit.public_id,
                respondent=one.public_id,
                role=one.role,
                minutes=minutes_of(one.consent_at, times[one.pk]),
                said=said[one.pk],
            )
        )
    return rows, profiles


def minutes_of(begun: datetime | None, times: Iterable[datetime]) -> float:
    """How long somebody took: from page to page, each counted as ten minutes at most."""
    moments = sorted({*times, *([begun] if begun else [])})
    whole = sum((min(b - a, LONGEST_PAGE) for a, b in pairwise(moments)), timedelta())
    return round(whole / timedelta(minutes=1), 2)


def frame_of(wave: Wave) -> dict[Profile, int]:
    """How many organisations there are in each stratum, in the order given. 1 query."""
    return {
        Profile(economy=one.economy, size=one.size, sector=one.sector): one.organisations
        for one in Stratum.objects.filter(wave=wave)
    }  # fmt: skip


def given_in(wave: Wave) -> tuple[Given, bytes]:
    """What the field answered, and the same as the table that the command reads. 3 queries."""
    asked = instrument_of(wave)
    rows, profiles = rows_of(wave)
    return (
        given_of(
            rows,
            questions=asked.questions,
            figures=asked.figures,
            profiles=profiles,
            frame=frame_of(wave),
        ),
        responses_table(
            rows,
            questions=asked.questions,
            columns=[one.code for one in asked.questionnaire.questions],
            profiles=profiles,
        ),
    )


def settings_of(wave: Wave) -> Settings:
    return Settings(
        cleaning=Cleaning(
            gaps=wave.gaps,
            quick=wave.quick,
            straight=wave.straight,
            copied=wave.copied,
        ),
        gates=Gates(stage="metric" if wave.stage == Stage.METRIC else "scalar"),
        runs=wave.runs,
        seed=wave.seed,
    )


def prices_of(wave: Wave) -> dict[str, Price]:
    return {code: Price(**said) for code, said in wave.prices.items()}


def pilot_report(wave: Wave) -> dict[str, Any]:
    """How the pilot went: organisations, minutes, reliability of each clause. 2 queries.

    ``passed``: 30 organisations or more, and no clause of three questions or more whose scale
    is below the gate or could not be worked out; with two there is no model to judge by.
    """
    asked = instrument_of(wave)
    rows, _profiles = rows_of(wave, pilot=True)
    told: dict[str, Any] = {
        "organisations": len({r.organisation for r in rows}),
        "respondents": len(rows),
        "minutes": median(r.minutes for r in rows) if rows else None,
        "clauses": [],
    }
    if rows:
        codes = [q.code for q in asked.questions]
        pooled = pool(
            np.array([[r.value(c) for c in codes] for r in rows], dtype=np.float64),
            organisation=[r.organisation for r in rows],
            role=[r.role for r in rows],
        )
        clauses = [q.clause for q in asked.questions]
        scores = clause_scores(
            pooled.values,
            clauses=clauses,
            weights=[q.weight for q in asked.questions],
        )
        for clause, values in scores.items():
            columns = [j for j, one in enumerate(clauses) if one == clause]
            found = gate(
                pooled.values[:, columns],
                codes=[codes[j] for j in columns],
                units=int(np.isfinite(values).sum()),
                clause=clause,
            )
            told["clauses"].append(_plain(asdict(found)))
    told["passed"] = (
        told["organisations"] >= PILOT_LEAST
        and bool(told["clauses"])
        and all(
            one["verdict"] == "compared" or one["why"] == [NO_MODEL]
            for one in told["clauses"]
        )
    )
    return told


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, 6) if isinstance(value, float) else list(value) if isinstance(value, tuple) else value
        for name, value in found.items()
    }  # fmt: skip
