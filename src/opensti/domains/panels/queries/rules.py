"""The rule a council works under, and whether its seats meet it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.domains.panels.choices import SITTING, VOTING, SeatRole
from opensti.domains.procedures.queries import regime_of
from opensti.kernel.citations import cited
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensti.domains.panels.models import Council, CouncilItem, Seat
    from opensti.domains.procedures.regimes.format import (
        CouncilRule,
        Regime,
        ScoreSheet,
        Share,
    )


def regime_of_council(council: Council) -> Regime:
    return regime_of(council.regime_version)


def rule_of(council: Council) -> CouncilRule:
    return regime_of_council(council).council_rule(council.rule_code)


def sheet_of(item: CouncilItem) -> ScoreSheet | None:
    """The score sheet of an item, frozen with the council; none where one only votes."""
    if not item.sheet_code:
        return None
    return regime_of_council(item.council).score_sheet(item.sheet_code)


def ballot_kind(council: Council) -> str:
    """``vote``, ``items``, ``score`` or ``rating``; a cost team agrees on an amount."""
    ballot = rule_of(council).ballot
    return ballot.kind if ballot is not None else "amount"


def sitting(seats: Iterable[Seat]) -> list[Seat]:
    """The seats that count: not declined, not replaced, with a vote."""
    return [s for s in seats if s.state in SITTING and s.role in VOTING]


def composition(council: Council, seats: Iterable[Seat]) -> list[Problem]:
    """Say what the seats lack against the rule: size, then each role."""
    rule, lang = rule_of(council), get_language() or "vi"
    voting = sitting(seats)
    size = len(voting)
    problems = []
    allowed = rule.size_allowed or range(rule.size_min, rule.size_max + 1)
    if size not in allowed:
        wanted = (
            ", ".join(map(str, rule.size_allowed))
            if rule.size_allowed
            else str(rule.size_min)
            if rule.size_min == rule.size_max
            else _("%(min)d to %(max)d") % {"min": rule.size_min, "max": rule.size_max}
        )
        problems.append(
            Problem(
                field="seats",
                message=_("The council has %(size)d members; the rule says %(wanted)s.")
                % {"size": size, "wanted": wanted},
                mend=_("Give or take away seats, %(article)s.")
                % {"article": cited(rule.basis)},
            )
        )
    counts = Counter(seat.role for seat in voting)
    for seat in rule.seats:
        count = counts.pop(seat.role.value, 0)
        if not seat.count_min <= count <= seat.count_max:
            condition = (
                seat.condition_en if lang.startswith("en") else seat.condition_vi
            )
            problems.append(
                Problem(
                    field=f"seats.{seat.role}",
                    message=_("%(role)s: %(count)d; the rule says %(wanted)s.")
                    % {
                        "role": SeatRole(seat.role.value).label,
                        "count": count,
                        "wanted": _span(seat.count_min, seat.count_max),
                    },
                    mend=condition,
                )
            )
    problems.extend(
        Problem(
            field=f"seats.{role}",
            message=_("The rule knows no %(role)s in this council.")
            % {"role": SeatRole(role).label},
            mend=_("Give the person another seat."),
        )
        for role in sorted(counts)
    )
    return problems


def least(share: Share, of: int) -> int:
    """The smallest whole number that meets a share of ``of``: integers, never floats."""
    numerator, denominator = share.fraction.numerator, share.fraction.denominator
    if share.test == "at_least":
        return -(-of * numerator // denominator)
    return of * numerator // denominator + 1


def _span(least: int, most: int) -> str:
    if least == most:
        return str(least)
    return _("%(min)d to %(max)d") % {"min": least, "max": most}
