"""Findings of the coherence test in words, each with its numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.strategies.choices import Comparator
from opensti.kernel.money import format_money

if TYPE_CHECKING:
    from opensti.domains.strategies.queries.findings import PlanFinding
    from opensti.kernel.refusals import Text

SEVERITY: dict[str, Text] = {
    "conflict": gettext_lazy("conflict"),
    "warning": gettext_lazy("warning"),
    "note": gettext_lazy("note"),
}
SAID: dict[str, Text] = {
    "labour_identity_broken": gettext_lazy(
        "To %(year)s, %(scope)s: productivity %(per)s of %(productivity)s %% and %(labour)s of %(employment)s %% a year come to %(comes_to)s %% of value added, but the target is %(value_added)s %%."
    ),
    "labour_identity_holds": gettext_lazy(
        "To %(year)s, %(scope)s: productivity %(per)s of %(productivity)s %% and %(labour)s of %(employment)s %% a year come to %(comes_to)s %%; the target of value added is %(value_added)s %%."
    ),
    "employment_implied": gettext_lazy(
        "To %(year)s, %(scope)s: value added of %(value_added)s %% and productivity %(per)s of %(productivity)s %% a year leave %(implied)s %% a year for %(labour)s; no observed trend stands beside it."
    ),
    "employment_against_trend": gettext_lazy(
        "To %(year)s, %(scope)s: value added of %(value_added)s %% and productivity %(per)s of %(productivity)s %% a year leave %(implied)s %% a year for %(labour)s, but these have grown by %(trend)s %% a year: one of the two targets does not go with it."
    ),
    "employment_near_trend": gettext_lazy(
        "To %(year)s, %(scope)s: value added of %(value_added)s %% and productivity %(per)s of %(productivity)s %% a year leave %(implied)s %% a year for %(labour)s; these have grown by %(trend)s %% a year."
    ),
    "trend_unlike": gettext_lazy(
        "To %(year)s, %(scope)s: value added of %(value_added)s %% and productivity %(per)s of %(productivity)s %% a year leave %(implied)s %% a year for %(labour)s; what was observed (%(other_card)s: %(other)s %% a year) counts %(counts)s and cannot be set beside it."
    ),
    "labour_unlike": gettext_lazy(
        "To %(year)s, %(scope)s: the target of productivity (%(card)s: %(productivity)s %% a year) is %(per)s, that of employment (%(other_card)s: %(other)s %% a year) counts %(counts)s: the two cannot be multiplied and were not tested against each other."
    ),
    "labour_unstated": gettext_lazy(
        "To %(year)s, %(scope)s: the card %(card)s does not say whether productivity is per person or per hour: its target of %(productivity)s %% a year was tested against no other."
    ),
    "tfp_identity_broken": gettext_lazy(
        "To %(year)s, %(scope)s: %(share)s %% of a growth of %(growth)s %% is %(implied)s %% a year of total factor productivity, but its target is %(tfp)s %%."
    ),
    "tfp_identity_holds": gettext_lazy(
        "To %(year)s, %(scope)s: %(share)s %% of a growth of %(growth)s %% is %(implied)s %% a year of total factor productivity; its target is %(tfp)s %%."
    ),
    "tfp_implied": gettext_lazy(
        "To %(year)s, %(scope)s: %(share)s %% of a growth of %(growth)s %% is %(implied)s %% a year of total factor productivity; nothing observed stands beside it."
    ),
    "tfp_against_observed": gettext_lazy(
        "To %(year)s, %(scope)s: %(share)s %% of a growth of %(growth)s %% is %(implied)s %% a year of total factor productivity; %(observed)s %% was observed."
    ),
    "tfp_near": gettext_lazy(
        "To %(year)s, %(scope)s: %(share)s %% of a growth of %(growth)s %% is %(implied)s %% a year of total factor productivity, within what was observed: %(observed)s %%."
    ),
    "targets_exclude": gettext_lazy(
        "%(card)s to %(year)s: no value meets all acts (%(acts)s)."
    ),
    "targets_differ": gettext_lazy(
        "%(card)s to %(year)s: the acts want different values, from %(least)s to %(most)s (%(acts)s)."
    ),
    "target_after_plan": gettext_lazy(
        "%(card)s: the target is for %(year)s, the plan ends in %(ends)s."
    ),
    "path_impossible": gettext_lazy(
        "%(card)s: no constant rate of growth leads from %(base)s to %(aim)s."
    ),
    "target_is_base": gettext_lazy(
        "%(card)s: the target for %(year)s is the base itself, %(base)s: there is no way to go and no achievement to count."
    ),
    "pace_never_seen": gettext_lazy(
        "%(card)s: to reach %(year)s it takes %(required)s a year from here; in none of the %(count)s past stretches of %(years)s years did it go so fast."
    ),
    "action_without_indicator": gettext_lazy(
        "Action %(action)s is measured by no indicator."
    ),
    "indicator_without_owner": gettext_lazy("Nobody keeps the indicator %(card)s."),
    "outcome_without_action": gettext_lazy(
        "No action serves the target of %(card)s, neither by itself nor by its goal."
    ),
    "over_envelope": gettext_lazy(
        "%(source)s: %(planned)s is planned, the limit is %(envelope)s: %(over)s too much."
    ),
    "over_envelope_of_year": gettext_lazy(
        "%(source)s in %(year)s: %(planned)s is planned, the limit is %(envelope)s: %(over)s too much."
    ),
}
MONEY = frozenset({"planned", "envelope", "over"})
WHOLE = frozenset({"year", "ends", "years", "count", "acts"})


def figure(value: float, places: int = 2) -> str:
    """A number as it is read: at most two places, none that say nothing."""
    text = number_format(round(value, places), decimal_pos=places)
    for mark in (",", "."):
        if mark in text[-places - 1 :]:
            return text.rstrip("0").rstrip(mark)
    return text


def coherence_words(finding: PlanFinding) -> str:
    """A finding as one sentence in the reader's language, its numbers in it."""
    said = {name: str(text) for name, text in finding.texts.items()}
    if finding.acts:
        said["acts"] = "; ".join(
            f"{plan}: {Comparator(comparator).label} {figure(float(value))}"
            for plan, comparator, value in finding.acts
        )
    for name, value in finding.figures.items():
        if name in MONEY:
            said[name] = format_money(Decimal(int(value)))
        elif name in WHOLE:
            said.setdefault(name, str(value))
        else:
            said[name] = figure(float(value))
    code = finding.code
    if code == "over_envelope" and "year" in finding.figures:
        code = "over_envelope_of_year"
    if code == "pace_never_seen" and finding.texts.get("pace") == "rate":
        said["required"] = _("%(rate)s %%") % {"rate": said["required"]}
    return str(SAID[code]) % said


def severity_word(severity: str) -> str:
    return str(SEVERITY[severity])


def severity_words(finding: PlanFinding) -> str:
    return str(SEVERITY[finding.severity])
