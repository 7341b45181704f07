"""What the threshold misses: a lot drawn below it is judged, and recall told from it."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from opensti.domains.overlaps import actions, queries
from opensti.domains.overlaps.actions.screening import drawn
from opensti.domains.overlaps.choices import DRAWN_OF_256
from opensti.domains.overlaps.models import Document, Hit, Verdict
from opensti.domains.overlaps.queries.corpus import Missed, wilson
from opensti.kernel.access import Role
from opensti.kernel.refusals import StepNotAllowed
from tests.factories import overlaps as factory
from tests.factories import tasks as task_factory

pytestmark = pytest.mark.django_db


def below(story, number, *, by_lot):
    """Put likenesses below the threshold beside the one that was found."""
    documents = Document.objects.bulk_create(
        Document(
            kind="tasks.task", object_id=10_000 + n, subject=f"tasks.task:{by_lot}{n}",
            title_vi=f"Việc {n}", entered=1, left=2,
        )
        for n in range(number)
    )  # fmt: skip
    return Hit.objects.bulk_create(
        Hit(
            screening=story.screening, document=document, group="full", rank=9,
            score=0.0, probability=0.1, drawn=by_lot,
        )
        for document in documents
    )  # fmt: skip


def judge(story, hits, finding):
    for hit in hits:
        actions.give_verdict(
            actor=story.officer, hit_id=hit.pk, finding=finding, grounds="Đã đọc.",
            at=factory.LATER,
        )  # fmt: skip


def test_one_pair_of_wordings_in_twenty_is_drawn_and_always_the_same(db):
    def lot():
        return [drawn(Document(pk=n), m) for n in range(100) for m in range(100)]

    assert lot() == lot()
    assert sum(lot()) == pytest.approx(10_000 * DRAWN_OF_256 / 256, rel=0.1)


def test_what_was_found_before_there_was_a_lot_is_drawn_by_the_same(story):
    rows = below(story, 60, by_lot=False)
    wanted = {hit.pk: drawn(story.screening.wording, hit.document_id) for hit in rows}
    assert set(wanted.values()) == {True, False}
    migration = import_module("opensti.domains.overlaps.migrations.0006_drawn_of_old")
    migration.draw(apps, None)
    drawn_now = Hit.objects.filter(pk__in=wanted).values_list("pk", "drawn")
    assert dict(drawn_now) == wanted


def test_below_the_threshold_what_was_not_drawn_is_not_judged_unseen(story):
    (other,) = below(story, 1, by_lot=False)
    with pytest.raises(StepNotAllowed):
        judge(story, [other], "none")
    assert not Verdict.objects.exists()
    Hit.objects.filter(pk=other.pk).update(probability=0.6)
    judge(story, [other], "none")
    Hit.objects.filter(pk=other.pk).update(probability=0.1)
    replaced = actions.give_verdict(
        actor=story.officer, hit_id=other.pk, finding="merge", grounds="Đọc lại.",
        at=factory.LATER, replaces=Hit.objects.get(pk=other.pk).verdict_id,
    )  # fmt: skip
    assert replaced.state == "standing"


def test_what_is_found_is_drawn_by_the_lot(story):
    for hit in Hit.objects.select_related("screening__document"):
        assert hit.drawn == drawn(hit.screening.wording, hit.document_id)


def test_the_interval_is_wilsons():
    # 8 of 10, as in the tables of R. G. Newcombe, Statistics in Medicine 17 (1998)
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=1e-4)


def test_recall_is_the_share_of_real_overlap_at_or_above_the_threshold(story):
    Hit.objects.exclude(pk=story.hit.pk).delete()
    judge(story, [story.hit], "decline")
    lot = below(story, 25, by_lot=True)
    below(story, 75, by_lot=False)
    judge(story, lot[:19], "none")
    assert queries.missed(story.officer).recall is None
    judge(story, lot[19:20], "merge")
    told = queries.missed(story.officer)
    assert told == Missed(
        above=1, above_judged=1, above_real=1, below=100, drawn=25, judged=20, real=1
    )
    low, high = wilson(1, 20)
    assert told.recall == pytest.approx(
        (1 / (1 + 100 / 20), 1 / (1 + 100 * high), 1 / (1 + 100 * low))
    )


def test_recall_waits_for_verdicts_above_too_and_counts_their_doubt():
    some = {"above": 400, "below": 1000, "drawn": 50, "judged": 50, "real": 2}
    assert Missed(**some, above_judged=19, above_real=19).recall is None
    assert Missed(**some, above_judged=0, above_real=0).recall is None
    recall = Missed(**some, above_judged=20, above_real=15).recall
    (fewest, largest), (low, high) = wilson(15, 20), wilson(2, 50)
    assert recall == pytest.approx(
        (
            300 / (300 + 40),
            400 * fewest / (400 * fewest + 1000 * high),
            400 * largest / (400 * largest + 1000 * low),
        )
    )
    assert recall[1] < recall[0] < recall[2]


def test_where_nothing_judged_above_is_real_recall_is_nothing():
    few = {"above": 3, "above_judged": 3, "above_real": 0, "below": 90, "drawn": 20}
    assert Missed(**few, judged=20, real=0).recall is None
    assert Missed(**few, judged=20, real=2).recall == (0, 0, 0)


def test_who_may_not_know_of_a_work_does_not_count_its_likenesses(story):
    below(story, 3, by_lot=True)
    writer = task_factory.person(Role.OFFICER)
    story.need.created_by_id = writer.user_id
    story.need.save(update_fields=["created_by"])
    assert queries.missed(story.officer).drawn >= 3
    none = Missed(
        above=0, above_judged=0, above_real=0, below=0, drawn=0, judged=0, real=0
    )
    assert queries.missed(writer) == none
    assert queries.next_drawn(writer) is None


def test_one_drawn_by_lot_stands_for_all_it_was_drawn_of_in_the_advice(story):
    Hit.objects.exclude(pk=story.hit.pk).delete()
    Hit.objects.filter(pk=story.hit.pk).update(probability=0.95)
    judge(story, [story.hit], "decline")
    lot = below(story, 20, by_lot=True)
    Hit.objects.filter(pk__in=[hit.pk for hit in lot[10:]]).update(probability=0.6)
    judge(story, lot[:10], "none")
    judge(story, lot[10:], "merge")
    said = queries.agreement()
    # ten real at .6 and one at .95 against ten drawn at .1 that stand for some 197
    assert (said.judged, said.precision, said.advised) == (21, 1.0, 0.2)


def test_below_the_threshold_only_what_was_drawn_or_judged_is_shown(story):
    Hit.objects.exclude(pk=story.hit.pk).delete()
    (lot,), (other,) = below(story, 1, by_lot=True), below(story, 1, by_lot=False)

    def shown(asked):
        found = queries.candidates(story.officer, story.screening, asked=asked)
        return [(c.hit.pk, c.below) for c in found]

    top = (story.hit.pk, False)
    assert shown(None) == shown(other.pk) == [top]
    assert shown(lot.pk) == [top, (lot.pk, True)]
    judge(story, [lot], "none")
    assert shown(None) == [top, (lot.pk, True)]
