"""What a verified receipt says in words."""

from __future__ import annotations

from django.utils.translation import override

from opensti.kernel import citations
from opensti.portal.receipts import as_entered, told

BODY = {
    "act": "portfolios.release_decision",
    "actor": {"commitment": "ccd3"},
    "at": "2026-11-25T18:19:11.451947Z",
    "basis": "300/QĐ-BCT, TT25 Art 5.4b",
    "detail": {
        "amount": "1680000000",
        "call": "BCT-2026-02",
        "decision_number": "300/QĐ-BCT",
        "dossier": "BCT-2026-02-6726",
        "ruling": "approve",
    },
    "public": True,
}


def test_an_entry_is_told_in_the_readers_language_without_codes(monkeypatch):
    names = {"TT25": ("TT 25/2026/TT-BCT", "Circular 25/2026/TT-BCT")}
    monkeypatch.setattr(citations, "_names", names)
    with override("vi"):
        lines = [(str(label), text) for label, text in told(BODY)]
    assert lines == [
        ("Thao tác", "công bố quyết định"),
        ("Khi nào", "26/11/2026 01:19"),
        ("Căn cứ", "300/QĐ-BCT, điểm b khoản 4 Điều 5 TT 25/2026/TT-BCT"),
        ("Đợt tuyển chọn", "BCT-2026-02"),
        ("Hồ sơ", "BCT-2026-02-6726"),
        ("Kinh phí", "1.680.000.000\xa0đ"),
        ("Số quyết định", "300/QĐ-BCT"),
    ]


def test_an_entry_of_an_unknown_shape_is_shown_as_it_stands():
    odd = {"act": "x.y", "at": "yesterday", "detail": {"amount": "much", "host": 7}}
    with override("en"):
        assert [text for _label, text in told(odd)] == ["x.y", "yesterday", "much"]
    assert as_entered({"b": "đ", "a": None}) == '{\n  "a": null,\n  "b": "đ"\n}'
