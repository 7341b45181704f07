"""Rules of a scenario as the fields of a form, there and back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.portfolios.queries import column_words, value_words
from opensti.kernel.money import parse_money
from opensti.kernel.refusals import Invalid, Problem
from opensti.web.portfolios.said import Said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.portfolios.problem.freezing import Candidates

WHOLES = ("at_least", "at_most", "reserve")
LISTS = ("exclusive", "together", "requires")
SINGLE = ("must", "never")
SHARE = "share:"
# Rows of each kind that a form has, at most; what needs more is written as text.
MOST_ROWS = 60
_CODES = re.compile(r"[\s,;]+")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a form can ask about: ``values`` are {column: {value: name}}."""

    measures: tuple[str, ...]
    values: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, candidates: Candidates, groups: Mapping[str, Any]) -> Shape:
        values: dict[str, dict[str, str]] = {c: {} for c in candidates.columns}
        for row in candidates.rows:
            for column, value in row.categories.items():
                if value and value not in values[column]:
                    labels = {column: {value: [*row.labels[column]]}}
                    values[column][value] = value_words(column, value, labels)
        for column, named in groups.items():
            values.setdefault(str(column), {}).update({str(v): str(v) for v in named})
        return cls(measures=candidates.measures, values=values)

    @property
    def columns(self) -> list[tuple[str, str]]:
        return [(column, column_words(column)) for column in self.values]

    def value_of(self, column: str, text: str) -> str:
        """The code of a value typed by its name, or as a code; else what was typed."""
        known = self.values.get(column, {})
        if text in known:
            return text
        wanted = text.casefold()
        found = [value for value, name in known.items() if name.casefold() == wanted]
        return found[0] if len(found) == 1 else text


class _Form:
    """Reads the fields and notes what cannot be read."""

    def __init__(self, sent: Mapping[str, str]) -> None:
        self.sent = sent
        self.problems: list[Problem] = []
        self.places: dict[str, str] = {}

    def text(self, name: str) -> str:
        return (self.sent.get(name) or "").strip()

    def number(self, name: str, kind: str, path: str) -> float | int | None:
        """What stands in a field; none if it is empty or cannot be read."""
        text = self.text(name)
        self.places[path] = name
        if not text:
            return None
        try:
            if kind == "money":
                return int(parse_money(text, field=name))
            value = Decimal(text.removesuffix("%").strip().replace(",", "."))
            whole = value == int(value)  # raises for what is not finite
        except Invalid as refused:
            self.problems += refused.problems
            return None
        except (ArithmeticError, ValueError):
            self.problems.append(
                Problem(
                    field=name,
                    message=_("“%(text)s” is no number.") % {"text": text[:40]},
                    mend=_("Enter digits, as 12 or 0,5."),
                )
            )
            return None
        if kind == "share":
            return float(value / 100)
        return int(value) if whole else float(value)

    def codes(self, name: str) -> list[str]:
        return [code for code in _CODES.split(self.text(name)) if code]

    def rows(self, kind: str) -> range:
        return range(row_count(self.sent, kind))


def row_count(sent: Mapping[str, str], kind: str) -> int:
    """How many rows of a kind a form was sent with."""
    text = (sent.get(f"{kind}-rows") or "").strip()
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0  # noqa: PLR2004
    return min(count, MOST_ROWS)


def kind_of(measure: str) -> str:
    """How a number of a measure is typed."""
    if measure.startswith(SHARE):
        return "share"
    return (
        "money" if measure.split("_", maxsplit=1)[0] in ("state", "other") else "plain"
    )


def said_in_form(sent: Mapping[str, str], shape: Shape) -> Said:
    """The rules that the fields say, every fault of reading at its field."""
    form = _Form(sent)
    rules: dict[str, Any] = {}
    budgets = {
        measure: amount
        for measure in shape.measures
        if (amount := form.number(f"budget-{measure}", "money", f"budgets.{measure}"))
        is not None
    }
    _put(rules, "budgets", budgets)
    _limits(form, shape, rules)
    for name in LISTS:
        form.places[name] = name
        lines = form.text(name).splitlines()
        _put(rules, name, [c for line in lines if (c := _split(line))])
    for name in SINGLE:
        form.places[name] = name
        _put(rules, name, form.codes(name))
    threshold = form.number("threshold", "plain", "threshold")
    _put(rules, "threshold", {} if threshold is None else {"merit": threshold})
    for name in (*WHOLES, "young_age"):
        value = form.number(name, "plain", name)
        if value is not None:
            rules[name] = value
    _levels(form, rules)
    _groups(form, rules)
    return Said(rules=rules, problems=form.problems, places=form.places)


def _put(rules: dict[str, Any], key: str, value: Any) -> None:
    if value:
        rules[key] = value


def _split(line: str) -> list[str]:
    return [code for code in _CODES.split(line.strip()) if code]


