"""How long steps take: what runs counts, few are not told, the public reads past quarters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sti_methods.waiting import Wait

from opensti.domains.calls.models import Call
from opensti.domains.procedures.models import Deadline
from opensti.domains.procedures.queries import days_taken, working_calendar
from opensti.domains.publications import queries
from opensti.domains.publications.queries import policies as in_force
from opensti.domains.publications.queries import stages
from opensti.domains.publications.queries.edition import Edition
from opensti.domains.publications.queries.funded_rows import FEWEST
from opensti.domains.publications.queries.stages import (
    Looked,
    Spell,
    first_of_quarter,
    quarter_of,
    stages_of,
)
from opensti.kernel.access import Role
from opensti.kernel.bilingual import Words
from opensti.kernel.refusals import AccessDenied, NotReady
from tests.factories import policies, portfolios
from tests.factories.tasks import person


def spells(*days, unit="officer", over=True, allowed=10, quarter="2026-Q1", **more):
    return [
        Spell(
            **more,
            track="dossier",
            code="validity",
            label=Words("Kiểm tra", "Check"),
            regime="moit_2026 1",
            regime_name=Words("Thông tư", "Circular"),
            unit=unit,
            article="",
            quarter=quarter,
            allowed=allowed,
            wait=Wait(days=day, over=over),
            kept=day <= allowed if over or day > allowed else None,
        )
        for day in days
    ]


def test_what_a_large_register_keeps_tells_the_same(monkeypatch):
    every = [
        *spells(*range(6)),
        *spells(*range(10, 15), unit="leader", quarter="2026-Q2"),
        *spells(*range(20, 25), agency="abc", agency_name=Words("Viện", "Lab")),
    ]
    monkeypatch.setattr(stages, "public_spells", lambda _today: tuple(every))
    today = date(2026, 7, 1)
    kept = stages.read_stages(stages.written_stages(stages.all_stages(today)))
    monkeypatch.setattr(stages, "figured", lambda *_asked: kept)
    of = Edition(acts=1, at=None, opened=None, policy="", day=today, kept=True)
    for looked in (
        Looked(),
        Looked(unit="officer"),
        Looked(unit="leader", regime="moit_2026 1"),
        Looked(agency="abc"),
        Looked(agency="of nobody"),
    ):
        told = stages.public_stages(of, today, looked)
        assert replace(told, agency_names={}, choices=((), {})) == replace(
            stages_of(every, looked), agency_names={}, choices=((), {})
        )
        assert told.agency_names == {"abc": Words("Viện", "Lab"), "house": Words()}
        assert told.choices == stages_of(every, Looked()).choices
    with pytest.raises(NotReady, match="được xem riêng"):
        stages.public_stages(of, today, Looked(agency="abc", unit="officer"))


def test_what_still_runs_is_in_the_figures():
    done = stages_of(spells(2, 4, 6, 8), Looked())
    assert done.steps == ()
    assert done.hidden == 1
    (step,) = stages_of([*spells(2, 4, 6), *spells(30, 3, over=False)], Looked()).steps
    assert (step.cases, step.running, step.overdue) == (5, 2, 1)
    assert (step.median, step.late) == (6, None)
    assert (step.worst, step.worst_runs) == (30, True)
    assert (step.in_time, step.over_time) == (3, 1)


def test_each_table_leaves_out_its_small_groups_and_a_choice_narrows_all():
    found = stages_of(
        [*spells(*range(6)), *spells(1, 2, unit="leader", quarter="2026-Q2")], Looked()
    )
    assert [(u.key, u.cases) for u in found.units] == [("officer", 6)]
    assert [(q.key, q.cases) for q in found.trend] == [("2026-Q1", 6)]
    assert found.choices[0] == ("officer", "leader")
    narrowed = stages_of(spells(*range(6)), Looked(unit="leader"))
    assert (narrowed.steps, narrowed.whole) == ((), None)


def test_figures_stand_by_the_agency_that_runs_its_side_and_by_quarter():
    ours = [*spells(*range(6)), *spells(*range(10, 15), quarter="2026-Q2")]
    theirs = spells(*range(20, 25), agency="abc", agency_name=Words("Viện", "Lab"))
    few = spells(1, 2, agency="xyz", agency_name=Words("Nhỏ", "Small"))
    found = stages_of([*ours, *theirs, *few], Looked())
    assert [(a.key, a.cases, a.median, a.worst) for a in found.agencies] == [
        ("abc", 5, 22, 24),
        ("house", 11, 5, 14),
    ]
    assert [(m.key, m.median) for m in found.moves] == [
        ("abc 2026-Q1", 22),
        ("house 2026-Q1", 2),
        ("house 2026-Q2", 12),
    ]
    assert found.agency_names == {"abc": Words("Viện", "Lab"), "house": Words()}
    narrowed = stages_of([*ours, *theirs], Looked(agency="abc"))
    assert (narrowed.whole.cases, [t.key for t in narrowed.trend]) == (5, ["2026-Q1"])


@pytest.mark.django_db
@pytest.mark.parametrize(("told", "named"), [(False, False), (True, True)])
def test_an_organisation_is_named_with_its_days_where_the_policy_lets_it(
    monkeypatch, told, named
):
    dossier = portfolios.judged("90").dossiers[0]
    Call.objects.update(
        opens_at=datetime(2026, 2, 1, tzinfo=UTC),
        closes_at=datetime(2026, 3, 20, tzinfo=UTC),
    )
    for number in range(FEWEST):
        Deadline.objects.create(
            case=dossier.case,
            code=f"revision-{number}",
            label_vi="Sửa",
            label_en="Revise",
            started_on=date(2026, 3, 2),
            started_at=datetime(2026, 3, 2, tzinfo=UTC),
            due_on=date(2026, 3, 9),
            unit="working_day",
            binding_on="applicant",
            consequence="none",
            mark="V",
            state="met",
            closed_at=datetime(2026, 3, 5, tzinfo=UTC),
        )
    form = {"form": "exact"} if told else {"form": "none"}
    other = policies.policy({"task.deadlines_others": form})
    monkeypatch.setattr(in_force, "shipped_policy", lambda: other)
    edition = queries.Edition(acts=1, at=datetime(2026, 1, 1, tzinfo=UTC))
    found = queries.public_stages(edition, date(2026, 4, 2), Looked())
    bound = {one.key: one.label for one in found.agencies if one.key != "house"}
    host = dossier.host
    assert bound == (
        {host.public_id: Words(host.name_vi, host.name_en)}
        if named
        else {queries.NAMELESS: Words()}
    )
    office = queries.spells_of(
        queries.known_deadlines(person(Role.OFFICER)), date(2026, 4, 2)
    )
    assert host.public_id in {one.agency for one in office}


def test_quarters_begin_with_their_month():
    assert first_of_quarter(date(2026, 11, 27)) == date(2026, 10, 1)
    assert [quarter_of(date(2026, m, 9)) for m in (1, 3, 4, 12)] == [
        "2026-Q1", "2026-Q1", "2026-Q2", "2026-Q4",
    ]  # fmt: skip


@pytest.mark.django_db
def test_days_on_which_the_clock_stood_still_do_not_count():
    row = Deadline(
        started_on=date(2026, 3, 2),
        due_on=date(2026, 3, 23),
        pauses=[["2026-03-04", "2026-03-11"]],
    )
    calendar = working_calendar()
    assert days_taken(calendar, row, date(2026, 3, 13)) == (4, 10)
    row.suspended_on = date(2026, 3, 12)
    assert days_taken(calendar, row, date(2026, 5, 4)) == (3, 10)


@pytest.mark.django_db
def test_the_public_reads_nothing_of_this_quarter_and_officials_what_they_may_know():
    story = portfolios.judged("90")
    officer = person(Role.OFFICER)
    Deadline.objects.create(
        case=story.dossiers[0].case,
        code="validity",
        label_vi="Kiểm tra",
        label_en="Check",
        started_on=date(2026, 3, 2),
        started_at=datetime(2026, 3, 2, tzinfo=UTC),
        due_on=date(2026, 3, 9),
        unit="working_day",
        binding_on="officer",
        consequence="none",
        mark="V",
    )
    known = queries.known_deadlines(officer).filter(case__track="dossier")
    assert known.exists()
    partial = replace(officer, member_of=frozenset({story.dossiers[0].host_id}))
    own = queries.known_deadlines(partial).filter(case__track="dossier")
    assert not own.exists()
    edition = queries.Edition(acts=1, at=datetime(2026, 1, 1, tzinfo=UTC))
    first = min(known.values_list("started_on", flat=True))
    found = queries.public_stages(edition, first, Looked())
    assert (found.steps, found.hidden, found.whole) == ((), 0, None)
    with pytest.raises(AccessDenied):
        queries.known_deadlines(person(Role.APPLICANT))
