"""Why a dossier is taken or left, as a letter to its applicant tells it.

The reason is the one of ``reasoning``, but nothing in it tells of another applicant: a
condition is told by its kind, never by a name that an officer gave it or by the codes in
it, and how many points were missing is left out where the difference is that to a rival
(exclusive works, one organisation, one leader, one order).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sti_methods.portfolio import Threshold

from opensti.domains.portfolios.choices import Barred, Basis, TieRule
from opensti.domains.portfolios.queries.reasoning import STATE, figure
from opensti.domains.portfolios.queries.scenarios import document_of
from opensti.domains.portfolios.queries.told import (
    concerns,
    draw_words,
    is_of_few,
    told_condition,
)
from opensti.kernel.money import format_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sti_methods.portfolio import Condition

    from opensti.domains.portfolios.models import Scenario


@dataclass(frozen=True, kw_only=True)
class Solved:
    """A solved scenario, read once for all letters of its round."""

    scenario: Scenario
    problem: Mapping[str, Any]
    solution: Mapping[str, Any]
    reasons: Mapping[str, Mapping[str, Any]]
    conditions: Mapping[str, Condition]
    levels: Mapping[str, Mapping[str, Mapping[str, Any]]]
    reserve: tuple[str, ...]

    @classmethod
    def of(cls, scenario: Scenario, conditions: Iterable[Condition]) -> Solved:
        """Read the frozen bytes, whose conditions are these; no query.

        Raises ``NotFound`` where it is not explained yet.
        """
        problem = document_of(scenario.problem)
        solution = document_of(scenario.solution)
        reasons = document_of(scenario.reasons)["reasons"]
        levels: dict[str, dict[str, Mapping[str, Any]]] = {}
        for level in problem["levels"]:
            levels.setdefault(level["proposal"], {})[level["name"]] = level
        return cls(
            scenario=scenario,
            problem=problem,
            solution=solution,
            reasons=reasons,
            conditions={c.name: c for c in conditions},
            levels=levels,
            reserve=tuple(reserve_of(problem, solution, reasons)),
        )

    def barred(self, code: str) -> str:
        return str(self.problem["barred"].get(code, ""))

    def amount(self, code: str) -> Decimal | None:
        """Of the state's money what is advised; none for a dossier that is left."""
        level = self.solution["chosen"].get(code)
        if level is None:
            return None
        return Decimal(self.levels[code][level]["amounts"][STATE])

    def words(self, code: str, *, by_hand: str = "") -> str:
        """Why this dossier is taken or left, in the language of the moment.

        ``by_hand`` is the reason of the lock on it.
        """
        parts = self._decided(code, by_hand) or self._weighed(code)
        if code in self.solution["chosen"]:
            parts.append(self._part(code))
        elif code in self.reserve:
            parts.append(
                _(
                    "It stands at no. %(number)d of the reserve list: if money becomes "
                    "free, it is considered again."
                )
                % {"number": self.reserve.index(code) + 1}
            )
        return " ".join(part for part in parts if part)

    def _decided(self, code: str, by_hand: str) -> list[str]:
        """What stood before anything was weighed."""
        barred = self.barred(code)
        reason = self.reasons.get(code)
        if barred == Barred.LOCK or (by_hand and reason and reason["decided"]):
            said = (
                _("The office decided apart from the scores that it is not funded.")
                if barred
                else _("The office decided apart from the scores that it is funded.")
            )
            return [said, *([_sentence(by_hand)] if by_hand else [])]
        if barred:
            return [_barred(barred)]
        if reason and reason["decided"]:
            chosen = reason["chosen"]
            return [
                _("The conditions of the selection say beforehand that it is funded.")
                if chosen
                else _(
                    "The conditions of the selection say beforehand that it is not funded."
                )
            ]
        return []

    def _weighed(self, code: str) -> list[str]:
        reason = self.reasons.get(code)
        if reason is None:
            return []
        if reason["chosen"]:
            return self._chosen(code, reason)
        return self._left(code, reason)

    def _chosen(self, code: str, reason: Mapping[str, Any]) -> list[str]:
        if not reason["possible"]:
            return [
                _("The conditions of the selection can only be met with this dossier.")
            ]
        said = [
            _(
                "It belongs to the dossiers that together reach the highest total score "
                "within the budget and the conditions of the selection."
            )
        ]
        if reason["price"] == 0:
            said += [
                _("Others without it reach the same total score."),
                *self._tie(taken=True),
            ]
        elif reason["standing"] == "always":
            said.append(_("Every choice that comes near this total score contains it."))
        else:
            said.append(
                _("Some choices that come near this total score do not contain it.")
            )
        spare = floor(100 * (reason["price"] or 0.0) + 1e-6) / 100
        if spare and self._tells_of_nobody(code, spare):
            said.append(
                _("It would also have been chosen with up to %(points)s less.")
                % {"points": self._points(spare)}
            )
        return said

    def _tells_of_nobody(self, code: str, spare: float) -> bool:
        """Whether how much less was enough is no difference to a rival, nor all it has."""
        level = self.levels[code][self.solution["chosen"][code]]
        told = self.problem["categories"][code]
        return spare < level["merit"] and not any(
            is_of_few(condition) and concerns(condition, code, told)
            for condition in self.conditions.values()
        )

    def _part(self, code: str) -> str:
        """The amount of a level below full funding."""
        name = self.solution["chosen"][code]
        full = Decimal(self.levels[code][""]["amounts"][STATE])
        given = self.amount(code)
        if not name or given is None or not full:
            return ""
        return _(
            "It is funded in part: %(given)s of the %(full)s that were proposed, "
            "%(percent)s %%."
        ) % {
            "given": format_money(given),
            "full": format_money(full),
            "percent": figure(float(100 * given / full), 1),
        }

    def _left(self, code: str, reason: Mapping[str, Any]) -> list[str]:
        conditions = [self.conditions[name] for name in reason["lost_to"]]
        least = next((c for c in conditions if isinstance(c, Threshold)), None)
        if least is not None:
            return self._below(code, least)
        listed = "; ".join(
            told_condition(c, self.problem["labels"]) for c in conditions
        )
        if not reason["possible"]:
            return [
                _("No choice that meets all conditions of the selection contains it.")
                if not listed
                else _(
                    "No choice that meets all conditions of the selection contains it. "
                    "What stands against it: %(list)s."
                )
                % {"list": listed}
            ]
        said = [
            _(
                "The dossiers that together reach the highest total score are others: "
                "the money and the places do not suffice for all."
            )
            if not listed
            else ngettext(
                "The dossiers that together reach the highest total score are others. "
                "With it added, this condition would not hold: %(list)s.",
                "The dossiers that together reach the highest total score are others. "
                "With it added, these conditions would not hold: %(list)s.",
                len(conditions),
            )
            % {"list": listed}
        ]
        if reason["price"] == 0:
            said += [
                _("A choice with it reaches the same total score."),
                *self._tie(taken=False),
            ]
            return said
        changed = self._changed(code, reason, conditions)
        if changed:
            said.append(
                _("It would have been chosen with %(list)s.")
                % {"list": _(", or with ").join(changed)}
            )
        return said

    def _below(self, code: str, least: Threshold) -> list[str]:
        best = max(level["merit"] for level in self.levels[code].values())
        lacking = ceil(100 * (least.at_least - best) - 1e-6) / 100
        return [
            _(
                "Its score is below the least that the selection asks for, %(least)s: "
                "it lacks %(points)s."
            )
            % {
                "least": self._points(least.at_least),
                "points": self._points(lacking),
            }
        ]

    def _changed(
        self, code: str, reason: Mapping[str, Any], conditions: Sequence[Condition]
    ) -> list[str]:
        changed = []
        price, factor = reason["price"], reason["cost_factor"]
        if price is not None and not any(is_of_few(c) for c in conditions):
            changed.append(
                _("%(points)s more")
                % {"points": self._points(ceil(100 * price - 1e-6) / 100)}
            )
        if not factor:
            return changed
        state = self.levels[code][""]["amounts"][STATE]
        if state and len(self.levels[code]) == 1:
            changed.append(
                _("at most %(less)s from the state budget instead of %(amount)s")
                % {
                    "less": format_money(Decimal(floor(state * factor + 1e-3))),
                    "amount": format_money(Decimal(state)),
                }
            )
        else:
            lower = ceil(1000 * (1 - factor) - 1e-6) / 10
            changed.append(
                _("costs lower by %(percent)s %%") % {"percent": figure(lower, 1)}
            )
        return changed

    def _points(self, value: float) -> str:
        tenths = round(value, 1) == round(value, 2)
        said = {"points": figure(value, 1 if tenths else 2)}
        if self.problem["basis"] == Basis.CALIBRATED:
            return (
                ngettext(
                    "%(points)s calibrated point",
                    "%(points)s calibrated points",
                    1 if value == 1 else 2,
                )
                % said
            )
        return (
            ngettext("%(points)s point", "%(points)s points", 1 if value == 1 else 2)
            % said
        )

    def _tie(self, *, taken: bool) -> list[str]:
        """What decided between sets of equal merit; a draw with what proves it."""
        scenario = self.scenario
        if scenario.ties != TieRule.DRAW:
            return [
                _(
                    "The rule for this was stated before: the better mean score goes "
                    "first, then what was handed in first; by it this dossier is chosen."
                )
                if taken
                else _(
                    "The rule for this was stated before: the better mean score goes "
                    "first, then what was handed in first; by it others are chosen."
                )
            ]
        return [
            _("A public draw decided between them, and this dossier was drawn.")
            if taken
            else _(
                "A public draw decided between them, and this dossier was not drawn."
            ),
            draw_words(scenario),
        ]


