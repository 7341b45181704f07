"""Calls and dossiers as their lists and pages ask for them, sealed where they are sealed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, IntegerField, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opensti.domains.accounts.queries import names_by_id
from opensti.domains.calls.choices import CallState, Verdict, act_label
from opensti.domains.calls.models import (
    Attachment,
    Call,
    Dossier,
    DossierEditor,
    EarlyOpening,
    EligibilityCheck,
    LateException,
)
from opensti.domains.calls.permissions import (
    OFFICE,
    own_dossiers,
    written_dossiers,
)
from opensti.domains.procedures.choices import (
    STATE_LABELS,
    Act,
    State,
)
from opensti.domains.procedures.queries import (
    CASE_REGIME,
    REGIME,
    regime_of,
    unsettled,
)
from opensti.domains.tasks.queries import orders_unless_closed
from opensti.kernel.access import get_visible, visible
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import StepNotAllowed
from opensti.kernel.searchtext import matches
from opensti.kernel.subqueries import worded_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from opensti.domains.procedures.regimes.format import Check as RegimeCheck
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text


def call_subject(public_id: str) -> str:
    return f"calls.call:{public_id}"


def dossier_subject(public_id: str) -> str:
    return f"calls.dossier:{public_id}"


# ---- calls


def known_calls(actor: Actor) -> QuerySet[Call]:
    """Calls the person may know of, without their texts; nothing is counted."""
    return visible(actor, Call.objects.select_related("regime_version")).defer(
        "description_vi", "description_en", *REGIME
    )


def calls(*, actor: Actor, q: str = "") -> QuerySet[Call]:
    """Calls the person may know of, newest first, with the dossiers he may count."""
    counted = (
        visible(actor, Dossier.objects.filter(call=OuterRef("pk")))
        .order_by()
        .values("call")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = (
        known_calls(actor)
        .annotate(
            dossier_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
        )
        .order_by("-opens_at", "-pk")
    )
    return matches(rows, q)


def call_names(*, actor: Actor) -> QuerySet[Call]:
    """The same calls to choose from, newest first: what they are called and no more."""
    return (
        visible(actor, Call.objects.all())
        .only("public_id", "code", "title_vi", "title_en")
        .order_by("-opens_at", "-pk")
    )


def call(*, actor: Actor, public_id: str) -> Call:
    return get_visible(
        actor,
        Call.objects.select_related("regime_version", "created_by")
        .prefetch_related(
            Prefetch("orders", queryset=orders_unless_closed(actor)),
            "orders__case",
            "orders__assigned_host",
            "orders__products",
        )
        .defer(*REGIME),
        public_id=public_id,
    )


def lots(*, actor: Actor, call: Call) -> QuerySet[Any]:
    """The orders that a call opens, as far as the person may know of closed ones."""
    return orders_unless_closed(actor).filter(calls=call)


def call_alone(*, actor: Actor, public_id: str) -> Call:
    """A call without its orders, of which there may be thousands."""
    return get_visible(
        actor,
        Call.objects.select_related("regime_version").defer(*REGIME),
        public_id=public_id,
    )


def dossiers_answering(order_ids: Iterable[int]) -> list[int]:
    """The ids of the dossiers that answer some orders, whoever may know of them; 1 query."""
    rows = Dossier.objects.order_by().filter(order_id__in=list(order_ids))
    return list(rows.values_list("pk", flat=True))


def call_to_decide(*, actor: Actor, call_id: int) -> Call:
    """A call whose dossiers were opened, for the round that decides on them."""
    found = get_visible(
        actor, Call.objects.select_related("regime_version").defer(*REGIME), pk=call_id
    )
    if found.opened_at is None:
        raise StepNotAllowed(
            _("The dossiers of this call are still sealed."),
            mend=_("Open the call first."),
        )
    return found


def open_calls(*, actor: Actor, at: datetime) -> QuerySet[Call]:
    """Calls that an applicant can answer now."""
    return (
        visible(actor, Call.objects.filter(state=CallState.PUBLISHED))
        .filter(opens_at__lte=at, closes_at__gt=at)
        .order_by("closes_at", "pk")
    )


def late_exceptions(*, actor: Actor, call: Call) -> QuerySet[LateException]:
    return visible(
        actor,
        LateException.objects.filter(call=call).select_related(
            "organisation", "granted_by"
        ),
    ).order_by("pk")


def early_openings(*, actor: Actor, call: Call) -> QuerySet[EarlyOpening]:
    return visible(
        actor,
        EarlyOpening.objects.filter(call=call).select_related("asked_by", "agreed_by"),
    ).order_by("-pk")


def is_open_for(call: Call, *, host_id: int | None, at: datetime) -> bool:
    """Tell whether a host may hand in now: within the call, or by a late exception."""
    if call.state not in (CallState.PUBLISHED, CallState.OPENED) or at < call.opens_at:
        return False
    if at < call.closes_at:
        return True
    return LateException.objects.filter(
        call=call, organisation_id=host_id or 0, until__gt=at
    ).exists()


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """What one call received, as far as the asker may know."""

    total: int
    by_state: tuple[tuple[str, Text, int], ...]
    by_host_kind: tuple[tuple[str, int], ...]
    asked_state: Any
    asked_other: Any


def call_statistics(*, actor: Actor, call: Call | None = None) -> Statistics:
    """Counts and sums over the dossiers the asker may see; sealed ones count nothing."""
    rows = visible(actor, Dossier.objects.all()).order_by()
    if call is not None:
        rows = rows.filter(call=call)
    states = dict(
        rows.values_list("case__state").annotate(n=Count("pk", distinct=True))
    )
    kinds = list(rows.values_list("host__kind").annotate(n=Count("pk", distinct=True)))
    # Joins of the visibility rule never multiply rows: it speaks in subqueries.
    state = other = Decimal(0)
    for a, b in rows.values_list("asked_state", "asked_other"):
        state, other = state + a, other + b
    return Statistics(
        total=sum(states.values()),
        by_state=tuple(
            (str(s), STATE_LABELS[s], states[s.value])
            for s in State
            if states.get(s.value)
        ),
        by_host_kind=tuple(sorted(kinds)),
        asked_state=state,
        asked_other=other,
    )


# ---- dossiers


def dossiers(
    *, actor: Actor, call: Call | None = None, q: str = ""
) -> QuerySet[Dossier]:
    """Dossiers the person may know of, newest first, with the next day due."""
    rows = visible(
        actor,
        Dossier.objects.select_related("case", "call", "host", "leader", "order"),
    )
    if call is not None:
        rows = rows.filter(call=call)
    # Asked row by row, for the rows of one page alone: a join would group all of them.
    due = (
        Dossier.objects.filter(unsettled("case__deadlines__"), case=OuterRef("case"))
        .order_by("case__deadlines__due_on")
        .values("case__deadlines__due_on")[:1]
    )
    rows = rows.annotate(due_on=Subquery(due)).defer(
        "answers",
        "typed",
        "touched",
        "abstract_vi",
        "abstract_en",
        "supplement_request",
        "search_text",
        "call__description_vi",
        "call__description_en",
        "call__search_text",
        "order__objectives_vi",
        "order__objectives_en",
        "order__grounds",
        "order__search_text",
    )
    return matches(rows.order_by("-submitted_at", "-pk"), q)


def dossier_lines(*, actor: Actor) -> QuerySet[Dossier]:
    """The same dossiers for the list: only what a line of it can show."""
    return (
        dossiers(actor=actor)
        .select_related(None)
        .select_related("case", "call", "host", "leader")
        .defer(None)
        .only(
            "public_id",
            "code",
            "title_vi",
            "title_en",
            "asked_state",
            "asked_other",
            "months",
            "submitted_at",
            "case__state",
            "call__code",
            "host__name_vi",
            "host__name_en",
            "leader__full_name",
        )
    )


def dossiers_of_others(*, actor: Actor, q: str = "") -> QuerySet[Dossier]:
    """Dossiers on which the person may act for the office: none that is his own."""
    return dossiers(actor=actor, q=q).exclude(pk__in=own_dossiers(actor))


@worded_once
def ids_known(actor: Actor) -> Any:
    """Ids of the dossiers a person may know of, as a subquery."""
    return visible(actor, Dossier.objects.all()).values("pk")


@worded_once
def ids_of_others(actor: Actor) -> Any:
    """Ids of the opened dossiers on which the person may act, as a subquery."""
    rows = visible(actor, Dossier.objects.filter(call__opened_at__isnull=False))
    return rows.exclude(pk__in=own_dossiers(actor)).values("pk")


def ids_written(actor: Actor) -> Any:
    """Ids of the dossiers that the person writes, as a subquery."""
    return written_dossiers(actor)


def ids_own(actor: Actor) -> Any:
    """Ids of the dossiers a person writes, is party to or is barred from, as a subquery."""
    return own_dossiers(actor)


def dossiers_by_id(*, actor: Actor, ids: Iterable[int]) -> QuerySet[Dossier]:
    return dossiers(actor=actor).filter(pk__in=list(ids))


def dossiers_in_state(
    *, actor: Actor, call: Call | int, states: Sequence[State]
) -> QuerySet[Dossier]:
    """For councils and rounds: a call's dossiers that stand in one of some states."""
    call_id = call if isinstance(call, int) else call.pk
    return dossiers(actor=actor).filter(call_id=call_id, case__state__in=states)


