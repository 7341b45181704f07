"""What the database holds after the crashes, for the test to compare; prints JSON."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from opensti.domains.calls.models import Dossier, DossierVersion  # noqa: E402
from opensti.domains.overlaps.models import Document, Screening  # noqa: E402
from opensti.domains.panels.models import Ballot  # noqa: E402
from opensti.domains.registry.models import Organisation  # noqa: E402
from opensti.domains.tasks.models import Need  # noqa: E402
from opensti.kernel.jobs.models import Job  # noqa: E402
from opensti.kernel.record.models import Entry  # noqa: E402
from opensti.kernel.record.queries import check_log  # noqa: E402


def acts(subject: str, act: str) -> list[int]:
    rows = Entry.objects.filter(subject=subject, act=act).order_by("position")
    return list(rows.values_list("position", flat=True))


def dossier_facts(dossier: Dossier) -> dict[str, object]:
    subject = f"calls.dossier:{dossier.public_id}"
    return {
        "methods": dossier.answers.get("methods", ""),
        "state": dossier.case.state,
        "code": bool(dossier.code),
        "submitted": dossier.submitted_at is not None,
        "entry": dossier.entry_position,
        "entries": acts(subject, "dossiers.submit"),
        "versions": DossierVersion.objects.filter(
            dossier=dossier, reason="submitted"
        ).count(),
    }


def comparisons() -> dict[str, object]:
    """Which needs were compared, how often, and whether it can be done again."""
    from opensti.domains.overlaps.problem import index_anew  # noqa: PLC0415

    done = Screening.objects.filter(kind="tasks.need", current=True, state="done")
    living = Document.objects.filter(left=None)
    last = done.select_related("base").order_by("batch").last()
    return {
        "waiting": Screening.objects.filter(state="waiting").count(),
        "compared": sorted(done.values_list("object_id", flat=True)),
        "archived": living.filter(source="KHO").count(),
        "again": last is not None
        and index_anew(last.base, last.batch).digest() == last.corpus_digest,
    }


def main() -> None:
    rows = Dossier.objects.filter(call__code="BCT-CRASH").select_related("case")
    ballots = Ballot.objects.select_related("seat__person", "item__council")
    subject = Ballot.objects.values_list("item__council__public_id").first()
    council = f"panels.council:{subject[0]}" if subject else ""
    sys.stdout.write(
        json.dumps(
            {
                **comparisons(),
                "needs": sorted(Need.objects.values_list("pk", flat=True)),
                "faults": [str(fault) for fault in check_log()],
                "dossiers": {d.public_id: dossier_facts(d) for d in rows},
                "ballots": {
                    str(b.seat.person.user_id): {"opinion": b.opinion, "state": b.state}
                    for b in ballots
                },
                "casts": Entry.objects.filter(
                    subject=council, act__endswith="cast_ballot"
                ).count(),
                "unfinished": Job.objects.filter(
                    state__in=("waiting", "running")
                ).count(),
                "failed": Job.objects.filter(state="failed").count(),
                "imported": Organisation.objects.filter(
                    name_vi__startswith="Viện nhập"
                ).count(),
            }
        )
    )


if __name__ == "__main__":
    main()
