"""The demonstration: told to any stage, the same from the same seed, from real texts."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from django.utils.timezone import localdate

from opensti.console.demo import LIVES, STAGES, demo
from opensti.console.demo.cast import DOMAIN
from opensti.domains.accounts.models import User
from opensti.domains.calls.models import Dossier
from opensti.domains.contracts.models import Contract, ContractLight
from opensti.domains.panels.models import Council
from opensti.domains.registry.queries import actor_for
from opensti.domains.results.models import UptakeYear
from opensti.domains.supervision.models import Voice
from opensti.domains.tasks.models import Need, Order
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import check_log
from opensti.web.home import SOURCES

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.django_db
ABSTRACT = "A pilot plant that dries rice husk with the waste heat of a kiln. " * 5


def run(*arguments: object) -> Result:
    return CliRunner().invoke(demo, [str(a) for a in arguments])


def told(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def content() -> dict[str, Any]:
    """What the story says, without the numbers and times of this very run."""
    return {
        "needs": list(Need.objects.order_by("pk").values_list("title_vi", "title_en")),
        "orders": Order.objects.count(),
        "dossiers": list(
            Dossier.objects.order_by("pk").values_list("title_vi", "abstract_vi")
        ),
        "acts": list(Entry.objects.order_by("position").values_list("act", flat=True)),
    }


def archive(folder: Path, count: int, name: str = "real.jsonl") -> Path:
    rows = [
        {"id": n, "title": f"Project {n}", "abstract": f"{n}. {ABSTRACT}"}
        for n in range(count)
    ]
    text = "".join(json.dumps(row) + "\n" for row in [{"title": "bare"}, *rows])
    file = folder / name
    pack = gzip.compress if name.endswith(".gz") else bytes
    file.write_bytes(pack(text.encode()))
    return file


def untouched() -> bool:
    return not (User.objects.exists() or Entry.objects.exists())


def test_a_need_is_told_as_far_as_needs_go() -> None:
    answer = told("--stage", "need", "--size", 2)
    assert answer == {
        "stories": [{"stage": "need", "call": None, "dossiers": 0}],
        "password": "opensti-demo-2026",
        "domain": "demo.opensti.test",
    }
    assert (Need.objects.count(), Order.objects.count()) == (3, 0)


def test_a_review_has_as_many_dossiers_as_asked_for_and_a_council() -> None:
    answer = told("--stage", "review", "--size", 2)
    (story,) = answer["stories"]
    assert (story["stage"], story["dossiers"]) == ("review", 2)
    assert (Dossier.objects.count(), Council.objects.count()) == (2, 1)


@pytest.fixture
def twice() -> Any:
    """The content of a story told in an empty house that is emptied again."""
    from django.db import transaction  # noqa: PLC0415

    def tell(*arguments: object) -> dict[str, Any]:
        with transaction.atomic():
            told(*arguments)
            found = content()
            transaction.set_rollback(True)
        return found

    return tell


def test_the_same_seed_tells_the_same_and_another_seed_another(twice: Any) -> None:
    plan = ("--stage", "call", "--size", 2, "--seed")
    first, again, other = twice(*plan, 7), twice(*plan, 7), twice(*plan, 8)
    assert first["needs"]
    assert first == again
    assert first["needs"] != other["needs"]


@pytest.mark.parametrize("name", ["real.jsonl", "real.jsonl.gz", "packed.jsonl"])
def test_real_texts_are_told_also_packed_and_with_no_more_rows_than_the_size(
    tmp_path: Path, name: str
) -> None:
    file = archive(tmp_path, 2, name)
    if name == "packed.jsonl":
        file.write_bytes(gzip.compress(file.read_bytes()))
    answer = told("--call", file, "--stage", "call", "--size", 2)
    assert [s["dossiers"] for s in answer["stories"]] == [1]  # and one draft
    titles = set(Dossier.objects.values_list("title_vi", flat=True))
    assert titles == {"Project 0", "Project 1"}


BAD: dict[str, tuple[bytes, str]] = {
    "program.jsonl": (b"\x7fELF\x02\x01\x01\x00\xff\xfe\x00" * 90, "1"),
    "text.jsonl": (b"not json\n", "1"),
    "list.jsonl": (b"[1, 2]\n", "1"),
    "second.jsonl": (b'{"title": "A"}\n{"title": \n', "2"),
    "empty.jsonl": (b"", "0"),
    "cut.jsonl.gz": (gzip.compress(ABSTRACT.encode() * 99)[:40], "cut.jsonl.gz"),
    "named.jsonl.gz": (b"\x1f\x8bnot packed", "named.jsonl.gz"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_a_sentence_before_anything_is_written(
    tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(BAD[name][0])
    result = run("--call", file, "--size", 2)
    assert (result.exit_code, result.stdout) == (2, "")
    assert BAD[name][1] in result.stderr
    assert name in result.stderr
    assert "Traceback" not in result.output
    assert untouched()


def test_a_file_with_fewer_usable_rows_than_the_size_is_refused(
    tmp_path: Path,
) -> None:
    result = run("--call", archive(tmp_path, 2), "--size", 3)
    assert result.exit_code == 2
    assert "2" in result.stderr
    assert untouched()


def test_a_house_with_accounts_is_left_alone(db: None) -> None:
    told("--stage", "need", "--size", 1)
    before = content()
    refused = run("--stage", "need", "--size", 1)
    plain = run("--if-empty")
    assert (refused.exit_code, plain.exit_code) == (1, 0)
    assert "officer@demo.opensti.test" in plain.stdout
    assert told("--if-empty") == {
        "stories": [],
        "password": "opensti-demo-2026",
        "domain": "demo.opensti.test",
    }
    assert content() == before


def work(name: str) -> set[str]:
    """What the first page of a login lists, as kinds of work."""
    user = User.objects.get(email=f"{name}@{DOMAIN}")
    actor = actor_for(user=user, on=localdate(), sudo=False)
    return {item.kind for of in SOURCES for item in of(actor, localdate())}


def test_every_role_finds_work_lights_stand_as_today_and_the_log_is_sound() -> None:
    told()  # all that ``make run`` tells
    counted = ContractLight.objects.values_list("counted_at", flat=True)
    assert {localdate(at) for at in counted} == {localdate()}
    expected = {
        "officer": {"needs.triage", "portfolios.release", "dossiers.check_eligibility"},
        "secretary": {"panels.conclude"},
        "leader": {"portfolios.decide"},
        "finance": {"panels.answer"},
        "expert1": {"panels.vote"},
        "applicant1": {"dossiers.supplement"},
    }
    assert {name: kinds - work(name) for name, kinds in expected.items()} == {
        name: set() for name in expected
    }
    # One life is told to its end: the second year's question nobody answered.
    ended = Contract.objects.get(case__state="liquidated")
    assert list(
        UptakeYear.objects.filter(contract=ended)
        .order_by("number")
        .values_list("state", flat=True)
    ) == ["checked", "due", "checked", "due", "due"]
    # What citizens said stands in every state that the office has work with.
    assert sorted(Voice.objects.values_list("state", flat=True)) == [
        "assigned",
        "closed",
        "hidden",
        "published",
        "received",
    ]
    assert check_log() == []


# One day under the circular of 2014, one under that of 2026.
@pytest.mark.parametrize("on", ["2026-03-02", "2026-11-20"])
@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in LIVES])
def test_every_stage_is_told_before_and_after_the_change_of_procedures(
    stage: str, on: str
) -> None:
    answer = told("--stage", stage, "--size", 2, "--on", on)
    made = answer["stories"][0]
    # Of two dossiers in an open call one is still being written.
    handed_in = {"need": 0, "call": 1}.get(stage, 2)
    assert (made["stage"], made["dossiers"]) == (stage, handed_in)


@pytest.mark.parametrize(
    ("kind", "on", "days"),
    [
        ("innovation_task", "2025-10-20", "--on 2025-11-25"),
        ("national_task", "2026-03-02", "--on 2025-09-30"),
    ],
)
def test_a_day_that_no_procedure_governs_is_refused_before_anything_is_made(
    kind: str, on: str, days: str
) -> None:
    result = run("--stage", "call", "--kind", kind, "--on", on)
    assert (result.exit_code, days in result.output, untouched()) == (2, True, True)
