"""The forming of councils is planned: cases, conditions, who is fixed by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.agenda import agenda_cases
from opensti.domains.panels.choices import (
    FORMED_FROM_LISTS,
    TRACK_OF,
    CouncilKind,
    CouncilState,
    FormationMode,
    FormationState,
)
from opensti.domains.panels.models import (
    Formation,
    FormationItem,
)
from opensti.domains.panels.problem.conditions import (
    Conditions,
    condition_problems,
    defaults,
)
from opensti.domains.panels.problem.pool import plan_of, pool_of
from opensti.domains.panels.queries import (
    formation_rule,
    formation_subject,
    known_council,
)
from opensti.domains.panels.queries import (
    items as council_items,
)
from opensti.domains.procedures.queries import REGIME, regime_of
from opensti.kernel.access import Role, get_visible, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from opensti.domains.panels.actions.agenda import Judged
    from opensti.kernel.access import Actor

MONTH = timedelta(days=30)


def locked_formation(
    actor: Actor,
    formation_id: int,
    *,
    version: int | None = None,
    permission: str = "panels.plan",
) -> Formation:
    """Lock a plan that may still change; as the person saw it? allowed?"""
    formation = get_visible(
        actor,
        Formation.objects.select_for_update(of=("self",))
        .select_related("regime_version")
        .defer(*REGIME),
        pk=formation_id,
    )
    if version is not None and formation.version != version:
        raise Stale(
            _("Somebody else changed this plan after you opened the page."),
            mend=_("Look at it as it stands now, then act again."),
        )
    if formation.state != FormationState.PLANNED:
        raise StepNotAllowed(
            _("This plan is closed: %(state)s.")
            % {"state": FormationState(formation.state).label},
            mend=_("Begin a new plan."),
        )
    require(actor, permission, formation)
    return formation


def keep_formation(formation: Formation, *fields: str) -> None:
    formation.version += 1
    formation.save(update_fields=[*fields, "state", "version"])


def tell_formation(
    actor: Actor,
    formation: Formation,
    act: str,
    at: datetime,
    *,
    detail: Mapping[str, Any],
    secret: Mapping[str, Any] | None = None,
) -> None:
    record(
        actor=actor,
        act=f"panels.{act}",
        subject=formation_subject(formation.public_id),
        at=at,
        basis=formation_rule(formation).basis,
        detail=detail,
        secret=secret or {},
    )


@transaction.atomic
def plan_formation(
    *,
    actor: Actor,
    mode: str,
    at: datetime,
    kind: str = CouncilKind.SELECTION,
    title_vi: str = "",
    title_en: str = "",
    order_ids: Sequence[int] = (),
    dossier_ids: Sequence[int] = (),
    judged: Sequence[Judged] = (),
    council_id: int | None = None,
    sits_on: date | None = None,
    secretary_id: int | None = None,
) -> Formation:
    """Plan who shall judge some orders, dossiers or finished works (``judged``), with
    conditions that can be met.

    ``together`` is one council for all, ``apart`` a council for each; ``reviewers``
    chooses among the members of a council that is set up (``council_id``) who reviews
    which case of its agenda. All cases stand under one regime; ``sits_on`` is the day
    on which experts must be available, a month from now unless it is said.
    """
    require(actor, "panels.plan")
    problems = []
    if mode not in FormationMode.values:
        problems.append(
            Problem(
                field="mode",
                message=_("There is no such way to form councils."),
                mend=_("Choose one of the list."),
            )
        )
    elif mode != FormationMode.REVIEWERS and not title_vi.strip():
        problems.append(
            Problem(
                field="title_vi",
                message=_("The councils need a name."),
                mend=_("Write it as in the decision."),
            )
        )
    if kind not in FORMED_FROM_LISTS and not judged:
        problems.append(
            Problem(
                field="kind",
                message=_("There is no such kind of council."),
                mend=_("Choose one of the list."),
            )
        )
    if sits_on is not None and sits_on < localdate(at):
        problems.append(
            Problem(
                field="sits_on",
                message=_("The day on which they sit has passed."),
                mend=_("Choose a day from today on."),
            )
        )
    if problems:
        raise Invalid(problems)
    if mode == FormationMode.REVIEWERS:
        formation, things, of_orders = _for_council(actor, council_id)
    else:
        formation, things, of_orders = _for_cases(
            actor,
            kind,
            order_ids=order_ids,
            dossier_ids=dossier_ids,
            judged=judged,
        )
        formation.title_vi, formation.title_en = (
            title_vi.strip()[:300],
            title_en.strip()[:300],
        )
    formation.mode = mode
    formation.sits_on = sits_on or localdate(at) + MONTH
    formation.secretary_id = secretary_id or (
        actor.user_id if actor.has(Role.SECRETARY) else None
    )
    formation.created_by_id = actor.account_id
    formation.created_at = at
    formation.search_text = search_text(formation.title_vi, formation.title_en)
    formation.conditions = Conditions().as_json()
    formation.save()
    FormationItem.objects.bulk_create(
        FormationItem(
            formation=formation,
            position=number,
            order_id=thing if of_orders else None,
            dossier_id=None if of_orders else thing,
        )
        for number, thing in enumerate(things, start=1)
    )
    rule = formation_rule(formation)
    pool = pool_of(plan_of(formation), Conditions())
    formation.conditions = defaults(
        rule=rule,
        mode=mode,
        cases=len(things),
        pool=pool.people.values(),
        year=formation.sits_on.year,
    ).as_json()
    formation.pool = pool.counts
    formation.save(update_fields=["conditions", "pool"])
    tell_formation(
        actor,
        formation,
        "plan_formation",
        at,
        detail={
            "mode": mode,
            "kind": formation.kind,
            "rule": rule.id,
            "cases": len(things),
            "conditions": formation.conditions,
        },
    )
    return formation


def _for_cases(
    actor: Actor,
    kind: str,
    *,
    order_ids: Sequence[int],
    dossier_ids: Sequence[int],
    judged: Sequence[Judged],
) -> tuple[Formation, list[int], bool]:
    found = agenda_cases(
        actor=actor,
        kind=kind,
        order_ids=order_ids,
        dossier_ids=dossier_ids,
        judged=judged,
    )
    track, team = TRACK_OF[kind]
    rule = regime_of(found.regime_version).council_for(track, team)
    if rule is None:
        raise StepNotAllowed(
            _("The procedure of these cases knows no such council: %(kind)s.")
            % {"kind": CouncilKind(kind).label},
            mend=_("Look at the procedure of the case: it says which step comes next."),
        )
    formation = Formation(
        kind=kind,
        regime_version=found.regime_version,
        rule_code=rule.id,
        call_id=found.call_id,
    )
    return formation, [thing.pk for thing in found.things], found.of_orders


def _for_council(
    actor: Actor, council_id: int | None
) -> tuple[Formation, list[int], bool]:
    council = known_council(actor, council_id or 0)
    if council.state != CouncilState.SET_UP:
        raise StepNotAllowed(
            _("Reviewers are named once the council is set up, before it meets."),
            mend=_("Set the council up by decision first."),
        )
    rows = list(council_items(actor, council))
    of_orders = council.kind == CouncilKind.DETERMINATION
    formation = Formation(
        kind=council.kind,
        regime_version=council.regime_version,
        rule_code=council.rule_code,
        call_id=council.call_id,
        council=council,
        title_vi=council.title_vi,
        title_en=council.title_en,
    )
    return (
        formation,
        [(row.order_id if of_orders else row.dossier_id) or 0 for row in rows],
        of_orders,
    )


@transaction.atomic
def change_formation(
    *,
    actor: Actor,
    formation_id: int,
    conditions: Mapping[str, Any],
    at: datetime,
    sits_on: date | None = None,
    secretary_id: int | None = None,
    expected_version: int | None = None,
) -> Formation:
    """Change conditions of a plan; those not named stay. Earlier runs keep their own."""
    formation = locked_formation(actor, formation_id, version=expected_version)
    wanted = Conditions.of({**formation.conditions, **conditions})
    rule = formation_rule(formation)
    problems = condition_problems(wanted, rule, formation.mode)
    if sits_on is not None and sits_on < localdate(at):
        problems.append(
            Problem(
                field="sits_on",
                message=_("The day on which they sit has passed."),
                mend=_("Choose a day from today on."),
            )
        )
    if problems:
        refusal = Invalid(problems)
        refusal.article = rule.basis
        raise refusal
    before = Conditions.of(formation.conditions).as_json()
    after = wanted.as_json()
    formation.conditions = after
    formation.sits_on = sits_on or formation.sits_on
    formation.secretary_id = secretary_id or formation.secretary_id
    formation.pool = pool_of(plan_of(formation), wanted).counts
    keep_formation(formation, "conditions", "sits_on", "secretary", "pool")
    tell_formation(
        actor,
        formation,
        "change_formation",
        at,
        detail={
            "changed": {
                name: after[name] for name in after if after[name] != before[name]
            },
            "sits_on": formation.sits_on,
        },
    )
    return formation


@transaction.atomic
def drop_formation(
    *, actor: Actor, formation_id: int, reason: str, at: datetime
) -> Formation:
    """Give a plan up; no council came of it."""
    formation = locked_formation(actor, formation_id)
    if not reason.strip():
        raise Invalid(
            [
                Problem(
                    field="reason",
                    message=_("Say why the plan is given up."),
                    mend=_("One sentence is enough."),
                )
            ]
        )
    formation.state = FormationState.DROPPED
    formation.bidding_until = None
    keep_formation(formation, "bidding_until")
    tell_formation(
        actor, formation, "drop_formation", at, detail={"reason": reason.strip()}
    )
    return formation
