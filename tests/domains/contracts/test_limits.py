"""What each procedure allows of a change: months, times, windows, totals, papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opensti.domains.contracts.queries.limits import (
    Standing,
    authority_of,
    band_for,
    limits,
    months_up,
    whole_months,
)
from opensti.domains.procedures.regimes.loading import (
    load_file,
    regime_files,
    with_answers,
)
from opensti.domains.procedures.regimes.reading import read_regime
from opensti.kernel.periods import add_months, vietnam_calendar

FILES = {p.stem: p for p in regime_files()}
START = date(2026, 9, 1)
TODAY = date(2027, 3, 1)


def rules(name, **answers):
    content = with_answers(load_file(FILES[name]), answers)
    return read_regime(content, file="x.yaml").execution


def standing(months=24, **more):
    end = add_months(START, months)
    given = {"lump": "final_product", "ends_on": end, "first_ends_on": end, **more}
    return Standing(starts_on=START, **given)


def found(name, kind, standing, *, today=TODAY, patch=None, answers=None):
    asked = limits(
        rules(name, **(answers or {})),
        [kind],
        standing,
        patch=patch or {},
        today=today,
        calendar=vietnam_calendar(lenient=True),
    )
    return {n.code: n for n in asked}


def extension(name, months, *, of=24, used=0, **more):
    here = standing(of, extended=used, **more)
    ends = add_months(here.ends_on, months)
    return found(name, "extend", here, patch={"ends_on": ends.isoformat()})


@pytest.mark.parametrize(
    ("name", "code", "verdict", "most", "who"),
    [
        ("national_2013", "months", "over", "6", ""),
        ("moit_2014", "months_open", "open", "", "leader"),
        ("moit_2026", "months_unknown", "unknown", "", ""),
        ("nd268_2025", "months_unknown", "unknown", "", ""),
    ],
)
def test_a_task_of_24_months_asks_for_twelve_more(name, code, verdict, most, who):
    """Reference case H.3.9: nationally at most 6; at the ministry the text is silent."""
    limit = extension(name, 12)[code]
    assert (limit.verdict, limit.asked, limit.most, str(limit.who)) == (
        verdict,
        "12",
        most,
        who,
    )


def test_the_gap_at_24_months_may_be_answered_as_for_national_tasks():
    here = standing()
    patch = {"ends_on": add_months(here.ends_on, 12).isoformat()}
    answered = {"exactly_24_months": "24"}
    limit = found("moit_2014", "extend", here, patch=patch, answers=answered)["months"]
    assert (limit.verdict, limit.most) == ("over", "6")


@pytest.mark.parametrize(
    ("name", "of", "asked", "verdict"),
    [
        ("moit_2014", 23, 6, "ok"),
        ("moit_2014", 23, 7, "over"),
        ("moit_2014", 25, 12, "ok"),
        ("moit_2014", 25, 13, "over"),
        ("national_2013", 24, 6, "ok"),
        ("national_2013", 36, 12, "ok"),
        ("national_2013", 36, 13, "over"),
    ],
)
def test_months_up_to_the_band_and_not_one_more(name, of, asked, verdict):
    assert extension(name, asked, of=of)["months"].verdict == verdict


def test_months_of_earlier_extensions_count():
    first, second = (
        extension("national_2013", n, of=36, used=6)["months"] for n in (6, 7)
    )
    assert (first.verdict, second.verdict) == ("ok", "over")
    assert (first.used, first.asked, first.most) == ("6", "6", "12")


def test_once_is_once():
    limit = extension("moit_2014", 3, of=23, times={"extend": 1})["times"]
    assert (limit.verdict, limit.used, limit.most) == ("over", "1", "1")


@pytest.mark.parametrize(
    ("today", "verdict"), [(date(2028, 8, 1), "ok"), (date(2028, 8, 2), "over")]
)
def test_an_extension_is_asked_for_a_month_before_the_end(today, verdict):
    here = standing()
    patch = {"ends_on": "2028-12-01"}
    limit = found("moit_2014", "extend", here, today=today, patch=patch)["before_end"]
    assert (limit.verdict, limit.most) == (verdict, "2028-08-01")


def test_a_task_is_shortened_when_two_thirds_are_done():
    seen = [
        found("moit_2014", "shorten", standing(milestones=3, reached=n))["done"].verdict
        for n in (1, 2)
    ]
    assert seen == ["over", "ok"]
    unknown = found("moit_2014", "shorten", standing())["done_open"]
    assert (unknown.verdict, str(unknown.who)) == ("open", "leader")


@pytest.mark.parametrize("kind", ["name", "aim", "product", "state_total"])
@pytest.mark.parametrize("name", ["moit_2014", "national_2013"])
def test_a_lump_sum_to_the_final_product_never_changes_what_it_promises(name, kind):
    here = found(name, kind, standing(lump="final_product"))
    assert {n.verdict for n in here.values()} == {"over"}
    assert here["lump_never"].article == "TL27"


@pytest.mark.parametrize("kind", ["aim", "state_total"])
@pytest.mark.parametrize("name", ["moit_2026", "nd268_2025"])
def test_the_newer_texts_never_change_the_aim_or_raise_the_state_money(name, kind):
    limit = found(name, kind, standing(lump="none"))["not_allowed"]
    assert (limit.verdict, limit.article) == ("over", "ND268 Art 17.1")


def test_a_council_and_the_body_that_ordered_are_asked_for_a_new_name():
    here = found("national_2013", "name", standing(lump="partial"))
    assert {code: n.verdict for code, n in here.items()} == {
        "council": "needed",
        "consent_ordering_body": "needed",
    }


def test_what_no_text_speaks_of_is_said_to_be_unknown():
    limit = found("moit_2014", "aim", standing(lump="none"))["no_rule"]
    assert (limit.verdict, limit.who) == ("unknown", "leader")


def line(key, amount, source="state", category="labour"):
    return {"key": key, "amount": str(amount), "source": source, "category": category}


HELD = (line("a", 100), line("b", 50, category="overhead"), line("c", 30, "host"))


def verdicts(name, kind, *after):
    here = standing(lump="none", lines=HELD)
    limited = found(name, kind, here, patch={"lines": list(after)})
    return {code: n.verdict for code, n in limited.items()}


def test_a_transfer_keeps_the_state_money_to_the_dong_and_the_other_money_at_least():
    moved = (line("a", 90), line("b", 60, category="overhead"), line("c", 30, "host"))
    assert verdicts("moit_2026", "budget_transfer", *moved) == {
        "keeps_state_total": "ok",
        "keeps_other_total": "ok",
    }
    less = (line("a", 91), line("b", 60, category="overhead"), line("c", 29, "host"))
    assert verdicts("moit_2026", "budget_transfer", *less) == {
        "keeps_state_total": "over",
        "keeps_other_total": "over",
    }


def test_one_change_of_the_leaders_makes_the_whole_the_leaders():
    own = rules("moit_2014")
    asked = (["team"], ["team", "leader"], ["team", "extend"], ["aim"])
    assert [authority_of(own, kinds, "none").value for kinds in asked] == [
        "manager",
        "manager",
        "leader",
        "leader",  # no text speaks of it: never left to the host
    ]


def test_what_is_told_in_words_moves_no_money():
    here = standing(lump="none", lines=HELD)
    said = found("moit_2014", "delegation", here)
    assert {code: n.verdict for code, n in said.items()} == {"keeps_line": "ok"}


def test_a_delegation_stays_within_its_line():
    larger = (line("a", 101), *HELD[1:])
    assert verdicts("moit_2014", "delegation", *larger) == {"keeps_line": "over"}
    assert verdicts("moit_2014", "delegation", *HELD) == {"keeps_line": "ok"}


@pytest.mark.parametrize(
    ("end", "months"),
    [
        (date(2028, 8, 30), (23, True)),
        (date(2028, 8, 31), (24, False)),
        (date(2028, 9, 1), (24, False)),
        (date(2028, 9, 2), (24, True)),
    ],
)
def test_a_month_is_full_on_the_day_before_its_day_too(end, months):
    assert whole_months(START, end) == months


# A busy machine is no fault of the rules.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1))


@patient
@given(days, st.integers(min_value=0, max_value=120))
def test_months_added_are_the_months_counted(start, months):
    counted, more = whole_months(start, add_months(start, months))
    # the 31st and a shorter month: the day before is the month's end
    assert counted in (months, months + 1) if start.day > 28 else counted == months
    assert not more or start.day > 28


@patient
@given(st.integers(min_value=1, max_value=120), st.integers(min_value=0, max_value=40))
def test_every_length_of_a_national_task_has_one_limit(months, days):
    rule = rules("national_2013").amendment("extend", "none")
    end = add_months(START, months)
    end = end.fromordinal(end.toordinal() + days)
    most = band_for(rule, START, end)
    longer = end > add_months(START, 24)
    assert most == (12 if longer else 6)
    assert months_up(START, end) >= whole_months(START, end)[0]


def test_a_rule_without_a_band_for_a_length_gives_none():
    rule = rules("moit_2014").amendment("extend", "none")
    assert band_for(rule, START, add_months(START, 24)) is None
    assert (
        band_for(replace(rule, exact_band_upto=24), START, add_months(START, 24)) == 6
    )
