"""A running contract is changed within its procedure's limits, once, and says since when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import Amendment, Budget, Payment, Terms
from opensti.domains.contracts.problem import line_of
from opensti.domains.contracts.queries.amending import amendment_work
from opensti.domains.contracts.queries.beside import differences
from opensti.domains.procedures.queries import deadlines_of
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.money import format_money
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
    SudoNeeded,
)
from tests.factories import amendments as factory
from tests.factories import contracts as contract_factory
from tests.factories.registry import Organisations, People, Positions
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def changed(amendment):
    return [
        (str(d.label), d.of, d.before, d.after)
        for d in differences(amendment.before, amendment.after)
    ]


def lines(funded, *, moved, to=None):
    """The budget's lines with so much taken from one of state money, given to a new one."""
    budget = queries.budget_now(funded.contract.dossier_id)
    held = [line_of(item) for item in budget.items.order_by("position")]
    taken = next(n for n in held if n.source == "state")
    new = actions.Line(
        category="travel", year=taken.year, source="state", amount=Decimal(to or moved)
    )
    less = replace(taken, amount=taken.amount - moved)
    return [less if n is taken else n for n in held] + [new]


def test_an_extension_moves_the_end_writes_terms_and_moves_what_hangs_on_it():
    funded = factory.running("national_2013")
    acceptance = funded.contract.acceptance
    acceptance.case.regime_version = funded.contract.case.regime_version
    acceptance.case.regime_sha256 = funded.contract.case.regime_sha256
    acceptance.case.save()
    amendment = factory.asked(funded, "extend", months=6)
    assert (amendment.authority, str(amendment.due_on)) == ("leader", "2027-03-31")
    assert changed(amendment) == [("Ends", "", "01/09/2028", "01/03/2029")]
    done = factory.decided(amendment, funded.leader)
    contract = funded.again()
    assert (done.state, contract.ends_on) == ("in_force", date(2029, 3, 1))
    assert changed(done) == [("Ends", "", "01/09/2028", "01/03/2029")]
    terms = Terms.objects.filter(contract=contract).order_by("number")
    assert [(t.number, t.in_force_from, t.content["ends_on"]) for t in terms] == [
        (1, contract_factory.SIGNED.date(), "2028-09-01"),
        (2, factory.DECIDED.date(), "2029-03-01"),
    ]
    assert done.terms == terms[1]
    assert [d.due_on for d in deadlines_of(acceptance.case_id)] == [date(2029, 4, 2)]


def test_what_was_changed_is_public_and_why_is_not():
    funded = factory.running("national_2013")
    factory.decided(factory.asked(funded, "extend", months=6), funded.leader)
    entry = Entry.objects.get(act="contracts.decide_amendment")
    assert entry.public
    assert json.loads(entry.body)["detail"]["ends_on"] == "2029-03-01"
    assert "Thiết bị về chậm." not in entry.body


def test_the_contract_says_what_was_in_force_on_each_day():
    funded = factory.running("national_2013")
    factory.decided(factory.asked(funded, "extend", months=6), funded.leader)
    said = [
        queries.in_force_on(funded.officer, funded.contract, day).content["ends_on"]
        for day in (
            factory.DECIDED.date() - timedelta(days=1),
            factory.DECIDED.date(),
        )
    ]
    assert said == ["2028-09-01", "2029-03-01"]


def test_a_limit_that_is_passed_is_refused_with_its_rule_and_who_could_allow_it():
    funded = factory.running("national_2013")
    with pytest.raises(Invalid) as refused:
        factory.asked(funded, "extend", months=12)
    refusal = refused.value
    assert [(p.field, p.message) for p in refusal.problems] == [
        ("months", "All extensions together: at most 6 months.")
    ]
    assert (refusal.article, str(refusal.who)) == (
        "TT04 Art 12",
        "nobody under this procedure",
    )
    assert not Amendment.objects.exists()


def test_where_the_text_is_silent_the_leader_decides_and_says_why():
    funded = factory.running("moit_2014")
    amendment = factory.asked(funded, "extend", months=12)
    with pytest.raises(Invalid) as refused:
        factory.decided(amendment, funded.leader, reason="")
    assert [p.field for p in refused.value.problems] == ["reason"]
    assert factory.decided(amendment, funded.leader).state == "in_force"


def test_the_second_extension_is_one_too_many():
    funded = factory.running("moit_2014")
    factory.decided(factory.asked(funded, "extend", months=3), funded.leader)
    with pytest.raises(Invalid) as refused:
        factory.asked(funded, "extend", months=1)
    assert [p.message for p in refused.value.problems] == ["At most 1 times."]


