"""Who plays in the demonstration: accounts, institutes, people. All made by actions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from opensti.domains.accounts import actions as accounts
from opensti.domains.accounts.queries import account_by_id
from opensti.domains.registry import actions as registry
from opensti.domains.registry.queries import actor_for
from opensti.kernel.access import SYSTEM, Actor, Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from opensti.domains.registry.models import Organisation, Person

PASSWORD = "opensti-demo-2026"  # noqa: S105 -- printed for everybody who runs the demo
DOMAIN = "demo.opensti.test"

STAFF: tuple[tuple[str, str, Role], ...] = (
    ("admin", "Nguyễn Quản Trị", Role.ADMIN),
    ("officer", "Trần Thị Chuyên Viên", Role.OFFICER),
    ("officer2", "Phạm Văn Nghiệp Vụ", Role.OFFICER),
    ("secretary", "Lê Thị Thư Ký", Role.SECRETARY),
    ("leader", "Hoàng Văn Lãnh Đạo", Role.LEADER),
    ("finance", "Vũ Thị Tài Chính", Role.FINANCE),
    ("auditor", "Đỗ Văn Kiểm Toán", Role.AUDITOR),
)
# Names and seats of institutes: to be confirmed by the ministry.
HOSTS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "NARIME",
        "Viện Nghiên cứu Cơ khí",
        "National Research Institute of Mechanical Engineering",
        "institute",
        "Ngô Minh Đức",
    ),
    (
        "VIELINA",
        "Viện Nghiên cứu Điện tử, Tin học, Tự động hóa",
        "Electronics, Informatics and Automation Research Institute",
        "institute",
        "Bùi Thu Hà",
    ),
    (
        "FIRI",
        "Viện Công nghiệp thực phẩm",
        "Food Industries Research Institute",
        "institute",
        "Đặng Quốc Khánh",
    ),
    (
        "LSRI",
        "Viện Nghiên cứu Da - Giầy",
        "Leather and Shoe Research Institute",
        "institute",
        "Lý Thanh Mai",
    ),
    (
        "IOOP",
        "Viện Nghiên cứu Dầu và Cây có dầu",
        "Institute for Oil and Oil Plants",
        "institute",
        "Phan Hữu Tài",
    ),
    (
        "RIPPI",
        "Viện Công nghiệp Giấy và Xenluylô",
        "Research Institute of Pulp and Paper Industry",
        "institute",
        "Tạ Bích Ngọc",
    ),
    (
        "DHMT",
        "Trường Đại học Kỹ thuật Mẫu",
        "Sample University of Technology",
        "university",
        "Hồ Anh Tuấn",
    ),
    (
        "CKSM",
        "Công ty cổ phần Cơ khí Sao Mai",
        "Sao Mai Mechanical JSC",
        "enterprise",
        "Cao Thị Lan",
    ),
)
# Where a host sits, and when its head of research was born: scenarios weigh both.
PROVINCES = {"01": ("Hà Nội", "Hanoi"), "31": ("Hải Phòng", "Hai Phong")} | {
    "48": ("Đà Nẵng", "Da Nang"),
    "79": ("Thành phố Hồ Chí Minh", "Ho Chi Minh City"),
}
SITS_IN = {"IOOP": "79", "DHMT": "48", "CKSM": "31"}  # the others in the capital
CAPITAL = "01"
BORN = {"VIELINA": 1994, "DHMT": 1993, "CKSM": 1992}
BEFORE = 1974
EXPERTS: tuple[str, ...] = (
    "Nguyễn Đình Phúc",
    "Trần Quang Huy",
    "Lê Thị Minh Châu",
    "Phạm Hồng Sơn",
    "Hoàng Thị Yến",
    "Vũ Đức Thắng",
    "Đỗ Thị Thu Trang",
    "Bùi Xuân Trường",
    "Đặng Thị Kim Oanh",
    "Ngô Bảo Long",
    "Dương Thị Hạnh",
    "Mai Văn Cường",
)
FIELDS: tuple[tuple[str, str, str], ...] = (
    ("mechanics", "Cơ khí, chế tạo", "Mechanical engineering"),
    ("electronics", "Điện tử, tự động hóa", "Electronics and automation"),
    ("food", "Công nghệ thực phẩm", "Food technology"),
    ("materials", "Vật liệu", "Materials"),
    ("energy", "Năng lượng", "Energy"),
    ("policy", "Chính sách công nghiệp", "Industrial policy"),
)


@dataclass
class Cast:
    """The people and organisations of the demonstration, by short name."""

    on: date
    users: dict[str, int] = field(default_factory=dict)
    hosts: dict[str, Organisation] = field(default_factory=dict)
    experts: list[Person] = field(default_factory=list)
    leaders: dict[str, Person] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    secretary: Person | None = None
    finance: Person | None = None

    def actor(self, name: str) -> Actor:
        """The person with the roles of the story's first day on, password confirmed."""
        found = actor_for(user=account_by_id(self.users[name]), on=self.on, sudo=True)
        return replace(found, sudo=True)


