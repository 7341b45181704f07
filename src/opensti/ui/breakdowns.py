"""A value by its parts: in words, and on the map where the parts are provinces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from sti_methods.indicators import rounded

from opensti.kernel.bilingual import pick
from opensti.ui.templatetags.ui import number
from opensti.ui.tilemap import layout, tilemap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from opensti.ui.drawing import Chart

# The dimension whose parts are the provinces by their official codes.
PROVINCE, REST = "province", "*"


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """One dimension: its name, its map where it has one, and the parts beside the map."""

    name: str
    map: Chart | None
    rows: tuple[tuple[str, str], ...]


def breakdowns(
    *,
    dimensions: Sequence[Mapping[str, Any]],
    values: Mapping[str, Decimal | None],
    title: str,
    unit: str,
    decimals: int,
) -> list[Breakdown]:
    """The parts of one period by dimension; ``values`` are by cell ("province=01").

    Provinces are drawn as tiles with their table, those the layout does not know in the
    table alone; what is no place (the rest) stands beside. Other dimensions are rows.
    """
    found = []
    for dimension in dimensions:
        name = pick(dimension["name_vi"], dimension["name_en"])
        names = {
            p["code"]: pick(p["name_vi"], p["name_en"]) for p in dimension["parts"]
        }
        names[REST] = _("the rest")
        of = {
            code: None if value is None else rounded(value, decimals=decimals)
            for cell, value in values.items()
            for owner, _sign, code in [cell.partition("=")]
            if owner == dimension["code"]
        }
        if not of:
            continue
        drawn = (
            _map(of, names, f"{title}, {name}", unit, decimals)
            if (dimension["code"] == PROVINCE)
            else None
        )
        found.append(
            Breakdown(
                name=name,
                map=drawn,
                rows=tuple(
                    (
                        names.get(code, code),
                        _("no data") if value is None else number(value, decimals),
                    )
                    for code, value in of.items()
                    if drawn is None or code == REST
                ),
            )
        )
    return found


def _map(
    of: Mapping[str, Decimal | None],
    names: Mapping[str, str],
    title: str,
    unit: str,
    decimals: int,
) -> Chart | None:
    """None where no part is a province that the layout knows, or none has a value."""
    values = {c: v for c, v in of.items() if v is not None and c != REST}
    if not values.keys() & {tile.code for tile in layout()}:
        return None
    return tilemap(
        title=title,
        head=[_("Province"), unit],
        values=values,
        names=names,
        decimals=decimals,
    )
