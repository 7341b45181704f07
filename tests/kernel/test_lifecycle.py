"""A table of steps: what may follow what."""

from __future__ import annotations

import pytest

from opensti.kernel.lifecycle import Lifecycle, Step
from opensti.kernel.refusals import StepNotAllowed

LETTER = Lifecycle(
    initial="written",
    steps=(
        Step(
            name="send",
            source=frozenset({"written"}),
            target="sent",
            permission="letters.send",
        ),
        Step(
            name="answer",
            source=frozenset({"sent"}),
            target="answered",
            permission="letters.answer",
        ),
        Step(
            name="burn",
            source=frozenset({"written", "sent"}),
            target="burnt",
            permission="letters.burn",
        ),
    ),
)


def test_a_step_is_found_from_each_of_its_states():
    assert [LETTER.step("burn", state=s).target for s in ("written", "sent")] == [
        "burnt",
        "burnt",
    ]


@pytest.mark.parametrize(
    ("name", "state"), [("answer", "written"), ("send", "sent"), ("fold", "written")]
)
def test_a_step_that_does_not_start_here_is_refused_and_says_how_to_go_on(name, state):
    with pytest.raises(StepNotAllowed) as refused:
        LETTER.step(name, state=state)
    assert (refused.value.status, bool(refused.value.mend)) == (409, True)


def test_the_steps_from_a_state_are_those_a_page_offers():
    assert [s.name for s in LETTER.steps_from("sent")] == ["answer", "burn"]
    assert [s.name for s in LETTER.steps_from("answered")] == []


def test_a_state_that_no_step_leads_to_is_named():
    assert LETTER.unreachable(["written", "sent", "answered", "burnt", "lost"]) == {
        "lost"
    }
