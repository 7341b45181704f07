"""Names that a file carries without its author thinking of them."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

from defusedxml import ElementTree
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.kernel.files.actions import Looked

_OFFICE = "docProps/core.xml"
_TOLD = ("creator", "lastModifiedBy")
_EXIF = b"Exif\x00\x00"
LARGEST = 1_000_000


def traces_of(file: Looked) -> list[str]:
    """What the file says of who made it: names in its properties, data of a camera."""
    # A file that its readers cannot read is no reason to lose the alert it came with, and
    # what they raise for broken or locked ones is not limited to what they say.
    with suppress(Exception):
        if file.media_type == "application/pdf":
            return _pdf(file.data)
        if file.data[:2] == b"PK":
            return _office(file.data)
    return ["EXIF"] if _EXIF in file.data[:65536] else []


def _pdf(data: bytes) -> list[str]:
    found: Mapping[str, object] = PdfReader(io.BytesIO(data)).metadata or {}
    return [str(found[key]) for key in ("/Author", "/Creator") if found.get(key)]


def _office(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.getinfo(_OFFICE).file_size > LARGEST:
            return []
        root = ElementTree.fromstring(archive.read(_OFFICE))
    named = [(node.tag.rpartition("}")[2], node.text or "") for node in root]
    return [text for tag, text in named if tag in _TOLD and text.strip()]
