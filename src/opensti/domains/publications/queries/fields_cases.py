"""The fields of what leads to a task: plan, order, call, council, score, decision."""

from __future__ import annotations

from opensti.domains.publications.disclosure import Nature
from opensti.domains.publications.queries.fields import Kind, field, pair

NUMBER, MONEY, DAY, LIST = Nature.NUMBER, Nature.MONEY, Nature.DAY, Nature.LIST

CASES = (
    Kind(
        key="plan",
        label_vi="Kế hoạch, chiến lược",
        label_en="Plans and strategies",
        since=("issued_on",),
        fields=(
            field("code | Mã | Code", "code", searched="yes"),
            pair("title | Tên | Title", "title", searched="yes"),
            pair("summary | Tóm tắt | Summary", "summary"),
            field("kind | Loại | Kind", "get_kind_display", "kind"),
            field("act_number | Số văn bản ban hành | Number of the act", "act_number", searched="yes"),
            pair("issuer | Cơ quan ban hành | Issued by", "issuer"),
            field("issued_on | Ngày ban hành | Issued on", "issued_on", nature=DAY),
            field("starts_on | Từ ngày | From", "starts_on", nature=DAY),
            field("ends_on | Đến ngày | Until", "ends_on", nature=DAY),
            field("state | Trạng thái | State", "get_state_display", "state"),
            field("source | Nguồn | Source", "source"),
            field("tree | Mục tiêu, chỉ tiêu, hành động | Goals, targets and actions", "pk", nature=LIST),
            field("comments | Ý kiến và trả lời | Comments and answers", "pk", nature=LIST),
            field("editions | Các lần ban hành | Editions", "pk", nature=LIST),
        ),
    ),
    Kind(
        key="goal",
        label_vi="Mục tiêu của kế hoạch",
        label_en="Goals of plans",
        since=("plan__issued_on",),
        holds=(("plan", "plan"),),
    ),
    Kind(
        key="order",
        label_vi="Đặt hàng",
        label_en="Orders",
        since=("list__decided_on",),
        fields=(
            field("code | Mã | Code", "code", searched="yes"),
            pair("title | Tên | Title", "title", searched="yes"),
            pair("objectives | Mục tiêu | Objectives", "objectives", searched="yes"),
            field("budget_ceiling | Trần kinh phí | Budget ceiling", "budget_ceiling", nature=MONEY),
            field("duration_months | Số tháng | Months", "duration_months", nature=NUMBER),
            field("way | Cách tìm tổ chức chủ trì | How the host is found", "get_way_display", "way"),
            field("goal | Mục tiêu của kế hoạch | Goal of a plan", "goal", nature=LIST),
            field("products | Sản phẩm yêu cầu | Required products", "products", nature=LIST),
        ),
    ),
    Kind(
        key="call",
        label_vi="Thông báo tuyển chọn",
        label_en="Calls",
        since=("published_at",),
        fields=(
            field("code | Mã | Code", "code", searched="yes"),
            pair("title | Tên | Title", "title", searched="yes"),
            pair("description | Nội dung | Description", "description"),
            field("way | Cách tìm tổ chức chủ trì | How the host is found", "way"),
            field("opens_at | Mở lúc | Opens", "opens_at", nature=DAY),
            field("closes_at | Đóng lúc | Closes", "closes_at", nature=DAY),
            field("state | Trạng thái | State", "get_state_display", "state"),
            field("orders | Đặt hàng trong thông báo | Orders in the call", "orders", nature=LIST),
            field("decisions | Quyết định của thông báo | Decisions on the call", "pk", nature=LIST),
            field("dossiers | Số hồ sơ nhận được | Dossiers received", "opened_at", nature=NUMBER),
        ),
    ),
    Kind(
        key="council",
        label_vi="Hội đồng",
        label_en="Councils",
        since=("concluded_at",),
        counted=True,
        fields=(
            pair("title | Tên | Title", "title"),
            field("kind | Loại | Kind", "get_kind_display", "kind"),
            field("call | Thông báo | Call", "call.code", named_by="call.code"),
            field("rule | Thành phần theo quy định | Composition by the rule", "rule_code"),
            field("decided_on | Ngày thành lập | Formed on", "decided_on", nature=DAY),
            field("decision_number | Số quyết định thành lập | Number of the decision", "decision_number"),
            field("meeting_at | Ngày họp | Met on", "meeting_at", nature=DAY),
            field("concluded_at | Ngày kết luận | Concluded on", "concluded_at", nature=DAY),
            field(
                "members | Thành viên | Members", "seats", nature=LIST,
                publication="council_members", regime="regime_version",
            ),
            field("composition | Cơ cấu theo vai trò và loại tổ chức | Seats by role and kind of organisation", "seated", nature=NUMBER),
            field("attendance | Số thành viên có mặt | Members present", "present", nature=NUMBER),
            field("recusals | Số lượt không tham gia do xung đột lợi ích | Members excluded for a conflict, as a count", "recused", nature=NUMBER),
        ),
    ),
    Kind(
        key="score",
        label_vi="Điểm đánh giá của hồ sơ được phê duyệt",
        label_en="Scores of approved dossiers",
        since=("round__released_at",),
        fields=(
            field(
                "mean | Điểm trung bình | Mean", "mean", nature=NUMBER,
                publication="decision_bundle", regime="round.call.regime_version",
            ),
            field(
                "rank | Thứ hạng | Rank", "rank", nature=NUMBER,
                publication="decision_bundle", regime="round.call.regime_version",
            ),
            field(
                "sheets | Điểm từng thành viên, theo số thứ tự | Scores by numbered reviewers", "pk",
                nature=LIST, publication="decision_bundle", regime="round.call.regime_version",
            ),
        ),
    ),
    Kind(
        key="decision",
        label_vi="Quyết định phê duyệt",
        label_en="Decisions",
        since=("round__released_at",),
        holds=(("dossier.order", "order"), ("task", "task"), ("round.call", "call")),
        fields=(
            field("dossier | Mã hồ sơ | Code of the dossier", "dossier.code", searched="yes"),
            pair("title | Tên | Title", "dossier.title", searched="yes"),
            pair("host | Tổ chức chủ trì | Host", "dossier.host.name", searched="yes"),
            field("order | Đặt hàng | Order", "dossier.order", nature=LIST, named_by="order.code"),
            field("call | Thông báo | Call", "round.call.code", named_by="call.code"),
            field("ruling | Kết luận | Ruling", "get_ruling_display", "ruling"),
            field("amount | Kinh phí | Amount", "amount", nature=MONEY),
            field("months | Số tháng | Months", "months", nature=NUMBER),
            pair("reason | Lý do | Reason", "reason"),
            field("number | Số quyết định | Number of the decision", "round.decision_number"),
            field("decided_at | Ngày ký | Signed on", "round.decided_at", nature=DAY),
            field("released_at | Ngày phát hành | Released on", "round.released_at", nature=DAY),
            field("overlap | So sánh với công trình trước | Compared with earlier work", "pk", nature=LIST),
            field("task | Hồ sơ nhiệm vụ | Task file", "task", nature=LIST, named_by="task.code"),
            field(
                "bundle | Gói dữ liệu để tính lại | Bundle to compute it again", "pk", nature=LIST,
                publication="decision_bundle", regime="round.call.regime_version",
            ),
            field(
                "panel_bundle | Gói dữ liệu để lập lại hội đồng | Bundle to form the council again",
                "pk", nature=LIST, publication="panel_bundle", regime="round.call.regime_version",
            ),
            field("receipt | Biên nhận | Receipt", "entry_position", nature=NUMBER),
        ),
    ),
)  # fmt: skip
