"""The seal: before opening the office sees nothing, not even how many there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opensti.domains.calls import actions, queries
from opensti.domains.calls.models import (
    Attachment,
    BudgetLine,
    Call,
    Dossier,
    DossierEditor,
    DossierVersion,
    EligibilityCheck,
    TeamMember,
)
from opensti.kernel.access import PUBLIC, Role, visible
from opensti.kernel.files.serving import may_read
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    StepNotAllowed,
    SudoNeeded,
)
from tests.factories import calls as make
from tests.factories.registry import Organisations, Users
from tests.factories.tasks import actor_of, person

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TABLES = (
    Dossier,
    TeamMember,
    BudgetLine,
    Attachment,
    DossierVersion,
    EligibilityCheck,
    DossierEditor,
)


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.OPENSTI_DATA_DIR = tmp_path
    settings.OPENSTI_CLAMAV = ""


@pytest.fixture
def officer():
    return make.officer()


@pytest.fixture
def call(officer):
    return make.published(officer)


@pytest.fixture
def lan():
    return make.applicant(Organisations.create())


def bits(actor: Any, call: Call) -> dict[str, Any]:
    """Everything by which somebody could learn of a dossier."""
    shown = queries.calls(actor=actor).filter(pk=call.pk).first()
    statistics = queries.call_statistics(actor=actor, call=call)
    return {
        **{m.__name__: visible(actor, m.objects.all()).count() for m in TABLES},
        "list": len(queries.dossiers(actor=actor)),
        "search": len(queries.dossiers(actor=actor, q="kem")),
        "count": shown.dossier_count if shown else 0,
        "statistics": (statistics.total, statistics.asked_state, statistics.by_state),
        "work": [
            w.kind
            for w in queries.work_for(actor, make.AT.date())
            if w.kind.startswith("dossiers")
        ],
        "files": [
            bool(may_read(actor, a.file))
            for a in Attachment.objects.select_related("file")
        ],
    }


def nothing(files: int) -> dict[str, Any]:
    return {
        **dict.fromkeys((m.__name__ for m in TABLES), 0),
        "list": 0,
        "search": 0,
        "count": 0,
        "statistics": (0, 0, ()),
        "work": [],
        "files": [False] * files,
    }


def attach(lan, dossier):
    return actions.attach_file(
        actor=lan,
        dossier_id=dossier.pk,
        file=SimpleUploadedFile("giay.pdf", PDF),
        at=make.AT,
    )


def everybody(host) -> dict[str, Any]:
    roles = (
        Role.OFFICER,
        Role.SECRETARY,
        Role.LEADER,
        Role.FINANCE,
        Role.AUDITOR,
        Role.ADMIN,
        Role.EXPERT,
        Role.APPLICANT,
    )
    return {
        **{str(role): person(role) for role in roles},
        "colleague": make.applicant(host),
        "manager elsewhere": make.manager(Organisations.create()),
        "public": PUBLIC,
    }


def test_before_opening_only_the_writers_and_the_host_manager_see_one_bit(lan, call):
    dossier = make.written(lan, call)
    attach(lan, dossier)
    actions.submit_dossier(actor=lan, dossier_id=dossier.pk, at=make.AT)
    for name, actor in everybody(dossier.host).items():
        assert (name, bits(actor, call)) == (name, nothing(2))
    for actor in (lan, make.manager(dossier.host)):
        seen = bits(actor, call)
        assert (seen["Dossier"], seen["count"], seen["files"]) == (1, 1, [True] * 2)


def test_after_opening_the_office_reads_what_was_handed_in_and_no_draft(
    lan, call, officer
):
    make.submitted(lan, call)
    draft = make.written(make.applicant(Organisations.create()), call)
    attach(make.manager(draft.host), draft)
    taken_back = make.submitted(make.applicant(Organisations.create()), call)
    writer = make.manager(taken_back.host)
    actions.reopen_dossier(actor=writer, dossier_id=taken_back.pk, at=make.AT)
    make.opened(officer, call)
    for name, actor in everybody(draft.host).items():
        seen = bits(actor, call)
        reads = name in ("officer", "secretary", "leader", "finance", "auditor")
        assert (name, seen["Dossier"], seen["list"], seen["search"], seen["count"]) == (
            name,
            *([1] * 4 if reads else [0] * 4),
        )
        assert (name, seen["statistics"][0], seen["files"]) == (
            name,
            int(reads),
            [reads, False, False, False],
        )
        assert (name, seen["DossierVersion"]) == (name, int(reads))


def test_an_administrator_who_is_also_an_officer_still_sees_no_dossier(
    lan, call, officer
):
    make.submitted(lan, call)
    make.opened(officer, call)
    both = person(Role.OFFICER, Role.ADMIN)
    assert bits(both, call) == nothing(1)


def test_a_call_is_public_from_its_publication_on(officer):
    draft = make.draft_call(officer)
    seers = {
        name: queries.calls(actor=actor).filter(pk=draft.pk).exists()
        for name, actor in everybody(Organisations.create()).items()
    }
    assert {name for name, sees in seers.items() if sees} == {
        "officer",
        "leader",
        "auditor",
    }
    actions.publish_call(actor=officer, call_id=draft.pk, at=make.OPENS)
    assert queries.call(actor=PUBLIC, public_id=draft.public_id) == draft


def test_dossiers_are_not_opened_before_closing(call, officer, lan):
    dossier = make.submitted(lan, call)
    with pytest.raises(StepNotAllowed):
        actions.open_dossiers(
            actor=officer, call_id=call.pk, at=make.CLOSES - timedelta(seconds=1)
        )
    with pytest.raises(NotFound):
        actions.reject_ineligible(
            actor=officer, dossier_id=dossier.pk, reason="x", at=make.AT
        )
    assert actions.open_dossiers(
        actor=officer, call_id=call.pk, at=make.CLOSES
    ).opened_at == (make.CLOSES)


def test_an_early_opening_takes_two_people_and_a_password(call, officer):
    second = person(Role.SECRETARY)
    with pytest.raises(Invalid):
        actions.ask_early_opening(
            actor=officer, call_id=call.pk, reason=" ", at=make.AT
        )
    wish = actions.ask_early_opening(
        actor=officer, call_id=call.pk, reason="Thiên tai", at=make.AT
    )
    with pytest.raises(StepNotAllowed):
        actions.open_dossiers(actor=officer, call_id=call.pk, at=make.AT)
    with pytest.raises(AccessDenied):
        actions.agree_early_opening(actor=officer, early_opening_id=wish.pk, at=make.AT)
    unconfirmed = actor_of(Users.create(), Role.LEADER)
    with pytest.raises(SudoNeeded):
        actions.agree_early_opening(
            actor=type(unconfirmed)(
                user_id=unconfirmed.user_id, roles=unconfirmed.roles, sudo=False
            ),
            early_opening_id=wish.pk,
            at=make.AT,
        )
    actions.agree_early_opening(actor=second, early_opening_id=wish.pk, at=make.AT)
    opened = actions.open_dossiers(actor=officer, call_id=call.pk, at=make.AT)
    assert (opened.state, opened.opened_at) == ("opened", make.AT)
    acts = [
        h.act
        for h in queries.timeline(
            actor=officer, subject=queries.call_subject(call.public_id)
        )
    ]
    assert acts[-3:] == [
        "calls.ask_early_opening",
        "calls.agree_early_opening",
        "calls.open",
    ]


def test_an_auditor_writes_nothing_whatever_else_the_person_is(call):
    both = person(Role.OFFICER, Role.AUDITOR)
    with pytest.raises(AccessDenied):
        actions.open_dossiers(actor=both, call_id=call.pk, at=make.AFTER)
    assert Call.objects.get(pk=call.pk).opened_at is None


def test_applicants_are_not_told_which_official_acted(lan, call, officer):
    dossier = make.submitted(lan, call)
    make.opened(officer, call)
    make.eligible(officer, dossier)
    subject = queries.dossier_subject(dossier.public_id)
    names = [h.who for h in queries.timeline(actor=lan, subject=subject)]
    assert names[-1] == ""
    assert queries.timeline(actor=officer, subject=subject)[-1].who != ""
