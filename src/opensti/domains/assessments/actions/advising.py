"""Rules are frozen, speak when an assessment is scored, and are taken up or declined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments import permissions as _permissions  # noqa: F401
from opensti.domains.assessments.choices import Advice, Size, State
from opensti.domains.assessments.frameworks import (
    Questionnaire,
    digest,
    read_rules,
    shipped_rules,
)
from opensti.domains.assessments.models import (
    Assessment,
    Profile,
    Recommendation,
    Result,
    RuleSet,
)
from opensti.domains.assessments.queries import bases_in_force
from opensti.domains.assessments.queries.advising import (
    causes_of,
    facts_of,
    importance_by_role,
    profile_of,
    rule_file_of,
    rules_in_force,
    scores_by_role,
    spoken,
)
from opensti.domains.assessments.queries.asking import asked_of
from opensti.domains.assessments.queries.counting import answers_of
from opensti.domains.procedures.regimes.loading import load_file
from opensti.kernel.access import require
from opensti.kernel.checks import Faults, in_state, keep, locked_row, problem
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from opensti.kernel.access import Actor

MOST = 5
YES_NO = ("knowledge", "new_product", "new_process", "research")


@transaction.atomic
def load_rules(
    *, actor: Actor, at: datetime, paths: Sequence[Path] | None = None
) -> list[RuleSet]:
    """Freeze rules of files (those that come with the house) on frameworks in force.

    All or nothing; what is here already stays as it is. Raises ``Invalid`` with the faults
    of a file, and for a framework that is not loaded.
    """
    require(actor, "assessments.load_framework")
    bases = bases_in_force()
    made = []
    for path in shipped_rules() if paths is None else paths:
        content = load_file(path)
        head = content.get("recommendations")
        said = head.get("framework") if isinstance(head, dict) else None
        base = bases.get(str(said))
        if base is None:
            raise problem(
                f"{path.name}: recommendations.framework",
                _("No framework “%(code)s” is in force.") % {"code": said},
                _("Load the framework first."),
            )
        read_rules(content, file=path.name, asked=Questionnaire.of(base))
        made.append(_freeze(actor, base.code, content, at))
    return made


def _freeze(actor: Actor, framework: str, content: Mapping[str, Any], at: datetime) -> RuleSet:  # fmt: skip
    sha256 = digest(content)
    # Locked, so that two loads give one active set.
    versions = RuleSet.objects.select_for_update().filter(framework=framework)
    known = list(versions)
    current = next((one for one in known if one.active), None)
    if current is not None and current.sha256 == sha256:
        return current
    RuleSet.objects.filter(framework=framework, active=True).update(active=False)
    row = next((one for one in known if one.sha256 == sha256), None)
    if row is not None:
        row.active = True
        row.save(update_fields=["active"])
    else:
        head = content["recommendations"]
        row = RuleSet.objects.create(
            framework=framework,
            number=len(known) + 1,
            edition=head["edition"],
            title_vi=head["title_vi"],
            title_en=head["title_en"],
            sha256=sha256,
            content=content,
            loaded_by_id=actor.user_id,
            loaded_at=at,
        )
    record(
        actor=actor,
        act="assessments.load_rules",
        subject=f"assessments.rules:{row.public_id}",
        at=at,
        public=True,
        detail={"sha256": sha256, "code": framework, "number": row.number},
    )
    return row


@transaction.atomic
def save_profile(
    *,
    actor: Actor,
    assessment_id: int,
    at: datetime,
    size: str = "",
    barriers: Mapping[str, int] | None = None,
    turnover_new: int | None = None,
    **said: bool | None,
) -> Profile:
    """Say what rules ask besides the questions; a newest result is advised on anew.

    ``barriers``: 1 to 5 by the codes of the rules in force; ``said``: ``knowledge``,
    ``new_product``, ``new_process``, ``research``. What is left open stays unknown, and the
    rules that ask it stay silent.
    """
    row = locked_row(actor, Assessment.objects.all(), pk=assessment_id)
    require(actor, "assessments.run", row)
    in_state(
        _("This is not possible while the assessment is: %(state)s."),
        row.state,
        set(State.values) - {State.ARCHIVED},
        row.get_state_display(),
    )
    rules = rules_in_force(asked_of(row).base.code)
    known = {b.code for b in rule_file_of(rules).barriers} if rules else set()
    wrong = Faults()
    if size and size not in Size.values:
        wrong.add("size", _("Choose one of the sizes."))
    for code, value in (barriers or {}).items():
        if code not in known or not 1 <= value <= MOST:
            wrong.add(f"barrier_{code}", _("A barrier weighs 1 to 5."))
    if turnover_new is not None and not 0 <= turnover_new <= 100:  # noqa: PLR2004
        wrong.add("turnover_new", _("This is a percentage, from 0 to 100."))
    wrong.refuse()
    made, _new = Profile.objects.update_or_create(
        assessment=row,
        defaults={
            "size": size,
            "barriers": dict(barriers or {}),
            "turnover_new": turnover_new,
            "said_by_id": actor.user_id,
            "said_at": at,
            **{name: said.get(name) for name in YES_NO},
        },
    )
    found = Result.objects.filter(assessment=row, revision=row.revision).first()
    if found is not None:
        advise(row, found.content)
    record(actor=actor, act="assessments.save_profile", subject=row.subject, at=at)
    return made


def advise(row: Assessment, content: Mapping[str, Any]) -> list[Recommendation]:
    """Let the rules in force speak on the newest result, within the act that scored it.

    What was decided stays decided; an undecided one that is silent now is gone.
    """
    asked = asked_of(row)
    rules = rules_in_force(asked.base.code)
    if rules is None:
        return []
    people = list(row.participants.all())
    by_role = scores_by_role(
        one for one in answers_of(row, people) if one.item in asked.by_code
    )
    weights = importance_by_role(people)
    facts = facts_of(content, by_role, profile_of(row))
    here = Recommendation.objects.filter(assessment=row, revision=row.revision)
    known = {one.rule: one for one in here.select_for_update()}
    speaking = []
    for one, comparisons in spoken(rule_file_of(rules), asked, facts):
        made = known.pop(one.rule, None) or Recommendation(
            assessment=row, revision=row.revision, rule=one.rule
        )
        made.speaks = True
        if made.state == Advice.OPEN:
            made.rules, made.programme, made.priority = (
                rules,
                one.programme,
                one.priority,
            )
            made.causes = causes_of(
                one,
                comparisons,
                asked=asked,
                content=content,
                by_role=by_role,
                weights=weights,
            )
        made.save()
        speaking.append(made)
    for silent in known.values():
        if silent.state == Advice.OPEN:
            silent.delete()
        elif silent.speaks:
            silent.speaks = False
            silent.save(update_fields=["speaks"])
    return speaking


@transaction.atomic
def decline_recommendation(
    *, actor: Actor, recommendation_id: int, reason: str, at: datetime, version: int | None = None
) -> Recommendation:  # fmt: skip
    """Say why a recommendation is not followed; the next assessment shows what became of it."""
    row = undecided(actor, recommendation_id, version)
    wrong = Faults()
    reason = wrong.needs("reason", reason, _("Say why it is not followed."))
    wrong.refuse()
    row.reason = reason[:1000]
    decide(actor, row, Advice.DECLINED, at)
    record(
        actor=actor,
        act="assessments.decline_recommendation",
        subject=row.assessment.subject,
        at=at,
        secret={"rule": row.rule},
    )
    return row


def undecided(
    actor: Actor, recommendation_id: int, version: int | None
) -> Recommendation:
    """The one to decide on, locked. Raises ``AccessDenied``, ``StepNotAllowed``."""
    row = locked_row(
        actor,
        Recommendation.objects.select_related("assessment"),
        version=version,
        pk=recommendation_id,
    )
    require(actor, "assessments.run", row.assessment)
    in_state(
        _("This recommendation is decided: %(state)s."),
        row.state,
        {Advice.OPEN},
        row.get_state_display(),
    )
    return row


def decide(actor: Actor, row: Recommendation, state: Advice, at: datetime) -> None:
    row.state, row.decided_by_id, row.decided_at = state, actor.user_id, at
    keep(row, "state", "reason", "decided_by", "decided_at")
