"""What ``opensti panels form`` says: the outcome, or why there is none, in words."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from pathlib import Path

    from sti_methods.assignment import Condition, Infeasible, Relief, Solution

NAMED = 8


def _names(names: tuple[str, ...]) -> str:
    unique = list(dict.fromkeys(names))
    text = ", ".join(unique[:NAMED])
    if len(unique) > NAMED:
        text += _(" and %(count)s more") % {"count": len(unique) - NAMED}
    return text


def _condition(condition: Condition) -> str:
    experts, proposals = _names(condition.experts), _names(condition.proposals)
    if condition.kind == "size":
        return _(
            "the size of %(proposals)s (%(candidates)s experts may be chosen, %(barred)s are in conflict)"
        ) % {
            "proposals": proposals,
            "candidates": condition.candidates,
            "barred": condition.barred,
        }
    if condition.kind == "least load":
        return _("the minimum load of %(experts)s") % {"experts": experts}
    if condition.kind == "most load":
        return _("the maximum load of %(experts)s") % {"experts": experts}
    if condition.kind == "lock":
        pairs = zip(condition.experts, condition.proposals, strict=True)
        return _("the fixed pairs %(pairs)s") % {
            "pairs": _names(tuple(f"{e} – {p}" for e, p in pairs))  # noqa: RUF001
        }
    if condition.kind == "probability":
        return _("the largest probability of a pair, beside sizes, loads and rules")
    return _("the rule “%(name)s” for %(proposals)s") % {
        "name": condition.name,
        "proposals": proposals,
    }


def _relief(relief: Relief) -> str:
    numbers = {"stated": relief.stated, "needed": relief.needed}
    if relief.kind == "size":
        return _("size of %(proposal)s: %(needed)s instead of %(stated)s") % {
            "proposal": relief.proposal,
            **numbers,
        }
    if relief.kind == "least load":
        return _("minimum load of %(expert)s: %(needed)s instead of %(stated)s") % {
            "expert": relief.expert,
            **numbers,
        }
    if relief.kind == "most load":
        return _("maximum load of %(expert)s: %(needed)s instead of %(stated)s") % {
            "expert": relief.expert,
            **numbers,
        }
    if relief.kind == "lock":
        return _("let go of the fixed pair %(expert)s, %(proposal)s") % {
            "expert": relief.expert,
            "proposal": relief.proposal,
        }
    if relief.kind == "probability":
        return _("largest probability: %(needed)s instead of %(stated)s") % {
            "needed": relief.needed / 1000,
            "stated": relief.stated / 1000,
        }
    return _("rule “%(name)s” for %(proposal)s: %(needed)s instead of %(stated)s") % {
        "name": relief.name,
        "proposal": relief.proposal,
        **numbers,
    }


def reasons(refusal: Infeasible) -> list[str]:
    """Say which conditions are in each other's way, and the least that mends it."""
    lines = [_("No assignment meets every condition; nothing was written.")]
    if not refusal.proved:
        lines = [
            _(
                "No draw under this limit was found before the search ended; one may exist. Nothing was written."
            ),
            _("What is in the way:"),
        ]
    elif refusal.smallest:
        lines.append(
            _("These cannot be met together; without any one of them they can:")
        )
    else:
        lines.append(_("These cannot be met together (perhaps fewer of them already):"))
    lines += [f"  - {_condition(condition)}" for condition in refusal.conflict]
    if refusal.relief:
        lines.append(
            _("The least that mends everything:")
            if refusal.proved
            else _("What would do:")
        )
        shown = refusal.relief[: 2 * NAMED]
        lines += [f"  - {_relief(relief)}" for relief in shown]
        more = len(refusal.relief) - len(shown)
        if more:
            lines.append(
                "  "
                + ngettext("… and %(count)s more.", "… and %(count)s more.", more)
                % {"count": more}
            )
    return lines


def told(solution: Solution, output: Path) -> list[str]:
    """Say how good the assignment is, and how good anything could be."""
    lines = [
        _("%(pairs)s experts assigned: %(output)s")
        % {"pairs": len(solution.pairs), "output": output},
        _("total %(total)s (no assignment has more than %(bound)s)")
        % {"total": f"{solution.total:.6f}", "bound": f"{solution.bound_total:.6f}"},
        _("worst proposal %(minimum)s (none can have more than %(bound)s)")
        % {
            "minimum": f"{solution.minimum:.6f}",
            "bound": f"{solution.bound_minimum:.6f}",
        },
    ]
    lines += [
        _(
            "worst %(share)s %% of proposals %(mean)s on average (none can have more than %(bound)s)"
        )
        % {
            "share": share,
            "mean": f"{mean:.6f}",
            "bound": f"{solution.bottom_bound[share]:.6f}",
        }
        for share, mean in solution.bottom.items()
        if mean != solution.minimum
    ]
    if solution.settled:
        lines.append(
            _(
                "worst proposals settled as in every leximin assignment, proved: %(count)s"
            )
            % {"count": solution.settled}
        )
    if solution.seed:
        digest = sha256(solution.seed.encode()).hexdigest()
        lines.append(
            _("drawn with the seed whose SHA-256 is %(hash)s") % {"hash": digest}
        )
        lines.append(
            _(
                "mean of all draws %(expected)s (under this limit none has more than %(bound)s)"
            )
            % {
                "expected": f"{solution.expected:.6f}",
                "bound": f"{solution.bound_expected:.6f}",
            }
        )
    elif solution.status == "optimal":
        lines.append(_("proved to be the best"))
    else:
        lines.append(
            _("at most %(gap)s %% below the best")
            % {"gap": f"{100 * solution.gap:.4f}"}
        )
    return lines
