"""The host judges its own work: product by product, with its evidence, and by its council."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from sti_methods import ballots as counting

from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import may_step
from opensti.domains.procedures.regimes.counting import rating_rule
from opensti.domains.results.actions.acting import attach, locked, step, tell
from opensti.domains.results.models import Acceptance, BaseCouncil
from opensti.domains.results.problem import (
    Assessment,
    assessment_of,
    assessment_problems,
    digest,
    file_kinds,
)
from opensti.domains.results.queries import (
    acceptance_files,
    acceptance_subject,
    dossier_parts,
    level_names,
    scale_of,
)
from opensti.kernel.checks import keep, past_day, refuse_if, wanted
from opensti.kernel.files.actions import remove, require_held
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from django.core.files.base import File

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

# Where the host may still change what it says and shows.
OPEN = (State.AWAITED, State.AT_BASE, State.RETURNED, State.REWORK)
MOST_MEMBERS = 30


@transaction.atomic
def save_assessment(
    *,
    actor: Actor,
    acceptance_id: int,
    said: Assessment,
    at: datetime,
    expected_version: int | None = None,
) -> Acceptance:
    """Keep what the host typed, valid or not; ``expected_version`` is the draft's own."""
    found = locked(actor, acceptance_id, "results.assess", states=OPEN)
    _write(found, said, at, expected_version)
    return found


def _write(
    found: Acceptance, said: Assessment, at: datetime, version: int | None
) -> None:
    if version is not None and found.draft_version != version:
        raise Stale(
            _("This form was changed in another window meanwhile."),
            mend=_("Look at what is there now; your text is still in this form."),
        )
    found.draft = said.short().as_json()
    found.draft_saved_at = at
    found.draft_version += 1
    found.save(update_fields=["draft", "draft_saved_at", "draft_version"])


@transaction.atomic
def assess_self(
    *,
    actor: Actor,
    acceptance_id: int,
    at: datetime,
    said: Assessment | None = None,
    expected_version: int | None = None,
) -> Acceptance:
    """Hand the self-assessment to the host's own council; every fault is said at once.

    Raises ``Invalid`` with all that is missing; what was kept before stays kept.
    """
    found = locked(actor, acceptance_id, "results.assess")
    if said is not None and found.case.state in OPEN:
        _write(found, said, at, expected_version)
    if found.case.last_act == Act.ACCEPTANCE_ASSESS:
        return found  # a double click
    refuse_if(faults(found))
    rests_on = step(actor, found, Act.ACCEPTANCE_ASSESS, at)
    keep(found)
    tell(
        actor,
        found,
        Act.ACCEPTANCE_ASSESS,
        at,
        basis=rests_on,
        detail={"assessment": digest(found.draft), "report": found.draft.get("report")},
    )
    return found


def faults(found: Acceptance) -> list[Problem]:
    """What keeps the self-assessment from being handed in as it is kept."""
    return assessment_problems(
        assessment_of(found.draft),
        found.contract.products.order_by("position"),
        levels=set(level_names(found)),
        files={f.kind for f in acceptance_files(found)},
    )


# Uploads are kept in their own transaction: what was checked stays, whatever follows.
def add_evidence(
    *, actor: Actor, acceptance_id: int, file: File[bytes], kind: str, at: datetime
) -> StoredFile:
    """Attach a file: the final report, the evidence of a product, a part of the dossier that
    the procedure names, anything else.
    """
    with transaction.atomic():
        found = locked(actor, acceptance_id, "results.assess", states=OPEN)
        keys = list(found.contract.products.values_list("key", flat=True))
    if kind not in file_kinds(keys, dossier_parts(found)):
        raise Invalid(
            [
                Problem(
                    field="kind",
                    message=_("There is nothing of this kind to attach a file to."),
                    mend=_("Choose one of the list."),
                )
            ]
        )
    kept = attach(actor, found, file, kind, at)
    assert kept is not None  # noqa: S101 -- a file was sent
    return kept


def remove_evidence(
    *, actor: Actor, acceptance_id: int, file: str, at: datetime
) -> None:
    """Take a file out that was not handed in yet, or is no longer meant."""
    with transaction.atomic():
        found = locked(actor, acceptance_id, "results.assess", states=OPEN)
        keys = list(found.contract.products.values_list("key", flat=True))
        kinds = file_kinds(keys, dossier_parts(found))
        held = {f.public_id: f.kind for f in acceptance_files(found)}
        require_held(public_id=file, subject=acceptance_subject(found.public_id))
        if held.get(file) not in kinds:
            raise StepNotAllowed(
                _("This file belongs to what was concluded; it stays."),
            )
        remove(actor=actor, public_id=file, at=at)


# ---- the host's own council


@dataclass(frozen=True, kw_only=True)
class Member:
    name: str
    role: str = ""
    organisation: str = ""


