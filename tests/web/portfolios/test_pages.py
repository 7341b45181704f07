"""Pages of rounds, decisions, letters and objections: what they show, what they keep."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.calls import queries as calls_queries
from opensti.domains.portfolios import queries
from opensti.domains.portfolios.models import Decision, Letter, Objection, Round
from opensti.kernel.record.actions import checkpoint
from opensti.web.portfolios.documents import decision_document
from tests.factories import portfolios as factory


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"portfolios:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def post(client, name, *args, **data):
    return client.post(reverse(f"portfolios:{name}", args=args), data)


def rulings(round_, **changed):
    """The form of the leader as it was shown, with some fields changed."""
    data = {"decision_number": "188/QĐ-BCT", "version": round_.version}
    for d in round_.decisions.all():
        data |= {
            f"decision-{d.pk}-proposed": d.proposed,
            f"decision-{d.pk}-amount": "" if d.amount is None else str(d.amount),
            f"decision-{d.pk}-reason_vi": d.reason_vi,
            f"decision-{d.pk}-reason_en": d.reason_en,
        }
    return data | changed


@pytest.mark.usefixtures("db")
def test_letters_say_in_which_language_they_are_written(client_of):
    story = factory.judged("90")
    factory.decided(story)
    letter = Letter.objects.get()
    client = client_of(story.officer)
    client.cookies["django_language"] = "en"
    marked = f'<span lang="vi">{letter.subject}</span>'
    shown = page(client, "letters")
    assert marked in shown
    assert f'aria-label="Choose {letter.decision.dossier.code}"' in shown
    assert marked in page(client, "letter", letter.public_id)
    assert marked in page(client, "round", letter.decision.round.public_id)


@pytest.mark.usefixtures("db")
def test_from_the_results_to_the_released_letters(client_of):  # noqa: PLR0915 -- one walk
    story = factory.judged("90", "60")
    officer = client_of(story.officer)
    made = officer.post(
        reverse("portfolios:round_new", args=[story.call.pk]), {"title_vi": "Đợt 1"}
    )
    round_ = Round.objects.get()
    assert made.url == reverse("portfolios:round", args=[round_.public_id])
    first, second = round_.decisions.order_by("pk")
    shown = page(officer, "round", round_.public_id)
    assert first.dossier.code in shown
    assert second.dossier.code in shown
    assert "2.000.000.000" in shown
    assert "Đợt 1" in page(officer, "rounds")
    # the officer changes a reason; a second one is told
    data = {
        "proposed": "decline",
        "amount": "",
        "reason_vi": "Chưa rõ khả năng ứng dụng.",
        "reason_en": "",
        "version": round_.version,
    }
    assert post(officer, "decision_edit", second.public_id, **data).status_code == 302
    stale = post(
        officer, "decision_edit", second.public_id, **data | {"reason_vi": "Khác hẳn."}
    )
    assert stale.status_code == 409
    assert "Khác hẳn." in stale.content.decode()
    wrong = post(officer, "decision_edit", second.public_id, **data | {"reason_vi": ""})
    assert wrong.status_code == 422
    round_.refresh_from_db()
    sent = post(
        officer,
        "round_propose",
        round_.public_id,
        proposal="Kính trình",
        version=round_.version,
    )
    assert sent.status_code == 302

    leader = client_of(story.leader)
    round_.refresh_from_db()
    assert "Kính trình" in page(leader, "round", round_.public_id)
    without = post(
        leader,
        "round_decide",
        round_.public_id,
        **rulings(
            round_, **{f"decision-{first.pk}-reason_vi": "", "decision_number": "99/QĐ"}
        ),
    )
    assert without.status_code == 422
    assert "99/QĐ" in without.content.decode()
    above = post(
        leader,
        "round_decide",
        round_.public_id,
        **rulings(round_, **{f"decision-{first.pk}-amount": "4.000.000.001"}),
    )
    assert above.status_code == 422
    assert "4.000.000.001" in above.content.decode()
    done = post(leader, "round_decide", round_.public_id, **rulings(round_))
    assert done.status_code == 302
    again = post(leader, "round_decide", round_.public_id, **rulings(round_))
    assert again.status_code == 409

    officer = client_of(story.officer)
    letters = Letter.objects.order_by("pk")
    assert letters[0].subject in page(officer, "letter", letters[0].public_id)
    round_.refresh_from_db()
    early = post(officer, "round_release", round_.public_id, version=round_.version)
    assert early.status_code == 409
    edited = {
        "subject": "Thông báo kết quả",
        "body": "Kính gửi.",
        "version": letters[0].version,
    }
    assert (
        post(officer, "letter_edit", letters[0].public_id, **edited).status_code == 302
    )
    assert (
        post(officer, "letter_edit", letters[0].public_id, **edited).status_code == 409
    )
    assert post(officer, "letter_edit", letters[0].public_id).status_code == 422
    # whoever changed the words does not check them: the page says who can
    own = page(officer, "letter", letters[0].public_id)
    assert reverse("portfolios:letter_check", args=[letters[0].public_id]) not in own
    assert "chuyên viên khác không có lợi ích liên quan" in own
    assert post(officer, "letter_check", letters[0].public_id).status_code == 403
    ids = [letter.pk for letter in letters]
    preview = post(officer, "letters_check", ids=ids)
    assert preview.status_code == 200
    assert "phải được một người khác kiểm tra" in preview.content.decode()
    assert Letter.objects.filter(state="checked").count() == 0
    assert post(officer, "letters_check", ids=ids, confirmed="1").status_code == 302
    assert list(Letter.objects.order_by("pk").values_list("state", flat=True)) == [
        "prepared",
        "checked",
    ]
    colleague = client_of("officer")
    theirs = page(colleague, "letter", letters[0].public_id)
    assert reverse("portfolios:letter_check", args=[letters[0].public_id]) in theirs
    assert post(colleague, "letter_check", letters[0].public_id).status_code == 302
    assert Letter.objects.filter(state="checked").count() == 2
    officer = client_of(story.officer)
    round_.refresh_from_db()
    out = post(officer, "round_release", round_.public_id, version=round_.version)
    assert out.status_code == 302
    assert Round.objects.get().state == "released"
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        for name, thing in (
            ("round_document", round_),
            ("letter_document", letters[0]),
        ):
            got = officer.get(
                reverse(f"portfolios:{name}", args=[thing.public_id, kind])
            )
            assert (got.status_code, got.content[: len(start)]) == (200, start)
    receipt = officer.get(reverse("portfolios:receipt", args=[second.public_id]))
    assert receipt.content.startswith(b"c2sp.org/tlog-proof@v1")


@pytest.mark.django_db(transaction=True)
def test_an_applicant_reads_the_refusal_and_objects(client_of):
    story = factory.judged("90", "60")
    factory.released(story)
    refused = factory.decision_on(story.dossiers[1])
    applicant = client_of(story.applicants[1])
    shown = page(applicant, "decision", refused.public_id)
    assert refused.reason_vi in shown
    assert "60,00" not in shown.replace(refused.reason_vi, "")
    dossier = refused.dossier.public_id
    assert reverse("portfolios:object", args=[dossier]) in shown
    case = applicant.get(reverse("calls:dossier", args=[dossier])).content.decode()
    assert refused.reason_vi in case
    assert reverse("portfolios:object", args=[dossier]) in case
    page(applicant, "round", refused.round.public_id, status=404)
    page(applicant, "rounds", status=403)
    letter = Letter.objects.get(decision=refused)
    assert letter.subject in page(applicant, "letters")
    assert letter.subject in page(applicant, "letter", letter.public_id)
    checkpoint(at=now())
    receipt = applicant.get(reverse("portfolios:receipt", args=[refused.public_id]))
    assert receipt.status_code == 200
    assert refused.reason_vi in page(applicant, "object", dossier)
    assert post(applicant, "object", dossier, text="").status_code == 422
    filed = post(applicant, "object", dossier, text="Đề nghị xem lại.")
    objection = Objection.objects.get()
    assert filed.url == reverse("portfolios:objection", args=[objection.pk])
    assert "Đề nghị xem lại." in page(applicant, "objection", objection.pk)
    page(applicant, "object", dossier, status=409)
    page(applicant, "decision", refused.public_id)
    assert (
        post(applicant, "objection", objection.pk, upheld="no", answer="x").status_code
        == 403
    )

    leader = client_of(story.leader)
    assert refused.dossier.code in page(leader, "objections")
    page(leader, "objection", objection.pk)
    assert post(leader, "objection", objection.pk, upheld="no").status_code == 422
    answered = post(
        leader, "objection", objection.pk, upheld="no", answer="Giữ nguyên."
    )
    assert answered.status_code == 302
    assert "Giữ nguyên." in page(
        client_of(story.applicants[1]), "objection", objection.pk
    )
    stranger = client_of("applicant")
    page(stranger, "decision", refused.public_id, status=404)
    page(stranger, "letter", letter.public_id, status=404)
    page(stranger, "objection", objection.pk, status=404)
    page(stranger, "object", dossier, status=404)


def case_page(client, dossier):
    response = client.get(reverse("calls:dossier", args=[dossier.public_id]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.usefixtures("db")
def test_each_role_is_told_what_comes_next_after_an_objection_to_not_valid(  # noqa: PLR0915 -- one walk
    client_of,
):
    story = factory.found_invalid("Thiếu báo cáo tài chính.")
    (dossier,), (writer,) = story.dossiers, story.applicants
    to_object = reverse("portfolios:object", args=[dossier.public_id])
    to_check = reverse("calls:eligibility", args=[dossier.public_id])
    # the applicant reads why, and objects; the office is offered nothing
    shown = case_page(client_of(writer), dossier)
    assert "Thiếu báo cáo tài chính." in shown
    assert to_object in shown
    for who in (story.officer, story.leader, "secretary", "auditor"):
        shown = case_page(client_of(who), dossier)
        assert "Thiếu báo cáo tài chính." in shown
        assert to_object not in shown
        page(client_of(who), "object", dossier.public_id, status=403)
    applicant = client_of(writer)
    assert "Thiếu báo cáo" in page(applicant, "object", dossier.public_id)
    filed = post(applicant, "object", dossier.public_id, text="Báo cáo đã kèm theo.")
    objection = Objection.objects.get()
    to_answer = reverse("portfolios:objection", args=[objection.pk])
    assert filed.url == to_answer
    # open: the leader answers, all others wait
    waits = "Lãnh đạo trả lời khiếu nại"
    assert waits in case_page(applicant, dossier)
    assert to_object not in case_page(applicant, dossier)
    officer = client_of(story.officer)
    assert waits in case_page(officer, dossier)
    assert waits in case_page(client_of("secretary"), dossier)
    checks = client_of(story.officer).get(to_check).content.decode()
    assert 'value="confirm"' not in checks
    assert 'value="reject"' not in checks
    leader = client_of(story.leader)
    assert to_answer in leader.get(reverse("home")).content.decode()
    assert "Ông/bà là người trả lời khiếu nại" in case_page(leader, dossier)
    answering = page(leader, "objection", objection.pk)
    assert "Thiếu báo cáo tài chính." in answering
    assert to_check in answering
    assert dossier.code in page(leader, "objections", concerns="validity")
    assert dossier.code not in page(leader, "objections", concerns="decision")
    answered = post(leader, "objection", objection.pk, upheld="yes", answer="Đã có.")
    assert answered.status_code == 302
    # upheld: the officer looks at the validity again
    again = "chuyên viên sẽ xem lại tính hợp lệ"
    assert again in case_page(client_of(story.leader), dossier)
    applicant = client_of(writer)
    assert again in case_page(applicant, dossier)
    assert "Đã có." in page(applicant, "objection", objection.pk)
    officer = client_of(story.officer)
    assert to_check in officer.get(reverse("home")).content.decode()
    assert to_check in case_page(officer, dossier)
    assert to_check in page(officer, "objection", objection.pk)
    checks = officer.get(to_check).content.decode()
    assert 'value="confirm"' in checks
    assert 'value="reject"' in checks
    data = {f"verdict-{item.id}": "met" for item in calls_queries.checklist_of(dossier)}
    unreasoned = officer.post(to_check, data | {"act": "confirm"})
    assert unreasoned.status_code == 422
    done = officer.post(to_check, data | {"act": "confirm", "reason": "Đã bổ sung."})
    assert done.status_code == 302
    dossier.case.refresh_from_db()
    assert dossier.case.state == "eligible"


@pytest.mark.usefixtures("db")
def test_pages_say_what_became_of_the_mails_and_applicants_read_no_names(client_of):
    story = factory.judged("90", "60")
    round_ = factory.released(story)
    sure, unsure = Letter.objects.order_by("pk")
    Letter.objects.filter(pk=sure.pk).update(
        mail_tried_at=factory.RELEASED, mailed_at=factory.RELEASED, mail_repeated=True
    )
    Letter.objects.filter(pk=unsure.pk).update(mail_tried_at=factory.RELEASED)
    officer = client_of(story.officer)
    shown = page(officer, "round", round_.public_id)
    assert "có thể nhận được hai lần" in shown
    assert "chưa được xác nhận" in shown
    assert reverse("portfolios:round_mail", args=[round_.public_id]) in shown
    assert "có thể nhận được hai lần" in page(officer, "letter", sure.public_id)
    assert "chưa được xác nhận" in page(officer, "letter", unsure.public_id)
    assert "Người kiểm tra" in page(officer, "letter", sure.public_id)
    own = page(client_of(story.applicants[0]), "letter", sure.public_id)
    assert "có thể nhận được hai lần" in own
    assert "Người kiểm tra" not in own


@pytest.mark.usefixtures("db")
def test_a_round_shows_order_by_order_who_competes_and_keeps_what_was_refused(
    client_of,
):
    story = factory.judged("90", "95", "80", orders=2)
    round_ = factory.proposed(story)
    a, b, c = story.dossiers
    client = client_of(story.leader)
    shown = page(client, "round", round_.public_id)
    codes = [a.order.code, a.code, c.code, b.order.code, b.code]
    table = shown[shown.index('id="rulings"') :]
    assert [table.index(code) for code in codes] == sorted(map(table.index, codes))
    assert shown.count("Mỗi đặt hàng chỉ phê duyệt một hồ sơ.") == 1
    second = factory.decision_on(c)
    refused = post(
        client,
        "round_decide",
        round_.public_id,
        **rulings(
            round_,
            **{
                f"decision-{second.pk}-proposed": "approve",
                f"decision-{second.pk}-amount": "1000000000",
                f"decision-{second.pk}-reason_vi": "Cần cả hai.",
            },
        ),
    )
    told = refused.content.decode()
    assert refused.status_code == 422
    assert f"đặt hàng {a.order.code} chỉ phê duyệt được một hồ sơ" in told
    assert "Cần cả hai." in told
    round_.refresh_from_db()
    assert round_.state == "proposed"
    decision = page(client, "decision", second.public_id)
    assert "Hạng trong đặt hàng" in decision
    assert a.order.code in decision
    paper = decision_document(round_, list(queries.decisions_of(story.leader, round_)))
    (rows,) = (block["rows"] for block in paper["blocks"])
    assert [(row[1], row[3]) for row in rows] == [
        (a.code, a.order.code),
        (c.code, a.order.code),
        (b.code, b.order.code),
    ]


BUDGETS = {
    "rounds": 9,
    "letters": 9,
    "objections": 9,
    "round": 15,
    "decision": 12,
    "letter": 8,
    "objection": 7,
}


@pytest.mark.parametrize("totals", [("60",), ("60", "55", "50")])
@pytest.mark.usefixtures("db")
def test_no_page_costs_more_when_there_is_more(
    client_of, django_assert_num_queries, totals
):
    story = factory.judged(*totals, orders=len(totals))
    round_ = factory.released(story)
    for number in range(len(totals)):
        factory.objected(story, number)
    officer = client_of(story.officer)
    decision = Decision.objects.order_by("pk")[0]
    args = {
        "round": [round_.public_id],
        "decision": [decision.public_id],
        "letter": [decision.letter.public_id],
        "objection": [Objection.objects.order_by("pk")[0].pk],
    }
    for name, budget in BUDGETS.items():
        url = reverse(f"portfolios:{name}", args=args.get(name, []))
        officer.get(url)
        with django_assert_num_queries(budget):
            assert officer.get(url).status_code == 200
