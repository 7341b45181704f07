"""A store of its own for every test, and files of every kind made on the spot."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from opensti.kernel.access import Actor, Role

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def store_dir(settings, tmp_path):
    settings.OPENSTI_DATA_DIR = tmp_path
    settings.OPENSTI_CLAMAV = ""
    settings.OPENSTI_FILE_LIMIT_MB = 1
    return tmp_path / "files"


@pytest.fixture
def actor():
    return Actor(user_id=7, name="Lan", roles=frozenset({Role.APPLICANT}))


def named(name, content):
    return SimpleUploadedFile(name, content)


def zipped(entries, packing=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word():
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    return buffer.getvalue()


def sheet():
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


def lzma_cut(archive):
    """The same archive, the packed bytes of its first entry overwritten."""
    broken = bytearray(archive)
    broken[48:56] = b"\xff" * 8
    return bytes(broken)


def odt(
    mimetype="application/vnd.oasis.opendocument.text",
    manifest="<manifest/>",
    more=None,
):
    entries = {
        "mimetype": mimetype,
        "content.xml": "<a/>",
        "META-INF/manifest.xml": manifest,
    }
    return zipped(entries | (more or {}))
