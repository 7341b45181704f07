"""The cases behind how long steps take: those one may know of, with their days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from opensti.domains.procedures.models import Deadline
from tests.factories import portfolios

pytestmark = pytest.mark.django_db
BUDGETS = {"stages": 10}


def late(story):
    for dossier in story.dossiers:
        Deadline.objects.create(
            case=dossier.case,
            code="validity",
            label_vi="Kiểm tra tính hợp lệ",
            label_en="Validity checked",
            started_on=date(2026, 3, 2),
            started_at=datetime(2026, 3, 2, tzinfo=UTC),
            due_on=date(2026, 3, 9),
            closed_at=datetime(2026, 3, 13, 3, 0, tzinfo=UTC),
            state="missed",
            unit="working_day",
            binding_on="officer",
            consequence="none",
            mark="V",
        )


def test_each_deadline_says_its_days_and_leads_to_its_case(client_of):
    story = portfolios.judged("90")
    late(story)
    client = client_of("officer")
    page = client.get(reverse("audit:stages")).content.decode()
    there = reverse("calls:dossier", args=[story.dossiers[0].public_id])
    assert f'href="{there}"' in page
    csv = b"".join(
        client.get(reverse("audit:stages"), {"export": "csv"}).streaming_content
    ).decode()
    (line,) = [row for row in csv.splitlines() if "Kiểm tra tính hợp lệ" in row]
    assert ",9,5," in line
    narrowed = client.get(reverse("audit:stages"), {"step": "review"})
    assert there not in narrowed.content.decode()


@pytest.mark.parametrize("role", ["applicant", "expert", "admin"])
def test_others_are_refused(client_of, role):
    assert client_of(role).get(reverse("audit:stages")).status_code == 403


@pytest.mark.parametrize("totals", [("90",), ("90", "80", "70")])
def test_the_number_of_queries_does_not_grow(
    totals, client_of, django_assert_num_queries
):
    late(portfolios.judged(*totals))
    client, url = client_of("officer"), reverse("audit:stages")
    client.get(url)
    with django_assert_num_queries(BUDGETS["stages"]):
        client.get(url)
