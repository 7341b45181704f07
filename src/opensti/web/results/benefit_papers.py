"""Papers of rights and of what they earn: disclosure, summary of a deal, how it is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.results import queries
from opensti.kernel.bilingual import pick
from opensti.kernel.citations import cited
from opensti.kernel.money import format_money, in_words, total
from opensti.kernel.refusals import NotFound
from opensti.ui.templatetags.ui import day
from opensti.web.papers import (
    BLANK,
    grounds,
    issued_by,
    language_of_paper,
    official,
)
from opensti.web.results.fields import percent_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpResponse

    from opensti.domains.results.models import Deal, DealIncome, Payout, Right
    from opensti.web.requests import Request


def _head_of_host() -> dict[str, str]:
    return {
        "capacity": _("Head of the host"),
        "note": _("(signature, full name, seal)"),
        "name": "",
    }


def _shares(title: str, rows: Iterable[Any]) -> dict[str, Any]:
    return {
        "kind": "table",
        "title": title,
        "columns": [_("No."), _("Name"), _("Share in percent")],
        "right": [0, 2],
        "widths": [1, 10, 3],
        "rows": [
            [n, row.name, percent_text(row.share)]
            for n, row in enumerate(rows, start=1)
        ],
    }


def disclosure_document(right: Right) -> dict[str, Any]:
    """What was made, by whom, who owns it, and where it stands at the office."""
    lang = language_of_paper()
    rows = [
        [_("Kind"), str(right.get_kind_display())],
        [_("Title"), pick(right.title_vi, right.title_en)],
        [_("Contract"), right.contract.number if right.contract else ""],
        [
            _("Result"),
            pick(right.result.title_vi, right.result.title_en) if right.result else "",
        ],
        [_("Formed on"), day(right.formed_on)],
        [_("State"), str(right.get_state_display())],
        [_("Office"), f"{right.office} ({right.country})".strip()],
        [_("Application"), _numbered(right.application_number, right.filed_on)],
        [_("Title of protection"), _numbered(right.granted_number, right.granted_on)],
        [_("Protected until"), day(right.expires_on) if right.expires_on else ""],
    ]
    blocks: list[dict[str, Any]] = [
        {"kind": "pairs", "rows": [row for row in rows if row[1]]}
    ]
    if right.summary:
        blocks += [
            {"kind": "heading", "text": _("What is new in it")},
            *(
                {"kind": "paragraph", "text": line.strip()}
                for line in right.summary.splitlines()
                if line.strip()
            ),
        ]
    for title, people in (
        (_("Authors"), right.authors.all()),
        (_("Owners"), right.owners.all()),
    ):
        if people:
            blocks.append(_shares(title, people))
    return {
        **issued_by(
            lang,
            pick(right.host.name_vi, right.host.name_en),
            localtime(right.created_at).date(),
        ),
        "title": _("Sheet of disclosure of an invention or another creation"),
        "subtitle": pick(right.title_vi, right.title_en),
        "blocks": blocks,
        "signatures": [
            {
                "capacity": _("Authors"),
                "note": _("(signature, full name)"),
                "name": "",
            },
            _head_of_host(),
        ],
    }


def _numbered(number: str, on: Any) -> str:
    return ", ".join(part for part in (number, day(on) if on else "") if part)


def deal_document(deal: Deal) -> dict[str, Any]:
    """What a signed deal gives, to whom, and what it brought each year."""
    lang = language_of_paper()
    about = deal.right or deal.result
    rows = [
        [_("Deal"), _numbered(deal.number, deal.signed_on)],
        [_("Kind"), str(deal.get_kind_display())],
        [
            _("For the right or result"),
            pick(about.title_vi, about.title_en) if about else BLANK,
        ],
        [_("Contract"), deal.contract.number if deal.contract else ""],
        [_("Exclusive"), _("yes") if deal.exclusive else _("no")],
        [_("Territory"), deal.territory],
        [_("Until"), day(deal.until) if deal.until else ""],
    ]
    if deal.price is not None:
        price = format_money(deal.price)
        if lang == "vi":
            price = f"{price} ({in_words(deal.price)})"
        rows.append([_("Price"), price])
    if deal.terms:
        rows.append([_("Terms"), deal.terms])
    blocks: list[dict[str, Any]] = [
        {"kind": "pairs", "rows": [row for row in rows if row[1]]},
        {
            "kind": "table",
            "title": _("Parties"),
            "columns": [_("No."), _("Name"), _("Its part")],
            "right": [0],
            "widths": [1, 9, 4],
            "rows": [
                [n, party.name, str(party.get_role_display())]
                for n, party in enumerate(deal.parties.all(), start=1)
            ],
        },
    ]
    incomes = sorted(deal.incomes.all(), key=lambda income: income.year)
    if incomes:
        blocks.append(
            {
                "kind": "table",
                "title": _("What it brought, in đồng"),
                "columns": [
                    _("Year"),
                    _("Revenue"),
                    _("Cost"),
                    _("Tax"),
                    _("Profit after tax"),
                ],
                "right": [1, 2, 3, 4],
                "widths": [1.5, 3, 3, 3, 3],
                "rows": [
                    [
                        i.year,
                        *(
                            format_money(a, unit=False)
                            for a in (i.revenue, i.cost, i.tax, i.profit)
                        ),
                    ]
                    for i in incomes
                ],
            }
        )
    return {
        **issued_by(lang, pick(deal.host.name_vi, deal.host.name_en), None),
        "title": _("Summary of a deal on a right or result"),
        "blocks": blocks,
        "signatures": [_head_of_host()],
    }


def split_document(
    deal: Deal, income: DealIncome, payouts: Sequence[Payout]
) -> dict[str, Any]:
    """How a year's profit is shared: the decision of the host, with its rules."""
    lang, split = language_of_paper(), income.split
    host = pick(deal.host.name_vi, deal.host.name_en)
    names = queries.names_of_contract(deal.contract)
    profit = format_money(split.profit)
    if lang == "vi":
        profit = f"{profit} ({in_words(split.profit)})"
    articles = dict.fromkeys(
        cited(rule["basis"], names=names) for rule in split.content["rules"]
    )
    blocks: list[dict[str, Any]] = [
        {
            "kind": "article",
            "label": _("Article %(n)d.") % {"n": 1},
            "text": _(
                "The profit after tax of %(year)s from deal %(number)s, %(amount)s, is "
                "shared as follows:"
            )
            % {"year": income.year, "number": deal.number, "amount": profit},
        },
        {
            "kind": "table",
            "title": _("In đồng"),
            "columns": [
                _("No."),
                _("As what"),
                _("Name"),
                _("Own share of that part"),
                _("Amount"),
            ],
            "right": [0, 3, 4],
            "widths": [0.8, 3, 6, 2.5, 3.5],
            "rows": [
                [
                    n,
                    str(p.get_who_display()),
                    p.name,
                    f"{percent_text(p.share)} %",
                    format_money(p.amount, unit=False),
                ]
                for n, p in enumerate(payouts, start=1)
            ]
            + [
                [
                    "",
                    _("Total"),
                    "",
                    "",
                    format_money(total(p.amount for p in payouts), unit=False),
                ]
            ],
        },
    ]
    if split.choice or split.agreement:
        blocks.append(
            {
                "kind": "paragraph",
                "text": "\n".join(t for t in (split.choice, split.agreement) if t),
            }
        )
    blocks.append(
        {
            "kind": "article",
            "label": _("Article %(n)d.") % {"n": 2},
            "text": _("Those named and the units concerned carry out this Decision."),
        }
    )
    return {
        **issued_by(lang, host, localtime(split.made_at).date()),
        "number": BLANK,
        "authority": _("Head of %(host)s") % {"host": host},
        "subtitle": _("On sharing the profit of a deal"),
        "basis": grounds(
            lang,
            [
                *articles,
                _("Deal %(number)s of %(day)s")
                % {"number": deal.number, "day": day(deal.signed_on)},
            ],
        ),
        "blocks": blocks,
        "recipients": [_("As Article 1;"), _("Archives.")],
        "signatures": [_head_of_host()],
        "footer": f"SHA-256 {split.sha256}",
    }


@require_safe
def disclosure(request: Request, public_id: str, kind: str) -> HttpResponse:
    right = queries.right(request.actor, public_id)
    return official(
        "sheet",
        disclosure_document(right),
        kind=kind,
        name=f"disclosure-{right.public_id}",
    )


@require_safe
def deal_summary(request: Request, public_id: str, kind: str) -> HttpResponse:
    deal = queries.deal(request.actor, public_id)
    return official(
        "sheet", deal_document(deal), kind=kind, name=f"deal-{deal.public_id}"
    )


@require_safe
def split_decision(
    request: Request, public_id: str, year: int, kind: str
) -> HttpResponse:
    """The decision on sharing a year's profit, for who sees all its amounts."""
    deal = queries.deal(request.actor, public_id)
    income = next((i for i in deal.incomes.all() if i.year == year), None)
    if income is None or not hasattr(income, "split"):
        raise NotFound
    payouts = list(queries.payouts_of(request.actor, income))
    if sum(p.amount for p in payouts) != income.split.profit:
        raise NotFound  # an author knows his own part, not the whole
    return official(
        "decision",
        split_document(deal, income, payouts),
        kind=kind,
        name=f"share-{deal.public_id}-{year}",
    )
