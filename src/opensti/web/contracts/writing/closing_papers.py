"""Minutes of liquidation and of settlement, and the decision on claiming money back.

Figures come as plain values from whoever keeps the money; what is not known is not given
and is not written.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from opensti.kernel.citations import cited
from opensti.web.contracts.decisions import working_said
from opensti.web.contracts.writing.annexes import named
from opensti.web.contracts.writing.contract_paper import parties, two_sides
from opensti.web.contracts.writing.wording import (
    Wording,
    heading,
    listed,
    paragraph,
    table,
)
from opensti.web.papers import grounds, issued, signed_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opensti.domains.contracts.models import Claim, Contract
    from opensti.web.contracts.writing.contract_paper import Paper
    from opensti.web.contracts.writing.wording import Block


# What a settlement says of the books, and what an early end says of each kind of money.
_BOOKED = frozenset({"paid", "cleared", "claimed", "saved", "owed"})
_REFUNDED = frozenset(
    {"money", "amount", "least", "most", "share", "refund", "source", "article"}
)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A sum in whole đồng under a name in the language of the paper."""

    name: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What the minutes that close a contract say, as plain values.

    ``done``: what was accepted, a line each; ``figures`` in the order they are read;
    ``owed``: what is still owed; ``conclusion``: further sentences of the two sides.
    """

    figures: Sequence[Figure]
    done: Sequence[str] = ()
    owed: Sequence[str] = ()
    conclusion: Sequence[str] = ()


def liquidation_document(
    paper: Paper, closing: Closing, language: str
) -> dict[str, Any]:
    """Return the minutes of liquidation; no query.

    ``paper.code`` is the number the law gives the form (``B16b-BBTLHĐ``), if any.
    """
    with override(language):
        say = Wording(language)
        blocks = [
            *parties(say, paper, _intro(say, "liquidation", paper)),
            *(
                [heading(say("liquidation.done")), listed(closing.done)]
                if closing.done
                else []
            ),
            heading(say("liquidation.money")),
            _figures(say, closing),
            heading(say("liquidation.end")),
            paragraph(say("liquidation.end_1")),
            *_owed(say, closing),
        ]
        return _minutes(say, "liquidation", paper, blocks)


def settlement_document(
    paper: Paper, closing: Closing, language: str
) -> dict[str, Any]:
    """Return the minutes of settlement; no query."""
    with override(language):
        say = Wording(language)
        blocks = [
            *parties(say, paper, _intro(say, "settlement", paper)),
            heading(say("settlement.money")),
            _figures(say, closing),
            heading(say("settlement.end")),
            paragraph(say("settlement.end_1")),
            *_owed(say, closing),
        ]
        return _minutes(say, "settlement", paper, blocks)


def claim_document(claim: Claim, contract: Contract, language: str) -> dict[str, Any]:
    """Return the decision on claiming money back; no query.

    ``claim.working`` is shown as it was worked out: an early end's by kind of money, a
    settlement's by what the books say.
    """
    with override(language):
        say = Wording(language)
        texts = [
            say(
                "claim.article_1",
                host=contract.host.name_vi,
                amount=say.money(claim.amount),
                words=say.spelled(claim.amount),
                title=str(contract.title),
            ),
            say("claim.article_2", reason=claim.reason),
            say("claim.article_3", day=say.day(claim.due_on))
            if claim.due_on
            else say("claim.article_3_open"),
            say("claim.article_4", host=contract.host.name_vi),
        ]
        blocks: list[Block] = [
            {"kind": "article", "label": say("claim.article", n=n), "text": text}
            for n, text in enumerate(texts, start=1)
        ]
        if claim.working:
            blocks.insert(2, _worked(say, claim))
        title, _line, subtitle = say("claim.title").partition("\n")
        return {
            **issued(language, claim.decided_on),
            "title": title,
            "subtitle": subtitle,
            "number": claim.decision_number,
            "basis": [
                *([text] if (text := say("reading_copy")) else []),
                *grounds(
                    language,
                    [
                        cited(claim.basis, language=language),
                        say("claim.contract", number=contract.number),
                    ],
                ),
            ],
            "blocks": blocks,
            "recipients": [contract.host.name_vi, say("claim.filed")],
            "signatures": [signed_by(language)],
            "footer": say.foot(""),
        }


def _intro(say: Wording, kind: str, paper: Paper) -> str:
    return say(
        f"{kind}.intro",
        number=paper.content["number"],
        day=say.day(paper.contract.signed_on),
        title=named(paper.content, "title"),
    )


def _minutes(
    say: Wording, kind: str, paper: Paper, blocks: list[Block]
) -> dict[str, Any]:
    return {
        "language": say.language,
        "title": say(f"{kind}.title"),
        "basis": [text] if (text := say("reading_copy")) else [],
        "blocks": blocks,
        "signatures": two_sides(say),
        "footer": say.foot("", paper.code),
    }


def _figures(say: Wording, closing: Closing) -> Block:
    return table(
        [
            (say("columns.nr"), 1, False),
            (say("columns.item"), 8, False),
            (say("columns.money"), 4, True),
        ],
        [
            [n, figure.name, say.money(figure.amount, unit=False)]
            for n, figure in enumerate(closing.figures, start=1)
        ],
        title=say("annexes.currency"),
    )


def _owed(say: Wording, closing: Closing) -> Iterator[Block]:
    for text in closing.conclusion:
        yield paragraph(text)
    if closing.owed:
        yield paragraph(say("liquidation.still"))
        yield listed(closing.owed)


def _worked(say: Wording, claim: Claim) -> Block:
    """How the sum was worked out: by kind of money and share, or by what the books say."""
    kinds = [row.keys() if isinstance(row, dict) else () for row in claim.working]
    if (
        all({*keys} == {"what", "amount"} for keys in kinds)
        and {row["what"] for row in claim.working} <= _BOOKED
    ):
        return table(
            [(say("columns.item"), 8, False), (say("columns.money"), 4, True)],
            [
                [
                    say(f"claim.{row['what']}"),
                    say.money(Decimal(row["amount"]), unit=False),
                ]
                for row in claim.working
            ],
            title=say("claim.working"),
        )
    if not all({*keys} >= _REFUNDED for keys in kinds):
        # Entered by hand, or by a program: as it was given.
        return listed([_as_given(row) for row in claim.working])
    return table(
        [
            (say("columns.item"), 5, False),
            (say("columns.money"), 3, True),
            (say("claim.share"), 2, True),
            (say("claim.refund"), 3, True),
            (say("claim.ground"), 5, False),
        ],
        [
            [row.money, row.amount, row.share, row.refund, row.ground]
            for row in working_said(claim)
        ],
        title=say("claim.working"),
    )


def _as_given(row: Any) -> str:
    """A row of how a sum was worked out, whatever shape it was kept in."""
    if isinstance(row, dict):
        return "; ".join(f"{key}: {value}" for key, value in row.items())
    if isinstance(row, (list, tuple)):
        return "; ".join(str(cell) for cell in row)
    return str(row)
