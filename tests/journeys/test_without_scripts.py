"""Everything works in a browser that runs no script; scripts only quicken it."""

from __future__ import annotations

from tests.journeys.papers import pdf
from tests.journeys.people import OPEN_CALL
from tests.journeys.test_decision import propose, write_dossier

TITLE = "Khuôn ép gốm chịu mài mòn"


def test_a_need_is_proposed(somebody):
    applicant = somebody("applicant4", scripts=False)
    propose(applicant, TITLE)
    applicant.reads(TITLE)
    officer = somebody("officer2", scripts=False)
    officer.open("/work/").follow(TITLE)
    officer.agree("accept the need for consideration")
    officer.reads("Draft an order from it")


def test_a_dossier_is_written_and_handed_in(somebody, tmp_path):
    applicant = somebody("applicant4", scripts=False)
    applicant.menu(to="Calls").follow(OPEN_CALL).follow("Begin a dossier")
    write_dossier(applicant, TITLE, paper=pdf(tmp_path))
    applicant.press("Hand in the dossier").reads("Receipt")


def test_a_ballot_is_saved_and_handed_in(somebody):
    expert = somebody("expert5", scripts=False)
    score(expert, 0.8, press="Save and go on later")
    expert.press("Hand the ballot in").reads("Your ballot is handed in")


def score(expert, share, *, press="Hand the ballot in"):
    """Fill in the first sheet that the expert still owes."""
    expert.open("/work/")
    expert.page.locator("main tbody a").first.click()
    if not expert.page.url.endswith("/ballot/"):
        expert.follow("Ballot")
    for row in expert.page.locator("tr:has(input[name^=score-])").all():
        most = float(row.locator("td.numeric").first.inner_text().replace(",", "."))
        row.locator("input[name^=score-]").fill(str(int(most * share)))
        row.locator("textarea").fill("Đáp ứng yêu cầu.")
    expert.fill(opinion="Nhiệm vụ có địa chỉ ứng dụng rõ.").press(press)
