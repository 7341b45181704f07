"""The rules of a scenario, one sentence each, with the numbers somebody could change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.portfolios.queries.reasoning import (
    amount_words,
    column_words,
    figure,
    is_money,
    measure_words,
    value_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opensti.domains.portfolios.queries.reasoning import Labels

LISTS = ("exclusive", "together", "requires", "must", "never")


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number of the rules: ``path`` leads to it, with full stops.

    ``kind`` is ``money`` (whole đồng), ``share`` (0 to 1), ``count`` or ``merit``.
    """

    path: str
    words: str
    value: float
    kind: str

    @property
    def shown(self) -> str:
        return number_words(self.kind, self.value)

    @property
    def typed(self) -> str:
        """As somebody would type it; a share as per cent."""
        if self.kind == "share":
            return figure(100 * self.value)
        return (
            amount_words("state", self.value).rpartition(" ")[0]
            if (self.kind == "money")
            else figure(self.value)
        )


def number_words(kind: str, value: float) -> str:
    """A number of the rules with its unit."""
    if kind == "money":
        return amount_words("state", value)
    if kind == "share":
        return f"{figure(100 * value)} %"
    return figure(value)


def numbers_of(rules: Mapping[str, Any], labels: Labels | None = None) -> list[Number]:
    """Every number of the rules in the order of a form: budgets first."""
    return [*_numbers(rules, labels)]


def _numbers(rules: Mapping[str, Any], labels: Labels | None) -> Iterator[Number]:
    for measure, amount in (rules.get("budgets") or {}).items():
        yield Number(
            path=f"budgets.{measure}",
            words=_("budget: %(measure)s") % {"measure": measure_words(measure)},
            value=float(amount),
            kind=kind_of(measure),
        )
    for key, words in (
        ("at_least", _("least number of dossiers")),
        ("at_most", _("most number of dossiers")),
    ):
        if rules.get(key) is not None:
            yield Number(path=key, words=words, value=float(rules[key]), kind="count")
    threshold = (rules.get("threshold") or {}).get("merit")
    if threshold is not None:
        yield Number(
            path="threshold.merit",
            words=_("least merit"),
            value=float(threshold),
            kind="merit",
        )
    for key in ("floors", "ceilings", "shares"):
        for place, entry in enumerate(rules.get(key) or ()):
            for end in ("at_least", "at_most"):
                if entry.get(end) is not None:
                    yield Number(
                        path=f"{key}.{place}.{end}",
                        words=limit_words(entry, end, labels, share=key == "shares"),
                        value=float(entry[end]),
                        kind="share"
                        if key == "shares"
                        else kind_of(entry.get("measure", "count")),
                    )


def kind_of(measure: str) -> str:
    """What a number of a measure is."""
    if is_money(measure):
        return "money"
    return measure if measure in ("count", "merit") else "merit"


def limit_words(
    entry: Mapping[str, Any], end: str, labels: Labels | None, *, share: bool
) -> str:
    """What a floor, a ceiling or a share is about, without its number."""
    parts = []
    for column, said in (entry.get("where") or {}).items():
        values = said if isinstance(said, list | tuple) else [said]
        named = ", ".join(value_words(column, str(v), labels) for v in values)
        parts.append(f"{column_words(column)}: {named}")
    if entry.get("per"):
        parts.append(_("each %(column)s") % {"column": column_words(entry["per"])})
    said = {
        "where": "; ".join(parts) or _("all"),
        "measure": measure_words(entry.get("measure", "count")),
    }
    if share:
        template = (
            _("%(where)s: least share of the %(measure)s")
            if end == "at_least"
            else _("%(where)s: greatest share of the %(measure)s")
        )
    else:
        template = (
            _("%(where)s: least %(measure)s")
            if end == "at_least"
            else _("%(where)s: greatest %(measure)s")
        )
    return template % said


def lists_of(rules: Mapping[str, Any]) -> list[str]:
    """What the rules say of single dossiers, a sentence each."""
    words = {
        "exclusive": _("Only one of: %(list)s"),
        "together": _("All or none of: %(list)s"),
        "requires": _("%(first)s only with %(second)s"),
        "must": _("To be chosen: %(list)s"),
        "never": _("Not to be chosen: %(list)s"),
    }
    found = []
    for key in LISTS:
        entries = rules.get(key) or ()
        if key in ("must", "never"):
            entries = [[_id(entry) for entry in entries]] if entries else []
        for entry in entries:
            codes = [*map(str, entry), "", ""]
            found.append(
                words[key]
                % {
                    "list": ", ".join(codes[:-2]),
                    "first": codes[0],
                    "second": codes[1],
                }
            )
    return found


def _id(entry: Any) -> str:
    return str(entry["id"]) if isinstance(entry, dict) else str(entry)


def replaced(rules: Mapping[str, Any], path: str, value: float) -> dict[str, Any]:
    """The rules with one number changed; raises ``KeyError`` where ``path`` leads nowhere."""
    keys = path.split(".")

    def within(node: Any, rest: list[str]) -> Any:
        if not rest:
            return int(value) if value == int(value) else value
        key, *more = rest
        if isinstance(node, list | tuple):
            place = int(key)
            return [
                within(each, more) if n == place else each
                for n, each in enumerate(node)
            ]
        if key not in node:
            raise KeyError(path)
        return {**node, key: within(node[key], more)}

    changed: dict[str, Any] = within(rules, keys)
    return changed
