"""What an act of a plan wants of an indicator; a later act replaces, and keeps, it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal  # noqa: TC003 -- read by the addresses at run time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.actions.indicators import indicator_subject
from opensti.domains.strategies.actions.numbers import number_problems
from opensti.domains.strategies.choices import Comparator, Measure
from opensti.domains.strategies.models import Goal, Indicator, Plan, Target
from opensti.kernel.access import get_visible, require, visible
from opensti.kernel.checks import Faults, locked_row
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

YEARS = range(1990, 2101)
MARKS = ("", "V", "S", "R", "U")


@dataclass(frozen=True, kw_only=True)
class TargetFacts:
    """What the act says, in its words and as numbers in the unit of the card.

    With ``measure`` "growth" the value is % a year, with "change" % since the base.
    ``high`` closes a range, ``tolerance`` is the band of "about"; ``mark`` says how far
    the text was verified (V, S, R, U).
    """

    plan_id: int
    comparator: str
    value: Decimal
    to_year: int
    text_vi: str
    text_en: str = ""
    measure: str = Measure.LEVEL
    goal_id: int | None = None
    high: Decimal | None = None
    tolerance: Decimal | None = None
    from_year: int | None = None
    base_year: int | None = None
    base_value: Decimal | None = None
    article: str = ""
    source: str = ""
    mark: str = ""


@transaction.atomic
def set_target(
    *,
    actor: Actor,
    indicator_id: int,
    facts: TargetFacts,
    at: datetime,
    replaces_id: int | None = None,
) -> Target:
    """Keep what a plan wants of a card; ``replaces_id`` is the target it takes the place of.

    Raises ``Invalid`` with all that does not hold, ``StepNotAllowed`` where the same
    plan wants something of the same year already, or the old target was replaced before.
    """
    card = locked_row(actor, Indicator.objects.all(), pk=indicator_id)
    require(actor, "strategies.keep_target", card)
    plan = get_visible(actor, Plan.objects.all(), pk=facts.plan_id)
    if card.retired_on is not None:
        raise StepNotAllowed(
            _("The card was retired on %(day)s.")
            % {"day": f"{card.retired_on:%d/%m/%Y}"}
        )
    _check(actor, facts)
    old = _replaced(actor, card, replaces_id)
    same = Target.objects.filter(
        indicator=card,
        plan=plan,
        measure=facts.measure,
        to_year=facts.to_year,
        replaced_by=None,
    )
    if old is not None:
        same = same.exclude(pk=old.pk)
    if same.exists():
        raise StepNotAllowed(
            _("%(plan)s wants something of %(year)d already.")
            % {"plan": plan.code, "year": facts.to_year},
            mend=_("Replace that target: it stays in the history."),
        )
    target = Target(indicator=card, plan=plan, created_at=at)
    for name, value in asdict(facts).items():
        setattr(target, name, value.strip() if isinstance(value, str) else value)
    target.save()
    if old is not None:
        old.replaced_by = target
        old.save(update_fields=["replaced_by"])
    record(
        actor=actor,
        act="strategies.set_target",
        subject=indicator_subject(card),
        at=at,
        basis=plan.act_number,
        detail={
            "target": target.pk,
            "plan": plan.code,
            "measure": target.measure,
            "comparator": target.comparator,
            "value": f"{target.value:f}",
            "to_year": target.to_year,
            "replaces": old.pk if old else None,
        },
    )
    return target


def _replaced(actor: Actor, card: Indicator, target_id: int | None) -> Target | None:
    if target_id is None:
        return None
    old = get_visible(
        actor,
        Target.objects.select_for_update(of=("self",)),
        pk=target_id,
        indicator=card,
    )
    if old.replaced_by_id is not None:
        raise StepNotAllowed(
            _("This target was replaced already."),
            mend=_("Replace the one that stands now."),
        )
    return old


def _check(actor: Actor, facts: TargetFacts) -> None:  # noqa: C901, PLR0912 -- one check after another
    faults = Faults()
    faults.needs("text_vi", facts.text_vi, _("Write the words of the act."))
    if facts.comparator not in Comparator.values:
        faults.add("comparator", _("Choose one of the list."))
    if facts.measure not in Measure.values:
        faults.add("measure", _("Choose one of the list."))
    if facts.mark not in MARKS:
        faults.add("mark", _("A mark is V, S, R or U."))
    for name in ("value", "high", "tolerance", "base_value"):
        faults.found += number_problems(name, getattr(facts, name))
    ranged = facts.comparator == Comparator.RANGE
    if ranged and (facts.high is None or facts.high <= facts.value):
        faults.add("high", _("A range ends above its beginning."))
    if not ranged and facts.high is not None:
        faults.add("high", _("Only a range has a second end."))
    if facts.tolerance is not None and facts.tolerance < 0:
        faults.add("tolerance", _("A band is not negative."))
    for name in ("from_year", "to_year", "base_year"):
        year = getattr(facts, name)
        if year is not None and year not in YEARS:
            faults.add(name, _("This is no year from 1990 to 2100."))
    if facts.from_year is not None and facts.from_year > facts.to_year:
        faults.add("from_year", _("It begins after it ends."))
    if facts.base_year is not None and facts.base_year >= facts.to_year:
        faults.add("base_year", _("The base lies before the target."))
    if facts.measure == Measure.CHANGE and facts.base_year is None:
        faults.add("base_year", _("A change is measured from a base year: name it."))
    if (
        facts.goal_id is not None
        and not (
            visible(actor, Goal.objects.filter(pk=facts.goal_id, plan_id=facts.plan_id))
        ).exists()
    ):
        faults.add("goal_id", _("The goal is of another plan."))
    faults.refuse()
