"""Days of a contract as an amendment would have them: inside its term, its term not too long."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.contracts.choices import AmendmentKind
from opensti.domains.contracts.problem.plan import months_between
from opensti.domains.contracts.queries.limits import Limit
from opensti.domains.procedures.queries import regime_of
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from opensti.domains.contracts.models import Contract
    from opensti.domains.procedures.regimes.format import TaskType


def task_type_of(contract: Contract) -> TaskType | None:
    """What the contract's procedure says of its type of task; none if it says nothing."""
    order = contract.dossier.order
    kind = order.kind if order is not None else ""
    return next((t for t in regime_of(contract.case).task_types if t.id == kind), None)


def type_months(contract: Contract, ends_on: date) -> Limit | None:
    """Whether a new end makes the contract longer than its type of task may be."""
    task_type = task_type_of(contract)
    if task_type is None or task_type.max_months is None or contract.starts_on is None:
        return None
    months = months_between(contract.starts_on, ends_on)
    return Limit(
        kind=AmendmentKind.EXTEND,
        code="type_months",
        verdict="ok" if months <= task_type.max_months else "over",
        article=task_type.basis,
        asked=str(months),
        most=str(task_type.max_months),
    )


def day_problems(
    now: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    reached: Collection[int],
    paid: Collection[str],
) -> Iterator[Problem]:
    """Days that would lie outside the contract though they are yet to come; no query.

    ``now`` and ``after`` are the terms. Asked about are days that the change sets, and,
    where the end comes nearer, milestones not ``reached`` (by position) and instalments
    not ``paid`` (by key) that it leaves behind.
    """
    first, last = (date.fromisoformat(after[n]) for n in ("starts_on", "ends_on"))
    nearer = after["ends_on"] < now["ends_on"]
    parts = (
        ("milestones", "position", "milestone-{}", "name_vi", reached),
        ("instalments", "key", "instalment-{}-due", "label", paid),
        ("products", "key", "products", "name_vi", ()),
    )
    for part, key, field, called, done in parts:
        held = {row[key]: row["due_on"] for row in now[part]}
        for row in after[part]:
            if row["due_on"] is None or row[key] in done:
                continue
            moved = held.get(row[key]) != row["due_on"]
            # Products may be such as never change: their days are told by the lights.
            left = nearer and part != "products"
            if not (moved or left):
                continue
            if not first <= date.fromisoformat(row["due_on"]) <= last:
                yield Problem(
                    field=field.format(row[key]) if moved else "ends_on",
                    message=_("“%(name)s” would be due outside the contract's days.")
                    % {"name": row[called]},
                    mend=_(
                        "Choose a day from the first to the last of the contract; an earlier end "
                        "needs the change of what lies behind it."
                    ),
                )
