"""The erasure drill: a person is forgotten everywhere, and the log still verifies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from email import policy
from email.parser import BytesParser
from shutil import copytree
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from click.testing import CliRunner
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.mail import send_mail
from django.core.serializers import deserialize, serialize
from django.db.models import CASCADE, SET_NULL
from django.test import TestCase
from django.urls import reverse

from opensti.console.erasures import erasures
from opensti.domains.accounts.actions import create_account, erase_account, issue_token
from opensti.domains.accounts.models import SavedView, User
from opensti.domains.calls.models import Dossier
from opensti.domains.publications.models import (
    Article,
    Correction,
    Endpoint,
    Honour,
    Partner,
    PersonConsent,
    PolicyVersion,
    Subscription,
)
from opensti.domains.registry import actions, queries
from opensti.domains.registry.actions import erasing
from opensti.domains.registry.models import ImportRow, Person
from opensti.domains.supervision.models import Petition, Support, Voice
from opensti.kernel.access import SYSTEM, Actor, Role
from opensti.kernel.erasures import erasures_file
from opensti.kernel.files.actions import upload
from opensti.kernel.files.models import StoredFile
from opensti.kernel.jobs.models import Job
from opensti.kernel.record.actions import checkpoint
from opensti.kernel.record.models import Entry, Secret
from opensti.kernel.record.queries import (
    check_log,
    entry_bundle,
    openings,
    receipt,
    verifier_key,
    verify_receipt,
)
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    StepNotAllowed,
    SudoNeeded,
)
from tests.factories import calls as call_factory
from tests.factories import erased
from tests.factories.accounts import account as signed_in
from tests.factories.registry import AT, Organisations, People, Users, written

PDF = call_factory._one_page()
ADMIN_ROLES = frozenset({Role.PUBLIC, Role.ADMIN})
BASIS = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15, Điều 14"
# Of a name that occurs nowhere else: as written, and as searching folds it.
TOKENS = ("Zyxwông", "zyxwong", "0912zyx345", "0000-0002-1825-0097")


@pytest.fixture(autouse=True)
def _letters_kept(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")


@pytest.fixture
def admin(db):
    return Actor(user_id=Users.create().pk, roles=ADMIN_ROLES, sudo=True)


@pytest.fixture
def known(admin):
    """A person with all that the house can know of one: entry, double, account, keys."""
    officer = Actor(
        user_id=Users.create().pk,
        roles=frozenset({Role.PUBLIC, Role.OFFICER}),
        sudo=True,
    )
    host = Organisations.create()
    user = create_account(
        actor=SYSTEM, email="zyxwong@example.org", full_name="Lê Zyxwông", at=AT
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    self_ = Actor(user_id=user.pk, roles=frozenset({Role.PUBLIC}), sudo=True)
    issue_token(
        actor=self_, name="Zyxwông", until=date(2026, 6, 1), confirms=False, at=AT
    )
    SavedView.objects.create(user=user, page="calls:calls", name="Zyxwông", query="")
    facts = {
        "full_name": "Lê Zyxwông",
        "email": "zyxwong@example.org",
        "phone": "0912zyx345",
        "orcid": "0000-0002-1825-0097",
        "birth_year": 1980,
        "bio_vi": "Bà Zyxwông nghiên cứu vật liệu.",
    }
    row = actions.create_person(actor=officer, facts=facts, user_id=user.pk, at=AT)
    actions.edit_person(
        actor=officer, person_id=row.pk, facts={"keywords_vi": "Zyxwông"}, at=AT
    )
    actions.add_position(
        actor=officer,
        person_id=row.pk,
        organisation_id=host.pk,
        title_vi="Trưởng nhóm Zyxwông",
        at=AT,
    )
    actions.add_degree(
        actor=officer, person_id=row.pk, level="doctor", institution="Zyxwông", at=AT
    )
    double = actions.create_person(
        actor=officer, facts={"full_name": "Le Zyxwong", "phone": "0912zyx345"}, at=AT
    )
    actions.merge(
        actor=officer, kind="person", survivor_id=row.pk, merged_id=double.pk, at=AT
    )
    written(row, "Vật liệu")
    _handed_in(admin, known_as=row, by=replace(self_, name="Lê Zyxwông"))
    erased.published(row, self_, host, AT)
    erased.said(self_, AT)
    send_mail("Thư mời", "Kính gửi bà Zyxwông", None, [user.email])
    checkpoint(at=AT)
    return SimpleNamespace(row=row, user=user, double=double, officer=officer)


def _handed_in(admin, *, known_as, by):
    """Two tables that name the person, a file and a job of hers, all with their names."""
    for n in range(2):
        run = actions.receive_table(
            actor=SYSTEM,
            kind="people",
            source="Danh bạ",
            file=ContentFile(
                f"Họ và tên,Điện thoại,Năm sinh\nLê Zyxwông,0912zyx345,198{n}\n".encode(),
                name=f"Zyxwông {n}.csv",
            ),
            at=AT,
        )
        run.errors = [{"row": 2, "value": "0912zyx345"}]
        run.save()
    ImportRow.objects.create(
        run=run,
        source="Danh bạ",
        object_kind="registry.person",
        key="0912zyx345",
        object_id=known_as.pk,
    )
    upload(
        actor=by, subject="calls.dossier:x", file=ContentFile(PDF, name="cv.pdf"), at=AT
    )
    Job.objects.create(
        kind="registry.import", actor_id=by.user_id, actor_name="Lê Zyxwông",
        fault="KeyError: Zyxwông", state="failed", asked_at=AT, not_before=AT,
    )  # fmt: skip


def told():
    """Which tables hold one of the tokens, in whatever column; bytes are read as text."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.values_list():
            text = " ".join(
                bytes(value).decode(errors="replace")
                if isinstance(value, bytes | memoryview)
                else str(value)
                for value in row
            )
            if any(token.lower() in text.lower() for token in TOKENS):
                found.add(model._meta.label)
    return found


