"""Clauses that follow from the rules a contract is under: each says its article.

What no text that was read says is left out: the paper's last clause refers to the law.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opensti.kernel.access import ROLE_LABELS, Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from opensti.domains.procedures.regimes.format.aftermath import AftermathRules
    from opensti.domains.procedures.regimes.format.execution import (
        AmendmentRule,
        EndingRule,
        ExecutionRules,
        RefundShare,
    )
    from opensti.domains.procedures.regimes.format.facts import Fact
    from opensti.web.contracts.writing.wording import Wording


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One sentence, and the fact of the procedure it says."""

    text: str
    fact: Fact


def payment(say: Wording, rules: ExecutionRules) -> Iterator[Clause]:
    """How the money is paid and settled."""
    rule = rules.payment
    given: list[tuple[str, dict[str, object]]] = [(f"payment_{rule.mode}", {})]
    if rule.first_advance_max is not None:
        given.append(("first_advance", {"share": say.share(rule.first_advance_max)}))
    if rule.next_needs_cleared is not None:
        given.append(("next_advance", {"share": say.share(rule.next_needs_cleared)}))
    if rule.within_year_allocation:
        given.append(("within_year", {}))
    if rule.clear_within is not None:
        given.append(("clear_within", {"period": say.period(rule.clear_within)}))
    if rule.recover_within is not None:
        given.append(("recover_within", {"period": say.period(rule.recover_within)}))
    given.append((f"settle_{rule.settle}", {}))
    for key, values in given:
        yield Clause(
            text=say(f"terms.{key}", cited=say.cite(rule), **values), fact=rule
        )


def reports(say: Wording, rules: ExecutionRules) -> Iterator[Clause]:
    """What the host reports when, and how often it is checked."""
    for rule in rules.reports:
        said = {"name": rule.label(say.language), "cited": say.cite(rule)}
        if rule.every is not None:
            text = say("terms.report_every", period=say.period(rule.every), **said)
        elif rule.month_day:
            text = say("terms.report_yearly", day=say.month_day(rule.month_day), **said)
        else:
            text = say("terms.report_once", **said)
        yield Clause(text=text, fact=rule)
    checks = rules.inspections
    if checks is None:
        return
    article = say.cite(checks)
    if checks.every is not None:
        period = say.period(checks.every)
        text = say("terms.inspection_every", period=period, cited=article)
    else:
        text = say("terms.inspection_any", cited=article)
    yield Clause(text=text, fact=checks)
    if checks.notice is not None:
        period = say.period(checks.notice)
        yield Clause(
            text=say("terms.inspection_notice", period=period, cited=article),
            fact=checks,
        )


def amendments(say: Wording, rules: ExecutionRules, lump: str) -> Iterator[Clause]:
    """What may be changed, by whom, within which limits, under a mode of spending."""
    for rule in rules.amendments:
        if rule.lump not in ("any", lump):
            continue
        said = {"name": rule.label(say.language), "cited": say.cite(rule)}
        if not rule.allowed:
            yield Clause(text=say("terms.amend_forbidden", **said), fact=rule)
            continue
        limits = "; ".join(_limits(say, rule))
        yield Clause(
            text=say(
                "terms.amend_by",
                who=_who(say, rule.authority),
                limits=f" ({limits})" if limits else "",
                **said,
            ),
            fact=rule,
        )


def _who(say: Wording, role: Role) -> str:
    """The side that decides: the host for its own managers, else the agency."""
    if role in (Role.MANAGER, Role.APPLICANT):
        return say("terms.who_manager")
    if role in (Role.LEADER, Role.OFFICER, Role.FINANCE):
        return say("terms.who_leader")
    return str(ROLE_LABELS[role])


