"""Plans of councils as those who make them read them, and what experts are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Subquery

from opensti.domains.panels.choices import CouncilKind, FormationState
from opensti.domains.panels.models import (
    Bid,
    ExpertLoad,
    ExpertLock,
    Formation,
    FormationItem,
    FormationRun,
    Place,
    Reserve,
    Unavailability,
)
from opensti.domains.panels.permissions import asked_for_wishes
from opensti.domains.panels.queries.barred import barred_pairs
from opensti.domains.procedures.queries import REGIME, regime_of
from opensti.domains.registry.queries import experts_among
from opensti.kernel.access import get_visible, visible
from opensti.kernel.jobs.models import Job

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.panels.models import Council
    from opensti.domains.procedures.regimes.format import CouncilRule
    from opensti.kernel.access import Actor


def formation_subject(public_id: str) -> str:
    return f"panels.formation:{public_id}"


def expert_subject(person_id: int) -> str:
    return f"registry.person:{person_id}"


def formation_rule(formation: Formation) -> CouncilRule:
    return regime_of(formation.regime_version).council_rule(formation.rule_code)


def formations(actor: Actor) -> QuerySet[Formation]:
    """Plans the person may know of, newest first, with cases and the last run's state."""
    last = FormationRun.objects.filter(formation=OuterRef("pk")).order_by("-number")
    return (
        visible(actor, Formation.objects.select_related("call", "created_by"))
        .defer("call__description_vi", "call__description_en")
        .annotate(
            case_count=Count("items", distinct=True),
            run_state=Subquery(last.values("state")[:1]),
        )
        .order_by("-created_at", "-pk")
    )


def formation(actor: Actor, public_id: str) -> Formation:
    return get_visible(
        actor,
        Formation.objects.select_related(
            "regime_version", "call", "council", "secretary", "created_by"
        ).defer(
            *REGIME,
            "call__description_vi",
            "call__description_en",
            "council__minutes",
        ),
        public_id=public_id,
    )


def planned_of_work(actor: Actor, dossier_id: int) -> Formation | None:
    """The open plan of a council on the finished work of a dossier, the latest; 1 query."""
    rows = Formation.objects.filter(
        kind=CouncilKind.ACCEPTANCE,
        state=FormationState.PLANNED,
        items__dossier_id=dossier_id,
    )
    return visible(actor, rows).order_by("-pk").first()


def formation_items(actor: Actor, formation: Formation) -> list[FormationItem]:
    """The cases of a plan in their order, with host and council; 1 query."""
    return list(
        visible(actor, FormationItem.objects.filter(formation=formation))
        .select_related(
            "dossier__host", "order__assigned_host", "order__field", "council"
        )
        .defer(
            "dossier__answers",
            "dossier__typed",
            "dossier__abstract_vi",
            "dossier__abstract_en",
            "dossier__supplement_request",
            "order__objectives_vi",
            "order__objectives_en",
            "order__grounds",
            "council__minutes",
        )
        .order_by("position")
    )


WITHOUT_BYTES = ("problem", "solution", "names")


def runs_of(actor: Actor, formation: Formation) -> list[FormationRun]:
    """The runs of a plan, the last first, without their bytes; 1 query."""
    return list(
        visible(actor, FormationRun.objects.filter(formation=formation))
        .defer(*WITHOUT_BYTES)
        .select_related("asked_by")
        .order_by("-number")
    )


def formation_run(actor: Actor, public_id: str) -> FormationRun:
    """One run; its bytes are read when they are asked for."""
    return get_visible(
        actor,
        FormationRun.objects.select_related("formation__regime_version").defer(
            *WITHOUT_BYTES, *(f"formation__{name}" for name in REGIME)
        ),
        public_id=public_id,
    )


def places_of(actor: Actor, run: FormationRun) -> list[Place]:
    """Who sits by a run as it now stands, case by case; 1 query."""
    return list(
        visible(actor, Place.objects.filter(run=run))
        .select_related("person", "instead_of")
        .order_by("item__position", "pk")
    )


def locks_of(actor: Actor, formation: Formation) -> list[ExpertLock]:
    return list(
        visible(actor, ExpertLock.objects.filter(formation=formation))
        .select_related("person", "item__dossier", "item__order", "made_by")
        .defer("item__dossier__answers", "item__dossier__typed")
        .order_by("pk")
    )


def wish_counts(actor: Actor, formation: Formation) -> dict[str, int]:
    """How many wishes of each kind were said; 1 query."""
    return dict(
        visible(actor, Bid.objects.filter(item__formation=formation))
        .order_by()
        .values_list("wish")
        .annotate(n=Count("pk"))
    )


# ---- what experts are asked


def items_to_wish(actor: Actor, *, on: date) -> list[FormationItem]:
    """Cases of which an expert may say how gladly he would judge them.

    None with which he is in conflict: not the title, not the number. A person of whom
    the registry does not say that he is an expert is asked nothing.
    """
    person_id = actor.person_id
    if person_id is None or not is_expert(person_id):
        return []
    rows = list(
        FormationItem.objects.filter(
            asked_for_wishes(actor), formation__bidding_until__gte=on
        )
        .select_related("formation", "dossier", "order")
        .defer("dossier__answers", "dossier__typed")
        .order_by("formation__bidding_until", "formation_id", "position")
    )
    barred = barred_pairs(items=rows, people=[person_id], on=on)
    return [row for row in rows if (person_id, row.pk) not in barred]


def is_expert(person_id: int) -> bool:
    """Whether the registry says that the person is available as an expert; 1 query."""
    return person_id in experts_among([person_id])


def wishes_of(actor: Actor) -> dict[int, str]:
    """What the person said, by case; 1 query."""
    return dict(
        Bid.objects.filter(person_id=actor.person_id or 0).values_list(
            "item_id", "wish"
        )
    )


def absences_of(actor: Actor, person_id: int, *, on: date) -> list[Unavailability]:
    """Days on which an expert cannot sit, those that have not passed; 1 query."""
    return list(
        visible(
            actor, Unavailability.objects.filter(person_id=person_id, until__gt=on)
        ).select_related("entered_by")
    )


def load_of(actor: Actor, person_id: int) -> ExpertLoad | None:
    return visible(actor, ExpertLoad.objects.filter(person_id=person_id)).first()


def reserve_of(actor: Actor, council: Council) -> list[Reserve]:
    """Who would come in when a member declines, in this order; 1 query."""
    return list(
        visible(actor, Reserve.objects.filter(council=council))
        .select_related("person")
        .order_by("rank")
    )


def case_name(item: Any) -> str:
    """The code of a case, or its title where it has none."""
    thing = item.dossier or item.order
    return str((thing.code or thing.title_vi) if thing is not None else item.position)


def job_of(run: FormationRun) -> Job | None:
    """The work that computes a run, for its progress; 1 query."""
    return Job.objects.filter(public_id=run.job_id).first() if run.job_id else None
