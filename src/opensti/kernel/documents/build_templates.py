"""Build the Word templates: ``python -m opensti.kernel.documents.build_templates [NAME …]``.

They are ordinary Word files with docxtpl's marks, made here so that their layout can be
read and changed in one place; a ministry may instead edit the files themselves.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import docx
from django.conf import settings
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from opensti.kernel.documents.content import HERE, TEMPLATES, Template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document
    from docx.table import _Cell

_CENTER, _RIGHT, _JUSTIFY = ALIGN.CENTER, ALIGN.RIGHT, ALIGN.JUSTIFY
# How long the Vietnamese motto is in bold letters of 13 points, in centimetres.
_MOTTO = 5.7


def build(template: Template) -> Document:
    """Return the Word template of a kind of document."""
    document = docx.Document()
    core = document.core_properties
    core.author, core.title, core.comments = "", template.name, ""
    core.created = core.modified = datetime(2026, 1, 1, tzinfo=UTC)
    _page(document, template)
    if template.national:
        _national_head(document)
    else:
        _head(document)
    _line(
        document,
        "{{ title|upper }}",
        bold=True,
        size=14,
        align=_CENTER,
        only="title",
    )
    if template.national:
        _line(document, "{{ words.number }} {{ number }}", align=_CENTER, only="number")
    _line(document, "{{ subtitle }}", bold=True, align=_CENTER, only="subtitle")
    if template.name == "decision":
        _rule(document.add_paragraph(), _usable(document), 0.2)
        _line(
            document,
            "{{ authority|upper }}",
            bold=True,
            align=_CENTER,
            only="authority",
        )
    _addressees(document)
    _mark(document, "{%p for b in basis %}")
    _line(document, "{{ b }}", italic=True, align=_JUSTIFY, indent=1)
    _mark(document, "{%p endfor %}")
    if template.name == "decision":
        _line(document, "{{ words.decides }}", bold=True, align=_CENTER)
    if template.national:
        _line(
            document, "{{ place_date }}", italic=True, align=_RIGHT, only="place_date"
        )
    _blocks(document, pictured=template.pictured)
    _signatures(document)
    if template.national:
        _annexes(document)
    return document


def _page(document: Document, template: Template) -> None:
    section = document.sections[0]
    short, long = Cm(21), Cm(29.7)
    section.page_width, section.page_height = short, long
    if template.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = long, short
    section.top_margin = section.bottom_margin = Cm(2)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(6)
    _numbered_above(section)
    footer = section.footer.paragraphs[0]
    footer.add_run("{{ footer }}\t\t").font.size = Pt(9)
    _page_number(footer.add_run())


def _usable(document: Document) -> int:
    """The width between the margins, in the units of Word."""
    section = document.sections[0]
    return int((section.page_width or Cm(21)) - Cm(4.5))


def _numbered_above(section: Any) -> None:
    """Number pages in the middle of the upper margin, the first not (Decree 30/2020)."""
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.alignment = _CENTER
    _page_number(header.add_run(), size=13)
    # What stands at the foot stands on the first page too.
    first = section.first_page_footer.paragraphs[0]
    first.add_run("{{ footer }}\t\t").font.size = Pt(9)
    _page_number(first.add_run())


def _rule(paragraph: Any, within: int, share: float) -> None:
    """Draw a thin line in the middle, as long as a share of a width."""
    side = int(within * (1 - share) / 2)
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = side
    shape.space_before = shape.space_after = Pt(0)
    paragraph.add_run().font.size = Pt(2)
    _border(paragraph)


def _rule_beneath(paragraph: Any, within: int) -> None:
    """Draw the line beneath the motto: as long as the motto, in the middle of a width."""
    _rule(paragraph, within, min(1.0, Cm(_MOTTO) / within))


def _border(paragraph: Any) -> None:
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _page_number(run: Any, *, size: float = 9) -> None:
    run.font.size = Pt(size)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _head(document: Document) -> None:
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    usable = _usable(document)
    left.width, right.width = int(usable * 0.4), int(usable * 0.6)
    for column, cell in zip(table.columns, (left, right), strict=True):
        column.width = cell.width
    _in(left, "{%p if issuer_parent %}", first=True)
    _in(left, "{{ issuer_parent|upper }}", size=12)
    _in(left, "{%p endif %}")
    _in(left, "{{ issuer|upper }}", bold=True, size=12)
    _rule(left.add_paragraph(), int(usable * 0.4), 0.4)
    _in(left, "{%p if number %}")
    _in(left, "{{ words.number }} {{ number }}", size=12)
    _in(left, "{%p endif %}")
    _in(right, "{{ motto[0] }}", bold=True, size=11.5, first=True)
    _in(right, "{{ motto[1] }}", bold=True)
    _rule_beneath(right.add_paragraph(), int(usable * 0.6))
    _in(right, "{{ place_date }}", italic=True)
    document.add_paragraph()


def _national_head(document: Document) -> None:
    _line(document, "{{ motto[0] }}", bold=True, size=12, align=_CENTER)
    _line(document, "{{ motto[1] }}", bold=True, align=_CENTER)
    _rule_beneath(document.add_paragraph(), _usable(document))


def _annexes(document: Document) -> None:
    _mark(document, "{%p for a in annexes %}")
    title = _line(document, "{{ a.title }}", bold=True, size=14, align=_CENTER)
    title.paragraph_format.page_break_before = True
    _line(document, "{{ a.subtitle }}", italic=True, align=_CENTER, only="a.subtitle")
    _blocks(document, "a.blocks")
    _mark(document, "{%p endfor %}")


def _addressees(document: Document) -> None:
    _mark(document, "{%p for t in to %}")
    _line(
        document, "{% if loop.first %}{{ words.to }} {% endif %}{{ t }}", align=_CENTER
    )
    _mark(document, "{%p endfor %}")


def _blocks(
    document: Document, blocks: str = "blocks", *, pictured: bool = False
) -> None:
    _mark(document, "{%p for b in " + blocks + " %}")
    _mark(document, "{%p if b.kind == 'heading' %}")
    _line(document, "{{ b.text }}", bold=True)
    _mark(document, "{%p elif b.kind == 'paragraph' %}")
    _line(document, "{{ b.text }}", indent=1)
    _mark(document, "{%p elif b.kind == 'article' %}")
    paragraph = _line(document, "{{ b.label }}", bold=True, indent=1)
    paragraph.add_run(" {{ b.text }}")
    _mark(document, "{%p elif b.kind == 'list' %}")
    _mark(document, "{%p for t in b['items'] %}")
    _line(document, "- {{ t }}", indent=1)
    _mark(document, "{%p endfor %}")
    _mark(document, "{%p elif b.kind == 'pairs' %}")
    pairs = document.add_table(rows=3, cols=2)
    _in(pairs.rows[0].cells[0], "{%tr for r in b.rows %}", first=True)
    _in(pairs.rows[1].cells[0], "{{ r[0] }}", align=None, first=True)
    _in(pairs.rows[1].cells[1], "{{ r[1] }}", bold=True, align=None, first=True)
    _in(pairs.rows[2].cells[0], "{%tr endfor %}", first=True)
    _mark(document, "{%p elif b.kind == 'table' %}")
    _line(document, "{{ b.title }}", italic=True)
    _table(document)
    if pictured:
        _mark(document, "{%p elif b.kind == 'picture' %}")
        picture = _line(document, "{{ b.image }}", align=_CENTER)
        picture.paragraph_format.keep_with_next = True
        _line(document, "{{ b.title }}", italic=True, align=_CENTER)
        _mark(document, "{%p elif b.kind == 'break' %}")
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _mark(document, "{%p endif %}")
    _mark(document, "{%p endfor %}")


def _table(document: Document) -> None:
    table = document.add_table(rows=4, cols=3)
    table.style = "Table Grid"
    head, begin, row, end = table.rows
    _in(head.cells[0], "{%tc for c in b.columns %}", first=True)
    _in(head.cells[1], "{{ c }}", bold=True, size=11, first=True)
    _in(head.cells[2], "{%tc endfor %}", first=True)
    repeated = OxmlElement("w:tblHeader")
    head._tr.get_or_add_trPr().append(repeated)
    _in(begin.cells[0], "{%tr for r in b.rows %}", first=True)
    _in(row.cells[0], "{%tc for c in r %}", first=True)
    cell = row.cells[1]
    _in(cell, "{%p if c.right %}", first=True)
    _in(cell, "{{ c.text }}", size=11, align=_RIGHT)
    _in(cell, "{%p else %}")
    _in(cell, "{{ c.text }}", size=11, align=None)
    _in(cell, "{%p endif %}")
    _in(row.cells[2], "{%tc endfor %}", first=True)
    _in(end.cells[0], "{%tr endfor %}", first=True)


def _signatures(document: Document) -> None:
    document.add_paragraph()
    table = document.add_table(rows=1, cols=4)
    # A signature never stands alone on the next page.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    left, begin, cell, end = table.rows[0].cells
    _in(left, "{%p if recipients %}", align=None, first=True)
    _in(left, "{{ words.recipients }}", bold=True, italic=True, size=11, align=None)
    _in(left, "{%p for t in recipients %}")
    _in(left, "- {{ t }}", size=11, align=None)
    _in(left, "{%p endfor %}")
    _in(left, "{%p endif %}")
    _in(left, "", align=None)
    _in(begin, "{%tc for s in signatures %}", first=True)
    _in(cell, "{{ s.capacity|upper }}", bold=True, first=True)
    _in(cell, "{{ s.note }}", italic=True)
    for _space in range(3):
        _in(cell, "")
    _in(cell, "{{ s.name }}", bold=True)
    _in(end, "{%tc endfor %}", first=True)


def _mark(document: Document, mark: str) -> None:
    document.add_paragraph(mark)


def _line(
    document: Document,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float | None = None,
    align: ALIGN | None = None,
    indent: float = 0,
    only: str = "",
) -> Any:
    if only:
        _mark(document, "{%p if " + only + " %}")
    paragraph: Any = document.add_paragraph()
    _run(paragraph, text, bold=bold, italic=italic, size=size)
    paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = Cm(indent)
    if only:
        _mark(document, "{%p endif %}")
    return paragraph


def _in(
    cell: _Cell,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float | None = None,
    align: ALIGN | None = _CENTER,
    first: bool = False,
) -> None:
    paragraph: Any = cell.paragraphs[0] if first else cell.add_paragraph()
    _run(paragraph, text, bold=bold, italic=italic, size=size)
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(2)


def _run(
    paragraph: Any, text: str, *, bold: bool, italic: bool, size: float | None
) -> None:
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    if size:
        run.font.size = Pt(size)


def main(names: Sequence[str] = ()) -> None:
    for template in [TEMPLATES[n] for n in names or TEMPLATES]:
        build(template).save(str(HERE / "templates" / f"{template.name}.docx"))


if __name__ == "__main__":
    if not settings.configured:
        settings.configure()
    main(sys.argv[1:])
