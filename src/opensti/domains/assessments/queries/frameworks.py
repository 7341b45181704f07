"""Which frameworks there are, and what a frozen version asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.assessments import permissions as _permissions  # noqa: F401
from opensti.domains.assessments.frameworks import Asked, framework_from
from opensti.domains.assessments.models import FrameworkVersion
from opensti.kernel.access import get_visible, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from opensti.domains.assessments import frameworks
    from opensti.kernel.access import Actor


def active_versions(actor: Actor) -> QuerySet[FrameworkVersion]:
    """What a new run may ask, bases and modules, without what is in them; 1 query."""
    rows = FrameworkVersion.objects.filter(active=True).select_related("framework")
    return visible(actor, rows).defer("content").order_by("framework__code", "pk")


def own_modules(actor: Actor) -> QuerySet[FrameworkVersion]:
    """Modules in force that the person's own organisations wrote; 1 query."""
    return (
        active_versions(actor)
        .filter(framework__organisation_id__in=actor.manages)
        .select_related("framework__organisation")
    )


def framework_version(actor: Actor, public_id: str) -> FrameworkVersion:
    """One version by its public id; ``NotFound`` where it is absent or hidden."""
    rows = FrameworkVersion.objects.select_related("framework")
    return get_visible(actor, rows, public_id=public_id)


def framework_of(version: FrameworkVersion) -> frameworks.Framework:
    """What a version says; parsed once for each content."""
    return framework_from(version.content)


def asked_by(
    base: FrameworkVersion,
    modules: Sequence[FrameworkVersion] = (),
    *,
    short: bool = False,
) -> Asked:
    """What a version asks together with modules, all of it or the short form."""
    parts = tuple(framework_of(module) for module in modules)
    return Asked(framework_of(base), parts, short)


def bases_in_force() -> dict[str, frameworks.Framework]:
    """The frameworks of all that modules may extend, by code; 1 query."""
    rows = FrameworkVersion.objects.filter(
        active=True, framework__organisation=None, framework__extends=""
    ).select_related("framework")
    return {row.framework.code: framework_of(row) for row in rows}