def open_account(
    cast: Cast, name: str, full_name: str, roles: tuple[Role, ...], at: datetime
) -> int:
    user = accounts.create_account(
        actor=SYSTEM,
        email=f"{name}@{DOMAIN}",
        full_name=full_name,
        password=PASSWORD,
        at=at,
    )
    for role in roles:
        accounts.grant_role(
            actor=SYSTEM,
            user_id=user.pk,
            role=role,
            since=cast.on,
            at=at,
            reason="Demonstration",
        )
    cast.users[name] = user.pk
    return user.pk


def gather(*, at: datetime, tick: Callable[[], None]) -> Cast:
    """Open accounts, enter organisations and people; about 30 acts."""
    cast = Cast(on=at.date())
    for name, full_name, role in STAFF:
        user_id = open_account(cast, name, full_name, (role,), at)
        if name in {"secretary", "finance"}:  # they also sit in councils
            person = registry.create_person(
                actor=SYSTEM,
                facts={"full_name": full_name, "email": f"{name}@{DOMAIN}"},
                at=at,
                user_id=user_id,
            )
            setattr(cast, name, person)
        tick()
    for code, vi, en in FIELDS:
        cast.fields[code] = registry.save_code(
            actor=SYSTEM, scheme="field", code=code, name_vi=vi, name_en=en, at=at
        ).pk
    provinces = {
        code: registry.save_code(
            actor=SYSTEM, scheme="province", code=code, name_vi=vi, name_en=en, at=at
        ).pk
        for code, (vi, en) in PROVINCES.items()
    }
    for number, (acronym, vi, en, kind, leader) in enumerate(HOSTS, start=1):
        host = registry.create_organisation(
            actor=SYSTEM,
            facts={
                "name_vi": vi,
                "name_en": en,
                "acronym": acronym,
                "kind": kind,
                "ministry_owned": kind == "institute",
                "province_id": provinces[SITS_IN.get(acronym, CAPITAL)],
            },
            at=at,
        )
        cast.hosts[acronym] = host
        name = f"applicant{number}"
        user_id = open_account(cast, name, leader, (Role.APPLICANT,), at)
        person = registry.create_person(
            actor=SYSTEM,
            facts={
                "full_name": leader,
                "email": f"{name}@{DOMAIN}",
                "birth_year": BORN.get(acronym, BEFORE + number),
            },
            at=at,
            user_id=user_id,
        )
        registry.add_position(
            actor=SYSTEM,
            person_id=person.pk,
            organisation_id=host.pk,
            at=at,
            title_vi="Trưởng phòng nghiên cứu",
            title_en="Head of research",
            since=at.date(),
            is_primary=True,
            source="Demonstration",
        )
        registry.set_membership(
            actor=SYSTEM,
            user_id=user_id,
            organisation_id=host.pk,
            manager=True,
            since=at.date(),
            at=at,
        )
        cast.leaders[acronym] = person
        tick()
    for number, full_name in enumerate(EXPERTS, start=1):
        name = f"expert{number}"
        user_id = open_account(cast, name, full_name, (Role.EXPERT,), at)
        cast.experts.append(
            registry.create_person(
                actor=SYSTEM,
                facts={
                    "full_name": full_name,
                    "email": f"{name}@{DOMAIN}",
                    "is_expert": True,
                },
                at=at,
                user_id=user_id,
            )
        )
        tick()
    return cast