def kept_outside(place):
    """Which files of the house hold one of the tokens, by the folder they lie in."""
    return {
        str(file.relative_to(place)).partition("/")[0]
        for file in place.rglob("*")
        if file.is_file()
        and any(
            token.lower() in text
            for text in (
                file.read_bytes().decode(errors="replace").lower(),
                decoded(file.read_bytes()).lower(),
            )
            for token in TOKENS
        )
    }


def decoded(content):
    """A letter as its reader sees it."""
    letter = BytesParser(policy=policy.default).parsebytes(content)
    body = letter.get_body()
    return f"{letter['To']} {body.get_content() if body else ''}"


def erase(admin, known):
    """First the account, by an administrator; then the entry, by an officer."""
    at = AT + timedelta(days=1)
    with TestCase.captureOnCommitCallbacks(execute=True):
        erase_account(actor=admin, user_id=known.user.pk, basis=BASIS, at=at)
        return actions.erase_person(
            actor=known.officer, person_id=known.row.pk, basis=BASIS, at=at
        )


def test_a_person_is_forgotten_everywhere_and_the_log_still_verifies(
    admin, known, tmp_path
):
    outside = kept_outside(tmp_path)
    before, size = told(), Entry.objects.count()
    receipts = [receipt(entry, disclose=True) for entry in Entry.objects.all()]
    roots = [verify_receipt(text, verifier_key()).root for text in receipts]

    erase(admin, known)

    assert before >= {
        "accounts.User",
        "accounts.ApiToken",
        "accounts.SavedView",
        "account.EmailAddress",
        "record.Secret",
        "registry.Degree",
        "registry.Person",
        "registry.Position",
        "registry.ImportRun",
        "registry.ImportRow",
        "files.StoredFile",
        "jobs.Job",
        "publications.Endpoint",
        "publications.Subscription",
        "supervision.Support",
        "supervision.Voice",
    }
    assert outside == {"files", "mail"}
    assert told() == set()
    assert kept_outside(tmp_path) == set()
    assert len([e for e in Entry.objects.all() if e.act == "files.purge"]) == 2
    assert check_log() == []
    signed = checkpoint(at=AT + timedelta(days=1))
    assert check_log() == []
    assert signed.size > size
    for text, root in zip(receipts, roots, strict=True):
        assert verify_receipt(text, verifier_key()).root == root
    bundle = entry_bundle(0, signed.size).decode(errors="replace").lower()
    again = [receipt(entry, disclose=True).lower() for entry in Entry.objects.all()]
    assert not any(t.lower() in "".join([bundle, *again]) for t in TOKENS)
    subject = f"registry.person:{known.row.pk}"
    assert [o.secret for o in openings(subject, "registry.create_person")] == [{}]
    assert not Secret.objects.filter(entry__subject=subject).exists()
    last = Entry.objects.order_by("-position").first()
    assert (last.act, last.subject, last.basis) == (
        "registry.erase_person",
        subject,
        BASIS,
    )


