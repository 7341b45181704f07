"""How a selection round lives, from the council's results to the letters."""

from opensti.domains.portfolios.choices import RoundState
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
