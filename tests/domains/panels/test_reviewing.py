"""Reviews before the meeting: sealed, opened together, flagged to the keeper, rated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils.translation import override

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import Rating, Sheet
from opensti.domains.panels.models import (
    Conflict,
    Council,
    Note,
    PaperOpening,
    Review,
    ReviewRating,
    Undertaking,
)
from opensti.domains.procedures.actions import set_switch
from opensti.kernel.access import SYSTEM, Role, visible
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import panels
from tests.factories import tasks as task_factory
from tests.factories.kept import kept
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = panels.AT
WORDS = "Mục tiêu rõ, phương pháp phù hợp; cần nêu thêm cách đo kiểm và địa chỉ. " * 12


@pytest.fixture
def office():
    return panels.Office.new()


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


class Room:
    """A council with documents, whose two reviewers are named for the only item."""

    def __init__(self, office, number=1):
        self.office = office
        self.council, self.members = panels.prepared(
            office, dossiers=panels.eligible_dossiers(office, number)
        )
        self.item = panels.item_of(self.council)
        self.chair, self.first, self.second, self.other = (
            self.members[n] for n in (0, 2, 3, 5)
        )
        for n in range(1, number + 1):
            self.name(panels.item_of(self.council, n))

    def name(self, item, due_on=None):
        actions.assign_reviewers(
            actor=self.office.secretary,
            item_id=item.pk,
            seat_ids=[
                panels.seat_of(self.council, m).pk for m in (self.first, self.second)
            ],
            due_on=due_on,
            at=AT,
        )

    def sheet(self, total="80", opinion=WORDS):
        scored = panels.scored(queries.sheet_of(self.item), total)
        return Sheet(scores=scored.scores, comments=scored.comments, opinion=opinion)

    def hand_in(self, member, total="80", opinion=WORDS, at=AT, item=None):
        return actions.hand_in_review(
            actor=member,
            item_id=(item or self.item).pk,
            sheet=self.sheet(total, opinion),
            confidence="high",
            at=at,
        )

    def seen_by(self, actor):
        return set(visible(actor, Review.objects.all()).values_list("pk", flat=True))


@pytest.fixture
def room(office):
    return kept(Room)(office)


def acts():
    return list(Entry.objects.order_by("position").values_list("act", flat=True))


def test_a_review_stays_sealed_until_the_last_one_owed_is_in(room):
    first = room.hand_in(room.first)
    assert room.seen_by(room.first) == {first.pk}
    for nobody in (
        room.second,
        room.other,
        room.chair,
        room.office.secretary,
        room.office.officer,
    ):
        assert room.seen_by(nobody) == set()
    second = room.hand_in(room.second, "60")
    for reader in (
        room.first,
        room.second,
        room.other,
        room.chair,
        room.office.secretary,
    ):
        assert room.seen_by(reader) == {first.pk, second.pk}
    assert room.seen_by(panels.expert()) == set()
    assert acts()[-3:] == [
        "panels.hand_in_review",
        "panels.hand_in_review",
        "panels.reveal_reviews",
    ]


def test_the_record_holds_the_digest_before_and_what_opens_it_after(room):
    room.hand_in(room.first)
    review = room.hand_in(room.second)
    first = Review.objects.get(seat=panels.seat_of(room.council, room.first))
    assert queries.commitment(first) == first.digest
    opened = Entry.objects.get(act="panels.reveal_reviews").body
    assert first.digest in opened
    assert first.salt in opened
    committed = Entry.objects.filter(act="panels.hand_in_review").first().body
    assert first.digest in committed
    assert first.salt not in committed
    Review.objects.filter(pk=review.pk).update(opinion="Đã sửa sau.")
    review.refresh_from_db()
    assert not queries.is_as_committed(review)
    found = queries.preparation(room.office.secretary, room.council, today=AT.date())
    assert [
        s.kind for r in found.items[0].reviews for s in r.signs if s.kind == "altered"
    ] == ["altered"]


def test_who_still_owes_a_review_reads_no_other_even_as_a_keeper(room):
    room.name(room.item, due_on=AT.date())
    late = AT + timedelta(days=1)
    first = room.hand_in(room.first)
    with pytest.raises(Invalid):
        actions.reveal_reviews(
            actor=room.office.secretary, item_id=room.item.pk, reason=" ", at=late
        )
    assert (
        actions.reveal_reviews(
            actor=room.office.secretary,
            item_id=room.item.pk,
            reason="Phản biện 2 ốm.",
            at=late,
        )
        == 1
    )
    assert room.seen_by(room.other) == {first.pk}
    assert room.seen_by(room.second) == set()
    second = room.hand_in(room.second, at=late)
    assert room.seen_by(room.second) == {first.pk, second.pk}


def test_seals_are_not_opened_before_the_day_or_by_a_stranger(room):
    room.hand_in(room.first)
    with pytest.raises(StepNotAllowed, match="still owed"):
        actions.reveal_reviews(
            actor=room.office.secretary, item_id=room.item.pk, reason="x", at=AT
        )
    with pytest.raises(AccessDenied):
        actions.reveal_reviews(
            actor=room.chair, item_id=room.item.pk, reason="x", at=AT
        )
    with pytest.raises(NotFound):
        actions.reveal_reviews(
            actor=person(Role.SECRETARY), item_id=room.item.pk, reason="x", at=AT
        )


def test_the_meeting_opens_what_is_in_and_closes_what_is_not(room):
    first = room.hand_in(room.first)
    actions.save_review(
        actor=room.second, item_id=room.item.pk, sheet=room.sheet(), at=AT
    )
    panels.in_session(room.office, room.council)
    assert room.seen_by(room.other) == {first.pk}
    assert room.seen_by(room.second) == {first.pk, Review.objects.get(state="draft").pk}
    for act in (
        lambda: room.hand_in(room.second),
        lambda: actions.take_review_back(actor=room.first, item_id=room.item.pk, at=AT),
        lambda: actions.ask_author(
            actor=room.other, item_id=room.item.pk, text="?", at=AT
        ),
    ):
        with pytest.raises(StepNotAllowed, match="has opened"):
            act()


def test_a_sealed_review_can_be_taken_back_an_opened_one_not(room):
    room.hand_in(room.first)
    taken = actions.take_review_back(actor=room.first, item_id=room.item.pk, at=AT)
    assert (taken.state, taken.digest, taken.salt) == ("draft", "", "")
    room.hand_in(room.first)
    room.hand_in(room.second)
    with pytest.raises(StepNotAllowed, match="have been opened"):
        actions.take_review_back(actor=room.first, item_id=room.item.pk, at=AT)


def test_only_named_reviewers_write_and_a_whole_sheet_goes_in(room):
    with pytest.raises(NotFound):
        room.hand_in(room.other)
    with pytest.raises(Invalid) as refused:
        actions.hand_in_review(
            actor=room.first, item_id=room.item.pk, sheet=Sheet(), at=AT
        )
    assert {"opinion", "confidence"} <= {p.field for p in refused.value.problems}
    assert not Review.objects.exists()


def test_two_windows_do_not_overwrite_each_other(room):
    actions.save_review(
        actor=room.first,
        item_id=room.item.pk,
        sheet=room.sheet(),
        at=AT,
        expected_version=0,
    )
    with pytest.raises(Stale):
        actions.save_review(
            actor=room.first,
            item_id=room.item.pk,
            sheet=room.sheet(),
            at=AT,
            expected_version=0,
        )
    one = room.hand_in(room.first)
    assert room.hand_in(room.first).version == one.version


def test_a_member_who_is_excluded_later_leaves_no_review_behind(room):
    room.hand_in(room.first)
    room.hand_in(room.second)
    actions.recuse(
        actor=room.office.secretary,
        item_id=room.item.pk,
        seat_id=panels.seat_of(room.council, room.first).pk,
        reason="Anh em ruột.",
        at=AT,
    )
    second = Review.objects.get(seat__person_id=room.second.person_id)
    assert room.seen_by(room.first) == set()
    assert room.seen_by(room.other) == {second.pk}
    with pytest.raises(NotFound):
        actions.save_note(actor=room.first, item_id=room.item.pk, text="x", at=AT)


def test_a_review_of_somebody_with_an_open_conflict_counts_for_nobody(room):
    for member in (room.first, room.second):
        room.hand_in(member)
    actions.reveal_reviews(
        actor=room.office.secretary, item_id=room.item.pk, reason="Đủ.", at=AT
    )
    pks = set(Review.objects.values_list("pk", flat=True))
    theirs = Review.objects.get(seat__person_id=room.first.person_id).pk
    assert room.seen_by(room.other) == room.seen_by(room.office.officer) == pks
    case = Conflict.objects.create(
        person_id=room.first.person_id, dossier_id=room.item.dossier_id, kind="named",
        digest="0" * 64, probability=0.5, found_at=AT, changed_at=AT,
    )  # fmt: skip
    assert (
        room.seen_by(room.other) == room.seen_by(room.office.officer) == pks - {theirs}
    )
    case.state = "none"
    case.save()
    assert room.seen_by(room.other) == pks


def test_nothing_is_read_or_written_without_the_undertaking(room):
    seat = panels.seat_of(room.council, room.first)
    signed = Undertaking.objects.get(seat=seat)
    assert (signed.way, signed.digest) == ("online", queries.undertaking_text().digest)
    signed.delete()
    assert not queries.may_read(
        room.first, queries.item(room.first, room.item.public_id)
    )
    with pytest.raises(StepNotAllowed, match="not signed"):
        room.hand_in(room.first)


@pytest.mark.parametrize(
    "office_of_member", [Role.FINANCE, Role.OFFICER, Role.LEADER, Role.SECRETARY]
)
def test_a_member_signs_before_reading_whatever_other_office_he_holds(
    room, office_of_member
):
    both = replace(room.first, roles=room.first.roles | {office_of_member})
    if office_of_member is Role.SECRETARY:
        Council.objects.update(secretary_id=both.user_id)
    seat = panels.seat_of(room.council, both)
    item = queries.item(both, room.item.public_id)
    assert queries.may_read(both, item)
    Undertaking.objects.filter(seat=seat).delete()
    item = queries.item(both, room.item.public_id)
    assert (queries.may_read(both, item), queries.reading(both, item)) == (False, None)
    actions.answer_invitation(actor=both, seat_id=seat.pk, accept=True, at=AT)
    item = queries.item(both, room.item.public_id)
    assert queries.may_read(both, item)


def test_an_official_without_a_seat_reads_by_office(room):
    item = queries.item(room.office.secretary, room.item.public_id)
    assert queries.may_read(room.office.secretary, item)


def test_other_words_than_those_shown_are_not_signed(office):
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office), accept=False
    )
    seat = panels.seat_of(council, members[0])
    with pytest.raises(Stale):
        actions.answer_invitation(
            actor=members[0], seat_id=seat.pk, accept=True, undertaking="0" * 64, at=AT
        )
    seat.refresh_from_db()
    assert (seat.state, Undertaking.objects.count()) == ("invited", 0)


def test_a_note_is_read_by_its_writer_alone_and_leaves_no_entry(room):
    before = Entry.objects.count()
    note = actions.save_note(
        actor=room.first, item_id=room.item.pk, text="Hỏi về kinh phí.", at=AT
    )
    for other in (
        room.second,
        room.office.secretary,
        room.office.officer,
        person(Role.AUDITOR),
        person(Role.LEADER),
    ):
        assert not visible(other, Note.objects.all()).exists()
    assert visible(room.first, Note.objects.all()).get() == note
    with pytest.raises(Stale):
        actions.save_note(
            actor=room.first, item_id=room.item.pk, text="x", at=AT, expected_version=0
        )
    assert (
        actions.save_note(actor=room.first, item_id=room.item.pk, text="  ", at=AT)
        is None
    )
    assert (Note.objects.count(), Entry.objects.count()) == (0, before)


def test_readings_are_noted_for_members_only(room):
    for minutes in (0, 10, 45):
        actions.note_opening(
            actor=room.first, item_id=room.item.pk, at=AT + timedelta(minutes=minutes)
        )
    actions.note_opening(actor=room.first, item_id=room.item.pk, file="abc", at=AT)
    assert (
        actions.note_opening(actor=room.office.officer, item_id=room.item.pk, at=AT)
        is None
    )
    assert list(PaperOpening.objects.values_list("file", flat=True)) == ["", "abc", ""]
    assert not visible(room.second, PaperOpening.objects.all()).exists()


def test_each_member_reads_in_an_order_of_his_own_that_stays(office):
    room = kept(Room)(office, 6)
    orders = {
        member.person_id: [
            line.item.number
            for line in queries.reading_room(
                member, room.council, panels.seat_of(room.council, member)
            )
        ]
        for member in room.members
    }
    assert all(sorted(o) == [1, 2, 3, 4, 5, 6] for o in orders.values())
    assert len({tuple(o) for o in orders.values()}) > 1
    again = queries.reading_room(
        room.first, room.council, panels.seat_of(room.council, room.first)
    )
    assert [line.item.number for line in again] == orders[room.first.person_id]


def test_signs_are_shown_to_the_keeper_with_their_figures(room):
    actions.note_opening(actor=room.first, item_id=room.item.pk, at=AT)
    actions.note_opening(actor=room.second, item_id=room.item.pk, at=AT)
    room.name(room.item, due_on=AT.date())
    late = AT + timedelta(days=2)
    room.hand_in(room.first, "95")
    room.hand_in(room.second, "20", opinion="Không đạt.", at=late)
    found = queries.preparation(room.office.secretary, room.council, today=late.date())
    assert [[s.kind for s in line.signs] for line in found.items[0].reviews] == [
        ["outlying", "fast"],
        ["late", "outlying", "short", "copied"],
    ]
    (line,) = found.order
    assert (
        round(line.divided.least),
        round(line.divided.most),
        round(line.divided.index),
    ) == (20, 95, 75)
    chair = queries.preparation(room.chair, room.council, today=late.date())
    assert chair.order[0].divided == line.divided
    assert [r.signs for r in chair.items[0].reviews] == [(), ()]
    assert (chair.seats, chair.questions, chair.keeps) == ((), (), False)


def test_before_the_seals_open_the_keeper_learns_only_that_it_is_in(room):
    room.hand_in(room.first)
    found = queries.preparation(room.office.secretary, room.council, today=AT.date())
    assert [(r.state, r.review) for r in found.items[0].reviews] == [
        ("handed_in", None),
        ("", None),
    ]
    assert (found.order, found.alpha) == ((), None)
    row = queries.reviews(room.office.secretary).get(
        seat__person_id=room.first.person_id
    )
    assert (row.review_state, row.review_total) == ("handed_in", None)
    assert [a.seat.person_id for a in queries.reviews(room.second)] == [
        room.second.person_id
    ]
    assert not queries.reviews(room.other).exists()


def test_missing_reviews_stand_out_once_their_day_passed(room):
    room.name(room.item, due_on=AT.date())
    found = queries.preparation(
        room.office.secretary, room.council, today=AT.date() + timedelta(days=3)
    )
    assert [[(s.kind, s.text) for s in r.signs] for r in found.items[0].reviews] == [
        [("missing", "was due on 03/07/2026, 3 days ago")]
    ] * 2


def test_chair_and_secretary_rate_a_review_but_nobody_his_own(room):
    first = room.hand_in(room.first)
    room.hand_in(room.second)
    good = Rating(thorough=4, reasoned=5, useful=3, remark="Cụ thể.")
    for rater in (room.chair, room.office.secretary):
        actions.rate_review(actor=rater, review_id=first.pk, rating=good, at=AT)
        actions.rate_review(actor=rater, review_id=first.pk, rating=good, at=AT)
    assert ReviewRating.objects.count() == 2
    assert not visible(room.first, ReviewRating.objects.all()).exists()
    with pytest.raises(AccessDenied):
        actions.rate_review(actor=room.other, review_id=first.pk, rating=good, at=AT)
    with pytest.raises(Invalid):
        actions.rate_review(
            actor=room.chair,
            review_id=first.pk,
            rating=Rating(thorough=0, reasoned=6, useful=1),
            at=AT,
        )


def test_a_sealed_review_cannot_be_rated(room):
    first = room.hand_in(room.first)
    with pytest.raises(NotFound):
        actions.rate_review(
            actor=room.chair,
            review_id=first.pk,
            rating=Rating(thorough=1, reasoned=1, useful=1),
            at=AT,
        )


def test_the_day_a_review_is_due_is_named_or_the_day_of_the_meeting(room):
    room.council.refresh_from_db()
    (named, _other) = room.item.assignments.all()
    assert queries.review_due(room.council, named) == date(2026, 7, 24)
    named.due_on = date(2026, 7, 10)
    assert queries.review_due(room.council, named) == date(2026, 7, 10)


def test_a_rule_may_keep_reviewers_unnamed_to_the_members(office):
    task_factory.regimes()
    set_switch(
        actor=SYSTEM,
        regime="moit_2026",
        switch="reviewers_unnamed",
        value="[members, applicant]",
        reason="Theo quy chế.",
        at=AT,
    )
    room = kept(Room)(office)
    room.hand_in(room.first)
    room.hand_in(room.second)
    names = {m.person_id: m.name for m in (room.first, room.second)}

    def shown(actor):
        item = queries.item(actor, room.item.public_id)
        return sorted(r.shown_name for r in queries.opened_reviews(actor, item))

    assert shown(room.other) == ["Reviewer 1", "Reviewer 2"]
    assert shown(room.office.secretary) == sorted(names.values())
    mine = shown(room.first)
    assert (room.first.name in mine, room.second.name in mine) == (True, False)
    agenda = queries.agenda(room.other, room.council)
    (listed,) = queries.reviewers_shown(room.other, room.council, agenda).values()
    assert sorted(listed) == ["Reviewer 1", "Reviewer 2"]
