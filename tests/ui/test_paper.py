"""What is printed: tables stay tables, and what asks for a click is left out."""

from __future__ import annotations

import re

from tools.messages import SRC

CSS = SRC / "ui" / "static" / "ui" / "css"


def test_tables_become_cards_on_a_small_screen_and_never_on_paper():
    """A sheet of A4 between its margins is narrower than the width of a phone's cards."""
    opened = [
        re.findall(r"@media [^{]*", text[: match.start()])[-1].strip()
        for path in (CSS / "components.css", CSS / "utilities.css")
        for text in [path.read_text(encoding="utf-8")]
        for match in re.finditer(r"\.data-cards ", text)
    ]

    assert set(opened) == {"@media screen and (max-width: 46rem)"}


def test_paper_shows_no_menus_of_pictures_and_no_forms_of_choice():
    hidden = re.search(
        r"([^{}]*\.topbar[^{}]*)\{ display: none",
        (CSS / "print.css").read_text("utf-8"),
    )

    assert hidden is not None
    assert {".picture-links", 'form[role="search"]'} <= {
        one.strip() for one in hidden[1].split(",")
    }
