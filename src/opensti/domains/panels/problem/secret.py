"""Ballots that name nobody, as frozen numbers: the same count as of open sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.panels.choices import BallotMethod
from opensti.domains.panels.queries import as_counted, ballot_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.panels.models import CouncilItem, Poll, SecretBallot
    from opensti.domains.panels.problem.counting import Frozen


def freeze_secret(
    item: CouncilItem,
    poll: Poll,
    ballots: Sequence[SecretBallot],
    *,
    total: int,
    host_proposed: bool = False,
) -> Frozen:
    """A closed poll as plain JSON; nobody's ballot is the chair's, so no tie is broken by it.

    Members present are those who could vote; papers that did not come back and ballots
    that are not valid are among the present and among no votes.
    """
    if poll.method == BallotMethod.PAPER:
        said = [
            {"points": {}, "votes": {}, "vote": answer}
            for answer, count in sorted(poll.counts.items(), reverse=True)
            for _n in range(count)
        ]
    else:
        said = [as_counted(b.choice) for b in ballots if b.valid]
    return {
        "kind": ballot_kind(item.council),
        "rule": item.council.rule_code,
        "sheet": item.sheet_code,
        "regime": item.council.regime_version.sha256,
        "present": poll.entitled,
        "total": total,
        "host_proposed": host_proposed,
        "contents": item.contents,
        "asked": f"{item.dossier.asked_state:f}" if item.dossier is not None else "",
        "chair_score": "",
        "ballots": [
            {"voter": str(number), **ballot} for number, ballot in enumerate(said, 1)
        ],
        "poll": {
            "method": poll.method,
            "issued": poll.issued or 0,
            "cast": poll.cast or 0,
            "invalid": poll.invalid or 0,
            "digest": poll.digest,
        },
    }
