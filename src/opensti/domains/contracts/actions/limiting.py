"""What the procedure says of a change that is asked for, by when, and whose decision it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from opensti.domains.contracts.actions.patching import Snapshot, line_from
from opensti.domains.contracts.choices import AmendmentKind
from opensti.domains.contracts.problem.amended_days import type_months
from opensti.domains.contracts.problem.changed_lines import (
    least_authority,
    lump_limits,
)
from opensti.domains.contracts.queries import rules_of
from opensti.domains.contracts.queries.amending import (
    limit_text,
    standing_of,
    who_said,
)
from opensti.domains.contracts.queries.limits import Limit, authority_of, limits
from opensti.domains.procedures.queries import working_calendar
from opensti.kernel.periods import deadline
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opensti.domains.contracts.models import Contract
    from opensti.domains.contracts.problem import Line
    from opensti.domains.procedures.regimes.format import ExecutionRules
    from opensti.kernel.access import Role

# At which field of the form a limit speaks.
FIELDS = {
    AmendmentKind.EXTEND: "months",
    AmendmentKind.SHORTEN: "ends_on",
    AmendmentKind.BUDGET_TRANSFER: "lines",
    AmendmentKind.STATE_TOTAL: "lines",
    AmendmentKind.OTHER_MONEY: "lines",
    AmendmentKind.NAME: "title_vi",
    AmendmentKind.AIM: "objectives",
    AmendmentKind.PRODUCT: "products",
    AmendmentKind.CONTENT: "obligations",
    AmendmentKind.LEADER: "leader",
    AmendmentKind.HOST: "host",
}


def found_limits(
    contract: Contract,
    kinds: Sequence[str],
    said: Mapping[str, Any],
    before: Snapshot,
    *,
    asked_on: date,
) -> list[Limit]:
    """Every limit of the procedure on a proposed change, as it stands now."""
    rules = rules_of(contract)
    standing = standing_of(contract, before["lines"])
    found = limits(
        rules,
        kinds,
        standing,
        patch=said,
        today=asked_on,
        calendar=working_calendar(),
    )
    if "ends_on" in said and AmendmentKind.EXTEND in kinds:
        most = type_months(contract, date.fromisoformat(said["ends_on"]))
        found += [most] if most else []
    if "lines" in said:
        lump = rules.lump_sum(contract.lump_sum)
        found += lump_limits(lump, *_both(said, before))
    return found


def _both(said: Mapping[str, Any], before: Snapshot) -> tuple[list[Line], list[Line]]:
    return (
        [line_from(row) for row in before["lines"]],
        [line_from(row) for row in said["lines"]],
    )


def authority_for(
    rules: ExecutionRules,
    kinds: Sequence[str],
    lump: str,
    said: Mapping[str, Any],
    before: Snapshot,
) -> Role:
    """Whose decision it is; money outside a lump sum is never the host's own to move."""
    if "lines" in said:
        least = least_authority(rules.lump_sum(lump), *_both(said, before))
        if least is not None:
            return least
    return authority_of(rules, kinds, lump)


def refuse_what_is_over(found: Iterable[Limit]) -> None:
    """Raise ``Invalid`` with each limit that is passed, its article and who could allow."""
    over = [limit for limit in found if limit.verdict == "over"]
    if not over:
        return
    refusal = Invalid(
        [
            Problem(
                field=FIELDS.get(AmendmentKind(limit.kind), "note"),
                message=limit_text(limit),
                mend=gettext("Asked: %(kind)s.")
                % {"kind": AmendmentKind(limit.kind).label},
            )
            for limit in over
        ],
    )
    refusal.article, refusal.who = over[0].article, who_said(over[0])
    raise refusal


def decide_by(
    rules: ExecutionRules, kinds: Sequence[str], lump: str, asked_on: date
) -> date | None:
    """The first day by which the procedure wants one of the changes decided."""
    calendar = working_calendar()
    days = [
        deadline(
            asked_on,
            n=rule.decide_within.n,
            unit=rule.decide_within.unit.value,
            calendar=calendar,
        )
        for kind in kinds
        if (rule := rules.amendment(kind, lump)) and rule.decide_within
    ]
    return min(days, default=None)
