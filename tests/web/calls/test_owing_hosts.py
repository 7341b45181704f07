"""Whoever checks a dossier is told that its host owes State money back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opensti.domains.contracts import actions
from opensti.domains.registry.models import Organisation
from tests.factories import amendments as factory

pytestmark = pytest.mark.django_db
ENDED = factory.ENDED


def told(client, dossier):
    answer = client.get(reverse("calls:eligibility", args=[dossier.public_id]))
    assert answer.status_code == 200, answer.content.decode()[:2000]
    shown = answer.content.decode()
    return "còn phải hoàn trả" in shown, "không được tham gia tuyển chọn" in shown


def test_the_officer_sees_what_the_host_owes_and_that_it_may_not_compete(
    client_of, monkeypatch
):
    monkeypatch.setattr("opensti.web.calls.checking.localdate", ENDED.date)
    funded = factory.running("moit_2014", lump="final_product")
    factory.paid(funded)
    officer, dossier = client_of(funded.officer), funded.contract.dossier
    assert told(officer, dossier) == (False, False)
    factory.ending(funded)
    claim = factory.ended(funded).claim
    assert told(officer, dossier) == (True, True)
    own = dossier.host
    dossier.host = Organisation.objects.create(name_vi="Viện khác", created_at=ENDED)
    dossier.save()
    assert told(officer, dossier) == (False, False)
    dossier.host = own
    dossier.save()
    actions.waive_claim(
        actor=funded.leader,
        claim_id=claim.pk,
        reason="Bất khả kháng",
        decision_number="80/QĐ-BCT",
        decided_on=ENDED.date(),
        at=ENDED,
    )
    assert told(officer, dossier) == (False, False)
