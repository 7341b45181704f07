"""What is published is corrected by two people, in the open, and what stood before is kept."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from opensti.domains.publications import actions, queries
from opensti.domains.publications.models import Correction
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories.policies import policy
from tests.factories.tasks import Tasks, person

AT = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def task(db):
    return Tasks(title_vi="Kẻm sạch", year=2018, amount=Decimal(900_000_000))


@pytest.fixture
def officer(db):
    return person(Role.OFFICER)


@pytest.fixture
def leader(db):
    return replace(person(Role.LEADER), sudo=True)


def propose(actor, task, **changed):
    said = {
        "kind": "task",
        "public_id": task.public_id,
        "field": "title_vi",
        "value": "Kẽm sạch",
        "reason": "Lỗi chính tả",
        "basis": "Quyết định 12/QĐ-BCT",
    } | changed
    return actions.propose_correction(actor=actor, at=AT, **said)


def test_a_confirmed_correction_tells_everybody_what_was_is_and_why(
    task, officer, leader
):
    made = propose(officer, task)
    task.refresh_from_db()
    assert (task.title_vi, list(queries.history_of("task", task, at=AT).changes)) == (
        "Kẻm sạch",
        [],
    )

    actions.confirm_correction(actor=leader, public_id=made.public_id, at=AT)

    task.refresh_from_db()
    assert task.title_vi == "Kẽm sạch"
    assert "kem sach" in task.search_text
    [change] = queries.history_of("task", task, at=AT).changes
    assert (change.was, change.now, change.reason, change.correction) == (
        "Kẻm sạch",
        "Kẽm sạch",
        "Lỗi chính tả",
        True,
    )
    entry = Entry.objects.get(position=change.position)
    assert (entry.act, entry.public, entry.basis) == (
        "tasks.correct",
        True,
        "Quyết định 12/QĐ-BCT",
    )


def test_money_is_corrected_as_money(task, officer, leader):
    made = propose(officer, task, field="amount", value="950000000")
    actions.confirm_correction(actor=leader, public_id=made.public_id, at=AT)
    task.refresh_from_db()
    assert task.amount == 950_000_000
    [change] = queries.history_of("task", task, at=AT).changes
    assert (change.was, change.now) == ("900000000", "950000000")


def test_nobody_confirms_what_he_proposed(task, officer):
    made = propose(officer, task)
    with pytest.raises(AccessDenied):
        actions.confirm_correction(
            actor=replace(officer, sudo=True), public_id=made.public_id, at=AT
        )
    task.refresh_from_db()
    assert task.title_vi == "Kẻm sạch"
    assert not Entry.objects.filter(act="tasks.correct").exists()


def test_a_refused_correction_changes_nothing_and_is_answered_once(
    task, officer, leader
):
    made = propose(officer, task)
    with pytest.raises(Invalid):
        actions.refuse_correction(
            actor=leader, public_id=made.public_id, reason=" ", at=AT
        )
    actions.refuse_correction(
        actor=leader, public_id=made.public_id, reason="Đúng như quyết định", at=AT
    )
    with pytest.raises(StepNotAllowed):
        actions.confirm_correction(actor=leader, public_id=made.public_id, at=AT)
    task.refresh_from_db()
    assert task.title_vi == "Kẻm sạch"


def test_a_fact_that_changed_meanwhile_is_not_overwritten(task, officer, leader):
    made = propose(officer, task)
    task.title_vi = "Kẽm tinh sạch"
    task.save(update_fields=["title_vi"])
    with pytest.raises(Stale):
        actions.confirm_correction(actor=leader, public_id=made.public_id, at=AT)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"value": "Kẻm sạch"}, Invalid),  # what stands there already
        ({"value": " "}, Invalid),
        ({"reason": ""}, Invalid),
        ({"basis": ""}, Invalid),
        ({"field": "year", "value": "hai nghìn"}, Invalid),
        ({"field": "amount", "value": "-1"}, Invalid),
        ({"field": "leader_name", "value": "Lê Văn Nam"}, NotFound),
        ({"public_id": "khongco"}, NotFound),
        ({"kind": "contract"}, NotFound),
    ],
)
def test_what_cannot_be_corrected_so_is_refused_and_writes_nothing(
    task, officer, said, refusal
):
    with pytest.raises(refusal):
        propose(officer, task, **said)
    assert not Correction.objects.exists()


def test_a_fact_has_one_open_correction(task, officer):
    propose(officer, task)
    with pytest.raises(StepNotAllowed):
        propose(officer, task, value="Kẽm")


def test_a_stranger_neither_proposes_nor_reads_them(task, officer):
    propose(officer, task)
    stranger = person(Role.APPLICANT)
    with pytest.raises(AccessDenied):
        propose(stranger, task, field="title_en", value="Zinc")
    with pytest.raises(AccessDenied):
        queries.corrections(stranger)
    with pytest.raises(NotFound):
        queries.correction(stranger, Correction.objects.get().public_id)


def test_what_the_policy_withholds_is_not_published_by_correcting_it(
    task, officer, monkeypatch
):
    hidden = policy({"task.title": {"form": "none"}})
    where = sys.modules["opensti.domains.publications.queries.sight"]
    monkeypatch.setattr(where, "policy_in_force", lambda _day: (hidden, None))
    with pytest.raises(NotFound):
        propose(officer, task)
    assert not Correction.objects.exists()
