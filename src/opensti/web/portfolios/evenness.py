"""How evenly scenarios spread the money: a few shares, each with what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from sti_methods.portfolio.equity import gini, herfindahl

from opensti.domains.portfolios.queries import column_words, value_words
from opensti.domains.portfolios.queries.reasoning import figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from opensti.domains.portfolios.problem.contents import Contents

FULL = 100


def side_by_side(contents: Sequence[Contents]) -> list[dict[str, Any]]:
    """A row for each measure with its value in every scenario."""
    return [
        {
            "name": _("Organisations funded"),
            "values": [_reached(c, "organisation") for c in contents],
            "says": _("Of those with a dossier that could be chosen."),
        },
        {
            "name": _("Provinces funded"),
            "values": [_reached(c, "province") for c in contents],
            "says": _("Of the provinces of hosts whose dossiers could be chosen."),
        },
        {
            "name": _("Money of the organisation that gets most"),
            "values": [_largest(c, "organisation") for c in contents],
            "says": _("A large share means that the programme leans on one host."),
        },
        *(
            {
                "name": _("Gini coefficient of money over %(what)s")
                % {"what": column_words(column)},
                "values": [_spread(c, column, gini) for c in contents],
                "says": _(
                    "0: all that could be chosen get alike; near 1: one gets nearly all."
                ),
            }
            for column in ("organisation", "province", "field")
        ),
        {
            "name": _("Herfindahl index of money over organisations"),
            "values": [_spread(c, "organisation", herfindahl) for c in contents],
            "says": _(
                "Sum of squared shares: 1 divided by it is as if so many got alike."
            ),
        },
        {
            "name": _("Chosen: young leaders / others"),
            "values": [_young(c) for c in contents],
            "says": _(
                "Shares of those that could be chosen; far apart means that one of the "
                "two does better under these conditions."
            ),
        },
        {
            "name": _("Field with the smallest share chosen"),
            "values": [_weakest(c) for c in contents],
            "says": _("Where applicants have the least chance under these conditions."),
        },
    ]


def _able(content: Contents, column: str) -> Mapping[str, list[str]]:
    """The codes that could be chosen, by value of a category; those without it are left out."""
    told = content.problem["categories"]
    found: dict[str, list[str]] = {}
    for code in content.order:
        value = told[code].get(column, "")
        if value and code not in content.barred:
            found.setdefault(value, []).append(code)
    return found


def _part(content: Contents, codes: Sequence[str]) -> float:
    return sum(code in content.chosen for code in codes) / len(codes)


def _reached(content: Contents, column: str) -> str:
    able = _able(content, column)
    funded = sum(_part(content, codes) > 0 for codes in able.values())
    return _("%(n)d of %(of)d") % {"n": funded, "of": len(able)}


def _largest(content: Contents, column: str) -> str:
    given = content.solution["totals"].get(column, {})
    whole = sum(each["state"] for each in given.values())
    if not whole:
        return "—"
    most = max(given, key=lambda value: (given[value]["state"], value))
    share = figure(FULL * given[most]["state"] / whole, 0)
    name = value_words(column, most, content.problem["labels"])
    return f"{share} % ({name})"


def _spread(
    content: Contents, column: str, measure: Callable[[Iterable[float]], float | None]
) -> str:
    """A measure of the state's money over all values that could be chosen."""
    given = content.solution["totals"].get(column, {})
    found = measure(
        [given.get(value, {}).get("state", 0) for value in _able(content, column)]
    )
    return "—" if found is None else figure(found, 3)


def _young(content: Contents) -> str:
    able = _able(content, "young_leader")
    said = [
        f"{figure(FULL * _part(content, able[value]), 0)} %" if value in able else "—"
        for value in ("yes", "no")
    ]
    return " / ".join(said)


def _weakest(content: Contents) -> str:
    able = _able(content, "field")
    if not able:
        return "—"
    least = min(able, key=lambda value: (_part(content, able[value]), value))
    share = figure(FULL * _part(content, able[least]), 0)
    name = value_words("field", least, content.problem["labels"])
    return f"{share} % ({name})"
