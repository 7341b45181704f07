"""How a selection round lives, and a scenario of what it should fund."""

from opensti.domains.portfolios.choices import RoundState, ScenarioState
from opensti.kernel.lifecycle import Lifecycle, Step

ROUND_LIFECYCLE = Lifecycle(
    initial=RoundState.DRAFT,
    steps=(
        Step(
            name="propose",
            source=frozenset({RoundState.DRAFT}),
            target=RoundState.PROPOSED,
            permission="portfolios.prepare",
        ),
        Step(
            name="return",
            source=frozenset({RoundState.PROPOSED}),
            target=RoundState.DRAFT,
            permission="portfolios.return",
        ),
        Step(
            name="decide",
            source=frozenset({RoundState.PROPOSED}),
            target=RoundState.DECIDED,
            permission="portfolios.decide",
        ),
        Step(
            name="release",
            source=frozenset({RoundState.DECIDED}),
            target=RoundState.RELEASED,
            permission="portfolios.release",
        ),
    ),
)

SCENARIO_LIFECYCLE = Lifecycle(
    initial=ScenarioState.DRAFT,
    steps=(
        Step(
            name="ask",
            source=frozenset({ScenarioState.DRAFT, ScenarioState.FAILED}),
            target=ScenarioState.WAITING,
            permission="portfolios.plan",
        ),
        Step(
            name="solve",
            source=frozenset({ScenarioState.WAITING}),
            target=ScenarioState.SOLVED,
            permission="portfolios.plan",
        ),
        Step(
            name="refute",
            source=frozenset({ScenarioState.WAITING}),
            target=ScenarioState.INFEASIBLE,
            permission="portfolios.plan",
        ),
        Step(
            name="fail",
            source=frozenset({ScenarioState.WAITING}),
            target=ScenarioState.FAILED,
            permission="portfolios.plan",
        ),
        Step(
            name="put_forward",
            source=frozenset({ScenarioState.SOLVED, ScenarioState.REPLACED}),
            target=ScenarioState.PUT_FORWARD,
            permission="portfolios.plan",
        ),
        Step(
            name="send_back",
            source=frozenset({ScenarioState.PUT_FORWARD}),
            target=ScenarioState.SOLVED,
            permission="portfolios.adopt",
        ),
        Step(
            name="adopt",
            source=frozenset({ScenarioState.PUT_FORWARD}),
            target=ScenarioState.ADOPTED,
            permission="portfolios.adopt",
        ),
        Step(
            name="replace",
            source=frozenset({ScenarioState.ADOPTED}),
            target=ScenarioState.REPLACED,
            permission="portfolios.adopt",
        ),
    ),
)
