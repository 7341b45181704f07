"""Flags of the house's tasks: their shape, and the rows they are asked of.

Every row is asked as the person who looks: what he may not know of is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F

from opensti.domains.calls import queries as calls_queries
from opensti.domains.contracts import queries as contracts_queries
from opensti.domains.portfolios import queries as portfolios_queries
from opensti.domains.procedures.choices import DeadlineState
from opensti.domains.results import queries as results_queries
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.kernel.access import Actor

# The deadline that every procedure with a duty to register opens in the acceptance.
REGISTER = "register_result"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """From where on something is flagged: choices of this house, no rules of law."""

    days_late: int = 0
    tasks_of_a_host: int = 2
    tasks_of_a_leader: int = 1
    prices_within: Fraction = Fraction(1, 1000)
    extensions: int = 1
    extended_by: Fraction = Fraction(1, 2)
    scores_of_a_reviewer: int = 5
    reviewers: int = 5


@dataclass(frozen=True, kw_only=True)
class About:
    """A case with its page: ``contract``, ``acceptance``, ``dossier`` or ``screening``."""

    kind: str
    public_id: str
    code: str
    title: Words


@dataclass(frozen=True, kw_only=True)
class Flag:
    """One thing to look at: the cases, who it is about, and the figures of its kind."""

    about: tuple[About, ...]
    who: Words = field(default_factory=Words)
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RedFlags:
    """Flags of a year by kind, in the order of ``KINDS``.

    ``scores_read`` is False where the person may not read every ballot: then no reviewer
    was looked at. ``asked`` counts contracts decided, dossiers handed in, results due.
    """

    year: int
    limits: Limits
    flags: Mapping[str, tuple[Flag, ...]]
    scores_read: bool
    asked: Mapping[str, int]


def contracts(actor: Actor, year: int) -> dict[int, dict[str, Any]]:
    rows = contracts_queries.contracts(actor).filter(decided_on__year=year)
    found = rows.order_by("pk").values(
        "pk",
        "public_id",
        "number",
        "title_vi",
        "title_en",
        "host_id",
        "leader_id",
        "starts_on",
        "ends_on",
        "task__code",
        host_vi=F("host__name_vi"),
        host_en=F("host__name_en"),
        leader_name=F("leader__full_name"),
        call=F("dossier__call__code"),
        order=F("dossier__order_id"),
    )
    return {row["pk"]: dict(row) for row in found}


def dossiers(actor: Actor, year: int) -> dict[int, dict[str, Any]]:
    """Dossiers handed in whose call closed in the year; sealed ones are not known yet."""
    known = calls_queries.dossiers(actor=actor).filter(
        submitted_at__isnull=False, call__closes_at__year=year
    )
    found = (
        portfolios_queries.free_of_stake(actor, known)
        .order_by("pk")
        .values(
            "pk",
            "public_id",
            "code",
            "title_vi",
            "title_en",
            "host_id",
            "call_id",
            "order_id",
            "asked_state",
            ceiling=F("order__budget_ceiling"),
            host_vi=F("host__name_vi"),
            host_en=F("host__name_en"),
        )
    )
    return {row["pk"]: dict(row) for row in found}


def duties(actor: Actor, year: int) -> dict[str, dict[str, Any]]:
    """Acceptances whose results were to be registered by a day of the year."""
    found = (
        results_queries.acceptances(actor)
        .filter(
            case__deadlines__code=REGISTER,
            case__deadlines__due_on__year=year,
            case__deadlines__state__in=[
                DeadlineState.RUNNING,
                DeadlineState.MET,
                DeadlineState.MISSED,
            ],
        )
        .order_by("pk", "case__deadlines__pk")
        .values(
            "public_id",
            number=F("contract__number"),
            title_vi=F("contract__title_vi"),
            title_en=F("contract__title_en"),
            host_vi=F("contract__host__name_vi"),
            host_en=F("contract__host__name_en"),
            due=F("case__deadlines__due_on"),
            done=F("registration__registered_on"),
        )
    )
    return {row["public_id"]: dict(row) for row in found}


def rivals(actor: Actor, order_ids: set[int]) -> dict[int, int]:
    """How many dossiers were handed in for each order, in whatever year; 1 query."""
    known = portfolios_queries.free_of_stake(
        actor, calls_queries.dossiers(actor=actor).filter(submitted_at__isnull=False)
    )
    rows = known.filter(order_id__in=order_ids).order_by().values_list("order_id")
    return dict(rows.annotate(n=Count("pk")))
