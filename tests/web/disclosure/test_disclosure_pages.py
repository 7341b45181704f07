"""Officials draft, compare, simulate and issue the policy, and see cases as the public does."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from opensti.domains.publications.disclosure import as_yaml
from opensti.domains.publications.models import PolicyVersion
from opensti.kernel.access import Role
from tests.factories.policies import policy
from tests.factories.tasks import Tasks, order, person, regimes
from tests.leaks.disclosed import issue

pytestmark = pytest.mark.django_db
BUDGETS = {"versions": 7, "version": 8, "simulation": 8, "preview": 9}


def get(client, name, *args, status=200, **query):
    response = client.get(reverse(f"disclosure:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response


def post(client, name, *args, **typed):
    return client.post(reverse(f"disclosure:{name}", args=args), typed)


def test_from_the_draft_to_the_issue(client_of):
    officer, leader = client_of(person(Role.OFFICER)), client_of(person(Role.LEADER))
    text = as_yaml(policy({"task.leader": None}))

    assert post(officer, "new", text=text).status_code == 302
    made = PolicyVersion.objects.get()
    page = get(officer, "version", made.public_id).content.decode()
    assert "Chủ nhiệm" in page
    ruled = post(
        officer, "rule", made.public_id, place="task.amount", audience="public",
        form="rounded", delay_days=0, basis_vi="Làm tròn", basis_en="Rounded",
        src="OFFICE", art="", v="I", version=made.version,
    )  # fmt: skip
    assert ruled.status_code == 302, ruled.content.decode()[-3000:]
    made.refresh_from_db()
    assert (
        post(officer, "check", made.public_id, version=made.version).status_code == 302
    )
    made.refresh_from_db()
    assert (
        post(
            leader,
            "issue",
            made.public_id,
            in_force_from=localdate().isoformat(),
            reason="Bảo vệ dữ liệu cá nhân",
            version=made.version,
        ).status_code
        == 302
    )
    made.refresh_from_db()
    assert made.state == "issued"
    assert "task" in get(officer, "file", made.public_id).content.decode()


def test_faults_stand_beside_what_was_typed(client_of):
    officer = client_of(person(Role.OFFICER))
    text = as_yaml(policy({})).replace("kind: order", "kind: ordr", 1)

    answer = post(officer, "new", text=text)

    assert answer.status_code == 422
    assert "“ordr”" in answer.content.decode()
    assert not PolicyVersion.objects.exists()


def test_a_case_is_seen_as_the_public_will_see_it_by_whoever_may_see_it(
    client_of, client
):
    regimes()
    by = person(Role.OFFICER)
    draft = order(by, title_vi="Thu hồi kẽm", objectives_vi="Mục tiêu kín")
    issue({"order.objectives": None})
    args = ["order", draft.public_id]

    page = get(client_of(by), "preview", *args)

    text = page.content.decode()
    assert "Thu hồi kẽm" in text
    assert "Mục tiêu kín" not in text
    assert "chưa công khai" in text
    assert page["Cache-Control"] == "private, no-store"
    assert client.get(reverse("disclosure:preview", args=args)).status_code in (
        302,
        403,
    )
    get(client_of(person(Role.APPLICANT)), "preview", *args, status=403)
    get(client_of(by), "preview", "order", "nothere", status=404)


@pytest.mark.parametrize("rows", [1, 3])
def test_more_rows_cost_no_more_queries(client_of, django_assert_num_queries, rows):
    officer = client_of(person(Role.OFFICER))
    for _number in range(rows):
        Tasks()
        made = issue({"task.title": None})
    task = Tasks()
    for name, args in (
        ("versions", []),
        ("version", [made.public_id]),
        ("simulation", [made.public_id]),
        ("preview", ["task", task.public_id]),
    ):
        with django_assert_num_queries(BUDGETS[name]):
            get(officer, name, *args)
