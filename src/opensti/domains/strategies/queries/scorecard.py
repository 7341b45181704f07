"""Scorecards: every target of a plan with its value, its path, its light, its pace.

A scorecard is plain data, so that a stocktake keeps it as it was seen and a page shows the
kept one and the one of today alike.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from sti_methods.rating import rate
from sti_methods.scorecard import Bands, Rating, Windows, path_of

from opensti.domains.strategies import permissions as _permissions  # noqa: F401
from opensti.domains.strategies.choices import (
    PUBLIC_PLANS,
    IndicatorKind,
    Light,
    Measure,
    PlanState,
    RunKind,
    RunState,
)
from opensti.domains.strategies.models import MethodRun, Plan, Target
from opensti.domains.strategies.queries.aggregation import values_of
from opensti.domains.strategies.queries.aiming import YEAR, posed
from opensti.kernel.access import PUBLIC, get_visible, require, visible
from opensti.kernel.bilingual import Pair

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from opensti.domains.strategies.queries.aggregation import Aggregated
    from opensti.kernel.access import Actor

METHOD = "scorecard 1"
# So many years before the base are drawn: where it came from.
BEFORE = 5
RUNNING = (PlanState.ISSUED, PlanState.IN_FORCE, PlanState.REVIEW)
# The worst first: what a leader must see.
ORDER = {Light.OFF: 0, Light.NEAR: 1, Light.NO_DATA: 2, Light.ON: 3}


@dataclass(frozen=True, kw_only=True)
class Value:
    """One year's value as it counts: with its vintage, and whether it stands in for a late one."""

    year: int
    value: str
    vintage: str = ""
    status: str = ""
    carried: bool = False
    missing: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """One target with how it stands; numbers of the act are decimals as text."""

    target: int
    plan: str
    plan_id: str
    card: str
    code: str
    name_vi: str
    name_en: str
    unit_vi: str
    unit_en: str
    decimals: int
    goal: str
    owner_vi: str
    owner_en: str
    text_vi: str
    text_en: str
    article: str
    measure: str
    comparator: str
    value: str
    high: str
    tolerance: str
    from_year: int | None
    to_year: int
    chained: bool
    rating: Rating
    series: tuple[tuple[int, float], ...] = ()
    values: tuple[Value, ...] = ()

    name = Pair("name")
    unit = Pair("unit")
    text = Pair("text")
    owner = Pair("owner")

    @property
    def light(self) -> str:
        return self.rating.light

    def way(self) -> dict[str, Any]:
        """Path, observed and required values by years, and the aim, for a drawing."""
        found = self.rating
        first = found.base_year if found.base_year is not None else 0
        required: dict[int, float] = {}
        if (
            None not in (found.year, found.value, found.aim)
            and found.required is not None
        ):
            required = (
                path_of(
                    kind="compound" if found.pace == "rate" else "linear",
                    base_year=found.year,  # type: ignore[arg-type]
                    base=found.value,  # type: ignore[arg-type]
                    to_year=self.to_year,
                    aim=found.aim,  # type: ignore[arg-type]
                )
                or {}
            )
        return {
            "path": dict(found.path),
            "observed": {y: v for y, v in self.series if y >= first - BEFORE},
            "required": required,
            "aim": None if found.aim is None else (self.to_year, found.aim),
        }

    @property
    def latest(self) -> Value | None:
        """The newest yearly value up to the target's last year."""
        until = [v for v in self.values if v.year <= self.to_year] or self.values
        return until[-1] if until else None


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """All targets of one plan at one moment; ``others`` are of other acts on the same cards."""

    plan: str
    plan_id: str
    title_vi: str
    title_en: str
    as_of: str
    published: bool
    bands: Bands
    lines: tuple[Line, ...]
    others: tuple[Line, ...] = ()
    method: str = METHOD

    title = Pair("title")

    @property
    def counts(self) -> dict[str, int]:
        """How many targets show each light."""
        found = dict.fromkeys((Light.OFF, Light.NEAR, Light.ON, Light.NO_DATA), 0)
        for line in self.lines:
            found[Light(line.light)] += 1
        return {light.value: n for light, n in found.items()}


