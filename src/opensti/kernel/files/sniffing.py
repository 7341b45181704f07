"""What a file really is: its first bytes and its inside must agree with its name.

Office documents are opened as the archives they are. Refused with the reason and the
mend: another type than the name says, passwords, macros, archives that unpack to too
much (zip bombs), paths that leave their folder, programs inside archives, broken files.
"""

from __future__ import annotations

import lzma
import mmap
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

import puremagic
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from django.utils.functional import _StrPromise

    Text = str | _StrPromise

# extension → media type; what is not here is not accepted.
ALLOWED: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "tif": "image/tiff",
    "csv": "text/csv",
    "txt": "text/plain",
    "zip": "application/zip",
}
# Taken only where a table is read in, never as a paper.
TABLES: dict[str, str] = {"jsonl": "application/x-ndjson"}
ALIASES = {"jpeg": "jpg", "tiff": "tif", "ndjson": "jsonl"}
_OOXML_MAIN = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
_OPENDOCUMENT = frozenset({"odt", "ods"})
_IMAGES: dict[str, tuple[bytes, ...]] = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "tif": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TEXT = re.compile(
    rb"\s*(?:%PDF-|PK\x03\x04|MZ|\x7fELF|\x89PNG|\xff\xd8\xff|GIF8|\{\\rtf|\xd0\xcf\x11\xe0"
    rb"|<(?:!doctype|html|head|body|script|svg|\?xml|iframe|object|embed))",
    re.IGNORECASE,
)
_PDF_PASSWORD = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_PROGRAMS = re.compile(
    r"\.(?:exe|dll|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|jar|lnk|reg|html?|svg)$",
    re.IGNORECASE,
)
# Where Office and LibreOffice keep programs; the lists of an empty library are none.
_MACRO_PARTS = re.compile(
    r"vbaproject\.bin$|^basic/.*(?<!script-l[bc])\.xml$|^scripts/.*[^/]$", re.IGNORECASE
)
_MACRO_TYPES = re.compile(rb"vbaproject|macroenabled", re.IGNORECASE)
MAX_ENTRIES = 10_000
MAX_RATIO = 200
UNPACKED_TIMES_LIMIT = 20
_SMALL = 10 * 1024 * 1024
_HEAD = 8192
_CHUNK = 1024 * 1024


def extension_of(name: str, *, table: bool = False) -> str:
    """Return the accepted extension of a file's name, or refuse it."""
    accepted = ALLOWED | TABLES if table else ALLOWED
    given = name.rpartition(".")[2].lower() if "." in name else ""
    extension = ALIASES.get(given, given)
    if extension not in accepted:
        raise _refuse(
            _("Files of type “%(type)s” are not accepted.") % {"type": given or "?"},
            _("Save it as one of: %(types)s.") % {"types": ", ".join(accepted)},
        )
    return extension


