"""An amendment keeps every day to come inside the contract, and the contract inside its type."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from opensti.domains.contracts.models import Amendment, Milestone
from opensti.domains.tasks.models import Order
from opensti.kernel.refusals import Invalid
from tests.factories import amendments as factory

pytestmark = pytest.mark.django_db
OUTSIDE = "“%s” would be due outside the contract's days."


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def refused(funded, *kinds, **patch):
    with pytest.raises(Invalid) as found:
        factory.asked(funded, *kinds, **patch)
    assert not Amendment.objects.exists()
    return [(p.field, str(p.message)) for p in found.value.problems]


def test_an_earlier_end_leaves_no_milestone_behind():
    funded = factory.running()
    end = date(2028, 1, 1)
    assert refused(funded, "shorten", ends_on=end) == [("ends_on", OUTSIDE % "Mốc 2")]
    done = factory.decided(
        factory.asked(
            funded, "shorten", "content", ends_on=end, milestones={2: date(2027, 12, 1)}
        ),
        funded.leader,
    )
    assert (done.state, funded.again().ends_on) == ("in_force", end)


def test_an_earlier_end_asks_nothing_of_what_was_reached():
    funded = factory.running()
    Milestone.objects.filter(contract=funded.contract).update(
        reached_on=date(2027, 2, 1)
    )
    asked = factory.asked(funded, "shorten", ends_on=date(2028, 1, 1))
    assert asked.state == "asked"


def test_a_day_is_not_set_outside_the_contract():
    funded = factory.running()
    first = funded.contract.instalments.order_by("position")[0]
    assert refused(
        funded,
        "content",
        milestones={1: date(2099, 1, 1)},
        instalments={first.key: (first.amount, date(2020, 1, 1))},
    ) == [
        ("milestone-1", OUTSIDE % "Mốc 1"),
        (f"instalment-{first.key}-due", OUTSIDE % "Đợt 1"),
    ]


def test_an_extension_gives_room_for_what_is_asked_with_it():
    funded = factory.running()
    asked = factory.asked(
        funded, "extend", "content", months=6, milestones={2: date(2028, 12, 1)}
    )
    assert asked.after["terms"]["milestones"][1]["due_on"] == "2028-12-01"


def test_a_contract_never_runs_longer_than_its_type_of_task():
    funded = factory.running("nd268_2025")
    Order.objects.filter(pk=funded.contract.dossier.order_id).update(
        kind="startup_support"
    )
    assert refused(funded, "extend", months=37) == [
        ("months", "A task of this type runs at most 60 months in all.")
    ]
    limits = factory.asked(funded, "extend", months=36).limits
    assert [(n["code"], n["verdict"], n["asked"], n["most"]) for n in limits] == [
        ("months_unknown", "unknown", "36", ""),
        ("type_months", "ok", "60", "60"),
    ]
