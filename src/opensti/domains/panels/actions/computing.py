"""Councils are computed: the seed, the run, its proof, and an exchange by hand."""

from __future__ import annotations

import secrets
import zlib
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.planning import (
    keep_formation,
    locked_formation,
    tell_formation,
)
from opensti.domains.panels.choices import Objective, RunState
from opensti.domains.panels.models import ExpertLock, Formation, FormationRun, Place
from opensti.domains.panels.problem.conditions import Conditions, relaxed
from opensti.domains.panels.problem.exchanging import Checker
from opensti.domains.panels.problem.explaining import (
    frozen_bytes,
    frozen_of,
    key_of,
    loads_of,
    names_of,
    panel_of,
)
from opensti.domains.panels.problem.forming import Frozen, digest_of, freeze
from opensti.domains.panels.problem.masking import commitments, masked
from opensti.domains.panels.problem.pool import plan_of
from opensti.domains.panels.problem.solving import (
    Answer,
    Contradiction,
    solve_frozen,
)
from opensti.domains.panels.queries import formation_run
from opensti.domains.panels.queries.wording import condition_in_words
from opensti.domains.procedures.queries import REGIME
from opensti.domains.registry.queries import person_names
from opensti.kernel.access import get_visible, require
from opensti.kernel.frozen import canonical
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.jobs.models import UNFINISHED, Job, JobState
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from opensti.domains.panels.problem.masking import Names
    from opensti.kernel.access import Actor

FORM_JOB = "panels.form_councils"
STEPS = 3
SEED = ("seed", "seed_digest", "seed_committed_at")
ENDED = [state for state in JobState if state not in UNFINISHED]


def _nothing(_done: int, _what: str) -> None:
    """Nobody watches the progress."""


