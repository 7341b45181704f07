"""Conflicts as lists, pages and the statement of a council's independence need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Prefetch, Q

from opensti.domains.panels.choices import SITTING, ConflictState
from opensti.domains.panels.models import (
    Conflict,
    ConflictSearch,
    ConflictVerdict,
    CouncilItem,
    DeclaredTie,
    DismissedTie,
    Exclusion,
    Seat,
)
from opensti.domains.panels.permissions import names_what_is_hidden
from opensti.domains.panels.queries.councils import agenda, seats_of, sees_all_of
from opensti.domains.panels.queries.evidence import hidden_of
from opensti.domains.panels.queries.naming import named, under
from opensti.domains.panels.queries.years import years_of
from opensti.domains.procedures.queries import regime_of
from opensti.kernel.access import get_visible, visible
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from opensti.domains.panels.models import Council
    from opensti.domains.panels.queries.years import Counts
    from opensti.domains.procedures.regimes.format import Regime
    from opensti.kernel.access import Actor


def conflict_cases(actor: Actor) -> QuerySet[Conflict]:
    """Cases the person may know of, the most probable first; 1 query."""
    return (
        visible(
            actor,
            Conflict.objects.select_related("person", "dossier__call", "order").defer(
                "dossier__answers",
                "dossier__typed",
                "dossier__touched",
                "dossier__abstract_vi",
                "dossier__abstract_en",
                "dossier__search_text",
                "dossier__call__description_vi",
                "dossier__call__description_en",
                "order__objectives_vi",
                "order__objectives_en",
                "order__grounds",
                "order__search_text",
            ),
        )
        .exclude(state=ConflictState.LAPSED, evidence=[])
        .order_by("-probability", "pk")
    )


def all_conflicts(actor: Actor) -> QuerySet[Conflict]:
    """The same with those that lapsed, for their own pages."""
    return visible(
        actor, Conflict.objects.select_related("person", "dossier__host", "order")
    )


def conflict(actor: Actor, public_id: str) -> Conflict:
    return get_visible(
        actor,
        Conflict.objects.select_related(
            "person",
            "dossier__host",
            "dossier__leader",
            "dossier__call",
            "dossier__case__regime_version",
            "order__case__regime_version",
        ),
        public_id=public_id,
    )


def conflict_by_id(actor: Actor, pk: int) -> Conflict:
    return get_visible(actor, Conflict.objects.all(), pk=pk)


def counts_for(case: Conflict) -> list[Counts]:
    """For how long each kind of tie in a case counts, and who says so; at most 2 queries."""
    rules = {rule.id: rule for rule in _regime_of(case).conflict_rules}
    kinds = list(dict.fromkeys(str(tie["kind"]) for tie in case.evidence))
    return years_of(kinds, rules.values(), {k: under(k, rules) for k in kinds})


def _regime_of(case: Conflict) -> Regime:
    thing = case.dossier or case.order
    return regime_of(thing.case)  # type: ignore[union-attr]


def verdicts_of(actor: Actor, case: Conflict) -> list[ConflictVerdict]:
    """Everything said of a case, the latest first; 1 query."""
    return list(
        visible(actor, ConflictVerdict.objects.filter(conflict=case))
        .select_related("given_by", "confirmed_by")
        .order_by("-given_at", "-pk")
    )


def verdict_by_id(actor: Actor, pk: int) -> ConflictVerdict:
    return get_visible(actor, ConflictVerdict.objects.select_related("conflict"), pk=pk)


def dismissed_of(actor: Actor, case: Conflict) -> list[DismissedTie]:
    """Ties of a case that were set aside and do not count, as far as the reader may know
    of what they name; 1 query, 3 where they name something.
    """
    rows = list(
        visible(
            actor, DismissedTie.objects.filter(conflict=case, restored_at=None)
        ).select_related("dismissed_by")
    )
    hidden = hidden_of(actor, [row.said for row in rows])
    return [row for row in rows if named(row.said) not in hidden]


def other_cases(actor: Actor, case: Conflict, limit: int = 20) -> list[Conflict]:
    """The same person's other cases that the reader may know of; 1 query."""
    return list(
        conflict_cases(actor)
        .filter(person_id=case.person_id)
        .exclude(pk=case.pk)[:limit]
    )


def exclusions_of(actor: Actor, dossier_id: int) -> list[Exclusion]:
    return list(
        visible(
            actor, Exclusion.objects.filter(dossier_id=dossier_id, withdrawn_at=None)
        ).select_related("person", "organisation", "named_by")
    )


def last_search(*, call_id: int | None) -> ConflictSearch | None:
    """The newest look at the dossiers of a call."""
    if call_id is None:
        return None
    return ConflictSearch.objects.filter(call_id=call_id).order_by("-pk").first()


def declared_by(person_id: int, dossiers: Collection[int]) -> set[int]:
    """On which of some dossiers a person declared an interest himself."""
    rows = DeclaredTie.objects.filter(person_id=person_id, dossier_id__in=dossiers)
    return {pk for pk in rows.values_list("dossier_id", flat=True) if pk is not None}


def of_council(council: Council) -> Q:
    """Cases of those who sit on what stands on the agenda."""
    items = CouncilItem.objects.filter(council=council)
    seats = Seat.objects.filter(council=council, state__in=SITTING)
    return Q(person_id__in=seats.values("person_id")) & (
        Q(dossier_id__in=items.filter(dossier__isnull=False).values("dossier_id"))
        | Q(order_id__in=items.filter(order__isnull=False).values("order_id"))
    )


def case_counts(actor: Actor, council: Council) -> dict[str, int]:
    """How many cases of a council's members there are in each state; 1 query."""
    rows = visible(actor, Conflict.objects.filter(of_council(council)))
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


@dataclass(frozen=True, kw_only=True)
class Independence:
    """Who sits, on what, checked when against which data, and what was said of each case."""

    council: Council
    seats: Sequence[Seat]
    items: Sequence[CouncilItem]
    cases: Sequence[Conflict]
    searches: Sequence[ConflictSearch]

    @property
    def open(self) -> int:
        return sum(case.state == ConflictState.OPEN for case in self.cases)


def states_independence(actor: Actor, council: Council) -> bool:
    """Whether neither an item nor a case of a council is hidden from the reader; 2 queries."""
    return (
        sees_all_of(actor, council)
        and not Conflict.objects.filter(of_council(council))
        .filter(names_what_is_hidden(actor))
        .exists()
    )


def independence(actor: Actor, council: Council) -> Independence:
    """What the statement says; for those alone from whom nothing of it is hidden."""
    if not states_independence(actor, council):
        raise NotFound
    cases = (
        all_conflicts(actor)
        .filter(of_council(council))
        .prefetch_related(
            Prefetch(
                "verdicts",
                queryset=ConflictVerdict.objects.select_related(
                    "given_by", "confirmed_by"
                ),
            )
        )
        .order_by("person__full_name", "pk")
    )
    searches = ConflictSearch.objects.filter(
        Q(council=council) | Q(call_id=council.call_id, call_id__isnull=False)
    ).select_related("asked_by")
    return Independence(
        council=council,
        seats=[s for s in seats_of(actor, council) if s.state in SITTING],
        items=agenda(actor, council),
        cases=list(cases),
        searches=list(searches.order_by("-pk")[:5]),
    )


def links_of(evidence: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Which people and organisations the evidence names, to be linked to the registry."""
    return {
        "people": {t["other"] for t in evidence if t["other"]},
        "organisations": {t["organisation"] for t in evidence if t["organisation"]},
    }
