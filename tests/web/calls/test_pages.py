"""Who sees which page, and what each costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from opensti.domains.accounts.queries import account_by_id
from opensti.domains.calls import actions, queries
from opensti.domains.calls.models import Call, Dossier
from opensti.kernel.access import Role
from tests.factories import calls as make
from tests.factories.registry import Organisations
from tests.web.calls.browsing import PDF, body, url

pytestmark = pytest.mark.django_db


def test_no_page_of_a_sealed_dossier_is_there_for_the_office(sign_in, handed_in):
    pages = [
        url(name, handed_in.public_id)
        for name in (
            "dossier",
            "dossier_team",
            "dossier_budget",
            "dossier_files",
            "dossier_people",
            "dossier_check",
            "dossier_versions",
            "dossier_diff",
            "dossier_receipt",
            "budget_template",
        )
    ] + [
        url("eligibility", handed_in.public_id),
        url("dossier_document", handed_in.public_id, "pdf"),
        url("eligibility_document", handed_in.public_id, "pdf"),
        url("dossier_edit", handed_in.public_id, "general"),
    ]
    for role in (
        Role.OFFICER,
        Role.SECRETARY,
        Role.LEADER,
        Role.FINANCE,
        Role.AUDITOR,
        Role.ADMIN,
        Role.EXPERT,
        Role.APPLICANT,
    ):
        browser, _actor = sign_in(role)
        assert {(p, browser.get(p).status_code) for p in pages} == {
            (p, 404) for p in pages
        }
        if role != Role.ADMIN:
            for extra in ("", "?q=kem", "?export=csv", "?export=xlsx"):
                answer = browser.get(url("dossiers") + extra)
                content = (
                    b"".join(answer.streaming_content)
                    if answer.streaming
                    else answer.content
                )
                answer.close()
                assert handed_in.code.encode() not in content
        page = body(browser.get(url("call", handed_in.call.public_id)))
        assert handed_in.code not in page
        assert handed_in.title_vi not in page


def test_the_list_filters_sorts_searches_and_exports(officer, opened):
    browser, _actor = officer
    for query in (
        "",
        "?q=thu+hoi+kem",
        "?state=submitted",
        f"?call={opened.call_id}",
        "?sort=-asked_state",
        "?cols=code,title,asked_other",
    ):
        assert opened.code in body(browser.get(url("dossiers") + query))
    assert opened.code not in body(browser.get(url("dossiers") + "?state=approved"))
    answer = browser.get(url("dossiers") + "?export=csv")
    assert opened.code.encode() in b"".join(answer.streaming_content)
    answer.close()


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_take_as_many_queries_for_three_rows_as_for_one(
    officer, sign_in, opened, rows, django_assert_num_queries
):
    browser, actor = officer
    call = Call.objects.get(pk=opened.call_id)
    for _n in range(rows - 1):
        host = Organisations.create()
        _browser, other = sign_in(Role.APPLICANT, host=host)
        actions.grant_late_exception(
            actor=actor,
            call_id=call.pk,
            organisation_id=host.pk,
            until=now() + timedelta(days=1),
            reason="Thử",
            at=now(),
        )
        make_one(other, call, host)
    for name in OFFICE_PAGES:
        of = {"dossier": opened, "eligibility": opened, "call": call}.get(name)
        page = url(name, *([of.public_id] if of else []))
        browser.get(page)
        with django_assert_num_queries(BUDGETS[name]):
            assert browser.get(page).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_a_dossier_cost_the_same_however_much_it_holds(  # noqa: PLR0917 -- fixtures
    applicant, host, complete, sign_in, rows, django_assert_num_queries
):
    browser, actor = applicant
    actions.save_dossier(
        actor=actor,
        dossier_id=complete.pk,
        at=now(),
        team=[make.TEAM[0], *[make.TEAM[1]] * rows],
        budget=[make.BUDGET[0]] * rows,
    )
    for number in range(rows):
        colleague = sign_in(Role.APPLICANT, host=host)[1]
        actions.add_editor(
            actor=actor,
            dossier_id=complete.pk,
            email=account_by_id(colleague.user_id).email,
            at=now(),
        )
        paper = SimpleUploadedFile(f"{number}.pdf", PDF)
        browser.post(url("dossier_files", complete.public_id), {"file": paper})
        browser.post(url("dossier_step", complete.public_id), {"act": "keep"})
    section = queries.form_of(complete).sections[0].id
    for name in WRITING_PAGES:
        more = [section] if name == "dossier_edit" else []
        page = url(name, complete.public_id, *more)
        if name == "dossier_diff":
            page += "?old=1&new=0"
        browser.get(page)
        with django_assert_num_queries(BUDGETS[name]):
            assert browser.get(page).status_code == 200


OFFICE_PAGES = ("dossiers", "calls", "dossier", "call", "eligibility")
WRITING_PAGES = (
    "dossier_edit",
    "dossier_team",
    "dossier_budget",
    "dossier_files",
    "dossier_people",
    "dossier_check",
    "dossier_versions",
    "dossier_diff",
)
BUDGETS = {
    "dossiers": 10,
    "calls": 9,
    "dossier": 21,
    "call": 15,
    "eligibility": 13,
    "dossier_edit": 10,
    "dossier_team": 14,
    "dossier_budget": 17,
    "dossier_files": 11,
    "dossier_people": 8,
    "dossier_check": 10,
    "dossier_versions": 8,
    "dossier_diff": 12,
}


def make_one(actor: Any, call: Call, host: Any) -> Dossier:
    dossier = actions.start_dossier(
        actor=actor, call_id=call.pk, host_id=host.pk, at=now()
    )
    actions.save_dossier(
        actor=actor,
        dossier_id=dossier.pk,
        at=now(),
        answers=make.ANSWERS,
        team=make.TEAM,
        budget=make.BUDGET,
    )
    dossier.refresh_from_db()
    make.signed(actor, dossier, now())
    return actions.submit_dossier(actor=actor, dossier_id=dossier.pk, at=now())
