"""Long work, procedures with their gaps, the record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from opensti.domains.accounts.actions import set_active
from opensti.domains.procedures.queries import active_version, answers_of, regime_of
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.jobs.models import Job
from tests.factories.registry import Users
from tests.factories.tasks import actor_of

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


def get(client, name, *args, status=200):
    response = client.get(reverse(name, args=args))
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.usefixtures("regimes")
def test_every_procedure_opens_with_its_diagrams_in_both_languages(client_of):
    admin = client_of("admin")
    get(admin, "procedures:regimes")
    for language in ("vi", "en"):
        admin.cookies["django_language"] = language
        for code in ("moit_2014", "national_2013", "nd268_2025", "moit_2026"):
            page = get(admin, "procedures:regime", code)
            assert page.count("<svg") >= 3
            assert active_version(code).sha256[:16] in page


@pytest.mark.usefixtures("regimes")
def test_an_administrator_answers_an_open_question_with_a_reason(client_of):
    switch = next(
        s for s in regime_of(active_version("moit_2026")).switches if len(s.options) > 1
    )
    old = answers_of("moit_2026").get(switch.id, switch.default)
    new = next(o.id for o in switch.options if o.id != old)
    url = reverse("procedures:switch", args=["moit_2026", switch.id])
    admin = client_of("admin")
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"value": new, "reason": ""}).status_code == 422
    assert (
        admin.post(url, {"value": new, "reason": "Theo công văn 12."}).status_code
        == 302
    )
    assert answers_of("moit_2026")[switch.id] == new
    assert client_of("officer").get(url).status_code == 403


@pytest.mark.usefixtures("regimes")
def test_a_procedure_or_a_question_that_is_not_there_is_not_found(client_of):
    admin = client_of("admin")
    get(admin, "procedures:regime", "nothing", status=404)
    get(admin, "procedures:switch", "moit_2026", "nothing", status=404)


def test_long_work_is_its_owners_and_the_administrators(client_of):
    user = Users.create()
    job = enqueue(
        "portfolios.mail_letters", actor=actor_of(user), at=AT, payload={"round_id": 1}
    )
    owner = client_of()
    owner.force_login(user)
    get(owner, "jobs:list")
    get(owner, "jobs:job", job.public_id)
    assert owner.post(reverse("jobs:cancel", args=[job.public_id])).status_code == 302
    assert Job.objects.get().state == "cancelled"
    assert owner.post(reverse("jobs:cancel", args=[job.public_id])).status_code == 409
    assert owner.post(reverse("jobs:retry", args=[job.public_id])).status_code == 302
    stranger = client_of("officer")
    get(stranger, "jobs:job", job.public_id, status=404)
    assert (
        stranger.post(reverse("jobs:cancel", args=[job.public_id])).status_code == 404
    )
    get(client_of("admin"), "jobs:job", job.public_id)


def test_an_auditor_reads_the_record_in_words_and_nobody_else(client_of):
    set_active(actor=SYSTEM, user_id=Users.create().pk, active=False, at=AT)
    auditor = client_of("auditor")
    auditor.cookies["django_language"] = "en"
    assert "account closed" in get(auditor, "record:entries")
    for role in ("officer", "leader", "admin", "applicant"):
        get(client_of(role), "record:entries", status=403)
