"""A pool of experts and plans of councils for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.panels import actions
from opensti.domains.panels.models import Place
from opensti.domains.registry.models import Person
from tests.factories import panels
from tests.factories.kept import kept
from tests.factories.registry import Organisations, People, Positions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.calls.models import Dossier
    from opensti.domains.panels.models import (
        Council,
        Formation,
        FormationItem,
        FormationRun,
    )
    from opensti.kernel.access import Actor
    from tests.factories.panels import Office


def experts(number: int, *, houses: int = 0, **more: Any) -> list[Person]:
    """Experts of as many organisations: every second a doctor and a woman, every third
    of an enterprise; all of mechanical engineering and economics by their words."""
    kinds = ("institute", "university", "enterprise")
    places = [
        Organisations.create(kind=kinds[n % 3], ministry_owned=n % 3 == 0)
        for n in range(houses or number)
    ]
    found = []
    for n in range(number):
        person = People.create(
            **{
                "full_name": f"Chuyên gia {n + 1:03d}",
                "is_expert": True,
                "degree": "doctor" if n % 2 == 0 else "master",
                "gender": "female" if n % 4 < 2 else "male",
                "birth_year": 1960 + n % 35,
                "bio_vi": "Kỹ thuật cơ khí; kinh tế ngành.",
                **more,
            }
        )
        Positions.create(
            person=person, organisation=places[n % len(places)], is_primary=True
        )
        found.append(person)
    return found


@kept
def planned(
    office: Office,
    dossiers: Sequence[Dossier],
    *,
    mode: str = "together",
    **more: Any,
) -> Formation:
    return actions.plan_formation(
        actor=office.officer,
        mode=mode,
        title_vi="Hội đồng tư vấn tuyển chọn",
        title_en="Selection council",
        dossier_ids=[d.pk for d in dossiers],
        secretary_id=office.secretary.user_id,
        at=panels.AT,
        **more,
    )


def committed(office: Office, formation: Formation) -> Formation:
    return actions.commit_seed(
        actor=office.officer, formation_id=formation.pk, at=panels.AT
    )


def computed(office: Office, formation: Formation) -> FormationRun:
    run = actions.ask_run(actor=office.officer, formation_id=formation.pk, at=panels.AT)
    return actions.compute_run(actor=office.officer, run_id=run.pk, at=panels.AT)


def change(office: Office, formation: Formation, **conditions: Any) -> Formation:
    return actions.change_formation(
        actor=office.officer,
        formation_id=formation.pk,
        conditions=conditions,
        at=panels.AT,
    )


def approved(office: Office, formation: Formation, run: FormationRun) -> list[Council]:
    return actions.approve_formation(
        actor=office.officer, formation_id=formation.pk, run_id=run.pk, at=panels.AT
    )


def seated(run: FormationRun, item: FormationItem | None = None) -> set[int]:
    """Who sits by a run, in the council of one case or in any."""
    rows = Place.objects.filter(run=run)
    return set(
        (rows if item is None else rows.filter(item=item)).values_list(
            "person_id", flat=True
        )
    )


def make_expert(member: Actor) -> None:
    """The registry says that this person is available as an expert."""
    Person.objects.filter(pk=member.person_id).update(is_expert=True)
