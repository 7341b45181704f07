"""Initiatives that a person may know of: the board, and one with its whole history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch, Q

from opensti.domains.innovation import permissions as _permissions  # noqa: F401 -- who sees what
from opensti.domains.innovation.choices import Stage, Verdict
from opensti.domains.innovation.lifecycle import RUNNING, verdicts_from
from opensti.domains.innovation.models import (
    Assumption,
    Idea,
    Initiative,
    Partner,
    Right,
    StageDecision,
    Trial,
)
from opensti.domains.innovation.queries.ideas import author_of
from opensti.kernel.access import get_visible, may, visible

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

MOST_ON_A_BOARD = 500
MOST_OFFERED = 200


def initiatives(actor: Actor) -> QuerySet[Initiative]:
    """Those the person may know of, newest first, with their organisation; 1 query."""
    return visible(actor, Initiative.objects.select_related("organisation"))


@dataclass(frozen=True, kw_only=True)
class Column:
    """A stage with the initiatives that run in it, longest there first."""

    stage: Stage
    rows: list[Initiative]


def board(actor: Actor) -> list[Column]:
    """What runs, by stage; 1 query. At most 500 initiatives."""
    rows = initiatives(actor).filter(state__in=RUNNING).annotate(
        open_assumptions=Count(
            "assumptions",
            filter=~Q(
                assumptions__pk__in=Trial.objects.exclude(told_at=None).values(
                    "assumption_id"
                )
            ),
        )
    )  # fmt: skip
    found = list(rows.order_by("since", "pk")[:MOST_ON_A_BOARD])
    return [
        Column(stage=stage, rows=[one for one in found if one.stage == stage])
        for stage in Stage
    ]


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """An assumption with its tests, in their order."""

    row: Assumption
    trials: list[Trial]

    @property
    def tested(self) -> bool:
        return any(one.told_at is not None for one in self.trials)


@dataclass(frozen=True, kw_only=True)
class OpenedInitiative:
    """An initiative with what its page shows: assumptions with the riskiest first."""

    row: Initiative
    runs: bool
    works: bool
    decisions: list[StageDecision]
    verdicts: list[Verdict]
    assumed: list[Assumed]
    rights: list[Right]
    partners: list[Partner]
    ideas: list[Idea]
    credited: list[str]
    parts: list[Initiative]
    joined: list[Initiative]
    others: list[Initiative]


def initiative(actor: Actor, public_id: str) -> Initiative:
    """One by its public id; ``NotFound`` where it is absent or hidden. 1 query."""
    rows = Initiative.objects.select_related(
        "organisation", "into", "out_of", "objective"
    )
    return get_visible(actor, rows, public_id=public_id)


def opened_initiative(actor: Actor, public_id: str) -> OpenedInitiative:
    """All that the page of an initiative shows this person; at most 11 queries.

    The ideas it came from are linked for who may know them; their authors are credited
    by name for everybody who sees the initiative, where they gave one.
    """
    row = initiative(actor, public_id)
    runs = bool(may(actor, "innovation.run", row))
    works = runs or bool(may(actor, "innovation.work", row))
    of_it = Idea.objects.filter(Q(initiative=row) | Q(merged_into__initiative=row))
    people = list(of_it.select_related("author").order_by("handed_in_at", "pk"))
    known = set(
        visible(actor, Idea.objects.filter(initiative=row)).values_list("pk", flat=True)
    )
    trials = Prefetch("trials", Trial.objects.order_by("pk"))
    assumptions = row.assumptions.prefetch_related(trials)
    offers = runs and row.state in RUNNING
    return OpenedInitiative(
        row=row,
        runs=runs,
        works=works,
        decisions=list(row.decisions.select_related("decided_by")),
        verdicts=verdicts_from(row.state) if runs else [],
        assumed=[
            Assumed(row=one, trials=list(one.trials.all()))
            for one in sorted(assumptions, key=lambda a: (-a.risk, a.pk))
        ],
        rights=list(row.rights.all()),
        partners=list(row.partners.all()),
        ideas=[one for one in people if one.pk in known],
        credited=list(dict.fromkeys(n for one in people if (n := author_of(one)))),
        parts=list(row.parts.all()),
        joined=list(row.joined.all()),
        others=list(
            visible(
                actor,
                Initiative.objects.filter(
                    organisation_id=row.organisation_id, state__in=RUNNING
                ),
            ).exclude(pk=row.pk)[:MOST_OFFERED]
        )
        if offers
        else [],
    )
