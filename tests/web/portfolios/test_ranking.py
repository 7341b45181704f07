"""The page of the calibrated ranking: what binds first, the advice beside it, for whom."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.urls import reverse

from opensti.domains.portfolios.models import Ranking
from opensti.kernel.access import Role
from tests.factories import portfolios as factory
from tests.factories.tasks import person
from tests.web.panels.test_pages import sign_in, text
from tests.web.portfolios.test_partial_rounds import in_conflict

pytestmark = pytest.mark.django_db
# The second dossier met no severe member: by mean it goes before, by merit behind.
SHEETS = (
    ("90", "88", "91", "85", "70", "92", "89"),
    ("80", "79", "84", "75", "62", "82", "80.5"),
    ("85", "84", "84", "81", "62", "86", "83"),
)


@pytest.fixture
def story():
    return factory.advised(*SHEETS, orders=0)


def address(round_):
    return reverse("portfolios:ranking", args=[round_.public_id])


def english(client):
    client.cookies["django_language"] = "en"
    return client


def test_the_councils_figures_stand_first_and_are_said_to_bind(client_of, story):
    round_, _ranking = factory.ranked(story)
    client = english(client_of(story.officer))
    shown = text(client.get(address(round_)))

    assert shown.index("they bind") < shown.index("Calibrated merit with its interval")
    head = re.findall(r"<th[^>]*>(.*?)</th>", shown, re.DOTALL)
    names = [re.sub(r"<[^>]+>", "", h).strip() for h in head]
    assert names.index("Mean score") < names.index("Advice: merit (interval)")
    assert names.index("Rank by the council") < names.index("Advice: rank")
    assert "86.43" in shown
    assert all(d.code in shown for d in story.dossiers)
    assert "7 reviewers, by number" in shown
    link = f'href="{address(round_)}"'
    assert link in text(
        client.get(reverse("portfolios:round", args=[round_.public_id]))
    )


def test_where_it_is_off_the_page_says_who_could_switch_it_on(client_of):
    story = factory.judged("90", "80", orders=0)
    round_ = factory.laid_out(story)
    client = english(client_of(story.officer))
    shown = text(client.get(address(round_)))

    assert "does not switch it on" in shown
    assert "calibrated_beside" in shown
    assert client.post(address(round_)).status_code == 409
    assert Ranking.objects.count() == 0
    page = text(client.get(reverse("portfolios:round", args=[round_.public_id])))
    assert address(round_) not in page


def test_an_officer_has_it_computed_and_computed_again(client_of, story):
    round_ = factory.laid_out(story)
    client = english(client_of(story.officer))
    assert "Not computed yet" in text(client.get(address(round_)))
    done = client.post(address(round_), follow=True)
    assert "The dossiers are ranked." in text(done)
    again = client.post(address(round_), follow=True)
    assert "the same to the byte" in text(again)
    Ranking.objects.update(solution_digest="0" * 64)
    changed = client.post(address(round_), follow=True)
    assert "the result differs" in text(changed)


def test_a_reader_who_may_not_prepare_is_offered_nothing_to_compute(client_of, story):
    round_ = factory.laid_out(story)
    client = english(client_of(person(Role.AUDITOR)))
    assert "Compute it now" not in text(client.get(address(round_)))
    assert client.post(address(round_)).status_code == 403
    assert Ranking.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.OFFICER, True),
        (Role.LEADER, True),
        (Role.AUDITOR, True),
        (Role.FINANCE, False),
    ],
)
def test_severity_is_for_those_who_read_ballots_by_name(client_of, story, role, told):
    round_, _ranking = factory.ranked(story)
    shown = text(english(client_of(person(role))).get(address(round_)))
    assert "86.43" in shown
    assert ("7 reviewers, by number" in shown) is told


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.AUDITOR])
def test_who_has_a_stake_sees_zero_bits(client, story, role):
    round_, _ranking = factory.ranked(story)
    official = in_conflict(story, story.dossiers[0], role)
    for reader, status in ((story.officer, 200), (official, 404)):
        sign_in(client, reader)
        for query in ("", "?export=csv", "?export=xlsx", "?q=BCT"):
            answer = client.get(address(round_) + query)
            assert answer.status_code == status
            answer.close()
        page = text(client.get(reverse("portfolios:round", args=[round_.public_id])))
        assert (address(round_) in page) is (status == 200)
    assert client.post(address(round_)).status_code == 404


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.EXPERT, Role.SECRETARY])
def test_others_do_not_reach_it(client_of, story, role):
    round_, _ranking = factory.ranked(story)
    assert client_of(person(role)).get(address(round_)).status_code in (403, 404)


def test_the_list_sorts_searches_and_exports(client_of, story):
    round_, _ranking = factory.ranked(story)
    client = english(client_of(story.officer))
    codes = [d.code for d in story.dossiers]

    def exported(**query):
        answer = client.get(address(round_), {"export": "csv", **query})
        content = answer.getvalue().decode("utf-8-sig")
        answer.close()
        return [*csv.DictReader(io.StringIO(content))]

    rows = exported()
    best = [codes[0], codes[2], codes[1]]
    assert [r["Dossier"] for r in rows] == best
    assert [float(r["Mean score"]) for r in rows] == [86.43, 80.71, 77.5]
    assert [r["Advice: rank"] for r in rows] == ["1", "2", "3"]
    assert [r["Dossier"] for r in exported(sort="merit")] == best[::-1]
    assert [r["Dossier"] for r in exported(sort="-merit")] == best
    assert [r["Dossier"] for r in exported(q=codes[1])] == [codes[1]]
    book = client.get(address(round_), {"export": "xlsx"})
    assert book.getvalue()[:2] == b"PK"
    book.close()
    sheet = text(client.get(address(round_), {"q": codes[1]}))
    assert codes[1] in sheet


def test_where_only_means_stand_the_page_says_why_and_names_nobody(client_of):
    story = factory.advised(*SHEETS[:1], orders=0)
    round_, _ranking = factory.ranked(story)
    shown = text(english(client_of(story.officer)).get(address(round_)))

    assert "severity cannot be told from merit" in shown
    assert "by number" not in shown
    assert "86.43" in shown


def test_a_search_sends_the_rows_alone(client_of, story):
    round_, _ranking = factory.ranked(story)
    client = english(client_of(story.officer))
    rows = text(
        client.get(address(round_), {"q": "BCT"}, headers={"HX-Request": "true"})
    )

    assert all(d.code in rows for d in story.dossiers)
    assert "What the method cannot say" not in rows


BUDGETS = {"ranking": 12}


@pytest.mark.parametrize("sheets", [SHEETS[:1], SHEETS])
def test_more_dossiers_cost_no_more_queries(
    client_of, django_assert_num_queries, sheets
):
    story = factory.advised(*sheets, orders=0)
    round_, _ranking = factory.ranked(story)
    client = client_of(story.officer)
    client.get(address(round_))
    with django_assert_num_queries(BUDGETS["ranking"]):
        assert client.get(address(round_)).status_code == 200
