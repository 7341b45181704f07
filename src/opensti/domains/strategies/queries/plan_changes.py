"""What an act changed in a plan: two editions side by side, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from opensti.domains.strategies.models import PlanEdition
    from opensti.kernel.refusals import Text

WHATS: dict[str, Text] = {
    "plan": _("plan"),
    "goal": _("goal"),
    "action": _("action"),
    "target": _("target"),
    "envelope": _("envelope"),
}
FIELDS: dict[str, Text] = {
    "kind": _("kind"),
    "title_vi": _("title of the plan (Vietnamese)"),
    "title_en": _("title of the plan (English)"),
    "summary_vi": _("summary (Vietnamese)"),
    "summary_en": _("summary (English)"),
    "issuer_vi": _("issuer (Vietnamese)"),
    "issuer_en": _("issuer (English)"),
    "starts_on": _("first day"),
    "ends_on": _("last day"),
    "parent": _("place in the tree"),
    "goal": _("goal"),
    "text_vi": _("text (Vietnamese)"),
    "text_en": _("text (English)"),
    "deliverable_vi": _("product (Vietnamese)"),
    "deliverable_en": _("product (English)"),
    "owner": _("owner"),
    "condition": _("if"),
    "outcome": _("then"),
    "reason": _("because"),
    "risk": _("at the risk"),
    "depends_on": _("waits for"),
    "indicators": _("indicators"),
    "assignments": _("agencies"),
    "milestones": _("milestones"),
    "risks": _("risks"),
    "budget": _("money"),
    "comparator": _("comparison"),
    "value": _("value"),
    "high": _("upper end"),
    "tolerance": _("tolerance"),
    "base_year": _("base year"),
    "base_value": _("base value"),
    "amount": _("amount of money"),
    "art": _("article"),
    "src": _("source"),
    "v": _("mark"),
    "act_number": _("number of the act"),
    "issued_on": _("day of the act"),
    "issued_v": _("mark of the day"),
}
NESTED = {"goals", "targets", "actions", "envelopes", "in_force"}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that was added, removed or changed; ``field`` only of what was changed."""

    how: str
    what: Text
    code: str
    field: Text = ""
    before: str = ""
    after: str = ""


def difference(
    older: PlanEdition, newer: PlanEdition, *, hidden: Collection[str] = ()
) -> list[Change]:
    """What ``newer`` says otherwise than ``older``, in the order of the tree; no query.

    ``hidden`` are fields that the reader may not know of: risks are the office's.
    """
    return tree_difference(older.tree, newer.tree, hidden=hidden)


def tree_difference(
    older: Mapping[str, Any], newer: Mapping[str, Any], *, hidden: Collection[str] = ()
) -> list[Change]:
    """The same of two trees as plain data."""
    before, after = dict(_parts(older)), dict(_parts(newer))
    found = []
    for key, said in after.items():
        kind, code = key
        if key not in before:
            found.append(_whole("added", kind, code, after=_named(said)))
            continue
        was = before[key]
        found += [
            Change(
                how="changed",
                what=WHATS[kind],
                code=code,
                field=FIELDS.get(name, name),
                before=_shown(was.get(name)),
                after=_shown(said.get(name)),
            )
            for name in [*was, *(n for n in said if n not in was)]
            if was.get(name) != said.get(name) and name not in hidden
        ]
    found += [
        _whole("removed", kind, code, before=_named(was))
        for (kind, code), was in before.items()
        if (kind, code) not in after
    ]
    return found


def _whole(how: str, kind: str, code: str, **texts: str) -> Change:
    return Change(how=how, what=WHATS[kind], code=code, **texts)


def _parts(
    tree: Mapping[str, Any],
) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    yield ("plan", str(tree.get("code", ""))), _own(tree)
    yield from _goals(tree, "")
    for row in tree.get("envelopes", []):
        code = f"{row.get('year', '')} {row['source']}".strip()
        yield ("envelope", code), _own(row)


def _goals(
    above: Mapping[str, Any], parent: str
) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for goal in above.get("goals", []):
        yield ("goal", goal["code"]), _own(goal) | {"parent": parent}
        for target in goal.get("targets", []):
            years = [str(target[y]) for y in ("from_year", "to_year") if y in target]
            code = f"{target['card']} {target['measure']} {'-'.join(years)}"
            yield ("target", code), _own(target) | {"goal": goal["code"]}
        for action in goal.get("actions", []):
            yield ("action", action["code"]), _own(action) | {"goal": goal["code"]}
        yield from _goals(goal, goal["code"])


def _own(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k not in NESTED and k != "code"}


def _named(row: Mapping[str, Any]) -> str:
    return str(row.get("text_vi") or row.get("title_vi") or row.get("amount") or "")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(_shown(v) for v in value.values())
    if isinstance(value, list):
        return "; ".join(_shown(v) for v in value)
    return str(value)
