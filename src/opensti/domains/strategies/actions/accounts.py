"""Runs of the productivity accounts: asked, frozen, computed, computed again, published."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from sti_methods.productivity import VERSION, Faulty

from opensti.domains.strategies.actions.account_questions import (
    Question,
    parameters_of,
    problems_of,
)
from opensti.domains.strategies.choices import RunState
from opensti.domains.strategies.models import MethodRun, Vintage
from opensti.domains.strategies.problem import accounts as problem
from opensti.domains.strategies.queries.account_words import faulty
from opensti.kernel.access import get_visible, require, visible
from opensti.kernel.jobs.actions import enqueue
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from opensti.kernel.access import Actor

ACCOUNT_JOB = "strategies.compute_account"
MOST_CAUTIONS = 200


@transaction.atomic
def ask_account(*, actor: Actor, question: Question, at: datetime) -> MethodRun:
    """Freeze the question with its numbers and have a worker compute it.

    Raises ``Invalid`` with the field of what cannot be asked: a code that stands in several
    blocks, a unit, sector or block that the data do not have, years in the wrong order.
    """
    require(actor, "strategies.compute")
    if problems := problems_of(question):
        raise Invalid(problems)
    vintages = _vintages(actor, question.vintages)
    parameters = parameters_of(question)
    frozen: list[dict[str, Any]] = []
    for vintage in vintages:
        try:
            dataset = problem.dataset_from(
                provider=vintage.dataset.provider,
                version=vintage.label,
                rows=vintage.series.order_by("pk"),
            )
            frozen += [
                {"vintage": vintage.public_id, "asked": asked}
                for asked in problem.questions_of(
                    kind=question.kind, parameters=parameters, dataset=dataset
                )
            ]
        except Faulty as found:
            raise faulty(found, _field(found)) from None
    run = MethodRun.objects.create(
        title_vi=" ".join(question.title_vi.split()),
        title_en=" ".join(question.title_en.split()),
        kind=question.kind,
        parameters=parameters,
        method_version=f"{question.kind}/{VERSION}",
        inputs=frozen,
        inputs_digest=problem.digest_of_questions(frozen),
        made_by_id=actor.user_id,
        made_at=at,
    )
    run.vintages.set(vintages)
    enqueue(
        ACCOUNT_JOB,
        actor=actor,
        at=at,
        payload={"run": run.pk},
        subject=f"strategies.account:{run.public_id}",
        unique_key=f"{ACCOUNT_JOB}:{run.pk}",
    )
    _tell(actor, "ask_account", run, at, {"parameters": parameters})
    return run


def _field(found: Faulty) -> str:
    if isinstance(found, problem.FaultyAt):
        return found.field
    return {
        "no_unit": "units",
        "no_sector": "sectors",
        "no_columns": "columns",
        "lacking": "employment",
        "years": "base",
    }.get(found.code, "vintages")


def _vintages(actor: Actor, asked: Sequence[str]) -> list[Vintage]:
    ids = list(dict.fromkeys(asked))
    rows = visible(actor, Vintage.objects.select_related("dataset"))
    known = {row.public_id: row for row in rows.filter(public_id__in=ids)}
    if lacking := [one for one in ids if one not in known]:
        message = _("There is no release %(id)s.") % {"id": lacking[0]}
        raise Invalid([Problem(field="vintages", message=message)])
    return [known[one] for one in ids]


def compute_account(*, actor: Actor, run_id: int, at: datetime) -> MethodRun:
    """Answer the frozen question; a run that has its answer keeps it."""
    run = get_visible(actor, MethodRun.objects.all(), pk=run_id)
    require(actor, "strategies.compute", run)
    if run.state == RunState.DONE:
        return run
    content = _answered(run)
    with transaction.atomic():
        run = MethodRun.objects.select_for_update().get(pk=run_id)
        if run.state == RunState.DONE:
            return run
        run.output = json.loads(content)
        run.output_digest = sha256(content).hexdigest()
        run.warnings = _cautions(run.output)
        run.state, run.computed_at, run.failure = RunState.DONE, at, ""
        run.version += 1
        run.save()
        detail = {"inputs": run.inputs_digest, "output": run.output_digest}
        _tell(actor, "compute_account", run, at, detail)
    return run


def _answered(run: MethodRun) -> bytes:
    if problem.digest_of_questions(run.questions) != run.inputs_digest:
        raise StepNotAllowed(
            _("The frozen numbers of this run are not those of its digest."),
            mend=_("Ask the question again from the releases."),
        )
    return problem.answer(run.questions)


def _cautions(output: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Cautions and units without an answer, each once, as code, values, unit, vintage."""
    found: list[dict[str, Any]] = []
    for part in output:
        answer = part["answer"]
        told = [(one["unit"], c) for one in answer["answers"] for c in one["cautions"]]
        told += [(one["unit"], one["why"]) for one in answer["uncounted"]]
        for unit, caution in told:
            line = {"unit": unit, "vintage": part["vintage"], **caution}
            if line not in found and len(found) < MOST_CAUTIONS:
                found.append(line)
    return found


