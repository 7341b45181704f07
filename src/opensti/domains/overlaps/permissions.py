"""Who sees what was screened, who judges it, and when it takes two.

A screening is the office's working paper on a work: whoever may know of the work by his
office may know of it, and nobody who is party to the work. What a hit was found in is a
question of its own: a case that a person may not open shows only that it exists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls import queries as calls_queries
from opensti.domains.overlaps.choices import Kind
from opensti.domains.overlaps.models import (
    Document,
    Hit,
    OwnCheck,
    Screening,
    TermFile,
    Verdict,
)
from opensti.domains.tasks import queries as tasks_queries
from opensti.kernel.access import (
    NOTHING,
    STAFF,
    Role,
    grant,
    has_role,
    rule,
    sees,
    visible,
)
from opensti.kernel.subqueries import worded_once

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

READING = frozenset({*STAFF, Role.AUDITOR})
JUDGING = (Role.OFFICER, Role.SECRETARY)


@rule(
    _("You gave this verdict yourself; it takes a second person."),
    who=_("another programme officer or council secretary, or the leader"),
)
def is_the_second_person(actor: Actor, verdict: Any) -> bool:
    return verdict is not None and actor.user_id != verdict.given_by_id


@rule(
    _("You may not open the case that was found."),
    who=_("an official who may open both cases"),
)
def may_open_both(actor: Actor, hit: Any) -> bool:
    return (
        hit is None
        or visible(actor, Document.objects.filter(pk=hit.document_id)).exists()
    )


grant("overlaps.list", has_role(*READING), reads=True)
grant("overlaps.judge", has_role(*JUDGING) & may_open_both)
grant("overlaps.confirm", has_role(*JUDGING, Role.LEADER) & is_the_second_person)
grant("overlaps.screen", has_role(*JUDGING))
grant("overlaps.set_thresholds", has_role(Role.LEADER), dangerous=True)
grant("overlaps.describe_archive", has_role(Role.OFFICER))
grant("overlaps.manage_terms", has_role(Role.OFFICER))


def _works(actor: Actor) -> Q:
    """Works by kind and row that a person may know of by his office, his own left out."""
    if not actor.has(*READING) or actor.has(Role.ADMIN):
        return NOTHING
    needs = tasks_queries.needs_of_others(actor)
    orders = tasks_queries.order_ids(actor)
    dossiers = calls_queries.ids_of_others(actor)
    return (
        Q(kind=Kind.NEED, object_id__in=needs)
        | Q(kind=Kind.ORDER, object_id__in=orders)
        | Q(kind=Kind.DOSSIER, object_id__in=dossiers)
    )


def _documents(actor: Actor) -> Q:
    """Task files and called orders are public unless closed; the rest as the office knows it."""
    public_orders = tasks_queries.public_order_ids()
    # An earlier wording of an order is from before it was public.
    called = Q(kind=Kind.ORDER, object_id__in=public_orders, left=None)
    known = Q(kind=Kind.TASK) & ~Q(
        object_id__in=tasks_queries.closed_tasks().values("pk")
    )
    return known | called | _works(actor)


def _hits(actor: Actor) -> Q:
    return Q(screening__in=_known_screenings(actor))


@worded_once
def _known_screenings(actor: Actor) -> Any:
    return visible(actor, Screening.objects.all()).values("pk")


@worded_once
def _known_hits(actor: Actor) -> Any:
    return visible(actor, Hit.objects.all()).values("pk")


def _verdicts(actor: Actor) -> Q:
    return Q(hit__in=_known_hits(actor))


def _term_files(actor: Actor) -> Q:
    reads = actor.has(*READING) and not actor.has(Role.ADMIN)
    return Q() if reads else NOTHING


sees(Screening, _works)
sees(Document, _documents)
sees(Hit, _hits)
sees(Verdict, _verdicts)
sees(TermFile, _term_files)
sees(
    OwnCheck,
    lambda actor: Q(user_id=actor.user_id) if actor.is_authenticated else NOTHING,
)
