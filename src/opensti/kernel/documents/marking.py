"""A reader's mark over every page of a PDF: drawn on a copy, the original is untouched."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
)

from opensti.kernel.documents.rendering import fonts
from opensti.kernel.refusals import Refusal, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pypdf import PageObject

HERE = Path(__file__).parent / "templates"
LARGEST = 50 * 1024 * 1024
PAGES = 1000
LONGEST_SIDE = 14_400.0


def marked_copy(path: Path, *, lines: Sequence[str]) -> bytes:
    """Return the marked copy of a file; too large a one is refused before it is read."""
    if path.stat().st_size > LARGEST:
        raise _refused(_("The file is too large to be marked."))
    return marked(path.read_bytes(), lines=lines)


def marked(content: bytes, *, lines: Sequence[str]) -> bytes:
    """Return a copy with the lines across and along the foot of each page.

    Refuses, in words, what is too large, locked with a password or no whole PDF: a file
    that cannot be marked is not handed out unmarked. One that opens without a password
    and only forbids to print or to copy is marked, and its copy forbids nothing.
    """
    if len(content) > LARGEST:
        raise _refused(_("The file is too large to be marked."))
    try:
        reader = PdfReader(io.BytesIO(content))
        _check(reader)
        writer = PdfWriter()
        forms: dict[tuple[int, int], Any] = {}
        for page in reader.pages:
            _mark(writer, writer.add_page(page), lines, forms)
        written = io.BytesIO()
        writer.write(written)
    except Refusal:
        raise
    except Exception as error:  # whatever a broken file makes a reader stumble over
        raise _refused(_("The file is damaged and cannot be marked.")) from error
    return written.getvalue()


def _check(reader: PdfReader) -> None:
    if reader.is_encrypted and not reader.decrypt(""):
        raise _refused(_("The file is encrypted and cannot be marked."))
    if len(reader.pages) > PAGES:
        raise _refused(_("The file has too many pages to be marked."))
    if not reader.pages:
        raise _refused(_("The file has no pages."))


def _refused(message: str) -> StepNotAllowed:
    return StepNotAllowed(
        message, mend=_("Ask the secretary of the council for a copy on paper.")
    )


def _mark(
    writer: PdfWriter,
    page: PageObject,
    lines: Sequence[str],
    forms: dict[tuple[int, int], Any],
) -> None:
    box = page.cropbox
    width, height = float(box.width), float(box.height)
    turned = int(page.rotation or 0) % 360
    seen = (height, width) if turned in {90, 270} else (width, height)
    if not all(0 < side <= LONGEST_SIDE for side in seen):
        raise _refused(_("The file is damaged and cannot be marked."))
    key = (round(seen[0]), round(seen[1]))
    if key not in forms:
        forms[key] = _form(writer, key, lines)
    resources = page.get("/Resources")
    resources = resources.get_object() if resources is not None else DictionaryObject()
    things = resources.get("/XObject")
    things = things.get_object() if things is not None else DictionaryObject()
    name, number = f"/OpenSTIMark{key[0]}x{key[1]}", 0
    while name in things and things.raw_get(name) != forms[key]:
        number += 1  # a file that bears an earlier mark, or a thing of this name
        name = f"/OpenSTIMark{key[0]}x{key[1]}n{number}"
    things[NameObject(name)] = forms[key]
    resources[NameObject("/XObject")] = things
    page[NameObject("/Resources")] = resources
    matrix = {
        0: (1, 0, 0, 1, 0.0, 0.0),
        90: (0, 1, -1, 0, width, 0.0),
        180: (-1, 0, 0, -1, width, height),
        270: (0, -1, 1, 0, 0.0, height),
    }[turned]
    a, b, c, d, e, f = matrix
    place = f"{a} {b} {c} {d} {e + float(box.left):.3f} {f + float(box.bottom):.3f} cm"
    before, after = (
        _stream(writer, b"q\n"),
        _stream(writer, f"\nQ q {place} {name} Do Q\n".encode()),
    )
    contents = page.get("/Contents")
    found = contents.get_object() if contents is not None else None
    middle = (
        list(found)
        if isinstance(found, ArrayObject)
        else ([contents] if contents is not None else [])
    )
    page[NameObject("/Contents")] = ArrayObject([before, *middle, after])


def _stream(writer: PdfWriter, data: bytes) -> Any:
    stream = DecodedStreamObject()
    stream.set_data(data)
    return writer._add_object(stream)


def _form(writer: PdfWriter, size: tuple[int, int], lines: Sequence[str]) -> Any:
    """The mark for pages of one size, drawn once and used by all of them."""
    drawn = typst.compile(
        str(HERE / "mark.typ"),
        root=str(HERE),
        format="pdf",
        sys_inputs={
            "data": json.dumps(
                {"width": size[0], "height": size[1], "lines": list(lines)}
            )
        },
        font_paths=fonts(),
    )
    page = PdfReader(io.BytesIO(drawn)).pages[0]
    form = DecodedStreamObject()
    contents = page.get_contents()
    form.set_data(contents.get_data() if contents is not None else b"")
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/FormType")] = NumberObject(1)
    form[NameObject("/BBox")] = ArrayObject(
        [FloatObject(0), FloatObject(0), FloatObject(size[0]), FloatObject(size[1])]
    )
    form[NameObject("/Resources")] = page["/Resources"].clone(writer)
    return writer._add_object(form)
