"""The few states of a call: published, sealed until it closes, opened, concluded."""

from __future__ import annotations

from opensti.domains.calls.choices import CallState
from opensti.kernel.lifecycle import Lifecycle, Step

DRAFT, PUBLISHED, OPENED = CallState.DRAFT, CallState.PUBLISHED, CallState.OPENED

CALL_LIFECYCLE = Lifecycle(
    initial=DRAFT,
    steps=(
        Step(
            name="edit",
            source=frozenset({DRAFT}),
            target=DRAFT,
            permission="calls.draft",
        ),
        Step(
            name="publish",
            source=frozenset({DRAFT}),
            target=PUBLISHED,
            permission="calls.publish",
        ),
        Step(
            name="extend",
            source=frozenset({PUBLISHED}),
            target=PUBLISHED,
            permission="calls.extend",
        ),
        Step(
            name="open",
            source=frozenset({PUBLISHED}),
            target=OPENED,
            permission="calls.open_dossiers",
        ),
        Step(
            name="cancel",
            source=frozenset({DRAFT, PUBLISHED}),
            target=CallState.CANCELLED,
            permission="calls.cancel",
        ),
        Step(
            name="conclude",
            source=frozenset({OPENED}),
            target=CallState.CONCLUDED,
            permission="calls.conclude",
        ),
    ),
)
