"""The disclosure policy from draft to issue: what one person writes another issues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.models import PolicyVersion
from opensti.domains.publications.queries.policies import (
    forget_policy,
    policy_subject,
    read_policy,
)
from opensti.kernel.access import require
from opensti.kernel.checks import in_state, keep, locked_row, problem, required
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import AccessDenied, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from opensti.domains.publications.disclosure import Policy
    from opensti.kernel.access import Actor

State = PolicyVersion.State
UNISSUED = (State.DRAFT, State.CHECKED)


@transaction.atomic
def draft_policy(
    *,
    actor: Actor,
    content: Mapping[str, Any],
    at: datetime,
    file: str = "",
    lines: Mapping[int, int] | None = None,
) -> PolicyVersion:
    """Lay down a new version as a draft; nothing is shown by it.

    Raises ``Invalid`` with every fault of the rules.
    """
    require(actor, "publications.draft_policy")
    policy = read_policy(content, file=file or str(content.get("id")), lines=lines)
    last = PolicyVersion.objects.aggregate(last=Max("number"))["last"] or 0
    version = PolicyVersion(number=last + 1, drafted_by_id=actor.user_id, drafted_at=at)
    _write(version, policy, content)
    version.save()
    _tell(actor, "publications.draft_policy", version, at)
    return version


@transaction.atomic
def rewrite_policy(
    *,
    actor: Actor,
    policy_id: int,
    content: Mapping[str, Any],
    version: int | None,
    at: datetime,
    file: str = "",
    lines: Mapping[int, int] | None = None,
) -> PolicyVersion:
    """Write a version that is not issued anew; whoever does has drafted it.

    It is a draft again. Raises ``Invalid`` with every fault, ``Stale``,
    ``StepNotAllowed`` once it is issued.
    """
    require(actor, "publications.draft_policy")
    found = _locked(actor, policy_id, UNISSUED, version)
    policy = read_policy(content, file=file or str(content.get("id")), lines=lines)
    _write(found, policy, content)
    found.state = State.DRAFT
    found.drafted_by_id, found.drafted_at = actor.user_id, at
    found.checked_by_id = found.checked_at = None
    keep(
        found, "title_vi", "title_en", "content", "digest", "state",
        "drafted_by", "drafted_at", "checked_by", "checked_at",
    )  # fmt: skip
    _tell(actor, "publications.rewrite_policy", found, at)
    return found


@transaction.atomic
def check_policy(
    *, actor: Actor, policy_id: int, version: int | None, at: datetime
) -> PolicyVersion:
    """Say that a draft was compared and simulated, and may be issued as it stands."""
    require(actor, "publications.check_policy")
    found = _locked(actor, policy_id, (State.DRAFT,), version)
    # Fields may be gone from the catalogue since it was drafted.
    read_policy(found.content, file=str(found.content.get("id")))
    found.state, found.checked_by_id, found.checked_at = (
        State.CHECKED,
        actor.user_id,
        at,
    )
    keep(found, "state", "checked_by", "checked_at")
    _tell(actor, "publications.check_policy", found, at)
    return found


@transaction.atomic
def issue_policy(
    *,
    actor: Actor,
    policy_id: int,
    in_force_from: date,
    reason: str,
    version: int | None,
    at: datetime,
) -> PolicyVersion:
    """Issue a checked version from a day on; by another person than its writer.

    Raises ``Invalid`` without a reason or for a day that is past, ``AccessDenied`` to
    whoever wrote it, ``StepNotAllowed`` unless it is checked.
    """
    require(actor, "publications.issue_policy")
    found = _locked(actor, policy_id, (State.CHECKED,), version)
    said = required(reason=reason)
    if found.drafted_by_id == actor.user_id:
        raise AccessDenied(
            _("You wrote this version yourself."),
            who=_("another leader"),
            mend=_("Ask another leader to read and issue it."),
        )
    if in_force_from < localdate(at):
        raise problem(
            "in_force_from",
            _("A policy cannot hold from a day that is past."),
            _("Choose today or a later day."),
        )
    later = PolicyVersion.objects.filter(
        state=State.ISSUED, in_force_from__gt=in_force_from
    )
    if later.exists():
        raise StepNotAllowed(
            _("A version that holds from a later day is issued already."),
            mend=_("Choose a day from which no other version holds."),
        )
    read_policy(found.content, file=str(found.content.get("id")))
    found.state, found.in_force_from = State.ISSUED, in_force_from
    found.reason, found.issued_at = said["reason"], at
    found.issued_by_id = actor.user_id
    found.entry_position = record(
        actor=actor,
        act="publications.issue_policy",
        subject=policy_subject(found.public_id),
        at=at,
        public=True,
        detail={
            "number": found.number,
            "title_vi": found.title_vi,
            "digest": found.digest,
            "in_force_from": in_force_from.isoformat(),
            "reason": found.reason,
        },
    ).position
    keep(
        found, "state", "in_force_from", "reason", "issued_at", "issued_by",
        "entry_position",
    )  # fmt: skip
    forget_policy()
    return found


def _locked(
    actor: Actor, policy_id: int, states: tuple[str, ...], version: int | None
) -> PolicyVersion:
    found = locked_row(
        actor, PolicyVersion.objects.all(), version=version, pk=policy_id
    )
    in_state(
        _("The version is %(state)s: this is not its next step."),
        found.state,
        states,
        found.get_state_display(),
    )
    return found


def _write(version: PolicyVersion, policy: Policy, content: Mapping[str, Any]) -> None:
    version.title_vi, version.title_en = policy.title_vi, policy.title_en
    version.content, version.digest = dict(content), policy.digest


def _tell(actor: Actor, act: str, version: PolicyVersion, at: datetime) -> None:
    record(
        actor=actor,
        act=act,
        subject=policy_subject(version.public_id),
        at=at,
        detail={"number": version.number, "digest": version.digest},
    )
