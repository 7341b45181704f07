"""How long each kind of tie counts: what the regime says, else what the house chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max
from sti_methods.conflicts import YEARS

from opensti.domains.panels.choices import TieKind
from opensti.domains.panels.models import TieYears
from opensti.kernel.access import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opensti.domains.procedures.regimes.format import ConflictRule
    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How long a kind counts, and who says so: an article, a stated source, or the house.

    ``years`` is none where the tie always counts, 0 where it must be in force on the day.
    ``said`` is what the house last said, if it ever said anything; not of a regime's own.
    """

    kind: str
    years: int | None
    source: str = ""
    said: TieYears | None = None

    @property
    def label(self) -> str:
        return str(TieKind(self.kind).label)

    @property
    def is_house_choice(self) -> bool:
        return not self.source


def years_said() -> dict[str, TieYears]:
    """What the house last said of each kind, whoever asks; 1 query."""
    last = TieYears.objects.order_by().values("kind").annotate(last=Max("pk"))
    rows = TieYears.objects.filter(pk__in=last.values("last"))
    return {row.kind: row for row in rows.select_related("set_by").order_by("pk")}


def years_of(
    kinds: Iterable[str],
    rules: Iterable[ConflictRule],
    under: Mapping[str, str],
) -> list[Counts]:
    """How long some kinds count for one case; ``under`` is the rule each falls under; 1 query."""
    known, said = {rule.id: rule for rule in rules}, years_said()
    found = []
    for kind in dict.fromkeys(kinds):
        rule = known.get(under.get(kind, ""))
        if kind not in YEARS:
            continue
        if rule is not None and rule.years is not None:
            found.append(Counts(kind=kind, years=rule.years, source=rule.basis))
        else:
            found.append(_of_house(kind, said.get(kind)))
    return found


def all_years() -> list[Counts]:
    """Every kind whose years the house may say, as it now counts; 1 query."""
    said = years_said()
    return [_of_house(kind, said.get(kind)) for kind in YEARS]


def years_history(actor: Actor) -> list[TieYears]:
    """Everything that was said of years, the latest first; 1 query."""
    return list(
        visible(actor, TieYears.objects.select_related("set_by")).order_by("-pk")[:100]
    )


def _of_house(kind: str, said: TieYears | None) -> Counts:
    if said is None:
        return Counts(kind=kind, years=YEARS[kind])
    return Counts(kind=kind, years=said.years, source=said.source, said=said)
