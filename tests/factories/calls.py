"""Calls and dossiers for tests, brought where they stand by the actions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from pypdf import PdfWriter

from opensti.domains.calls import actions, queries
from opensti.kernel.access import Actor, Role
from tests.factories.registry import Organisations, Users
from tests.factories.tasks import actor_of, person, regimes

if TYPE_CHECKING:
    from opensti.domains.calls.models import Call, Dossier
    from opensti.domains.registry.models import Organisation
    from opensti.domains.tasks.models import Order

OPENS = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
AT = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)
CLOSES = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
AFTER = datetime(2026, 7, 2, 2, 0, tzinfo=UTC)


def _one_page() -> bytes:
    written = BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(written)
    return written.getvalue()


PDF = _one_page()
MINUTE = timedelta(minutes=1)
ANSWERS: dict[str, Any] = {
    "title": "Thu hồi kẽm từ bụi lò hồ quang",
    "leader": {"name": "Nguyễn Thị Lan"},
    "months": 24,
    "summary_vi": "Quy trình thu hồi kẽm quy mô 500 kg/ngày.",
    "refers": False,
    "need": "Mỗi năm 40.000 tấn bụi phải chôn lấp.",
    "overview": "Lò Waelz là chuẩn của thế giới.",
    "objectives": "Thu hồi ít nhất 80 % kẽm.",
    "contents": [{"content": "Khảo sát", "from_month": 1, "to_month": 6}],
    "methods": "Hoàn nguyên ở 1.150 độ.",
    "product_list": [{"product": "Quy trình", "kind": "process", "quantity": "1"}],
    "transfer": "Bàn giao cho nhà máy thép.",
    "impact": "Giảm chôn lấp.",
    "host_capacity": "Viện có lò quay 200 kg.",
    "true_content": True,
    "one_state_source": True,
    "no_bar": True,
}
TEAM = [
    {"full_name": "Nguyễn Thị Lan", "role": "leader", "months": "12"},
    {"full_name": "Trần Văn Nam", "role": "member", "months": "6,5"},
]
BUDGET = [
    {
        "category": "labour",
        "description": "Công lao động",
        "year": "2026",
        "state": "1.200.000.000",
        "host": "100.000.000",
    },
    {"category": "materials", "year": "2027", "state": "800000000"},
]


def officer() -> Actor:
    return person(Role.OFFICER)


def applicant(host: Organisation, *roles: Role, **more: Any) -> Actor:
    """Somebody of a host organisation who writes dossiers."""
    return actor_of(
        Users.create(),
        Role.APPLICANT,
        *roles,
        member_of=frozenset({host.pk}),
        **more,
    )


def manager(host: Organisation) -> Actor:
    return applicant(host, Role.MANAGER, manages=frozenset({host.pk}))


_number = iter(range(1, 1_000_000))


def draft_call(by: Actor, *orders: Order, **said: Any) -> Call:
    regimes()
    given: dict[str, Any] = {
        "code": f"BCT-{next(_number)}",
        "title_vi": "Tuyển chọn nhiệm vụ năm 2026",
        "title_en": "Selection of tasks 2026",
        "opens_at": OPENS,
        "closes_at": CLOSES,
        **said,
    }
    return actions.draft_call(
        actor=by, at=OPENS, order_ids=[o.pk for o in orders], **given
    )


def published(by: Actor, *orders: Order, **said: Any) -> Call:
    return actions.publish_call(
        actor=by, call_id=draft_call(by, *orders, **said).pk, at=OPENS
    )


def started(by: Actor, call: Call, **said: Any) -> Dossier:
    (host_id,) = by.member_of
    return actions.start_dossier(
        actor=by, call_id=call.pk, host_id=host_id, at=AT, **said
    )


def signed(by: Actor, dossier: Dossier, at: datetime = AT) -> Dossier:
    """Attach every signed paper that the dossier still lacks."""
    for paper in queries.completeness(dossier).papers:
        if not paper.attached:
            actions.attach_file(
                actor=by,
                dossier_id=dossier.pk,
                file=ContentFile(PDF, name=f"{paper.code}.pdf"),
                kind=paper.code,
                at=at,
            )
    dossier.refresh_from_db()
    return dossier


def written(
    by: Actor, call: Call, *, order_id: int | None = None, **answers: Any
) -> Dossier:
    """A dossier that lacks nothing."""
    dossier = actions.save_dossier(
        actor=by,
        dossier_id=started(by, call, order_id=order_id).pk,
        at=AT,
        answers={**ANSWERS, **answers},
        team=TEAM,
        budget=BUDGET,
    ).dossier
    return signed(by, dossier)


def submitted(by: Actor, call: Call, **answers: Any) -> Dossier:
    return actions.submit_dossier(
        actor=by, dossier_id=written(by, call, **answers).pk, at=AT + MINUTE
    )


def opened(by: Actor, call: Call) -> Call:
    return actions.open_dossiers(actor=by, call_id=call.pk, at=AFTER)


def eligible(by: Actor, dossier: Dossier) -> Dossier:
    return actions.check_and_confirm(actor=by, dossier_id=dossier.pk, at=AFTER)


def host(**said: Any) -> Organisation:
    return Organisations.create(**said)


def today() -> date:
    return AFTER.date()
