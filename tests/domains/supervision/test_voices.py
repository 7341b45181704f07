"""A text of a citizen from its receipt to what became of it; every step in the log."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils.translation import override

from opensti.domains.publications.queries.subjects import KINDS
from opensti.domains.supervision import actions, queries
from opensti.domains.supervision.actions import Speaker
from opensti.domains.supervision.models import Voice
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.bilingual import Words
from opensti.kernel.jobs.models import Job
from opensti.kernel.record.check import check_log
from opensti.kernel.record.models import Entry, Secret
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    StepNotAllowed,
    TooMany,
)
from tests.factories import supervision as factory
from tests.factories.registry import Organisations
from tests.factories.supervision import AT
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def officer():
    return factory.in_office(Role.OFFICER)


@pytest.fixture
def unit(officer):
    return factory.unit(officer)


def acts(voice):
    return [(line.act, line.public) for line in entries_of(voice.subject)]


def test_a_question_is_screened_assigned_answered_and_used(officer, unit):
    voice = factory.assigned(officer, unit, kind="question")
    actions.answer_voice(
        actor=officer, voice_id=voice.pk, answer="Ở ba nhà máy.", at=LATER
    )
    voice = actions.tell_use(
        actor=officer,
        voice_id=voice.pk,
        use="followed_up",
        reason="Hợp đồng được sửa.",
        link="/tasks/",
        at=LATER,
    )
    assert (voice.state, voice.use, voice.answered_at) == (
        "closed",
        "followed_up",
        LATER,
    )
    # Ten working days after Monday the 6th.
    assert voice.due_on == date(2026, 7, 20)
    assert acts(voice) == [
        ("supervision.receive", True),
        ("supervision.publish", True),
        ("supervision.assign", True),
        ("supervision.answer", True),
        ("supervision.use", True),
    ]
    assert list(queries.public_voices()) == [voice]


@pytest.mark.parametrize(
    "link", ["//elsewhere.vn", "/\\elsewhere.vn", "/\t/elsewhere.vn", "https://else.vn"]
)
def test_what_became_of_it_leads_to_a_page_of_this_site_alone(officer, unit, link):
    voice = factory.assigned(officer, unit, kind="question")
    actions.answer_voice(actor=officer, voice_id=voice.pk, answer="Có.", at=LATER)
    with pytest.raises(Invalid) as refused:
        actions.tell_use(
            actor=officer,
            voice_id=voice.pk,
            use="used",
            reason="Đã sửa.",
            link=link,
            at=LATER,
        )
    assert refused.value.field == "link"


def test_before_it_is_published_nobody_reads_it_and_the_log_holds_a_commitment():
    voice = factory.said(text="Số tiền này chi vào đâu?")
    entry = Entry.objects.get(subject=voice.subject)
    assert "chi vào đâu" not in entry.body
    assert "chi vào đâu" in Secret.objects.get(entry=entry).value
    assert list(queries.public_voices()) == []
    with pytest.raises(NotFound):
        queries.public_voice(voice.public_id)


def test_an_anonymous_text_keeps_no_account_even_of_who_is_signed_in():
    somebody = person(Role.APPLICANT)
    hidden = factory.said(actor=somebody)
    shown = factory.said(actor=somebody, speaker=Speaker(level="person"))
    ids = [
        (v.author_id, Entry.objects.get(subject=v.subject).actor_user_id)
        for v in (hidden, shown)
    ]
    assert ids == [(None, None), (somebody.user_id, somebody.user_id)]


def test_the_name_is_shown_only_as_chosen():
    somebody = person(Role.APPLICANT)
    names = [
        factory.said(
            actor=somebody, speaker=Speaker(level="person", show_name=show)
        ).shown_name
        for show in (True, False)
    ]
    assert names == [somebody.name, ""]


def test_for_an_organisation_speaks_its_manager_and_nobody_else():
    host = Organisations.create()
    manager = person(Role.MANAGER, manages=frozenset({host.pk}))
    speaker = Speaker(level="organisation", organisation_id=host.pk)
    assert factory.said(actor=manager, speaker=speaker).shown_name == str(host)
    with pytest.raises(Invalid) as refused:
        factory.said(actor=person(Role.APPLICANT), speaker=speaker)
    assert refused.value.field == "organisation"


def test_an_address_confirms_before_the_text_is_received():
    voice = factory.said(speaker=Speaker(level="email", email="an@example.vn"))
    assert (voice.state, acts(voice)) == ("unconfirmed", [])
    job = Job.objects.get()
    assert "an@example.vn" not in f"{job.payload}{job.unique_key}{job.subject}"
    assert actions.mail_voice(voice_id=voice.pk, what="confirm")
    code = actions.confirm_code(voice)
    [letter] = mail.outbox
    assert letter.subject == (
        "Xác nhận bạn là người viết / Confirm that you wrote this"
    )
    assert letter.body.count(code) == 2
    assert "If it was not you, do nothing" in letter.body
    with pytest.raises(NotFound):
        actions.confirm_voice(public_id=voice.public_id, code="0" * 32, at=AT)
    for _twice in range(2):
        voice = actions.confirm_voice(public_id=voice.public_id, code=code, at=AT)
    assert (voice.state, acts(voice)) == (
        "received",
        [("supervision.receive", True)],
    )


def test_what_is_never_confirmed_is_forgotten_and_addresses_after_the_end(officer):
    said = Speaker(level="email", email="an@example.vn")
    factory.said(speaker=said)
    kept = factory.said(speaker=said)
    actions.confirm_voice(
        public_id=kept.public_id, code=actions.confirm_code(kept), at=AT
    )
    actions.hide_voice(
        actor=officer,
        voice_id=kept.pk,
        ground_code="advertising",
        words="Bán hàng.",
        at=AT,
    )
    assert actions.forget(at=AT + timedelta(days=31)) == 2
    assert list(Voice.objects.values_list("pk", "email")) == [(kept.pk, "")]


def test_the_same_form_twice_is_one_text():
    twice = [factory.said(token="same", text="Nộp lần nữa vì mất mạng.") for _n in "12"]
    assert len({v.pk for v in twice}) == 1
    assert Entry.objects.filter(act="supervision.receive").count() == 1


def test_the_same_words_about_the_same_thing_are_refused_and_elsewhere_taken():
    about = f"task:{factory.task().public_id}"
    factory.said(about, text="Kết quả dùng ở đâu vậy?")
    with pytest.raises(Invalid) as refused:
        factory.said(about, text="KET QUA dùng ở đâu vậy")
    assert refused.value.field == "text"
    assert factory.said(text="Kết quả dùng ở đâu vậy?").state == "received"


@pytest.mark.parametrize(
    "text", ["ngắn", "x" * 4001, "Xem https://a.vn http://b.vn www.c.vn https://d.vn"]
)
def test_a_text_that_cannot_be_answered_is_refused_with_how_to_mend_it(text):
    with pytest.raises(Invalid) as refused:
        factory.said(text=text)
    assert (refused.value.field, bool(refused.value.mend)) == ("text", True)
    assert Voice.objects.count() == 0


def test_a_thing_takes_so_many_texts_a_day(monkeypatch):
    monkeypatch.setattr(
        "opensti.domains.supervision.actions.checking.MOST_PER_THING", 2
    )
    about = f"task:{factory.task().public_id}"
    for _n in range(2):
        factory.said(about)
    with pytest.raises(TooMany):
        factory.said(about)
    assert factory.said(about, at=AT + timedelta(days=2)).state == "received"


@pytest.mark.parametrize("about", ["task:nothing", "secret:x", "contract:1"])
def test_nobody_speaks_of_what_is_not_public(about):
    with pytest.raises(NotFound):
        factory.said(about)


def test_what_is_hidden_has_a_ground_of_the_list_and_words(officer):
    voice = factory.said()
    for ground, words in (("dislike", "Không hay."), ("insult", "")):
        with pytest.raises(Invalid):
            actions.hide_voice(
                actor=officer, voice_id=voice.pk, ground_code=ground, words=words, at=AT
            )
    hidden = actions.hide_voice(
        actor=officer, voice_id=voice.pk, ground_code="insult", words="Chửi.", at=AT
    )
    (row,) = queries.hidden_voices()
    assert (row.ground, row.ground_words, row.screened_role) == (
        "insult",
        "Chửi.",
        "officer",
    )
    assert "text" in row.get_deferred_fields()
    last = entries_of(hidden.subject)[-1]
    assert (last.public, last.detail) == (True, {"ground": "insult", "reason": "Chửi."})


def test_the_author_asks_once_for_a_second_person(officer):
    voice = factory.said()
    actions.hide_voice(
        actor=officer, voice_id=voice.pk, ground_code="insult", words="Chửi.", at=AT
    )
    code = actions.follow_code(voice)
    with pytest.raises(NotFound):
        actions.ask_review(code=code[:-1] + "x", reason="Không chửi ai.", at=AT)
    actions.ask_review(code=code, reason="Không chửi ai.", at=AT)
    with pytest.raises(StepNotAllowed):
        actions.ask_review(code=code, reason="Lần nữa.", at=AT)
    said = {"voice_id": voice.pk, "restore": True, "words": "Là phê bình.", "at": LATER}
    with pytest.raises(AccessDenied):
        actions.review_hiding(actor=officer, **said)
    assert list(queries.to_review(officer)) == []
    other = person(Role.OFFICER)
    assert list(queries.to_review(other)) == [voice]
    restored = actions.review_hiding(actor=other, **said)
    assert (restored.state, list(queries.public_voices())) == ("published", [voice])
    with pytest.raises(StepNotAllowed):
        actions.hide_voice(
            actor=officer,
            voice_id=voice.pk,
            ground_code="insult",
            words="Lại.",
            at=LATER,
        )


def test_nobody_screens_or_answers_his_own_text(officer):
    voice = factory.said(actor=officer, speaker=Speaker(level="person"))
    assert list(queries.to_screen(officer)) == []
    with pytest.raises(AccessDenied):
        actions.publish_voice(actor=officer, voice_id=voice.pk, at=AT)


@pytest.mark.parametrize(
    "role", [Role.APPLICANT, Role.EXPERT, Role.AUDITOR, Role.ADMIN]
)
def test_strangers_moderate_nothing_and_nothing_is_written(role):
    voice = factory.said()
    before = Entry.objects.count()
    with pytest.raises((AccessDenied, NotFound)):
        actions.publish_voice(actor=person(role), voice_id=voice.pk, at=AT)
    assert (Voice.objects.get().state, Entry.objects.count()) == ("received", before)


def test_two_officers_at_once_the_second_learns_that_it_was_screened(officer):
    voice = factory.said()
    actions.publish_voice(actor=officer, voice_id=voice.pk, at=AT)
    with pytest.raises(StepNotAllowed):
        actions.publish_voice(actor=person(Role.OFFICER), voice_id=voice.pk, at=AT)
    assert Entry.objects.filter(act="supervision.publish").count() == 1


def test_many_are_screened_at_once_all_or_none(officer):
    good, bad = factory.said(), factory.said()
    with pytest.raises(Invalid) as refused:
        actions.screen_in_bulk(
            actor=officer,
            verdicts=[(good.pk, "publish", ""), (bad.pk, "insult", "")],
            at=AT,
        )
    assert refused.value.field == f"words-{bad.pk}"
    assert set(Voice.objects.values_list("state", flat=True)) == {"received"}
    done = actions.screen_in_bulk(
        actor=officer,
        verdicts=[(good.pk, "publish", ""), (bad.pk, "insult", "Chửi.")],
        at=AT,
    )
    assert (
        done,
        list(Voice.objects.order_by("pk").values_list("state", flat=True)),
    ) == (
        2,
        ["published", "hidden"],
    )


def test_only_a_member_of_the_unit_answers_and_only_once(officer, unit):
    voice = factory.assigned(officer, unit)
    said = {"voice_id": voice.pk, "answer": "Có.", "at": AT}
    with pytest.raises(AccessDenied):
        actions.answer_voice(actor=person(Role.OFFICER), **said)
    actions.answer_voice(actor=officer, **said)
    with pytest.raises(StepNotAllowed):
        actions.answer_voice(actor=officer, **said)


def test_another_unit_takes_over_with_a_reason_and_the_same_day(officer, unit):
    voice = factory.assigned(officer, unit)
    other = factory.unit(code="tc")
    said = {"actor": officer, "voice_id": voice.pk, "unit_id": other.pk, "at": LATER}
    with pytest.raises(Invalid):
        actions.assign_voice(**said)
    moved = actions.assign_voice(**said, reason="Việc của Vụ Tài chính.")
    assert (moved.unit_id, moved.due_on) == (other.pk, voice.due_on)


def test_a_link_of_the_outcome_leads_nowhere_else(officer, unit):
    voice = factory.assigned(officer, unit)
    actions.answer_voice(actor=officer, voice_id=voice.pk, answer="Có.", at=AT)
    for link in ("https://evil.example/", "//evil.example/"):
        with pytest.raises(Invalid) as refused:
            actions.tell_use(
                actor=officer,
                voice_id=voice.pk,
                use="used",
                reason="Đã sửa.",
                link=link,
                at=AT,
            )
        assert refused.value.field == "link"


def test_units_are_measured_by_what_everybody_sees(officer, unit):
    for days in (2, 4):
        voice = factory.assigned(officer, unit)
        actions.answer_voice(
            actor=officer, voice_id=voice.pk, answer="Có.", at=AT + timedelta(days=days)
        )
    factory.assigned(officer, unit)
    factory.said()
    (row,) = queries.unit_figures(date(2026, 9, 1))
    assert (row.due, row.answered, row.in_time, row.overdue) == (3, 2, 2, 1)
    assert (row.rate, row.median_days) == (66.7, 3.0)


def test_erased_text_leaves_the_log_valid_and_nothing_of_it(officer, unit):
    voice = factory.assigned(officer, unit, text="Tôi là Nguyễn Văn Zqmột, mất tiền.")
    actions.answer_voice(
        actor=officer, voice_id=voice.pk, answer="Thưa ông Zqmột.", at=AT
    )
    assert Secret.objects.filter(value__contains="Zqmột").count() == 3
    actions.erase_voice(
        actor=person(Role.LEADER),
        voice_id=voice.pk,
        basis="Luật 91/2025/QH15",
        at=LATER,
    )
    held = [*Secret.objects.values_list("value", flat=True)]
    held += [*Entry.objects.values_list("body", flat=True)]
    held += [str(row) for row in Voice.objects.values()]
    assert [text for text in held if "Zqmột" in text] == []
    assert check_log() == []


def test_what_waits_is_on_the_page_of_the_day(officer, unit):
    factory.said()
    late = factory.assigned(officer, unit)
    items = queries.work_for(officer, date(2026, 9, 1))
    assert [(i.kind, i.due_on, i.overdue) for i in items] == [
        ("supervision.screen_by", date(2026, 7, 8), True),
        ("supervision.answer", late.due_on, True),
    ]
    assert queries.work_for(PUBLIC, date(2026, 9, 1)) == []


def test_what_hides_in_a_text_is_left_out_and_makes_it_no_other():
    about = f"task:{factory.task().public_id}"
    voice = factory.said(
        about=about, text="Kết\u200b quả \u202eở đâu\u202c,\n ai dùng?\x07"
    )
    assert voice.text == "Kết quả ở đâu,\n ai dùng?"
    for same in (
        "Kết quả ở đâu, ai d\u2060ùng?",
        "K\u0435\u0301t qu\u0430 \u043e đâu, a i dùng",
    ):
        with pytest.raises(Invalid):
            factory.said(about=about, text=same)
    assert Voice.objects.count() == 1


def test_a_task_is_called_in_both_languages_whoever_speaks_of_it():
    row = SimpleNamespace(code="BCT-1", title_vi="Máy ép", title_en="A press")
    with override("en"):
        assert KINDS["task"].label(row) == Words("BCT-1 · Máy ép", "BCT-1 · A press")