def reserve_of(
    problem: Mapping[str, Any],
    solution: Mapping[str, Any],
    reasons: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    """The reserve list: who lacked least merit for being chosen, as many as the rules say.

    Codes, first to last; equal ones by mean score and time of handing in. Who cannot be
    chosen, or was decided on beforehand, is not on it.
    """
    size = int(problem["rules"].get("reserve") or 0)
    order = problem["rules"]["ties"].get("order") or sorted(reasons)
    place = {code: n for n, code in enumerate(order)}
    left = [
        code
        for code, reason in reasons.items()
        if code not in solution["chosen"]
        and reason["possible"]
        and not reason["decided"]
    ]
    left.sort(key=lambda code: (reasons[code]["price"], place[code]))
    return left[:size]


def _sentence(text: str) -> str:
    """A text that somebody typed, as a sentence among others."""
    plain = " ".join(text.split())
    plain = plain[:1].upper() + plain[1:]
    return plain if plain.endswith((".", "!", "?", "…")) else f"{plain}."


def _barred(why: str) -> str:
    return {
        Barred.OVERLAP: _("A verdict says that it overlaps with other work."),
        Barred.UNJUDGED: _(
            "It is like other work, and no verdict says yet that it may be funded."
        ),
        Barred.ORDER: _(
            "Only one dossier of its order can be approved, and one was approved before."
        ),
        Barred.OUTRANKED: _(
            "Only one dossier of its order can be approved, and another goes before it."
        ),
        Barred.COUNCIL: _("The council does not propose funding."),
    }[Barred(why)]
