"""What hangs on a day that is known ahead runs from the first day, and follows it.

A last day that falls on a Saturday or Sunday is the working day after it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from opensti.domains.procedures import actions, queries
from opensti.domains.procedures.choices import Act, Event, TaskKind
from opensti.domains.procedures.models import Deadline
from opensti.kernel.access import SYSTEM, Actor, Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
HOST = Actor(name="An", roles=frozenset({Role.MANAGER, Role.APPLICANT}))
KINDS = {
    "moit_2014": TaskKind.MINISTRY,
    "national_2013": TaskKind.NATIONAL,
    "nd268_2025": TaskKind.INNOVATION,
}


@pytest.fixture
def opened():
    """Open a case under a regime; returns its id."""
    versions = {v.code: v for v in actions.load_regimes(actor=SYSTEM, at=NOW)}

    def open_case(code, track):
        case = actions.open_case(
            actor=SYSTEM,
            track=track,
            kind=KINDS[code],
            regime_version_id=versions[code].pk,
            subject=f"x.{track}:1",
            title="Lò điện hồ quang",
            at=NOW,
        )
        return case.pk

    return open_case


def happens(case_id, event, on):
    return actions.start_deadline(case_id=case_id, event=event, on=on, at=NOW)


def moves(case_id, on, *, at=NOW):
    return actions.move_event(case_id=case_id, event=Event.CONTRACT_END, on=on, at=at)


def due(case_id):
    rows = queries.deadlines_of(case_id).order_by("pk")
    return [(d.code, d.due_on.isoformat(), d.state) for d in rows]


def test_a_deadline_that_runs_ahead_starts_before_the_act_that_meets_it_is_possible(
    opened,
):
    case = opened("moit_2014", "acceptance")
    assert happens(case, Event.CONTRACT_END, date(2028, 9, 1)) == 2
    assert due(case) == [
        ("acceptance_dossier", "2028-08-02", "running"),
        ("late_dossier_fails", "2029-03-01", "running"),
    ]


def test_before_the_end_at_the_ministry_is_after_it_for_national_tasks(opened):
    case = opened("national_2013", "acceptance")
    happens(case, Event.CONTRACT_END, date(2028, 9, 1))
    assert due(case) == [("acceptance_dossier", "2028-10-02", "running")]


def test_a_contract_is_signed_in_time_though_it_is_not_even_approved(opened):
    case = opened("nd268_2025", "contract")
    assert happens(case, Event.DECISION_SIGNED, date(2026, 6, 1)) == 1
    assert due(case) == [("contract", "2026-06-11", "running")]


def test_a_deadline_that_does_not_run_ahead_waits_for_its_stage(opened):
    case = opened("nd268_2025", "dossier")
    assert happens(case, Event.CALL_CLOSED, date(2026, 6, 5)) == 0
    assert due(case) == []


def test_an_event_that_moves_takes_what_hangs_on_it_along(opened):
    case = opened("moit_2014", "acceptance")
    happens(case, Event.CONTRACT_END, date(2028, 9, 1))
    assert moves(case, date(2029, 3, 1)) == 2
    assert due(case) == [
        ("acceptance_dossier", "2028-08-02", "void"),
        ("late_dossier_fails", "2029-03-01", "void"),
        ("acceptance_dossier", "2029-01-30", "running"),
        ("late_dossier_fails", "2029-09-03", "running"),
    ]


def test_what_was_missed_on_the_old_day_is_set_aside(opened):
    case = opened("moit_2014", "acceptance")
    happens(case, Event.CONTRACT_END, date(2026, 7, 1))
    late = NOW + timedelta(days=10)
    assert actions.mark_missed(at=late) == 1
    moves(case, date(2027, 7, 1), at=late)
    states = [state for code, _day, state in due(case) if code == "acceptance_dossier"]
    assert states == ["void", "running"]
    assert set(
        Deadline.objects.filter(state="void").values_list("closed_at", flat=True)
    ) == {late}


def test_what_was_met_stays_met(opened):
    case = opened("moit_2014", "contract")
    happens(case, Event.DECISION_SIGNED, date(2026, 6, 1))
    for act in (Act.CONTRACT_SEND, Act.CONTRACT_AGREE, Act.CONTRACT_SIGN):
        actions.take_step(actor=SYSTEM, case_id=case, act=act, at=NOW)
    assert due(case) == [("sign_contract", "2026-07-16", "met")]
    assert moves(case, date(2029, 3, 1)) == 0
    assert due(case) == [("sign_contract", "2026-07-16", "met")]


def test_an_ended_case_starts_nothing_when_its_event_moves(opened):
    case = opened("moit_2014", "acceptance")
    happens(case, Event.CONTRACT_END, date(2028, 9, 1))
    actions.take_step(
        actor=SYSTEM, case_id=case, act=Act.ACCEPTANCE_STOP, at=NOW, reason="Vì thế."
    )
    assert moves(case, date(2029, 3, 1)) == 0
    assert {state for _code, _day, state in due(case)} == {"void"}
