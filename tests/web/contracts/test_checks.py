"""Pages of checks on the spot: announced, minuted, mended, judged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate

from opensti.domains.contracts.models import CheckFinding, SiteCheck
from tests.factories import contracts as factory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"contracts:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def announced(client, funded):
    new = reverse("contracts:check_new", args=[funded.contract.public_id])
    today = localdate().isoformat()
    said = {
        "planned_on": today,
        "team": "Nguyễn Văn A, Trưởng đoàn\nTrần B",
        "reason": "Định kỳ",
    }
    assert client.post(new, said | {"team": ""}).status_code == 422
    kept = client.post(new, said | {"planned_on": "2020-01-01"})
    assert (kept.status_code, "Trần B" in kept.content.decode()) == (422, True)
    assert client.post(new, said).status_code == 302
    return SiteCheck.objects.get(contract=funded.contract)


def minutes(client, check, n=1):
    today = localdate()
    data = {
        "held_on": today.isoformat(),
        "content": "Xem dây chuyền.",
        "conclusion": "Đạt.",
        "version": check.version,
    }
    for i in range(n):
        data |= {
            f"finding-{i}-severity": "major",
            f"finding-{i}-text": f"Thiếu nhật ký {i}",
            f"finding-{i}-mend_by": (today + timedelta(days=9)).isoformat(),
        }
    hold = reverse(
        "contracts:check_hold", args=[check.contract.public_id, check.public_id]
    )
    wrong = client.post(hold, data | {"finding-0-mend_by": "2020-01-01"})
    assert (wrong.status_code, "Thiếu nhật ký 0" in wrong.content.decode()) == (
        422,
        True,
    )
    assert client.post(hold, data).status_code == 302
    assert client.post(hold, data).status_code == 409


def test_from_the_announcement_to_the_accepted_mending(client_of):
    funded = factory.running()
    officer, host = client_of(funded.officer), client_of(funded.host)
    check = announced(officer, funded)
    at = [funded.contract.public_id, check.public_id]
    assert "Nguyễn Văn A, Trưởng đoàn" in page(host, "check", *at)
    page(host, "check_hold", *at, status=403)
    page(officer, "check_minutes", *at, "pdf", status=404)
    minutes(officer, check)
    attach = reverse("contracts:check_attach", args=at)
    file = SimpleUploadedFile("bien-ban.pdf", PDF)
    assert officer.post(attach, {"file": file}).status_code == 302
    assert "bien-ban.pdf" in page(host, "check", *at)
    finding = reverse("contracts:check_finding", args=[*at, 1])
    today = localdate().isoformat()
    mended = {"mended_on": today, "mending": "Đã lập.", "version": 1}
    evidence = SimpleUploadedFile("nhat-ky.pdf", PDF)
    assert host.post(finding, mended | {"mending": ""}).status_code == 422
    assert host.post(finding, mended | {"file": evidence}).status_code == 302
    assert host.post(finding, mended).status_code == 409
    assert "nhat-ky.pdf" in page(officer, "check", *at)
    no_reason = officer.post(finding, {"answer": "reopen", "version": 2})
    assert no_reason.status_code == 422
    assert officer.post(finding, {"answer": "accept", "version": 2}).status_code == 302
    assert CheckFinding.objects.get().state == "accepted"
    check.refresh_from_db()
    confirm = reverse("contracts:check_confirm", args=at)
    said = {"what": "volume", "version": check.version}
    assert officer.post(confirm, said).status_code == 302
    assert officer.post(confirm, said).status_code == 409
    for kind, begins in (("pdf", b"%PDF"), ("docx", b"PK")):
        url = reverse("contracts:check_minutes", args=[*at, kind])
        assert host.get(url).content.startswith(begins)


def test_a_check_is_called_off_with_a_reason(client_of):
    funded = factory.running()
    officer = client_of(funded.officer)
    check = announced(officer, funded)
    cancel = reverse(
        "contracts:check_cancel", args=[funded.contract.public_id, check.public_id]
    )
    assert officer.post(cancel, {"reason": "", "version": 1}).status_code == 422
    assert officer.post(cancel, {"reason": "Bão", "version": 1}).status_code == 302
    assert officer.post(cancel, {"reason": "Bão", "version": 2}).status_code == 409


def test_a_rival_knows_of_no_check(client_of):
    funded = factory.running()
    officer = client_of(funded.officer)
    check = announced(officer, funded)
    minutes(officer, check)
    rival = client_of(funded.story.applicants[1])
    at = [funded.contract.public_id, check.public_id]
    page(rival, "checks", at[0], status=404)
    page(rival, "check", *at, status=404)
    page(rival, "check_finding", *at, 1, status=404)
    page(rival, "check_minutes", *at, "pdf", status=404)


BUDGETS = {"checks": 10, "check": 11, "check_finding": 10}


@pytest.mark.parametrize("n", [1, 3])
def test_no_page_costs_more_when_there_is_more(client_of, django_assert_num_queries, n):
    funded = factory.running()
    officer = client_of(funded.officer)
    check = announced(officer, funded)
    minutes(officer, check, n)
    at = [funded.contract.public_id, check.public_id]
    args = {"checks": at[:1], "check": at, "check_finding": [*at, 1]}
    for name, budget in BUDGETS.items():
        url = reverse(f"contracts:{name}", args=args[name])
        officer.get(url)
        with django_assert_num_queries(budget):
            assert officer.get(url).status_code == 200
