"""Why something is chosen or not, which condition stands in the way: in words.

For pages, letters, documents and the command alike. Names of conditions are those of
``sti_methods.portfolio.rules``; amounts of money are whole đồng where a measure is the
office's own (``state``, ``state_2027`` …), plain numbers elsewhere.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from opensti.domains.registry.choices import OrganisationKind
from opensti.kernel.money import format_money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Labels = Mapping[str, Mapping[str, Sequence[str]]]

_YEAR = re.compile(r"^(?P<source>[a-z]+)_(?P<year>\d{4})$")
_WHERE = re.compile(r"^(?P<kind>floor|ceiling|share):(?P<where>.*):(?P<measure>[^:]+)$")
STATE, OTHER = SOURCES = ("state", "other")


def measure_words(measure: str) -> str:
    """An amount by name: ``state_2027`` is the state budget of 2027."""
    words = {
        "count": _("number of dossiers"),
        "merit": _("sum of merits"),
        "state": _("state budget"),
        "other": _("host and partners"),
    }
    if measure in words:
        return words[measure]
    if (told := _YEAR.match(measure)) and told["source"] in SOURCES:
        return _("%(source)s %(year)s") % {
            "source": words[told["source"]],
            "year": told["year"],
        }
    return measure


def is_money(measure: str) -> bool:
    """Whether an amount is whole đồng."""
    return measure.split("_", 1)[0] in SOURCES


def amount_words(measure: str, amount: float) -> str:
    """A number as it is written: money in đồng, others without needless places."""
    if is_money(measure):
        return format_money(Decimal(round(amount)))
    return figure(amount)


def figure(value: float, places: int = 2) -> str:
    """A number with at most so many places, none where they are zeros."""
    rounded = round(value, places)
    whole = rounded == int(rounded)
    return str(number_format(rounded, 0 if whole else places, use_l10n=True))


def column_words(column: str) -> str:
    """A category by name."""
    return {
        "field": _("field"),
        "province": _("province"),
        "organisation": _("organisation"),
        "organisation_type": _("kind of organisation"),
        "leader": _("leader"),
        "young_leader": _("young leader"),
        "order": _("order"),
    }.get(column, column)


def value_words(column: str, value: str, labels: Labels | None = None) -> str:
    """A value of a category as people read it."""
    if column == "young_leader":
        return {"yes": _("yes"), "no": _("no")}.get(value, _("age not known"))
    if not value:
        return _("not said")
    if column == "organisation_type" and value in OrganisationKind.values:
        return str(OrganisationKind(value).label)
    names = (labels or {}).get(column, {}).get(value)
    if names is None:
        return value
    english = (get_language() or "vi").startswith("en")
    return (names[1] or names[0]) if english else names[0]


def condition_words(name: str, labels: Labels | None = None) -> str:
    """What a condition is about, by its name; one that was named by hand stays as it is."""
    kind, _colon, rest = name.partition(":")
    if told := _WHERE.match(name):
        where = _where_words(told["where"], labels)
        measure = measure_words(told["measure"])
        said = {"where": where, "measure": measure}
        return {
            "floor": _("at least so much for %(where)s (%(measure)s)"),
            "ceiling": _("at most so much for %(where)s (%(measure)s)"),
            "share": _("share of %(where)s (%(measure)s)"),
        }[told["kind"]] % said
    said = {"name": rest, "list": rest.replace("+", ", ")}
    a, _sign, b = rest.partition(">")
    words = {
        "budget": lambda: _("budget: %(measure)s") % {"measure": measure_words(rest)},
        "exclusive": lambda: _("only one of %(list)s") % said,
        "together": lambda: _("all or none of %(list)s") % said,
        "requires": lambda: _("%(one)s only with %(other)s") % {"one": a, "other": b},
        "must": lambda: _("%(name)s is to be chosen") % said,
        "never": lambda: _("%(name)s is not to be chosen") % said,
        "threshold": lambda: _("least merit"),
        "at_least": lambda: _("least number of dossiers"),
        "at_most": lambda: _("most number of dossiers"),
    }
    return words[kind]() if kind in words and rest else name


def _where_words(where: str, labels: Labels | None) -> str:
    if where == "*":
        return _("all")
    parts = []
    for part in where.split(","):
        column, _sign, values = part.partition("=")
        said = ", ".join(value_words(column, v, labels) for v in values.split("|"))
        parts.append(f"{column_words(column)}: {said}")
    return "; ".join(parts)


def measure_of(name: str) -> str:
    """Which amount a condition limits; empty where it limits none."""
    if told := _WHERE.match(name):
        return told["measure"]
    kind, _colon, rest = name.partition(":")
    if kind == "budget":
        return rest
    return {"threshold": "merit", "at_least": "count", "at_most": "count"}.get(kind, "")


def conflict_words(entry: Mapping[str, Any], labels: Labels | None = None) -> str:
    """One condition of a conflict, and the nearest number at which it would not be in the way."""
    said: dict[str, Any] = {"what": condition_words(entry["name"], labels)}
    if entry.get("stated") is not None and entry.get("end"):
        measure = measure_of(entry["name"])
        said |= {
            "stated": amount_words(measure, entry["stated"]),
            "needed": ""
            if entry.get("needed") is None
            else amount_words(measure, entry["needed"]),
        }
        if said["needed"]:
            return (
                _(
                    "%(what)s: at least %(stated)s; the others can be met with %(needed)s."
                )
                if entry["end"] == "at_least"
                else _(
                    "%(what)s: at most %(stated)s; the others can be met with %(needed)s."
                )
            ) % said
        return (
            _("%(what)s: at least %(stated)s; no number alone is enough.")
            if entry["end"] == "at_least"
            else _("%(what)s: at most %(stated)s; no number alone is enough.")
        ) % said
    if entry.get("enough"):
        return _("%(what)s: without it the others can be met.") % said
    return _("%(what)s: to leave it out alone is not enough.") % said


def reason_words(reason: Mapping[str, Any], labels: Labels | None = None) -> str:
    """Why one is chosen or not, and what would have changed it.

    ``reason`` as ``portfolios.problem.solving.explain`` or ``sti_methods.portfolio.answer``
    tells it; of one that was not asked exactly, ``price_low`` is what is proved of its price.
    Nothing about any other proposal is said but the conditions it was left for.
    """
    if reason["decided"]:
        return (
            _("It was decided beforehand that it is chosen.")
            if reason["chosen"]
            else _("It was decided beforehand that it is not chosen.")
        )
    return _chosen(reason) if reason["chosen"] else _left(reason, labels)


def _chosen(reason: Mapping[str, Any]) -> str:
    price = reason["price"] if _asked(reason) else reason["price_low"]
    if _asked(reason) and not reason["possible"]:
        return _("It is chosen: no set that meets all conditions is without it.")
    if reason["standing"] == "always":
        said = _("It is chosen, as in every set of nearly the same sum of merits.")
    else:
        said = _("It is in the set of the highest sum of merits within all conditions.")
    if price:
        said += " " + _("It could have had %(points)s less merit and be chosen.") % {
            "points": figure(price)
        }
    return said


def _asked(reason: Mapping[str, Any]) -> bool:
    """Whether the solver was asked for this one, or prices alone speak."""
    return bool(reason.get("exact", True))


def _left(reason: Mapping[str, Any], labels: Labels | None) -> str:
    if (least := reason.get("threshold")) is not None:
        return _("Its merit %(merit)s is below the least asked for, %(least)s.") % {
            "merit": figure(reason["merit"]),
            "least": figure(least),
        }
    if _asked(reason) and not reason["possible"]:
        return _("No set that meets all conditions has it.")
    lost = [condition_words(name, labels) for name in reason["lost_to"]]
    said = (
        ngettext(
            "Within this condition the set of the highest sum of merits is without it: %(list)s.",
            "Within these conditions the set of the highest sum of merits is without it: %(list)s.",
            len(lost),
        )
        % {"list": "; ".join(lost)}
        if lost
        else _("The set of the highest sum of merits is without it.")
    )
    return f"{said} {_lacking(reason)}".strip()


def _lacking(reason: Mapping[str, Any]) -> str:
    """What would have changed it; empty where nobody can tell."""
    if not _asked(reason):
        if not reason["price_low"]:
            return ""
        return _("It lacked at least %(points)s of merit.") % {
            "points": figure(reason["price_low"])
        }
    price, factor = reason["price"], reason["cost_factor"]
    if price == 0:
        return _("A set with it is as good; the stated rule for ties decided.")
    changed = []
    if price is not None:
        changed.append(_("%(points)s more merit") % {"points": figure(price)})
    if factor is not None and factor > 0:
        changed.append(
            _("a cost lower by %(percent)s %%")
            % {"percent": figure(100 * (1 - factor))}
        )
    if not changed:
        return ""
    return _("What would have changed it: %(list)s.") % {
        "list": _(" or ").join(changed)
    }
