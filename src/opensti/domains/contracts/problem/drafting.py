"""What a drafted contract still lacks, and what its procedure says against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.domains.contracts.choices import BudgetStage, LumpSum
from opensti.domains.contracts.problem import line_of
from opensti.domains.contracts.problem.amended_days import task_type_of
from opensti.domains.contracts.problem.lump import Limited, limited, lump_problems
from opensti.domains.contracts.problem.plan import (
    InstalmentPart,
    MilestonePart,
    Plan,
    ProductPart,
    days_problems,
    money_problems,
    months_between,
    proposed_instalments,
    share_text,
)
from opensti.domains.contracts.queries.contracts import budget_now, rules_of
from opensti.domains.portfolios.queries import funded
from opensti.kernel.citations import cited
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from opensti.domains.contracts.models import Contract


@dataclass(frozen=True, kw_only=True)
class DraftCheck:
    """``problems`` must be mended before the contract goes on; ``warnings`` are told."""

    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]

    @property
    def ready(self) -> bool:
        return not self.problems


def plan_of(contract: Contract) -> Plan:
    """The contract's days and tables as plain values; 3 queries."""
    milestones = list(contract.milestones.order_by("position"))
    numbers: dict[int | None, int] = {m.pk: m.position for m in milestones}
    return Plan(
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        state_money=contract.state_money,
        milestones=[
            MilestonePart(
                was=m.position,
                name_vi=m.name_vi,
                name_en=m.name_en,
                evidence=m.evidence,
                due_on=m.due_on,
            )
            for m in milestones
        ],
        products=[
            ProductPart(
                key=p.key,
                kind=p.kind,
                name_vi=p.name_vi,
                name_en=p.name_en,
                quantity=p.quantity,
                unit=p.unit,
                quality=p.quality,
                due_on=p.due_on,
                milestone=numbers.get(p.milestone_id),
            )
            for p in contract.products.order_by("position")
        ],
        instalments=[
            InstalmentPart(
                key=i.key,
                kind=i.kind,
                label=i.label,
                amount=i.amount,
                due_on=i.due_on,
                milestone=numbers.get(i.milestone_id),
                evidence=i.evidence,
            )
            for i in contract.instalments.order_by("position")
        ],
    )


def instalments_to_begin_with(contract: Contract) -> list[InstalmentPart]:
    """Instalments as the procedure pays, to begin the draft with; nothing is written."""
    budget = budget_now(contract.dossier_id)
    lines = [line_of(item) for item in budget.items.all()] if budget else []
    return proposed_instalments(plan_of(contract), rules_of(contract).payment, lines)


def draft_check(contract: Contract) -> DraftCheck:
    """All that the draft lacks or that speaks against it; about 7 queries.

    Whoever sends the contract on refuses it while there are problems.
    """
    plan = plan_of(contract)
    budget = budget_now(contract.dossier_id)
    problems = [*_missing(contract, plan), *plan_problems(contract, plan)]
    if budget is None or budget.stage != BudgetStage.CONTRACT:
        problems.append(
            Problem(
                field="budget",
                message=_("The budget of the contract is not agreed."),
                mend=_("Open the budget and agree on its lines."),
            )
        )
    else:
        rule = rules_of(contract).lump_sum(contract.lump_sum)
        if rule is not None:
            problems += lump_problems([line_of(i) for i in budget.items.all()], rule)
    return DraftCheck(
        problems=tuple(problems), warnings=tuple(plan_warnings(contract, plan))
    )


def plan_problems(contract: Contract, plan: Plan) -> list[Problem]:
    """What the procedure and the arithmetic refuse: days, sums, advances, months."""
    problems = [
        *days_problems(plan),
        *money_problems(plan, rules_of(contract).payment),
    ]
    if plan.starts_on is None or plan.ends_on is None:
        return problems
    months = months_between(plan.starts_on, plan.ends_on)
    task_type = task_type_of(contract)
    if task_type and task_type.max_months and months > task_type.max_months:
        problems.append(
            Problem(
                field="ends_on",
                message=_(
                    "The contract runs %(n)d months; a task of this type runs at most "
                    "%(most)d (%(article)s)."
                )
                % {
                    "n": months,
                    "most": task_type.max_months,
                    "article": cited(task_type.basis),
                },
                mend=_("Choose an earlier last day."),
            )
        )
    return problems


def plan_warnings(contract: Contract, plan: Plan) -> list[str]:
    """What is told and refuses nothing: no text that was read does."""
    told = []
    payment = rules_of(contract).payment
    if payment.mode == "advances" and payment.first_advance_max is None:
        told.append(_("No limit of the first advance is known in this procedure."))
    approvals = funded(dossier_id=contract.dossier_id)
    decided = approvals[-1].months if approvals else None
    if plan.starts_on and plan.ends_on and decided:
        months = months_between(plan.starts_on, plan.ends_on)
        if months > decided:
            told.append(
                _("The contract runs %(n)d months, the decision says %(decided)d.")
                % {"n": months, "decided": decided}
            )
    return told


def _missing(contract: Contract, plan: Plan) -> list[Problem]:
    mend = _("Enter it before the contract is sent on.")
    wanted = {
        "number": (contract.number, _("The number of the contract is missing.")),
        "starts_on": (contract.starts_on, _("The first day is missing.")),
        "ends_on": (contract.ends_on, _("The last day is missing.")),
        "products": (plan.products, _("The contract promises no product.")),
        "instalments": (
            plan.instalments or not plan.state_money,
            _("There are no instalments."),
        ),
    }
    problems = [
        Problem(field=field, message=message, mend=mend)
        for field, (there, message) in wanted.items()
        if not there
    ]
    return problems + [
        Problem(
            field=f"products.{n}.quality",
            message=_("Row %(n)d: the quality of the product is not said.") % {"n": n},
            mend=_("Say by what it will be judged."),
        )
        for n, product in enumerate(plan.products, start=1)
        if not product.quality.strip()
    ]


@dataclass(frozen=True, kw_only=True)
class LumpLimit:
    """What a lump-sum mode limits in the budget as it stands, and whether it is within."""

    label: str
    found: Limited
    share: str
    basis: str
    note: str


def lump_limits(contract: Contract) -> list[LumpLimit]:
    """The modes of the procedure, each against the budget that counts now; 2 queries."""
    budget = budget_now(contract.dossier_id)
    lines = [line_of(item) for item in budget.items.all()] if budget else []
    return [
        LumpLimit(
            label=rule.label(get_language() or "vi"),
            found=limited(lines, rule),
            share=share_text(rule.assets_share_max) if rule.assets_share_max else "",
            basis=cited(rule.basis),
            note=rule.note,
        )
        for rule in rules_of(contract).lump_sums
    ]


def lump_modes(contract: Contract) -> list[tuple[str, str]]:
    """The lump-sum modes of the contract's procedure, as choices; none is always one."""
    known = {r.id for r in rules_of(contract).lump_sums}
    return [
        (value, str(label))
        for value, label in LumpSum.choices
        if value == LumpSum.NONE or value in known
    ]
