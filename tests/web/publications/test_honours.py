"""Pages of honours: a criterion is stated, asked of a year, confirmed by another leader."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from opensti.domains.publications.models import Honour, HonourCriterion
from tests.factories.pictures import USED, rows
from tests.factories.registry import Organisations
from tests.factories.tasks import Tasks

pytestmark = pytest.mark.django_db
BUDGETS = {"honours": 11, "run": 8, "honour": 7}
CRITERION = {
    "code": "accepted", "name_vi": "Nghiệm thu nhiều", "reason_vi": "Vì kết quả.",
    "whom": "organisation", "measure": "accepted", "least": "1", "years": "1",
}  # fmt: skip


@pytest.fixture
def hosts(monkeypatch):
    def give(count):
        tasks = [Tasks.create(host=Organisations.create()) for _n in range(count)]
        found = tuple(
            replace(row, task=t.public_id, host=replace(row.host, key=t.host.public_id))
            for row, t in zip(rows(count, standing=USED), tasks, strict=True)
        )
        monkeypatch.setattr(
            "opensti.domains.publications.actions.honours.funded",
            lambda *_asked: found,
        )
        return [task.host for task in tasks]

    return give


def candidates(client):
    done = client.post(reverse("honours:criterion_new"), CRITERION)
    assert done.status_code == 302
    criterion = HonourCriterion.objects.get(active=True)
    asked = {"criterion": criterion.pk, "year": "2025"}
    assert client.post(reverse("honours:run_new"), asked).status_code == 302
    return list(Honour.objects.order_by("pk"))


def test_from_the_criterion_to_the_public_page_and_back(client_of, hosts):
    (host,) = hosts(1)
    leader, other, officer = (
        client_of("leader"),
        client_of("leader"),
        client_of("officer"),
    )
    (honour,) = candidates(leader)
    page = reverse("honours:honour", args=[honour.public_id])
    public = reverse("portal:honour", args=[honour.public_id])
    assert host.name_vi in leader.get(page).content.decode()
    confirm = reverse("honours:confirm", args=[honour.public_id])
    assert confirm not in officer.get(page).content.decode()
    for refused in (leader, officer):
        assert refused.post(confirm, {"version": 1}).status_code == 403
    assert other.get(public).status_code == 404
    assert other.post(confirm, {"version": 1}).status_code == 302
    assert other.get(public).status_code == 200
    withdraw = reverse("honours:withdraw", args=[honour.public_id])
    assert other.post(withdraw, {"reason_vi": ""}).status_code == 422
    assert other.post(withdraw, {"reason_vi": "Số liệu sai."}).status_code == 302
    assert "Số liệu sai." in other.get(public).content.decode()


def test_a_run_says_whether_it_can_be_computed_again(client_of, hosts):
    hosts(2)
    leader = client_of("leader")
    first, _second = candidates(leader)
    run = first.run
    page = reverse("honours:run", args=[run.public_id])
    assert run.sha256 in leader.get(page).content.decode()
    assert 'data-tone="bad"' not in leader.get(page).content.decode()
    run.inputs = run.inputs[:1]
    run.save(update_fields=["inputs"])
    assert 'data-tone="bad"' in leader.get(page).content.decode()


def test_faults_stand_beside_what_was_typed_and_strangers_are_refused(client_of):
    leader = client_of("leader")
    wrong = leader.post(reverse("honours:criterion_new"), CRITERION | {"least": "0"})
    assert wrong.status_code == 422
    assert "Nghiệm thu nhiều" in wrong.content.decode()
    expert = client_of("expert")
    for name in ("honours", "criterion_new", "run_new"):
        assert expert.get(reverse(f"honours:{name}")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_no_page_costs_more_when_there_is_more(
    count, client_of, hosts, django_assert_num_queries
):
    hosts(count)
    client = client_of("leader")
    honour = candidates(client)[0]
    args = {"run": [honour.run.public_id], "honour": [honour.public_id]}
    for name, budget in BUDGETS.items():
        url = reverse(f"honours:{name}", args=args.get(name, []))
        client.get(url)
        with django_assert_num_queries(budget):
            client.get(url)
