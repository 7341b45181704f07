"""Pages of rounds, decisions, letters and objections: what they show, what they keep."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opensti.domains.portfolios.models import Decision, Letter, Objection, Round
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
    assert post(officer, "letter_check", letters[0].public_id).status_code == 302
    ids = [letter.pk for letter in letters]
    preview = post(officer, "letters_check", ids=ids)
    assert preview.status_code == 200
    assert Letter.objects.filter(state="checked").count() == 1
    assert post(officer, "letters_check", ids=ids, confirmed="1").status_code == 302
    assert Letter.objects.filter(state="checked").count() == 2
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
    assert reverse("portfolios:object", args=[refused.public_id]) in shown
    page(applicant, "round", refused.round.public_id, status=404)
    page(applicant, "rounds", status=403)
    letter = Letter.objects.get(decision=refused)
    assert letter.subject in page(applicant, "letters")
    assert letter.subject in page(applicant, "letter", letter.public_id)
    receipt = applicant.get(reverse("portfolios:receipt", args=[refused.public_id]))
    assert receipt.status_code == 200
    page(applicant, "object", refused.public_id)
    assert post(applicant, "object", refused.public_id, text="").status_code == 422
    filed = post(applicant, "object", refused.public_id, text="Đề nghị xem lại.")
    objection = Objection.objects.get()
    assert filed.url == reverse("portfolios:objection", args=[objection.pk])
    assert "Đề nghị xem lại." in page(applicant, "objection", objection.pk)
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


BUDGETS = {
    "rounds": 9,
    "letters": 9,
    "objections": 9,
    "round": 11,
    "decision": 11,
    "letter": 7,
}


@pytest.mark.parametrize("totals", [("60",), ("60", "55", "50")])
@pytest.mark.usefixtures("db")
def test_no_page_costs_more_when_there_is_more(
    client_of, django_assert_num_queries, totals
):
    story = factory.judged(*totals)
    round_ = factory.released(story)
    for number in range(len(totals)):
        factory.objected(story, number)
    officer = client_of(story.officer)
    decision = Decision.objects.order_by("pk")[0]
    args = {
        "round": [round_.public_id],
        "decision": [decision.public_id],
        "letter": [decision.letter.public_id],
    }
    for name, budget in BUDGETS.items():
        url = reverse(f"portfolios:{name}", args=args.get(name, []))
        officer.get(url)
        with django_assert_num_queries(budget):
            assert officer.get(url).status_code == 200
