"""The book of assets: the day of formation decides, each step has its day and article."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from opensti.domains.contracts.models import Ending
from opensti.domains.procedures.queries import regime_of
from opensti.domains.results import actions, queries
from opensti.domains.results.models import Asset, AssetEvent, OwnershipChoice, Stocktake
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import results as factory
from tests.factories.results import AT, NEW, TODAY, Book
from tests.factories.tasks import person


@pytest.fixture
def funded(db):
    return factory.running()


@pytest.fixture
def book(funded):
    return Book(funded, factory.asset(funded))


def fields(refused):
    return [p.field for p in refused.value.problems]


def read(asset):
    return queries.with_book(Asset.objects.filter(pk=asset.pk)).get()


def days(asset):
    return {o.step.id: (o.due_on, o.met_on) for o in queries.steps_of(read(asset))}


def kinds(asset):
    return list(asset.events.order_by("id").values_list("kind", flat=True))


def test_what_was_formed_before_the_new_law_is_the_states_and_after_it_the_hosts(
    funded,
):
    rules = queries.ownership_rules(funded.contract)
    turn = date(2025, 10, 1)
    found = [
        queries.ownership(rules, formed_on=day).rule.owner
        for day in (turn - timedelta(days=1), turn)
    ]
    assert found == ["state", "host"]


def test_equipment_of_the_state_goes_from_plan_to_hand_over(book):
    assert days(book.asset)["inventory_and_plan"] == (date(2028, 10, 31), None)
    book.act("plan_handling", form="assign", text="Còn dùng tốt.")
    assert days(book.asset)["manager_forwards"] == (date(2027, 3, 31), None)
    book.act("forward_plan", who="officer", text="")
    book.act("decide_handling", who="leader", form="assign", number="12/QĐ", text="")
    owed = days(book.asset)
    assert (owed["decide"], owed["hand_over"]) == (
        (date(2027, 3, 31), TODAY),
        (date(2027, 3, 8), None),
    )
    assert "dispose" not in owed
    book.act("hand_over", party="Viện Cơ khí", text="Biên bản 01")
    assert (book.asset.state, book.asset.custodian) == ("handed_over", "Viện Cơ khí")
    assert kinds(book.asset) == [
        "entered",
        "plan",
        "forwarded",
        "decision",
        "handed_over",
    ]
    assert days(book.asset)["hand_over"] == (date(2027, 3, 8), TODAY)


def test_every_step_has_its_article_and_its_mark(book):
    assert {
        (o.step.src, str(o.step.v.value), o.step.by)
        for o in queries.steps_of(read(book.asset))
    } == {("ND70", "V", "host"), ("ND70", "V", "officer"), ("ND70", "V", "leader")}


def test_each_step_is_of_its_own_people_and_in_its_order(book):
    with pytest.raises(StepNotAllowed):
        book.act("forward_plan", who="officer", text="")
    with pytest.raises(AccessDenied):
        book.act("plan_handling", who="officer", form="assign", text="x")
    book.act("plan_handling", form="assign", text="Còn tốt.")
    with pytest.raises(AccessDenied):
        book.act("forward_plan", who="host", text="")
    book.act("forward_plan", who="officer", text="")
    with pytest.raises(AccessDenied):
        book.act("decide_handling", who="officer", form="assign", number="1", text="")
    book.act("decide_handling", who="leader", form="liquidate", number="1", text="")
    with pytest.raises(StepNotAllowed):
        book.act("hand_over", party="Viện", text="")
    book.act("dispose_asset", text="Biên bản thanh lý")
    assert (book.asset.state, book.asset.form) == ("gone", "liquidate")
    with pytest.raises(StepNotAllowed):
        book.act("move_custody", custodian="X", place="", reason="")


def test_a_step_of_somebody_else_meanwhile_is_told(book):
    stale = book.asset.version
    book.act("plan_handling", form="assign", text="Còn tốt.")
    with pytest.raises(Stale):
        book.act("plan_handling", form="sell", text="Hỏng.", version=stale)
    assert kinds(book.asset) == ["entered", "plan"]


@pytest.mark.parametrize(
    "changed",
    [
        {"original_value": Decimal(500_000_000)},
        {"original_value": Decimal(1_000_000_000), "quantity": Decimal(2)},
        {"is_car": True},
    ],
)
def test_dear_pieces_and_cars_need_the_opinion_of_the_ministry_of_finance(
    funded, changed
):
    book = Book(funded, factory.asset(funded, **changed))
    book.act("plan_handling", form="assign", text="Còn tốt.")
    book.act("forward_plan", who="officer", text="")
    decide = {"who": "leader", "form": "assign", "number": "12/QĐ", "text": ""}
    with pytest.raises(Invalid) as refused:
        book.act("decide_handling", **decide)
    assert fields(refused) == ["opinion"]
    book.act("decide_handling", **decide, opinion="77/BTC-QLCS")
    last = book.asset.events.latest("id")
    assert (last.number, last.detail["opinion"]) == ("12/QĐ", "77/BTC-QLCS")


@given(
    value=st.integers(0, 10**13),
    pieces=st.integers(1, 10**4).map(lambda n: Decimal(n) / 10),
)
def test_the_opinion_is_asked_exactly_from_the_limit_on_for_one_piece(value, pieces):
    class Rule:
        opinion_above = 500_000_000

    assert queries.needs_opinion(
        Rule, value=Decimal(value), quantity=pieces, is_car=False
    ) == (Fraction(value) / Fraction(pieces) >= 500_000_000)


def test_a_small_part_of_the_state_is_assigned_without_refund(funded):
    small = factory.asset(funded, kind="equipment_part", state_share=3000)
    book = Book(funded, small)
    book.act("plan_handling", form="sell_to_host", text="Còn tốt.")
    book.act("forward_plan", who="officer", text="")
    with pytest.raises(Invalid) as refused:
        book.act(
            "decide_handling", who="leader", form="sell_to_host", number="1", text=""
        )
    assert fields(refused) == ["text"]
    book.act("decide_handling", who="leader", form="assign", number="1", text="")
    assert book.asset.events.latest("id").detail["without refund"] is True
    rule = queries.ownership_of(read(small)).rule
    assert [
        queries.is_assigned_free(rule, state_share=s) for s in (3000, 3001, 10_000)
    ] == [True, False, False]


def test_what_the_host_owns_from_formation_is_handed_over_by_nobody(funded):
    book = Book(funded, factory.asset(funded, formed_on=NEW))
    assert queries.steps_of(read(book.asset)) == []
    with pytest.raises(StepNotAllowed):
        book.act("plan_handling", form="assign", text="x")
    given = {"text": "", "party": "Công ty A", "amount": Decimal(100)}
    with pytest.raises(Invalid) as refused:
        book.act("dispose_asset", **given, form="assign")
    assert fields(refused) == ["form", "number"]
    with pytest.raises(AccessDenied):
        book.act("dispose_asset", who="officer", **given, form="sell", number="1/QĐ")
    book.act("dispose_asset", **given, form="sell", number="1/QĐ-VCK")
    assert (book.asset.state, book.asset.form) == ("gone", "sell")


def test_accepted_in_2024_with_a_patent_of_2026_is_asked_and_not_assumed(funded):
    patent = {
        "kind": "result_full",
        "formed_on": date(2026, 5, 4),
        "accepted_on": date(2024, 6, 3),
    }
    book = Book(funded, factory.asset(funded, **patent))
    found = queries.ownership_of(read(book.asset))
    assert (found.rule, found.must_choose, [r.owner for r in found.candidates]) == (
        None,
        True,
        ["state", "host"],
    )
    assert queries.steps_of(read(book.asset)) == []
    for act in ("plan_handling", "dispose_asset"):
        with pytest.raises(StepNotAllowed) as refused:
            book.act(act, form="assign", text="x")
        with override("en"):
            assert "which rules govern" in str(refused.value.mend)
    choice = {"asset_id": book.asset.pk, "at": AT, "rule": "host_from_formation"}
    with pytest.raises(AccessDenied):
        actions.choose_ownership(actor=funded.host, reason="x", **choice)
    with pytest.raises(Invalid) as refused:
        actions.choose_ownership(actor=funded.officer, reason=" ", **choice)
    assert fields(refused) == ["reason"]
    with pytest.raises(Invalid):
        actions.choose_ownership(
            actor=funded.officer, reason="x", **choice | {"rule": "other"}
        )
    actions.choose_ownership(
        actor=funded.officer, reason="Ý kiến Vụ Pháp chế 15/6/2027", **choice
    )
    found = queries.ownership_of(read(book.asset))
    assert (found.rule.owner, found.must_choose) == ("host", False)
    assert kinds(book.asset) == ["entered", "governed"]


def test_a_choice_for_a_result_governs_its_assets_until_they_have_their_own(funded):
    made = factory.result(
        funded, formed_on=date(2026, 5, 4), accepted_on=date(2024, 6, 3)
    )
    asset = factory.asset(
        funded,
        kind="result_full",
        result=made.public_id,
        formed_on=made.formed_on,
        accepted_on=made.accepted_on,
    )
    choose = {"actor": funded.officer, "reason": "Ý kiến", "at": AT}
    actions.choose_ownership(result_id=made.pk, rule="state_then_handover", **choose)
    assert queries.ownership_of(read(asset)).rule.owner == "state"
    actions.choose_ownership(asset_id=asset.pk, rule="host_from_formation", **choose)
    assert queries.ownership_of(read(asset)).rule.owner == "host"


def test_where_one_rule_alone_governs_there_is_nothing_to_choose(book):
    with pytest.raises(StepNotAllowed):
        actions.choose_ownership(
            actor=book.funded.officer,
            asset_id=book.asset.pk,
            rule="host_from_formation",
            reason="x",
            at=AT,
        )
    assert not OwnershipChoice.objects.exists()


def test_equipment_is_planned_for_and_not_declined(book):
    with pytest.raises(StepNotAllowed):
        book.act("decline_asset", reason="x")


def test_the_stocktake_is_written_once_a_year_and_missing_things_are_said(funded):
    here = factory.asset(funded)
    gone = factory.asset(funded, code="TS-02")
    given = {
        "actor": funded.host,
        "contract_id": funded.contract.pk,
        "year": 2027,
        "on": TODAY,
        "found": {here.public_id},
        "at": AT,
    }
    with pytest.raises(Invalid) as refused:
        actions.take_stock(**given, note_text=" ")
    assert fields(refused) == ["note_text"]
    assert not Stocktake.objects.exists()
    done = actions.take_stock(**given, note_text="Mất khi chuyển kho.")
    assert (done.found, done.missing, kinds(here)[-1], kinds(gone)[-1]) == (
        1,
        1,
        "found",
        "missing",
    )
    with pytest.raises(StepNotAllowed):
        actions.take_stock(**given, note_text="Lần nữa")
    assert AssetEvent.objects.filter(kind="found").count() == 1


def test_a_correction_keeps_what_stood_there_and_why(book):
    with pytest.raises(Invalid):
        actions.change_asset(
            actor=book.funded.host,
            asset_id=book.asset.pk,
            item=factory.item(name="Lò"),
            reason="",
            version=1,
            at=AT,
        )
    actions.change_asset(
        actor=book.funded.host,
        asset_id=book.asset.pk,
        item=factory.item(name="Lò nung ống"),
        reason="Ghi nhầm tên.",
        version=1,
        at=AT,
    )
    last = book.asset.events.latest("id")
    assert (last.text, last.detail) == (
        "Ghi nhầm tên.",
        {"was": {"name": "Lò nung thí nghiệm"}},
    )


@pytest.mark.parametrize("amount", ["-1", "1.5"])
def test_a_value_is_an_amount_in_whole_dong(book, amount):
    with pytest.raises(Invalid) as refused:
        book.act(
            "value_asset",
            amount=Decimal(amount),
            valued_by="X",
            basis="Chứng thư",
            on=TODAY,
        )
    assert (fields(refused), "valued" in kinds(book.asset)) == (["amount"], False)


def test_custody_and_value_are_lines_of_the_book_with_their_paper(book):
    book.act("move_custody", custodian="Xưởng 2", place="Hà Nam", reason="Chuyển")
    book.act(
        "value_asset",
        amount=Decimal(250_000_000),
        valued_by="Công ty thẩm định giá X",
        basis="Giá thị trường",
        file=SimpleUploadedFile("chung-thu.txt", "Chứng thư".encode()),
    )
    line = book.asset.events.latest("id")
    assert (line.amount, line.party) == (
        Decimal(250_000_000),
        "Công ty thẩm định giá X",
    )
    assert (book.asset.custodian, book.asset.place) == ("Xưởng 2", "Hà Nam")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "equipment_part"}, "state_share"),
        ({"state_share": 9999}, "state_share"),
        ({"code": " "}, "code"),
        ({"quantity": Decimal(0)}, "quantity"),
        ({"quantity": Decimal("NaN")}, "quantity"),
        ({"quantity": Decimal("0.0001")}, "quantity"),
        ({"quantity": Decimal("1e11")}, "quantity"),
        ({"formed_on": TODAY + timedelta(days=1)}, "formed_on"),
        ({"original_value": Decimal(-1)}, "original_value"),
        ({"original_value": Decimal("0.5")}, "original_value"),
        ({"result": "none"}, "result"),
    ],
)
def test_each_fault_of_an_asset_is_told_at_its_field(funded, changed, field):
    with pytest.raises(Invalid) as refused:
        factory.asset(funded, **changed)
    assert fields(refused) == [field]


def test_a_number_stands_once_in_an_inventory(book):
    with pytest.raises(Invalid) as refused:
        factory.asset(book.funded)
    assert fields(refused) == ["code"]


def test_no_step_of_handling_lies_before_the_one_it_follows(book):
    day = TODAY - timedelta(days=3)
    book.act("plan_handling", form="assign", text="Còn tốt.", on=day)
    with pytest.raises(Invalid) as refused:
        book.act("forward_plan", "officer", text="", on=day - timedelta(days=1))
    assert [p.field for p in refused.value.problems] == ["on"]
    book.act("forward_plan", "officer", text="", on=day)
    assert book.asset.state == "forwarded"


def test_after_an_early_end_the_plan_is_owed_from_the_decision_on(book):
    at = factory.AT - timedelta(days=20)
    planned = steps(book)["inventory_and_plan"].starts
    Ending.objects.create(
        contract=book.funded.contract,
        state="decided",
        reason="Không còn nhu cầu.",
        asked_at=at,
        decided_at=at,
    )
    ended = steps(book)["inventory_and_plan"].starts
    assert (planned, ended) == (book.funded.contract.ends_on, localdate(at))
    Ending.objects.update(after_failure=True)
    assert steps(book)["inventory_and_plan"].starts == planned


def steps(book):
    found = queries.asset(book.funded.host, book.asset.public_id)
    return {owed.step.id: owed for owed in queries.steps_of(found)}


def test_a_stranger_learns_nothing_of_an_asset(book):
    for actor in (book.funded.story.applicants[1], person(Role.EXPERT), PUBLIC):
        assert list(queries.assets(actor)) == []
        with pytest.raises(NotFound):
            queries.asset(actor, book.asset.public_id)
    assert list(queries.assets(book.funded.finance)) == [book.asset]


def test_work_lists_name_who_owes_the_next_step(book):
    today = date(2028, 10, 1)
    host = queries.work_for(book.funded.host, today)
    mine = [w for w in host if w.kind.startswith("assets.")]
    assert [(w.kind, w.due_on, w.overdue) for w in mine] == [
        ("assets.inventory_and_plan", date(2028, 10, 31), False)
    ]
    book.act("plan_handling", form="assign", text="Còn tốt.")
    late = date(2027, 4, 1)
    office = queries.work_for(book.funded.officer, late)
    assert [(w.kind, w.overdue) for w in office] == [("assets.manager_forwards", True)]
    assert queries.work_for(book.funded.story.applicants[1], late) == []
    assert regime_of(book.funded.contract.case).aftermath is not None
