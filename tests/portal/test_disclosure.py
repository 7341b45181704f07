"""The policy in plain words for everybody; what is kept back is a count."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from opensti.domains.publications.queries import classified
from opensti.domains.publications.queries.classified import classified_figures
from tests.factories.tasks import AT
from tests.leaks.disclosed import issue

pytestmark = pytest.mark.django_db
BUDGETS = {"disclosure": 4, "disclosure_version": 2}


def get(client, name, *args):
    response = client.get(reverse(f"portal:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_the_shipped_policy_is_told_until_one_is_issued(client):
    assert "Đang áp dụng chính sách mặc định" in get(client, "disclosure")

    made = issue({"order.budget_ceiling": {"form": "rounded"}})

    page = get(client, "disclosure")
    assert "Đang áp dụng chính sách mặc định" not in page
    assert reverse("portal:disclosure_version", args=[made.public_id]) in page
    changes = get(client, "disclosure_version", made.public_id)
    assert "làm tròn đến triệu đồng" in changes


@pytest.mark.parametrize("versions", [1, 3])
def test_more_versions_cost_no_more_queries(
    client, django_assert_num_queries, versions
):
    for number in range(versions):
        made = issue({"task.title": {"form": "exact", "delay_days": number}})
    for name, args in (("disclosure", []), ("disclosure_version", [made.public_id])):
        with django_assert_num_queries(BUDGETS[name]):
            get(client, name, *args)


def test_small_counts_and_sums_are_not_told(monkeypatch):
    counted = {
        (2024, "secret"): 7,
        (2024, "internal"): 4,
        (2023, "secret"): 4,
    }
    monkeypatch.setattr(classified, "closed_results", lambda _before: counted)

    found = classified_figures(before=AT.date())

    with translation.override("en"):
        assert [
            (line.year, [(str(label), n) for label, n in line.counts])
            for line in found.years
        ] == [
            (
                2024,
                [
                    ("open from a day on", None),
                    ("for the ministry and the host", None),
                    ("secret: not kept here", 7),
                ],
            )
        ]
