"""Two snapshots of a contract side by side: each thing that is not the same, to the đồng."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.domains.contracts.choices import InstalmentKind, LumpSum, ProductKind
from opensti.domains.contracts.queries.differences import Difference as Compared
from opensti.domains.contracts.queries.differences import budget_differences
from opensti.domains.contracts.queries.differences import differences as compared
from opensti.kernel.money import format_money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from opensti.kernel.refusals import Text

Snapshot = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that changed; ``of`` says of which line, product or milestone."""

    label: Text
    before: str
    after: str
    of: str = ""
    of_lang: str = ""
    money: bool = False


def _day(value: Any) -> str:
    return date_format(date.fromisoformat(value), "d/m/Y") if value else ""


def _money(value: Any) -> str:
    return "" if value in (None, "") else format_money(Decimal(value))


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _choice(choices: Any) -> Callable[[Any], str]:
    return lambda value: str(choices(value).label) if value else ""


def _quantity(value: Any) -> str:
    """Three places are kept; what is nothing behind the comma is not shown."""
    return "" if value is None else f"{Decimal(value).normalize():f}"


Shown = tuple[str, Any, "Callable[[Any], str]"]
TERMS: tuple[Shown, ...] = (
    ("number", _("Contract number"), _plain),
    ("title_vi", _("Name in Vietnamese"), _plain),
    ("title_en", _("Name in English"), _plain),
    ("host", _("Host"), _plain),
    ("leader", _("Principal investigator"), _plain),
    ("starts_on", _("Starts"), _day),
    ("ends_on", _("Ends"), _day),
    ("objectives", _("Aim"), _plain),
    ("obligations", _("Obligations"), _plain),
    ("lump_sum", _("Spending"), _choice(LumpSum)),
    ("state_money", _("State money"), _money),
    ("other_money", _("Other money"), _money),
)
PRODUCT: tuple[Shown, ...] = (
    ("name_vi", _("Product in Vietnamese"), _plain),
    ("name_en", _("Product in English"), _plain),
    ("kind", _("Kind"), _choice(ProductKind)),
    ("quantity", _("Quantity"), _quantity),
    ("unit", _("Unit"), _plain),
    ("quality", _("Quality"), _plain),
    ("due_on", _("Due"), _day),
)
MILESTONE: tuple[Shown, ...] = (
    ("name_vi", _("Milestone"), _plain),
    ("evidence", _("Evidence"), _plain),
    ("due_on", _("Due"), _day),
)
INSTALMENT: tuple[Shown, ...] = (
    ("kind", _("Kind"), _choice(InstalmentKind)),
    ("amount", _("Amount"), _money),
    ("due_on", _("Due"), _day),
    ("evidence", _("Evidence"), _plain),
)
LINE: tuple[Shown, ...] = (("amount", _("Amount"), _money),)
MONEY = frozenset({"amount", "state_money", "other_money"})


def line_name(line: Mapping[str, Any]) -> str:
    """A budget line in words: year, kind of cost, what for, whose money."""
    words = [str(line["year"]), str(BudgetCategory(line["category"]).label)]
    if line.get("description"):
        words.append(str(line["description"]))
    return f"{', '.join(words)} ({BudgetSource(line['source']).label})"


SHOWN = {name: (label, said) for name, label, said in TERMS}
# How a row is called by its own words, and in which language they are.
CALLED: dict[str, tuple[tuple[Shown, ...], Callable[[Any], str], str]] = {
    "product": (PRODUCT, lambda row: str(row["name_vi"]), "vi"),
    "milestone": (MILESTONE, lambda row: str(row["name_vi"]), "vi"),
    "instalment": (
        INSTALMENT,
        lambda row: str(row["label"] or InstalmentKind(row["kind"]).label),
        "vi",
    ),
    "line": (LINE, line_name, ""),
}


def differences(before: Snapshot, after: Snapshot) -> list[Difference]:
    """Everything that differs, as people read it, a row cell by cell.

    Of ``{"terms": content of Terms, "lines": budget lines}``.
    """
    found = [
        *compared(before["terms"], after["terms"]),
        *budget_differences(before["lines"], after["lines"]),
    ]
    return [each for one in found for each in _worded(one)]


def _worded(one: Compared) -> Iterator[Difference]:
    if one.kind != "row":
        label, said = SHOWN[one.place]
        yield Difference(
            label=label,
            before=said(one.before),
            after=said(one.after),
            money=one.place in MONEY,
        )
        return
    old, new = one.before or {}, one.after or {}
    shown, called, lang = CALLED[one.place]
    for name, label, said in shown:
        if old.get(name) != new.get(name):
            yield Difference(
                label=label,
                of=called(old or new),
                of_lang=lang,
                before=said(old.get(name)),
                after=said(new.get(name)),
                money=name in MONEY,
            )


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a contract as it is read: a heading, and rows of label and value."""

    heading: Text
    rows: Sequence[tuple[str, str]]
    lang: str = ""


def said_by(snapshot: Snapshot) -> list[Part]:
    """All that terms say, in order, with whatever is empty left out."""
    nothing: Snapshot = {
        "terms": {"products": [], "milestones": [], "instalments": []},
        "lines": [],
    }
    whole = differences(nothing, snapshot)
    terms = snapshot["terms"]
    parts = [
        Part(
            heading=_("What the contract says"),
            rows=_said([d for d in whole if not d.of]),
        )
    ]
    lists: tuple[tuple[Text, Sequence[Mapping[str, Any]], str, tuple[Shown, ...]], ...]
    lists = (
        (_("Products"), terms["products"], "name_vi", PRODUCT[2:]),
        (_("Milestones"), terms["milestones"], "name_vi", MILESTONE[1:]),
        (_("Instalments"), terms["instalments"], "label", INSTALMENT),
    )
    for heading, rows, name, shown in lists:
        lines = [
            (str(row[name]), "; ".join(_words(row, shown, skip=(name,))))
            for row in rows
        ]
        parts.append(Part(heading=heading, rows=lines, lang="vi"))
    parts.append(
        Part(
            heading=_("Budget lines"),
            rows=[(line_name(n), _money(n["amount"])) for n in snapshot["lines"]],
        )
    )
    return [part for part in parts if part.rows]


def _said(found: Sequence[Difference]) -> list[tuple[str, str]]:
    return [(str(d.label), d.after) for d in found if d.after]


def _words(
    row: Mapping[str, Any], shown: tuple[Shown, ...], *, skip: tuple[str, ...]
) -> Iterator[str]:
    for name, label, said in shown:
        text = said(row.get(name))
        if text and name not in skip:
            yield f"{label}: {text}"
