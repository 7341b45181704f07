"""The editor of a drafted contract: sections that keep what is typed and say what is wrong."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.problem.drafting import plan_of
from opensti.domains.contracts.problem.plan_rows import COLUMNS, shown
from opensti.kernel.access import Role
from tests.domains.contracts.test_drafting import under
from tests.factories import contract_papers as papers
from tests.factories import contracts as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def url(funded, section="main", name="edit_section"):
    return reverse(f"contracts:{name}", args=[funded.contract.public_id, section])


def main_form(funded, **changed):
    return {
        "number": "09.26/HĐ",
        "starts_on": "2026-09-01",
        "ends_on": "2028-09-01",
        "objectives": "Mục tiêu.",
        "obligations": "",
        "officer": str(funded.officer.user_id),
        "lump_sum": "none",
        "version": funded.again().version,
        **changed,
    }


def rows_form(funded, section, **changed):
    """The table of a section as it is shown, with some cells changed."""
    rows = [shown(part) for part in getattr(plan_of(funded.again()), section)]
    data = {
        f"{section}-TOTAL_FORMS": str(len(rows) + 3),
        "version": str(funded.again().version),
    }
    for n, row in enumerate(rows):
        data |= {
            f"{section}-{n}-{c}": "" if row[c] is None else str(row[c])
            for c in COLUMNS[section]
        }
    return data | {f"{section}-{k}": v for k, v in changed.items()}


def test_the_draft_is_written_section_by_section_until_nothing_is_missing(client_of):
    funded = factory.agreed()
    officer = client_of(funded.officer)
    first = officer.get(reverse("contracts:edit", args=[funded.contract.public_id]))
    assert first.status_code == 200
    saved = officer.post(url(funded), main_form(funded) | {"next": "1"})
    assert saved.url == url(funded, "milestones")
    officer.post(
        url(funded, "milestones"),
        rows_form(
            funded,
            "milestones",
            **{"0-name_vi": "Mốc 1", "0-due_on": "2027-06-01"},
        ),
    )
    officer.post(
        url(funded, "products"),
        rows_form(
            funded,
            "products",
            **{"0-quality": "Thu hồi 80 % kẽm.", "0-milestone": "1"},
        ),
    )
    proposed = officer.get(url(funded, "instalments"), {"propose": "1"})
    assert 'value="2.000.000.000"' in proposed.content.decode()
    done = officer.post(
        url(funded, "instalments"),
        rows_form(
            funded,
            "instalments",
            **{
                "0-kind": "advance",
                "0-amount": "800.000.000",
                "0-milestone": "",
                "1-kind": "final",
                "1-amount": "1.200.000.000",
                "1-milestone": "1",
            },
        ),
    )
    assert done.status_code == 302
    plan = plan_of(funded.again())
    assert [(p.quality, p.milestone) for p in plan.products] == [
        ("Thu hồi 80 % kẽm.", 1)
    ]
    assert [(i.kind, i.milestone) for i in plan.instalments] == [
        ("advance", None),
        ("final", 1),
    ]
    shown_ = officer.get(url(funded, "instalments")).content.decode()
    assert 'data-tone="bad"' not in shown_


def test_an_unfinished_plan_is_kept_and_the_page_says_by_how_much_it_is_off(client_of):
    funded = factory.planned()
    officer = client_of(funded.officer)
    saved = officer.post(
        url(funded, "instalments"),
        rows_form(funded, "instalments", **{"0-amount": "799.999.999"}),
    )
    assert saved.status_code == 302
    page = officer.get(url(funded, "instalments")).content.decode()
    assert "1.999.999.999" in page
    assert 'value="799.999.999"' in page


def test_what_cannot_be_read_comes_back_at_its_cell_and_nothing_is_kept(client_of):
    funded = factory.planned()
    before = plan_of(funded.again())
    answer = client_of(funded.officer).post(
        url(funded, "instalments"),
        rows_form(
            funded,
            "instalments",
            **{"0-amount": "tám trăm", "1-due_on": "31/02/2027", "3-label": "Mới"},
        ),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="tám trăm"' in page
    assert 'id="id_instalments-0-amount_error"' in page
    assert 'id="id_instalments-1-due_on_error"' in page
    assert 'value="Mới"' in page
    assert plan_of(funded.again()) == before


def test_a_wrong_field_of_the_first_section_is_said_there(client_of):
    funded = factory.planned()
    answer = client_of(funded.officer).post(
        url(funded), main_form(funded, ends_on="2026-01-01", objectives="Giữ <lại>")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_ends_on_error"' in page
    assert "Giữ &lt;lại&gt;" in page
    assert funded.again().number == "01.26/HĐ-ĐMST"


def test_the_second_of_two_officers_is_told_and_keeps_his_text(client_of):
    funded = factory.planned()
    seen = main_form(funded)
    client_of(funded.officer).post(url(funded), seen)
    other = client_of(person(Role.OFFICER)).post(
        url(funded), seen | {"objectives": "Ý của người thứ hai."}
    )
    assert other.status_code == 409
    assert "Ý của người thứ hai." in other.content.decode()
    assert funded.again().objectives == "Mục tiêu."


def test_typing_is_kept_by_itself_and_a_refusal_is_an_answer(client_of):
    funded = factory.planned()
    officer = client_of(funded.officer)
    address = url(funded, "milestones", "autosave")
    good = officer.post(
        address, rows_form(funded, "milestones", **{"0-name_vi": "Mốc đầu"})
    )
    assert good.json()["version"] == funded.again().version
    assert plan_of(funded.again()).milestones[0].name_vi == "Mốc đầu"
    bad = officer.post(
        address, rows_form(funded, "milestones", **{"0-due_on": "hôm nào"})
    )
    assert (bad.status_code, bad.json()["problems"][0]["field"]) == (
        422,
        "milestones.1.due_on",
    )


def test_the_host_and_others_cannot_open_the_editor(client_of):
    funded = factory.planned()
    for who, status in (
        (funded.host, 403),
        (funded.leader, 403),
        (funded.finance, 403),
        (person(Role.AUDITOR), 403),
        (funded.story.applicants[1], 404),
        (person(Role.SECRETARY), 404),
        (person(Role.EXPERT), 404),
    ):
        assert client_of(who).get(url(funded)).status_code == status


def test_the_first_section_says_what_a_lump_sum_is_held_to(client_of):
    funded = factory.planned()
    officer = client_of(funded.officer)
    assert "1.000.000.000" not in officer.get(url(funded)).content.decode()
    under(funded, "moit_2014")
    shown_ = officer.get(url(funded)).content.decode()
    assert "1.000.000.000" in shown_
    assert "15 %" in shown_


def test_a_signed_contract_has_no_editor(client_of):
    funded = factory.running()
    assert client_of(funded.officer).get(url(funded)).status_code == 409
    here = reverse("contracts:contract", args=[funded.contract.public_id])
    assert (
        url(funded, "main") not in client_of(funded.officer).get(here).content.decode()
    )


BUDGETS = {"edit": 20, "edit_section": 19}


@pytest.mark.parametrize("more", [1, 3])
def test_no_section_costs_more_when_there_are_more_rows(
    client_of, django_assert_num_queries, more
):
    funded = factory.planned()
    officer = client_of(funded.officer)
    officer.post(
        url(funded, "milestones"),
        rows_form(
            funded,
            "milestones",
            **{
                k: v
                for n in range(2, 2 + more)
                for k, v in (
                    (f"{n}-name_vi", f"Mốc thêm {n}"),
                    (f"{n}-due_on", "2027-06-01"),
                )
            },
        ),
    )
    assert len(plan_of(funded.again()).milestones) == 2 + more
    addresses = {
        "edit": reverse("contracts:edit", args=[funded.contract.public_id]),
        "edit_section": url(funded, "instalments"),
    }
    for name, address in addresses.items():
        officer.get(address)
        with django_assert_num_queries(BUDGETS[name]):
            assert officer.get(address).status_code == 200
    assert queries.budget_now(funded.contract.dossier_id).number == 3


def test_the_draft_shows_what_was_marked_when_it_came_back(client_of):
    funded = papers.ready()
    officer = client_of(funded.officer)
    papers.send(funded)
    product = funded.contract.products.first()
    actions.return_to_draft(
        actor=funded.finance,
        contract_id=funded.contract.pk,
        reason="Sửa sản phẩm",
        marks=[{"place": f"product:{product.key}", "text": "Thiếu chỉ tiêu"}],
        at=papers.AFTER,
    )
    (mark,) = queries.marks_of(funded.officer, funded.contract)
    said = f"{mark['label']}: Thiếu chỉ tiêu"
    assert said in officer.get(url(funded, "products")).content.decode()
