"""Contracts, what was changed in them and what was paid, as everybody may know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opensti.domains.contracts.queries import (
    MoneyLine,
    PaidYear,
    amendments_in_force,
    contract_subject,
    paid_by_year,
    payments_of_contract,
    signed_by_host,
    signed_by_year,
    signed_contracts,
)
from opensti.domains.publications.disclosure import WHOLE_ROW, Form
from opensti.domains.publications.queries.histories import (
    Act,
    Change,
    changes_in,
    public_acts,
    shown_changes,
)
from opensti.domains.publications.queries.sight import sight
from opensti.domains.results.queries import (
    acceptance_of_contract,
    acceptance_subject,
    assets_by_kind,
    grade_of,
)
from opensti.kernel.bilingual import pick
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from opensti.domains.contracts.models import Contract
    from opensti.domains.publications.queries.sight import Card, Sight


@dataclass(frozen=True, kw_only=True)
class SeenAmendment:
    """A change by decision, with the public act that tells of it."""

    card: Card
    position: int | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class ContractPage:
    """The page of a contract; ``payments`` are cards, where the policy shows lines.

    ``products`` are those that the act of signing named.
    """

    row: Contract
    card: Card
    signed_at: int | None
    products: tuple[str, ...]
    amendments: tuple[SeenAmendment, ...]
    extensions: int
    payments: tuple[Card, ...]
    acceptance: Card | None
    grade: str
    assets: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class ContractFigures:
    """Contracts and payments together; empty where the policy does not show the money."""

    by_year: tuple[MoneyLine, ...]
    by_host: tuple[tuple[str, int, Any], ...]
    paid: tuple[PaidYear, ...]


def contracts(
    *, at: datetime, q: str = "", by: Sight | None = None
) -> QuerySet[Contract]:
    """Signed contracts that the policy shows, newest first."""
    seen = by or sight(at=at)
    return contracts_found(seen, seen.rows("contract", signed_contracts()), q)


def contracts_found(
    seen: Sight, rows: QuerySet[Contract], text: str
) -> QuerySet[Contract]:
    """Narrow to a search text; it holds the leader and the dossier as well."""
    whole = seen.is_open("task", "leader") and seen.is_open("decision", "dossier")
    return seen.search("contract", rows, text, whole=whole)


def contract(public_id: str, *, at: datetime) -> ContractPage:
    """One contract with what was changed, accepted and formed, else ``NotFound``; 8 queries."""
    seen = sight(at=at)
    row = seen.rows("contract", signed_contracts()).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    card = seen.card("contract", row)
    acceptance = acceptance_of_contract(row.pk)
    accepted = acceptance is not None and acceptance.recognised_on is not None
    subjects = {contract_subject(row.public_id): ("contract", row)}
    if accepted and acceptance is not None:
        subjects[acceptance_subject(acceptance.public_id)] = ("acceptance", acceptance)
    acts = public_acts(subjects)
    changes = shown_changes(changes_in(acts), subjects, seen)
    amendments = _amendments(row, card, acts, changes, seen)
    signed = next((act for act in acts if act.act == "contracts.sign"), None)
    return ContractPage(
        row=row,
        card=card,
        signed_at=signed.position if signed else None,
        products=(
            tuple(signed.detail.get("products", ()))
            if signed and card.shows("products")
            else ()
        ),
        amendments=amendments,
        extensions=sum(
            "extend" in (one.card.kinds or ())
            for one in amendments
            if isinstance(one.card.kinds, list)
        ),
        payments=_payments(row, seen),
        acceptance=seen.card("acceptance", acceptance) if accepted else None,
        grade=(
            grade_of(acceptance)
            if accepted
            and acceptance is not None
            and seen.shows("acceptance", "rating", acceptance)
            else ""
        ),
        assets=(
            tuple(assets_by_kind(row.pk))
            if seen.form("asset", WHOLE_ROW) is not Form.NONE
            else ()
        ),
    )


def _amendments(
    row: Contract, card: Card, acts: list[Act], changes: tuple[Change, ...], seen: Any
) -> tuple[SeenAmendment, ...]:
    if not card.shows("amendments"):
        return ()
    told = {
        act.detail.get("amendment"): act.position
        for act in acts
        if act.act == "contracts.decide_amendment"
    }
    return tuple(
        SeenAmendment(
            card=seen.card("amendment", one),
            position=told.get(one.number),
            changes=tuple(c for c in changes if c.position == told.get(one.number)),
        )
        for one in amendments_in_force(row.pk)
        if seen.shows_row("amendment", one)
    )


def _payments(row: Contract, seen: Any) -> tuple[Card, ...]:
    if seen.form("payment", WHOLE_ROW) in (Form.NONE, Form.COUNT):
        return ()
    rows = seen.rows("payment", payments_of_contract(row.pk))
    return tuple(seen.card("payment", one) for one in rows)


def contract_figures(*, at: datetime) -> ContractFigures:
    """Contracts by year and host, payments by year, as far as the policy shows them; 5
    queries.
    """
    seen = sight(at=at)
    shown = seen.open_fields("contract")
    money = "state_money" in shown and seen.form("contract", WHOLE_ROW) is Form.EXACT
    return ContractFigures(
        by_year=(tuple(signed_by_year()) if money and "signed_on" in shown else ()),
        by_host=(
            tuple(
                (pick(vi, en), number, amount)
                for vi, en, number, amount in signed_by_host()
            )
            if money and "host" in shown
            else ()
        ),
        paid=(
            tuple(paid_by_year())
            if seen.form("payment", WHOLE_ROW) is not Form.NONE
            else ()
        ),
    )