def to_plain(card: Scorecard) -> dict[str, Any]:
    """The scorecard as JSON takes it."""
    return json.loads(json.dumps(asdict(card)))  # type: ignore[no-any-return]


def digest_of(plain: Mapping[str, Any]) -> str:
    """SHA-256 of the scorecard in canonical JSON."""
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def from_plain(plain: Mapping[str, Any]) -> Scorecard:
    """A kept scorecard as it was."""
    return Scorecard(
        **{
            **plain,
            "bands": Bands(**plain["bands"]),
            "lines": tuple(map(_line, plain["lines"])),
            "others": tuple(map(_line, plain["others"])),
        }
    )


def _line(plain: Mapping[str, Any]) -> Line:
    rating = dict(plain["rating"])
    rating["path"] = tuple((year, value) for year, value in rating["path"])
    rating["notes"] = tuple(rating["notes"])
    series = tuple((year, value) for year, value in plain["series"])
    if rating["windows"]:
        rating["windows"] = Windows(**rating["windows"])
    return Line(
        **{
            **plain,
            "rating": Rating(**rating),
            "series": series,
            "values": tuple(Value(**value) for value in plain["values"]),
        }
    )


# ---- the scorecards of today


def scorecard(
    actor: Actor,
    plan: Plan,
    *,
    as_of: datetime | None = None,
    published: bool = False,
    bands: Bands | None = None,
) -> Scorecard:
    """The scorecard of one plan; 3 queries, however many targets."""
    return scorecards(actor, [plan], as_of=as_of, published=published, bands=bands)[
        plan.pk
    ]


def scorecards(
    actor: Actor,
    plans: Sequence[Plan],
    *,
    as_of: datetime | None = None,
    published: bool = False,
    bands: Bands | None = None,
) -> dict[int, Scorecard]:
    """Scorecards of plans by their ids; 3 queries for all of them.

    A target that a later act replaced is left out. With ``published`` only values that
    everybody may read count, and only other acts that are public stand beside.
    """
    moment, found = as_of or timezone.now(), bands or Bands()
    reader = PUBLIC if published else actor
    ids = [plan.pk for plan in plans]
    same = Target.objects.filter(plan__in=ids, replaced_by=None).values("indicator_id")
    rows = list(
        visible(reader, Target.objects.all())
        .filter(replaced_by=None)
        .filter(indicator_id__in=same)
        .select_related("indicator__owner", "plan", "goal")
        .order_by("indicator__code", "to_year", "pk")
    )
    values = values_of(
        {row.indicator_id: row.indicator for row in rows}.values(),
        published_only=published,
        as_of=moment,
    )
    lines = {row.pk: line_of(row, values[row.indicator_id], found) for row in rows}
    cards: dict[int, Scorecard] = {}
    for plan in plans:
        own = [row for row in rows if row.plan_id == plan.pk]
        cards_of = {row.indicator_id for row in own}
        cards[plan.pk] = Scorecard(
            plan=plan.code,
            plan_id=plan.public_id,
            title_vi=plan.title_vi,
            title_en=plan.title_en,
            as_of=moment.isoformat(),
            published=published,
            bands=found,
            lines=tuple(lines[row.pk] for row in own),
            others=tuple(
                lines[row.pk]
                for row in rows
                if row.plan_id != plan.pk and row.indicator_id in cards_of
            ),
        )
    return cards


def _text(value: Any) -> str:
    return "" if value is None else f"{value.normalize():f}"


