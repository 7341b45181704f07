"""Letters that nobody sees, and those that people do type."""

from __future__ import annotations

import pytest

from opensti.kernel.unseen import first_unseen, without_unseen

TYPED = "Nghị quyết 57\tdòng 1\r\ndòng 2, “ngoặc” – 100 % €, е (Kirin), 数, ✓"


def test_what_people_type_stays_as_it_is():
    assert (without_unseen(TYPED), first_unseen(TYPED)) == (TYPED, "")


@pytest.mark.parametrize(
    "letter",
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u00ad\ufeff"
    "\x07\x9f\ue000\U000e0041",
)
def test_what_nobody_sees_is_found_and_taken_out(letter):
    text = f"đúng{letter} hạn"
    assert without_unseen(text) == "đúng hạn"
    assert first_unseen(text) == f"U+{ord(letter):04X}"
