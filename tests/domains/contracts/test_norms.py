"""The norms of a task's own procedure hold each version; signed contracts stand beside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from opensti.domains.calls.models import Dossier
from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.actions.budgeting import write_budget
from opensti.domains.contracts.choices import BudgetStage
from opensti.domains.contracts.models import Budget, Contract
from opensti.domains.contracts.problem import Line, line_of
from opensti.domains.contracts.problem.asking import budget_basis
from opensti.domains.procedures.models import Case, RegimeVersion
from opensti.domains.procedures.queries import regime_of
from opensti.domains.procedures.regimes.rule_checks import check_rules
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.refusals import Invalid
from tests.factories import contracts as factory
from tests.factories import portfolios as round_factory
from tests.factories.tasks import person, regimes

pytestmark = pytest.mark.django_db
AT = round_factory.LAID_OUT


def of_earlier_years(dossier):
    """The dossier as it was handed in under the procedure of 2014."""
    version = RegimeVersion.objects.filter(code="moit_2014").latest("pk")
    Case.objects.filter(dossier=dossier).update(
        regime_version=version,
        regime_code="moit_2014",
        regime_sha256=version.sha256,
    )
    handed_in = datetime(2024, 3, 1, tzinfo=UTC)
    Dossier.objects.filter(pk=dossier.pk).update(submitted_at=handed_in)
    return Dossier.objects.get(pk=dossier.pk)


def test_a_line_above_its_norm_is_kept_only_with_its_ground():
    story = round_factory.judged("90")
    dossier = of_earlier_years(story.dossiers[0])
    lines = budget_basis(dossier).lines
    paid = replace(
        lines[0],
        norm="remuneration_tt03/pi",
        quantity=Decimal(24),
        unit="tháng",
        price=Decimal(50_000_000),
        reason="Tách theo chức danh.",
    )
    given = {
        "actor": story.officer,
        "dossier_id": dossier.pk,
        "based_on": 1,
        "at": AT,
    }
    with pytest.raises(Invalid) as refused:
        actions.propose_budget(lines=[paid, *lines[1:]], **given)
    assert [p.field for p in refused.value.problems] == ["lines.1.ground"]
    assert not Budget.objects.exists()
    grounded = replace(paid, ground="Chuyên gia đầu ngành, có quyết định.")
    kept = actions.propose_budget(lines=[grounded, *lines[1:]], **given)
    item = kept.items.order_by("position")[0]
    assert (item.norm, item.norm_max, item.ground) == (
        "remuneration_tt03/pi",
        Decimal(960_000_000),
        "Chuyên gia đầu ngành, có quyết định.",
    )


def test_a_procedure_that_names_no_norm_knows_none_and_refuses_one():
    story = round_factory.judged("90")
    dossier = story.dossiers[0]
    assert queries.norms_of(dossier) == []
    assert len(queries.norms_of(of_earlier_years(dossier))) == 5
    lines = budget_basis(story.dossiers[0]).lines
    named = replace(lines[0], norm="remuneration_tt03/pi", reason="Thử.")
    Case.objects.filter(dossier=dossier).update(
        regime_sha256=dossier.case.regime_sha256,
        regime_code=dossier.case.regime_code,
        regime_version=dossier.case.regime_version_id,
    )
    with pytest.raises(Invalid) as refused:
        actions.propose_budget(
            actor=story.officer,
            dossier_id=dossier.pk,
            based_on=1,
            lines=[named, *lines[1:]],
            at=AT,
        )
    assert [p.field for p in refused.value.problems] == ["lines.1.norm"]


def test_no_version_of_whatever_hand_holds_a_line_above_its_norm_without_a_ground():
    story = round_factory.judged("90")
    above = Line(
        category="labour",
        year=2024,
        source="state",
        amount=Decimal(2),
        norm="a/b",
        norm_max=Decimal(1),
    )
    with pytest.raises(Invalid) as refused:
        write_budget(
            actor=SYSTEM,
            dossier_id=story.dossiers[0].pk,
            stage=BudgetStage.AMENDED,
            lines=[above],
            at=AT,
        )
    assert [p.field for p in refused.value.problems] == ["lines.1.ground"]


def test_the_database_itself_refuses_a_line_above_its_norm_and_one_of_no_kind():
    story = round_factory.judged("90")
    budget = write_budget(
        actor=SYSTEM,
        dossier_id=story.dossiers[0].pk,
        stage=BudgetStage.ASKED,
        lines=budget_basis(story.dossiers[0]).lines,
        at=AT,
    )
    for wrong in (
        {"norm_max": 0},
        {"category": "gifts"},
        {"source": "nobody"},
        {"quantity": -1},
        {"price": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            budget.items.update(**wrong)
    assert budget.items.update(norm_max=0, ground="Có căn cứ.") == 3


def test_the_check_of_procedures_knows_a_table_that_is_not_there():
    regimes()
    regime = regime_of(RegimeVersion.objects.filter(code="moit_2014").latest("pk"))
    assert [f.code for f in check_rules(regime)] == []
    wrong = replace(
        regime, execution=replace(regime.execution, norms=("remuneration_tt99",))
    )
    assert [(f.code, f.path) for f in check_rules(wrong)] == [
        ("unknown_norm", "execution.norms.remuneration_tt99")
    ]


def priced(dossier, price, *, description="Công chủ nhiệm nhiệm vụ", unit="tháng"):
    """One more version of a budget whose first line has a unit price."""
    budget = queries.budget_now(dossier.pk)
    lines = [line_of(i) for i in budget.items.all()] if budget else []
    line = Line(
        category="labour",
        year=2026,
        source="state",
        description=description,
        quantity=Decimal(1),
        unit=unit,
        price=Decimal(price),
        amount=Decimal(price),
    )
    write_budget(
        actor=SYSTEM,
        dossier_id=dossier.pk,
        stage=BudgetStage.CONTRACT,
        lines=[*lines, line],
        at=AT,
    )
    return line


def test_a_price_stands_beside_those_of_at_least_three_signed_contracts():
    story = round_factory.judged("90", "85", "80", "75", orders=4)
    round_factory.released(story)
    contracts = list(Contract.objects.order_by("pk"))
    for contract, price in zip(contracts, (30, 20, 50, 99), strict=True):
        priced(contract.dossier, price * 1_000_000)
    mine = Line(
        key="mine",
        category="labour",
        year=2026,
        source="state",
        description="công chủ nhiệm",
        quantity=Decimal(1),
        unit="Tháng",
        price=Decimal(60_000_000),
        amount=Decimal(60_000_000),
    )

    def past(actor=story.officer, **changed):
        return queries.past_prices(
            actor, contracts[3].dossier_id, [replace(mine, **changed)]
        )

    assert past() == {}  # none is signed
    signed = [c.pk for c in contracts]
    sign(signed[:2])
    assert past() == {}  # two are no comparison
    sign(signed)
    assert past() == {
        "mine": queries.PastPrice(
            n=3,
            median=Decimal(30_000_000),
            highest=Decimal(50_000_000),
            above=True,
        )
    }
    assert past(price=Decimal(50_000_000))["mine"].above is False
    assert past(unit="công") == {}
    assert past(category="travel") == {}
    assert past(description="vé máy bay") == {}
    assert past(actor=story.applicants[0]) == {}
    assert past(actor=person(Role.EXPERT)) == {}


def test_a_price_above_those_of_signed_contracts_needs_its_ground():
    story = round_factory.judged("90", "85", "80", "75", orders=4)
    round_factory.released(story)
    *others, mine = Contract.objects.order_by("pk")
    for contract, price in zip(others, (30, 20, 50), strict=True):
        priced(contract.dossier, price * 1_000_000)
    sign([c.pk for c in others])
    lines = [line_of(i) for i in queries.budget_now(mine.dossier_id).items.all()]
    first, *rest = lines
    price = first.amount
    dear = replace(
        first,
        description="công chủ nhiệm",
        quantity=Decimal(1),
        unit="tháng",
        price=price,
    )
    assert price > 50_000_000
    given = {
        "actor": story.officer,
        "contract_id": mine.pk,
        "based_on": queries.budget_now(mine.dossier_id).number,
        "at": AT,
    }
    with override("en"), pytest.raises(Invalid) as refused:
        actions.agree_budget(**given, lines=[dear, *rest])
    assert [(p.field, str(p.message)) for p in refused.value.problems] == [
        (
            "lines.1.ground",
            (
                "Row 1: the unit price is above the highest of 3 signed contracts, "
                "50,000,000\u00a0VND."
            ),
        )
    ]
    assert Budget.objects.filter(stage=BudgetStage.CONTRACT).count() == 3
    grounded = replace(dear, ground="Báo giá 03/2026.")
    kept = actions.agree_budget(**given, lines=[grounded, *rest])
    assert kept.items.get(position=1).ground == "Báo giá 03/2026."


def sign(ids):
    for number, pk in enumerate(ids):
        Contract.objects.filter(pk=pk).update(
            number=f"{number}/HĐ",
            starts_on=factory.STARTS,
            ends_on=factory.ENDS,
            signed_on=factory.STARTS,
        )
