"""What the record keeps short is said in words, in the reader's language."""

from __future__ import annotations

import pytest

from opensti.domains.procedures.queries import source_names
from opensti.kernel import citations
from opensti.kernel.citations import cited, learn, names_from


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch):
    """Every test starts as a process does: no name was asked for yet."""
    monkeypatch.setattr(citations, "_names", {})
    monkeypatch.setattr(citations, "_asked", {})
    monkeypatch.setattr(citations, "_readers", [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stored", "vi", "en"),
    [
        (
            "ND268 Art 10.3",
            "khoản 3 Điều 10 NĐ 268/2025/NĐ-CP",
            "Art. 10.3, Decree 268/2025/ND-CP",
        ),
        (
            "TT25 Art 5.2-5.3",
            "Điều 5.2-5.3 TT 25/2026/TT-BCT",
            "Art. 5.2-5.3, Circular 25/2026/TT-BCT",
        ),
        (
            "ND268 Art Annex I.10B",
            "Phụ lục I.10B NĐ 268/2025/NĐ-CP",
            "Annex I.10B, Decree 268/2025/ND-CP",
        ),
        (
            "TT50 Art 16, 21",
            "Điều 16, 21 TT 50/2014/TT-BCT",
            "Art. 16, 21, Circular 50/2014/TT-BCT",
        ),
        (
            "ND268 Art 34.10đ",
            "điểm đ khoản 10 Điều 34 NĐ 268/2025/NĐ-CP",
            "Art. 34.10đ, Decree 268/2025/ND-CP",
        ),
        (
            "105/QĐ-BCT, TT20 Art 8-11",
            "105/QĐ-BCT, Điều 8-11 TT 20/2023/TT-BKHCN",
            "105/QĐ-BCT, Art. 8-11, Circular 20/2023/TT-BKHCN",
        ),
        ("GENERAL", "pháp luật chung", "general law"),
        (
            "105/QĐ-BCT, GENERAL",
            "105/QĐ-BCT, pháp luật chung",
            "105/QĐ-BCT, general law",
        ),
        ("105/QĐ-BCT", "105/QĐ-BCT", "105/QĐ-BCT"),
        ("ISO27 Art 4", "ISO27 Art 4", "ISO27 Art 4"),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_a_stored_basis_is_said_in_both_languages(regimes, stored, vi, en):
    names_from(source_names)
    assert (cited(stored, language="vi"), cited(stored, language="en")) == (vi, en)


def test_saying_it_twice_changes_nothing():
    learn({"ND268": ("NĐ 268/2025/NĐ-CP", "Decree 268/2025/ND-CP")})
    once = cited("ND268 Art 10.3", language="vi")
    assert cited(once, language="vi") == once


def test_the_names_are_asked_for_once_even_where_nobody_knows_them(monkeypatch):
    asked = []
    names_from(lambda: asked.append(1) or {"TT25": ("TT 25", "Circular 25")})
    assert [cited(s, language="vi") for s in ("TT25", "TT25 Art 1", "XYZ", "XYZ")] == [
        "TT 25",
        "Điều 1 TT 25",
        "XYZ",
        "XYZ",
    ]
    assert len(asked) == 2
    monkeypatch.setattr(citations, "_ASK_AGAIN", 0.0)
    cited("XYZ")
    assert len(asked) == 3


def test_the_names_at_hand_come_before_those_that_are_loaded():
    learn({"TT25": ("TT 25", "Circular 25")})
    assert cited(
        "TT25 Art 3", language="en", names={"TT25": ("TT 26", "Circular 26")}
    ) == ("Art. 3, Circular 26")


@pytest.mark.django_db
def test_versions_frozen_without_short_names_are_cited_by_their_titles(regimes):
    from opensti.domains.procedures.models import RegimeVersion  # noqa: PLC0415

    version = RegimeVersion.objects.get(code="nd268_2025")
    for source in version.content["sources"]:
        del source["short_vi"], source["short_en"]
    version.save(update_fields=["content"])
    assert source_names()["GENERAL"] == ("Pháp luật chung", "General law")
