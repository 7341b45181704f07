"""Cards of indicators: made, changed with a reason, retired; every state is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence  # noqa: TC003 -- read by the addresses at run time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.queries import organisations
from opensti.domains.strategies.choices import (
    Aggregation,
    Direction,
    IndicatorKind,
    LabourUnit,
    Level,
    Path,
    PriceBasis,
    Quality,
    Rhythm,
    Scope,
)
from opensti.domains.strategies.models import (
    Goal,
    Indicator,
    IndicatorEdition,
    Observation,
    PlanAction,
)
from opensti.kernel.access import require, visible
from opensti.kernel.checks import Faults, keep, locked_row, required
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

MOST_DECIMALS = 8
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,59}")
PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_NOT_SUMMED = {
    IndicatorKind.GROWTH,
    IndicatorKind.INDEX,
    IndicatorKind.COMPOSITE,
}
# What makes a value that value: under another of these it would be read as another thing.
MEASURE = {
    "kind": _("Kind"),
    "scope": _("Scope"),
    "price_basis": _("Prices"),
    "labour_unit": _("Labour"),
    "unit_vi": _("Unit"),
}
WORDS = {
    "kind": IndicatorKind,
    "level": Level,
    "direction": Direction,
    "scope": Scope,
    "price_basis": PriceBasis,
    "labour_unit": LabourUnit,
    "aggregation": Aggregation,
    "path": Path,
    "rhythm": Rhythm,
    "quality": Quality,
}


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """What a card says. Codes are those of ``choices``; goals and actions are ids."""

    code: str
    name_vi: str
    definition_vi: str
    unit_vi: str
    level: str
    direction: str
    kind: str
    scope: str
    aggregation: str
    name_en: str = ""
    definition_en: str = ""
    formula: str = ""
    unit_en: str = ""
    price_basis: str = PriceBasis.NONE
    labour_unit: str = LabourUnit.NONE
    averaging: str = ""
    cumulative: bool = False
    path: str = Path.LINEAR
    decimals: int = 1
    rhythm: str = Rhythm.YEAR
    lag_months: int = 0
    source_vi: str = ""
    source_en: str = ""
    quality: str = Quality.C
    owner_id: int | None = None
    owner_name: str = ""
    goals: Sequence[int] = ()
    actions: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class PartName:
    """One part of a dimension: a province, a branch, a size."""

    code: str
    name_vi: str
    name_en: str = ""


@dataclass(frozen=True, kw_only=True)
class DimensionFacts:
    """What values may be broken down by; with ``complete`` the parts make the whole."""

    code: str
    name_vi: str
    parts: Sequence[PartName]
    name_en: str = ""
    complete: bool = True


@transaction.atomic
def create_indicator(*, actor: Actor, facts: CardFacts, at: datetime) -> Indicator:
    """Make a card. Raises ``Invalid`` with all that does not hold."""
    require(actor, "strategies.keep_indicator")
    card = Indicator(created_by_id=actor.user_id, created_at=at)
    _fill(actor, card, facts)
    card.save()
    _link(card, facts)
    _edition(actor, card, reason="", at=at)
    _record(actor, "create_indicator", card, at)
    return card


@transaction.atomic
def change_indicator(
    *,
    actor: Actor,
    indicator_id: int,
    facts: CardFacts,
    reason: str,
    version: int,
    at: datetime,
) -> Indicator:
    """Say a card anew; how it stood before is kept with the reason.

    Raises ``StepNotAllowed`` where values stand and the unit, kind, scope, prices or
    labour would change: they would be read as something else.
    """
    card = _locked(actor, indicator_id, version)
    required(reason=reason)
    before = {name: getattr(card, name) for name in MEASURE}
    _fill(actor, card, facts)
    changed = [name for name in MEASURE if getattr(card, name) != before[name]]
    if changed and Observation.objects.filter(indicator=card).exists():
        labels = [str(MEASURE[name]) for name in changed]
        raise StepNotAllowed(
            _("Values stand on this card: %(what)s cannot change under them.")
            % {"what": ", ".join(labels)},
            mend=_("Make another card and retire this one; the old values stay."),
        )
    keep(card, *_columns(facts), "search_text")
    _link(card, facts)
    _edition(actor, card, reason=reason, at=at)
    _record(actor, "change_indicator", card, at, reason=reason)
    return card


@transaction.atomic
def set_dimensions(
    *,
    actor: Actor,
    indicator_id: int,
    dimensions: Sequence[DimensionFacts],
    reason: str,
    version: int,
    at: datetime,
) -> Indicator:
    """Say what values of a card may be broken down by.

    Raises ``Invalid`` for codes twice or unreadable, and for a part left out that values
    were reported of.
    """
    card = _locked(actor, indicator_id, version)
    required(reason=reason)
    faults = Faults()
    codes: set[str] = set()
    for dimension in dimensions:
        _check_dimension(dimension, codes, faults)
    known = {f"{d.code}={part.code}" for d in dimensions for part in d.parts}
    known |= {f"{d.code}=*" for d in dimensions}
    used = Observation.objects.filter(indicator=card).exclude(cell="").order_by()
    for cell in sorted(set(used.values_list("cell", flat=True)) - known):
        faults.add(
            "dimensions",
            _("Values were reported of %(cell)s: it cannot be left out.")
            % {"cell": cell},
            _("Keep the part, or make another card."),
        )
    faults.refuse()
    card.dimensions = [
        {
            "code": d.code,
            "name_vi": d.name_vi.strip(),
            "name_en": d.name_en.strip(),
            "complete": d.complete,
            "parts": [asdict(part) for part in d.parts],
        }
        for d in dimensions
    ]
    keep(card, "dimensions")
    _edition(actor, card, reason=reason, at=at)
    _record(actor, "set_dimensions", card, at, reason=reason)
    return card


@transaction.atomic
def retire_indicator(
    *, actor: Actor, indicator_id: int, reason: str, version: int, at: datetime
) -> Indicator:
    """Take a card out of use from today on; its values and targets stay."""
    card = _locked(actor, indicator_id, version)
    required(reason=reason)
    card.retired_on = localdate(at)
    keep(card, "retired_on")
    _edition(actor, card, reason=reason, at=at)
    _record(actor, "retire_indicator", card, at, reason=reason)
    return card


def indicator_subject(card: Indicator) -> str:
    return f"strategies.indicator:{card.public_id}"


def _locked(actor: Actor, indicator_id: int, version: int) -> Indicator:
    card = locked_row(actor, Indicator.objects.all(), version=version, pk=indicator_id)
    require(actor, "strategies.keep_indicator", card)
    if card.retired_on is not None:
        raise StepNotAllowed(
            _("The card was retired on %(day)s.")
            % {"day": f"{card.retired_on:%d/%m/%Y}"},
            mend=_("Make another card; this one stays as it was."),
        )
    return card


def _columns(facts: CardFacts) -> list[str]:
    return [name for name in facts.__dataclass_fields__ if name not in _LINKS]


_LINKS = ("goals", "actions")


def _fill(actor: Actor, card: Indicator, facts: CardFacts) -> None:  # noqa: C901, PLR0912 -- one check after another
    faults = Faults()
    for name in ("name_vi", "definition_vi", "unit_vi"):
        faults.needs(name, getattr(facts, name), _("Fill this in."))
    if not CODE.fullmatch(facts.code.strip()):
        faults.add(
            "code",
            _("A code is of letters, digits, “.”, “_”, “/” and “-”, at most 60."),
        )
    elif Indicator.objects.filter(code=facts.code.strip()).exclude(pk=card.pk).exists():
        faults.add("code", _("Another card has this code."), _("Choose another one."))
    for name, words in WORDS.items():
        if getattr(facts, name) not in words.values:
            faults.add(name, _("Choose one of the list."))
    if facts.aggregation == Aggregation.SUM and facts.kind in _NOT_SUMMED:
        faults.add(
            "aggregation",
            _("Rates of growth and indices of several bodies have no sum."),
            _("Choose a weighted mean, the last value, or that they are not added up."),
        )
    if facts.aggregation == Aggregation.RATIO and facts.kind != IndicatorKind.RATIO:
        faults.add(
            "aggregation",
            _("Only a ratio has numerators and denominators."),
            _("Choose the kind “ratio”, or another way to add up."),
        )
    if facts.cumulative and facts.kind not in {
        IndicatorKind.COUNT,
        IndicatorKind.AMOUNT,
    }:
        faults.add("cumulative", _("Only counts and amounts run on from the start."))
    if not 0 <= facts.decimals <= MOST_DECIMALS:
        faults.add("decimals", _("Choose 0 to 8 places."))
    if not 0 <= facts.lag_months <= 120:  # noqa: PLR2004 -- ten years
        faults.add("lag_months", _("Choose 0 to 120 months."))
    if facts.owner_id is not None and not (
        organisations(actor).filter(pk=facts.owner_id).exists()
    ):
        faults.add("owner_id", _("There is no such organisation."))
    for name, rows in (
        ("goals", visible(actor, Goal.objects.all())),
        ("actions", visible(actor, PlanAction.objects.all())),
    ):
        wanted = set(getattr(facts, name))
        if rows.filter(pk__in=wanted).count() != len(wanted):
            faults.add(name, _("One of these is not there (any more)."))
    faults.refuse()
    for name in _columns(facts):
        value = getattr(facts, name)
        setattr(card, name, value.strip() if isinstance(value, str) else value)
    card.search_text = search_text(
        card.code, card.name_vi, card.name_en, card.definition_vi[:400]
    )


def _link(card: Indicator, facts: CardFacts) -> None:
    card.goals.set(facts.goals)
    card.actions.set(facts.actions)


def _check_dimension(
    dimension: DimensionFacts, codes: set[str], faults: Faults
) -> None:
    if not PART.fullmatch(dimension.code) or dimension.code in codes:
        faults.add(
            "dimensions",
            _("“%(code)s” is no code of a dimension, or stands twice.")
            % {"code": dimension.code},
        )
    codes.add(dimension.code)
    faults.needs("dimensions", dimension.name_vi, _("Name the dimension."))
    parts = [part.code for part in dimension.parts]
    if not parts:
        faults.add(
            "dimensions",
            _("“%(code)s” has no parts.") % {"code": dimension.code},
        )
    for code in sorted(set(parts)):
        if not PART.fullmatch(code) or parts.count(code) > 1:
            faults.add(
                "dimensions",
                _("“%(code)s” is no code of a part, or stands twice.")
                % {"code": f"{dimension.code}={code}"},
            )
    if any(not part.name_vi.strip() for part in dimension.parts):
        faults.add(
            "dimensions",
            _("Every part of “%(code)s” needs a name.") % {"code": dimension.code},
        )


def _edition(actor: Actor, card: Indicator, *, reason: str, at: datetime) -> None:
    IndicatorEdition.objects.create(
        indicator=card,
        number=card.version,
        card=snapshot(card),
        reason=reason.strip(),
        made_by_id=actor.user_id,
        made_at=at,
    )


def snapshot(card: Indicator) -> dict[str, Any]:
    """All that a card says, as JSON keeps it."""
    names = [n for n in CardFacts.__dataclass_fields__ if n not in _LINKS]
    return {name: getattr(card, name) for name in names} | {
        "dimensions": card.dimensions,
        "goals": sorted(card.goals.values_list("pk", flat=True)),
        "actions": sorted(card.actions.values_list("pk", flat=True)),
        "retired_on": card.retired_on.isoformat() if card.retired_on else None,
    }


def _record(
    actor: Actor, act: str, card: Indicator, at: datetime, *, reason: str = ""
) -> None:
    record(
        actor=actor,
        act=f"strategies.{act}",
        subject=indicator_subject(card),
        at=at,
        detail={
            "code": card.code,
            "version": card.version,
            **({"reason": reason.strip()} if reason else {}),
        },
    )
