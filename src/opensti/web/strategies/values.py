"""Values of a card over its periods, as a picture and as rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from sti_methods.indicators import rounded

from opensti.ui.charts import line
from opensti.web.strategies.figures import shown_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.strategies.models import Indicator
    from opensti.domains.strategies.queries import Aggregated
    from opensti.ui.drawing import Chart

WHY = {
    "no_data": gettext_lazy("no data"),
    "not_added": gettext_lazy("reports stand side by side: they are not added up"),
    "denominators": gettext_lazy("a report lacks its numerator or denominator"),
    "measures": gettext_lazy("different units or scopes"),
    "twice": gettext_lazy("a reporter speaks twice"),
}


@dataclass(frozen=True, kw_only=True)
class ValueRow:
    """One period: the value as it is read, and what stands behind it."""

    of: Aggregated
    value: str
    why: Any
    vintages: str

    @property
    def late(self) -> int:
        return len(self.of.late)

    @property
    def waiting(self) -> int:
        return len(self.of.missing) - len(self.of.late)


def values_rows(card: Indicator, values: Mapping[str, Aggregated]) -> list[ValueRow]:
    """Newest period first."""
    return [
        ValueRow(
            of=value,
            value=shown_of(card, value.value),
            why=WHY.get(value.why, ""),
            vintages=", ".join(
                dict.fromkeys(s.vintage for s in value.provenance if s.vintage)
            ),
        )
        for value in reversed(list(values.values()))
    ]


def values_chart(card: Indicator, values: Mapping[str, Aggregated]) -> Chart | None:
    """A line over the periods with a value; a gap where there is none."""
    if not any(value.value is not None for value in values.values()):
        return None
    return line(
        title=f"{card.name} ({card.unit})",
        head=[_("Reporting period"), str(card.unit)],
        rows=[
            (
                period,
                None
                if value.value is None
                else rounded(value.value, decimals=card.decimals),
            )
            for period, value in values.items()
        ],
    )
