"""Ties that somebody names himself: a member, the office, or the applicant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.calls.queries import dossier_by_id, dossier_ties
from opensti.domains.panels.actions.cases import (
    cases_of,
    follow,
    keep_ties,
    pair_of,
)
from opensti.domains.panels.choices import (
    CouncilKind,
    CouncilState,
    Declarer,
    TieKind,
)
from opensti.domains.panels.models import CouncilItem, DeclaredTie, Exclusion
from opensti.domains.panels.problem import Thing
from opensti.domains.panels.queries.cases import (
    exclusions_subject,
    person_subject,
    things_to_declare,
)
from opensti.domains.registry.queries import (
    organisation_names,
    organisations,
    person_names,
)
from opensti.domains.tasks.queries import order_ties, orders
from opensti.kernel.access import require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from opensti.domains.panels.choices import Interest
    from opensti.domains.panels.models import Conflict
    from opensti.domains.procedures.regimes.format import ConflictRule
    from opensti.kernel.access import Actor

LONGEST = 2000


@transaction.atomic
def declare_interests(
    *,
    actor: Actor,
    person_id: int,
    interests: Sequence[Interest],
    at: datetime,
    field: str = "interest-{pk}",
) -> list[Conflict]:
    """Say what one may not judge, of which kind, and why; from then on it is barred.

    A person declares for himself what his invitations name; the office for anybody what
    it knows of. Every declared tie makes or widens a case that is open until judged.
    Raises ``NotFound`` for what the person may not know of, ``Invalid`` without a reason
    (the field is named by ``field`` with the number of the dossier or order).
    """
    own = actor.person_id == person_id
    require(actor, "panels.declare_own" if own else "panels.judge_conflict")
    things = [_thing(interest) for interest in interests]
    problems = [
        Problem(
            field=field.format(pk=thing.pk),
            message=_("Say what the conflict is."),
            mend=_("For instance: my sister leads the task."),
        )
        for interest, thing in zip(interests, things, strict=True)
        if not interest.reason.strip() or interest.kind not in TieKind.values
    ]
    if problems:
        raise Invalid(problems)
    if own:
        known = things_to_declare(person_id)
        if any((t.kind, t.pk) not in known for t in things):
            raise NotFound
    else:
        _known_to_the_office(actor, things)
    if not person_names([person_id]):
        raise NotFound
    return declare(
        person_id=person_id, interests=interests, actor=actor, own=own, at=at
    )


def declare(
    *,
    person_id: int,
    interests: Sequence[Interest],
    actor: Actor,
    own: bool,
    at: datetime,
) -> list[Conflict]:
    """Write declared ties into their cases; the caller has asked who may."""
    if not interests:
        return []
    things = [_thing(interest) for interest in interests]
    pairs = [(person_id, thing) for thing in things]
    cases_of(pairs)
    DeclaredTie.objects.bulk_create(
        DeclaredTie(
            person_id=person_id,
            **thing.columns,
            kind=interest.kind,
            rule_code=interest.rule_code[:60],
            reason=interest.reason.strip()[:LONGEST],
            source=Declarer.EXPERT if own else Declarer.OFFICE,
            declared_by_id=actor.account_id,
            declared_at=at,
        )
        for interest, thing in zip(interests, things, strict=True)
    )
    rules, words = facts_of(things)
    kept = keep_ties(
        {pair: [] for pair in pairs},
        rules_of=lambda thing: rules.get(thing, ()),
        words=lambda thing: words.get(thing, ""),
        at=at,
        whole=False,
    )
    follow(kept.touched, actor=actor, at=at)
    record(
        actor=actor,
        act="panels.declare_interests",
        subject=person_subject(person_id),
        at=at,
        detail={"by": "expert" if own else "office", "things": len(things)},
        secret={
            "person": person_id,
            "interests": [
                {"kind": i.kind, "thing": f"{t.kind}:{t.pk}", "reason": i.reason}
                for i, t in zip(interests, things, strict=True)
            ],
        },
    )
    found = cases_of(pairs, lock=False)
    return [found[pair] for pair in pairs if pair in found]


def _thing(interest: Interest) -> Thing:
    if (interest.dossier_id is None) == (interest.order_id is None):
        raise NotFound
    if interest.dossier_id is not None:
        return Thing("dossier", interest.dossier_id)
    return Thing("order", interest.order_id or 0)


def _known_to_the_office(actor: Actor, things: Iterable[Thing]) -> None:
    for thing in things:
        if thing.kind == "dossier":
            dossier_by_id(actor=actor, dossier_id=thing.pk)
        elif not orders(actor).filter(pk=thing.pk).exists():
            raise NotFound


def facts_of(
    things: Iterable[Thing],
) -> tuple[Mapping[Thing, Sequence[ConflictRule]], Mapping[Thing, str]]:
    """The rules of the regime of each thing, and the words it is found by."""
    wanted = list(things)
    dossiers = {t.pk for t in wanted if t.kind == "dossier"}
    rules: dict[Thing, Sequence[ConflictRule]] = {}
    words: dict[Thing, str] = {}
    for d in dossier_ties(ids=dossiers) if dossiers else ():
        rules[Thing("dossier", d.dossier_id)] = d.rules
        words[Thing("dossier", d.dossier_id)] = f"{d.code} {d.title_vi} {d.title_en}"
    ordered = {t.pk for t in wanted if t.kind == "order"}
    for o in order_ties(ordered) if ordered else ():
        rules[Thing("order", o.order_id)] = o.rules
        words[Thing("order", o.order_id)] = f"{o.code} {o.title_vi} {o.title_en}"
    return rules, words


# ---- whom the applicant asks to leave out


@transaction.atomic
def name_exclusion(
    *,
    actor: Actor,
    dossier_id: int,
    reason: str,
    at: datetime,
    name: str = "",
    place: str = "",
    person_id: int | None = None,
    organisation_id: int | None = None,
) -> Exclusion:
    """Ask that a person, or everybody of an organisation, does not judge the own dossier.

    By its writers, with a reason, a few for each dossier, until a council on it is set up.
    Those named are never told, and never see it.
    """
    # Locked: two windows at once name no more than one after the other.
    dossier = dossier_by_id(actor=actor, dossier_id=dossier_id, lock=True)
    require(actor, "panels.name_exclusion", dossier)
    _still_open(dossier.pk)
    said = name.strip()
    if organisation_id is not None and not (
        organisations(actor).filter(pk=organisation_id).exists()
    ):
        raise NotFound
    if person_id is not None:
        said = said or person_names([person_id]).get(person_id, "")
    elif organisation_id is not None:
        said = said or organisation_names([organisation_id]).get(organisation_id, "")
    problems = [
        Problem(field=field, message=message, mend=mend)
        for field, bad, message, mend in (
            (
                "name",
                not said,
                _("Name the person or the organisation."),
                _("Write the full name, as it is printed elsewhere."),
            ),
            (
                "reason",
                not reason.strip(),
                _("Say why."),
                _("For instance: we are in dispute over a patent."),
            ),
        )
        if bad
    ]
    most = settings.OPENSTI_EXCLUSIONS
    if Exclusion.objects.filter(dossier=dossier, withdrawn_at=None).count() >= most:
        problems.append(
            Problem(
                field="name",
                message=_("At most %(n)d can be named for one dossier.") % {"n": most},
                mend=_("Take one back first."),
            )
        )
    if problems:
        raise Invalid(problems)
    made = Exclusion.objects.create(
        dossier_id=dossier.pk,
        person_id=person_id,
        organisation_id=organisation_id,
        name=said[:300],
        place=place.strip()[:300],
        reason=reason.strip()[:LONGEST],
        named_by_id=actor.account_id,
        named_at=at,
    )
    record(
        actor=actor,
        act="panels.name_exclusion",
        subject=exclusions_subject(dossier.public_id),
        at=at,
        secret={"name": made.name, "place": made.place, "reason": made.reason},
    )
    return made


@transaction.atomic
def withdraw_exclusion(*, actor: Actor, exclusion_id: int, at: datetime) -> Exclusion:
    """Take a naming back, as long as no council on the dossier is set up."""
    row = (
        Exclusion.objects.select_for_update()
        .filter(pk=exclusion_id, withdrawn_at=None)
        .first()
    )
    if row is None:
        raise NotFound
    dossier = dossier_by_id(actor=actor, dossier_id=row.dossier_id)
    require(actor, "panels.name_exclusion", dossier)
    _still_open(dossier.pk)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    record(
        actor=actor,
        act="panels.withdraw_exclusion",
        subject=exclusions_subject(dossier.public_id),
        at=at,
        secret={"name": row.name},
    )
    return row


def _still_open(dossier_id: int) -> None:
    if (
        CouncilItem.objects.filter(
            dossier_id=dossier_id, council__kind=CouncilKind.SELECTION
        )
        .exclude(council__state__in=[CouncilState.DRAFT, CouncilState.DISSOLVED])
        .exists()
    ):
        raise StepNotAllowed(
            _("The council for this dossier is set up already."),
            mend=_("Write to the programme office."),
        )


__all__ = [
    "declare",
    "declare_interests",
    "facts_of",
    "name_exclusion",
    "pair_of",
    "withdraw_exclusion",
]
