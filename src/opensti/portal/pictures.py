"""What every page of statistics is made of: pictures with their tables, source and date."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.publications import queries
from opensti.exports.house import house
from opensti.kernel.bilingual import pick
from opensti.kernel.identifiers import row_number
from opensti.ui.drawing import noted
from opensti.ui.templatetags.ui import moment, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal
    from fractions import Fraction

    from django.http import HttpRequest

    from opensti.ui.drawing import Chart

MILLION, BILLION = 1_000_000, 1_000_000_000
PERCENT = 100


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing to choose in the address of a page; the first option is what stands first."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str


@dataclass(frozen=True, kw_only=True)
class Tile:
    label: str
    value: str
    note: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A cell that leads to the list behind it."""

    words: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """Figures beside the pictures; a cell is text or ``Linked``."""

    key: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    numeric: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A picture under the key by which it is a file."""

    key: str
    chart: Chart


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that one page of statistics shows. ``data`` is its CSV: column names, then rows."""

    title: str
    lead: str
    drawings: Sequence[Drawing]
    data: tuple[Sequence[str], Sequence[Sequence[Any]]]
    tiles: Sequence[Tile] = ()
    choices: Sequence[Choice] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = field(default_factory=tuple)
    empty: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reader asked for, and of which state of the house it is answered."""

    edition: queries.Edition
    today: date
    chosen: queries.Chosen
    known: queries.Choices
    query: Mapping[str, str]

    @property
    def source(self) -> str:
        """Printed under each picture: where the figures are from, and of when."""
        return _("Source: public register, %(house)s. As of %(moment)s.") % {
            "house": pick(house().name_vi, house().name_en),
            "moment": moment(self.edition.at),
        }

    def drawing(self, key: str, chart: Chart) -> Drawing:
        """A picture with its source and date printed in it."""
        return Drawing(key=key, chart=noted(chart, self.source))

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        """What is asked under a name, the first of what is allowed if it is none of these."""
        found = self.query.get(name, "")
        return found if found in allowed else allowed[0]

    def narrowing(self) -> list[Choice]:
        """The choice of year and field, as every page has it."""
        return [
            Choice(
                name="year",
                label=_("Year of decision"),
                options=[
                    ("", _("all years")),
                    *((str(y), str(y)) for y in self.known.years),
                ],
                value=str(self.chosen.year or ""),
            ),
            Choice(
                name="field",
                label=_("Field"),
                options=[
                    ("", _("all fields")),
                    *((one.key, str(one.name)) for one in self.known.fields),
                ],
                value=self.chosen.field,
            ),
        ]


def asked_of(request: HttpRequest) -> Asked:
    """Read the address; what it does not know it does not narrow by.

    Raises ``NotReady`` while the figures of a large register are worked out.
    """
    edition, today = queries.figures_edition(), localdate()
    known = queries.figured_choices(edition, today)
    year, wanted = row_number(request.GET.get("year")), request.GET.get("field", "")
    return Asked(
        edition=edition,
        today=today,
        chosen=queries.Chosen(
            year=year if year in known.years else None,
            field=wanted if wanted in {one.key for one in known.fields} else "",
        ),
        known=known,
        query=request.GET.dict(),
    )


def brief(amount: Any) -> str:
    """Money as a newspaper writes it: in billions of đồng, below one in millions."""
    found = float(amount)
    if abs(found) >= BILLION:
        places = 1 if abs(found) < PERCENT * BILLION else 0
        return _("%(n)s bn đồng") % {"n": number(found / BILLION, places)}
    return _("%(n)s m đồng") % {"n": number(found / MILLION, 0)}


def maybe(amount: Decimal | None) -> str:
    """The same, or that it is not told."""
    return too_few() if amount is None else brief(amount)


def too_few() -> str:
    return _("not told")


def share(part: Fraction | None) -> str:
    return too_few() if part is None else f"{number(float(part) * PERCENT, 0)} %"
