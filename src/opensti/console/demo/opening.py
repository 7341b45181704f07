"""What everybody sees of the house: a policy, news, voices and answers, honours, the index."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.console.demo.cast import DOMAIN
from opensti.domains.publications import actions as publications
from opensti.domains.publications.actions import Content, CriterionFacts
from opensti.domains.publications.disclosure import as_content
from opensti.domains.publications.queries import shipped_policy, tasks
from opensti.domains.publications.queries.days import midnight
from opensti.domains.supervision import actions as supervision
from opensti.domains.supervision.actions import Speaker
from opensti.kernel.access import PUBLIC

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.console.demo.cast import Cast
    from opensti.domains.supervision.models import Unit

CITIZEN = Speaker(level="email", said_name="Nguyễn Thị Hoa", email="hoa@demo.test")
UNNAMED = Speaker(level="anonymous")
# Received so many days ago: the first was answered, the second is late, the third is new.
ANSWERED, LATE, NEW = 45, 60, 3


def open_house(cast: Cast, at: datetime) -> None:
    """Issue the policy, announce, let citizens speak, ask who is to be honoured."""
    issue(cast, at)
    announce(cast, at)
    speak(cast, at)
    honour(cast, at)
    publications.admit_partner(
        actor=cast.actor("admin"),
        organisation_id=cast.hosts["NARIME"].public_id,
        email=f"applicant1@{DOMAIN}",
        agreement="Thỏa thuận chia sẻ dữ liệu (minh họa)",
        until=localdate(at) + timedelta(days=365),
        at=at,
    )


def issue(cast: Cast, at: datetime) -> None:
    """The shipped policy as the house's own first version."""
    officer, leader = cast.actor("officer"), cast.actor("leader")
    drafted = publications.draft_policy(
        actor=officer, content=as_content(shipped_policy()), at=at
    )
    checked = publications.check_policy(
        actor=cast.actor("officer2"),
        policy_id=drafted.pk,
        version=drafted.version,
        at=at,
    )
    publications.issue_policy(
        actor=leader,
        policy_id=drafted.pk,
        in_force_from=localdate(at),
        reason="Ban hành lần đầu.",
        version=checked.version,
        at=at,
    )


def announce(cast: Cast, at: datetime) -> None:
    """One news item and one event to come, written and approved by two people."""
    begins = midnight(localdate(at) + timedelta(days=20)) + timedelta(hours=8)
    for kind, content in (
        (
            "news",
            Content(
                title_vi="Mở sổ công khai nhiệm vụ khoa học và công nghệ",
                title_en="The public register of tasks is open",
                lead_vi="Mọi người đọc được đặt hàng, tuyển chọn, phê duyệt và kết quả.",
                lead_en="Everybody reads orders, calls, decisions and results.",
                body_vi="Mỗi quyết định có biên nhận để tự kiểm tra.",
                body_en="Each decision has a receipt that anybody can verify.",
            ),
        ),
        (
            "event",
            Content(
                title_vi="Ngày kết nối cung cầu công nghệ",
                title_en="Matching day of technology",
                lead_vi="Viện, trường gặp doanh nghiệp.",
                lead_en="Institutes and universities meet enterprises.",
                body_vi="Giới thiệu kết quả sẵn sàng chuyển giao.",
                body_en="Results that are ready for transfer.",
                event_kind="matching",
                starts_at=begins,
                ends_at=begins + timedelta(hours=4),
                place_vi="Hà Nội",
                place_en="Hanoi",
            ),
        ),
    ):
        row = publications.draft_article(
            actor=cast.actor("officer"), kind=kind, content=content, at=at
        )
        row = publications.approve_article(
            actor=cast.actor("leader"),
            public_id=row.public_id,
            version=row.version,
            at=at,
        )
        publications.publish_article(
            actor=cast.actor("leader"),
            public_id=row.public_id,
            publish_on=localdate(at),
            version=row.version,
            at=at,
        )


