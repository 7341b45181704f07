"""The recipe of a composite index as a form, and back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opensti.kernel.refusals import Text

Choices = tuple[tuple[str, "Text"], ...]

# The name under which weights typed into the form stand in the recipe.
TYPED = "typed"
IMPUTATIONS: Choices = (
    ("none", gettext_lazy("leave gaps as they are")),
    ("mean", gettext_lazy("mean of all units")),
    ("median", gettext_lazy("median of all units")),
    ("group_mean", gettext_lazy("mean of the group")),
    ("group_median", gettext_lazy("median of the group")),
    ("em", gettext_lazy("expected from the other indicators (EM)")),
    ("latest_year", gettext_lazy("the latest earlier year, marked")),
)
TREATMENTS: Choices = (
    ("none", gettext_lazy("leave outliers")),
    ("outliers", gettext_lazy("draw outliers in, then take logarithms")),
)
NORMALISATIONS: Choices = (
    ("min_max", gettext_lazy("lowest to highest (min-max)")),
    ("z", gettext_lazy("standard scores (z)")),
    ("rank", gettext_lazy("ranks")),
    ("percentile_rank", gettext_lazy("percentile ranks")),
    ("borda", gettext_lazy("Borda counts")),
    ("distance_to_max", gettext_lazy("distance to the best")),
    ("distance_to_target", gettext_lazy("distance to the target")),
    ("distance_to_reference", gettext_lazy("distance to a reference unit")),
    ("goalposts", gettext_lazy("goalposts of the recipe")),
    ("none", gettext_lazy("as they are")),
)
AGGREGATIONS: Choices = (
    ("arithmetic", gettext_lazy("arithmetic mean")),
    ("geometric", gettext_lazy("geometric mean")),
    ("harmonic", gettext_lazy("harmonic mean")),
    ("copeland", gettext_lazy("Copeland: who beats whom")),
)
# Field of the form → its path in the recipe.
NUMBERS = {
    "units": ("screen", "units"),
    "indicators": ("screen", "indicators"),
    "winsorise": ("treat", "winsorise"),
    "lowest": ("normalise", "lowest"),
    "highest": ("normalise", "highest"),
    "least_data": ("aggregate", "least_data"),
}
LARGEST = 1e9
SHARES = frozenset({"units", "indicators", "least_data"})


def typed_of(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the fields for a recipe (its steps as mappings or bare names)."""
    steps = {
        name: _step(recipe.get(name), "none" if name in {"impute", "treat"} else "")
        for name in ("screen", "impute", "treat", "normalise", "aggregate")
    }
    typed: dict[str, Any] = {
        "impute": steps["impute"].get("method", "none"),
        "group": steps["impute"].get("group", ""),
        "treat": steps["treat"].get("method", "outliers"),
        "log": steps["treat"].get("log", True),
        "normalise": steps["normalise"].get("method", "min_max"),
        "reference": steps["normalise"].get("reference", ""),
        "aggregate": steps["aggregate"].get("method", "arithmetic"),
        "weights": recipe.get("weights", "given"),
        "leave_out": list(recipe.get("leave_out", ())),
        "denominate": bool(recipe.get("denominate", True)),
    }
    standing = {"winsorise": 5, "lowest": 0, "highest": 100}
    for field, (step, key) in NUMBERS.items():
        value = steps[step].get(key, standing.get(field, 0))
        typed[field] = f"{value * 100:g}" if field in SHARES else f"{value:g}"
    typed["typed_weights"] = dict(recipe.get("weight_sets", {}).get(TYPED, {}))
    return typed


def _step(said: Any, standing: str) -> dict[str, Any]:
    if said is None:
        return {"method": standing} if standing else {}
    return {"method": said} if isinstance(said, str) else dict(said)


def recipe_from(
    sent: Mapping[str, str],
    *,
    base: Mapping[str, Any],
    codes: Iterable[str],
    left_out: Iterable[str],
) -> tuple[dict[str, Any], list[Problem]]:
    """The recipe that a form says; what the form has no field for stays as in ``base``.

    ``codes`` are those that can be weighed. Problems name the fields.
    """
    problems: list[Problem] = []
    numbers = {field: _number(sent, field, problems) for field in NUMBERS}
    recipe = dict(base)
    recipe["leave_out"] = list(left_out)
    if not isinstance(base.get("denominate"), dict):
        recipe["denominate"] = sent.get("denominate") == "on"
    recipe["screen"] = _step(base.get("screen"), "") | {
        "units": numbers["units"],
        "indicators": numbers["indicators"],
    }
    impute = sent.get("impute", "none")
    recipe["impute"] = {"method": impute}
    if impute.startswith("group"):
        recipe["impute"]["group"] = sent.get("group", "")
    treat = sent.get("treat", "none")
    kept = {k: v for k, v in _step(base.get("treat"), "").items() if k != "method"}
    recipe["treat"] = kept | {
        "method": treat,
        "winsorise": int(numbers["winsorise"]),
        "log": sent.get("log") == "on",
    }
    normalise = _step(base.get("normalise"), "") | {
        "method": sent.get("normalise", "min_max"),
        "lowest": numbers["lowest"],
        "highest": numbers["highest"],
        "reference": sent.get("reference", "").strip(),
    }
    recipe["normalise"] = normalise
    aggregate = _step(base.get("aggregate"), "") | {
        "method": sent.get("aggregate", "arithmetic"),
        "least_data": numbers["least_data"],
    }
    recipe["aggregate"] = aggregate
    recipe["weights"] = sent.get("weights", "given")
    if recipe["weights"] == TYPED:
        weights = {c: _number(sent, f"weight-{c}", problems) for c in codes}
        recipe["weight_sets"] = dict(base.get("weight_sets", {})) | {TYPED: weights}
    return recipe, problems


def _number(sent: Mapping[str, str], field: str, problems: list[Problem]) -> float:
    text = sent.get(field, "").strip().replace(",", ".") or "0"
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    fits = math.isfinite(value) and abs(value) <= LARGEST
    if not fits or (field == "winsorise" and value != int(value)):
        problems.append(
            Problem(
                field=field,
                message=_("“%(text)s” is not a number that can stand here.")
                % {"text": text[:40]},
                mend=_("Write digits and one decimal sign."),
            )
        )
        return 0.0
    return value / 100 if field in SHARES else value
