"""Tables of the public register with a dictionary of every column in both languages.

Money is whole đồng unless a column names its currency, days and times are ISO 8601, an
empty cell is what is not known. Rows are joined by the columns that end in ``_id``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opensti.exports.house import body_key, moment
from opensti.exports.ocds import process_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from opensti.domains.publications.queries import Life, Told
    from opensti.exports.house import House

Row = list[Any]


@dataclass(frozen=True, kw_only=True)
class Column:
    """``kind``: text, code, number, money, day, time or id."""

    name: str
    kind: str
    vi: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table and how its rows follow from a life."""

    name: str
    vi: str
    en: str
    columns: tuple[Column, ...]
    rows: Callable[[House, Life], Iterable[Row]]

    @property
    def head(self) -> list[str]:
        return [column.name for column in self.columns]


def columns(*lines: str) -> tuple[Column, ...]:
    """Columns as lines ``name | kind | Vietnamese | English``."""
    parts = [[part.strip() for part in line.split("|")] for line in lines]
    return tuple(Column(name=n, kind=k, vi=vi, en=en) for n, k, vi, en in parts)


def _moment(at: datetime | None) -> str:
    """A time, empty where it is withheld."""
    return "" if at is None else moment(at)


def _orders(house: House, life: Life) -> Iterator[Row]:
    order = life.order
    if order is not None:
        yield [
            process_id(house, life),
            order.public_id,
            order.code,
            order.title_vi,
            order.title_en,
            order.objectives_vi,
            order.way,
            order.ceiling,
            order.months,
            len(life.calls),
            len(life.awards),
            house.page("orders", order.public_id),
        ]


def _calls(house: House, life: Life) -> Iterator[Row]:
    for call in life.calls:
        yield [
            process_id(house, life),
            call.public_id,
            call.code,
            call.title_vi,
            call.title_en,
            call.way,
            call.state,
            _moment(call.opens_at),
            _moment(call.closes_at),
            house.page("calls", call.public_id),
        ]


def _awards(house: House, life: Life) -> Iterator[Row]:
    for award in life.awards:
        yield [
            process_id(house, life),
            award.public_id,
            award.task,
            award.contract,
            award.dossier,
            award.title_vi,
            award.title_en,
            body_key(award.host),
            award.host.name_vi,
            award.host.name_en,
            award.host.ror,
            award.amount,
            award.months,
            award.number,
            _moment(award.released_at),
            award.call.code,
            award.order,
            award.state,
            award.start,
            award.end,
            award.reason_vi,
            house.page("decisions", award.public_id),
        ]


def _results(house: House, life: Life) -> Iterator[Row]:
    for award in life.awards:
        for result in award.results:
            yield [
                process_id(house, life),
                result.public_id,
                award.task,
                result.kind,
                result.title_vi,
                result.title_en,
                result.formed_on,
                result.since,
                result.readiness,
                result.certificate,
                result.registered_on,
                house.page("results", result.public_id),
            ]


def _events(house: House, life: Life) -> Iterator[Row]:
    told: dict[int, tuple[str, str, Told]] = {}
    order = life.order
    if order is not None:
        told |= {one.position: ("order", order.public_id, one) for one in order.told}
    for call in life.calls:
        told |= {one.position: ("call", call.public_id, one) for one in call.told}
    for award in life.awards:
        told |= {one.position: ("award", award.public_id, one) for one in award.told}
    for position in sorted(told):
        about, about_id, one = told[position]
        yield [
            process_id(house, life), position, moment(one.at), one.act, about, about_id,
        ]  # fmt: skip


