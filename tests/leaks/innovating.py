"""An organisation's ideas and initiatives in the world of the leak test: shared with one adviser alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from opensti.console.demo.texts import signed_paper
from opensti.domains.accounts.models import User
from opensti.domains.innovation import actions

if TYPE_CHECKING:
    from tests.leaks.world import World


def prepared(world: World) -> None:
    """Asked, proposed, accepted, tested; one idea that waits, one of a member's own."""
    cast, at, mark = world.cast, world.end, world.mark
    manager = cast.actor("applicant1")
    of = cast.hosts["NARIME"].pk
    actions.share(
        actor=manager,
        organisation_id=of,
        audience="adviser",
        email=User.objects.get(pk=world.user("expert12")).email,
        at=at,
    )
    campaign = actions.open_campaign(
        actor=manager,
        organisation_id=of,
        title=f"Đợt {mark('innovation: campaign')}",
        question="Làm sao bớt phế phẩm?",
        opens_on=at.date(),
        closes_on=at.date() + timedelta(days=30),
        criteria=[("Có lợi", 1)],
        at=at,
    )
    world.things["innovation campaign"] = campaign
    idea = actions.hand_in(
        token=campaign.token,
        key="k" * 32,
        title=f"Ý {mark('innovation: idea')}",
        text=f"Vì {mark('innovation: idea text')}",
        name=f"Chị {mark('innovation: author by name')}",
        at=at,
    )
    world.things["innovation idea"] = idea
    world.known_as("innovation: idea address", idea.public_id)
    own = actions.hand_in(
        token=campaign.token,
        key="m" * 32,
        title=f"Ý {mark('innovation: idea of the member')}",
        text="Đổi ca.",
        author=cast.actor("member"),
        at=at,
    )
    world.things["innovation own idea"] = own
    row = actions.begin_initiative(
        actor=manager,
        organisation_id=of,
        title=f"Sáng kiến {mark('innovation: initiative')}",
        text=f"Cho {mark('innovation: initiative text')}",
        reason=f"Do {mark('innovation: reason')}",
        at=at,
    )
    world.things["innovation initiative"] = row
    world.known_as("innovation: initiative address", row.public_id)
    actions.assume(
        actor=manager,
        initiative_id=row.pk,
        text=f"Giả định {mark('innovation: assumption')}",
        weight=5,
        doubt=5,
        at=at,
    )
    by: dict[str, Any] = {"actor": manager, "organisation_id": of, "at": at}
    today = at.date()
    facts = {
        "title": f"Tín hiệu {mark('innovation: signal')}",
        "source": "Hội chợ",
        "meaning": "Nhanh hơn",
        "watcher": "Anh Bình",
        "relevance": 4,
        "seen_on": today,
    }
    world.things["innovation signal"] = actions.note_signal(facts=facts, **by)
    actions.set_objective(
        title=f"Mục tiêu {mark('innovation: objective')}",
        measure="Tỷ lệ",
        target="2 %",
        due_on=today,
        owner_name="Chị Lan",
        **by,
    )
    audit = actions.plan_audit(
        title=f"Đánh giá {mark('innovation: audit')}",
        scope="Kiểm chứng",
        area="Xưởng",
        auditor="Chị Mai",
        auditor_area="Chất lượng",
        planned_on=today,
        **by,
    )
    world.things["innovation audit"] = audit
    actions.note_audit_finding(
        actor=manager,
        audit_id=audit.pk,
        grade="minor",
        text=f"Thiếu {mark('innovation: finding of an audit')}",
        at=at,
    )
    world.things["innovation review"] = actions.hold_review(
        held_on=today,
        people="Ban giám đốc",
        conclusion=f"Đi tiếp {mark('innovation: review')}",
        decisions=[],
        **by,
    )
    world.things["innovation record"] = actions.file_record(
        code="policy",
        title=f"Chính sách {mark('innovation: record')}",
        owner_name="Chị Lan",
        keep_years=5,
        file=ContentFile(signed_paper("Chinh sach"), name="chinh-sach.pdf"),
        **by,
    )


def arguments(world: World) -> dict[str, list[dict[str, Any]]]:
    """Addresses of its pages; links and keys that somebody was given are nobody's here."""
    things = world.things
    campaign = {"public_id": things["innovation campaign"].public_id}
    initiative = {"public_id": things["innovation initiative"].public_id}
    ideas = [
        {"public_id": things[name].public_id}
        for name in ("innovation idea", "innovation own idea")
    ]
    return {
        **{
            f"innovation:{name}": [
                {"public_id": things[f"innovation {name}"].public_id}
            ]
            for name in ("signal", "audit", "review")
        },
        "innovation:record_file": [{"file_id": things["innovation record"].file_id}],
        "innovation:campaign": [campaign],
        "innovation:hand_in": [campaign],
        "innovation:idea": ideas,
        "innovation:initiative": [initiative],
        "innovation:initiative_edit": [initiative],
        "portal:idea_new": [{"token": "x" * 24}],
        "portal:idea": [{"key": "x" * 32}],
    }
