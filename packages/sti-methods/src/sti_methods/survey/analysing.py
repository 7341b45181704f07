"""A whole wave: from answers as they came to figures, comparisons, recommendations, needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.survey.cleaning import Cleaned, clean
from sti_methods.survey.comparing import Compared, compare
from sti_methods.survey.figuring import Held
from sti_methods.survey.given import Economy, Settings, Told
from sti_methods.survey.recommending import (
    Behind,
    Need,
    Recommendation,
    Sureness,
    Wave,
    needs,
    recommend,
)
from sti_methods.survey.suppressing import Cell, too_small

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sti_methods.survey.gating import Gate, Sameness
    from sti_methods.survey.given import Given
    from sti_methods.survey.recommending import Price, Programme, Rule


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """All that a wave says. ``gates`` with their last verdict, after the test of sameness.

    ``refused``: clauses that could not be compared, and why. ``wave`` and
    ``recommendations`` name organisations: they are the organiser's, not for the public.
    """

    cleaned: Cleaned
    economies: tuple[Economy, ...]
    silent: tuple[str, ...]
    gates: tuple[Gate, ...]
    same: tuple[Sameness, ...]
    told: tuple[Told, ...]
    compared: Mapping[str, Compared]
    refused: Mapping[str, str]
    wave: Wave
    recommendations: tuple[Recommendation, ...]
    needs: tuple[Need, ...]
    needs_kept_back: frozenset[tuple[str, str]]


def analyse(
    given: Given,
    *,
    rules: Sequence[Rule] = (),
    programmes: Mapping[str, Programme] | None = None,
    prices: Mapping[str, Price] | None = None,
    settings: Settings | None = None,
) -> Analysis:
    """Clean, pool, weigh, gate, compare, keep back, recommend.

    The same answers, settings and seed give the same figures; an economy's bounds do not
    change when another joins the wave. Raises ``Unfit``: ``few_units`` when no row is kept;
    ``no_profile`` (organisation); as ``design_weights`` for the frame. Cost: the bootstrap,
    runs · organisations · columns.
    """
    chosen = settings or Settings()
    cleaned = clean(given.responses, rules=chosen.cleaning)
    if not cleaned.kept.any():
        raise Unfit("few_units", units=0)
    held = Held(given, cleaned, chosen)
    gates, same = held.gated()
    told = tuple(one for economy in held.names for one in held.figures(economy, gates))
    open_ = {
        (one.economy, one.key)
        for one in told
        if one.measure == "clause" and not one.by and not one.kept_back
    }
    clauses = {
        clause: {
            one.group: held.scores[clause][held.rows[one.group]]
            for one in gates
            if one.clause == clause
            and one.verdict == "compared"
            and (one.group, clause) in open_
        }
        for clause in held.scores
    }
    compared, refused = compare(
        {clause: groups for clause, groups in clauses.items() if len(groups) > 1},
        level=chosen.level,
        skewed=chosen.skewed,
    )
    wave = Wave(
        organisations=list(held.organisations()),
        sureness=[
            Sureness(economy=g.group, clause=g.clause, omega=g.omega, n=g.units)
            for g in gates
        ],
        behind=list(_behind(compared, same)),
    )
    found = recommend(rules, wave)
    needed = needs(found, wave=wave, programmes=programmes or {}, prices=prices)
    return Analysis(
        cleaned=cleaned,
        economies=tuple(held.economy(name) for name in held.names),
        silent=tuple(
            sorted({one.economy for one in given.frame} - set(held.names))
        ),
        gates=gates,
        same=same,
        told=told,
        compared=compared,
        refused=refused
        | {c: "few_groups" for c, groups in clauses.items() if len(groups) < 2},  # noqa: PLR2004
        wave=wave,
        recommendations=found,
        needs=needed,
        needs_kept_back=frozenset(
            (one.economy, one.programme)
            for one in needed
            if too_small(
                Cell(units=one.asked, weight=one.organisations, top=one.top),
                least=chosen.least,
                most=chosen.most,
            )
        ),
    )  # fmt: skip


def _behind(
    compared: Mapping[str, Compared], same: Sequence[Sameness]
) -> Iterator[Behind]:
    holds = {one.clause: one.holds for one in same}
    for clause, one in compared.items():
        for apart in one.pairs:
            pair = apart.pair
            if not np.isfinite(pair.g) or not pair.difference:
                continue
            behind = pair.difference < 0
            yield Behind(
                economy=pair.first if behind else pair.second,
                ahead=pair.second if behind else pair.first,
                clause=clause,
                g=abs(pair.g),
                p=apart.p_holm,
                invariant=holds[clause],
            )
