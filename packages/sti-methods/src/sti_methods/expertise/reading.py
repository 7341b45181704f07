"""Experts, proposals and pairs from files; what is wrong is refused by line and field.

Unlike an archive, a list of experts is complete or it is nothing: an expert who is left
out is not ranked, and nobody would see it. So the first fault refuses the file.
"""

from __future__ import annotations

import csv
import gzip
import json
import unicodedata
import zlib
from typing import TYPE_CHECKING, Any, TypeVar

from sti_methods.expertise.people import DECLARED, REVIEW, WORK, Expert, Piece, Proposal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

T = TypeVar("T")
LONGEST_TEXT, LONGEST_LINE, LONGEST_ID = 200_000, 50_000_000, 200
_YEARS = range(1000, 2201)
_LISTS = {"publications": WORK, "reviews": REVIEW}
_SHOWN = 40


class Bad(ValueError):  # noqa: N818 -- an answer, as all refusals here
    """A file cannot be used: its name, the line, the field, and what is wrong."""

    def __init__(self, path: Path, line: int, what: str, field: str = "") -> None:
        where = path.name
        where += f", line {line}" if line else ""
        where += f", {field}" if field else ""
        super().__init__(f"{where}: {what}")
        self.line, self.field, self.what = line, field, what


def read_proposals(path: Path) -> list[Proposal]:
    """Return the proposals of a JSON Lines file (or ``.gz`` of one).

    A line is an object with ``id`` and ``title`` or ``abstract``.

    Raises
    ------
    Bad
        A line is no such object, an id stands twice, or there is none.
    """
    found: dict[str, tuple[int, Proposal]] = {}
    for line, row in _objects(path):
        proposal = Proposal(
            id=_id(path, line, row, "id"),
            title=_text(path, line, row, "title"),
            abstract=_text(path, line, row, "abstract"),
        )
        if not proposal.text:
            raise Bad(path, line, "the proposal has neither", "title and abstract")
        _once(path, line, proposal.id, found)
        found[proposal.id] = line, proposal
    return _some(path, found)


def read_experts(path: Path) -> list[Expert]:
    """Return the experts of a JSON Lines file (or ``.gz`` of one).

    A line is an object with ``id``; ``publications``, and perhaps ``reviews``, are lists
    of ``{"id", "title", "abstract", "year"}``; ``keywords`` and ``fields`` are texts or
    lists of texts.

    Raises
    ------
    Bad
        A line is no such object, an id stands twice, or there is none.
    """
    found: dict[str, tuple[int, Expert]] = {}
    for line, row in _objects(path):
        name = _id(path, line, row, "id")
        pieces = [
            piece
            for field, kind in _LISTS.items()
            for piece in _pieces(path, line, row, field, kind)
        ]
        declared = [_texts(path, line, row, field) for field in ("keywords", "fields")]
        if said := "\n".join(filter(None, declared)):
            pieces.append(Piece(id=DECLARED, title=said, kind=DECLARED))
        _once(path, line, name, found)
        found[name] = line, Expert(id=name, pieces=tuple(pieces))
    return _some(path, found)


