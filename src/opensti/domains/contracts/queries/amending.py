"""Amendments of a contract: what stands, what is used of each limit, who decides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opensti.domains.contracts import permissions as _permissions  # noqa: F401
from opensti.domains.contracts.choices import (
    AmendmentKind,
    AmendmentState,
    LumpSum,
)
from opensti.domains.contracts.models import Amendment
from opensti.domains.contracts.models.amendments import OPEN
from opensti.domains.contracts.queries.contracts import contract_ids, rules_of
from opensti.domains.contracts.queries.joined import Arm, Found, joined
from opensti.domains.contracts.queries.limits import Limit, Standing, months_up
from opensti.kernel.access import ROLE_LABELS, Role, get_visible, visible
from opensti.kernel.money import format_money
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from opensti.domains.contracts.models import Contract
    from opensti.domains.procedures.regimes.format.execution import AmendmentRule
    from opensti.kernel.access import Actor


def amendments_of(actor: Actor, contract: Contract) -> QuerySet[Amendment]:
    """All amendments of a contract, oldest first."""
    rows = Amendment.objects.filter(contract=contract).select_related(
        "asked_by", "decided_by"
    )
    return visible(actor, rows).order_by("number")


def amendment(actor: Actor, contract_public_id: str, number: int) -> Amendment:
    """One amendment with its contract; ``NotFound`` if it may not be known."""
    rows = Amendment.objects.select_related(
        "contract__case", "contract__host", "contract__leader", "asked_by", "decided_by"
    )
    return get_visible(
        actor, rows, contract__public_id=contract_public_id, number=number
    )


def standing_of(contract: Contract, lines: Sequence[dict[str, Any]]) -> Standing:
    """What limits are measured against; 3 queries. The contract was signed."""
    first = contract.terms.order_by("number").values_list("content", flat=True).first()
    starts, ends = contract.starts_on, contract.ends_on
    if first is None or starts is None or ends is None:  # a constraint: signed has days
        raise LookupError(contract.pk)
    done = list(
        Amendment.objects.filter(
            contract=contract, state=AmendmentState.IN_FORCE
        ).values_list("kinds", "before", "after")
    )
    marks = list(contract.milestones.values_list("reached_on", flat=True))
    extended = [
        (before["terms"]["ends_on"], after["terms"]["ends_on"])
        for kinds, before, after in done
        if AmendmentKind.EXTEND in kinds
    ]
    return Standing(
        lump=contract.lump_sum,
        starts_on=starts,
        first_ends_on=date.fromisoformat(first["ends_on"]),
        ends_on=ends,
        milestones=len(marks),
        reached=sum(day is not None for day in marks),
        extended=sum(
            months_up(date.fromisoformat(old), date.fromisoformat(new))
            for old, new in extended
        ),
        times=Counter(kind for kinds, _before, _after in done for kind in kinds),
        lines=lines,
    )


@dataclass(frozen=True, kw_only=True)
class Change:
    """One kind of change as the procedure rules it, for whoever is about to ask."""

    kind: str
    label: str
    allowed: bool
    authority: str
    article: str
    note: str
    known: bool


def changes_of(contract: Contract) -> list[Change]:
    """Every kind of change, and what the contract's procedure says of it; no query."""
    rules = rules_of(contract)
    lump = rules.lump_sum(contract.lump_sum)
    never = set(lump.never_change) if lump else set()
    frozen = {"name", "aim", "product"} & never
    if "total" in never:
        frozen.add("state_total")
    found = []
    for kind in AmendmentKind:
        rule = rules.amendment(kind, contract.lump_sum)
        held = kind.value in frozen
        found.append(
            Change(
                kind=kind.value,
                label=str(kind.label),
                allowed=not held and (rule is None or rule.allowed),
                authority=_role(rule),
                article=lump.basis if held and lump else rule.basis if rule else "",
                note=rule.note if rule else "",
                known=rule is not None,
            )
        )
    return found


def _role(rule: AmendmentRule | None) -> str:
    return str(ROLE_LABELS[rule.authority if rule else Role.LEADER])


@dataclass(frozen=True, kw_only=True)
class Said:
    """A limit in words: which change, what the rule says, what of it is used."""

    kind: str
    text: str
    used: str
    verdict: str
    article: str
    who: str


def limits_said(found: Sequence[Mapping[str, str]]) -> list[Said]:
    """Kept limits in the reader's language."""
    return [_said(Limit(**row)) for row in found]  # type: ignore[arg-type]


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "d/m/Y")


def _amount(text: str) -> str:
    return format_money(Decimal(text)) if text else ""


