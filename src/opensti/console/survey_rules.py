"""Files of questions and of rules for ``opensti survey``, refused by place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from sti_methods.survey import Question

from opensti.console.panels_files import Refused
from opensti.domains.procedures.regimes.loading import load_file
from opensti.domains.surveys.questionnaires import Asked, Rules
from opensti.domains.surveys.questionnaires import read_rules as rules_of
from opensti.kernel.refusals import Invalid

if TYPE_CHECKING:
    from pathlib import Path


def read_questions(path: Path) -> Asked:
    """The items of a framework's file; what it says besides is the framework's affair.

    A survey may ask a list of questions without anchors, which no assessment could: that is
    why it does not read by ``read_framework``.
    """
    content = _loaded(path)
    head, items = content.get("framework"), content.get("items")
    roles = content.get("roles", [])
    if not isinstance(head, dict) or not isinstance(items, list) or not items:
        raise _refused(path, "items", _("this is no framework: it needs “framework” and “items”."))  # fmt: skip
    found: dict[str, Question] = {}
    for number, item in enumerate(items):
        code = str(item.get("code", "")) if isinstance(item, dict) else ""
        place = f"items[{code or number}]"
        if not code or not isinstance(item.get("clause"), str):
            raise _refused(path, place, _("an item has a code and a clause (as text)."))
        if code in found:
            raise _refused(path, place, _("this item stands twice; leave one out."))
        weight = item.get("weight", 1)
        if not isinstance(weight, int | float) or not 0 < weight < 1e6:  # noqa: PLR2004
            raise _refused(path, f"{place}.weight", _("a weight is above 0."))
        found[code] = Question(
            code=code,
            clause=item["clause"],
            weight=float(weight),
            mandatory=item.get("mandatory") is True,
        )
    return Asked(
        code=str(head.get("code", "")),
        edition=str(head.get("edition", "")),
        questions=tuple(found.values()),
        roles=frozenset(
            str(r["code"]) for r in roles if isinstance(r, dict) and "code" in r
        ),
    )


def read_rules(path: Path, asked: Asked) -> Rules:
    """Rules on the questionnaire ``asked``: every condition is read and checked."""
    try:
        return rules_of(load_file(path), asked, file=path.name)
    except Invalid as refusal:
        raise _faults(refusal) from None


def _loaded(path: Path) -> dict[str, Any]:
    try:
        return load_file(path)
    except Invalid as refusal:
        raise _faults(refusal) from None


def _faults(refusal: Invalid) -> Refused:
    shown = [f"{p.field}: {p.message} {p.mend}".strip() for p in refusal.problems]
    return Refused("\n".join([_("Nothing was written."), *shown]))


def _refused(path: Path, place: str, what: str) -> Refused:
    return Refused(f"{_('Nothing was written.')}\n{path.name}: {place}: {what}")
