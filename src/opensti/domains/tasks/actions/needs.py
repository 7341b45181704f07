"""A need, from its first words to its submission: what its maker does."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures import actions as procedures_actions
from opensti.domains.procedures import queries as procedures_queries
from opensti.domains.procedures.choices import Act, State, TaskKind, Track
from opensti.domains.strategies.queries import goal_to_link
from opensti.domains.tasks.actions.goals import chosen_goal, goal_said
from opensti.domains.tasks.events import NeedSubmitted
from opensti.domains.tasks.models import Need
from opensti.domains.tasks.permissions import author_of
from opensti.domains.tasks.problem import (
    columns,
    need_form,
    need_problems,
    need_search_text,
)
from opensti.domains.tasks.queries import need_files, need_subject
from opensti.kernel.access import get_visible, require
from opensti.kernel.events import publish
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Invalid, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.domains.procedures.regimes.format import Form
    from opensti.kernel.access import Actor

EDITABLE = (State.DRAFT, State.RETURNED)


@transaction.atomic
def draft_need(
    *,
    actor: Actor,
    at: datetime,
    kind: str = TaskKind.MINISTRY,
    organisation_id: int | None = None,
    field_id: int | None = None,
    title_en: str = "",
    answers: Mapping[str, Any] | None = None,
    goal: str = "",
) -> Need:
    """Open a need under the regime in force today, for oneself or an organisation.

    ``goal`` is the public id of the goal it is to serve; see ``link_goal``.
    """
    require(actor, "tasks.propose_need")
    require(actor, "tasks.propose_for", organisation_id)
    served = goal_to_link(public_id=goal, day=localdate(at))
    regime_version = procedures_queries.regime_in_force(localdate(at), kind)
    form = need_form(procedures_queries.regime_of(regime_version))
    given = dict(answers or {})
    _refuse_impossible(form, given)
    public_id = new_public_id()
    read = columns(form, given)
    case = procedures_actions.open_case(
        actor=actor,
        track=Track.NEED,
        regime_version_id=regime_version.pk,
        subject=need_subject(public_id),
        title=read["title_vi"],
        at=at,
        kind=kind,
    )
    need = Need(
        public_id=public_id,
        case=case,
        created_by_id=author_of(actor),
        organisation_id=organisation_id,
        field_id=field_id,
        goal=served,
        title_en=title_en.strip()[:500],
        answers=given,
        form_code=form.code,
        created_at=at,
        **read,
    )
    need.search_text = need_search_text(need)
    need.save()
    record(
        actor=actor,
        act="needs.draft",
        subject=need_subject(public_id),
        at=at,
        detail={"organisation": organisation_id, "kind": str(kind)} | goal_said(served),
    )
    return need


@transaction.atomic
def save_need(
    *,
    actor: Actor,
    need_id: int,
    answers: Mapping[str, Any],
    expected_version: int,
    at: datetime,
    title_en: str | None = None,
    field_id: int | None = None,
    goal: str | None = None,
) -> Need:
    """Keep what was typed, finished or not; what did not change is not written.

    ``goal`` is the public id of the goal it is to serve: empty for none, nothing said
    leaves it as it is.

    Raises ``Stale`` when somebody saved meanwhile, ``Invalid`` for what can never be
    right (unfinished is no fault before submission).
    """
    need = locked_need(actor, need_id)
    if need.case.state not in EDITABLE:
        raise StepNotAllowed(
            _("The need has been submitted; its text is fixed."),
            mend=_("Ask the programme officer to return it, or withdraw it."),
        )
    require(actor, "tasks.edit_need", need)
    form = _form_of(need)
    if need.version != expected_version:
        raise _stale(need, answers)
    _refuse_impossible(form, answers)
    english = need.title_en if title_en is None else title_en.strip()[:500]
    served = need.goal if goal is None else chosen_goal(need, goal, day=localdate(at))
    wanted: dict[str, Any] = {
        "goal": served,
        "answers": dict(answers),
        "title_en": english,
        "field_id": field_id,
        **columns(form, answers),
    }
    changed = sorted(k for k, v in wanted.items() if getattr(need, k) != v)
    if not changed:
        return need
    for column, value in wanted.items():
        setattr(need, column, value)
    need.version += 1
    need.search_text = need_search_text(need)
    need.save()
    if "title_vi" in changed:
        procedures_actions.set_title(case_id=need.case_id, title=need.title_vi)
    record(
        actor=actor,
        act="needs.save",
        subject=need_subject(need.public_id),
        at=at,
        detail={"version": need.version, "digest": digest_of(need.answers)}
        | (goal_said(served) if "goal" in changed else {}),
    )
    return need


@transaction.atomic
def submit_need(
    *, actor: Actor, need_id: int, at: datetime, expected_version: int | None = None
) -> Need:
    """Hand the need in: whole by the form of its regime, and fixed from now on."""
    need = locked_need(actor, need_id)
    if expected_version is not None and need.version != expected_version:
        raise _stale(need, {})
    require(actor, "tasks.submit_need", need)
    files = need_files(need)
    problems = need_problems(
        _form_of(need),
        need.answers,
        whole=True,
        lang=get_language() or "vi",
        files=files,
    )
    if problems:
        raise Invalid(problems)
    case = procedures_actions.take_step(
        actor=actor, case_id=need.case_id, act=Act.NEED_SUBMIT, at=at
    )
    need.case = case
    need.submitted_at = at
    need.save(update_fields=["submitted_at"])
    record(
        actor=actor,
        act=Act.NEED_SUBMIT,
        subject=need_subject(need.public_id),
        at=at,
        basis=procedures_queries.basis(case, Act.NEED_SUBMIT),
        detail={
            "version": need.version,
            "digest": digest_of(need.answers),
            "files": [file.sha256 for each in files.values() for file in each],
        },
    )
    publish(NeedSubmitted(need_id=need.pk, at=at))
    return need


@transaction.atomic
def withdraw_need(
    *,
    actor: Actor,
    need_id: int,
    at: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Need:
    """Take the need back; it stays in the record, nobody works on it any more."""
    need = locked_need(actor, need_id)
    require(actor, "tasks.withdraw_need", need)
    case = procedures_actions.take_step(
        actor=actor,
        case_id=need.case_id,
        act=Act.NEED_WITHDRAW,
        at=at,
        reason=reason,
        expected_version=expected_version,
    )
    need.case = case
    record(
        actor=actor,
        act=Act.NEED_WITHDRAW,
        subject=need_subject(need.public_id),
        at=at,
        basis=procedures_queries.basis(case, Act.NEED_WITHDRAW),
        detail={"reason": reason},
    )
    return need


def locked_need(actor: Actor, need_id: int) -> Need:
    return get_visible(
        actor,
        Need.objects.select_for_update(of=("self",)).select_related(
            "case", "goal__plan"
        ),
        pk=need_id,
    )


def digest_of(content: object) -> str:
    """SHA-256 of a canonical text, so that the record can say what was handed in."""
    text = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _form_of(need: Need) -> Form:
    return procedures_queries.regime_of(need.case).form(need.form_code)


def _refuse_impossible(form: Form, answers: Mapping[str, Any]) -> None:
    problems = need_problems(form, answers, whole=False, lang=get_language() or "vi")
    if problems:
        raise Invalid(problems)


def _stale(need: Need, answers: Mapping[str, Any]) -> Stale:
    form = _form_of(need)
    language = get_language() or "vi"
    labels = [
        field.label(language)
        for field in form.fields()
        if answers and answers.get(field.id) != need.answers.get(field.id)
    ]
    return Stale(
        _("Somebody else saved this need meanwhile. Different now: %(fields)s.")
        % {"fields": ", ".join(labels) or "-"},
        mend=_("Copy your text, reload the page, and enter it again where it differs."),
    )
