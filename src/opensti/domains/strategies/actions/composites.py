"""Composite indices: models, their versions, what they come to, what is published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.choices import ModelPurpose, VersionState
from opensti.domains.strategies.models import CompositeModel, CompositeVersion
from opensti.domains.strategies.problem.composites import (
    METHOD_VERSION,
    Analyses,
    analysed,
    inputs_of,
    worked_out,
)
from opensti.domains.strategies.queries.index_tables import Sheet
from opensti.domains.strategies.queries.indices import ANALYSE_JOB
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import keep, locked_row, problem, refuse_if, required
from opensti.kernel.frozen import canonical, digest_of
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from opensti.kernel.access import Actor

A_MOMENT = timedelta(seconds=10)
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
FEWEST_RUNS, MOST_RUNS = 100, 10_000


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the two tables of a version came from."""

    said: str = ""
    vintage: str = ""
    file_name: str = ""
    sha256: str = ""


@transaction.atomic
def create_model(
    *,
    actor: Actor,
    code: str,
    name_vi: str,
    name_en: str = "",
    purpose: str = ModelPurpose.OTHER,
    description_vi: str = "",
    description_en: str = "",
    at: datetime,
) -> CompositeModel:
    """Open an index under a code of its own; its versions carry data and recipe.

    Raises ``Invalid`` for a code that is taken or cannot name a file, or a purpose nobody
    knows.
    """
    require(actor, "strategies.build_index")
    said = required(code=code, name_vi=name_vi)
    found: list[Problem] = []
    if not CODE.fullmatch(said["code"]):
        found.append(
            Problem(
                field="code",
                message=_(
                    "A code is of letters without marks, digits, “.”, “_”, “-”, at most 60."
                ),
                mend=_("Write it as PII-2026."),
            )
        )
    if purpose not in ModelPurpose.values:
        found.append(Problem(field="purpose", message=_("There is no such purpose.")))
    if CompositeModel.objects.filter(code=said["code"]).exists():
        found.append(
            Problem(
                field="code",
                message=_("Another index has this code."),
                mend=_("Choose another code, or open a version of that index."),
            )
        )
    refuse_if(found)
    model = CompositeModel.objects.create(
        code=said["code"],
        name_vi=said["name_vi"],
        name_en=name_en.strip(),
        purpose=purpose,
        description_vi=description_vi.strip(),
        description_en=description_en.strip(),
        created_by_id=actor.account_id,
        created_at=at,
    )
    record(
        actor=actor,
        act="strategies.create_model",
        subject=f"strategies.compositemodel:{model.pk}",
        at=at,
        detail={"code": model.code, "purpose": model.purpose},
    )
    return model


@transaction.atomic
def open_version(
    *,
    actor: Actor,
    model_id: int,
    recipe: Mapping[str, Any],
    units: Sheet,
    meta: Sheet,
    source: Source | None = None,
    label: str = "",
    copied: int | None = None,
    at: datetime,
) -> CompositeVersion:
    """Open a version with its tables and recipe, and work it out at once.

    ``copied`` is the version it began as. A double click opens one.

    Raises ``Invalid`` with the row and column, or the place in the recipe, of every fault;
    then nothing is kept.
    """
    model = locked_row(actor, CompositeModel.objects.all(), pk=model_id)
    require(actor, "strategies.build_index", model)
    refuse_if(
        [
            Problem(
                field=name,
                message=_("The rows of this table are not as long as its header."),
                mend=_(
                    "Give each row a cell for each name, and the number of its row."
                ),
            )
            for name, sheet in (("units", units), ("meta", meta))
            if not sheet.is_whole
        ]
    )
    given = source or Source()
    version = CompositeVersion(
        model=model,
        number=1 + (model.versions.aggregate(n=Max("number"))["n"] or 0),
        label=label.strip(),
        recipe=dict(recipe),
        units=units.to_plain(),
        meta=meta.to_plain(),
        source=given.said.strip(),
        vintage_label=given.vintage.strip(),
        file_name=given.file_name,
        sha256=given.sha256,
        made_by_id=actor.account_id,
        made_at=at,
    )
    _work_out(version, at)
    if (twin := _twin(version, copied, at)) is not None:
        return twin
    version.save()
    _tell(actor, version, "open_version", at)
    return version


def _twin(
    version: CompositeVersion, copied: int | None, at: datetime
) -> CompositeVersion | None:
    """The same version that the same person opened a moment ago: a second click is none."""
    twins = CompositeVersion.objects.filter(
        model=version.model,
        made_by_id=version.made_by_id,
        made_at__gt=at - A_MOMENT,
        inputs_digest=version.inputs_digest,
        label=version.label,
    )
    if copied is not None:
        twins = twins.exclude(pk=copied)
    return twins.first()


@transaction.atomic
def copy_version(
    *, actor: Actor, version_id: int, label: str = "", at: datetime
) -> CompositeVersion:
    """Begin a new version with the tables and the recipe of another of the same index."""
    old = get_visible(actor, CompositeVersion.objects.all(), pk=version_id)
    return open_version(
        actor=actor,
        model_id=old.model_id,
        recipe=old.recipe,
        units=Sheet.kept(old.units),
        meta=Sheet.kept(old.meta),
        source=Source(
            said=old.source,
            vintage=old.vintage_label,
            file_name=old.file_name,
            sha256=old.sha256,
        ),
        label=label,
        copied=old.pk,
        at=at,
    )


