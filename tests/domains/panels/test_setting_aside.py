"""A wrong tie is set aside once and for all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opensti.domains.panels import actions
from opensti.domains.panels.models import (
    Conflict,
    DismissedTie,
)
from opensti.domains.panels.queries import blocked_pairs
from opensti.kernel.refusals import (
    StepNotAllowed,
)
from tests.factories import conflicts, panels

pytestmark = pytest.mark.django_db
LATER = panels.AT + timedelta(hours=1)
judge = conflicts.judge


# ---- set aside for good


def test_a_namesake_set_aside_is_never_asked_about_again(office):
    first, second = panels.eligible_dossiers(office, 2)
    leader = conflicts.led(first)
    second.leader = leader
    second.save(update_fields=["leader"])
    member = conflicts.in_the_pool(full_name="Trịnh Quốc Đạt")
    work = conflicts.wrote_together(leader.pk)
    work.byline = f"{leader.full_name}; Trinh Quoc Dat"
    work.save()
    conflicts.searched(office, first)
    assert blocked_pairs(dossiers=[first.pk, second.pk]) == {
        (member.person_id, first.pk): "coauthor",
        (member.person_id, second.pk): "coauthor",
    }
    case = conflicts.case_of(member, first)
    actions.dismiss_tie(
        actor=office.officer,
        conflict_id=case.pk,
        tie=case.evidence[0]["tie"],
        reason="Người cùng tên ở viện khác.",
        at=LATER,
    )
    assert blocked_pairs(dossiers=[first.pk, second.pk]) == {}
    assert set(Conflict.objects.values_list("state", flat=True)) == {"lapsed"}
    conflicts.searched(office, first)
    assert blocked_pairs(dossiers=[first.pk, second.pk]) == {}
    actions.restore_tie(
        actor=office.officer,
        dismissed_id=DismissedTie.objects.get().pk,
        reason="Chính là ông ấy.",
        at=LATER,
    )
    conflicts.searched(office, first)
    assert len(blocked_pairs(dossiers=[first.pk, second.pk])) == 2


def test_setting_a_tie_aside_is_no_way_around_the_second_person(office, dossier):
    member = conflicts.in_the_pool()
    conflicts.of_the_host(member, dossier)
    conflicts.searched(office, dossier)
    case = conflicts.case_of(member, dossier)
    aside = {
        "actor": office.officer,
        "conflict_id": case.pk,
        "tie": case.evidence[0]["tie"],
        "reason": "Nhầm người.",
        "at": LATER,
    }
    with pytest.raises(StepNotAllowed):
        actions.dismiss_tie(**aside)
    verdict = judge(office.officer, case)
    with pytest.raises(StepNotAllowed):
        actions.dismiss_tie(**aside)
    assert blocked_pairs(dossiers=[dossier.pk]) == {
        (member.person_id, dossier.pk): "host"
    }
    actions.confirm_conflict(actor=office.secretary, verdict_id=verdict.pk, at=LATER)
    actions.dismiss_tie(**aside)
    case.refresh_from_db()
    assert (case.state, case.evidence) == ("lapsed", [])
