"""Plausible texts for the demonstration, and forms filled in from their own definition."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from opensti.domains.procedures.regimes.format import Form, FormField

SHORTEST_ABSTRACT = 200
TOPICS: tuple[tuple[str, str], ...] = (
    (
        "hệ thống giám sát rung cho máy nghiền xi măng",
        "vibration monitoring for cement mills",
    ),
    (
        "bộ điều khiển lò sấy nông sản tiết kiệm năng lượng",
        "an energy saving controller for crop dryers",
    ),
    ("quy trình tách dầu mè bằng ép lạnh", "cold pressing of sesame oil"),
    ("vật liệu đế giày từ cao su tái chế", "shoe soles of recycled rubber"),
    ("bột giấy từ thân chuối", "pulp from banana stems"),
    ("khuôn dập nguội cho linh kiện ô tô", "cold forging dies for car parts"),
    ("cảm biến đo độ ẩm gạo trực tuyến", "an online rice moisture sensor"),
    ("enzyme thủy phân bã bia", "an enzyme for spent grain"),
    ("robot gắp sản phẩm cho dây chuyền đóng gói", "a picking robot for packing lines"),
    ("men gốm nung nhiệt độ thấp", "low temperature ceramic glaze"),
    ("pin lưu trữ cho trạm điện mặt trời nhỏ", "storage for small solar stations"),
    ("phần mềm truy xuất nguồn gốc hàng dệt may", "tracing software for textiles"),
)
VERBS: tuple[tuple[str, str], ...] = (
    ("Nghiên cứu, chế tạo", "Developing"),
    ("Hoàn thiện công nghệ", "Maturing"),
    ("Nghiên cứu ứng dụng", "Applying"),
    ("Thiết kế và thử nghiệm", "Designing and testing"),
)


@dataclass(frozen=True, kw_only=True)
class Text:
    """What a dossier is about."""

    title_vi: str
    title_en: str
    abstract_vi: str
    abstract_en: str


def invented(random_: random.Random, number: int) -> Text:
    """Make a text; the same seed makes the same texts."""
    verb_vi, verb_en = VERBS[number % len(VERBS)]
    topic_vi, topic_en = TOPICS[random_.randrange(len(TOPICS))]
    lot = f"{number + 1}"
    return Text(
        title_vi=f"{verb_vi} {topic_vi}, phương án {lot}",
        title_en=f"{verb_en} {topic_en}, option {lot}",
        abstract_vi=(
            f"Nhiệm vụ {verb_vi.lower()} {topic_vi} ở quy mô bán công nghiệp, đo kiểm tại "
            "hai cơ sở sản xuất và bàn giao quy trình cho doanh nghiệp sử dụng."
        ),
        abstract_en=(
            f"The task is about {verb_en.lower()} {topic_en} at pilot scale, tested at two "
            "plants, with the process handed over to the enterprises that use it."
        ),
    )


def from_file(path: Path, size: int) -> Iterator[Text]:
    """Read real projects of an archive file (JSON lines, may be gzipped) as texts.

    Records without an abstract are passed over. Raises ``ClickException`` when the
    file holds fewer than ``size`` usable records.
    """
    found = 0
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if found == size:
                return
            row = json.loads(line)
            abstract = str(row.get("abstract") or "").strip()
            title = str(row.get("title") or "").strip() or abstract.split(". ")[0]
            if len(abstract) < SHORTEST_ABSTRACT:
                continue
            found += 1
            yield Text(
                title_vi=title[:300],
                title_en=title[:300],
                abstract_vi=abstract[:3000],
                abstract_en=abstract[:3000],
            )
    if found < size:
        raise click.ClickException(
            f"{path} holds only {found} records with an abstract; ask for --size {found}."
        )


def filled(
    form: Form, text: Text, *, on: date, given: dict[str, Any]
) -> dict[str, Any]:
    """Answer every required field of a form from its own definition and a text."""
    answers: dict[str, Any] = {}
    for section in form.sections:
        for item in section.fields:
            if item.id in given:
                answers[item.id] = given[item.id]
            elif item.required or item.type == "longtext":
                answers[item.id] = _answer(item, text, on)
    return answers


def _answer(item: FormField, text: Text, on: date) -> Any:
    words = text.title_vi if item.type == "text" else text.abstract_vi
    plain: dict[str, Any] = {
        "yesno": item.id not in {"refers", "has_partners"},
        "number": int(item.min or 1),
        "money": 500_000_000,
        "date": on.isoformat(),
        "file": [],
    }
    if item.type in plain:
        return plain[item.type]
    if item.type in {"choice", "multichoice"}:
        first = item.options[0].id
        return first if item.type == "choice" else [first]
    if item.type == "table":
        return [{c.id: _answer(c, text, on) for c in item.columns if c.required}]
    return words[: item.max_length or 2000]
