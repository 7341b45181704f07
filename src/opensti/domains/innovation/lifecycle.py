"""From where to where an idea and an initiative may go."""

from __future__ import annotations

from opensti.domains.innovation.choices import (
    FindingState,
    IdeaState,
    IdeaStep,
    State,
    Verdict,
)

_S = IdeaState
UNANSWERED = frozenset({_S.SUBMITTED, _S.TRIAGED, _S.IN_REVIEW})
IDEA_STEPS: dict[IdeaStep, tuple[frozenset[IdeaState], IdeaState]] = {
    IdeaStep.TRIAGE: (frozenset({_S.SUBMITTED}), _S.TRIAGED),
    IdeaStep.REVIEW: (frozenset({_S.TRIAGED}), _S.IN_REVIEW),
    IdeaStep.ACCEPT: (frozenset({_S.TRIAGED, _S.IN_REVIEW}), _S.ACCEPTED),
    IdeaStep.PARK: (UNANSWERED, _S.PARKED),
    IdeaStep.DECLINE: (UNANSWERED, _S.DECLINED),
    IdeaStep.MERGE: (UNANSWERED | {_S.PARKED}, _S.MERGED),
    IdeaStep.REOPEN: (frozenset({_S.PARKED, _S.DECLINED}), _S.TRIAGED),
}
# What tells the author an answer, so that the clock of the reply stops.
ANSWERS = frozenset({IdeaStep.ACCEPT, IdeaStep.PARK, IdeaStep.DECLINE, IdeaStep.MERGE})

RUNNING = frozenset({State.ACTIVE, State.HELD})
_RUNS = RUNNING
VERDICTS: dict[Verdict, tuple[frozenset[State], State]] = {
    # Any stage may go back and skip.
    Verdict.MOVE: (frozenset({State.ACTIVE}), State.ACTIVE),
    Verdict.HOLD: (frozenset({State.ACTIVE}), State.HELD),
    Verdict.RESUME: (frozenset({State.HELD}), State.ACTIVE),
    Verdict.STOP: (_RUNS, State.STOPPED),
    Verdict.DONE: (frozenset({State.ACTIVE}), State.DONE),
    Verdict.MERGE: (_RUNS, State.MERGED),
    Verdict.SPLIT: (_RUNS, State.SPLIT),
    Verdict.SPIN_OUT: (_RUNS, State.SPUN_OUT),
    Verdict.TRANSFER: (_RUNS, State.TRANSFERRED),
}


def idea_steps_from(state: str) -> list[IdeaStep]:
    """What may come next for an idea, in the order of the way."""
    return [step for step, (froms, _to) in IDEA_STEPS.items() if state in froms]


def verdicts_from(state: str) -> list[Verdict]:
    """What may be decided about an initiative that stands so."""
    return [one for one, (froms, _to) in VERDICTS.items() if state in froms]


# A finding goes open → cause → action → verified → closed; what did not help goes back.
NEXT_OF_FINDING = {
    FindingState.OPEN: FindingState.CAUSE,
    FindingState.CAUSE: FindingState.ACTION,
    FindingState.ACTION: FindingState.VERIFIED,
    FindingState.VERIFIED: FindingState.CLOSED,
}
