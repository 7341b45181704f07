"""What every act on an acceptance begins and ends with: lock, allowed; keep, record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.actions import take_step
from opensti.domains.procedures.choices import STATE_LABELS, State
from opensti.domains.procedures.queries import basis
from opensti.domains.results.choices import OF_RESULT
from opensti.domains.results.models import Acceptance, Asset, Result
from opensti.domains.results.queries import acceptance_subject
from opensti.kernel.access import require
from opensti.kernel.checks import in_state, keep, locked_row
from opensti.kernel.files.actions import upload
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile
    from opensti.kernel.record.models import Entry

NOTHING: Mapping[str, Any] = {}


def locked(
    actor: Actor,
    acceptance_id: int,
    permission: str,
    *,
    states: Collection[str] = (),
    version: int | None = None,
    with_contract: bool = False,
) -> Acceptance:
    """Lock an acceptance; still as the person saw it? possible in its state? allowed?

    Contract (``with_contract``: for acts that move it, too), case, acceptance, record is
    the order of every act, so that none waits for another: a council that concludes holds
    the case before it comes here, an act on the contract the contract.
    Raises ``NotFound``, ``Stale``, ``StepNotAllowed`` or ``AccessDenied``.
    """
    before = Acceptance.objects.filter(pk=acceptance_id)
    for name in ("contract", "case") if with_contract else ("case",):
        before.select_related(name).select_for_update(of=(name,)).first()
    rows = Acceptance.objects.select_related(
        "case__regime_version",
        "contract__host",
        "contract__leader",
        "contract__dossier",
    )
    rows = rows.defer("case__regime_version__content")
    found = locked_row(actor, rows, version=version, pk=acceptance_id)
    if states:
        in_state(
            _("This is not possible while the acceptance is: %(state)s."),
            found.case.state,
            states,
            STATE_LABELS[State(found.case.state)],
        )
    require(actor, permission, found)
    return found


def keep_day(acceptance: Acceptance, day: date) -> None:
    """Keep the day on which the work was accepted, with the results it brought forth.

    With the day of formation it tells which rules of ownership may govern a result and
    the asset it is, and their handling is counted from it. Equipment has no such day.
    """
    acceptance.accepted_on = day
    keep(acceptance, "accepted_on")
    of_contract = {"contract_id": acceptance.contract_id}
    Result.objects.filter(**of_contract).update(accepted_on=day)
    Asset.objects.filter(**of_contract, kind__in=OF_RESULT).update(accepted_on=day)


def step(
    actor: Actor, acceptance: Acceptance, act: str, at: datetime, *, reason: str = ""
) -> str:
    """Move the case by one step of its procedure; returns the article."""
    rests_on = basis(acceptance.case, act)
    acceptance.case = take_step(
        actor=actor, case_id=acceptance.case_id, act=act, at=at, reason=reason
    )
    return rests_on


def tell(
    actor: Actor,
    acceptance: Acceptance,
    act: str,
    at: datetime,
    *,
    basis: str = "",
    public: bool = False,
    detail: Mapping[str, Any] = NOTHING,
    secret: Mapping[str, Any] = NOTHING,
) -> Entry:
    """Record an act; ``act`` is its full name (``acceptances.submit``)."""
    return record(
        actor=actor,
        act=act,
        subject=acceptance_subject(acceptance.public_id),
        at=at,
        basis=basis,
        public=public,
        detail=detail,
        secret=secret,
    )


def attach(
    actor: Actor,
    acceptance: Acceptance,
    file: File[bytes] | None,
    kind: str,
    at: datetime,
) -> StoredFile | None:
    """Keep a file of the acceptance, if one was sent; ``Invalid`` as for ``upload``."""
    if file is None:
        return None
    return upload(
        actor=actor,
        subject=acceptance_subject(acceptance.public_id),
        file=file,
        at=at,
        kind=kind,
        most=MOST_FILES,
    )


MOST_FILES = 200
