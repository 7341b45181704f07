"""What was funded or asked for already is not approved by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.overlaps.choices import Finding
from opensti.domains.overlaps.queries import barred, unjudged
from opensti.domains.portfolios.choices import Ruling
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opensti.domains.portfolios.models import Decision


def check_overlaps(
    decisions: Iterable[Decision], rulings: Mapping[int, str]
) -> list[Problem]:
    """Say which approvals a verdict on overlap forbids, or wait for one; 3 queries.

    ``rulings`` by decision id. A dossier that was never compared is no problem here: the
    page says so, and a worker that stands still stops no decision.
    """
    approved = [d for d in decisions if rulings[d.pk] == Ruling.APPROVE]
    ids = [d.dossier_id for d in approved]
    if not ids:
        return []
    found, waiting = barred(ids), unjudged(ids)
    problems = []
    for decision in approved:
        said = {"code": decision.dossier.code}
        if finding := found.get(decision.dossier_id):
            problems.append(
                Problem(
                    field=f"decision-{decision.pk}-proposed",
                    message=_(
                        "%(code)s overlaps with other work; the verdict is: %(finding)s."
                    )
                    % {**said, "finding": Finding(finding).label},
                    mend=_("Decline it, or have the verdict replaced under Overlap."),
                )
            )
        elif decision.dossier_id in waiting:
            problems.append(
                Problem(
                    field=f"decision-{decision.pk}-proposed",
                    message=_("%(code)s is like other work, and nobody has judged it.")
                    % said,
                    mend=_("Give the verdict under Overlap first."),
                )
            )
    return problems
