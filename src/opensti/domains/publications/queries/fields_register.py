"""Further fields of the register's own pages: what hangs on tasks, councils, contracts.

None is a column of a list; each decides on a part of a page.
"""

from __future__ import annotations

from opensti.domains.publications.disclosure import Nature
from opensti.domains.publications.queries.fields import Field, field

NUMBER, MONEY, DAY, LIST = Nature.NUMBER, Nature.MONEY, Nature.DAY, Nature.LIST

MORE: dict[str, tuple[Field, ...]] = {
    "call": (
        field("dossiers | Số hồ sơ nhận được | Dossiers received", "opened_at", nature=NUMBER),
    ),
    "council": (
        field("composition | Cơ cấu theo vai trò và loại tổ chức | Seats by role and kind of organisation", "seated", nature=NUMBER),
        field("attendance | Số thành viên có mặt | Members present", "present", nature=NUMBER),
        field("recusals | Số lượt không tham gia do xung đột lợi ích | Members excluded for a conflict, as a count", "recused", nature=NUMBER),
    ),
    "task": (
        field("deadlines_office | Thời hạn của cơ quan nhà nước | Legal deadlines of the office", "pk", nature=LIST),
        field("deadlines_others | Thời hạn của tổ chức chủ trì | Legal deadlines of the host", "pk", nature=LIST),
    ),
    "contract": (
        field("paid | Đã thanh toán | Paid so far", "paid", nature=MONEY),
        field("settled_on | Ngày quyết toán | Settled on", "settlement.settled_on", nature=DAY),
        field("aid | Vốn viện trợ nước ngoài | Foreign aid in the money", "pk", nature=LIST),
        field("uptake | Tình hình trả lời về sử dụng kết quả | Yearly answers on the use of results", "pk", nature=LIST),
    ),
    "acceptance": (
        field("certificate | Giấy chứng nhận đăng ký kết quả | Certificate of registration", "registration.number"),
        field("registered_on | Ngày đăng ký kết quả | Registered on", "registration.registered_on", nature=DAY),
    ),
}  # fmt: skip
