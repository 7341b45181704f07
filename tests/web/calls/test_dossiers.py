"""A dossier is handed in, checked and printed in the browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.calls import actions, queries
from opensti.domains.calls.models import Dossier
from tests.factories import calls as make
from tests.web.calls.browsing import autosave, body, form_of, url

pytestmark = pytest.mark.django_db


def test_handing_in_from_the_browser_gives_a_receipt(applicant, complete):
    browser, _actor = applicant
    page = browser.get(url("dossier_check", complete.public_id))
    assert 'value="dossiers.submit"' in body(page)
    sent = {"act": "dossiers.submit", "version": str(complete.version)}
    answer = browser.post(url("dossier_step", complete.public_id), sent)
    assert answer.status_code == 302
    again = browser.post(url("dossier_step", complete.public_id), sent)
    assert again.status_code == 409
    assert Dossier.objects.get(pk=complete.pk).versions.count() == 1
    page = browser.get(url("dossier", complete.public_id))
    assert page.status_code == 200
    receipt = browser.get(url("dossier_receipt", complete.public_id))
    assert receipt.content.startswith(b"c2sp.org/tlog-proof")


def test_an_incomplete_dossier_is_led_to_what_is_missing(applicant, started):
    browser, _actor = applicant
    answer = browser.post(
        url("dossier_step", started.public_id), {"act": "dossiers.submit"}
    )
    assert answer.url == url("dossier_check", started.public_id)
    page = body(browser.get(answer.url))
    assert url("dossier_edit", started.public_id, "team") in page
    assert 'value="dossiers.submit"' not in page


def test_the_page_of_a_dossier_is_named_in_the_language_of_the_reader(
    applicant, complete
):
    client, actor = applicant
    actions.save_dossier(
        actor=actor, dossier_id=complete.pk, title_en="Zinc from dust", at=now()
    )
    client.cookies["django_language"] = "en"
    page = client.get(reverse("calls:dossier", args=[complete.public_id])).content
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page.decode(), re.DOTALL)[1]
    assert ("Zinc from dust" in heading, complete.title_vi in heading) == (True, False)


def test_a_title_in_the_other_language_is_marked_so(applicant, started):
    browser, _actor = applicant
    Dossier.objects.update(title_vi="Kẽm từ bụi", title_en="")
    browser.cookies["django_language"] = "en"
    page = body(browser.get(url("dossier_edit", started.public_id, "general")))
    assert (
        page.count('<span lang="vi">Kẽm từ bụi</span>') == 2
    )  # where one is, and lead


def test_the_head_of_a_dossier_says_its_state_once(applicant, complete):
    client, actor = applicant
    actions.submit_dossier(actor=actor, dossier_id=complete.pk, at=now())
    actions.withdraw_dossier(
        actor=actor, dossier_id=complete.pk, reason="Đổi kế hoạch", at=now()
    )
    client.cookies["django_language"] = "en"
    page = client.get(reverse("calls:dossier", args=[complete.public_id])).content
    lead = re.search(r'<p class="page-lead">(.*?)</p>', page.decode(), re.DOTALL)[1]
    assert re.sub(r"<[^>]+>", "", lead).lower().count("withdrawn") == 1


def test_versions_are_kept_compared_and_gone_back_to(applicant, complete):
    browser, _actor = applicant
    step = url("dossier_step", complete.public_id)
    browser.post(step, {"act": "keep"})
    autosave(
        browser, complete, "background", version=str(complete.version), need="Mới hẳn"
    )
    page = body(browser.get(url("dossier_diff", complete.public_id) + "?old=1&new=0"))
    assert "<ins>" in page
    assert browser.get(url("dossier_versions", complete.public_id)).status_code == 200
    browser.post(step, {"act": "restore", "number": "1"})
    assert Dossier.objects.get(pk=complete.pk).answers["need"] == make.ANSWERS["need"]


def test_the_office_checks_validity_in_the_browser(officer, opened):
    browser, _actor = officer
    where = url("eligibility", opened.public_id)
    page = browser.get(where)
    assert page.status_code == 200
    items = [item.id for item in queries.checklist_of(opened)]
    sent = {f"verdict-{item}": "met" for item in items}
    sent |= {"act": "confirm", "version": str(opened.case.version)}
    wrong = browser.post(where, sent | {f"verdict-{items[0]}": "not_met"})
    assert wrong.status_code == 422
    case = Dossier.objects.select_related("case").get(pk=opened.pk).case
    answer = browser.post(where, sent | {"version": str(case.version)})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.state == "eligible"
    assert browser.get(where).status_code == 200


def test_many_are_confirmed_after_a_preview(officer, opened):
    browser, _actor = officer
    where = url("dossiers_bulk")
    preview = browser.post(where, {"ids": [opened.pk]})
    assert preview.status_code == 200
    preview = browser.post(where, {"ids": [opened.pk], "tick": "1"})
    sent = form_of(preview)
    assert (sent["tick"], sent["confirmed"]) == ("1", "1")
    case = Dossier.objects.select_related("case").get(pk=opened.pk).case
    assert case.state == "submitted"
    browser.post(where, {"ids": [opened.pk], "tick": "1", "confirmed": "1"})
    case.refresh_from_db()
    assert case.state == "eligible"


def test_a_supplement_is_asked_for_and_handed_in(officer, applicant, opened):
    until = (now() + timedelta(days=5)).date()
    officer[0].post(
        url("dossier_step", opened.public_id),
        {
            "act": "dossiers.request_supplement",
            "what": "Giấy xác nhận",
            "until": until.isoformat(),
        },
    )
    browser, _actor = applicant
    assert "Giấy xác nhận" in body(browser.get(url("dossier", opened.public_id)))
    autosave(browser, opened, "background", need="Bản bổ sung đang viết")
    seen = body(officer[0].get(url("dossier", opened.public_id)))
    assert "Bản bổ sung đang viết" not in seen
    browser.post(url("dossier_step", opened.public_id), {"act": "dossiers.supplement"})
    seen = body(officer[0].get(url("dossier", opened.public_id)))
    assert "Bản bổ sung đang viết" in seen


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_official_papers_come_as_word_and_pdf(officer, opened, kind):
    browser, _actor = officer
    magic = {"docx": b"PK", "pdf": b"%PDF"}[kind]
    for name, public_id in (
        ("call_document", opened.call.public_id),
        ("dossier_document", opened.public_id),
        ("eligibility_document", opened.public_id),
    ):
        answer = browser.get(url(name, public_id, kind))
        assert (name, answer.status_code, answer.content[: len(magic)]) == (
            name,
            200,
            magic,
        )
