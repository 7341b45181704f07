"""Signatures in PDF files: whose, whether the file is as it was signed, and by whom known."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from opensti.kernel.signatures import Check, check_pdf
from tests.factories import signatures as factory

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def roots(settings, tmp_path):
    folder = tmp_path / "roots"
    folder.mkdir()
    (folder / "tests.pem").write_bytes(factory.root_pem())
    (folder / "notes.txt").write_text("not a certificate")
    settings.OPENSTI_SIGNATURE_ROOTS = str(folder)


def told(content):
    check = check_pdf(content, at=AT)
    return check.found, [
        (s.signer, s.intact, s.change, s.trust) for s in check.signatures
    ]


@pytest.mark.usefixtures("roots")
def test_a_signature_of_a_known_authority_is_trusted():
    assert told(factory.signed_pdf()) == (
        "signed",
        [("Nguyễn Văn A", True, "none", "trusted")],
    )


def test_without_roots_the_chain_is_unknown_and_the_file_holds_all_the_same():
    check = check_pdf(factory.signed_pdf(), at=AT)
    assert [s.trust for s in check.signatures] == ["unknown"]
    assert (check.broken, check.roots) == (False, 0)


@pytest.mark.usefixtures("roots")
def test_a_signature_of_another_authority_is_unknown():
    content = factory.signed_pdf(by=factory.signer("Lạ", root="Another root"))
    assert told(content) == ("signed", [("Lạ", True, "none", "unknown")])


@pytest.mark.usefixtures("roots")
def test_a_second_signature_leaves_the_first_one_whole():
    once = factory.signed_pdf()
    twice = factory.signed_pdf(once, by=factory.signer("Trần Thị B"), field="Ben_B")
    assert told(twice) == (
        "signed",
        [
            ("Nguyễn Văn A", True, "added", "trusted"),
            ("Trần Thị B", True, "none", "trusted"),
        ],
    )
    assert not check_pdf(twice, at=AT).broken


@pytest.mark.usefixtures("roots")
def test_a_byte_changed_after_the_signature_is_found():
    content = factory.overwritten(factory.signed_pdf())
    check = check_pdf(content, at=AT)
    assert [(s.intact, s.holds) for s in check.signatures] == [(False, False)]
    assert check.broken


@pytest.mark.usefixtures("roots")
def test_a_page_put_over_the_signed_one_is_found():
    check = check_pdf(factory.replaced_page(factory.signed_pdf()), at=AT)
    assert [(s.intact, s.change) for s in check.signatures] == [(True, "changed")]
    assert check.broken


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (factory.plain_pdf(), "unsigned"),
        (b"\x89PNG\r\n\x1a\n", "no_pdf"),
        (b"", "no_pdf"),
        (b"%PDF-1.7\nnothing of it is true", "unreadable"),
        (b"%PDF-1.7\n" + b"\x00\xff" * 500, "unreadable"),
    ],
)
def test_what_carries_no_signature_is_said_and_never_raised(content, found):
    check = check_pdf(content, at=AT)
    assert (check.found, check.signatures, check.broken) == (found, (), False)


@pytest.mark.usefixtures("roots")
def test_a_cut_file_is_never_taken_for_a_whole_one():
    content = factory.signed_pdf()
    for share in (4, 3, 2):
        check = check_pdf(content[: len(content) - len(content) // share], at=AT)
        assert check.found in ("unreadable", "unsigned") or check.broken


def test_it_is_checked_within_a_running_loop_too():
    async def inside():
        return check_pdf(content, at=AT)

    content = factory.signed_pdf()
    assert asyncio.run(inside()) == check_pdf(content, at=AT)


@pytest.mark.usefixtures("roots")
def test_a_check_is_kept_as_plain_values_and_read_back():
    check = check_pdf(factory.signed_pdf(), at=AT)
    assert Check.of(check.as_json()) == check
    assert Check.of({}).found == "no_pdf"
