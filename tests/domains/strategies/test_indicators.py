"""Cards change with a reason and keep every state; targets are replaced, not lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.models import Indicator, IndicatorEdition, Target
from opensti.kernel.access import Role
from opensti.kernel.refusals import AccessDenied, Invalid, Stale, StepNotAllowed
from tests.factories import strategies_indicators as make
from tests.factories.tasks import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
D = Decimal


def facts(**changed):
    return actions.CardFacts(
        **{
            "code": "RD-GDP",
            "name_vi": "Chi cho nghiên cứu trên GDP",
            "definition_vi": "Tổng chi R&D chia cho GDP.",
            "unit_vi": "%",
            "level": "input",
            "direction": "up",
            "kind": "ratio",
            "scope": "economy",
            "aggregation": "ratio",
        }
        | changed
    )


def change(actor, card, **changed):
    reason = changed.pop("reason", "Đính chính tên")
    version = changed.pop("version", card.version)
    return actions.change_indicator(
        actor=actor,
        indicator_id=card.pk,
        facts=facts(**changed),
        reason=reason,
        version=version,
        at=make.AT,
    )


def faults(refused):
    return [(p.field, str(p.message)) for p in refused.value.problems]


def test_a_card_keeps_every_state_with_its_reason():
    officer = make.officer()
    card = actions.create_indicator(actor=officer, facts=facts(), at=make.AT)
    card = change(officer, card, name_vi="Tỷ lệ chi R&D trên GDP")
    card = actions.retire_indicator(
        actor=officer, indicator_id=card.pk, reason="Hết dùng", version=2, at=make.AT
    )
    kept = IndicatorEdition.objects.order_by("number").values_list(
        "number", "reason", "card__name_vi", "card__retired_on"
    )
    assert list(kept) == [
        (1, "", "Chi cho nghiên cứu trên GDP", None),
        (2, "Đính chính tên", "Tỷ lệ chi R&D trên GDP", None),
        (3, "Hết dùng", "Tỷ lệ chi R&D trên GDP", "2026-03-02"),
    ]
    with pytest.raises(StepNotAllowed):
        change(officer, card)


def test_all_that_is_wrong_with_a_card_is_told_at_once():
    make.card(code="RD-GDP")
    with pytest.raises(Invalid) as refused:
        actions.create_indicator(
            actor=make.officer(),
            facts=facts(kind="growth", aggregation="sum", decimals=9, cumulative=True),
            at=make.AT,
        )
    assert [field for field, _message in faults(refused)] == [
        "code",
        "aggregation",
        "cumulative",
        "decimals",
    ]
    assert Indicator.objects.count() == 1


def test_an_applicant_keeps_no_cards():
    with pytest.raises(AccessDenied):
        actions.create_indicator(
            actor=person(Role.APPLICANT), facts=facts(), at=make.AT
        )
    assert not Indicator.objects.exists()


def test_a_card_changes_as_it_was_seen_alone():
    officer = make.officer()
    card = actions.create_indicator(actor=officer, facts=facts(), at=make.AT)
    change(officer, card)
    with pytest.raises(Stale):
        change(officer, card, version=1)


def test_the_unit_does_not_change_under_values():
    officer = make.officer()
    card = actions.create_indicator(actor=officer, facts=facts(), at=make.AT)
    make.approved(card, "2024", D("0.4"))
    with pytest.raises(StepNotAllowed):
        change(officer, card, unit_vi="‰")
    assert Indicator.objects.get().unit_vi == "%"


def dimension(*codes, **more):
    return actions.DimensionFacts(
        code="province",
        name_vi="Tỉnh",
        parts=[actions.PartName(code=c, name_vi=f"Tỉnh {c}") for c in codes],
        **more,
    )


def set_dimensions(card, *dimensions):
    return actions.set_dimensions(
        actor=make.officer(),
        indicator_id=card.pk,
        dimensions=dimensions,
        reason="Theo tỉnh",
        version=card.version,
        at=make.AT,
    )


def test_a_part_with_values_is_not_left_out():
    card = set_dimensions(make.card(), dimension("01", "79"))
    make.approved(card, "2025", 5, cell="province=79")
    with pytest.raises(Invalid) as refused:
        set_dimensions(card, dimension("01"))
    assert [p.field for p in refused.value.problems] == ["dimensions"]
    assert "province=79" in str(refused.value.problems[0].message)


def test_a_code_of_a_part_stands_once():
    with pytest.raises(Invalid):
        set_dimensions(make.card(), dimension("01", "01"))


def target(card, plan, **changed):
    replaces = changed.pop("replaces_id", None)
    said = actions.TargetFacts(
        **{
            "plan_id": plan.pk,
            "comparator": "over",
            "value": D("6.5"),
            "to_year": 2030,
            "text_vi": "Tăng trên 6,5 %/năm.",
            "article": "Điều 1.II.2",
            "mark": "S",
        }
        | changed
    )
    return actions.set_target(
        actor=make.officer(),
        indicator_id=card.pk,
        facts=said,
        at=make.AT,
        replaces_id=replaces,
    )


def test_two_acts_may_want_two_things_of_one_card():
    card = make.card()
    made = [target(card, make.plan(), value=D(v)) for v in ("6.5", "7.5")]
    assert queries.targets_of(make.officer(), card) == made


def test_a_target_replaced_stays_in_the_history():
    card, plan = make.card(), make.plan()
    old = target(card, plan)
    with pytest.raises(StepNotAllowed):
        target(card, plan, value=D(8))
    new = target(card, plan, value=D(8), replaces_id=old.pk)
    old.refresh_from_db()
    assert (old.replaced_by, queries.targets_of(make.officer(), card)) == (
        new,
        [new, old],
    )
    with pytest.raises(StepNotAllowed):
        target(card, plan, value=D(9), replaces_id=old.pk)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"comparator": "range", "high": D(6)}, "high"),
        ({"high": D(9)}, "high"),
        ({"text_vi": " "}, "text_vi"),
        ({"measure": "change"}, "base_year"),
        ({"from_year": 2031}, "from_year"),
        ({"value": D("NaN")}, "value"),
        ({"mark": "X"}, "mark"),
    ],
)
def test_a_target_that_says_nothing_sound_is_refused(changed, field):
    with pytest.raises(Invalid) as refused:
        target(make.card(), make.plan(), **changed)
    assert [p.field for p in refused.value.problems] == [field]
    assert not Target.objects.exists()
