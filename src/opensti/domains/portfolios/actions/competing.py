"""Dossiers that answer one order compete: where the rule says so, one can be approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.portfolios.choices import RoundState, Ruling
from opensti.domains.portfolios.models import Decision
from opensti.domains.procedures.queries import one_winner
from opensti.kernel.citations import cited
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opensti.domains.portfolios.models import Round
    from opensti.domains.procedures.regimes.format import ApprovalRule


def check_winners(
    round_: Round, decisions: Iterable[Decision], rulings: Mapping[int, str]
) -> list[Problem]:
    """Say which approvals compete for one order, in this round or with an earlier one.

    ``rulings`` by decision id; ``decisions`` with their dossiers, cases and orders.
    1 query where something is to be approved for an order.
    """
    rivals: dict[int, list[Decision]] = {}
    for decision in decisions:
        order_id = decision.dossier.order_id
        if (
            order_id is not None
            and rulings[decision.pk] == Ruling.APPROVE
            and one_winner(decision.dossier.case) is not None
        ):
            rivals.setdefault(order_id, []).append(decision)
    taken = taken_orders(round_, rivals) if rivals else set()
    return [
        _problem(decision, approved, taken=order_id in taken)
        for order_id, approved in rivals.items()
        if order_id in taken or len(approved) > 1
        for decision in approved
    ]


def taken_orders(round_: Round, order_ids: Iterable[int]) -> set[int]:
    """The orders for which another round approved a dossier; 1 query."""
    return set(
        Decision.objects.filter(
            ruling=Ruling.APPROVE,
            round__state__in=(RoundState.DECIDED, RoundState.RELEASED),
            dossier__order_id__in=list(order_ids),
        )
        .exclude(round=round_)
        .values_list("dossier__order_id", flat=True)
    )


def _problem(decision: Decision, approved: list[Decision], *, taken: bool) -> Problem:
    order, rule = decision.dossier.order, one_winner(decision.dossier.case)
    assert order is not None  # noqa: S101 -- it has rivals for it
    assert rule is not None  # noqa: S101
    return Problem(
        field=f"decision-{decision.pk}-proposed",
        message=_(
            "%(code)s: another dossier of order %(order)s was approved before, "
            "and only one can be."
        )
        % {"code": decision.dossier.code, "order": order.code}
        if taken
        else _(
            "%(code)s: only one dossier of order %(order)s can be approved, "
            "and these would be: %(codes)s."
        )
        % {
            "code": decision.dossier.code,
            "order": order.code,
            "codes": ", ".join(d.dossier.code for d in approved),
        },
        mend=_mend(rule),
    )


def _mend(rule: ApprovalRule) -> str:
    said = {"article": cited(rule.basis)}
    if rule.verified:
        return _("Approve the best one and decline the others, %(article)s.") % said
    return (
        _(
            "Approve the best one and decline the others. The rule is not verified "
            "(%(article)s): an administrator answers it under Procedures."
        )
        % said
    )
