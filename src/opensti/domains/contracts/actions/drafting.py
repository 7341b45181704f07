"""Draft a contract: what it says, promises, plans and pays, until it is sent on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from opensti.domains.accounts.queries import holders_of
from opensti.domains.contracts.actions.acting import locked, tell
from opensti.domains.contracts.actions.budgeting import write_budget
from opensti.domains.contracts.choices import (
    BudgetStage,
    InstalmentKind,
    LumpSum,
    ProductKind,
)
from opensti.domains.contracts.models import Contract, Instalment, Milestone, Product
from opensti.domains.contracts.problem import contract_text, line_of
from opensti.domains.contracts.problem.drafting import (
    draft_check,
    plan_of,
    plan_problems,
    plan_warnings,
)
from opensti.domains.contracts.problem.lump import lump_problems, marked
from opensti.domains.contracts.queries import budget_now, rules_of
from opensti.domains.procedures.choices import State
from opensti.kernel.access import Role
from opensti.kernel.checks import keep
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.domains.contracts.problem.plan import (
        InstalmentPart,
        Main,
        MilestonePart,
        ProductPart,
    )
    from opensti.kernel.access import Actor

Row = TypeVar("Row", Milestone, Product, Instalment)
MOST_ROWS = 200
_ASIDE = 10_000  # beyond any position, while rows change places
_MAIN = (
    "number",
    "starts_on",
    "ends_on",
    "objectives",
    "obligations",
    "officer_id",
    "lump_sum",
)


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """The contract as it is kept now, and what is not right with its plan yet."""

    contract: Contract
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


@transaction.atomic
def draft_contract(
    *,
    actor: Actor,
    contract_id: int,
    at: datetime,
    version: int | None = None,
    main: Main | None = None,
    milestones: Sequence[MilestonePart] | None = None,
    products: Sequence[ProductPart] | None = None,
    instalments: Sequence[InstalmentPart] | None = None,
    unfinished: bool = False,
) -> Drafted:
    """Change parts of a drafted contract; a part that is not given stays as it is.

    Refused (``Invalid``, nothing is kept): a number that is taken, an end before the
    start, an unknown kind, a lump-sum mode that the procedure does not know or that the
    budget is beyond; and, unless ``unfinished``, instalments that do not sum to the State
    money, a first advance above the procedure's, days outside the contract's, more months
    than the type of task may have. ``unfinished`` keeps the latter and names them.
    ``NotFound``, ``Stale``, ``StepNotAllowed`` when it is no longer drafted.
    """
    contract = locked(
        actor,
        contract_id,
        "contracts.draft",
        states={State.DRAFT},
        version=version,
    )
    problems = [
        *(_main_problems(actor, contract, main, at) if main else ()),
        *_row_problems(milestones, products, instalments),
    ]
    if problems:
        raise Invalid(problems)
    if main is not None:
        _keep_main(actor, contract, main, at)
    if milestones is not None:
        _keep_milestones(contract, milestones)
    if products is not None:
        _keep_rows(contract, Product, products)
    if instalments is not None:
        _keep_rows(contract, Instalment, instalments)
    plan = plan_of(contract)
    found = plan_problems(contract, plan)
    if found and not unfinished:
        raise Invalid(found)
    contract.search_text = contract_text(contract, contract.dossier.code)
    keep(contract, *_MAIN, "search_text")
    tell(
        actor,
        contract,
        "contracts.draft",
        at,
        detail={
            "parts": [
                name
                for name, part in (
                    ("main", main),
                    ("milestones", milestones),
                    ("products", products),
                    ("instalments", instalments),
                )
                if part is not None
            ],
            "version": contract.version,
        },
    )
    return Drafted(
        contract=contract,
        problems=tuple(found),
        warnings=tuple(plan_warnings(contract, plan)),
    )


def must_be_ready(contract: Contract) -> None:
    """Refuse (``Invalid``) to send on a draft that lacks something; about 7 queries.

    The act that sends it calls this after it has locked the contract.
    """
    check = draft_check(contract)
    if not check.ready:
        raise Invalid(check.problems)


def _main_problems(
    actor: Actor, contract: Contract, main: Main, at: datetime
) -> list[Problem]:
    problems = []
    taken = Contract.objects.filter(number=main.number.strip()).exclude(pk=contract.pk)
    if main.number.strip() and taken.exists():
        problems.append(
            Problem(
                field="number",
                message=_("Another contract has this number."),
                mend=_("Choose a number that is free."),
            )
        )
    if main.starts_on and main.ends_on and main.ends_on <= main.starts_on:
        problems.append(
            Problem(
                field="ends_on",
                message=_("The last day is not after the first."),
                mend=_("Choose a later last day."),
            )
        )
    unchanged = main.officer_id in (None, contract.officer_id, actor.user_id)
    if not unchanged and main.officer_id not in holders_of(
        Role.OFFICER, timezone.localdate(at)
    ):
        problems.append(
            Problem(
                field="officer",
                message=_("This account is no programme officer."),
                mend=_("Choose an officer from the list."),
            )
        )
    return [*problems, *_lump_problems(contract, main)]


def _lump_problems(contract: Contract, main: Main) -> list[Problem]:
    if main.lump_sum == LumpSum.NONE:
        return []
    rule = rules_of(contract).lump_sum(main.lump_sum)
    if rule is None:
        return [
            Problem(
                field="lump_sum",
                message=_("The procedure of this contract knows no such lump sum."),
                mend=_("Choose a mode from the list."),
            )
        ]
    budget = budget_now(contract.dossier_id)
    lines = [line_of(item) for item in budget.items.all()] if budget else []
    return lump_problems(lines, rule)


def _row_problems(
    milestones: Sequence[MilestonePart] | None,
    products: Sequence[ProductPart] | None,
    instalments: Sequence[InstalmentPart] | None,
) -> list[Problem]:
    """What could not be kept at all, however unfinished."""
    problems = []
    for name, rows in (
        ("milestones", milestones),
        ("products", products),
        ("instalments", instalments),
    ):
        if rows is not None and len(rows) > MOST_ROWS:
            problems.append(
                Problem(
                    field=name,
                    message=_("There are more than %(most)d rows.")
                    % {"most": MOST_ROWS},
                    mend=_("Join rows of the same kind."),
                )
            )
    names = {
        "milestones": [m.name_vi for m in milestones or ()],
        "products": [p.name_vi for p in products or ()],
    }
    problems += [
        _wrong(part, n, "name_vi", _("the name is missing."))
        for part, said in names.items()
        for n, name in enumerate(said, start=1)
        if not name.strip()
    ]
    problems += [
        _wrong("products", n, "kind", _("the kind is missing."))
        for n, product in enumerate(products or (), start=1)
        if product.kind not in ProductKind.values
    ]
    problems += [
        _wrong("products", n, "quantity", _("a quantity is more than nothing."))
        for n, product in enumerate(products or (), start=1)
        if product.quantity is not None and product.quantity <= 0
    ]
    for n, part in enumerate(instalments or (), start=1):
        if part.kind not in InstalmentKind.values:
            problems.append(_wrong("instalments", n, "kind", _("the kind is missing.")))
        if part.amount <= 0:
            problems.append(
                _wrong("instalments", n, "amount", _("the amount is missing."))
            )
    return problems


def _wrong(part: str, number: int, column: str, message: str) -> Problem:
    return Problem(
        field=f"{part}.{number}.{column}",
        message=_("Row %(n)d: %(message)s") % {"n": number, "message": message},
        mend=_("Enter it, or empty the row."),
    )


def _keep_main(actor: Actor, contract: Contract, main: Main, at: datetime) -> None:
    changed = main.lump_sum != contract.lump_sum
    contract.number = main.number.strip()
    contract.starts_on, contract.ends_on = main.starts_on, main.ends_on
    contract.objectives = main.objectives.strip()
    contract.obligations = main.obligations.strip()
    contract.officer_id = main.officer_id
    contract.lump_sum = main.lump_sum
    budget = budget_now(contract.dossier_id) if changed else None
    if budget is not None and budget.stage == BudgetStage.CONTRACT:
        rule = rules_of(contract).lump_sum(contract.lump_sum)
        write_budget(
            actor=actor,
            dossier_id=contract.dossier_id,
            stage=BudgetStage.CONTRACT,
            lines=[
                replace(line, reason="")
                for line in marked([line_of(i) for i in budget.items.all()], rule)
            ],
            at=at,
            reason=_("Another lump-sum mode was chosen."),
            basis=budget.basis,
        )


def _keep_milestones(contract: Contract, parts: Sequence[MilestonePart]) -> None:
    """Rows keep who they are by the position they had, so that what hangs on them stays."""
    there = {m.position: m for m in contract.milestones.all()}
    kept = [there.pop(part.was, None) if part.was else None for part in parts]
    # A new row that was saved while it was typed does not know its position yet.
    named = {m.name_vi: m.position for m in there.values()}
    for n, part in enumerate(parts):
        if kept[n] is None and part.name_vi.strip() in named:
            kept[n] = there.pop(named.pop(part.name_vi.strip()), None)
    gone = list(there.values())
    contract.products.filter(milestone__in=gone).update(milestone=None)
    contract.instalments.filter(milestone__in=gone).update(milestone=None)
    contract.milestones.filter(pk__in=[m.pk for m in gone]).delete()
    _write(contract, Milestone, kept, [_values(part) for part in parts])


def _keep_rows(
    contract: Contract,
    kind: type[Product | Instalment],
    parts: Sequence[ProductPart | InstalmentPart],
) -> None:
    """Rows keep who they are by their key; a milestone is named by its position."""
    rows: Any = kind.objects.filter(contract=contract)
    there = {row.key: row for row in rows}
    kept = [there.pop(part.key, None) for part in parts]
    kind.objects.filter(pk__in=[row.pk for row in there.values()]).delete()
    plan: dict[int | None, int] = dict(
        contract.milestones.values_list("position", "pk")
    )
    _write(
        contract,
        kind,
        kept,
        [{**_values(part), "milestone_id": plan.get(part.milestone)} for part in parts],
    )


def _values(part: Any) -> dict[str, Any]:
    """A part's own columns; texts without blanks around them."""
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in part.__dict__.items()
        if name not in ("key", "was", "milestone")
    }


def _write(
    contract: Contract,
    kind: type[Any],
    kept: Sequence[Any],
    values: Sequence[dict[str, Any]],
) -> None:
    """Write rows in their new order; each position is there once at any moment."""
    rows = kind.objects.filter(contract=contract)
    rows.update(position=F("position") + _ASIDE)
    for position, (row, said) in enumerate(zip(kept, values, strict=True), start=1):
        found = row or kind(contract=contract)
        found.position = position
        for name, value in said.items():
            setattr(found, name, value)
        found.save()
