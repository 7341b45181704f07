"""One act on many rows: the act of one, in turn; all of them or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.kernel.refusals import Refusal, Stale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class BulkLine(Generic[T]):
    """What became, or would become, of one row."""

    thing: T
    refusal: Refusal | None = None


class _Undo(Exception):  # noqa: N818 -- undoes a dry run
    """Roll back what a dry run did."""


def in_turn(
    rows: Iterable[T], act: Callable[[T], object], *, dry_run: bool
) -> list[BulkLine[T]]:
    """Do the act on each row; in the caller's transaction.

    A dry run does everything and undoes it: what it says is what would happen. In
    earnest it raises ``Stale`` when one of them is refused, and changes none.
    """
    lines: list[BulkLine[T]] = []
    try:
        with transaction.atomic():
            for row in rows:
                refusal = None
                try:
                    with transaction.atomic():
                        act(row)
                except Refusal as error:
                    refusal = error
                lines.append(BulkLine(thing=row, refusal=refusal))
            if dry_run:
                raise _Undo  # noqa: TRY301 -- leaves the inner transaction
    except _Undo:
        return lines
    if refused := [line for line in lines if line.refusal]:
        raise Stale(
            _("%(count)d of the chosen entries cannot be changed any more: %(which)s.")
            % {
                "count": len(refused),
                "which": ", ".join(str(line.thing) for line in refused[:5]),
            },
            mend=_("Go back to the list and choose again; nothing was changed."),
        )
    return lines
