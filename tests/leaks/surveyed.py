"""A survey in the world of the leak test: managed by one officer, answered by one organisation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils.timezone import localdate

from opensti.domains.surveys import actions
from opensti.domains.surveys.actions.inviting import token_of
from opensti.domains.surveys.models import Respondent

if TYPE_CHECKING:
    from tests.leaks.world import World


def prepared(world: World) -> None:
    """In the field, with one answer; the frameworks were loaded for the assessment."""
    at, mark, manager = world.end, world.mark, world.cast.actor("officer")
    row = actions.draft_wave(
        actor=manager,
        organisation_id=None,
        title_vi=f"Khảo sát {mark('survey: title')}",
        title_en=f"Survey {mark('survey: title')}",
        purpose=f"Vì {mark('survey: purpose')}",
        economies=["VNM"],
        opens_on=localdate(at),
        closes_on=localdate(at) + timedelta(days=30),
        at=at,
    )
    world.things["survey in the field"] = row
    world.known_as("survey: address", row.public_id)
    strata = b"economy,size,sector,organisations,deviation\nVNM,small,x,9,1\n"
    actions.upload_frame(
        actor=manager, wave_id=row.pk, file=ContentFile(strata, name="a.csv"), at=at
    )

    def go(*acts: str) -> None:
        for act in acts:
            actions.step(actor=manager, wave_id=row.pk, act=act, words="Đã thử.", at=at)

    go("pilot", "freeze")
    people = (
        "organisation,name,economy,size,sector,email\n"
        f"o1,Công ty {mark('survey: organisation asked')},VNM,small,x,{mark('survey: address of a person asked')}@example.vn\n"
    )
    actions.invite_list(
        actor=manager,
        wave_id=row.pk,
        file=ContentFile(people.encode(), name="b.csv"),
        at=at,
    )
    go("open")
    person = Respondent.objects.get(unit__wave=row)
    world.known_as("survey: link of a person asked", token_of(person.public_id))
    token = token_of(person.public_id)
    actions.give_consent(token=token, agrees=True, at=at)
    actions.save_answers(token=token, said={"C01": 3.0}, role="top", at=at)


def arguments(world: World) -> dict[str, list[dict[str, Any]]]:
    """Addresses of its pages; a link that somebody was sent is nobody's here."""
    row = {"public_id": world.things["survey in the field"].public_id}
    return {
        "surveys:wave": [row],
        "surveys:edit": [row],
        "surveys:units": [row],
        "surveys:result": [row],
        "surveys:report": [{**row, "kind": "docx"}],
        "portal:survey": [{"token": "x" * 32}],
        "portal:survey_part": [{"token": "x" * 32, "part": "part-4"}],
        "portal:survey_own": [{"token": "x" * 32}],
        "portal:survey_results": [row],
    }
