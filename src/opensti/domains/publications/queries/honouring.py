"""Who reached a criterion, computed of frozen figures; and honours as anybody may know them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from opensti.domains.publications import permissions as _permissions  # noqa: F401
from opensti.domains.publications.choices import Measure, Whom
from opensti.domains.publications.models import Honour, HonourCriterion, HonourRun
from opensti.domains.publications.queries.days import midnight
from opensti.domains.publications.queries.funded_rows import Funded, is_stopped
from opensti.domains.publications.queries.sight import sight
from opensti.kernel.access import PUBLIC, get_visible, require, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

Line = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Who reached a criterion: the host's address, the task's for a team, the figure."""

    host: str
    task: str
    figure: int


def honour_subject(public_id: str) -> str:
    return f"publications.honour:{public_id}"


def figures_of(
    rows: Iterable[Funded], criterion: HonourCriterion, year: int
) -> list[Line]:
    """The figures a criterion looks at: accepted tasks of its years, by task."""
    first = year - criterion.years + 1
    return sorted(
        (
            {
                "task": row.task,
                "host": row.host.key,
                "accepted_on": row.standing.accepted_on.isoformat(),
                Measure.ACCEPTED.value: 1,
                Measure.RESULTS.value: row.standing.results,
                Measure.REGISTERED.value: row.standing.registered,
                Measure.USED.value: int(bool(row.standing.used)),
            }
            for row in rows
            if row.standing.accepted_on is not None
            and first <= row.standing.accepted_on.year <= year
            and row.host.key
            and not is_stopped(row)
        ),
        key=lambda line: line["task"],
    )


def candidates(
    inputs: Sequence[Line], *, whom: str, measure: str, least: int
) -> list[Candidate]:
    """Everybody who reaches the threshold, the highest figure first; a pure function."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in inputs:
        task = line["task"] if whom == Whom.TEAM else ""
        sums[line["host"], task] += line[measure]
    found = [
        Candidate(host=host, task=task, figure=figure)
        for (host, task), figure in sums.items()
        if figure >= least
    ]
    return sorted(found, key=lambda one: (-one.figure, one.host, one.task))


def digest_of(criterion: HonourCriterion, year: int, inputs: Sequence[Line]) -> str:
    """Of what a run rests on: criterion, year and figures in canonical form."""
    whole = {
        "criterion": f"{criterion.code} {criterion.number}",
        "whom": criterion.whom,
        "measure": criterion.measure,
        "least": criterion.least,
        "years": criterion.years,
        "year": year,
        "inputs": list(inputs),
    }
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def is_sound(run: HonourRun, kept: Iterable[Honour]) -> bool:
    """Whether the frozen figures are those of the digest and give the same candidates."""
    of = run.criterion
    if digest_of(of, run.year, run.inputs) != run.sha256:
        return False
    computed = candidates(run.inputs, whom=of.whom, measure=of.measure, least=of.least)
    said = {
        (h.organisation.public_id, h.task.public_id if h.task else "", h.figure)
        for h in kept
    }
    return said == {(one.host, one.task, one.figure) for one in computed}


_SHOWN = ("run__criterion", "organisation", "task", "person")


def criteria(actor: Actor) -> QuerySet[HonourCriterion]:
    """Every version of every criterion, by code, the newest first."""
    return visible(actor, HonourCriterion.objects.all())


def honour_runs(actor: Actor) -> QuerySet[HonourRun]:
    """Runs with their criteria, the newest first. Raises ``AccessDenied``."""
    require(actor, "publications.read_honours")
    rows = HonourRun.objects.select_related("criterion").defer("inputs")
    return visible(actor, rows).order_by("-made_at", "-pk")


def honour_run(actor: Actor, public_id: str) -> tuple[HonourRun, list[Honour]]:
    """One run with all that it found; 2 queries."""
    rows = HonourRun.objects.select_related("criterion", "made_by")
    run = get_visible(actor, rows, public_id=public_id)
    found = visible(actor, run.honours.select_related(*_SHOWN))
    return run, list(found.order_by("-figure", "pk"))


def honours(actor: Actor) -> QuerySet[Honour]:
    """Honours the person may know of: candidates are the office's, and one's own."""
    rows = Honour.objects.select_related(*_SHOWN).defer("run__inputs")
    return visible(actor, rows)


def honour(actor: Actor, public_id: str) -> Honour:
    return get_visible(actor, honours(actor), public_id=public_id)


def public_honours(today: date) -> QuerySet[Honour]:
    """What everybody reads, the newest year first; withdrawn ones with their reason."""
    look = sight(at=midnight(today))
    rows = look.rows("honour", honours(PUBLIC))
    return rows.order_by("-run__year", "run__criterion__code", "-figure", "pk")


def public_honour(public_id: str, today: date) -> Honour:
    """One of them, else ``NotFound``."""
    return get_visible(PUBLIC, public_honours(today), public_id=public_id)


def public_criteria() -> QuerySet[HonourCriterion]:
    """What is asked now."""
    return criteria(PUBLIC).filter(active=True)


def named_person(found: Honour) -> str:
    """The name of who leads the team, if he agreed to be named; else nothing."""
    if found.person is None or found.agreed_at is None:
        return ""
    return str(found.person)