@transaction.atomic
def commit_seed(
    *,
    actor: Actor,
    formation_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> Formation:
    """Choose a seed by lot and put its SHA-256 into the record, before the draw.

    Nobody sees the seed until the draw is done; the record then shows it, so that
    anybody can hash it and draw again. Each draw needs a new one.
    """
    formation = locked_formation(actor, formation_id, version=expected_version)
    if formation.seed_digest:
        raise StepNotAllowed(
            _("A seed is committed already and not yet used."),
            mend=_("Have the councils drawn."),
        )
    formation.seed = secrets.token_hex(16)
    formation.seed_digest = sha256(formation.seed.encode()).hexdigest()
    formation.seed_committed_at = at
    keep_formation(formation, *SEED)
    tell_formation(
        actor, formation, "commit_seed", at, detail={"sha256": formation.seed_digest}
    )
    return formation


def ask_run(
    *,
    actor: Actor,
    formation_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> FormationRun:
    """Have the councils computed by a worker, on the conditions of now.

    While a run waits or is computed, that one is returned: a double click asks once. Raises
    ``StepNotAllowed`` if a draw has no seed, or the one before was stopped and spent it.
    """
    with transaction.atomic():
        formation = locked_formation(actor, formation_id, version=expected_version)
        under_way = (
            FormationRun.objects.filter(
                formation=formation, state__in=[RunState.WAITING, RunState.RUNNING]
            )
            .defer("problem", "solution", "names")
            .first()
        )
        spent = False
        if under_way is not None:
            stopped = Job.objects.filter(
                public_id=under_way.job_id, state__in=ENDED
            ).exists()
            if not stopped:
                return under_way
            # Its work was stopped before it began.
            spent = fail_run(actor=actor, run_id=under_way.pk, at=at)
        if not spent:
            return _asked(actor, formation, at)
    # Said only now: that the seed is spent stays in the record.
    raise StepNotAllowed(
        _("The draw before this one was stopped; its seed is spent."),
        mend=_("Commit to a new seed."),
    )


def _asked(actor: Actor, formation: Formation, at: datetime) -> FormationRun:
    conditions = Conditions.of(formation.conditions)
    if conditions.objective == Objective.RANDOM and not formation.seed_digest:
        raise StepNotAllowed(
            _("A draw needs a seed that was committed before it."),
            mend=_("Commit to a seed first: its digest goes into the record."),
        )
    if (
        conditions.objective == Objective.RANDOM
        and ExpertLock.objects.filter(formation=formation).exclude(role="").exists()
    ):
        raise StepNotAllowed(
            _("A draw knows no seats: who is best of those drawn leads."),
            mend=_("Take back the seats that were fixed by hand."),
        )
    last = (
        FormationRun.objects.filter(formation=formation)
        .values_list("number", flat=True)
        .first()
    )
    run = FormationRun.objects.create(
        formation=formation,
        number=(last or 0) + 1,
        objective=conditions.objective,
        conditions=conditions.as_json(),
        asked_by_id=actor.account_id,
        asked_at=at,
    )
    job = enqueue(
        FORM_JOB,
        actor=actor,
        at=at,
        payload={"run": run.pk},
        subject=f"panels.formation:{formation.public_id}",
        unique_key=f"{FORM_JOB}:{formation.pk}",
    )
    run.job_id = job.public_id
    run.save(update_fields=["job_id"])
    keep_formation(formation)
    tell_formation(
        actor,
        formation,
        "ask_run",
        at,
        detail={"run": run.number, "objective": run.objective},
    )
    return run


def compute_run(
    *,
    actor: Actor,
    run_id: int,
    at: datetime,
    progress: Callable[[int, str], object] | None = None,
) -> FormationRun:
    """Freeze the problem, solve it, keep both with their proof; repeats harmlessly.

    The problem is kept before it is solved: a worker that died goes on with the same.
    """
    tell = progress or _nothing
    run = _begin(actor, run_id)
    if run.state not in (RunState.WAITING, RunState.RUNNING):
        return run
    tell(0, _("The pool is weighed."))
    frozen = _problem(run)
    tell(1, _("Councils are computed."))
    began = monotonic()
    answer = solve_frozen(frozen)
    seconds = monotonic() - began
    tell(2, _("The result is kept."))
    return _finish(actor, run_id, frozen, answer, seconds, at)


@transaction.atomic
def _begin(actor: Actor, run_id: int) -> FormationRun:
    run = get_visible(
        actor,
        FormationRun.objects.select_for_update(of=("self",)).select_related(
            "formation"
        ),
        pk=run_id,
    )
    require(actor, "panels.plan", run.formation)
    if run.state == RunState.WAITING:
        run.state = RunState.RUNNING
        run.save(update_fields=["state"])
    return run


@transaction.atomic
def _problem(run: FormationRun) -> Frozen:
    if run.problem is not None:
        return Frozen.of(frozen_bytes(run))
    formation = (
        Formation.objects.select_related("regime_version")
        .defer(*REGIME)
        .get(pk=run.formation_id)
    )
    conditions = Conditions.of(run.conditions)
    drawn = conditions.objective == Objective.RANDOM
    frozen = freeze(
        plan_of(formation), conditions, seed=formation.seed if drawn else ""
    )
    numbered, names = masked(frozen, formation.pk)
    kept = numbered.to_bytes()
    run.problem = zlib.compress(kept)
    run.problem_digest = digest_of(kept)
    run.names = names.to_bytes()
    run.proof = {
        "pool": frozen.facts["pool"],
        "notes": frozen.facts["notes"],
        "commitments": digest_of(commitments(names)),
    }
    run.save(update_fields=["problem", "problem_digest", "names", "proof"])
    # What is solved is what was kept: read back, not what stands in memory.
    return Frozen.of(kept)


@transaction.atomic
def _finish(  # noqa: PLR0917
    actor: Actor,
    run_id: int,
    frozen: Frozen,
    answer: Answer | Contradiction,
    seconds: float,
    at: datetime,
) -> FormationRun:
    run = FormationRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.state != RunState.RUNNING:
        return run
    formation = (
        Formation.objects.select_for_update(of=("self",))
        .select_related("regime_version")
        .defer(*REGIME)
        .get(pk=run.formation_id)
    )
    run.seconds, run.finished_at = seconds, at
    told: dict[str, Any] = {"run": run.number, "problem": run.problem_digest}
    names = names_of(run)
    # Who the numbers are, an auditor opens: the house keeps the salts.
    told["commitments"] = run.proof["commitments"]
    people: list[int] = []
    if isinstance(answer, Contradiction):
        run.state = RunState.INFEASIBLE
        run.conflict = _called(answer, names)
        run.proof |= {"refusal": _digest_of_refusal(answer)}
        told |= {"outcome": "infeasible", "rules": [r["rule"] for r in answer.rules]}
    else:
        run.state = RunState.SOLVED
        run.solution = zlib.compress(answer.solution, 9)
        run.solution_digest = digest_of(answer.solution)
        run.total, run.minimum = answer.total, answer.minimum
        run.proof = {**run.proof, **answer.proof}
        most = dict(
            zip(
                frozen.assignment.experts,
                frozen.assignment.load_max.tolist(),
                strict=True,
            )
        )
        places = _places(run, answer, names, most)
        people = sorted({place.person_id for place in places})
        Place.objects.bulk_create(places, batch_size=500)
        told |= {
            "outcome": answer.proof["status"],
            "solution": run.solution_digest,
            "objective": run.objective,
            "total": f"{run.total:.6f}",
            "minimum": f"{run.minimum:.6f}",
            "bound": f"{answer.proof['bound']:.6f}",
        }
    run.save()
    if frozen.seed:
        told["seed"] = frozen.seed
        _spend(formation)
    keep_formation(formation, *SEED)
    tell_formation(
        actor,
        formation,
        "finish_run",
        at,
        detail=told,
        secret={"people": people},
    )
    return run


def _places(
    run: FormationRun, answer: Answer, names: Names, most: Mapping[str, int]
) -> list[Place]:
    """The seats of a solution with their people and cases, in the order of the cases."""
    known = names.experts
    places = [
        Place(
            run=run,
            item_id=None if seat.proposal == "all" else int(names.words[seat.proposal]),
            person_id=known[seat.expert][0],
            role=seat.role,
            score=seat.score,
            features=names.facts["features"][str(known[seat.expert][0])],
            most_load=most[seat.expert],
        )
        for seat in answer.places
    ]
    return sorted(places, key=lambda place: place.item_id or 0)


def _called(answer: Contradiction, names: Names) -> dict[str, Any]:
    """A contradiction with the rules by their own names; its people stay numbers."""
    told = answer.as_json()
    for part in ("rules", "relax"):
        told[part] = [
            rule | {"rule": names.words.get(rule["rule"], rule["rule"])}
            for rule in told[part]
        ]
    return told


def _digest_of_refusal(answer: Contradiction) -> str:
    return digest_of(canonical(answer.as_json()))


@transaction.atomic
def fail_run(*, actor: Actor, run_id: int, at: datetime) -> bool:
    """Note that a run was not finished; it stays as a trace. Returns whether it spent a seed.

    The seed of a draw goes into the record with it, and serves no other: else whoever can stop
    a worker could choose among draws. No permission is asked: it says what has happened.
    """
    run = FormationRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.state not in (RunState.WAITING, RunState.RUNNING):
        return False
    formation = (
        Formation.objects.select_for_update(of=("self",))
        .select_related("regime_version")
        .defer(*REGIME)
        .get(pk=run.formation_id)
    )
    run.state, run.finished_at = RunState.FAILED, at
    run.save(update_fields=["state", "finished_at"])
    told: dict[str, Any] = {"run": run.number, "problem": run.problem_digest}
    spent = run.objective == Objective.RANDOM and bool(formation.seed)
    if spent:
        told["seed"] = formation.seed
        _spend(formation)
    keep_formation(formation, *SEED)
    tell_formation(actor, formation, "fail_run", at, detail=told)
    return spent


def _spend(formation: Formation) -> None:
    formation.seed = formation.seed_digest = ""
    formation.seed_committed_at = None


def recompute_run(*, actor: Actor, run_public_id: str) -> bool:
    """Compute the councils again from the frozen bytes: are they the same to the byte?

    Reads what was kept, writes nothing; raises ``StepNotAllowed`` if nothing was solved,
    or if the clock ended it.
    """
    run = formation_run(actor, run_public_id)
    if run.state not in (RunState.SOLVED, RunState.INFEASIBLE):
        raise StepNotAllowed(
            _("This run has no result to compute again."),
            mend=_("Have the councils computed first."),
        )
    if not run.proof.get("repeatable", True):
        raise StepNotAllowed(
            _("The clock ended this run; another machine may get further in the time."),
            mend=_("The gap says how much better anything could be."),
        )
    kept = frozen_bytes(run)  # what stands there, not what a process remembers
    frozen = Frozen.of(kept)
    if {digest_of(kept), digest_of(frozen.to_bytes())} != {run.problem_digest}:
        return False
    answer = solve_frozen(frozen)
    if isinstance(answer, Contradiction):
        if run.names is None:
            same = answer.as_json() == run.conflict
        else:
            same = _digest_of_refusal(answer) == run.proof["refusal"]
        return run.state == RunState.INFEASIBLE and same
    return digest_of(answer.solution) == run.solution_digest


@transaction.atomic
def relax_formation(
    *,
    actor: Actor,
    formation_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> Formation:
    """Loosen the conditions as the last run found it least, so that they can be met."""
    formation = locked_formation(actor, formation_id, version=expected_version)
    run = (
        FormationRun.objects.filter(formation=formation)
        .defer("problem", "solution", "names")
        .first()
    )
    if run is None or run.state != RunState.INFEASIBLE:
        raise StepNotAllowed(
            _("The last run found no contradiction."),
            mend=_("Change the conditions by hand."),
        )
    before = Conditions.of(formation.conditions)
    after = before
    for step in run.conflict.get("relax", ()):
        after = relaxed(after, step["rule"], step["least"])
    if after == before:
        raise StepNotAllowed(
            _("What contradicts is no condition that can be loosened by itself."),
            mend=_("Add experts to the registry, or take back what was fixed by hand."),
        )
    formation.conditions = after.as_json()
    keep_formation(formation, "conditions")
    tell_formation(
        actor,
        formation,
        "change_formation",
        at,
        detail={
            "changed": {
                name: value
                for name, value in after.as_json().items()
                if value != before.as_json()[name]
            },
            "after_run": run.number,
        },
    )
    return formation


@transaction.atomic
def swap_place(
    *,
    actor: Actor,
    place_id: int,
    person_id: int,
    reason: str,
    at: datetime,
    expected_version: int | None = None,
) -> Place:
    """Exchange an expert by hand, for a stated reason; the price of it is kept.

    A conflict, a full load or a condition that would break refuses it.
    """
    place = get_visible(actor, Place.objects.select_related("run"), pk=place_id)
    formation = locked_formation(
        actor, place.run.formation_id, version=expected_version
    )
    run = FormationRun.objects.get(pk=place.run_id)
    name = person_names([person_id]).get(person_id)
    if name is None:
        raise NotFound(_("There is no such person."))
    frozen = frozen_of(run)
    key = key_of(place)
    checker = Checker(frozen.assignment, key)
    panel, scores = panel_of(run, place), checker.scores()
    new, out = str(person_id), str(place.person_id)
    problems = []
    if not reason.strip():
        problems.append(
            Problem(
                field="reason",
                message=_("An exchange by hand needs a reason."),
                mend=_("One sentence is enough; it is kept in the record."),
            )
        )
    free = loads_of(run, frozen)
    if new in panel or new not in scores or free.get(new, 0) < 1:
        problems.append(
            Problem(
                field="person",
                message=_("%(name)s cannot sit here: %(why)s.")
                % {"name": name, "why": _why(frozen, key, new, panel)},
                mend=_("Choose another expert, or change the conditions and run anew."),
            )
        )
    else:
        after = {e: r for e, r in panel.items() if e != out} | {new: place.role}
        problems += [
            Problem(
                field="person",
                message=_("With %(name)s a condition breaks: %(what)s.")
                % {"name": name, "what": condition_in_words(rule, run.conditions, {})},
                mend=_("Choose another expert, or change the conditions and run anew."),
            )
            for rule in sorted(checker.broken(after) - checker.broken(panel))
        ]
    if problems:
        raise Invalid(problems)
    before = place.score
    place.instead_of_id = place.instead_of_id or place.person_id
    place.person_id = person_id
    place.score = scores[new]
    place.features = frozen.facts["features"][new]
    place.most_load = free[new] + _held(run, new)
    place.reason = reason.strip()
    place.price = round((place.price or 0) + before - place.score, 6)
    place.save()
    keep_formation(formation)
    tell_formation(
        actor,
        formation,
        "swap_place",
        at,
        detail={
            "run": run.number,
            "role": place.role,
            "price": f"{before - place.score:.6f}",
        },
        secret={"out": int(out), "in": person_id, "reason": place.reason},
    )
    return place


def _held(run: FormationRun, expert: str) -> int:
    return Place.objects.filter(run=run, person_id=int(expert)).count()


def _why(frozen: Frozen, key: str, new: str, panel: dict[str, str]) -> str:
    if new in panel:
        return _("sits in this council already")
    if new in frozen.facts["left_out"]:
        return _("is not available")
    barred = frozen.facts["barred"]
    if any(f"{new}:{pk}" in barred for pk in (frozen.items if key == "all" else [key])):
        return _("is in conflict")
    return _("has no place left, or is not in the pool of this run")
