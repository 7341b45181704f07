"""Conditions and draws as letters tell them: by their kind, naming no other dossier.

What an officer named by hand may name others too, so no name of a condition is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from sti_methods.portfolio import (
    Exclusive,
    Limit,
    Must,
    Never,
    Requires,
    Share,
    Threshold,
    Together,
)

from opensti.domains.portfolios.queries.reasoning import (
    amount_words,
    column_words,
    is_money,
    measure_words,
    value_words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sti_methods.portfolio import Condition

    from opensti.domains.portfolios.models import Scenario
    from opensti.domains.portfolios.queries.reasoning import Labels

# Whose values tell of nobody: they may be named.
OF_MANY = ("field", "province", "organisation_type", "young_leader")


def told_condition(condition: Condition, labels: Labels) -> str:
    """What would not hold with a dossier added, for its applicant."""
    if isinstance(condition, Limit):
        return _limit(condition, labels)
    if isinstance(condition, Share):
        return _("the share for %(where)s (%(measure)s)") % {
            "where": _where(condition.where, labels),
            "measure": measure_words(condition.measure),
        }
    return _KINDS[type(condition)]()


def _limit(limit: Limit, labels: Labels) -> str:
    if limit.at_most is None:
        return _("the least for %(where)s (%(measure)s)") % {
            "where": _where(limit.where, labels),
            "measure": measure_words(limit.measure),
        }
    said = {
        "most": amount_words(limit.measure, limit.at_most),
        "measure": measure_words(limit.measure),
        "where": _where(limit.where, labels),
    }
    if limit.where:
        return _("at most %(most)s for %(where)s (%(measure)s)") % said
    if is_money(limit.measure):
        return _("the money of the %(measure)s, %(most)s in all") % said
    return _("at most %(most)s in all (%(measure)s)") % said


def _where(where: Mapping[str, frozenset[str]], labels: Labels) -> str:
    parts = []
    for column, values in sorted(where.items()):
        if column not in OF_MANY:
            parts.append(_one_of(column))
            continue
        named = ", ".join(value_words(column, v, labels) for v in sorted(values))
        parts.append(f"{column_words(column)}: {named}")
    return "; ".join(parts) or _("all")


def draw_words(scenario: Scenario) -> str:
    """What was put into the record before a draw, what came after, and how to check it."""
    committed = scenario.seed_committed_at
    said = {
        "day": "" if committed is None else f"{localtime(committed):%d/%m/%Y}",
        "sha256": scenario.seed_digest,
        "seed": scenario.seed,
        "source": scenario.seed_source,
        "said": scenario.seed_said,
    }
    words = (
        _(
            "Its lot was put into the public record on %(day)s, before the draw, as "
            "SHA-256 %(sha256)s; the lot is %(seed)s."
        )
        % said
    )
    if scenario.seed_said:
        words += (
            " "
            + _(
                "It was drawn from the lot and from what nobody knew then, %(source)s: "
                "%(said)s."
            )
            % said
        )
    return (
        words
        + " "
        + _(
            "Anybody can hash the lot and draw again; the page “Decisions beside the "
            "advice” of the public register says how."
        )
    )


def _one_of(column: str) -> str:
    return {
        "organisation": _("one host organisation"),
        "leader": _("one principal investigator"),
        "order": _("one order"),
    }.get(column) or _("one group of dossiers")


def is_of_few(condition: Condition) -> bool:
    """Whether the points that were missing would tell of a rival."""
    if isinstance(condition, Limit | Share):
        return any(column not in OF_MANY for column in condition.where)
    return not isinstance(condition, Threshold)


def concerns(condition: Condition, code: str, told: Mapping[str, str]) -> bool:
    """Whether a dossier with these categories counts in a condition."""
    if isinstance(condition, Limit | Share):
        return all(told.get(c, "") in values for c, values in condition.where.items())
    if isinstance(condition, Exclusive | Together):
        return code in condition.proposals
    if isinstance(condition, Requires):
        return code in {condition.proposal, condition.needs}
    return isinstance(condition, Must | Never) and condition.proposal == code


_KINDS = {
    Exclusive: lambda: _("of works that exclude each other only one is funded"),
    Requires: lambda: _("it can only be funded together with other work"),
    Together: lambda: _("it belongs to works that are funded together or not at all"),
    Must: lambda: _("what is said beforehand of other work"),
    Never: lambda: _("what is said beforehand of other work"),
    Threshold: lambda: _("the least score"),
}
