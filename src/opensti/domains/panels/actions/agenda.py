"""What a council judges: the orders or dossiers on its agenda, and their cases."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping  # noqa: TC003 -- dataclass fields
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.calls.actions import step_dossier
from opensti.domains.calls.choices import BudgetSource
from opensti.domains.calls.queries import (
    dossier_subject,
    dossiers_by_id,
    form_of,
    handed_in_content,
)
from opensti.domains.panels.actions.acting import keep, locked_item, tell
from opensti.domains.panels.choices import ADMITTED, CouncilKind
from opensti.domains.panels.models import CouncilItem
from opensti.domains.panels.queries import (
    ballot_kind,
    on_agenda,
    regime_of_council,
    rule_of,
)
from opensti.domains.procedures.actions import take_step
from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import CASE_REGIME
from opensti.domains.tasks.actions import send_to_council
from opensti.domains.tasks.queries import order_subject, orders
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opensti.domains.panels.models import Council
    from opensti.domains.procedures.regimes.format import Regime
    from opensti.kernel.access import Actor


# More than any call brought; what is computed for so many ends within minutes.
MOST_CASES = 5_000


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Finished work that comes before a council: the funded dossier and the work's case.

    ``contents`` are the criteria rated one by one, frozen with the agenda: each a row of
    texts with ``id``, ``sort`` (``quality``, ``quantity`` or ``report``), ``product``,
    ``title``, ``title_en``, ``promised``, ``delivered``, ``unit``, ``quality``, ``claimed``, ``said``, ``late``.
    """

    dossier_id: int
    case: Any
    contents: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """What shall be judged together: all under one regime."""

    things: tuple[Any, ...]
    of_orders: bool
    regime_version: Any
    call_id: int | None
    judged: Mapping[int, Judged] = dataclasses.field(default_factory=dict)

    def of(self, thing: Any) -> Judged | None:
        """The finished work that a dossier is on the agenda for."""
        return None if self.of_orders else self.judged.get(thing.pk)

    @property
    def subjects(self) -> list[str]:
        name = order_subject if self.of_orders else dossier_subject
        return [name(thing.public_id) for thing in self.things]


@dataclass(frozen=True, kw_only=True)
class Content:
    """One thing of a dossier that is voted on by itself."""

    title: str
    amount: Decimal


def agenda_cases(
    *,
    actor: Actor,
    kind: str,
    order_ids: Sequence[int],
    dossier_ids: Sequence[int],
    judged: Sequence[Judged] = (),
    council: Council | None = None,
) -> Agenda:
    """Find what may come on the agenda: known to the actor, admitted, one regime."""
    of_orders = kind == CouncilKind.DETERMINATION
    works = {work.dossier_id: work for work in judged}
    if (kind == CouncilKind.ACCEPTANCE) != bool(works) or (works and dossier_ids):
        raise Invalid(
            [
                Problem(
                    field="items",
                    message=_("A council of this kind is begun from what it judges."),
                    mend=_(
                        "Open the acceptance of the task and form the council there."
                    ),
                )
            ]
        )
    dossier_ids = [*works] or dossier_ids
    wanted = set(order_ids if of_orders else dossier_ids)
    if not wanted or (dossier_ids if of_orders else order_ids):
        raise Invalid(
            [
                Problem(
                    field="items",
                    message=_("Choose at least one order.")
                    if of_orders
                    else _("Choose at least one dossier."),
                    mend=_("Tick what the council shall judge."),
                )
            ]
        )
    if len(wanted) > MOST_CASES:
        raise Invalid(
            [
                Problem(
                    field="items",
                    message=_("%(n)d cases are more than one agenda or plan holds.")
                    % {"n": len(wanted)},
                    mend=_("Choose at most %(most)d, and make another for the rest.")
                    % {"most": MOST_CASES},
                )
            ]
        )
    rows: Any
    if of_orders:
        rows = orders(actor).filter(pk__in=wanted).order_by("code", "pk")
    else:
        rows = dossiers_by_id(actor=actor, ids=wanted).order_by("code", "pk")
    things = tuple(rows.select_related("case__regime_version").defer(*CASE_REGIME))
    if len(things) != len(wanted):
        raise NotFound
    cases = {
        thing.pk: works[thing.pk].case if thing.pk in works else thing.case
        for thing in things
    }
    _admitted(kind, things, cases, council)
    return Agenda(
        things=things,
        of_orders=of_orders,
        regime_version=cases[things[0].pk].regime_version,
        call_id=None if of_orders or works else things[0].call_id,
        judged=works,
    )