def test_neither_search_nor_export_finds_the_person_any_more(admin, known, client):
    signed_in(client, Role.OFFICER)
    address = reverse("registry:people")

    def answers():
        return (
            client.get(address, {"q": "Zyxwông"}).content.decode(),
            client.get(address, {"export": "csv"}).getvalue().decode(),
        )

    found, exported = answers()
    assert "Lê Zyxwông" in found
    assert "Lê Zyxwông" in exported
    erase(admin, known)
    found, exported = answers()
    assert "Lê Zyxwông" not in found
    assert "Lê Zyxwông" not in exported
    assert f"({known.row.public_id})" in exported


def test_the_account_opens_to_nobody_and_its_double_is_gone_too(admin, known):
    erase(admin, known)

    user = User.objects.get(pk=known.user.pk)
    assert (user.email, user.full_name, user.is_active, user.has_usable_password()) == (
        f"erased-{user.pk}@erased.invalid",
        f"(#{user.pk})",
        False,
        False,
    )
    names = Person.objects.filter(pk__in=[known.row.pk, known.double.pk])
    assert sorted(names.values_list("full_name", flat=True)) == sorted(
        f"({p.public_id})" for p in (known.row, known.double)
    )
    assert list(queries.works_of(known.row.pk)) == []


def test_what_the_register_and_citizens_have_of_the_person_ends_or_stays_nameless(
    admin, known
):
    erase(admin, known)

    day = (AT + timedelta(days=1)).date()
    numbers = [
        *PolicyVersion.objects.filter(number=99).values_list("drafted_by", flat=True),
        *Correction.objects.values_list("proposed_by", flat=True),
        *Article.objects.values_list("written_by", flat=True),
    ]
    assert numbers == [known.user.pk] * 3
    assert Subscription.objects.count() == PersonConsent.objects.count() == 0
    assert [(p.until, p.version) for p in Partner.objects.all()] == [(day, 2)]
    assert [(e.url, e.state) for e in Endpoint.objects.all()] == [("", "ended")]
    assert [(h.person, h.figure) for h in Honour.objects.all()] == [(None, 1)]
    assert [(v.text, v.shown_name, v.email) for v in Voice.objects.order_by("pk")] == [
        ("Đề nghị công bố account.", "", ""),
        ("Đề nghị công bố mail.", "", ""),
    ]
    # An account and its own address are one supporter.
    assert [(s.said_name, s.address_digest) for s in Support.objects.all()] == [
        ("", "")
    ]
    assert Petition.objects.get(voice__text__contains="mail").supporters == 1


def test_every_table_that_names_a_person_holds_goes_or_keeps_no_more_than_a_number():
    ties = {"hold": set(), "go": set(), "forget": set()}
    for tie in erasing._of_other_domains():
        table = tie.related_model._meta.label
        if table in erasing.NUMBERED or tie.on_delete is SET_NULL:
            ties["forget"].add(table)
        else:
            ties["go" if tie.on_delete is CASCADE else "hold"].add(table)

    assert ties == {
        "hold": {
            "calls.Dossier",
            "calls.TeamMember",
            "contracts.Contract",
            "panels.Bid",
            "panels.Conflict",
            "panels.DeclaredTie",
            "panels.DismissedTie",
            "panels.Exclusion",
            "panels.ExpertLoad",
            "panels.Seat",
            "panels.Unavailability",
            "results.Payout",
            "results.ResultAuthor",
            "results.RightAuthor",
            "results.RightOwner",
            "tasks.Task",
        },
        "go": {"panels.RankedExpert", "publications.PersonConsent"},
        "forget": {
            "panels.ExpertLock",
            "panels.Place",
            "panels.Reserve",
            "publications.Honour",
        },
    }
    held = {table.partition(".")[0] for table in ties["hold"]}
    assert set(erasing.FILES) == held


def test_whom_official_files_name_is_not_erased_and_the_files_are_told(db):
    officer, row = call_factory.officer(), People.create()
    writer = call_factory.applicant(Organisations.create())
    dossier = call_factory.started(writer, call_factory.published(officer))
    Dossier.objects.filter(pk=dossier.pk).update(leader=row)
    entries, name = Entry.objects.count(), row.full_name

    with pytest.raises(StepNotAllowed, match="hồ sơ"):
        actions.erase_person(
            actor=replace(officer, sudo=True), person_id=row.pk, basis=BASIS, at=AT
        )

    row.refresh_from_db()
    assert (Entry.objects.count(), row.full_name) == (entries, name)


