"""A meeting that is in session: its first item is before the council, and noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.panels import queries as panels_queries

if TYPE_CHECKING:
    from opensti.console.demo.meetings import Meetings
    from opensti.domains.panels.models import Council


def take_up(story: Meetings, council: Council) -> None:
    """Begin the first item and write what its reviewers said."""
    secretary = story.actor("secretary")
    item = panels_queries.agenda(secretary, council)[0]
    story.act(
        "panels", "begin_item", secretary, item_id=item.pk, at=story.later(minutes=5)
    )
    story.act(
        "panels",
        "write_remark",
        secretary,
        item_id=item.pk,
        text="Hai ủy viên phản biện đọc nhận xét; hội đồng hỏi về phương án đo kiểm.",
        at=story.later(minutes=20),
    )