def speak(cast: Cast, at: datetime) -> None:
    """Of a public task: a question with its answer, one that is late, a new one; a petition."""
    unit = _unit(cast, at - timedelta(days=LATE + 1))
    about = tasks().order_by("pk").first()
    if about is not None:
        address = f"task:{about.public_id}"
        answered = _said(
            "Kết quả của nhiệm vụ này được áp dụng ở doanh nghiệp nào?",
            address,
            unit,
            cast,
            at - timedelta(days=ANSWERED),
        )
        supervision.answer_voice(
            actor=cast.actor("officer"),
            voice_id=answered,
            answer="Hai doanh nghiệp cơ khí đang áp dụng thử; số liệu được công bố hằng năm.",
            at=at - timedelta(days=ANSWERED - 4),
        )
        late = at - timedelta(days=LATE)
        _said("Vì sao thời gian thực hiện được gia hạn?", address, unit, cast, late)
        supervision.receive_voice(
            actor=PUBLIC,
            kind="comment",
            about=address,
            text="Đề nghị công bố thêm số liệu đo tại hiện trường.",
            speaker=UNNAMED,
            token="demo-new",  # noqa: S106 -- tells one form from another
            at=at - timedelta(days=NEW),
        )
    petition = supervision.receive_voice(
        actor=PUBLIC,
        kind="petition",
        about="",
        title="Công khai dữ liệu đo của nhiệm vụ sau nghiệm thu",
        text="Đề nghị Bộ công khai dữ liệu đo của các nhiệm vụ đã nghiệm thu.",
        speaker=CITIZEN,
        token="demo-petition",  # noqa: S106
        at=at - timedelta(days=NEW),
    )
    supervision.confirm_voice(
        public_id=petition.public_id,
        code=supervision.confirm_code(petition),
        at=at - timedelta(days=NEW),
    )
    supervision.publish_voice(
        actor=cast.actor("officer2"), voice_id=petition.pk, at=at - timedelta(days=2)
    )


def _unit(cast: Cast, at: datetime) -> Unit:
    unit = supervision.keep_unit(
        actor=cast.actor("leader"),
        code="khcn",
        name_vi="Vụ Khoa học và Công nghệ",
        name_en="Department of Science and Technology",
        at=at,
    )
    supervision.name_member(
        actor=cast.actor("leader"),
        unit_id=unit.pk,
        user_id=cast.users["officer"],
        at=at,
    )
    return unit


def _said(text: str, about: str, unit: Unit, cast: Cast, at: datetime) -> int:
    """A published question that the unit is to answer."""
    voice = supervision.receive_voice(
        actor=PUBLIC,
        kind="question",
        about=about,
        text=text,
        speaker=UNNAMED,
        token=f"demo-{at:%Y%m%d}",
        at=at,
    )
    officer = cast.actor("officer2")
    supervision.publish_voice(
        actor=officer, voice_id=voice.pk, at=at + timedelta(days=1)
    )
    supervision.assign_voice(
        actor=officer, voice_id=voice.pk, unit_id=unit.pk, at=at + timedelta(days=1)
    )
    return voice.pk


def honour(cast: Cast, at: datetime) -> None:
    """Ask one criterion of the year before; whoever reaches it waits to be confirmed."""
    criterion = publications.state_criterion(
        actor=cast.actor("leader"),
        facts=CriterionFacts(
            code="accepted",
            name_vi="Nghiệm thu đúng kỳ",
            name_en="Tasks accepted",
            reason_vi="Ghi nhận tổ chức có nhiệm vụ được nghiệm thu trong năm năm.",
            reason_en="For hosts with tasks accepted within five years.",
            whom="organisation",
            measure="accepted",
            least=1,
            years=5,
        ),
        at=at,
    )
    publications.run_honours(
        actor=cast.actor("officer"),
        criterion_id=criterion.pk,
        year=localdate(at).year - 1,
        at=at,
    )


def index(at: datetime) -> None:
    """The search, as the worker would build it."""
    publications.rebuild_search(at=at)