def _admitted(
    kind: str,
    things: Sequence[Any],
    cases: Mapping[int, Any],
    council: Council | None,
) -> None:
    problems = [
        Problem(
            field="items",
            message=_("%(code)s cannot come before this council: it is “%(state)s”.")
            % {
                "code": thing.code or thing.title_vi,
                "state": cases[thing.pk].get_state_display(),
            },
            mend=_("Take it off the list."),
        )
        for thing in things
        if cases[thing.pk].state not in ADMITTED[kind]
    ]
    ids = [thing.pk for thing in things]
    key = "order_id" if kind == CouncilKind.DETERMINATION else "dossier_id"
    taken = set(
        on_agenda(kind).filter(**{f"{key}__in": ids}).values_list(key, flat=True)
    )
    problems += [
        Problem(
            field="items",
            message=_("%(code)s is on the agenda of a council already.")
            % {"code": thing.code or thing.title_vi},
            mend=_("Take it off the list."),
        )
        for thing in things
        if thing.pk in taken
    ]
    regimes = {case.regime_version_id for case in cases.values()}
    if council is not None:
        regimes.add(council.regime_version_id)
    if len(regimes) > 1:
        problems.append(
            Problem(
                field="items",
                message=_("These cases stand under different procedures."),
                mend=_("Form a council for each procedure."),
            )
        )
    if problems:
        raise Invalid(problems)


def add_to_agenda(council: Council, agenda: Agenda) -> None:
    """Write the items with the sheet each is judged by, frozen from now on."""
    last = (
        council.items.order_by("-position").values_list("position", flat=True).first()
    )
    regime, rule = regime_of_council(council), rule_of(council)
    voted_apart = ballot_kind(council) == "items"
    for number, thing in enumerate(agenda.things, start=(last or 0) + 1):
        sheet = (
            None
            if agenda.of(thing) is not None
            else regime.sheet_for(
                rule, _task_type(thing, regime, of_order=agenda.of_orders)
            )
        )
        if sheet is None and ballot_kind(council) == "score":
            raise StepNotAllowed(
                _(
                    "This council scores, and the procedure holds no score sheet for it."
                ),
                mend=_(
                    "An administrator answers the open question on score sheets, "
                    "or loads the procedure with the ministry's own."
                ),
                article=rule.basis,
            )
        work = agenda.of(thing)
        contents: list[dict[str, str]] = []
        if work is not None:
            contents = [dict(row) for row in work.contents]
        elif voted_apart and not agenda.of_orders:
            contents = contents_of(thing)
        CouncilItem.objects.create(
            council=council,
            position=number,
            order=thing if agenda.of_orders else None,
            dossier=None if agenda.of_orders else thing,
            case_id=work.case.pk if work is not None else None,
            sheet_code=sheet.id if sheet is not None else "",
            contents=contents,
        )


def _task_type(thing: Any, regime: Regime, *, of_order: bool) -> str:
    """As the order says, else as the applicant chose in the form, else as the form is."""
    if of_order:
        return str(thing.kind)
    if thing.order is not None and thing.order.kind:
        return str(thing.order.kind)
    form, types = form_of(thing), {t.id for t in regime.task_types}
    for field in form.fields():
        if field.options and {option.id for option in field.options} <= types:
            return str(handed_in_content(thing).answers.get(field.id, ""))
    return next(iter(form.task_types), "")


