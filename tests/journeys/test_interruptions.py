"""A lost connection, a closed tab, an expired sign-in, two at once: nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.people import OPEN_CALL

SUMMARY = "textarea[name=summary_vi]"
TYPED = "Máy sấy thăng hoa cỡ nhỏ cho hợp tác xã, chạy bằng điện mặt trời."


@pytest.fixture
def writer(somebody):
    """Somebody who has begun a dossier and sees its first section."""
    applicant = somebody("applicant5")
    applicant.menu(to="Calls").follow(OPEN_CALL).follow("Begin a dossier")
    return applicant.answer({"title_vi": "Máy sấy thăng hoa cỡ nhỏ"}, words="").send()


def test_a_lost_connection_keeps_the_text_and_saves_it_later(writer):
    writer.place.set_offline(True)
    writer.page.fill(SUMMARY, TYPED)
    said = writer.page.locator("[data-autosave-status]")
    expect(said).to_contain_text(writer.words("offline"), timeout=20_000)
    writer.place.set_offline(False)
    writer.saved_by_itself()
    writer.page.reload()
    expect(writer.page.locator(SUMMARY)).to_have_value(TYPED)


def test_a_tab_that_was_closed_offers_the_text_again(writer):
    writer.place.set_offline(True)
    writer.page.fill(SUMMARY, TYPED)
    writer.page.close()
    writer.place.set_offline(False)
    writer.page = writer.tab()
    writer.page.goto(writer.came_to)
    writer.page.get_by_role("button", name=writer.words("restore")).click()
    expect(writer.page.locator(SUMMARY)).to_have_value(TYPED)
    writer.saved_by_itself()
    writer.page.reload()
    expect(writer.page.locator(SUMMARY)).to_have_value(TYPED)


def test_an_expired_sign_in_keeps_the_text_until_one_is_back(writer):
    writer.place.clear_cookies(name="sessionid")
    writer.page.fill(SUMMARY, TYPED)
    link = writer.page.get_by_role("link", name=writer.words("signin"))
    expect(link).to_be_visible(timeout=20_000)
    with writer.place.expect_page() as opened:
        link.click()
    first, writer.page = writer.page, opened.value
    writer.give_password()
    writer.page.close()
    writer.page = first
    first.locator(SUMMARY).press("End")
    first.locator(SUMMARY).type(" ")
    writer.saved_by_itself()
    first.reload()
    expect(first.locator(SUMMARY)).to_have_value(TYPED)


def test_a_second_click_sends_nothing_a_second_time(somebody):
    applicant = somebody("applicant6")
    applicant.menu(to="Needs").follow("New need")
    applicant.answer({"title": "Bột giấy từ thân chuối"}, words=TYPED)
    applicant.page.locator("button[name=submit]").dblclick()
    applicant.page.wait_for_url("**/needs/*/")
    applicant.menu(to="Needs")
    rows = applicant.page.locator("main tbody tr", has_text="Bột giấy từ thân chuối")
    assert rows.count() == 1


def test_of_two_officers_at_once_the_second_is_told_what_changed(somebody):
    applicant = somebody("applicant7")
    applicant.menu(to="Needs").follow("New need")
    applicant.answer({"title": "Đế giày từ cao su tái chế"}, words=TYPED)
    applicant.press("Save and submit")
    first, second = somebody("officer"), somebody("officer2")
    for officer in (first, second):
        officer.open("/work/").follow("Đế giày từ cao su tái chế")
    box = second.unfold("answer that the need is not taken up")
    box.locator("textarea").fill("Đã có nhiệm vụ tương tự.")
    first.agree("accept the need for consideration")
    box.locator("form button[type=submit]").last.click()
    second.page.wait_for_load_state()
    refusal = second.page.locator("[role=alert]").first
    expect(refusal).to_be_visible()
    second.reads("Trần Thị Chuyên Viên")
    kept = second.page.locator("textarea[name=reply]")
    expect(kept.first).to_have_value("Đã có nhiệm vụ tương tự.")
