"""A reader's mark on every page of a PDF; what cannot be marked is not handed out."""

from __future__ import annotations

import io

import pytest
from django.utils.translation import override
from pypdf import PdfReader, PdfWriter

from opensti.kernel.documents import marking
from opensti.kernel.documents.marking import marked, marked_copy
from opensti.kernel.refusals import StepNotAllowed

LINES = ("Nguyễn Thị Đặng Hoàng Yến", "26/11/2026 14:30", "Hội đồng k7d2")


def pdf(*turns, password="", pages=0):
    writer = PdfWriter()
    for turn in turns or (0,) * pages:
        writer.add_blank_page(595, 842).rotate(turn)
    if password:
        writer.encrypt(password)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_every_page_bears_the_mark_whichever_way_it_is_turned():
    content = pdf(0, 90, 180, 270)
    pages = PdfReader(io.BytesIO(marked(content, lines=LINES))).pages
    assert len(pages) == 4
    for page in pages:
        words = page.extract_text()
        assert [line in words for line in LINES] == [True, True, True]


def test_the_words_beneath_are_still_there_and_the_original_is_untouched():
    first = marked(pdf(0), lines=["Người đọc trước"])
    kept = bytes(first)
    (page,) = PdfReader(io.BytesIO(marked(first, lines=["Người đọc sau"]))).pages
    words = page.extract_text()
    assert ("Người đọc trước" in words, "Người đọc sau" in words) == (True, True)
    assert first == kept


def test_what_opens_without_a_password_is_marked_though_it_forbids_to_print():
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt(user_password="", owner_password="x", algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    copy = PdfReader(io.BytesIO(marked(written.getvalue(), lines=LINES)))
    assert not copy.is_encrypted
    assert LINES[0] in copy.pages[0].extract_text()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "damaged"),
        (b"%PDF-1.4 nothing", "damaged"),
        (pdf(0)[:200], "damaged"),
        (pdf(0, password="x"), "encrypted"),
        (pdf(), "no pages"),
    ],
)
def test_what_cannot_be_marked_is_refused_in_words(content, why):
    with override("en"), pytest.raises(StepNotAllowed, match=why):
        marked(content, lines=LINES)


def test_too_much_is_refused_a_large_file_before_it_is_read(monkeypatch, tmp_path):
    content = pdf(0, 0, 0)
    monkeypatch.setattr(marking, "PAGES", 2)
    with override("en"), pytest.raises(StepNotAllowed, match="too many pages"):
        marked(content, lines=LINES)
    monkeypatch.setattr(marking, "LARGEST", 10)
    file = tmp_path / "big.pdf"
    file.write_bytes(content)
    monkeypatch.setattr(type(file), "read_bytes", lambda _path: pytest.fail("was read"))
    with override("en"), pytest.raises(StepNotAllowed, match="too large"):
        marked_copy(file, lines=LINES)
    with override("en"), pytest.raises(StepNotAllowed, match="too large"):
        marked(content, lines=LINES)