@pytest.mark.parametrize("regime", ["moit_2026", "nd268_2025"])
def test_where_no_limit_of_months_is_known_it_is_said_and_not_refused(regime):
    funded = factory.running(regime)
    limits = factory.asked(funded, "extend", months=40).limits
    assert [(n["code"], n["verdict"]) for n in limits] == [
        ("months_unknown", "unknown")
    ]


def test_a_transfer_between_lines_is_one_more_version_of_the_budget():
    funded = factory.running()
    before = queries.budget_now(funded.contract.dossier_id)
    amendment = factory.asked(
        funded, "budget_transfer", lines=lines(funded, moved=1_000_001)
    )
    done = factory.decided(amendment, funded.leader)
    after = queries.budget_now(funded.contract.dossier_id)
    assert (after.stage, after.number, after.state_money) == (
        "amended",
        before.number + 1,
        before.state_money,
    )
    assert done.budget == after
    assert funded.again().terms.get(number=2).content["budget"] == after.sha256
    shown = [(d.before, d.after) for d in differences(done.before, done.after)]
    old = before.items.filter(source="state").order_by("position")[0].amount
    assert shown == [
        (format_money(old), format_money(old - 1_000_001)),
        ("", format_money(Decimal(1_000_001))),
    ]


def test_lines_that_change_a_total_must_ask_for_that_and_the_law_says_no():
    funded = factory.running()
    more = lines(funded, moved=5, to=6)
    with pytest.raises(Invalid) as refused:
        factory.asked(funded, "budget_transfer", lines=more)
    assert refused.value.problems[0].message == (
        "The lines change more than was asked for: total of the state money."
    )
    both = ("budget_transfer", "state_total")
    with pytest.raises(Invalid) as refused:
        factory.asked(funded, *both, lines=more)
    assert [(p.field, p.message) for p in refused.value.problems] == [
        (
            "instalments",
            "All instalments together are the state money of the contract.",
        )
    ]
    last = funded.contract.instalments.get(position=3)
    follows = {last.key: (last.amount + 1, None)}
    with pytest.raises(Invalid) as refused:
        factory.asked(funded, *both, lines=more, instalments=follows)
    assert [p.message for p in refused.value.problems] == [
        "The total of the state money stays as it is.",
        "The rule does not allow this change.",
    ]
    assert Budget.objects.filter(stage="amended").count() == 0


def test_the_host_decides_by_itself_where_the_rule_says_so_and_the_office_reads_it():
    funded = factory.running("moit_2014", lump="final_product")
    host = factory.manager(funded)
    other = People.create()
    Positions.create(person=other, organisation=funded.contract.host)
    amendment = factory.asked(funded, "leader", actor=host, leader_id=other.pk)
    assert amendment.authority == "manager"
    with pytest.raises(AccessDenied):
        factory.decided(amendment, funded.leader)
    done = factory.decided(amendment, host, decision_number="05/QĐ-VNC")
    assert funded.again().leader == other
    assert changed(done)[0][3] == other.full_name
    assert list(queries.amendments_of(funded.officer, funded.contract)) == [done]


def test_a_task_cannot_be_led_by_whom_the_asker_cannot_know():
    funded = factory.running()
    with pytest.raises(Invalid) as refused:
        factory.asked(funded, "leader", leader_id=10**9)
    assert [p.field for p in refused.value.problems] == ["leader"]


def test_a_new_host_takes_the_contract_over_and_the_list_finds_it():
    funded = factory.running()
    other = Organisations.create(name_vi="Viện Luyện kim màu")
    factory.decided(factory.asked(funded, "host", host_id=other.pk), funded.leader)
    assert funded.again().host == other
    found = queries.contracts(funded.officer, q="luyen kim mau")
    assert list(found) == [funded.contract]


def test_a_new_name_under_a_partial_lump_sum_waits_for_council_and_consent():
    funded = factory.running("national_2013", lump="partial")
    amendment = factory.asked(funded, "name", title_vi="Tên mới", title_en="New name")
    with pytest.raises(Invalid) as refused:
        factory.decided(amendment, funded.leader)
    assert [p.field for p in refused.value.problems] == [
        "council_opinion",
        "consent_ordering_body",
    ]
    factory.decided(
        amendment,
        funded.leader,
        council_opinion="Hội đồng nhất trí.",
        consents={"ordering_body": "CV 12/BCT-KHCN"},
    )
    contract = funded.again()
    assert (contract.title_vi, contract.case.title) == ("Tên mới", "Tên mới")


def test_a_lump_sum_to_the_final_product_keeps_its_products():
    funded = factory.running("moit_2014", lump="final_product")
    with pytest.raises(Invalid) as refused:
        factory.asked(
            funded, "product", products=[actions.Promised(name_vi="Thứ khác")]
        )
    assert [p.field for p in refused.value.problems] == ["products", "products"]


