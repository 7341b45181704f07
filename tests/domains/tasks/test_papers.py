"""Files of a need: who attaches them, to what, until when, and who reads them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.core.files.base import ContentFile

from opensti.domains.tasks import actions, queries
from opensti.kernel.access import Role
from opensti.kernel.files.serving import may_read, readable_file
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, StepNotAllowed
from tests.factories import tasks as make
from tests.factories.tasks import AT

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

    from opensti.domains.tasks.models import Need
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _world(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.OPENSTI_DATA_DIR = tmp_path
    settings.OPENSTI_CLAMAV = ""
    make.regimes()


@pytest.fixture
def proposer() -> Actor:
    return make.person(Role.APPLICANT)


def attach(actor: Actor, need: Need, name: str = "a.pdf", **more: str) -> StoredFile:
    given = {"field": "papers", "replaces": "", **more}
    return actions.attach_to_need(
        actor=actor, need_id=need.pk, file=ContentFile(PDF, name=name), at=AT, **given
    )


def names(need: Need) -> dict[str, list[str]]:
    return {k: [f.name for f in files] for k, files in queries.need_files(need).items()}


def test_files_are_attached_replaced_and_taken_out(proposer: Actor) -> None:
    need = make.draft(proposer)
    first, _second = attach(proposer, need), attach(proposer, need, "b.pdf")
    attach(proposer, need, "c.pdf", replaces=first.public_id)
    assert names(need) == {"papers": ["b.pdf", "c.pdf"]}
    for file in queries.need_files(need)["papers"]:
        actions.detach_from_need(
            actor=proposer, need_id=need.pk, file_id=file.public_id, at=AT
        )
    assert names(need) == {}
    acts = [e.act for e in entries_of(queries.need_subject(need.public_id))]
    assert (acts.count("files.upload"), acts.count("files.remove")) == (3, 3)


def test_a_replacement_that_is_refused_leaves_the_old_file(proposer: Actor) -> None:
    need = make.draft(proposer)
    first = attach(proposer, need)
    with pytest.raises(Invalid):
        attach(proposer, need, "c.exe", replaces=first.public_id)
    assert names(need) == {"papers": ["a.pdf"]}


def test_a_field_that_takes_no_files_and_files_of_others_are_not_there(
    proposer: Actor,
) -> None:
    need, other = make.draft(proposer), make.draft(proposer)
    theirs = attach(proposer, other)
    with pytest.raises(NotFound):
        attach(proposer, need, field="title")
    with pytest.raises(NotFound):
        attach(proposer, need, replaces=theirs.public_id)
    with pytest.raises(NotFound):
        actions.detach_from_need(
            actor=proposer, need_id=need.pk, file_id=theirs.public_id, at=AT
        )
    assert (names(need), names(other)) == ({}, {"papers": ["a.pdf"]})


def test_nobody_else_attaches_and_nobody_once_it_is_submitted(proposer: Actor) -> None:
    need = make.submitted(proposer)
    before = Entry.objects.count()
    with pytest.raises(NotFound):
        attach(make.person(Role.APPLICANT), need)
    with pytest.raises(StepNotAllowed):
        attach(proposer, need)
    actions.return_need(
        actor=make.person(Role.OFFICER), need_id=need.pk, reply="Bổ sung", at=AT
    )
    with pytest.raises(AccessDenied):
        attach(make.person(Role.OFFICER), need)
    assert (names(need), Entry.objects.count()) == ({}, before + 1)


def test_whoever_may_know_of_the_need_reads_its_files(proposer: Actor) -> None:
    need = make.draft(proposer)
    file = attach(proposer, need)
    people = {
        "proposer": proposer,
        "officer": make.person(Role.OFFICER),
        "auditor": make.person(Role.AUDITOR),
        "stranger": make.person(Role.APPLICANT),
    }
    assert {n for n, p in people.items() if may_read(p, file)} == {
        "proposer",
        "auditor",
    }
    actions.submit_need(actor=proposer, need_id=need.pk, at=AT)
    assert {n for n, p in people.items() if may_read(p, file)} == {
        "proposer",
        "officer",
        "auditor",
    }
    with pytest.raises(NotFound):
        readable_file(people["stranger"], file.public_id)


def test_the_record_of_the_submission_names_the_files(proposer: Actor) -> None:
    need = make.draft(proposer)
    file = attach(proposer, need)
    actions.submit_need(actor=proposer, need_id=need.pk, at=AT)
    (act,) = [
        e
        for e in Entry.objects.filter(act="needs.submit")
        if e.subject == queries.need_subject(need.public_id)
    ]
    assert json.loads(act.body)["detail"]["files"] == [file.sha256]