def test_without_right_password_basis_or_in_the_wrong_order_nothing_is_erased(
    admin, known
):
    before, entries = told(), Entry.objects.count()
    person = {"person_id": known.row.pk, "at": AT}
    account = {"user_id": known.user.pk, "at": AT}
    hasty = replace(known.officer, sudo=False)
    officer = known.officer
    for refusal, act, actor, basis, what in (
        (StepNotAllowed, actions.erase_person, officer, BASIS, person),
        (SudoNeeded, actions.erase_person, hasty, BASIS, person),
        (Invalid, actions.erase_person, officer, " ", person),
        (NotFound, actions.erase_person, admin, BASIS, person),
        (AccessDenied, erase_account, officer, BASIS, account),
        (Invalid, erase_account, admin, "", account),
        (
            StepNotAllowed,
            erase_account,
            admin,
            BASIS,
            {**account, "user_id": admin.user_id},
        ),
    ):
        with pytest.raises(refusal):
            act(actor=actor, basis=basis, **what)

    assert (told(), Entry.objects.count()) == (before, entries)


def test_the_pages_ask_for_the_basis_and_erase(known, client):
    for role, page, act, args in (
        (Role.ADMIN, "accounts:account", "accounts:erase", [known.user.pk]),
        (
            Role.OFFICER,
            "registry:person",
            "registry:person_erase",
            [known.row.public_id],
        ),
    ):
        signed_in(client, role)
        address, erasing = reverse(page, args=args), reverse(act, args=args)
        assert erasing in client.get(address).content.decode()
        answer = client.post(erasing, {"basis": BASIS})
        assert (answer.status_code, answer["Location"]) == (302, address)

    assert told() == set()


def test_an_old_backup_is_erased_again_from_numbers_alone(admin, known, tmp_path):
    """The backup's rows are put back as they were; the file of erasures came from outside."""
    models = [Person, User, EmailAddress, SavedView, Secret, ImportRow, StoredFile]
    backup = [(model, serialize("json", model.objects.all())) for model in models]
    copy = copytree(tmp_path / "files", tmp_path.parent / f"{tmp_path.name}-copy")
    before = told()
    erase(admin, known)
    assert told() == set()
    outside = erasures_file().read_text()
    assert not any(t.lower() in outside.lower() for t in TOKENS)
    assert str(known.row.public_id) in outside

    for _model, rows in backup:
        for row in deserialize("json", rows):
            row.save()
    copytree(copy, tmp_path / "files", dirs_exist_ok=True)
    assert told() & before >= {"registry.Person", "accounts.User", "record.Secret"}
    assert kept_outside(tmp_path) == {"files"}
    with TestCase.captureOnCommitCallbacks(execute=True):
        done = CliRunner().invoke(erasures, ["reapply"])
    assert done.exit_code == 0, done.output
    assert told() == set()
    assert kept_outside(tmp_path) == set()
    assert check_log() == []
    # Asked again, there is nothing left to erase.
    assert "0" in CliRunner().invoke(erasures, ["reapply"]).output

    cleaned = CliRunner().invoke(erasures, ["clean", str(copy)])
    assert cleaned.exit_code == 0, cleaned.output
    assert kept_outside(copy) == set()


def test_another_row_of_the_same_number_is_left_alone(admin, known):
    erase(admin, known)
    other = People.create(full_name="Trần Khác")
    lines = erasures_file().read_text().splitlines()
    line = next(line for line in lines if known.row.public_id in line)
    forged = line.replace(f'"id": {known.row.pk}', f'"id": {other.pk}')
    assert forged != line
    erasures_file().write_text(f"{forged}\n")
    done = CliRunner().invoke(erasures, ["reapply"])
    other.refresh_from_db()
    assert (done.exit_code, other.full_name) == (0, "Trần Khác")


def test_the_list_is_told_from_the_house_where_the_file_was_lost(admin, known):
    erase(admin, known)
    kept = erasures_file().read_text()
    erasures_file().unlink()
    listed = CliRunner().invoke(erasures, ["list"])
    assert sorted(listed.output.splitlines()) == sorted(kept.splitlines())
    assert sorted(erasures_file().read_text().splitlines()) == sorted(kept.splitlines())


def test_a_file_that_tells_no_erasures_is_refused(db, tmp_path):
    file = tmp_path / "other"
    file.write_text("nothing\n")
    assert CliRunner().invoke(erasures, ["reapply", str(file)]).exit_code == 2