PROCESS = "process_id | id | số hiệu quá trình, như trong tệp OCDS | number of the process, as in the OCDS files"
PAGE = "page | text | địa chỉ trang trong sổ đăng ký công khai | address of its page in the public register"
TITLES = (
    "title_vi | text | tên tiếng Việt | title in Vietnamese",
    "title_en | text | tên tiếng Anh, trống nếu không có | title in English, empty where there is none",
)
WAY = "way | code | selection: tuyển chọn, direct: giao trực tiếp | selection by call, or direct assignment"
TABLES = (
    Table(
        name="orders",
        vi="Đặt hàng đã được phê duyệt",
        en="Approved orders",
        rows=_orders,
        columns=columns(
            PROCESS,
            "order_id | id | số hiệu đặt hàng | number of the order",
            "code | text | mã đặt hàng | code of the order",
            *TITLES,
            "objectives_vi | text | mục tiêu | objectives, in Vietnamese",
            WAY,
            "ceiling | money | mức kinh phí tối đa, đồng | ceiling of cost, đồng",
            "months | number | thời gian thực hiện tối đa, tháng | longest duration, months",
            "calls | number | số đợt thông báo | number of calls",
            "awards | number | số phê duyệt đã phát hành | number of released approvals",
            PAGE,
        ),
    ),
    Table(
        name="calls",
        vi="Thông báo tuyển chọn và giao trực tiếp, theo từng đặt hàng",
        en="Calls, one row for each order that they ask for",
        rows=_calls,
        columns=columns(
            PROCESS,
            "call_id | id | số hiệu thông báo | number of the call",
            "code | text | mã thông báo | code of the call",
            *TITLES,
            WAY,
            "state | code | published: đã thông báo, opened: đã mở hồ sơ, concluded: đã kết thúc, cancelled: đã huỷ | published, opened (dossiers), concluded or cancelled",
            "opens_at | time | bắt đầu nhận hồ sơ (UTC) | opens (UTC)",
            "closes_at | time | hết hạn nhận hồ sơ (UTC) | closes (UTC)",
            PAGE,
        ),
    ),
    Table(
        name="awards",
        vi="Quyết định phê duyệt đã phát hành và nhiệm vụ",
        en="Released approvals and the tasks that came of them",
        rows=_awards,
        columns=columns(
            PROCESS,
            "award_id | id | số hiệu quyết định | number of the decision",
            "task_id | id | số hiệu nhiệm vụ | number of the task",
            "contract_id | id | số hiệu hợp đồng trong sổ, trống nếu chưa có | number of the contract in the record, empty while there is none",
            "dossier | text | mã hồ sơ | code of the dossier",
            *TITLES,
            "host_id | id | số hiệu tổ chức chủ trì | number of the host",
            "host_vi | text | tên tổ chức chủ trì | name of the host in Vietnamese",
            "host_en | text | tên tiếng Anh của tổ chức chủ trì | name of the host in English",
            "host_ror | text | mã ROR của tổ chức chủ trì | ROR of the host",
            "amount | money | kinh phí được phê duyệt, đồng | approved amount, đồng",
            "months | number | thời gian được phê duyệt, tháng | approved duration, months",
            "decision | text | số quyết định | number of the paper",
            "released_at | time | phát hành lúc (UTC) | released (UTC)",
            "call | text | mã thông báo | code of the call",
            "order | text | mã đặt hàng, trống nếu không có | code of the order, empty where there is none",
            "state | code | approved: đã phê duyệt, running: đang thực hiện, accepted: đã nghiệm thu, stopped: đã dừng | of the task: approved, running, accepted or stopped",
            "starts_on | day | ngày bắt đầu theo hợp đồng | first day by the contract",
            "ends_on | day | ngày kết thúc theo hợp đồng | last day by the contract",
            "reason_vi | text | lý do của quyết định | reason of the decision, in Vietnamese",
            PAGE,
        ),
    ),
    Table(
        name="results",
        vi="Kết quả mở của nhiệm vụ đã nghiệm thu",
        en="Open results of accepted tasks",
        rows=_results,
        columns=columns(
            PROCESS,
            "result_id | id | số hiệu kết quả | number of the result",
            "task_id | id | số hiệu nhiệm vụ | number of the task",
            "kind | code | loại kết quả | kind of result",
            *TITLES,
            "formed_on | day | ngày hình thành | day on which it was formed",
            "open_since | day | công khai từ ngày | public since",
            "readiness | number | mức sẵn sàng công nghệ từ 1 đến 9 | technology readiness level, 1 to 9",
            "certificate | text | số giấy chứng nhận đăng ký | number of the certificate of registration",
            "registered_on | day | ngày đăng ký | day of registration",
            PAGE,
        ),
    ),
    Table(
        name="events",
        vi="Sự kiện công khai của từng quá trình, như trong sổ ghi",
        en="Public acts of each process, as they stand in the record",
        rows=_events,
        columns=columns(
            PROCESS,
            "position | number | vị trí trong sổ ghi: dùng để kiểm chứng | position in the record: by it an act is verified",
            "at | time | ghi lúc (UTC) | recorded (UTC)",
            "act | code | việc đã làm | what was done",
            "about | code | order: đặt hàng, call: thông báo, award: phê duyệt và những gì tiếp theo | order, call, or award with what followed",
            "about_id | id | số hiệu của đối tượng đó | its number",
        ),
    ),
)  # fmt: skip
# Of no life: what is not told of is counted.
KEPT_BACK = columns(
    "kind | code | order: đặt hàng, task: nhiệm vụ, result: kết quả | order, task or result",
    "year | number | năm đã kết thúc | year that is over",
    "class | code | embargo: công khai từ một ngày, internal: nội bộ, secret: bí mật nhà nước | embargo, internal or state secret",
    "count | number | số lượng; dưới 5 không công bố | how many; fewer than 5 are not told",
)  # fmt: skip
BY_NAME = {table.name: table for table in TABLES}
DICTIONARY = ["table", "column", "kind", "about_vi", "about_en"]


def dictionary() -> list[list[str]]:
    """Every column of every table, with what it holds; a table's own line comes first."""
    found = []
    for table in TABLES:
        found.append([table.name, "", "table", table.vi, table.en])
        found += [[table.name, c.name, c.kind, c.vi, c.en] for c in table.columns]
    about = "Số lượng chưa hoặc không công khai", "Counts of what is not public"
    found.append(["kept_back", "", "table", *about])
    found += [["kept_back", c.name, c.kind, c.vi, c.en] for c in KEPT_BACK]
    return found