def limit_text(limit: Limit) -> str:
    """What the rule says, in one sentence."""
    lump = str(LumpSum(limit.note).label) if limit.code == "lump_never" else ""
    figures = {"most": limit.most, "note": limit.note, "mode": lump}
    if limit.code == "before_end":
        figures["most"] = _day(limit.most)
    return {
        "no_rule": _("No text that was read speaks of this change: no limit is known."),
        "no_limit": _("The rule names no limit: no limit is known."),
        "not_allowed": _("The rule does not allow this change."),
        "lump_never": _("Under “%(mode)s” this never changes."),
        "times": _("At most %(most)s times."),
        "months": _("All extensions together: at most %(most)s months."),
        "type_months": _("A task of this type runs at most %(most)s months in all."),
        "months_unknown": _("No limit of months is known."),
        "months_open": _(
            "The text says nothing of a task of exactly %(note)s months: who decides "
            "chooses, with a reason."
        ),
        "before_end": _("To be asked by %(most)s."),
        "done": _("At least %(most)s of the work is done, by milestones reached."),
        "done_open": _(
            "At least %(most)s of the work is done; the contract has no milestones to "
            "show it: who decides says why it is."
        ),
        "keeps_state_total": _("The total of the state money stays as it is."),
        "keeps_other_total": _("The other money may not become less."),
        "keeps_overhead": _("The management costs stay as they are."),
        "keeps_lump_total": _("The total of the lump sum stays as it is."),
        "keeps_line": _("No budget line may become larger."),
        "council": _("The opinion of a council is needed."),
        "consent_new_person": _("The written consent of whoever comes is needed."),
        "consent_old_person": _("The written consent of whoever goes is needed."),
        "consent_ordering_body": _("The consent of the body that ordered is needed."),
    }[limit.code] % figures


def consent_said(whose: str) -> str:
    """Whose consent it is, in words."""
    return {
        "new_person": _("whoever comes"),
        "old_person": _("whoever goes"),
        "ordering_body": _("the body that ordered"),
    }.get(whose, whose)


def paid_keys(contract: Contract) -> frozenset[str]:
    """Keys of the instalments that were paid; the caller has decided who may know."""
    return frozenset(
        contract.instalments.exclude(payment=None).values_list("key", flat=True)
    )


def _used(limit: Limit) -> str:
    """What of the limit is used, and what is asked for now."""
    figures = {"used": limit.used, "most": limit.most, "asked": limit.asked}
    if limit.code.startswith("keeps_"):
        if not limit.used:
            return ""
        figures |= {"used": _amount(limit.used), "asked": _amount(limit.asked)}
        return _("%(used)s before, %(asked)s after") % figures
    if limit.code == "before_end":
        return _("asked on %(day)s") % {"day": _day(limit.asked)}
    said = {
        "months": _("%(used)s of %(most)s months used, %(asked)s more asked for"),
        "months_unknown": _("%(used)s months used, %(asked)s more asked for"),
        "months_open": _("%(used)s months used, %(asked)s more asked for"),
        "times": _("%(used)s of %(most)s used"),
        "type_months": _("%(asked)s months with this extension"),
        "done": _("%(used)s milestones reached"),
    }
    return said.get(limit.code, "") % figures


def who_said(limit: Limit) -> str:
    """Who could allow what a limit refuses or leaves open."""
    if limit.verdict == "over":
        return _("nobody under this procedure")
    return str(ROLE_LABELS[Role(limit.who)]) if limit.who else ""


def _said(limit: Limit) -> Said:
    return Said(
        kind=str(AmendmentKind(limit.kind).label),
        text=limit_text(limit),
        used=_used(limit),
        verdict=limit.verdict,
        article=limit.article,
        who=who_said(limit),
    )


def amendment_work(actor: Actor, today: date) -> list[WorkItem]:
    """Amendments that wait for this person's decision, or an officer's opinion; 1 query."""
    return joined(amendment_arms(actor, today))


def amendment_arms(actor: Actor, today: date) -> list[Arm]:
    """Amendments that wait for this person, to be joined; no query.

    What the host asks of the leader stands in the officer's list until an opinion is given.
    """
    offices = [r.value for r in (Role.LEADER, Role.OFFICER) if actor.has(r)]
    if actor.has(Role.AUDITOR) or not (offices or actor.manages):
        return []
    decides = Q(authority__in=offices)
    if actor.manages:
        decides |= Q(authority=Role.MANAGER, contract__host_id__in=actor.manages)
    wanted = [("contracts.decide_amendment", _("Decide an amendment"), decides)]
    if actor.has(Role.OFFICER):
        opinion = Q(authority=Role.LEADER, state=AmendmentState.ASKED) & (
            Q(contract__officer=None) | Q(contract__officer_id=actor.user_id)
        )
        wanted.append(
            (
                "contracts.give_opinion",
                _("Give an opinion on an amendment"),
                opinion & ~decides,
            )
        )
    return [_arm(actor, today, *what) for what in wanted]


def _arm(actor: Actor, today: date, kind: str, title: str, waiting: Q) -> Arm:
    def line(found: Found) -> WorkItem:
        return WorkItem(
            kind=kind,
            title=title,
            about=found.title,
            code=found.number,
            url_name="contracts:amendment",
            url_args=(found.contract_id, found.n),
            due_on=found.due_on,
            overdue=found.due_on is not None and found.due_on < today,
        )

    return Arm(
        rows=Amendment.objects.filter(
            waiting, state__in=OPEN, contract__in=contract_ids(actor)
        ),
        line=line,
        n="number",
        due_on="due_on",
        order=("due_on", "pk"),
    )
