"""Freeze frameworks: a file that changed is a new version, what was asked stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments import permissions as _permissions  # noqa: F401
from opensti.domains.assessments.frameworks import (
    digest,
    read_files,
    read_framework,
    shipped_frameworks,
)
from opensti.domains.assessments.models import Framework, FrameworkVersion
from opensti.domains.assessments.queries import bases_in_force
from opensti.kernel.access import require
from opensti.kernel.checks import problem
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from opensti.domains.assessments import frameworks
    from opensti.kernel.access import Actor


@transaction.atomic
def load_frameworks(
    *, actor: Actor, at: datetime, paths: Sequence[Path] | None = None
) -> list[FrameworkVersion]:
    """Freeze the frameworks of files (those that come with the house), bases first.

    All or nothing; what is here already stays as it is. Raises ``Invalid`` with the
    faults of all files.
    """
    require(actor, "assessments.load_framework")
    found = read_files(
        shipped_frameworks() if paths is None else paths, bases=bases_in_force()
    )
    return [
        _freeze(actor, one, content, at=at, act="assessments.load_framework")
        for one, content in found.values()
    ]


@transaction.atomic
def extend_framework(
    *,
    actor: Actor,
    organisation_id: int,
    content: Mapping[str, Any],
    at: datetime,
    file: str = "",
    lines: Mapping[str, int] | None = None,
) -> FrameworkVersion:
    """Freeze a module that an organisation wrote for itself; nobody else knows of it.

    Raises ``Invalid`` with every fault, and for what extends nothing.
    """
    require(actor, "assessments.extend_framework", organisation_id)
    found = read_framework(
        content, file=file or "module", bases=bases_in_force(), lines=lines
    )
    if not found.is_module:
        raise problem(
            "framework.extends",
            _("An organisation writes modules, not frameworks."),
            _("Say in “extends” which framework it belongs to."),
        )
    return _freeze(
        actor,
        found,
        content,
        at=at,
        act="assessments.extend_framework",
        organisation_id=organisation_id,
    )


def _freeze(
    actor: Actor,
    found: frameworks.Framework,
    content: Mapping[str, Any],
    *,
    at: datetime,
    act: str,
    organisation_id: int | None = None,
) -> FrameworkVersion:
    key: dict[str, Any] = {"code": found.code, "organisation_id": organisation_id}
    framework, _new = Framework.objects.select_for_update().get_or_create(
        **key, defaults={"extends": found.framework.extends}
    )
    if framework.extends != found.framework.extends:
        raise problem(
            "framework.extends",
            _("“%(code)s” extended another framework before.") % {"code": found.code},
            _("Give the new one a code of its own."),
        )
    sha256 = digest(content)
    versions = framework.versions.all()
    current = versions.filter(active=True).first()
    if current is not None and current.sha256 == sha256:
        return current
    versions.filter(active=True).update(active=False)
    version = versions.filter(sha256=sha256).first()
    if version is not None:
        version.active = True
        version.save(update_fields=["active"])
    else:
        version = FrameworkVersion.objects.create(
            framework=framework,
            number=versions.count() + 1,
            edition=found.framework.edition,
            title_vi=found.framework.title_vi,
            title_en=found.framework.title_en,
            sha256=sha256,
            content=content,
            loaded_by_id=actor.user_id,
            loaded_at=at,
        )
    of_all = organisation_id is None
    record(
        actor=actor,
        act=act,
        subject=f"assessments.framework:{version.public_id}",
        at=at,
        public=of_all,
        detail={"sha256": sha256}
        | ({"code": found.code, "number": version.number} if of_all else {}),
    )
    return version
