"""Freeze procedure files as versions; answer their named gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.procedures import permissions as _permissions  # noqa: F401
from opensti.domains.procedures.models import RegimeVersion, Switch
from opensti.domains.procedures.queries import active_version, answers_of, regime_of
from opensti.domains.procedures.regimes.loading import (
    digest,
    load_file,
    regime_files,
    regime_from,
)
from opensti.domains.procedures.regimes.soundness import check_regime
from opensti.kernel.access import require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from opensti.kernel.access import Actor


@transaction.atomic
def load_regimes(
    *, actor: Actor, at: datetime, folder: Path | None = None
) -> list[RegimeVersion]:
    """Freeze every regime file; one that changed becomes a new version.

    A file that is not sound is refused, and nothing is loaded.
    """
    require(actor, "procedures.load")
    return [
        freeze_content(actor=actor, content=load_file(path), at=at, file=path.name)
        for path in regime_files(folder)
    ]


def freeze_content(
    *, actor: Actor, content: Mapping[str, Any], at: datetime, file: str
) -> RegimeVersion:
    """Freeze one content with the switches' latest answers; the same twice is one."""
    code = str(content.get("id", ""))
    answers = answers_of(code)
    regime = regime_from(content, answers, file=file)
    faults = [f for f in check_regime(regime) if f.level == "fault"]
    if faults:
        raise Invalid(
            [
                Problem(field=f"{file}: {f.path}", message=f.message, mend=f.mend)
                for f in faults
            ]
        )
    sha256 = digest({"content": content, "answers": answers})
    older = RegimeVersion.objects.select_for_update().filter(code=code)
    current = older.filter(active=True).first()
    if current is not None and current.sha256 == sha256:
        return current
    older.filter(active=True).update(active=False)
    same = older.filter(sha256=sha256).first()
    if same is not None:
        same.active = True
        same.save(update_fields=["active"])
        version = same
    else:
        version = RegimeVersion.objects.create(
            code=code,
            version=older.count() + 1,
            sha256=sha256,
            label_vi=regime.label_vi,
            label_en=regime.label_en,
            since=regime.since,
            until=regime.until,
            content=content,
            answers=answers,
            loaded_at=at,
        )
    record(
        actor=actor,
        act="procedures.load",
        subject=f"procedures.regime:{version.pk}",
        at=at,
        public=True,
        detail={"code": code, "version": version.version, "sha256": sha256},
    )
    return version


@transaction.atomic
def set_switch(
    *, actor: Actor, regime: str, switch: str, value: str, reason: str, at: datetime
) -> RegimeVersion:
    """Answer a named gap; it holds for cases that start from now on."""
    version = active_version(regime)
    gap = next((s for s in regime_of(version).switches if s.id == switch), None)
    if gap is None:
        raise NotFound(_("The procedure has no switch “%(id)s”.") % {"id": switch})
    require(actor, "procedures.set_switch")
    problems = []
    if value not in {o.id for o in gap.options}:
        problems.append(
            Problem(
                field="value",
                message=_("“%(value)s” is not one of the answers.") % {"value": value},
                mend=_("Choose one of the answers the switch offers."),
            )
        )
    if not reason.strip():
        problems.append(
            Problem(
                field="reason",
                message=_("The answer needs a reason."),
                mend=_("Name the document or decision it rests on."),
            )
        )
    if problems:
        raise Invalid(problems)
    Switch.objects.create(
        regime_code=regime,
        switch=switch,
        value=value,
        reason=reason.strip()[:1000],
        set_by_id=actor.user_id,
        set_at=at,
    )
    record(
        actor=actor,
        act="procedures.set_switch",
        subject=f"procedures.switch:{regime}.{switch}",
        at=at,
        basis=gap.basis,
        public=True,
        detail={"value": value, "reason": reason.strip()},
    )
    return freeze_content(actor=actor, content=version.content, at=at, file=regime)
