"""Who corrects what is published, and who consents to a public page: each for himself."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.models import Correction, PersonConsent
from opensti.kernel.access import (
    EVERYTHING,
    NOTHING,
    Actor,
    Role,
    grant,
    has_role,
    rule,
    sees,
)

READERS = (Role.OFFICER, Role.LEADER, Role.AUDITOR)


@rule(
    _("You proposed this correction: another person must look at it."),
    who=_("another programme officer, or the agency leader"),
)
def did_not_propose_it(actor: Actor, correction: Any) -> bool:
    return correction is None or correction.proposed_by_id != actor.user_id


@rule(
    _("Your account is not joined to an entry in the registry of people."),
    who=_("a programme officer joins the two"),
)
def is_in_the_registry(actor: Actor, _thing: Any) -> bool:
    return actor.person_id is not None


@rule(_("An auditor reads everything and writes nothing."))
def is_no_auditor(actor: Actor, _thing: Any) -> bool:
    return not actor.has(Role.AUDITOR)


_corrects = has_role(Role.OFFICER, Role.LEADER) & is_no_auditor

grant("publications.list_corrections", has_role(*READERS), reads=True)
grant("publications.propose_correction", _corrects)
grant("publications.confirm_correction", _corrects & did_not_propose_it, dangerous=True)
grant("publications.refuse_correction", _corrects & did_not_propose_it)
grant("publications.consent", is_in_the_registry)


def _corrections(actor: Actor) -> Q:
    return EVERYTHING if actor.has(*READERS) else NOTHING


def _consents(actor: Actor) -> Q:
    """One's own; who else agreed is seen by the pages that are public for it."""
    if actor.person_id is None:
        return NOTHING
    return Q(person_id=actor.person_id)


sees(Correction, _corrections)
sees(PersonConsent, _consents)
