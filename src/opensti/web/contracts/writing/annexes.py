"""The annexes of a contract: its products, its budget, its instalments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.domains.contracts.choices import InstalmentKind, ProductKind
from opensti.kernel.bilingual import pick
from opensti.web.contracts.writing.wording import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opensti.domains.contracts.models import BudgetItem
    from opensti.web.contracts.writing.wording import Block, Wording


def annexes(
    say: Wording, content: Mapping[str, Any], lines: Sequence[BudgetItem]
) -> Iterator[dict[str, Any]]:
    """Products, budget and instalments, each an annex of its own."""
    number = content["number"] or say("no_day")
    attached = say("annexes.attached", number=number)
    for name, block in (
        ("products", _product_table(say, content)),
        ("budget", budget_table(say, lines)),
        ("instalments", _instalment_table(say, content)),
    ):
        yield {
            "title": say(f"annexes.{name}"),
            "subtitle": attached,
            "blocks": [block],
        }


def _product_table(say: Wording, content: Mapping[str, Any]) -> Block:
    return table(
        [
            (say("columns.nr"), 1.2, False),
            (say("columns.product"), 5, False),
            (say("columns.kind"), 3, False),
            (say("columns.quantity"), 2.5, False),
            (say("columns.quality"), 6, False),
            (say("columns.due"), 3, False),
        ],
        [
            [
                n,
                named(p, "name"),
                str(ProductKind(p["kind"]).label).capitalize(),
                quantity(say, p["quantity"], p["unit"]),
                p["quality"],
                _due(say, p),
            ]
            for n, p in enumerate(content["products"], start=1)
        ],
    )


def budget_table(say: Wording, lines: Sequence[BudgetItem]) -> Block:
    """Every line of a budget, and the sum."""
    rows: list[list[object]] = [
        [
            n,
            "\n".join(
                part
                for part in (
                    str(BudgetCategory(line.category).label).capitalize(),
                    line.description,
                )
                if part
            ),
            line.year,
            str(BudgetSource(line.source).label).capitalize(),
            quantity(
                say,
                None if line.quantity is None else f"{line.quantity:f}",
                line.unit,
            ),
            say.money(line.price, unit=False),
            say.money(line.amount, unit=False),
            say("words.lump_yes") if line.lump else "",
        ]
        for n, line in enumerate(lines, start=1)
    ]
    whole = sum((line.amount for line in lines), Decimal(0))
    rows.append(
        ["", say("columns.total"), "", "", "", "", say.money(whole, unit=False), ""]
    )
    return table(
        [
            (say("columns.nr"), 1.1, False),
            (say("columns.description"), 5.5, False),
            (say("columns.year"), 1.6, False),
            (say("columns.source"), 2.6, False),
            (say("columns.quantity"), 2.2, False),
            (say("columns.price"), 3, True),
            (say("columns.amount"), 3.4, True),
            (say("columns.lump"), 1.7, False),
        ],
        rows,
        title=say("annexes.currency"),
    )


def _instalment_table(say: Wording, content: Mapping[str, Any]) -> Block:
    rows: list[list[object]] = [
        [
            n,
            i["label"],
            str(InstalmentKind(i["kind"]).label).capitalize(),
            say.money(Decimal(i["amount"]), unit=False),
            _due(say, i),
            i["evidence"],
        ]
        for n, i in enumerate(content["instalments"], start=1)
    ]
    whole = sum((Decimal(i["amount"]) for i in content["instalments"]), Decimal(0))
    rows.append(["", say("columns.total"), "", say.money(whole, unit=False), "", ""])
    return table(
        [
            (say("columns.nr"), 1.1, False),
            (say("columns.instalment"), 3, False),
            (say("columns.condition"), 4, False),
            (say("columns.amount"), 3.4, True),
            (say("columns.due"), 2.8, False),
            (say("columns.evidence"), 5, False),
        ],
        rows,
        title=say("annexes.currency"),
    )


def _due(say: Wording, row: Mapping[str, Any]) -> str:
    """By which day, or with which milestone, or both."""
    said = []
    if row["milestone"] is not None:
        said.append(say("words.by_milestone", n=row["milestone"]))
    if row["due_on"]:
        said.append(say.day(day_of(row["due_on"])))
    return "\n".join(said)


def quantity(say: Wording, amount: str | None, unit: str) -> str:
    """A quantity as people write it: no zeros that say nothing, the comma of the language."""
    if amount is None:
        return unit
    plain = f"{Decimal(amount).normalize():f}"
    if say.language == "vi":
        plain = plain.replace(".", ",")
    return f"{plain} {unit}".strip()


def named(row: Mapping[str, Any], name: str) -> str:
    """A text of a plain row in the language of the paper, else in the other one."""
    return pick(row[f"{name}_vi"], row[f"{name}_en"])


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