@dataclass(frozen=True, kw_only=True)
class BaseWord:
    """What the host's own council said. ``votes``: how many members gave each level."""

    decision_number: str
    met_on: date | None
    members: Sequence[Member]
    votes: Mapping[str, int]
    level: str = ""
    conclusion: str = ""


def enter_base_council(
    *,
    actor: Actor,
    acceptance_id: int,
    word: BaseWord,
    passed: bool,
    at: datetime,
    minutes: File[bytes] | None = None,
    expected_version: int | None = None,
) -> BaseCouncil:
    """Enter what the host's own council concluded: it passes, or goes back to be mended.

    Where votes are given, the level is counted from them by the scale of the procedure,
    in exact fractions, and another word is refused.
    """
    with transaction.atomic():
        found = locked(
            actor,
            acceptance_id,
            "results.enter_base_council",
            states=[State.AT_BASE],
            version=expected_version,
        )
        act = Act.ACCEPTANCE_CONCLUDE_BASE if passed else Act.ACCEPTANCE_SEND_BACK
        if not may_step(found.case, act, actor):
            step(actor, found, act, at, reason=word.conclusion)  # says why not
        level, counted = _level(found, word, passed=passed, at=at)
        paper = attach(actor, found, minutes, "base_minutes", at)
        council = BaseCouncil.objects.create(
            acceptance=found,
            decision_number=word.decision_number.strip()[:100],
            met_on=word.met_on or localdate(at),
            members=[dict(m.__dict__) for m in word.members],
            votes={k: n for k, n in word.votes.items() if n},
            counted=counted,
            level=level,
            passed=passed,
            conclusion=word.conclusion.strip(),
            minutes_file=paper.public_id if paper is not None else "",
            minutes_sha256=paper.sha256 if paper is not None else "",
            entered_by_id=actor.account_id,
            entered_at=at,
        )
        rests_on = step(actor, found, act, at, reason=word.conclusion)
        keep(found)
        tell(
            actor,
            found,
            act,
            at,
            basis=rests_on,
            detail={
                "decision": council.decision_number,
                "met_on": council.met_on,
                "level": level,
                "votes": council.votes,
                "minutes": council.minutes_sha256,
            },
            secret={"members": council.members, "conclusion": council.conclusion},
        )
    return council


def _level(
    found: Acceptance, word: BaseWord, *, passed: bool, at: datetime
) -> tuple[str, dict[str, Any]]:
    scale, names = scale_of(found), level_names(found)
    problems = [
        *wanted(
            "decision_number",
            word.decision_number,
            _("The council was set up by a decision with a number."),
            _("Enter it as signed."),
        ),
        *past_day("met_on", word.met_on, at, since=found.contract.signed_on),
        *_member_faults(word.members),
    ]
    votes = {k: n for k, n in word.votes.items() if n}
    if any(k not in names or n < 0 for k, n in word.votes.items()):
        problems.append(
            Problem(
                field="votes",
                message=_("There is no such level, or no such number of votes."),
                mend=_("Enter whole numbers beside the levels."),
            )
        )
    elif sum(votes.values()) > len(word.members):
        problems.append(
            Problem(
                field="votes",
                message=_("There are more votes than members."),
                mend=_("Enter all members, or count the votes again."),
            )
        )
    refuse_if(problems)
    counted: dict[str, Any] = {}
    level = word.level
    if votes:
        said = [k for k, n in votes.items() for _n in range(n)]
        result = counting.rate(
            rating_rule(scale),
            {str(n): k for n, k in enumerate(said)},
            present=len(said),
            total=len(word.members),
        )
        counted = {
            "level": result.level,
            "steps": [{"code": s.code, "values": s.values} for s in result.steps],
        }
        if level and level != result.level:
            problems.append(
                Problem(
                    field="level",
                    message=_("The votes make the level “%(level)s”.")
                    % {"level": names[result.level]},
                    mend=_("Enter this level, or the votes as they were."),
                )
            )
        level = result.level
    if level not in names:
        problems.append(
            Problem(
                field="level",
                message=_("The council gives the work a level."),
                mend=_("Choose one of the levels, or enter the votes."),
            )
        )
    elif passed and level == scale.worst:
        problems.append(
            Problem(
                field="level",
                message=_(
                    "Work with the lowest level does not pass the host's council."
                ),
                mend=_("Send it back with what is to be mended."),
            )
        )
    if not passed and not word.conclusion.strip():
        problems.append(
            Problem(
                field="conclusion",
                message=_("Say what is to be mended."),
                mend=_("One sentence for each point is enough."),
            )
        )
    refuse_if(problems)
    return level, counted


def _member_faults(members: Sequence[Member]) -> list[Problem]:
    if not members or len(members) > MOST_MEMBERS or any(not m.name for m in members):
        return [
            Problem(
                field="members",
                message=_("The council has members with names, at most %(most)d.")
                % {"most": MOST_MEMBERS},
                mend=_("Write one on a line: name; role; organisation."),
            )
        ]
    return []
