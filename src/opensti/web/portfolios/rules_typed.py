"""From the rules of a scenario back to the fields of its form, as far as they can say them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opensti.kernel.money import format_money
from opensti.web.portfolios.rules_form import (
    LISTS,
    SHARE,
    SINGLE,
    WHOLES,
    kind_of,
    said_in_form,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.web.portfolios.rules_form import Shape


def typed_of(rules: Mapping[str, Any], shape: Shape) -> dict[str, str]:
    """The fields of a form that say these rules."""
    typed: dict[str, str] = {}
    for measure, amount in (rules.get("budgets") or {}).items():
        typed[f"budget-{measure}"] = _written(amount, "money")
    for name in (*WHOLES, "young_age"):
        if rules.get(name) is not None:
            typed[name] = _written(rules[name], "plain")
    threshold = rules.get("threshold")
    if isinstance(threshold, dict) and "merit" in threshold:
        typed["threshold"] = _written(threshold["merit"], "plain")
    for name in LISTS:
        typed[name] = "\n".join(
            " ".join(map(str, codes)) for codes in _list(rules.get(name))
        )
    for name in SINGLE:
        typed[name] = "\n".join(map(str, _list(rules.get(name))))
    _typed_limits(rules, shape, typed)
    _typed_rows(rules, typed)
    return typed


def _list(said: Any) -> list[Any]:
    return list(said) if isinstance(said, list | tuple) else []


def _written(value: Any, kind: str) -> str:
    try:
        number = Decimal(str(value))
        if kind == "money":
            return format_money(number, unit=False)
        number = number * 100 if kind == "share" else number
        return f"{number.normalize():f}"
    except (ArithmeticError, ValueError):
        return str(value)


def _typed_limits(
    rules: Mapping[str, Any], shape: Shape, typed: dict[str, str]
) -> None:
    rows: list[dict[str, str]] = []
    for key in ("floors", "ceilings", "shares"):
        for entry in _list(rules.get(key)):
            if not isinstance(entry, dict):
                continue
            measure = str(entry.get("measure", "count"))
            if key == "shares":
                measure = f"{SHARE}{measure}"
            where = entry.get("where") or {}
            column, said = next(iter(where.items()), (entry.get("per", ""), []))
            values = said if isinstance(said, list | tuple) else [said]
            row = {
                "column": str(column),
                "value": "; ".join(
                    shape.values.get(column, {}).get(str(v), str(v)) for v in values
                ),
                "measure": measure,
                **{
                    end: _written(entry[end], kind_of(measure))
                    for end in ("at_least", "at_most")
                    if entry.get(end) is not None
                },
            }
            same = [
                r
                for r in rows
                if key == "ceilings"
                and all(r[p] == row[p] for p in ("column", "value", "measure"))
                and "at_most" not in r
            ]
            if same and "at_least" not in row:
                same[0]["at_most"] = row["at_most"]
            else:
                rows.append(row)
    for n, row in enumerate(rows):
        typed |= {f"limit-{n}-{part}": text for part, text in row.items()}
    typed["limit-rows"] = str(len(rows) + 2)


def _typed_rows(rules: Mapping[str, Any], typed: dict[str, str]) -> None:
    levels = [
        (code, level)
        for code, each in (rules.get("levels") or {}).items()
        for level in each
    ]
    for n, (code, level) in enumerate(levels):
        typed |= {
            f"level-{n}-code": str(code),
            f"level-{n}-name": str(level.get("name", "")),
            f"level-{n}-share": _written(level.get("share", ""), "share"),
            f"level-{n}-merit": _written(level.get("merit", ""), "share"),
        }
    typed["level-rows"] = str(len(levels) + 1)
    groups = [
        (column, value, codes)
        for column, values in (rules.get("groups") or {}).items()
        for value, codes in values.items()
    ]
    for n, (column, value, codes) in enumerate(groups):
        typed |= {
            f"group-{n}-column": str(column),
            f"group-{n}-value": str(value),
            f"group-{n}-codes": " ".join(map(str, codes)),
        }
    typed["group-rows"] = str(len(groups) + 1)


def fits_form(rules: Mapping[str, Any], shape: Shape) -> bool:
    """Whether the fields can say all of these rules; else they are shown as text."""
    try:
        again = said_in_form(typed_of(rules, shape), shape)
    except (AttributeError, TypeError, ValueError):
        return False
    return not again.problems and _plain(rules) == _plain(again.rules)


def _plain(rules: Mapping[str, Any]) -> str:
    """One form for rules that say the same."""
    said = {key: value for key, value in rules.items() if value not in (None, {}, [])}
    for key in ("floors", "ceilings", "shares"):
        if key in said:
            said[key] = sorted((_entry(e) for e in said[key]), key=_sorted)
    return _sorted(said)


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    found = {k: v for k, v in entry.items() if v not in (None, {}, "")}
    if found.get("measure") == "count":
        del found["measure"]
    if "where" in found:
        found["where"] = {
            column: [str(v) for v in (said if isinstance(said, list) else [said])]
            for column, said in found["where"].items()
        }
    return found


def _sorted(value: Any) -> str:
    return json.dumps(
        json.loads(json.dumps(value, default=str), parse_int=float), sort_keys=True
    )