def check_content(path: Path, extension: str) -> str:
    """Return the media type once the inside agrees with the extension, or refuse."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if extension == "pdf":
        _check_pdf(path, head)
    elif extension in _IMAGES:
        if not head.startswith(_IMAGES[extension]):
            raise _other_type(path, extension)
    elif extension in {"csv", "txt", "jsonl"}:
        _check_text(path, head, extension)
    else:
        _check_archive(path, head, extension)
    return (ALLOWED | TABLES)[extension]


def _check_pdf(path: Path, head: bytes) -> None:
    if b"%PDF-" not in head[:1024]:
        raise _other_type(path, "pdf")
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        if content.rfind(b"%%EOF", max(0, len(content) - 4096)) < 0:
            raise _refuse(
                _("The PDF is cut off before its end."),
                _("Open it, save it anew and upload it again."),
            )
        if _PDF_PASSWORD.search(content):
            raise _password()


def _check_text(path: Path, head: bytes, extension: str) -> None:
    if not is_text(head):
        raise _other_type(path, extension)


def is_text(head: bytes) -> bool:
    """Say whether the first bytes may begin a text: no program, archive, picture, page."""
    if _NOT_TEXT.match(head.removeprefix(b"\xef\xbb\xbf")):
        return False
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return wide or b"\x00" not in head


def _check_archive(path: Path, head: bytes, extension: str) -> None:
    if head.startswith(_OLE) and extension in _OOXML_MAIN:
        # Office keeps a document with a password in an OLE container.
        raise _password()
    if not head.startswith(b"PK"):
        raise _other_type(path, extension)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive, extension)
            _check_kind(archive, path, extension)
            _unpack(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        RuntimeError,  # another packing, or a password in the entry's own head alone
        EOFError,
        ValueError,
        OSError,
    ):
        raise _refuse(
            _("The file is broken: it cannot be unpacked."),
            _("Open it, save it anew and upload it again."),
        ) from None


def _check_entries(archive: zipfile.ZipFile, extension: str) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise _bomb()
    for entry in entries:
        if entry.flag_bits & 1:
            raise _password()
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            raise _refuse(
                _("The archive holds a path that leads outside: %(path)s.")
                % {"path": entry.filename[:80]},
                _("Pack the files again from one folder."),
            )
        if extension == "zip" and _PROGRAMS.search(entry.filename):
            raise _refuse(
                _("The archive holds a program or web page: %(path)s.")
                % {"path": entry.filename[:80]},
                _("Take it out and pack the archive again."),
            )
        if _MACRO_PARTS.search(entry.filename):
            raise _macros()
        large = entry.file_size > _SMALL
        if large and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise _bomb()


def _check_kind(archive: zipfile.ZipFile, path: Path, extension: str) -> None:
    names = set(archive.namelist())
    if main := _OOXML_MAIN.get(extension):
        if not {"[Content_Types].xml", main} <= names:
            raise _other_type(path, extension)
        with archive.open("[Content_Types].xml") as file:
            # The part may have any name; its type says what it is.
            if _MACRO_TYPES.search(file.read(_CHUNK)):
                raise _macros()
    elif extension in _OPENDOCUMENT:
        stated = b""
        if "mimetype" in names:
            with archive.open("mimetype") as file:
                stated = file.read(200)
        if stated.strip() != ALLOWED[extension].encode():
            raise _other_type(path, extension)
        if "META-INF/manifest.xml" in names:
            with archive.open("META-INF/manifest.xml") as file:
                if b"encryption-data" in file.read(_CHUNK):
                    raise _password()


def _unpack(archive: zipfile.ZipFile) -> None:
    """Read every entry (sizes in the directory may lie; checksums must hold)."""
    left = settings.OPENSTI_FILE_LIMIT_MB * 1024 * 1024 * UNPACKED_TIMES_LIMIT
    for entry in archive.infolist():
        with archive.open(entry) as file:
            while chunk := file.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _bomb()


def _other_type(path: Path, extension: str) -> Invalid:
    found = _what_it_is(path)
    message = (
        _("The file is named .%(type)s but its content is something else (%(found)s).")
        if found
        else _("The file is named .%(type)s but its content is something else.")
    )
    return _refuse(
        message % {"type": extension, "found": found},
        _("Open it in the program it comes from and save it as %(type)s.")
        % {"type": extension},
    )


def _what_it_is(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    return str(found[0].name) if found else ""


def _password() -> Invalid:
    return _refuse(
        _("The file is protected by a password or encrypted."),
        _("Remove the protection (or print it to a new PDF) and upload it again."),
    )


def _macros() -> Invalid:
    return _refuse(
        _("The document contains macros."),
        _("Save it without macros (as docx, xlsx or pptx)."),
    )


def _bomb() -> Invalid:
    return _refuse(
        _("The file unpacks to far more than it may hold."),
        _("Remove large or empty parts, or split it into several files."),
    )


def _refuse(message: Text, mend: Text) -> Invalid:
    return Invalid([Problem(field="file", message=message, mend=mend)])
