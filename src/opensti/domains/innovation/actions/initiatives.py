"""Initiatives: begun, described, moved by decisions that say why, tested, protected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.innovation import permissions as _permissions  # noqa: F401
from opensti.domains.innovation.actions.campaigns import tell
from opensti.domains.innovation.choices import (
    AfterTest,
    Criterion,
    Horizon,
    Kind,
    Outcome,
    RightKind,
    RightState,
    Risk,
    Stage,
    StopReason,
    Verdict,
)
from opensti.domains.innovation.lifecycle import RUNNING, VERDICTS
from opensti.domains.innovation.models import (
    Assumption,
    Initiative,
    Objective,
    Partner,
    Right,
    StageDecision,
    Trial,
)
from opensti.kernel.access import require, visible
from opensti.kernel.checks import Faults, in_state, keep, locked_row, problem
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from opensti.kernel.access import Actor

STATE = _("This is not possible while the initiative is: %(state)s.")
HIGHEST = 5
MOST_PARTS = 10
FACTS = (
    "title",
    "text",
    "owner_name",
    "kind",
    "horizon",
    "risk",
    "value",
    "commercial",
    "launch",
    "technical",
    "development",
    "realised",
    "realised_on",
)


@transaction.atomic
def begin_initiative(
    *,
    actor: Actor,
    organisation_id: int,
    title: str,
    at: datetime,
    text: str = "",
    stage: str = Stage.IDENTIFY,
    kind: str = Kind.PROCESS,
    horizon: int = Horizon.CORE,
    risk: str = Risk.MEDIUM,
    owner_name: str = "",
    reason: str = "",
) -> Initiative:
    """Begin an initiative that did not come from an idea; it may skip stages."""
    require(actor, "innovation.run", organisation_id)
    wrong = Faults()
    title = wrong.needs("title", title, _("Give the initiative a name."))
    if stage not in Stage.values:
        wrong.add("stage", _("Choose the stage it begins in."))
    _check_words(wrong, {"kind": kind, "horizon": horizon, "risk": risk})
    wrong.refuse()
    return start(
        actor,
        at,
        organisation_id=organisation_id,
        title=title,
        text=text,
        stage=stage,
        reason=reason,
        kind=kind,
        horizon=horizon,
        risk=risk,
        owner_name=owner_name.strip()[:120],
    )


def start(
    actor: Actor,
    at: datetime,
    *,
    organisation_id: int,
    title: str,
    text: str,
    stage: str,
    reason: str,
    **more: Any,
) -> Initiative:
    """Make the row with its first decision; the caller has asked whether that may be."""
    made = Initiative.objects.create(
        organisation_id=organisation_id,
        title=title[:200],
        text=text.strip()[:5000],
        stage=stage,
        begun_at=at,
        since=at,
        search_text=search_text(title, text),
        **({"kind": Kind.PROCESS} | more),
    )
    _decided(actor, made, Verdict.BEGIN, at, to_stage=stage, reason=reason)
    tell(actor, "innovation.begin", made.subject, at)
    return made


def _objective(
    actor: Actor, row: Initiative, public_id: str, wrong: Faults
) -> Objective | None:
    if not public_id:
        return None
    rows = Objective.objects.filter(organisation_id=row.organisation_id)
    found = visible(actor, rows.filter(public_id=public_id)).first()
    if found is None:
        wrong.add("objective", _("There is no such objective here."))
    return found


def _check_words(wrong: Faults, said: Mapping[str, Any]) -> None:
    for name, values, message in (
        ("kind", Kind.values, _("Choose what kind it is.")),
        ("horizon", Horizon.values, _("Choose a horizon.")),
        ("risk", Risk.values, _("Choose how risky it is.")),
    ):
        if name in said and said[name] not in values:
            wrong.add(name, message)


@transaction.atomic
def describe_initiative(
    *,
    actor: Actor,
    initiative_id: int,
    facts: Mapping[str, Any],
    at: datetime,
    version: int | None = None,
) -> Initiative:
    """Write what an initiative is, what it may be worth, and what it has brought.

    ``facts`` holds some of ``FACTS``, and ``objective``, the public id of one it serves. What it brought is told after its end, too. Raises
    ``Invalid`` for costs below nothing, chances outside 0 to 1, a value without its day.
    """
    row = locked(actor, initiative_id, version)
    require(actor, "innovation.run", row)
    said = {name: facts[name] for name in FACTS if name in facts}
    wrong = Faults()
    if "objective" in facts:
        said["objective"] = _objective(actor, row, facts["objective"], wrong)
    if "title" in said:
        said["title"] = wrong.needs(
            "title", said["title"], _("Give the initiative a name.")
        )[:200]
    _check_words(wrong, said)
    wrong.amounts(
        **{
            n: said.get(n)
            for n in ("value", "launch", "development", "realised")
            if said.get(n) is not None
        }
    )
    for name in ("commercial", "technical"):
        if said.get(name) is not None and not 0 <= said[name] <= 1:
            wrong.add(name, _("A chance is from 0 to 1."))
    if said.get("realised") is not None and said.get("realised_on") is None:
        wrong.add("realised_on", _("Say as of which day the value is."))
    wrong.not_later("realised_on", said.get("realised_on"), at)
    wrong.refuse()
    for name, value in said.items():
        setattr(row, name, value)
    row.search_text = search_text(row.title, row.text)
    keep(row, *said, "search_text")
    tell(actor, "innovation.describe", row.subject, at)
    return row


@transaction.atomic
def decide(
    *,
    actor: Actor,
    initiative_id: int,
    verdict: str,
    reason: str,
    at: datetime,
    version: int | None = None,
    stage: str = "",
    scores: Mapping[str, int] | None = None,
    stop_reason: str = "",
    lesson: str = "",
    into: str = "",
    parts: Sequence[str] = (),
) -> StageDecision:
    """Decide about an initiative: move (back, on, over stages), hold, go on, end.

    ``scores``: 0 to 5 by ``Criterion``, as many as were weighed. A stop has its reason
    code and its lesson: it counts as learning. ``into``: the running initiative it is
    joined with; ``parts``: names of those it is split into. Raises ``StepNotAllowed``,
    ``Stale``, ``Invalid`` with everything that is wrong.
    """
    row = locked(actor, initiative_id, version)
    require(actor, "innovation.run", row)
    if verdict not in VERDICTS:
        raise problem("verdict", _("There is no such decision."))
    froms, to = VERDICTS[Verdict(verdict)]
    in_state(STATE, row.state, froms, row.get_state_display())
    given = dict(scores or {})
    names = [name.strip() for name in parts if name.strip()]
    wrong = Faults()
    reason = wrong.needs("reason", reason, _("Say why: the history keeps it."))
    if verdict == Verdict.STOP:
        if stop_reason not in StopReason.values:
            wrong.add("stop_reason", _("Choose why it is stopped."))
        lesson = wrong.needs("lesson", lesson, _("Write down what was learnt."))
    _check_verdict(row, verdict, stage, given, names, wrong)
    wrong.refuse()
    before = row.stage
    if verdict == Verdict.MOVE:
        row.stage, row.since = stage, at
    if verdict == Verdict.MERGE:
        row.into = _other(actor, row, into)
    row.state = to
    keep(row, "stage", "since", "state", "into")
    made = _decided(
        actor,
        row,
        verdict,
        at,
        from_stage=before,
        to_stage=row.stage,
        reason=reason,
        scores=given,
        stop_reason=stop_reason if verdict == Verdict.STOP else "",
        lesson=lesson.strip()[:2000],
    )
    if verdict == Verdict.SPLIT:
        _split(actor, row, names, at, reason)
    tell(actor, "innovation.decide", row.subject, at, detail={"verdict": verdict})
    return made


def _check_verdict(  # noqa: PLR0917 -- what was said, in its order
    row: Initiative,
    verdict: str,
    stage: str,
    scores: Mapping[str, int],
    parts: Sequence[str],
    wrong: Faults,
) -> None:
    if verdict == Verdict.MOVE and (stage not in Stage.values or stage == row.stage):
        wrong.add("stage", _("Choose another stage."))
    if verdict == Verdict.DONE and row.stage != Stage.DEPLOY:
        wrong.add("verdict", _("Only what is being deployed can be in use."))
    if not set(scores) <= set(Criterion.values) or not all(
        0 <= n <= HIGHEST for n in scores.values()
    ):
        wrong.add("scores", _("Give 0 to 5 for the criteria that are named."))
    if verdict == Verdict.SPLIT and not 2 <= len(parts) <= MOST_PARTS:  # noqa: PLR2004 -- two at least
        wrong.add("parts", _("Name 2 to 10 initiatives, one a line."))


def _other(actor: Actor, row: Initiative, into: str) -> Initiative:
    rows = visible(actor, Initiative.objects.exclude(pk=row.pk))
    found = rows.filter(
        organisation_id=row.organisation_id, public_id=into.strip(), state__in=RUNNING
    ).first()
    if found is None:
        raise problem("into", _("There is no such running initiative here."))
    return found


def _split(
    actor: Actor, row: Initiative, names: Sequence[str], at: datetime, reason: str
) -> None:
    for name in names:
        start(
            actor,
            at,
            organisation_id=row.organisation_id,
            title=name,
            text=row.text,
            stage=row.stage,
            reason=reason,
            kind=row.kind,
            horizon=row.horizon,
            risk=row.risk,
            owner_name=row.owner_name,
            out_of=row,
        )


def _decided(
    actor: Actor, row: Initiative, verdict: str, at: datetime, **said: Any
) -> StageDecision:
    said["reason"] = said["reason"][:2000]
    return StageDecision.objects.create(
        initiative=row,
        number=row.decisions.count() + 1,
        verdict=verdict,
        decided_by_id=actor.user_id,
        decided_at=at,
        **said,
    )


# ---- assumptions and their tests


@transaction.atomic
def assume(
    *,
    actor: Actor,
    initiative_id: int,
    text: str,
    weight: int,
    doubt: int,
    at: datetime,
) -> Assumption:
    """Note what must be true; ``weight`` times ``doubt`` (1 to 5 each) is its risk."""
    row = _running(actor, initiative_id)
    wrong = Faults()
    text = wrong.needs("text", text, _("Say what must be true."))
    for name, value in (("weight", weight), ("doubt", doubt)):
        if not 1 <= value <= HIGHEST:
            wrong.add(name, _("From 1 to 5."))
    wrong.refuse()
    made = Assumption.objects.create(
        initiative=row,
        text=text[:500],
        weight=weight,
        doubt=doubt,
        noted_by_id=actor.user_id,
        noted_at=at,
    )
    tell(actor, "innovation.assume", row.subject, at)
    return made


@transaction.atomic
def plan_trial(
    *,
    actor: Actor,
    assumption_id: int,
    plan: str,
    holds_if: str,
    at: datetime,
    due_on: date | None = None,
) -> Trial:
    """Plan how an assumption is tested, and say beforehand when it holds."""
    found, row = _assumption(actor, assumption_id)
    wrong = Faults()
    plan = wrong.needs("plan", plan, _("Say how it is tested."))
    holds_if = wrong.needs(
        "holds_if", holds_if, _("Say before the test what would show that it holds.")
    )
    wrong.refuse()
    made = Trial.objects.create(
        assumption=found, plan=plan[:1000], holds_if=holds_if[:500], due_on=due_on
    )
    tell(actor, "innovation.test", row.subject, at)
    return made


@transaction.atomic
def tell_trial(
    *,
    actor: Actor,
    trial_id: int,
    outcome: str,
    result: str,
    then: str,
    at: datetime,
) -> Trial:
    """Tell what a test showed and what follows; once."""
    trial = visible(actor, Trial.objects.filter(pk=trial_id)).first()
    if trial is None:
        raise NotFound
    _found, row = _assumption(actor, trial.assumption_id)
    trial = Trial.objects.select_for_update().get(pk=trial_id)
    wrong = Faults()
    if trial.told_at is not None:
        wrong.add("outcome", _("This test was told already: plan another."))
    if outcome not in Outcome.values:
        wrong.add("outcome", _("Choose what came out."))
    if then not in AfterTest.values:
        wrong.add("then", _("Choose what follows."))
    result = wrong.needs("result", result, _("Say what came out, in figures if any."))
    wrong.refuse()
    trial.outcome, trial.then, trial.result = outcome, then, result[:2000]
    trial.told_at, trial.told_by_id = at, actor.user_id
    trial.save()
    tell(actor, "innovation.test", row.subject, at)
    return trial


def _assumption(actor: Actor, assumption_id: int) -> tuple[Assumption, Initiative]:
    found = visible(actor, Assumption.objects.filter(pk=assumption_id)).first()
    if found is None:
        raise NotFound
    return found, _running(actor, found.initiative_id)


# ---- rights and partners


@transaction.atomic
def note_right(
    *,
    actor: Actor,
    initiative_id: int,
    kind: str,
    title: str,
    state: str,
    at: datetime,
    number: str = "",
    holder: str = "",
    right_id: int | None = None,
) -> Right:
    """Note a right that an initiative makes, needs or must not touch, or what became of it."""
    row = locked(actor, initiative_id)
    require(actor, "innovation.work", row)
    wrong = Faults()
    title = wrong.needs("title", title, _("Say what the right is of."))
    if kind not in RightKind.values:
        wrong.add("kind", _("Choose what kind of right it is."))
    if state not in RightState.values:
        wrong.add("state", _("Choose how it stands."))
    wrong.refuse()
    said = {
        "kind": kind,
        "title": title[:200],
        "state": state,
        "number": number.strip()[:60],
        "holder": holder.strip()[:200],
        "noted_at": at,
    }
    if right_id is None:
        made = Right.objects.create(initiative=row, **said)
    else:
        found = Right.objects.filter(pk=right_id, initiative=row).first()
        if found is None:
            raise NotFound
        made = found
        for name, value in said.items():
            setattr(made, name, value)
        made.save()
    tell(actor, "innovation.note_right", row.subject, at)
    return made


@transaction.atomic
def note_partner(
    *,
    actor: Actor,
    initiative_id: int,
    name: str,
    part: str,
    at: datetime,
    agreement: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Partner:
    """Note with whom an initiative works, for what, by which paper."""
    row = locked(actor, initiative_id)
    require(actor, "innovation.work", row)
    wrong = Faults()
    name = wrong.needs("name", name, _("Name the partner."))
    part = wrong.needs("part", part, _("Say what the partner does."))
    if since is not None:
        wrong.not_before("until", until, since)
    wrong.refuse()
    made = Partner.objects.create(
        initiative=row,
        name=name[:200],
        part=part[:300],
        agreement=agreement.strip()[:200],
        since=since,
        until=until,
        noted_at=at,
    )
    tell(actor, "innovation.note_partner", row.subject, at)
    return made


def _running(actor: Actor, initiative_id: int) -> Initiative:
    row = locked(actor, initiative_id)
    require(actor, "innovation.work", row)
    in_state(STATE, row.state, RUNNING, row.get_state_display())
    return row


def locked(actor: Actor, initiative_id: int, version: int | None = None) -> Initiative:
    rows = Initiative.objects.all()
    return locked_row(actor, rows, version=version, pk=initiative_id)
