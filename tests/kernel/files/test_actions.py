"""Uploads: what passes, what is refused with which words, and what survives a crash."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from opensti.kernel.files import store
from opensti.kernel.files.actions import (
    release_quarantined,
    remove,
    safe_name,
    sweep,
    upload,
)
from opensti.kernel.files.models import StoredFile
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import Invalid, NotFound, StepNotAllowed
from tests.kernel.files.conftest import (
    PDF,
    lzma_cut,
    named,
    odt,
    sheet,
    word,
    zipped,
)

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SUBJECT = "calls.dossier:12"
pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 30


def put(actor, name, content):
    return upload(actor=actor, subject=SUBJECT, file=named(name, content), at=AT)


def kept(store_dir):
    return sorted(p for p in store_dir.rglob("*") if p.is_file())


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("Thuyết minh.PDF", PDF, "application/pdf"),
        (
            "a.docx",
            word(),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "a.xlsx",
            sheet(),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("a.odt", odt(), "application/vnd.oasis.opendocument.text"),
        (
            "b.odt",
            odt(more={"Basic/script-lc.xml": "", "Basic/Standard/script-lb.xml": ""}),
            "application/vnd.oasis.opendocument.text",
        ),
        ("a.png", PNG, "image/png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        ("a.tiff", b"II*\x00\x08\x00\x00\x00", "image/tiff"),
        ("a.csv", "mã;tên\n1;Đổi mới\n".encode(), "text/csv"),
        ("a.txt", "Đổi mới".encode("utf-16"), "text/plain"),
        ("a.zip", zipped({"số liệu/a.csv": "1"}), "application/zip"),
    ],
)
def test_files_that_are_what_they_say_are_kept(
    actor, store_dir, name, content, media_type
):
    row = put(actor, name, content)
    assert (row.state, row.media_type, row.size) == ("clean", media_type, len(content))
    assert (row.uploaded_by, row.uploaded_by_name, row.uploaded_at) == (7, "Lan", AT)
    assert [p.read_bytes() for p in kept(store_dir)] == [content]
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.exe", b"MZ", "Files of type “exe” are not accepted."),
        ("a", b"MZ", "Files of type “?” are not accepted."),
        ("a.html", b"<html>", "Files of type “html” are not accepted."),
        ("a.pdf", b"", "The file is empty."),
        ("a.pdf", PDF[:-7], "The PDF is cut off before its end."),
        (
            "a.pdf",
            PDF.replace(b"<<>>\n%%", b"<</Encrypt 5 0 R>>\n%%"),
            "The file is protected by a password or encrypted.",
        ),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "The file is protected by a password or encrypted.",
        ),
        (
            "a.odt",
            odt(manifest="<m><encryption-data/></m>"),
            "The file is protected by a password or encrypted.",
        ),
        ("a.docx", word()[:3000], "The file is broken: it cannot be unpacked."),
        (
            "a.docx",
            zipped(
                {
                    "word/document.xml": "<a/>",
                    "[Content_Types].xml": "",
                    "word/vbaProject.bin": "",
                }
            ),
            "The document contains macros.",
        ),
        (
            "a.docx",
            zipped(
                {
                    "word/document.xml": "<a/>",
                    "[Content_Types].xml": "application/vnd.ms-office.vbaProject",
                    "word/notes.bin": "",
                }
            ),
            "The document contains macros.",
        ),
        (
            "a.odt",
            odt(more={"Basic/Standard/Module1.xml": "<module/>"}),
            "The document contains macros.",
        ),
        (
            "a.odt",
            odt(more={"Scripts/python/open.py": "import os"}),
            "The document contains macros.",
        ),
        (
            "a.zip",
            lzma_cut(zipped({"x.csv": "1,2,3"}, packing=zipfile.ZIP_LZMA)),
            "The file is broken: it cannot be unpacked.",
        ),
        (
            "a.zip",
            zipped({"x/setup.exe": "MZ"}),
            "The archive holds a program or web page: x/setup.exe.",
        ),
        (
            "a.zip",
            zipped({"../x.txt": "a"}),
            "The archive holds a path that leads outside: ../x.txt.",
        ),
        (
            "a.zip",
            zipped({"x.csv": b"0" * 30_000_000}),
            "The file unpacks to far more than it may hold.",
        ),
        (
            "a.zip",
            zipped({f"{n}.csv": b"0" * 9_000_000 for n in range(3)}),
            "The file unpacks to far more than it may hold.",
        ),
        ("a.pdf", b"x" * 1024 * 1024 + b"x", "The file is larger than 1 MB."),
    ],
)
@pytest.mark.usefixtures("in_english")
def test_files_that_are_refused_leave_nothing(actor, store_dir, name, content, message):
    with pytest.raises(Invalid) as refused:
        put(actor, name, content)
    assert str(refused.value) == message
    assert str(refused.value.mend)
    assert refused.value.field == "file"
    assert kept(store_dir) == []
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", word()),
        ("a.docx", sheet()),
        ("a.xlsx", PDF),
        ("a.docx", zipped({"a.txt": "x"})),
        ("a.ods", odt()),
        ("a.png", PDF),
        ("a.jpg", PNG),
        ("a.csv", PDF),
        ("a.csv", b"\xef\xbb\xbf <HTML><script>alert(1)</script>"),
        ("a.txt", b"<svg onload=alert(1)>"),
        ("a.txt", b"\x00\x01\x02"),
        ("a.zip", PDF),
    ],
)
@pytest.mark.usefixtures("in_english")
def test_content_that_is_not_what_the_name_says_is_named(
    actor, store_dir, name, content
):
    with pytest.raises(Invalid) as refused:
        put(actor, name, content)
    extension = name.rpartition(".")[2]
    assert str(refused.value).startswith(
        f"The file is named .{extension} but its content is something else"
    )
    assert kept(store_dir) == []


def test_the_same_bytes_are_kept_once(actor, store_dir):
    assert put(actor, "a.pdf", PDF).public_id != put(actor, "b.pdf", PDF).public_id
    assert len(kept(store_dir)) == 1


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\Đề án.pdf", "Đề án.pdf"),
        ("gpj.\u202efdp.exe.pdf", "gpj.fdp.exe.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a_bSet-Cookie_ x.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        (".pdf", "pdf"),
    ],
)
def test_names_are_made_safe(given, safe):
    assert safe_name(given) == safe


def test_a_removed_file_is_gone_once(actor):
    row = put(actor, "a.pdf", PDF)
    remove(actor=actor, public_id=row.public_id, at=AT)
    with pytest.raises(StepNotAllowed):
        remove(actor=actor, public_id=row.public_id, at=AT)
    with pytest.raises(NotFound):
        remove(actor=actor, public_id="nothing", at=AT)


def test_sweep_deletes_only_what_no_row_needs_and_is_old(actor, store_dir):
    needed = put(actor, "a.pdf", PDF)
    gone = put(actor, "b.txt", b"b")
    remove(actor=actor, public_id=gone.public_id, at=AT)
    orphan = store.clean_path("ab" * 32)
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"orphan")
    (store.quarantine() / "x.part").write_bytes(b"half")
    now = datetime.now(UTC)
    assert sweep(at=now) == 0
    assert sweep(at=now + timedelta(days=2)) == 3
    assert kept(store_dir) == [store.clean_path(needed.sha256)]


def test_an_act_that_fails_around_the_upload_keeps_no_row(actor):
    with transaction.atomic():
        put(actor, "a.pdf", PDF)
        transaction.set_rollback(True)
    assert not StoredFile.objects.exists()
    assert sweep(at=datetime.now(UTC) + timedelta(days=2)) == 1


def test_a_killed_upload_leaves_only_a_part_for_the_sweep(store_dir):
    code = f"""
