"""Councils in figures, in words: the same tables for officials and for the public."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.domains.panels.queries.figures import DAYS, OFTEN, SPREADS
from opensti.domains.registry.choices import Gender, OrganisationKind
from opensti.domains.registry.queries import provinces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.panels.queries.figures import Cells, Figures


@dataclass(frozen=True, kw_only=True)
class FigureTable:
    """A table of counts with its title; None where a count is not told."""

    title: str
    head: tuple[str, str]
    rows: tuple[tuple[str, int | None], ...]

    @property
    def drawn(self) -> list[tuple[str, int]]:
        return [(label, n) for label, n in self.rows if n is not None]

    @property
    def hidden(self) -> int:
        return sum(n is None for _label, n in self.rows)


def tables_of(figures: Figures) -> list[FigureTable]:
    """Say figures in the reader's language, those with anything in them; 1 query."""
    names = {row.code: row.name for row in provinces()}
    seats = _("Seats held")
    seniority = {
        "professor": _("professors and associate professors"),
        "doctor": _("doctors"),
        "other": _("other degrees"),
    }
    found = [
        _table(_("Gender"), seats, figures.gender, dict(Gender.choices)),
        _table(_("Seniority"), seats, figures.seniority, seniority),
        _table(
            _("Kind of organisation"),
            seats,
            figures.organisations,
            dict(OrganisationKind.choices),
        ),
        _table(_("Province"), seats, figures.provinces, names),
        _table(
            _("How often the same person sat"),
            _("Different people"),
            figures.rotation,
            _times(),
        ),
        _table(
            _("How far the points of one case lie apart"),
            _("Cases"),
            figures.spread,
            _stretches(SPREADS, _("points")),
        ),
        _table(
            _("From forming to conclusion"),
            _("Councils"),
            figures.days,
            _stretches(DAYS, _("days")),
        ),
    ]
    return [table for table in found if table.rows]


def _table(
    title: str, counted: str, cells: Cells, names: Mapping[str, object]
) -> FigureTable:
    rows = tuple(
        (str(names.get(code, code)) if code else _("not known"), n) for code, n in cells
    )
    return FigureTable(title=title, head=(title, counted), rows=rows)


def _times() -> dict[str, str]:
    names = {
        f"{n}": ngettext("%(n)s time", "%(n)s times", n) % {"n": n}
        for n in range(1, OFTEN)
    }
    return {**names, f"{OFTEN}": _("%(n)s times or more") % {"n": OFTEN}}


def _stretches(edges: tuple[float, ...], unit: str) -> dict[str, str]:
    starts = [0.0, *edges]
    names = {
        f"{low:g}": _("%(low)s to under %(high)s %(unit)s")
        % {"low": _number(low), "high": _number(high), "unit": unit}
        for low, high in pairwise(starts)
    }
    last = _("%(low)s %(unit)s or more") % {"low": _number(starts[-1]), "unit": unit}
    return {**names, f"{starts[-1]:g}": last}


def _number(edge: float) -> str:
    return str(number_format(f"{edge:g}"))
