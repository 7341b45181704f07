"""What offices await is dated data: each rule has its article, and says how far it was read."""

from __future__ import annotations

from datetime import date

import pytest

from opensti.domains.procedures.regimes.rights import offices
from opensti.domains.results.choices import RightKind
from opensti.kernel.periods import add_months

FILED = date(2026, 8, 31)


def dues(kind, ends=None, **days):
    given = {"filed": FILED} | days
    found = offices().dues(kind=kind, country="VN", days=given, ends=ends)
    return {(d.rule.id, d.turn): d.due_on for d in found}


def test_every_rule_has_its_source_and_none_claims_to_have_been_read():
    found = offices()
    sources = {source.id for source in found.sources}
    for rule in found.rules:
        assert rule.src in sources
        assert rule.v == "R"
        assert set(rule.kinds) <= set(RightKind.values)
        assert found.said(rule.basis) != rule.basis
    assert len({rule.id for rule in found.rules}) == len(found.rules)


def test_every_kind_has_an_office_in_viet_nam():
    found = offices()
    assert [
        kind for kind in RightKind.values if not found.office(kind=kind, country="VN")
    ] == []
    assert found.office(kind="mark", country="JP") is None
    assert found.of(kind="mark", country="JP", filed=FILED) == []


@pytest.mark.parametrize(
    ("kind", "rule", "due"),
    [
        ("invention", "vn_formal", date(2026, 9, 30)),  # no 31 September
        ("invention", "vn_publication", date(2028, 3, 31)),
        ("invention", "vn_request_invention", date(2030, 2, 28)),
        ("utility", "vn_request_utility", date(2029, 8, 31)),
        ("design", "abroad_other", date(2027, 2, 28)),
    ],
)
def test_months_are_counted_as_they_fall(kind, rule, due):
    assert dues(kind)[rule, 1] == due


def test_substance_waits_for_both_publication_and_request():
    published, requested = date(2028, 3, 1), date(2027, 1, 10)
    key = ("vn_substance", 1)
    assert key not in dues("invention", published=published)
    assert key not in dues("invention", requested=requested)
    both = dues("invention", published=published, requested=requested)
    assert both[key] == add_months(published, 18)


def test_renewals_begin_with_the_grant_and_end_before_the_term():
    granted = date(2027, 5, 1)
    assert [k for k in dues("mark") if k[0] == "vn_renewal_mark"] == []
    found = dues("mark", granted=granted)
    assert [due for (rule, _n), due in found.items() if rule == "vn_renewal_mark"] == [
        date(2036 + 10 * n, 8, 31) for n in range(5)
    ]
    found = dues("design", ends=date(2041, 8, 31), granted=granted)
    renewals = [due for (r, _n), due in found.items() if r == "vn_renewal_design"]
    assert renewals == [date(2031, 8, 31), date(2036, 8, 31)]


@pytest.mark.parametrize(
    ("kind", "term"),
    [
        ("invention", date(2046, 8, 31)),
        ("utility", date(2036, 8, 31)),
        ("design", date(2041, 8, 31)),
        ("layout", date(2037, 5, 1)),
        ("variety", date(2047, 5, 1)),
        ("mark", None),  # renewed again and again
        ("software", None),  # counted from lives, not from days kept here
    ],
)
def test_the_term_is_counted_where_a_rule_counts_it(kind, term):
    days = {"filed": FILED, "granted": date(2027, 5, 1)}
    assert offices().term(kind=kind, country="VN", days=days) == term
