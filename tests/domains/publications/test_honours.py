"""Honours: by stated criteria, from frozen figures, by two people, with consent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from opensti.domains.publications import actions, queries
from opensti.domains.publications.actions import CriterionFacts
from opensti.domains.publications.choices import HonourState
from opensti.domains.publications.models import Honour, HonourCriterion, HonourRun
from opensti.domains.publications.queries.honouring import Candidate, candidates
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, StepNotAllowed
from tests.factories.pictures import USED, rows
from tests.factories.registry import Organisations, People
from tests.factories.tasks import Tasks, person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
FACTS = CriterionFacts(
    code="used",
    name_vi="Nhiều kết quả được sử dụng",
    reason_vi="Kết quả được dùng là mục đích của nhiệm vụ.",
    whom="organisation",
    measure="used",
    least=2,
)


@pytest.fixture
def leader():
    return replace(person(Role.LEADER), sudo=True)


@pytest.fixture
def other():
    return replace(person(Role.LEADER), sudo=True)


@pytest.fixture
def host():
    return Organisations.create()


@pytest.fixture
def accepted(monkeypatch, host):
    """Three accepted tasks of one host, two of them with results in use."""
    leads = People.create()
    tasks = [Tasks.create(host=host, leader=leads) for _n in range(3)]
    standing = [USED, USED, replace(USED, used=False)]
    found = [
        replace(
            row,
            task=task.public_id,
            host=replace(row.host, key=host.public_id),
            standing=replace(of, accepted_on=date(2025, 5, 5)),
        )
        for row, task, of in zip(rows(3), tasks, standing, strict=True)
    ]
    monkeypatch.setattr(
        "opensti.domains.publications.actions.honours.funded",
        lambda *_asked: tuple(found),
    )
    return tasks


def ran(actor, **changed):
    criterion = actions.state_criterion(
        actor=actor, facts=replace(FACTS, **changed), at=AT
    )
    return actions.run_honours(actor=actor, criterion_id=criterion.pk, year=2025, at=AT)


def confirmed(actor, honour):
    return actions.confirm_honour(
        actor=actor, honour_id=honour.pk, version=honour.version, at=AT
    )


def test_candidates_are_those_at_or_above_the_threshold_by_host_or_team():
    lines = [
        {"task": "t1", "host": "a", "used": 1},
        {"task": "t2", "host": "a", "used": 1},
        {"task": "t3", "host": "b", "used": 1},
    ]
    assert candidates(lines, whom="organisation", measure="used", least=2) == [
        Candidate(host="a", task="", figure=2)
    ]
    assert len(candidates(lines, whom="team", measure="used", least=1)) == 3


def test_a_criterion_is_never_changed_but_followed(leader):
    first = actions.state_criterion(actor=leader, facts=FACTS, at=AT)
    second = actions.state_criterion(actor=leader, facts=replace(FACTS, least=3), at=AT)
    found = HonourCriterion.objects.order_by("number")
    assert [(c.number, c.least, c.active) for c in found] == [
        (1, 2, False), (2, 3, True),
    ]  # fmt: skip
    assert list(queries.public_criteria()) == [second]
    with pytest.raises(StepNotAllowed):
        actions.run_honours(actor=leader, criterion_id=first.pk, year=2025, at=AT)
    with pytest.raises(Invalid):
        actions.run_honours(actor=leader, criterion_id=second.pk, year=2026, at=AT)
    assert HonourRun.objects.count() == 0


@pytest.mark.parametrize(
    "wrong", [{"name_vi": " "}, {"least": 0}, {"measure": "fame"}, {"years": 40}]
)
def test_a_criterion_that_asks_nothing_is_refused(leader, wrong):
    with pytest.raises(Invalid):
        actions.state_criterion(actor=leader, facts=replace(FACTS, **wrong), at=AT)
    assert (HonourCriterion.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.usefixtures("accepted")
def test_an_honour_is_public_once_another_person_confirmed_it(leader, other, host):
    run = ran(leader)
    (honour,) = run.honours.all()
    assert (honour.organisation, honour.figure, honour.task) == (host, 2, None)
    today = timezone.localdate(AT)
    assert list(queries.public_honours(today)) == []
    with pytest.raises(NotFound):
        queries.honour(PUBLIC, honour.public_id)
    with pytest.raises(AccessDenied):
        confirmed(leader, honour)
    confirmed(other, honour)
    assert list(queries.public_honours(today)) == [honour]
    entry = Entry.objects.get(act="publications.confirm_honour")
    assert entry.public
    assert (
        queries.public_honour(honour.public_id, today).entry_position == entry.position
    )
    with pytest.raises(StepNotAllowed):
        confirmed(other, Honour.objects.get())


@pytest.mark.usefixtures("accepted")
def test_only_leaders_confirm_and_strangers_know_of_no_candidate(leader):
    (honour,) = ran(leader).honours.all()
    for role in set(Role) - {Role.LEADER}:
        stranger = replace(person(role), sudo=True)
        with pytest.raises((AccessDenied, NotFound)):
            confirmed(stranger, honour)
    assert Honour.objects.get().state == HonourState.CANDIDATE


@pytest.mark.usefixtures("accepted")
def test_a_run_whose_figures_were_touched_confirms_nothing(leader, other):
    run = ran(leader)
    (honour,) = run.honours.all()
    _run, found = queries.honour_run(leader, run.public_id)
    assert queries.is_sound(run, found)
    run.inputs = [{**run.inputs[0], "used": 9}, *run.inputs[1:]]
    run.save(update_fields=["inputs"])
    assert not queries.is_sound(run, found)
    with pytest.raises(StepNotAllowed):
        confirmed(other, honour)


@pytest.mark.usefixtures("accepted")
def test_the_same_is_not_honoured_twice_for_one_year(leader, other):
    first = ran(leader)
    confirmed(other, first.honours.get())
    again = actions.run_honours(
        actor=leader, criterion_id=first.criterion_id, year=2025, at=AT
    ).honours.get()
    with pytest.raises(StepNotAllowed):
        confirmed(other, again)
    declined = actions.decline_honour(
        actor=other, honour_id=again.pk, reason="Đã vinh danh.", version=1, at=AT
    )
    assert declined.state == HonourState.DECLINED
    assert "Đã vinh danh" not in Entry.objects.order_by("position").last().body


@pytest.mark.usefixtures("accepted")
def test_a_withdrawn_honour_stays_in_sight_with_its_reason(leader, other):
    honour = confirmed(other, ran(leader).honours.get())
    with pytest.raises(Invalid):
        actions.withdraw_honour(
            actor=leader, honour_id=honour.pk, reason_vi=" ", version=2, at=AT
        )
    actions.withdraw_honour(
        actor=leader, honour_id=honour.pk, reason_vi="Số liệu sai.", version=2, at=AT
    )
    (found,) = queries.public_honours(timezone.localdate(AT))
    assert (found.state, found.reason_vi) == ("withdrawn", "Số liệu sai.")


def test_who_leads_a_team_is_named_only_while_that_person_agrees(
    leader, other, accepted
):
    run = ran(leader, whom="team", least=1)
    honour = confirmed(other, run.honours.get(task=accepted[0]))
    leads = accepted[0].leader
    assert queries.named_person(honour) == ""
    for actor in (leader, person(Role.EXPERT, person_id=People.create().pk)):
        with pytest.raises(AccessDenied):
            actions.agree_to_be_named(
                actor=actor, honour_id=honour.pk, agrees=True, version=2, at=AT
            )
    own = person(Role.EXPERT, person_id=leads.pk)
    for agrees, version, name in ((True, 2, str(leads)), (False, 3, "")):
        honour = actions.agree_to_be_named(
            actor=own, honour_id=honour.pk, agrees=agrees, version=version, at=AT
        )
        assert queries.named_person(honour) == name
    assert str(leads) not in "".join(Entry.objects.values_list("body", flat=True))
