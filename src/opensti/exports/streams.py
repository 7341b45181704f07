"""Writing long files in little memory: JSON member by member, archives by way of the disk."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

CHUNK = 64 * 1024
# What archives say of the time they were made: nothing, so that the same data are the
# same bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)
_MADE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_NO_MOMENT = rb"\g<1>1980-01-01T00:00:00Z\g<2>"


def plain(value: Any) -> str:
    """JSON with sorted keys and without blanks: the same value is the same text."""
    return json.dumps(
        value,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    )


def package(
    head: Mapping[str, Any], name: str, members: Iterable[Any]
) -> Iterator[bytes]:
    """A JSON object whose member ``name`` is a list too long for memory; one line each."""
    began = False
    for key in sorted([*head, name]):
        yield (f",\n{plain(key)}:" if began else f"{{{plain(key)}:").encode()
        began = True
        if key != name:
            yield plain(head[key]).encode()
            continue
        yield b"["
        for number, member in enumerate(members):
            yield (",\n" if number else "\n").encode() + plain(member).encode()
        yield b"\n]"
    yield b"}\n"


def archive(parts: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """A ZIP of named files in their order, the same bytes for the same content."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as whole:
            for name, chunks in parts:
                made = zipfile.ZipInfo(name, NO_TIME)
                made.compress_type = zipfile.ZIP_DEFLATED
                with whole.open(made, "w", force_zip64=True) as one:
                    for chunk in chunks:
                        one.write(chunk)
        yield from read_from_start(file)


def workbook(file: IO[bytes]) -> Iterator[bytes]:
    """The same workbook without the times at which it was written."""
    with zipfile.ZipFile(file) as book:
        names = book.namelist()
        yield from archive((name, _timeless(book, name)) for name in names)


def _timeless(book: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    if name == "docProps/core.xml":
        yield _MADE.sub(_NO_MOMENT, book.read(name))
        return
    with book.open(name) as one:
        yield from _chunks(one)


def read_from_start(file: IO[bytes]) -> Iterator[bytes]:
    """What was written to a file."""
    file.seek(0)
    yield from _chunks(file)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
