"""Who screens, who answers, who reads alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.supervision.choices import OPEN
from opensti.domains.supervision.models import (
    Alert,
    AlertExclusion,
    Inspector,
    Petition,
    Template,
    Unit,
    UnitMember,
    Voice,
)
from opensti.kernel.access import (
    EVERYTHING,
    NOTHING,
    Role,
    anyone,
    grant,
    has_role,
    rule,
    sees,
)
from opensti.kernel.record.holding import held_ids, hold_back

if TYPE_CHECKING:
    from datetime import date

    from opensti.kernel.access import Actor

_OFFICE = (Role.OFFICER, Role.LEADER)


def on_day(day: date) -> Q:
    """Rows with ``since`` and ``until`` that hold on a day."""
    return Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))


@rule(_("It is your own text."), who=_("another officer"))
def _not_own(actor: Actor, thing: Any) -> bool:
    return thing is None or thing.author_id is None or thing.author_id != actor.user_id


@rule(
    _("You hid this text: somebody else looks at it again."), who=_("another officer")
)
def _second_person(actor: Actor, thing: Any) -> bool:
    return thing is None or thing.screened_by_id != actor.user_id


@rule(
    _("You do not belong to the unit that answers."),
    who=_("a member of the unit named on the page"),
)
def _of_the_unit(actor: Actor, thing: Any) -> bool:
    if thing is None or thing.unit_id is None:
        return thing is None
    return UnitMember.objects.filter(
        on_day(localdate()), unit_id=thing.unit_id, user_id=actor.account_id
    ).exists()


@rule(
    _("Alerts are read by the few auditors who are named for it."),
    who=_("the readers of alerts"),
)
def _inspector(actor: Actor, _thing: Any) -> bool:
    return actor.has(Role.AUDITOR) and not actor.reads_only and _named(actor)


def _named(actor: Actor) -> bool:
    return Inspector.objects.filter(
        on_day(localdate()), user_id=actor.account_id
    ).exists()


grant("supervision.speak", anyone, reads=True)
grant("supervision.moderate", has_role(*_OFFICE) & _not_own)
grant("supervision.review", has_role(*_OFFICE) & _not_own & _second_person)
grant("supervision.answer", has_role(*_OFFICE) & _of_the_unit & _not_own)
grant("supervision.read_queue", has_role(*_OFFICE, Role.AUDITOR), reads=True)
grant("supervision.rule", has_role(Role.LEADER) & _not_own, dangerous=True)
grant("supervision.erase", has_role(Role.LEADER), dangerous=True)
grant("supervision.keep_units", has_role(Role.LEADER))
grant("supervision.name_inspectors", has_role(Role.ADMIN), dangerous=True)
# The alerts are the auditors' own work; no case of the ministry moves by it.
grant("supervision.read_alerts", _inspector, reads=True)
# Any auditor opens the list; who is not named, or excluded, finds it empty.
grant("supervision.list_alerts", has_role(Role.AUDITOR), reads=True)


# What people speak about, by the prefix of its subject; the rest is never held back.
_HELD = {
    "order": "tasks.order",
    "decision": "portfolios.decision",
    "task": "tasks.task",
    "result": "results.result",
    "offer": "results.offer",
}


def about_known(prefix: str = "") -> Q:
    """Texts about what everybody may know of now: they name it."""
    known = EVERYTHING
    for kind, subject in _HELD.items():
        about = {
            f"{prefix}about_kind": kind,
            f"{prefix}about_id__in": held_ids(subject),
        }
        known &= ~Q(**about)
    return known


def _voices(actor: Actor) -> Q:
    if actor.has(*_OFFICE, Role.AUDITOR):
        return EVERYTHING
    return Q(state__in=OPEN) & about_known()


def _petitions(actor: Actor) -> Q:
    if actor.has(*_OFFICE, Role.AUDITOR):
        return EVERYTHING
    return Q(voice__state__in=OPEN) & about_known("voice__")


def _alerts(actor: Actor) -> Q:
    if actor.user_id is None or not _inspector(actor):
        return NOTHING
    excluded = AlertExclusion.objects.filter(user_id=actor.user_id).values("alert_id")
    return ~Q(pk__in=excluded)


sees(Voice, _voices)
hold_back("supervision.voice", lambda: Voice.objects.filter(~about_known()))
sees(Petition, _petitions)
sees(Alert, _alerts)
sees(Unit, lambda _actor: EVERYTHING)
sees(
    Template,
    lambda actor: EVERYTHING if actor.has(*_OFFICE, Role.AUDITOR) else NOTHING,
)