def dossiers_on_agenda(*, ids: Iterable[int]) -> QuerySet[Dossier]:
    """Dossiers for a council's members; the caller has decided by its own rule who."""
    return (
        Dossier.objects.filter(pk__in=list(ids))
        .select_related("case__regime_version", "call", "host", "leader", "order")
        .defer(*CASE_REGIME)
        .order_by("code", "pk")
    )


def dossier_by_id(*, actor: Actor, dossier_id: int, lock: bool = False) -> Dossier:
    """One dossier with its case, for what higher domains do to it; locked on wish."""
    rows = Dossier.objects.select_related("case", "host")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return get_visible(actor, rows, pk=dossier_id)


def dossier(*, actor: Actor, public_id: str) -> Dossier:
    return get_visible(
        actor,
        Dossier.objects.select_related(
            "case__regime_version",
            "call__regime_version",
            "host",
            "leader",
            "order__case",
            "created_by",
            "saved_by",
            "submitted_by",
        ).defer(*CASE_REGIME, *(f"call__{name}" for name in REGIME)),
        public_id=public_id,
    )


def editors(*, actor: Actor, dossier: Dossier) -> QuerySet[DossierEditor]:
    return visible(
        actor, DossierEditor.objects.filter(dossier=dossier).select_related("user")
    ).order_by("pk")


