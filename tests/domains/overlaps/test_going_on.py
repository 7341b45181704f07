"""Comparing goes on: after a fault, a race, a kill, and however many works wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opensti.domains.overlaps import actions, problem
from opensti.domains.overlaps.models import Base, Document, Hit, Notice, Screening
from opensti.domains.tasks import actions as tasks
from opensti.kernel.access import Role
from tests.factories import overlaps as factory
from tests.factories import tasks as task_factory

pytestmark = pytest.mark.django_db

VERSION = problem.METHOD


def test_a_second_worker_that_comes_late_changes_nothing(story):
    from opensti.domains.overlaps.actions import screening  # noqa: PLC0415

    before = list(Document.objects.order_by("pk").values_list("pk", "left"))
    kind, stamps, texts = screening.WORKS[0]
    screening._step(kind, stamps(), texts, factory.LATER)
    assert list(Document.objects.order_by("pk").values_list("pk", "left")) == before


def broken_for(monkeypatch, need):
    """Let the comparison of one need fail as a fault of the method would."""
    whole = problem.matches

    def matches(index, document, left_out, *, least):
        if document.object_id == need.pk and document.kind == "tasks.need":
            raise ValueError("no such word")
        return whole(index, document, left_out, least=least)

    monkeypatch.setattr(problem, "matches", matches)


def states():
    rows = Screening.objects.filter(current=True) | Screening.objects.filter(
        state="waiting"
    )
    return dict(rows.values_list("object_id", "state"))


def test_a_work_that_cannot_be_compared_holds_up_no_other(db, monkeypatch):
    task_factory.regimes()
    bad, good = (
        factory.repeated_need(task_factory.person(Role.APPLICANT)) for _n in range(2)
    )
    broken_for(monkeypatch, bad)
    assert actions.screen_waiting(at=factory.LATER) == 1
    assert states() == {bad.pk: "waiting", good.pk: "done"}
    monkeypatch.undo()
    assert actions.screen_waiting(at=factory.LATER + timedelta(minutes=59)) == 0
    assert actions.screen_waiting(at=factory.LATER + timedelta(hours=1)) == 1
    assert states() == {bad.pk: "done", good.pk: "done"}


def test_an_open_work_that_cannot_be_compared_again_holds_up_no_other(db, monkeypatch):
    task_factory.regimes()
    bad, good = (
        factory.repeated_need(task_factory.person(Role.APPLICANT)) for _n in range(2)
    )
    actions.screen_waiting(at=factory.LATER)
    factory.archived(factory.REPEATED)
    broken_for(monkeypatch, bad)
    assert actions.screen_open_again(at=factory.LATER) == 1
    grown = Screening.objects.filter(current=True, reason="grown")
    assert list(grown.values_list("object_id", flat=True)) == [good.pk]
    left = Screening.objects.get(current=True, object_id=bad.pk)
    assert left.seen_again_at is None


def while_needs_are_listed(monkeypatch, act):
    """Let something happen just after the worker has read which needs there are."""
    from opensti.domains.overlaps.actions import screening  # noqa: PLC0415

    (kind, stamps, texts), *others = screening.WORKS

    def listed():
        found = stamps()
        act()
        monkeypatch.undo()
        return found

    monkeypatch.setattr(screening, "WORKS", ((kind, listed, texts), *others))


def test_a_need_filed_while_the_corpus_is_looked_through_is_compared_next(
    db, monkeypatch
):
    task_factory.regimes()
    somebody = task_factory.person(Role.APPLICANT)
    factory.archived(*factory.OTHERS)
    while_needs_are_listed(monkeypatch, lambda: factory.repeated_need(somebody))
    assert actions.screen_waiting(at=factory.LATER) == 0
    assert actions.screen_waiting(at=factory.LATER) == 1


def test_a_notice_of_an_act_that_ended_late_is_kept(db, monkeypatch):
    Notice.objects.create(pk=2_000_000, at=factory.AT)
    while_needs_are_listed(
        monkeypatch, lambda: Notice.objects.create(pk=1_000_000, at=factory.AT)
    )
    actions.refresh_corpus(at=factory.LATER)
    assert list(Notice.objects.values_list("pk", flat=True)) == [1_000_000]


def test_a_worker_killed_before_the_base_was_made_goes_on(db, monkeypatch):
    from opensti.domains.overlaps.actions import screening  # noqa: PLC0415

    def killed(_at):
        raise KeyboardInterrupt

    task_factory.regimes()
    factory.repeated_need(task_factory.person(Role.APPLICANT))
    monkeypatch.setattr(screening, "_based", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.refresh_corpus(at=factory.LATER)
    monkeypatch.undo()
    assert actions.screen_waiting(at=factory.LATER) == 1


def test_a_new_method_compares_open_works_again_though_nothing_was_filed(
    story, monkeypatch
):
    monkeypatch.setattr(problem, "METHOD", "another")
    batch = Base.objects.get().batch
    assert actions.screen_open_again(at=factory.LATER) == 0  # it finds no more
    bases = list(Base.objects.order_by("pk").values_list("batch", "method"))
    assert bases == [(batch, VERSION), (batch + 1, "another")]
    seen = Screening.objects.get(pk=story.screening.pk)
    assert (seen.seen_batch, seen.seen_again_at) == (batch + 1, factory.LATER)
    assert actions.refresh_corpus(at=factory.LATER) == batch + 1


def while_it_is_compared(monkeypatch, act):
    """Let something happen in the middle of the next comparison."""
    whole = problem.matches

    def matches(*args, **kwargs):
        monkeypatch.undo()
        act()
        return whole(*args, **kwargs)

    monkeypatch.setattr(problem, "matches", matches)


def test_an_order_changed_while_it_is_compared_is_compared_anew(db, monkeypatch):
    task_factory.regimes()
    factory.archived(factory.REPEATED)
    officer = task_factory.person(Role.OFFICER)
    order = task_factory.order(officer, title_vi="Giám sát", objectives_vi="Chưa rõ.")

    def change():
        tasks.edit_order(
            actor=officer,
            order_id=order.pk,
            title_vi=factory.REPEATED[0],
            objectives_vi=factory.REPEATED[1],
            budget_ceiling=order.budget_ceiling,
            duration_months=24,
            products=[],
            expected_version=order.version,
            at=factory.LATER,
        )

    while_it_is_compared(monkeypatch, change)
    for _round in range(3):
        actions.screen_waiting(at=factory.LATER)
    current = Screening.objects.get(object_id=order.pk, current=True)
    assert current.wording.title_vi == factory.REPEATED[0]


def test_a_verdict_given_while_its_work_is_compared_again_holds(story, monkeypatch):
    actions.ask_for_screening(
        actor=story.officer,
        kind="tasks.need",
        object_id=story.need.pk,
        at=factory.LATER,
    )
    given = []
    while_it_is_compared(
        monkeypatch,
        lambda: given.append(
            actions.give_verdict(
                actor=story.officer,
                hit_id=story.hit.pk,
                finding="decline",
                grounds="Trùng.",
                at=factory.LATER,
            )
        ),
    )
    actions.screen_waiting(at=factory.LATER)
    current = Screening.objects.get(object_id=story.need.pk, current=True)
    assert current != story.screening
    assert [current.hits.get(document=story.hit.document).verdict] == given


def test_a_likeness_that_was_too_weak_to_be_listed_is_found_when_it_grows(story):
    Hit.objects.filter(pk=story.hit.pk).update(probability=0.1)
    factory.archived(("Kho lạnh", "Kho lạnh dùng năng lượng mặt trời cho thủy sản."))
    assert actions.screen_open_again(at=factory.LATER) == 1


def test_an_index_that_was_added_to_by_half_is_not_kept(story, monkeypatch):
    base, batch = story.screening.base, story.screening.batch
    before = problem.index_anew(base, batch).digest()
    factory.archived(("Kho lạnh", "Kho lạnh."), ("Kho muối", "Kho muối."))
    later = actions.refresh_corpus(at=factory.LATER)
    whole = problem._records

    def stopped(rows):
        yield next(iter(whole(rows)))
        raise OSError("gone")

    monkeypatch.setattr(problem, "_records", stopped)
    with pytest.raises(OSError, match="gone"):
        problem.index_at(base, later)
    monkeypatch.undo()
    went_on = problem.index_at(base, later).digest()
    assert went_on == problem.index_anew(base, later).digest() != before


def test_a_whole_call_is_filed_in_two_queries(db, django_assert_num_queries):
    from opensti.domains.overlaps.actions.screening import (  # noqa: PLC0415
        file_waiting,
    )

    with django_assert_num_queries(2):
        file_waiting("calls.dossier", list(range(1, 31)), factory.AT, "filed")
    assert Screening.objects.count() == 30


def test_the_size_of_the_corpus_counts_what_is_living(story):
    factory.archived((factory.OTHERS[0][0], "Một bản tóm tắt khác hẳn."))
    batch = actions.refresh_corpus(at=factory.LATER)
    base = story.screening.base
    index = problem.index_at(base, batch)
    assert len(index) == 13
    assert problem.size_of(index, base, batch) == problem.living(batch).count() == 12