def contents_of(dossier: Any) -> list[dict[str, str]]:
    """The content items of a dossier: what for, and how much is asked of the State.

    From the form's own table of items where it has one with amounts, else from the
    budget.
    """
    said = handed_in_content(dossier)
    asked: dict[str, Decimal] = {}
    for name, amount in _listed(dossier, said.answers) or (
        (row.description.strip() or row.category, row.amounts.get(BudgetSource.STATE))
        for row in said.budget
    ):
        asked[name] = asked.get(name, Decimal(0)) + (amount or Decimal(0))
    lines = [(name, amount) for name, amount in asked.items() if amount]
    return _as_rows(lines or [(dossier.title_vi, dossier.asked_state)])


def _listed(dossier: Any, answers: Mapping[str, Any]) -> list[tuple[str, Decimal]]:
    """Rows of the form's table whose columns are a content and its amount."""
    for field in form_of(dossier).fields():
        if field.type == "table" and {"content", "amount"} <= {
            column.id for column in field.columns
        }:
            return [
                (str(row.get("content", "")).strip(), Decimal(row.get("amount") or 0))
                for row in answers.get(field.id) or ()
            ]
    return []


def _as_rows(lines: Sequence[tuple[str, Decimal]]) -> list[dict[str, str]]:
    return [
        {"id": f"c{number}", "title": title, "amount": f"{amount:f}"}
        for number, (title, amount) in enumerate(lines, start=1)
    ]


@transaction.atomic
def set_contents(
    *, actor: Actor, item_id: int, contents: Sequence[Content], at: datetime
) -> CouncilItem:
    """State what is voted on one by one, before the documents are sent."""
    council, item = locked_item(actor, item_id, "prepare")
    if ballot_kind(council) != "items" or council.documents_sent_at is not None:
        raise StepNotAllowed(
            _("The contents cannot be changed any more."),
            article=rule_of(council).basis,
        )
    kept = [c for c in contents if c.title.strip()]
    if not kept or any(c.amount < 0 for c in kept):
        raise Invalid(
            [
                Problem(
                    field="contents",
                    message=_("At least one content, with an amount of zero or more."),
                    mend=_("Write what is to be done and how many đồng are asked."),
                )
            ]
        )
    item.contents = _as_rows([(c.title.strip(), c.amount) for c in kept])
    item.save(update_fields=["contents"])
    keep(council)
    tell(
        actor,
        council,
        "change_agenda",
        at,
        detail={"item": item.public_id, "contents": item.contents},
    )
    return item


def locked_cases(council: Council) -> list[int]:
    """Lock the cases of all items before the record is locked; return their ids."""
    ids: list[int] = []
    proposals = council.items.filter(case=None)
    for path in ("order__case", "dossier__case"):
        rows = (
            proposals.filter(**{f"{path}__version__gte": 0})
            .select_related(path)
            .select_for_update(of=("self", path))
            .order_by("pk")
        )
        ids += [getattr(row, path.split("__")[0]).case_id for row in rows]
    works = council.items.filter(case__version__gte=0).select_related("case")
    works = works.select_for_update(of=("self", "case")).order_by("pk")
    return ids + [row.case.pk for row in works if row.case is not None]


def lay_before_council(*, actor: Actor, council: Council, at: datetime) -> list[int]:
    """Move the cases that are not yet before the council; return all case ids."""
    cases = locked_cases(council)
    for item in council.items.select_related("order__case", "dossier__case", "case"):
        if item.case is not None:
            if item.case.state == State.SUBMITTED:
                take_step(
                    actor=actor,
                    case_id=item.case.pk,
                    act=Act.ACCEPTANCE_SEND_TO_COUNCIL,
                    at=at,
                )
        elif item.order is not None:
            if item.order.case.state == State.DRAFT:
                send_to_council(actor=actor, order_id=item.order.pk, at=at)
        elif item.dossier is not None:
            act = {
                State.ELIGIBLE: Act.DOSSIER_SEND_TO_COUNCIL,
                State.REVIEWED: Act.DOSSIER_SEND_TO_COST_APPRAISAL,
            }.get(State(item.dossier.case.state))
            if act is not None:
                step_dossier(actor=actor, dossier_id=item.dossier.pk, act=act, at=at)
    return cases
