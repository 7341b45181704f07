"""Files of plans and cards → trees, with every fault of all files named at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from opensti.domains.procedures.regimes.loading import load_file
from opensti.domains.procedures.regimes.reading import read
from opensti.domains.strategies.trees.checks import card_faults, plan_faults
from opensti.domains.strategies.trees.format import CardsFile, PlanTree
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from opensti.domains.strategies.trees.format import CardTree


@dataclass(frozen=True, kw_only=True)
class Files:
    """What several files say together: cards, and plans in the order of their parents."""

    cards: tuple[CardTree, ...]
    plans: tuple[PlanTree, ...]


def shipped_files() -> list[Path]:
    """The files that come with the house, cards first."""
    return sorted((Path(settings.BASE_DIR) / "strategies").glob("*.yaml"))


def read_plan(
    content: Mapping[str, Any], *, file: str, cards: Collection[str]
) -> PlanTree:
    """Read and check one plan; ``cards`` are the codes of cards that are known.

    Raises ``Invalid`` with every fault, each with ``file`` and its place.
    """
    tree = read(PlanTree, content, file=file, said=_("%(file)s: %(count)d faults."))
    faults = [_placed(file, fault) for fault in plan_faults(tree, cards)]
    if faults:
        raise Invalid(faults, _("%(file)s: %(count)d faults.") % _counted(file, faults))
    return tree


def read_cards(content: Mapping[str, Any], *, file: str) -> tuple[CardTree, ...]:
    """Read and check a file of cards; ``Invalid`` names every fault."""
    found = read(CardsFile, content, file=file, said=_("%(file)s: %(count)d faults."))
    faults = [_placed(file, fault) for fault in card_faults(found.cards)]
    if faults:
        raise Invalid(faults, _("%(file)s: %(count)d faults.") % _counted(file, faults))
    return found.cards


def read_files(paths: Sequence[Path], *, known: Collection[str] = ()) -> Files:
    """Read files together: cards of one may be used by plans of another.

    ``known`` are the codes of cards that are there already. Raises ``Invalid`` with the
    faults of all files.
    """
    problems: list[Problem] = []
    contents: list[tuple[str, dict[str, Any]]] = []
    cards: list[CardTree] = []
    plans: list[PlanTree] = []
    for path in paths:
        try:
            contents.append((path.name, load_file(path)))
        except Invalid as refusal:
            problems += refusal.problems
    stated = {code for _file, content in contents for code in _codes(content)}
    for file, content in contents:
        try:
            if "cards" in content:
                cards += read_cards(content, file=file)
            else:
                plans.append(read_plan(content, file=file, cards={*known, *stated}))
        except Invalid as refusal:
            problems += refusal.problems
    problems += _twice("cards", [card.code for card in cards])
    problems += _twice("code", [plan.code for plan in plans])
    if problems:
        raise Invalid(problems, _("%(count)d faults.") % {"count": len(problems)})
    return Files(cards=tuple(cards), plans=tuple(_parents_first(plans)))


def _codes(content: Mapping[str, Any]) -> list[str]:
    cards = content.get("cards")
    rows = cards if isinstance(cards, list) else []
    return [str(row.get("code")) for row in rows if isinstance(row, dict)]


def _twice(field: str, codes: list[str]) -> list[Problem]:
    return [
        Problem(
            field=f"{field}[{code}]",
            message=_("“%(code)s” stands in more than one file.") % {"code": code},
            mend=_("Keep it in one file."),
        )
        for code in sorted({c for c in codes if codes.count(c) > 1})
    ]


def _parents_first(plans: list[PlanTree]) -> list[PlanTree]:
    left, done = list(plans), list[PlanTree]()
    while left:
        waiting = {plan.code for plan in left}
        ready = [plan for plan in left if plan.parent not in waiting]
        if not ready:
            return done + left
        done += ready
        left = [plan for plan in left if plan not in ready]
    return done


def _placed(file: str, fault: Problem) -> Problem:
    return Problem(
        field=f"{file}: {fault.field}", message=fault.message, mend=fault.mend
    )


def _counted(file: str, faults: list[Problem]) -> dict[str, Any]:
    return {"file": file, "count": len(faults)}