import os, signal
from pathlib import Path
from django.conf import settings
settings.configure(OPENSTI_DATA_DIR={str(store_dir.parent)!r}, OPENSTI_FILE_LIMIT_MB=50)
from opensti.kernel.files import store
class Upload:
    size = 10
    def chunks(self):
        yield b"12345"
        os.kill(os.getpid(), signal.SIGKILL)
store.receive(Upload())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, env=dict(os.environ)
    )
    assert done.returncode == -signal.SIGKILL
    assert [p.suffix for p in kept(store_dir)] == [".part"]
    assert sweep(at=datetime.now(UTC) + timedelta(days=2)) == 1


class Clamd:
    """A clamd that speaks INSTREAM and finds EICAR in what contains the word."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            try:
                link, _from = self.server.accept()
            except OSError:
                return
            with link, link.makefile("rb") as lines:
                assert lines.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!I", lines.read(4))[0]:
                    content += lines.read(size)
                found = b"Eicar-Test FOUND" if b"EICAR" in content else b"OK"
                link.sendall(b"stream: " + found + b"\0")

    def stop(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join(5)


@pytest.fixture
def clamd(settings):
    server = Clamd()
    settings.OPENSTI_CLAMAV = server.address
    yield server
    server.stop()


@pytest.mark.usefixtures("in_english", "clamd")
def test_the_scanner_lets_clean_files_pass_and_refuses_others(actor, store_dir):
    clean = put(actor, "a.txt", b"plain")
    with pytest.raises(Invalid) as refused:
        put(actor, "b.txt", b"EICAR")
    assert str(refused.value) == "The file carries malicious code: Eicar-Test."
    assert list(StoredFile.objects.values_list("name", "state", "reason")) == [
        ("a.txt", "clean", ""),
        ("b.txt", "rejected", "Eicar-Test"),
    ]
    assert kept(store_dir) == [store.clean_path(clean.sha256)]


def test_without_its_scanner_a_file_waits_in_quarantine(actor, settings, store_dir):
    settings.OPENSTI_CLAMAV = "127.0.0.1:1"
    waiting = put(actor, "a.txt", b"plain")
    again = put(actor, "b.txt", b"plain")
    bad = put(actor, "c.txt", b"EICAR")
    assert waiting.state == "quarantined"
    assert release_quarantined(at=AT) == 0
    server = Clamd()
    settings.OPENSTI_CLAMAV = server.address
    assert release_quarantined(at=AT) == 3
    server.stop()
    found = StoredFile.objects.in_bulk([waiting.pk, again.pk, bad.pk])
    assert [f.state for f in found.values()] == ["clean", "clean", "rejected"]
    assert store.clean_path(waiting.sha256).read_bytes() == b"plain"
    assert sweep(at=datetime.now(UTC) + timedelta(days=2)) == 1
    assert kept(store_dir) == [store.clean_path(waiting.sha256)]
