"""Plausible texts for the demonstration, and forms filled in from their own definition."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from opensti.domains.procedures.regimes.format import Form, FormField

SHORTEST_ABSTRACT = 200
LONGEST_LINE = 10_000_000
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
    ("máy ép viên nhiên liệu từ vỏ cà phê", "a pellet press for coffee husks"),
    ("dây chuyền sơ chế tôm đông lạnh", "a line for preparing frozen shrimp"),
    ("phụ gia chống cháy cho tấm nhựa", "a flame retardant for plastic sheets"),
    ("máy dò kim loại trong hạt điều", "a metal detector for cashew kernels"),
    ("lò hơi đốt trấu tầng sôi", "a fluidised bed boiler for rice husks"),
    ("vữa bơm cho hầm lò than", "grouting mortar for coal mines"),
    ("màng bọc thực phẩm từ tinh bột sắn", "food film of cassava starch"),
    ("biến tần cho thang máy chung cư", "frequency converters for lifts"),
    ("quy trình xử lý nước thải xi mạ", "treatment of plating waste water"),
    ("máy cấy mạ khay cỡ nhỏ", "a small tray transplanter"),
    ("thuốc nhuộm tự nhiên từ lá bàng", "natural dyes of almond leaves"),
    ("khung xe điện ba bánh bằng nhôm", "an aluminium frame for electric tricycles"),
    ("trạm sạc nhanh cho xe buýt", "fast chargers for buses"),
    ("que hàn cho thép chịu mài mòn", "welding rods for wear resistant steel"),
    ("hệ thống phân loại thanh long bằng ảnh", "sorting dragon fruit by pictures"),
    ("bê tông nhẹ từ tro bay", "lightweight concrete of fly ash"),
    ("máy dệt kim tự động thay mẫu", "a knitting machine that changes patterns"),
    ("chế phẩm bảo quản vải thiều", "a preparation that keeps lychees"),
    ("van an toàn cho bồn khí hóa lỏng", "safety valves for gas tanks"),
    ("phần mềm lập lịch xưởng cơ khí", "scheduling software for machine shops"),
    ("lớp phủ chống hà cho vỏ tàu", "an anti fouling coating for hulls"),
    ("thiết bị đo bụi mịn ống khói", "a meter for fine dust in chimneys"),
    ("chưng cất rượu gạo liên tục", "continuous distilling of rice spirit"),
    ("băng tải dốc lòng máng sâu", "deep trough belts for steep slopes"),
    ("tái chế nhớt thải bằng hấp phụ", "recycling waste oil by adsorption"),
    ("gạch ốp từ bùn đỏ", "tiles of red mud"),
    ("bộ lọc sóng hài cho lò cảm ứng", "harmonic filters for induction furnaces"),
    ("máy bóc vỏ lạc không vỡ hạt", "a peanut sheller that breaks no kernel"),
    ("sợi các bon từ dầu vỏ hạt điều", "carbon fibre of cashew shell liquid"),
    ("kho lạnh dùng bơm nhiệt hấp thụ", "cold stores with absorption heat pumps"),
    ("chíp nhận dạng cho container", "identification chips for containers"),
    ("tuyển nổi quặng apatit nghèo", "flotation of poor apatite ore"),
    ("phân bón nhả chậm bọc sáp", "slow release fertiliser in wax"),
    ("máy in ba chiều khuôn cát", "sand mould printing in three dimensions"),
    ("cánh quạt gió cỡ nhỏ từ tre ép", "small wind blades of pressed bamboo"),
    ("gioăng cao su cho đường ống nước biển", "rubber seals for sea water pipes"),
)
# Of the story whose scenarios wait to be adopted: a likeness that the worker finds afterwards
# would change what can be chosen, so none of these comes twice.
OWN_TOPICS: tuple[tuple[str, str], ...] = (
    ("tháp giải nhiệt không quạt", "fanless cooling towers"),
    ("gạch chịu lửa manhêdi spinel", "magnesia spinel refractory bricks"),
    ("nhận dạng giọng nói trong hầm mỏ", "speech recognition in mines"),
    ("chiết pectin từ vỏ bưởi", "pectin of pomelo peel"),
    ("hàn ma sát khuấy vỏ tàu nhôm", "friction stir welding of hulls"),
    ("lịch phát điện thủy điện bậc thang", "dispatch of cascade hydropower"),
    ("thuộc da không crôm", "chrome free tanning"),
    ("bơm chân không vòng nước", "liquid ring vacuum pumps"),
    ("kiểm tra vải bằng thị giác máy", "machine vision for fabric faults"),
    ("lên men ca cao có kiểm soát", "controlled fermentation of cocoa"),
    ("thủy tinh bọt cách nhiệt", "foam glass insulation"),
    ("tua bin hơi đồng phát 5 MW", "a cogeneration steam turbine of 5 MW"),
    ("giấy lọc bụi máy lọc không khí", "filter paper for air purifiers"),
    ("sấy thăng hoa mít", "freeze drying of jackfruit"),
    ("nam châm đất hiếm tái sinh", "recovered rare earth magnets"),
    ("điều độ cảng cạn", "scheduling of inland ports"),
    ("keo dán gỗ từ lignin", "wood adhesives of lignin"),
    ("bình tích áp thủy lực", "hydraulic accumulators"),
)
VERBS: tuple[tuple[str, str], ...] = (
    ("Nghiên cứu, chế tạo", "Developing"),
    ("Hoàn thiện công nghệ", "Maturing"),
    ("Nghiên cứu ứng dụng", "Applying"),
    ("Thiết kế và thử nghiệm", "Designing and testing"),
)


class BadArchive(click.ClickException):
    """The file of real projects cannot serve; nothing was made."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class Text:
    """What a dossier is about."""

    title_vi: str
    title_en: str
    abstract_vi: str
    abstract_en: str


