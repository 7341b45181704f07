"""Checks of the rules for what comes after the decision."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.procedures.choices import Act, Track
from opensti.domains.procedures.regimes.findings import Finding
from opensti.domains.procedures.regimes.norms import norm_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from opensti.domains.procedures.regimes.format import (
        AftermathRules,
        ExecutionRules,
        Regime,
    )


def check_rules(regime: Regime) -> Iterator[Finding]:
    """Contract and acceptance stand together, and name only what the file has."""
    parts = {
        "contract": regime.contract,
        "acceptance": regime.acceptance,
        "execution": regime.execution,
        "aftermath": regime.aftermath,
    }
    there = [name for name, part in parts.items() if part is not None]
    if there and len(there) < len(parts):
        for name in [name for name in parts if name not in there]:
            yield Finding(
                code="half_an_aftermath",
                path=name,
                message=_("The part “%(name)s” is missing.") % {"name": name},
                mend=_("Give contract, acceptance, execution and aftermath together."),
            )
        return
    if regime.execution is not None and regime.aftermath is not None:
        yield from _execution(regime, regime.execution)
        yield from _aftermath(regime, regime.aftermath)


def _execution(regime: Regime, rules: ExecutionRules) -> Iterator[Finding]:
    yield from _twice(
        "execution.amendments",
        Counter(f"{r.what}/{r.lump}" for r in rules.amendments),
    )
    for name in ("lump_sums", "approval", "reports", "amendments"):
        yield from _twice(
            f"execution.{name}", Counter(r.id for r in getattr(rules, name))
        )
    forms = {f.code for f in regime.forms if f.track is Track.CONTRACT}
    papers = {p.code for p in regime.papers} | {""}
    for report in rules.reports:
        for name, known in (("form", forms), ("paper", papers)):
            code = getattr(report, name)
            if code not in known:
                yield Finding(
                    code="unknown_form",
                    path=f"execution.reports.{report.id}.{name}",
                    message=_("There is no form “%(code)s”.") % {"code": code},
                    mend=_("Add it to “papers” or “forms”."),
                )
    tables = norm_tables()
    for norm in rules.norms:
        if norm not in tables:
            yield Finding(
                code="unknown_norm",
                path=f"execution.norms.{norm}",
                message=_("There is no table of norms “%(id)s”.") % {"id": norm},
                mend=_("Name one of procedures/norms, or leave it out."),
            )
    agree = [
        t.by
        for t in regime.track("contract").transitions
        if t.act is Act.CONTRACT_AGREE
    ]
    last = rules.approval[-1].role if rules.approval else None
    # A step that nobody may take is told once, where it stands.
    if all(agree) and not any(last in by for by in agree):
        yield Finding(
            code="approval_without_end",
            path="execution.approval",
            message=_(
                "Whoever approves last may not approve the contract for signature."
            ),
            mend=_("Let the last level be a role of “contracts.agree”."),
        )


def _aftermath(regime: Regime, rules: AftermathRules) -> Iterator[Finding]:
    known = {
        "council": (
            {"", *(r.id for r in regime.council_rules)},
            rules.acceptance.council,
        ),
        "rating": ({r.id for r in regime.rating_rules}, rules.acceptance.rating),
    }
    for name, (ids, chosen) in known.items():
        if chosen not in ids:
            yield Finding(
                code=f"unknown_{name}",
                path=f"aftermath.acceptance.{name}",
                message=_("“%(id)s” is not in this file.") % {"id": chosen},
                mend=_("Name one that is, or add it."),
            )
    yield from _periods(
        "aftermath.ownership",
        [(r.formed_from, r.formed_until) for r in rules.ownership],
    )
    for name in ("ownership", "benefits"):
        yield from _twice(
            f"aftermath.{name}", Counter(r.id for r in getattr(rules, name))
        )


def _periods(
    path: str, periods: list[tuple[date | None, date | None]]
) -> Iterator[Finding]:
    """Each day of formation falls under one rule."""
    ordered = sorted(periods, key=lambda p: (p[0] is not None, p[0]))
    whole = bool(ordered) and ordered[0][0] is None and ordered[-1][1] is None
    if not whole or any(a[1] != b[0] for a, b in pairwise(ordered)):
        yield Finding(
            code="gap_in_time",
            path=path,
            message=_("Some day of formation falls under no rule, or under two."),
            mend=_("Let each period begin on the day the one before it ends."),
        )


def _twice(path: str, counted: Counter[str]) -> Iterator[Finding]:
    for name, times in sorted(counted.items()):
        if times > 1:
            yield Finding(
                code="same_id_twice",
                path=f"{path}.{name}",
                message=_("“%(id)s” stands here twice.") % {"id": name},
                mend=_("Give each its own id."),
            )
