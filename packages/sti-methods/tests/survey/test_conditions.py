"""The language of conditions: what it reads, what it refuses and where, what caused it."""

from __future__ import annotations

import pytest
from sti_methods.survey import Answer, Cause, Miswritten, Organisation, read, words

KNOWN = words(
    clauses=["5", "8"], items=["C06", "O05"], barriers=["money"], roles=["mgr", "all"]
)
FIRM = Organisation(
    name="f", economy="vn", stratum="s", size="medium",
    items={"C06": 1.5, "O05": 3.0}, by_role={("C06", "mgr"): 3.0, ("C06", "all"): 1.0},
    clauses={"5": 1.5}, importance={"5": 4.0}, overall=2.0,
)  # fmt: skip


def ask(text, level="organisation", of=FIRM):
    return read(text, KNOWN[level]).holds(of)


def test_a_condition_tells_the_answers_that_made_it_true():
    assert ask("clause(5) < 2 and importance(5) >= 4") == Answer(
        holds=True,
        causes=(
            Cause(asked="clause(5) < 2", value=1.5),
            Cause(asked="importance(5) >= 4", value=4.0),
        ),
    )
    assert ask("item(O05) < 2 or item(C06, all) < 2") == Answer(
        holds=True, causes=(Cause(asked="item(C06, all) < 2", value=1.0),)
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("size >= medium", True),
        ("size < medium", False),
        ("not (size < medium)", True),
        ("2 > clause(5)", True),
        ("others(C06) == 3", True),
        ("overall != 2", False),
        # Not known is neither true nor false, and decides nothing by itself.
        ("clause(8) < 2", None),
        ("not clause(8) < 2", None),
        ("clause(8) < 2 or overall == 2", True),
        ("clause(8) < 2 and overall == 2", None),
        ("clause(8) < 2 and overall == 3", False),
        ("barrier(money) >= 4 or knowledge > 0", None),
        ("others(C06, O05) > 0", None),
    ],
)
def test_conditions_are_true_false_or_not_known(text, told):
    assert ask(text).holds is told


@pytest.mark.parametrize(
    ("text", "kind", "at", "found"),
    [
        ("clause(5) < 2 and", "name", 18, ""),
        ("clause(6) < 2", "argument", 8, "6"),
        ("clause(5, 8) < 2", "arguments", 11, "8"),
        ("item(C06, top) < 2", "argument", 11, "top"),
        ("turnover > 2", "name", 1, "turnover"),
        ("clause(5) ~ 2", "sign", 11, "~"),
        ("clause(5)", "compare", 10, ""),
        ("(clause(5) < 2", "sign", 15, ""),
        ("clause(5) < 2 overall", "end", 15, "overall"),
        ("share(overall < 2) > 50", "nested", 1, "share"),
        ("omega < 1", "name", 1, "omega"),
        ("not " * 25 + "overall < 2", "deep", 81, "not"),
        ("__import__(5) < 2", "name", 1, "__import__"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text, kind, at, found):
    with pytest.raises(Miswritten) as caught:
        read(text, KNOWN["organisation"])
    assert (caught.value.kind, caught.value.at, caught.value.found) == (kind, at, found)


def test_a_share_asks_organisations_and_holds_no_share():
    condition = read("share(item(C06) < 2) > 50", KNOWN["stratum"])
    assert condition.text == "share(item(C06) < 2) > 50"
    with pytest.raises(Miswritten) as caught:
        read("share(share(overall < 1) > 2) > 3", KNOWN["stratum"])
    assert (caught.value.kind, caught.value.at) == ("nested", 7)
    with pytest.raises(TypeError, match="a share is asked of several"):
        condition.holds(FIRM)
