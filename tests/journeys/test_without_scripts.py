"""Everything works in a browser that runs no script; scripts only quicken it."""

from __future__ import annotations

from tests.journeys.papers import pdf
from tests.journeys.people import OPEN_CALL
from tests.journeys.writing import propose, write_dossier

TITLE = "Khuôn ép gốm chịu mài mòn"


def test_a_need_is_proposed(somebody):
    applicant = somebody("applicant4", scripts=False)
    propose(applicant, {"title": TITLE})
    applicant.reads(TITLE)
    officer = somebody("officer2", scripts=False)
    officer.open("/work/").follow(TITLE)
    officer.agree("accept the need for consideration")
    officer.reads("Draft an order from it")


def test_a_dossier_is_written_and_handed_in(somebody, tmp_path):
    applicant = somebody("applicant4", scripts=False)
    applicant.menu(to="Calls").follow(OPEN_CALL).follow("Begin a dossier")
    write_dossier(applicant, {"title_vi": TITLE}, paper=pdf(tmp_path))
    applicant.press("Hand in the dossier").reads("Receipt")


def test_a_ballot_is_saved_and_handed_in(somebody):
    expert = somebody("expert5", scripts=False)
    expert.first_row()
    if not expert.page.url.endswith("/ballot/"):
        expert.follow("Ballot")
    expert.score(0.8).press("Save and go on later")
    expert.press("Hand the ballot in").reads("Your ballot is handed in")
