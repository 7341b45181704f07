"""Composite indices as a person may know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max, OuterRef, Q, Subquery

from opensti.domains.strategies.choices import VersionState
from opensti.domains.strategies.models import CompositeModel, CompositeVersion
from opensti.kernel.access import get_visible, require, visible
from opensti.kernel.jobs.models import UNFINISHED, Job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

ANALYSE_JOB = "strategies.analyse_index"
# What a list of versions does not need: tables and answers are large.
_LARGE = ("recipe", "meta", "units", "result", "analyses")


def indices(actor: Actor) -> QuerySet[CompositeModel]:
    """The indices of the office, each with how many versions it has and its newest one."""
    require(actor, "strategies.list_accounts")
    newest = CompositeVersion.objects.filter(model=OuterRef("pk")).order_by("-number")
    return visible(actor, CompositeModel.objects.all()).annotate(
        count=Count("versions"),
        newest_state=Subquery(newest.values("state")[:1]),
        changed_at=Max("versions__made_at"),
        published=Count("versions", filter=Q(versions__state=VersionState.PUBLISHED)),
    )


def index(actor: Actor, public_id: str) -> CompositeModel:
    """Raises ``NotFound`` for whoever may not know of it."""
    return get_visible(actor, CompositeModel.objects.all(), public_id=public_id)


def versions_of(actor: Actor, model: CompositeModel) -> QuerySet[CompositeVersion]:
    """The versions of an index, the newest first, without their tables and answers."""
    rows = CompositeVersion.objects.filter(model=model).select_related("made_by")
    return visible(actor, rows).defer(*_LARGE)


def versions_whole(
    actor: Actor, model: CompositeModel, numbers: Sequence[int]
) -> list[CompositeVersion]:
    """Versions of an index by number, in the order of their numbers."""
    rows = CompositeVersion.objects.filter(model=model, number__in=numbers)
    return list(visible(actor, rows).order_by("number"))


def index_version(actor: Actor, public_id: str) -> CompositeVersion:
    """One version with all that it holds. Raises ``NotFound``."""
    rows = CompositeVersion.objects.select_related("model", "made_by")
    return get_visible(actor, rows, public_id=public_id)


def analysis_job(version: CompositeVersion) -> Job | None:
    """The job that works on the analyses of a version, while it does."""
    return (
        Job.objects.filter(
            unique_key__startswith=f"{ANALYSE_JOB}:{version.pk}:",
            state__in=UNFINISHED,
        )
        .order_by("-pk")
        .first()
    )


def public_indices(actor: Actor) -> QuerySet[CompositeVersion]:
    """The newest published version of each index."""
    newest = (
        CompositeVersion.objects.filter(
            model=OuterRef("model"), state=VersionState.PUBLISHED
        )
        .order_by("-number")
        .values("pk")[:1]
    )
    rows = CompositeVersion.objects.filter(pk=Subquery(newest))
    return (
        visible(actor, rows)
        .select_related("model")
        .defer(*_LARGE)
        .order_by("model__code")
    )
