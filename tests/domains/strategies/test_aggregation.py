"""Reports of many become one value: what counts, what is missing, what stands in."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from opensti.domains.strategies import queries
from opensti.domains.strategies.models import Dataset, Vintage
from tests.factories import strategies_indicators as make

pytestmark = pytest.mark.django_db
D = Decimal
LATER = make.AT + timedelta(days=60)


def value(card, period="2025", **more):
    return queries.value_of(card, period=period, **{"as_of": LATER} | more)


def test_a_percentage_of_three_provinces_is_sixty_and_not_fifty():
    card = make.percent()
    for above, below in ((15, 50), (15, 50), (90, 100)):
        make.approved(
            card, "2025", numerator=above, denominator=below, reporter=make.agency()
        )
    found = value(card)
    assert (found.value, found.numerator, found.denominator) == (D(60), D(120), D(200))


def test_a_running_total_of_three_years_is_its_last():
    card = make.card(cumulative=True)
    province = make.agency()
    rows = [
        make.approved(card, year, said, reporter=province)
        for year, said in (("2023", 10), ("2024", 15), ("2025", 15))
    ]
    assert value(card).value == D(15)
    put_right = make.approved(
        card,
        "2025",
        12,
        reporter=province,
        replaces=rows[2],
        decided_at=make.AT + timedelta(days=1),
    )
    corrected = value(card)
    assert (corrected.value, corrected.provenance[0].public_id) == (
        D(12),
        put_right.public_id,
    )
    assert value(card, as_of=make.AT).value == D(15)


def test_a_correction_that_nobody_approved_changes_nothing():
    card, province = make.card(), make.agency()
    row = make.approved(card, "2025", 10, reporter=province)
    make.approved(
        card,
        "2025",
        99,
        reporter=province,
        replaces=row,
        state="entered",
        decided_by=None,
        decided_at=None,
    )
    assert value(card).value == D(10)


def test_a_value_of_the_ministrys_own_stands_for_the_whole():
    card = make.card()
    make.approved(card, "2025", 7, reporter=make.agency())
    make.approved(card, "2025", 100)
    assert (value(card).value, value(card).reporters) == (D(100), (None,))


def test_a_late_report_is_stood_in_for_by_the_last_with_a_mark():
    card, quick, slow = make.card(), make.agency(), make.agency()
    make.campaign((quick, card), (slow, card), due_on=make.TODAY)
    make.approved(card, "2025", 5, reporter=quick)
    make.approved(card, "2024", 3, reporter=slow)
    waiting = value(card, as_of=make.AT)
    late = value(card)
    assert (waiting.value, waiting.missing, waiting.late, waiting.carried) == (
        D(5),
        (slow.pk,),
        (),
        False,
    )
    assert (late.value, late.missing, late.late, late.carried) == (
        D(8),
        (slow.pk,),
        (slow.pk,),
        True,
    )
    assert [(s.period, s.carried) for s in late.provenance] == [
        ("2025", False),
        ("2024", True),
    ]
    assert (late.reporters, late.complete) == ((quick.pk,), False)


def test_who_never_reported_is_late_and_stands_for_nothing():
    card, slow = make.card(), make.agency()
    make.campaign((slow, card), due_on=make.TODAY)
    found = value(card)
    assert (found.value, found.why, found.late) == (None, "no_data", (slow.pk,))


def test_indices_of_two_reporters_have_no_mean():
    card = make.card(kind="index", aggregation="none", unit_vi="điểm")
    make.approved(card, "2025", 40, reporter=make.agency())
    make.approved(card, "2025", 60, reporter=make.agency())
    found = value(card)
    assert (found.value, found.why) == (None, "not_added")


def test_a_revised_vintage_is_the_new_value_and_the_old_stays_readable():
    card = make.card(kind="amount", unit_vi="tỷ đồng")
    dataset = Dataset.objects.create(
        code="GSO", name_vi="Thống kê", provider="GSO", licence="x", created_at=make.AT
    )

    def vintage(label, day):
        return Vintage.objects.create(
            dataset=dataset,
            label=label,
            published_on=day,
            retrieved_on=day,
            file_name=f"{label}.csv",
            sha256=label * 8,
            count=1,
            loaded_at=make.AT,
        )

    old, new = vintage("2025a", date(2026, 1, 5)), vintage("2025b", date(2026, 4, 5))
    make.approved(card, "2024", 100, vintage=old, vintage_label="2025a")
    make.approved(
        card,
        "2024",
        104,
        vintage=new,
        vintage_label="2025b",
        status="revised",
        decided_at=make.AT + timedelta(days=40),
    )
    before, after = value(card, "2024", as_of=make.AT), value(card, "2024")
    assert [(f.value, f.provenance[0].vintage) for f in (before, after)] == [
        (D(100), "2025a"),
        (D(104), "2025b"),
    ]


def test_a_late_correction_of_an_old_vintage_does_not_outrank_the_new_one():
    card = make.card()
    old = make.approved(card, "2024", 100, vintage_label="first")
    make.approved(card, "2024", 104, vintage_label="second")
    make.approved(
        card,
        "2024",
        101,
        vintage_label="first",
        replaces=old,
        decided_at=make.AT + timedelta(days=9),
    )
    assert value(card, "2024").value == D(104)


def test_the_public_reads_what_is_published_alone():
    card, province = make.card(), make.agency()
    row = make.published(card, "2025", 10, reporter=province)
    make.approved(card, "2025", 12, reporter=province, replaces=row)
    assert (value(card).value, value(card, published_only=True).value) == (D(12), D(10))


def test_parts_are_those_of_the_reports_that_count():
    card = make.card()
    row = make.approved(card, "2025", 10)
    old = make.approved(card, "2025", 10, cell="province=01")
    day = make.AT + timedelta(days=1)
    make.approved(card, "2025", 12, replaces=row, decided_at=day)
    make.approved(card, "2025", 12, cell="province=01", replaces=old, decided_at=day)
    found = {
        moment: {
            cell: part.value
            for cell, part in queries.breakdown_of(
                card, period="2025", as_of=moment
            ).items()
        }
        for moment in (make.AT, LATER)
    }
    assert found == {
        make.AT: {"province=01": D(10)},
        LATER: {"province=01": D(12)},
    }


@pytest.mark.parametrize("cards", [1, 3])
def test_all_values_of_many_cards_are_two_queries(cards, django_assert_num_queries):
    made = [make.card() for _ in range(cards)]
    for one in made:
        for period in ("2023", "2024-Q2", "2025"):
            make.approved(one, period, 5, reporter=make.agency())
    with django_assert_num_queries(2):
        found = queries.values_of(made, as_of=LATER)
    assert {pk: list(of) for pk, of in found.items()} == {
        one.pk: ["2023", "2024-Q2", "2025"] for one in made
    }