@transaction.atomic
def change_recipe(
    *,
    actor: Actor,
    version_id: int,
    recipe: Mapping[str, Any],
    label: str | None = None,
    expected_version: int | None = None,
    at: datetime,
) -> CompositeVersion:
    """Change how a version is worked out, as long as it is not frozen.

    Its analyses no longer speak of it and are dropped. Raises ``Invalid`` with the place in
    the recipe of every fault, ``StepNotAllowed`` for a frozen version.
    """
    version = _open(actor, version_id, expected_version)
    version.recipe = dict(recipe)
    if label is not None:
        version.label = label.strip()
    _work_out(version, at)
    version.analyses = None
    keep(version, *_WORKED_OUT, "recipe", "label", "analyses")
    _tell(actor, version, "change_recipe", at)
    return version


@transaction.atomic
def ask_analyses(
    *,
    actor: Actor,
    version_id: int,
    runs: int = 1000,
    seed: int = 1,
    at: datetime,
) -> CompositeVersion:
    """Ask a worker for rank intervals, sensitivity and what happens without each part.

    ``runs``: how many draws of the uncertain choices, 100 to 10,000. Asked twice for the
    same it asks once.
    """
    version = locked_row(actor, CompositeVersion.objects.all(), pk=version_id)
    require(actor, "strategies.build_index", version)
    if not FEWEST_RUNS <= runs <= MOST_RUNS:
        raise problem("runs", _("Between 100 and 10,000 draws can be made."))
    enqueue(
        ANALYSE_JOB,
        actor=actor,
        payload={"version": version.pk, "runs": runs, "seed": seed},
        at=at,
        unique_key=f"{ANALYSE_JOB}:{version.pk}:{version.inputs_digest}:{runs}:{seed}",
    )
    return version


def analyse_version(
    *,
    actor: Actor,
    version_id: int,
    runs: int,
    seed: int,
    at: datetime,
    progress: Callable[[int, str], object] | None = None,
) -> CompositeVersion:
    """Work out the analyses of a version and keep them beside it.

    If the recipe changed meanwhile, nothing is kept: they would speak of another index.
    """
    seen = get_visible(actor, CompositeVersion.objects.all(), pk=version_id)
    require(actor, "strategies.build_index", seen)
    found = analysed(
        seen, Analyses(runs=runs, seed=seed), progress=progress or (lambda _n, _w: None)
    )
    with transaction.atomic():
        version = locked_row(actor, CompositeVersion.objects.all(), pk=version_id)
        if version.inputs_digest != seen.inputs_digest:
            raise StepNotAllowed(
                _("The recipe was changed while its analyses were worked out."),
                mend=_("Ask for the analyses of the version as it stands now."),
            )
        version.analyses = found
        keep(version, "analyses")
        _tell(
            actor,
            version,
            "analyse_version",
            at,
            runs=runs,
            seed=seed,
            analyses=digest_of(canonical(found)),
        )
    return version


@transaction.atomic
def freeze_version(
    *, actor: Actor, version_id: int, expected_version: int | None = None, at: datetime
) -> CompositeVersion:
    """Freeze a version: from now on its tables, recipe and result stay as they are."""
    version = _open(actor, version_id, expected_version)
    version.state, version.frozen_at = VersionState.FROZEN, at
    keep(version, "state", "frozen_at")
    _tell(actor, version, "freeze_version", at)
    return version


@transaction.atomic
def publish_version(
    *, actor: Actor, version_id: int, expected_version: int | None = None, at: datetime
) -> CompositeVersion:
    """Publish a frozen version with its data, recipe and digests, for everybody to check.

    Raises ``StepNotAllowed`` for one that is not frozen.
    """
    version = locked_row(
        actor, CompositeVersion.objects.all(), version=expected_version, pk=version_id
    )
    require(actor, "strategies.publish_index", version)
    if version.state != VersionState.FROZEN:
        raise StepNotAllowed(
            _("Only a frozen version is published; this one is: %(state)s.")
            % {"state": VersionState(version.state).label},
            mend=_("Freeze the version first."),
        )
    version.state, version.published_at = VersionState.PUBLISHED, at
    keep(version, "state", "published_at")
    _tell(actor, version, "publish_version", at, public=True)
    return version


def recompute_version(*, public_id: str) -> tuple[bytes, bool]:
    """Work a version out again from what is kept; whether the result has the same digest.

    For whoever runs the house: no person asks. Raises ``NotFound``.
    """
    version = CompositeVersion.objects.filter(public_id=public_id).first()
    if version is None:
        raise NotFound
    content = canonical(worked_out(version))
    return content, digest_of(content) == version.result_digest


_WORKED_OUT = (
    "state",
    "result",
    "result_digest",
    "inputs_digest",
    "method_version",
    "computed_at",
)


def _open(actor: Actor, version_id: int, expected: int | None) -> CompositeVersion:
    version = locked_row(
        actor, CompositeVersion.objects.all(), version=expected, pk=version_id
    )
    require(actor, "strategies.build_index", version)
    if version.state in {VersionState.FROZEN, VersionState.PUBLISHED}:
        raise StepNotAllowed(
            _("This version is frozen and does not change any more."),
            mend=_("Copy it and change the copy."),
        )
    return version


def _work_out(version: CompositeVersion, at: datetime) -> None:
    result = worked_out(version)
    version.result = result
    version.result_digest = digest_of(canonical(result))
    version.inputs_digest = digest_of(canonical(inputs_of(version)))
    version.method_version = METHOD_VERSION
    version.state, version.computed_at = VersionState.COMPUTED, at


def _tell(
    actor: Actor,
    version: CompositeVersion,
    act: str,
    at: datetime,
    *,
    public: bool = False,
    **more: Any,
) -> None:
    record(
        actor=actor,
        act=f"strategies.{act}",
        subject=f"strategies.compositeversion:{version.pk}",
        at=at,
        public=public,
        detail={
            "number": version.number,
            "inputs": version.inputs_digest,
            "result": version.result_digest,
            **more,
        },
    )
