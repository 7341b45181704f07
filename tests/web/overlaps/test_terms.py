"""Pages of terms: what is in use, own lists put in and removed, and what nobody may learn."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from opensti.domains.overlaps import actions, problem, queries
from opensti.domains.overlaps.actions import screening
from opensti.domains.overlaps.models import TermFile
from opensti.kernel.access import Role
from tests.factories import overlaps as factory
from tests.factories import tasks as task_factory

pytestmark = pytest.mark.django_db
TERMS = (("rươi", "ragworm", ""), ("cù lao", "islet", "2"))


@pytest.fixture
def office(client_of):
    """An officer's browser, in English, after the first comparison."""
    actions.refresh_corpus(at=factory.LATER)
    client = client_of("officer")
    client.cookies["django_language"] = "en"
    return client


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"overlaps:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.getvalue().decode()


def put(client, *rows, replaces="", **given):
    file = given.pop("file", None) or factory.term_table(*(rows or TERMS))
    data = {"file": file, "reason": "Words of the institute.", "replaces": replaces}
    return client.post(reverse("overlaps:put_terms"), data | given)


def test_the_page_says_what_is_in_use_and_finds_terms(office):
    shown = page(office, "terms")
    assert "1,063 that come with OpenSTI, 0 learned" in shown
    assert "50 of 1063 are shown" in shown
    found = page(office, "terms", q="lo quay")
    assert "rotary kiln" in found
    assert "cement" not in found
    assert "No term is found." in page(office, "terms", q="lo quay", origin="own")


def test_an_officer_puts_terms_in_and_the_bad_rows_are_a_file(office):
    sent = put(office, *TERMS, ("", "nothing", ""), ("lúa", "rice", "-1"))
    assert (sent.status_code, sent.url) == (302, reverse("overlaps:terms"))
    waiting = page(office, "terms")
    assert "2 rows were no use" in waiting
    assert "A change waits" in waiting
    assert "Words of the institute." in waiting
    row = TermFile.objects.get()
    errors = page(office, "terms_errors", row.public_id)
    assert errors.removeprefix("\ufeff").splitlines() == [
        "Row,Problem,Cell",
        "4,no term in Vietnamese,",
        "5,the weight is no number above 0,-1",
    ]
    actions.refresh_corpus(at=factory.LATER)
    assert "A change waits" not in page(office, "terms")
    own = page(office, "terms", origin="own")
    assert "ragworm" in own
    assert "islet" in own
    table = page(office, "terms_table").removeprefix("\ufeff").splitlines()
    assert table[0] == "vi,en,weight,origin"
    assert "rươi,ragworm,2.0,own" in table
    assert len(table) == 1 + 1063 + 2


def test_what_was_typed_stays_when_a_file_is_refused(office):
    wrong = put(office, file=SimpleUploadedFile("terms.csv", b"a,b\nx,y\n"))
    assert wrong.status_code == 422
    said = wrong.content.decode()
    assert "The table has no column “vi”." in said
    assert "Words of the institute." in said
    assert not TermFile.objects.exists()
    assert put(office, reason="").status_code == 422


def test_a_list_is_replaced_and_removed(office):
    put(office)
    first = TermFile.objects.get()
    stale = put(office, replaces="")
    assert stale.status_code == 409
    said = stale.content.decode()
    assert "Somebody else put in or removed a list of terms meanwhile." in said
    assert "Words of the institute." in said
    assert f'value="{first.public_id}"' in said
    assert f'value="{first.public_id}"' in page(office, "put_terms")
    assert (
        put(office, ("cói", "sedge", ""), replaces=first.public_id).status_code == 302
    )
    second = TermFile.objects.get(in_use=True)
    address = reverse("overlaps:remove_terms", args=[second.public_id])
    assert office.post(address, {"reason": ""}).status_code == 422
    assert office.post(address, {"reason": "Wrong words."}).status_code == 302
    shown = page(office, "terms")
    assert shown.count("ended") == 2
    assert "Wrong words." in shown
    assert "Put in your terms" in shown
    page(office, "terms_errors", second.public_id, status=404)


@pytest.mark.parametrize("who", ["applicant", "expert", "admin"])
def test_terms_are_the_offices_own(office, client_of, who):
    put(office, *TERMS, ("", "x", ""))
    row = TermFile.objects.get()
    stranger = client_of(who)
    page(stranger, "terms", status=403)
    page(stranger, "terms_table", status=403)
    page(stranger, "put_terms", status=403)
    page(stranger, "terms_errors", row.public_id, status=404)
    page(stranger, "remove_terms", row.public_id, status=403)


def test_who_only_reads_changes_nothing(office, client_of):
    put(office)
    row = TermFile.objects.get()
    leader = client_of("leader")
    shown = page(leader, "terms")
    assert reverse("overlaps:put_terms") not in shown
    assert reverse("overlaps:remove_terms", args=[row.public_id]) not in shown
    assert put(leader, replaces=row.public_id).status_code == 403
    address = reverse("overlaps:remove_terms", args=[row.public_id])
    assert leader.post(address, {"reason": "x"}).status_code == 403
    assert TermFile.objects.get().in_use


def test_no_word_of_a_need_comes_into_the_terms_and_words_of_task_files_do(
    client_of, monkeypatch
):
    monkeypatch.setattr(problem, "FEWEST_PAIRS", 1)
    task_factory.regimes()
    writer = task_factory.person(Role.APPLICANT)
    for vi, en in factory.BILINGUAL:
        task_factory.submitted(writer, title=vi, urgency=f"{vi}, {vi}.\n{en}, {en}.")
    actions.refresh_corpus(at=factory.LATER)
    officer = client_of("officer")
    assert "Không tìm thấy thuật ngữ nào." in page(officer, "terms", q="fireflies")
    assert "fireflies" not in page(officer, "terms_table")
    factory.bilingual_archive(batch=queries.corpus_state().batch)
    actions.put_terms(
        actor=task_factory.person(Role.OFFICER), file=factory.term_table(*TERMS),
        reason="x", replaces="", at=factory.LATER,
    )  # fmt: skip
    screening._based(factory.LATER)
    assert "fireflies" in page(officer, "terms_table")


BUDGETS = {
    "terms": 11,
    "put_terms": 8,
    "remove_terms": 7,
    "terms_table": 8,
    "terms_errors": 7,
}


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_costs_as_many_queries_with_three_rows_as_with_one(
    office, django_assert_num_queries, name, number
):
    replaces = ""
    for n in range(number):
        put(office, (f"rươi {n}", "ragworm", ""), ("", "x", ""), replaces=replaces)
        replaces = TermFile.objects.get(in_use=True).public_id
    actions.refresh_corpus(at=factory.LATER)
    args = [replaces] if name in {"remove_terms", "terms_errors"} else []
    page(office, name, *args)
    with django_assert_num_queries(BUDGETS[name]):
        page(office, name, *args)
    assert TermFile.objects.count() == number