def line_of(target: Target, values: Mapping[str, Aggregated], bands: Bands) -> Line:
    """A target with its rating; no query if card, plan, goal and owner are loaded."""
    card = target.indicator
    asked, series = posed(target, values)
    owner = card.owner
    return Line(
        target=target.pk,
        plan=target.plan.code,
        plan_id=target.plan.public_id,
        card=card.public_id,
        code=card.code,
        name_vi=card.name_vi,
        name_en=card.name_en,
        unit_vi=card.unit_vi,
        unit_en=card.unit_en,
        decimals=card.decimals,
        goal=target.goal.code if target.goal else "",
        owner_vi=owner.name_vi if owner else card.owner_name,
        owner_en=owner.name_en if owner else "",
        text_vi=target.text_vi,
        text_en=target.text_en,
        article=target.article,
        measure=target.measure,
        comparator=target.comparator,
        value=_text(target.value),
        high=_text(target.high),
        tolerance=_text(target.tolerance),
        from_year=target.from_year,
        to_year=target.to_year,
        chained=card.kind == IndicatorKind.GROWTH
        and target.measure != Measure.CHANGE
        and asked.base_year is not None,
        rating=rate(asked, series=series, bands=bands),
        series=tuple(sorted(series.items())),
        values=tuple(
            Value(
                year=int(period),
                value=_text(found.value),
                vintage="; ".join(
                    sorted({s.vintage for s in found.provenance if s.vintage})
                ),
                status="provisional" if found.provisional else "",
                carried=found.carried,
                missing=len(found.missing),
            )
            for period, found in values.items()
            if len(period) == YEAR and found.value is not None
        ),
    )


# ---- what changed since a kept scorecard


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A year whose value is another than in the kept scorecard."""

    line: Line
    year: int
    old: str
    old_vintage: str
    new: str
    new_vintage: str
    old_light: str = field(default="")
    new_light: str = field(default="")


def revisions(kept: Scorecard, live: Scorecard) -> list[Revision]:
    """Values of years in the kept scorecard that were revised since; both are told."""
    now = {line.target: line for line in live.lines}
    found = []
    for line in kept.lines:
        later = now.get(line.target)
        if later is None:
            continue
        today = {v.year: v for v in later.values}
        for value in line.values:
            other = today.get(value.year)
            if other is not None and other.value != value.value:
                found.append(
                    Revision(
                        line=later,
                        year=value.year,
                        old=value.value,
                        old_vintage=value.vintage,
                        new=other.value,
                        new_vintage=other.vintage,
                        old_light=line.light,
                        new_light=later.light,
                    )
                )
    return found


# ---- the leader's dashboard, the public's scorecard


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """All running plans at a glance, and what drives productivity as last published."""

    cards: tuple[Scorecard, ...]
    growth: MethodRun | None
    shift_share: MethodRun | None

    @property
    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for card in self.cards:
            for light, n in card.counts.items():
                found[light] = found.get(light, 0) + n
        return found


def dashboard(actor: Actor, *, as_of: datetime | None = None) -> Dashboard:
    """Every running plan that has targets, the worst targets first; 5 queries."""
    require(actor, "strategies.list_plans")
    plans = list(
        visible(actor, Plan.objects.filter(state__in=RUNNING, targets__isnull=False))
        .distinct()
        .order_by("-issued_on", "code")
    )
    cards = scorecards(actor, plans, as_of=as_of)
    runs = list(
        visible(actor, MethodRun.objects.filter(state=RunState.DONE))
        .filter(published_at__isnull=False)
        .order_by("-published_at")[:20]
    )
    return Dashboard(
        cards=tuple(
            replace(
                cards[p.pk],
                lines=tuple(
                    sorted(cards[p.pk].lines, key=lambda x: ORDER[Light(x.light)])
                ),
            )
            for p in plans
        ),
        growth=next((r for r in runs if r.kind == RunKind.GROWTH), None),
        shift_share=next((r for r in runs if r.kind == RunKind.SHIFT_SHARE), None),
    )


def plan_of_scorecard(actor: Actor, public_id: str) -> Plan:
    """The plan by its public id, else ``NotFound``."""
    return get_visible(actor, Plan.objects.all(), public_id=public_id)


def public_scorecards() -> QuerySet[Plan]:
    """Plans with targets that everybody may read, latest act first."""
    return (
        visible(PUBLIC, Plan.objects.filter(state__in=PUBLIC_PLANS))
        .filter(targets__isnull=False)
        .distinct()
        .order_by("-issued_on", "code")
    )


def public_scorecard(public_id: str, *, at: datetime) -> Scorecard:
    """The scorecard as everybody may read it: published values of a public plan."""
    plan = get_visible(PUBLIC, public_scorecards(), public_id=public_id)
    return scorecard(PUBLIC, plan, as_of=at, published=True)
