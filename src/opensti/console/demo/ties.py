"""Some ties between experts and applicants, so that there are conflicts to judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.panels.actions import judge_conflict, look_again
from opensti.domains.panels.queries import conflict_cases
from opensti.domains.registry import actions as registry
from opensti.domains.registry.choices import RelationKind

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.console.demo.cast import Cast

# Experts without a seat: the councils of the stories stay as they are.
TIED = (
    (10, RelationKind.SUPERVISOR, "NARIME"),
    (10, RelationKind.COAUTHOR, "FIRI"),
    (11, RelationKind.SIBLING, "VIELINA"),
    (11, RelationKind.COLLEAGUE, "LSRI"),
)


def tie(cast: Cast, at: datetime) -> None:
    """Declare ties, look through the open calls, and judge one case of those found."""
    officer = cast.actor("officer")
    for number, kind, host in TIED:
        registry.declare_relation(
            actor=officer,
            person_id=cast.experts[number].pk,
            other_id=cast.leaders[host].pk,
            kind=kind,
            source="Kê khai của chuyên gia",
            at=at,
        )
    look_again(at=at)
    case = conflict_cases(officer).filter(kind="project").order_by("pk").first()
    if case is not None:
        judge_conflict(
            actor=officer,
            conflict_id=case.pk,
            finding="manageable",
            reason="Cùng tham gia một dự án nhỏ, phần việc độc lập.",
            condition="Không phát biểu về kinh phí của đơn vị phối hợp.",
            at=at,
        )
