"""What the draft of a contract still lacks, who approves it, what was marked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Case, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opensti.domains.contracts.choices import BudgetStage, RoundOutcome, Verdict
from opensti.domains.contracts.models import Approval, ApprovalRound, Contract
from opensti.domains.contracts.permissions import by_office, turn_of
from opensti.domains.contracts.queries.contracts import budget_now, contract_subject
from opensti.domains.contracts.queries.joined import Arm, Found, joined
from opensti.domains.procedures.choices import State
from opensti.domains.procedures.queries import first_due
from opensti.kernel.access import Role, visible
from opensti.kernel.bilingual import Words, pick
from opensti.kernel.money import format_money
from opensti.kernel.refusals import Problem
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

__all__ = [
    "Place",
    "approval_work",
    "draft_faults",
    "knows_the_chain",
    "marks_of",
    "places_of",
    "rounds_of",
    "turn_of",
]
READY = (BudgetStage.APPROVED, BudgetStage.CONTRACT)


def draft_faults(contract: Contract) -> list[Problem]:
    """What a draft still lacks before it can be sent to those who approve it; 5 queries.

    The sums must agree to the đồng: instalments with the state money, and the budget
    that counts with both. The caller has decided who may know.
    """
    found: list[Problem] = []

    def lacks(field: str, message: Text, mend: Text) -> None:
        found.append(Problem(field=field, message=message, mend=mend))

    if not contract.number.strip():
        lacks("number", _("The contract has no number."), _("Give it its number."))
    if contract.starts_on is None or contract.ends_on is None:
        lacks(
            "starts_on",
            _("The contract does not say from when to when it runs."),
            _("Enter its first and its last day."),
        )
    if not contract.products.exists():
        lacks(
            "products", _("No product is promised."), _("Enter at least one product.")
        )
    if not contract.milestones.exists():
        lacks(
            "milestones",
            _("There is no milestone."),
            _("Enter at least one milestone with its day."),
        )
    amounts = contract.instalments.values_list("amount", flat=True)
    paid = sum(amounts, Decimal(0))
    if paid != contract.state_money:
        lacks(
            "instalments",
            _("The instalments make %(sum)s, the State money is %(money)s.")
            % {"sum": format_money(paid), "money": format_money(contract.state_money)},
            _("Change the instalments until both sums are the same."),
        )
    budget = budget_now(contract.dossier_id)
    if budget is None or budget.stage not in READY:
        lacks(
            "budget",
            _("The budget was not approved yet."),
            _("Enter the budget as it was approved, or as it goes into the contract."),
        )
    elif (budget.state_money, budget.other_money) != (
        contract.state_money,
        contract.other_money,
    ):
        lacks(
            "budget",
            _("The budget that counts makes %(budget)s, the contract says %(money)s.")
            % {
                "budget": format_money(budget.state_money + budget.other_money),
                "money": format_money(contract.state_money + contract.other_money),
            },
            _("Keep a version of the budget with the sums of the contract."),
        )
    return found


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place of the text that can be marked when it is sent back."""

    code: str
    label: Text


_PLACES: tuple[tuple[str, Text], ...] = (
    ("number", _("Number")),
    ("title", _("Title")),
    ("objectives", _("Objectives")),
    ("obligations", _("Obligations")),
    ("parties", _("Parties")),
    ("days", _("Days")),
    ("lump_sum", _("Lump sum")),
    ("products", _("Products")),
    ("milestones", _("Milestones")),
    ("instalments", _("Instalments")),
    ("budget", pgettext_lazy("contract", "Budget")),
    ("other", _("Anything else")),
)


def places_of(content: Mapping[str, Any]) -> list[Place]:
    """Every place of a text that can be marked: its parts, then their rows; no query."""
    places = [Place(code=code, label=label) for code, label in _PLACES]
    places += [
        Place(
            code=f"product:{product['key']}",
            label=_("Product %(n)d: %(name)s")
            % {"n": n, "name": pick(product["name_vi"], product["name_en"])},
        )
        for n, product in enumerate(content["products"], start=1)
    ]
    places += [
        Place(
            code=f"milestone:{milestone['position']}",
            label=_("Milestone %(n)d: %(name)s")
            % {
                "n": milestone["position"],
                "name": pick(milestone["name_vi"], milestone["name_en"]),
            },
        )
        for milestone in content["milestones"]
    ]
    places += [
        Place(
            code=f"instalment:{instalment['key']}",
            label=_("Instalment %(n)d: %(name)s")
            % {"n": n, "name": instalment["label"]},
        )
        for n, instalment in enumerate(content["instalments"], start=1)
    ]
    return places


def knows_the_chain(actor: Actor, contract: Contract) -> bool:
    """Whether the person may know which official did what on a contract; 1 query.

    The host knows where its contract stands, not who said what of it.
    """
    rows = Contract.objects.filter(by_office(actor, "dossier_id"), pk=contract.pk)
    return rows.exists()


