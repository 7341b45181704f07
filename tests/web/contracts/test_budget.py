"""Pages of a budget's trail: any two versions to the đồng, and the next one as a form."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import Budget, Contract
from opensti.domains.contracts.problem import Line
from opensti.domains.contracts.problem.asking import budget_basis
from opensti.domains.contracts.problem.rows import COLUMNS, as_typed
from opensti.kernel.access import Role
from tests.factories import contracts as factory
from tests.factories import portfolios as round_factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return round_factory.judged("90", "60")


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"contracts:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def form(dossier, **changed):
    """The form as it is shown, with some cells changed: ``{"0-amount": "1"}``."""
    basis = budget_basis(dossier)
    rows = as_typed(basis.lines)
    data = {"based_on": str(basis.number), "lines-TOTAL_FORMS": str(len(rows) + 3)}
    for n, row in enumerate(rows):
        data |= {f"lines-{n}-{c}": str(row[c] or "") for c in COLUMNS}
    return data | {f"lines-{k}": v for k, v in changed.items()}


def edit(dossier, act="propose"):
    return reverse("contracts:budget_edit", args=[dossier.public_id, act])


CUT = {"0-amount": "1.100.000.000", "0-reason": "Hội đồng giảm công."}


def test_the_council_s_cut_is_entered_line_by_line_and_shown_to_the_dong(
    story, client_of
):
    dossier = story.dossiers[0]
    officer = client_of(story.officer)
    shown = page(officer, "dossier_budget", dossier.public_id)
    assert "2.000.000.000" in shown
    assert edit(dossier) in shown
    assert "Công lao động" in officer.get(edit(dossier)).content.decode()
    saved = officer.post(edit(dossier), form(dossier, **CUT))
    assert saved.status_code == 302
    assert saved.url == reverse("contracts:dossier_budget", args=[dossier.public_id])
    shown = page(officer, "dossier_budget", dossier.public_id, v=[1, 2])
    assert "−100.000.000" in shown
    assert "Hội đồng giảm công." in shown
    only = page(officer, "dossier_budget", dossier.public_id, v=[1, 2], changed="1")
    assert "1.100.000.000" in only
    assert only.count('data-label="Năm"') < shown.count('data-label="Năm"') or (
        only.count('data-label="Year"') < shown.count('data-label="Year"')
    )


def test_what_is_wrong_is_said_at_its_cell_and_nothing_typed_is_lost(story, client_of):
    dossier = story.dossiers[0]
    wrong = {
        "0-amount": "một tỷ",
        "0-reason": "Lý do <b>dài</b>",
        "1-year": "26",
        "3-description": "Dòng mới",
    }
    answer = client_of(story.officer).post(edit(dossier), form(dossier, **wrong))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="một tỷ"' in shown
    assert "Lý do &lt;b&gt;dài&lt;/b&gt;" in shown
    assert "Dòng mới" in shown
    assert 'id="id_lines-0-amount_error"' in shown
    assert 'id="id_lines-1-year_error"' in shown
    assert not Budget.objects.exists()


def test_a_change_without_its_reason_comes_back_with_the_form(story, client_of):
    dossier = story.dossiers[0]
    answer = client_of(story.officer).post(
        edit(dossier), form(dossier, **{"0-amount": "5"})
    )
    assert answer.status_code == 422
    assert 'id="id_lines-0-reason_error"' in answer.content.decode()
    assert not Budget.objects.exists()


def test_two_officers_at_once_the_second_is_told_and_keeps_what_he_typed(
    story, client_of
):
    dossier = story.dossiers[0]
    seen = form(dossier, **CUT)
    client_of(story.officer).post(edit(dossier), seen)
    other = client_of(person(Role.OFFICER)).post(
        edit(dossier), seen | {"lines-0-reason": "Ý khác hẳn."}
    )
    assert other.status_code == 409
    assert "Ý khác hẳn." in other.content.decode()
    again = client_of(story.officer).post(edit(dossier), seen)
    assert again.status_code == 302  # the same again by the same person: kept once
    assert Budget.objects.count() == 2


def test_checking_shows_sums_and_keeps_nothing(story, client_of):
    dossier = story.dossiers[0]
    answer = client_of(story.officer).post(
        edit(dossier), form(dossier, **CUT) | {"check": "1"}
    )
    assert answer.status_code == 200
    assert "1.900.000.000" in answer.content.decode()
    assert not Budget.objects.exists()


def book(head, *rows):
    made = openpyxl.Workbook()
    made.active.append(head)
    for row in rows:
        made.active.append(row)
    file = BytesIO()
    made.save(file)
    return SimpleUploadedFile("du-toan.xlsx", file.getvalue())


def test_the_lines_go_out_as_a_workbook_and_come_back_the_same(story, client_of):
    dossier = story.dossiers[0]
    officer = client_of(story.officer)
    sent = officer.get(reverse("contracts:budget_sheet", args=[dossier.public_id]))
    content = b"".join(sent.streaming_content)
    back = officer.post(
        edit(dossier),
        form(dossier)
        | {"take": "1", "sheet": SimpleUploadedFile("lines.xlsx", content)},
    )
    shown = back.content.decode()
    assert back.status_code == 200
    for line in budget_basis(dossier).lines:
        assert f'value="{line.key}"' in shown
    assert 'value="1200000000"' in shown
    assert not Budget.objects.exists()


@pytest.mark.parametrize(
    ("head", "row", "told"),
    [
        (["Khoản", "Tiền"], ["x", 1], "Năm"),
        (
            ["Category", "Year", "Source", "Amount"],
            ["labour", 2026, "nobody", 5],
            "C2",
        ),
        (
            ["Category", "Year", "Source", "Amount"],
            ["labour", 2026, "state", "nhiều"],
            "D2",
        ),
    ],
)
def test_a_wrong_sheet_is_refused_by_column_or_cell_and_the_form_stays(
    story, client_of, head, row, told
):
    dossier = story.dossiers[0]
    answer = client_of(story.officer).post(
        edit(dossier), form(dossier, **CUT) | {"take": "1", "sheet": book(head, row)}
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert told in shown or "Year" in shown
    assert "Hội đồng giảm công." in shown


def test_rows_can_be_pasted_with_their_headings(story, client_of):
    dossier = story.dossiers[0]
    pasted = "Category\tDescription\tYear\tSource\tQuantity\tUnit\tUnit price\tAmount\nlabour\tChủ nhiệm\t2026\tstate\t4,5\ttháng\t40.000.000\t\n"
    answer = client_of(story.officer).post(
        edit(dossier), form(dossier) | {"take": "1", "pasted": pasted}
    )
    assert answer.status_code == 200
    assert 'value="4,5"' in answer.content.decode()
    assert "180.000.000" in answer.content.decode()


def test_before_the_letter_the_host_finds_no_page(story, client_of):
    dossier = story.dossiers[0]
    client_of(story.officer).post(edit(dossier), form(dossier, **CUT))
    for who in (story.applicants[0], story.applicants[1], person(Role.EXPERT)):
        client = client_of(who)
        for name in ("dossier_budget", "dossier_workbook", "budget_sheet"):
            page(client, name, dossier.public_id, status=404)
        assert client.get(edit(dossier)).status_code == 404


def test_after_the_letter_the_trail_is_the_contract_s_and_the_host_reads_it(client_of):
    funded = factory.drafted()
    dossier = funded.contract.dossier
    moved = client_of(funded.officer).get(
        reverse("contracts:dossier_budget", args=[dossier.public_id])
    )
    here = reverse("contracts:budget", args=[funded.contract.public_id])
    assert moved.url == here
    host = client_of(funded.host)
    shown = page(host, "budget", funded.contract.public_id)
    assert "2.000.000.000" in shown
    assert "/budget/agree/" not in shown
    assert edit(dossier, "agree") in page(
        client_of(funded.officer), "budget", funded.contract.public_id
    )
    page(
        client_of(funded.story.applicants[1]),
        "budget",
        funded.contract.public_id,
        status=404,
    )
    sheet = host.get(
        reverse("contracts:budget_workbook", args=[funded.contract.public_id])
    )
    book_ = openpyxl.load_workbook(BytesIO(b"".join(sheet.streaming_content)))
    assert [
        row[5:8] for row in book_.active.iter_rows(min_row=2, values_only=True)
    ] == [
        (1_200_000_000, 1_200_000_000, 0),
        (100_000_000, 100_000_000, 0),
        (800_000_000, 800_000_000, 0),
    ]


def test_the_contract_s_budget_is_agreed_in_the_form(client_of):
    funded = factory.drafted()
    dossier = funded.contract.dossier
    answer = client_of(funded.officer).post(edit(dossier, "agree"), form(dossier))
    assert answer.status_code == 302
    assert queries.budget_now(dossier.pk).stage == "contract"


def test_a_funded_dossier_without_a_contract_is_given_one_by_a_button(client_of):
    funded = factory.drafted()
    dossier = funded.contract.dossier
    funded.contract.products.all().delete()
    Contract.objects.all().delete()
    officer = client_of(funded.officer)
    shown = page(officer, "dossier_budget", dossier.public_id)
    begin = reverse("contracts:open", args=[dossier.public_id])
    assert begin in shown
    made = officer.post(begin)
    assert made.url == reverse(
        "contracts:contract", args=[Contract.objects.get().public_id]
    )


BUDGETS = {"budget": 17, "dossier_budget": 22, "budget_edit": 17}


@pytest.mark.parametrize("more", [1, 3])
def test_no_page_costs_more_when_there_are_more_lines_and_versions(
    story, client_of, django_assert_num_queries, more
):
    dossier = story.dossiers[0]
    for n in range(more):
        basis = budget_basis(dossier)
        new = Line(
            category="other",
            year=2026,
            source="host",
            amount=1,
            description=f"Thêm {n}",
            reason="Thêm.",
        )
        actions.propose_budget(
            actor=story.officer,
            dossier_id=dossier.pk,
            based_on=basis.number,
            lines=[*basis.lines, new],
            at=round_factory.LAID_OUT,
        )
    officer = client_of(story.officer)
    addresses = {
        "dossier_budget": reverse("contracts:dossier_budget", args=[dossier.public_id]),
        "budget_edit": edit(dossier),
    }
    measure(officer, addresses, django_assert_num_queries)
    round_factory.released(story)
    here = reverse("contracts:budget", args=[dossier.contract.public_id])
    measure(officer, {"budget": here}, django_assert_num_queries)


def measure(client, addresses, django_assert_num_queries):
    for name, url in addresses.items():
        client.get(url)
        with django_assert_num_queries(BUDGETS[name]):
            assert client.get(url).status_code == 200
