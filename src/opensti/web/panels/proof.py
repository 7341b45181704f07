"""What is proved of computed councils, sentence by sentence, in words that can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.domains.panels.choices import Objective
from opensti.ui.templatetags.ui import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.panels.models import FormationRun

__all__ = ["proof_in_words"]


def proof_in_words(run: FormationRun, *, together: bool) -> list[str]:
    """The certificate, sentence by sentence, in words that can be checked."""
    proof = run.proof
    found = []
    if run.objective == Objective.FAIR:
        found.append(
            _(
                "No way to form councils has a weakest council above %(bound)s; here it is %(minimum)s."
            )
            % {
                "bound": number(proof["bound_minimum"], 4),
                "minimum": number(run.minimum, 4),
            }
        )
    if run.objective == Objective.RANDOM:
        found += _drawn(proof)
    else:
        found.append(
            _(
                "No sum under these conditions is above %(bound)s; here it is %(total)s: gap %(gap)s %%."
            )
            % {
                "bound": number(proof["bound_total"], 4),
                "total": number(run.total, 4),
                "gap": number(100 * proof["gap"], 3),
            }
        )
    if not together:
        found += _worst(proof)
    found.append(
        _("Nothing better exists.")
        if proof["status"] == "optimal"
        else _("Anything better lies within the gap.")
    )
    if not proof.get("repeatable", True):
        found.append(
            _(
                "The search was ended by the clock: the best until then. Computed again it may come out otherwise."
            )
        )
    return found


def _drawn(proof: Mapping[str, Any]) -> list[str]:
    found = [
        _("No pair had a probability above %(limit)s; the largest was %(highest)s.")
        % {name: number(proof[name], 2) for name in ("limit", "highest")}
    ]
    if "expected" not in proof:
        return found
    found.append(
        _(
            "The mean over all draws is %(expected)s; under this limit none is above %(bound_expected)s: gap %(percent)s %%. Without the limit the best sum is at most %(bound_total)s."
        )
        % {
            **{
                name: number(proof[name], 4)
                for name in ("expected", "bound_expected", "bound_total")
            },
            "percent": number(100 * proof["gap"], 3),
        }
    )
    if proof["mixture"]:
        found.append(
            _(
                "Drawn was one of %(mixture)d ways to form all councils, each keeping every condition, by its weight in %(parts)d parts; all stand in the solution with their weights."
            )
            % proof
        )
    return found


def _worst(proof: Mapping[str, Any]) -> list[str]:
    """The worst 1, 5 and 10 % of cases, each with what no way to form councils exceeds."""
    found = [
        _(
            "The worst %(share)s %% of cases have %(mean)s on average; no way to form councils gives them more than %(bound)s."
        )
        % {
            "share": share,
            "mean": number(proof["bottom"][share], 4),
            "bound": number(bound, 4),
        }
        for share, bound in proof.get("bottom_bound", {}).items()
    ]
    if proof.get("settled"):
        found.append(
            ngettext(
                "Of the worst cases %(n)d has what it has wherever the worst, the next-worst and so on are raised as far as they go. What lies above is not proved.",
                "Of the worst cases %(n)d have what they have wherever the worst, the next-worst and so on are raised as far as they go. What lies above is not proved.",
                proof["settled"],
            )
            % {"n": proof["settled"]}
        )
    return found
