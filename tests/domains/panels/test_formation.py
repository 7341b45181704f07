"""Councils are planned, computed with proof, changed by hand, approved and refilled."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from itertools import accumulate

import pytest

from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import (
    Assignment,
    Bid,
    Council,
    ExpertLock,
    Formation,
    FormationItem,
    FormationRun,
    Place,
    Reserve,
    Seat,
    Unavailability,
)
from opensti.domains.panels.problem.conditions import Conditions, aspects_of
from opensti.domains.panels.problem.exchanging import Checker
from opensti.domains.panels.problem.explaining import (
    frozen_of,
    mixture_of,
    solution_of,
    why_not,
    why_this,
)
from opensti.domains.panels.problem.forming import freeze
from opensti.domains.panels.problem.pool import plan_of, pool_of
from opensti.domains.panels.problem.reserve import replacements
from opensti.domains.registry.queries import expert_pool
from opensti.kernel.access import Role, visible
from opensti.kernel.jobs.models import Job, JobState
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import formation as factory
from tests.factories import panels
from tests.factories.registry import Positions, written
from tests.factories.tasks import actor_of, person

pytestmark = pytest.mark.django_db
MODELS = (Formation, FormationItem, FormationRun, Place, ExpertLock, Bid)


def change(office, formation, **conditions):
    return actions.change_formation(
        actor=office.officer,
        formation_id=formation.pk,
        conditions=conditions,
        at=panels.AT,
    )


def approved(office, formation, run):
    return actions.approve_formation(
        actor=office.officer, formation_id=formation.pk, run_id=run.pk, at=panels.AT
    )


def seated(run, item=None):
    rows = Place.objects.filter(run=run)
    return set(
        (rows if item is None else rows.filter(item=item)).values_list(
            "person_id", flat=True
        )
    )


# ---- one click


def test_one_click_gives_a_council_that_meets_the_rule(office):
    factory.experts(30)
    dossiers = panels.eligible_dossiers(office, 2)
    formation = factory.planned(office, dossiers)
    run = factory.computed(office, formation)
    assert (run.state, run.conflict) == ("solved", {})
    [council] = approved(office, formation, run)
    seats = list(Seat.objects.filter(council=council))
    assert queries.composition(council, seats) == []
    assert council.items.count() == 2
    formation.refresh_from_db()
    assert formation.state == "approved"


def test_every_condition_holds_in_every_council_of_its_own(office):
    people = {p.pk: p for p in factory.experts(40)}
    formation = factory.planned(
        office, panels.eligible_dossiers(office, 3), mode="apart"
    )
    change(office, formation, seniors=4, enterprise=2, each_gender=3, most_load=2)
    run = factory.computed(office, formation)
    facts = expert_pool(on=formation.sits_on)
    for item in formation.items.all():
        members = [facts[pk] for pk in seated(run, item)]
        assert len(members) == 7
        assert sum(m.senior for m in members) >= 4
        assert sum(m.kind == "enterprise" for m in members) >= 2
        assert sum(m.gender == "female" for m in members) >= 3
        assert sum(m.gender == "male" for m in members) >= 3
        assert len({m.organisation_id for m in members}) == 7
        leads = Place.objects.filter(
            run=run, item=item, role__in=["chair", "vice", "reviewer"]
        )
        assert all(people[p.person_id].degree == "doctor" for p in leads)
    loads = [Place.objects.filter(run=run, person_id=pk).count() for pk in seated(run)]
    assert max(loads) <= 2


def test_who_knows_the_subject_sits_rather_than_who_does_not(office):
    people = factory.experts(30)
    dossier = panels.eligible_dossiers(office)[0]
    knowing = people[:6]
    for one in knowing:
        written(one, dossier.title_vi)
    formation = factory.planned(office, [dossier])
    change(office, formation, per_organisation=0, enterprise=0, outside=0)
    run = factory.computed(office, formation)
    assert {p.pk for p in knowing} <= seated(run)
    assert run.proof["pool"]["without_evidence"] == 24


def test_the_default_conditions_ask_no_more_than_the_pool_holds(office):
    factory.experts(9, degree="master", gender="")
    formation = factory.planned(office, panels.eligible_dossiers(office))
    conditions = Conditions.of(formation.conditions)
    assert (conditions.seniors, conditions.each_gender, conditions.lead_senior) == (
        0,
        0,
        False,
    )
    assert factory.computed(office, formation).state == "solved"


# ---- who is in the pool


def test_the_away_the_full_and_the_party_are_left_out_and_counted(office):
    people = factory.experts(20)
    dossier = panels.eligible_dossiers(office)[0]
    day = panels.AT.date() + timedelta(days=30)
    actions.set_unavailable(
        actor=office.officer, person_id=people[0].pk, since=day, last=day, at=panels.AT
    )
    actions.set_unavailable(
        actor=office.officer,
        person_id=people[1].pk,
        since=day - timedelta(days=9),
        last=day - timedelta(days=1),
        at=panels.AT,
    )
    actions.set_load(
        actor=office.officer, person_id=people[2].pk, most_per_year=0, at=panels.AT
    )
    type(dossier).objects.filter(pk=dossier.pk).update(leader=people[3])
    formation = factory.planned(office, [dossier], sits_on=day)
    pool = pool_of(plan_of(formation), Conditions.of(formation.conditions))
    assert pool.left_out == {
        people[0].pk: "away",
        people[2].pk: "full",
        people[3].pk: "party",
    }
    assert formation.pool == {
        "experts": 20,
        "available": 17,
        "away": 1,
        "full": 1,
        "party": 1,
    }


def test_who_sat_each_of_so_many_years_pauses(office):
    people = factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    for year, seats in ((2024, people[:3]), (2025, people[1:4])):
        council = Council.objects.create(
            kind="selection",
            title_vi="Cũ",
            regime_version=formation.regime_version,
            rule_code=formation.rule_code,
            state="concluded",
            decision_number="1",
            decided_on=date(year, 5, 5),
            created_by_id=office.officer.user_id,
            created_at=panels.AT.replace(year=year),
        )
        Seat.objects.bulk_create(
            Seat(council=council, person=p, role="member", state="accepted")
            for p in seats
        )
    plan = plan_of(formation)
    two_years = pool_of(plan, Conditions(rotation_years=2)).left_out
    assert two_years == {people[1].pk: "rotation", people[2].pk: "rotation"}
    assert pool_of(plan, Conditions(rotation_years=3)).left_out == {}
    once = pool_of(plan, Conditions(rotation_times=1)).left_out
    assert set(once) == {p.pk for p in people[1:4]}


def test_staff_of_the_host_are_in_conflict_and_never_sit(office):
    people = factory.experts(20)
    dossier = panels.eligible_dossiers(office)[0]
    for one in people[:5]:
        written(one, dossier.title_vi)
    Positions.create(person=people[0], organisation_id=dossier.host_id)
    formation = factory.planned(office, [dossier])
    run = factory.computed(office, formation)
    assert people[0].pk not in seated(run)
    assert run.proof["pool"]["in_conflict"] == 1


def test_aspects_are_read_from_codes_and_else_from_words(office):
    [one, two, three] = factory.experts(3, bio_vi="")
    from tests.factories.registry import Codes  # noqa: PLC0415

    one.fields.add(Codes.create(code="5.05", name_vi="Khoa học pháp lý", name_en=""))
    type(two).objects.filter(pk=two.pk).update(bio_vi="Kế toán trưởng")
    facts = expert_pool(on=date(2026, 7, 1))
    assert aspects_of(facts[one.pk]) >= {"legal"}
    assert aspects_of(facts[two.pk]) == {"finance"}
    assert aspects_of(facts[three.pk]) == frozenset()
    del office


# ---- conditions, locks, wishes


def test_conditions_against_the_rule_are_refused_and_nothing_is_kept(office):
    factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    before = formation.conditions
    for wrong in (
        {"seats": {"chair": 2, "member": 5}},
        {"objective": "best"},
        {"cap": 0},
        {"most_load": 0},
        {"seniors": 8},
        {"each_gender": 4},
        {"aspects": ("taste",)},
        {"leximin": True},
    ):
        with pytest.raises(Invalid):
            change(office, formation, **wrong)
    formation.refresh_from_db()
    assert formation.conditions == before


def test_two_officers_do_not_overwrite_each_other(office):
    factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    change(office, formation, seniors=2)
    with pytest.raises(Stale):
        actions.change_formation(
            actor=office.officer,
            formation_id=formation.pk,
            conditions={"seniors": 1},
            at=panels.AT,
            expected_version=formation.version,
        )


def test_what_is_fixed_by_hand_holds(office):
    people = factory.experts(30)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    fix = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    actions.lock_expert(
        **fix, person_id=people[1].pk, must=True, role="chair", reason="Đầu ngành."
    )
    actions.lock_expert(**fix, person_id=people[0].pk, must=False, reason="Bận.")
    with pytest.raises(Invalid):
        actions.lock_expert(**fix, person_id=people[2].pk, must=True, reason=" ")
    with pytest.raises(StepNotAllowed):
        actions.lock_expert(**fix, person_id=people[0].pk, must=False, reason="Lại.")
    with pytest.raises(NotFound):
        actions.lock_expert(**fix, person_id=0, must=True, reason="Ai?")
    run = factory.computed(office, formation)
    assert Place.objects.get(run=run, role="chair").person_id == people[1].pk
    assert people[0].pk not in seated(run)
    lock = ExpertLock.objects.get(person=people[0])
    actions.unlock_expert(**fix, lock_id=lock.pk)
    assert ExpertLock.objects.count() == 1


def test_a_wish_tips_the_scale_and_a_conflict_bars(office):
    people = factory.experts(30)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    change(office, formation, per_organisation=0)
    item = formation.items.get()
    Bid.objects.create(item=item, person=people[4], wish="eager", made_at=panels.AT)
    Bid.objects.create(item=item, person=people[5], wish="conflict", made_at=panels.AT)
    frozen = freeze(plan_of(formation), Conditions.of(formation.conditions))
    problem = frozen.assignment
    assert problem.score[problem.pair(str(people[4].pk), "all")] == 0.1
    assert problem.pair(str(people[5].pk), "all") is None
    run = factory.computed(office, formation)
    assert people[4].pk in seated(run)


def test_wishes_are_asked_only_while_they_are_open_and_only_of_experts(office):
    factory.experts(10)
    member, other = panels.expert(), panels.expert()
    factory.make_expert(member)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    item = formation.items.get()

    def wish(who, word="willing"):
        return actions.bid(
            actor=who, formation_id=formation.pk, wishes={item.pk: word}, at=panels.AT
        )

    with pytest.raises(NotFound):
        wish(member)
    opened = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    actions.open_bidding(**opened, until=formation.sits_on)
    assert wish(member) == 1
    assert wish(member) == 0  # a double click says nothing new
    with pytest.raises(NotFound):
        wish(other)  # no expert by the registry
    with pytest.raises(Invalid):
        wish(member, "perhaps")
    actions.close_bidding(**opened)
    with pytest.raises(NotFound):
        wish(member, "eager")
    assert list(Bid.objects.values_list("wish", flat=True)) == ["willing"]


def test_an_expert_in_conflict_is_asked_about_the_other_cases_only(office):
    member = panels.expert()
    factory.make_expert(member)
    one, two = panels.eligible_dossiers(office, 2)
    Positions.create(person_id=member.person_id, organisation_id=one.host_id)
    formation = factory.planned(office, [one, two])
    actions.open_bidding(
        actor=office.officer,
        formation_id=formation.pk,
        until=formation.sits_on,
        at=panels.AT,
    )
    asked = queries.items_to_wish(member, on=panels.AT.date())
    assert [row.dossier_id for row in asked] == [two.pk]


def test_a_rival_is_asked_about_nothing(office):
    member = panels.expert()
    factory.make_expert(member)
    one, two = panels.eligible_dossiers(office, 2)
    type(one).objects.filter(pk=one.pk).update(leader_id=member.person_id)
    formation = factory.planned(office, [one, two])
    actions.open_bidding(
        actor=office.officer,
        formation_id=formation.pk,
        until=formation.sits_on,
        at=panels.AT,
    )
    assert queries.items_to_wish(member, on=panels.AT.date()) == []


# ---- the run and its proof


def test_the_same_bytes_are_computed_again(office):
    factory.experts(20)
    formation = factory.planned(
        office, panels.eligible_dossiers(office, 2), mode="apart"
    )
    run = factory.computed(office, formation)
    again = {"actor": office.officer, "run_public_id": run.public_id}
    assert actions.recompute_run(**again) is True
    FormationRun.objects.filter(pk=run.pk).update(solution_digest="0" * 64)
    assert actions.recompute_run(**again) is False


def test_a_run_that_the_clock_ended_says_so_and_is_not_compared_to_the_byte(
    office, monkeypatch
):
    people = factory.experts(30)
    dossiers = panels.eligible_dossiers(office, 2)
    for one in people[::3]:
        written(one, dossiers[0].title_vi)
    formation = factory.planned(office, dossiers)
    monkeypatch.setattr("opensti.domains.panels.problem.solving.SECONDS", 1e-6)
    run = factory.computed(office, formation)
    assert (run.state, run.proof["repeatable"]) == ("solved", False)
    assert len(seated(run)) == 7
    with pytest.raises(StepNotAllowed):
        actions.recompute_run(actor=office.officer, run_public_id=run.public_id)


def test_a_run_says_which_conditions_contradict_and_what_mends_it(office):
    factory.experts(12)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    change(office, formation, enterprise=6, lead_senior=False)
    run = factory.computed(office, formation)
    assert run.state == "infeasible"
    assert "enterprise" in {rule["rule"] for rule in run.conflict["rules"]}
    assert {
        "rule": "enterprise",
        "least": 2,
        "times": 1,
    } in run.conflict["relax"]
    told = queries.contradiction_in_words(run, {})
    assert any("6" in rule.words and rule.candidates for rule in told.rules)
    assert actions.recompute_run(actor=office.officer, run_public_id=run.public_id)
    with pytest.raises(StepNotAllowed):
        approved(office, formation, run)
    actions.relax_formation(
        actor=office.officer, formation_id=formation.pk, at=panels.AT
    )
    assert factory.computed(office, formation).state == "solved"


def test_a_double_click_asks_for_one_run(office):
    factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    ask = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    first = actions.ask_run(**ask)
    assert actions.ask_run(**ask) == first
    Job.objects.update(state=JobState.CANCELLED)
    second = actions.ask_run(**ask)
    first.refresh_from_db()
    assert (first.state, second.number) == ("failed", 2)


def to_be_drawn(office, *, cap=0.6):
    factory.experts(30)
    formation = factory.planned(
        office, panels.eligible_dossiers(office, 2), mode="apart"
    )
    change(office, formation, objective="random", cap=cap)
    return formation


def test_a_draw_needs_a_committed_seed_and_reveals_it(office):
    formation = to_be_drawn(office)
    with pytest.raises(StepNotAllowed):
        factory.computed(office, formation)
    act = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    actions.commit_seed(**act)
    with pytest.raises(StepNotAllowed):
        actions.commit_seed(**act)
    committed = Entry.objects.filter(act="panels.commit_seed").get()
    run = factory.computed(office, formation)
    assert run.state == "solved"
    seed = run.proof["seed"]
    assert sha256(seed.encode()).hexdigest() in str(committed.body)
    assert seed in str(Entry.objects.filter(act="panels.finish_run").get().body)
    assert run.proof["highest"] <= 0.6
    assert run.proof["expected"] <= run.proof["bound_expected"] + 1e-9
    formation.refresh_from_db()
    assert (formation.seed, formation.seed_digest) == ("", "")
    assert actions.recompute_run(actor=office.officer, run_public_id=run.public_id)
    [one, two] = approved(office, formation, run)
    assert one.seats.count() == two.seats.count() == 7


def test_drawn_councils_keep_every_condition_and_anyone_can_draw_again(office):
    formation = to_be_drawn(office)
    factory.committed(office, formation)
    run = factory.computed(office, formation)
    frozen, drawn = frozen_of(run), solution_of(run)
    assert len(drawn.mixture) > 1
    names = frozen.assignment.proposals
    assert any(rule.name == "seat-chair" for rule in frozen.assignment.rules)
    for _weight, panels_ in drawn.mixture:
        for name, panel in zip(names, panels_, strict=True):
            rules = Checker(frozen.assignment, name)
            people = dict.fromkeys(panel, "member")
            broken = rules.broken(people)
            assert {name for name in broken if not name.startswith("seat-")} == set()
    number = int.from_bytes(sha256(f"{drawn.seed}:0".encode()).digest())
    number %= drawn.denominator  # the first number of the chance is below the room
    ends = accumulate(weight for weight, _panels in drawn.mixture)
    place = next(place for place, end in enumerate(ends) if number < end)
    assert [sorted(panel) for panel in drawn.mixture[place][1]] == [
        sorted(c.expert for c in drawn.panel(name)) for name in names
    ]
    assert next(row[:2] for row in mixture_of(run)) == (1, drawn.mixture[0][0])


def test_a_limit_too_small_for_the_conditions_says_which_one_would_do(office):
    formation = to_be_drawn(office, cap=0.05)
    factory.committed(office, formation)
    run = factory.computed(office, formation)
    assert run.state == "infeasible"
    assert [rule["rule"] for rule in run.conflict["rules"]] == ["cap"]
    told = queries.contradiction_in_words(run, {})
    assert (told.proved, told.relax[0].least) == (True, 0)
    assert "0.050" in told.relax[0].words
    actions.relax_formation(
        actor=office.officer, formation_id=formation.pk, at=panels.AT
    )
    factory.committed(office, formation)
    assert factory.computed(office, formation).state == "solved"


def test_a_stopped_draw_spends_its_seed_and_the_next_needs_another(office):
    formation = to_be_drawn(office)
    act = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    first = factory.committed(office, formation).seed
    run = actions.ask_run(**act)
    actions.fail_run(actor=office.officer, run_id=run.pk, at=panels.AT)
    stopped = Entry.objects.filter(act="panels.fail_run").get()
    assert first in str(stopped.body)
    with pytest.raises(StepNotAllowed):
        actions.ask_run(**act)
    second = factory.committed(office, formation).seed
    assert second != first
    assert factory.computed(office, formation).proof["seed"] == second
    assert not actions.fail_run(actor=office.officer, run_id=run.pk, at=panels.AT)
    assert Entry.objects.filter(act="panels.fail_run").count() == 1


def test_a_draw_whose_work_was_cancelled_spends_its_seed_though_it_is_refused(office):
    formation = to_be_drawn(office)
    act = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    factory.committed(office, formation)
    run = actions.ask_run(**act)
    Job.objects.update(state=JobState.CANCELLED)
    with pytest.raises(StepNotAllowed):
        actions.ask_run(**act)
    run.refresh_from_db()
    formation.refresh_from_db()
    assert (run.state, formation.seed_digest) == ("failed", "")
    factory.committed(office, formation)
    assert actions.ask_run(**act).number == 2


def test_an_exchange_by_hand_has_its_exact_price(office):
    people = factory.experts(30)
    dossier = panels.eligible_dossiers(office)[0]
    for one in people[:7]:
        written(one, dossier.title_vi)
    formation = factory.planned(office, [dossier])
    change(office, formation, per_organisation=0)
    run = factory.computed(office, formation)
    place = Place.objects.filter(run=run, role="member").first()
    [choice, *_rest] = why_this(office.officer, run, place.pk).choices
    before = sum(p.score for p in Place.objects.filter(run=run))
    swap = {"actor": office.officer, "place_id": place.pk, "at": panels.AT}
    with pytest.raises(Invalid):
        actions.swap_place(**swap, person_id=choice.person_id, reason="")
    with pytest.raises(Invalid):
        actions.swap_place(
            **swap, person_id=place.person_id, reason="Sits here already."
        )
    changed = actions.swap_place(
        **swap, person_id=choice.person_id, reason="Am hiểu thực tiễn."
    )
    after = sum(p.score for p in Place.objects.filter(run=run))
    assert changed.price == pytest.approx(choice.price)
    assert before - after == pytest.approx(choice.price)
    assert changed.instead_of_id == place.person_id


def test_why_not_gives_the_reason_or_the_price_of_the_whole_plan(office):
    people = factory.experts(30)
    dossier = panels.eligible_dossiers(office)[0]
    Positions.create(person=people[0], organisation_id=dossier.host_id)
    formation = factory.planned(office, [dossier])
    run = factory.computed(office, formation)
    barred = why_not(run, person_id=people[0].pk, item_id=None)
    assert (barred.reason != "", barred.price) == (True, None)
    free = next(p for p in people[1:] if p.pk not in seated(run))
    assert why_not(run, person_id=free.pk, item_id=None).price >= 0
    stranger = panels.expert()
    told = why_not(run, person_id=stranger.person_id, item_id=None)
    assert told.price is None


# ---- councils come of it


def test_if_one_seat_is_refused_no_council_is_formed(office):
    factory.experts(30)
    dossiers = panels.eligible_dossiers(office, 2)
    formation = factory.planned(office, dossiers, mode="apart")
    run = factory.computed(office, formation)
    last = Place.objects.filter(run=run).order_by("-item__position", "-pk").first()
    Positions.create(
        person_id=last.person_id, organisation_id=last.item.dossier.host_id
    )
    with pytest.raises(Invalid):
        approved(office, formation, run)
    assert Council.objects.count() == 0
    formation.refresh_from_db()
    assert formation.state == "planned"


def test_the_reserve_stands_by_and_the_first_of_it_comes_in(office):
    factory.experts(40)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    run = factory.computed(office, formation)
    [council] = approved(office, formation, run)
    panels.set_up(office, council)
    reserve = list(Reserve.objects.filter(council=council))
    assert len(reserve) >= 5
    assert not {r.person_id for r in reserve} & seated(run)
    seat = Seat.objects.get(council=council, role="chair")
    ranked = replacements(seat.pk)
    assert [r.rank for r in ranked if r.rank] == sorted(
        r.rank for r in ranked if r.rank
    )
    away = Reserve.objects.get(council=council, person_id=ranked[0].person_id)
    day = formation.sits_on
    Unavailability.objects.create(
        person=away.person,
        since=panels.AT.date(),
        until=date(2027, 1, 1),
        entered_by_id=office.officer.user_id,
        entered_at=panels.AT,
    )
    assert away.person_id not in {r.person_id for r in replacements(seat.pk, on=day)}
    with pytest.raises(Invalid):
        actions.replace_from_reserve(
            actor=office.officer,
            seat_id=seat.pk,
            person_id=away.person_id,
            decision_number="3/QĐ",
            at=panels.AT,
        )
    made = actions.replace_from_reserve(
        actor=office.officer, seat_id=seat.pk, decision_number="3/QĐ", at=panels.AT
    )
    assert (made.role, made.state) == ("chair", "invited")
    assert queries.composition(council, list(council.seats.all())) == []


def test_reviewers_are_spread_over_the_members_of_a_council(office):
    dossiers = panels.eligible_dossiers(office, 3)
    council, members = panels.prepared(office, dossiers=dossiers)
    formation = actions.plan_formation(
        actor=office.secretary, mode="reviewers", council_id=council.pk, at=panels.AT
    )
    change(office, formation, most_load=1)
    run = factory.computed(office, formation)
    actions.approve_formation(
        actor=office.officer, formation_id=formation.pk, run_id=run.pk, at=panels.AT
    )
    named = Assignment.objects.filter(item__council=council)
    assert named.count() == 6
    assert len({a.seat_id for a in named}) == 6
    assert len(members) == 7


# ---- who may, who sees


def test_only_planners_plan_and_only_officers_approve(office):
    factory.experts(20)
    dossiers = panels.eligible_dossiers(office)
    for role in (Role.EXPERT, Role.APPLICANT, Role.LEADER, Role.AUDITOR):
        with pytest.raises(AccessDenied):
            actions.plan_formation(
                actor=person(role),
                mode="together",
                title_vi="H",
                dossier_ids=[dossiers[0].pk],
                at=panels.AT,
            )
    formation = factory.planned(office, dossiers)
    run = factory.computed(office, formation)
    with pytest.raises(AccessDenied):
        actions.approve_formation(
            actor=office.secretary,
            formation_id=formation.pk,
            run_id=run.pk,
            at=panels.AT,
        )


def test_an_official_party_to_one_case_sees_nothing_of_the_plan(office):
    factory.experts(20)
    one, two = panels.eligible_dossiers(office, 2)
    someone = panels.expert()
    party = actor_of(
        type(one).created_by.field.related_model.objects.get(pk=someone.user_id),
        Role.OFFICER,
        person_id=someone.person_id,
    )
    formation = factory.planned(office, [one, two])
    factory.computed(office, formation)

    def seen():
        return {m.__name__: visible(party, m.objects.all()).count() for m in MODELS}

    assert seen()["Formation"] == 1
    assert seen()["Place"] == 7
    type(one).objects.filter(pk=one.pk).update(leader_id=someone.person_id)
    assert seen() == {m.__name__: 0 for m in MODELS}
    with pytest.raises(NotFound):
        queries.formation(party, formation.public_id)


def test_a_chosen_expert_sees_nothing_of_the_plan(office):
    people = factory.experts(20)
    member = panels.expert()
    factory.make_expert(member)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    factory.computed(office, formation)
    assert all(not visible(member, m.objects.all()).exists() for m in MODELS)
    assert len(people) == 20


def test_an_absence_is_the_experts_own_and_the_offices(office):
    member, other = panels.expert(), panels.expert()
    day = panels.AT.date() + timedelta(days=3)
    said = {"since": day, "last": day, "reason": "Đi chữa bệnh", "at": panels.AT}
    with pytest.raises(AccessDenied):
        actions.set_unavailable(actor=other, person_id=member.person_id, **said)
    actions.set_unavailable(actor=member, person_id=member.person_id, **said)
    actions.set_unavailable(actor=member, person_id=member.person_id, **said)
    assert Unavailability.objects.count() == 1
    rows = Unavailability.objects.all()
    assert [visible(a, rows).count() for a in (member, other, office.officer)] == [
        1,
        0,
        1,
    ]
    with pytest.raises(NotFound):
        actions.drop_unavailable(
            actor=other, unavailability_id=rows.get().pk, at=panels.AT
        )
    kept = Entry.objects.get(act="panels.set_unavailable")
    assert "chữa bệnh" not in str(kept.body)


def test_a_plan_is_given_up_with_a_reason_and_then_stands_still(office):
    factory.experts(20)
    formation = factory.planned(office, panels.eligible_dossiers(office))
    drop = {"actor": office.officer, "formation_id": formation.pk, "at": panels.AT}
    with pytest.raises(Invalid):
        actions.drop_formation(**drop, reason=" ")
    actions.drop_formation(**drop, reason="Đợt này hủy.")
    with pytest.raises(StepNotAllowed):
        change(office, formation, seniors=1)


def test_freezing_asks_as_much_for_many_as_for_few(office, django_assert_num_queries):
    factory.experts(12)
    few = factory.planned(office, panels.eligible_dossiers(office), mode="apart")
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    conditions = Conditions.of(few.conditions)
    with CaptureQueriesContext(connection) as asked:
        freeze(plan_of(few), conditions)
    factory.experts(20)
    many = factory.planned(office, panels.eligible_dossiers(office, 3), mode="apart")
    with django_assert_num_queries(len(asked)):
        freeze(plan_of(many), conditions)
