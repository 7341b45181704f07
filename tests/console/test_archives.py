"""Archives of earlier tasks: every row in, or named; twice, nothing doubles."""

from __future__ import annotations

import csv
import gzip
import json
import unicodedata
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from django.utils import translation
from openpyxl import Workbook

from opensti.console import archive_files
from opensti.console.archives import tasks
from opensti.domains.tasks.models import Task
from opensti.kernel.record.models import Entry
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
TONES = "\u0300\u0301\u0303\u0309\u0323"
ROW = {
    "id": "NSF-1",
    "source": "NSF",
    "year": 2017,
    "start": "10/25/2017",
    "end": "07/31/2020",
    "funder": "NSF",
    "scheme": "Standard Grant",
    "org": "University",
    "pi": "A. Person",
    "title": "Zinc recovery",
    "abstract": "From dust.",
    "lang": "en",
    "amount": "1000",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(path: Path, *rows: object) -> Path:
    text = "\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows)
    path.write_text(text, encoding="utf-8")
    return path


def bring_in(path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(tasks, [str(path), "--json", *options])
    said = (
        json.loads(result.stdout) if result.exit_code < 2 else {"said": result.output}
    )
    said.pop("seconds", None)
    return result.exit_code, said


def test_a_row_becomes_a_task_file(folder: Path) -> None:
    code, said = bring_in(lines(folder / "a.jsonl", ROW))
    task = Task.objects.get()
    assert (code, said) == (
        0,
        {
            "read": 1,
            "created": 1,
            "updated": 0,
            "unchanged": 0,
            "refused": 0,
            "errors": None,
            "dry_run": False,
        },
    )
    assert (
        task.source,
        task.source_key,
        task.title_en,
        task.host_name,
        task.leader_name,
        task.start,
        task.end,
        task.amount,
        task.currency,
        task.language,
        task.state,
        task.search_text,
    ) == (
        "NSF",
        "NSF-1",
        "Zinc recovery",
        "University",
        "A. Person",
        date(2017, 10, 25),
        date(2020, 7, 31),
        Decimal(1000),
        "USD",
        "en",
        "archived",
        "nsf 1 zinc recovery university a person from dust",
    )


@pytest.mark.parametrize(
    ("said", "title", "found"),
    [
        ("", "Thu hồi kẽm", ("Thu hồi kẽm", "", "vi")),
        ("", "Zinc recovery", ("", "Zinc recovery", "")),
        ("vi", "Thu hoi kem", ("Thu hoi kem", "", "vi")),
    ],
)
def test_a_row_that_says_no_language_is_known_by_its_letters(
    folder: Path, said: str, title: str, found: tuple[str, str, str]
) -> None:
    row = {**ROW, "title": title, "abstract": "", "lang": said}
    bring_in(lines(folder / "a.jsonl", row))
    task = Task.objects.get()
    assert (task.title_vi, task.title_en, task.language) == found


def test_twice_nothing_doubles_and_a_changed_row_is_replaced(folder: Path) -> None:
    path = lines(folder / "a.jsonl", ROW, {**ROW, "id": "NSF-2"})
    bring_in(path)
    kept = Task.objects.get(source_key="NSF-1").public_id
    _code, again = bring_in(path)
    lines(path, {**ROW, "title": "Better"}, {**ROW, "id": "NSF-2"})
    _code, third = bring_in(path)
    task = Task.objects.get(source_key="NSF-1")
    assert (again["unchanged"], third["updated"], third["unchanged"]) == (2, 1, 1)
    assert (Task.objects.count(), task.title_en, task.public_id) == (2, "Better", kept)
    assert Entry.objects.filter(act="tasks.import").count() == 2


def test_bad_rows_are_named_and_the_others_are_in(folder: Path) -> None:
    path = folder / "a.jsonl"
    path.write_bytes(
        b"\n".join(
            [
                json.dumps(ROW).encode(),
                b'{"id": "X-1", "title": "caf\xe9"}',
                b'{"id": "X-2", "title"',
                b"[1]",
                json.dumps({"title": "no id"}).encode(),
                json.dumps({**ROW, "id": "X-3", "year": "soon"}).encode(),
                json.dumps({**ROW, "id": "X-4", "start": "31/31/2017"}).encode(),
                json.dumps({**ROW, "id": "X-5", "amount": "lots"}).encode(),
                json.dumps({"id": "X-6"}).encode(),
                json.dumps({**ROW, "id": "=1+1", "end": "01/01/1999"}).encode(),
                json.dumps({**ROW, "id": "Y" * 121}).encode(),
            ]
        )
    )
    code, said = bring_in(path, "--dates", "mdy")
    named = [
        line.split(",")[:3]
        for line in (folder / "a.jsonl.errors.csv")
        .read_text("utf-8-sig")
        .splitlines()[1:]
    ]
    assert (code, said["created"], said["refused"]) == (1, 1, 10)
    assert named == [
        ["2", "", ""],
        ["3", "", ""],
        ["4", "", ""],
        ["5", "", "key"],
        ["6", "X-3", "year"],
        ["7", "X-4", "start"],
        ["8", "X-5", "amount"],
        ["9", "X-6", "title"],
        ["10", "'=1+1", "end"],
        ["11", "Y" * 120, "key"],
    ]


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    code, said = bring_in(lines(folder / "a.jsonl", ROW), "--dry-run")
    assert (code, said["created"], Task.objects.count(), Entry.objects.count()) == (
        0,
        1,
        0,
        0,
    )


def test_a_broken_off_file_goes_on_where_it_stopped(folder: Path) -> None:
    whole = b"\n".join(
        json.dumps({**ROW, "id": f"N-{n}", "abstract": f"text {n}" * 50}).encode()
        for n in range(400)
    )
    packed = gzip.compress(whole)
    path = folder / "a.jsonl.gz"
    path.write_bytes(packed[: len(packed) // 2])
    code, broken = bring_in(path)
    path.write_bytes(packed)
    again, whole_run = bring_in(path)
    assert (code, broken["refused"], again) == (1, 1, 0)
    assert (whole_run["unchanged"], Task.objects.count()) == (broken["created"], 400)


def test_columns_of_a_table_are_mapped(folder: Path) -> None:
    path = folder / "bang.csv"
    path.write_text(
        "Mã số;Tên đề tài;Kinh phí\nA1;Thu hồi kẽm;4000000\nA2;Luyện đồng;-\n",
        encoding="utf-8",
    )
    code, said = bring_in(path, "--map", "title=Tên đề tài", "--source", "cu")
    assert (code, said["created"]) == (0, 2)
    assert list(
        Task.objects.order_by("source_key").values_list("title_vi", "amount")
    ) == [
        ("Thu hồi kẽm", Decimal(4_000_000)),
        ("Luyện đồng", None),
    ]


LAID_OUT = {
    "cordis": (
        (
            "id;acronym;status;title;startDate;endDate;ecMaxContribution;objective\n"
            "101;ZINC;SIGNED;Zinc from dust;2023-01-01;2026-12-31;2499999,5;Dust is rich.\n"
        ),
        (
            "CORDIS",
            "101",
            "Zinc from dust",
            "Dust is rich.",
            2023,
            Decimal("2499999.50"),
            "EUR",
        ),
    ),
    "ukri": (
        (
            "FundingOrgName,ProjectReference,LeadROName,PISurname,Title,StartDate,EndDate,AwardPounds\n"
            'EPSRC,EP/X1/1,Leeds,Khan,Zinc from dust,01/02/2022,31/01/2025,"1,234,567"\n'
        ),
        ("UKRI", "EP/X1/1", "Zinc from dust", "", 2022, Decimal(1234567), "GBP"),
    ),
    "nsf": (
        (
            "AwardNumber,Title,NSFOrganization,StartDate,PrincipalInvestigator,EndDate,AwardedAmountToDate,Abstract\n"
            '2201,Zinc from dust,CBET,07/15/2022,Ann Lee,06/30/2025,"$312,000.00",Dust is rich.\n'
        ),
        (
            "NSF",
            "2201",
            "Zinc from dust",
            "Dust is rich.",
            2022,
            Decimal(312000),
            "USD",
        ),
    ),
}


@pytest.mark.parametrize("layout", LAID_OUT)
def test_a_large_archive_is_read_as_its_publisher_writes_it(
    folder: Path, layout: str
) -> None:
    text, expected = LAID_OUT[layout]
    path = folder / "download.csv"
    path.write_text(text, encoding="utf-8")
    code, said = bring_in(path, "--layout", layout)
    assert (code, said["created"]) == (0, 1)
    task = Task.objects.get()
    assert (
        task.source,
        task.source_key,
        task.title_en,
        task.abstract_en,
        task.year,
        task.amount,
        task.currency,
    ) == expected


def test_abstracts_that_come_in_a_second_file_are_joined(folder: Path) -> None:
    path, second = folder / "projects.csv", folder / "abstracts.csv"
    path.write_text(
        "APPLICATION_ID,PROJECT_TITLE,ORG_NAME,FY,PROJECT_START,TOTAL_COST\n"
        "77,Zinc and health,MIT,2021,09/20/2020,400000\n78,Iron,MIT,2021,,\n",
        encoding="utf-8",
    )
    second.write_text(
        "APPLICATION_ID,ABSTRACT_TEXT\n77,Zinc heals.\n99,Nothing.\n",
        encoding="utf-8",
    )
    code, said = bring_in(path, "--layout", "nih", "--abstracts", str(second))
    assert (code, said["created"]) == (0, 2)
    assert list(
        Task.objects.order_by("source_key").values_list(
            "source_key", "abstract_en", "year"
        )
    ) == [("77", "Zinc heals.", 2021), ("78", "", 2021)]
    code, said = bring_in(path, "--layout", "nsf", "--abstracts", str(second))
    assert code == 2


def test_a_table_with_other_columns_is_refused_whole_and_says_how_to_map(
    folder: Path,
) -> None:
    path = folder / "bang.csv"
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    code, said = bring_in(path)
    assert (code, Task.objects.count()) == (2, 0)
    assert "--map key=COLUMN" in said["said"]


def test_an_excel_file_is_read(folder: Path) -> None:
    book = Workbook()
    book.active.append(["id", "title", "year", "lang"])
    book.active.append([1, "Thu hồi kẽm", 2020, "vi"])
    book.save(folder / "a.xlsx")
    code, said = bring_in(folder / "a.xlsx")
    task = Task.objects.get()
    assert (code, said["created"]) == (0, 1)
    assert (task.source, task.source_key, task.title_vi, task.title_en, task.year) == (
        "a",
        "1",
        "Thu hồi kẽm",
        "",
        2020,
    )


def test_a_file_that_only_says_it_is_excel_is_refused(folder: Path) -> None:
    path = folder / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    code, said = bring_in(path)
    assert (code, Task.objects.count()) == (2, 0)
    assert "XLSX" in said["said"]


NO_TABLE: dict[str, tuple[bytes, str]] = {
    "random.xlsx": (bytes(range(256)) * 9, "This is not an XLSX file"),
    "text.xlsx": (b"id,title\n1,A\n", "This is not an XLSX file"),
    "zip.csv": (b"PK\x03\x04 nothing", "This is not an XLSX file"),
    "program.csv": (b"\x7fELF\x02\x01\x01" + bytes(90), "is not a text"),
    "program.csv.gz": (gzip.compress(b"\x7fELF" + bytes(90)), "is not a text"),
    "noise.csv": (b"id,title\n\x00\x01\x02", "is not a text"),
    "program.jsonl": (b"\x7fELF\x02\x01\x01", "is not a text"),
    "picture.jsonl": (b"\x89PNG\r\n\x1a\n", "is not a text"),
    "paper.pdf": (b"%PDF-1.7\n", "is not a text"),
    "empty.csv": (b"", "The file is empty"),
    "empty.jsonl": (b"", "The file is empty"),
    "empty.xlsx": (b"", "The file is empty"),
    "blank.jsonl": (b"\n\n", "The file is empty"),
    "nothing.jsonl.gz": (gzip.compress(b""), "The file is empty"),
    "wide.jsonl": (json.dumps(ROW).encode("utf-16"), "JSON Lines are UTF-8"),
    "broken.jsonl.gz": (b"\x1f\x8bnot packed", "is a broken compressed file"),
    "cut.csv.gz": (gzip.compress(b"id,title\n1,A\n")[:12], "is a broken compressed"),
}


@pytest.mark.parametrize("name", NO_TABLE)
def test_what_is_no_table_is_refused_whole_whatever_its_name_says(
    folder: Path, name: str
) -> None:
    content, why = NO_TABLE[name]
    (folder / name).write_bytes(content)
    with translation.override("en"):
        code, said = bring_in(folder / name)
    assert (code, Task.objects.count()) == (2, 0)
    assert why in said["said"]
    assert "Traceback" not in said["said"]
    assert not (folder / f"{name}.errors.csv").exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1258", "cp1258-gz"])
def test_a_csv_is_read_in_the_encodings_that_spreadsheets_write(
    folder: Path, encoding: str
) -> None:
    text = "id,title,lang\n1,Nghiên cứu vật liệu từ đất sét ở Huế,vi\n"
    name, packed, _rest = encoding.partition("-gz")
    if name == "cp1258":
        text = _tones_apart(text)
    content = text.encode(name)
    path = folder / ("a.csv.gz" if packed else "a.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    with translation.override("en"):
        result = CliRunner().invoke(tasks, [str(path)])
    assert (result.exit_code, Task.objects.get().title_vi) == (
        0,
        "Nghiên cứu vật liệu từ đất sét ở Huế",
    )
    assert ("were read as cp1258" in result.stderr) is (name == "cp1258")


def _tones_apart(text: str) -> str:
    """As Windows-1258 writes: the vowel in one, its tone a letter of its own."""
    return "".join(
        letter
        if len(apart := unicodedata.normalize("NFD", letter)) == 1
        else unicodedata.normalize("NFC", "".join(c for c in apart if c not in TONES))
        + "".join(c for c in apart if c in TONES)
        for letter in text
    )


@pytest.mark.parametrize("indent", [None, 2])
def test_one_list_of_objects_is_read_as_it_comes(
    folder: Path, indent: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_files, "CHUNK", 7)  # rows and letters are cut anywhere
    rows = [ROW, {**ROW, "id": "2", "title": "Thu hồi kẽm"}, 5, {**ROW, "id": "3"}]
    path = folder / "a.json"
    path.write_text(
        "\ufeff" + json.dumps(rows, indent=indent, ensure_ascii=False), encoding="utf-8"
    )
    code, said = bring_in(path)
    assert (code, said["read"], said["created"], said["refused"]) == (1, 4, 3, 1)
    keys = Task.objects.order_by("source_key").values_list("source_key", flat=True)
    assert list(keys) == ["2", "3", "NSF-1"]


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        ("", "The list breaks off here: its “]” is missing."),
        (', {"id": "2", "title', "From this row on the file is not JSON."),
        (", nothing]", "From this row on the file is not JSON."),
    ],
)
def test_a_list_that_breaks_off_keeps_what_stands_before(
    folder: Path, end: str, problem: str
) -> None:
    path = folder / "a.json"
    path.write_text(f"[{json.dumps(ROW)}{end}", encoding="utf-8")
    with translation.override("en"):
        code, said = bring_in(path)
    assert (code, said["created"], said["refused"]) == (1, 1, 1)
    errors = (folder / "a.json.errors.csv").read_text(encoding="utf-8-sig")
    assert problem in errors


def test_broken_lines_of_json_are_named_and_the_rest_goes_on(folder: Path) -> None:
    path = folder / "a.jsonl"
    path.write_bytes(
        b"\n".join(
            [
                json.dumps(ROW).encode(),
                b'{"id": ',
                b"[1]",
                b'{"id": "\xe9"}',
                json.dumps({**ROW, "id": "NSF-2"}).encode(),
            ]
        )
    )
    with translation.override("en"):
        code, said = bring_in(path)
    with (folder / "a.jsonl.errors.csv").open(encoding="utf-8-sig", newline="") as file:
        named = [(row["row"], row["problem"]) for row in csv.DictReader(file)]
    assert (code, said["read"], said["created"], said["refused"]) == (1, 5, 2, 3)
    assert named == [
        ("2", "The row is not JSON (from character 7 on)."),
        ("3", "The row is not an object {…}."),
        ("4", "The row is not UTF-8 text."),
    ]


def test_the_answer_speaks_one_language(folder: Path) -> None:
    path = lines(folder / "a.jsonl", ROW, {"id": "2"})
    with translation.override("vi"):
        vi = CliRunner().invoke(tasks, [str(path)])
    with translation.override("en"):
        en = CliRunner().invoke(tasks, [str(path)])
    assert vi.stdout.startswith("Đã đọc 2 dòng trong ")
    assert vi.stderr == (
        "  dòng 2 2 title: Dòng không có tên lẫn tóm tắt.\n"
        "Mọi dòng bị từ chối được ghi trong a.jsonl.errors.csv.\n"
    )
    assert en.stdout.startswith("2 rows read in ")
    assert en.stderr == (
        "  row 2 2 title: The row has neither title nor abstract.\n"
        "Every refused row is named in a.jsonl.errors.csv.\n"
    )


@needs_shared("projects/snsf_2012_2022.jsonl.gz")
def test_the_real_archive_without_titles_is_in_whole(folder: Path) -> None:
    path = SHARED / "data" / "projects" / "snsf_2012_2022.jsonl.gz"
    code, said = bring_in(path)
    assert (code, said["read"], said["created"], said["refused"]) == (0, 3824, 3824, 0)
    assert not list(folder.iterdir())
