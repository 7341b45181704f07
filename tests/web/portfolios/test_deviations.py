"""What was advised stands beside what is proposed and decided; to deviate takes a reason."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opensti.domains.portfolios.models import Decision
from tests.factories import portfolios as factory

MONEY = 2_000_000_000


def page(client, name, *args, status=200):
    response = client.get(reverse(f"portfolios:{name}", args=args))
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def post(client, name, *args, **data):
    return client.post(reverse(f"portfolios:{name}", args=args), data)


@pytest.fixture
def advised(db):
    """A round whose adopted scenario takes the first two of three dossiers."""
    story = factory.judged("90", "85", "80", orders=3)
    round_ = factory.laid_out(story)
    factory.adopted(story, round_, rules={"budgets": {"state": 2 * MONEY}})
    round_.refresh_from_db()
    return story, round_


def told(decision, **changed):
    return {
        "proposed": decision.proposed,
        "amount": "" if decision.amount is None else str(decision.amount),
        "reason_vi": decision.reason_vi,
        "reason_en": decision.reason_en,
        **changed,
    }


def test_the_officer_is_asked_why_and_what_was_typed_stays(client_of, advised):
    story, round_ = advised
    last = Decision.objects.filter(round=round_).latest("pk")
    officer = client_of(story.officer)
    assert "tham mưu: không phê duyệt" in page(officer, "round", round_.public_id)
    assert 'name="deviation"' in page(officer, "decision_edit", last.public_id)
    data = told(last, proposed="approve", amount=str(MONEY), version=round_.version) | {
        "reason_vi": "Cần cho ngành điện."
    }
    refused = post(officer, "decision_edit", last.public_id, **data)
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert "khác với phương án tham mưu đã thông qua" in shown
    assert "Cần cho ngành điện." in shown
    done = post(
        officer, "decision_edit", last.public_id, **data, deviation="Theo chỉ đạo mới."
    )
    assert done.status_code == 302
    shown = page(officer, "round", round_.public_id)
    assert "khác tham mưu" in shown
    assert "Theo chỉ đạo mới." in shown
    alone = page(officer, "decision", last.public_id)
    assert "Theo chỉ đạo mới." in alone
    assert "Nếu quyết định như vậy, số lần làm khác được công khai." in alone


def test_the_leader_is_asked_why_at_the_dossier_and_loses_nothing(client_of, advised):
    story, round_ = advised
    factory.actions.propose_round(
        actor=story.officer, round_id=round_.pk, proposal="Trình.", at=factory.PROPOSED
    )
    round_.refresh_from_db()
    first, *others = Decision.objects.filter(round=round_).order_by("pk")
    data = {"decision_number": "188/QĐ-BCT", "version": round_.version}
    for d in (first, *others):
        changed = told(d, deviation="")
        if d == first:
            changed |= {"proposed": "decline", "reason_vi": "Đã có nguồn vốn khác."}
        data |= {f"decision-{d.pk}-{name}": value for name, value in changed.items()}
    leader = client_of(story.leader)
    refused = post(leader, "round_decide", round_.public_id, **data)
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert "Đã có nguồn vốn khác." in shown
    assert f'id="id_decision-{first.pk}-deviation_error"' in shown
    assert "188/QĐ-BCT" in shown
    data[f"decision-{first.pk}-deviation"] = "Doanh nghiệp tự đầu tư."
    assert post(leader, "round_decide", round_.public_id, **data).status_code == 302
    first.refresh_from_db()
    assert (first.ruling, first.deviation) == ("decline", "Doanh nghiệp tự đầu tư.")


def test_without_an_adopted_scenario_nothing_is_asked(client_of, story):
    round_ = factory.laid_out(story)
    first = Decision.objects.filter(round=round_).earliest("pk")
    officer = client_of(story.officer)
    assert 'name="deviation"' not in page(officer, "decision_edit", first.public_id)
    assert "tham mưu:" not in page(officer, "round", round_.public_id)


def test_applicants_read_neither_the_advice_nor_why_it_was_not_followed(
    client_of, advised
):
    story, round_ = advised
    last = Decision.objects.filter(round=round_).latest("pk")
    factory.actions.edit_decision(
        actor=story.officer,
        decision_id=last.pk,
        proposed="approve",
        amount=MONEY,
        reason_vi="Cần cho ngành.",
        reason_en="",
        deviation="Lý do nội bộ.",
        at=factory.LAID_OUT,
    )
    factory.actions.propose_round(
        actor=story.officer, round_id=round_.pk, proposal="Trình.", at=factory.PROPOSED
    )
    factory.checked(story, factory.decide(story, round_))
    factory.release(story, round_)
    own = page(client_of(story.applicants[2]), "decision", last.public_id)
    assert "Cần cho ngành." in own
    assert "Lý do nội bộ." not in own
    assert "tham mưu" not in own
