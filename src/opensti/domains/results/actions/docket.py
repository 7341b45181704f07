"""The docket of a right: counted anew from its days, met, paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.results.actions.keeping import keep, locked
from opensti.domains.results.choices import RIGHT_ENDS, DocketKind
from opensti.domains.results.models import DocketEntry, Right
from opensti.domains.results.queries.rights import right_subject, rules_of_offices
from opensti.kernel.access import visible
from opensti.kernel.checks import amounts, needed, not_later, refuse_if
from opensti.kernel.files import actions as files
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from django.core.files.base import File

    from opensti.domains.procedures.regimes.rights import Due
    from opensti.kernel.access import Actor

MOST_FILES = 60
KEPT = (
    "kind",
    "label_vi",
    "label_en",
    "article",
    "mark",
    "opens_on",
    "due_on",
    "grace_until",
    "done_on",
)


def days_of(right: Right) -> dict[str, date | None]:
    """The days of a right by the names that rules use."""
    return {
        "filed": right.filed_on,
        "priority": right.priority_on,
        "formal": right.formal_on,
        "published": right.published_on,
        "requested": right.requested_on,
        "examined": right.examined_on,
        "granted": right.granted_on,
    }


def recount(right: Right) -> None:
    """Count the docket anew; the caller has locked the right and records the act.

    What is done or was entered by hand stays. What a rule no longer gives goes; a day
    that another day of the right has met meanwhile is met. Cost: 4 statements at most.
    """
    kept = {(e.rule, e.turn): e for e in right.docket.all()}
    days = days_of(right)
    dues = (
        []
        if right.state in RIGHT_ENDS
        else rules_of_offices().dues(
            kind=right.kind, country=right.country, days=days, ends=right.expires_on
        )
    )
    new: list[DocketEntry] = []
    changed: list[DocketEntry] = []
    for due in dues:
        entry = kept.pop((due.rule.id, due.turn), None)
        if entry is not None and entry.done_on is not None and not due.rule.closes_on:
            continue
        if entry is not None and entry.paid is not None:
            continue
        made = entry or DocketEntry(right=right, rule=due.rule.id, turn=due.turn)
        _fill(made, due, days)
        (new if entry is None else changed).append(made)
    gone = [e.pk for e in kept.values() if not e.by_hand and e.done_on is None]
    if gone:
        DocketEntry.objects.filter(pk__in=gone).delete()
    DocketEntry.objects.bulk_create(new)
    if changed:
        DocketEntry.objects.bulk_update(changed, KEPT)


def _fill(entry: DocketEntry, due: Due, days: dict[str, date | None]) -> None:
    rule = due.rule
    entry.kind = DocketKind(rule.what)
    entry.label_vi, entry.label_en = rule.label_vi, rule.label_en
    entry.article, entry.mark = rule.basis, rule.v.value
    entry.opens_on, entry.due_on = due.opens_on, due.due_on
    entry.grace_until = due.grace_until
    if rule.closes_on:  # a grant ends all that the office had to do before it
        entry.done_on = days.get(rule.closes_on) or days.get("granted")


@transaction.atomic
def add_docket_entry(
    *,
    actor: Actor,
    right_id: int,
    label: str,
    due_on: date,
    kind: str,
    at: datetime,
) -> DocketEntry:
    """Enter a day that no rule gives: an office's letter, a day of another country."""
    right = locked(actor, Right, right_id, "results.keep_docket")
    _require_alive(right)
    refuse_if(needed(label=label, due_on=due_on))
    if kind not in DocketKind.values:
        raise Invalid([Problem(field="kind", message=_("Choose what it is."))])
    entry = DocketEntry.objects.create(
        right=right,
        rule=new_public_id(),
        kind=DocketKind(kind),
        label_vi=label.strip(),
        due_on=due_on,
        by_hand=True,
    )
    keep(right)
    _record(actor, "results.add_docket_entry", entry, at)
    return entry


@transaction.atomic
def meet_docket_entry(
    *,
    actor: Actor,
    entry_id: int,
    done_on: date,
    at: datetime,
    paid: Decimal | None = None,
    reference: str = "",
    file: File[bytes] | None = None,
) -> DocketEntry:
    """Say that it was done, or its fee paid: once, with the day and the whole đồng.

    ``file`` is kept with the right: the receipt, or what was sent to the office.

    Raises ``StepNotAllowed`` where it is done already, or is met by a day of the right.
    """
    seen = visible(actor, DocketEntry.objects.filter(pk=entry_id))
    right_id = seen.values_list("right_id", flat=True).first()
    if right_id is None:
        raise NotFound
    right = locked(actor, Right, right_id, "results.keep_docket")
    entry = DocketEntry.objects.select_for_update().get(pk=entry_id)
    if entry.done_on is not None:
        raise StepNotAllowed(
            _("This was done already, on %(day)s.")
            % {"day": f"{entry.done_on:%d/%m/%Y}"},
            mend=_("Reload the page: it shows how things stand now."),
        )
    rules = {rule.id: rule for rule in rules_of_offices().rules}
    rule = rules.get(entry.rule)
    if rule is not None and (rule.closes_on or rule.what == "term"):
        raise StepNotAllowed(
            _("This is met by a day of the right itself."),
            mend=_("Change the days of the right."),
        )
    fee = entry.kind == DocketKind.FEE
    refuse_if(
        [
            *needed(done_on=done_on),
            *(needed(paid=paid, reference=reference) if fee else ()),
            *amounts(paid=paid),
            *not_later(at, done_on=done_on),
        ]
    )
    if file is not None:
        files.upload(
            actor=actor,
            subject=right_subject(right.public_id),
            file=file,
            at=at,
            kind=f"docket:{entry.pk}",
            most=MOST_FILES,
        )
    entry.done_on, entry.reference = done_on, reference.strip()
    if fee and paid is not None:
        entry.paid = paid
    entry.save(update_fields=["done_on", "reference", "paid"])
    keep(right)
    _record(actor, "results.meet_docket_entry", entry, at)
    return entry


def _require_alive(right: Right) -> None:
    if right.state in RIGHT_ENDS:
        raise StepNotAllowed(
            _("This right has ended: nothing falls due for it any more."),
            mend=_("Look at its history."),
        )


def _record(actor: Actor, act: str, entry: DocketEntry, at: datetime) -> None:
    record(
        actor=actor,
        act=act,
        subject=right_subject(entry.right.public_id),
        at=at,
        basis=entry.article,
        detail={
            "rule": entry.rule,
            "turn": entry.turn,
            "due_on": entry.due_on,
            "done_on": entry.done_on,
            "paid": entry.paid,
        },
        secret={"reference": entry.reference, "label": entry.label_vi},
    )
