"""What every act on a council begins and ends with: lock, possible, allowed; record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.panels.choices import CouncilState, Matter
from opensti.domains.panels.lifecycle import COUNCIL_LIFECYCLE
from opensti.domains.panels.models import (
    Council,
    CouncilItem,
    Override,
    Undertaking,
)
from opensti.domains.panels.queries import council_subject, rule_of
from opensti.kernel.access import get_visible, require
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from opensti.domains.panels.choices import Allowance
    from opensti.domains.panels.models import Seat
    from opensti.kernel.access import Actor
    from opensti.kernel.record.models import Entry
    from opensti.kernel.refusals import Text

SIGN_FIRST = _("Sign it on the page of the invitation; then you can vote.")


def locked(
    actor: Actor, council_id: int, step: str, *, version: int | None = None
) -> Council:
    """Lock the council; still as the person saw it? possible? allowed?"""
    council = get_visible(
        actor,
        Council.objects.select_for_update(of=("self",))
        .select_related("regime_version")
        .defer("regime_version__content"),
        pk=council_id,
    )
    if version is not None and council.version != version:
        raise Stale(
            _("Somebody else changed this council after you opened the page."),
            mend=_("Look at it as it stands now, then act again."),
        )
    taken = next(
        (
            s
            for s in COUNCIL_LIFECYCLE.steps
            if s.name == step and council.state in s.source
        ),
        None,
    )
    if taken is None:
        raise StepNotAllowed(
            _("This is not possible while the council is: %(state)s.")
            % {"state": CouncilState(council.state).label},
            mend=_("Reload the page: it shows what can be done now."),
            article=rule_of(council).basis,
        )
    require(actor, taken.permission, council)
    council.state = taken.target or council.state
    return council


def locked_item(actor: Actor, item_id: int, step: str) -> tuple[Council, CouncilItem]:
    """Lock the council of an item that the person may know of."""
    item = get_visible(
        actor, CouncilItem.objects.select_related("dossier", "order"), pk=item_id
    )
    council = locked(actor, item.council_id, step)
    item.council = council
    return council, item


def keep(council: Council, *fields: str) -> None:
    """Write the council's columns and count the version on."""
    council.version += 1
    council.save(update_fields=[*fields, "state", "version"])


def tell(
    actor: Actor,
    council: Council,
    act: str,
    at: datetime,
    *,
    detail: Mapping[str, Any],
    secret: Mapping[str, Any] | None = None,
) -> Entry:
    return record(
        actor=actor,
        act=f"panels.{act}",
        subject=council_subject(council.public_id),
        at=at,
        basis=rule_of(council).basis,
        detail=detail,
        secret=secret or {},
    )


def allow(  # noqa: PLR0917 -- said in the same order everywhere
    actor: Actor,
    council: Council,
    matter: Matter,
    allowance: Allowance | None,
    problems: Iterable[Problem],
    at: datetime,
) -> Override | None:
    """Refuse what breaks the rule, unless the head's decision allows it; never silent."""
    faults = tuple(problems)
    if not faults:
        return None
    rule = rule_of(council)
    if allowance is None:
        refusal = Invalid(faults)
        refusal.article = rule.basis
        raise refusal
    if not rule.override:
        raise StepNotAllowed(
            _("The rule of this council allows no departure."), article=rule.basis
        )
    require(actor, "panels.override", council)
    missing = [
        Problem(field=field, message=message, mend=mend)
        for field, value, message, mend in (
            (
                "override_reason",
                allowance.reason,
                _("A departure from the rule needs a reason."),
                _("Write why the rule cannot be met."),
            ),
            (
                "override_number",
                allowance.number,
                _("A departure from the rule needs a signed decision."),
                _("Enter the number of the decision."),
            ),
        )
        if not value.strip()
    ]
    if missing:
        raise Invalid(missing)
    made = Override.objects.create(
        council=council,
        matter=matter,
        reason=allowance.reason.strip(),
        decision_number=allowance.number.strip()[:100],
        made_by_id=actor.user_id,  # type: ignore[misc]
        made_at=at,
    )
    tell(
        actor,
        council,
        "override",
        at,
        detail={
            "matter": matter,
            "reason": made.reason,
            "decision": made.decision_number,
            "against": [str(p.message) for p in faults],
        },
    )
    return made


def must_have_signed(seat: Seat, *, mend: Text) -> None:
    """Refuse who has not signed the undertaking of secrecy for his seat."""
    if not Undertaking.objects.filter(seat=seat).exists():
        raise StepNotAllowed(
            _("You have not signed the undertaking of secrecy."), mend=mend
        )
