"""A council before its meeting: letters, reviews in several states, questions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from opensti.domains.panels import actions as panels
from opensti.domains.panels import queries as panels_queries

if TYPE_CHECKING:
    from opensti.console.demo.story import Story
    from opensti.domains.panels.models import Council, CouncilItem
    from opensti.kernel.access import Actor

MIDDLING = 0.65
OPINIONS = (
    (
        "Mục tiêu và sản phẩm phù hợp đặt hàng; phương án công nghệ có cơ sở, nhóm thực hiện đủ "
        "năng lực và thiết bị. Cần nêu rõ hơn cách đo kiểm tại nhà máy, tiến độ mua vật tư và phần "
        "vốn đối ứng của đơn vị tiếp nhận. Đề nghị thực hiện, sau khi bổ sung kế hoạch thử nghiệm."
    ),
    (
        "Tính mới còn hạn chế so với các kết quả đã có; phương án thử nghiệm chưa nêu số lần lặp và "
        "sai số cho phép, dự toán nguyên vật liệu cao hơn định mức. Chưa thấy cam kết tiếp nhận của "
        "doanh nghiệp. Đề nghị làm rõ trước khi xem xét thực hiện."
    ),
)


def review(story: Story, council: Council) -> None:
    """Two reviewers of each case hand their reviews in; most are of one mind."""
    secretary = story.actor("secretary")
    named = [
        story.member(seat.person.user_id)
        for seat in panels_queries.seats_of(secretary, council)
        if seat.role == "reviewer"
    ]
    for item in panels_queries.agenda(secretary, council):
        quality = story.random.uniform(0.55, 0.92)
        for actor in named[:2]:
            near = quality + story.random.uniform(-0.15, 0.15)
            _reviewed(story, item, actor, near, OPINIONS[near < MIDDLING])


def before_the_meeting(story: Story) -> None:
    """Find two dossiers valid and seat a council on them; its meeting is to come.

    Those after them are left to the councils that are planned (``planning.py``).
    """
    waiting, officer = story.cast.experts[9], story.actor("officer")
    valid = story.dossiers[2:4]
    for dossier in valid:
        story.act(
            "calls",
            "check_and_confirm",
            officer,
            dossier_id=dossier.pk,
            at=story.later(minutes=4),
        )
    council = story.form(
        "selection",
        dossiers=[d.pk for d in valid],
        waiting=waiting,
    )
    secretary = story.actor("secretary")
    story.prepare(council)
    for seat in panels_queries.seats_of(secretary, council):
        if seat.person_id == waiting.pk:
            panels.invite(seat_id=seat.pk, at=story.later(minutes=1))
    for place, item in enumerate(panels_queries.agenda(secretary, council)):
        _reviewed(story, item, story.actor("expert3"), 0.9, OPINIONS[0])
        _reviewed(
            story, item, story.actor("expert4"), 0.45, OPINIONS[1], hand_in=place == 0
        )
        question = story.act(
            "panels",
            "ask_author",
            story.actor("expert4"),
            item_id=item.pk,
            text="Thiết bị đo kiểm sẽ thuê hay mua, ở đâu?",
            at=story.later(),
        )
        if place == 0:
            story.act(
                "panels",
                "release_question",
                secretary,
                question_id=question.pk,
                text="Đề nghị nêu nguồn thiết bị đo kiểm và căn cứ chọn.",
                at=story.later(),
            )
        story.tick()


def _reviewed(
    story: Story,
    item: CouncilItem,
    actor: Actor,
    quality: float,
    opinion: str,
    *,
    hand_in: bool = True,
) -> None:
    story.read(actor, item)
    sheet = story.sheet(item, quality)
    said = opinion.split("; ")
    story.act(
        "panels",
        "hand_in_review" if hand_in else "save_review",
        actor,
        item_id=item.pk,
        sheet=replace(
            sheet,
            opinion=opinion,
            comments={
                name: f"{said[n % len(said)]} ({n + 1})."
                for n, name in enumerate(sheet.comments)
            },
        ),
        confidence="medium",
        at=story.later(minutes=50),
    )
