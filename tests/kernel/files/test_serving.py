"""Files go out as downloads, to those the owner's rule lets read them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from opensti.kernel.access import Actor
from opensti.kernel.files import serving, store
from opensti.kernel.files.actions import remove, upload
from opensti.kernel.files.serving import (
    files_access,
    files_of,
    may_read,
    readable_file,
    serve,
)
from opensti.kernel.refusals import NotFound
from tests.kernel.files.conftest import PDF, named

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    monkeypatch.setattr(serving, "_rules", {})
    files_access("calls", lambda _actor, _file: False)
    files_access("calls.dossier", lambda actor, file: actor.user_id == file.uploaded_by)


@pytest.fixture
def file(actor):
    return upload(
        actor=actor,
        subject="calls.dossier:12",
        file=named("Đề án “số 1”.pdf", PDF),
        at=AT,
        kind="annex",
    )


def test_a_download_is_never_shown_inside_a_page(file):
    response = serve(file)
    assert b"".join(response.streaming_content) == PDF
    response.close()
    assert dict(response.headers) == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": (
            "attachment; filename*=utf-8''"
            "%C4%90%E1%BB%81%20%C3%A1n%20%E2%80%9Cs%E1%BB%91%201%E2%80%9D.pdf"
        ),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
        "ETag": f'"{file.sha256}"',
    }


def test_the_owners_rule_decides_and_strangers_learn_nothing(actor, file):
    assert readable_file(actor, file.public_id) == file
    for stranger in (Actor(), Actor(user_id=8)):
        assert not may_read(stranger, file)
        with pytest.raises(NotFound):
            readable_file(stranger, file.public_id)
    with pytest.raises(NotFound):
        readable_file(actor, "absent")


@pytest.mark.parametrize(
    "subject", ["calls.call:1", "calls.dossiers:1", "other.thing:1"]
)
def test_without_a_rule_nobody_reads(actor, file, subject):
    file.subject = subject
    assert not may_read(actor, file)


def test_what_is_not_clean_is_not_served(actor, file):
    file.state = "quarantined"
    file.save()
    with pytest.raises(NotFound):
        readable_file(actor, file.public_id)
    with pytest.raises(NotFound):
        serve(file)


def test_removed_and_lost_files_are_not_served(actor, file):
    assert files_of("calls.dossier:12", kind="annex") == [file]
    assert files_of("calls.dossier:12", kind="other") == []
    removed = remove(actor=actor, public_id=file.public_id, at=AT)
    with pytest.raises(NotFound):
        serve(removed)
    assert files_of("calls.dossier:12") == []
    store.clean_path(file.sha256).unlink()
    with pytest.raises(NotFound):
        serve(file)


def test_a_name_typed_by_somebody_never_breaks_the_header():
    assert serving.as_download('a"b\r\nSet-Cookie: x/../y.pdf') == (
        'attachment; filename="a-b--Set-Cookie: x-..-y.pdf"'
    )
    assert serving.as_download("123-QĐ.pdf") == (
        "attachment; filename*=utf-8''123-Q%C4%90.pdf"
    )
