"""What the pages of the policy show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.domains.publications.queries.classified import (
    ClassifiedFigures,
    classified_figures,
)
from opensti.domains.publications.queries.comparing import (
    Difference,
    KindRules,
    differences,
    laid_out,
)
from opensti.domains.publications.queries.policies import (
    issued_versions,
    policy_of,
    policy_version,
    shipped_policy,
)

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.publications.disclosure import Policy
    from opensti.domains.publications.models import PolicyVersion
    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class PolicyPage:
    """The policy in force; ``version`` is None while it is the shipped one."""

    policy: Policy
    version: PolicyVersion | None
    kinds: list[KindRules]
    versions: list[PolicyVersion]
    coming: list[PolicyVersion]
    classified: ClassifiedFigures


@dataclass(frozen=True, kw_only=True)
class VersionPage:
    """A version with what it changes of the one that held, or holds, before it."""

    version: PolicyVersion
    policy: Policy
    kinds: list[KindRules]
    before: PolicyVersion | None
    changes: list[Difference]


def policy_page(*, at: datetime) -> PolicyPage:
    """What everybody reads of the policy; 4 queries."""
    day = localdate(at)
    issued = list(issued_versions())
    held = [one for one in issued if one.in_force_from and one.in_force_from <= day]
    version = held[0] if held else None
    policy = policy_of(version) if version else shipped_policy()
    return PolicyPage(
        policy=policy,
        version=version,
        kinds=laid_out(policy),
        versions=held,
        coming=[one for one in issued if one not in held],
        classified=classified_figures(before=day),
    )


def version_page(actor: Actor, public_id: str) -> VersionPage:
    """A version that the reader may know of, else ``NotFound``; 2 queries."""
    version = policy_version(actor, public_id)
    policy = policy_of(version)
    before = version_before(version)
    was = policy_of(before) if before else shipped_policy()
    return VersionPage(
        version=version,
        policy=policy,
        kinds=laid_out(policy),
        before=before,
        changes=differences(was, policy),
    )


def version_before(version: PolicyVersion) -> PolicyVersion | None:
    """The issued version that held before one, or would be replaced by it; 1 query."""
    rows = issued_versions().exclude(pk=version.pk)
    if version.in_force_from is not None:
        rows = rows.filter(
            in_force_from__lte=version.in_force_from, number__lt=version.number
        )
    return rows.first()