def rounds_of(actor: Actor, contract: Contract) -> QuerySet[ApprovalRound]:
    """Every sending of the contract with its levels, newest first; 2 queries."""
    levels = Approval.objects.select_related("person", "on_behalf_of")
    rows = ApprovalRound.objects.filter(contract=contract).select_related(
        "sent_by", "closed_by"
    )
    return (
        visible(actor, rows)
        .prefetch_related(Prefetch("approvals", levels.order_by("position")))
        .order_by("-number")
    )


def marks_of(actor: Actor, contract: Contract) -> list[dict[str, str]]:
    """What was marked when the draft last came back: rows of place, label, text; 1 query.

    For the page on which the draft is mended; empty once it was sent again.
    """
    last = visible(actor, ApprovalRound.objects.filter(contract=contract)).last()
    if last is None or last.outcome != RoundOutcome.RETURNED:
        return []
    labels = {p.code: str(p.label) for p in places_of(last.content)}
    return [
        {**mark, "label": labels.get(mark["place"], mark["place"])}
        for mark in last.marks
    ]


def approval_work(actor: Actor, today: date) -> list[WorkItem]:
    """What waits for this person on the way to a signature; 2 queries at most.

    Levels whose turn it is; for officers also what was sent back, and what is to be
    signed. Due is the day of the level where a rule gives it one, else the day by which
    the contract must be signed.
    """
    return [*joined(turn_arms(actor, today)), *signing_work(actor, today)]


def turn_arms(actor: Actor, today: date) -> list[Arm]:
    """Levels of approval whose turn it is, to be joined with other lines; no query."""
    if not actor.has(Role.OFFICER, Role.FINANCE, Role.LEADER):
        return []
    mine = {actor.user_id, *actor.on_behalf.values()}
    first = Approval.objects.filter(
        round=OuterRef("round"), verdict=Verdict.WAITING
    ).order_by("position")
    took_part = Approval.objects.filter(person_id__in=mine)
    rows = (
        visible(
            actor,
            Approval.objects.filter(
                pk=Subquery(first.values("pk")[:1]),
                round__outcome=RoundOutcome.OPEN,
                role__in=[str(r) for r in actor.roles],
            ),
        )
        .exclude(round__sent_by_id__in=mine)
        .exclude(round_id__in=took_part.values("round_id"))
    )

    def line(found: Found) -> WorkItem:
        return WorkItem(
            kind="contracts.approve",
            title=_("approve the contract: %(level)s") % {"level": str(found.label)},
            code=found.number,
            about=found.title,
            url_name="contracts:approval",
            url_args=(found.contract_id,),
            subject=contract_subject(found.contract_id),
            due_on=found.due_on,
            article=found.article,
            overdue=found.due_on is not None and found.due_on < today,
        )

    by_then = _to_be_signed("round__contract__case")
    return [
        Arm(
            rows=rows,
            line=line,
            contract="round__contract",
            label_vi="label_vi",
            label_en="label_en",
            due_on=Coalesce("due_on", by_then["sign_by"]),
            # The day of the level is the office's own; that of the contract has its article.
            article=Case(When(due_on=None, then=by_then["article"]), default=Value("")),
            order=("asked_at", "pk"),
            most=50,
        )
    ]


def _to_be_signed(case: str) -> dict[str, Any]:
    """By which day it must be signed, and by which article, whomever that binds."""
    due = [first_due(role, OuterRef(case)) for role in (Role.OFFICER, Role.MANAGER)]
    return {
        name: Coalesce(*(Subquery(rows.values(column)[:1]) for rows in due))
        for name, column in (("sign_by", "due_on"), ("article", "article"))
    }


def signing_work(actor: Actor, today: date) -> Iterator[WorkItem]:
    """What was sent back to be drafted, and what all levels approved; 1 query."""
    if not actor.has(Role.OFFICER):
        return
    last = ApprovalRound.objects.filter(contract=OuterRef("pk")).order_by("-number")
    rows = (
        Contract.objects.filter(by_office(actor, "dossier_id"))
        .annotate(outcome=Subquery(last.values("outcome")[:1]), **_to_be_signed("case"))
        .filter(
            Q(case__state=State.AGREED)
            | Q(case__state=State.DRAFT, outcome=RoundOutcome.RETURNED)
        )
        .select_related("case")
        .order_by("pk")[:50]
    )
    found: Iterable[Any] = rows  # with the columns named above
    for row in found:
        agreed = row.case.state == State.AGREED
        yield _item(
            "contracts.sign" if agreed else "contracts.mend",
            _("have the contract signed by both sides")
            if agreed
            else _("mend the contract that was sent back"),
            row,
            due=row.sign_by,
            article=row.article or "",
            today=today,
        )


def _item(
    kind: str,
    title: Text,
    contract: Contract,
    *,
    due: date | None,
    article: str,
    today: date,
) -> WorkItem:
    return WorkItem(
        kind=kind,
        title=title,
        code=contract.number,
        about=Words.titled(contract),
        url_name="contracts:approval",
        url_args=(contract.public_id,),
        subject=contract_subject(contract.public_id),
        due_on=due,
        article=article,
        overdue=due is not None and due < today,
    )
