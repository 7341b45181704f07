"""Official documents: every kind in both formats, right letters, safe against hostile text."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile

import docx
import pypdf
import pytest

from opensti.kernel.documents.build_templates import build
from opensti.kernel.documents.content import TEMPLATES, clean
from opensti.kernel.documents.rendering import render
from tests.papers import pdf_said, word_said

VIETNAMESE = "ẲẴẶẮẰ ẳẵặắằ ỔỖỘ ổỗộ ỮỰỬ ữựử ỴỶỸ ỵỷỹ Đđ Ơơ Ưư"
HOSTILE = (
    '#panic("x") $x^2$ *b* _i_ \\ [x] #read("/etc/passwd") {{ 7*7 }} '
    '{% if x %} {%p for %} <w:t>&amp; @ref <label> // c /* "q" ]] #[ `raw`'
)


def context(**changes):
    return {
        "issuer_parent": "Bộ Công Thương",
        "issuer": "Vụ Khoa học và Công nghệ",
        "number": "12/QĐ-BCT",
        "place_date": "Hà Nội, ngày 02 tháng 3 năm 2026",
        "subtitle": VIETNAMESE,
        "to": ["Viện Cơ khí"],
        "basis": ["Căn cứ Nghị định 268/2025/NĐ-CP;"],
        "blocks": [
            {"kind": "heading", "text": "I. Thành phần"},
            {"kind": "paragraph", "text": "Có mặt 8.\nVắng mặt 1."},
            {"kind": "article", "label": "Điều 1.", "text": "Phê duyệt."},
            {"kind": "list", "items": ["Một", "Hai"]},
            {"kind": "pairs", "rows": [["Chủ tịch", "Nguyễn Văn Ước"]]},
            {
                "kind": "table",
                "title": "Bảng điểm",
                "columns": ["STT", "Hồ sơ", "Điểm"],
                "rows": [["1", "Lò hơi", "85,5"], ["2", "Bơm", "70"]],
                "right": [2],
                "widths": [1, 5, 2],
            },
        ],
        "recipients": ["Như trên;", "Lưu: VT."],
        "signatures": [
            {"capacity": "Thư ký", "note": "(Ký)", "name": "Đỗ Quỳnh"},
            {"capacity": "Chủ tịch", "note": "(Ký)", "name": "Nguyễn Văn Ước"},
        ],
        "footer": "ĐTKHCN.012/25",
    } | changes


def pdf_text(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(p.extract_text() for p in pages).split())


def word_text(content):
    document = docx.Document(io.BytesIO(content))
    body = document.element.body
    return " ".join(
        " ".join(t.text or "" for t in body.iter() if t.tag.endswith("}t")).split()
    )


SAID = (
    "VỤ KHOA HỌC VÀ CÔNG NGHỆ",
    "12/QĐ-BCT",
    "Độc lập - Tự do - Hạnh phúc",
    VIETNAMESE,
    "Hà Nội, ngày 02 tháng 3 năm 2026",
    "Có mặt 8.",
    "Điều 1.",
    "Hai",
    "Lò hơi",
    "85,5",
    "Nguyễn Văn Ước",
    "CHỦ TỊCH",
    "Lưu: VT.",
)


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize(("fmt", "text_of"), [("pdf", pdf_text), ("docx", word_text)])
def test_every_document_says_all_its_parts_and_has_the_same_bytes_again(
    name, fmt, text_of
):
    content = render(name, context(), fmt=fmt)
    text = text_of(content)
    # What two sides sign is headed by the State alone.
    wanted = SAID[TEMPLATES[name].national :]
    assert [part for part in wanted if part not in text] == []
    assert render(name, context(), fmt=fmt) == content


@pytest.mark.parametrize(("fmt", "text_of"), [("pdf", pdf_text), ("docx", word_text)])
def test_hostile_text_is_only_text(fmt, text_of):
    hostile = context(
        issuer=HOSTILE,
        number=HOSTILE,
        to=[HOSTILE],
        footer=HOSTILE,
        blocks=[
            {"kind": "paragraph", "text": HOSTILE},
            {"kind": "list", "items": [HOSTILE]},
            {"kind": "pairs", "rows": [[HOSTILE, HOSTILE]]},
            {"kind": "table", "columns": [HOSTILE], "rows": [[HOSTILE]]},
        ],
    )
    text = text_of(render("minutes", hostile, fmt=fmt)).replace(" ", "")
    assert text.count(HOSTILE.replace(" ", "")) >= 5
    assert "root:" not in text


def test_characters_no_document_can_hold_are_left_out():
    assert clean("a\x00b\x07\u202ec\ud800d\r\ne\tf\ufffe") == "abcd\ne\tf"
    assert clean(None) == ""
    broken = context(subtitle="a\x00\x0b\u202eb")
    assert "ab" in pdf_text(render("minutes", broken, fmt="pdf"))
    assert "ab" in word_text(render("minutes", broken, fmt="docx"))


def test_documents_in_english_have_english_words():
    text = pdf_text(render("minutes", context(language="en"), fmt="pdf"))
    assert "SOCIALIST REPUBLIC OF VIET NAM" in text
    assert "MINUTES" in text
    assert "Page 1 / 1" in text


def test_a_long_table_repeats_its_head_on_every_page():
    rows = [[str(n), "Hồ sơ " * 8, "80"] for n in range(200)]
    table = {"kind": "table", "columns": ["STT", "Tên hồ sơ", "Điểm"], "rows": rows}
    pdf = render("score_table", context(blocks=[table]), fmt="pdf")
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) > 5
    assert all("Tên hồ sơ" in p.extract_text() for p in pages[:-1])
    assert (pages[0].mediabox.width > pages[0].mediabox.height) is True


def test_what_is_missing_or_unknown_is_a_fault_that_names_it():
    with pytest.raises(ValueError, match="decision needs number, basis"):
        render("decision", context(number="", basis=[]), fmt="pdf")
    with pytest.raises(KeyError):
        render("poem", context(), fmt="pdf")
    with pytest.raises(ValueError, match="no format"):
        render("minutes", context(), fmt="html")
    for block, message in (
        ({"kind": "html", "text": ""}, "no kind of block"),
        ({"kind": "table", "columns": ["a"], "rows": [["1", "2"]]}, "as many cells"),
        ({"kind": "table", "columns": [], "rows": []}, "1 to 40 columns"),
    ):
        with pytest.raises(ValueError, match=message):
            render("minutes", context(blocks=[block]), fmt="pdf")


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_committed_word_templates_are_what_the_script_builds(name, tmp_path):
    import opensti.kernel.documents as here  # noqa: PLC0415 -- only its place

    built = tmp_path / "built.docx"
    build(TEMPLATES[name]).save(str(built))
    kept = f"{here.__path__[0]}/templates/{name}.docx"

    def parts(path):
        with zipfile.ZipFile(path) as archive:
            return {n: archive.read(n) for n in archive.namelist()}

    assert parts(kept) == parts(built)


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="pdftoppm is not installed")
def test_the_pdf_draws_and_carries_its_fonts(tmp_path):
    pdf = render("minutes", context(), fmt="pdf")
    fonts = {
        f["/BaseFont"].partition("+")[2]
        for p in pypdf.PdfReader(io.BytesIO(pdf)).pages
        for f in (r.get_object() for r in p["/Resources"]["/Font"].values())
    }
    assert {f.partition("-")[0] for f in fonts} == {"LibertinusSerif"}
    (tmp_path / "a.pdf").write_bytes(pdf)
    done = subprocess.run(
        [shutil.which("pdftoppm"), "-r", "30", "-png", "a.pdf", "a"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert (done.stderr, len(list(tmp_path.glob("*.png")))) == (b"", 1)


@pytest.mark.parametrize(("fmt", "text_of"), [("pdf", pdf_text), ("docx", word_text)])
def test_annexes_follow_the_signatures_of_an_agreement(fmt, text_of):
    table = {"kind": "table", "columns": ["Sản phẩm"], "rows": [["Quy trình"]]}
    annexes = [
        {"title": "PHỤ LỤC 1", "subtitle": "(Kèm theo hợp đồng)", "blocks": [table]},
        {"title": "PHỤ LỤC 2", "blocks": context()["blocks"]},
    ]
    text = text_of(render("agreement", context(annexes=annexes), fmt=fmt))
    places = [text.index(said) for said in ("CHỦ TỊCH", "PHỤ LỤC 1", "PHỤ LỤC 2")]
    assert places == sorted(places)
    assert "(Kèm theo hợp đồng)" in text


def test_each_annex_begins_on_a_page_of_its_own():
    annexes = [{"title": f"PHỤ LỤC {n}", "blocks": []} for n in (1, 2)]
    pdf = render("agreement", context(annexes=annexes), fmt="pdf")
    pages = [p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert [("PHỤ LỤC 1" in p, "PHỤ LỤC 2" in p) for p in pages] == [
        (False, False),
        (True, False),
        (False, True),
    ]


def test_a_word_nobody_can_break_stays_within_the_page():
    word = "Đ" * 500
    table = {"kind": "table", "columns": ["A", "B"], "rows": [[word, "x"]]}
    said = context(subtitle=word, blocks=[{"kind": "paragraph", "text": word}, table])
    pdf = render("agreement", said, fmt="pdf")
    right = 0.0
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:

        def seen(text, _cm, matrix, _font, size):
            nonlocal right
            right = max(right, matrix[4] + len(text.strip("\n")) * size * 0.3)

        page.extract_text(visitor_text=seen)
    assert right < 595
    assert pdf_text(pdf).count("Đ") >= 3 * len(word)


@pytest.mark.parametrize("name", TEMPLATES)
def test_word_and_pdf_say_the_same_in_the_same_order(name):
    annexes = [{"title": "PHỤ LỤC 1", "blocks": context()["blocks"]}]
    given = context(annexes=annexes) if TEMPLATES[name].national else context()
    word, pdf = (render(name, given, fmt=fmt) for fmt in ("docx", "pdf"))
    assert pdf_said(pdf, word) == "".join(word_said(word).split())


def test_pages_are_numbered_in_the_upper_margin_but_for_the_first():
    rows = [[str(n), "Hồ sơ"] for n in range(100)]
    table = {"kind": "table", "columns": ["STT", "Tên"], "rows": rows}
    pdf = render("minutes", context(blocks=[table]), fmt="pdf")
    firsts = [
        page.extract_text().split(maxsplit=1)[0]
        for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
    ]
    assert firsts == ["BỘ", "2", "3"]


def test_a_decision_names_who_decides_between_its_title_and_its_grounds():
    def said(**changes):
        return word_said(render("decision", context(**changes), fmt="docx"))

    signer = [{"capacity": "Vụ trưởng", "note": "", "name": ""}]
    grounds = "Căn cứ Nghị định 268/2025/NĐ-CP; QUYẾT ĐỊNH:"
    assert f"VỤ TRƯỞNG VỤ KHOA HỌC VÀ CÔNG NGHỆ Kính gửi: Viện Cơ khí {grounds}" in (
        said(signatures=signer)
    )
    assert "VIỆN TRƯỞNG VIỆN CƠ KHÍ Kính gửi" in said(
        signatures=signer, authority="Viện trưởng Viện Cơ khí"
    )
    whole = [{"capacity": "Vụ trưởng Vụ Khoa học và Công nghệ", "name": ""}]
    # Above the grounds, and beneath the text where it is signed.
    assert said(signatures=whole).count("VỤ TRƯỞNG VỤ KHOA HỌC VÀ CÔNG NGHỆ") == 2


@pytest.mark.parametrize("kind", ["paragraph", "pairs", "list"])
def test_a_signature_never_stands_alone_on_a_page(kind):
    def pages(lines):
        last = {
            "paragraph": {"kind": "paragraph", "text": "Nói sau cùng."},
            "pairs": {"kind": "pairs", "rows": [["Trước", "a"], ["Nói", "sau cùng."]]},
            "list": {"kind": "list", "items": ["Nói sau cùng."]},
        }[kind]
        blocks = [{"kind": "paragraph", "text": f"Dòng {n}."} for n in range(lines)]
        given = context(blocks=[*blocks, last], to=[], basis=[], recipients=[])
        pdf = render("minutes", given, fmt="pdf")
        found = pypdf.PdfReader(io.BytesIO(pdf)).pages
        return [" ".join(page.extract_text().split()) for page in found]

    for lines in range(18, 34):
        written = pages(lines)
        with_signature = [page for page in written if "CHỦ TỊCH" in page]
        assert ["sau cùng." in page for page in with_signature] == [True]


def test_a_digest_is_copied_whole_and_no_letter_twice():
    digest = "0123456789abcdef" * 4
    blocks = [
        {"kind": "paragraph", "text": f"Bản này: SHA-256 {digest}"},
        {"kind": "list", "items": [f"bao-cao.pdf, SHA-256 {digest}"]},
    ]
    pdf = render("minutes", context(blocks=blocks), fmt="pdf")
    text = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "".join(text.split()).count(digest) == 2
    assert "\u200b" not in text
    assert "Nơi nhận:" in text