def attachments(*, actor: Actor, dossier: Dossier) -> QuerySet[Attachment]:
    return visible(
        actor,
        Attachment.objects.filter(dossier=dossier).select_related("file", "added_by"),
    ).order_by("pk")


def attachments_on_agenda(*, dossier_id: int) -> QuerySet[Attachment]:
    """Papers of a dossier for a council's member; the caller has decided who may."""
    return (
        Attachment.objects.filter(dossier_id=dossier_id)
        .select_related("file")
        .order_by("pk")
    )


# ---- eligibility


@dataclass(frozen=True, kw_only=True)
class CheckLine:
    """One condition of the regime and what the office found."""

    id: str
    text: str
    about: str
    basis: str
    verified: bool
    is_bar: bool
    verdict: str
    note: str
    by: str
    at: datetime | None

    @property
    def verdict_label(self) -> str:
        return str(Verdict(self.verdict).label) if self.verdict else ""


def checklist_of(dossier: Dossier) -> tuple[RegimeCheck, ...]:
    regime = regime_of(dossier.case)
    return (*regime.checks, *regime.bars)


def eligibility(*, actor: Actor, dossier: Dossier) -> list[CheckLine]:
    """The regime's checklist with what was found so far; 1 query."""
    found = {
        check.item: check
        for check in visible(
            actor,
            EligibilityCheck.objects.filter(dossier=dossier).select_related(
                "checked_by"
            ),
        )
    }
    lang = get_language() or "vi"
    bars = {bar.id for bar in regime_of(dossier.case).bars}
    lines = []
    for item in checklist_of(dossier):
        check = found.get(item.id)
        lines.append(
            CheckLine(
                id=item.id,
                text=item.text(lang),
                about=item.about,
                basis=item.basis,
                verified=item.verified,
                is_bar=item.id in bars,
                verdict=check.verdict if check else "",
                note=check.note if check else "",
                by=str(check.checked_by) if check else "",
                at=check.checked_at if check else None,
            )
        )
    return lines


# ---- what happened


def found_invalid(*, dossier: Dossier) -> str:
    """Why the office refused it as not valid; 1 query. The caller asked who may see."""
    reasons = [
        str(line.detail.get("reason", ""))
        for line in entries_of(dossier_subject(dossier.public_id))
        if line.act == Act.DOSSIER_REJECT_INELIGIBLE
    ]
    return reasons[-1] if reasons else ""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One act in the timeline of a call or a dossier."""

    act: str
    label: Text
    at: datetime
    who: str
    role: str
    basis: str
    reason: str
    position: int
    public: bool


def timeline(*, actor: Actor, subject: str) -> list[Happening]:
    """The acts on a thing, oldest first; 2 queries. The caller asked who may see it.

    Applicants and the public are not told which official acted, only in which role.
    """
    lines = entries_of(subject)
    known = {line.actor_user_id for line in lines if line.actor_user_id is not None}
    names = names_by_id(known) if known else {}
    office = actor.has(*OFFICE)
    return [
        Happening(
            act=line.act,
            label=act_label(line.act),
            at=line.recorded_at,
            who=names.get(line.actor_user_id or 0, "")
            if office or line.actor_user_id == actor.user_id
            else "",
            role=line.role,
            basis=line.basis,
            reason=str(line.detail.get("reason", "")),
            position=line.position,
            public=line.public,
        )
        for line in lines
    ]
