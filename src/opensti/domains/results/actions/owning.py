"""Choose which rules of ownership govern where two may: recorded, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.results.actions.noting import note
from opensti.domains.results.choices import AssetEventKind
from opensti.domains.results.models import Asset, OwnershipChoice, Result
from opensti.domains.results.queries import (
    ownership,
    ownership_rules,
    result_subject,
)
from opensti.kernel.access import require
from opensti.kernel.checks import Faults, keep, locked_row
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor


@transaction.atomic
def choose_ownership(
    *,
    actor: Actor,
    rule: str,
    reason: str,
    at: datetime,
    asset_id: int | None = None,
    result_id: int | None = None,
    version: int | None = None,
) -> OwnershipChoice:
    """Choose the rule for an asset, or for a result and the assets that follow it.

    Raises ``StepNotAllowed`` where the days leave nothing to choose, ``Invalid`` for a
    rule that is none of those that may govern, or without a reason.
    """
    rows: Any = Asset.objects if asset_id is not None else Result.objects
    thing: Any = locked_row(
        actor,
        rows.select_related("contract__case"),
        version=version,
        pk=asset_id if asset_id is not None else result_id or 0,
    )
    require(actor, "results.choose_ownership", thing)
    may_govern = ownership(
        ownership_rules(thing.contract),
        formed_on=thing.formed_on,
        accepted_on=thing.accepted_on,
    ).candidates
    if len(may_govern) < 2:  # noqa: PLR2004 -- between one there is no choice
        raise StepNotAllowed(
            _("The day of formation alone says which rules govern: nothing to choose."),
            mend=_("If a day is wrong, correct the day."),
        )
    faults = Faults()
    if rule not in {r.id for r in may_govern}:
        faults.add("rule", _("Choose one of the rules that may govern."))
    faults.needs("reason", reason, _("Say why these rules govern."))
    faults.refuse()
    choice = OwnershipChoice.objects.create(
        asset=thing if asset_id is not None else None,
        result=None if asset_id is not None else thing,
        rule=rule,
        reason=reason.strip(),
        made_by_id=actor.user_id,
        made_at=at,
    )
    if asset_id is not None:
        keep(thing)
        note(
            actor,
            thing,
            AssetEventKind.GOVERNED,
            at=at,
            text=reason.strip(),
            detail={"rule": rule},
        )
    else:
        keep(thing)
        record(
            actor=actor,
            act="results.choose_ownership",
            subject=result_subject(thing.public_id),
            at=at,
            detail={"rule": rule, "reason": reason.strip()},
        )
    return choice
