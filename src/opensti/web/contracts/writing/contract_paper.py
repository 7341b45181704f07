"""The contract with its annexes, from what it says and the rules it is under."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from opensti.domains.calls.choices import BudgetSource
from opensti.domains.contracts.choices import LumpSum
from opensti.domains.contracts.problem import digest
from opensti.kernel.citations import cited
from opensti.web.contracts.writing import clauses
from opensti.web.contracts.writing.annexes import annexes, day_of, named
from opensti.web.contracts.writing.wording import (
    NO_LAW,
    Wording,
    heading,
    listed,
    pairs,
    paragraph,
    table,
)
from opensti.web.papers import UNDATED, issued, signed_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from opensti.domains.contracts.models import BudgetItem, Contract
    from opensti.domains.procedures.regimes.format.facts import Fact
    from opensti.domains.procedures.regimes.format.regime import Regime
    from opensti.web.contracts.writing.clauses import Clause
    from opensti.web.contracts.writing.wording import Block


@dataclass(frozen=True, kw_only=True)
class Paper:
    """All that a paper is made from: what the contract says, its lines, its procedure.

    ``signed_on`` is the day of this paper, none until it is signed; ``draft`` marks it as one. ``code`` is the
    number the law gives the form, where it gives one.
    """

    contract: Contract
    content: Mapping[str, Any]
    lines: Sequence[BudgetItem]
    regime: Regime
    signed_on: date | None = None
    draft: bool = False
    code: str = ""


def contract_document(paper: Paper, language: str) -> dict[str, Any]:
    """Return the contract in a language; no query but the names of sources, once."""
    with override(language):
        say = Wording(language)
        return {
            "language": language,
            "title": say("contract.title")
            + (f"\n{say('draft')}" if paper.draft else ""),
            "number": paper.content["number"] or say("no_day"),
            "subtitle": named(paper.content, "title"),
            "basis": [*_reading(say), *_basis(say, paper)],
            "blocks": [
                *parties(say, paper, say("contract.agree")),
                *_object(say, paper),
                *_products_and_schedule(say, paper),
                *_money(say, paper),
                *_obligations(say, paper),
                *_rules(say, paper),
                *_general(say),
            ],
            "signatures": two_sides(say),
            "annexes": list(annexes(say, paper.content, paper.lines)),
            "footer": say.foot(digest(paper.content), paper.code),
        }


def unverified(paper: Paper, language: str) -> list[Clause]:
    """The clauses that rest on what was not read in the official text, for the officer."""
    with override(language):
        say = Wording(language)
        return [c for c in _all_clauses(say, paper) if not c.fact.verified]


def two_sides(say: Wording) -> list[dict[str, str]]:
    note = say("contract.sign_note")
    return [
        {"capacity": say("contract.side_b"), "note": note, "name": ""},
        {"capacity": say("contract.side_a"), "note": note, "name": ""},
    ]


def parties(say: Wording, paper: Paper, agree: str) -> Iterator[Block]:
    """Who the two sides are; who stands for them is filled in by hand where not known."""
    head = issued(say.language, paper.signed_on)
    host, blank = paper.contract.host, say("blank")
    day = (
        head["place_date"].partition(", ")[2]
        if paper.signed_on
        else UNDATED[say.language]
    )
    yield paragraph(say("contract.today", day=day))
    yield heading(say("contract.party_a", name=head["issuer"]))
    yield pairs(
        [
            [say("contract.represented"), blank],
            [say("contract.office"), signed_by(say.language)["capacity"]],
        ]
    )
    yield heading(say("contract.party_b", name=paper.content["host"]["name"]))
    yield pairs(
        [
            [say("contract.address"), host.address or blank],
            [say("contract.tax_code"), host.tax_code or blank],
            [say("contract.represented"), blank],
            [say("contract.office"), blank],
            [say("contract.account"), blank],
            [say("contract.leader"), paper.content["leader"]["name"] or blank],
        ]
    )
    yield paragraph(agree)


def _reading(say: Wording) -> list[str]:
    return [text] if (text := say("reading_copy")) else []


def _basis(say: Wording, paper: Paper) -> list[str]:
    """The decision, and the articles of the procedure that say a contract is made."""
    contract, table_ = paper.contract, paper.regime.contract
    facts: list[Fact] = [
        step
        for step in (table_.transitions if table_ is not None else ())
        if step.act in ("contracts.sign", "contracts.cancel")
    ]
    if paper.regime.execution is not None:
        facts.append(paper.regime.execution.payment)
    read = [f.basis for f in facts if f.verified and f.src not in NO_LAW]
    return [
        *(
            say("basis.rule", article=cited(basis, language=say.language))
            for basis in dict.fromkeys(read)
        ),
        say(
            "basis.decision",
            number=contract.decision_number,
            day=say.day(contract.decided_on),
        ),
        say("basis.dossier", code=contract.dossier.code),
    ]


def _object(say: Wording, paper: Paper) -> Iterator[Block]:
    content = paper.content
    yield heading(say("articles.object"))
    yield paragraph(say("articles.object_1", title=named(content, "title")))
    if content["objectives"].strip():
        yield paragraph(say("articles.object_2"))
        yield paragraph(content["objectives"].strip())
    yield heading(say("articles.time"))
    yield paragraph(
        say(
            "articles.time_1",
            **{
                "from": say.day(day_of(content["starts_on"])),
                "until": say.day(day_of(content["ends_on"])),
            },
        )
    )


def _products_and_schedule(say: Wording, paper: Paper) -> Iterator[Block]:
    content = paper.content
    yield heading(say("articles.products"))
    yield paragraph(say("articles.products_1", count=len(content["products"])))
    yield listed([named(p, "name") for p in content["products"]])
    yield heading(say("articles.schedule"))
    yield paragraph(say("articles.schedule_1"))
    yield table(
        [
            (say("columns.nr"), 1, False),
            (say("columns.milestone"), 6, False),
            (say("columns.evidence"), 6, False),
            (say("columns.due"), 3, False),
        ],
        [
            [
                m["position"],
                named(m, "name"),
                m["evidence"],
                say.day(day_of(m["due_on"])),
            ]
            for m in content["milestones"]
        ],
    )


def _money(say: Wording, paper: Paper) -> Iterator[Block]:
    content = paper.content
    state, other = Decimal(content["state_money"]), Decimal(content["other_money"])
    whole = state + other
    yield heading(say("articles.money"))
    yield paragraph(
        say("articles.money_1", total=say.money(whole), words=say.spelled(whole))
    )
    yield listed(
        [
            say(
                f"articles.money_{name}",
                amount=say.money(amount),
                words=say.spelled(amount),
            )
            for name, amount in (("state", state), ("other", other))
        ]
    )
    rules = paper.regime.execution
    lump = rules.lump_sum(content["lump_sum"]) if rules else None
    yield paragraph(
        say(
            "articles.money_lump",
            mode=lump.label(say.language)
            if lump
            else str(LumpSum(content["lump_sum"]).label),
            cited=say.cite(lump) if lump else "",
        )
    )
    yield paragraph(say("articles.money_years"))
    yield _by_year(say, paper.lines)
    if rules is not None:
        yield heading(say("articles.payment"))
        yield from _numbered("6", clauses.payment(say, rules))


def _by_year(say: Wording, lines: Sequence[BudgetItem]) -> Block:
    """Sources by years; a sum for each, and of all."""
    years = sorted({line.year for line in lines})
    rows: list[list[object]] = []
    for source in BudgetSource:
        own = [line for line in lines if line.source == source]
        if own:
            rows.append(_sums(say, str(source.label).capitalize(), own, years))
    rows.append(_sums(say, say("columns.total"), lines, years))
    return table(
        [
            (say("columns.source"), 4, False),
            *((str(year), 3, True) for year in years),
            (say("columns.total"), 3, True),
        ],
        rows,
        title=say("annexes.currency"),
    )


def _sums(
    say: Wording, name: str, lines: Iterable[BudgetItem], years: Sequence[int]
) -> list[object]:
    every = list(lines)
    sums = [
        sum((x.amount for x in every if x.year == year), Decimal(0)) for year in years
    ]
    whole = sum((x.amount for x in every), Decimal(0))
    return [name, *(say.money(s, unit=False) for s in (*sums, whole))]


def _obligations(say: Wording, paper: Paper) -> Iterator[Block]:
    yield heading(say("articles.party_a"))
    yield listed([say(f"articles.party_a_{n}") for n in (1, 2, 3)])
    yield heading(say("articles.party_b"))
    other = Decimal(paper.content["other_money"])
    yield listed(
        [say(f"articles.party_b_{n}") for n in (1, 2, 3, 4) if n != 3 or other]  # noqa: PLR2004
    )
    if own := paper.content["obligations"].strip():
        yield paragraph(say("articles.party_b_own"))
        yield paragraph(own)


def _rules(say: Wording, paper: Paper) -> Iterator[Block]:
    """Reports, amendments, ending, acceptance and ownership as the procedure has them."""
    rules, after = paper.regime.execution, paper.regime.aftermath
    if rules is not None:
        lump = paper.content["lump_sum"]
        yield heading(say("articles.reports"))
        yield from _numbered("9", clauses.reports(say, rules))
        yield heading(say("articles.amendments"))
        yield paragraph(say("terms.amend_intro"))
        yield listed([c.text for c in clauses.amendments(say, rules, lump)])
        yield heading(say("articles.ending"))
        yield paragraph(say("terms.ending_intro"))
        yield listed([c.text for c in clauses.refunds(say, rules.ending, lump)])
        if rules.ending.conditions:
            yield paragraph(say("terms.conduct", cited=say.cite(rules.ending)))
            yield listed([c.label(say.language) for c in rules.ending.conditions])
        for clause in clauses.ending(say, rules.ending):
            yield paragraph(clause.text)
    if after is not None:
        yield heading(say("articles.acceptance"))
        yield from _numbered("12", clauses.acceptance(say, after))
        yield heading(say("articles.ownership"))
        yield from _numbered("13", _owned(say, paper))


def _owned(say: Wording, paper: Paper) -> Iterator[Clause]:
    if paper.regime.aftermath is not None:
        yield from clauses.ownership(
            say,
            paper.regime.aftermath,
            day_of(paper.content["starts_on"]),
            day_of(paper.content["ends_on"]),
        )


def _general(say: Wording) -> Iterator[Block]:
    yield heading(say("articles.general"))
    texts = [say(f"articles.general_{n}") for n in (1, 2, 3, 4)]
    for n, text in enumerate(texts, start=1):
        yield paragraph(f"14.{n}. {text}")


def _numbered(article: str, said: Iterable[Clause]) -> Iterator[Block]:
    for n, clause in enumerate(said, start=1):
        yield paragraph(f"{article}.{n}. {clause.text}")


def _all_clauses(say: Wording, paper: Paper) -> Iterator[Clause]:
    rules, after = paper.regime.execution, paper.regime.aftermath
    lump = paper.content["lump_sum"]
    if rules is not None:
        yield from clauses.payment(say, rules)
        yield from clauses.reports(say, rules)
        yield from clauses.amendments(say, rules, lump)
        yield from clauses.refunds(say, rules.ending, lump)
        yield from clauses.ending(say, rules.ending)
    if after is not None:
        yield from clauses.acceptance(say, after)
        yield from _owned(say, paper)
