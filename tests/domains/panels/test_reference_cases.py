"""The cases of the reference's section H.3, under the procedures as they are shipped.

Every case goes the way an office goes: the files of ``procedures/`` are loaded, councils
are formed, seated, called and counted by the actions. docs/methods/ballots.md lists them.
"""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from sti_methods import ballots as counting

from opensti.domains.calls import actions as calls
from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import Allowance, Sheet
from opensti.domains.panels.models import Council
from opensti.domains.panels.queries import sheet_of
from opensti.domains.procedures.actions import load_regimes, set_switch
from opensti.domains.procedures.models import Deadline
from opensti.domains.procedures.queries import active_version, regime_of
from opensti.domains.procedures.regimes.counting import rating_rule
from opensti.domains.procedures.regimes.loading import load_file
from opensti.domains.tasks import actions as task_actions
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.refusals import Invalid, StepNotAllowed
from tests.factories import calls as call_factory
from tests.factories import panels
from tests.factories import tasks as task_factory
from tests.factories.kept import kept
from tests.factories.registry import Organisations
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db

DECISION = Allowance(reason="Nhiệm vụ liên ngành", number="999/QĐ-BCT")
SHARED = ("title", "leader", "months", "summary_vi", "refers", "objectives", "methods")
SHARED += ("impact", "host_capacity", "true_content", "one_state_source", "no_bar")
INNOVATION = {
    **{key: call_factory.ANSWERS[key] for key in SHARED},
    "innovation_kind": "startup_support",
    "situation": "Dây chuyền cũ.",
    "contents": [
        {
            "content": "Đào tạo",
            "output": "20 kỹ sư",
            "from_month": 1,
            "to_month": 6,
            "amount": 300_000_000,
            "evidence": "Danh sách",
        },
        {
            "content": "Thử nghiệm",
            "output": "1 dây chuyền",
            "from_month": 7,
            "to_month": 24,
            "amount": 700_000_000,
            "evidence": "Biên bản",
        },
    ],
    "indicators": [{"name": "Năng suất", "before": "1", "after": "2"}],
}


@pytest.fixture(autouse=True)
def _loaded():
    task_factory.regimes()


NINE = ("chair", "vice", "secretary", *["member"] * 6)
REVIEW = ("chair", "vice", "secretary", *["member"] * 4)


@kept
def dossier_under(
    office, regime, kind, *, host=None, order=None, answers=call_factory.ANSWERS
):
    """One valid dossier in a call under a procedure that is loaded."""
    call = calls.publish_call(
        actor=office.officer,
        call_id=calls.draft_call(
            actor=office.officer,
            code="BCT-1",
            title_vi="Tuyển chọn nhiệm vụ năm 2026",
            opens_at=call_factory.OPENS,
            closes_at=call_factory.CLOSES,
            at=call_factory.OPENS,
            order_ids=[order.pk] if order else [],
            regime_version_id=active_version(regime).pk,
            kind=kind,
        ).pk,
        at=call_factory.OPENS,
    )
    writer = call_factory.applicant(host or Organisations.create())
    dossier = call_factory.started(writer, call, order_id=order and order.pk)
    said = {"dossier_id": dossier.pk, "at": call_factory.AT, "actor": writer}
    calls.save_dossier(
        answers=answers, team=call_factory.TEAM, budget=call_factory.BUDGET, **said
    )
    dossier.refresh_from_db()
    call_factory.signed(writer, dossier)
    dossier = calls.submit_dossier(**said)
    call_factory.opened(office.officer, call)
    return call_factory.eligible(office.officer, dossier)


def determined(office, kind, votes, *, roles, present=None, drafted=panels.OLD):
    """The council on one order: so many say yes, the others no."""
    order = panels.old_order(office, kind=kind, drafted=drafted)
    council = panels.formed(office, orders=[order], kind="determination")
    members = panels.seated(office, council, roles[:11])
    for role in roles[11:]:
        more = panels.expert()
        actions.add_seat(
            actor=office.officer,
            council_id=council.pk,
            person_id=more.person_id,
            role=role,
            allowance=DECISION,
            at=panels.AT,
        )
        members.append(more)
    panels.set_up(office, council, allowance=DECISION if roles[11:] else None)
    panels.accepted(council, members)
    panels.with_documents(office, council)
    there = members[:present] if present else members
    panels.in_session(office, council, there)
    for number, member in enumerate(there):
        panels.voted(member, panels.item_of(council), "yes" if number < votes else "no")
    panels.concluded(office, council)
    return panels.item_of(council)