def read_pairs(
    path: Path, *, experts: set[str], proposals: set[str]
) -> list[tuple[str, str]]:
    """Return the pairs of a CSV file (or ``.gz``) with the columns expert and proposal.

    Raises
    ------
    Bad
        A row names an expert or a proposal that the other files do not have, stands
        twice, or there is none.
    """
    found: dict[tuple[str, str], int] = {}
    known = {"expert": experts, "proposal": proposals}
    lines = (text for _line, text in _lines(path))
    reader = csv.DictReader(lines)
    try:
        names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        if not set(known) <= set(names):
            raise Bad(
                path, 1, "the first line must name the columns expert and proposal"
            )
        reader.fieldnames = names
        for row in reader:
            line = reader.line_num
            if None in row:
                raise Bad(path, line, "more cells than there are columns")
            pair = []
            for field, names_known in known.items():
                name = _clean(row[field] or "")
                if name not in names_known:
                    raise Bad(
                        path, line, f"there is no {field} “{_short(name)}”", field
                    )
                pair.append(name)
            key = pair[0], pair[1]
            if key in found:
                raise Bad(path, line, f"the pair stands in line {found[key]} already")
            found[key] = line
    except csv.Error as error:
        raise Bad(path, reader.line_num, f"no row: {error}") from None
    if not found:
        raise Bad(path, 0, "there is no pair in it")
    return list(found)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    packed = path.suffix.lower() == ".gz"
    number = 0
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            for number, raw in enumerate(
                iter(lambda: file.readline(LONGEST_LINE), b""), 1
            ):
                yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except FileNotFoundError:
        raise Bad(path, 0, "there is no such file") from None
    except IsADirectoryError:
        raise Bad(path, 0, "this is a folder") from None
    except UnicodeDecodeError:
        raise Bad(path, number, "the line is not in UTF-8") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Bad(path, number, "the archive is damaged after this line") from None


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, text in _lines(path):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            raise Bad(path, line, "this is no JSON; one object a line is") from None
        if not isinstance(row, dict):
            raise Bad(path, line, "this is no object in braces")
        yield line, row


def _once(path: Path, line: int, name: str, found: dict[str, tuple[int, Any]]) -> None:
    if name in found:
        first = found[name][0]
        raise Bad(path, line, f"“{_short(name)}” stands in line {first} already", "id")


def _some(path: Path, found: dict[str, tuple[int, T]]) -> list[T]:
    if not found:
        raise Bad(path, 0, "there is nothing in it")
    return [thing for _line, thing in found.values()]


def _id(path: Path, line: int, row: dict[str, Any], field: str) -> str:
    given = row.get("id")
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str) or not (name := _clean(given)):
        raise Bad(path, line, "an id is a text or a whole number", field)
    if len(name) > LONGEST_ID:
        raise Bad(path, line, f"more than {LONGEST_ID} characters", field)
    return name


def _text(path: Path, line: int, row: dict[str, Any], field: str, at: str = "") -> str:
    given = row.get(field)
    if given is None:
        return ""
    if not isinstance(given, str):
        raise Bad(path, line, "this is no text", f"{at}{field}")
    return _clean(given)


def _texts(path: Path, line: int, row: dict[str, Any], field: str) -> str:
    given = row.get(field)
    if isinstance(given, list):
        if not all(isinstance(each, str) for each in given):
            raise Bad(path, line, "not all of the list are texts", field)
        return "; ".join(filter(None, map(_clean, given)))
    return _text(path, line, row, field)


def _pieces(
    path: Path, line: int, row: dict[str, Any], field: str, kind: str
) -> Iterator[Piece]:
    given = row.get(field)
    if given is None:
        return
    if not isinstance(given, list):
        raise Bad(path, line, "this is no list", field)
    for n, each in enumerate(given, 1):
        at = f"{field} {n}"
        if not isinstance(each, dict):
            raise Bad(path, line, "this is no object in braces", at)
        piece = Piece(
            id=_id(path, line, each, f"{at}, id"),
            title=_text(path, line, each, "title", f"{at}, "),
            abstract=_text(path, line, each, "abstract", f"{at}, "),
            year=_year(path, line, each, f"{at}, year"),
            kind=kind,
        )
        if piece.text:
            yield piece


def _year(path: Path, line: int, row: dict[str, Any], field: str) -> int | None:
    given = row.get("year")
    if given in (None, ""):
        return None
    if isinstance(given, str) and given.isascii() and given.isdigit():
        given = int(given[:5])
    if isinstance(given, bool) or not isinstance(given, int) or given not in _YEARS:
        raise Bad(path, line, f"“{_short(str(given))}” is no year", field)
    return given


def _clean(text: str) -> str:
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
        text = unicodedata.normalize("NFC", text)
    return text[:LONGEST_TEXT].replace("\x00", " ").strip()


def _short(text: str) -> str:
    return "".join(filter(str.isprintable, text))[:_SHOWN]
