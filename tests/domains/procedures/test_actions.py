"""Cases move along frozen procedures, and what is due is started, met and missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from opensti.domains.procedures import actions, queries
from opensti.domains.procedures.choices import Act, Event, TaskKind
from opensti.domains.procedures.events import DeadlineMissed, StepTaken
from opensti.domains.procedures.models import Case, Deadline, RegimeVersion, Switch
from opensti.kernel.access import SYSTEM, Actor, Role
from opensti.kernel.events import subscribe
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)

pytestmark = pytest.mark.django_db
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 6, 1, 9, tzinfo=HANOI)
APPLICANT = Actor(name="An", roles=frozenset({Role.APPLICANT}))
OFFICER = Actor(name="Bình", roles=frozenset({Role.OFFICER}))
SECRETARY = Actor(name="Chi", roles=frozenset({Role.SECRETARY}))
FINANCE = Actor(name="Dũng", roles=frozenset({Role.FINANCE}))
LEADER = Actor(name="Giang", roles=frozenset({Role.LEADER}))
ADMIN = Actor(name="Hà", roles=frozenset({Role.ADMIN}), sudo=True)
WAY = [
    (APPLICANT, Act.DOSSIER_SUBMIT),
    (OFFICER, Act.DOSSIER_CONFIRM_ELIGIBLE),
    (OFFICER, Act.DOSSIER_SEND_TO_COUNCIL),
    (SECRETARY, Act.DOSSIER_CONCLUDE),
    (OFFICER, Act.DOSSIER_SEND_TO_COST_APPRAISAL),
    (FINANCE, Act.DOSSIER_CONCLUDE_COST),
    (OFFICER, Act.DOSSIER_PROPOSE),
    (LEADER, Act.DOSSIER_APPROVE),
]


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def versions():
    return {v.code: v for v in actions.load_regimes(actor=SYSTEM, at=NOW)}


@dataclass
class Walk:
    case: Case

    def step(self, actor, act, *, days=0, **more):
        self.case = actions.take_step(
            actor=actor,
            case_id=self.case.pk,
            act=act,
            at=NOW + timedelta(days=days),
            reason="Vì thế.",
            **more,
        )
        return self.case

    def due(self):
        rows = queries.deadlines_of(self.case.pk)
        return [(d.code, d.due_on.isoformat(), d.state) for d in rows]


@pytest.fixture
def walk(versions):
    def start(code="nd268_2025", track="dossier"):
        return Walk(
            actions.open_case(
                actor=APPLICANT,
                track=track,
                regime_version_id=versions[code].pk,
                subject=f"calls.{track}:{Case.objects.count() + 1}",
                title="Lò điện hồ quang",
                at=NOW,
            )
        )

    return start


def test_loading_twice_makes_nothing_new(versions):
    again = actions.load_regimes(actor=SYSTEM, at=NOW)
    assert [v.pk for v in again] == [v.pk for v in versions.values()]
    assert RegimeVersion.objects.count() == 4


def test_only_administrators_load():
    with pytest.raises(AccessDenied):
        actions.load_regimes(actor=OFFICER, at=NOW)
    assert RegimeVersion.objects.count() == 0


def test_a_changed_file_is_a_new_version_and_cases_keep_theirs(walk, versions):
    old = walk().case
    content = RegimeVersion.objects.get(pk=versions["nd268_2025"].pk).content
    new = actions.freeze_content(
        actor=SYSTEM, content={**content, "label_en": "Changed"}, at=NOW, file="x.yaml"
    )
    old.refresh_from_db()
    assert (new.version, queries.active_version("nd268_2025").pk) == (2, new.pk)
    assert queries.regime_of(old).label_en != queries.regime_of(new).label_en


def test_an_unsound_file_is_refused_whole(versions):
    content = RegimeVersion.objects.get(pk=versions["nd268_2025"].pk).content
    content["deadlines"][0].pop("consequence")
    with pytest.raises(Invalid):
        actions.freeze_content(actor=SYSTEM, content=content, at=NOW, file="x.yaml")
    assert RegimeVersion.objects.count() == 4


@pytest.mark.parametrize(
    ("day", "kind", "code"),
    [
        ("2016-01-01", TaskKind.MINISTRY, "moit_2014"),
        ("2025-12-31", TaskKind.MINISTRY, "moit_2014"),
        ("2026-05-13", TaskKind.MINISTRY, "moit_2014"),
        ("2026-05-14", TaskKind.MINISTRY, "moit_2026"),
        ("2020-01-01", TaskKind.NATIONAL, "national_2013"),
        ("2026-06-01", TaskKind.INNOVATION, "nd268_2025"),
    ],
)
@pytest.mark.usefixtures("versions")
def test_the_day_of_submission_chooses_the_procedure(day, kind, code):
    assert queries.regime_in_force(date.fromisoformat(day), kind).code == code


@pytest.mark.usefixtures("versions")
def test_no_procedure_is_invented_for_a_day_that_none_governs():
    with pytest.raises(queries.NoRegime):
        queries.regime_in_force(date(2026, 1, 1), TaskKind.NATIONAL)


@pytest.mark.usefixtures("versions")
def test_an_answer_to_a_gap_holds_for_new_cases_and_is_kept_with_its_reason():
    actions.set_switch(
        actor=ADMIN,
        regime="moit_2014",
        switch="interim_regime",
        value="moit_2026",
        reason="Công văn của Bộ",
        at=NOW,
    )
    assert queries.regime_in_force(date(2026, 1, 5)).code == "moit_2026"
    assert Switch.objects.get().reason == "Công văn của Bộ"


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"actor": OFFICER}, AccessDenied),
        ({"value": "guess"}, Invalid),
        ({"reason": " "}, Invalid),
        ({"switch": "nothing"}, NotFound),
    ],
)
def test_a_switch_is_not_set_by_a_stranger_or_without_a_reason(changes, refusal):
    given = {
        "actor": ADMIN,
        "regime": "moit_2026",
        "switch": "ballot_kind",
        "value": "vote",
        "reason": "Thử",
        "at": NOW,
    }
    with pytest.raises(refusal):
        actions.set_switch(**{**given, **changes})
    assert Switch.objects.count() == 0


@pytest.mark.parametrize(
    "code", ["moit_2014", "moit_2026", "national_2013", "nd268_2025"]
)
def test_a_dossier_walks_from_draft_to_approval_under_every_procedure(walk, code):
    journey = walk(code)
    states = [journey.step(actor, act).state for actor, act in WAY]
    assert states == [
        "submitted",
        "eligible",
        "in_council",
        "reviewed",
        "cost_appraisal",
        "reviewed",
        "proposed",
        "approved",
    ]
    assert journey.case.version == 9
    assert journey.case.submitted_on == date(2026, 6, 1)


def test_without_cost_appraisal_a_dossier_can_only_be_declined(walk):
    journey = walk("nd268_2025")
    for actor, act in [*WAY[:4], (OFFICER, Act.DOSSIER_PROPOSE)]:
        journey.step(actor, act)
    with pytest.raises(StepNotAllowed):
        journey.step(LEADER, Act.DOSSIER_APPROVE)
    assert journey.step(LEADER, Act.DOSSIER_DECLINE).state == "declined"


def test_a_step_from_elsewhere_says_where_it_stands_and_what_is_possible(walk):
    journey = walk()
    with pytest.raises(StepNotAllowed) as caught:
        journey.step(LEADER, Act.DOSSIER_APPROVE)
    assert str(caught.value.message) == (
        "This stands at “Dossier being written”; "
        "from there it is not possible to: approve the dossier."
    )
    assert str(caught.value.mend) == (
        "Possible now: submit the dossier; withdraw the dossier."
    )


def test_a_stranger_to_a_step_is_refused_and_nothing_is_written(walk):
    journey = walk()
    journey.step(APPLICANT, Act.DOSSIER_SUBMIT)
    with pytest.raises(AccessDenied) as caught:
        journey.step(APPLICANT, Act.DOSSIER_CONFIRM_ELIGIBLE)
    assert str(caught.value.who) == "programme officer"
    journey.case.refresh_from_db()
    assert (journey.case.state, journey.case.version) == ("submitted", 2)


def test_the_second_of_two_officers_is_told_what_the_first_did(walk):
    journey = walk()
    journey.step(APPLICANT, Act.DOSSIER_SUBMIT)
    journey.step(OFFICER, Act.DOSSIER_CONFIRM_ELIGIBLE, expected_version=2)
    with pytest.raises(Stale) as caught:
        journey.step(OFFICER, Act.DOSSIER_REJECT_INELIGIBLE, expected_version=2)
    assert str(caught.value.message) == (
        "Meanwhile Bình did this: confirm that the dossier is valid. "
        "It now stands at “Valid”."
    )


def test_a_refusal_needs_a_reason(walk):
    journey = walk()
    journey.step(APPLICANT, Act.DOSSIER_SUBMIT)
    with pytest.raises(Invalid):
        actions.take_step(
            actor=OFFICER,
            case_id=journey.case.pk,
            act=Act.DOSSIER_REJECT_INELIGIBLE,
            at=NOW,
        )


def test_next_steps_name_the_article_and_who_may(walk):
    journey = walk()
    journey.step(APPLICANT, Act.DOSSIER_SUBMIT)
    steps = queries.steps_from(journey.case, OFFICER)
    assert [(s.act.value, s.allowed) for s in steps] == [
        ("dossiers.request_supplement", True),
        ("dossiers.confirm_eligible", True),
        ("dossiers.reject_ineligible", True),
        ("dossiers.reopen", False),
        ("dossiers.withdraw", False),
    ]
    assert queries.basis(journey.case, Act.DOSSIER_CONFIRM_ELIGIBLE) == (
        "ND268 Art 10.3"
    )
    assert queries.basis(journey.case, Act.DOSSIER_SUBMIT) == "ND268 Art 10"


def test_deadlines_start_are_met_and_the_next_one_starts(walk):
    journey = walk()
    journey.step(APPLICANT, Act.DOSSIER_SUBMIT)
    started = actions.start_deadline(
        case_id=journey.case.pk, event=Event.CALL_CLOSED, on=date(2026, 6, 5), at=NOW
    )
    assert started == 1
    assert journey.due() == [("validity", "2026-06-15", "running")]
    journey.step(OFFICER, Act.DOSSIER_CONFIRM_ELIGIBLE, days=7)
    assert journey.due() == [
        ("validity", "2026-06-15", "met"),
        ("review", "2026-07-08", "running"),
    ]


def test_an_event_starts_nothing_in_a_dossier_that_was_never_submitted(walk):
    journey = walk()
    actions.start_deadline(
        case_id=journey.case.pk, event=Event.CALL_CLOSED, on=date(2026, 6, 5), at=NOW
    )
    assert journey.due() == []


def test_what_was_done_too_late_stays_missed(walk):
    told = []
    subscribe(DeadlineMissed, told.append)
    journey = walk()
    journey.step(APPLICANT, Act.DOSSIER_SUBMIT)
    journey.step(OFFICER, Act.DOSSIER_CONFIRM_ELIGIBLE)
    assert actions.mark_missed(at=NOW + timedelta(days=60)) == 1
    assert actions.mark_missed(at=NOW + timedelta(days=61)) == 0
    assert [d.code for d in queries.deadlines_for([Role.SECRETARY])] == ["review"]
    assert [(t.code, t.binding_on) for t in told] == [("review", "secretary")]
    journey.step(OFFICER, Act.DOSSIER_SEND_TO_COUNCIL, days=62)
    journey.step(SECRETARY, Act.DOSSIER_CONCLUDE, days=63)
    assert Deadline.objects.get(code="review").state == "missed"
    assert [d.code for d in queries.deadlines_for([Role.SECRETARY])] == []


def test_a_suspended_deadline_gets_its_days_back(walk):
    journey = walk()
    journey.step(APPLICANT, Act.DOSSIER_SUBMIT)
    journey.step(OFFICER, Act.DOSSIER_CONFIRM_ELIGIBLE)
    actions.suspend_deadlines(
        actor=OFFICER, case_id=journey.case.pk, at=NOW + timedelta(days=10), reason="x"
    )
    assert actions.mark_missed(at=NOW + timedelta(days=90)) == 0
    with pytest.raises(StepNotAllowed):
        actions.suspend_deadlines(
            actor=OFFICER, case_id=journey.case.pk, at=NOW, reason="x"
        )
    actions.resume_deadlines(
        actor=OFFICER, case_id=journey.case.pk, at=NOW + timedelta(days=20), reason="x"
    )
    assert journey.due() == [("review", "2026-07-13", "running")]
    row = Deadline.objects.get()
    assert (row.pauses, row.extra_days) == ([["2026-06-11", "2026-06-21"]], 12)


def national_revision(journey, *, adopted, asked):
    """A national dossier whose minutes are adopted and whose revision is asked for."""
    for actor, act in WAY[:4]:
        journey.step(actor, act)

    def adopt():
        actions.start_deadlines(
            case_ids=[journey.case.pk],
            event=Event.MINUTES_ADOPTED,
            on=(NOW + timedelta(days=adopted)).date(),
            at=NOW + timedelta(days=adopted),
        )

    if adopted is not None and adopted <= asked:
        adopt()
    journey.step(OFFICER, Act.DOSSIER_REQUEST_REVISION, days=asked)
    if adopted is not None and adopted > asked:
        adopt()


@pytest.mark.parametrize(
    ("adopted", "asked", "due"),
    [
        (2, 5, [("revise", "2026-06-23", "running")]),
        (5, 5, [("revise", "2026-06-26", "running")]),
        (9, 5, [("revise", "2026-06-30", "running")]),
        (None, 5, []),
    ],
)
def test_twenty_days_to_revise_are_counted_from_the_adoption_of_the_minutes(
    walk, adopted, asked, due
):
    """TT20: from the minutes, whether the office asks for the revision before or after."""
    journey = walk("national_2013")
    national_revision(journey, adopted=adopted, asked=asked)
    assert journey.due() == due
    row = Deadline.objects.filter(code="revise").first()
    assert row is None or row.started_on == (NOW + timedelta(days=adopted)).date()


def test_who_is_not_asked_to_revise_owes_no_revision(walk):
    journey = walk("national_2013")
    for actor, act in WAY[:4]:
        journey.step(actor, act)
    actions.start_deadlines(
        case_ids=[journey.case.pk],
        event=Event.MINUTES_ADOPTED,
        on=NOW.date(),
        at=NOW,
    )
    journey.step(OFFICER, Act.DOSSIER_SEND_TO_COST_APPRAISAL)
    journey.step(FINANCE, Act.DOSSIER_CONCLUDE_COST)
    assert journey.due() == [("finish_after_cost", "2026-06-16", "running")]


def test_a_revision_after_the_cost_appraisal_has_its_own_days(walk):
    journey = walk("national_2013")
    national_revision(journey, adopted=2, asked=5)
    journey.step(APPLICANT, Act.DOSSIER_REVISE, days=8)
    journey.step(OFFICER, Act.DOSSIER_SEND_TO_COST_APPRAISAL, days=9)
    journey.step(FINANCE, Act.DOSSIER_CONCLUDE_COST, days=10)
    journey.step(OFFICER, Act.DOSSIER_REQUEST_REVISION, days=11)
    assert journey.case.stage == "revising_after_cost"
    assert [d for d in journey.due() if d[2] == "running"] == [
        ("finish_after_cost", "2026-06-26", "running")
    ]
    journey.step(APPLICANT, Act.DOSSIER_REVISE, days=12)
    assert journey.case.stage == "revised"
    assert ("finish_after_cost", "2026-06-26", "met") in journey.due()


def test_the_minutes_of_a_council_before_an_end_count_for_nothing_after_it(walk):
    journey = walk("national_2013")
    for actor, act in [*WAY[:4], (OFFICER, Act.DOSSIER_PROPOSE)]:
        journey.step(actor, act)
    actions.start_deadlines(
        case_ids=[journey.case.pk], event=Event.MINUTES_ADOPTED, on=NOW.date(), at=NOW
    )
    journey.case.refresh_from_db()
    kept = journey.case.event_days
    journey.step(LEADER, Act.DOSSIER_DECLINE)
    journey.case.refresh_from_db()
    assert (kept, journey.case.event_days) == (
        {"event:minutes_adopted": "2026-06-01"},
        {},
    )


def test_deadlines_of_applicants_are_shown_only_for_cases_they_may_see(walk):
    journey = walk()
    for actor, act in [*WAY[:4], (OFFICER, Act.DOSSIER_REQUEST_REVISION)]:
        journey.step(actor, act)
    assert list(queries.deadlines_for([Role.MANAGER])) == []
    mine = queries.deadlines_for([Role.MANAGER], cases=[journey.case.pk])
    assert [d.code for d in mine] == ["applicant_completes"]


def test_an_ended_case_owes_nothing_more(walk):
    journey = walk()
    for actor, act in WAY[:2]:
        journey.step(actor, act)
    assert actions.mark_missed(at=NOW + timedelta(days=60)) == 1
    for actor, act in WAY[2:]:
        journey.step(actor, act)
    assert not Deadline.objects.filter(state__in=["running", "suspended"]).exists()
    assert not Deadline.objects.filter(queries.unsettled()).exists()
    assert Deadline.objects.filter(state="missed").exists()


def test_a_case_may_adopt_a_newer_version_with_a_reason(walk, versions):
    journey = walk()
    content = RegimeVersion.objects.get(pk=versions["nd268_2025"].pk).content
    new = actions.freeze_content(
        actor=SYSTEM, content={**content, "label_en": "Changed"}, at=NOW, file="x.yaml"
    )
    case = actions.adopt_version(
        actor=LEADER,
        case_id=journey.case.pk,
        regime_version_id=new.pk,
        reason="Quyết định 12",
        at=NOW,
    )
    assert queries.regime_of(case).label_en == "Changed"
    with pytest.raises(StepNotAllowed):
        actions.adopt_version(
            actor=LEADER,
            case_id=case.pk,
            regime_version_id=versions["moit_2026"].pk,
            reason="x",
            at=NOW,
        )


def test_every_step_is_told(walk):
    told = []
    subscribe(StepTaken, told.append)
    journey = walk(track="need", code="moit_2014")
    journey.step(APPLICANT, Act.NEED_SUBMIT)
    mine = [t for t in told if t.case_id == journey.case.pk]
    assert [(t.old_state, t.new_state) for t in mine] == [("draft", "submitted")]


def test_a_step_costs_few_queries(walk, django_assert_num_queries):
    journey = walk()
    journey.step(APPLICANT, Act.DOSSIER_SUBMIT)
    with django_assert_num_queries(10):
        journey.step(OFFICER, Act.DOSSIER_CONFIRM_ELIGIBLE)
