"""What people declare, whom applicants name, and what follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opensti.domains.panels import actions, queries
from opensti.domains.panels.actions import Interest
from opensti.domains.panels.models import (
    Conflict,
    Exclusion,
    Recusal,
)
from opensti.domains.registry.choices import OrganisationStatus
from opensti.domains.registry.models import Position, Relation
from opensti.kernel.access import Role, visible
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    StepNotAllowed,
)
from tests.factories import calls, conflicts, panels
from tests.factories import portfolios as portfolio_factory
from tests.factories.registry import Organisations
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
LATER = panels.AT + timedelta(hours=1)
judge = conflicts.judge


# ---- declared


def test_a_member_declares_what_no_register_knows(office, dossier):
    council = panels.formed(office, dossiers=[dossier])
    members = panels.seated(office, council)
    panels.set_up(office, council)
    member = members[4]
    actions.declare_interests(
        actor=member,
        person_id=member.person_id,
        interests=[
            Interest(
                dossier_id=dossier.pk, kind="family", reason="Con rể của chủ nhiệm."
            )
        ],
        at=panels.AT,
    )
    case = conflicts.case_of(member, dossier)
    assert (case.kind, case.state, case.evidence[0]["about"]) == (
        "family",
        "open",
        "Con rể của chủ nhiệm.",
    )
    assert queries.items(member, council).count() == 0
    assert Recusal.objects.get().seat.person_id == member.person_id


def test_a_person_declares_only_on_what_he_was_asked_about(office, dossier):
    given = {
        "interests": [Interest(dossier_id=dossier.pk, reason="Cùng viện.")],
        "at": panels.AT,
    }
    stranger, other = panels.expert(), panels.expert()
    with pytest.raises(NotFound):
        actions.declare_interests(actor=stranger, person_id=stranger.person_id, **given)
    with pytest.raises(AccessDenied):
        actions.declare_interests(actor=stranger, person_id=other.person_id, **given)
    assert Conflict.objects.count() == 0


def test_what_was_declared_stays_when_the_search_finds_nothing(office, dossier):
    member = conflicts.in_the_pool()
    actions.declare_interests(
        actor=office.officer,
        person_id=member.person_id,
        interests=[Interest(dossier_id=dossier.pk, reason="Bạn học.")],
        at=panels.AT,
    )
    conflicts.searched(office, dossier)
    assert conflicts.case_of(member, dossier).state == "open"


def test_the_keeper_lifts_what_was_declared_but_not_what_the_registry_knows(office):
    first, second = panels.eligible_dossiers(office, 2)
    council, members = panels.prepared(office, dossiers=[first, second])
    member, item = members[5], panels.item_of(council)
    given = {
        "actor": office.secretary,
        "item_id": item.pk,
        "seat_id": panels.seat_of(council, member).pk,
        "at": LATER,
    }
    actions.recuse(reason="Có đơn.", **given)
    actions.unrecuse(reason="Đơn rút.", **given)
    assert conflicts.case_of(member, item.dossier).state == "none"
    conflicts.of_the_host(member, item.dossier)
    conflicts.searched(office, item.dossier)
    with pytest.raises(StepNotAllowed):
        actions.unrecuse(reason="Không sao.", **given)


# ---- named by the applicant


@pytest.fixture
def own(office):
    """A dossier that its writer can still see, with the writer."""
    call = calls.published(office.officer)
    writer = calls.applicant(Organisations.create())
    made = calls.submitted(writer, call)
    calls.opened(office.officer, call)
    return writer, calls.eligible(office.officer, made)


def test_an_applicant_names_a_person_with_a_reason_and_a_case_is_made(office, own):
    writer, dossier = own
    member = conflicts.in_the_pool()
    given = {"actor": writer, "dossier_id": dossier.pk, "at": panels.AT}
    with pytest.raises(Invalid):
        actions.name_exclusion(person_id=member.person_id, reason="", **given)
    actions.name_exclusion(
        person_id=member.person_id, reason="Tranh chấp sáng chế.", **given
    )
    conflicts.searched(office, dossier)
    case = conflicts.case_of(member, dossier)
    assert (case.kind, case.state) == ("named", "open")
    for reader, sees in ((writer, 1), (office.officer, 1), (member, 0)):
        assert visible(reader, Exclusion.objects.all()).count() == sees


def test_no_more_are_named_than_allowed_by_one_window_or_two(own, settings):
    writer, dossier = own
    settings.OPENSTI_EXCLUSIONS = 2
    given = {"actor": writer, "dossier_id": dossier.pk, "at": panels.AT}
    with CaptureQueriesContext(connection) as asked:
        first = actions.name_exclusion(name="Ông A", reason="Tranh chấp.", **given)
    actions.name_exclusion(name="Bà B", reason="Tranh chấp.", **given)
    with pytest.raises(Invalid):
        actions.name_exclusion(name="Ông C", reason="Tranh chấp.", **given)
    actions.withdraw_exclusion(actor=writer, exclusion_id=first.pk, at=panels.AT)
    actions.name_exclusion(name="Ông C", reason="Tranh chấp.", **given)
    # The second window waits for the first: a row lock, or the file's on SQLite.
    locks = [
        q for q in asked if "calls_dossier" in q["sql"] and "FOR UPDATE" in q["sql"]
    ]
    assert bool(locks) == connection.features.has_select_for_update


def test_an_organisation_is_named_with_everybody_in_it(office, own):
    writer, dossier = own
    member, rival = conflicts.in_the_pool(), Organisations.create()
    Position.objects.create(person_id=member.person_id, organisation=rival)
    actions.name_exclusion(
        actor=writer,
        dossier_id=dossier.pk,
        organisation_id=rival.pk,
        reason="Đối thủ cạnh tranh.",
        at=panels.AT,
    )
    conflicts.searched(office, dossier)
    assert conflicts.case_of(member, dossier).kind == "named"


def test_an_organisation_that_the_writer_may_not_know_of_tells_him_no_name(own):
    writer, dossier = own
    closed = Organisations.create(status=OrganisationStatus.INACTIVE)
    with pytest.raises(NotFound):
        actions.name_exclusion(
            actor=writer,
            dossier_id=dossier.pk,
            organisation_id=closed.pk,
            reason="Đối thủ cạnh tranh.",
            at=panels.AT,
        )
    assert Exclusion.objects.count() == 0


def test_only_a_few_are_named_and_none_once_the_council_is_set_up(office, own):
    writer, dossier = own
    given = {
        "actor": writer,
        "dossier_id": dossier.pk,
        "reason": "Tranh chấp.",
        "at": panels.AT,
    }
    made = [actions.name_exclusion(name=f"Ông {n}", **given) for n in "ABC"]
    with pytest.raises(Invalid):
        actions.name_exclusion(name="Ông D", **given)
    actions.withdraw_exclusion(actor=writer, exclusion_id=made[0].pk, at=LATER)
    council = panels.formed(office, dossiers=[dossier])
    panels.seated(office, council)
    panels.set_up(office, council)
    with pytest.raises(StepNotAllowed):
        actions.name_exclusion(name="Ông D", **given)


def test_nobody_names_for_a_dossier_of_others(own):
    _writer, dossier = own
    with pytest.raises(NotFound):
        actions.name_exclusion(
            actor=calls.applicant(Organisations.create()),
            dossier_id=dossier.pk,
            name="Ông A",
            reason="Tranh chấp.",
            at=panels.AT,
        )


def test_family_counts_however_long_ago(office, dossier):
    leader, member = conflicts.led(dossier), conflicts.in_the_pool()
    Relation.objects.create(
        person=leader,
        other_id=member.person_id,
        kind="spouse",
        since=date(1990, 1, 1),
        declared_at=panels.AT,
    )
    conflicts.searched(office, dossier)
    assert conflicts.case_of(member, dossier).kind == "family"


def test_open_cases_are_one_line_of_work_for_the_office_and_none_for_others(
    office, written_together
):
    found = {
        who: [
            (line.kind, str(line.title))
            for line in queries.work_for(actor, panels.AT.date())
            if line.kind == "panels.judge_conflict"
        ]
        for who, actor in (
            ("officer", office.officer),
            ("secretary", office.secretary),
            ("expert", written_together),
        )
    }
    line = ("panels.judge_conflict", "Kết luận về xung đột lợi ích: 1 trường hợp")
    assert found == {"officer": [line], "secretary": [line], "expert": []}


def test_an_official_in_conflict_sees_no_decision_on_it_nor_a_round_of_it_alone():
    story = portfolio_factory.judged("90")
    round_ = portfolio_factory.laid_out(story)
    official = panels.expert()
    official = person(Role.OFFICER, person_id=official.person_id)
    decisions = round_.decisions.all()
    assert visible(official, decisions).count() == 1
    actions.declare_interests(
        actor=story.officer,
        person_id=official.person_id,
        interests=[
            Interest(dossier_id=decisions.get().dossier_id, reason="Cùng bài báo.")
        ],
        at=LATER,
    )
    assert visible(official, decisions).count() == 0
    assert visible(official, type(round_).objects.all()).count() == 0
