"""Hand the forming of a council out as a bundle; open its numbers for an auditor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opensti.domains.panels.models import FormationRun
from opensti.domains.panels.problem import bundling
from opensti.domains.panels.problem.explaining import names_of
from opensti.domains.panels.problem.forming import digest_of
from opensti.domains.panels.problem.masking import commitment, commitments
from opensti.domains.panels.queries import formation_run
from opensti.domains.registry.queries import person_names
from opensti.kernel.record.queries import openings
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from opensti.kernel.access import Actor


def panel_bundle(*, dossier_id: int) -> bytes:
    """Return a ZIP of how the council that judged a dossier was formed; 2 queries.

    Whether everybody may have it the caller asks of the procedure. Raises ``NotFound``
    where no computed council was approved for the dossier. Writes nothing.
    """
    run = (
        FormationRun.objects.filter(
            formation__items__dossier_id=dossier_id, approved_at__isnull=False
        )
        .order_by("-approved_at")
        .first()
    )
    if run is None:
        raise NotFound
    return bundling.bundle_of(run)


def recompute_panel(*, content: bytes) -> dict[str, Any]:
    """Compute the councils of a bundle again, without a database.

    Raises ``ValueError`` for what is no bundle, or was altered after it was made.
    """
    return bundling.recompute(content)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Who a number is, with the salt that opens the commitment to it."""

    number: str
    person_id: int
    name: str
    salt: str
    commitment: str


def open_run(*, actor: Actor, run_public_id: str) -> tuple[list[Opened], bool]:
    """Who the numbers of a run are, and whether the record committed to just these.

    Those who were erased since are missing; the commitments to them stay. Raises
    ``NotFound``. Writes nothing.
    """
    run = formation_run(actor, run_public_id)
    if run.names is None:
        raise NotFound
    names = names_of(run)
    called = person_names([pk for pk, _salt in names.experts.values()])
    people = [
        Opened(
            number=number,
            person_id=pk,
            name=called.get(pk, ""),
            salt=salt,
            commitment=commitment(number, pk, salt),
        )
        for number, (pk, salt) in sorted(names.experts.items())
    ]
    told = digest_of(commitments(names))
    right = all(names.commitments.get(one.number) == one.commitment for one in people)
    entered = openings(
        f"panels.formation:{run.formation.public_id}", "panels.finish_run"
    )
    return people, right and any(
        one.holds and one.detail.get("commitments") == told for one in entered
    )