@transaction.atomic
def fail_account(*, actor: Actor, run_id: int, at: datetime, why: str) -> MethodRun:
    """Keep why a run has no answer."""
    run = get_visible(actor, MethodRun.objects.select_for_update(), pk=run_id)
    require(actor, "strategies.compute", run)
    if run.state == RunState.WAITING:
        run.state, run.failure = RunState.FAILED, why[:2000]
        run.version += 1
        run.save()
        _tell(actor, "fail_account", run, at, {"why": run.failure})
    return run


@dataclass(frozen=True, kw_only=True)
class Again:
    """What computing again gave: the bytes, and what differs from what was kept."""

    content: bytes
    digest: str
    differs: tuple[str, ...]


def recompute_account(*, actor: Actor, public_id: str) -> Again:
    """Answer the frozen question again and compare to the byte; nothing is changed.

    ``differs`` names the frozen inputs, and the paths in the output, that are not as kept.
    """
    found = get_visible(actor, MethodRun.objects.all(), public_id=public_id)
    require(actor, "strategies.compute", found)
    if found.state != RunState.DONE:
        raise StepNotAllowed(_("This run has no answer yet."))
    differs = []
    if problem.digest_of_questions(found.questions) != found.inputs_digest:
        differs.append("inputs")
    content = problem.answer(found.questions)
    digest = sha256(content).hexdigest()
    if digest != found.output_digest:
        paths = problem.differing(found.output, json.loads(content))
        differs += [f"output{path}" for path in paths] or ["output_digest"]
    elif kept := problem.differing(found.output, json.loads(content)):
        differs += [f"kept output{path}" for path in kept]
    return Again(content=content, digest=digest, differs=tuple(differs))


@transaction.atomic
def publish_account(
    *,
    actor: Actor,
    run_id: int,
    at: datetime,
    expected_version: int | None = None,
) -> MethodRun:
    """Make a computed run public, with its digests in the public record.

    Raises ``StepNotAllowed`` while it has no answer, and while a data set has no citation.
    Only results become public; the numbers they rest on stay with their licence.
    """
    run = get_visible(actor, MethodRun.objects.select_for_update(), pk=run_id)
    require(actor, "strategies.publish_run", run)
    if expected_version is not None and run.version != expected_version:
        raise Stale(
            _("This run was changed by somebody else after you opened it."),
            mend=_("Look at it as it stands now, then act again."),
        )
    if run.state != RunState.DONE:
        raise StepNotAllowed(
            _("This run has no answer yet."), mend=_("Wait until it is computed.")
        )
    if run.published_at is not None:
        raise StepNotAllowed(_("This run is public already."))
    uncited = [
        vintage.dataset.code
        for vintage in run.vintages.select_related("dataset")
        if not vintage.dataset.citation
    ]
    if uncited:
        raise StepNotAllowed(
            _("The data set %(code)s has no citation.") % {"code": uncited[0]},
            mend=_("Write on its page how the provider asks to be cited."),
        )
    run.published_at = at
    run.version += 1
    run.save(update_fields=["published_at", "version"])
    record(
        actor=actor,
        act="strategies.publish_account",
        subject=f"strategies.account:{run.public_id}",
        at=at,
        public=True,
        detail={
            "title_vi": run.title_vi,
            "kind": run.kind,
            "method": run.method_version,
            "inputs": run.inputs_digest,
            "output": run.output_digest,
            "vintages": [
                {"dataset": v.dataset.code, "label": v.label, "sha256": v.sha256}
                for v in run.vintages.select_related("dataset").order_by("pk")
            ],
        },
    )
    return run


def _tell(
    actor: Actor, act: str, run: MethodRun, at: datetime, detail: Mapping[str, Any]
) -> None:
    record(
        actor=actor,
        act=f"strategies.{act}",
        subject=f"strategies.account:{run.public_id}",
        at=at,
        detail={"kind": run.kind, **detail},
    )