def test_products_keep_their_key_and_new_ones_come_last():
    funded = factory.running()
    held = funded.contract.products.get()
    kept = actions.Promised(
        key=held.key, name_vi=held.name_vi, quantity=Decimal(3), unit="bộ"
    )
    done = factory.decided(
        factory.asked(
            funded, "product", products=[kept, actions.Promised(name_vi="Phần mềm")]
        ),
        funded.leader,
    )
    rows = funded.contract.products.order_by("position")
    assert [(p.key, p.name_vi, p.quantity) for p in rows] == [
        (held.key, held.name_vi, Decimal(3)),
        (rows[1].key, "Phần mềm", None),
    ]
    assert done.after["terms"]["products"][0]["quantity"] == "3.000"


def test_milestones_move_and_instalments_that_are_not_paid_follow():
    funded = factory.running()
    first, second, third = funded.contract.instalments.order_by("position")
    moved = {
        second.key: (second.amount - 1, date(2027, 7, 1)),
        third.key: (third.amount + 1, None),
    }
    done = factory.decided(
        factory.asked(
            funded,
            "content",
            milestones={1: date(2027, 9, 1)},
            instalments=moved,
        ),
        funded.leader,
    )
    assert funded.contract.milestones.get(position=1).due_on == date(2027, 9, 1)
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.due_on, second.amount + third.amount + first.amount) == (
        date(2027, 7, 1),
        funded.contract.state_money,
    )
    assert len(changed(done)) == 4


def test_what_is_paid_stays_and_all_instalments_are_the_state_money():
    funded = factory.running()
    first, second, _third = funded.contract.instalments.order_by("position")
    Payment.objects.create(
        contract=funded.contract,
        instalment=first,
        amount=first.amount,
        paid_on=factory.ASKED.date(),
        reference="UNC 1",
        made_at=factory.ASKED,
    )
    for wrong in (
        {first.key: (first.amount, date(2027, 1, 1))},
        {second.key: (second.amount + 1, None)},
    ):
        with pytest.raises(Invalid) as refused:
            factory.asked(funded, "content", instalments=wrong)
        assert [p.field for p in refused.value.problems] == ["instalments"]


def test_an_instalment_has_no_fraction_of_a_dong():
    funded = factory.running()
    _first, second, third = funded.contract.instalments.order_by("position")
    half = Decimal("0.5")
    halves = {
        second.key: (second.amount - half, None),
        third.key: (third.amount + half, None),
    }
    with pytest.raises(Invalid) as refused:
        factory.asked(funded, "content", instalments=halves)
    assert [(p.field, p.message) for p in refused.value.problems] == [
        ("instalments", "An amount has no fractions of a đồng: 799999999.5.")
    ]


def test_two_open_changes_never_touch_the_same():
    funded = factory.running()
    factory.asked(funded, "extend", months=3)
    with pytest.raises(StepNotAllowed) as refused:
        factory.asked(funded, "shorten", ends_on=date(2028, 1, 1))
    assert str(refused.value) == "Amendment 1 is open and touches the same: extension."
    assert factory.asked(funded, "team", note="Thay một thành viên.").number == 2


def test_whoever_is_second_finds_it_decided():
    funded = factory.running()
    amendment = factory.asked(funded, "extend", months=3)
    factory.decided(amendment, funded.leader)
    for act in (factory.decided, refused_by):
        with pytest.raises(StepNotAllowed):
            act(amendment, funded.leader)
    assert Terms.objects.filter(contract=funded.contract).count() == 2


def refused_by(amendment, actor, *, reason="Không cần.", **more):
    return actions.refuse_amendment(
        actor=actor,
        amendment_id=amendment.pk,
        reason=reason,
        at=factory.DECIDED,
        **more,
    )


def test_a_page_of_yesterday_decides_nothing():
    funded = factory.running()
    amendment = factory.asked(funded, "extend", months=3)
    actions.give_opinion(
        actor=funded.finance,
        amendment_id=amendment.pk,
        text="Đồng ý.",
        at=factory.ASKED,
    )
    with pytest.raises(Stale):
        factory.decided(amendment, funded.leader, version=amendment.version)
    amendment.refresh_from_db()
    assert (amendment.state, amendment.opinions[0]["text"]) == ("opinions", "Đồng ý.")
    assert funded.again().ends_on == contract_factory.ENDS


