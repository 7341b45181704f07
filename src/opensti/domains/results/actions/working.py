"""How a proposal to share a year's profit is worked out; nothing here is written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from sti_methods import sharing

from opensti.domains.results.actions.keeping import Named, percent
from opensti.domains.results.choices import PartyRole
from opensti.domains.results.queries.sharing import BASES, Basis, basis_of
from opensti.kernel.money import format_money
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from opensti.domains.results.models import DealIncome
    from opensti.domains.results.queries.sharing import RuleSet


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """How a host would share: portions in ten-thousandths of each party's base.

    ``state_part`` is the State's part of the money, in ten-thousandths; less than that of
    the contract needs ``state_reason``, since the authors' share rests on it. ``owned_by`` is
    ``owner`` or ``user``. ``ruled_on`` names the day whose rules are applied, ``choice``
    why, where the days fall under different rules. ``agreement`` says what the parties
    agreed instead of what the law leaves to them.
    """

    portions: Mapping[str, int]
    state_part: int
    owned_by: str = "owner"
    ruled_on: date | None = None
    choice: str = ""
    agreement: str = ""
    state_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Worked:
    """What came of a proposal: amounts, rules, who gets what; and what is wrong with it."""

    answer: sharing.Answer | None
    under: RuleSet | None
    basis: Basis
    payees: tuple[tuple[str, Named, int], ...] = ()
    problems: tuple[Problem, ...] = ()


def work_out(income: DealIncome, proposal: Proposal) -> Worked:
    """Work a proposal out without writing anything; the caller has decided who may.

    The answer is there whenever there is a profit and the choice of the law is made, also
    where rules are broken: then ``problems`` names each with what it needs.
    """
    basis = basis_of(income)
    under, problems = _chosen(basis, proposal)
    if income.profit <= 0:
        problems.append(
            Problem(
                field="profit",
                message=_("There is no profit after tax in this year to share."),
                mend=_("A loss is not shared."),
            )
        )
    problems += _portion_problems(basis, proposal)
    if problems:
        return Worked(answer=None, under=under, basis=basis, problems=tuple(problems))
    answer = sharing.share_profit(
        sharing.Problem(
            profit=int(income.profit),
            state_part=Fraction(proposal.state_part, sharing.WHOLE),
            portions=tuple(
                sharing.Portion(
                    who=who,
                    share=Fraction(proposal.portions.get(who, 0), sharing.WHOLE),
                    base=under.base_of(who) if under else base,
                )
                for who, base in BASES.items()
                if proposal.portions.get(who)
            ),
            rules=under.rules if under else (),
            owned_by="user" if proposal.owned_by == "user" else "owner",
            has_broker=basis.has_broker,
            agreed_otherwise=bool(proposal.agreement.strip()),
        )
    )
    return Worked(
        answer=answer,
        under=under,
        basis=basis,
        payees=tuple(_payees(income, answer)) if not answer.excess else (),
        problems=tuple(_broken(answer)),
    )


def _chosen(basis: Basis, proposal: Proposal) -> tuple[RuleSet | None, list[Problem]]:
    """The rules that are applied; where days fall under several, who acts has chosen."""
    if not basis.asked:
        return (basis.sets[0] if basis.sets else None), []
    under = basis.under(proposal.ruled_on) if proposal.ruled_on else None
    problems = []
    if under is None:
        problems.append(
            Problem(
                field="ruled_on",
                message=_("The days of this case fall under different laws."),
                mend=_("Choose whose rules are applied; it is not assumed."),
            )
        )
    if not proposal.choice.strip():
        problems.append(
            Problem(
                field="choice",
                message=_("The choice of the law needs its reason."),
                mend=_("Say on which opinion or provision it rests."),
            )
        )
    return under, problems


def _portion_problems(basis: Basis, proposal: Proposal) -> list[Problem]:
    found = [
        Problem(
            field=who,
            message=_("This is no share."),
            mend=_("Enter percent between 0 and 100."),
        )
        for who, share in proposal.portions.items()
        if who not in BASES or not 0 <= share <= sharing.WHOLE
    ]
    if not 0 <= proposal.state_part <= sharing.WHOLE:
        found.append(Problem(field="state_part", message=_("This is no share.")))
    elif proposal.state_part < basis.state_part and not proposal.state_reason.strip():
        found.append(
            Problem(
                field="state_reason",
                message=_("The State gave %(share)s %% of the money of the contract.")
                % {"share": percent(basis.state_part)},
                mend=_("Say which paper shows that less of this came of its money."),
            )
        )
    if proposal.portions.get("broker") and not basis.has_broker:
        found.append(
            Problem(
                field="broker",
                message=_("The deal names no broker."),
                mend=_("Name the broker in the deal, or propose nothing for one."),
            )
        )
    return found


SIGNS = {"at_least": _("at least"), "at_most": _("at most"), "equal": _("exactly")}


def _broken(answer: sharing.Answer) -> list[Problem]:
    """Each rule that does not hold, at its party's field, with needed and given."""
    found = [
        Problem(
            field=check.who,
            message=_("The law wants %(sign)s %(needed)s here; %(given)s is proposed.")
            % {
                "sign": SIGNS[check.test],
                "needed": format_money(
                    Decimal(
                        -(-check.needed // 1)
                        if check.test == "at_least"
                        else check.needed // 1
                    )
                ),
                "given": format_money(Decimal(check.given // 1)),
            },
            mend=_("Change the share to %(sign)s %(share)s %% of its base.")
            % {
                "sign": SIGNS[check.test],
                "share": percent(int(check.share * sharing.WHOLE)),
            },
        )
        for check in answer.violations
    ]
    if answer.excess:
        found.append(
            Problem(
                field="authors",
                message=_("More is proposed than there is, by %(excess)s.")
                % {"excess": format_money(Decimal(-(-answer.excess // 1)))},
                mend=_("Lower the shares."),
            )
        )
    return found


def _payees(income: DealIncome, answer: sharing.Answer) -> list[tuple[str, Named, int]]:
    """Whom each party's amount is for: authors and owners by their shares."""
    found: list[tuple[str, Named, int]] = []
    for who in sharing.PARTIES:
        amount = answer.amounts[who]
        if amount == 0:
            continue
        people = _people(income, who)
        parts = sharing.by_shares(amount, {key: p.share for key, p in people.items()})
        found += [
            (who, person, parts[key]) for key, person in people.items() if parts[key]
        ]
    return found


def _people(income: DealIncome, who: str) -> dict[str, Named]:
    """By key: a party of several is divided by their shares, of one is whole."""
    deal = income.deal
    if who == "authors" and deal.right is not None:
        return {
            a.key: Named(name=a.name, share=a.share, person_id=a.person_id)
            for a in deal.right.authors.order_by("position")
        }
    if who == "authors" and deal.result is not None:
        authors = deal.result.authors.select_related("person").order_by("position")
        named = {
            f"{a.position:03}": Named(
                name=a.person.full_name, share=a.share, person_id=a.person_id
            )
            for a in authors
        }
        if named:  # else their part is one amount, to be divided outside
            return named
    if who == "owner" and deal.right is not None:
        return {
            f"{o.position:03}": Named(name=o.name, share=o.share, person_id=o.person_id)
            for o in deal.right.owners.order_by("position")
        }
    if who == "broker":
        names = [p.name for p in deal.parties.all() if p.role == PartyRole.BROKER]
        return {"": Named(name="; ".join(names)[:400], share=sharing.WHOLE)}
    name = {
        "authors": _now("Authors of the result"),
        "state": _now("State budget"),
    }.get(who, deal.host.name_vi)
    return {"": Named(name=name, share=sharing.WHOLE)}


def split_content(worked: Worked, proposal: Proposal) -> dict[str, Any]:
    """Everything the split rests on, as plain values: it can be worked out again."""
    answer = worked.answer
    if answer is None:
        return {}
    return {
        "portions": {who: proposal.portions[who] for who in sorted(proposal.portions)},
        "state_part": proposal.state_part,
        "state_part_of_contract": worked.basis.state_part,
        "state_reason": proposal.state_reason.strip(),
        "owned_by": proposal.owned_by,
        "has_broker": worked.basis.has_broker,
        "asked": worked.basis.asked,
        "amounts": {who: str(answer.amounts[who]) for who in sharing.PARTIES},
        "rules": [
            {"id": f.id, "basis": f.basis, "mark": f.v.value}
            for f in (worked.under.facts if worked.under else ())
        ],
        "checks": [
            {
                "rule": c.rule,
                "who": c.who,
                "test": c.test,
                "share": str(c.share),
                "needed": str(c.needed),
                "given": str(c.given),
                "waived": c.waived,
            }
            for c in answer.checks
        ],
    }
