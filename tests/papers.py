"""What an official paper says, read back from its Word and from its PDF."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pypdf
from docx.oxml.ns import qn

from opensti.kernel.documents.content import clean

HOSTILE = (
    "<script>alert(1)</script> {{ 7*7 }} {% for x %} {%p endif %} %(n)s 100% "
    '#panic("x") $x^2$ *b* _i_ [x] #read("/etc/passwd") `raw` &amp; @ref // c "q" \\ '
    + "KHÔNGCÓKHOẢNGTRẮNG"
    * 8
)
SAID = Path(__file__).parent / "web" / "papers" / "said"
# What differs from run to run, and what it stands for.
VARYING = (
    (r"\b[0-9a-f]{64}\b", "<digest>"),
    (r"\b[0-9a-f]{16}(?: [0-9a-f]{16}){3}\b", "<digest>"),
    (r"Viện Nghiên cứu Cơ khí số \d+", "<host>"),
    (r"VIỆN NGHIÊN CỨU CƠ KHÍ SỐ \d+", "<HOST>"),
    (r"Nhiệm vụ thứ \d+", "<task>"),
    (r"\bBCT-\d+-\d+\b", "<code>"),
    (r"Người dùng \d+", "<person>"),
)


def word_said(content: bytes) -> str:
    """The words of a Word document in their order, without head and foot of its pages."""
    body = docx.Document(io.BytesIO(content)).element.body
    return _plain(" ".join(_paragraphs(body)))


def _paragraphs(body) -> list[str]:
    return [
        "".join(
            t.text or "" if t.tag == qn("w:t") else "\n"
            for t in p.iter(qn("w:t"), qn("w:br"))
        )
        for p in body.iter(qn("w:p"))
    ]


def pdf_said(content: bytes, word: bytes) -> str:
    """The words of a PDF, without the numbers of pages, their foot, and repeated heads.

    The Word document says what stands at the foot, and what heads a table that may go
    over several pages.
    """
    document = docx.Document(io.BytesIO(word))
    foot = _tight(document.sections[0].first_page_footer.paragraphs[0].text)
    heads = [
        _tight("".join(cell.text for cell in table.rows[0].cells))
        for table in document.tables
        if table.style.name == "Table Grid"
    ]
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    said = ""
    for number, page in enumerate(pages, start=1):
        text = _tight(page.extract_text())
        text = text.removeprefix(str(number)) if number > 1 else text
        end = re.search(rf"(?:Trang|Page){number}/{len(pages)}$", text)
        text = text[: end.start()].removesuffix(foot)
        repeated = [h for h in heads if text.startswith(h) and h in said]
        said += text.removeprefix(max(repeated, key=len, default=""))
    return said


def _plain(text: str) -> str:
    return " ".join(text.split())


def _tight(text: str) -> str:
    # Where the PDF may break a word nobody can break there stands a sign without width.
    return "".join(text.replace("\u200b", "").split())


def says(response_of) -> str:
    """What a paper says; its Word and its PDF say the same, in the same order.

    ``response_of`` gives the answer of the site for ``docx`` and ``pdf``.
    """
    answers = {kind: response_of(kind) for kind in ("docx", "pdf")}
    assert {k: a.status_code for k, a in answers.items()} == {"docx": 200, "pdf": 200}
    word = answers["docx"].content
    said = word_said(word)
    assert pdf_said(answers["pdf"].content, word) == _tight(said)
    return said


def fixed(text: str) -> str:
    """The same text whichever run wrote it."""
    for pattern, name in VARYING:
        text = re.sub(pattern, name, text)
    return text


def expected(name: str) -> str:
    """What is kept of a paper, read by a person once (``tests/web/papers/said``)."""
    return _plain((SAID / f"{name}.txt").read_text(encoding="utf-8"))


def holds_hostile(said: str, text: str) -> bool:
    """Whether a hostile text stands in a paper whole, as text, in letters large or small."""
    return _tight(clean(text)).casefold() in _tight(said).casefold()
