"""Councils that are planned: a forming that has run and waits to be approved."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.domains.panels import actions as panels

if TYPE_CHECKING:
    from opensti.console.demo.story import Story

PLANNED = 2


def plan_councils(story: Story) -> None:
    """The last dossiers of a call are found valid; a council for each is computed.

    Who knows their subjects is ranked first.

    One expert is away on the day, so that the pool tells of somebody who is left out.
    """
    officer = story.actor("officer")
    for dossier in story.dossiers[-PLANNED:]:
        story.act(
            "calls",
            "check_and_confirm",
            officer,
            dossier_id=dossier.pk,
            at=story.later(minutes=4),
        )
    sits_on = localdate(story.end) + timedelta(days=30)
    story.act(
        "panels",
        "set_unavailable",
        officer,
        person_id=story.cast.experts[-1].pk,
        since=sits_on - timedelta(days=3),
        last=sits_on + timedelta(days=3),
        reason="Đi công tác.",
        at=story.later(),
    )
    for dossier in story.dossiers[-PLANNED:]:
        story.act(
            "panels",
            "ask_for_experts",
            officer,
            kind="dossier",
            public_id=dossier.public_id,
            at=story.later(minutes=1),
        )
    panels.rank_wanted(at=story.now)
    formation = story.act(
        "panels",
        "plan_formation",
        officer,
        mode="apart",
        title_vi="Hội đồng xét chọn",
        title_en="Selection council",
        dossier_ids=[dossier.pk for dossier in story.dossiers[-PLANNED:]],
        sits_on=sits_on,
        secretary_id=story.cast.users["secretary"],
        at=story.later(minutes=20),
    )
    run = story.act(
        "panels", "ask_run", officer, formation_id=formation.pk, at=story.later()
    )
    panels.compute_run(actor=officer, run_id=run.pk, at=story.later())
