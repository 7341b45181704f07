"""The councils of a run as they now stand, their loads, and where two runs differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum

from opensti.domains.panels.choices import SeatRole
from opensti.domains.panels.models import Place
from opensti.domains.panels.queries.wording import features_in_words
from opensti.kernel.access import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.panels.models import FormationRun
    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One council of a run as it now stands: its case (none: all cases) and its people."""

    number: int
    item: Any
    places: tuple[Place, ...]

    @property
    def total(self) -> float:
        return sum(place.score for place in self.places)


def panels_of(actor: Actor, run: FormationRun, items: Sequence[Any]) -> list[Panel]:
    """Councils of a run for some cases, each place with its load so far; 2 queries."""
    order = list(SeatRole.values)
    rows = visible(actor, Place.objects.filter(run=run)).select_related(
        "person", "instead_of"
    )
    together = not items
    if not together:
        rows = rows.filter(item_id__in=[item.pk for item in items])
    places = list(rows)
    load = dict(
        Place.objects.filter(run=run)
        .filter(person_id__in={place.person_id for place in places})
        .order_by()
        .values_list("person_id")
        .annotate(n=Count("pk"))
    )
    by_case: dict[int | None, list[Place]] = {}
    for place in places:
        place.load = load.get(place.person_id, 0)  # type: ignore[attr-defined]
        place.badges = features_in_words(place.features)  # type: ignore[attr-defined]
        by_case.setdefault(place.item_id, []).append(place)
    return [
        Panel(
            number=number,
            item=item,
            places=tuple(
                sorted(
                    by_case.get(item.pk if item is not None else None, ()),
                    key=lambda p: (order.index(p.role), -p.score, p.pk),
                )
            ),
        )
        for number, item in enumerate(items or [None], start=1)
    ]


def sums_of(actor: Actor, run: FormationRun) -> list[tuple[int | None, float]]:
    """The sum of scores of every council of a run, by its case; 1 query."""
    return [
        (item, total)
        for item, total in visible(actor, Place.objects.filter(run=run))
        .order_by("item__position")
        .values_list("item_id")
        .annotate(total=Sum("score"))
    ]


def load_counts(actor: Actor, run: FormationRun) -> list[tuple[int, int]]:
    """How many experts sit in one council, in two, …; 1 query."""
    loads = Counter(
        visible(actor, Place.objects.filter(run=run))
        .order_by()
        .values_list("person_id")
        .annotate(n=Count("pk"))
        .values_list("n", flat=True)
    )
    return sorted(loads.items())


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A case in which two runs do not seat the same people."""

    item_id: int | None
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def differences(
    actor: Actor, first: FormationRun, second: FormationRun
) -> list[Difference]:
    """Where two runs of a plan differ, case by case; 2 queries."""

    def seated(run: FormationRun) -> dict[int | None, dict[int, str]]:
        found: dict[int | None, dict[int, str]] = {}
        for item, person, name in (
            visible(actor, Place.objects.filter(run=run))
            .order_by("item__position", "pk")
            .values_list("item_id", "person_id", "person__full_name")
        ):
            found.setdefault(item, {})[person] = name
        return found

    one, two = seated(first), seated(second)
    return [
        Difference(
            item_id=item,
            only_first=tuple(
                n for pk, n in one.get(item, {}).items() if pk not in two.get(item, {})
            ),
            only_second=tuple(
                n for pk, n in two.get(item, {}).items() if pk not in one.get(item, {})
            ),
        )
        for item in one | two
        if one.get(item, {}).keys() != two.get(item, {}).keys()
    ]