def test_a_contract_that_changed_under_the_asking_is_not_changed_blindly():
    funded = factory.running()
    amendment = factory.asked(funded, "extend", months=3)
    contract = funded.again()
    contract.ends_on = date(2028, 10, 1)
    contract.save()
    with pytest.raises(Stale):
        factory.decided(amendment, funded.leader)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("effective_on", {"effective_on": factory.DECIDED.date() + timedelta(days=1)}),
        ("effective_on", {"effective_on": date(2026, 1, 1)}),
        ("decision_number", {"decision_number": " "}),
    ],
)
def test_a_decision_has_its_number_and_a_day_that_terms_can_follow(field, given):
    funded = factory.running()
    amendment = factory.asked(funded, "extend", months=3)
    with pytest.raises(Invalid) as refused:
        factory.decided(amendment, funded.leader, **given)
    assert [p.field for p in refused.value.problems] == [field]


def test_deciding_asks_for_the_password_again():
    funded = factory.running()
    amendment = factory.asked(funded, "extend", months=3)
    with pytest.raises(SudoNeeded):
        factory.decided(amendment, replace(funded.leader, sudo=False))
    assert funded.again().ends_on == contract_factory.ENDS


def test_a_lent_role_is_kept_with_the_decision():
    funded = factory.running()
    amendment = factory.asked(funded, "extend", months=3)
    deputy = replace(
        person(Role.LEADER), on_behalf={Role.LEADER: funded.leader.user_id}
    )
    factory.decided(amendment, deputy)
    entry = Entry.objects.get(act="contracts.decide_amendment")
    assert (entry.actor_user_id, entry.on_behalf) == (
        deputy.user_id,
        funded.leader.user_id,
    )


def test_a_refusal_has_its_reason_and_changes_nothing():
    funded = factory.running()
    amendment = factory.asked(funded, "extend", months=3)
    with pytest.raises(Invalid):
        refused_by(amendment, funded.leader, reason=" ")
    assert refused_by(amendment, funded.leader).state == "refused"
    assert (funded.again().ends_on, funded.contract.terms.count()) == (
        contract_factory.ENDS,
        1,
    )


def test_whoever_asked_withdraws_and_nobody_else():
    funded = factory.running()
    amendment = factory.asked(funded, "extend", months=3, actor=funded.host)
    take = {"amendment_id": amendment.pk, "at": factory.ASKED}
    with pytest.raises(AccessDenied):
        actions.withdraw_amendment(actor=funded.officer, **take)
    done = actions.withdraw_amendment(actor=funded.host, **take)
    assert done.state == "withdrawn"


def test_a_contract_that_does_not_run_is_not_amended():
    funded = contract_factory.drafted()
    with pytest.raises(StepNotAllowed):
        factory.asked(funded, "extend", months=3)


def test_an_amendment_is_asked_for_with_a_kind_and_a_reason():
    funded = factory.running()
    ask = {
        "actor": funded.officer,
        "contract_id": funded.contract.pk,
        "patch": actions.Patch(months=3),
        "at": factory.ASKED,
    }
    for wrong in ({"kinds": [], "reason": "x"}, {"kinds": ["extend"], "reason": " "}):
        with pytest.raises(Invalid):
            actions.ask_amendment(**ask, **wrong)
    assert not Amendment.objects.exists()


def test_the_office_and_the_host_know_of_it_and_nobody_else():
    funded = factory.running()
    amendment = factory.asked(funded, "extend", months=3)
    party = person(
        Role.OFFICER,
        Role.LEADER,
        member_of=frozenset({funded.contract.host_id}),
        manages=frozenset({funded.contract.host_id}),
    )
    who = {
        "officer": funded.officer,
        "leader": funded.leader,
        "finance": funded.finance,
        "auditor": person(Role.AUDITOR),
        "host": funded.host,
        "party": party,
        "rival": funded.story.applicants[1],
        "expert": person(Role.EXPERT),
        "public": PUBLIC,
    }
    knowing = {
        name
        for name, actor in who.items()
        if queries.amendments_of(actor, funded.contract)
    }
    assert knowing == {"officer", "leader", "finance", "auditor", "host", "party"}
    for name in ("officer", "finance", "auditor", "host", "party"):
        with pytest.raises(AccessDenied):
            factory.decided(amendment, who[name])
    for name in ("rival", "expert", "public"):
        with pytest.raises(NotFound):
            factory.decided(amendment, who[name])
    assert funded.again().ends_on == contract_factory.ENDS


def test_what_waits_is_on_the_page_of_whoever_decides():
    funded = factory.running("moit_2014", lump="final_product")
    host = factory.manager(funded)
    factory.asked(funded, "extend", months=3)
    factory.asked(funded, "team", note="Thay một thành viên.")
    day = factory.DECIDED.date()
    told = {
        name: [item.url_args[1] for item in amendment_work(actor, day)]
        for name, actor in {
            "leader": funded.leader,
            "host": host,
            "officer": funded.officer,
            "auditor": person(Role.AUDITOR),
        }.items()
    }
    assert told == {"leader": [1], "host": [2], "officer": [1], "auditor": []}
