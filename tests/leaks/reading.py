"""What a reader can read in an answer, and which secrets stand in it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from pyarrow.parquet import read_table
from pypdf import PdfReader

if TYPE_CHECKING:
    from tests.leaks.world import World


_MARK = re.compile(r"zq\d{3}qz")
_TOKEN = re.compile(r"[0-9a-z]{9,}")
LONGEST = 12
_BETWEEN_DIGITS = re.compile(r"[.,\u00a0\u202f ](?<=\d.)(?=\d{3})")


def text_of(response: Any) -> str:
    """Return all that a reader can read in an answer, files opened."""
    content = (
        b"".join(response.streaming_content) if response.streaming else response.content
    )
    kind = response.headers.get("Content-Type", "")
    if content[:4] == b"PAR1":
        return str(read_table(io.BytesIO(content)).to_pylist())
    if content[:4] == b"PK\x03\x04" or content[:5] == b"%PDF-":
        return _of_file(content)
    text = content.decode("utf-8", "replace")
    where = response.headers.get("Location", "")
    named = response.headers.get("Content-Disposition", "")
    if "html" in kind:
        text = html.unescape(text)
    return f"{where}\n{named}\n{text}"


@lru_cache(maxsize=500)
def _of_file(content: bytes) -> str:
    """The text of a paper; the same paper is handed to many people, and opened once."""
    if content[:4] == b"PK\x03\x04":
        return _office(content)
    pages = PdfReader(io.BytesIO(content)).pages
    text = "\n".join(page.extract_text() for page in pages)
    return text + text.replace("\n", "").replace("\u00ad", "")


def _office(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" not in names:  # plain files
            return "\n".join(archive.read(name).decode() for name in names)
        if "word/document.xml" in names:
            xml = archive.read("word/document.xml").decode()
            return re.sub(r"<[^>]+>", "", xml.replace("</w:p>", "\n"))
    book = load_workbook(io.BytesIO(content), read_only=True)
    return "\n".join(
        str(cell)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    )


@dataclass
class Reader:
    """Finds the secrets in a text."""

    by_mark: dict[str, str]
    by_word: dict[str, str]
    phrases: tuple[str, ...]

    @classmethod
    def of(cls, world: World) -> Reader:
        return cls(
            {mark: secret for secret, mark in world.marks.items()},
            dict(world.ids),
            tuple(word for word in world.ids if not _TOKEN.fullmatch(word)),
        )

    def secrets(self, text: str) -> set[str]:
        """Return what a text tells: marks, addresses, amounts, names."""
        found = {self.by_mark[mark] for mark in _MARK.findall(text)}
        for token in set(_TOKEN.findall(_BETWEEN_DIGITS.sub("", text))):
            if token in self.by_word:
                found.add(self.by_word[token])
            elif len(token) > LONGEST:
                found |= {s for word, s in self.by_word.items() if word in token}
        return found | {self.by_word[p] for p in self.phrases if p in text}
