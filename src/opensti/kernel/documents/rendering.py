"""Write official documents: ``render("minutes", context, fmt="pdf")`` gives the bytes.

Word by docxtpl from ``templates/NAME.docx`` (a ministry may replace them by its own),
PDF by typst from ``templates/official.typ`` with the fonts that typst carries itself. The
same context gives the same bytes. Texts people typed reach typst as data, never as
markup, and Word escaped.
"""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

import typst

from opensti.kernel.documents.content import HERE, TEMPLATES, prepare
from opensti.kernel.documents.widths import PORTRAIT_ROOM, SIZES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docxtpl import DocxTemplate
    from jinja2.sandbox import SandboxedEnvironment

Format = Literal["docx", "pdf"]
MEDIA_TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
TABLE_STYLE = "TableGrid"
# A row of so many signs is not torn by the end of a page.
_UNTORN = 400
_PPI = 200
_PICTURE = b"""#set page(width: auto, height: auto, margin: 2pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 16cm)
"""
_FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def render(template: str, context: Mapping[str, Any], *, fmt: Format) -> bytes:
    """Return the document; see ``content`` for the keys of ``context``.

    Raises ``KeyError`` for an unknown template and ``ValueError`` for a context that
    lacks what the template requires: both are faults of the caller.
    """
    parts = prepare(TEMPLATES[template], context)
    if fmt == "pdf":
        return _pdf(parts)
    if fmt == "docx":
        return _docx(template, parts)
    raise ValueError(f"{fmt} is no format of documents.")


def _pdf(parts: dict[str, Any]) -> bytes:
    folder = HERE / "templates"
    pdf: bytes = typst.compile(
        str(folder / "official.typ"),
        root=str(folder),
        format="pdf",
        sys_inputs={"data": json.dumps(parts, ensure_ascii=False, sort_keys=True)},
        font_paths=fonts(),
    )
    return pdf


@cache
def fonts() -> typst.Fonts:
    """The fonts that typst carries, laid open once a process and not for each paper."""
    return typst.Fonts(include_system_fonts=False)


def _docx(template: str, parts: dict[str, Any]) -> bytes:
    from docxtpl import DocxTemplate  # noqa: PLC0415 -- slow, seldom needed

    document = DocxTemplate(HERE / "templates" / f"{template}.docx")
    said = _with_pictures(document, parts)
    document.render({**parts, "blocks": said}, _environment())
    _tell_of_pictures(document, [b["title"] for b in said if b["kind"] == "picture"])
    every = [parts["blocks"], *(a["blocks"] for a in parts["annexes"])]
    _set_widths(document, [b for bs in every for b in bs if b["kind"] == "table"])
    _keep_with_signatures(document)
    written = io.BytesIO()
    document.save(written)
    return _same_bytes(written)


def _with_pictures(
    document: DocxTemplate, parts: dict[str, Any]
) -> list[dict[str, Any]]:
    """The blocks, each drawing as points: Word shows no other drawing everywhere."""
    from docx.shared import Cm  # noqa: PLC0415 -- slow, seldom needed
    from docxtpl import InlineImage  # noqa: PLC0415 -- slow, seldom needed

    return [
        {
            **block,
            "image": InlineImage(
                document,
                io.BytesIO(_points(block["svg"])),
                width=Cm(PORTRAIT_ROOM * block["share"]),
            ),
        }
        if block["kind"] == "picture"
        else block
        for block in parts["blocks"]
    ]


def _points(svg: str) -> bytes:
    png: bytes = typst.compile(
        _PICTURE,
        format="png",
        ppi=_PPI,
        sys_inputs={"svg": svg},
        font_paths=fonts(),
    )
    return png


def _tell_of_pictures(document: DocxTemplate, titles: list[str]) -> None:
    """Say in words what a picture shows, for those who do not see it."""
    from docx.oxml.ns import qn  # noqa: PLC0415 -- slow, seldom needed

    shown = document.docx.element.body.iter(qn("wp:docPr"))
    for place, title in zip(shown, titles, strict=False):
        place.set("descr", title)


@cache
def _environment() -> SandboxedEnvironment:
    """Compile each part of a Word template once: that takes longer than filling it in."""
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415 -- slow, seldom needed

    environment = SandboxedEnvironment(autoescape=True)
    environment.compile = lru_cache(maxsize=128)(environment.compile)  # type: ignore[method-assign, assignment]
    return environment


def _set_widths(document: DocxTemplate, blocks: list[dict[str, Any]]) -> None:
    """Give the columns of each table their width, and its letters their size."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 -- slow, seldom needed
    from docx.oxml.ns import qn  # noqa: PLC0415 -- slow, seldom needed

    tables = [
        t
        for t in document.docx.element.body.iterchildren(qn("w:tbl"))
        if t.tblStyle_val == TABLE_STYLE
    ]
    for table, block in zip(tables, blocks, strict=False):
        columns = table.tblGrid.gridCol_lst
        whole = sum(c.w or 0 for c in columns)
        widths = [int(whole * w / sum(block["widths"])) for w in block["widths"]]
        for column, width in zip(columns, widths, strict=False):
            column.w = width
        for row in table.tr_lst:
            for cell, width in zip(row.tc_lst, widths, strict=False):
                cell.width = width
            if len(row.xpath("string(.)")) <= _UNTORN:
                row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        if block["size"] != SIZES[0]:
            for size in table.iter(qn("w:sz")):
                size.set(qn("w:val"), str(block["size"] * 2))


def _keep_with_signatures(document: DocxTemplate) -> None:
    """Let what is said last go with the signatures: they never stand alone on a page."""
    from docx.oxml.ns import qn  # noqa: PLC0415 -- slow, seldom needed

    for table in document.docx.element.body.iterchildren(qn("w:tbl")):
        rows = table.tr_lst
        if table.tblStyle_val == TABLE_STYLE or not rows[0].xpath(
            "./w:trPr/w:cantSplit"
        ):
            continue
        before = table.getprevious()
        while before is not None:
            last = before if before.tag == qn("w:p") else before.tr_lst[-1]
            for paragraph in last.iter(qn("w:p")):
                paragraph.get_or_add_pPr().get_or_add_keepNext()
            if last.xpath("string(.)").strip():
                break
            before = before.getprevious()


def _same_bytes(written: io.BytesIO) -> bytes:
    """Pack a document again without the time of its making."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(written) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            same = zipfile.ZipInfo(entry.filename, _FIRST_DAY_OF_ZIP)
            same.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(same, old.read(entry))
    return packed.getvalue()
