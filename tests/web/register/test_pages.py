"""Pages of the office for corrections, and a person's own page: each at its price."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opensti.domains.publications.models import Correction
from opensti.domains.publications.queries import CONSENT_NOW
from opensti.kernel.access import Role
from tests.factories.registry import People
from tests.factories.tasks import Tasks, person

pytestmark = pytest.mark.django_db
BUDGETS = {"corrections": 9, "correction": 7, "my_page": 9}
SAID = {
    "field": "title_vi",
    "value": "Kẽm sạch",
    "reason": "Lỗi chính tả",
    "basis": "Quyết định 12/QĐ-BCT",
}


def new(task):
    return reverse("register:correction_new", args=["task", task.public_id])


def test_one_proposes_and_another_confirms_and_the_public_page_says_so(
    client, client_of
):
    task = Tasks(title_vi="Kẻm sạch")
    officer, leader = client_of("officer"), client_of("leader")
    wrong = officer.post(new(task), SAID | {"basis": ""})
    assert wrong.status_code == 422
    same = officer.post(new(task), SAID | {"value": "Kẻm sạch"})
    assert (same.status_code, Correction.objects.count()) == (422, 0)
    assert officer.post(new(task), SAID).status_code == 302
    made = Correction.objects.get()
    confirm = reverse("register:correction_confirm", args=[made.public_id])
    assert officer.post(confirm).status_code == 403
    public = reverse("portal:task", args=[task.public_id])
    assert "Kẽm sạch" not in client.get(public).content.decode()

    assert leader.post(confirm).status_code == 302

    page = client.get(public).content.decode()
    assert '<del lang="vi">Kẻm sạch</del>' in page
    assert '<ins lang="vi">Kẽm sạch</ins>' in page
    assert "Lỗi chính tả" in page
    shown = leader.get(reverse("register:correction", args=[made.public_id]))
    assert f"/receipts/{Correction.objects.get().entry_position}" in (
        shown.content.decode()
    )


def test_a_refusal_is_answered_with_its_reason(client_of):
    task = Tasks(title_vi="Kẻm sạch")
    client_of("officer").post(new(task), SAID)
    made = Correction.objects.get()
    refuse = reverse("register:correction_refuse", args=[made.public_id])
    leader = client_of("leader")
    assert leader.post(refuse, {"reason": ""}).status_code == 422
    leader.post(refuse, {"reason": "Đúng như quyết định"})
    page = leader.get(reverse("register:correction", args=[made.public_id]))
    assert "Đúng như quyết định" in page.content.decode()


def test_strangers_find_no_corrections(client_of):
    task = Tasks(title_vi="Kẻm sạch")
    client_of("officer").post(new(task), SAID)
    made = Correction.objects.get()
    stranger = client_of("applicant")
    assert stranger.get(reverse("register:corrections")).status_code == 403
    assert stranger.get(new(task)).status_code == 403
    address = reverse("register:correction", args=[made.public_id])
    assert stranger.get(address).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_three(
    client_of, rows, django_assert_num_queries
):
    officer = client_of("officer")
    for _n in range(rows):
        officer.post(new(Tasks(title_vi="Kẻm sạch")), SAID)
    made = Correction.objects.first()
    for name, args in (("corrections", []), ("correction", [made.public_id])):
        address = reverse(f"register:{name}", args=args)
        officer.get(address)
        with django_assert_num_queries(BUDGETS[name]):
            assert officer.get(address).status_code == 200


def test_a_person_agrees_and_takes_it_back_on_his_own_page(
    client, client_of, django_assert_max_num_queries
):
    actor = person(Role.EXPERT)
    row = People(full_name="Đặng Thị Kẽm", user_id=actor.user_id)
    expert = client_of(actor)
    public = reverse("portal:person", args=[row.public_id])
    mine = reverse("register:my_page")
    assert client.get(public).status_code == 404
    assert expert.post(reverse("register:agree"), {}).status_code == 422
    expert.post(reverse("register:agree"), {"text_version": CONSENT_NOW})
    with django_assert_max_num_queries(BUDGETS["my_page"]):
        assert public in expert.get(mine).content.decode()
    assert client.get(public).status_code == 200
    expert.post(reverse("register:withdraw"))
    assert client.get(public).status_code == 404
    assert public not in expert.get(mine).content.decode()
