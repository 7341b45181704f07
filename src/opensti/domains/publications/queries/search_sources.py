"""What the search reads of each kind: its public rows, their words, what narrows them.

Nothing here decides what is public: rows come from the register, asked as the public.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from opensti.domains.publications.choices import EntryKind
from opensti.domains.publications.queries import articles, register
from opensti.domains.publications.queries.days import midnight
from opensti.domains.results.queries import open_since
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from django.db.models import QuerySet

# Where each kind is read.
PAGES: dict[str, str] = {
    EntryKind.CALL: "portal:call",
    EntryKind.ORDER: "portal:order",
    EntryKind.DECISION: "portal:decision",
    EntryKind.TASK: "portal:task",
    EntryKind.RESULT: "portal:result",
    EntryKind.OFFER: "portal:offer",
    EntryKind.ORGANISATION: "portal:organisation",
    EntryKind.PLAN: "portal:plan",
    EntryKind.GOAL: "portal:goal",
    EntryKind.INDICATOR: "portal:indicator",
    EntryKind.INDEX: "portal:index",
    EntryKind.NEWS: "portal:news_item",
    EntryKind.EVENT: "portal:event",
}
# Of what is known only that it is old: it was there before anybody was told of anything.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One public row, as it is searched and shown. ``state`` is a code of its kind."""

    title: Words
    at: datetime
    code: str = ""
    about: Words = field(default_factory=Words)
    names: tuple[str, ...] = ()
    host: Words = field(default_factory=Words)
    field: str = ""
    province: str = ""
    funder: str = ""
    state: str = ""
    state_label: str = ""
    year: int | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """``touched``: which rows an act on a subject may have changed, subject → lookups.

    ``state_in`` names the column of what is searched as the state of the kind.
    """

    kind: EntryKind
    rows: Callable[[], QuerySet[Any]]
    facts: Callable[[Any], Facts]
    touched: Mapping[str, str | tuple[str, ...]]
    state_in: str = "state"


def _words(thing: Any, name: str) -> Words:
    return Words(getattr(thing, f"{name}_vi") or "", getattr(thing, f"{name}_en") or "")


def _place(organisation: Any) -> str:
    province = organisation.province if organisation else None
    return province.code if province else ""


def _field(order: Any) -> str:
    return order.field.code if order and order.field else ""


def _day(day: date | None) -> datetime:
    return midnight(day) if day else LONG_AGO


def _year(day: date | datetime | None) -> int | None:
    """The year of a day; of a moment that where the house stands."""
    if isinstance(day, datetime):
        day = localdate(day)
    return day.year if day else None


def _call(row: Any) -> Facts:
    return Facts(
        code=row.code,
        title=_words(row, "title"),
        about=_words(row, "description"),
        state=row.state,
        state_label=row.get_state_display(),
        year=_year(row.opens_at),
        at=row.published_at or row.created_at,
    )


def _order(row: Any) -> Facts:
    listed = row.list.decided_on if row.list else None
    day = listed or localdate(row.created_at)
    return Facts(
        code=row.code,
        title=_words(row, "title"),
        about=_words(row, "objectives"),
        field=_field(row),
        year=day.year,
        amount=row.budget_ceiling,
        at=midnight(day),
    )


def _decision(row: Any) -> Facts:
    dossier, released = row.dossier, row.round.released_at
    return Facts(
        code=dossier.code,
        title=_words(dossier, "title"),
        about=_words(row, "reason"),
        host=_words(dossier.host, "name") if dossier.host else Words(),
        field=_field(dossier.order),
        province=_place(dossier.host),
        year=_year(released),
        amount=row.amount,
        at=released or LONG_AGO,
    )