def _limits(say: Wording, rule: AmendmentRule) -> Iterator[str]:
    if rule.max_times is not None:
        yield say("terms.limit_times", n=rule.max_times)
    lowest = min((b.upto_months or 0 for b in rule.bands if b.upto_months), default=0)
    for band in rule.bands:
        if band.months is None:
            continue
        upto = band.upto_months
        if upto is None:
            yield say("terms.band_over", months=band.months, over=band.over_months)
        else:
            if rule.exact_band_upto is not None and upto == lowest:
                upto = rule.exact_band_upto
            yield say("terms.band_upto", months=band.months, upto=upto)
    if rule.before_end is not None:
        yield say("terms.limit_before", period=say.period(rule.before_end))
    if rule.done_share is not None:
        yield say("terms.limit_done", share=say.share(rule.done_share))
    if rule.needs_council:
        yield say("terms.limit_council")
    if rule.decide_within is not None:
        yield say("terms.limit_decide", period=say.period(rule.decide_within))


def refunds(say: Wording, rule: EndingRule, lump: str) -> Iterator[Clause]:
    """What is paid back of which money."""
    for share in rule.refunds:
        if share.lump in ("any", lump):
            yield Clause(text=_refund(say, share), fact=share)


def _refund(say: Wording, share: RefundShare) -> str:
    said = {"name": share.label(say.language), "cited": say.cite(share)}
    if share.share_max == 0:
        return say("terms.refund_none", **said)
    if share.share_min == share.share_max:
        return say("terms.refund_one", share=say.share(share.share_max), **said)
    return say(
        "terms.refund_range",
        least=say.share(share.share_min),
        most=say.share(share.share_max),
        **said,
    )


def ending(say: Wording, rule: EndingRule) -> Iterator[Clause]:
    """By when it is reported, checked and paid; what follows until it is paid."""
    article = say.cite(rule)
    for key, period in (
        ("host_report", rule.host_report_within),
        ("check_within", rule.check_within),
        ("pay_within", rule.pay_within),
    ):
        if period is not None:
            said = say(f"terms.{key}", period=say.period(period), cited=article)
            yield Clause(text=said, fact=rule)
    if rule.barred_until_paid:
        yield Clause(text=say("terms.barred", cited=article), fact=rule)


def acceptance(say: Wording, rules: AftermathRules) -> Iterator[Clause]:
    """How the work is judged and registered, and asked after later."""
    rule = rules.acceptance
    article = say.cite(rule)
    if rule.base_level:
        yield Clause(text=say("terms.accept_base", cited=article), fact=rule)
    yield Clause(text=say("terms.accept_main", cited=article), fact=rule)
    if rule.rework_times:
        within = rule.rework_within
        yield Clause(
            text=say(
                "terms.rework",
                n=rule.rework_times,
                within=""
                if within is None
                else say("terms.rework_within", period=say.period(within)),
                cited=article,
            ),
            fact=rule,
        )
    if rule.fails_late is not None:
        late = say.period(rule.fails_late)
        yield Clause(
            text=say("terms.fails_late", period=late, cited=article), fact=rule
        )
    register = rules.registration
    said = {
        "system": register.system_vi if say.language == "vi" else register.system_en,
        "cited": say.cite(register),
    }
    yield Clause(
        text=say("terms.register", **said)
        if register.within is None
        else say("terms.register_within", period=say.period(register.within), **said),
        fact=register,
    )
    uptake = rules.uptake
    yield Clause(
        text=say("terms.uptake", n=uptake.years, cited=say.cite(uptake)), fact=uptake
    )


def ownership(
    say: Wording, rules: AftermathRules, starts_on: date | None, ends_on: date | None
) -> Iterator[Clause]:
    """Whose the results are: of the rules whose period touches that of the contract."""
    touching = [
        rule
        for rule in rules.ownership
        if (
            rule.formed_until is None
            or starts_on is None
            or starts_on < rule.formed_until
        )
        and (rule.formed_from is None or ends_on is None or rule.formed_from <= ends_on)
    ]
    for rule in touching:
        when = ""
        if len(touching) > 1 and rule.formed_until is not None:
            when = say("terms.formed_until", day=say.day(rule.formed_until))
        elif len(touching) > 1 and rule.formed_from is not None:
            when = say("terms.formed_from", day=say.day(rule.formed_from))
        yield Clause(
            text=say(f"terms.owned_{rule.owner}", when=when, cited=say.cite(rule)),
            fact=rule,
        )