def _limits(form: _Form, shape: Shape, rules: dict[str, Any]) -> None:
    found: dict[str, list[dict[str, Any]]] = {
        "floors": [],
        "ceilings": [],
        "shares": [],
    }
    for n in form.rows("limit"):
        column, measure = (form.text(f"limit-{n}-{p}") for p in ("column", "measure"))
        ends: dict[str, float | int] = {}
        for end in ("at_least", "at_most"):
            name = f"limit-{n}-{end}"
            if (value := form.number(name, kind_of(measure), name)) is not None:
                ends[end] = value
        said = form.text(f"limit-{n}-value").split(";")
        values = [v.strip() for v in said if v.strip()]
        if fault := _row_fault(n, column, values, ends):
            form.problems.append(fault)
        elif ends:
            _enter(form, shape, found, n, (column, values, measure), ends)
    for key, entries in found.items():
        _put(rules, key, entries)


def _row_fault(
    n: int, column: str, values: list[str], ends: Mapping[str, float | int]
) -> Problem | None:
    if not ends and (column or values):
        return Problem(
            field=f"limit-{n}-at_least",
            message=_("This row has no number yet."),
            mend=_("Enter at least or at most, or empty the row."),
        )
    if values and not column:
        return Problem(
            field=f"limit-{n}-column",
            message=_("Choose what “%(value)s” is.") % {"value": values[0]},
        )
    return None


def _enter(  # noqa: PLR0917 -- a row of the form
    form: _Form,
    shape: Shape,
    found: dict[str, list[dict[str, Any]]],
    n: int,
    said: tuple[str, list[str], str],
    ends: Mapping[str, float | int],
) -> None:
    """A row with both ends is a floor and a ceiling; a share holds both."""
    column, values, measure = said
    share = measure.startswith(SHARE)
    entry: dict[str, Any] = {}
    if column and values:
        entry["where"] = {column: [shape.value_of(column, v) for v in values]}
    elif column and not share:
        entry["per"] = column
    if (plain := measure.removeprefix(SHARE)) not in ("", "count"):
        entry["measure"] = plain
    _unknown_values(form, shape, f"limit-{n}-value", entry)
    parts = (
        [("shares", dict(ends))]
        if share
        else [
            ("floors" if end == "at_least" else "ceilings", {end: value})
            for end, value in ends.items()
        ]
    )
    for key, own in parts:
        path = f"{key}.{len(found[key])}"
        found[key].append({**entry, **own})
        form.places |= {
            path: f"limit-{n}-{next(iter(own))}",
            f"{path}.where": f"limit-{n}-value",
            f"{path}.per": f"limit-{n}-column",
            f"{path}.measure": f"limit-{n}-measure",
            **{f"{path}.{end}": f"limit-{n}-{end}" for end in own},
        }


def _unknown_values(
    form: _Form, shape: Shape, name: str, entry: Mapping[str, Any]
) -> None:
    for column, values in entry.get("where", {}).items():
        unknown = [v for v in values if v not in shape.values.get(column, {})]
        if unknown:
            form.problems.append(
                Problem(
                    field=name,
                    message=_("No dossier has “%(value)s” as its %(column)s.")
                    % {"value": unknown[0], "column": column_words(column)},
                    mend=_("Choose one of the names that are offered."),
                )
            )


def _levels(form: _Form, rules: dict[str, Any]) -> None:
    levels: dict[str, list[dict[str, Any]]] = {}
    for n in form.rows("level"):
        code, name = form.text(f"level-{n}-code"), form.text(f"level-{n}-name")
        share = form.number(f"level-{n}-share", "share", f"level-{n}.share")
        merit = form.number(f"level-{n}-merit", "share", f"level-{n}.merit")
        if not (code or name or share is not None or merit is not None):
            continue
        form.places[f"levels.{code}"] = f"level-{n}-code"
        levels.setdefault(code, []).append(
            {"name": name, "share": share, "merit": merit}
        )
    form.places["levels"] = "level-0-code"
    _put(rules, "levels", levels)


def _groups(form: _Form, rules: dict[str, Any]) -> None:
    groups: dict[str, dict[str, list[str]]] = {}
    for n in form.rows("group"):
        column, value = form.text(f"group-{n}-column"), form.text(f"group-{n}-value")
        codes = form.codes(f"group-{n}-codes")
        if not (column or value or codes):
            continue
        if not (column and value and codes):
            form.problems.append(
                Problem(
                    field=f"group-{n}-column",
                    message=_("A group of your own has a name, a value and dossiers."),
                    mend=_("Fill all three, or empty the row."),
                )
            )
            continue
        form.places[f"groups.{column}"] = f"group-{n}-column"
        form.places[f"groups.{column}.{value}"] = f"group-{n}-codes"
        groups.setdefault(column, {}).setdefault(value, []).extend(codes)
    _put(rules, "groups", groups)
