"""Finished work that comes before a council: who keeps it lays it before the members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.panels.choices import CouncilKind
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opensti.domains.panels.actions.agenda import Judged

    Keeper = Callable[[Sequence[int]], Sequence[Judged]]

_keepers: list[Keeper] = []


def works_from(keeper: Keeper) -> None:
    """Say who knows the finished work of funded dossiers (``project/wiring.py`` does)."""
    _keepers[:] = [keeper]


def works_of(kind: str, dossier_ids: Sequence[int]) -> list[Judged]:
    """What a council of a kind judges of some dossiers as it stands now: their finished
    work, or nothing where it judges the dossiers themselves.

    Raises ``StepNotAllowed`` where a work cannot come before a council any more.
    """
    if kind != CouncilKind.ACCEPTANCE:
        return []
    found = [work for keeper in _keepers for work in keeper(dossier_ids)]
    if {work.dossier_id for work in found} != set(dossier_ids):
        raise StepNotAllowed(
            _("The work of this plan cannot come before a council any more."),
            mend=_("Give the plan up; look at the acceptance of the task."),
        )
    return found