def scored(office, dossier, totals, roles):
    """The council on one dossier: each member gives a sum, first criteria first."""
    council, members = panels.prepared(office, dossiers=[dossier], roles=roles)
    there = members[: len(totals)]
    panels.in_session(office, council, there)
    item = panels.item_of(council)
    for member, total in zip(there, totals, strict=True):
        panels.cast(member, item, panels.scored(sheet_of(item), total))
    panels.concluded(office, council)
    return panels.item_of(council)


def shares(item):
    return [
        (s["code"], s["values"]["count"], s["values"]["base"])
        for s in item.result["figures"]["steps"]
    ]


def test_h3_1_four_of_six_present_is_two_thirds_but_four_of_nine_less_than_half(office):
    item = determined(office, "ministry_task", 4, roles=NINE, present=6)

    assert shares(item) == [("share_holds", 4, 6), ("share_fails", 4, 9)]
    assert item.outcome == "not_proposed"
    item.order.case.refresh_from_db()
    assert item.order.case.state == "rejected"


# ---- 2 and 3: ratings. Acceptance is no act of this issue; its rule is in the files.


def rated(regime, **levels):
    """What the acceptance council of a loaded procedure says of these ratings."""
    found = regime_of(active_version(regime))
    (rule,) = [r for r in found.council_rules if r.ballot and r.ballot.kind == "rating"]
    given = [level for level, n in levels.items() for _ in range(n)]
    return counting.rate(
        rating_rule(found.rating_rule(rule.ballot.rating)),
        {str(n): level for n, level in enumerate(given)},
        present=len(given),
        total=len(given),
    ).level


@pytest.mark.parametrize("regime", ["moit_2014", "national_2013"])
def test_h3_2_three_fails_of_nine_are_not_more_than_a_third_four_are(regime):
    assert rated(regime, **{"pass": 6, "fail": 3}) == "pass"
    assert rated(regime, excellent=6, fail=3) == "pass"
    assert rated(regime, **{"pass": 5, "fail": 4}) == "fail"


@pytest.mark.parametrize("regime", ["moit_2014", "national_2013"])
def test_h3_3_six_of_eight_are_three_quarters_unless_somebody_fails_it(regime):
    assert rated(regime, excellent=6, **{"pass": 2}) == "excellent"
    assert rated(regime, excellent=6, **{"pass": 1, "fail": 1}) == "pass"


# ---- 4: more than three quarters, and two thirds


@pytest.mark.parametrize(("votes", "outcome"), [(9, "not_proposed"), (10, "proposed")])
def test_h3_4_nine_of_twelve_are_not_more_than_three_quarters(office, votes, outcome):
    """Twelve are one more than the circular allows: the head's decision lets them sit."""
    item = determined(
        office,
        "national_task",
        votes,
        roles=(*panels.NATIONAL_SEATS, *["member"] * 5),
        drafted=panels.NATIONAL,
    )
    code = "share_holds" if votes == 10 else "share_fails"
    assert (shares(item), item.outcome) == ([(code, votes, 12)], outcome)


@pytest.mark.parametrize(("votes", "outcome"), [(6, "proposed"), (5, "not_proposed")])
def test_h3_4_six_of_nine_ballots_are_two_thirds(office, votes, outcome):
    dossier = dossier_under(office, "nd268_2025", "innovation_task", answers=INNOVATION)
    council, members = panels.prepared(
        office, dossiers=[dossier], roles=(*REVIEW, "member", "member")
    )
    panels.in_session(office, council)
    item = panels.item_of(council)
    assert item.sheet_code == ""  # no sheet of the decree was read for technology
    for number, member in enumerate(members):
        say = "yes" if number < votes else "no"
        given = Sheet(votes={c["id"]: say for c in item.contents}, opinion="Rõ.")
        panels.cast(member, item, given)
    panels.concluded(office, council)

    item = panels.item_of(council)
    asked = Decimal(1_000_000_000) if outcome == "proposed" else None
    assert (item.outcome, item.proposed_amount) == (outcome, asked)
    assert [(c["id"], c["yes"], c["cast"]) for c in _contents(item)] == [
        ("c1", votes, 9),
        ("c2", votes, 9),
    ]


