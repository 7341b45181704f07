"""An organisation's assessment in the world of the leak test: shared with one adviser alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from opensti.console.demo.texts import signed_paper
from opensti.domains.accounts.models import User
from opensti.domains.assessments import actions
from opensti.kernel.access import SYSTEM

if TYPE_CHECKING:
    from tests.leaks.world import World


def prepared(world: World) -> None:
    """Asked, answered, shown by a paper, found wanting, scored and reported."""
    cast, at, mark = world.cast, world.end, world.mark
    manager, adviser = cast.actor("applicant1"), cast.actor("expert12")
    actions.load_frameworks(actor=SYSTEM, at=at)
    actions.load_rules(actor=SYSTEM, at=at)
    of = cast.hosts["NARIME"].pk
    actions.share(
        actor=manager,
        organisation_id=of,
        audience="adviser",
        email=User.objects.get(pk=world.user("expert12")).email,
        at=at,
    )
    row = actions.draft_assessment(
        actor=manager,
        organisation_id=of,
        title=f"Đánh giá {mark('assessment: title')}",
        purpose=f"Vì {mark('assessment: purpose')}",
        at=at,
    )
    world.things["assessment reported"] = row
    world.known_as("assessment: address", row.public_id)
    _person, token = actions.invite(
        actor=manager,
        assessment_id=row.pk,
        name=f"Chị {mark('assessment: who is asked')}",
        role="top",
        until=None,
        at=at,
    )

    def go(*acts: str) -> None:
        for act in acts:
            actions.step(actor=manager, assessment_id=row.pk, act=act, at=at)

    go("open")
    asked = ("C01", "C03", "C04", "L01", "L04", "O07")
    actions.save_replies(token=token, said=dict.fromkeys(asked, (3, "")), at=at)
    paper = actions.add_evidence(
        actor=manager,
        assessment_id=row.pk,
        item="C01",
        title=f"Sổ {mark('assessment: paper')}",
        strength="e1",
        file=ContentFile(signed_paper("So theo doi"), name="so.pdf"),
        at=at,
    )
    world.things["assessment paper"] = paper
    actions.note_finding(
        actor=adviser,
        assessment_id=row.pk,
        item="C03",
        grade="minor",
        text=f"Thiếu {mark('assessment: finding')}",
        at=at,
    )
    go("close", "check", "score", "report")
    made = actions.propose_improvement(
        actor=manager,
        assessment_id=row.pk,
        what=f"Mở {mark('assessment: action')}",
        items=["C01"],
        owner="Chị Lan",
        due_on=at.date(),
        at=at,
    )
    world.things["assessment action"] = made
    world.known_as("assessment: action address", made.public_id)
    actions.answer_finding(
        actor=manager,
        finding_id=row.findings.get().pk,
        act="cause",
        words=f"Do {mark('assessment: cause')}",
        at=at,
    )


def arguments(world: World) -> dict[str, list[dict[str, Any]]]:
    """Addresses of its pages; a link that somebody was sent is nobody's here."""
    row = {"public_id": world.things["assessment reported"].public_id}
    return {
        "assessments:assessment": [row],
        "assessments:result": [row],
        "assessments:plan": [row],
        "assessments:changes": [row],
        "assessments:findings": [row],
        "assessments:improvement": [
            {"public_id": world.things["assessment action"].public_id}
        ],
        "assessments:report": [{**row, "kind": "docx"}],
        "assessments:file": [{"file_id": world.things["assessment paper"].file_id}],
        "portal:assess": [{"token": "x" * 32}],
        "portal:assess_clause": [{"token": "x" * 32, "number": "4"}],
    }
