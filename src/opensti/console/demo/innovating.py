"""A small factory that assesses how it innovates: last year alone, this year with an adviser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile

from opensti.console.demo.cast import DOMAIN, open_account
from opensti.console.demo.days import morning
from opensti.console.demo.texts import signed_paper
from opensti.domains.accounts.queries import account_by_id
from opensti.domains.assessments import actions
from opensti.domains.assessments.queries import asked_of
from opensti.domains.registry import actions as registry
from opensti.domains.registry.queries import actor_for
from opensti.kernel.access import SYSTEM, Role

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.console.demo.cast import Cast
    from opensti.domains.assessments.models import Assessment
    from opensti.kernel.access import Actor

OWNER, ADVISER = "factory", "expert1"
NAME_VI, NAME_EN = "Công ty TNHH Cơ khí Minh Phát", "Minh Phat Mechanical Co., Ltd."
PURPOSE = "Tìm việc cần làm trước để giao hàng đúng hẹn và có sản phẩm mới."
SCOPE = "Toàn bộ xưởng: thiết kế, gia công, bán hàng; 28 người."
# Who is asked: in which role, and how much lower or higher than the house's mean.
ASKED = (
    ("Chủ doanh nghiệp", "top", 1),
    ("Quản đốc", "mgr", 0),
    ("Phụ trách hồ sơ", "qa", -1),
)
# What a part comes to in each year, and how much it matters.
PARTS = {
    "4": (2, 3, 3),
    "5": (2, 3, 5),
    "6": (1, 2, 4),
    "7": (2, 2, 3),
    "8": (2, 3, 5),
    "9": (1, 1, 4),
    "10": (2, 2, 2),
}
PAPERS = {
    "C01": ("Biên bản rà soát thị trường", "e2"),
    "C04": ("Tuyên bố ý định đổi mới", "e1"),
    "L01": ("Biên bản họp ban giám đốc", "e2"),
    "L04": ("Chiến lược đổi mới ba năm", "e1"),
    "O07": ("Sổ thử nghiệm mẫu với khách hàng", "e2"),
}


def innovate(cast: Cast, end: datetime) -> None:
    """Two assessments a year apart; the second with papers, an adviser, and shown to the ministry."""
    owner = _factory(cast, morning(end, 400))
    first = morning(end, 380)
    last_year = _answered(owner, "Đánh giá lần đầu", first, year=0)
    _go(
        owner,
        last_year,
        first + timedelta(days=10),
        "close",
        "check",
        "score",
        "report",
    )
    again = morning(end, 20)
    for audience, email in (
        ("ministry", ""),
        ("peers", ""),
        ("adviser", f"{ADVISER}@{DOMAIN}"),
    ):
        actions.share(
            actor=owner, organisation_id=last_year.organisation_id,
            audience=audience, email=email, at=again,
        )  # fmt: skip
    this_year = _answered(owner, "Đánh giá sau một năm", again, year=1)
    adviser = cast.actor(ADVISER)
    for item, (title, strength) in PAPERS.items():
        paper = actions.add_evidence(
            actor=owner, assessment_id=this_year.pk, item=item, title=title,
            strength=strength, file=ContentFile(signed_paper("So theo doi"), name="so.pdf"),
            at=again,
        )  # fmt: skip
        if strength == "e2":
            actions.check_evidence(actor=adviser, evidence_id=paper.pk, at=again)
    actions.note_finding(
        actor=adviser, assessment_id=this_year.pk, item="L04", grade="minor",
        text="Chiến lược chưa có ngày xem xét lại.",
        plan="Bổ sung ngày xem xét, trình giám đốc ký.", at=again,
    )  # fmt: skip
    later = morning(end, 8)
    _go(owner, this_year, later, "close", "check", "score", "report")
    actions.step(
        actor=adviser, assessment_id=this_year.pk, act="validate",
        words="Đã xem tài liệu và xưởng; điểm phù hợp với những gì thấy được.", at=later,
    )  # fmt: skip


def _factory(cast: Cast, at: datetime) -> Actor:
    """The factory with its owner's account."""
    of = registry.create_organisation(
        actor=SYSTEM,
        facts={"name_vi": NAME_VI, "name_en": NAME_EN, "kind": "enterprise"},
        at=at,
    )
    user_id = open_account(cast, OWNER, "Trần Minh Phát", (Role.APPLICANT,), at)
    registry.set_membership(
        actor=SYSTEM, user_id=user_id, organisation_id=of.pk, manager=True,
        since=at.date(), at=at,
    )  # fmt: skip
    # The cast's other actors are those of its first day, on which the factory was not there.
    owner = actor_for(user=account_by_id(user_id), on=at.date(), sudo=True)
    actions.describe(
        actor=owner, organisation_id=of.pk, economy="VNM", sector="C", size="small", at=at
    )  # fmt: skip
    return owner


def _answered(owner: Actor, title: str, at: datetime, *, year: int) -> Assessment:
    """Drafted, opened, and answered by all who were asked."""
    (of,) = owner.manages
    row = actions.draft_assessment(
        actor=owner, organisation_id=of, title=title, purpose=PURPOSE, scope=SCOPE,
        approach="assisted" if year else "self", at=at,
    )  # fmt: skip
    asked = asked_of(row)
    people = [
        (lean, actions.invite(
            actor=owner, assessment_id=row.pk, name=name, role=role, until=None, at=at
        )[1])
        for name, role, lean in ASKED
    ]  # fmt: skip
    row = actions.step(actor=owner, assessment_id=row.pk, act="open", at=at)
    for lean, token in people:
        said = {}
        for place, item in enumerate(asked.items):
            mean = PARTS[item.clause][year]
            # Who leads sees things a little better, every third question.
            score = mean + place % 2 + (lean if place % 3 == 0 else 0)
            said[item.code] = (max(0, min(5, score)), "")
        importance = {number: of[2] for number, of in PARTS.items()}
        actions.save_replies(token=token, said=said, importance=importance, at=at)
        actions.finish_replies(token=token, at=at)
    return row


def _go(owner: Actor, row: Assessment, at: datetime, *acts: str) -> None:
    for act in acts:
        actions.step(actor=owner, assessment_id=row.pk, act=act, at=at)