def _contents(item):
    return item.result["figures"]["contents"]


# ---- 5 and 6: outliers, the proposer's bonus, zeros


def test_h3_5_sixty_is_too_far_from_the_mean_and_the_proposer_gets_a_tenth_more(office):
    host = Organisations.create()
    order = order_of(office, host, kind="de_tai")
    dossier = dossier_under(
        office, "national_2013", "national_task", host=host, order=order
    )
    item = scored(
        office,
        dossier,
        ["90", "88", "86", "85", "60", "84", "87"],
        panels.NATIONAL_SEATS,
    )

    figures = item.result["figures"]
    assert Fraction(figures["mean_of_all"]) == Fraction(580, 7)
    assert Fraction(figures["mean"]) == Fraction(260, 3)
    assert Fraction(figures["final"]) == Fraction(286, 3)
    assert [b["total"] for b in figures["ballots"] if not b["valid"]] == ["60"]
    assert (item.outcome, item.mean) == ("proposed", Decimal("95.33"))


def order_of(office, host, **said):
    """An approved order that answers a need of this host."""
    leader, manager = person(Role.LEADER), call_factory.manager(host)
    need = task_actions.draft_need(
        actor=manager,
        at=task_factory.AT,
        organisation_id=host.pk,
        answers=task_factory.ANSWERS,
    )
    task_actions.submit_need(actor=manager, need_id=need.pk, at=task_factory.AT)
    task_actions.accept_need(actor=office.officer, need_id=need.pk, at=task_factory.AT)
    return task_factory.approved(office.officer, leader, need_ids=[need.pk], **said)


@pytest.mark.parametrize(("zeros", "outcome"), [(2, "proposed"), (3, "not_proposed")])
def test_h3_6_zeros_of_more_than_a_quarter_of_eight_present(office, zeros, outcome):
    dossier = dossier_under(office, "national_2013", "national_task")
    totals = ["84"] * zeros + ["90"] * (
        8 - zeros
    )  # 84: the last criterion gets nothing
    item = scored(office, dossier, totals, (*panels.NATIONAL_SEATS, "member"))
    assert item.outcome == outcome


@pytest.mark.parametrize(("zeros", "outcome"), [(3, "proposed"), (4, "not_proposed")])
def test_h3_6_zeros_of_more_than_a_third_of_nine_present(office, zeros, outcome):
    dossier = dossier_under(office, "moit_2014", "ministry_task")
    item = scored(office, dossier, ["84"] * zeros + ["90"] * (9 - zeros), NINE)
    assert item.outcome == outcome


# ---- 7: thresholds on the sheet


@pytest.mark.parametrize(
    ("kind", "sheet_id", "feasibility", "total", "passed"),
    [
        ("productivity_firms", "I.10A", 38, 72, False),
        ("productivity_firms", "I.10A", 40, 72, True),
        ("productivity_other", "I.10B", 45, 70, True),
        ("productivity_other", "I.10B", 44, 70, False),
    ],
)
def test_h3_7_a_sheet_passes_by_total_and_feasibility(  # noqa: PLR0917
    office, kind, sheet_id, feasibility, total, passed
):
    answers = {**INNOVATION, "innovation_kind": kind}
    dossier = dossier_under(office, "nd268_2025", "innovation_task", answers=answers)
    council, members = panels.prepared(office, dossiers=[dossier], roles=REVIEW)
    panels.in_session(office, council)
    item = panels.item_of(council)
    assert item.sheet_code == sheet_id
    scores, left = {}, {True: feasibility, False: total - feasibility}
    for criterion in sheet_of(item).criteria:
        of = criterion.id == "feasibility"
        for leaf in criterion.leaves():
            given = min(int(leaf.max), left[of])
            scores[leaf.id], left[of] = str(given), left[of] - given
    for member in members:
        given = Sheet(
            scores=scores,
            comments=dict.fromkeys(scores, "Có căn cứ."),
            votes={c["id"]: "yes" if passed else "no" for c in item.contents},
            opinion="Rõ.",
        )
        panels.cast(member, item, given)
    panels.concluded(office, council)

    item = panels.item_of(council)
    assert [b["passed"] for b in item.result["figures"]["ballots"]] == [passed] * 7
    assert item.outcome == ("proposed" if passed else "not_proposed")


