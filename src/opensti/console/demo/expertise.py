"""What the experts of the demonstration are known by: works with abstracts, keywords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.console.demo.texts import TOPICS
from opensti.domains.registry import actions as registry
from opensti.kernel.access import SYSTEM

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.console.demo.cast import Cast

SOURCE = "demonstration"
# The last expert has written nothing that the registry knows: keywords alone speak.
WITHOUT_WORKS = 1


def know(cast: Cast, *, at: datetime) -> None:
    """Give each expert every twelfth topic as a work, in both languages by turns."""
    rows = []
    number = len(cast.experts)
    for n, expert in enumerate(cast.experts):
        topics = TOPICS[n::number]
        registry.edit_person(
            actor=SYSTEM,
            person_id=expert.pk,
            facts={
                "keywords_vi": "; ".join(vi for vi, _en in topics[:2]),
                "keywords_en": "; ".join(en for _vi, en in topics[:2]),
                "gender": "female" if " Thị " in expert.full_name else "male",
                "degree": "doctor" if n % 3 else "doctor_of_science",
            },
            at=at,
        )
        if n >= number - WITHOUT_WORKS:
            continue
        for k, (vi, en) in enumerate(topics):
            title, abstract = (
                (f"Nghiên cứu {vi}", f"Bài báo trình bày {vi} và kết quả đo tại cơ sở.")
                if k % 2
                else (f"On {en}", f"We describe {en} and what was measured at a plant.")
            )
            rows.append(
                {
                    "key": f"{n}-{k}",
                    "title": title,
                    "abstract": abstract,
                    "year": at.year - 1 - k,
                    "authors": expert.email,
                }
            )
    registry.import_chunk(
        actor=SYSTEM,
        kind="works",
        rows=list(enumerate(rows, start=1)),
        source=SOURCE,
        at=at,
    )
