"""The official papers of an amendment and of an early ending."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from opensti.domains.contracts import queries
from opensti.domains.contracts.choices import AmendmentKind
from opensti.domains.contracts.queries.beside import differences
from opensti.kernel.access import Role
from opensti.kernel.bilingual import pick
from opensti.kernel.citations import cited
from opensti.kernel.money import format_money, in_words
from opensti.web.papers import grounds, issued, language_of_paper, signed_by

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.contracts.models import Amendment, Claim, Contract, Ending

WAITING = "……"


def head(number: str, at: datetime | None) -> dict[str, Any]:
    """The head of a decision; number and day are left open until it is signed."""
    on = localtime(at).date() if at else None
    return {**issued(language_of_paper(), on), "number": number or WAITING}


def contract_rows(contract: Contract) -> list[list[str]]:
    rows = [
        [_("Contract number"), contract.number],
        [_("Task"), pick(contract.title_vi, contract.title_en)],
        [_("Host"), pick(contract.host.name_vi, contract.host.name_en)],
    ]
    if contract.leader is not None:
        rows.append([_("Principal investigator"), contract.leader.full_name])
    return rows


def article(n: int) -> str:
    return _("Article %(n)d.") % {"n": n}


def carried_out(n: int) -> dict[str, Any]:
    """The last article of every decision: who carries it out."""
    return {
        "kind": "article",
        "label": article(n),
        "text": _(
            "The host, the principal investigator and the units concerned carry out "
            "this Decision."
        ),
    }


def amendment_decision(amendment: Amendment) -> dict[str, Any]:
    """What is changed from which day, before and after, and on what it rests."""
    contract = amendment.contract
    said = queries.limits_said(amendment.limits)
    signer = amendment.decided_by.full_name if amendment.decided_by else ""
    from_day = (
        date_format(amendment.effective_on, "d/m/Y")
        if amendment.effective_on
        else WAITING
    )
    articles = dict.fromkeys(limit.article for limit in said if limit.article)
    host = pick(contract.host.name_vi, contract.host.name_en)
    issuer, signature = {}, signed_by(language_of_paper(), signer)
    if amendment.authority == Role.MANAGER:  # the host's own paper, not the ministry's
        issuer = {
            "issuer_parent": "",
            "issuer": host,
            "authority": _("Head of %(host)s") % {"host": host},
        }
        signature = {"capacity": _("Head of the host"), "note": "", "name": signer}
    return {
        **head(amendment.decision_number, amendment.decided_at),
        **issuer,
        "subtitle": _("On amending contract %(number)s") % {"number": contract.number},
        "basis": grounds(
            language_of_paper(),
            [
                *(cited(article) for article in articles),
                _("The request of %(day)s")
                % {"day": date_format(localtime(amendment.asked_at), "d/m/Y")},
            ],
        ),
        "blocks": [
            {
                "kind": "article",
                "label": article(1),
                "text": _("From %(day)s is changed: %(what)s.")
                % {
                    "day": from_day,
                    "what": ", ".join(
                        str(AmendmentKind(kind).label) for kind in amendment.kinds
                    ),
                },
            },
            {"kind": "pairs", "rows": contract_rows(contract)},
            {
                "kind": "table",
                "columns": [_("What"), _("Before"), _("After")],
                "widths": [3, 4, 4],
                "rows": [
                    [f"{d.label}: {d.of}" if d.of else str(d.label), d.before, d.after]
                    for d in differences(amendment.before, amendment.after)
                ]
                or [[_("In words"), "", amendment.proposed.get("note", "")]],
            },
            {
                "kind": "article",
                "label": article(2),
                "text": _("Everything else in the contract stays as it is."),
            },
            carried_out(3),
        ],
        "recipients": [host, _("Archives.")],
        "signatures": [signature],
    }


@dataclass(frozen=True, kw_only=True)
class Worked:
    """One row of a refund in words."""

    money: str
    amount: str
    bounds: str
    share: str
    refund: str
    ground: str


def working_said(ending: Ending | Claim) -> list[Worked]:
    """How the refund was worked out, as it was decided."""
    grounds = {
        "accepted_risk": _("the risk is accepted"),
        "not_known": _("no rule is known: chosen by the leader"),
    }
    return [
        Worked(
            money=queries.money_said(row["money"]),
            amount=format_money(Decimal(row["amount"])),
            bounds=queries.percent(Fraction(row["least"]))
            if row["least"] == row["most"]
            else _("%(least)s to %(most)s")
            % {
                "least": queries.percent(Fraction(row["least"])),
                "most": queries.percent(Fraction(row["most"])),
            },
            share=queries.percent(Fraction(row["share"])),
            refund=format_money(Decimal(row["refund"])),
            ground="; ".join(
                part
                for part in (grounds.get(row["source"], ""), cited(row["article"]))
                if part
            ),
        )
        for row in ending.working
    ]


def ending_decision(contract: Contract, ending: Ending) -> dict[str, Any]:
    """The contract is ended from the day of the decision; what goes back, and why."""
    rule = queries.ending_rule(contract)
    signer = ending.decided_by.full_name if ending.decided_by else ""
    blocks: list[dict[str, Any]] = [
        {
            "kind": "article",
            "label": article(1),
            "text": _("What a task that was not completed owes is settled as follows.")
            if ending.after_failure
            else _("The contract is ended before its time."),
        },
        {"kind": "pairs", "rows": contract_rows(contract)},
    ]
    if ending.cause:
        blocks.append(
            {
                "kind": "paragraph",
                "text": _("Cause: %(cause)s. %(reason)s")
                % {
                    "cause": ending.get_cause_display(),
                    "reason": ending.decision_reason,
                },
            }
        )
    if ending.risk_accepted is not None:
        blocks.append(
            {
                "kind": "paragraph",
                "text": _("The risk is accepted.")
                if ending.risk_accepted
                else _("The risk is not accepted."),
            }
        )
    if ending.working:
        blocks += [
            {
                "kind": "table",
                "columns": [
                    _("Kind of money"),
                    _("Amount"),
                    _("Allowed"),
                    _("Share"),
                    _("Paid back"),
                ],
                "right": [1, 4],
                "widths": [4, 3, 2.5, 1.5, 3],
                "rows": [
                    [w.money, w.amount, w.bounds, w.share, w.refund]
                    for w in working_said(ending)
                ],
            },
            {
                "kind": "article",
                "label": article(2),
                "text": _pays(ending),
            },
        ]
    following = sum(block["kind"] == "article" for block in blocks) + 1
    blocks += [
        {
            "kind": "article",
            "label": article(following),
            "text": _("Products and assets are dealt with as follows:"),
        },
        {
            "kind": "pairs",
            "rows": [
                [_("Products"), ending.plan_products or WAITING],
                [_("Assets"), ending.plan_assets or WAITING],
            ],
        },
        carried_out(following + 1),
    ]
    return {
        **head(ending.decision_number, ending.decided_at),
        "subtitle": _("On the early end of contract %(number)s")
        % {"number": contract.number},
        "basis": grounds(
            language_of_paper(),
            [cited(rule.basis), _("The report of the host, as it was checked")],
        ),
        "blocks": blocks,
        "recipients": [
            pick(contract.host.name_vi, contract.host.name_en),
            _("Archives."),
        ],
        "signatures": [signed_by(language_of_paper(), signer)],
    }


def _pays(ending: Ending) -> str:
    if not ending.refund:
        return _("Nothing is paid back.")
    amount = format_money(ending.refund)
    if language_of_paper() == "vi":
        amount = f"{amount} ({in_words(ending.refund)})"
    if ending.claim is None or ending.claim.due_on is None:
        return _("The host pays back %(amount)s.") % {"amount": amount}
    return _("The host pays back %(amount)s by %(day)s.") % {
        "amount": amount,
        "day": date_format(ending.claim.due_on, "d/m/Y"),
    }