# ---- 8: one reviewer of seven is missing


def opened(office, dossier, roles, missing):
    """Call seven, let five come, and open; ``missing`` are the numbers of the others."""
    council, members = panels.prepared(office, dossiers=[dossier], roles=roles)
    there = [m for n, m in enumerate(members) if n not in missing]
    panels.attended(office, council, there)
    opening = queries.opening_of(Council.objects.get(pk=council.pk))
    try:
        panels.in_session(office, council, there)
    except Invalid:
        assert not opening.ready
        return opening, False
    assert opening.ready
    return opening, True


def test_h3_8a_with_one_reviewer_missing_the_2026_council_does_not_meet(office):
    (dossier,) = panels.eligible_dossiers(office)
    opening, meets = opened(office, dossier, panels.GRANT_SEATS, {3, 6})
    assert (opening.present, opening.total, opening.needed, meets) == (5, 7, 5, False)
    assert [p.met for p in opening.parts] == [True, True, False, True, True]


def test_h3_8b_a_council_of_the_decree_has_no_reviewers_and_meets(office):
    dossier = dossier_under(office, "nd268_2025", "innovation_task", answers=INNOVATION)
    opening, meets = opened(office, dossier, REVIEW, {3, 6})
    assert (opening.present, opening.total, opening.needed, meets) == (5, 7, 5, True)


def test_h3_8c_where_one_reviewer_is_enough_the_council_meets(office, tmp_path):
    """Circular 44/2026 of another ministry: a line in the file, no code."""
    folder = tmp_path / "procedures"
    shutil.copytree(Path(settings.OPENSTI_PROCEDURES_DIR), folder)
    content = load_file(folder / "moit_2026.yaml")
    rule = next(r for r in content["council_rules"] if r["id"] == "grant_council")
    rule["quorum_roles"] = ["chair_or_vice", "one_reviewer"]
    (folder / "moit_2026.yaml").write_text(
        yaml.safe_dump(content, allow_unicode=True), encoding="utf-8"
    )
    load_regimes(actor=SYSTEM, at=datetime(2026, 6, 1, 3, tzinfo=UTC), folder=folder)
    changed = active_version("moit_2026")
    dossier = dossier_under(office, "moit_2026", "ministry_task")
    assert dossier.case.regime_version_id == changed.pk
    opening, meets = opened(office, dossier, panels.GRANT_SEATS, {3, 6})
    assert (changed.version, opening.present, meets) == (2, 5, True)


# ---- what the answers to open questions make of a council


def test_the_host_of_a_national_task_revises_within_twenty_days_of_the_minutes(office):
    """TT20: asked three days after the council adopted them, seventeen are left."""
    dossier = dossier_under(office, "national_2013", "national_task")
    item = scored(office, dossier, ["80"] * 7, panels.NATIONAL_SEATS)
    adopted = panels.COUNTING + timedelta(days=2)
    actions.adopt_minutes(
        actor=office.secretary, council_id=item.council_id, at=adopted
    )
    case = dossier.case_id
    assert not Deadline.objects.filter(case=case, code="revise").exists()
    calls.request_revision(
        actor=office.officer,
        dossier_id=dossier.pk,
        reason="Làm rõ tiến độ.",
        at=adopted + timedelta(days=3),
    )
    row = Deadline.objects.get(case=case, code="revise")
    assert (row.started_on, row.due_on, row.state) == (
        date(2026, 7, 26),
        date(2026, 8, 17),  # the twentieth day is a Saturday
        "running",
    )


def test_no_council_scores_without_a_sheet(office):
    """While the ministry's forms B12a-d are missing, and none is borrowed for them."""
    set_switch(
        actor=person(Role.ADMIN),
        regime="moit_2014",
        switch="score_sheets",
        value="[]",
        reason="Chờ phiếu của Bộ.",
        at=panels.AT,
    )
    dossier = dossier_under(office, "moit_2014", "ministry_task")
    with pytest.raises(StepNotAllowed, match=r"score sheet|phiếu chấm"):
        panels.formed(office, dossiers=[dossier])
    assert Council.objects.count() == 0
