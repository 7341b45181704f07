"""A round as a frozen problem: which dossiers, at which levels, under which rules.

Everything that decides is written into the bytes. What stands for what: a proposal is the
code of a dossier, ``state`` its money from the state budget, ``state_2027`` that of a year,
``other`` that of its host and partners.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opensti.domains.calls.choices import BudgetSource
from opensti.domains.calls.queries import budgets_of
from opensti.domains.overlaps.queries import barred as overlapping
from opensti.domains.overlaps.queries import unjudged
from opensti.domains.panels.queries import results_of_call
from opensti.domains.portfolios.choices import Barred, RoundState, Ruling
from opensti.domains.portfolios.models import Decision, Lock
from opensti.domains.procedures.queries import one_winner
from opensti.kernel.frozen import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opensti.domains.panels.queries import CallResult
    from opensti.domains.portfolios.models import Round

FORMAT = "opensti-portfolio-1"
STATE, OTHER = "state", "other"
# Under this age a leader counts as young, where a scenario says nothing else.
YOUNG = 36
# Keys of a scenario's rules that say what is chosen from, not under which conditions.
OWN = ("levels", "groups", "young_age")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A dossier of a round with what a selection may ask of it.

    ``barred`` says why it cannot be chosen, empty if it can; ``amounts`` are whole đồng by
    measure at full funding; ``labels`` the two names of each category.
    """

    decision_id: int
    code: str
    title_vi: str
    title_en: str
    merit: float | None
    rank: int | None
    barred: str
    locked: bool
    amounts: Mapping[str, int]
    categories: Mapping[str, str]
    labels: Mapping[str, tuple[str, str]]
    handed_in: str


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Those of a round in the order of the regime: the better mean, then handed in first.

    ``measures`` are what every candidate has; ``without_years`` lack a budget by year, for
    which no budget of a year can be set; ``without_birth`` have a leader whose age is not known.
    """

    rows: tuple[Candidate, ...]
    measures: tuple[str, ...]
    columns: tuple[str, ...]
    without_years: tuple[str, ...]
    without_birth: tuple[str, ...]

    @property
    def open(self) -> tuple[Candidate, ...]:
        return tuple(row for row in self.rows if not row.barred)


def candidates_of(round_: Round, *, young: int = YOUNG) -> Candidates:
    """Read the dossiers of a round; 9 queries however many there are."""
    decisions = list(
        Decision.objects.filter(round=round_)
        .select_related(
            "lock",
            "dossier__case",
            "dossier__host__province",
            "dossier__leader",
            "dossier__order__field",
        )
        .defer("dossier__answers", "dossier__typed", "dossier__search_text")
        .order_by("dossier__code")
    )
    results = {r.dossier_id: r for r in results_of_call(round_.call_id)}
    asked = budgets_of(d.dossier_id for d in decisions)
    barred = _barred(round_, decisions, results)
    found = [
        _candidate(
            decision,
            results.get(decision.dossier_id),
            asked.get(decision.dossier_id, {}),
            barred.get(decision.pk, ""),
            young=young,
            on=round_.call.closes_at.year,
        )
        for decision in decisions
    ]
    found.sort(key=lambda c: (-(c.merit or 0.0), c.handed_in, c.code))
    able = [c for c in found if not c.barred]
    yearless = tuple(c.code for c in able if not _has_years(c.amounts))
    measures = sorted({m for c in able for m in c.amounts})
    if yearless:
        measures = [m for m in measures if m in (STATE, OTHER)]
    return Candidates(
        rows=tuple(found),
        measures=tuple(measures),
        columns=tuple(sorted({k for c in found for k in c.categories})),
        without_years=yearless,
        without_birth=tuple(c.code for c in able if not c.categories["young_leader"]),
    )


def young_age(rules: Mapping[str, Any]) -> int:
    """Under which age a leader is young; what is no age is for ``check_rules`` to refuse."""
    said = rules.get("young_age")
    return said if isinstance(said, int) else YOUNG


def _has_years(amounts: Mapping[str, int]) -> bool:
    return any("_" in measure for measure in amounts)


def _barred(  # noqa: C901 -- one ground after the other
    round_: Round, decisions: Sequence[Decision], results: Mapping[int, CallResult]
) -> dict[int, str]:
    """Why a dossier cannot be chosen, by decision; a lock that takes it goes before."""
    ids = [d.dossier_id for d in decisions]
    overlap, waiting = overlapping(ids), unjudged(ids)
    taken = set(
        Decision.objects.filter(
            ruling=Ruling.APPROVE,
            round__state__in=(RoundState.DECIDED, RoundState.RELEASED),
            dossier__order_id__in=[
                d.dossier.order_id for d in decisions if d.dossier.order_id is not None
            ],
        )
        .exclude(round=round_)
        .values_list("dossier__order_id", flat=True)
    )
    found: dict[int, str] = {}
    best: dict[int, Decision] = {}
    for decision in sorted(decisions, key=lambda d: (d.rank or 10**6, d.pk)):
        result, lock = results.get(decision.dossier_id), _lock(decision)
        single = _single(decision)
        if lock is not None and not lock.must:
            why = Barred.LOCK.value
        elif lock is not None:
            why = ""
        elif result is None or not result.passed:
            why = Barred.COUNCIL.value
        elif decision.dossier_id in overlap:
            why = Barred.OVERLAP.value
        elif decision.dossier_id in waiting:
            why = Barred.UNJUDGED.value
        elif single in taken:
            why = Barred.ORDER.value
        elif single in best:
            why = Barred.OUTRANKED.value
        else:
            why = ""
        if why:
            found[decision.pk] = why
        elif single is not None:
            # The council's order binds: the best that can still be chosen goes before.
            best.setdefault(single, decision)
    return found


def _single(decision: Decision) -> int | None:
    """The order of which only one dossier can be approved."""
    order_id = decision.dossier.order_id
    if order_id is None or one_winner(decision.dossier.case) is None:
        return None
    return int(order_id)


def _lock(decision: Decision) -> Lock | None:
    return getattr(decision, "lock", None)


def _candidate(
    decision: Decision,
    result: CallResult | None,
    asked: Mapping[tuple[str, int], Decimal],
    barred: str,
    *,
    young: int,
    on: int,
) -> Candidate:
    dossier, host = decision.dossier, decision.dossier.host
    named = result.proposed_amount if result else None
    # What council or cost team named, else what was asked: not what is proposed now, which
    # an adopted scenario may have cut.
    amount = dossier.asked_state if named is None else named
    field = dossier.order.field if dossier.order else None
    leader = dossier.leader
    born = leader.birth_year if leader else None
    lock = _lock(decision)
    told: dict[str, tuple[str, tuple[str, str]]] = {
        "organisation": (host.public_id, (host.name_vi, host.name_en)),
        "organisation_type": (host.kind, (host.kind, host.kind)),
        "young_leader": (
            "" if born is None else ("yes" if on - born < young else "no"),
            ("", ""),
        ),
    }
    if host.province is not None:
        told["province"] = (
            host.province.code,
            (host.province.name_vi, host.province.name_en),
        )
    if field is not None:
        told["field"] = (field.code, (field.name_vi, field.name_en))
    if leader is not None:
        told["leader"] = (leader.public_id, (leader.full_name, leader.full_name))
    if dossier.order is not None:
        told["order"] = (
            dossier.order.code,
            (dossier.order.title_vi, dossier.order.title_en),
        )
    return Candidate(
        decision_id=decision.pk,
        code=dossier.code,
        title_vi=dossier.title_vi,
        title_en=dossier.title_en,
        merit=None if decision.mean is None else float(decision.mean),
        rank=decision.rank,
        barred=barred,
        locked=bool(lock and lock.must),
        amounts=spread(int(amount), asked),
        categories={column: value for column, (value, _names) in told.items()},
        labels={column: names for column, (_value, names) in told.items()},
        handed_in=dossier.submitted_at.isoformat() if dossier.submitted_at else "",
    )


def spread(
    amount: int, asked: Mapping[tuple[str, int], Decimal], *, share: float = 1.0
) -> dict[str, int]:
    """Money by measure: the state's ``amount`` over the years as they were asked for.

    Whole đồng, by largest remainders, so that the years add up to the last đồng. What host and
    partners give stays as it was said. ``share`` takes a part of the state's money.
    """
    whole = round(amount * share)
    state = {
        year: money for (s, year), money in asked.items() if s == BudgetSource.STATE
    }
    found = {STATE: whole}
    basis = sum(state.values())
    if basis:
        exact = {year: Decimal(whole) * money / basis for year, money in state.items()}
        floor = {year: int(part) for year, part in exact.items()}
        left = whole - sum(floor.values())
        for year in sorted(exact, key=lambda y: (floor[y] - exact[y], y))[:left]:
            floor[year] += 1
        found |= {f"{STATE}_{year}": part for year, part in sorted(floor.items())}
    others = [
        (year, int(money))
        for (s, year), money in asked.items()
        if s != BudgetSource.STATE
    ]
    found[OTHER] = sum(money for _year, money in others)
    for year, money in sorted(others):
        key = f"{OTHER}_{year}"
        found[key] = found.get(key, 0) + money
    return found


def freeze(
    candidates: Candidates,
    *,
    scenario: str,
    basis: str,
    rules: Mapping[str, Any],
    ties: Mapping[str, Any],
    merits: Mapping[str, float] | None = None,
    ranking: str = "",
) -> bytes:
    """Write the whole problem down.

    ``merits`` by code replace the means (of a calibrated ranking, whose digest is ``ranking``);
    ``ties`` is ``{"draw": seed}``, or nothing for the order of the regime.
    """
    partial: Mapping[str, Sequence[Mapping[str, Any]]] = rules.get("levels") or {}
    groups: Mapping[str, Mapping[str, Iterable[str]]] = rules.get("groups") or {}
    levels: list[dict[str, Any]] = []
    categories: dict[str, dict[str, str]] = {}
    labels: dict[str, dict[str, list[str]]] = {}
    grouped = {
        column: {code: value for value, codes in values.items() for code in codes}
        for column, values in groups.items()
    }
    for row in candidates.rows:
        merit = merits.get(row.code) if merits is not None else row.merit
        merit = merit if merit is not None else 0.0
        levels.append(
            {"proposal": row.code, "name": "", "merit": merit, "amounts": row.amounts}
        )
        levels += [
            {
                "proposal": row.code,
                "name": level["name"],
                "merit": round(merit * level["merit"], 6),
                "amounts": _part(row.amounts, level["share"]),
            }
            for level in partial.get(row.code, ())
        ]
        categories[row.code] = {
            **row.categories,
            **{column: of.get(row.code, "") for column, of in grouped.items()},
        }
        for column, names in row.labels.items():
            if any(names):
                labels.setdefault(column, {})[row.categories[column]] = [*names]
    return canonical(
        {
            "format": FORMAT,
            "scenario": scenario,
            "basis": basis,
            "ranking": ranking,
            "levels": levels,
            "categories": categories,
            "labels": labels,
            "measures": [*candidates.measures],
            "barred": {r.code: r.barred for r in candidates.rows if r.barred},
            "rules": {
                **{k: v for k, v in rules.items() if k not in OWN},
                "must": [
                    *(rules.get("must") or ()),
                    *(r.code for r in candidates.rows if r.locked),
                ],
                "never": sorted(
                    {
                        *(rules.get("never") or ()),
                        *(r.code for r in candidates.rows if r.barred),
                    }
                ),
                "ties": {**ties} or {"order": [r.code for r in candidates.rows]},
            },
        }
    )


def _part(amounts: Mapping[str, int], share: float) -> dict[str, int]:
    """A part of the state's money; the years still add up."""
    years = {
        (BudgetSource.STATE.value, int(m.rsplit("_", 1)[1])): Decimal(a)
        for m, a in amounts.items()
        if m.startswith(f"{STATE}_")
    }
    other = {m: a for m, a in amounts.items() if m.startswith(OTHER)}
    return {**spread(amounts[STATE], years, share=share), **other}
