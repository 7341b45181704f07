"""What acts on rights, deals and offers begin and end with: lock, allowed; keep, record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.translation import gettext_lazy as _

from opensti.kernel.access import require
from opensti.kernel.checks import locked_row
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

M = TypeVar("M", bound="Model")
WHOLE = 10_000
MOST_ROWS = 60


@dataclass(frozen=True, kw_only=True)
class Named:
    """Somebody by name, linked to the registry or not; ``share`` in ten-thousandths."""

    name: str
    share: int = 0
    kind: str = ""
    organisation_id: int | None = None
    person_id: int | None = None


def locked(
    actor: Actor,
    model: type[M],
    pk: int,
    permission: str,
    *,
    version: int | None = None,
    related: Sequence[str] = ("contract__case", "host"),
) -> M:
    """Lock a row; may the person know of it? as it was seen? allowed?

    Raises ``NotFound``, ``Stale`` or ``AccessDenied``.
    """
    rows = model._default_manager.select_related(*related)
    row = locked_row(actor, rows, version=version, pk=pk)
    require(actor, permission, row)
    return row


def keep(row: Any) -> None:
    """Write a row and count its version on."""
    row.version += 1
    row.save()


def whole_shares(field: str, shares: Iterable[Named], *, what: Text) -> list[Problem]:
    """Everybody named once, with a positive share; together exactly the whole."""
    rows = list(shares)
    if not rows:
        return [Problem(field=field, message=what, mend=_("Name at least one."))]
    if len(rows) > MOST_ROWS:
        return [
            Problem(
                field=field,
                message=_("No more than %(most)d can be named.") % {"most": MOST_ROWS},
            )
        ]
    found = []
    if any(not row.name.strip() or row.share <= 0 for row in rows):
        found.append(
            Problem(
                field=field,
                message=_("Each needs a name and a share above zero."),
                mend=_("Fill in both, or leave the row empty."),
            )
        )
    keys = [
        (row.kind, row.organisation_id or row.person_id or row.name.strip().casefold())
        for row in rows
    ]
    if len(keys) != len(set(keys)):
        found.append(
            Problem(
                field=field,
                message=_("Somebody is named twice."),
                mend=_("Join both shares in one row."),
            )
        )
    total = sum(row.share for row in rows)
    if total != WHOLE:
        found.append(
            Problem(
                field=field,
                message=_("The shares sum to %(total)s %%, not to 100 %%.")
                % {"total": percent(total)},
                mend=_("Change the shares until they sum to exactly 100 %."),
            )
        )
    return found


def percent(share: int) -> str:
    """Ten-thousandths as a figure in percent, without a needless zero: 3333 → 33.33."""
    whole, part = divmod(share, 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".")
