"""What the host declines is offered in public; who has it uses it, or it is recalled."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from opensti.domains.results import queries
from opensti.domains.results.models import Asset
from opensti.kernel.refusals import Invalid, StepNotAllowed
from tests.factories import results as factory
from tests.factories.results import Book


@pytest.fixture
def funded(db):
    return factory.running()


def fields(refused):
    return [p.field for p in refused.value.problems]


def read(asset):
    return queries.with_book(Asset.objects.filter(pk=asset.pk)).get()


def days(asset):
    return {o.step.id: (o.due_on, o.met_on) for o in queries.steps_of(read(asset))}


def declined(funded):
    made = factory.asset(funded, kind="result_full", accepted_on=date(2025, 4, 1))
    book = Book(funded, made)
    book.act("decline_asset", reason="Không có nhu cầu.")
    return book


def test_what_the_host_declines_is_offered_and_goes_to_who_offers(funded):
    book = declined(funded)
    assert days(book.asset)["offer_publicly"] == (date(2027, 3, 31), None)
    book.act("offer_asset", who="officer", where="Cổng thông tin Bộ", text="")
    assert days(book.asset)["no_taker"] == (date(2027, 9, 1), None)
    book.act("note_bid", who="officer", party="Công ty B", amount=Decimal(90), text="")
    with pytest.raises(StepNotAllowed):
        book.act("give_use_right", who="leader", number="5/QĐ", text="")
    decide = {"who": "leader", "form": "sell", "number": "5/QĐ", "text": ""}
    with pytest.raises(Invalid) as refused:
        book.act("decide_handling", **decide)
    assert fields(refused) == ["party"]
    book.act("decide_handling", **decide, party="Công ty B")
    assert (book.asset.state, days(book.asset)["pay_once"]) == (
        "decided",
        (date(2027, 5, 31), None),
    )


def test_without_a_taker_for_six_months_the_host_may_use_it_and_must_in_three_years(
    funded,
):
    book = declined(funded)
    book.act("offer_asset", who="officer", where="Cổng thông tin Bộ", text="")
    given = {"who": "leader", "number": "5/QĐ", "text": "Không có tổ chức nhận."}
    book.at = datetime(2027, 9, 2, 2, tzinfo=UTC)
    with pytest.raises(StepNotAllowed):
        book.act("give_use_right", **given, on=date(2027, 9, 1))
    book.act("give_use_right", **given, on=date(2027, 9, 2))
    assert (book.asset.form, days(book.asset)["must_use"]) == (
        "use_right",
        (date(2030, 9, 2), None),
    )
    book.act("hand_over", party="Viện Cơ khí", text="", on=date(2027, 9, 2))
    with pytest.raises(StepNotAllowed):
        book.act("recall_asset", who="leader", number="9", text="Chưa dùng.")
    book.at = datetime(2031, 1, 6, 2, tzinfo=UTC)
    later = {"who": "leader", "number": "9/QĐ", "text": "Chưa dùng."}
    book.act("recall_asset", **later, on=date(2031, 1, 6))
    assert book.asset.state == "recalled"


def test_what_is_used_is_not_recalled(funded):
    book = declined(funded)
    book.act("offer_asset", who="officer", where="Cổng", text="")
    book.at = datetime(2031, 1, 6, 2, tzinfo=UTC)
    on = {"on": date(2027, 9, 2)}
    book.act("give_use_right", who="leader", number="5", text="", **on)
    book.act("hand_over", party="Viện", text="", **on)
    book.act("put_to_use", text="Dây chuyền số 2", on=date(2029, 1, 2))
    with pytest.raises(StepNotAllowed):
        book.act("recall_asset", who="leader", number="9", text="x")