def invented(random_: random.Random, number: int) -> Text:
    """Make a text; the same seed makes the same texts.

    Neighbours are about different topics; in fifty texts a few topics come twice, so
    that something overlaps.
    """
    turn = 2 * number + random_.randrange(2)
    return _worded(number, TOPICS[turn % len(TOPICS)])


def invented_apart() -> Iterator[Text]:
    """Texts that are like no other: as many as the story of scenarios has."""
    return (_worded(number, topic) for number, topic in enumerate(OWN_TOPICS))


def _worded(number: int, topic: tuple[str, str]) -> Text:
    verb_vi, verb_en = VERBS[number % len(VERBS)]
    topic_vi, topic_en = topic
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


def from_file(path: Path, *, size: int, needs: int) -> list[Text]:
    """Read real projects of an archive file (JSON lines, may be gzipped) as texts.

    Records without an abstract are passed over. The whole of what is needed is read
    before anything is told, so that a bad file leaves nothing half made. A file with no
    more than ``size`` records lends some of them to the needs as well.
    Raises ``BadArchive`` for a file that cannot be read or holds fewer than ``size``.
    """
    found = list(islice(_usable(path), size + needs))
    if len(found) < size:
        raise BadArchive(
            _(
                "%(file)s holds only %(found)s usable records (a text with an abstract of "
                "%(least)s letters or more), and --size %(size)s asks for more."
            )
            % {
                "file": path.name,
                "found": len(found),
                "least": SHORTEST_ABSTRACT,
                "size": size,
            }
        )
    return list(islice(cycle(found), size + needs))


def _usable(path: Path) -> Iterator[Text]:
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise BadArchive(
                _(
                    "Line %(line)s of %(file)s is not a JSON object in UTF-8. "
                    "Take an archive of projects as .jsonl or .jsonl.gz."
                )
                % {"line": number, "file": path.name}
            )
        abstract = _clean(row.get("abstract"))
        if len(abstract) < SHORTEST_ABSTRACT:
            continue
        title = _clean(row.get("title")) or abstract.split(". ")[0]
        yield Text(
            title_vi=title[:300],
            title_en=title[:300],
            abstract_vi=abstract[:3000],
            abstract_en=abstract[:3000],
        )


def _clean(value: Any) -> str:
    """Text without NUL and lone surrogates, which no database takes."""
    text = str(value or "").replace("\x00", "")
    return text.encode("utf-8", "ignore").decode().strip()


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as disk:
            packed = disk.read(2) == b"\x1f\x8b"
            disk.seek(0)
            stream: Any = gzip.GzipFile(fileobj=disk) if packed else disk
            while line := stream.readline(LONGEST_LINE):
                yield line
    except (OSError, EOFError, zlib.error) as error:
        raise BadArchive(
            _("%(file)s cannot be read (broken or cut off): copy it again.")
            % {"file": path.name}
        ) from error


def signed_paper(words: str) -> bytes:
    """A page that stands for a signed paper, as a PDF; it says that it is an example."""
    said = f"{words} - example, not a signed paper".encode("ascii", "ignore")
    drawn = b"BT /F1 14 Tf 60 760 Td (%s) Tj ET" % said.translate(None, b"()\\")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>>>>>"
        ),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    paper, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(paper))
        paper += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return paper + (
        b"xref\n0 6\n0000000000 65535 f \n%strailer\n<</Size 6/Root 1 0 R>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (table, len(paper))
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
