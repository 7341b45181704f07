"""What is done from the page of an acceptance, act by act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from opensti.domains.results import actions
from opensti.web.results import asking

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from opensti.domains.results.models import Acceptance
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request

    Do = Callable[[Request, Acceptance, datetime], object]


def _version(request: Request) -> int | None:
    return asking.whole(request.POST.get("version"))


def _assess(request: Request, acceptance: Acceptance, at: datetime) -> None:
    actions.assess_self(actor=request.actor, acceptance_id=acceptance.pk, at=at)


def _submit(request: Request, acceptance: Acceptance, at: datetime) -> None:
    actions.submit_acceptance(
        actor=request.actor,
        acceptance_id=acceptance.pk,
        at=at,
        expected_version=_version(request),
    )


def _return(request: Request, acceptance: Acceptance, at: datetime) -> None:
    actions.return_acceptance(
        actor=request.actor,
        acceptance_id=acceptance.pk,
        reason=request.POST.get("reason", ""),
        marks=asking.marks_from(request.POST),
        at=at,
        expected_version=_version(request),
    )


def _form_council(request: Request, acceptance: Acceptance, at: datetime) -> None:
    actions.form_acceptance_council(
        actor=request.actor,
        acceptance_id=acceptance.pk,
        title_vi=request.POST.get("title_vi", ""),
        title_en=request.POST.get("title_en", ""),
        secretary_id=asking.whole(request.POST.get("secretary")),
        at=at,
    )


def _plan_council(request: Request, acceptance: Acceptance, at: datetime) -> object:
    return actions.plan_acceptance_council(
        actor=request.actor,
        acceptance_id=acceptance.pk,
        title_vi=request.POST.get("title_vi", ""),
        title_en=request.POST.get("title_en", ""),
        secretary_id=asking.whole(request.POST.get("secretary")),
        at=at,
    )


def _rework(request: Request, acceptance: Acceptance, at: datetime) -> None:
    actions.ask_rework(
        actor=request.actor,
        acceptance_id=acceptance.pk,
        reason=request.POST.get("reason", ""),
        until=asking.day(request.POST.get("until")),
        at=at,
        expected_version=_version(request),
    )


def _fail(request: Request, acceptance: Acceptance, at: datetime) -> None:
    actions.fail_acceptance(
        actor=request.actor,
        acceptance_id=acceptance.pk,
        reason=request.POST.get("reason", ""),
        at=at,
        expected_version=_version(request),
    )


def _ask_opinion(request: Request, acceptance: Acceptance, at: datetime) -> None:
    sent = request.POST
    actions.ask_opinion(
        actor=request.actor,
        acceptance_id=acceptance.pk,
        ground=sent.get("ground", ""),
        expert=sent.get("expert", ""),
        organisation=sent.get("organisation", ""),
        question=sent.get("question", ""),
        at=at,
    )


def _enter_opinion(request: Request, acceptance: Acceptance, at: datetime) -> None:
    del acceptance
    sent = request.POST
    actions.enter_opinion(
        actor=request.actor,
        opinion=sent.get("opinion", ""),
        text=sent.get("text", ""),
        level=sent.get("level", ""),
        given_on=asking.day(sent.get("given_on")),
        file=request.FILES.get("file"),
        at=at,
    )


def _drop_opinion(request: Request, acceptance: Acceptance, at: datetime) -> None:
    del acceptance
    actions.drop_opinion(
        actor=request.actor,
        opinion=request.POST.get("opinion", ""),
        reason=request.POST.get("drop_reason", ""),
        at=at,
    )


def _confirm(request: Request, acceptance: Acceptance, at: datetime) -> None:
    actions.confirm_completion(
        actor=request.actor,
        acceptance_id=acceptance.pk,
        note=request.POST.get("note", ""),
        at=at,
        expected_version=_version(request),
    )


def _recognise(request: Request, acceptance: Acceptance, at: datetime) -> None:
    actions.recognise_result(
        actor=request.actor,
        acceptance_id=acceptance.pk,
        decision_number=request.POST.get("decision_number", ""),
        decided_on=asking.day(request.POST.get("decided_on")),
        at=at,
        expected_version=_version(request),
    )


def _register(request: Request, acceptance: Acceptance, at: datetime) -> None:
    actions.register_result_certificate(
        actor=request.actor,
        acceptance_id=acceptance.pk,
        number=request.POST.get("number", ""),
        registered_on=asking.day(request.POST.get("registered_on")),
        file=request.FILES.get("file"),
        at=at,
        expected_version=_version(request),
    )


def _prepare(request: Request, acceptance: Acceptance, at: datetime) -> None:
    actions.prepare_handover(actor=request.actor, acceptance_id=acceptance.pk, at=at)


def _note(request: Request, acceptance: Acceptance, at: datetime) -> None:
    del acceptance
    actions.note_handover(
        actor=request.actor,
        handover=request.POST.get("handover", ""),
        sent_on=asking.day(request.POST.get("sent_on")),
        reference=request.POST.get("reference", ""),
        acknowledged_on=asking.day(request.POST.get("acknowledged_on")),
        at=at,
    )


STEPS: dict[str, tuple[Do, Text]] = {
    "assess": (_assess, gettext_lazy("The self-assessment is handed in.")),
    "submit": (_submit, gettext_lazy("The acceptance dossier is handed in.")),
    "return": (_return, gettext_lazy("The dossier is returned for completion.")),
    "form_council": (
        _form_council,
        gettext_lazy("The council was formed. Give its seats on its own page."),
    ),
    "plan_council": (
        _plan_council,
        gettext_lazy("The plan stands. Have the councils computed, or change it."),
    ),
    "rework": (_rework, gettext_lazy("The work is to be reworked.")),
    "fail": (_fail, gettext_lazy("The task is not accepted; its contract failed.")),
    "ask_opinion": (_ask_opinion, gettext_lazy("The expert is noted as asked.")),
    "enter_opinion": (_enter_opinion, gettext_lazy("The opinion is entered.")),
    "drop_opinion": (_drop_opinion, gettext_lazy("The request is given up.")),
    "confirm": (_confirm, gettext_lazy("The completion is confirmed.")),
    "recognise": (_recognise, gettext_lazy("The result is recognised.")),
    "register": (_register, gettext_lazy("The certificate is entered.")),
    "prepare": (_prepare, gettext_lazy("The dossier for the national system is made.")),
    "note": (_note, gettext_lazy("Noted.")),
}
