"""A real paper to attach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pypdf import PdfWriter

if TYPE_CHECKING:
    from pathlib import Path


def pdf(place: Path) -> Path:
    path = place / "don-dang-ky.pdf"
    with PdfWriter() as paper:
        paper.add_blank_page(595, 842)
        paper.write(path)
    return path
