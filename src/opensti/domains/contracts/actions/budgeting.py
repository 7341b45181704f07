"""Every version of a budget is whole, adds up, and is kept for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.choices import BudgetStage
from opensti.domains.contracts.models import Budget, BudgetItem
from opensti.domains.contracts.problem import lines_digest, sums
from opensti.domains.contracts.problem.asking import budget_basis
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.domains.calls.models import Dossier
    from opensti.domains.contracts.problem import Line
    from opensti.kernel.access import Actor


def write_budget(
    *,
    actor: Actor,
    dossier_id: int,
    stage: BudgetStage,
    lines: Sequence[Line],
    at: datetime,
    reason: str = "",
    basis: str = "",
) -> Budget:
    """Keep one more version of a budget; the caller has locked, asked and records it.

    ``Invalid``: a line goes above its norm and does not say on what ground. Cost: 3
    statements, whatever the number of lines.
    """
    keyed = [line.keyed() for line in lines]
    problems = [
        Problem(
            field=f"lines.{number}.ground",
            message=_("Row %(n)d is above its norm.") % {"n": number},
            mend=_("Lower it, or say on what ground it goes above."),
        )
        for number, line in enumerate(keyed, start=1)
        if line.norm_max is not None
        and line.amount > line.norm_max
        and not line.ground.strip()
    ]
    if problems:
        raise Invalid(problems)
    state, other = sums(keyed)
    last = (
        Budget.objects.filter(dossier_id=dossier_id)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    budget = Budget.objects.create(
        dossier_id=dossier_id,
        number=(last or 0) + 1,
        stage=stage,
        state_money=state,
        other_money=other,
        reason=reason.strip(),
        basis=basis[:200],
        sha256=lines_digest(keyed),
        made_by_id=actor.user_id,
        made_at=at,
    )
    BudgetItem.objects.bulk_create(
        BudgetItem(budget=budget, position=position, **line.__dict__)
        for position, line in enumerate(keyed, start=1)
    )
    return budget


def begin_trail(actor: Actor, dossier: Dossier, at: datetime) -> Budget:
    """The version that counts now; what is asked is kept first, and anew when it changed.

    The caller has locked the dossier.
    """
    basis = budget_basis(dossier)
    if basis.budget is not None:
        return basis.budget
    return write_budget(
        actor=actor,
        dossier_id=dossier.pk,
        stage=BudgetStage.ASKED,
        lines=basis.lines,
        at=at,
    )
