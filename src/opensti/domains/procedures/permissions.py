"""Procedures are public law; cases are seen through the thing they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.procedures.models import (
    AnnouncedYear,
    Case,
    Deadline,
    RegimeVersion,
    Switch,
)
from opensti.kernel.access import (
    EVERYTHING,
    NOTHING,
    STAFF,
    Role,
    grant,
    has_role,
    sees,
)

if TYPE_CHECKING:
    from django.db.models import Q

    from opensti.kernel.access import Actor

grant("procedures.read", has_role(*STAFF, Role.AUDITOR, Role.ADMIN), reads=True)
grant("procedures.load", has_role(Role.ADMIN))
grant("procedures.set_switch", has_role(Role.ADMIN), dangerous=True)
grant("procedures.announce_year", has_role(Role.ADMIN), dangerous=True)
grant("procedures.adopt_version", has_role(Role.LEADER))
grant("procedures.suspend_deadlines", has_role(Role.OFFICER, Role.LEADER))


def _staff_and_auditor(actor: Actor) -> Q:
    return EVERYTHING if actor.has(*STAFF, Role.AUDITOR) else NOTHING


def _who_answers_gaps(actor: Actor) -> Q:
    allowed = actor.has(*STAFF, Role.AUDITOR, Role.ADMIN)
    return EVERYTHING if allowed else NOTHING


sees(RegimeVersion, lambda _actor: EVERYTHING)
sees(Switch, _who_answers_gaps)
sees(AnnouncedYear, _who_answers_gaps)
sees(Case, _staff_and_auditor)
sees(Deadline, _staff_and_auditor)