def _task(row: Any) -> Facts:
    decision = getattr(row, "decision", None)
    released = decision.round.released_at if decision else None
    begun = row.start or (date(row.year, 1, 1) if row.year else None)
    return Facts(
        code=row.code,
        title=_words(row, "title"),
        about=_words(row, "abstract"),
        names=(row.leader_name,),
        host=_words(row.host, "name") if row.host else Words(row.host_name or ""),
        field=_field(row.order),
        province=_place(row.host),
        funder=row.funder,
        state=row.state,
        state_label=row.get_state_display(),
        year=row.year,
        amount=row.amount if row.currency == "VND" else None,
        at=released or _day(begun),
    )


def _result(row: Any) -> Facts:
    contract = row.contract
    return Facts(
        title=_words(row, "title"),
        about=_words(row, "description"),
        host=_words(contract.host, "name"),
        field=_field(contract.dossier.order),
        province=_place(contract.host),
        state=row.kind,
        state_label=row.get_kind_display(),
        year=_year(row.formed_on),
        at=midnight(open_since(row)) if row.formed_on else LONG_AGO,
    )


def _offer(row: Any) -> Facts:
    return Facts(
        title=_words(row, "title"),
        about=_words(row, "does"),
        host=_words(row.host, "name"),
        province=_place(row.host),
        state=row.form,
        state_label=row.get_form_display(),
        year=_year(row.opens_on),
        at=_day(row.opens_on),
    )


def _organisation(row: Any) -> Facts:
    return Facts(
        code=row.acronym,
        title=_words(row, "name"),
        host=_words(row, "name"),
        province=_place(row),
        state=row.kind,
        state_label=row.get_kind_display(),
        at=LONG_AGO,
    )


def _plan(row: Any) -> Facts:
    day = row.issued_on or localdate(row.created_at)
    return Facts(
        code=row.code,
        title=_words(row, "title"),
        about=_words(row, "summary"),
        names=(row.act_number, row.issuer_vi, row.issuer_en),
        state=row.state,
        state_label=row.get_state_display(),
        year=day.year,
        at=midnight(day),
    )


def _goal(row: Any) -> Facts:
    plan = row.plan
    day = plan.issued_on or localdate(plan.created_at)
    return Facts(
        code=row.code,
        title=_words(row, "text"),
        about=Words(f"{plan.code} {plan.title_vi}", f"{plan.code} {plan.title_en}"),
        host=_words(row.owner, "name") if row.owner else Words(row.owner_name),
        province=_place(row.owner),
        year=day.year,
        at=midnight(day),
    )


def _indicator(row: Any) -> Facts:
    return Facts(
        code=row.code,
        title=_words(row, "name"),
        about=_words(row, "definition"),
        at=row.created_at,
    )


def _index(row: Any) -> Facts:
    at = row.published_at or row.made_at
    return Facts(
        code=row.model.code,
        title=_words(row.model, "name"),
        about=_words(row.model, "description"),
        year=localdate(at).year,
        at=at,
    )


def _article(row: Any) -> Facts:
    return Facts(
        title=_words(row, "title"),
        about=Words(
            f"{row.lead_vi} {row.body_vi}".strip(),
            f"{row.lead_en} {row.body_en}".strip(),
        ),
        names=(row.place_vi, row.place_en),
        state=row.event_kind,
        state_label=row.get_event_kind_display(),
        year=_year(row.publish_on),
        at=_day(row.publish_on),
    )


