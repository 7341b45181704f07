"""An archive of earlier tasks, one of which a need repeats, and its screening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from opensti.domains.overlaps import actions
from opensti.domains.overlaps.models import Document, Hit, Screening
from opensti.domains.tasks.actions import ArchivedTask, import_tasks_batch
from opensti.domains.tasks.models import Need, Task
from opensti.kernel.access import SYSTEM, Actor, Role
from tests.factories import tasks as task_factory

if TYPE_CHECKING:
    from opensti.domains.calls.models import Dossier

AT = task_factory.AT
LATER = AT + timedelta(hours=1)
REPEATED = (
    "Thu hồi kẽm từ bụi lò hồ quang điện bằng hoàn nguyên trong lò quay",
    (
        "Bụi lò hồ quang chứa kẽm và chì. Đề tài xây dựng quy trình thu hồi ít nhất "
        "tám mươi phần trăm kẽm. Xỉ sau hoàn nguyên được dùng làm phụ gia xi măng."
    ),
)
# The same work as REPEATED in an archive of another country.
ABROAD = (
    "Recovery of zinc from electric arc furnace dust in a rotary kiln",
    (
        "Arc furnace dust holds zinc and lead. The project develops a process for the "
        "recovery of zinc by reduction; the slag is used as an additive for cement."
    ),
)
OTHERS = (
    ("Sấy thóc bằng bơm nhiệt", "Máy sấy tĩnh dùng bơm nhiệt giảm hao hụt hạt vỡ."),
    ("Giám sát rung động tua bin", "Cảm biến gia tốc phát hiện sớm hư hỏng ổ trục."),
    ("Bao bì từ bã mía", "Ép nóng bã mía thành khay đựng thực phẩm phân hủy được."),
    ("Nhuộm vải không nước", "Nhuộm polyester trong khí các bon níc siêu tới hạn."),
    ("Ắc quy cho xe tải mỏ", "Bộ pin lithi sắt phốt phát chịu rung và bụi than."),
    ("Nhận dạng lỗi da giày", "Thị giác máy phân loại vết xước trên da thuộc."),
    ("Lọc nước lợ", "Màng thẩm thấu ngược áp suất thấp cho hộ nuôi tôm."),
    ("Hàn ma sát khuấy nhôm", "Thông số hàn tấm nhôm dày cho vỏ tàu cao tốc."),
    ("Gốm cách điện", "Phối liệu cao lanh và nhôm ôxít cho sứ treo đường dây."),
    ("Chiết xuất tinh dầu sả", "Chưng cất lôi cuốn hơi nước có thu hồi nhiệt."),
)


ACTS = {"Khảo cứu": "Probing", "Chăm nom": "Tending", "Gìn giữ": "Guarding"}
THINGS = {
    "cù lao": "islets",
    "đom đóm": "fireflies",
    "rươi": "ragworms",
    "lá dong": "phrynium",
    "bần chua": "mangroves",
    "cói": "sedges",
}
# Titles in both languages, as many as terms can be learned from.
BILINGUAL = tuple(
    (f"{act} {thing}", f"{ACTS[act]} {THINGS[thing]}")
    for act in ACTS
    for thing in THINGS
)


def bilingual_archive(batch: int = 1) -> None:
    """Task files whose titles stand in both languages, in the corpus from a batch on."""
    Document.objects.bulk_create(
        Document(
            kind="tasks.task", object_id=n, subject=f"tasks.task:{n}",
            title_vi=vi, title_en=en, entered=batch,
        )
        for n, (vi, en) in enumerate(BILINGUAL, 10_000)
    )  # fmt: skip


def term_table(*rows: tuple[str, ...], name: str = "terms.csv") -> SimpleUploadedFile:
    """A file of terms as an officer hands it in."""
    lines = [",".join(row) for row in (("vi", "en", "weight"), *rows)]
    return SimpleUploadedFile(name, "\n".join(lines).encode())


@dataclass
class Story:
    """A need that repeats an archived task, and what was found."""

    need: Need
    screening: Screening
    hit: Hit
    officer: Actor
    second: Actor
    leader: Actor


def archived(
    *works: tuple[str, str], source: str = "KHO", language: str = "vi"
) -> None:
    """Bring earlier tasks into the archive by the action that imports them."""
    import_tasks_batch(
        actor=SYSTEM,
        source=source,
        rows=[
            ArchivedTask(
                key=title,
                title=title,
                abstract=abstract,
                language=language,
                host="Viện Luyện kim",
                leader="Lê Văn Bình",
                year=2021,
            )
            for title, abstract in works
        ],
        at=AT,
    )


def repeated_need(by: Actor, **answers: object) -> Need:
    """A submitted need whose words are those of the archived task."""
    title, abstract = REPEATED
    return task_factory.submitted(
        by, **{"title": title, "urgency": abstract, **answers}
    )


def screened() -> Story:
    """The archive is there, a need repeats one of its tasks, and the worker compared it."""
    task_factory.regimes()
    archived(REPEATED, *OTHERS)
    need = repeated_need(task_factory.person(Role.APPLICANT))
    actions.screen_waiting(at=LATER)
    return story_of(need)


def story_of(work: Need | Dossier) -> Story:
    screening = Screening.objects.get(
        kind="tasks.need" if isinstance(work, Need) else "calls.dossier",
        object_id=work.pk,
        current=True,
    )
    return Story(
        need=work,  # type: ignore[arg-type]
        screening=screening,
        hit=screening.hits.order_by("-probability")[0],
        officer=task_factory.person(Role.OFFICER),
        second=task_factory.person(Role.SECRETARY),
        leader=task_factory.person(Role.LEADER),
    )


def task_like_it() -> Task:
    return Task.objects.get(source_key=REPEATED[0])
