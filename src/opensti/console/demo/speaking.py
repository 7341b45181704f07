"""What the house tells everybody, what citizens say to it, and whom it honours."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.console.demo.days import morning
from opensti.domains.publications import actions as publications
from opensti.domains.publications.actions import Content, CriterionFacts
from opensti.domains.publications.queries import tasks
from opensti.domains.supervision import actions as supervision
from opensti.domains.supervision.actions import Speaker
from opensti.kernel.access import PUBLIC

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.console.demo.cast import Cast
    from opensti.domains.publications.models import Article
    from opensti.domains.supervision.models import Unit, Voice
    from opensti.kernel.access import Actor

NEWS = Content(
    title_vi="Công khai kết quả tuyển chọn nhiệm vụ khoa học và công nghệ",
    title_en="Results of the selection of tasks are published",
    lead_vi="Quyết định, lý do và kinh phí của từng nhiệm vụ được công khai kèm biên nhận để ai cũng kiểm tra được.",
    lead_en="Each decision, its reasons and its money are published, with a receipt that anyone can check.",
    body_vi="Người dân, doanh nghiệp và báo chí có thể tra cứu từng nhiệm vụ, đặt câu hỏi và gửi kiến nghị ngay tại trang của nhiệm vụ.\n\nMỗi ý kiến được giao cho một đơn vị trả lời trong thời hạn công bố.",
    body_en="Citizens, enterprises and the press can look up each task, ask a question or send a petition on its page.\n\nEach text is given to a unit that answers by a published day.",
)
EVENT_VI = "Ngày kết nối kết quả nghiên cứu với doanh nghiệp cơ khí"
EVENT_EN = "Research results meet mechanical enterprises"


def speak(cast: Cast, at: datetime) -> None:
    """News and an event, voices on public tasks in each state, a petition, an honour."""
    _tell(cast, at)
    _ask(cast, at)
    _honour(cast, at)


def _tell(cast: Cast, at: datetime) -> None:
    begins = morning(at, -12) + timedelta(hours=1)
    event = Content(
        title_vi=EVENT_VI,
        title_en=EVENT_EN,
        lead_vi="Chủ nhiệm nhiệm vụ trình bày kết quả sẵn sàng chuyển giao; doanh nghiệp trao đổi trực tiếp.",
        lead_en="Principal investigators show results that can be transferred; enterprises talk to them directly.",
        body_vi="Đăng ký tham dự tại chỗ, không thu phí.",
        body_en="Come without registration, free of charge.",
        event_kind="matching",
        starts_at=begins,
        ends_at=begins + timedelta(hours=3),
        place_vi="Hội trường của Bộ, Hà Nội",
        place_en="Hall of the ministry, Hanoi",
    )
    for kind, content in (("news", NEWS), ("event", event)):
        _published(cast, kind, content, at)


def _published(cast: Cast, kind: str, content: Content, at: datetime) -> Article:
    """Written by one officer, approved and published by another person."""
    row = publications.draft_article(
        actor=cast.actor("officer"), kind=kind, content=content, at=at
    )
    row = publications.approve_article(
        actor=cast.actor("leader"),
        public_id=row.public_id,
        version=row.version,
        at=at,
    )
    return publications.publish_article(
        actor=cast.actor("leader"),
        public_id=row.public_id,
        publish_on=localdate(at),
        version=row.version,
        at=at,
    )


def _ask(cast: Cast, at: datetime) -> None:
    """One question answered and told what became of it, one waiting, one hidden."""
    officer, leader = cast.actor("officer"), cast.actor("leader")
    unit = supervision.keep_unit(
        actor=leader,
        code="khcn",
        name_vi="Vụ Khoa học và Công nghệ",
        name_en="Department of Science and Technology",
        at=at,
    )
    supervision.name_member(
        actor=leader, unit_id=unit.pk, user_id=cast.users["officer"], at=at
    )
    supervision.name_inspector(
        actor=cast.actor("admin"), user_id=cast.users["auditor"], at=at
    )
    task = f"task:{tasks()[0].public_id}"
    answered = _assigned(
        cast,
        unit,
        _said("question", task, "Doanh nghiệp nhỏ muốn dùng kết quả thì hỏi ai?", at),
        at,
    )
    supervision.answer_voice(
        actor=officer,
        voice_id=answered.pk,
        answer="Doanh nghiệp liên hệ tổ chức chủ trì nêu tại trang của nhiệm vụ; "
        "kết quả sẵn sàng chuyển giao được giới thiệu tại mục Chào bán.",
        at=at,
    )
    supervision.tell_use(
        actor=officer,
        voice_id=answered.pk,
        use="used",
        reason="Đã bổ sung địa chỉ liên hệ của tổ chức chủ trì vào trang nhiệm vụ.",
        link="/offers/",
        at=at,
    )
    _assigned(
        cast,
        unit,
        _said("comment", task, "Đề nghị công bố thêm kế hoạch thử nghiệm.", at),
        at,
    )
    rude = _said("comment", task, "Số điện thoại của ông T. là 0900 000 000.", at)
    supervision.hide_voice(
        actor=officer,
        voice_id=rude.pk,
        ground_code="personal_data",
        words="Nội dung chỉ nêu số điện thoại của một cá nhân.",
        at=at,
    )
    _said("question", task, "Khi nào có báo cáo giữa kỳ?", at)
    petition = supervision.publish_voice(
        actor=officer,
        voice_id=_said(
            "petition",
            "",
            "Đề nghị công khai dữ liệu đo của các nhiệm vụ đã nghiệm thu để trường "
            "đại học và doanh nghiệp dùng lại.",
            at,
            title="Mở dữ liệu đo của các nhiệm vụ đã nghiệm thu",
            actor=cast.actor("applicant1"),
        ).pk,
        at=at,
    )
    supervision.support_petition(
        actor=cast.actor("expert1"), public_id=petition.public_id, at=at
    )


def _said(
    kind: str,
    about: str,
    text: str,
    at: datetime,
    *,
    title: str = "",
    actor: Actor = PUBLIC,
) -> Voice:
    return supervision.receive_voice(
        actor=actor,
        kind=kind,
        about=about,
        text=text,
        title=title,
        speaker=Speaker(level="person" if actor.is_authenticated else "anonymous"),
        token=f"demo:{kind}:{text[:30]}",
        at=at,
    )


def _assigned(cast: Cast, unit: Unit, voice: Voice, at: datetime) -> Voice:
    officer = cast.actor("officer")
    supervision.publish_voice(actor=officer, voice_id=voice.pk, at=at)
    return supervision.assign_voice(
        actor=officer, voice_id=voice.pk, unit_id=unit.pk, at=at
    )


def _honour(cast: Cast, at: datetime) -> None:
    """A criterion asked of the years that are over; the first candidate is honoured."""
    criterion = publications.state_criterion(
        actor=cast.actor("leader"),
        facts=CriterionFacts(
            code="accepted",
            name_vi="Tổ chức có nhiệm vụ được nghiệm thu",
            name_en="Organisations whose work was accepted",
            reason_vi="Hoàn thành nhiệm vụ được giao, đưa kết quả ra công khai.",
            reason_en="They finished what was entrusted to them and made it public.",
            whom="organisation",
            measure="accepted",
            least=1,
            years=5,
        ),
        at=at,
    )
    run = publications.run_honours(
        actor=cast.actor("officer"),
        criterion_id=criterion.pk,
        year=localdate(at).year - 1,
        at=at,
    )
    for honour in run.honours.order_by("pk")[:1]:
        publications.confirm_honour(
            actor=cast.actor("leader"),
            honour_id=honour.pk,
            version=honour.version,
            at=at,
        )