_ROUND = "portfolios.round:"
_HOST = "registry.organisation:"
SOURCES: dict[str, Source] = {
    source.kind: source
    for source in (
        Source(
            kind=EntryKind.CALL,
            rows=register.calls,
            facts=_call,
            touched={"calls.call:": "public_id__in"},
        ),
        Source(
            kind=EntryKind.ORDER,
            rows=lambda: register.orders().defer(None).defer("grounds"),
            facts=_order,
            touched={
                "tasks.order:": "public_id__in",
                "tasks.list:": "list__public_id__in",
            },
        ),
        Source(
            kind=EntryKind.DECISION,
            rows=lambda: register.decisions().select_related(
                "dossier__host__province", "dossier__order__field"
            ),
            facts=_decision,
            touched={
                "portfolios.decision:": "public_id__in",
                "tasks.order:": "dossier__order__public_id__in",
                "tasks.task:": "task__public_id__in",
                _ROUND: "round__public_id__in",
                "calls.dossier:": "dossier__public_id__in",
                _HOST: "dossier__host_id__in",
            },
        ),
        Source(
            kind=EntryKind.TASK,
            rows=lambda: (
                register.tasks()
                .defer(None)
                .defer("search_text", "source_digest")
                .select_related("host__province", "order__field", "decision__round")
            ),
            facts=_task,
            touched={
                "tasks.task:": "public_id__in",
                _ROUND: "decision__round__public_id__in",
                "contracts.contract:": "contract__public_id__in",
                "results.acceptance:": "contract__acceptance__public_id__in",
                _HOST: "host_id__in",
                "registry.person:": "leader_id__in",
            },
        ),
        Source(
            kind=EntryKind.RESULT,
            state_in="kind",
            rows=lambda: register.results().select_related(
                "contract__host__province", "contract__acceptance"
            ),
            facts=_result,
            touched={
                "results.result:": "public_id__in",
                "tasks.task:": "contract__task__public_id__in",
                "results.acceptance:": "contract__acceptance__public_id__in",
                "contracts.contract:": "contract__public_id__in",
                _HOST: "contract__host_id__in",
            },
        ),
        Source(
            kind=EntryKind.OFFER,
            state_in="form",
            rows=lambda: register.offers(localdate()).select_related("host__province"),
            facts=_offer,
            touched={
                "results.offer:": "public_id__in",
                # Whatever a closed task led to is offered to nobody.
                "tasks.task:": (
                    "contract__task__public_id__in",
                    "result__contract__task__public_id__in",
                    "right__contract__task__public_id__in",
                ),
                "results.result:": "result__public_id__in",
                "results.right:": "right__public_id__in",
                _HOST: "host_id__in",
            },
        ),
        Source(
            kind=EntryKind.ORGANISATION,
            state_in="kind",
            rows=register.organisations,
            facts=_organisation,
            touched={_HOST: "pk__in"},
        ),
        Source(
            kind=EntryKind.PLAN,
            rows=register.plans,
            facts=_plan,
            touched={"strategies.plan:": "public_id__in"},
        ),
        Source(
            kind=EntryKind.GOAL,
            rows=register.goals,
            facts=_goal,
            touched={"strategies.plan:": "plan__public_id__in"},
        ),
        Source(
            kind=EntryKind.INDICATOR,
            rows=register.indicators,
            facts=_indicator,
            touched={
                "strategies.indicator:": "public_id__in",
                "strategies.observation:": "observations__public_id__in",
            },
        ),
        Source(
            kind=EntryKind.INDEX,
            rows=register.indices,
            facts=_index,
            touched={
                "strategies.compositeversion:": "model__versions__pk__in",
                "strategies.compositemodel:": "model_id__in",
            },
        ),
        *(
            Source(
                kind=kind,
                state_in="event_kind",
                rows=rows,
                facts=_article,
                touched={"publications.article:": "public_id__in"},
            )
            for kind, rows in (
                (EntryKind.NEWS, articles.news),
                (EntryKind.EVENT, articles.events),
            )
        ),
    )
}


def public_facts(kind: str, rows: list[int] | None = None) -> QuerySet[Any]:
    """The rows of a kind that everybody may read now, or those of ``rows`` among them."""
    found = SOURCES[kind].rows()
    return found if rows is None else found.filter(pk__in=rows)


def state_label(kind: str, state: str) -> Any:
    """What a state is called; of an unknown kind or state its code."""
    source = SOURCES.get(kind)
    if source is None or not state:
        return state
    field = source.rows().model._meta.get_field(source.state_in)
    return dict(field.flatchoices).get(state, state)
