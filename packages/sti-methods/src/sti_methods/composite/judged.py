"""What judges said of weights, as a recipe keeps it beside the weights that count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sti_methods.composite.reading import Part

__all__ = ["JUDGED", "judged_of"]

# The set of weights that judges gave, and the key that says how.
JUDGED = "judged"
JUDGINGS = ("ahp", "budget")
JUDGED_KEYS = (
    "method",
    "weights",
    "judges",
    "together",
    "accepted",
    "criteria",
    "header",
    "rows",
)
JUDGEMENT_KEYS = ("judge", "consistency_ratio", "odd", "stated", "implied")
CRITERION_KEYS = ("code", "mean", "deviation", "least", "most")


def judged_of(
    part: Part, weight_sets: Mapping[str, Mapping[str, float]]
) -> dict[str, Any]:
    """What judges said of the parts of each whole; their weights must be those of the set."""
    said = part.said.get(JUDGED, {})
    if not isinstance(said, Mapping):
        part.fault("recipe_mapping", JUDGED, keys="")
        return {}
    counted = weight_sets.get(JUDGED, {})
    for whole, one in said.items():
        own = Part(one, f"{JUDGED}.{whole}", JUDGED_KEYS, part.found)
        method = own.choice("method", JUDGINGS, "")
        weights = own.numbers("weights", least=0.0)
        if not weights:
            own.fault("recipe_needs", own.at("weights"), method=method)
        for code, weight in weights.items():
            if counted.get(code) != weight:
                path = f"weight_sets.{JUDGED}.{code}"
                own.fault("recipe_judged", path, code=code, judged=weight)
        own.flag("accepted", default=False)
        _records(own, "judges", own.said.get("judges", []), JUDGEMENT_KEYS)
        _records(own, "criteria", own.said.get("criteria", []), CRITERION_KEYS)
        if "together" in own:
            _records(own, "together", [own.said["together"]], JUDGEMENT_KEYS)
    return dict(said)


def _records(part: Part, key: str, said: Any, keys: tuple[str, ...]) -> None:
    """Check a list of mappings of known keys, and the codes in them."""
    if not isinstance(said, list):
        part.fault("recipe_list", part.at(key))
        return
    for place, one in enumerate(said):
        own = Part(one, f"{part.at(key)}.{place}", keys, part.found)
        own.codes("odd")
        if "code" in keys and not own.text("code"):
            own.fault("recipe_needs", own.at("code"), method=key)
