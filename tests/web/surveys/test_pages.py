"""Surveys in the browser: designed, framed, asked, analysed, published, declined; hidden before."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.surveys.models import Unit, Wave
from opensti.kernel.access import Role
from opensti.kernel.jobs.worker import run_worker
from tests.factories import surveys as factory
from tests.factories.assessments import innovation
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
BUDGETS = {"waves": 9, "wave": 12, "units": 11, "result": 10}


@pytest.fixture
def manager():
    return factory.officer()


@pytest.fixture
def browser(client_of, manager):
    return client_of(manager)


def place(name, *args):
    return reverse(f"surveys:{name}", args=args)


def text(browser, name, *args, status=200):
    answer = browser.get(place(name, *args))
    assert answer.status_code == status
    return answer.content.decode()


def act(browser, row, act, /, status=302, **said):
    answer = browser.post(place("wave", row.public_id), {"act": act, **said})
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_a_manager_runs_a_wave_of_the_shipped_questionnaire_by_its_pages(
    browser, client
):
    innovation()
    said = {
        "organisation": "0",
        "title_vi": "Đợt 1",
        "title_en": "Wave 1",
        "form": "short",
        "languages": ["vi"],
        "economies": "VNM\nLAO",
        "opens_on": "2026-07-20",
        "closes_on": "2026-08-20",
        "gaps": "0.33",
        "quick": "0.33",
        "straight": "5",
        "copied": "20",
        "stage": "scalar",
        "runs": "100",
        "seed": "7",
        "currency": "vnd",
        "prices": "ideas; 2000000; 15000000; 0",
    }
    page = browser.post(place("new"), said | {"prices": "ideas; x"})
    assert (page.status_code, Wave.objects.count()) == (422, 0)
    assert browser.post(place("new"), said).status_code == 302
    row = Wave.objects.get()
    assert (row.prices, row.currency) == ({"ideas": {"seat": 2e6, "coach": 1.5e7, "fixed": 0.0}}, "VND")  # fmt: skip
    assert "ideas; 2e+06" in text(browser, "edit", row.public_id)
    edited = {k: v for k, v in said.items() if k != "organisation"} | {"seed": "8", "version": row.version}  # fmt: skip
    assert browser.post(place("edit", row.public_id), edited).status_code == 302
    assert browser.post(place("edit", row.public_id), edited).status_code == 409
    strata = factory.table(factory.FRAME + "VNM,small,x,40,1\nLAO,small,x,20,1\n")
    act(browser, row, "frame", file=strata)
    act(browser, row, "sample", sample="12", way="neyman", least="2")
    row.refresh_from_db()
    act(browser, row, "step", step="pilot", version=row.version)
    act(browser, row, "step", status=422, step="freeze")
    act(browser, row, "step", step="freeze", words="Đã thử ở đợt trước.")
    people = "o1,A,VNM,small,x,a@a.vn,mgr,vi\no1,A,VNM,small,x,b@a.vn,,\n"
    act(browser, row, "invite", file=factory.table(factory.LIST + people))
    act(browser, row, "invite", status=422, file=factory.table("a,b\n1,2\n"))
    act(browser, row, "step", step="open")
    assert "A" in text(browser, "units", row.public_id)
    act(browser, row, "remind")
    act(browser, row, "withdraw", status=422, code="nobody", reason="x")
    act(browser, row, "withdraw", code="o1", reason="Giải thể.")
    assert Unit.objects.get().withdrawn_at is not None
    act(browser, row, "burn", status=404)


@pytest.fixture
def analysed(manager):
    groups = {("VNM", "small", "x"): (12, 1.5, 0.6), ("LAO", "small", "x"): (12, 3.0, 0.8)}  # fmt: skip
    return factory.analysed(manager, groups)


def test_results_are_read_declined_published_and_handed_out(browser, client_of, analysed):  # fmt: skip
    others = {
        who: client_of(person(role))
        for who, role in (("officer", Role.OFFICER), ("leader", Role.LEADER), ("auditor", Role.AUDITOR), ("admin", Role.ADMIN), ("manager", Role.MANAGER))
    }  # fmt: skip
    places = [place(name, analysed.public_id) for name in ("wave", "result", "units", "edit")]  # fmt: skip
    assert {b.get(at).status_code for b in others.values() for at in places} <= {403, 404}  # fmt: skip
    page = text(browser, "result", analysed.public_id)
    assert page.count("<svg") >= 4
    said = {"recommendation": "VNM:course", "reason": "zqlydozq"}
    assert browser.post(place("result", analysed.public_id), said).status_code == 302
    assert "zqlydozq" in text(browser, "result", analysed.public_id)
    assert browser.post(place("result", analysed.public_id), said | {"reason": ""}).status_code == 422  # fmt: skip
    for kind, begins in (("pdf", b"%PDF"), ("docx", b"PK\x03\x04")):
        answer = browser.get(place("report", analysed.public_id, kind))
        assert answer.content[:4] == begins
    act(browser, analysed, "step", step="publish")
    run_worker(lambda: False, once=True)
    assert "zqlydozq" in text(others["leader"], "result", analysed.public_id)
    page = text(others["leader"], "wave", analysed.public_id)
    assert [one for one in ("VNMsmallx0", 'name="act"') if one in page] == []
    assert others["leader"].get(place("units", analysed.public_id)).status_code == 403


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_costs_the_same_with_one_and_three_rows(
    browser, manager, name, django_assert_num_queries
):
    for rows in (1, 3):
        if name == "result":
            row = factory.analysed(manager, {(e, "small", "x"): (6, 2.0, 0.8) for e in ("VNM", "LAO", "THA")[:rows]})  # fmt: skip
        else:
            row = factory.in_the_field(manager, *[("VNM", s, "x", 9) for s in ("small", "large", "micro")[:rows]], economies=["VNM"], at=now())  # fmt: skip
            factory.invited(manager, row, *[(f"o{n}", "VNM", "small", "x") for n in range(rows)], at=now())  # fmt: skip
        args = () if name == "waves" else (row.public_id,)
        text(browser, name, *args)
        with django_assert_num_queries(BUDGETS[name]):
            text(browser, name, *args)
