"""A wave's analysis as tables and documents: the bytes that are frozen, written, told.

The same analysis gives the same bytes, whether a command writes them or the house keeps them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from opensti.kernel.tables import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sti_methods.survey import Analysis

    from opensti.domains.surveys.questionnaires.rules import Rules

SUPPRESSED = frozenset({"few", "dominated", "protects"})
PACKAGES = ("numpy", "scipy")
DIGITS = 6


def public_tables(told: Analysis, *, rules: Rules, currency: str) -> dict[str, bytes]:
    """What may be told to everybody, by the name of the table."""
    return {
        "cells.csv": _cells(told),
        "reliability.csv": _gates(told),
        "tests.csv": _tests(told),
        "comparisons.csv": _pairs(told),
        "places.csv": _places(told),
        "needs.csv": needs_table(told, currency, all_=False),
        "findings.csv": _findings(told, rules),
    }


def summary_of(told: Analysis) -> dict[str, Any]:
    """Who answered, how they were weighed, and what was tested: for the organiser."""
    return {
        "answers": len(told.cleaned.reasons),
        "kept": int(told.cleaned.kept.sum()),
        "excluded": told.cleaned.count(),
        "median_minutes": told.cleaned.median,
        "economies": [_economy(one) for one in told.economies],
        "silent_economies": list(told.silent),
        "invariance": [_same(one) for one in told.same],
        "not_compared": dict(told.refused),
    }


def as_table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    told = io.StringIO(newline="")
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([cell_text(one) for one in line] for line in lines)
    return told.getvalue().encode()


def cell_text(value: object) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, float):
        return f"{value + 0.0:.{DIGITS}f}"
    return safe_text(str(value))


def _cells(told: Analysis) -> bytes:
    """A cell that might show somebody is one word, whether it is small or protects another."""
    return as_table(
        ("economy", "by", "group", "measure", "key", "mean", "low", "high", "error", "n", "effective", "kept_back"),
        (
            (c.economy, c.by, c.group, c.measure, c.key, c.mean, c.low, c.high, c.error, c.units, c.effective,
             "suppressed" if c.kept_back in SUPPRESSED else c.kept_back)
            for c in told.told
        ),
    )  # fmt: skip


def _shown(told: Analysis) -> set[tuple[str, str]]:
    """Clauses of economies that may be told of: by the total of the economy."""
    return {
        (c.economy, c.key)
        for c in told.told
        if c.measure == "clause" and not c.by and c.kept_back not in SUPPRESSED
    }


def _gates(told: Analysis) -> bytes:
    shown = _shown(told)
    return as_table(
        ("economy", "clause", "n", "whole", "omega", "ave", "alpha", "alpha_low", "alpha_high", "verdict", "why"),
        (
            (g.group, g.clause, g.units, g.whole, g.omega, g.ave, g.alpha, g.alpha_low, g.alpha_high, g.verdict, " ".join(g.why))
            if (g.group, g.clause) in shown
            else (g.group, g.clause, *[None] * 7, "suppressed", "")
            for g in told.gates
        ),
    )  # fmt: skip


def _tests(told: Analysis) -> bytes:
    return as_table(
        ("clause", "test", "statistic", "df", "p", "p_holm", "effect", "skewness"),
        (
            (c.clause, c.overall.test, c.overall.statistic, " ".join(cell_text(d) for d in c.overall.df),
             c.overall.p, c.p_holm, c.overall.effect, c.skewness)
            for c in told.compared.values()
        ),
    )  # fmt: skip


def _pairs(told: Analysis) -> bytes:
    return as_table(
        ("clause", "first", "second", "difference", "low", "high", "g", "g_low", "g_high", "p", "p_holm"),
        (
            (c.clause, p.first, p.second, p.difference, p.low, p.high, p.g, p.g_low, p.g_high, p.p, one.p_holm)
            for c in told.compared.values()
            for one in c.pairs
            for p in (one.pair,)
        ),
    )  # fmt: skip


def _places(told: Analysis) -> bytes:
    """Economies from the best on, only where clauses are compared."""
    means = {
        (c.economy, c.key): c.mean
        for c in told.told
        if c.measure == "clause" and not c.by and c.mean is not None
    }
    lines = []
    for clause, compared in told.compared.items():
        names = {n for one in compared.pairs for n in (one.pair.first, one.pair.second)}
        for name in sorted(names, key=lambda n: (-means[n, clause], n)):
            best, worst = compared.place(name)
            lines.append((clause, name, means[name, clause], best, worst))
    return as_table(("clause", "economy", "mean", "place_best", "place_worst"), lines)


def needs_table(told: Analysis, currency: str, *, all_: bool) -> bytes:
    return as_table(
        ("economy", "programme", "asked", "organisations", "seats", "coaches", "budget", "currency", "kept_back"),
        (
            (n.economy, n.programme, n.asked, n.organisations, n.seats, n.coaches, n.budget, currency if n.budget is not None else "", "")
            if all_ or (n.economy, n.programme) not in told.needs_kept_back
            else (n.economy, n.programme, *[None] * 5, "", "suppressed")
            for n in told.needs
        ),
    )  # fmt: skip


def _findings(told: Analysis, rules: Rules) -> bytes:
    """What rules say of economies as such; those on organisations are the organiser's."""
    shown = _shown(told)
    return as_table(
        ("rule", "programme", "priority", "economy", "clause", "ahead", "causes", "vi", "en"),
        (
            (r.rule, r.programme, r.priority, r.economy, r.clause, r.ahead, causes_text(r.causes), *rules.texts[r.rule])
            for r in told.recommendations
            if r.level in {"gate", "pair"} and (r.economy, r.clause) in shown
        ),
    )  # fmt: skip


def causes_text(causes: Sequence[Any]) -> str:
    return "; ".join(f"{c.asked}: {c.value:.4g}" for c in causes)


def _economy(one: Any) -> dict[str, Any]:
    design = one.design
    return {
        "economy": one.name,
        "organisations": one.organisations,
        "respondents": one.respondents,
        "effective": design.effective,
        "trimmed": design.cut,
        "limit": design.limit,
        "covered": design.covered,
        "uncovered": dict(design.uncovered),
    }


def _same(one: Any) -> dict[str, Any]:
    return {
        "clause": one.clause,
        "groups": list(one.groups),
        "holds": one.holds,
        "why": one.why,
        "level": one.tested.level if one.tested else None,
        "steps": [asdict(step) for step in one.tested.steps] if one.tested else [],
    }


def versions() -> dict[str, str]:
    ours = {"opensti": version("opensti"), "sti-methods": version("sti-methods")}
    return ours | {name: version(name) for name in PACKAGES}


def as_json(content: Mapping[str, Any]) -> bytes:
    told = json.dumps(plain(content), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)  # fmt: skip
    return (told + "\n").encode()


def plain(value: Any) -> Any:
    """Numbers to the digits that are told: more of them are the machine's."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0 if math.isfinite(value) else None
    return value


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
