"""Whose assessments these are: the organisation's, and theirs with whom it shares.

No office sees anything by its role, the auditor neither: the ministry reads what an
organisation shares with it, and that is nothing until it says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.choices import Audience
from opensti.domains.assessments.lifecycle import HAS_RESULT
from opensti.domains.assessments.models import (
    Assessment,
    Evidence,
    Finding,
    Framework,
    FrameworkVersion,
    Improvement,
    Participant,
    Profile,
    Recommendation,
    Result,
    Sharing,
)
from opensti.kernel.access import NOTHING, Role, grant, has_role, rule, sees
from opensti.kernel.files.serving import files_access

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

MINISTRY = (Role.OFFICER, Role.LEADER)


def _organisation_id(thing: Any) -> int:
    """The organisation itself, by its id, or that of a row."""
    return thing if isinstance(thing, int) else int(thing.organisation_id)


def on_day(day: date) -> Q:
    """Sharing that holds on a day."""
    return Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))


def advised(actor: Actor) -> QuerySet[Sharing, int]:
    """Ids of the organisations that this person advises today, as a subquery."""
    rows = Sharing.objects.filter(
        on_day(localdate()), audience=Audience.ADVISER, user_id=actor.account_id
    )
    return rows.order_by().values_list("organisation_id", flat=True)


def shared_with_ministry() -> QuerySet[Sharing, int]:
    """Ids of the organisations that share with the ministry today, as a subquery."""
    rows = Sharing.objects.filter(on_day(localdate()), audience=Audience.MINISTRY)
    return rows.order_by().values_list("organisation_id", flat=True)


def compared() -> QuerySet[Sharing, int]:
    """Ids of the organisations that let themselves be counted among peers today."""
    rows = Sharing.objects.filter(on_day(localdate()), audience=Audience.PEERS)
    return rows.order_by().values_list("organisation_id", flat=True)


def of_own(actor: Actor, prefix: str = "") -> Q:
    """What belongs to an organisation that the person acts for or advises."""
    if not actor.is_authenticated:
        return NOTHING
    return Q(**{f"{prefix}organisation_id__in": actor.member_of | actor.manages}) | Q(
        **{f"{prefix}organisation_id__in": advised(actor)}
    )


@rule(
    _("You do not manage this organisation."),
    who=_("a manager of the organisation"),
)
def manages_it(actor: Actor, thing: Any) -> bool:
    return thing is not None and _organisation_id(thing) in actor.manages


@rule(
    _("You do not act for this organisation."),
    who=_("a member of the organisation"),
)
def belongs_to_it(actor: Actor, thing: Any) -> bool:
    return thing is not None and _organisation_id(thing) in (
        actor.member_of | actor.manages
    )


@rule(
    _("You do not advise this organisation."),
    who=_("an adviser whom the organisation named"),
)
def advises_it(actor: Actor, thing: Any) -> bool:
    return (
        thing is not None
        and actor.is_authenticated
        and advised(actor).filter(organisation_id=_organisation_id(thing)).exists()
    )


grant(
    "assessments.read",
    has_role(*MINISTRY, Role.APPLICANT, Role.MANAGER, Role.EXPERT),
    reads=True,
)
grant("assessments.load_framework", has_role(Role.ADMIN))
grant("assessments.extend_framework", manages_it)
grant("assessments.share", manages_it)

grant("assessments.run", manages_it)
grant("assessments.add_evidence", belongs_to_it)
grant("assessments.judge", advises_it)
grant("assessments.see_plan", belongs_to_it | advises_it, reads=True)
grant("assessments.plan", manages_it | advises_it)
grant("assessments.work_on", belongs_to_it)


def _results(actor: Actor, prefix: str = "") -> Q:
    """Assessments known; the ministry, where shared with it, of those with a result."""
    found = of_own(actor, prefix)
    if actor.has(*MINISTRY):
        state = f"{prefix}state__in"
        of = f"{prefix}organisation_id__in"
        found |= Q(**{state: HAS_RESULT, of: shared_with_ministry()})
    return found


sees(Assessment, _results)
sees(Result, lambda actor: _results(actor, "assessment__"))
sees(Evidence, lambda actor: of_own(actor, "assessment__"))


def _works_in(actor: Actor) -> Q:
    """What managers and advisers know, and other members do not."""
    if not actor.is_authenticated:
        return NOTHING
    return Q(assessment__organisation_id__in=actor.manages) | Q(
        assessment__organisation_id__in=advised(actor)
    )


for _theirs in (Participant, Finding, Profile):
    sees(_theirs, _works_in)
for _ours in (Recommendation, Improvement):
    sees(_ours, lambda actor: of_own(actor, "assessment__"))


def _reads_evidence(actor: Actor, file: StoredFile) -> bool:
    _prefix, _colon, public_id = file.subject.partition(":")
    rows = Assessment.objects.filter(of_own(actor), public_id=public_id)
    return rows.exists()


files_access("assessments.assessment", _reads_evidence)

_OF_ALL = Q(organisation=None)
sees(Framework, lambda actor: _OF_ALL | of_own(actor))
sees(
    FrameworkVersion,
    lambda actor: Q(framework__organisation=None) | of_own(actor, "framework__"),
)
sees(
    Sharing,
    lambda actor: (
        Q(organisation_id__in=actor.manages) | Q(user_id=actor.account_id)
        if actor.is_authenticated
        else NOTHING
    ),
)
